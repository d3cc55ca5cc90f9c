"""The arithmetic of the figures: rates by either figure, percentiles, periods, and what is never said of no cases."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.core.kpi import ALL, Asked, Case, Kept, Rate, asked, percentile, period, sum_up
from bot.views import kpi as views

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 25, 10, tzinfo=ZONE)
MINUTE = timedelta(minutes=1)


def case(
    priority: str = "P3", *, kept: dict[str, Kept] | None = None, response: int | None = None, rating: int | None = None
) -> Case:
    return Case(
        unit_id=1, priority=priority, channel="phone", state="resolved", closed=True, reopened=False, rating=rating,
        complaints=0, urged=0, kept=kept or {}, response=None if response is None else response * MINUTE,
        paused=MINUTE, whole=4 * MINUTE,
    )  # fmt: skip


def test_rates_are_by_clock_and_priority_and_by_both_figures() -> None:
    late, good = Kept(gross=False, net=True), Kept(gross=True, net=True)
    found = sum_up([case(kept={"restore": late}), case(kept={"restore": good}), case("P1", kept={"restore": good})])
    assert found.rate("restore") == Rate(n=3, gross=2, net=3)
    assert found.rate("restore", "P3") == Rate(n=2, gross=1, net=2)
    assert found.rate("restore", "P4") == Rate() == found.rate("arrive")
    assert found.paused == 0.25 and found.channels == {"phone": 3}


def test_without_cases_there_is_no_rate() -> None:
    nothing = sum_up([])
    assert (nothing.satisfaction, nothing.paused, nothing.reaction) == (None, None, {})
    assert views.rate(nothing.rate("response"), net=True) == "—"
    row = dict(zip(views.COLUMNS, views.row("全部", ALL, nothing), strict=True))
    assert row["响应及时率（总用时）"] == row["满意度（均分）"] == row["暂停占比"] == "—"


@pytest.mark.parametrize(
    ("of", "net", "said"),
    [
        (Rate(9, 8, 9), True, "按时9/9单（8/9）"),
        (Rate(9, 8, 9), False, "按时8/9单（9/9）"),
        (Rate(40, 36, 38), True, "95%（90%），40单"),
        (Rate(2000, 1999, 1999), True, "99.9%（99.9%），2000单"),
        (Rate(10, 0, 10), True, "100%（0%），10单"),
    ],
)
def test_a_rate_is_said_with_its_cases(of: Rate, net: bool, said: str) -> None:
    assert views.rate(of, net=net) == said


def test_satisfaction_and_reaction() -> None:
    found = sum_up([case(response=m, rating=r) for m, r in ((1, 5), (2, None), (3, 4), (40, None))])
    assert (found.satisfaction, found.rated, found.closed) == (4.5, 2, 4)
    assert found.reaction[ALL] == (2 * MINUTE, 40 * MINUTE) == found.reaction["P3"]
    assert percentile([MINUTE * m for m in range(1, 11)], 90) == 9 * MINUTE


@pytest.mark.parametrize(
    ("said", "since", "until"),
    [
        ("今天", (2026, 11, 25), (2026, 11, 26)),
        ("周报", (2026, 11, 23), (2026, 11, 30)),
        ("上周", (2026, 11, 16), (2026, 11, 23)),
        ("上个月", (2026, 10, 1), (2026, 11, 1)),
        ("12月", (2025, 12, 1), (2026, 1, 1)),
        ("2026-02", (2026, 2, 1), (2026, 3, 1)),
        ("2026年11月", (2026, 11, 1), (2026, 12, 1)),
    ],
)
def test_periods(said: str, since: tuple[int, int, int], until: tuple[int, int, int]) -> None:
    found = period(said, NOW)
    assert found is not None
    assert (found.since, found.until) == (datetime(*since, tzinfo=ZONE), datetime(*until, tzinfo=ZONE))


@pytest.mark.parametrize("said", ["民政局", "12", "13月", "2026", ""])
def test_what_is_no_period(said: str) -> None:
    assert period(said, NOW) is None


def test_the_words_come_in_any_order() -> None:
    assert asked(["上月", "民政局", "详细"], NOW) == asked(["详细", "民政局", "上月"], NOW)
    assert asked(["民政局"], NOW) == Asked(agency="民政局")

"""When inspection rounds fall due: periods, days within them, what was missed; and routines as steps."""

from collections import Counter
from datetime import date

import pytest

from bot.core.rounds import due, following, missed, period, planned
from knowledge import Book, routines

NOVEMBER = date(2026, 11, 25)
"""A Wednesday."""


def weekdays(day: date) -> bool:
    return day.weekday() < 5


def never(day: date) -> bool:
    return False


@pytest.mark.parametrize(
    ("every", "name", "first", "last", "then"),
    [
        ("day", "2026-11-25", NOVEMBER, NOVEMBER, "2026-11-26"),
        ("week", "2026-W48", date(2026, 11, 23), date(2026, 11, 29), "2026-W49"),
        ("month", "2026-11", date(2026, 11, 1), date(2026, 11, 30), "2026-12"),
        ("quarter", "2026-Q4", date(2026, 10, 1), date(2026, 12, 31), "2027-Q1"),
        ("half-year", "2026-H2", date(2026, 7, 1), date(2026, 12, 31), "2027-H1"),
        ("year", "2026", date(2026, 1, 1), date(2026, 12, 31), "2027"),
    ],
)
def test_periods(every: str, name: str, first: date, last: date, then: str) -> None:
    one = period(every, NOVEMBER)
    assert (one.name, one.first, one.last) == (name, first, last)
    assert following(every, one).name == then


def test_a_week_over_new_year_has_one_name() -> None:
    assert period("week", date(2026, 12, 31)) == period("week", date(2027, 1, 3))


def test_rounds_are_spread_over_workdays_and_leave_the_end_free() -> None:
    month = period("month", NOVEMBER)
    days = Counter(planned(month, f"{site}:ups-battery:month", weekdays) for site in range(200))
    assert None not in days and all(day and weekdays(day) for day in days)
    assert len(days) == 17 and max(days.values()) < 30, "21 workdays, the last four of them free"
    assert max(day for day in days if day) < date(2026, 11, 25)
    assert due(month, weekdays) == date(2026, 11, 30)


def test_a_routine_has_the_same_place_in_each_period_and_none_where_nobody_works() -> None:
    first = period("week", NOVEMBER)
    one, two = (planned(p, "3:server:week", weekdays) for p in (first, following("week", first)))
    assert one is not None and two is not None and (two - one).days == 7
    assert planned(first, "3:server:week", never) is None
    assert planned(period("day", date(2026, 11, 28)), "3:server:day", weekdays) is None


@pytest.mark.parametrize(
    ("every", "wanted", "today", "now", "count"),
    [
        ("month", date(2026, 11, 3), date(2026, 11, 20), "2026-11", 0),
        ("month", date(2026, 8, 3), date(2026, 11, 20), "2026-11", 3),
        ("day", date(2026, 11, 20), date(2026, 11, 25), "2026-11-25", 3),
        ("year", date(2026, 1, 5), date(2026, 12, 30), "2026", 0),
    ],
    ids=["in-time", "three-months", "over-a-weekend", "year"],
)
def test_what_was_missed_is_one_round(every: str, wanted: date, today: date, now: str, count: int) -> None:
    one, gone = missed(every, period(every, wanted), today, "3:server", weekdays)
    assert (one.name, gone) == (now, count)


def test_every_routine_of_the_catalogue_is_walked_to_its_end(book: Book) -> None:
    walked = 0
    for item in book.items.values():
        for every in routines.intervals(item):
            way = routines.procedure(item, every)
            for answer in ("ok", "fail", "skip"):
                step: str | None = way.entry
                seen = []
                while step is not None:
                    seen.append(step)
                    step = way.next(step, answer)
                assert seen == list(way.steps) and way.steps[seen[-1]].evidence == "photo"
            walked += 1
    assert walked == 118


def test_a_warning_in_brackets_stays_with_its_part(book: Book) -> None:
    steps = routines.procedure(book.items["room-fire"], "quarter").steps
    assert "（先把气体灭火转手动，试完恢复自动）" in steps["part-1"].do


@pytest.mark.parametrize(
    ("item", "every", "gates", "evidence"),
    [
        ("pbx-voice", "quarter", ("two-person",), "reading"),
        ("precision-ac", "half-year", (), "reading"),
        ("room-fire", "year", ("permit",), "none"),
        ("power-distribution", "quarter", ("power-off",), "none"),
        ("conference-audio", "year", ("two-person",), "reading"),
        ("ups-battery", "month", (), "reading"),
        ("info-display-broadcast", "quarter", ("permit", "power-off"), "none"),
    ],
)
def test_what_is_dangerous_is_gated_and_figures_are_wanted(
    book: Book, item: str, every: str, gates: tuple[str, ...], evidence: str
) -> None:
    steps = routines.procedure(book.items[item], every).steps.values()
    assert any(step.gates == gates and step.evidence == evidence for step in steps)

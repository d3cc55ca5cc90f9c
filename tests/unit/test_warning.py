"""Which warning comes next, and how long it takes: tables of cases, and any order of looks gives each once."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.warning import Running, Warning, upcoming

PERCENTS = (50, 80, 100, 150)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def targets(used: float, **allowed: int) -> list[Running]:
    return [Running(name, minutes(count), minutes(used)) for name, count in allowed.items()]


@pytest.mark.parametrize(
    ("used", "allowed", "before", "wanted"),
    [
        (0, {"response": 30, "arrive": 60}, set(), ("response", 50, 15)),
        (15, {"response": 30, "arrive": 60}, set(), ("response", 50, 0)),
        (15, {"response": 30, "arrive": 60}, {("response", 50)}, ("response", 80, 9)),
        (26, {"response": 30, "arrive": 60}, set(), ("response", 80, 0)),
        (30, {"response": 30}, {("response", 80)}, ("response", 100, 0)),
        (31, {"response": 30, "arrive": 60}, {("response", 100)}, ("arrive", 50, 0)),
        (31, {"response": 30, "arrive": 90}, {("response", 100)}, ("response", 150, 14)),
        (60, {"response": 30, "arrive": 60}, {("response", 150), ("arrive", 80)}, ("arrive", 100, 0)),
        (15, {"arrive": 60, "restore": 480}, set(), ("arrive", 50, 15)),
        (100, {"restore": 480}, set(), ("restore", 50, 140)),
        (800, {"restore": 480}, set(), ("restore", 150, 0)),
        (800, {"restore": 480}, {("restore", 150)}, None),
        (5, {}, set(), None),
    ],
)
def test_the_next_warning(
    used: float, allowed: dict[str, int], before: set[tuple[str, int]], wanted: tuple[str, int, float] | None
) -> None:
    found = upcoming(targets(used, **allowed), PERCENTS, before)
    assert found == (Warning(wanted[0], wanted[1], minutes(wanted[2])) if wanted else None)


@given(
    looks=st.lists(st.integers(0, 1000), min_size=1, max_size=30),
    allowed=st.dictionaries(st.sampled_from(["response", "arrive", "restore"]), st.integers(1, 500), min_size=1),
)
def test_each_share_warns_at_most_once_and_every_miss_is_told(looks: list[int], allowed: dict[str, int]) -> None:
    before: set[tuple[str, int]] = set()
    for used in sorted(looks):
        running = targets(used, **allowed)
        while (found := upcoming(running, PERCENTS, before)) is not None and not found.wait:
            assert (found.target, found.percent) not in before
            assert used >= allowed[found.target] * found.percent / 100 - 0.02
            before.add((found.target, found.percent))
    for target, count in allowed.items():
        assert any(t == target and p >= 100 for t, p in before) == (max(looks) >= count)

"""The roster's arithmetic: who stands how at an instant, what overlaps, where nobody is."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.core.duty import Cover, Gap, Kind, Span, Standing, gaps, next_change, overlaps, standing

DAY = datetime(2026, 11, 26, tzinfo=UTC)


def at(hour: float) -> datetime:
    return DAY + timedelta(hours=hour)


def span(kind: Kind, start: float, end: float, area: str = "") -> Span:
    return Span(kind, at(start), at(end), area)


WORK = (span(Kind.ON, 8, 18), span(Kind.LUNCH, 12, 13))
NIGHT = (span(Kind.ON, 18, 32),)
SWAPPED = (*WORK, span(Kind.AWAY, 8, 18))
BACK = (*SWAPPED, span(Kind.ON, 14, 18))
SICK = (*WORK, span(Kind.LEAVE, 13, 15), span(Kind.ON, 13, 16))


@pytest.mark.parametrize(
    ("spans", "hour", "expected"),
    [
        ((), 9, Standing.OFF),
        (WORK, 7.99, Standing.OFF),
        (WORK, 8, Standing.ON),
        (WORK, 12, Standing.LUNCH),
        (WORK, 13, Standing.ON),
        (WORK, 18, Standing.OFF),
        (NIGHT, 26, Standing.ON),
        (NIGHT, 32, Standing.OFF),
        (SWAPPED, 9, Standing.OFF),
        (SWAPPED, 12.5, Standing.OFF),
        (BACK, 9, Standing.OFF),
        (BACK, 15, Standing.ON),
        (SICK, 14, Standing.LEAVE),
        (SICK, 15, Standing.ON),
    ],
)
def test_standing(spans: tuple[Span, ...], hour: float, expected: Standing) -> None:
    assert standing(spans, at(hour)) is expected


@pytest.mark.parametrize(
    ("spans", "hour", "expected"),
    [
        (WORK, 7, 8),
        (WORK, 8, 12),
        (WORK, 12, 13),
        (WORK, 18, None),
        ((span(Kind.ON, 8, 12), span(Kind.ON, 12, 16)), 9, 16),
        (SWAPPED, 0, None),
    ],
)
def test_the_next_change_is_one_that_is_seen(spans: tuple[Span, ...], hour: float, expected: float | None) -> None:
    assert next_change(spans, at(hour)) == (None if expected is None else at(expected))


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        (WORK, []),
        ((span(Kind.ON, 8, 12), span(Kind.ON, 12, 18)), []),
        ((span(Kind.ON, 8, 12), span(Kind.ON, 11, 18)), [(0, 1)]),
        ((span(Kind.ON, 11, 18), span(Kind.ON, 8, 12)), [(0, 1)]),
        ((span(Kind.ON, 8, 18), span(Kind.ON, 9, 10), span(Kind.ON, 11, 12)), [(0, 1), (0, 2)]),
    ],
)
def test_overlaps_are_of_one_kind(spans: tuple[Span, ...], expected: list[tuple[int, int]]) -> None:
    assert overlaps(spans) == expected


def cover(name: str, skill: str, area: str = "", spans: tuple[Span, ...] | None = None) -> Cover:
    return Cover(name, frozenset({skill}), frozenset({area} if area else ()), spans)


WINDOW = [(at(8), at(18))]


@pytest.mark.parametrize(
    ("covers", "expected"),
    [
        ([cover("a", "print")], []),
        ([cover("a", "print", spans=())], [Gap("print", "", at(8), at(18))]),
        ([cover("a", "print", spans=WORK)], [Gap("print", "", at(12), at(13))]),
        ([cover("a", "print", spans=WORK), cover("b", "network")], [Gap("print", "", at(12), at(13))]),
        ([cover("a", "print", spans=WORK), cover("b", "print")], []),
        (
            [cover("a", "print", "north", WORK), cover("b", "print", "south", (span(Kind.ON, 8, 18),))],
            [Gap("print", "north", at(12), at(13))],
        ),
        (
            [cover("a", "print", "north", (span(Kind.ON, 8, 18, "south"),))],
            [Gap("print", "north", at(8), at(18))],
        ),
    ],
)
def test_gaps_by_skill_and_area(covers: list[Cover], expected: list[Gap]) -> None:
    assert gaps(covers, WINDOW) == expected

"""Who is asked for a yes, in what order: a table."""

import pytest

from bot.core.approval import Group, following, line

ASKER, LIAISON, SECOND, LEAD, SEAT = 1, 2, 3, 8, 9


@pytest.mark.parametrize(
    ("holders", "leads", "seats", "wanted"),
    [
        ([LIAISON, SECOND], [LEAD], [SEAT], [(LIAISON,), (SECOND,), (SEAT,)]),
        ([LIAISON, ASKER], [LEAD], [SEAT], [(LIAISON,), (SEAT,)]),
        ([ASKER], [LEAD], [SEAT], [(LEAD,), (SEAT,)]),
        ([], [LEAD], [SEAT, LEAD], [(SEAT, LEAD)]),
        ([], [LEAD], [ASKER, SEAT], [(SEAT,)]),
        ([ASKER], [ASKER], [ASKER], []),
    ],
    ids=["in-turn", "one-of-two", "only-himself", "none", "seat-asks", "nobody-else"],
)
def test_the_line(holders: list[int], leads: list[int], seats: list[int], wanted: list[Group]) -> None:
    assert line(holders, leads, seats, ASKER) == wanted


@pytest.mark.parametrize(
    ("tried", "wanted"),
    [([], (2,)), ([2], (3, 4)), ([2, 3], (3, 4)), ([2, 3, 4], (9,)), ([2, 3, 4, 9], (9,)), ([7], (2,))],
)
def test_who_comes_next(tried: list[int], wanted: Group) -> None:
    assert following([(2,), (3, 4), (9,)], tried) == wanted
    assert following([], tried) == ()

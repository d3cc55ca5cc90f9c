"""How well an arrival or a first contact is proven. Pure. The grades and distances are assumed.

A: the reporter says so himself, or the sealed code of the room was read. B: a position of that moment within 200 m of the
site. C: a press and nothing else. A press made more than a kilometre away stays C whatever is said later, and so does one
the reporter denies.
"""

from enum import StrEnum

NEAR_M = 200.0
FAR_M = 1000.0


class Grade(StrEnum):
    A = "A"
    B = "B"
    C = "C"


def near(metres: float | None) -> bool | None:
    """Whether a position lies within reach of the site; none without a distance."""
    return None if metres is None else metres <= NEAR_M


def far(metres: float | None) -> bool:
    """Whether a position rules out that the press was made at the site."""
    return metres is not None and metres > FAR_M


def grade(*, tapped: bool | None, near: bool | None, far: bool, in_room: bool = False) -> Grade:
    """The grade of what is known: the reporter's word (none: he said nothing), the position of that moment, the room's code."""
    if far or tapped is False:
        return Grade.C
    if tapped or in_room:
        return Grade.A
    return Grade.B if near else Grade.C

"""The grades of proof: every combination of the reporter's word and the distance."""

import pytest

from bot.core.proof import far, grade, near
from bot.core.seals import genuine, seal


@pytest.mark.parametrize(
    ("tapped", "metres", "wanted"),
    [
        (None, None, "C"),
        (None, 150.0, "B"),
        (None, 200.0, "B"),
        (None, 201.0, "C"),
        (None, 5200.0, "C"),
        (True, None, "A"),
        (True, 150.0, "A"),
        (True, 900.0, "A"),
        (True, 5200.0, "C"),
        (False, None, "C"),
        (False, 20.0, "C"),
    ],
)
def test_what_a_press_is_worth(tapped: bool | None, metres: float | None, wanted: str) -> None:
    assert grade(tapped=tapped, near=near(metres), far=far(metres)) == wanted


@pytest.mark.parametrize(("tapped", "metres", "wanted"), [(None, None, "A"), (False, None, "C"), (None, 5200.0, "C")])
def test_the_rooms_code_is_as_good_as_the_reporters_word(
    tapped: bool | None, metres: float | None, wanted: str
) -> None:
    assert grade(tapped=tapped, near=near(metres), far=far(metres), in_room=True) == wanted


def test_a_seal_is_one_rooms_of_one_agency_under_one_key() -> None:
    made = seal("k1", 1, "A座", "3楼", "302")
    assert genuine(made.lower(), "k1", 1, "A座", "3楼", "302")
    others = [("k2", 1, "A座", "3楼", "302"), ("k1", 2, "A座", "3楼", "302"), ("k1", 1, "A座", "3楼", "303")]
    assert not any(genuine(made, *other) for other in others)
    assert not genuine(seal("", 1, "A座", "3楼", "302"), "", 1, "A座", "3楼", "302")

"""The grades of proof: every combination of the reporter's word and the distance."""

import pytest

from bot.core.proof import far, grade, near


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

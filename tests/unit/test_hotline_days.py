"""Which day a seat means when it enters the hotline's figures."""

from datetime import date

import pytest

from bot.desk.hotline import day_of

NOW = date(2026, 11, 26)


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("11-26", NOW),
        ("11月25日", date(2026, 11, 25)),
        ("2026-11-01", date(2026, 11, 1)),
        ("11/3", date(2026, 11, 3)),
        ("", NOW),
        ("昨天", date(2026, 11, 25)),
        ("12-31", date(2025, 12, 31)),
        ("2026-12-31", date(2026, 12, 31)),
        ("2-30", None),
        ("2-29", None),
        ("周一", None),
    ],
)
def test_the_day_meant(said: str, day: date | None) -> None:
    assert day_of(said, NOW) == day

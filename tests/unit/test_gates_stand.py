"""How long the yes to a gate stands: every kind has its row, and the rows mean what they say."""

from datetime import UTC, datetime, timedelta
from typing import get_args
from zoneinfo import ZoneInfo

import pytest

from bot.core.gates import ENDS, kept, over
from bot.views.words import GATES
from knowledge.model import Gate

ZONE = ZoneInfo("Asia/Shanghai")
TEN = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def test_every_kind_has_its_row() -> None:
    assert set(ENDS) == set(get_args(Gate)) == set(GATES)


@pytest.mark.parametrize(
    ("gate", "hours", "paused", "ends"),
    [
        ("power-off", 1, False, False), ("power-off", 1, True, True), ("power-off", 22, False, True),
        ("two-person", 1, True, True), ("permit", 1, True, False), ("permit", 22, True, True),
        ("backup-confirmed", 1, True, False), ("backup-confirmed", 22, False, True),
        ("owner-consent", 22, True, False), ("not-classified", 22, True, False),
        ("power-off", 13, False, False),
    ],
)  # fmt: skip
def test_what_a_yes_does_not_outlast(gate: str, hours: int, paused: bool, ends: bool) -> None:
    paused_at = TEN + timedelta(minutes=10) if paused else None
    assert over(gate, TEN, TEN + timedelta(hours=hours), ZONE, paused_at) is ends


def test_a_pause_before_the_yes_and_a_minute_after_midnight_end_nothing() -> None:
    assert not over("power-off", TEN, TEN + timedelta(hours=1), ZONE, TEN - timedelta(minutes=5))
    late = datetime(2026, 11, 23, 15, 50, tzinfo=UTC)
    assert not over("permit", late, late + timedelta(minutes=20), ZONE)


def test_somebody_else_keeps_what_the_agency_said() -> None:
    assert kept(list(ENDS)) == ["backup-confirmed", "owner-consent"]

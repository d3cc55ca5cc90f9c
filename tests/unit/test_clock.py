"""The one clock when the machine's is set back."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.core.clock import STEP_BACK, SystemClock

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def test_a_small_step_back_is_waited_for(caplog: pytest.LogCaptureFixture) -> None:
    machine = [NOON]
    clock = SystemClock(lambda: machine[0])
    assert clock.now() == NOON
    machine[0] = NOON - STEP_BACK
    assert clock.now() == NOON
    machine[0] = NOON - SECOND
    assert clock.now() == NOON
    machine[0] = NOON + SECOND
    assert clock.now() == NOON + SECOND
    assert not caplog.text


def test_a_large_step_back_is_followed_and_said_once(caplog: pytest.LogCaptureFixture) -> None:
    machine = [NOON]
    clock = SystemClock(lambda: machine[0])
    machine[0] = NOON - timedelta(days=365)
    assert clock.now() == machine[0]
    machine[0] += SECOND
    assert clock.now() == machine[0]
    assert caplog.text.count("set back") == 1


def test_skipped_time_counts_on_top() -> None:
    machine = [NOON]
    clock = SystemClock(lambda: machine[0])
    clock.advance(timedelta(hours=1))
    assert clock.now() == NOON + timedelta(hours=1)
    machine[0] -= SECOND
    assert clock.now() == NOON + timedelta(hours=1)
    with pytest.raises(ValueError, match="back"):
        clock.advance(-SECOND)

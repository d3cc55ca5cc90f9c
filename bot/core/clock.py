"""The one clock. Nothing else in the project reads the time; everything else is handed a `Clock`."""

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

log = logging.getLogger(__name__)


class Clock(Protocol):
    """Tells the time: an aware datetime in UTC."""

    def now(self) -> datetime: ...


STEP_BACK = timedelta(minutes=5)
"""A machine's clock that is set back by at most this (time service, leap smear) is waited for (assumed)."""


def _machine() -> datetime:
    return datetime.now(UTC)


class SystemClock:
    """The machine's clock, optionally set ahead (the demo's "skip time" moves `ahead`, never back).

    When the machine is set back a little, this clock stands still until it is caught up: nothing happens before what
    caused it. Set back further, it was wrong before: it is followed, and said so. What was fired stays fired, and a
    ticket's time is reckoned as if nothing had happened in between (bot/core/charging.py).
    """

    def __init__(self, machine: Callable[[], datetime] = _machine) -> None:
        self.ahead = timedelta(0)
        self._machine = machine
        self._last = machine()

    def now(self) -> datetime:
        reading = self._machine() + self.ahead
        back = self._last - reading
        if back > STEP_BACK:
            log.error("the machine's clock was set back", extra={"seconds": int(back.total_seconds())})
        if back > STEP_BACK or back < timedelta(0):
            self._last = reading
        return self._last

    def advance(self, by: timedelta) -> None:
        if by < timedelta(0):
            raise ValueError("time does not go back")
        self.ahead += by


class ManualClock:
    """A clock that stands still until it is moved: for tests and simulations."""

    def __init__(self, start: datetime) -> None:
        if start.tzinfo is None:
            raise ValueError("a clock needs an aware start")
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        return self._now

    def advance(self, by: timedelta) -> None:
        if by < timedelta(0):
            raise ValueError("time does not go back")
        self._now += by


def stopwatch() -> float:
    """Seconds on a monotonic scale, for measuring how long something took."""
    return time.perf_counter()

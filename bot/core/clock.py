"""The one clock. Nothing else in the project reads the time; everything else is handed a `Clock`."""

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time: an aware datetime in UTC."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's clock, optionally set ahead (the demo's "skip time" moves `ahead`, never back)."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

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

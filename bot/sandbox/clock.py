"""The emulator's own clock: running (real time plus an offset) or standing still until it is moved."""

import time
from datetime import UTC, datetime, timedelta


def elapsed() -> float:
    """Seconds on a clock that only runs forward, for measuring how long something took."""
    return time.perf_counter()


class SandboxClock:
    """`start` makes it stand still; without it the clock runs."""

    def __init__(self, start: datetime | None = None) -> None:
        self._start = start
        self._offset = timedelta(0)

    def now(self) -> datetime:
        """The emulated time, aware, UTC."""
        return (self._start or datetime.now(UTC)) + self._offset

    def advance(self, by: timedelta) -> None:
        """Move forward; time does not go back."""
        if by < timedelta(0):
            raise ValueError("time does not go back")
        self._offset += by

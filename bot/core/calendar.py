"""Working time as arithmetic: which minutes count, and when a number of them will have passed.

Pure: the days that are worked are handed in (see `bot/desk/working_time.py`); all instants are aware, results are UTC.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import takewhile


@dataclass(frozen=True)
class WorkingTime:
    """A daily pattern (`windows`, local wall time) on the days for which `works` is true."""

    windows: tuple[tuple[time, time], ...]
    zone: tzinfo
    works: Callable[[date], bool]

    def add(self, start: datetime, minutes: float) -> datetime:
        """The instant at which `minutes` working minutes have passed since `start`."""
        left = timedelta(minutes=minutes)
        for begin, end in self.spans(start):
            if end - begin >= left:
                return begin + left
            left -= end - begin
        raise AssertionError("the calendar is endless")

    def between(self, start: datetime, end: datetime) -> timedelta:
        """How much working time lies in [start, end)."""
        total = timedelta(0)
        for begin, stop in self.spans(start):
            if begin >= end:
                return total
            total += min(stop, end) - begin
        raise AssertionError("the calendar is endless")

    def open_at(self, instant: datetime) -> bool:
        """Whether `instant` lies in working time."""
        return next(self.spans(instant))[0] == instant.astimezone(UTC)

    def spans(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The stretches of working time from `start` on, without end; the first begins at `start` when that is one."""
        day = start.astimezone(self.zone).date()
        start = start.astimezone(UTC)
        while True:
            if self.works(day):
                for opens, closes in self.windows:
                    begin = datetime.combine(day, opens, self.zone).astimezone(UTC)
                    end = datetime.combine(day, closes, self.zone).astimezone(UTC)
                    if end > start:
                        yield max(begin, start), end
            day += timedelta(days=1)

    def begins(self, instant: datetime, least: timedelta) -> datetime:
        """The first moment from `instant` on that has `least` of unbroken working time ahead of it."""
        return next(begin for begin, end in self.spans(instant) if end - begin >= least)

    def windows_between(self, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
        """The stretches of working time in [start, end)."""
        found = takewhile(lambda window: window[0] < end, self.spans(start))
        return [(begin, min(stop, end)) for begin, stop in found]


@dataclass(frozen=True)
class AroundTheClock:
    """The 7×24 clock, with the same two questions."""

    def add(self, start: datetime, minutes: float) -> datetime:
        return start.astimezone(UTC) + timedelta(minutes=minutes)

    def between(self, start: datetime, end: datetime) -> timedelta:
        return max(end - start, timedelta(0))

    def open_at(self, instant: datetime) -> bool:
        return True

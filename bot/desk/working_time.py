"""Which days are worked: public holidays and make-up workdays (调休) from `chinese-calendar`.

A year that the package does not know yet runs provisionally as Monday to Friday plus the fixed holidays, loudly.
"""

import logging
from collections.abc import Callable
from datetime import date, datetime, time, tzinfo

import chinese_calendar

from bot.core.calendar import WorkingTime

log = logging.getLogger(__name__)

FIXED = frozenset({(1, 1), (5, 1), (10, 1), (10, 2), (10, 3)})


class Workdays:
    """Answers whether a day is worked, and remembers which years it had to guess. `stopped` are days off by order."""

    def __init__(self) -> None:
        self.provisional: set[int] = set()
        self._logged: set[int] = set()
        self.stopped: frozenset[date] = frozenset()
        self.read_at: datetime | None = None
        """When `stopped` was last read from the database; None: never, or it changed since."""

    def taken(self) -> set[int]:
        """The years guessed since this was last asked, to be told; a year that is met again is remembered again."""
        found, self.provisional = self.provisional, set()
        return found

    def __call__(self, day: date) -> bool:
        if day in self.stopped:
            return False
        try:
            return bool(chinese_calendar.is_workday(day))
        except NotImplementedError:
            self.provisional.add(day.year)
            if day.year not in self._logged:
                self._logged.add(day.year)
                log.warning("holidays unknown, running provisionally (暂定)", extra={"year": day.year})
            return day.weekday() < 5 and (day.month, day.day) not in FIXED


def agency_hours(zone: tzinfo, works: Callable[[date], bool], am: str, pm: str) -> WorkingTime:
    """Working time from two windows written as "08:30-12:00"."""
    return WorkingTime(windows=(_window(am), _window(pm)), zone=zone, works=works)


def _window(text: str) -> tuple[time, time]:
    begin, end = text.split("-")
    return time.fromisoformat(begin), time.fromisoformat(end)

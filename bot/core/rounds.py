"""When inspection rounds (巡检) fall due: the period of a day, the day within it, and what was missed meanwhile. Pure.

Every routine has its place in the period, the same each time, so that intervals stay even and not all routines fall on one
day. The last fifth of a period's workdays is left free for what is late (assumed).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from zlib import crc32

Works = Callable[[date], bool]
MONTHS = {"month": 1, "quarter": 3, "half-year": 6, "year": 12}
FREE = 5
"""One workday in so many, at the end of a period, has no round planned."""


@dataclass(frozen=True)
class Period:
    """A stretch in which a routine is due once; `name` is what its key is made of."""

    name: str
    first: date
    last: date


def period(every: str, day: date) -> Period:
    """The period of an interval (day | week | month | quarter | half-year | year) that a day lies in."""
    if every == "day":
        return Period(day.isoformat(), day, day)
    if every == "week":
        year, week, weekday = day.isocalendar()
        first = day - timedelta(days=weekday - 1)
        return Period(f"{year}-W{week:02d}", first, first + timedelta(days=6))
    months = MONTHS[every]
    index = (day.month - 1) // months
    first = date(day.year, index * months + 1, 1)
    after = date(day.year + (index + 1) * months // 12, (index + 1) * months % 12 + 1, 1)
    name = {1: f"{first:%Y-%m}", 3: f"{day.year}-Q{index + 1}", 6: f"{day.year}-H{index + 1}", 12: f"{day.year}"}[
        months
    ]
    return Period(name, first, after - timedelta(days=1))


def following(every: str, one: Period) -> Period:
    return period(every, one.last + timedelta(days=1))


def planned(one: Period, routine: str, works: Works) -> date | None:
    """The day a routine is planned for in a period; None where nobody works in it."""
    days = _workdays(one, works)
    if not days:
        return None
    usable = days[: max(1, len(days) - len(days) // FREE)]
    return usable[crc32(routine.encode()) % len(usable)]


def planned_until(every: str, one: Period, last: date, routine: str, works: Works) -> list[date]:
    """The days a routine is planned for, from the period `one` on, up to a day."""
    found = []
    while one.first <= last:
        if (day := planned(one, routine, works)) is not None and day <= last:
            found.append(day)
        one = following(every, one)
    return found


def due(one: Period, works: Works) -> date:
    """The last day on which a round of this period is in time."""
    days = _workdays(one, works)
    return days[-1] if days else one.last


def missed(every: str, wanted: Period, today: date, routine: str, works: Works) -> tuple[Period, int]:
    """The period to do now, for a round wanted in `wanted`, and how many planned ones were missed before it."""
    count = 0
    while wanted.last < today:
        count += planned(wanted, routine, works) is not None
        wanted = following(every, wanted)
    return wanted, count


def _workdays(one: Period, works: Works) -> list[date]:
    days = (one.first + timedelta(days=n) for n in range((one.last - one.first).days + 1))
    return [day for day in days if works(day)]

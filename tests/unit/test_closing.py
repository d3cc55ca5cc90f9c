"""When a resolved ticket closes by itself: 24 hours counted on workdays only, over week-ends, holidays and storms."""

from datetime import date, datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest

from bot.desk.closing import on_workdays
from bot.desk.office import Office
from bot.desk.working_time import Workdays, agency_hours

ZONE = ZoneInfo("Asia/Shanghai")
NOTHING = cast(Any, None)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("resolved", "stopped", "closes"),
    [
        ("2026-11-23T10:00", (), "2026-11-24T10:00"),
        ("2026-11-27T17:00", (), "2026-11-30T17:00"),
        ("2026-11-28T12:00", (), "2026-12-01T00:00"),
        ("2026-11-27T17:00", ("2026-11-30",), "2026-12-01T17:00"),
        ("2026-09-30T17:00", (), "2026-10-08T17:00"),
        ("2026-10-09T17:00", (), "2026-10-10T17:00"),
        ("2026-02-13T17:00", (), "2026-02-14T17:00"),
        ("2026-02-14T17:00", (), "2026-02-24T17:00"),
        ("2026-12-31T17:00", (), "2027-01-04T17:00"),
    ],
    ids=["plain", "friday", "saturday", "typhoon", "national-day", "make-up", "make-up-2", "new-year", "unknown-year"],
)
def test_it_closes_no_earlier(resolved: str, stopped: tuple[str, ...], closes: str) -> None:
    days = Workdays()
    days.stopped = frozenset(date.fromisoformat(day) for day in stopped)
    hours = agency_hours(ZONE, days, "08:30-12:00", "14:00-17:30")
    office = Office(book=NOTHING, classifier=NOTHING, voice=NOTHING, working=hours, days=days)
    assert on_workdays(office, local(resolved), 24) == local(closes)

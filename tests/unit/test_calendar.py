"""Working time: windows, week-ends, public holidays and make-up workdays as the State Council announced them."""

import itertools
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.core.calendar import AroundTheClock, WorkingTime
from bot.desk.working_time import Workdays, agency_hours

ZONE = ZoneInfo("Asia/Shanghai")


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.fixture
def hours() -> WorkingTime:
    return agency_hours(ZONE, Workdays(), "08:30-12:00", "14:00-17:30")


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        ("2026-11-23T10:00", 60, "2026-11-23T11:00"),
        ("2026-11-23T11:30", 60, "2026-11-23T14:30"),
        ("2026-11-23T17:00", 60, "2026-11-24T09:00"),
        ("2026-11-20T17:00", 60, "2026-11-23T09:00"),
        ("2026-11-21T10:00", 10, "2026-11-23T08:40"),
        ("2026-09-30T17:00", 60, "2026-10-08T09:00"),
        ("2026-10-09T17:00", 60, "2026-10-10T09:00"),
        ("2026-11-23T08:30", 480, "2026-11-24T09:30"),
    ],
)
def test_minutes_run_only_while_people_work(hours: WorkingTime, start: str, minutes: int, end: str) -> None:
    assert hours.add(local(start), minutes) == local(end)
    assert hours.between(local(start), local(end)) == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("at", "begins"),
    [
        ("2026-11-26T10:00", "2026-11-26T10:00"),
        ("2026-11-26T11:00", "2026-11-26T11:00"),
        ("2026-11-26T11:20", "2026-11-26T14:00"),
        ("2026-11-26T22:17", "2026-11-27T08:30"),
        ("2026-11-27T17:00", "2026-11-30T08:30"),
    ],
)
def test_where_an_hour_of_work_lies_ahead(hours: WorkingTime, at: str, begins: str) -> None:
    assert hours.begins(local(at), timedelta(hours=1)) == local(begins)


def test_open_at(hours: WorkingTime) -> None:
    assert hours.open_at(local("2026-11-23T10:00"))
    assert not hours.open_at(local("2026-11-23T12:30"))
    assert not hours.open_at(local("2026-11-22T10:00"))


def test_around_the_clock_counts_everything() -> None:
    start = datetime(2026, 10, 1, tzinfo=UTC)
    assert AroundTheClock().add(start, 90) == start + timedelta(minutes=90)
    assert AroundTheClock().between(start, start - timedelta(minutes=1)) == timedelta(0)


MAKEUP = {
    2024: ["02-04", "02-18", "04-07", "04-28", "05-11", "09-14", "09-29", "10-12"],
    2025: ["01-26", "02-08", "04-27", "09-28", "10-11"],
    2026: ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"],
}
OFF = {
    2024: ["01-01:01-01", "02-10:02-17", "04-04:04-06", "05-01:05-05", "06-08:06-10", "09-15:09-17", "10-01:10-07"],
    2025: ["01-01:01-01", "01-28:02-04", "04-04:04-06", "05-01:05-05", "05-31:06-02", "10-01:10-08"],
    2026: ["01-01:01-03", "02-15:02-23", "04-04:04-06", "05-01:05-05", "06-19:06-21", "09-25:09-27", "10-01:10-07"],
}


@pytest.mark.parametrize("year", sorted(MAKEUP))
def test_the_calendar_package_agrees_with_the_published_notices(year: int) -> None:
    workdays = Workdays()
    off = set()
    for span in OFF[year]:
        first, last = (date.fromisoformat(f"{year}-{part}") for part in span.split(":"))
        off |= {first + timedelta(days=n) for n in range((last - first).days + 1)}
    makeup = {date.fromisoformat(f"{year}-{day}") for day in MAKEUP[year]}
    day = date(year, 1, 1)
    while day.year == year:
        assert workdays(day) is (day in makeup or (day.weekday() < 5 and day not in off)), day
        day += timedelta(days=1)
    assert not workdays.provisional


@pytest.mark.parametrize("year", sorted(MAKEUP))
def test_every_minute_of_the_year_counts_as_the_notices_say(hours: WorkingTime, year: int) -> None:
    """Minute by minute against days written down here, windows compared as plain numbers; China has no summer time."""
    off = set()
    for span in OFF[year]:
        first, last = (date.fromisoformat(f"{year}-{part}") for part in span.split(":"))
        off |= {first + timedelta(days=n) for n in range((last - first).days + 1)}
    makeup = {date.fromisoformat(f"{year}-{day}") for day in MAKEUP[year]}
    minute = timedelta(minutes=1)
    begin, end = (datetime(y, 1, 1, tzinfo=ZONE).astimezone(UTC) for y in (year, year + 1))
    wanted = set()
    for number in range((end - begin) // minute):
        at = begin + number * minute
        day, clock = date(year, 1, 1) + timedelta(days=number // 1440), number % 1440
        if (day in makeup or (day.weekday() < 5 and day not in off)) and (510 <= clock < 720 or 840 <= clock < 1050):
            wanted.add(at)
    counted = set()
    for opens, closes in itertools.takewhile(lambda span: span[0] < end, hours.spans(begin)):
        counted |= {opens + n * minute for n in range((closes - opens) // minute)}
    assert counted == wanted
    assert hours.between(begin, end) == len(wanted) * minute
    for at in itertools.islice(sorted(wanted), 0, None, 997):
        assert hours.open_at(at)


def test_a_year_the_package_does_not_know_runs_provisionally_and_says_so(caplog: pytest.LogCaptureFixture) -> None:
    workdays = Workdays()
    assert workdays(date(2032, 3, 1))
    assert not workdays(date(2032, 10, 1))
    assert not workdays(date(2032, 3, 6))
    assert workdays.provisional == {2032}
    assert caplog.text.count("provisionally") == 1

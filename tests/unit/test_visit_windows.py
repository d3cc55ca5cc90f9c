"""The windows people name for a visit, and what is wrong with those that cannot be."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.core.calendar import WorkingTime
from bot.core.charging import Mark
from bot.core.duty import Kind, Span
from bot.core.visits import Trouble, Window, covered, delayed, half_days, outcomes, read

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""10:00 in Guangzhou, a Monday."""
HOURS = WorkingTime(
    ((time(8, 30), time(12)), (time(14), time(17, 30))),
    ZONE,
    lambda day: day.weekday() < 5 and day != date(2026, 11, 26),
)
LONGEST = timedelta(days=14)


def window(said: str) -> Window:
    """24T09:00-11:00, of this month."""
    day, hours = said.split("T")
    start, end = (datetime.fromisoformat(f"2026-11-{day}T{h}").replace(tzinfo=ZONE) for h in hours.split("-"))
    return Window(start, end)


@pytest.mark.parametrize(
    ("text", "windows"),
    [
        ("明天上午", ["24T08:30-12:00"]),
        ("明天9点-11点 或 下午2点-4点", ["24T09:00-11:00", "24T14:00-16:00"]),
        ("明天9-11点，周三下午", ["24T09:00-11:00", "25T14:00-17:30"]),
        ("9:30~11:00", ["23T10:00-11:00"]),
        ("10:30～11:30", ["23T10:30-11:30"]),
        ("周五下午", ["27T14:00-17:30"]),
        ("那就改到周五下午吧", ["27T14:00-17:30"]),
        ("明天10点半以后可以", ["24T10:30-12:00"]),
        ("明天上午10点前", ["24T08:30-10:00"]),
        ("明天下午三点左右", ["24T15:00-16:00"]),
        ("明天两点到四点", ["24T14:00-16:00"]),
        ("明天下午2点-5点", ["24T14:00-17:00"]),
        ("明天11点到下午3点", ["24T11:00-15:00"]),
        ("明天五点", ["24T17:00-17:30"]),
        ("11月25日9:00-10:00", ["25T09:00-10:00"]),
        ("28号上午", Trouble.OFF_HOURS),
        ("25号全天", ["25T08:30-17:30"]),
        ("明早9点到10点半", ["24T09:00-10:30"]),
        ("明早", ["24T08:30-12:00"]),
        ("明儿上午", ["24T08:30-12:00"]),
        ("后天下午", ["25T14:00-17:30"]),
        ("周五一早", ["27T08:30-12:00"]),
        ("这周五下午", ["27T14:00-17:30"]),
        ("28号早上", Trouble.OFF_HOURS),
        ("今天下班前", ["23T10:00-17:30"]),
        ("今晚6点到10点", Trouble.OFF_HOURS),
        ("明晚7点", Trouble.OFF_HOURS),
        ("今晚", Trouble.OFF_HOURS),
        ("明天中午", Trouble.OFF_HOURS),
        ("明早退了再说", Trouble.UNREAD),
        ("下午", ["23T14:00-17:30"]),
        ("上午", ["23T10:00-12:00"]),
        ("今天随时都可以", ["23T10:00-17:30"]),
        ("后天、明天", ["25T08:30-17:30", "24T08:30-17:30"]),
        ("明天上午或明天上午", ["24T08:30-12:00"]),
        ("明天上午 9点-8点", Trouble.OFF_HOURS),
        ("明天12点半", Trouble.OFF_HOURS),
        ("明天17点-19点", Trouble.OFF_HOURS),
        ("周四上午", Trouble.OFF_HOURS),
        ("周六上午", Trouble.OFF_HOURS),
        ("今天9点", Trouble.PAST),
        ("12月21日上午", Trouble.FAR),
        ("明天25点", Trouble.UNREAD),
        ("11月31日上午", Trouble.UNREAD),
        ("明天上午打印机又坏了", Trouble.UNREAD),
        ("等领导回来", Trouble.UNREAD),
        ("可以", Trouble.UNREAD),
        ("", Trouble.UNREAD),
        ("明天8:30-9:30、9:30-10:30、10:30-11:30、14:00-15:00、15:00-16:00", Trouble.MANY),
    ],
)
def test_what_is_named_is_read_or_its_trouble_said(text: str, windows: list[str] | Trouble) -> None:
    wanted = [window(w) for w in windows] if isinstance(windows, list) else windows
    assert read(text, NOW, HOURS, LONGEST) == wanted


def test_the_next_half_days_leave_out_what_is_nearly_over_and_days_off() -> None:
    late = datetime(2026, 11, 25, 9, 5, tzinfo=UTC)  # 17:05
    assert half_days(late, HOURS, 1) == [window("27T08:30-12:00")]
    assert half_days(NOW, HOURS, 3) == [window("23T10:00-12:00"), window("23T14:00-17:30"), window("24T08:30-12:00")]
    assert half_days(NOW + timedelta(minutes=3), HOURS, 1) == [window("23T10:10-12:00")]


@pytest.mark.parametrize(
    ("now", "minutes", "then"),
    [("08:00", 30, "23T09:30-11:30"), ("10:40", 30, "23T11:10-11:30"), ("10:45", 60, "23T11:50-12:00")],
)
def test_late_moves_it_on_from_now(now: str, minutes: int, then: str) -> None:
    at = datetime.fromisoformat(f"2026-11-23T{now}").replace(tzinfo=ZONE)
    assert delayed(window("23T09:00-11:00"), timedelta(minutes=minutes), at) == window(then)


@pytest.mark.parametrize(
    ("one", "other", "clash"),
    [
        ("23T09:00-11:00", "23T10:00-12:00", True),
        ("23T09:00-11:00", "23T11:00-12:00", False),
        ("23T09:00-11:00", "23T09:30-10:00", True),
        ("23T09:00-11:00", "24T09:00-11:00", False),
    ],
)
def test_two_clash_when_they_overlap(one: str, other: str, clash: bool) -> None:
    assert window(one).overlaps(window(other)) is clash
    assert window(other).overlaps(window(one)) is clash


def test_the_roster_covers_a_window_when_he_is_there_all_the_while() -> None:
    day, lunch = window("24T08:30-17:30"), window("24T12:00-14:00")
    shift = [Span(Kind.ON, day.start, day.end), Span(Kind.LUNCH, lunch.start, lunch.end)]
    assert covered(window("24T09:00-11:00"), shift)
    assert covered(window("24T11:00-15:00"), shift)
    assert not covered(window("24T16:00-18:00"), shift)
    assert not covered(window("25T09:00-10:00"), shift)
    leave = window("24T10:00-10:30")
    assert not covered(window("24T09:00-11:00"), [*shift, Span(Kind.LEAVE, leave.start, leave.end)])


def mark(number: int, minutes: int, kind: str, **data: object) -> Mark:
    return Mark(number, NOW + timedelta(minutes=minutes), kind, data)


def about(visit: int, end: int) -> dict[str, object]:
    return {"visit": visit, "end": (NOW + timedelta(minutes=end)).isoformat()}


AGREED = mark(1, 0, "visit-agreed", **about(7, 60))


@pytest.mark.parametrize(
    ("marks", "kept"),
    [
        ([AGREED], {}),
        ([AGREED, mark(2, 50, "arrive"), mark(3, 50, "visit-kept", **about(7, 60))], {7: True}),
        ([AGREED, mark(2, 60, "visit-missed", **about(7, 60)), mark(3, 70, "arrive")], {7: False}),
        ([AGREED, mark(2, 10, "visit-withdrawn", **about(7, 60))], {}),
        (
            [
                AGREED,
                mark(2, 10, "visit-moved", **about(7, 60)),
                mark(3, 10, "visit-agreed", **about(8, 90)),
                mark(4, 80, "arrive"),
                mark(5, 80, "visit-kept", **about(8, 90)),
            ],
            {8: True},
        ),
        (
            [
                AGREED,
                mark(2, 60, "visit-missed", **about(7, 60)),
                mark(3, 75, "arrive"),
                mark(4, 80, "late-confirmed", times={"3": (NOW + timedelta(minutes=55)).isoformat()}),
            ],
            {7: True},
        ),
        (
            [
                AGREED,
                mark(2, 50, "arrive"),
                mark(3, 50, "visit-kept", **about(7, 60)),
                mark(4, 51, "undone", of=[2, 3]),
                mark(5, 60, "visit-missed", **about(7, 60)),
            ],
            {7: False},
        ),
    ],
)
def test_whether_it_was_kept_follows_from_the_events(marks: list[Mark], kept: dict[int, bool]) -> None:
    assert outcomes(marks) == kept

"""The end of a wait as people say it."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.core.until import Read, Trouble, first_days, length, read, read_day

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""10:00 in Guangzhou, a Monday."""
LONGEST = timedelta(days=14)


def local(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("text", "rest", "end"),
    [
        ("等待备件且已提供备机 2小时", "等待备件且已提供备机", "11-23T12:00"),
        ("等待备件2小时", "等待备件", "11-23T12:00"),
        ("等用户时间，两个小时", "等用户时间", "11-23T12:00"),
        ("等授权 半小时", "等授权", "11-23T10:30"),
        ("等授权 一个半小时", "等授权", "11-23T11:30"),
        ("等授权 1.5小时", "等授权", "11-23T11:30"),
        ("等授权 40分钟", "等授权", "11-23T10:40"),
        ("不可抗力 3天", "不可抗力", "11-26T10:00"),
        ("等授权 到15:00", "等授权", "11-23T15:00"),
        ("等授权 到15：30", "等授权", "11-23T15:30"),
        ("等授权到下午3点", "等授权", "11-23T15:00"),
        ("等授权 到3点半", "等授权", Trouble.PAST),
        ("等授权 至明天9点20分", "等授权", "11-24T09:20"),
        ("等授权 到后天 14:00", "等授权", "11-25T14:00"),
        ("等授权 到11月25日14:00", "等授权", "11-25T14:00"),
        ("等授权 到2026-12-01 08:30", "等授权", "12-01T08:30"),
        ("等授权 到11月31日14:00", "等授权", Trouble.UNREAD),
        ("等授权 到25:00", "等授权", Trouble.UNREAD),
        ("等授权 到下班", "等授权", Trouble.UNREAD),
        ("用户开会到十点半", "用户开会", "11-23T10:30"),
        ("用户开会到下午两点钟", "用户开会", "11-23T14:00"),
        ("人不在，到明天十一点", "人不在", "11-24T11:00"),
        ("用户开会到下班", "用户开会", Trouble.UNREAD),
        ("等用户，要等到周五", "等用户，要等", Trouble.UNREAD),
        ("等授权 到9:00", "等授权", Trouble.PAST),
        ("等授权 0分钟", "等授权", Trouble.PAST),
        ("等授权 15天", "等授权", Trouble.FAR),
        ("等授权 到1月5日9:00", "等授权", Trouble.FAR),
        ("等用户回到办公室", "等用户回到办公室", None),
        ("", "", None),
    ],
)
def test_the_end_is_read_or_its_trouble_named(text: str, rest: str, end: str | Trouble | None) -> None:
    wanted = local(end) if isinstance(end, str) and not isinstance(end, Trouble) else end
    assert read(text, NOW, ZONE, LONGEST) == Read(rest, wanted)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-09-24", date(2026, 9, 24)),
        ("2026年9月24日", date(2026, 9, 24)),
        ("9月24日", date(2026, 9, 24)),
        ("9-24", date(2026, 9, 24)),
        ("1月5日", date(2027, 1, 5)),
        ("今天", date(2026, 11, 23)),
        ("后天", date(2026, 11, 25)),
        ("2026-02-30", None),
        ("13-01", None),
        ("24号", None),
        ("台风", None),
        ("", None),
    ],
)
def test_the_day_that_is_meant(text: str, day: date | None) -> None:
    assert read_day(text, date(2026, 11, 23)) == day


def test_the_year_nearest_to_today_is_meant() -> None:
    assert read_day("12月30日", date(2027, 1, 4)) == date(2026, 12, 30)
    assert read_day("2月29日", date(2028, 2, 1)) == date(2028, 2, 29)
    assert read_day("2月29日", date(2027, 11, 1)) is None


@pytest.mark.parametrize(
    ("text", "days", "rest"),
    [
        ("1号2号 台风", ["12-01", "12-02"], "台风"),
        ("30号1号", ["11-30", "12-01"], ""),
        ("20号", ["11-20"], ""),
        ("12-1到12-3台风", ["12-01", "12-02", "12-03"], "台风"),
        ("明后天", ["11-24", "11-25"], ""),
        ("2026-12-24、25日", ["12-24", "12-25"], ""),
        ("31号", ["10-31"], ""),
    ],
)
def test_the_days_a_line_begins_with(text: str, days: list[str], rest: str) -> None:
    found = first_days(text, date(2026, 11, 23))
    assert found is not None
    assert ([f"{day:%m-%d}" for day in found[0]], found[1]) == (days, rest)


@pytest.mark.parametrize("text", ["", "台风", "2026-13-40", "12-3到12-1", "40号"])
def test_no_days(text: str) -> None:
    assert first_days(text, date(2026, 11, 23)) is None


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("二十分钟", 20), ("十五分钟", 15), ("三十五分", 35), ("十分钟", 10), ("半小时", 30), ("两个半小时", 150)],
)
def test_lengths_in_words(text: str, minutes: int) -> None:
    assert length(text) == timedelta(minutes=minutes)

"""The end of a wait as people say it."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.core.until import Read, Trouble, read

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

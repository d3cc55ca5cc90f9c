"""Quiet hours: when they end, for whom and for what, and how people set them."""

from datetime import UTC, datetime

import pytest

from bot.core.quiet import ends, line, read


@pytest.mark.parametrize(
    ("own", "priority", "at", "expected"),
    [
        ({}, "P3", "26 21:59", None),
        ({}, "P3", "26 22:00", "27 07:30"),
        ({}, "P4", "27 00:10", "27 07:30"),
        ({}, "P4", "27 07:30", None),
        ({}, "P2", "27 00:10", None),
        ({}, None, "27 00:10", None),
        ({"P3": "none"}, "P3", "27 00:10", None),
        ({"P3": "none"}, "P4", "27 00:10", "27 07:30"),
        ({"P3": "12:00-14:00"}, "P3", "26 13:00", "26 14:00"),
        ({"P1": "00:00-23:00"}, "P1", "26 13:00", None),
        ({"days-off": "whole"}, "P3", "27 21:59", None),
        ({"days-off": "whole"}, "P3", "27 22:00", "30 07:30"),
        ({"days-off": "whole"}, "P4", "28 13:00", "30 07:30"),
        ({"days-off": "whole", "P4": "none"}, "P4", "29 13:00", "30 00:00"),
        ({"days-off": "whole"}, "P2", "28 13:00", None),
        ({"days-off": "none"}, "P4", "28 13:00", None),
    ],
)
def test_ends(own: dict[str, str], priority: str | None, at: str, expected: str | None) -> None:
    """The 28th is a Saturday."""
    at_once = datetime.strptime(f"2026-11-{at}", "%Y-%m-%d %H:%M").replace(tzinfo=UTC)
    found = ends(own, priority, at_once, lambda day: day.weekday() < 5)
    assert (found and f"{found:%d %H:%M}") == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (" 21:00-08:00", {"P3": "21:00-08:00", "P4": "21:00-08:00"}),
        ("P4 ２１：００－８：００", {"P4": "21:00-08:00"}),
        ("p3 关", {"P3": "none"}),
        ("22点到7点半", {"P3": "22:00-07:30", "P4": "22:00-07:30"}),
        ("晚上10点到早上7点", {"P3": "22:00-07:00", "P4": "22:00-07:00"}),
        ("22点05分-7点", {"P3": "22:05-07:00", "P4": "22:05-07:00"}),
        ("关", {"P3": "none", "P4": "none", "days-off": "none"}),
        ("周末", {"days-off": "whole"}),
        ("周六周日", {"days-off": "whole"}),
        ("周末和节假日", {"days-off": "whole"}),
        ("周末关", {"days-off": "none"}),
        ("晚上十点以后", {"P3": "22:00-07:30", "P4": "22:00-07:30"}),
        ("晚上九点半到早上八点", {"P3": "21:30-08:00", "P4": "21:30-08:00"}),
        ("早上八点前", {"P3": "22:00-08:00", "P4": "22:00-08:00"}),
        ("下班后", {"P3": "17:30-08:30", "P4": "17:30-08:30", "days-off": "whole"}),
        ("这周末", None),
        ("今晚", None),
        ("周六", None),
        ("默认", {}),
        ("P1 关", None),
        ("25:00-08:00", None),
        ("08:00-08:00", None),
        ("晚上", {"P3": "22:00-07:30", "P4": "22:00-07:30"}),
        ("P4夜里", {"P4": "22:00-07:30"}),
        ("晚上9点以后", {"P3": "21:00-07:30", "P4": "21:00-07:30"}),
        ("9点以后", None),
    ],
)
def test_read(text: str, expected: dict[str, str] | None) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("免打扰", ""),
        ("我的免打扰", ""),
        ("免打扰 22:00-07:30", "22:00-07:30"),
        ("取消免打扰", "关"),
        ("关闭P3免打扰", "P3 关"),
        ("晚上别给我发消息", "晚上"),
        ("夜里不要打扰我。", "夜里"),
        ("晚上10点以后别发消息", "晚上10点以后"),
        ("P4晚上8点到早上8点别吵我", "P4晚上8点到早上8点"),
        ("晚上十点以后别吵我", "晚上十点以后"),
        ("周末别打扰我", "周末"),
        ("周末不要派单给我", "周末"),
        ("节假日不要打扰我", "节假日"),
        ("半夜别给我推消息了行不行", "半夜"),
        ("晚上9点半之后别吵我，急单除外", "晚上9点半之后"),
        ("下班以后别给我派单", "下班以后"),
        ("可以打扰我了", "关"),
        ("周末可以打扰我", "周末 关"),
        ("取消周末免打扰", "周末 关"),
        ("晚上不要停电", None),
        ("周末不要停电", None),
        ("周末别派人来", None),
        ("1号别打扰我", None),
        ("302打印机别给我发消息", None),
        ("下午别通知我", None),
        ("不要通知我", None),
    ],
)
def test_what_a_line_wishes(text: str, expected: str | None) -> None:
    assert line(text) == expected

"""Days and hours as people write them for leave, swaps and stand-ins."""

from datetime import date

import pytest

from bot.core.duty_words import read

TODAY = date(2026, 11, 25)
"""A Wednesday."""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("明天下午", "11-26 14:00 11-26 17:30"),
        ("明天下午 看病", "11-26 14:00 11-26 17:30 看病"),
        ("今天 全天，发烧", "11-25 00:00 11-26 00:00 发烧"),
        ("后天", "11-27 00:00 11-28 00:00"),
        ("周五上午", "11-27 08:30 11-27 12:00"),
        ("周三", "11-25 00:00 11-26 00:00"),
        ("下周三", "12-02 00:00 12-03 00:00"),
        ("11-26", "11-26 00:00 11-27 00:00"),
        ("１１月２６日 １４：００－１８：００", "11-26 14:00 11-26 18:00"),
        ("11-26到11-28 探亲", "11-26 00:00 11-29 00:00 探亲"),
        ("周五到周日", "11-27 00:00 11-30 00:00"),
        ("明天下午看病", "11-26 14:00 11-26 17:30 看病"),
        ("周五到周三", "11-27 00:00 12-03 00:00"),
        ("明天 22:00-02:00", "11-26 22:00 11-27 02:00"),
        ("18:00-22:00", "11-25 18:00 11-25 22:00"),
        ("27号", "11-27 00:00 11-28 00:00"),
        ("3号上午 开会", "12-03 08:30 12-03 12:00 开会"),
        ("今晚", "11-25 17:30 11-26 00:00"),
        ("明晚 有事", "11-26 17:30 11-27 00:00 有事"),
        ("晚上", "11-25 17:30 11-26 00:00"),
        ("明天9点-11点30", "11-26 09:00 11-26 11:30"),
    ],
)
def test_read(text: str, expected: str) -> None:
    when = read(text, TODAY)
    assert when is not None
    assert f"{when.start:%m-%d %H:%M} {when.end:%m-%d %H:%M} {when.rest}".strip() == expected


@pytest.mark.parametrize("text", ["", "有事", "02-30", "明天 25:00-26:00", "11-28到11-26", "明天9:70-10:00", "13-40"])
def test_what_is_no_time_is_none(text: str) -> None:
    assert read(text, TODAY) is None


def test_a_day_that_has_passed_is_next_years() -> None:
    when = read("1-2", TODAY)
    assert when is not None
    assert when.day == date(2027, 1, 2)

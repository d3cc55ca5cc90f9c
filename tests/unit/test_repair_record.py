"""What a technician says of a repair, taken apart."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.repair import LONGEST_MIN, Moment, Said, minutes_of, missing, read, says_nothing, worked

T0 = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "text, said",
    [
        ("换了搓纸轮 25分钟", Said("", "换了搓纸轮", "", 25)),
        ("搓纸轮磨损，换了搓纸轮，25分钟", Said("搓纸轮磨损", "换了搓纸轮", "", 25)),
        ("搓纸轮磨损换了新的", Said("搓纸轮磨损", "换了新的")),
        ("因为驱动冲突，重装驱动，半小时", Said("驱动冲突", "重装驱动", "", 30)),
        ("定影入口卡了碎纸，已取出，连续打印两次正常", Said("定影入口卡了碎纸", "已取出，连续打印两次正常")),
        ("水晶头重做", Said("", "水晶头重做")),
        ("电源老化", Said("电源老化", "")),
        (
            "原因：搓纸轮老化，处理：清洁后更换，故障：卡纸，用时1小时20分",
            Said("搓纸轮老化", "清洁后更换", "卡纸", 80),
        ),
        ("", Said()),
    ],
)
def test_a_sentence_is_taken_apart(text: str, said: Said) -> None:
    assert read(text) == said


@pytest.mark.parametrize(
    "text, minutes",
    [
        ("25分钟", 25),
        ("25分", 25),
        ("半小时", 30),
        ("半个小时", 30),
        ("一个半小时", 90),
        ("1.5小时", 90),
        ("两小时", 120),
        ("1小时20分钟", 80),
        ("十五分钟", 15),
        ("二十五分钟", 25),
        ("一刻钟", 15),
        ("断网30分钟，换水晶头，用时20分钟", 20),
        ("0分钟", None),
        ("9999分钟", None),
        ("25", None),
        ("换了302的灯", None),
    ],
)
def test_minutes_are_read_as_people_say_them(text: str, minutes: int | None) -> None:
    assert minutes_of(text) == minutes


@pytest.mark.parametrize(
    "text", ["已处理", "好了", "处理完毕", "已修复", "OK", "搞定了", "。", "已解决问题", "1", "已经弄好了"]
)
def test_words_that_say_nothing(text: str) -> None:
    assert says_nothing(text)


@pytest.mark.parametrize("text", ["换硒鼓", "重启", "水晶头重做", "驱动冲突", "换了搓纸轮 25分钟"])
def test_words_that_say_something(text: str) -> None:
    assert not says_nothing(text)


def at(minutes: int, kind: str) -> Moment:
    return Moment(T0 + timedelta(minutes=minutes), kind)


@pytest.mark.parametrize(
    "timeline, until, minutes",
    [
        ([at(0, "accept"), at(10, "arrive")], 33, 25),
        ([at(0, "accept"), at(10, "arrive")], 10, 5),
        ([at(0, "accept")], 12, 15),
        ([at(0, "accept"), at(0, "remote"), at(10, "paused"), at(70, "resumed")], 80, 20),
        ([at(0, "accept"), at(0, "arrive"), at(20, "paused")], 90, 20),
        ([at(0, "arrive"), at(20, "resolved"), at(100, "not-fixed")], 110, 30),
        ([at(0, "arrive")], 5000, LONGEST_MIN),
        ([], 30, 5),
    ],
)
def test_proposed_minutes(timeline: list[Moment], until: int, minutes: int) -> None:
    assert worked(timeline, T0 + timedelta(minutes=until)) == minutes


@pytest.mark.parametrize(
    "record, part",
    [
        ({"cause": "", "measures": "", "fault": "", "minutes": None}, "words"),
        ({"cause": "x", "measures": "", "fault": "", "minutes": 5}, "measures"),
        ({"cause": "", "measures": "x", "fault": "y", "minutes": 5}, "cause"),
        ({"cause": "x", "measures": "x", "fault": "", "minutes": 5}, "fault"),
        ({"cause": "x", "measures": "x", "fault": "y", "minutes": None}, "minutes"),
        ({"cause": "x", "measures": "x", "fault": "y", "minutes": 5}, ""),
    ],
)
def test_the_next_part_to_ask_for(record: dict[str, object], part: str) -> None:
    assert missing(record) == part


@given(st.text(max_size=60))
def test_nothing_breaks_it(text: str) -> None:
    said = read(text)
    assert said.minutes is None or 1 <= said.minutes <= LONGEST_MIN

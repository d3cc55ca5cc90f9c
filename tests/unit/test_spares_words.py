"""Spare parts and return dates as technicians type them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.spares import LONGEST, due, parts

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    "text, found",
    [
        ("搓纸轮×1", [("搓纸轮", 1)]),
        ("搓纸轮", [("搓纸轮", 1)]),
        ("搓纸轮x2、硒鼓*1", [("搓纸轮", 2), ("硒鼓", 1)]),
        ("网线 3根，水晶头10个", [("网线", 3), ("水晶头", 10)]),
        ("8G内存条×2", [("8G内存条", 2)]),
        ("", None),
        ("×2", None),
        ("搓纸轮×0", None),
        ("搓纸轮×1000", None),
    ],
)
def test_parts(text: str, found: list[tuple[str, int]] | None) -> None:
    assert parts(text) == found


@pytest.mark.parametrize(
    "text, day",
    [
        ("12月5日", date(2026, 12, 5)),
        ("12-05", date(2026, 12, 5)),
        ("12/5前归还", date(2026, 12, 5)),
        ("2026-12-05", date(2026, 12, 5)),
        ("1月3日", date(2027, 1, 3)),
        ("7天", date(2026, 11, 30)),
        ("今天", TODAY),
        ("明天", date(2026, 11, 24)),
        ("2026-11-01", None),
        ("2月30日", None),
        ("13月1日", None),
        ("2029-01-01", None),
        ("下周", None),
        ("", None),
    ],
)
def test_days(text: str, day: date | None) -> None:
    assert due(text, TODAY) == day


@given(st.text(max_size=30))
def test_nothing_breaks_it(text: str) -> None:
    day = due(text, TODAY)
    assert day is None or TODAY <= day <= TODAY + LONGEST
    assert all(count >= 1 and name for name, count in parts(text) or [])

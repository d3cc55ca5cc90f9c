"""Whose time it was: tables of cases, and random days whose parts always tile the whole and replay alike."""

import itertools
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.charging import NOBODY, Interval, Mark, Party, charged, intervals
from bot.desk.working_time import Workdays, agency_hours

HOURS = agency_hours(ZoneInfo("Asia/Shanghai"), Workdays(), "08:30-12:00", "14:00-17:30")
MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""10:00 in Guangzhou."""


def at(minutes: int) -> datetime:
    return MONDAY + timedelta(minutes=minutes)


def told(*events: tuple[int, str, Mapping[str, object]]) -> list[Mark]:
    return [Mark(number, at(minute), kind, data) for number, (minute, kind, data) in enumerate(events, start=1)]


def minutes(parts: list[Interval]) -> list[tuple[str, int]]:
    return [(str(part.party), int(part.length.total_seconds() // 60)) for part in parts]


@pytest.mark.parametrize(
    ("events", "until", "wanted"),
    [
        ([(0, "opened", {})], 30, [("provider", 30)]),
        ([(0, "opened", {}), (5, "ask", {}), (15, "answered", {})], 30, [("provider", 5), ("user-unit", 10), ("provider", 15)]),
        (
            [(0, "opened", {}), (10, "paused", {"paused": "第三方或运营商处理", "party": "third-party"}), (40, "resumed", {"paused": ""})],
            50,
            [("provider", 10), ("third-party", 30), ("provider", 10)],
        ),
        ([(0, "opened", {}), (10, "paused", {"paused": "等待备件且已提供备机", "party": "third-party"})], 20, [("provider", 10), ("third-party", 10)]),
        ([(0, "opened", {}), (10, "paused", {"paused": "不可抗力", "party": "third-party"}), (30, "arrive", {"paused": ""})], 40, [("provider", 10), ("third-party", 20), ("provider", 10)]),
        (
            [(0, "opened", {}), (0, "approval-asked", {"side": "user-unit"}), (30, "approval-asked", {"side": "provider"}), (40, "approval-asked", {"side": "manager"}), (50, "approve", {})],
            60,
            [("user-unit", 30), ("provider", 10), ("third-party", 10), ("provider", 10)],
        ),
        ([(0, "opened", {}), (20, "resolved", {}), (50, "not-fixed", {})], 60, [("provider", 20), ("user-unit", 30), ("provider", 10)]),
        (
            [(0, "opened", {}), (20, "resolved", {}), (30, "confirm", {}), (50, "reopen", {}), (60, "self-solved", {}), (65, "reopen", {})],
            70,
            [("provider", 20), ("user-unit", 10), ("closed", 20), ("provider", 10), ("closed", 5), ("provider", 5)],
        ),
        (
            [(0, "opened", {}), (10, "paused", {"paused": "等待用户时间", "party": "user-unit"}), (20, "resolved", {"paused": ""})],
            50,
            [("provider", 10), ("user-unit", 40)],
        ),
        ([(0, "opened", {}), (20, "refer", {}), (50, "undo", {})], 60, [("provider", 20), ("third-party", 30), ("provider", 10)]),
        ([(0, "opened", {}), (30, "ask", {}), (10, "answered", {})], 60, [("provider", 30), ("provider", 30)]),
    ],
    ids=["plain", "asked", "carrier", "loan", "moves", "approval", "confirm", "reopened", "resolved-in-a-pause", "referred", "clock-moved-back"],
)  # fmt: skip
def test_who_is_charged(
    events: list[tuple[int, str, dict[str, object]]], until: int, wanted: list[tuple[str, int]]
) -> None:
    parts = intervals(told(*events), at(until), None)
    assert minutes(parts) == wanted


def test_outside_working_hours_nobody_is_charged() -> None:
    parts = intervals(
        told((0, "opened", {}), (60, "paused", {"paused": "等待用户时间", "party": "user-unit"})), at(300), HOURS
    )
    assert minutes(parts) == [("provider", 60), ("user-unit", 60), ("off-hours", 120), ("user-unit", 60)]


def test_closed_over_a_weekend_is_one_stretch_and_counts_for_nobody() -> None:
    days = 3 * 24 * 60
    parts = intervals(told((0, "opened", {}), (60, "confirm", {}), (days, "reopen", {})), at(days + 30), HOURS)
    assert minutes(parts) == [("provider", 60), ("closed", days - 60), ("provider", 30)]


def test_a_ruling_changes_its_own_interval_and_no_other() -> None:
    events = told(
        (0, "opened", {}), (10, "paused", {"paused": "等待用户时间", "party": "user-unit"}), (40, "resumed", {})
    )
    before = intervals(events, at(60), None)
    ruling = {"because": before[1].because, "start": before[1].start.isoformat(), "party": "provider"}
    after = intervals([*events, Mark(9, at(70), "ruled", ruling)], at(60), None)
    assert [p.party for p in after] == [Party.PROVIDER] * 3
    assert [(p.start, p.end) for p in after] == [(p.start, p.end) for p in before]
    assert [p.ruled for p in after] == [False, True, False]


KINDS = st.sampled_from(
    [
        ("ask", {}), ("answered", {}), ("triage", {}), ("offer", {}), ("accept", {}), ("paused", {"paused": "等待用户授权", "party": "user-unit"}),
        ("paused", {"paused": "不可抗力", "party": "third-party"}), ("paused", {"paused": "新原因"}), ("resumed", {"paused": ""}), ("arrive", {"paused": ""}),
        ("restored", {}), ("resolved", {}), ("not-fixed", {}), ("refer", {}), ("undo", {}), ("settle", {}), ("note", {}), ("resolved", {"paused": ""}), ("refer", {"paused": ""}),
        ("confirm", {}), ("auto-close", {}), ("self-solved", {}), ("reopen", {}),
    ]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    events=st.lists(st.tuples(st.integers(-60, 20_000), KINDS), max_size=25),
    until=st.integers(0, 30_000),
    working=st.booleans(),
)
def test_the_parts_of_any_day_tile_the_whole_and_replay_alike(
    events: list[tuple[int, tuple[str, dict[str, object]]]], until: int, working: bool
) -> None:
    marks = told((0, "opened", {}), *((minute, kind, data) for minute, (kind, data) in events))
    parts = intervals(marks, at(until), HOURS if working else None)
    assert parts == intervals(list(marks), at(until), HOURS if working else None)
    for before, after in itertools.pairwise(parts):
        assert before.end == after.start
    assert all(part.length > timedelta(0) for part in parts) or len(parts) == 1
    if until:
        assert (parts[0].start, parts[-1].end) == (at(0), at(until))
    assert sum(charged(parts).values(), timedelta(0)) == timedelta(minutes=until)
    if working:
        worked = sum((p.length for p in parts if p.party not in NOBODY), timedelta(0))
        closed = (HOURS.between(p.start, p.end) for p in parts if p.party is Party.CLOSED)
        assert worked + sum(closed, timedelta(0)) == HOURS.between(at(0), at(until))


def test_what_was_taken_back_never_happened() -> None:
    events = told(
        (0, "opened", {}), (10, "accept", {}), (20, "resolved", {}), (21, "undone", {"of": [3]}), (50, "resolved", {})
    )
    assert minutes(intervals(events, at(60), None)) == [("provider", 50), ("user-unit", 10)]


def test_a_late_entry_counts_at_its_claimed_time_once_it_is_confirmed() -> None:
    events = told((0, "opened", {}), (10, "accept", {}), (50, "resolved", {}))
    assert minutes(intervals(events, at(60), None)) == [("provider", 50), ("user-unit", 10)]
    settled = [*events, Mark(9, at(55), "late-confirmed", {"times": {"3": at(30).isoformat()}})]
    assert minutes(intervals(settled, at(60), None)) == [("provider", 30), ("user-unit", 30)]

"""The figures of a period, from what each ticket came to: counts, on-time rates, times, satisfaction, pauses. Pure.

A ticket belongs to the period it was reported in, whenever it was finished. A rate says how many cases it has; without
cases there is no rate.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil
from statistics import mean

CLOCKS = ("response", "arrive", "restore", "resolve")
PRIORITIES = ("P1", "P2", "P3", "P4")
ALL = ""
"""Stands for all priorities together."""


@dataclass(frozen=True)
class Period:
    """From `since` up to `until`, under the name it was asked for by."""

    name: str
    since: datetime
    until: datetime


@dataclass(frozen=True)
class Kept:
    """Whether a target was kept: by all the time of its clock, and by what is charged to the provider."""

    gross: bool
    net: bool


@dataclass(frozen=True)
class Case:
    """What one ticket came to. `state`: resolved | open | referred | dropped (cancelled or merged)."""

    unit_id: int | None
    priority: str
    channel: str
    state: str
    closed: bool
    reopened: bool
    rating: int | None
    complaints: int
    urged: int
    kept: Mapping[str, Kept]
    """By clock; a clock that was not owed, or still runs in time, is not there."""
    response: timedelta | None
    """Until the first contact, of the time the contract counts."""
    paused: timedelta
    whole: timedelta
    """All the time of its clock until it was resolved, or until now."""


@dataclass(frozen=True)
class Rate:
    """Of `n` cases, how many were in time by either figure."""

    n: int = 0
    gross: int = 0
    net: int = 0


@dataclass(frozen=True)
class Figures:
    reported: int
    states: Mapping[str, int]
    reopened: int
    complaints: int
    urged: int
    channels: Mapping[str, int]
    rates: Mapping[tuple[str, str], Rate]
    """(clock, priority) → rate; priority ALL for all of them."""
    reaction: Mapping[str, tuple[timedelta, timedelta]]
    """Priority, or ALL → median and 90th percentile of the time until the first contact."""
    closed: int
    ratings: Mapping[int, int]
    paused: float | None
    """Share of the time; None where no time was measured."""

    @property
    def rated(self) -> int:
        return sum(self.ratings.values())

    @property
    def satisfaction(self) -> float | None:
        return mean(Counter(self.ratings).elements()) if self.rated else None

    def rate(self, clock: str, priority: str = ALL) -> Rate:
        return self.rates.get((clock, priority), Rate())


def sum_up(cases: Sequence[Case]) -> Figures:
    """The figures of these tickets."""
    rates: dict[tuple[str, str], Rate] = {}
    for case in cases:
        for clock, kept in case.kept.items():
            for priority in (case.priority, ALL):
                old = rates.get((clock, priority), Rate())
                rates[clock, priority] = Rate(old.n + 1, old.gross + kept.gross, old.net + kept.net)
    whole = sum((case.whole for case in cases), timedelta(0))
    return Figures(
        reported=len(cases),
        states=Counter(case.state for case in cases),
        reopened=sum(case.reopened for case in cases),
        complaints=sum(case.complaints for case in cases),
        urged=sum(case.urged for case in cases),
        channels=Counter(case.channel for case in cases),
        rates=rates,
        reaction={
            priority: (percentile(times, 50), percentile(times, 90))
            for priority in (ALL, *PRIORITIES)
            if (times := [c.response for c in cases if c.response is not None and priority in (ALL, c.priority)])
        },
        closed=sum(case.closed for case in cases),
        ratings=Counter(case.rating for case in cases if case.rating is not None),
        paused=sum((case.paused for case in cases), timedelta(0)) / whole if whole else None,
    )


def percentile(values: Iterable[timedelta], percent: int) -> timedelta:
    """The smallest value that so many percent do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(ceil(len(ordered) * percent / 100), 1) - 1]


WHEN = {
    "今天": "今日",
    "今日": "今日",
    "日报": "今日",
    "昨天": "昨日",
    "昨日": "昨日",
    "本周": "本周",
    "这周": "本周",
    "周报": "本周",
    "上周": "上周",
    "本月": "本月",
    "这个月": "本月",
    "月报": "本月",
    "上月": "上月",
    "上个月": "上月",
}
"""How a period is asked for → its name."""
MONTH = re.compile(r"(?:(?P<year>20\d\d)[-年/.])?(?P<month>0?[1-9]|1[0-2])月?")


def period(said: str, now: datetime) -> Period | None:
    """The period a word names, in the days of `now`'s zone: a word of WHEN, 2026-11, 11月. None: no period."""
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    monday, first, day = today - timedelta(days=today.weekday()), today.replace(day=1), timedelta(days=1)
    match WHEN.get(said):
        case "今日":
            return Period("今日", today, today + day)
        case "昨日":
            return Period("昨日", today - day, today)
        case "本周":
            return Period("本周", monday, monday + 7 * day)
        case "上周":
            return Period("上周", monday - 7 * day, monday)
        case "本月":
            return Period("本月", first, _next(first))
        case "上月":
            return Period("上月", (first - day).replace(day=1), first)
    found = MONTH.fullmatch(said)
    if found is None or not (found["year"] or said.endswith("月")):
        return None
    begin = first.replace(month=int(found["month"]), year=int(found["year"] or now.year))
    if not found["year"] and begin > now:
        begin = begin.replace(year=begin.year - 1)
    return Period(f"{begin.year}年{begin.month}月", begin, _next(begin))


def _next(first: datetime) -> datetime:
    return (first + timedelta(days=32)).replace(day=1)


@dataclass(frozen=True)
class Asked:
    """What is asked of 指标: a period, an agency by a part of its name, all of it or the short form."""

    when: str = ""
    agency: str = ""
    detailed: bool = False
    rest: tuple[str, ...] = field(default=())
    """Words that are none of these."""


DETAILED = frozenset({"详细", "明细", "细目", "全部"})


def asked(words: Iterable[str], now: datetime) -> Asked:
    """Words in any order; the first that is neither a period nor 详细 is the agency."""
    when, agency, detailed, rest = "", "", False, []
    for word in words:
        if word in DETAILED:
            detailed = True
        elif not when and period(word, now) is not None:
            when = word
        elif not agency:
            agency = word
        else:
            rest.append(word)
    return Asked(when, agency, detailed, tuple(rest))

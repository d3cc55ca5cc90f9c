"""Who is on duty when: from the shifts of the roster to the state at an instant, the next change, overlaps and gaps. Pure.

Shifts are given in the order in which they count: what was agreed later (a swap, an override) comes after the sheet's.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from itertools import pairwise


class Kind(StrEnum):
    """What a shift says of its hours."""

    ON = "on"
    LUNCH = "lunch"
    LEAVE = "leave"
    AWAY = "away"
    """Given to somebody else by a swap."""


class Standing(StrEnum):
    """How somebody stands to the roster at an instant."""

    ON = "on"
    LUNCH = "lunch"
    LEAVE = "leave"
    OFF = "off"


@dataclass(frozen=True)
class Span:
    """Hours of one person: from `start` up to, not including, `end` (aware)."""

    kind: Kind
    start: datetime
    end: datetime
    area: str = ""
    """The district he covers meanwhile; empty: his own."""

    def covers(self, at: datetime) -> bool:
        return self.start <= at < self.end


@dataclass(frozen=True)
class Turn:
    """How somebody stands now, and the next change: when, and to what; none while nothing is known to come."""

    now: Standing
    at: datetime | None = None
    then: Standing | None = None


@dataclass(frozen=True)
class Cover:
    """Somebody who may cover `skills` in `areas` (none: everywhere) during his shifts; who is in no roster (None), always
    but in his leave.
    """

    name: str
    skills: frozenset[str]
    areas: frozenset[str]
    spans: tuple[Span, ...] | None = None
    leave: tuple[Span, ...] = ()


@dataclass(frozen=True)
class Gap:
    """Hours in which nobody on duty has a skill; `area` is empty when that is so everywhere."""

    skill: str
    area: str
    start: datetime
    end: datetime


def standing(spans: Sequence[Span], at: datetime) -> Standing:
    """Leave before all else; then the latest of what puts him on or takes him off; then lunch."""
    covering = [s.kind for s in spans if s.covers(at)]
    if Kind.LEAVE in covering:
        return Standing.LEAVE
    decisive = [kind for kind in covering if kind in (Kind.ON, Kind.AWAY)]
    if not decisive or decisive[-1] is Kind.AWAY:
        return Standing.OFF
    return Standing.LUNCH if Kind.LUNCH in covering else Standing.ON


def next_change(spans: Sequence[Span], at: datetime) -> datetime | None:
    """When his standing next becomes another one; none when nothing is known to come."""
    now = standing(spans, at)
    edges = sorted({edge for s in spans for edge in (s.start, s.end) if edge > at})
    return next((edge for edge in edges if standing(spans, edge) is not now), None)


def turn(spans: Sequence[Span], at: datetime) -> Turn:
    """How somebody stands at an instant, and what comes next."""
    change = next_change(spans, at)
    return Turn(standing(spans, at), change, standing(spans, change) if change else None)


def leave_of(spans: Sequence[Span]) -> tuple[Span, ...]:
    """Of somebody's hours those in which he is on leave."""
    return tuple(s for s in spans if s.kind is Kind.LEAVE)


def by_his_word(found: Turn) -> Turn:
    """The same for somebody who is in no roster: whenever he is not on leave, his own word counts."""

    def there(how: Standing | None) -> Standing | None:
        return Standing.ON if how is Standing.OFF else how

    return Turn(there(found.now) or Standing.ON, found.at, there(found.then))


def overlaps(spans: Sequence[Span]) -> list[tuple[int, int]]:
    """Pairs of indices of one person's spans that say the same kind of hours twice, the later index last."""
    order = sorted(range(len(spans)), key=lambda i: (spans[i].start, i))
    found = []
    for at, i in enumerate(order):
        for j in order[at + 1 :]:
            if spans[j].start >= spans[i].end:
                break
            if spans[i].kind is spans[j].kind:
                found.append((min(i, j), max(i, j)))
    return found


def gaps(covers: Sequence[Cover], windows: Iterable[tuple[datetime, datetime]]) -> list[Gap]:
    """Where nobody is on duty for a skill that somebody of `covers` has, within `windows`, by skill and area.

    A skill that is missing everywhere is said once, without its areas.
    """
    found: list[Gap] = []
    skills = sorted({skill for c in covers for skill in c.skills})
    areas = sorted(
        {area for c in covers for area in c.areas} | {s.area for c in covers for s in c.spans or () if s.area}
    )
    for start, end in windows:
        then = [_narrowed(c, start, end) for c in covers]
        for skill in skills:
            able = [c for c in then if skill in c.skills]
            everywhere = _uncovered(able, "", start, end)
            found += [Gap(skill, "", a, b) for a, b in everywhere]
            for area in areas:
                if any(not c.areas or area in c.areas for c in able):
                    here = _uncovered(able, area, start, end)
                    found += [Gap(skill, area, a, b) for a, b in here if not _within(a, b, everywhere)]
    return found


def by_person(rows: Iterable[tuple[int, Span]]) -> Mapping[int, tuple[Span, ...]]:
    """The spans of each person, their order kept."""
    found: dict[int, list[Span]] = {}
    for person_id, span in rows:
        found.setdefault(person_id, []).append(span)
    return {person_id: tuple(spans) for person_id, spans in found.items()}


def _narrowed(cover: Cover, start: datetime, end: datetime) -> Cover:
    spans = cover.spans
    return cover if spans is None else replace(cover, spans=tuple(s for s in spans if s.start < end and s.end > start))


def _uncovered(able: Sequence[Cover], area: str, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    told = [s for c in able for s in (*(c.spans or ()), *c.leave)]
    edges = {start, end} | {e for s in told for e in (s.start, s.end) if start < e < end}
    cuts = sorted(edges)
    bare = [(a, b) for a, b in pairwise(cuts) if not any(_there(person, area, a) for person in able)]
    merged: list[tuple[datetime, datetime]] = []
    for a, b in bare:
        if merged and merged[-1][1] == a:
            merged[-1] = (merged[-1][0], b)
        else:
            merged.append((a, b))
    return merged


def _there(cover: Cover, area: str, at: datetime) -> bool:
    if any(s.covers(at) for s in cover.leave):
        return False
    if cover.spans is None:
        return not area or not cover.areas or area in cover.areas
    if standing(cover.spans, at) is not Standing.ON:
        return False
    assigned = {s.area for s in cover.spans if s.kind is Kind.ON and s.area and s.covers(at)}
    here = assigned or cover.areas
    return not area or not here or area in here


def _within(start: datetime, end: datetime, others: Sequence[tuple[datetime, datetime]]) -> bool:
    return any(a <= start and end <= b for a, b in others)

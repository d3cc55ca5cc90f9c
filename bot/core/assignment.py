"""Who should take a ticket, with reasons: hard rules first, then a cost in minutes-equivalent. Pure.

Lower cost wins; each part of it is kept, so that 为什么是我 can be answered from the same numbers that decided.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from bot.core.permits import holds
from bot.core.travel import Place, minutes

NOWHERE = Place()
_NONE: Mapping[str, str] = MappingProxyType({})


class Bar(StrEnum):
    """A hard rule that somebody fails."""

    DUTY = "duty"
    SKILL = "skill"
    PERMIT = "permit"
    CLEARANCE = "clearance"
    EXCLUDED = "excluded"


@dataclass(frozen=True)
class Candidate:
    """A technician as the dispatcher sees him at this moment."""

    person_id: int
    name: str
    skills: frozenset[str]
    areas: frozenset[str]
    open_tickets: float
    """What he has in hand; a fraction is a ticket that is nearly done."""
    resident: bool
    """Works in the reporter's own unit."""
    knows_unit: int
    """Tickets he closed for this unit before."""
    offers_today: int
    available: bool = True
    """On duty, not on leave, reachable."""
    permits: Mapping[str, str] = field(default_factory=lambda: _NONE)
    """Permit → the last day it is good for (YYYY-MM-DD, empty without end)."""
    cleared: bool = False
    at: Place = NOWHERE
    """Where he is or sets out from."""
    stops: tuple[Place, ...] = ()
    """Where his open tickets are: another one there is the same trip."""


@dataclass(frozen=True)
class Need:
    """What a ticket asks for."""

    skill: str
    area: str
    excluded: frozenset[int]
    """People who declined it, let it expire, or may not take it."""
    permits: tuple[str, ...] = ()
    classified: bool = False
    """Equipment of R5: only for cleared people."""
    day: date = date.min
    """The local day on which permits must be good."""
    place: Place = NOWHERE
    minutes_left: float | None = None
    """Of what the service level allows until somebody is there, on the ticket's own clock: what was paused and, by working
    time, nights and weekends do not count. Negative when it has passed."""


@dataclass(frozen=True)
class Weights:
    """Minutes-equivalent of each consideration (assumed; configuration)."""

    open_ticket: float = 20.0
    """Also the minutes an open ticket is expected to keep its technician."""
    other_area: float = 30.0
    """Where the way itself is not known."""
    resident: float = -25.0
    knows_unit: float = -2.0
    knows_unit_at_most: int = 5
    offer_today: float = 1.0
    late_minute: float = 2.0
    late_at_most_min: float = 240.0


@dataclass(frozen=True)
class Ranked:
    candidate: Candidate
    cost: float
    parts: dict[str, float]


def bar(candidate: Candidate, need: Need) -> Bar | None:
    """The hard rule this person fails for this ticket; none when he may take it."""
    if not candidate.available:
        return Bar.DUTY
    if need.skill and need.skill not in candidate.skills:
        return Bar.SKILL
    if not all(holds(candidate.permits, permit, need.day) for permit in need.permits):
        return Bar.PERMIT
    if need.classified and not candidate.cleared:
        return Bar.CLEARANCE
    return Bar.EXCLUDED if candidate.person_id in need.excluded else None


def rank(candidates: Iterable[Candidate], need: Need, weights: Weights) -> list[Ranked]:
    """The qualified candidates, best first; ties go to the lower person id so that every node decides alike."""
    ranked = [priced(c, need, weights) for c in candidates if bar(c, need) is None]
    return sorted(ranked, key=lambda r: (r.cost, r.candidate.person_id))


def travel(candidate: Candidate, place: Place) -> float | None:
    """Minutes until he can be there: none where he already has work, unknown without coordinates."""
    if any(stop.site_id == place.site_id for stop in candidate.stops if stop.site_id is not None):
        return 0.0
    return minutes(candidate.at, place)


def late(minutes_until: float, left: float | None, weights: Weights) -> float:
    """What arriving after `minutes_until` costs when `left` minutes are allowed."""
    if left is None or minutes_until <= max(left, 0.0):
        return 0.0
    return weights.late_minute * min(minutes_until - max(left, 0.0), weights.late_at_most_min)


def priced(candidate: Candidate, need: Need, weights: Weights) -> Ranked:
    """The cost of giving the ticket to this person, part by part; the hard rules are not asked here."""
    way = travel(candidate, need.place)
    queue = weights.open_ticket * candidate.open_tickets
    elsewhere = way is None and need.area and candidate.areas and need.area not in candidate.areas
    parts = {
        "load": queue,
        "area": weights.other_area if elsewhere else 0.0,
        "travel": round(way or 0.0, 1),
        "risk": round(late(queue + (way or 0.0), need.minutes_left, weights), 1),
        "resident": weights.resident if candidate.resident else 0.0,
        "familiar": weights.knows_unit * min(candidate.knows_unit, weights.knows_unit_at_most),
        "fairness": weights.offer_today * candidate.offers_today,
    }
    return Ranked(candidate, sum(parts.values()), parts)

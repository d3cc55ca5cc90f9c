"""Who should take a ticket, with reasons: hard rules first, then a cost in minutes-equivalent. Pure.

Lower cost wins; each part of it is kept, so that 为什么是我 can be answered from the same numbers that decided.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Candidate:
    """A technician as the dispatcher sees him at this moment."""

    person_id: int
    name: str
    skills: frozenset[str]
    areas: frozenset[str]
    open_tickets: int
    resident: bool
    """Works in the reporter's own unit."""
    knows_unit: int
    """Tickets he closed for this unit before."""
    offers_today: int


@dataclass(frozen=True)
class Need:
    """What a ticket asks for."""

    skill: str
    area: str
    excluded: frozenset[int]
    """People who declined it, let it expire, or may not take it."""


@dataclass(frozen=True)
class Weights:
    """Minutes-equivalent of each consideration (assumed; configuration)."""

    open_ticket: float = 20.0
    other_area: float = 30.0
    resident: float = -25.0
    knows_unit: float = -2.0
    knows_unit_at_most: int = 5
    offer_today: float = 1.0


@dataclass(frozen=True)
class Ranked:
    candidate: Candidate
    cost: float
    parts: dict[str, float]


def rank(candidates: list[Candidate], need: Need, weights: Weights) -> list[Ranked]:
    """The qualified candidates, best first; ties go to the lower person id so that every node decides alike."""
    ranked = [
        _cost(c, need, weights) for c in candidates if need.skill in c.skills and c.person_id not in need.excluded
    ]
    return sorted(ranked, key=lambda r: (r.cost, r.candidate.person_id))


def _cost(candidate: Candidate, need: Need, weights: Weights) -> Ranked:
    parts = {
        "load": weights.open_ticket * candidate.open_tickets,
        "area": weights.other_area if need.area and candidate.areas and need.area not in candidate.areas else 0.0,
        "resident": weights.resident if candidate.resident else 0.0,
        "familiar": weights.knows_unit * min(candidate.knows_unit, weights.knows_unit_at_most),
        "fairness": weights.offer_today * candidate.offers_today,
    }
    return Ranked(candidate, sum(parts.values()), parts)

"""What a message was understood to mean."""

from dataclasses import dataclass, field
from typing import Literal

Decision = Literal["dispatch", "ask", "human", "request", "route", "emergency", "classified", "other"]
Kind = Literal["fault", "request", "route", "other"]
DISPATCH, ASK = 0.75, 0.15
"""Confidence from which a fault is dispatched without asking, and from which a question is worth asking."""
CANDIDATES = 5
"""How many faults are named as possible."""


@dataclass(frozen=True)
class Candidate:
    """A fault that is possible, with its score (0 to 1; the scores of all candidates need not sum to 1)."""

    fault: str
    score: float


@dataclass(frozen=True)
class Question:
    """One question. `faults[i]` is what option i leads to: a fault slug, a route code, or "" for a person."""

    text: str
    options: tuple[str, ...]
    faults: tuple[str, ...]


@dataclass(frozen=True)
class Understanding:
    """`fault` and `item` are the best guess even when the decision is to ask; `faults` all independent faults."""

    decision: Decision
    kind: Kind
    intent: str = "report"
    item: str | None = None
    fault: str | None = None
    faults: tuple[str, ...] = ()
    request: str | None = None
    route: str | None = None
    safety: bool = False
    confidence: float = 0.0
    candidates: tuple[Candidate, ...] = ()
    because: tuple[str, ...] = ()
    question: Question | None = None
    slots: dict[str, object] = field(default_factory=dict)
    slots_of: dict[str, dict[str, object]] = field(default_factory=dict)
    """Of each of several independent faults: what its own clause says about where and which."""
    priority: str | None = None
    named: tuple[str, ...] = ()
    """The items whose devices are named."""
    details: bool = False
    """Nothing but where, when, who or how many."""
    device_only: bool = False
    """Nothing but a device, and such details."""
    vague: bool = False
    """It has to be asked what is wrong: 电脑坏了."""
    said: str = ""
    """The message in normalised form."""

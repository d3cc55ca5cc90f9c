"""What a message's words speak for most: the labels in order, with how sure the first is, and the faults among them."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from knowledge.evidence import Evidence
from knowledge.model import Book
from knowledge.understanding import CANDIDATES, Candidate
from knowledge.weights import Floats, Weights

LOOKED_AT = 12
"""How many labels are put in order at first: enough faults are nearly always among them."""
SHARPNESS = 3.5
"""How quickly a score below the best becomes unlikely (fitted on authors left out)."""
ELSEWHERE = 2.0
"""What is taken from faults of items that cannot be meant."""
BESIDE = 0.6
"""What speaks for a message that reports nothing while a matter is open: then most messages are about that."""
ASK, OTHER = "ask", "other"
TALK = (OTHER, "R11")
"""What nothing is reported with."""
FAR = 9.0
"""A score that no label reaches."""
DANGER, SECRET = "danger", "secret"
"""No labels: how much speaks for danger, and for classified equipment, whatever the label."""


@dataclass(frozen=True)
class Ranking:
    """`label` is the best of all labels, `fault` the best fault; `candidates` are faults with their chance (0 to 1)."""

    label: str
    runner_up: str
    confidence: float
    fault: str
    candidates: tuple[Candidate, ...]
    danger: float
    """How likely somebody may be hurt or a fire start (0 to 1), whatever the device."""
    secret: float
    """How likely it is about classified equipment or documents (0 to 1)."""
    short_of_talk: float
    """How far the score of idle talk is below that of the best label; 0 where it is idle talk."""


class Ranker:
    """Knows which labels are which. A label that is not in the book is never ranked."""

    def __init__(self, book: Book, weights: Weights) -> None:
        self._weights = weights
        self.labels = weights.labels
        self.at = {label: i for i, label in enumerate(self.labels)}
        known = {*book.faults, *book.requests, *book.routes, ASK, OTHER}
        self._absent = np.flatnonzero([label not in known for label in self.labels])
        self._is_fault = [label in book.faults for label in self.labels]
        self._item = np.array([book.faults[label].item if label in book.faults else "" for label in self.labels])

    def first(self, evidence: Evidence) -> str:
        """The best label alone."""
        return self.labels[int(self._scores(evidence).argmax())]

    def rank(self, evidence: Evidence, of: Collection[str] = (), *, beside: bool = False) -> Ranking:
        """The order of the labels of one message; of the faults only those of the items `of`, if there are any.
        `beside`: a matter is open, which it may belong to.
        """
        scores = self._scores(evidence)
        if beside and OTHER in self.at:
            scores[self.at[OTHER]] += BESIDE
        if of:
            scores = np.where((self._item == "") | np.isin(self._item, list(of)), scores, scores - ELSEWHERE)
        (first, second), among = self._foremost(scores)
        best, lead = float(scores[first]), float(scores[first] - scores[second])
        confidence = self._weights.calibration(best, lead, evidence.scored.known)
        chances = np.exp((scores - best) * SHARPNESS)
        chances /= chances.sum()
        sure = confidence / float(chances[first])
        candidates = tuple(
            Candidate(self.labels[i], confidence if i == first else min(float(chances[i]) * sure, confidence))
            for i in among
        )
        return Ranking(
            label=self.labels[first],
            runner_up=self.labels[second],
            confidence=confidence,
            fault=self.labels[among[0]],
            candidates=candidates,
            danger=self._asked(DANGER, evidence),
            secret=self._asked(SECRET, evidence),
            short_of_talk=best
            - max((float(scores[self.at[talk]]) for talk in TALK if talk in self.at), default=best - FAR),
        )

    def _asked(self, name: str, evidence: Evidence) -> float:
        curve = self._weights.curves.get(name)
        return curve(float(evidence.scores[self.at[name]]), 0.0, 0.0) if curve is not None else 0.0

    def _foremost(self, scores: Floats) -> tuple[list[int], list[int]]:
        """The two best of all labels, and the best faults."""
        for n in (LOOKED_AT, len(scores)):
            order = in_order(scores, n)
            faults = [i for i in order if self._is_fault[i]][:CANDIDATES]
            if len(faults) == CANDIDATES:
                break
        return order[:2], faults

    def _scores(self, evidence: Evidence) -> Floats:
        scores = evidence.scores.copy()
        scores[self._absent] = -FAR
        return scores


def in_order(scores: Floats, n: int) -> list[int]:
    """Where the `n` best scores stand (all, if there are no more), the best first, of equal ones the one that stands first."""
    least = np.partition(scores, -n)[-n] if n < len(scores) else -np.inf
    near = np.flatnonzero(scores >= least)
    return near[np.argsort(-scores[near], kind="stable")[:n]].tolist()  # type: ignore[no-any-return]

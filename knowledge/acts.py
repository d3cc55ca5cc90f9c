"""What a further message does, beside saying something: is it over, is it not, does he want a person, hurry, or is he polite.

What lists of words and grammar (`intents`, `settled`) do not know is judged by learned weights (`acts.tsv`, written by
`yunwei learn acts` from tests/corpus/follow_ups). It is asked only of messages that come after a report.
"""

import math
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from knowledge.weights import Weights

FILE = Path(__file__).parent / "acts.tsv"
REST = "rest"
KINDS: Mapping[str, str] = {"detail": REST, "correct": REST, "another": REST}
"""Labels of the corpus that are one here: the words say more of the matter, or of another, and are read for that."""
INTENTS: Mapping[str, str] = {"over": "done", "still": "not_done", "human": "human", "urge": "urge", "polite": "thanks"}
LEAST: Mapping[str, float] = {"over": 0.6, "still": 0.6, "human": 0.5, "urge": 0.6, "polite": 0.6}
"""The chance from which an act is believed. Of authors left out, so many were right: see RESULTS."""


def act_of(row: Mapping[str, Any]) -> str:
    """The act of a corpus row, as it is learned."""
    return KINDS.get(row["act"], row["act"])


def chances(weights: Weights, features: Sequence[str]) -> dict[str, float]:
    """How likely each act is (the sum is 1)."""
    scores = weights.score(features).scores.tolist()
    most = max(scores)
    powers = [math.exp(score - most) for score in scores]
    return {act: power / sum(powers) for act, power in zip(weights.labels, powers, strict=True)}


def intent(weights: Weights, features: Sequence[str]) -> str | None:
    """The intent that the features speak for beyond doubt; None: none of these."""
    found = chances(weights, features)
    best = max(found, key=lambda act: found[act])
    return INTENTS[best] if best != REST and found[best] >= LEAST[best] else None


@cache
def shipped() -> Weights:
    """The weights of `acts.tsv`. Raises OSError or ValueError when they cannot be read."""
    return Weights.load(FILE)

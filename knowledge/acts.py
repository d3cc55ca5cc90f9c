"""What a further message does, beside saying something: is it over, is it not, does he want a person, hurry, is he polite,
does he correct what he told, or tell another matter.

What lists of words, grammar and rules make of it (`intents`, `settled`, `context`) is weighed together with its words, by
learned weights (`acts.tsv`, written by `yunwei learn acts` from tests/corpus/follow_ups). It is asked only of messages that
come after a report.
"""

import math
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from knowledge.weights import Weights

FILE = Path(__file__).parent / "acts.tsv"
INTENTS: Mapping[str, str] = {"over": "done", "still": "not_done", "human": "human", "urge": "urge", "polite": "thanks"}
"""Acts that are intents; the others (detail, correct, another) say more, and are read for that."""
LEAST: Mapping[str, float] = {"over": 0.6, "still": 0.6, "human": 0.5, "urge": 0.6, "polite": 0.6, "correct": 0.5}
"""The chance from which an act is believed."""
TWICE = 2
"""How often what a message is beside what was told counts, which is little among the features of its words."""


def chances(features: Sequence[str], weights: Weights | None = None) -> dict[str, float]:
    """How likely each act is (the sum is 1), by `weights` or those shipped."""
    weights = weights or shipped()
    scores = weights.score(features).scores.tolist()
    most = max(scores)
    powers = [math.exp(score - most) for score in scores]
    return {act: power / sum(powers) for act, power in zip(weights.labels, powers, strict=True)}


def believed(found: Mapping[str, float]) -> str | None:
    """The act that is likeliest, where it is likely enough to be believed."""
    best = max(found, key=lambda act: found[act])
    return best if found[best] >= LEAST.get(best, 2.0) else None


@cache
def shipped() -> Weights:
    """The weights of `acts.tsv`. Raises OSError or ValueError when they cannot be read."""
    return Weights.load(FILE)

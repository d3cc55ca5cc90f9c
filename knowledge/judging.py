"""A judgement with a weight for each thing it looks at: what speaks for something, added up, says how likely it is.

The weights stand in files that can be read, written by a `yunwei learn` command.
"""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True)
class Judge:
    """A logistic judgement: the chance is that of the sum of what is looked at times its weight."""

    weights: Mapping[str, float]
    base: float
    least: float

    def chance(self, looked_at: Mapping[str, float]) -> float:
        """0 to 1; it is so from `least` on."""
        total = self.base + sum(self.weights.get(name, 0.0) * value for name, value in looked_at.items())
        return 1 / (1 + math.exp(-total))


def read(file: Path) -> Judge:
    """The judge of a file. Raises OSError or ValueError when it cannot be read."""
    return of(yaml.safe_load(file.read_text("utf-8")))


def of(data: Mapping[str, Any]) -> Judge:
    """A judge from the data of such a file."""
    return Judge({str(k): float(v) for k, v in data["weights"].items()}, float(data["base"]), float(data["least"]))


def written(judge: Judge, head: str) -> Collection[str]:
    """The lines of such a file; `head` says what it is."""
    body = {
        "least": judge.least,
        "base": round(judge.base, 2),
        "weights": {k: round(v, 2) for k, v in judge.weights.items()},
    }
    return [f"# {head}\n", yaml.safe_dump(body, allow_unicode=True, sort_keys=False)]

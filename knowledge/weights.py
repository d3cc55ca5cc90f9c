"""The learned weights: how much each feature of a message speaks for each fault, request and route. Data, not code.

`weights.tsv` is written by `yunwei learn weights` from tests/corpus and the catalogue's own wordings, and can be read: a
line a feature, with how rare it is and, per label, what it adds. A message's score for a label is the sum over its
features, each by its rarity, over the length of them all; the curves in its first line say what such a score was worth on
messages of authors the weights had not seen.
"""

import json
import math
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FILE = Path(__file__).parent / "weights.tsv"
SCALE = 20
"""Weights are kept as whole numbers: twentieths."""
PORTION = 4096
"""How many lines of the file are read at a time."""

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Calibration:
    """What a lead was worth: confidence = logistic(bias + first × best score + lead × lead + known × share of known features)."""

    bias: float
    first: float
    lead: float
    known: float

    def __call__(self, first: float, lead: float, known: float) -> float:
        z = self.bias + self.first * first + self.lead * lead + self.known * known
        return 1 / (1 + math.exp(-max(min(z, 30.0), -30.0)))


@dataclass(frozen=True)
class Scored:
    """A message weighed: a score per label; which features are known, with their part and worth; the share known."""

    scores: Floats
    features: Sequence[str]
    rows: Sequence[int | None]
    """Of each feature; None: not known."""
    parts: Floats
    worth: NDArray[np.int8]
    known: float

    def why(self, label: int, other: int) -> list[tuple[str, float]]:
        """The features that speak for one label rather than another, the strongest first."""
        gains = (self.worth[:, label].astype(np.int16) - self.worth[:, other]) * self.parts
        known = [feature for feature, row in zip(self.features, self.rows, strict=True) if row is not None]
        order = np.argsort(-gains, kind="stable")[: np.count_nonzero(gains > 0)]
        return [(known[i], gain) for i, gain in zip(order.tolist(), gains[order].tolist(), strict=True)]


class Weights:
    """Reads weights.tsv once; `score` is pure."""

    def __init__(
        self,
        labels: Sequence[str],
        calibration: Calibration,
        bias: Floats,
        curves: Mapping[str, Calibration] | None = None,
    ) -> None:
        self.labels = tuple(labels)
        self.calibration = calibration
        self.curves = dict(curves or {})
        """Of what is asked of every message beside its label, how likely a score makes it."""
        self._bias = bias
        self._row: dict[str, int] = {}
        self._rarity: Floats = np.zeros(0, np.float32)
        self._worth: NDArray[np.int8] = np.zeros((0, len(labels)), np.int8)
        """A row a feature, a column a label, in steps of 1/SCALE."""

    @classmethod
    def load(cls, file: Path = FILE) -> "Weights":
        """The weights of a file. Raises OSError and ValueError for one that is missing or not such a file."""
        with file.open(encoding="utf-8") as lines:
            head = json.loads(next(lines))
            curves = {name: Calibration(**curve) for name, curve in head.items() if name not in ("labels", "bias")}
            weights = cls(head["labels"], curves.pop("calibration"), np.array(head["bias"], np.float32), curves)
            weights._read(lines)
        return weights

    @classmethod
    def none(cls, labels: Sequence[str]) -> "Weights":
        """Weights that know no feature of these labels."""
        return cls(labels, Calibration(-9.0, 0.0, 0.0, 0.0), np.zeros(len(labels), np.float32))

    def _read(self, lines: Iterator[str]) -> None:
        """All lines after the first, a portion at a time, so that little is left behind of what reading takes."""
        rarity, portions = array("f"), [self._worth]
        while portion := list(islice(lines, PORTION)):
            features, rare, pairs = zip(*(line.rstrip("\n").split("\t") for line in portion), strict=True)
            self._row.update(zip(features, count(len(rarity)), strict=False))
            rarity.extend(map(float, rare))
            flat = np.fromstring(" ".join(pairs).replace(":", " "), dtype=np.int16, sep=" ").reshape(-1, 2)
            worth = np.zeros((len(portion), len(self.labels)), np.int8)
            worth[np.repeat(np.arange(len(portion)), [pair.count(":") for pair in pairs]), flat[:, 0]] = flat[:, 1]
            portions.append(worth)
        self._rarity = np.array(rarity)
        self._worth = np.concatenate(portions)

    def score(self, features: Sequence[str]) -> Scored:
        """The score of every label for a message with these features."""
        rows = list(map(self._row.get, features))
        index = [row for row in rows if row is not None]
        if not index:
            none = np.zeros(0, np.float32)
            return Scored(self._bias, features, rows, none, np.zeros((0, len(self.labels)), np.int8), 0.0)
        at = np.array(index)
        rarity = self._rarity.take(at)
        parts = rarity / (SCALE * math.sqrt(float(rarity @ rarity)))
        worth = self._worth.take(at, axis=0)
        scores = parts @ worth.astype(np.float32) + self._bias
        return Scored(scores, features, rows, parts, worth, len(index) / len(features))

"""Learning what speaks for a second fault in a message: `yunwei learn second`, for the workshop, never while serving.

The messages are read with weights learned from other authors' messages, so that they are as strange as a new message is.
Needs the `learn` extra (scikit-learn).
"""

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from knowledge import learning
from knowledge.classifier import Classifier
from knowledge.judging import Judge
from knowledge.model import Book
from knowledge.weights import Weights

FALSE = 0.012
"""The share of messages with one fault in several clauses that may be read as two: what the chance is chosen for."""
FOLDS = 2


@dataclass(frozen=True)
class Pair:
    """Two clauses of a message: what is looked at, and whether they tell the two faults of its label."""

    message: int
    author: str
    seen: dict[str, float]
    right: bool


@dataclass(frozen=True)
class Report:
    """How well authors left out are judged: of `two` messages with two faults the share found, of `one` the share read as
    two."""

    two: int
    found: float
    one: int
    false: float


def strangers(book: Book, examples: Sequence[learning.Example]) -> Iterator[tuple[frozenset[str], Classifier]]:
    """Authors, and a classifier that has read none of theirs but all the others' messages."""
    reader = Classifier.untaught(book)
    documents = [reader.features(example.text) for example in examples]
    authors = sorted({e.author for e in examples if e.author != "catalogue"})
    shipped = Weights.load()
    curves = {"calibration": asdict(shipped.calibration)} | {name: asdict(own) for name, own in shipped.curves.items()}
    for fold in range(FOLDS):
        left_out = frozenset(authors[fold::FOLDS])
        kept = [i for i, e in enumerate(examples) if e.author not in left_out]
        model = learning.train(book, [examples[i] for i in kept], [documents[i] for i in kept]).pruned()
        with tempfile.TemporaryDirectory(prefix="yunwei-learn-") as folder:
            file = Path(folder) / "weights.tsv"
            file.write_text("".join(learning.as_text(model, curves)), "utf-8")
            yield left_out, Classifier(book, Weights.load(file))


def pairs(classifier: Classifier, rows: Iterable[tuple[str, Mapping[str, Any]]], start: int) -> Iterator[Pair]:
    """The pairs of messages that tell one or two faults and nothing else, counted from `start`."""
    for number, (author, row) in enumerate(rows, start):
        labels = {str(slug) for slug in row.get("faults") or [row["fault"]]}
        for one, other, seen in classifier.pairs(str(row["text"])):
            if len(labels) == 1 or {one, other} == labels or (one in labels and other not in labels):
                yield Pair(number, author, seen, {one, other} == labels)


def learn(rows: Sequence[tuple[str, Mapping[str, Any]]], found: Sequence[Pair]) -> tuple[Judge, Report]:
    """The judge for these pairs, with its least chance chosen on authors left out, and how it does on them. `rows`: all
    messages, as `Pair.message` counts them."""
    from sklearn.linear_model import LogisticRegression

    names = list(found[0].seen)
    x = np.array([[float(pair.seen[name]) for name in names] for pair in found])
    y = np.array([pair.right for pair in found])
    author = np.array([pair.author for pair in found])
    chance = np.zeros(len(y))
    for left_out in sorted(set(author)):
        out = author == left_out
        chance[out] = LogisticRegression(max_iter=2000).fit(x[~out], y[~out]).predict_proba(x[out])[:, 1]
    best: dict[int, tuple[float, bool]] = {}
    for pair, likely in zip(found, chance, strict=True):
        best[pair.message] = max(best.get(pair.message, (0.0, False)), (float(likely), pair.right))
    two = [i for i, (_, row) in enumerate(rows) if len(row.get("faults") or ()) > 1]
    one = sorted(
        (best.get(i, (0.0, False))[0] for i, (_, row) in enumerate(rows) if len(row.get("faults") or ()) < 2),
        reverse=True,
    )
    least = round(one[int(FALSE * len(one))], 2)
    hits = sum(best.get(i, (0.0, False)) >= (least, True) and best[i][1] for i in two)
    model = LogisticRegression(max_iter=2000).fit(x, y)
    weights = dict(zip(names, map(float, model.coef_[0]), strict=True))
    judge = Judge(weights, float(model.intercept_[0]), least)
    return judge, Report(len(two), hits / len(two), len(one), sum(p >= least for p in one) / len(one))

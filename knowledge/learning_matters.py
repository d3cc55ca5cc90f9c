"""Learning what speaks for several matters in a message: `yunwei learn matters`, for the workshop, never while serving.

Every way to divide a message is looked at: of messages that tell several matters, and of all others that tell one. They are
read with weights learned from other authors' messages (`pairing.strangers`). Needs the `learn` extra (scikit-learn).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from knowledge.classifier import Classifier
from knowledge.judging import Judge
from knowledge.learning import label_of
from knowledge.matters import Matters, weighed
from knowledge.model import Book
from knowledge.outcomes import label

FALSE = 0.008
"""The share of messages with one matter that may be divided: what the chance is chosen for."""
FOLDS = 5


@dataclass(frozen=True)
class Division:
    """A way to divide a message: what is looked at, and whether it is right; `told`: the message tells several matters."""

    message: str
    author: str
    told: bool
    seen: Mapping[str, float]
    right: bool


@dataclass(frozen=True)
class Report:
    """How authors left out are judged: of `several` messages that tell several matters the share divided rightly, of `one`
    the share divided."""

    several: int
    found: float
    one: int
    false: float


def told(row: Mapping[str, Any]) -> frozenset[str]:
    """The matters of a row of corpus/matters, of a message that tells one, or a danger and a fault beside it; empty: it
    teaches nothing, such as one of two plain faults, which `learn second` is about."""
    several = row.get("matters") or (row.get("faults") if row.get("safety") else ())
    if several:
        return frozenset(map(str, several))
    own = label_of(row)
    return frozenset({own}) if own is not None else frozenset()


def divisions(book: Book, classifier: Classifier, rows: Iterable[tuple[str, Mapping[str, Any]]]) -> Iterator[Division]:
    """The ways to divide these messages that a weighed judgement is asked of. One that divides a message of several matters
    into other labels than its own teaches nothing."""
    matters = Matters(book, classifier.understand, Judge({}, 0.0, 1.0))
    for author, row in rows:
        own = told(row)
        for division in matters.divisions(str(row["text"]), classifier.understand(str(row["text"]))) if own else ():
            labels = {label(division.first), label(division.second)}
            if weighed(division) and (len(own) == 1 or labels <= own):
                yield Division(str(row["id"]), author, len(own) > 1, division.seen, len(own) > 1)


def learn(found: Sequence[Division], several: int, one: int) -> tuple[Judge, Report]:
    """The judge for these divisions, with its least chance chosen on authors left out, and how it does on them. `several`,
    `one`: how many messages were read that tell several matters, and one."""
    names = sorted({name for division in found for name in division.seen})
    x = np.array([[float(division.seen.get(name, 0.0)) for name in names] for division in found])
    y = np.array([division.right for division in found])
    author = np.array([division.author for division in found])
    chance = np.zeros(len(y))
    authors = sorted(set(author))
    for fold in range(FOLDS):
        out = np.isin(author, authors[fold::FOLDS])
        if out.any() and y[~out].any():
            chance[out] = _fitted(x[~out], y[~out]).predict_proba(x[out])[:, 1]
    best: dict[str, tuple[float, bool]] = {}
    for division, likely in zip(found, chance, strict=True):
        key = f"{division.author} {division.message}"
        best[key] = max(best.get(key, (0.0, division.told)), (float(likely), division.told))
    wrong = sorted((likely for likely, several_ in best.values() if not several_), reverse=True)
    least = round(max(wrong[min(int(FALSE * one), len(wrong) - 1)], 0.05), 2) if wrong else 0.5
    hits = sum(likely >= least for likely, several_ in best.values() if several_)
    model = _fitted(x, y)
    judge = Judge(dict(zip(names, map(float, model.coef_[0]), strict=True)), float(model.intercept_[0]), least)
    return judge, Report(several, hits / max(several, 1), one, sum(likely >= least for likely in wrong) / max(one, 1))


def _fitted(x: Any, y: Any) -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(max_iter=3000).fit(x, y)

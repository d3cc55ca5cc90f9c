"""Learning what further messages do: `yunwei learn acts`, for the workshop, never while serving. Needs the `learn` extra."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from knowledge import acts, learning
from knowledge.context import Context

FOLDS = 5
"""Authors are left out in so many groups in turn."""
REGULAR = 10.0
"""How freely the weights follow the examples (the C of the logistic regression; of 3, 10 and 30 as good as any)."""


def told_before(row: Mapping[str, Any]) -> list[str]:
    """What the reporter of a row had said: his turns, or the first clause of how the situation is described."""
    before = str(row["before"])
    return before.split(" / ") if "." in str(row["id"]) else [before.split("，")[0]]


def document(context: Context, row: Mapping[str, Any]) -> list[str]:
    """What the act of a row is judged by: beside what was told, which counts as known where it would have been acted on."""
    told = context.gist(told_before(row))
    return context.aspects(told, context.known(told), str(row["text"]))


@dataclass(frozen=True)
class Believed:
    """Of an act, told by authors left out: how many there are, the share believed, and the share of the believed that is
    right."""

    act: str
    told: int
    found: float
    right: float


def author(row: Mapping[str, Any]) -> str:
    """Who wrote a row: the letters its id begins with, and their number where they have one (e2-001.1, d012.4, f1-0003)."""
    name = str(row["id"]).split(".")[0]
    return name.split("-")[0] if "-" in name else name.rstrip("0123456789")


def train(rows: Sequence[Mapping[str, Any]], documents: Sequence[Sequence[str]]) -> learning.Model:
    """The weights of acts for rows of the corpus and the features of their messages."""
    from sklearn.linear_model import LogisticRegression

    row, rarity = learning.vocabulary(documents)
    fit = LogisticRegression(C=REGULAR, max_iter=1000).fit(
        learning.matrix(documents, row, rarity), [r["act"] for r in rows]
    )
    worth = np.clip(fit.coef_.T, -6.3, 6.3).astype(np.float32)
    return learning.Model([str(act) for act in fit.classes_], row, rarity, worth, fit.intercept_.astype(np.float32))


def strangers(rows: Sequence[Mapping[str, Any]], documents: Sequence[Sequence[str]]) -> list[Believed]:
    """How well authors' messages are read with weights that have read none of theirs."""
    asked = [(str(row["id"]), document) for row, document in zip(rows, documents, strict=True)]
    found = unread(rows, documents, asked)
    said = [(str(row["act"]), acts.believed(chances) or "") for row, chances in zip(rows, found, strict=True)]
    return [_believed(act, said) for act in acts.LEAST]


def unread(
    rows: Sequence[Mapping[str, Any]],
    documents: Sequence[Sequence[str]],
    asked: Sequence[tuple[str, Sequence[str]]],
) -> list[dict[str, float]]:
    """How likely each act is of messages (their row's id and their features), by weights that have read none of their
    author's."""
    writers = [author({"id": name}) for name, _ in asked]
    everybody = sorted(set(writers))
    found: list[dict[str, float]] = [{} for _ in asked]
    for fold in range(FOLDS):
        left_out = set(everybody[fold::FOLDS])
        kept = [i for i, row in enumerate(rows) if author(row) not in left_out]
        own = [i for i, writer in enumerate(writers) if writer in left_out]
        if not own:
            continue
        model = train([rows[i] for i in kept], [documents[i] for i in kept])
        for i, scores in zip(own, model.scores([asked[i][1] for i in own]), strict=True):
            powers = np.exp(scores - scores.max())
            found[i] = dict(zip(model.labels, map(float, powers / powers.sum()), strict=True))
    return found


def _believed(act: str, said: Sequence[tuple[str, str]]) -> Believed:
    told = sum(right == act for right, _ in said)
    believed = [right for right, guess in said if guess == act]
    hits = sum(right == act for right in believed)
    return Believed(act, told, hits / max(told, 1), hits / max(len(believed), 1))

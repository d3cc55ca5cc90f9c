"""Learning what further messages do: `yunwei learn acts`, for the workshop, never while serving. Needs the `learn` extra."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from knowledge import acts, learning
from knowledge.context import Context

REGULAR = 10.0
"""How freely the weights follow the examples (the C of the logistic regression; of 3, 10 and 30 as good as any)."""


OTHER = "another"


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
    """How well each author's messages are read with weights learned from all the others'."""
    said: list[tuple[str, str]] = []
    for left_out in sorted({author(row) for row in rows}):
        kept = [i for i, row in enumerate(rows) if author(row) != left_out]
        model = train([rows[i] for i in kept], [documents[i] for i in kept])
        asked = [i for i, row in enumerate(rows) if author(row) == left_out]
        for i, scores in zip(asked, model.scores([documents[i] for i in asked]), strict=True):
            chance = np.exp(scores - scores.max())
            best = int(chance.argmax())
            act = model.labels[best]
            sure = float(chance[best] / chance.sum()) >= acts.LEAST.get(act, 2.0)
            other = float(chance[model.labels.index(OTHER)] / chance.sum()) >= acts.ANOTHER
            said.append((str(rows[i]["act"]), act if sure else OTHER if other else ""))
    return [_believed(act, said) for act in (*acts.LEAST, OTHER)]


def _believed(act: str, said: Sequence[tuple[str, str]]) -> Believed:
    told = sum(right == act for right, _ in said)
    believed = [right for right, guess in said if guess == act]
    hits = sum(right == act for right in believed)
    return Believed(act, told, hits / max(told, 1), hits / max(len(believed), 1))

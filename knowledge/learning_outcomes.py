"""Learning what becomes of a matter with a further message: `yunwei learn outcomes`, for the workshop, never while serving.

Conversations say which tickets are right at their end. Each is walked through, turn by turn, as a desk would that judges
every turn rightly: with each further message the matter stays as it is, if it is one of those, becomes one of those, or
another of those is opened. Needs the `learn` extra (scikit-learn, and scipy that comes with it).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from knowledge import acts, learning_acts
from knowledge.context import Context
from knowledge.outcomes import Judge, Outcome, label

REGULAR = 1.0
"""How strongly weights are held near 0 (of 0.3, 1, 3 and 10 as good as any but the last)."""
SAYS = 0.3
"""Confidence from which a message is taken for the other matter that was expected, where nobody labelled its act."""


@dataclass(frozen=True)
class Turn:
    """A further message: what was told, what is known, the message, and the aspects its act is judged by. `right` are the
    labels expected, of each ticket; `another`: it opens one of those; `opened` are those that stood already."""

    id: str
    told: str
    known: str | None
    text: str
    aspects: Sequence[str]
    right: Sequence[frozenset[str]]
    opened: Sequence[frozenset[str]]
    another: bool

    def fits(self, outcome: Outcome) -> bool:
        """Whether an outcome is the right one."""
        new = [own for own in self.right if outcome.label in own and own not in self.opened]
        if self.another:
            return outcome.kind == "opens" and any(self.known not in own for own in new)
        if outcome.kind == "becomes":
            return bool(new)
        return outcome.kind == "stays" and (self.known is None or any(self.known in own for own in self.right))


Options = Sequence[tuple[Outcome, Mapping[str, float]]]


def turns(context: Context, row: Mapping[str, Any], acted: Mapping[str, str]) -> Iterable[Turn]:
    """The further messages of a conversation that say more of a matter. `acted`: the labelled acts, by the turn's id."""
    right = [_labels(wanted) for wanted in row["expect"]]
    first, *others = map(str, row["turns"])
    said, opened = [first], list[frozenset[str]]()
    known = context.known(context.gist(said))
    for number, text in enumerate(others, start=1):
        told = context.gist(said)
        known = known or context.known(told)
        aspects, name = context.aspects(told, known, text), f"{row['id']}.{number}"
        act = acted.get(name) or acts.believed(acts.chances(aspects))
        if act in acts.INTENTS or context.stops(text):
            continue
        alone = context.alone(text, beside=True)
        own = next((labels for labels in right if known in labels), None)
        other = [labels for labels in right if label(alone) in labels and labels not in (own, *opened)]
        unlabelled = name not in acted and own is not None and bool(other) and alone.confidence >= SAYS
        another = act == "another" or unlabelled
        yield Turn(name, told, known, text, aspects, right, tuple(opened), another)
        if another:
            opened += [own] if own else []
            said, known = [text], label(alone) if other else None
            continue
        said.append(text)
        if known is not None and own is None:
            together = context.alone(f"{told}，{text}")
            became = [label(m) for m in (alone, together) if any(label(m) in labels for labels in right)]
            known = became[0] if became else known


def _labels(wanted: Mapping[str, Any]) -> frozenset[str]:
    said = {wanted.get("fault"), wanted.get("request"), wanted.get("route"), *(wanted.get("acceptable") or ())}
    return frozenset(str(slug) for slug in (said | ({"R5"} if wanted.get("classified") else set())) if slug)


def options(context: Context, found: Sequence[Turn], likely: Sequence[Mapping[str, float]]) -> list[Options]:
    """The possible outcomes of each turn; `likely`: the chances of its acts, by weights that have not read it."""
    return [context.possible(t.told, t.known, t.text, acts) for t, acts in zip(found, likely, strict=True)]


def marked(found: Sequence[Turn], outcomes: Sequence[Options]) -> list[list[bool]]:
    """Which outcomes of each turn are right; one that is told too little for any stays as it is."""
    all_marks = []
    for turn, possible in zip(found, outcomes, strict=True):
        marks = [turn.fits(outcome) for outcome, _ in possible]
        becomes = [mark and outcome.kind == "becomes" for mark, (outcome, _) in zip(marks, possible, strict=True)]
        if turn.known is None and any(becomes):
            marks = becomes
        if not any(marks) and not turn.another:
            marks = [outcome.kind == "stays" for outcome, _ in possible]
        all_marks.append(marks)
    return all_marks


def train(outcomes: Sequence[Options], marks: Sequence[Sequence[bool]]) -> Judge:
    """The judge that finds the right outcomes likeliest. Turns none of whose outcomes is right teach nothing."""
    from scipy.optimize import minimize
    from scipy.sparse import csr_matrix

    taught = [i for i, own in enumerate(marks) if any(own)]
    names = sorted({name for i in taught for _, seen in outcomes[i] for name in seen})
    at = {name: column for column, name in enumerate(names)}
    rows = [seen for i in taught for _, seen in outcomes[i]]
    cells = [(row, at[name], value) for row, seen in enumerate(rows) for name, value in seen.items()]
    row, column, value = (np.array(x) for x in zip(*cells, strict=True))
    looked = csr_matrix((value, (row, column)), shape=(len(rows), len(names)))
    sizes = np.array([len(outcomes[i]) for i in taught])
    starts, turn = np.r_[0, np.cumsum(sizes)[:-1]], np.repeat(np.arange(len(sizes)), sizes)
    right = np.concatenate([marks[i] for i in taught])

    def loss(weights: Any) -> tuple[float, Any]:
        scores = looked @ weights
        powers = np.exp(scores - np.maximum.reduceat(scores, starts)[turn])
        share = powers / np.add.reduceat(powers, starts)[turn]
        hit = np.maximum(np.add.reduceat(share * right, starts), 1e-12)
        slope = looked.T @ (share - np.where(right, share / hit[turn], 0.0)) + REGULAR * weights
        return float(-np.log(hit).sum() + REGULAR * weights @ weights / 2), slope

    fit = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B", options={"maxiter": 300})
    return Judge(dict(zip(names, map(float, fit.x), strict=True)))


def strangers(found: Sequence[Turn], outcomes: Sequence[Options], marks: Sequence[Sequence[bool]]) -> list[bool]:
    """Of each turn with a right outcome, whether a judge that learned from the other authors finds it likeliest."""
    author = [learning_acts.author({"id": turn.id}) for turn in found]
    right: list[bool] = []
    for left_out in sorted(set(author)):
        kept = [i for i, own in enumerate(author) if own != left_out]
        judge = train([outcomes[i] for i in kept], [marks[i] for i in kept])
        for i in (i for i, own in enumerate(author) if own == left_out and any(marks[i])):
            best = judge.chances(outcomes[i])[0][0]
            right.append(next(m for m, (outcome, _) in zip(marks[i], outcomes[i], strict=True) if outcome == best))
    return right

"""Learning the weights of words from labelled messages: `yunwei learn weights`, for the workshop, never while serving.

Three easy linear readings are added up: a support vector machine over all labels, one over items (which device, whatever
is wrong with it), and naive Bayes, which needs few examples. Their sum is linear too, so what is shipped is one weight per
feature and label. Beside the labels, danger and secrecy are asked of every message by a machine each, whatever device or
fault it tells. Needs the `learn` extra (scikit-learn).
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.classifier import Classifier
from knowledge.features import is_triple
from knowledge.model import Book
from knowledge.ranking import ASK, DANGER, OTHER, SECRET
from knowledge.weights import SCALE

ITEM_SHARE, BAYES_SHARE = 0.5, 0.1
"""How much the item's and the Bayesian reading count beside the first (chosen by leaving out one author at a time)."""
SVM_C = 1.0
"""How freely the first two follow the examples: with 28,000 messages 1 was better than 0.5, and 2 no better than 1."""
SMOOTHING = 0.05
GRAVE = 3.0
"""How much a message of danger or secrecy counts beside one of none (chosen by leaving authors out)."""
WORDING = 0.5
"""A wording of the catalogue counts half a message: it was written by people who knew the answer."""
ASIDE = 0.3
"""What is said beside a report and reports nothing counts this much of a message: there is no end to it, and it must not
crowd out the few words of a fault."""
RARE = 0.4
"""What is taken from it besides, for whoever opens a conversation rather reports something. Of two authors left out, both
together cost 0.8 and 0.1 % of the faults, at full weight they cost 3.4 and 1.4 %."""
FOLDS = 10
"""Authors are left out in so many groups in turn."""
LEAST, LEAST_TRIPLE = 2, 5
"""A feature must stand in this many messages; three characters in a row in more, for there are as many of those as of all
others together (eight authors left out, 6,988 messages: 0.900, 0.899 and 0.901 right with triples from 2, 3 and 5 on, of
147,000, 116,000 and 97,000 features)."""
SLIGHT = 0.08
"""Weights below this are left out: they change nothing and would make the file ten times as long."""
GRAVER = (DANGER, SECRET)
"""What is asked of every message beside its label."""
NEVER = -9.0
Array = NDArray[np.float32]


@dataclass(frozen=True)
class Example:
    """A message with its label: the slug of a fault or request, the code of a route, `ask` or `other`."""

    text: str
    label: str
    author: str
    accepted: frozenset[str] = frozenset()
    weight: float = 1.0
    danger: bool = False


def label_of(row: Mapping[str, Any]) -> str | None:
    """The label of a corpus row; None for one that has several faults or none to learn from."""
    if len(row.get("faults") or ()) > 1:
        return None
    for key in ("fault", "request", "route"):
        if row.get(key):
            return str(row[key])
    return {"ask": ASK, "other": OTHER}.get(str(row.get("kind")))


def examples(rows: Iterable[tuple[str, Mapping[str, Any]]]) -> list[Example]:
    """Examples of (author, corpus row)."""
    return [
        Example(
            str(row["text"]),
            label,
            author,
            frozenset({label, *map(str, row.get("acceptable") or ())}),
            ASIDE if label == OTHER else 1.0,
            bool(row.get("safety")),
        )
        for author, row in rows
        if (label := label_of(row)) is not None
    ]


def wordings(book: Book) -> list[Example]:
    """The catalogue's own wordings as examples: symptoms with their device's noun, phrases, names, options; a device
    alone says nothing of its fault, and what is said in courtesy, haste or answer says that nothing is wrong."""
    found: list[tuple[str, str]] = []
    for fault in book.faults.values():
        nouns = book.items[fault.item].nouns[:6]
        found += [(nouns[i % len(nouns)] + symptom, fault.slug) for i, symptom in enumerate(fault.words.symptoms)]
        found += [(text, fault.slug) for text in (*fault.words.phrases, fault.name, fault.plain, fault.option)]
    for request in book.requests.values():
        found += [(text, request.slug) for text in (*request.words.phrases, request.name)]
    for route in book.routes.values():
        found += [(text, route.code) for text in route.words.phrases]
    found += [
        (noun + said, ASK) for item in book.items.values() for noun in item.nouns for said in ("", "坏了", "有问题")
    ]
    found += [(text.lstrip("="), OTHER) for words in book.lexicon.intents.values() for text in words]
    grave = {fault.slug for fault in book.faults.values() if fault.safety} | {"R9"}
    return [Example(text, label, "catalogue", frozenset({label}), WORDING, label in grave) for text, label in found]


@dataclass
class Model:
    """A linear reading: one column a label. The last `apart` columns are no labels: each is asked by itself."""

    labels: list[str]
    row: dict[str, int]
    rarity: Array
    worth: Array
    bias: Array
    apart: int = 0

    def matrix(self, documents: Sequence[Sequence[str]]) -> Any:
        return matrix(documents, self.row, self.rarity)

    def scores(self, documents: Sequence[Sequence[str]]) -> Array:
        return np.asarray(self.matrix(documents) @ self.worth + self.bias, dtype=np.float32)

    def known(self, documents: Sequence[Sequence[str]]) -> Array:
        """The share of each document's features that are known."""
        return np.array([sum(f in self.row for f in d) / max(len(d), 1) for d in documents], np.float32)

    def pruned(self) -> "Model":
        """Without what hardly counts, in whole steps: what the file holds."""
        worth = self.worth.copy()
        ranked = worth[:, : worth.shape[1] - self.apart]
        ranked -= np.median(ranked, axis=1, keepdims=True)
        worth[np.abs(worth) < SLIGHT] = 0
        worth = (np.round(worth * SCALE) / SCALE).astype(np.float32)
        return Model(self.labels, self.row, self.rarity, worth, self.bias, self.apart)


@dataclass(frozen=True)
class Beside:
    """Messages that follow a report, which have no label of their own: their features, and whether each is of danger and of
    classified equipment (`GRAVER`)."""

    documents: Sequence[Sequence[str]]
    so: NDArray[np.bool_]


def beside(reader: Classifier, rows: Iterable[Mapping[str, Any]]) -> Beside:
    """The rows of corpus/follow_ups that say plainly whether they are grave (`safety`, `classified`); not the `unsure` ones."""
    told = [row for row in rows if not row.get("unsure")]
    so = np.array([[bool(row.get("safety")), bool(row.get("classified"))] for row in told])
    return Beside([reader.features(str(row["text"])) for row in told], so)


def train(
    book: Book, data: Sequence[Example], documents: Sequence[Sequence[str]], besides: Beside | None = None
) -> Model:
    """The weights for examples and their features. What is grave is learned from `besides` as well."""
    from scipy.sparse import vstack
    from sklearn.naive_bayes import MultinomialNB
    from sklearn.svm import LinearSVC

    row, rarity = vocabulary(documents)
    x = matrix(documents, row, rarity)
    y = np.array([e.label for e in data])
    weight = np.array([e.weight for e in data])
    item = {fault.slug: fault.item for fault in book.faults.values()}
    first = LinearSVC(C=SVM_C, random_state=0).fit(x, y, sample_weight=weight)
    labels = [str(label) for label in first.classes_]
    devices = LinearSVC(C=SVM_C, random_state=0).fit(x, np.array([item.get(e, e) for e in y]), sample_weight=weight)
    place = {str(name): i for i, name in enumerate(devices.classes_)}
    column = [place[item.get(label, label)] for label in labels]
    bayes = MultinomialNB(alpha=SMOOTHING, fit_prior=False).fit(x, y, sample_weight=weight)
    worth = first.coef_ + ITEM_SHARE * devices.coef_[column] + BAYES_SHARE * bayes.feature_log_prob_
    bias = first.intercept_ + ITEM_SHARE * devices.intercept_[column]
    bias -= RARE * np.array([label == OTHER for label in labels])
    so = grave(data)
    if besides is not None:
        x, so = vstack([x, matrix(besides.documents, row, rarity)]).tocsr(), np.vstack([so, besides.so])
    asked = [_asked(x, truth) for truth in so.T]
    return Model(
        [*labels, *GRAVER],
        row,
        rarity,
        np.vstack([worth, *(own for own, _ in asked)]).T.astype(np.float32),
        np.array([*bias, *(own for _, own in asked)], np.float32),
        apart=len(GRAVER),
    )


def grave(data: Sequence[Example]) -> NDArray[np.bool_]:
    """Of each example whether it tells of danger, and whether of classified equipment (the columns of `GRAVER`)."""
    return np.array([[e.danger, e.label == "R5"] for e in data])


def _asked(x: Any, truth: NDArray[np.bool_]) -> tuple[Array, float]:
    """The weights and bias of one question that is asked of every message; never, where no example says yes."""
    from sklearn.svm import LinearSVC

    if not truth.any() or truth.all():
        return np.zeros((1, x.shape[1]), np.float32), NEVER
    machine = LinearSVC(C=SVM_C, random_state=0, class_weight={True: GRAVE, False: 1.0}).fit(x, truth)
    return machine.coef_, float(machine.intercept_[0])


@dataclass(frozen=True)
class HeldOut:
    """What each author's messages score with weights learned from the others': of what reports anything the best score and
    its lead, the share of known features, and whether it is right; of every message the score of each of `GRAVER`, and
    whether it is so."""

    points: Array
    known: Array
    right: Sequence[bool]
    asked: Array
    so: NDArray[np.bool_]


def held_out(
    book: Book, data: Sequence[Example], documents: Sequence[Sequence[str]], besides: Beside | None = None
) -> HeldOut:
    """Leaves the authors out in groups. How sure one may be of a report is asked of what reports anything only."""
    own = [i for i, e in enumerate(data) if e.author != "catalogue"]
    authors = sorted({data[i].author for i in own})
    points, known, right = np.zeros((len(data), 2), np.float32), np.zeros(len(data), np.float32), [False] * len(data)
    apart = np.zeros((len(data), len(GRAVER)), np.float32)
    for fold in range(FOLDS):
        left_out = set(authors[fold::FOLDS])
        kept = [i for i, e in enumerate(data) if e.author not in left_out]
        model = train(book, [data[i] for i in kept], [documents[i] for i in kept], besides).pruned()
        asked = [i for i in own if data[i].author in left_out]
        scores = model.scores([documents[i] for i in asked])
        scores, apart[asked] = scores[:, : -model.apart], scores[:, -model.apart :]
        order = np.sort(scores, axis=1)
        points[asked] = np.stack([order[:, -1], order[:, -1] - order[:, -2]], axis=1)
        known[asked] = model.known([documents[i] for i in asked])
        for i, best in zip(asked, scores.argmax(axis=1), strict=True):
            right[i] = model.labels[int(best)] in data[i].accepted
    told = [i for i in own if data[i].label != OTHER]
    return HeldOut(points[told], known[told], [right[i] for i in told], apart[own], grave([data[i] for i in own]))


def calibrate(held: HeldOut) -> dict[str, dict[str, float]]:
    """The logistic curves from score, lead and share of known features to the chance of being right, and from the score of
    each of `GRAVER` to the chance that it is so."""
    from sklearn.linear_model import LogisticRegression

    fit = LogisticRegression(C=100.0).fit(np.column_stack([held.points, held.known]), np.array(held.right))
    first, lead, share = (round(float(c), 4) for c in fit.coef_[0])
    found = {"calibration": {"bias": round(float(fit.intercept_[0]), 4), "first": first, "lead": lead, "known": share}}
    for name, score, so in zip(GRAVER, held.asked.T, held.so.T, strict=True):
        if so.any() and not so.all():
            curve = LogisticRegression(C=100.0).fit(score.reshape(-1, 1), so)
            found[name] = {
                "bias": round(float(curve.intercept_[0]), 4),
                "first": round(float(curve.coef_[0][0]), 4),
                "lead": 0.0,
                "known": 0.0,
            }
    return found


STEPS = (0.05, 0.1, 0.15, 0.2, 0.3, 0.5)
"""Chances at which it is told what is caught."""


def caught(held: HeldOut, curves: Mapping[str, Mapping[str, float]]) -> Iterable[tuple[str, float, float, float]]:
    """For each of `GRAVER` and of some chances: its name, the chance, the share of it that is caught from there on, and the
    share of all else that is taken for it."""
    for name, score, so in zip(GRAVER, held.asked.T, held.so.T, strict=True):
        if name in curves:
            chance = 1 / (1 + np.exp(-(curves[name]["bias"] + curves[name]["first"] * score)))
            for least in STEPS:
                yield name, least, float((chance[so] >= least).mean()), float((chance[~so] >= least).mean())


def as_text(model: Model, curves: Mapping[str, Mapping[str, float]]) -> Iterable[str]:
    """The lines of weights.tsv; `curves` as `calibrate` finds them."""
    head = {"labels": model.labels, **curves, "bias": [round(float(b), 3) for b in model.bias]}
    yield json.dumps(head, ensure_ascii=False) + "\n"
    steps = np.round(model.worth * SCALE).astype(int)
    for feature, row in sorted(model.row.items()):
        used = np.flatnonzero(steps[row])
        pairs = " ".join(f"{label}:{steps[row, label]}" for label in used)
        yield f"{feature}\t{model.rarity[row]:.2f}\t{pairs}\n"


def vocabulary(documents: Sequence[Sequence[str]]) -> tuple[dict[str, int], Array]:
    """The features that stand in enough messages, each with its row, and how rare they are."""
    count = Counter(feature for document in documents for feature in document)
    enough = (f for f, n in count.items() if n >= (LEAST_TRIPLE if is_triple(f) else LEAST))
    names = sorted(f for f in enough if "\t" not in f and "\n" not in f)
    rarity = [np.log((1 + len(documents)) / (1 + count[f])) + 1 for f in names]
    return {f: i for i, f in enumerate(names)}, np.array(np.round(rarity, 2), np.float32)


def matrix(documents: Sequence[Sequence[str]], row: Mapping[str, int], rarity: Array) -> Any:
    """Documents as rows of a sparse matrix: each feature by its rarity, over the length of them all."""
    from scipy.sparse import csr_matrix

    starts, columns, values = [0], list[int](), list[Array]()
    for document in documents:
        known = [row[f] for f in document if f in row]
        part = rarity[known]
        columns += known
        values.append(part / (np.sqrt((part**2).sum()) or 1))
        starts.append(len(columns))
    flat = np.concatenate(values) if values else np.zeros(0, np.float32)
    return csr_matrix((flat, columns, starts), shape=(len(documents), len(row)), dtype=np.float32)

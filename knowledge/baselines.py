"""The two easy ways, for comparison only: character n-grams with a support vector machine, and jieba words counted with
logistic regression, both as a first afternoon's work would have them. Needs the `learn` extra.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from knowledge.learning import label_of
from knowledge.model import Book

TOP = 3


def measured(
    book: Book, taught: Sequence[Mapping[str, Any]], rows: Sequence[Mapping[str, Any]], cut: Callable[[str], list[str]]
) -> dict[str, dict[str, float | None]]:
    """Way → share of faults, items, top three, requests and routes right, taught with `taught`, measured on `rows`."""
    from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.svm import LinearSVC

    lessons = [(str(r["text"]), label) for r in taught if (label := label_of(r)) is not None]
    texts, labels = [t for t, _ in lessons], [label for _, label in lessons]
    ways = {
        "character n-grams + SVM": make_pipeline(
            TfidfVectorizer(analyzer="char", ngram_range=(1, 3)), LinearSVC(random_state=0)
        ),
        "jieba + counts + LR": make_pipeline(
            CountVectorizer(tokenizer=cut, token_pattern=None), LogisticRegression(max_iter=200, C=10.0)
        ),
    }
    asked = [(str(r["text"]), r, label) for r in rows if (label := label_of(r)) is not None]
    table = {}
    for name, way in ways.items():
        way.fit(texts, labels)
        scores = way.decision_function([text for text, _, _ in asked])
        best = way.classes_[np.argsort(-scores, axis=1)[:, :TOP]]
        table[name] = _shares(book, asked, best.tolist())
    return table


def _shares(
    book: Book, asked: Sequence[tuple[str, Mapping[str, Any], str]], best: Sequence[Sequence[str]]
) -> dict[str, float | None]:
    item = {slug: fault.item for slug, fault in book.faults.items()}
    counts: dict[str, list[bool]] = {name: [] for name in ("fault", "item", "top3", "request", "route")}
    for (_, row, label), guesses in zip(asked, best, strict=True):
        accepted = {label, *map(str, row.get("acceptable") or ())}
        if label in book.faults:
            counts["fault"].append(guesses[0] in accepted)
            counts["item"].append(guesses[0] in accepted or item.get(guesses[0]) == item[label])
            counts["top3"].append(bool(accepted & set(guesses)))
        elif label in book.requests or label in book.routes:
            counts["request" if label in book.requests else "route"].append(guesses[0] in accepted)
    return {name: round(sum(found) / len(found), 4) if found else None for name, found in counts.items()}

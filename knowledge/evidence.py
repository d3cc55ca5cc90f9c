"""Evidence: which known wordings a message contains, which devices it names, and what its words weigh for what.

Words count by the learned weights (`weights.tsv`), devices and extent by the lexicon. Nothing here decides.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from knowledge.cutter import Cutter
from knowledge.features import KNOWN, SOUND, WORD, Features
from knowledge.model import Book
from knowledge.scan import Hit, Index
from knowledge.weights import Floats, Scored, Weights

Claim = tuple[str, str]
"""Which list a wording stands in, and whose: ("noun", item), ("sign", name), ("safety", kind) …"""
BECAUSE = 4
FILLERS = "，。！？；、： |了的是在我都也就不没有"
_NAMED = ("noun", "sign", "concept")
"""The lists whose wordings are features themselves."""


@dataclass
class Evidence:
    """Everything found in one message, denied spans blanked out of `text`."""

    text: str
    hits: Sequence[Hit[Claim]]
    tokens: Sequence[str]
    cut: dict[str, list[str]]
    """The tokens of each of its stretches without marks."""
    scored: Scored
    scores: Floats
    """Per label; the rules that cross items move them."""
    named: Sequence[Hit[Claim]] = ()
    """The nouns of devices; of those that overlap the longest (IP电话, not 电话)."""
    nouns: Mapping[str, str] = field(default_factory=dict)
    """Item → the noun that named it."""

    def signs(self) -> set[str]:
        """The names of context, extent and urgency found."""
        return {name for hit in self.hits for kind, name in hit.owners if kind == "sign"}


class Witness:
    """Weighs messages with one book and one set of weights. `form` brings a wording into the form of normalised text."""

    def __init__(
        self, book: Book, cutter: Cutter, form: Callable[[str], str], features: Features, weights: Weights
    ) -> None:
        self._cutter = cutter
        self._features = features
        self._weights = weights
        self.index: Index[Claim] = Index(form)
        for item in book.items.values():
            self.index.add(item.nouns, ("noun", item.slug))
        for group in (book.lexicon.context, book.lexicon.scope, book.lexicon.urgency):
            for name, words in group.items():
                self.index.add(words, ("sign", name))
        for name, words in book.lexicon.concepts.items():
            self.index.add(words, ("concept", name))

    def tokens(self, text: str) -> list[str]:
        """jieba's words of a normalised text."""
        return self._cutter.cut(text)

    def features(self, said: str, denied: Sequence[tuple[int, int]] = ()) -> list[str]:
        """The features of a normalised text, for learning."""
        text = _blanked(said, denied)
        return self._features(text, self.tokens(text), _names(self.index.scan(text)))

    def weigh(self, said: str, denied: Sequence[tuple[int, int]] = (), whole: Evidence | None = None) -> Evidence:
        """All evidence of a normalised text. `denied` spans are not the case; `whole` is that of the message it stands in."""
        text = _blanked(said, denied)
        hits = self.index.scan(text)
        cut = {} if whole is None else whole.cut
        tokens = self._cutter.cut(text, cut)
        features = self._features(text, tokens, _names(hits))
        scored = self._weights.score(features)
        named = _named(hits)
        return Evidence(text, hits, tokens, cut, scored, scored.scores.copy(), named, _devices(named))

    @staticmethod
    def because(evidence: Evidence, label: int, other: int) -> tuple[str, ...]:
        """The words that decided for one label rather than another, in the order they were said."""
        gains = evidence.scored.why(label, other)
        words = {f.removeprefix(WORD) for f, _ in [g for g in gains if g[0].startswith(WORD)][:BECAUSE]}
        if words:
            return tuple(dict.fromkeys(token for token in evidence.tokens if token in words))
        pieces = (f.strip("|") for f, _ in gains if not f.startswith((SOUND, KNOWN, WORD)))
        return tuple(piece for piece in pieces if piece not in FILLERS)[:1]


def _blanked(said: str, spans: Sequence[tuple[int, int]]) -> str:
    for start, end in spans:
        said = said[:start] + "，" * (end - start) + said[end:]
    return said


def _names(hits: Iterable[Hit[Claim]]) -> Iterable[str]:
    return [f"{kind}:{name}" for hit in hits for kind, name in hit.owners if kind in _NAMED]


def _named(hits: Sequence[Hit[Claim]]) -> list[Hit[Claim]]:
    nouns = [h for h in hits if any(kind == "noun" for kind, _ in h.owners)]
    return [
        h for h in nouns if not any(o.start <= h.start and h.end <= o.end and len(o.word) > len(h.word) for o in nouns)
    ]


def _devices(named: Sequence[Hit[Claim]]) -> dict[str, str]:
    """Items named by a noun."""
    found: dict[str, str] = {}
    for hit in named:
        for kind, slug in hit.owners:
            if kind == "noun" and len(hit.word) > len(found.get(slug, "")):
                found[slug] = hit.word
    return found

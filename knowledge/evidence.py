"""Evidence for faults: which known wordings a message contains, and how much each speaks for which fault.

Three kinds, all explainable: wordings found exactly (device nouns, symptoms, phrases that decide, words that exclude),
device × symptom together, and likeness of the whole message (jieba words and character pairs) to a fault's wordings,
which carries wordings nobody wrote down. Nothing here knows about routes, requests or intents.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from jieba import Tokenizer

from knowledge.model import Book, Fault
from knowledge.scan import Hit, Index
from knowledge.text import lean

Claim = tuple[str, str]
"""Which list a wording stands in, and whose: ("symptom", fault), ("noun", item), ("context", name) …"""

NOUN, WEAK_NOUN, BRAND = 1.0, 0.45, 0.25
SYMPTOM, PHRASE, EXCLUDE = 1.1, 1.9, 1.2
BOTH = 0.8
"""Device and symptom together say more than the sum."""
MID_WORD = 0.55
"""A wording that begins in the middle of a word ("网上不去" in 外网上不去) is probably not there."""
OTHER_DEVICE = 0.9
"""The message names a device, and it is not this one."""
LIKENESS = 2.6
PRIOR = {
    "desktop-pc": 0.25, "printer": 0.3, "desktop-network": 0.3, "display-monitor": 0.1, "os-environment": 0.15,
    "office-software": 0.1, "usb-peripheral": 0.1, "mfp-copier": 0.05, "office-phone": 0.1, "video-conference": 0.05,
    "projector-display": 0.05,
}  # fmt: skip
"""Small head start of what is reported most (shares of real repair desks), which decides between equals only."""


@dataclass
class Evidence:
    """Everything found in one message, denied spans blanked out of `text`."""

    text: str = ""
    hits: list[Hit[Claim]] = field(default_factory=list)
    scores: dict[str, float] = field(default_factory=dict)
    because: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    found: set[str] = field(default_factory=set)
    """Faults with a symptom or phrase of their own in the message."""
    decided: set[str] = field(default_factory=set)
    """Faults with a phrase in the message."""
    nouns: dict[str, str] = field(default_factory=dict)
    """Item → the noun that named it."""

    def best(self, count: int) -> list[tuple[str, float]]:
        return sorted(self.scores.items(), key=lambda pair: (-pair[1], pair[0]))[:count]


class Witness:
    """Precomputed indices over a book's wordings. `form` brings a wording into the form of normalised text."""

    def __init__(self, book: Book, tokenizer: Tokenizer, form: Callable[[str], str]) -> None:
        self._faults = book.faults
        self._tokenizer = tokenizer
        self._form = form
        self._index: Index[Claim] = Index(form)
        self._lean: Index[Claim] = Index(lambda wording: lean(form(wording)))
        self._of_item = {item.slug: tuple(item.faults) for item in book.items.values()}
        self._shared = Counter(
            w for fault in book.faults.values() for w in {self._form(symptom) for symptom in fault.words.symptoms}
        )
        self._idf: dict[str, float] = {}
        self._postings: dict[str, list[tuple[str, float]]] = {}
        self._claim(book)
        self._build_likeness(book)

    def _claim(self, book: Book) -> None:
        """Put all wordings of all items and faults into the index."""
        for item in book.items.values():
            self._index.add(item.nouns, ("noun", item.slug))
            self._index.add(item.weak_nouns, ("weak", item.slug))
            self._index.add(item.brands, ("brand", item.slug))
            for fault in item.faults.values():
                self._index.add(fault.words.exclude, ("exclude", fault.slug))
                for index in (self._index, self._lean):
                    index.add(fault.words.symptoms, ("symptom", fault.slug))
                    index.add(fault.words.phrases, ("phrase", fault.slug))

    def tokens(self, text: str) -> list[str]:
        """jieba's words of a normalised text."""
        return [str(word) for word in self._tokenizer.lcut(text)]

    def weigh(self, said: str, denied: Sequence[tuple[int, int]] = ()) -> Evidence:
        """Scores of all faults that anything in a normalised text speaks for. `denied` spans are not the case."""
        for start, end in denied:
            said = said[:start] + "，" * (end - start) + said[end:]
        hits = self._index.scan(said)
        tokens = self.tokens(said)
        starts = _starts(tokens)
        evidence = Evidence(text=said, hits=hits)
        nouns, weak, brands = self._devices(hits)
        symptom: dict[str, float] = defaultdict(float)
        phrase: dict[str, float] = defaultdict(float)
        against: dict[str, float] = defaultdict(float)
        for hit in (*hits, *self._without_particles(said, hits)):
            for kind, slug in hit.owners:
                if kind == "symptom":
                    worth = self._symptom_worth(hit, hits) * (1.0 if hit.start in starts else MID_WORD)
                    symptom[slug] = max(symptom[slug], worth) + (0.15 if symptom[slug] else 0.0)
                    evidence.because[slug].append(hit.word)
                elif kind == "phrase":
                    worth = (PHRASE + 0.12 * min(len(hit.word) - 3, 6)) * (1.0 if hit.start in starts else MID_WORD)
                    phrase[slug] = max(phrase[slug], worth) + (0.2 if phrase[slug] else 0.0)
                    evidence.because[slug].append(hit.word)
                elif kind == "exclude":
                    against[slug] += EXCLUDE
        evidence.found = set(symptom) | set(phrase)
        evidence.decided = set(phrase)
        evidence.nouns = {item: word for item, (_, word) in nouns.items()}
        likeness = self._likeness(said, tokens)
        touched = evidence.found | {slug for slug, value in likeness.items() if value > 0.12}
        for item in nouns:
            touched |= set(self._of_item[item])
        for slug in touched:
            item = self._faults[slug].item
            device = nouns[item][0] if item in nouns else weak.get(item, 0.0)
            signs = max(symptom.get(slug, 0.0), phrase.get(slug, 0.0)) + 0.25 * min(
                symptom.get(slug, 0.0), phrase.get(slug, 0.0)
            )
            score = signs + device + brands.get(item, 0.0) + LIKENESS * likeness.get(slug, 0.0) + PRIOR.get(item, 0.0)
            score += BOTH * min(device, 1.0) if slug in symptom else 0.0
            if nouns and item not in nouns and slug not in phrase:
                score -= OTHER_DEVICE
            score -= min(against.get(slug, 0.0), 2.4)
            evidence.scores[slug] = score
        return evidence

    def _without_particles(self, said: str, hits: Sequence[Hit[Claim]]) -> list[Hit[Claim]]:
        """Wordings found only when particles are left out (卡住了纸 is 卡住纸), longer than two characters."""
        bare = lean(said)
        if bare == said:
            return []
        known = {owner for hit in hits for owner in hit.owners}
        found = [hit for hit in self._lean.scan(bare) if len(hit.word) > 2]
        return [Hit(0, 0, hit.word, new) for hit in found if (new := tuple(o for o in hit.owners if o not in known))]

    def _devices(
        self, hits: list[Hit[Claim]]
    ) -> tuple[dict[str, tuple[float, str]], dict[str, float], dict[str, float]]:
        """Items named by a noun (the longest where they overlap), by a weak noun, by a brand."""
        named = [h for h in hits if any(kind in ("noun", "weak") for kind, _ in h.owners)]
        nouns: dict[str, tuple[float, str]] = {}
        weak: dict[str, float] = {}
        brands: dict[str, float] = {}
        for hit in hits:
            for kind, slug in hit.owners:
                if kind == "brand":
                    brands[slug] = BRAND
        for hit in named:
            if any(o.start <= hit.start and hit.end <= o.end and len(o.word) > len(hit.word) for o in named):
                continue
            for kind, slug in hit.owners:
                if kind == "noun":
                    worth = NOUN + 0.05 * min(len(hit.word), 6)
                    if worth > nouns.get(slug, (0.0, ""))[0]:
                        nouns[slug] = (worth, hit.word)
                elif kind == "weak":
                    weak[slug] = WEAK_NOUN
        return nouns, weak, brands

    def _symptom_worth(self, hit: Hit[Claim], hits: list[Hit[Claim]]) -> float:
        shared = self._shared.get(hit.word, 1)
        worth = SYMPTOM + 0.1 * min(len(hit.word) - 2, 6) - 0.16 * math.log(shared)
        covered = hit.end > 0 and any(
            o.start <= hit.start and hit.end <= o.end and len(o.word) > len(hit.word)
            and any(kind in ("symptom", "phrase") for kind, _ in o.owners)
            for o in hits
        )  # fmt: skip
        return worth * 0.6 if covered else worth

    def _build_likeness(self, book: Book) -> None:
        documents: dict[str, Counter[str]] = {}
        for fault in book.faults.values():
            weights: Counter[str] = Counter()
            for wording, weight in _wordings(fault, book.items[fault.item].nouns[:6]):
                wording = self._form(wording)
                for feature in _pairs_and_words(wording, self.tokens(wording) if len(wording) > 4 else (wording,)):
                    weights[feature] += weight  # type: ignore[assignment]
            documents[fault.slug] = weights
        in_how_many = Counter(feature for document in documents.values() for feature in document)
        total = len(documents)
        self._idf = {feature: math.log(1 + total / count) for feature, count in in_how_many.items()}
        postings: dict[str, list[tuple[str, float]]] = defaultdict(list)
        for slug, document in documents.items():
            vector = {f: (1 + math.log(1 + w)) * self._idf[f] for f, w in document.items()}
            norm = math.sqrt(sum(v * v for v in vector.values())) ** 0.7
            for feature, value in vector.items():
                postings[feature].append((slug, value / norm))
        self._postings = dict(postings)

    def _likeness(self, text: str, tokens: Sequence[str]) -> Mapping[str, float]:
        features = [f for f in _pairs_and_words(text, tokens) if f in self._idf]
        if not features:
            return {}
        norm = math.sqrt(sum(self._idf[f] ** 2 for f in features)) or 1.0
        scores: dict[str, float] = defaultdict(float)
        for feature in features:
            weight = self._idf[feature] / norm
            for slug, value in self._postings[feature]:
                scores[slug] += weight * value
        return {slug: value / 3.0 for slug, value in scores.items()}


def _pairs_and_words(text: str, tokens: Iterable[str]) -> set[str]:
    return {text[i : i + 2] for i in range(len(text) - 1)} | {word for word in tokens if len(word) > 1}


def _starts(tokens: Iterable[str]) -> set[int]:
    """Where jieba's words begin."""
    starts, place = {0}, 0
    for token in tokens:
        place += len(token)
        starts.add(place)
    return starts


def _wordings(fault: Fault, nouns: Iterable[str]) -> Iterable[tuple[str, float]]:
    yield from ((word, 1.0) for word in fault.words.symptoms)
    yield from ((word, 1.0) for word in fault.words.phrases)
    yield fault.name, 1.5
    yield fault.plain, 1.5
    yield fault.option, 0.8
    yield fault.question, 0.4
    yield from ((noun, 0.5) for noun in nouns)

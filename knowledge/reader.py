"""Reading a message: everything that can be found in it, before anything is decided.

Normalised, what is denied blanked out, its known wordings and its words weighed, its slots, and the order of the labels.
"""

import re
from collections.abc import Collection, Sequence
from pathlib import Path

from knowledge import rules
from knowledge.cutter import Cutter
from knowledge.details import only_details, only_filler, says_nothing
from knowledge.evidence import Claim, Evidence, Witness
from knowledge.features import Features, read_sounds
from knowledge.model import Book
from knowledge.ranking import Ranker
from knowledge.reading import Reading
from knowledge.scan import Hit, Index
from knowledge.slots import SlotReader
from knowledge.text import Normaliser
from knowledge.weights import Weights

HERE = Path(__file__).parent
TOLD = {"learned": 3.5, "exclude": -0.1}
"""What a wording of the catalogue adds to the score of its fault, request or route, beside what its words have learned to
be worth: one adopted from a wrongly guessed ticket decides, one that speaks for a neighbour only tips what is even."""
WORD_FREQUENCY = 20_000
"""What jieba is told of the catalogue's own words: enough to win over a chance neighbour (外网 over 网上)."""
_ROOM = re.compile(r"(?:负?[一二两三四五六七八九十\d]{1,3}|首)[楼层]\d{3,4}(?:室|房间?|号房?)?")
"""A floor with a room on it is one room, and says nothing of what is wrong: a floor by itself may say how far it reaches."""
_NUMBER = re.compile(
    r"(?<!\d)(?:11[09]|120)(?=\s*(?:多|几|余)?(?:[个份张台名位次通项套条块元斤间户箱包支只伏米平度兆页本封天岁室房层楼]|分钟|小时|办公室|v\b|[kmg]b?\b))"
)
"""120个 and 110室 are a count and a room, no number that is called when somebody is hurt."""
_WHICH = re.compile("[那这]台(?!式)")
"""Which one it is. Whoever may not say what it is says it like this, and so does anybody else."""
_SPACED = re.compile(r"(?<=[一-鿿]{2})\s+(?=[一-鿿]{2})")


class Reader:
    """Reads messages with one book and its weights."""

    def __init__(self, book: Book, weights: Weights) -> None:
        self._book = book
        self.form = Normaliser(book.lexicon.rewrite)
        """Brings a message into the form everything is matched in."""
        sounds = read_sounds((HERE / "lexicon" / "sounds.txt").read_text("utf-8").splitlines())
        self.witness = Witness(book, _cutter(book), self.form, Features(sounds), weights)
        self.ranker = Ranker(book, weights)
        self.slots = SlotReader(book.lexicon.places)
        self._claim_lexicon(self.witness.index)

    def features(self, text: str) -> list[str]:
        """The features of a message, as they are learned from."""
        said = self.form(text)
        return self.witness.features(said, [*rules.denied(said), *_found(said, _NUMBER, _WHICH)])

    def read(self, text: str, of: Collection[str] = (), *, beside: bool = False) -> Reading:
        """A message with all that is found in it. `of`, `beside`: as in `Ranker.rank`."""
        said = self.form(text)
        blank = [*rules.denied(said), *_found(said, _ROOM, _NUMBER, _WHICH), *self.slots.room_number(said)]
        evidence = self.witness.weigh(said, blank)
        device = next(iter(evidence.nouns.values()), "")
        slots = self.slots.read(said, device=device, scope=self._scope(evidence.hits))
        signs = rules.extent(evidence.signs(), slots.count)
        rules.lean(evidence.scores, self.ranker.at, said, signs)
        for kind, slug in (owner for hit in evidence.hits for owner in hit.owners if owner[0] in TOLD):
            if slug in self.ranker.at:
                evidence.scores[self.ranker.at[slug]] += TOLD[kind]
        ranking = self.ranker.rank(evidence, of, beside=beside)
        unnamed = _unnamed(evidence)
        bare = only_details(said, slots.location, slots.phone) and not (evidence.nouns and only_filler(unnamed))
        thing = bool(evidence.nouns) and not bare and says_nothing(unnamed, slots.location, slots.phone)
        apart = self.form(_SPACED.sub("，", text)) if _SPACED.search(text) else said
        return Reading(said, signs, evidence, ranking, slots, bare, thing, beside, apart)

    def why(self, reading: Reading) -> tuple[str, ...]:
        """The words that decided for the label that is best."""
        at = self.ranker.at
        return self.witness.because(reading.evidence, at[reading.ranking.label], at[reading.ranking.runner_up])

    def _claim_lexicon(self, index: Index[Claim]) -> None:
        lexicon = self._book.lexicon
        for name, words in lexicon.safety.items():
            index.add(words, ("safety", name))
        for name, words in lexicon.classified.items():
            index.add(words, ("classified", name))
        for slug, fault in self._book.faults.items():
            if slug not in self.ranker.at:
                index.add(fault.words.phrases, ("unlearned", slug))
        for slug, words in lexicon.learned.items():
            index.add(words, ("learned", slug))
        for owners in (self._book.faults, self._book.requests, self._book.routes):
            for slug, owner in owners.items():
                index.add(owner.words.exclude, ("exclude", slug))
        for number, question in enumerate(lexicon.questions):
            index.add(question["any"], ("question", str(number)))
            index.add(question.get("unless", ()), ("question-unless", str(number)))

    @staticmethod
    def _scope(hits: Sequence[Hit[Claim]]) -> str:
        for level in ("impact1", "impact2", "impact3", "alone"):
            for hit in hits:
                if ("sign", level) in hit.owners:
                    return hit.word
        return ""


def _found(said: str, *patterns: re.Pattern[str]) -> list[tuple[int, int]]:
    """The spans of a text that one of the patterns finds."""
    return [found.span() for pattern in patterns for found in pattern.finditer(said)]


def _unnamed(evidence: Evidence) -> str:
    """The text without the nouns of devices."""
    text = evidence.text
    for hit in evidence.hits:
        if any(kind == "noun" for kind, _ in hit.owners):
            text = text[: hit.start] + " " * (hit.end - hit.start) + text[hit.end :]
    return text


def _cutter(book: Book) -> Cutter:
    """What cuts messages into words, with the catalogue's own."""
    names = {word for item in book.items.values() for word in (*item.nouns, *item.weak_nouns)}
    names |= {word for words in book.lexicon.context.values() for word in words}
    return Cutter({word for word in names if 2 <= len(word) <= 6}, WORD_FREQUENCY)

"""The one question: what separates best what a message may mean, with the answers to tap."""

import re
from collections.abc import Mapping, Sequence

from knowledge import rules
from knowledge.evidence import Evidence
from knowledge.model import Book
from knowledge.priority import judged
from knowledge.reading import Reading
from knowledge.understanding import Candidate, Question

OPTIONS = 3
"""Faults offered at most; 都不是 and 转人工 come beside them."""

BARE = re.compile(r"[\W啊呀呢吧哦]*")
"""What may stand beside a word that is all that was said."""


class Asker:
    """Puts questions together from the lexicon and the catalogue. `at` says where a label's score stands."""

    def __init__(self, book: Book, at: Mapping[str, int]) -> None:
        self._book = book
        self._at = at

    def device(self) -> Question:
        """Nothing was said that tells what is broken."""
        return _question(self._book.lexicon.asking["device"], {})

    def standing(self, reading: Reading) -> Question | None:
        """The question that stands in the lexicon for such words, unless the message has answered it."""
        hits = reading.evidence.hits
        unless = {name for h in hits for kind, name in h.owners if kind == "question-unless"}
        for hit in hits:
            for kind, number in hit.owners:
                if kind != "question" or number in unless:
                    continue
                entry = self._book.lexicon.questions[int(number)]
                if entry.get("only") and rules.says_more(reading.said, hit.word):
                    continue
                if entry.get("bare") and not BARE.fullmatch(reading.said.replace(hit.word, "", 1)):
                    continue
                if entry.get("unless_room") and reading.slots.room:
                    continue
                return _question(str(entry["text"]), entry["answers"])
        return None

    def likeliest(self, question: Question, evidence: Evidence) -> str | None:
        """The fault among the answers that most speaks for."""
        faults = [slug for slug in question.faults if slug in self._at and slug in self._book.faults]
        return max(faults, key=lambda slug: float(evidence.scores[self._at[slug]]), default=None)

    def mildest(self, question: Question, signs: set[str]) -> str | None:
        """The least urgent of what may come out: nothing is rushed on a guess."""
        faults = [self._book.faults[slug] for slug in question.faults if slug in self._book.faults]
        return max((judged(self._book.service_levels, fault, signs) for fault in faults), default=None)

    def classified(self, reading: Reading, fault: str) -> Question | None:
        """Whether what only hints at secrecy is classified equipment."""
        asking = self._book.lexicon.asking
        if not reading.of("classified", "hint") or re.search(r"非涉密|不涉密|没有涉密|不是涉密|非密", reading.said):
            return None
        return _question(asking["classified"], {asking["is_classified"]: "R5", asking["not_classified"]: fault})

    def commonest(self, evidence: Evidence) -> Question | None:
        """Only a device was said: which of what happens to it most often?"""
        lexicon = self._book.lexicon
        item = next((item for item in evidence.nouns if item in lexicon.common), None)
        if item is None:
            return None
        options = {self._book.faults[slug].option: slug for slug in lexicon.common[item]}
        text = lexicon.asking["same_item"].format(item=self._book.items[item].name)
        return _question(text, {**options, lexicon.asking["none"]: ""})

    def between(self, candidates: Sequence[Candidate]) -> Question:
        """Which of the likeliest faults it is; of a single one, what tells it from its neighbours."""
        asking, faults = self._book.lexicon.asking, self._book.faults
        near = [c for c in candidates if c.score >= candidates[0].score * 0.12][:OPTIONS] or list(candidates[:1])
        options: dict[str, str] = {}
        for candidate in near:
            options.setdefault(faults[candidate.fault].option, candidate.fault)
        if len(options) == 1:
            text = faults[near[0].fault].question
        elif len({faults[c.fault].item for c in near}) == 1:
            text = asking["same_item"].format(item=self._book.items[faults[near[0].fault].item].name)
        else:
            text = asking["between"]
        return _question(text, {**options, asking["none"]: ""})


def _question(text: str, answers: Mapping[str, str]) -> Question:
    return Question(text, tuple(answers), tuple(answers.values()))

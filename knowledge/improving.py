"""The learning loop: what was closed under another fault than guessed proposes wordings, and only those are adopted that
break nothing.

A wording is some neighbouring words of what was said. It is worth proposing when it turns the wrong guess right; it is
safe when no message of the corpus that is understood today would be understood differently.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from knowledge.classifier import Classifier
from knowledge.learning import label_of
from knowledge.model import Book

FILE = Path(__file__).parent / "lexicon" / "learned.yaml"
WORDS, SHORTEST, LONGEST = 4, 3, 12
"""A wording has at most this many words, and so many characters."""
PROPOSALS = 3
_PRIVATE = re.compile(r"\d{3,}|[，。！？；、：@ ]")
"""What a wording must not hold: numbers that may be a phone's or a room's, and the end of a clause."""


@dataclass(frozen=True)
class Candidate:
    """A ticket closed under another fault than guessed: its words, the guess, and what it was."""

    ticket: int
    text: str
    guessed: str
    right: str


@dataclass(frozen=True)
class Proposal:
    """A wording for a fault, and the corpus messages (id, text) that it would break."""

    wording: str
    fault: str
    breaks: tuple[tuple[str, str], ...] = ()


@dataclass
class Workshop:
    """Tries wordings on one book and the rows of the corpus."""

    book: Book
    rows: Sequence[Mapping[str, Any]]
    _right: dict[int, bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._now = Classifier(self.book)
        self._forms = [self._now.form(str(row["text"])) for row in self.rows]

    def proposals(self, candidate: Candidate) -> list[Proposal]:
        """The wordings that would have turned the guess right, those that break nothing first, the shortest first."""
        if self._now.understand(candidate.text).fault == candidate.right:
            return []
        found = []
        for wording in self._wordings(candidate.text):
            trial = Classifier(with_wording(self.book, candidate.right, wording))
            if trial.understand(candidate.text).fault == candidate.right:
                found.append(Proposal(wording, candidate.right, self.broken(trial, wording)))
                if sum(not p.breaks for p in found) >= PROPOSALS:
                    break
        return sorted(found, key=lambda p: (len(p.breaks), len(p.wording)))[:PROPOSALS]

    def broken(self, trial: Classifier, wording: str) -> tuple[tuple[str, str], ...]:
        """The corpus messages with this wording in them that are right today and would not be with `trial`."""
        touched = [i for i, form in enumerate(self._forms) if wording in form]
        return tuple(
            (str(self.rows[i].get("id", i)), str(self.rows[i]["text"]))
            for i in touched
            if self._is_right(self._now, i) and not self._is_right(trial, i)
        )

    def _is_right(self, classifier: Classifier, i: int) -> bool:
        row = self.rows[i]
        label = label_of(row)
        got = classifier.understand(str(row["text"]))
        accepted = {label, *(row.get("acceptable") or ())}
        return label is None or bool({got.fault, got.request, got.route} & accepted) or got.kind == label

    def _wordings(self, text: str) -> Iterator[str]:
        words = self._now.words(text)
        spans = [(a, b) for a in range(len(words)) for b in range(a + 1, min(a + WORDS, len(words)) + 1)]
        pieces = dict.fromkeys("".join(words[a:b]) for a, b in spans)
        fitting = (p for p in pieces if SHORTEST <= len(p) <= LONGEST and not _PRIVATE.search(p))
        common = {p: sum(p in form for form in self._forms) for p in fitting}
        yield from sorted(common, key=lambda p: (common[p], len(p)))


def with_wording(book: Book, fault: str, wording: str) -> Book:
    """The book with one more learned wording."""
    learned = dict(book.lexicon.learned)
    learned[fault] = tuple(dict.fromkeys((*learned.get(fault, ()), wording)))
    return book.model_copy(update={"lexicon": book.lexicon.model_copy(update={"learned": learned})})


def adopt(proposals: Sequence[Proposal], file: Path = FILE) -> int:
    """Write wordings that break nothing to learned.yaml; returns how many were new. The comment at its head stays."""
    text = file.read_text("utf-8")
    head = "".join(line + "\n" for line in text.splitlines() if line.startswith("#"))
    learned: dict[str, list[str]] = dict((yaml.safe_load(text) or {}).get("learned") or {})
    new = 0
    for proposal in proposals:
        if not proposal.breaks and proposal.wording not in learned.setdefault(proposal.fault, []):
            learned[proposal.fault].append(proposal.wording)
            new += 1
    if new:
        file.write_text(head + yaml.safe_dump({"learned": learned}, allow_unicode=True, sort_keys=True), "utf-8")
    return new

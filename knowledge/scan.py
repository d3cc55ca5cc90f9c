"""Finding all known wordings in a message in one pass."""

from collections.abc import Callable, Iterable
from typing import Generic, NamedTuple, TypeVar

import ahocorasick

Owner = TypeVar("Owner")


class Hit(NamedTuple, Generic[Owner]):
    """A wording found at `start`..`end`, and everything that claims it."""

    start: int
    end: int
    word: str
    owners: tuple[Owner, ...]


class Index(Generic[Owner]):
    """Wordings → owners, found by one automaton. Add everything, then `scan`."""

    def __init__(self, form: Callable[[str], str] = str) -> None:
        """`form` brings a wording into the form messages are scanned in."""
        self._form = form
        self._owners: dict[str, tuple[Owner, ...]] = {}
        self._automaton: ahocorasick.Automaton | None = None

    def add(self, words: Iterable[str], owner: Owner) -> None:
        for raw in words:
            word = self._form(raw)
            if not word:
                continue
            known = self._owners.get(word, ())
            if owner not in known:
                self._owners[word] = (*known, owner)
        self._automaton = None

    def scan(self, text: str) -> list[Hit[Owner]]:
        """All occurrences, overlapping ones included, by where they begin and then by length. A Latin wording must
        not continue into more Latin letters, nor a number into more digits: 120 is no part of room 1206."""
        if not self._owners:
            return []
        automaton = self._automaton or self._built()
        hits: list[Hit[Owner]] = []
        for last, (word, owners, open_ended) in automaton.iter(text):
            start, end = last + 1 - len(word), last + 1
            if not open_ended or _whole(text, start, end):
                hits.append(Hit(start, end, word, owners))
        hits.sort()
        return hits

    def words(self) -> Iterable[str]:
        return self._owners

    def _built(self) -> ahocorasick.Automaton:
        automaton = ahocorasick.Automaton()
        for word, owners in self._owners.items():
            automaton.add_word(word, (word, owners, _open_ended(word)))
        automaton.make_automaton()
        self._automaton = automaton
        return automaton


def _open_ended(word: str) -> bool:
    """Whether what stands beside a wording can make it a part of a longer word or number."""
    return word.isdigit() or any(end.isascii() and end.isalpha() for end in (word[0], word[-1]))


def _whole(text: str, start: int, end: int) -> bool:
    first, last = text[start], text[end - 1]
    if text[start:end].isdigit():
        return not text[max(start - 1, 0) : start].isdigit() and not text[end : end + 1].isdigit()
    if first.isascii() and first.isalpha() and start and text[start - 1].isascii() and text[start - 1].isalpha():
        return False
    return not (last.isascii() and last.isalpha() and end < len(text) and text[end].isascii() and text[end].isalpha())

"""Finding all known wordings in a message in one pass."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

Owner = TypeVar("Owner")


@dataclass(frozen=True, slots=True)
class Hit(Generic[Owner]):
    """A wording found at `start`..`end`, and everything that claims it."""

    start: int
    end: int
    word: str
    owners: tuple[Owner, ...]


class Index(Generic[Owner]):
    """Wordings → owners. Add everything, then `scan`."""

    def __init__(self, form: Callable[[str], str] = str) -> None:
        """`form` brings a wording into the form messages are scanned in."""
        self._form = form
        self._owners: dict[str, tuple[Owner, ...]] = {}
        self._prefixes: set[str] = set()

    def add(self, words: Iterable[str], owner: Owner) -> None:
        for raw in words:
            word = self._form(raw)
            if not word:
                continue
            known = self._owners.get(word, ())
            if owner not in known:
                self._owners[word] = (*known, owner)
            for end in range(1, len(word)):
                self._prefixes.add(word[:end])

    def scan(self, text: str) -> list[Hit[Owner]]:
        """All occurrences, overlapping ones included. A Latin wording must not continue into more Latin letters."""
        hits: list[Hit[Owner]] = []
        size, owners, prefixes = len(text), self._owners, self._prefixes
        for start in range(size):
            end = start + 1
            while end <= size:
                piece = text[start:end]
                claimed = owners.get(piece)
                if claimed is not None and _whole(text, start, end):
                    hits.append(Hit(start, end, piece, claimed))
                if piece not in prefixes:
                    break
                end += 1
        return hits

    def words(self) -> Iterable[str]:
        return self._owners


def _whole(text: str, start: int, end: int) -> bool:
    first, last = text[start], text[end - 1]
    if first.isascii() and first.isalpha() and start and text[start - 1].isascii() and text[start - 1].isalpha():
        return False
    return not (last.isascii() and last.isalpha() and end < len(text) and text[end].isascii() and text[end].isalpha())

"""Cutting text into words as jieba cuts it, with jieba's dictionary and the catalogue's own words.

jieba keeps its dictionary, with all beginnings of its words, in a dict of half a million strings: 60 MiB, read anew at each
start. Here it is a trie of 1 MiB. The words come out the same (a test compares): the same sums decide, and what stands in no
dictionary goes to jieba's own model of unknown words. The trie is kept in a folder of the user's own; where there is none
yet, or not one of exactly this dictionary and these words, it is made anew, which takes a second.
"""

import getpass
import math
import os
import sys
import tempfile
from array import array
from collections.abc import Collection, Mapping
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import marisa_trie

if hidden := "pkg_resources" not in sys.modules:
    # Where setuptools is installed jieba has it open its files, which costs 0.1 s and 10 MiB and warns; open() does as well.
    sys.modules["pkg_resources"] = None  # type: ignore[assignment]
import jieba
from jieba import finalseg

if hidden:
    del sys.modules["pkg_resources"]

DICTIONARY = Path(jieba.__file__).with_name("dict.txt")
FORMAT = b"1"
"""Of the file the trie is kept in."""
UNKNOWN = -1
"""Where the worth of an unknown character stands: after that of all words."""
_DIGEST, _NUMBER = 32, 4


class Cutter:
    """Cuts texts; made once. `words` stand in the dictionary as if jieba's authors had met them `frequency` times."""

    def __init__(self, words: Collection[str] = (), frequency: int = 1) -> None:
        """Raises OSError or ValueError when jieba's dictionary cannot be read."""
        own = dict.fromkeys(sorted(words), frequency)
        source = DICTIONARY.read_bytes()
        file = _file(sha256(FORMAT + source + repr(own).encode()).hexdigest())
        if (kept := _kept(file)) is None:
            kept = _made(source, own)
            _keep(file, *kept)
        self._worth, packed = kept
        self._trie = marisa_trie.Trie().frombytes(packed)

    def cut(self, text: str, known: dict[str, list[str]] | None = None) -> list[str]:
        """The words of a text, and what stands between them. `known` takes up the words of each stretch without marks, and
        gives them when the same stretch is cut again: in a clause of the message, say."""
        known = {} if known is None else known
        words: list[str] = []
        for block in filter(None, jieba.re_han_default.split(text)):
            if jieba.re_han_default.match(block):
                if block not in known:
                    known[block] = self._cut(block)
                words += known[block]
            else:
                for piece in jieba.re_skip_default.split(block):
                    words += [piece] if jieba.re_skip_default.match(piece) else piece
        return words

    def _cut(self, block: str) -> list[str]:
        """The words of a text without marks. Single characters side by side may be words that no dictionary has."""
        words: list[str] = []
        ends = self._ends(block)
        start, single = 0, ""
        while start < len(block):
            end = ends[start]
            if end == start + 1:
                single += block[start]
            else:
                words += self._singles(single)
                words.append(block[start:end])
                single = ""
            start = end
        return words + self._singles(single)

    def _ends(self, block: str) -> list[int]:
        """Where the word that begins at each place ends, of all ways to cut what follows the likeliest, of equal ones that
        with the longest word."""
        size = len(block)
        best, ends = [0.0] * (size + 1), list(range(1, size + 1))
        for start in reversed(range(size)):
            likeliest = -math.inf
            for word, number in self._trie.iter_prefixes_with_ids(block[start:]):
                end = start + len(word)
                worth = self._worth[number] + best[end]
                if worth >= likeliest:
                    likeliest, ends[start] = worth, end
            best[start] = likeliest if likeliest > -math.inf else self._worth[UNKNOWN] + best[start + 1]
        return ends

    def _singles(self, single: str) -> list[str]:
        return list(single) if len(single) < 2 or single in self._trie else list(finalseg.cut(single))


def _made(source: bytes, own: Mapping[str, int]) -> "tuple[array[float], bytes]":
    """What each word is worth, by its number in the trie (the logarithm of its share of all words), and an unknown one after
    them; and the trie."""
    frequency: dict[str, int] = {}
    total = sum(own.values())
    for line in source.decode().strip().split("\n"):
        word, count = line.split(" ")[:2]
        frequency[word] = int(count)
        total += int(count)
    frequency |= own
    trie = marisa_trie.Trie(word for word, count in frequency.items() if count)
    worth = array("d", [math.log(1) - math.log(total)]) * (len(trie) + 1)
    for word, number in trie.items():
        worth[number] = math.log(frequency[word]) - math.log(total)
    return worth, trie.tobytes()


def _file(digest: str) -> Path | None:
    """Where a trie is kept, if there is a folder that nobody else can write to."""
    folder = Path(tempfile.gettempdir()) / f"yunwei-words-{_user()}"
    with suppress(OSError):
        folder.mkdir(mode=0o700, exist_ok=True)
        about = folder.stat()
        if about.st_uid == os.getuid() and not about.st_mode & 0o022:
            return folder / f"{digest}.trie"
    return None


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "anyone"


def _kept(file: Path | None) -> "tuple[array[float], bytes] | None":
    """What `_made` gives, from the file; None where there is none, or not all of it."""
    try:
        data = file.read_bytes() if file is not None else b""
    except OSError:
        return None
    if len(data) <= _DIGEST + _NUMBER or sha256(data[_DIGEST:]).digest() != data[:_DIGEST]:
        return None
    begin = _DIGEST + _NUMBER
    end = begin + int.from_bytes(data[_DIGEST:begin], "big")
    return array("d", data[begin:end]), data[end:]


def _keep(file: Path | None, worth: "array[float]", packed: bytes) -> None:
    """Write the file, in the place of those of other dictionaries and words. Where that fails, nothing is kept."""
    if file is None:
        return
    shares = worth.tobytes()
    body = len(shares).to_bytes(_NUMBER, "big") + shares + packed
    with suppress(OSError):
        with tempfile.NamedTemporaryFile(dir=file.parent, delete=False) as new:
            new.write(sha256(body).digest() + body)
        Path(new.name).replace(file)
        for old in file.parent.glob("*.trie"):
            if old != file:
                old.unlink(missing_ok=True)

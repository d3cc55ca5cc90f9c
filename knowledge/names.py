"""Whom somebody may mean who does not write a name as it is entered: 赵工, 老赵, 王蔷. Pure: the names are given."""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from knowledge.features import read_sounds

_SOUNDS = Path(__file__).parent / "lexicon" / "sounds.txt"
_CALLED = (
    re.compile(r"^(?:[老小阿])?(?P<family>\S{1,2}?)(?:工程师|师傅|老师|经理|主管|工|师|哥|姐|总)$"),
    re.compile(r"^[老小阿](?P<family>\S)$"),
)
"""A family name with how one is addressed."""


def meant(said: str, names: Iterable[str]) -> list[str]:
    """The names that may be meant: of that family, of the same sound, one character off, or without the family name."""
    families = {match["family"] for pattern in _CALLED if (match := pattern.match(said))}
    return [name for name in names if any(map(name.startswith, families)) or _near(said, name)]


def _near(said: str, name: str) -> bool:
    if len(said) != len(name):
        return len(said) > 1 and len(name) == len(said) + 1 and name.endswith(said)
    wrong = sum(a != b for a, b in zip(_heard(said), _heard(name), strict=True))
    return wrong == 0 or (len(name) > 2 and wrong == 1)


def _heard(name: str) -> str:
    return name.translate(_table())


@cache
def _table() -> dict[int, str]:
    return read_sounds(_SOUNDS.read_text(encoding="utf-8").splitlines())

"""What a platform's directory says of a member, and which agency that makes him of. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

NAME = 20
"""A name longer than this is no person's: it is cut."""
_CITY = re.compile(r"^(?:[\u4e00-\u9fff]{2}市|市)(?=.{2})")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True)
class Entry:
    """What the directory hides is empty. `departments`: the names from his own department up to the root."""

    name: str = ""
    departments: tuple[str, ...] = ()


def clean(name: object) -> str:
    """A name as it may be kept: one line, not too long; empty for what is no text."""
    return _SPACE.sub(" ", name).strip()[:NAME] if isinstance(name, str) else ""


def agency(departments: Sequence[str], agencies: Iterable[str]) -> str:
    """The agency among his departments, the one nearest to him; 广州市民政局 is 市民政局. Empty when there is none."""
    known = {_bare(name): name for name in agencies}
    return next((known[_bare(name)] for name in departments if name and _bare(name) in known), "")


def _bare(name: str) -> str:
    return _CITY.sub("", name)

"""补录: `1408到 1415断电 1440好`, typed after the fact. Pure: what was done and when, or why it cannot be taken.

A time without a date is the last one before now: ten to midnight, told at twenty past, was yesterday. Nothing may lie in
the future, before the ticket was accepted, or before the entry that precedes it.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class What(StrEnum):
    CONTACT = "contact"
    ARRIVE = "arrive"
    RESTORED = "restored"
    RESOLVED = "resolved"
    NOTE = "note"


class Problem(StrEnum):
    NO_TIME = "no-time"
    """24:70 and the like."""
    NOTHING_SAID = "nothing-said"
    """A time without what was done."""
    FUTURE = "future"
    BEFORE_ACCEPTANCE = "before-acceptance"
    ORDER = "order"


@dataclass(frozen=True)
class Said:
    """One entry as typed: the time of day (hour, minute) and the words after it."""

    hour: int
    minute: int
    words: str


@dataclass(frozen=True)
class Entry:
    """What is claimed to have been done, and when."""

    what: What
    at: datetime
    words: str


@dataclass(frozen=True)
class Refused:
    """Why the line cannot be taken: the problem, and the words of the entry it is about."""

    problem: Problem
    about: str


WORDS: Mapping[What, tuple[str, ...]] = {
    What.CONTACT: ("已联系", "联系", "打电话"),
    What.ARRIVE: ("到场", "到了", "到达", "到现场", "到"),
    What.RESTORED: ("已恢复", "恢复业务", "恢复"),
    What.RESOLVED: ("已解决", "解决", "修好了", "修好", "弄好", "搞好", "处理好", "搞定", "好了", "好"),
}
"""How technicians put it; anything else is a note."""
_HALF = r"(?P<half>凌晨|早上|上午|中午|下午|晚上)?"
_CLOCK = (
    rf"(?:{_HALF}(?:(?P<h>\d{{1,2}})(?:[:点时](?:(?P<m>\d{{1,2}})分?|(?P<part>半|一刻|三刻))?|(?P<hm>\d{{2}})(?!\d))))"
)
_OTHER = r"(?!\s*[室号元年GM])"
"""What follows a bare number that is no time: 1203室, 500G."""
TIME = re.compile(rf"(?<!\d){_CLOCK}")
_BARE = re.compile(rf"(?:^|(?<=[\s,，、;；。]))\d{{3}}{_OTHER}|\d{{4}}{_OTHER}")
"""Three bare digits are a time only where an entry may begin, four anywhere."""
LINE = re.compile(rf"^{_CLOCK}\s*\D")
ROOM = re.compile(r"^\d{3}(?![\d:点时])")
PARTS: Mapping[str, int] = {"半": 30, "一刻": 15, "三刻": 45}
LATER_HALF = frozenset({"下午", "晚上"})
NOON = "中午"


def tidy(text: str) -> str:
    """Full-width digits and signs as plain ones; 刚才9点到的 begins with its time."""
    return re.sub(r"^我?(?:刚才|刚刚|刚)(?=\d)", "", unicodedata.normalize("NFKC", text).replace("︰", ":").strip())


def looks_like(text: str, *, rooms: bool = False) -> bool:
    """Whether a line is meant as late entries by itself: it begins with a time of day and a known word, or has several.

    Three bare digits (905到) may be a room as well as a time: such a line is one only where `rooms` says that it may be.
    """
    line = tidy(text)
    if not LINE.match(line) or bool(ROOM.match(line)) is not rooms:
        return False
    said = read(line)
    if rooms:
        return not isinstance(said, Refused) and any(_what(one.words) is not What.NOTE for one in said)
    return isinstance(said, Refused) or len(said) > 1 or _what(said[0].words) is not What.NOTE


def read(text: str) -> list[Said] | Refused:
    """The entries of a line, in the order typed."""
    line = tidy(text)
    marks = [m for m in TIME.finditer(line) if m["hm"] is None or m["half"] or _BARE.match(line, m.start("h"))]
    found = []
    for mark, following in zip(marks, [*marks[1:], None], strict=True):
        words = line[mark.end() : following.start() if following else len(line)].strip(" ,，、;；。.\n")
        hour, minute = int(mark["h"]), int(mark["hm"] or mark["m"] or PARTS.get(mark["part"] or "", 0))
        if mark["half"] in LATER_HALF and hour < 12:
            hour += 12
        if mark["half"] == NOON and hour < 3:
            hour += 12
        if hour > 23 or minute > 59:
            return Refused(Problem.NO_TIME, mark.group())
        if not words:
            return Refused(Problem.NOTHING_SAID, mark.group())
        found.append(Said(hour, minute, words))
    return found or Refused(Problem.NO_TIME, line[:20])


def place(said: Sequence[Said], received: datetime, accepted: datetime) -> list[Entry] | Refused:
    """The entries in time. `received` and `accepted` are in the local zone, to which the times of day belong."""
    found = list[Entry]()
    for one in said:
        at = received.replace(hour=one.hour, minute=one.minute, second=0, microsecond=0)
        if at > received and at - timedelta(days=1) >= _minute(accepted):
            at -= timedelta(days=1)
        if at > received:
            return Refused(Problem.FUTURE, one.words)
        if at < _minute(accepted):
            return Refused(Problem.BEFORE_ACCEPTANCE, one.words)
        at = max(at, accepted)
        if found and at < found[-1].at:
            return Refused(Problem.ORDER, one.words)
        found.append(Entry(_what(one.words), at, one.words))
    return found


def _minute(at: datetime) -> datetime:
    """People tell minutes, not seconds: accepted at 14:08:20 allows 1408."""
    return at.replace(second=0, microsecond=0)


def _what(words: str) -> What:
    return next(
        (what for what, ways in WORDS.items() if re.sub("[了的。！! ]+$", "", words) in ways or words in ways),
        What.NOTE,
    )

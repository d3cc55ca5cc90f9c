"""Several faults in one message: which clause tells which, each by itself, and what each says of where and which."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from knowledge import rules
from knowledge.evidence import Evidence, Witness, named
from knowledge.model import Book
from knowledge.ranking import Ranker
from knowledge.reading import Reading
from knowledge.slots import SlotReader, Slots

ALONE, SURE = 0.55, 0.8
"""Confidence from which a clause by itself tells a second fault, and one of the same kind of device."""
SECOND, JOINED = 0.04, 0.004
"""The chance a second fault must have in the whole message for its clauses to be looked at one by one: without a word that
joins two matters (也, 还有, 另外 …), and with one."""
PLACE = ("building", "floor", "room", "location")
_AND = re.compile("[也跟还和]|再加|外加")
_TRIED = re.compile(
    "^(?:我?已?经?(?:换|试|重启|重装|重插|拔|插|关|擦|清|检查|更新)(?:了|过|掉))|也[是还都]{0,2}(?:一样|这样|那样|如此|不行|没用|不好使|老样子)|也(?:重|试|换|装)|(?:换|试|重启|重装|装|查|擦|插)过|^(?:只能|只好|只得|得|要)|才(?:行|能|可以)"
)
"""A clause that tells what was tried, or does instead, is no fault of its own: 只能插鼠标用, 换了电脑也一样, 关了又开也是这样, 驱动重装过了."""
_JOINS = re.compile("也|还有|另外?|顺便|此外|同时|然后|外加|加上|跟|仲有")
_CLAUSE = re.compile(
    r"[，。！？；、\n]|(?<=[一-鿿])\s+(?=[一-鿿])|(?=另外|还有|顺便|此外|再就是|同时|然后|以及|而且|再加上|外加)"
)
_BESIDES = re.compile(
    "^(?:另外?|还有|顺便|此外|再就是|同时|然后|以及|再加上|外加|还(?!在|好|行|可以|能))"
    "(?!(?:大概)?[\\d半几一两三四五六七八九十]{1,3}个?(?:分|小时|钟|天|周|月)|一会|没|就没)"
)
_AS_WELL = re.compile("^[^也]{1,8}[也又](?![是还都]|不行|没用|一样|不好使|试|换|重启)")
"""A clause without a device of its own is another matter only when it says that it is: by a word of its own, or by 也."""
_EACH = re.compile("^(?:其中|还有|另)?[一1][台部个只间支条块](?![直样起下会]|个)")
"""One of several devices of a kind: 两台平板，一台屏幕碎了，一台充不进电."""
_PARTS = frozenset(
    {
        "屏幕",
        "屏",
        "键盘",
        "电池",
        "面板",
        "外壳",
        "画面",
        "喇叭",
        "指示灯",
        "电源",
        "硬盘",
        "鼠标",
        "显示屏",
        "触摸屏",
        "摄像头",
        "麦克风",
    }
)
"""What a device has of its own: named after another device it is a part of that one."""
MANY, FEW, CUTS = 5, 3, 10
"""Clauses: a longer message tells one fault with all that belongs to it, unless a clause names a device of its own for sure
(up to FEW, likely), and a story of more than MANY unless a clause says that it begins another. With more places to cut than
CUTS it is not cut at all."""

_TRIM = re.compile(
    "^(?:另外|还有就是|还有[一1]?[个件]事情?|还有|顺便|此外|再就是|同时|然后|以及|而且|再加上|外加|和|跟|还)+|(?<!没)也|(?<=[一-鿿])还(?=[没不打连上])"
)
"""What joins a clause to the one before says nothing of a fault."""


class Told(NamedTuple):
    """A fault as one clause tells it, and how sure that clause is by itself."""

    clause: str
    confidence: float


def _devices(evidence: Evidence) -> int:
    """How many different devices a message names."""
    return len({hit.word for hit in named(evidence.hits)})


def _weakest(told: Mapping[str, Told]) -> tuple[bool, float]:
    return len(told) > 1, min((t.confidence for t in told.values()), default=0.0)


class Clauses:
    """Reads messages that tell more than one fault."""

    def __init__(self, book: Book, witness: Witness, ranker: Ranker, slots: SlotReader) -> None:
        self._book = book
        self._witness = witness
        self._ranker = ranker
        self._slots = slots

    def independent(self, reading: Reading, first: str) -> dict[str, Told]:
        """All independent faults of the message → the clause that tells each, the most certain first.

        A clause counts when it is sure by itself. One fault told in many clauses stays one: the first must be told by a
        clause alone. Without punctuation the message is cut where both sides make most sense.
        """
        alone = {first: Told(reading.said, reading.ranking.confidence)}
        clauses = [c for c in _CLAUSE.split(reading.apart) if len(c) > 2]
        least = JOINED if _JOINS.search(reading.said) else SECOND
        each = sum(map(bool, map(_EACH.search, clauses))) > 1
        many = len(clauses) > 1 and (each or _devices(reading.evidence) > 1 or any(map(_BESIDES.search, clauses)))
        many = many or (least == JOINED and _devices(reading.evidence) > 1)
        if not many and not any(
            c.score >= least and rules.independent(self._book, c.fault, (first,), alike=True)
            for c in reading.ranking.candidates
        ):
            return alone
        noun = next(iter(reading.evidence.nouns.values()), "") if each else ""
        told = self._told(clauses, noun) if len(clauses) > 1 else {}
        if len(told) < 2:
            told = max((self._told(pair) for pair in self._cuts(reading.evidence)), key=_weakest, default={})
        if len(told) < 2 or first not in told:
            return alone
        return {first: told[first], **told}

    def _told(self, clauses: Sequence[str], noun: str = "") -> dict[str, Told]:
        """The independent faults that clauses tell, each by itself. `noun`: what each clause (一台…，一台…) is one of."""
        found: dict[str, Told] = {}
        known_as: set[str] = set()
        for clause in clauses:
            core = _TRIM.sub("", clause)
            if len(core) < 3:
                continue
            one = bool(noun and _EACH.search(clause))
            core = noun + core if one and noun not in core else core
            evidence = self._witness.weigh(core, rules.denied(core))
            ranking = self._ranker.rank(evidence)
            slug = ranking.label
            if slug not in self._book.faults or self._book.faults[slug].safety:
                continue
            besides = one or bool(_BESIDES.search(clause))
            if not besides and rules.denied(core):
                continue
            device = evidence.nouns.get(self._book.faults[slug].item, "") not in {
                "",
                *known_as,
                *(_PARTS if known_as else ()),
            }
            least = ALONE if not found or besides or (device and len(clauses) <= FEW) else SURE
            as_well = bool(_AS_WELL.search(clause))
            its_own = not found or besides or device or as_well
            if len(clauses) > MANY and not besides:
                its_own = not found
            if ranking.confidence < least or not its_own or (found and _TRIED.search(clause)):
                continue
            known_as |= set(evidence.nouns.values())
            sure = (besides or device or as_well) and min(
                (ranking.confidence, *(t.confidence for t in found.values()))
            ) >= SURE
            if slug in found or rules.independent(self._book, slug, list(found), alike=sure):
                known = found.get(slug)
                if known is None or known.confidence < ranking.confidence:
                    found[slug] = Told(clause, ranking.confidence)
        return found

    @staticmethod
    def _cuts(evidence: Evidence) -> Iterator[tuple[str, str]]:
        """The two sides of a message, cut before each further device it names and before 也, 跟, 还, 和."""
        text = evidence.text
        places = {hit.start for hit in named(evidence.hits)}
        places |= {found.start() for found in _AND.finditer(text)}
        for place in sorted(places) if len(places) <= CUTS else ():
            if 3 <= place <= len(text) - 3:
                yield text[:place], text[place:]

    def slots_of(self, told: Mapping[str, Told], whole: Slots) -> dict[str, dict[str, object]]:
        """The slots of each fault: what its clause says, completed by the message where the clause names no place."""
        result: dict[str, dict[str, object]] = {}
        for slug, (clause, _) in told.items():
            nouns = self._book.items[self._book.faults[slug].item].nouns
            own = self._slots.read(clause, device=next((n for n in nouns if n in clause), "")).as_dict()
            shared = whole.as_dict()
            for key in ("device", "asset_tag", "count", *(PLACE if any(key in own for key in PLACE) else ())):
                shared.pop(key, None)
            result[slug] = {**shared, **own}
        return result

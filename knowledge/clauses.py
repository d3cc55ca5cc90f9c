"""Several faults in one message: which clause tells which, each by itself, and what each says of where and which.

What is a clause stands here; whether one tells a second fault is judged in `second`.
"""

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from knowledge import rules, second
from knowledge.details import only_details
from knowledge.evidence import Evidence
from knowledge.judging import Judge
from knowledge.model import Book
from knowledge.reader import Reader
from knowledge.reading import Reading
from knowledge.slots import Slots

LIKELY, JOINED = 0.001, 0.0003
"""The chance a second fault must have in the whole message for its clauses to be looked at one by one: without a word that
joins two matters (也, 还有, 另外 …), and with one."""
PLACE = ("building", "floor", "room", "location")
LISTED = 0.5
"""The part of the least chance from which a further fault counts where two are told already: then it is a list."""
SHORTEST = 2
"""Characters: a clause may be no more than 卡纸."""
MOST, CUTS = 8, 10
"""Clauses: a longer story is not looked at. With more places to cut than CUTS a message is not cut."""
_AND = re.compile("[也跟还和]|再加|外加")
_JOINS = re.compile("也|还有|另外?|顺便|此外|同时|然后|外加|加上|跟|仲有")
_CLAUSE = re.compile(
    r"(?:^|(?<=[一-鿿，。\s]))[1-9][、.）)]|[，。！？；、\n]|(?<=[一-鿿])\s+(?=[一-鿿\d])|(?=另外|还有|顺便|此外|再就是|同时|然后|以及|而且|再加上|外加)"
)
_BETWEEN = re.compile("(?:[和跟与及同、，\\s/]|还有|以及|连同?)*")
_ALL = re.compile(
    "[，\\s]*(?:[两2俩][个台部]?|一起|一齐|同时|统统)?(?:又|也)?(?:都|全|均|齐)(?!.*(?:网|[没停断]电|跳闸))"
)
"""Between the names of two devices, and behind them, where one thing is said of both: 碎纸机和复印机都塞住了. Where neither
has power or the network, that is what is wrong."""
_EACH = re.compile("^(?:其中|还有|另)?[一1][台部个只间支条块](?![直样起下会]|个)")
"""One of several devices of a kind: 两台平板，一台屏幕碎了，一台充不进电."""
_CALL = re.compile(r"\d{7}")
"""A telephone number: 电话打我手机13800138000 is no telephone's fault."""
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
    return len({hit.word for hit in evidence.named})


class Clauses:
    """Reads messages that tell more than one fault."""

    def __init__(self, book: Book, reader: Reader, judge: Judge | None = None) -> None:
        self._book = book
        self._reader = reader
        self._judge = judge or second.shipped()

    def independent(self, reading: Reading, first: str) -> dict[str, Told]:
        """All independent faults of the message → the clause that tells each, the main one before the others.

        Where no clause by itself tells `first`, the surest takes its place. Without punctuation the message is cut where
        both sides make most sense.
        """
        alone = {first: Told(reading.said, reading.ranking.confidence)}
        if not self._worth_it(reading, first):
            return alone
        best: tuple[float, dict[str, Told]] = (0.0, alone)
        for clauses, how in self._divisions(reading):
            sure, told = self._told(reading, first, clauses, how)
            best = max(best, (sure, told), key=lambda found: found[0])
        return best[1]

    def pairs(self, reading: Reading, first: str) -> Iterator[tuple[str, str, dict[str, float]]]:
        """Every (first fault, possible second one, what the judgement looks at) of a message: what is learned from."""
        for clauses, how in self._divisions(reading):
            for one, other, seen in self._pairs(reading, first, clauses, how):
                yield one.ranking.label, other.ranking.label, seen

    def _worth_it(self, reading: Reading, first: str) -> bool:
        if _devices(reading.evidence) > 1:
            return True
        least = JOINED if _JOINS.search(reading.said) else LIKELY
        return any(
            c.fault != first and c.score >= least and not self._book.faults[c.fault].safety
            for c in reading.ranking.candidates
        )

    def _divisions(self, reading: Reading) -> Iterator[tuple[list[str], second.How]]:
        clauses = [c for c in _CLAUSE.split(reading.apart) if len(c) >= SHORTEST]
        for pair in self._said_of_both(reading.evidence):
            yield list(pair), "of both"
        if 1 < len(clauses) <= MOST:
            yield clauses, "clauses"
        elif len(clauses) < 2:
            for pair in self._cuts(reading.evidence):
                yield list(pair), "cut"

    def _told(
        self, reading: Reading, first: str, clauses: Sequence[str], how: second.How
    ) -> tuple[float, dict[str, Told]]:
        """How sure a second fault is, and all faults of these clauses."""
        judged = [
            (self._judge.chance(seen), one, other) for one, other, seen in self._pairs(reading, first, clauses, how)
        ]
        judged = sorted((j for j in judged if j[0] >= self._judge.least * LISTED), key=lambda j: -j[0])
        if not judged or judged[0][0] < self._judge.least:
            return 0.0, {}
        found: dict[str, Told] = {}
        for _, one, other in judged:
            found.setdefault(one.ranking.label, Told(one.text, one.ranking.confidence))
            slug, others = other.ranking.label, [known for known in found if known != one.ranking.label]
            if slug not in found and rules.independent(self._book, slug, others, alike=True):
                found[slug] = Told(other.text, other.ranking.confidence)
        return judged[0][0], found

    def _pairs(
        self, reading: Reading, first: str, clauses: Sequence[str], how: second.How
    ) -> Iterator[tuple[second.Clause, second.Clause, dict[str, float]]]:
        """The clause that tells the first fault with every one that tells another."""
        each = sum(map(bool, map(_EACH.search, clauses))) > 1
        noun = next(iter(reading.evidence.nouns.values()), "") if each else ""
        if len(read := self._read_all(clauses, noun, reading.evidence)) < 2:
            return
        own = [clause for clause in read if clause.ranking.label == first]
        one = max(own or read, key=lambda clause: clause.ranking.confidence)
        for other in read:
            if other.ranking.label != one.ranking.label and not second.own_part(self._book, one, other):
                yield one, other, second.looked_at(
                    self._book, reading.said, reading.ranking, one, other, clauses=len(clauses), how=how, each=each
                )  # fmt: skip

    def _read_all(self, clauses: Sequence[str], noun: str, whole: Evidence) -> list[second.Clause]:
        """The clauses that tell a fault by themselves, in their order; none where there cannot be two.

        What comes last is most often no fault (麻烦派人看看): read from there, most messages are done with early.
        """
        read: list[second.Clause] = []
        for left, text in reversed(list(enumerate(clauses))):
            if (clause := self._read(text, noun, whole)) is not None:
                read.append(clause)
            elif len(read) + left < 2:
                return []
        return read[::-1]

    def _read(self, text: str, noun: str, whole: Evidence) -> second.Clause | None:
        """A clause of the message `whole` that tells a fault by itself. `noun`: what each clause (一台…，一台…) is one of."""
        core = _TRIM.sub("", text)
        if len(core) < SHORTEST or (_CALL.search(core) and only_details(core)):
            return None
        core = noun + core if noun and _EACH.search(text) and noun not in core else core
        evidence = self._reader.witness.weigh(core, rules.denied(core), whole)
        fault = self._book.faults.get(self._reader.ranker.first(evidence))
        if fault is None or fault.safety:
            return None
        return second.Clause(text, core, evidence, self._reader.ranker.rank(evidence))

    @staticmethod
    def _said_of_both(evidence: Evidence) -> Iterator[tuple[str, str]]:
        """What is said of two devices at once, said of each: 打印机卡纸 and 复印机卡纸 of 打印机和复印机都卡纸."""
        text = evidence.text
        for one, other in itertools.pairwise(evidence.named):
            if _BETWEEN.fullmatch(text, one.end, other.start) and (said := _ALL.match(text, other.end)):
                before, rest = text[: one.start], text[said.end() :]
                yield f"{before}{one.word}{rest}", f"{other.word}{rest}"

    @staticmethod
    def _cuts(evidence: Evidence) -> Iterator[tuple[str, str]]:
        """The two sides of a message, cut before each further device it names and before 也, 跟, 还, 和."""
        text = evidence.text
        places = {hit.start for hit in evidence.named}
        places |= {found.start() for found in _AND.finditer(text)}
        for place in sorted(places) if len(places) <= CUTS else ():
            if 3 <= place <= len(text) - 3:
                yield text[:place], text[place:]

    def slots_of(self, told: Mapping[str, Told], whole: Slots) -> dict[str, dict[str, object]]:
        """The slots of each fault: what its clause says, completed by the message where the clause names no place."""
        result: dict[str, dict[str, object]] = {}
        for slug, (clause, _) in told.items():
            nouns = self._book.items[self._book.faults[slug].item].nouns
            own = self._reader.slots.read(clause, device=next((n for n in nouns if n in clause), "")).as_dict()
            shared = whole.as_dict()
            for key in ("device", "asset_tag", "count", *(PLACE if any(key in own for key in PLACE) else ())):
                shared.pop(key, None)
            result[slug] = {**shared, **own}
        return result

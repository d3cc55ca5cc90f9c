"""Several matters in one message, of which at least one is no plain fault: 卡纸了，再领两支硒鼓 / 座机没声音，办公室空调也不冷 / 催一下，另外我显示器也闪了.

The message is divided where a clause ends or a word begins something new; both parts are read by themselves, and whether
they are two matters is a judgement with a weight for each thing it looks at. The weights stand in `matters.yaml`, learned by
`yunwei learn matters`; what is looked at stands here, and can be read. Two plain faults stay one message: `clauses`.
"""

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from knowledge import rules
from knowledge.judging import Judge, read
from knowledge.model import Book
from knowledge.outcomes import label
from knowledge.second import CAUSE, TRIED
from knowledge.understanding import DISPATCH, Understanding

FILE = Path(__file__).parent / "matters.yaml"
Read = Callable[[str], Understanding]
PLACE = ("building", "floor", "room", "location")
WORDS = ("done", "cancel", "thanks", "human", "greeting")
"""Intents that want nothing repaired: beside one, what another part reports counts only when it is said to be something else."""
HASTE = ("urge", "progress")
"""Intents that behind a report are about it: 打印机卡纸了，麻烦快点派人来看看."""
CONSUMABLES = "consumables"
SHORTEST, LONGEST = 3, 120
"""Characters: a part that is shorter says nothing by itself; a longer message is a story."""
CUTS = 8
"""At so many places at most a message is divided."""
FAINT = 0.3
"""Confidence below which a part speaks for nothing."""
_ENDS = re.compile(r"[，。！？；、,!?;\n]+|(?<=[一-鿿\w])[ \t　]+(?=[一-鿿\w])|(?<![\d.])\.(?!\d)")
_BEGINS = re.compile(
    r"^(?:[哦啊噢嗯]?对了|另外|另(?=[要有想外])|還有|还有(?!\d{1,3}[个台部分小秒天]|[半几多]|一会)|顺[便带手]|順[便帶手]|再(?!重启|试|也|次|三|开|打|插|按|不)|此外|仲有|同埋|以及|外加|加上|然后|完了|同时|一并|二是|其二|第二[件个])"
)
"""A part begins something else."""
_INSIDE = re.compile(
    "(?=另外|还有|還有|顺便|順便|再[领要借帮加装申拿]|帮[我忙]?[装搬领借申加开看]|想[领借申要加]|领[两一几个支包盒]|借[台个部一两]|申请|也|还(?![有是没])|跟|和|仲|同埋)"
)
"""Where a message without punctuation may be divided."""
_REASON = re.compile("才[要想]|就想|得[领换]|该[换领]|只好")
"""What comes before is why something is wanted."""
_TWO = re.compile("[两二2俩][个样件]事|[两二2俩]件|①|1[、.）)]|一是|第一|一起|一并|都要?(?:处理|弄|办)")


@dataclass(frozen=True)
class Division:
    """A message in two parts, what each means by itself, and what the judgement looks at."""

    parts: tuple[str, str]
    first: Understanding
    second: Understanding
    seen: dict[str, float]


class Matters:
    """Divides messages with one book, and one reading of their parts."""

    def __init__(self, book: Book, understand: Read, judge: Judge | None = None) -> None:
        self._book = book
        self._understand = understand
        self._judge = judge or shipped()

    def apart(self, text: str, whole: Understanding, *, begun: bool = False) -> tuple[tuple[str, Understanding], ...]:
        """The matters a message tells, each in its own words with what they mean; one, mostly. `whole`: what it means
        undivided; `begun`: each further matter has to begin with a word that says so (另外, 顺便, 再). Where a part names no
        place, it is that of the message. What is classified is never divided."""
        if whole.decision == "classified" or len(text) > LONGEST:
            return ((text, whole),)
        return tuple((part, _placed(meaning, whole)) for part, meaning in self._apart(text, whole, begun))

    def _apart(self, text: str, whole: Understanding, begun: bool) -> tuple[tuple[str, Understanding], ...]:
        ways = [d for d in self.divisions(text, whole) if not begun or _BEGINS.search(d.parts[1])]
        best = max(((self.chance(d), i, d) for i, d in enumerate(ways)), default=None)
        if best is None or best[0] < self._judge.least:
            return ((text, whole),)
        return tuple(
            found
            for part, meaning in zip(best[2].parts, (best[2].first, best[2].second), strict=True)
            for found in self._apart(part, meaning, begun)
        )

    def labels(self, text: str, whole: Understanding) -> set[str]:
        """The labels of all matters of a message: faults, requests, routes. `whole`: what it means undivided."""
        found: set[str] = set()
        for _, meaning in self.apart(text, whole):
            found |= set(meaning.faults) if len(meaning.faults) > 1 else {label(meaning) or ""}
        return found

    def chance(self, division: Division) -> float:
        """How likely both parts are matters of their own (0 to 1)."""
        return self._judge.chance(division.seen) if weighed(division) else float(_plainly_besides(division))

    def divisions(self, text: str, whole: Understanding) -> Iterator[Division]:
        """Every way to divide a message in two parts that mean different things, not both of them faults."""
        places = [found.span() for found in _ENDS.finditer(text)]
        inside = not places
        if inside:
            places = [(found.start(), found.start()) for found in _INSIDE.finditer(text)]
        places = [(end, start) for end, start in places if end >= SHORTEST and len(text) - start >= SHORTEST]
        for end, start in places if len(places) <= CUTS else ():
            parts = (text[:end], text[start:])
            first, second = (
                self._understand(parts[0]),
                self._understand(_BEGINS.sub("", parts[1]).lstrip("，, ") or parts[1]),
            )
            if _differ(first, second):
                yield Division(parts, first, second, self._seen(text, whole, parts, first, second, inside, len(places)))

    def _seen(
        self, text: str, whole: Understanding, parts: tuple[str, str], first: Understanding, second: Understanding,
        inside: bool, places: int,
    ) -> dict[str, float]:  # fmt: skip
        one, other = label(first), label(second)
        both = f"{_kind(first)} and {_kind(second)}"
        wants = [m for m in (first, second) if m.kind == "request"]
        named, later = set(first.named), set(second.named)
        seen = {
            "sure of the first": _odds(first.confidence),
            "sure of the second": _odds(second.confidence),
            "less sure": _odds(min(first.confidence, second.confidence)),
            "both sure": min(first.confidence, second.confidence) >= DISPATCH,
            both: 1.0,
            f"{both}, less sure": _odds(min(first.confidence, second.confidence)),
            "begins": bool(_BEGINS.search(parts[1])),
            "wished": bool(wants) and all(rules.wished(m.said) for m in wants),
            "first wishes": rules.wished(first.said),
            "second wishes": rules.wished(second.said),
            "names devices in both": bool(named and later),
            "the first names nothing": not named,
            "the second names nothing": not later,
            f"{both}, the second names nothing": not later,
            "wants what is used up": any(label(m) == CONSUMABLES for m in wants) and rules.used_up(first.said),
            "a device of its own": bool(later - named),
            "the same device": bool(later & named),
            "the whole is the first": label(whole) == one,
            "the whole is the second": label(whole) == other,
            "sure of the whole": _odds(whole.confidence),
            "the first in the second": _chance(one, second),
            "the second in the first": _chance(other, first),
            "cause": bool(CAUSE.search(text) or _REASON.search(text)),
            "tried": bool(TRIED.search(parts[1])),
            "says two": bool(_TWO.search(text)),
            "no punctuation": inside,
            "places": math.log(places),
            "length of the first": min(len(first.said), 10) / 10,
            "length of the second": min(len(second.said), 10) / 10,
            "danger": "emergency" in (first.decision, second.decision),
            "vague": first.vague or second.vague,
        }
        for meaning in (first, second):
            if meaning.kind in ("request", "route"):
                seen[f"is {label(meaning)}"] = 1.0
        return {name: float(value) for name, value in seen.items() if value}


def weighed(division: Division) -> bool:
    """Whether it is a weighed judgement whether these are two matters: beside a word to the desk, grammar says it."""
    return not _word(division.first) and not _word(division.second)


def _kind(meaning: Understanding) -> str:
    return "danger" if meaning.decision == "emergency" else meaning.kind


def _word(meaning: Understanding) -> bool:
    """Whether it is a word to the desk rather than a matter: 催一下, 谢谢, 电话好了不用来了."""
    return meaning.intent in WORDS


def _plainly_besides(division: Division) -> bool:
    """A word to the desk and a report that begins as something else and is sure by itself."""
    reports = [m for m in (division.first, division.second) if not _word(m)]
    sure = bool(reports) and reports[0].decision in ("dispatch", "emergency", "request", "route")
    return (
        sure
        and reports[0].confidence >= DISPATCH
        and bool(_BEGINS.search(division.parts[1]))
        and not _word(division.second)
    )


def _differ(first: Understanding, second: Understanding) -> bool:
    if first.details or second.details or (second.intent in HASTE and not second.named):
        return False
    if _word(first) or _word(second):
        return not (_word(first) and _word(second))
    if None in (label(first), label(second)) or label(first) == label(second) or "R11" in (first.route, second.route):
        return False
    if {_kind(first), _kind(second)} == {"fault"} or "classified" in (first.decision, second.decision):
        return False
    return min(first.confidence, second.confidence) >= FAINT


def _placed(meaning: Understanding, whole: Understanding) -> Understanding:
    """A part with the place of the message, where it names none."""
    if any(meaning.slots.get(key) for key in PLACE):
        return meaning
    place = {key: whole.slots[key] for key in PLACE if whole.slots.get(key)}
    return replace(meaning, slots={**meaning.slots, **place}) if place else meaning


def _chance(slug: str | None, meaning: Understanding) -> float:
    if label(meaning) == slug:
        return meaning.confidence
    return next((c.score for c in meaning.candidates if c.fault == slug), 0.0)


def _odds(value: float) -> float:
    kept = min(max(value, 0.01), 0.99)
    return math.log(kept / (1 - kept)) / 4


@cache
def shipped() -> Judge:
    """The judge of `matters.yaml`. Raises OSError or ValueError when it cannot be read."""
    return read(FILE)

"""What becomes of an open matter with a further message: it stays what it is, becomes something else, or another is opened.

The message is read in several ways: by itself, together with what was told, without the words that correct, as a fault of
the device told, with another device in its place. What these readings speak for are the outcomes that are possible; which
of them it is, is a judgement with a weight for each thing it looks at. The weights stand in `outcomes.yaml`, learned by
`yunwei learn outcomes` from conversations; what is looked at stands here, and can be read.
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

from knowledge import rules
from knowledge.model import Book
from knowledge.second import FAMILY
from knowledge.understanding import DISPATCH, Understanding

FILE = Path(__file__).parent / "outcomes.yaml"
Kind = Literal["stays", "becomes", "opens"]
FAINT = 0.1
"""Confidence below which a reading speaks for nothing."""
SMALL_TALK = ("R10", "R11")
"""What is only answered takes the place of nothing that was reported."""
LIKELY: Mapping[str, Sequence[float]] = {"correct": (0.3,), "another": (0.1, 0.5)}
"""From which chance an act of the message is looked at by itself."""
SURE = 0.95
"""Confidence beyond doubt."""
LONG = 20
"""Characters: how much longer a message is beyond that does not matter."""
SLIGHT = 0.02
"""Weights smaller than this are left out of the file."""
_HAS_DONE = re.compile("^[^，。；]{0,6}(?:换|装|重装|加|借|领|拉|开通|申请)过(?!的)[^，。；]*$")
"""It tells what was done already, and wants nothing: 换过墨盒了, 昨天刚借过一台试."""


INFECTED = frozenset({"sec-malware-suspected", "sec-ransomware"})
"""What may show itself in anything a computer does."""
SICK = FAMILY[0] | {"endpoint-security", "office-software", "file-sharing-media"}
"""Where it shows itself."""
NAMED = 0.5
"""Confidence from which a device that was not named before tells which fault it is, in its place."""


@dataclass(frozen=True)
class Outcome:
    """The matter `stays` what it is, `becomes` a `label` (fault, request or route), or a matter of that label `opens`."""

    kind: Kind
    label: str | None


@dataclass(frozen=True)
class Readings:
    """A further message and the ways it was read. `known`: the label of the open matter, None when it is unclear. `signs`:
    what grammar says of the message; `acts`: how likely each act of it is (`knowledge.acts`); `near`: the items that the
    symptoms of the known fault are told of as well."""

    text: str
    known: str | None
    signs: Mapping[str, bool]
    acts: Mapping[str, float]
    near: frozenset[str]
    before: Understanding
    alone: Understanding
    together: Understanding
    corrected: Understanding
    own: Understanding | None
    with_device: Understanding | None
    in_its_place: Understanding | None

    def of(self, outcome: Outcome) -> Understanding:
        """The reading that speaks for an outcome most; of what stays, the message by itself."""
        if outcome.kind == "stays":
            return self.alone
        ways = self.by_itself() if outcome.kind == "opens" else self.all()
        found = [meaning for meaning in ways if label(meaning) == outcome.label]
        return max(found, key=lambda meaning: meaning.confidence)

    def by_itself(self) -> list[Understanding]:
        """The ways it was read without what was told before."""
        return [self.alone, self.corrected]

    def all(self) -> list[Understanding]:
        """Every way it was read."""
        joined = (self.together, self.own, self.with_device, self.in_its_place)
        return [*self.by_itself(), *(meaning for meaning in joined if meaning is not None)]


def label(meaning: Understanding) -> str | None:
    """The fault, request or route a message speaks for."""
    return {"fault": meaning.fault, "request": meaning.request, "route": meaning.route}.get(meaning.kind)


def chance(slug: str | None, meaning: Understanding | None) -> float:
    """How likely a fault, request or route is by a reading; 0 where there is none."""
    if slug is None or meaning is None:
        return 0.0
    listed = next((c.score for c in meaning.candidates if c.fault == slug), 0.0)
    return max(listed, meaning.confidence) if label(meaning) == slug else listed


def tells_more(likely: Mapping[str, float]) -> bool:
    """Whether a message that begins with 对了 or 还有 rather tells more of the same matter (对了 电脑重启过了, 哦对
    换过墨盒了), by its acts."""
    return likely["another"] < max(likely["detail"], likely["over"]) / 2


def possible(book: Book, read: Readings) -> list[tuple[Outcome, dict[str, float]]]:
    """The outcomes that are possible, and what the judgement looks at in each; where grammar is plain, those it leaves."""
    found = _all(book, read)
    left = [(outcome, seen) for outcome, seen in found if _plain(book, read, outcome)]
    return left or found


def _plain(book: Book, read: Readings, outcome: Outcome) -> bool:
    """Whether plain grammar leaves an outcome possible: 对了我键盘…, 整个科都没网, 电脑死机了 / 鼠标也不动, 装个CAD / 打印机卡纸,
    打印机卡住 / 卡住的是旁边碎纸机，打印机没事, 打印很淡 / 说错了，没坏，是想领两个硒鼓, 打印有黑线 / 哦对 换过墨盒了, 打不了 / 电话, 中毒了 /
    word也打不开."""
    alone, known, together = read.alone, read.known, read.together
    fresh = set(alone.named) - set(read.before.named)
    named, new = alone.item in alone.named or bool(fresh - read.near), alone.item in fresh
    other = known is not None and label(alone) not in (None, known, "progress-query")
    opens = outcome == Outcome("opens", label(alone))
    begun = read.signs["begins"] or read.signs["begun by the last"]
    told = alone.confidence >= SURE or not tells_more(read.acts)
    if known in book.faults and alone.kind == "request" and _HAS_DONE.search(alone.said):
        return outcome.kind != "opens"
    late = read.in_its_place if alone.device_only and not read.before.named and known in book.faults else None
    if late is not None and late.fault is not None and late.item in alone.named and late.confidence >= NAMED:
        return outcome == Outcome("stays" if late.fault == known else "becomes", late.fault)
    if known in INFECTED and not begun and alone.kind == "fault" and alone.item in SICK:
        return outcome.kind == "stays" or outcome.label in INFECTED
    if other and begun and told and (named or alone.confidence >= DISPATCH):
        return opens
    wider = read.corrected if read.signs["corrects"] and read.corrected.decision == "dispatch" else together
    if known in book.faults and alone.slots.get("scope") and not alone.named and wider.decision == "dispatch":
        return outcome == Outcome("stays" if wider.fault == known else "becomes", wider.fault)
    if known in book.faults and read.signs["broken as well"] and alone.kind == "fault":
        if new and alone.item not in read.near and alone.confidence >= DISPATCH:
            return opens
        return outcome.kind != "opens" or alone.item not in FAMILY[1] or alone.item not in read.near
    put = read.corrected
    if known in book.faults and read.signs["says the device is well"] and put.kind == "fault" and put.fault != known:
        return outcome == Outcome("becomes", put.fault) or put.item not in put.named or put.decision != "dispatch"
    if known in book.faults and read.signs["puts right"] and (righted := _righted(read)) is not None:
        return outcome == Outcome("becomes", righted)
    wants = put.decision == "request" and put.confidence >= SURE and rules.wished(put.said)
    if known in book.faults and read.signs["corrects"] and wants:
        return outcome == Outcome("becomes", put.request)
    if known in book.requests and rules.wished(read.before.said) and new and alone.kind == "fault":
        return opens or read.signs["corrects"] or alone.confidence < SURE
    return True


def _righted(read: Readings) -> str | None:
    """The other fault that is told beyond doubt in place of the known one, of the device told where no other is named."""
    of_it = (read.own, read.with_device) if read.own is not None else (read.corrected,)
    for meaning in of_it:
        if meaning is not None and meaning.decision == "dispatch" and meaning.confidence >= SURE:
            return meaning.fault if meaning.fault != read.known else None
    return None


def _all(book: Book, read: Readings) -> list[tuple[Outcome, dict[str, float]]]:
    apart = "" if read.known is not None else "unclear "
    about = _about(book, read)
    found = [(Outcome("stays", read.known), _named(f"{apart}stays", about))]
    opening = list(_spoken_for(read.by_itself()))
    for slug in dict.fromkeys([*opening, *_spoken_for(read.all())]):
        if slug == read.known:
            continue
        seen = {"at all": 1.0, **about, **_of_label(book, read, slug)}
        if slug not in SMALL_TALK or read.known is None:
            found.append((Outcome("becomes", slug), _named(f"{apart}becomes", seen | _replacing(seen))))
        if slug in opening:
            found.append((Outcome("opens", slug), _named(f"{apart}opens", seen | _opening(seen))))
    return found


def _spoken_for(readings: Sequence[Understanding]) -> Iterator[str]:
    for meaning in readings:
        slug = label(meaning)
        if slug is not None and meaning.confidence >= FAINT:
            yield slug


def _about(book: Book, read: Readings) -> dict[str, float]:
    """What is looked at in the message and the open matter, whatever comes of it."""
    known, before, alone = read.known, read.before, read.alone
    was, now = chance(known, before), chance(known, read.together)
    acts = {f"act {act}": read.acts[act] for act in ("correct", "another", "detail")}
    likely = {f"act {act} {least}": read.acts[act] >= least for act, steps in LIKELY.items() for least in steps}
    return {
        **read.signs,
        **acts,
        **likely,
        "act of an intent": 1 - sum(acts.values()),
        "only details": alone.details,
        "only a device": alone.device_only,
        "names a device": bool(alone.named),
        "says how many": bool(alone.slots.get("scope")),
        "length": min(len(read.text), LONG) / LONG,
        "unsure before": before.decision != "dispatch",
        "vague before": before.vague,
        "only a device before": before.device_only,
        "nothing named before": not before.named,
        "sure of the known before": was,
        "sure of the known together": _odds(now) if known is not None else 0.0,
        "the known by itself": chance(known, alone),
        "lost together": 1 - now / was if was > now else 0.0,
        "known request": known in book.requests,
        "known route": known in book.routes,
    }


def _of_label(book: Book, read: Readings, slug: str) -> dict[str, float]:
    """What is looked at in the label that it may become, or that may be opened."""
    fault, known = book.faults.get(slug), book.faults.get(read.known or "")
    item = fault.item if fault is not None else None
    own = known.item if known is not None else None
    alone, together = max(chance(slug, meaning) for meaning in read.by_itself()), chance(slug, read.together)
    ways = {"own": read.own, "with device": read.with_device, "in its place": read.in_its_place}
    both = {item, own} - {None}
    return {
        "by itself": chance(slug, read.alone),
        "together": together,
        "by itself, odds": _odds(alone),
        "together, odds": _odds(together),
        "most": _odds(max(alone, together, *(chance(slug, way) for way in ways.values()))),
        **{f"{name}, odds": _odds(chance(slug, way)) for name, way in ways.items() if way is not None},
        **{f"read {name}": float(way is not None) for name, way in ways.items()},
        "before": chance(slug, read.before),
        "rises": max(together - chance(slug, read.before), 0.0),
        "first by itself": label(read.alone) == slug,
        "first together": label(read.together) == slug,
        "sure by itself": chance(slug, read.alone) >= DISPATCH,
        "sure together": together >= DISPATCH,
        "same item": own is not None and item == own,
        "near": item in read.near,
        "its device named": item in read.alone.named,
        "its device new": item in set(read.alone.named) - set(read.before.named),
        "its device named before": item in read.before.named,
        "known device named": own in read.alone.named,
        "computer and its part": len(both) == 2 and bool(both & FAMILY[0]) and both <= FAMILY[0] | FAMILY[1],
        "request": slug in book.requests,
        "route": slug in book.routes,
        "wished": slug in book.requests and rules.wished(read.alone.said),
        "private": slug == "R8",
        "small talk": slug in SMALL_TALK,
        "fault beside a request": fault is not None and read.known in book.requests and chance(slug, read.alone),
    }


def _replacing(seen: Mapping[str, float]) -> dict[str, float]:
    """What counts together where it becomes something else."""
    return {
        "corrects, most": seen["corrects"] * seen["most"],
        "act correct, most": seen["act correct"] * seen["most"],
        "same item, together": seen["same item"] * seen["together, odds"],
        "unsure before, together": seen["unsure before"] * seen["together, odds"],
        "sure of the known before, together": seen["sure of the known before"] * seen["together"],
    }


def _opening(seen: Mapping[str, float]) -> dict[str, float]:
    """What counts together where another matter is opened."""
    alone = seen["by itself, odds"]
    together = ("begins", "act another", "its device new", "lost together", "near")
    return {f"{name}, by itself": seen[name] * alone for name in together}


def _odds(value: float) -> float:
    """Logarithmic odds, a quarter of them, between 0.01 and 0.99."""
    kept = min(max(value, 0.01), 0.99)
    return math.log(kept / (1 - kept)) / 4


def _named(kind: str, seen: Mapping[str, float]) -> dict[str, float]:
    return {f"{kind}: {name}": float(value) for name, value in seen.items() if value}


@dataclass(frozen=True)
class Judge:
    """A judgement between outcomes: the chance of one is that of the sum of what is looked at times its weight, among all
    that are possible."""

    weights: Mapping[str, float]

    def chances(self, found: Sequence[tuple[Outcome, Mapping[str, float]]]) -> list[tuple[Outcome, float]]:
        """Each outcome with its chance, the likeliest first; the sum is 1."""
        scores = [sum(self.weights.get(name, 0.0) * value for name, value in seen.items()) for _, seen in found]
        powers = [math.exp(score - max(scores)) for score in scores]
        ranked = zip((outcome for outcome, _ in found), (power / sum(powers) for power in powers), strict=True)
        return sorted(ranked, key=lambda pair: -pair[1])


@cache
def shipped() -> Judge:
    """The judge of `outcomes.yaml`. Raises OSError or ValueError when it cannot be read."""
    return of(yaml.safe_load(FILE.read_text("utf-8")))


def of(data: Mapping[str, Mapping[str, Any]]) -> Judge:
    """A judge from the data of such a file: of each kind of outcome, what is looked at and its weight."""
    return Judge({f"{kind}: {name}": float(v) for kind, seen in data.items() for name, v in seen.items()})


def written(judge: Judge) -> list[str]:
    """The lines of `outcomes.yaml`."""
    body: dict[str, dict[str, float]] = {}
    for name, weight in sorted(judge.weights.items()):
        if abs(weight) >= SLIGHT:
            kind, _, what = name.partition(": ")
            body.setdefault(kind, {})[what] = round(weight, 2)
    head = "# Written by `yunwei learn outcomes`: what speaks for each outcome of a further message, and how much.\n"
    return [head, yaml.safe_dump(body, allow_unicode=True, sort_keys=False)]

"""What is decided before all else: danger to people (R9, safety faults) and classified equipment (R5)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge import rules
from knowledge.details import only_filler
from knowledge.model import Book, Fault
from knowledge.reader import Reader
from knowledge.reading import Reading
from knowledge.understanding import CANDIDATES, Candidate, Decision, Understanding


@dataclass(frozen=True)
class Least:
    """How likely something grave has to be by what the words are worth: `told` in words of the lexicon or a rule, `untold`
    so, and `against` all else where the message is surely about something other."""

    told: float
    untold: float
    against: float
    label: float
    least: float
    """The confidence of a label that is grave itself from which it is believed, where it is likely at the `least`."""

    def reached(self, likely: float, *, told: bool, grave: bool, sure: float) -> bool:
        """Whether it is likely enough. `grave`: so is the label the words speak for, `sure`: how sure that is."""
        if grave:
            return told or (sure >= self.label and likely >= self.least) or likely >= self.untold
        return likely >= (self.told if told else self.against if sure >= SURELY else self.untold)


DANGER, SECRET = Least(0.03, 0.13, 0.5, 0.75, 0.05), Least(0.0, 0.13, 0.27, 0.72, 0.06)
"""Danger, and classified equipment. Of authors left out, danger from 0.13 on was 0.97 of it and 0.01 of all else (half the
corpus's look-alikes are of it), classified equipment from 0.13 on 0.96 and 0.006. Of 80
messages of an author not read none was below 0.03, where the label alone took 综治办 兄弟那台 for it; of two more, 党办靠里那台 was at 0.05. With a word that hints at it
(保密室) the label is enough. Danger of no leaf (R9)
was never below 0.05 by the label alone, where 绿化带那边在动土 was; a leaf names its device, and is believed."""
BESIDE = Least(0.03, 0.3, 0.5, 2.0, 0.0)
"""Danger in words of nobody's list that is told beside an open matter: more likely it is about that (会还在开). Of the turns of 400
conversations not read before, 11 of the 16 from 0.3 on were about danger, of the 3 below none."""
SURELY = 0.85
"""Confidence from which a message is surely about something other."""
TRAPPED = "door-trapped"
STOPS = ("R5", "R9")
"""Routes that are decided before all others, and not here: what is left of them was explained away."""
_OPEN = re.compile("(?:非|不是?|不属于?|不涉及|没有?|无|未)(?:任何|什么)?(?:涉?密|机密|秘密)(?!码|封)")
"""It says that it is not classified: 非涉密, 不涉密, 没有涉密内容."""

_BESIDE_ONE = re.compile("(?:机要[科处室]?|保密室)(?:的?斜?对面|旁|隔壁|外|边上|过去|前面|后面|楼[上下])")
"""It stands beside a room that is classified: 机要旁边那间普通办公室."""


class Stops:
    """Judges readings; pure."""

    def __init__(self, book: Book, reader: Reader) -> None:
        self._book = book
        self._reader = reader

    def emergency(self, reading: Reading) -> Understanding | None:
        """Danger to people, by the rules or by what its words have learned to be worth; None: no danger."""
        kinds, likely = rules.emergency(reading.safety(), reading.said), reading.ranking.danger
        label, leaf = reading.ranking.label, self._book.faults.get(reading.ranking.label)
        grave, sure = label == "R9" or (leaf is not None and leaf.safety), reading.ranking.confidence
        named = leaf is not None and leaf.safety and sure >= DANGER.label and not reading.beside
        least = BESIDE if reading.beside else DANGER
        if not named and not least.reached(likely, told=bool(kinds), grave=grave, sure=sure):
            return None
        if not kinds and (reading.bare or reading.thing or talked_about(reading)):
            return None
        fault = self._danger_leaf(reading, kinds)
        item = self._book.faults[fault].item if fault else next(iter(reading.evidence.nouns), None)
        fire = kinds & {"fire", "water", "trapped", "falling", "fire_alarm", "smoke_alarm"}
        return Understanding(
            decision="emergency",
            kind="fault" if fault else "route",
            item=item,
            fault=fault,
            faults=(fault,) if fault else (),
            route="R9" if fire or not fault else None,
            safety=True,
            confidence=max(0.97, likely) if kinds else likely,
            candidates=_led_by(fault, reading.ranking.candidates),
            because=tuple(dict.fromkeys((*reading.words("safety", "signs"), *self._reader.why(reading)))),
            slots=reading.slots.as_dict(),
            priority="P1",
        )

    def _danger_leaf(self, reading: Reading, kinds: set[str]) -> str | None:
        """The safety fault an emergency is: what the words speak for, where it fits the kind, else the table."""
        best = self._book.faults.get(reading.ranking.label)
        if best is not None and best.safety:
            return best.slug
        ranked = [c.fault for c in reading.ranking.candidates[:3] if self._book.faults[c.fault].safety]
        if (
            ranked
            and reading.ranking.label != "R9"
            and reading.ranking.danger >= DANGER.untold
            and rules.fits(ranked[0], kinds)
        ):
            return ranked[0]
        return rules.safety_leaf(self._book, reading.evidence.nouns, kinds, reading.signs)

    def classified(self, reading: Reading) -> Understanding | None:
        """Classified equipment; None: nothing of the kind."""
        hits = reading.of("classified", "strong")
        innocent = [
            (a, b) for a, b in reading.spans("classified", "innocent")
            if not any(h.start <= a and b <= h.end and b - a < len(h.word) for h in hits)
        ]  # fmt: skip
        strong = [h.word for h in hits if not _within(h.start, h.end, innocent)]
        hints = [h.word for h in reading.of("classified", "hint") if not _within(h.start, h.end, innocent)]
        likely = reading.ranking.secret
        grave, sure = reading.ranking.label == "R5", reading.ranking.confidence
        hinted = grave and sure >= SECRET.label and bool(reading.of("classified", "hint"))
        if not SECRET.reached(likely, told=bool(strong) or hinted, grave=grave, sure=sure):
            return None
        little = reading.bare or reading.thing or only_filler(reading.said)
        if not strong and (little or _OPEN.search(reading.said) or (not hints and _BESIDE_ONE.search(reading.said))):
            return None
        return Understanding(
            decision="classified", kind="route", route="R5", confidence=max(0.97, likely) if strong else likely,
            because=tuple(dict.fromkeys(strong)) or self._reader.why(reading),
        )  # fmt: skip


def _within(start: int, end: int, spans: Sequence[tuple[int, int]]) -> bool:
    """Whether a word touches one of some spans."""
    return any(a <= start < b or a < end <= b for a, b in spans)


def decided(reading: Reading, leaf: Fault) -> Decision:
    """What to do about a fault that is sure: a safety fault is an emergency, unless it is only talked about."""
    if not leaf.safety:
        return "dispatch"
    return "human" if talked_about(reading) else "emergency"


def talked_about(reading: Reading) -> bool:
    """Whether danger is only talked about, a way of speaking, nothing but words that sound like it (抽烟, 打火机), or nobody's
    (服务都在里面)."""
    text = rest = reading.evidence.text
    for start, end in reading.spans("safety", "harmless"):
        rest = rest[:start] + " " * (end - start) + rest[end:]
    harmless = rest != text and not rules.alarming(rest)
    nobody = reading.ranking.label == TRAPPED and not rules.somebody(reading.said)
    return harmless or nobody or rules.explained(reading.said) or rules.figurative(reading.said)


def _led_by(fault: str | None, candidates: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
    """The candidates of an emergency: its leaf before all others."""
    if fault is None:
        return candidates
    return (Candidate(fault, 0.97), *(c for c in candidates if c.fault != fault))[:CANDIDATES]

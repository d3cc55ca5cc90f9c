"""What is decided before all else: danger to people (R9, safety faults) and classified equipment (R5)."""

import re

from knowledge import rules
from knowledge.model import Book, Fault
from knowledge.reader import Reader
from knowledge.reading import Reading
from knowledge.understanding import CANDIDATES, Candidate, Decision, Understanding

DANGER = 0.2
"""The share of all chances from which danger is taken for real though no rule knows its words. Of authors left out,
0.25 caught 0.93 of danger at 0.6 % false alarms, 0.15 caught 0.94 at 1.1 %."""
STOPS = ("R5", "R9")
"""Routes that are decided before all others, and not here: what is left of them was explained away."""
SECRET = 0.05
"""The share of all chances from which a message that hints at secrecy is of classified equipment: of 1,238 tune messages with
such a hint, five more were caught and two wrongly than by the best label alone."""
_SECRET = re.compile("[密蜜绝涉军]|秘(?!书)|机[要药]|内网|红[机色电]|屏蔽|单导|三合一")
"""Without one of these nothing is taken for classified equipment, whatever the other words have come to be worth."""


class Stops:
    """Judges readings; pure."""

    def __init__(self, book: Book, reader: Reader) -> None:
        self._book = book
        self._reader = reader

    def emergency(self, reading: Reading) -> Understanding | None:
        """Danger to people, by the rules or by what its words have learned to be worth; None: no danger."""
        kinds = rules.emergency(reading.safety(), reading.said)
        if not kinds:
            if reading.bare or reading.thing or reading.ranking.danger < DANGER or not rules.alarming(reading.said):
                return None
            if reading.of("safety", "harmless") or rules.explained(reading.said) or rules.figurative(reading.said):
                return None
            if rules.calmed(reading.safety(), reading.said) or rules.drips(reading.said):
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
            confidence=0.97 if kinds else reading.ranking.danger,
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
            and reading.ranking.danger >= DANGER
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
        strong = [h.word for h in hits if not any(a <= h.start < b or a < h.end <= b for a, b in innocent)]
        learned = reading.ranking.secret >= SECRET and _SECRET.search(reading.said)
        if strong or (learned and not innocent and not reading.bare):
            because = tuple(dict.fromkeys(strong)) or self._reader.why(reading)
            return Understanding(
                decision="classified", kind="route", route="R5", confidence=0.97 if strong else reading.ranking.confidence,
                because=because,
            )  # fmt: skip
        return None


def decided(reading: Reading, leaf: Fault) -> Decision:
    """What to do about a fault that is sure: a safety fault is an emergency, unless it is only talked about."""
    if not leaf.safety:
        return "dispatch"
    explained = rules.explained(reading.said) or rules.figurative(reading.said)
    return "human" if explained else "emergency"


def _led_by(fault: str | None, candidates: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
    """The candidates of an emergency: its leaf before all others."""
    if fault is None:
        return candidates
    return (Candidate(fault, 0.97), *(c for c in candidates if c.fault != fault))[:CANDIDATES]

"""One message with everything found in it: what was said, its evidence, the signs, and what it speaks for most."""

from dataclasses import dataclass

from knowledge.evidence import Claim, Evidence
from knowledge.ranking import Ranking
from knowledge.scan import Hit
from knowledge.slots import Slots


@dataclass(frozen=True)
class Reading:
    """What was said (normalised), which signs, the evidence, the order of the labels, and where, which, how many and when."""

    said: str
    signs: set[str]
    evidence: Evidence
    ranking: Ranking
    slots: Slots
    bare: bool = False
    """Nothing but where, when, who or how many (`details`)."""
    thing: bool = False
    """Nothing but a device, and such details."""
    beside: bool = False
    """Said while a matter is open, which it may belong to."""
    apart: str = ""
    """What was said, with a comma where its writer left a space between words."""

    def of(self, kind: str, name: str) -> list[Hit[Claim]]:
        return [h for h in self.evidence.hits if (kind, name) in h.owners]

    def words(self, kind: str, name: str) -> list[str]:
        return [h.word for h in self.of(kind, name)]

    def spans(self, kind: str, name: str) -> list[tuple[int, int]]:
        return [(h.start, h.end) for h in self.of(kind, name)]

    def safety(self) -> dict[str, list[Hit[Claim]]]:
        found: dict[str, list[Hit[Claim]]] = {}
        for hit in self.evidence.hits:
            for kind, name in hit.owners:
                if kind == "safety":
                    found.setdefault(name, []).append(hit)
        return found

"""One message with everything found in it, and the routes and requests its wordings speak for."""

from collections.abc import Mapping, Sequence

from knowledge.evidence import Claim, Evidence
from knowledge.model import Cue
from knowledge.scan import Hit

CUE = 2.0
"""Score from which a route's or request's wordings are taken at their word."""


class Reading:
    """What was said (normalised), what was found, which signs, and the evidence for faults."""

    def __init__(self, said: str, hits: Sequence[Hit[Claim]], signs: set[str], evidence: Evidence) -> None:
        self.said, self.hits, self.signs, self.evidence = said, hits, signs, evidence

    def of(self, kind: str, name: str) -> list[Hit[Claim]]:
        return [h for h in self.hits if (kind, name) in h.owners]

    def words(self, kind: str, name: str) -> list[str]:
        return [h.word for h in self.of(kind, name)]

    def spans(self, kind: str, name: str) -> list[tuple[int, int]]:
        return [(h.start, h.end) for h in self.of(kind, name)]

    def safety(self) -> dict[str, list[Hit[Claim]]]:
        found: dict[str, list[Hit[Claim]]] = {}
        for hit in self.hits:
            for kind, name in hit.owners:
                if kind == "safety":
                    found.setdefault(name, []).append(hit)
        return found

    def cues(self, what: str, cues: Mapping[str, Cue]) -> dict[str, tuple[float, list[str]]]:
        """Owner → score and words, of those whose phrases or combinations are in the message and nothing excludes."""
        scores: dict[str, tuple[float, list[str]]] = {}
        combos: dict[str, dict[str, str]] = {}
        excluded: set[str] = set()
        for hit in self.hits:
            for kind, name in hit.owners:
                if kind == f"{what}-phrase":
                    score, words = scores.get(name, (0.0, []))
                    scores[name] = (
                        max(score, CUE + 0.15 * min(len(hit.word), 6)) + (0.2 if words else 0.0),
                        [*words, hit.word],
                    )
                elif kind == f"{what}-exclude":
                    excluded.add(name)
                elif kind == f"{what}-combo":
                    owner, number, place = name.rsplit("/", 2)
                    combos.setdefault(f"{owner}/{number}", {})[place] = hit.word
        for name, places in combos.items():
            owner, number = name.rsplit("/", 1)
            if len(places) == len(cues[owner].combos[int(number)]):
                score, words = scores.get(owner, (0.0, []))
                scores[owner] = (max(score, CUE + 0.2 * sum(map(len, places.values())) / 2), [*words, *places.values()])
        return {name: value for name, value in scores.items() if name not in excluded}

"""Measuring the classifier on a labelled file: accuracy, precision at coverage, confusions, calibration, by style.

Lines: `id, text, kind` and, as far as known, `item, fault, faults, acceptable, route, request, safety, style`.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from knowledge.classifier import Classifier
from knowledge.matters import Matters
from knowledge.understanding import Understanding

BINS = 5
CONFUSIONS = 15
MISSES = 40
CHATTER = "R11"
"""What the catalogue has beside a message that reports nothing, and answers in the same way (its rule 14)."""


@dataclass
class Tally:
    """Right out of all."""

    right: int = 0
    all: int = 0

    def add(self, right: bool) -> None:
        self.right += right
        self.all += 1

    @property
    def share(self) -> float | None:
        return round(self.right / self.all, 4) if self.all else None


@dataclass
class Result:
    """The figures of one file."""

    rows: int
    shares: dict[str, Tally]
    coverage: float | None
    precision: float | None
    false_alarms: float | None
    styles: dict[str, Tally]
    calibration: list[tuple[float, float, int]]
    """Mean confidence, share right, how many; in steps of confidence."""
    confusions: list[tuple[str, str, int]]
    misses: list[tuple[str, str, str, str]] = field(default_factory=list)
    """id, text, wanted, got."""

    def as_dict(self) -> dict[str, Any]:
        return {
            "rows": self.rows,
            **{name: tally.share for name, tally in self.shares.items()},
            "auto_coverage": self.coverage,
            "auto_precision": self.precision,
            "safety_false_alarms": self.false_alarms,
            "styles": {name: tally.share for name, tally in sorted(self.styles.items())},
            "calibration": [{"confidence": c, "right": r, "rows": n} for c, r, n in self.calibration],
            "confusions": [{"wanted": w, "got": g, "rows": n} for w, g, n in self.confusions],
            "misses": [{"id": i, "text": t, "wanted": w, "got": g} for i, t, w, g in self.misses],
        }

    def as_text(self) -> str:
        lines = [f"rows                {self.rows}"]
        lines += [f"{name:19} {_percent(t.share)}  ({t.right}/{t.all})" for name, t in self.shares.items() if t.all]
        lines.append(f"{'auto-dispatch':19} precision {_percent(self.precision)} at coverage {_percent(self.coverage)}")
        lines.append(f"{'safety false alarms':19} {_percent(self.false_alarms)}")
        lines += [
            f"style {name:13} {_percent(t.share)}  ({t.right}/{t.all})" for name, t in sorted(self.styles.items())
        ]
        lines += [f"confidence {c:.2f}     right {_percent(r)}  ({n})" for c, r, n in self.calibration]
        lines += [f"confused            {w} → {g}  {n}×" for w, g, n in self.confusions]
        return "\n".join(lines)


SHARES = ("kind", "fault", "item", "top3", "request", "route", "multi", "single", "safety", "classified")
"""`multi`: messages of several faults for which the desk opens exactly these; `single`: of one matter, left undivided."""


def evaluate(classifier: Classifier, matters: Matters, rows: Sequence[Mapping[str, Any]]) -> Result:
    """Classify every row, divide what tells several matters as the desk does, and compare."""
    shares = {name: Tally() for name in SHARES}
    styles: dict[str, Tally] = defaultdict(Tally)
    confused: Counter[tuple[str, str]] = Counter()
    sure = Tally()
    faults = alarms = harmless = 0
    points: list[tuple[float, bool]] = []
    misses: list[tuple[str, str, str, str]] = []
    for row in rows:
        got = classifier.understand(str(row["text"]))
        wanted, right = _judged(row, got, matters, shares)
        kind = row.get("kind", "fault")
        alike = (kind == "fault" and got.fault in _accepted(row)) or (kind == "other" and right)
        shares["kind"].add(got.kind == kind or alike)
        if row.get("style"):
            styles[str(row["style"])].add(right)
        if row.get("safety"):
            shares["safety"].add(got.safety)
        elif got.decision == "emergency":
            alarms += 1
        harmless += not row.get("safety")
        if kind == "fault" and row.get("fault"):
            faults += 1
            if got.decision in ("dispatch", "emergency"):
                sure.add(right)
            points.append((got.confidence, right))
        elif got.decision == "dispatch":
            sure.add(False)
        if not right:
            found = got.fault or got.request or got.route or got.decision
            confused[(wanted, str(found))] += 1
            misses.append((str(row.get("id", "")), str(row["text"]), wanted, f"{got.decision} {found}"))
    return Result(
        rows=len(rows),
        shares=shares,
        coverage=round(sure.all / faults, 4) if faults else None,
        precision=sure.share,
        false_alarms=round(alarms / harmless, 4) if harmless else None,
        styles=dict(styles),
        calibration=_calibration(points),
        confusions=[(w, g, n) for (w, g), n in confused.most_common(CONFUSIONS)],
        misses=misses[:MISSES],
    )


def _accepted(row: Mapping[str, Any]) -> set[str]:
    return {str(row["fault"]), *map(str, row.get("acceptable") or ())} if row.get("fault") else set()


def _judged(
    row: Mapping[str, Any], got: Understanding, matters: Matters, shares: Mapping[str, Tally]
) -> tuple[str, bool]:
    """What was wanted, and whether it was found; the shares are updated."""
    if row.get("route") == "R5":
        shares["classified"].add(got.decision == "classified")
    told = matters.labels(str(row["text"]), got)
    if len(row.get("faults") or ()) > 1:
        right = told == set(row["faults"])
        shares["multi"].add(right)
        return "+".join(row["faults"]), right
    shares["single"].add(len(told) == 1)
    if row.get("fault"):
        accepted = _accepted(row)
        right = got.fault in accepted
        shares["fault"].add(right)
        shares["top3"].add(any(c.fault in accepted for c in got.candidates[:3]) or right)
        if row.get("item"):
            shares["item"].add(got.item == row["item"] or right)
        return str(row["fault"]), right
    for name in ("request", "route"):
        if row.get(name):
            right = getattr(got, name) == row[name]
            shares[name].add(right)
            return str(row[name]), right
    wanted = str(row.get("kind", "other"))
    asked = wanted == "ask" and got.decision in ("ask", "human")
    return wanted, got.kind == wanted or asked or (wanted == "other" and got.route == CHATTER)


def _calibration(points: Sequence[tuple[float, bool]]) -> list[tuple[float, float, int]]:
    bins: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for confidence, right in points:
        bins[min(int(confidence * BINS), BINS - 1)].append((confidence, right))
    return [
        (round(sum(c for c, _ in b) / len(b), 3), round(sum(r for _, r in b) / len(b), 3), len(b))
        for _, b in sorted(bins.items())
    ]


def _percent(share: float | None) -> str:
    return "    –" if share is None else f"{share:6.1%}"

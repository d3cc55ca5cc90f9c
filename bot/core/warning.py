"""When a running target warns: at shares of what it allows, 50/80/100/150 % as configured (assumed). Pure.

Below 100 % only the nearest target that can still be met warns; a missed one always does. Each share warns once, and one
that was passed unseen (the bot was down, the priority was raised) is covered by the highest that was passed.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta

BREACHED = 100
TOLERANCE = timedelta(seconds=1)
"""A deadline is a point in time computed in floating minutes: what is reached within this counts as reached."""


@dataclass(frozen=True)
class Running:
    """A target that nothing has stopped yet, and how much of its time is used."""

    target: str
    allowed: timedelta
    used: timedelta

    @property
    def left(self) -> timedelta:
        return self.allowed - self.used


@dataclass(frozen=True)
class Warning:
    """The next warning: of which target, at which percentage, and how much counted time until then (zero: now)."""

    target: str
    percent: int
    wait: timedelta


def upcoming(
    running: Iterable[Running], percents: Collection[int], given: Collection[tuple[str, int]]
) -> Warning | None:
    """The next warning to give, or None when nothing is left to warn of. `given`: (target, percent) of those before."""
    targets = list(running)
    nearest = min((r for r in targets if r.left > TOLERANCE), key=lambda r: r.left, default=None)
    found = []
    for each in targets:
        highest = max((percent for target, percent in given if target == each.target), default=0)
        ahead = sorted(p for p in percents if p > highest and (each is nearest or p >= BREACHED))
        passed = [p for p in ahead if each.allowed * p / 100 - each.used <= TOLERANCE]
        if passed:
            found.append(Warning(each.target, passed[-1], timedelta(0)))
        elif ahead:
            found.append(Warning(each.target, ahead[0], each.allowed * ahead[0] / 100 - each.used))
    return min(found, key=lambda w: (w.wait, -w.percent), default=None)

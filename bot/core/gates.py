"""How long the yes to a gate of a step stands, as a table. Pure. Assumed, after the trade's rule that work which was
interrupted begins with making safe anew; it does not ask and does not store.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum


class Ends(StrEnum):
    """What a yes may not outlast."""

    HANDS = "hands"
    """Somebody else goes on."""
    PAUSE = "pause"
    """The work was paused: he may have left the place."""
    DAY = "day"
    """It is another working day."""


ENDS: Mapping[str, frozenset[Ends]] = {
    "power-off": frozenset(Ends),
    "two-person": frozenset(Ends),
    "permit": frozenset({Ends.HANDS, Ends.DAY}),
    "not-classified": frozenset({Ends.HANDS}),
    "backup-confirmed": frozenset({Ends.DAY}),
    "owner-consent": frozenset(),
}
"""Gate → what ends its yes. A permit is written for a day, data changes while people work on it, a consent is to the step."""
BREAK = timedelta(hours=4)
"""Whoever goes on over midnight has not begun another day; after this long since the yes he has (assumed)."""


def over(gate: str, said_at: datetime, now: datetime, zone: tzinfo, paused_at: datetime | None = None) -> bool:
    """Whether a yes given at `said_at` stands no more. `paused_at`: when the work was last paused, if it was."""
    if Ends.PAUSE in ENDS[gate] and paused_at is not None and paused_at >= said_at:
        return True
    another = now.astimezone(zone).date() != said_at.astimezone(zone).date() and now - said_at >= BREAK
    return Ends.DAY in ENDS[gate] and another


def kept(gates: list[str]) -> list[str]:
    """Of the gates that are open those that stay so in somebody else's hands."""
    return [gate for gate in gates if Ends.HANDS not in ENDS[gate]]

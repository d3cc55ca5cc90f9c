"""Whose time it was: every second of a ticket is charged to one party, from its events alone. Pure.

The provider is charged unless something says otherwise: while the reporter is asked, while an approval is awaited of
somebody else's side, a pause for the agency, a carrier, a force outside everybody, a referral, or (on a working-hours
clock) hours nobody works. While a ticket was closed that is opened again later it was nobody's: the provider did not know,
and the agency did not keep him waiting. A ruling of the supervisor changes the party of its own interval and of nothing
else. The same events always give the same intervals, and these tile the time from first to last without gap or overlap, so
the parts always sum to the whole. (Service levels, assumed.)
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol


class Party(StrEnum):
    USER_UNIT = "user-unit"
    PROVIDER = "provider"
    THIRD = "third-party"
    OFF_HOURS = "off-hours"
    CLOSED = "closed"
    """Between a closing and the reopening: counts towards no target."""


NOBODY = frozenset({Party.OFF_HOURS, Party.CLOSED})
"""What is charged to nobody."""


class Clock(Protocol):
    """A clock that can say how much of a stretch counts."""

    def between(self, start: datetime, end: datetime) -> timedelta: ...


class Windows(Clock, Protocol):
    """A clock of working hours: its stretches can be listed."""

    def spans(self, start: datetime) -> Iterator[tuple[datetime, datetime]]: ...


@dataclass(frozen=True)
class Mark:
    """An event of the timeline: its number, when, what, and its codes."""

    number: int
    at: datetime
    kind: str
    data: Mapping[str, Any]


@dataclass(frozen=True)
class Interval:
    """A stretch of time, whose it was, and the event that says so (its number; 0: the opening)."""

    start: datetime
    end: datetime
    party: Party
    because: int
    ruled: bool = False
    disputed: bool = False
    """Somebody disagrees with whose time it was, and the supervisor has not ruled since."""

    @property
    def length(self) -> timedelta:
        return self.end - self.start


VISIT = "预约"
"""The pause until an appointment that the reporter chose himself: his time (等待用户时间), with his own word for it."""
BEGINS: Mapping[str, Party] = {
    "ask": Party.USER_UNIT,
    "refer": Party.THIRD,
    "resolved": Party.USER_UNIT,
    **dict.fromkeys(("confirm", "auto-close", "self-solved", "settle"), Party.CLOSED),
}
"""Events after which another party has the ball: the reporter is asked, a new owner, the reporter to confirm; and once it is
closed nobody."""
SIDES: Mapping[str, Party] = {"user-unit": Party.USER_UNIT, "manager": Party.THIRD, "supervisor": Party.THIRD}
"""Side of whoever has to approve a request (as positions have it) → who is charged while he is asked."""
ENDS = frozenset(
    {"answered", "triage", "offer", "assign", "undo", "not-fixed", "reopen", "accept", "approve", "withdraw"}
)
"""Events that give it back to the provider."""


@dataclass(frozen=True)
class Reading:
    """One target: minutes allowed, minutes of the priority's clock used in all and charged to the provider, whether it
    stopped, and when it runs out if nothing more is excused. `earlier`: it was met before the ticket was opened again."""

    target: str
    allowed: int
    gross: int
    provider: int
    stopped: bool
    due: datetime
    earlier: bool = False

    def late(self, *, charged_counts: bool) -> bool:
        """Whether the target is missed, by the figure the contract counts."""
        return (self.provider if charged_counts else self.gross) > self.allowed


def intervals(marks: Sequence[Mark], until: datetime, windows: Windows | None) -> list[Interval]:
    """The stretches from the first event to `until`; `windows` are the working hours of a clock that has them. A ticket
    that is just opened has its first one, of no length yet.

    Events earlier than the one before them (a clock moved back) count at the time of the one before.
    """
    found: list[Interval] = []
    marks = settled(marks)
    party, because, at = Party.PROVIDER, 0, marks[0].at if marks else until
    for mark in marks:
        now = min(max(mark.at, at), max(until, at))
        given = _given(mark)
        if given is not None and given is not party:
            if now > at:
                found.append(Interval(at, now, party, because))
                at = now
            party, because = given, mark.number
    if until > at:
        found.append(Interval(at, until, party, because))
    split = list(_off_hours(found, windows)) if windows else found
    if not split and marks:
        split = [Interval(at, at, _at_once(at, party, windows), because)]
    return [_judged(interval, marks) for interval in split]


def reopened(marks: Sequence[Mark]) -> datetime | None:
    """When the ticket was last opened again; None when it never was."""
    return next((mark.at for mark in reversed(settled(marks)) if mark.kind == "reopen"), None)


def since(parts: Iterable[Interval], start: datetime) -> Iterator[Interval]:
    """What of the stretches lies after `start`."""
    return (replace(part, start=max(part.start, start)) for part in parts if part.end > start)


def counts(party: Party, *, net: bool) -> bool:
    """Whether time of this party counts towards a target: of the provider alone (`net`), or of everybody."""
    return party is Party.PROVIDER if net else party not in NOBODY


def used_up(parts: Iterable[Interval], allowed: timedelta, *, net: bool) -> tuple[datetime | None, timedelta]:
    """When so much counted time had passed in these stretches, in order; None, and what is left of it, when it had not."""
    left = allowed
    for part in parts:
        if counts(part.party, net=net):
            if part.length >= left:
                return part.start + left, timedelta(0)
            left -= part.length
    return None, left


def name_of(interval: Interval) -> dict[str, int | str]:
    """How a dispute or a ruling names its interval: the event that began it, and its own start."""
    return {"because": interval.because, "start": interval.start.isoformat()}


def settled(marks: Sequence[Mark]) -> list[Mark]:
    """The marks as they count: without what was taken back, and late entries at the time confirmed for them.

    `undone` names in `of` the events it takes back; `late-confirmed` gives in `times` the claimed time by event number.
    """
    gone = {int(number) for mark in marks if mark.kind == "undone" for number in mark.data.get("of", ())}
    moved = {
        int(number): datetime.fromisoformat(claimed)
        for mark in marks
        if mark.kind == "late-confirmed" and mark.number not in gone
        for number, claimed in mark.data.get("times", {}).items()
    }
    kept = [m for m in marks if m.number not in gone and m.kind not in ("undone", "late-confirmed")]
    if not moved:
        return kept
    return sorted((replace(m, at=moved.get(m.number, m.at)) for m in kept), key=lambda m: m.at)


def charged(parts: Iterable[Interval]) -> dict[Party, timedelta]:
    """How much each party is charged; the values sum to the whole."""
    total = dict.fromkeys(Party, timedelta(0))
    for interval in parts:
        total[interval.party] += interval.length
    return total


def holder(marks: Iterable[Mark]) -> Party:
    """Who has the ball after these events."""
    return next((given for mark in reversed(list(marks)) if (given := _given(mark)) is not None), Party.PROVIDER)


def _given(mark: Mark) -> Party | None:
    """Who has the ball from this event on; None when it does not move."""
    if mark.kind == "paused":
        return Party(mark.data.get("party", Party.PROVIDER))
    if mark.kind == "approval-asked":
        return SIDES.get(str(mark.data.get("side", "")), Party.PROVIDER)
    if mark.kind in BEGINS:  # also where it ends a pause
        return BEGINS[mark.kind]
    if mark.kind == "resumed" or mark.kind in ENDS or mark.data.get("paused") == "":
        return Party.PROVIDER
    return None


def _off_hours(parts: Iterable[Interval], windows: Windows) -> Iterator[Interval]:
    """Each stretch cut where working hours begin and end; what lies outside is nobody's, as is what was closed."""
    for part in parts:
        if part.party is Party.CLOSED:
            yield part
            continue
        at = part.start
        for opens, closes in windows.spans(part.start):
            if opens >= part.end:
                break
            if opens > at:
                yield replace(part, start=at, end=opens, party=Party.OFF_HOURS)
            at = min(closes, part.end)
            yield replace(part, start=max(opens, part.start), end=at)
            if at >= part.end:
                break
        if at < part.end:
            yield replace(part, start=at, party=Party.OFF_HOURS)


def _at_once(at: datetime, party: Party, windows: Windows | None) -> Party:
    """Whose a stretch is that begins now."""
    opens = next((opens for opens, _ in windows.spans(at)), None) if windows else at
    return party if opens is not None and opens <= at else Party.OFF_HOURS


def _judged(interval: Interval, marks: Sequence[Mark]) -> Interval:
    """The last ruling on an interval stands, until it is disputed; a dispute changes nobody's time."""
    name = name_of(interval)
    for mark in marks:
        if mark.kind in ("ruled", "disputed") and name.items() <= mark.data.items():
            if mark.kind == "ruled":
                interval = replace(interval, party=Party(mark.data["party"]), ruled=True, disputed=False)
            else:
                interval = replace(interval, disputed=True)
    return interval

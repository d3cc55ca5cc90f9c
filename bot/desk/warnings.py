"""Warnings (时限提醒): at shares of the nearest of response, arrive and restore, to whoever can still help (assumed).

One timer row a ticket (`clock:17`). It is set when the ticket opens and brought forward by whatever may bring a target
nearer (bot/desk/tickets.py); whatever takes it further away is noticed when it fires. Firing reckons anew from the
events, so a stale one does nothing, and each warning given is itself an event, so none is given twice.
"""

from collections.abc import Sequence
from datetime import timedelta

from bot.core import charging, warning
from bot.core.calendar import WorkingTime
from bot.core.charging import Party
from bot.core.ticket import LIVE, Status
from bot.core.warning import Running
from bot.desk import clocks, fieldwork, people, tickets
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import Person, Site, Ticket, TimerRow, Unit
from bot.views import clocks as views
from bot.views import notices

WARNED = ("response", "arrive", "restore")
MEASURED = frozenset({"fault", "emergency", "unclear"})
"""The kinds of ticket that the targets are for; requests have their own, a referral is somebody else's."""
GROUP_TOO = frozenset({"P1", "P2"})
"""Priorities whose breach the duty group hears of as well (service levels, section 5, channels)."""


async def look(tx: Tx, office: Office, row: TimerRow) -> str:
    """Timer: give the warnings that are due, and set the next look."""
    ticket = await tickets.get(tx, row.ticket_id)
    if ticket is None or Status(ticket.status) not in LIVE or ticket.kind not in MEASURED:
        return "over"
    if ticket.paused and ticket.priority == "P1":
        await fieldwork.resume(tx, office, ticket, None)
    await tx.flush()
    marks = await clocks.marks(tx, ticket)
    given = {(str(m.data["target"]), int(m.data["percent"])) for m in marks if m.kind == "warned"}
    unmet = await running(tx, office, ticket, marks)
    percents = office.book.service_levels.sla.warnings
    gave = 0
    while (found := warning.upcoming(unmet, percents, given)) is not None and not found.wait:
        each = next(r for r in unmet if r.target == found.target)
        await _warn(tx, office, ticket, each, found.percent)
        given.add((found.target, found.percent))
        gave += 1
    if found is not None and (not clocks.net(office) or charging.holder(marks) is Party.PROVIDER):
        due = office.clock(ticket.priority).add(tx.now, found.wait / timedelta(minutes=1))
        await tx.remind(row.key, max(due, tx.now + warning.TOLERANCE), row.kind, ticket.id)
    return f"gave {gave}"


async def near(tx: Tx, office: Office) -> list[tuple[Ticket, Running]]:
    """The open tickets whose clock runs and has used up the first share that warns, of the nearest target that can still be
    met, the one with the least time left first.
    """
    first = min(office.book.service_levels.sla.warnings)
    found = []
    for ticket in await tickets.open_tickets(tx):
        if ticket.paused or ticket.kind not in MEASURED or ticket.status == Status.REFERRED:
            continue
        ahead = [
            r for r in await running(tx, office, ticket, await clocks.marks(tx, ticket)) if r.left > warning.TOLERANCE
        ]
        nearest = min(ahead, key=lambda r: r.left, default=None)
        if nearest is not None and nearest.used >= nearest.allowed * first / 100:
            found.append((ticket, nearest))
    return sorted(found, key=lambda pair: pair[1].left)


async def running(
    tx: Tx, office: Office, ticket: Ticket, marks: list[charging.Mark], targets: Sequence[str] = WARNED
) -> list[Running]:
    """Which of `targets` nothing has stopped, and their time used by the figure the contract counts."""
    clock = office.clock(ticket.priority)
    tiles = charging.intervals(marks, tx.now, clock if isinstance(clock, WorkingTime) else None)
    used = clocks.counted(tiles, net=clocks.net(office))
    resident = await clocks.resident(tx, ticket)
    fault = office.book.faults.get(ticket.fault or "")
    remote = ticket.status == Status.REMOTE or (fault is not None and fault.mode == "remote")
    return [
        Running(target, timedelta(minutes=clocks.allowed(office, ticket, target, resident)), used)
        for target in targets
        if clocks.stopped_at(ticket, target) is None and not (target == "arrive" and remote)
    ]


async def _warn(tx: Tx, office: Office, ticket: Ticket, each: Running, percent: int) -> None:
    breached = percent >= warning.BREACHED
    await tx.record(ticket.id or 0, "warned", None, {"target": each.target, "percent": percent, "breached": breached})
    holder = await people.person(tx, ticket.assignee_id)
    left = max(each.left, timedelta(0)) / timedelta(minutes=1)
    due = office.clock(ticket.priority).add(tx.now, left)
    said = views.warning(office.voice, ticket, each, percent, due, tx.now, holder)
    for person in await told(tx, office, ticket, percent):
        await notices.tell(tx, person, said, ticket)
    if breached and ticket.priority in GROUP_TOO:
        await notices.announce(tx, office.groups.get("duty", ()), said, ticket)


async def told(tx: Tx, office: Office, ticket: Ticket, percent: int) -> list[Person]:
    """Who hears of a warning, each once. Where nobody of the provider can be reached by it, the desk hears."""
    found: dict[int, Person] = {}
    seats = await people.seats(tx, office.fallback_owner)
    for word in office.book.service_levels.sla.warnings[percent]:
        for person in await _meant(tx, ticket, word, seats):
            if await notices.address(tx, person) is not None:
                found[person.id or 0] = person
    if not any(people.is_desk(p) or people.is_engineer(p) for p in found.values()):
        found |= {seat.id or 0: seat for seat in seats}
    return list(found.values())


async def _meant(tx: Tx, ticket: Ticket, word: str, seats: list[Person]) -> list[Person]:
    """The people a word of the configuration stands for; whoever is off duty only when nobody else is there."""
    if word == "holder":
        holder = await people.person(tx, ticket.assignee_id)
        return [holder] if holder else seats
    if word == "desk":
        return seats
    if word == "unit-liaison":
        return await people.holding(tx, (word,), ticket.unit_id) if ticket.unit_id else []
    found = await people.holding(tx, (word,))
    if word == "area-lead" and (area := await _area(tx, ticket)):
        found = [p for p in found if not p.areas or area in p.areas]
    return [p for p in found if p.duty != "off"] or found


async def _area(tx: Tx, ticket: Ticket) -> str:
    site = await tx.session.get(Site, ticket.site_id) if ticket.site_id else None
    unit = await tx.session.get(Unit, ticket.unit_id) if ticket.unit_id else None
    return (site.area if site else "") or (unit.area if unit else "")

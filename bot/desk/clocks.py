"""The clocks of a ticket: what each target allows and has used, whose time it was, and the supervisor's ruling on it."""

from datetime import datetime, timedelta

from sqlmodel import col, select

from bot.core import charging
from bot.core.calendar import WorkingTime
from bot.core.charging import Interval, Mark, Party, Reading
from bot.desk import people
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import Person, Ticket, TicketEvent

TARGETS = (
    ("accept", "accepted_at"),
    ("response", "contacted_at"),
    ("arrive", "arrived_at"),
    ("restore", "restored_at"),
    ("resolve", "resolved_at"),
)
"""Target → the time stamp that stops it."""
RULERS = frozenset({"inspector"})
"""Who may rule on a dispute: the supervisor's engineer (监理工程师)."""


async def parts(tx: Tx, office: Office, ticket: Ticket, until: datetime | None = None) -> list[Interval]:
    """The ticket's time up to `until` (default: its end, or now), each stretch with its party."""
    rows = await tx.session.exec(
        select(TicketEvent).where(TicketEvent.ticket_id == ticket.id).order_by(col(TicketEvent.id))
    )
    marks = [Mark(row.id or 0, row.at, row.kind, row.data) for row in rows.all()]
    clock = office.clock(ticket.priority)
    windows = clock if isinstance(clock, WorkingTime) else None
    return charging.intervals(marks, until or ticket.closed_at or tx.now, windows)


async def readings(tx: Tx, office: Office, ticket: Ticket) -> list[Reading]:
    """Every target of the ticket's priority, as it stands now."""
    holder = await people.person(tx, ticket.assignee_id)
    resident = holder is not None and holder.unit_id is not None and holder.unit_id == ticket.unit_id
    found = []
    for target, stamp in TARGETS:
        name = ("arrive_resident" if resident else "arrive_other") if target == "arrive" else target
        end: datetime | None = getattr(ticket, stamp)
        tiles = await parts(tx, office, ticket, end or ticket.closed_at or tx.now)
        spent = charging.charged(tiles)
        gross = sum(spent.values(), timedelta(0)) - spent[Party.OFF_HOURS]
        found.append(
            Reading(
                target,
                office.target(ticket.priority, name),
                int(gross.total_seconds() // 60),
                int(spent[Party.PROVIDER].total_seconds() // 60),
                end is not None or ticket.closed_at is not None,
                office.due(ticket.priority, name, ticket.created_at),
            )
        )
    return found


def may_see(ticket: Ticket, who: Person) -> bool:
    """The desk, the supervisor, the reporter and the holder may see a ticket's clocks."""
    return (
        people.is_desk(who) or bool(RULERS & set(who.positions)) or who.id in (ticket.reporter_id, ticket.assignee_id)
    )


async def rule(tx: Tx, office: Office, ticket: Ticket, who: Person, number: int, party: Party) -> Interval | None:
    """The supervisor charges the `number`-th stretch (from 1) to a party; only that stretch changes. None: no such one."""
    tiles = await parts(tx, office, ticket)
    if not 1 <= number <= len(tiles):
        return None
    tile = tiles[number - 1]
    data = {"because": tile.because, "start": tile.start.isoformat(), "party": str(party)}
    await tx.record(ticket.id or 0, "ruled", who.id, data)
    await tx.flush()
    return (await parts(tx, office, ticket))[number - 1]

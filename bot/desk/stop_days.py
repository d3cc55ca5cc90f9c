"""Stop-work days (停工) and years without a calendar: what the working calendar takes from the desk, and tells it.

The days stand in the database and every node reads them at most `FRESH` late, so no restart is needed. A change has
every open ticket reckoned anew, once all nodes have seen it.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from sqlmodel import col, select

from bot.core.calendar import WorkingTime
from bot.core.ticket import Status
from bot.desk import bookings, holding, people, tickets, visits, warnings
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import Person, StopDay, Ticket
from bot.views import calendar as views
from bot.views import notices
from bot.views.calendar import Standstill

FRESH = timedelta(seconds=10)
AHEAD = (Status.NEW, Status.NEED_INFO, Status.TRIAGED, Status.DISPATCHED, Status.ACCEPTED)
"""The states in which somebody is still to set out."""
BACK_DAYS, AHEAD_DAYS = 31, 366
"""How far from today a stop-work day may lie: it is often written down after the storm (assumed)."""


async def refresh(tx: Tx, office: Office) -> None:
    """Have the calendar know the stop-work days, as they were at most `FRESH` ago."""
    days = office.days
    if days.read_at is None or not timedelta(0) <= tx.now - days.read_at < FRESH:
        days.stopped = frozenset(date.fromisoformat(row.day) for row in await in_force(tx))
        days.read_at = tx.now


async def in_force(tx: Tx) -> list[StopDay]:
    """The stop-work days that are not cancelled, in order."""
    statement = select(StopDay).where(col(StopDay.cancelled_at).is_(None)).order_by(col(StopDay.day), col(StopDay.id))
    return list((await tx.session.exec(statement)).all())


async def held_up(tx: Tx, office: Office, ticket: Ticket) -> Standstill | None:
    """Why nobody comes for this ticket today, by order, and when it goes on; None where somebody does, or has."""
    clock = office.clock(ticket.priority)
    if not isinstance(clock, WorkingTime) or Status(ticket.status) not in AHEAD or ticket.visit_until is not None:
        return None
    today = local_day(office, tx.now).isoformat()
    reason = next((row.reason for row in await in_force(tx) if row.day == today), None)
    return None if reason is None else Standstill(reason, next(clock.spans(tx.now))[0])


async def declare(tx: Tx, office: Office, who: Person, day: date, reason: str) -> str:
    """Write a stop-work day down and tell the duty group; appointments of that day fall, and whoever they are with knows.

    Returns why not (far | free | known), or an empty string.
    """
    today = local_day(office, tx.now)
    if not -BACK_DAYS <= (day - today).days <= AHEAD_DAYS:
        return "far"
    if any(row.day == day.isoformat() for row in await in_force(tx)):
        return "known"
    if not office.working.works(day):
        return "free"
    promised = await _promised(tx, office)
    tx.add(StopDay(day=day.isoformat(), reason=reason, by_id=who.id, at=tx.now))
    await _changed(tx, office)
    await notices.announce(tx, office.groups.get("duty", ()), views.declared(day, reason))
    await _tell_moved(tx, office, promised, reason)
    for row, ticket in await bookings.standing(tx):
        when = bookings.window(row)
        if local_day(office, when.start) == day and when.end > tx.now:
            await visits.cancel(tx, office, ticket, who, views.because(reason))
    return ""


async def cancel(tx: Tx, office: Office, who: Person, day: date) -> bool:
    """Work goes on that day after all. False when it was not a stop-work day."""
    rows = [row for row in await in_force(tx) if row.day == day.isoformat()]
    promised = await _promised(tx, office) if rows else {}
    for row in rows:
        row.cancelled_by, row.cancelled_at = who.id, tx.now
        tx.add(row)
    if rows:
        await _changed(tx, office)
        await notices.announce(tx, office.groups.get("duty", ()), views.cancelled(day))
        await _tell_moved(tx, office, promised, "")
    return bool(rows)


async def tell_provisional(tx: Tx, office: Office) -> None:
    """The desk hears, once a day while such a year is being reckoned with, that its holidays are guessed."""
    for year in office.days.taken():
        for seat in await people.seats(tx, office.fallback_owner):
            once = f"calendar:{year}:{local_day(office, tx.now)}"
            await notices.tell(tx, seat, views.provisional(year), once=once)


def local_day(office: Office, now: datetime) -> date:
    return now.astimezone(office.voice.zone).date()


async def _promised(tx: Tx, office: Office) -> dict[int, datetime]:
    """Until when the reporters were told that somebody comes, by ticket; an appointment has its own word."""
    found = {}
    for ticket in await tickets.open_tickets(tx, [Status.ACCEPTED, Status.EN_ROUTE]):
        holder = await people.person(tx, ticket.assignee_id)
        if holder is not None and ticket.visit_until is None and ticket.kind in warnings.MEASURED:
            found[ticket.id or 0] = await holding.arrive_by(tx, office, ticket, holder)
    return found


async def _tell_moved(tx: Tx, office: Office, promised: Mapping[int, datetime], reason: str) -> None:
    """Whose time has moved with the calendar hears the new one."""
    await refresh(tx, office)
    for ticket_id, at in (await _promised(tx, office)).items():
        ticket = await tickets.get(tx, ticket_id)
        if ticket is not None and at > tx.now and at != promised.get(ticket_id, at):
            said = views.moved(office.voice, ticket, at, tx.now, reason)
            await notices.tell(tx, await people.person(tx, ticket.reporter_id), said, ticket)
    office.days.read_at = None


async def _changed(tx: Tx, office: Office) -> None:
    await tx.flush()
    office.days.read_at = None
    for ticket in await tickets.open_tickets(tx):
        if ticket.kind in warnings.MEASURED:
            await tickets.reckon(tx, ticket, tx.now + FRESH + timedelta(seconds=1))

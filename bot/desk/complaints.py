"""投诉 about a ticket that is open: the leads hear of it besides the seats, and one of them, by name, calls back.

It is on the ticket's timeline as `complaint`, and counted in 指标. Told again within minutes it is more of the same.
"""

from datetime import timedelta

from sqlmodel import col, select

from bot.desk import holding, people, seats, shifts, tickets
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import Person, Ticket, TicketEvent
from bot.views import complaints as views
from bot.views import notices

LEADS = ("duty-manager", "area-lead", "service-manager")
"""Who answers a complaint, the first on duty calling back (assumed)."""
SAME = timedelta(minutes=10)
"""Within this another complaint about the ticket belongs to the last one (assumed)."""
EVENT = "complaint"


async def complain(tx: Tx, office: Office, who: Person, ticket: Ticket, text: str) -> None:
    """Keep it, tell the leads, the seats and the technician, and the reporter who will call him."""
    again = await _told(tx, ticket)
    await tickets.add_words(tx, ticket, who, tickets.Words(text), "added" if again else EVENT)
    leads = await _leads(tx, who)
    on_duty = await people.seats(tx, office.fallback_owner)
    caller = next(iter([*leads, *on_duty]), None)
    if not again:
        holder = await people.person(tx, ticket.assignee_id)
        line = views.complaint(office.voice, ticket, who, holder, caller, text)
        told = {lead.id for lead in leads}
        for reader in [*leads, *(seat for seat in on_duty if seat.id not in told)]:
            await notices.tell(tx, reader, line, ticket)
        if not leads:
            await seats.tell(tx, office, views.no_lead(ticket), ticket)
        await holding.tell_holder(tx, ticket, text)
    await notices.tell(tx, who, views.heard(office.voice, ticket, caller, again=again), ticket)


async def _leads(tx: Tx, but: Person) -> list[Person]:
    """The leads on duty who can be written to; with none on duty, any of them."""
    ordered = {p.id: p for position in LEADS for p in await people.holding(tx, (position,)) if p.id != but.id}
    found = await notices.reached(tx, ordered.values())
    there = {p.id for p in await shifts.present(tx, found) if p.duty != "off"}
    return [p for p in found if p.id in there] or found


async def _told(tx: Tx, ticket: Ticket) -> bool:
    statement = select(TicketEvent.id).where(
        TicketEvent.ticket_id == ticket.id, TicketEvent.kind == EVENT, col(TicketEvent.at) > tx.now - SAME
    )
    return (await tx.session.exec(statement.limit(1))).first() is not None

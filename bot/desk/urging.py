"""催办: whoever has a ticket hears that it is waited for, once; the reporter is answered each time."""

from datetime import timedelta

from sqlmodel import col, select

from bot.desk import holding, people, seats, stop_days, tickets
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import Person, Ticket, TicketEvent
from bot.views import notices, reporter, technician


async def urge(tx: Tx, office: Office, who: Person, ticket: Ticket, text: str = "") -> bool:
    """催办: the holder, or the desk, hears of it; the reporter gets an honest time.

    What else is said with it about an emergency goes on to both. False when it was reported or urged only just now: he is
    told how it stands, and nobody hears of it twice.
    """
    holder = await people.person(tx, ticket.assignee_id)
    stands = await stop_days.held_up(tx, office, ticket)
    just_heard = await _just_heard(tx, office, ticket)
    if text and (just_heard or ticket.kind == "emergency"):
        await tickets.add_words(tx, ticket, who, tickets.Words(text))
        await seats.more_of_emergency(tx, office, ticket, who, text)
    if just_heard:
        await notices.tell(tx, who, reporter.heard_already(office.voice, ticket, holder, tx.now, stands), ticket)
        return False
    await tickets.change(tx, ticket, "urged", who, urged=ticket.urged + 1)
    by = await holding.arrive_by(tx, office, ticket, holder) if holder and ticket.arrived_at is None else None
    await notices.tell(tx, who, reporter.urged(office.voice, ticket, holder, by, tx.now, stands), ticket)
    if holder is not None:
        await notices.tell(tx, holder, technician.urged(ticket, ticket.urged), ticket)
        if text and ticket.kind == "emergency":
            await holding.tell_holder(tx, ticket, text)
    if holder is None or ticket.urged >= 2:
        await seats.inform(tx, office, ticket, "urged", who.name)
    return True


async def _just_heard(tx: Tx, office: Office, ticket: Ticket) -> bool:
    """Whether the report, or the last word to hurry it, is some seconds old."""
    since = tx.now - timedelta(seconds=office.book.service_levels.sla.fragment_total_s)
    statement = select(TicketEvent.id).where(
        TicketEvent.ticket_id == ticket.id, TicketEvent.kind == "urged", col(TicketEvent.at) > since
    )
    return ticket.created_at > since or (await tx.session.exec(statement.limit(1))).first() is not None

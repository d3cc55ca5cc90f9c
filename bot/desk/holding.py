"""Whoever has a ticket in hand: his card for it, by when he has to be there, what he is told, and how it leaves him."""

from datetime import datetime

from bot.core.outbound import Card
from bot.core.ticket import Status
from bot.desk import clocks, consent, people, tickets
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import Guidance, Person, Ticket
from bot.views import desk, notices, technician
from bot.views.words import INSPECTION, clip

COMING = (Status.ACCEPTED, Status.EN_ROUTE)
"""The states in which a technician has a ticket and is still to be there."""


async def holder(tx: Tx, ticket: Ticket) -> Person | None:
    """Who answers for the ticket by name, if anybody does yet."""
    return await people.person(tx, ticket.assignee_id)


def holds(ticket: Ticket, who: Person) -> bool:
    """Whether this person answers for the ticket as its technician."""
    return ticket.owner == "technician" and ticket.assignee_id == who.id


async def work_card(tx: Tx, office: Office, ticket: Ticket, who: Person) -> None:
    """Give the holder the card for the state his ticket is in now; the older ones are closed."""
    unit = await people.unit_name(tx, ticket.unit_id)
    asker = await people.person(tx, ticket.reporter_id)
    procedure = office.procedure(ticket)
    first = procedure.steps[procedure.entry] if procedure else None
    by = await arrive_by(tx, office, ticket, who)
    cautions = office.book.items[ticket.item].cautions if ticket.item else ()
    await notices.close_cards(tx, ticket, ("work",), "已更新", who.id)

    def card(card_id: str) -> Card:
        return technician.work(
            office.voice,
            ticket,
            card_id,
            reporter=asker,
            unit=unit,
            arrive_by=by,
            now=tx.now,
            first=first,
            cautions=list(cautions),
        )

    await notices.hand(tx, who, "work", card, ticket)


async def arrive_by(tx: Tx, office: Office, ticket: Ticket, who: Person) -> datetime:
    """The end of the appointment, when one is agreed; else the latest arrival the service level allows this person, by the
    clock as it stands: what was paused or asked does not count.
    """
    if ticket.visit_until is not None:
        return ticket.visit_until
    resident = who.unit_id is not None and who.unit_id == ticket.unit_id
    minutes = office.target(ticket.priority, "arrive_resident" if resident else "arrive_other")
    return await clocks.runs_out(tx, office, ticket, minutes, tickets.begun_at(ticket))


async def still_by(tx: Tx, office: Office, ticket: Ticket) -> datetime | None:
    """By when its technician will be there; None when nobody is to come, or it is too late to say so."""
    who = await holder(tx, ticket)
    if who is None or Status(ticket.status) not in COMING or ticket.kind == INSPECTION:
        return None
    by = await arrive_by(tx, office, ticket, who)
    return by if by > tx.now else None


async def tell_holder(tx: Tx, ticket: Ticket, words: str, by: Person | None = None) -> None:
    """Whoever holds the ticket hears what the reporter added; what was passed on to him in a conversation (`by` whom) he has
    read already.
    """
    holder = await people.person(tx, ticket.assignee_id)
    if holder and not (by and await tickets.just_relayed(tx, ticket, by, words, holder)):
        await notices.tell(tx, holder, technician.note_added(ticket, words), ticket)


async def take_off(tx: Tx, ticket: Ticket, why: str, by: Person | None = None) -> None:
    """He has it no more: he is told why, unless he did it himself (`by`), and nothing of it is left to press. The caller
    says who owns it now.
    """
    who = await people.person(tx, ticket.assignee_id)
    if who:
        if by is None or by.id != who.id:
            say = desk.unfollowed if ticket.owner == "desk" else technician.withdrawn
            await notices.tell(tx, who, say(ticket, why), ticket)
        await notices.close_cards(tx, ticket, ("work", "step", "gate", "ended", "shift-end"), clip(why, 10), who.id)
        await put_down(tx, ticket, who)


async def put_down(tx: Tx, ticket: Ticket, who: Person) -> None:
    """He has nothing to do with it any more: whoever comes next begins the procedure anew."""
    await tickets.let_go(tx, ticket, who)
    await consent.withdraw(tx, ticket)
    if guidance := await tx.session.get(Guidance, ticket.id):
        await tx.session.delete(guidance)

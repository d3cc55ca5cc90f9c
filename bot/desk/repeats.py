"""The same matter told again: a second sentence about a fire, a request or a referral is more about its ticket, not another."""

from datetime import datetime, timedelta

from bot.desk import dispatch, intake, referral, tickets
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import Person, Ticket
from bot.views import notices, reporter
from knowledge import Understanding

RECENTLY = timedelta(minutes=30)
"""Longer after the first report, the same words are a new matter (assumed)."""


async def told_before(tx: Tx, who: Person, meaning: Understanding) -> Ticket | None:
    """The reporter's recent open ticket about what a message means, unless the message names another room."""
    for ticket in await tickets.live_of(tx, who):
        if _same(ticket, meaning, tx.now) and not _elsewhere(ticket, meaning):
            return ticket
    return None


async def again(tx: Tx, office: Office, who: Person, ticket: Ticket, text: str, meaning: Understanding) -> None:
    """Keep it with its ticket; whoever holds it, or the desk in an emergency, hears of it. Nothing of R5 is kept."""
    if ticket.kind == "classified":
        await notices.tell(tx, who, reporter.classified(office.book.routes["R5"].say), ticket)
        await referral.redact(tx, who, ticket)
        return
    await intake.add(tx, office, who, ticket, text, meaning)
    if ticket.kind == "emergency" and ticket.assignee_id is None:
        await dispatch.tell_desk(tx, office, ticket, "again", who.name)


def _same(ticket: Ticket, meaning: Understanding, now: datetime) -> bool:
    if now - ticket.created_at > RECENTLY:
        return False
    match meaning.decision:
        case "emergency":
            alike = not (meaning.fault and ticket.fault) or meaning.fault == ticket.fault or meaning.item == ticket.item
            return ticket.kind == "emergency" and alike
        case "classified":
            return ticket.kind == "classified"
        case "request":
            return ticket.kind == "request" and ticket.request == meaning.request
        case "route":
            return ticket.kind == "referral" and ticket.route == meaning.route
    return False


def _elsewhere(ticket: Ticket, meaning: Understanding) -> bool:
    said, known = dict(meaning.slots).get("room"), ticket.slots.get("room")
    return bool(said and known and said != known)

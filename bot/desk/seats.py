"""The seats of the desk on duty: the tickets that become theirs, with the card to decide by, and what they are told."""

from datetime import timedelta

from bot.core.outbound import Card, Say
from bot.desk import candidates, people, tickets
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import Person, Ticket, TimerRow
from bot.views import desk as desk_views
from bot.views import duty as duty_views
from bot.views import notices

CHECK_MINUTES = 60


async def to_desk(tx: Tx, office: Office, ticket: Ticket, why: str) -> None:
    """The desk owns the ticket: every seat on duty gets the card that lets it decide."""
    if ticket.owner != "desk" or ticket.assignee_id is not None:
        await tickets.change(tx, ticket, "desk-owns", None, owner="desk", assignee_id=None)
    else:
        await tx.record(ticket.id or 0, "desk-owns", None, {"why": why})
    ranked = (
        await candidates.best_first(tx, office, ticket) if why not in ("classified", "referral", "no-contact") else []
    )
    words = await tickets.first_words(tx, ticket)
    who = await people.person(tx, ticket.reporter_id)
    unit = await people.unit_name(tx, ticket.unit_id)
    await notices.close_cards(tx, ticket, ("desk",), "已更新")
    for seat in await people.seats(tx, office.fallback_owner):

        def card(card_id: str) -> Card:
            return desk_views.ownerless(
                office.voice, ticket, card_id, why=why, reporter=who, unit=unit, words=words, candidates=ranked
            )

        await notices.hand(tx, seat, "desk", card, ticket)
    if why == "nobody" and (reasons := await candidates.absent(tx, office, ticket)):
        await tell(tx, office, duty_views.nobody_because(ticket, reasons), ticket)
    if why in ("expired", "nobody"):
        await notices.announce(
            tx, office.groups.get("duty", ()), desk_views.overdue_group(office.voice, ticket, why), ticket
        )


async def watch(tx: Tx, ticket: Ticket) -> None:
    """The desk is asked about a referral that nobody has settled after an hour."""
    key, due = f"referral:{ticket.id}:{ticket.version}", tx.now + timedelta(minutes=CHECK_MINUTES)
    await tx.remind(key, due, "referral-open", ticket.id, "referred")


async def tell(tx: Tx, office: Office, message: Say, about: Ticket) -> None:
    """The same words to every seat on duty."""
    for seat in await people.seats(tx, office.fallback_owner):
        await notices.tell(tx, seat, message, about)


async def inform(tx: Tx, office: Office, ticket: Ticket, why: str, who: str = "", said: str = "") -> None:
    """A line to the seats that needs no decision."""
    await tell(tx, office, desk_views.told(office.voice, ticket, why, who, said), ticket)


async def in_emergencies(tx: Tx, office: Office) -> list[Person]:
    """Who hears of an emergency: the duty managers, then the seats on duty."""
    managers = await people.holding(tx, ("duty-manager",))
    known = {person.id for person in managers}
    return [*managers, *(s for s in await people.seats(tx, office.fallback_owner) if s.id not in known)]


async def more_of_emergency(tx: Tx, office: Office, ticket: Ticket, who: Person, text: str) -> None:
    """What is said about an emergency later goes on word for word, whoever has it already; he hears it anyway."""
    if ticket.kind != "emergency" or not text:
        return
    message = desk_views.told(office.voice, ticket, "again", who.name, text)
    for person in await in_emergencies(tx, office):
        known = person.id in (ticket.assignee_id, who.id)
        if not known and not await tickets.just_relayed(tx, ticket, who, text, person):
            await notices.tell(tx, person, message, ticket)


async def accept_overdue(tx: Tx, office: Office, row: TimerRow) -> str:
    """Timer: the accept target has passed and nobody has the ticket."""
    ticket = await tickets.get(tx, row.ticket_id)
    if ticket is None:
        return "gone"
    await notices.announce(
        tx, office.groups.get("duty", ()), desk_views.overdue_group(office.voice, ticket, "accept-overdue"), ticket
    )
    await inform(tx, office, ticket, "accept-overdue")
    return "told"

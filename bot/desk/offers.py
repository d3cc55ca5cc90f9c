"""Offers: a ticket held out to one technician until he answers or its time is over. Made, renewed, withdrawn, found.

Whom to offer a ticket next, and what follows from his answer, is the matter of bot/desk/dispatch.py.
"""

import logging

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.core.assignment import Ranked
from bot.core.outbound import Card, Message
from bot.core.ticket import Action, Status
from bot.desk import holding, people, tickets
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import Offer, OutboxRow, Person, Ticket, TicketEvent, TimerRow
from bot.views import choices, notices, technician
from bot.views.words import INSPECTION, clip

log = logging.getLogger(__name__)

ASKED_FOR = "asked-for"


async def make(
    tx: Tx,
    office: Office,
    ticket: Ticket,
    action: Action,
    best: Ranked,
    runner_up: Ranked | None,
    seat: Person | None,
) -> None:
    """Offer it to the best; `seat` is who assigned it by hand. The offer names the runner-up."""
    to = await people.person(tx, best.candidate.person_id)
    if to is None:
        raise LookupError(f"candidate {best.candidate.person_id} is nobody")
    expires = office.offer_expires(ticket.priority, tx.now)
    rival = {"name": runner_up.candidate.name, "cost": round(runner_up.cost, 1)} if runner_up else None
    offer = Offer(
        ticket_id=ticket.id or 0,
        person_id=to.id or 0,
        by_desk=seat is not None,
        costs={"parts": best.parts, "cost": round(best.cost, 1), "runner_up": rival},
        offered_at=tx.now,
        expires_at=expires,
    )
    tx.add(offer)
    await tx.flush()
    await tickets.act(tx, ticket, action, seat, owner="desk", assignee_id=None)
    await tx.remind(
        f"offer:{offer.id}", expires, "offer-expired", ticket.id, str(Status.DISPATCHED), {"offer": offer.id}
    )
    await due_by_priority(tx, office, ticket)
    await _hand(tx, office, ticket, offer, to)


async def renew(tx: Tx, office: Office, ticket: Ticket, offer: Offer) -> None:
    """An offer stands again, or anew, with the full time of the ticket's priority; his older card for it is closed."""
    to = await people.person(tx, offer.person_id)
    if to is None:
        raise LookupError(f"offer {offer.id} is to nobody")
    offer.state, offer.ended_at, offer.expires_at = "open", None, office.offer_expires(ticket.priority, tx.now)
    tx.add(offer)
    await tx.remind(
        f"offer:{offer.id}", offer.expires_at, "offer-expired", ticket.id, str(Status.DISPATCHED), {"offer": offer.id}
    )
    await notices.close_cards(tx, ticket, ("offer",), "见新卡片", to.id)
    await _hand(tx, office, ticket, offer, to)


async def withdraw(tx: Tx, ticket: Ticket, why: str, by: Person | None = None) -> None:
    """Take back what nobody has answered yet, and say so to whom it was offered and to the seats that wait (not to `by`)."""
    for offer in (
        await tx.session.exec(select(Offer).where(Offer.ticket_id == ticket.id, Offer.state == "open"))
    ).all():
        offer.state, offer.ended_at = "withdrawn", tx.now
        tx.add(offer)
        await tx.forget(f"offer:{offer.id}")
        who = await people.person(tx, offer.person_id)
        await notices.close_cards(tx, ticket, ("offer",), clip(why, 10), offer.person_id)
        await notices.tell(tx, who, technician.withdrawn(ticket, why), ticket, guard=f"offered:{offer.id}")
        if who is not None:
            await tell_seats(tx, ticket, choices.called_off(ticket, who.name, why), besides=by)


async def asked_for(tx: Tx, ticket: Ticket, seat: Person) -> None:
    """A seat would have offered it by hand to whom it is offered already: he waits for the answer from now on."""
    await tx.record(ticket.id or 0, ASKED_FOR, seat.id)


async def tell_seats(tx: Tx, ticket: Ticket, message: Message, besides: Person | None = None) -> None:
    """Who offered it by hand, or asked for whom it is offered already, hears what becomes of it until somebody takes it,
    unless it is his own doing. Of any other automatic offer nobody hears."""
    for seat in await _waiting(tx, ticket):
        if besides is None or seat.id != besides.id:
            await notices.tell(tx, seat, message, ticket)


async def _waiting(tx: Tx, ticket: Ticket) -> list[Person]:
    """The seats that wait for an answer: since it was last taken, whoever offered it last and who asked after that."""
    kinds = (ASKED_FOR, str(Action.ASSIGN), str(Action.ACCEPT))
    of_ticket = select(TicketEvent.kind, TicketEvent.actor_id).where(
        TicketEvent.ticket_id == ticket.id, col(TicketEvent.kind).in_(kinds)
    )
    found: list[int | None] = []
    for kind, actor in (await tx.session.exec(of_ticket.order_by(col(TicketEvent.id).desc()))).all():
        if kind == str(Action.ACCEPT):
            break
        found.append(actor)
        if kind == str(Action.ASSIGN):
            break
    seats = [await people.person(tx, person_id) for person_id in dict.fromkeys(found)]
    return [seat for seat in seats if seat is not None]


async def due_by_priority(tx: Tx, office: Office, ticket: Ticket) -> None:
    """Set the deadline for accepting by the ticket's priority as it is now. One that was told of is not told again.

    A planned round has its day instead.
    """
    if ticket.kind == INSPECTION:
        return
    key = f"accept:{ticket.id}:{ticket.reopened}"
    due = office.due(ticket.priority, "accept", tickets.begun_at(ticket) if not ticket.reopened else tx.now)
    told = select(TimerRow.id).where(TimerRow.key == key, TimerRow.due_at == due, TimerRow.outcome == "told")
    if (await tx.session.exec(told)).first() is None:
        await tx.remind(key, due, "accept-overdue", ticket.id, f"{Status.TRIAGED},{Status.DISPATCHED}")


async def offered_to(tx: Tx, who: Person) -> list[Ticket]:
    """The tickets with an open offer to this person."""
    open_ = await tx.session.exec(select(Offer.ticket_id).where(Offer.person_id == who.id, Offer.state == "open"))
    found = [await tickets.get(tx, ticket_id) for ticket_id in open_.all()]
    return [t for t in found if t is not None]


async def open_to(tx: Tx, ticket: Ticket, who: Person) -> Offer | None:
    """The offer he may answer now."""
    statement = select(Offer).where(Offer.ticket_id == ticket.id, Offer.person_id == who.id, Offer.state == "open")
    return (await tx.session.exec(statement)).first()


async def latest(tx: Tx, ticket: Ticket, who: Person) -> Offer | None:
    """The last he had of this ticket, whatever became of it."""
    statement = select(Offer).where(Offer.ticket_id == ticket.id, Offer.person_id == who.id)
    return (await tx.session.exec(statement.order_by(col(Offer.id).desc()))).first()


async def accepted_by(tx: Tx, ticket: Ticket, who: Person) -> Offer | None:
    """The one by which he came to have the ticket."""
    statement = select(Offer).where(Offer.ticket_id == ticket.id, Offer.person_id == who.id, Offer.state == "accepted")
    return (await tx.session.exec(statement.order_by(col(Offer.id).desc()))).first()


async def expired(tx: Tx, ticket: Ticket) -> int:
    """How many of the ticket's offers nobody answered in time."""
    statement = select(func.count()).select_from(Offer).where(Offer.ticket_id == ticket.id, Offer.state == "expired")
    return (await tx.session.exec(statement)).one()


async def _hand(tx: Tx, office: Office, ticket: Ticket, offer: Offer, to: Person) -> None:
    asker, unit = await people.person(tx, ticket.reporter_id), await people.unit_name(tx, ticket.unit_id)
    words = await tickets.first_words(tx, ticket)
    alone, by = offer.costs["runner_up"] is None, await holding.arrive_by(tx, office, ticket, to)
    why = "服务台指派" if offer.by_desk else technician.short_why(offer.costs["parts"], alone)

    def card(card_id: str) -> Card:
        return technician.offer(
            office.voice,
            ticket,
            card_id,
            reporter=asker,
            unit=unit,
            words=words,
            arrive_by=by,
            answer_by=offer.expires_at,
            now=tx.now,
            why=why,
            by_desk=offer.by_desk,
        )

    await notices.hand(tx, to, "offer", card, ticket, guard=f"offer:{offer.id}")


async def still_true(session: AsyncSession, guard: str) -> bool:
    """Whether a queued message still makes sense: `offer:ID` is open, `offered:ID` was really seen."""
    kind, _, number = guard.partition(":")
    if kind == "offer":
        offer = await session.get(Offer, int(number))
        return offer is not None and offer.state == "open"
    if kind == "offered":
        offer = await session.get(Offer, int(number))
        # By its ticket, which has few messages: nothing finds a guard, and most of all messages ever are sent.
        queued = select(OutboxRow.guard, OutboxRow.state).where(
            OutboxRow.ticket_id == (offer.ticket_id if offer else None)
        )
        return (f"offer:{number}", "sent") in (await session.exec(queued)).all()
    log.error("unknown guard", extra={"guard": guard})
    return True

"""Who of the desk is asked to answer a reporter: one free seat after the other, the duty manager after a silent one.

Whoever waits longest gets the next seat that is free. When nobody answers, the reporter is told so and the desk calls.
"""

from sqlmodel import col, select

from bot.desk import conversations, passing, people, tickets
from bot.desk.conversations import Conversation
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import Person, Ticket, TimerRow
from bot.views import notices
from bot.views import relay as views

TURNS = 5
"""So many are asked before the reporter hears that nobody could be reached."""


async def ask_next(tx: Tx, office: Office, talk: Conversation, ticket: Ticket) -> bool:
    """Ask the next free seat; false when there is none, and whoever was asked last is still asked."""
    await tx.forget(conversations.deadline(talk))
    talk.turn += 1
    free = await _free_seat(tx, office, talk)
    if free is not None:
        await conversations.seat(tx, talk, free)
        reporter = await people.person(tx, talk.reporter_id)
        if reporter is not None:
            words = (await tickets.said(tx, ticket))[-3:]
            await notices.tell(tx, free, views.yours(office.voice, ticket, reporter, words), ticket)
    elif talk.state == conversations.HELD:
        talk.state = "waiting"
    tx.add(talk)
    await conversations.expect(tx, talk)
    if free is not None:
        await passing.pass_on(tx, office, talk)
    return free is not None


async def to_seat(tx: Tx, office: Office, talk: Conversation, ticket: Ticket) -> None:
    """Nobody is at the other end any more: the next seat is asked, and the reporter hears his place."""
    await tx.forget(conversations.deadline(talk))
    talk.partner_id, talk.state, talk.asked_at = None, "waiting", talk.asked_at or tx.now
    tx.add(talk)
    asked = await ask_next(tx, office, talk, ticket)
    place = await conversations.queue_place(tx, talk)
    waiting = views.still_waiting(office.voice, ticket, place, next_one=asked)
    await notices.tell(tx, await people.person(tx, talk.reporter_id), waiting, ticket)


async def unanswered(tx: Tx, office: Office, row: TimerRow) -> str:
    """Timer: two minutes without a word; the next seat is asked, and the reporter hears his place and the hotline."""
    talk = await conversations.of_timer(tx, row)
    ticket = await tickets.get(tx, row.ticket_id)
    reporter = await people.person(tx, talk.reporter_id) if talk else None
    if talk is None or ticket is None or reporter is None or talk.state == "ended":
        return "over"
    if talk.asked_at is None or talk.turn != row.data["turn"]:
        return "answered"
    before = await people.person(tx, talk.partner_id)
    if talk.turn >= TURNS:
        return await _give_up(tx, office, talk, ticket, reporter)
    asked = await ask_next(tx, office, talk, ticket)
    if asked and before is not None:
        await notices.tell(tx, before, views.moved_on(ticket), ticket)
        if people.is_desk(before):
            await serve(tx, office, before)
    place = await conversations.queue_place(tx, talk)
    await notices.tell(tx, reporter, views.still_waiting(office.voice, ticket, place, next_one=asked), ticket)
    return "next" if asked else "waiting"


async def serve(tx: Tx, office: Office, seat: Person) -> None:
    """A seat is free again: who waits longest without one gets it."""
    statement = select(Conversation).where(Conversation.state == "waiting", col(Conversation.reporter_id) != seat.id)
    talk = (await tx.session.exec(statement.order_by(col(Conversation.id)).limit(1).with_for_update())).first()
    ticket = await tickets.get(tx, talk.ticket_id) if talk else None
    if talk is not None and ticket is not None and await conversations.current(tx, seat) is None:
        await ask_next(tx, office, talk, ticket)


async def reachable(tx: Tx, office: Office, reporter: Person) -> bool:
    """Whether anybody of the desk but the reporter himself can be written to."""
    staff = await _staff(tx, office, escalated=True)
    return any(p.id != reporter.id for p in await notices.reached(tx, staff))


async def _free_seat(tx: Tx, office: Office, talk: Conversation) -> Person | None:
    """The first seat that is in no conversation and was not asked; once a seat stayed silent, a duty manager too."""
    engaged = select(Conversation.partner_id).where(
        col(Conversation.state).in_(conversations.GOING_ON), Conversation.id != talk.id
    )
    busy = {*(await tx.session.exec(engaged)).all(), *talk.tried, talk.partner_id, talk.reporter_id}
    staff = await notices.reached(tx, await _staff(tx, office, escalated=talk.turn > 1))
    return next((seat for seat in staff if seat.id not in busy), None)


async def _staff(tx: Tx, office: Office, *, escalated: bool) -> list[Person]:
    seats = await people.seats(tx, office.fallback_owner)
    if not escalated:
        return seats
    return [*seats, *(p for p in await people.holding(tx, ("duty-manager",)) if p.duty != "off" and p not in seats)]


async def _give_up(tx: Tx, office: Office, talk: Conversation, ticket: Ticket, reporter: Person) -> str:
    """Nobody answered: the reporter is told so, the desk is asked to call, and the bot listens to him again."""
    await conversations.close(tx, talk)
    await notices.tell(tx, reporter, views.not_reached(office.voice, ticket), ticket)
    for person in await _staff(tx, office, escalated=True):
        await notices.tell(tx, person, views.unanswered(ticket, reporter), ticket)
    return "given up"

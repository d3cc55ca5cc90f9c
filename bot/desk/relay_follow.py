"""A conversation follows its ticket: who has it no more hears nothing further, whoever takes it goes on.

Between two holders it is held: the reporter's words wait for the next one, and the desk is asked as for any unanswered
word. A seat's conversation is the desk's and stays with the seat, whatever becomes of the ticket.
"""

from sqlmodel import col, or_, select

from bot.core.ticket import Status
from bot.desk import conversations, passing, people, relay_end, relay_seats, tickets
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import Conversation, Person, Ticket
from bot.views import notices
from bot.views import relay as views


async def follow(tx: Tx, office: Office, ticket: Ticket) -> None:
    """The ticket may have changed hands: conversations about it, or about what was merged into it, go along."""
    await tx.flush()
    statement = (
        select(Conversation)
        .join(Ticket, col(Ticket.id) == col(Conversation.ticket_id))
        .where(col(Conversation.state).in_(conversations.GOING_ON))
        .where(or_(Ticket.id == ticket.id, (col(Ticket.parent_id) == ticket.id) & (Ticket.status == Status.MERGED)))
    )
    for talk in (await tx.session.exec(statement.order_by(col(Conversation.id)).with_for_update())).all():
        if (about := await tickets.get(tx, talk.ticket_id)) is not None:
            await _go_along(tx, office, talk, about)


async def _go_along(tx: Tx, office: Office, talk: Conversation, ticket: Ticket) -> None:
    before, reporter = await people.person(tx, talk.partner_id), await people.person(tx, talk.reporter_id)
    lost = before is not None and not await passing.may_speak(tx, ticket, before)
    if reporter is None or not (lost or talk.state == conversations.HELD):
        return
    if ticket.kind == "classified":
        await relay_end.stop(tx, office, talk)
        return
    holder = await _holder(tx, ticket)
    if lost:
        await notices.tell(tx, before, views.gone_along(ticket, holder.name if holder else ""), ticket)
    if holder is not None and holder.id != reporter.id:
        await _hand(tx, office, talk, ticket, reporter, holder)
    elif lost:
        talk.partner_id, talk.state = None, conversations.HELD
        tx.add(talk)
        await tx.record(talk.ticket_id, "conversation", None, {"state": conversations.HELD})
        await notices.tell(tx, reporter, views.between(ticket), ticket)


async def _hand(tx: Tx, office: Office, talk: Conversation, ticket: Ticket, reporter: Person, holder: Person) -> None:
    """To whoever has the ticket now; to the desk when he is in another conversation or cannot be written to."""
    if await conversations.current(tx, holder) is not None or await notices.address(tx, holder) is None:
        await relay_seats.to_seat(tx, office, talk, ticket)
        return
    await tx.forget(conversations.deadline(talk))
    talk.turn, talk.tried = talk.turn + 1, []
    await conversations.seat(tx, talk, holder)
    if talk.asked_at is not None:
        await conversations.expect(tx, talk)
    await conversations.stay(tx, talk)
    await notices.tell(tx, holder, views.yours_now(ticket, reporter), ticket)
    await notices.tell(tx, reporter, views.goes_on_with(ticket, passing.role(holder)), ticket)
    await passing.pass_on(tx, office, talk)


async def _holder(tx: Tx, ticket: Ticket) -> Person | None:
    """Who answers for the ticket by name, or for the one it was merged into."""
    about: Ticket | None = ticket
    while about is not None and about.status == Status.MERGED:
        about = await tickets.get(tx, about.parent_id)
    return await people.person(tx, about.assignee_id) if about else None

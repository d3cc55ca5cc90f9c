"""How a conversation between a reporter and our end is over: by a word, by silence, by R5, or because somebody left."""

from bot.desk import conversations, passing, people, relay_seats, tickets
from bot.desk.conversations import Conversation
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import Content, Person, TimerRow
from bot.views import notices
from bot.views import relay as views


async def end(tx: Tx, office: Office, talk: Conversation) -> None:
    """结束对话, by either end or by silence: both are told, and who waits longest gets the seat."""
    ticket, partner = await tickets.get(tx, talk.ticket_id), await people.person(tx, talk.partner_id)
    await conversations.close(tx, talk)
    if ticket is not None:
        await notices.tell(tx, await people.person(tx, talk.reporter_id), views.over(ticket), ticket)
        await notices.tell(tx, partner, views.partner_over(ticket), ticket)
    if partner is not None and people.is_desk(partner):
        await relay_seats.serve(tx, office, partner)


async def idle(tx: Tx, office: Office, row: TimerRow) -> str:
    """Timer: nobody said anything for a quarter of an hour, and nobody waits for an answer."""
    talk = await conversations.of_timer(tx, row)
    if talk is None or talk.state == "ended" or talk.asked_at is not None:
        return "over" if talk is None or talk.state == "ended" else "waiting"
    await end(tx, office, talk)
    return "ended"


async def leaves(tx: Tx, office: Office, who: Person) -> None:
    """Somebody is not there any more: what he wanted to say is over; whom he spoke with is passed to the next seat."""
    talk = await conversations.current(tx, who)
    ticket = await tickets.get(tx, talk.ticket_id) if talk else None
    if talk is None or ticket is None or talk.reporter_id == who.id:
        if talk is not None:
            await end(tx, office, talk)
        return
    await relay_seats.to_seat(tx, office, talk, ticket)


async def stop(tx: Tx, office: Office, talk: Conversation) -> None:
    """R5: nothing more is passed; the other end hears that it stopped, not what was said."""
    ticket, partner = await tickets.get(tx, talk.ticket_id), await people.person(tx, talk.partner_id)
    await conversations.close(tx, talk)
    if ticket is not None and partner is not None:
        await notices.tell(tx, partner, views.stopped(ticket), ticket)
    if partner is not None and people.is_desk(partner):
        await relay_seats.serve(tx, office, partner)


async def silence(tx: Tx, office: Office, content: Content) -> None:
    """R5 in a recording that was meant for the other end: the conversation is over."""
    if await passing.was_passed(tx, content) and (talk := await conversations.about(tx, content)) is not None:
        await stop(tx, office, talk)

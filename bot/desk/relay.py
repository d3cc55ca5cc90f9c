"""A person behind 转人工: a reporter and a seat or technician speak through the bot, across platforms, numbers masked.

Here a conversation is begun and spoken in. What either end sends is kept on the ticket's timeline first and passed on
from there (`passing`), whatever is restarted in between. Who does not answer within two minutes is followed by the next
seat (`relay_seats`); how it is over stands in `relay_end`.
"""

from bot.core.outbound import Message
from bot.core.ticket import Action
from bot.desk import conversations, holding, passing, people, relay_end, relay_seats, tickets
from bot.desk.conversations import Conversation
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import Person, Ticket
from bot.views import notices
from bot.views import relay as views


async def begin(tx: Tx, office: Office, ticket: Ticket) -> bool:
    """转人工: the first free seat is asked, or the reporter queues. False when no seat can be written to at all."""
    reporter = await people.person(tx, ticket.reporter_id)
    if reporter is None or ticket.kind == "classified" or not await relay_seats.reachable(tx, office, reporter):
        return False
    if (talk := await conversations.current(tx, reporter)) is None:
        talk = await conversations.begin(tx, ticket)
        talk.asked_at = tx.now
        await relay_seats.ask_next(tx, office, talk, ticket)
    elif talk.state == conversations.HELD:
        await relay_seats.to_seat(tx, office, talk, ticket)
        return True
    await notices.tell(
        tx, reporter, views.connecting(office.voice, ticket, await conversations.queue_place(tx, talk)), ticket
    )
    return True


async def call(tx: Tx, office: Office, ticket: Ticket, who: Person) -> None:
    """联系报障人 / 接入: a seat or the technician speaks with the reporter from now on; each refusal says why."""
    reporter = await people.person(tx, ticket.reporter_id)
    if reporter is None:
        return
    if refusal := await _refusal(tx, ticket, who, reporter):
        await notices.tell(tx, who, refusal)
        return
    talk = await conversations.current(tx, reporter) or await conversations.begin(tx, ticket)
    if talk.partner_id not in (None, who.id):
        await notices.tell(
            tx, await people.person(tx, talk.partner_id), views.taken_over(ticket, who.name), ticket
        )  # fmt: skip
    await conversations.seat(tx, talk, who)
    await tx.forget(conversations.deadline(talk))
    talk.asked_at, talk.answered_at, talk.tried = None, talk.answered_at or tx.now, []
    await conversations.stay(tx, talk)
    await notices.tell(tx, who, views.connected(ticket, reporter), ticket)
    await notices.tell(tx, reporter, views.joined(ticket, passing.role(who)), ticket)
    await _contacted(tx, ticket, who)
    await passing.pass_on(tx, office, talk)


async def say(tx: Tx, office: Office, talk: Conversation, who: Person, words: tickets.Words) -> None:
    """One end sends something: kept on the timeline, then passed to the other."""
    ticket = await tickets.get(tx, talk.ticket_id)
    if ticket is None or ticket.kind == "classified":
        await relay_end.stop(tx, office, talk)
        return
    await tickets.add_words(tx, ticket, who, words, passing.EVENT)
    if who.id == talk.reporter_id:
        await _asked(tx, talk, ticket)
    else:
        await tx.forget(conversations.deadline(talk))
        talk.asked_at, talk.answered_at, talk.tried = None, talk.answered_at or tx.now, []
        await _contacted(tx, ticket, who)
    await conversations.stay(tx, talk)
    if words.kind in passing.FETCHED:
        await passing.wait_for(tx, talk, ticket)
    await passing.pass_on(tx, office, talk)


async def keep_recording(tx: Tx, office: Office, who: Person, media_key: str) -> bool:
    """The recording of words that were passed as their transcript follows them. False outside a conversation."""
    if (talk := await conversations.current(tx, who)) is None:
        return False
    await say(tx, office, talk, who, tickets.Words("", kind="voice", media_key=media_key))
    return True


async def _refusal(tx: Tx, ticket: Ticket, who: Person, reporter: Person) -> Message | None:
    """Why this person may not speak with the ticket's reporter now; none when he may."""
    if not people.is_desk(who) and not holding.holds(ticket, who):
        return views.not_yours(ticket)
    if ticket.kind == "classified":
        return views.is_classified(ticket)
    if who.id == reporter.id:
        return views.yourself(ticket)
    if await notices.address(tx, reporter) is None:
        return views.no_account(ticket, reporter)
    mine, his = await conversations.current(tx, who), await conversations.current(tx, reporter)
    if mine is not None and (his is None or mine.id != his.id):
        about = await tickets.get(tx, mine.ticket_id)
        return views.busy_yourself(about or ticket)
    about_his = await tickets.get(tx, his.ticket_id) if his is not None else None
    not_his = about_his is not None and not await passing.may_speak(tx, about_his, who)
    if his is not None and (not_his or (his.partner_id not in (None, who.id) and his.asked_at is None)):
        partner = await people.person(tx, his.partner_id)
        return views.busy_reporter(ticket, partner.name if partner else "服务台")
    return None


async def _asked(tx: Tx, talk: Conversation, ticket: Ticket) -> None:
    """The reporter said something: from his first word on an answer is awaited."""
    if talk.asked_at is None:
        talk.asked_at, talk.turn, talk.tried = tx.now, 1, [talk.partner_id] if talk.partner_id else []
        await conversations.expect(tx, talk)


async def _contacted(tx: Tx, ticket: Ticket, who: Person) -> None:
    """The technician's first word to the reporter stops the response clock, as 已联系 does."""
    if holding.holds(ticket, who) and ticket.contacted_at is None and tickets.can(ticket, Action.CONTACT):
        await tickets.act(tx, ticket, Action.CONTACT, who)

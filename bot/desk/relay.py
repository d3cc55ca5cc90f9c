"""A person behind 转人工: a reporter and a seat or technician speak through the bot, across platforms, numbers masked.

An open conversation is a row. What either end sends is kept on the ticket's timeline first and passed on from there: in
order, once, whatever is restarted in between. Who does not answer within two minutes is followed by the next seat. What
is classified (R5) is never passed.
"""

from datetime import datetime, timedelta

from sqlmodel import col, func, select

from bot.core.outbound import Message, Picture, Recording
from bot.core.ticket import Action, Status
from bot.desk import erasure, holding, people, tickets
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import Content, Media, Person, Ticket, TicketEvent, TimerRow
from bot.store.tables import Conversation as Conversation
from bot.views import notices
from bot.views import relay as views

UNANSWERED = timedelta(minutes=2)
"""Then the next seat is asked (assumed)."""
IDLE = timedelta(minutes=15)
"""A conversation in which nobody has a question open ends by itself (assumed)."""
TURNS = 5
"""So many are asked before the reporter hears that nobody could be reached."""
MEDIUM_WAIT = timedelta(seconds=30)
"""So long what comes after a photo or recording waits for it to be fetched."""
FETCHED = ("photo", "voice")
EVENT = "relayed"
HELD = "held"
"""Its technician has lost the ticket and nobody has it yet (bot/desk/relay_follow.py)."""
GOING_ON = ("waiting", "open", HELD)
"""The states of a conversation that has not ended."""


async def begin(tx: Tx, office: Office, ticket: Ticket) -> bool:
    """转人工: the first free seat is asked, or the reporter queues. False when no seat can be written to at all."""
    reporter = await people.person(tx, ticket.reporter_id)
    if reporter is None or ticket.kind == "classified" or not await _reachable(tx, office, reporter):
        return False
    if (talk := await current(tx, reporter)) is None:
        talk = await _open(tx, ticket)
        talk.asked_at = tx.now
        await ask_next(tx, office, talk, ticket)
    elif talk.state == HELD:
        await to_seat(tx, office, talk, ticket)
        return True
    await notices.tell(tx, reporter, views.connecting(office.voice, ticket, await queue_place(tx, talk)), ticket)
    return True


async def call(tx: Tx, office: Office, ticket: Ticket, who: Person) -> None:
    """联系报障人 / 接入: a seat or the technician speaks with the reporter from now on; each refusal says why."""
    reporter = await people.person(tx, ticket.reporter_id)
    if reporter is None:
        return
    if refusal := await _refusal(tx, ticket, who, reporter):
        await notices.tell(tx, who, refusal)
        return
    talk = await current(tx, reporter) or await _open(tx, ticket)
    if talk.partner_id not in (None, who.id):
        await notices.tell(
            tx, await people.person(tx, talk.partner_id), views.taken_over(ticket, who.name), ticket
        )  # fmt: skip
    await seat(tx, talk, who)
    await tx.forget(deadline(talk))
    talk.asked_at, talk.answered_at, talk.tried = None, talk.answered_at or tx.now, []
    await stay(tx, talk)
    await notices.tell(tx, who, views.connected(ticket, reporter), ticket)
    await notices.tell(tx, reporter, views.joined(ticket, role(who)), ticket)
    await _contacted(tx, ticket, who)
    await pass_on(tx, office, talk)


async def end(tx: Tx, office: Office, talk: Conversation) -> None:
    """结束对话, by either end or by silence: both are told, and who waits longest gets the seat."""
    ticket, partner = await tickets.get(tx, talk.ticket_id), await people.person(tx, talk.partner_id)
    await _close(tx, talk)
    if ticket is not None:
        await notices.tell(tx, await people.person(tx, talk.reporter_id), views.over(ticket), ticket)
        await notices.tell(tx, partner, views.partner_over(ticket), ticket)
    if partner is not None and people.is_desk(partner):
        await _serve(tx, office, partner)


async def leaves(tx: Tx, office: Office, who: Person) -> None:
    """Somebody is not there any more: what he wanted to say is over; whom he spoke with is passed to the next seat."""
    talk = await current(tx, who)
    ticket = await tickets.get(tx, talk.ticket_id) if talk else None
    if talk is None or ticket is None or talk.reporter_id == who.id:
        if talk is not None:
            await end(tx, office, talk)
        return
    await to_seat(tx, office, talk, ticket)


async def to_seat(tx: Tx, office: Office, talk: Conversation, ticket: Ticket) -> None:
    """Nobody is at the other end any more: the next seat is asked, and the reporter hears his place."""
    await tx.forget(deadline(talk))
    talk.partner_id, talk.state, talk.asked_at = None, "waiting", talk.asked_at or tx.now
    tx.add(talk)
    asked = await ask_next(tx, office, talk, ticket)
    place = await queue_place(tx, talk)
    waiting = views.still_waiting(office.voice, ticket, place, next_one=asked)
    await notices.tell(tx, await people.person(tx, talk.reporter_id), waiting, ticket)


async def stop(tx: Tx, office: Office, talk: Conversation) -> None:
    """R5: nothing more is passed; the other end hears that it stopped, not what was said."""
    ticket, partner = await tickets.get(tx, talk.ticket_id), await people.person(tx, talk.partner_id)
    await _close(tx, talk)
    if ticket is not None and partner is not None:
        await notices.tell(tx, partner, views.stopped(ticket), ticket)
    if partner is not None and people.is_desk(partner):
        await _serve(tx, office, partner)


async def current(tx: Tx, who: Person) -> Conversation | None:
    """The conversation somebody is in, held for this transaction, so that what both ends say is passed in one order."""
    at_an_end = (col(Conversation.reporter_id) == who.id) | (col(Conversation.partner_id) == who.id)
    statement = select(Conversation).where(col(Conversation.state).in_(GOING_ON), at_an_end)
    return (await tx.session.exec(statement.order_by(col(Conversation.id).desc()).with_for_update())).first()


async def say(tx: Tx, office: Office, talk: Conversation, who: Person, words: tickets.Words) -> None:
    """One end sends something: kept on the timeline, then passed to the other."""
    ticket = await tickets.get(tx, talk.ticket_id)
    if ticket is None or ticket.kind == "classified":
        await stop(tx, office, talk)
        return
    await tickets.add_words(tx, ticket, who, words, EVENT)
    if who.id == talk.reporter_id:
        await _asked(tx, talk, ticket)
    else:
        await tx.forget(deadline(talk))
        talk.asked_at, talk.answered_at, talk.tried = None, talk.answered_at or tx.now, []
        await _contacted(tx, ticket, who)
    await stay(tx, talk)
    if words.kind in FETCHED:
        await tx.remind(f"{EVENT}-late:{tx.cause}", tx.now + MEDIUM_WAIT, "relay-medium", ticket.id, data=_id(talk))
    await pass_on(tx, office, talk)


async def pass_on(tx: Tx, office: Office, talk: Conversation) -> None:
    """Pass what is still to be passed, up to the first medium that is not fetched yet."""
    tx.add(talk)
    ticket = await tickets.get(tx, talk.ticket_id)
    reporter, partner = await people.person(tx, talk.reporter_id), await people.person(tx, talk.partner_id)
    if ticket is None or reporter is None or partner is None or not await may_speak(tx, ticket, partner):
        return
    statement = (
        select(Content)
        .join(TicketEvent, col(TicketEvent.content_id) == col(Content.id))
        .where(TicketEvent.ticket_id == ticket.id, TicketEvent.kind == EVENT)
        .where(Content.ticket_id == ticket.id, col(Content.id) > talk.passed_id)
    )
    for content in (await tx.session.exec(statement.order_by(col(Content.id)))).all():
        speaker = await people.person(tx, content.person_id)
        is_reporter = content.person_id == talk.reporter_id
        to = partner if is_reporter else reporter
        ready = content.kind not in FETCHED or await _stored(tx, content)
        if not ready and tx.now < content.at + MEDIUM_WAIT:
            return
        talk.passed_id = content.id or 0
        if content.erased_at is not None:
            continue
        name = role(speaker) if speaker and not is_reporter else speaker.name if speaker else ""
        for index, message in enumerate(_messages(content, name, ticket, ready=ready)):
            await notices.tell(tx, to, message, ticket, once=f"relay:{content.id}:{index}")


async def medium(tx: Tx, office: Office, content: Content) -> bool:
    """A photo or recording was fetched: whether it belonged to a conversation, and was passed on there."""
    if not await _was_passed(tx, content):
        return False
    talk = await _about(tx, content)
    kept = await tx.session.get(Content, content.id)
    if talk is None or kept is None:
        return True
    if (content.id or 0) > talk.passed_id:
        await pass_on(tx, office, talk)
        return True
    to = await people.person(tx, talk.partner_id if content.person_id == talk.reporter_id else talk.reporter_id)
    ticket = await tickets.get(tx, talk.ticket_id)
    if ticket is not None and content.kind in FETCHED:
        await notices.tell(tx, to, _shown(kept), ticket, once=f"relay-late:{content.id}")
    return True


async def silence(tx: Tx, office: Office, content: Content) -> None:
    """R5 in a recording that was meant for the other end: the conversation is over."""
    if await _was_passed(tx, content) and (talk := await _about(tx, content)) is not None:
        await stop(tx, office, talk)


async def _was_passed(tx: Tx, content: Content) -> bool:
    """Whether it was sent inside a conversation."""
    statement = select(TicketEvent.id).where(
        TicketEvent.ticket_id == content.ticket_id, TicketEvent.content_id == content.id, TicketEvent.kind == EVENT
    )
    return (await tx.session.exec(statement)).first() is not None


async def _about(tx: Tx, content: Content) -> Conversation | None:
    """The conversation that is open about its ticket."""
    open_ = select(Conversation).where(
        Conversation.ticket_id == content.ticket_id, col(Conversation.state).in_(GOING_ON)
    )
    return (await tx.session.exec(open_.with_for_update())).first()


async def keep_recording(tx: Tx, office: Office, who: Person, media_key: str) -> bool:
    """The recording of words that were passed as their transcript follows them. False outside a conversation."""
    if (talk := await current(tx, who)) is None:
        return False
    await say(tx, office, talk, who, tickets.Words("", kind="voice", media_key=media_key))
    return True


async def unanswered(tx: Tx, office: Office, row: TimerRow) -> str:
    """Timer: two minutes without a word; the next seat is asked, and the reporter hears his place and the hotline."""
    talk = await _held(tx, row)
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
            await _serve(tx, office, before)
    place = await queue_place(tx, talk)
    await notices.tell(tx, reporter, views.still_waiting(office.voice, ticket, place, next_one=asked), ticket)
    return "next" if asked else "waiting"


async def idle(tx: Tx, office: Office, row: TimerRow) -> str:
    """Timer: nobody said anything for a quarter of an hour, and nobody waits for an answer."""
    talk = await _held(tx, row)
    if talk is None or talk.state == "ended" or talk.asked_at is not None:
        return "over" if talk is None or talk.state == "ended" else "waiting"
    await end(tx, office, talk)
    return "ended"


async def medium_late(tx: Tx, office: Office, row: TimerRow) -> str:
    """Timer: a medium may not hold up the words that came after it any longer."""
    talk = await _held(tx, row)
    if talk is None or talk.state == "ended":
        return "over"
    await pass_on(tx, office, talk)
    return "passed"


async def queue_place(tx: Tx, talk: Conversation) -> int:
    """Which one in the queue somebody is: those who came before and nobody has answered yet, and himself."""
    statement = select(func.count()).select_from(Conversation).where(
        col(Conversation.state).in_(GOING_ON),
        col(Conversation.answered_at).is_(None),
        col(Conversation.id) < talk.id,
    )  # fmt: skip
    return int((await tx.session.exec(statement)).one()) + 1


async def may_speak(tx: Tx, ticket: Ticket, who: Person) -> bool:
    """Whether he may be at our end about this ticket: a seat, or the technician who has it or what it was merged into."""
    about: Ticket | None = ticket
    while about is not None and about.status == Status.MERGED:
        about = await tickets.get(tx, about.parent_id)
    return people.is_desk(who) or (about is not None and holding.holds(about, who))


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
    mine, his = await current(tx, who), await current(tx, reporter)
    if mine is not None and (his is None or mine.id != his.id):
        about = await tickets.get(tx, mine.ticket_id)
        return views.busy_yourself(about or ticket)
    if his is not None and his.partner_id not in (None, who.id) and his.asked_at is None:
        partner = await people.person(tx, his.partner_id)
        return views.busy_reporter(ticket, partner.name if partner else "")
    return None


async def _open(tx: Tx, ticket: Ticket) -> Conversation:
    """A new conversation about a ticket; what was passed in an earlier one is not passed again."""
    latest = (await tx.session.exec(select(func.max(Content.id)).where(Content.ticket_id == ticket.id))).one()
    talk = Conversation(
        ticket_id=ticket.id or 0, reporter_id=ticket.reporter_id, passed_id=latest or 0, since=tx.now
    )  # fmt: skip
    tx.add(talk)
    await tx.flush()
    await tx.record(ticket.id or 0, "conversation", None, {"state": "waiting"})
    return talk


async def ask_next(tx: Tx, office: Office, talk: Conversation, ticket: Ticket) -> bool:
    """Ask the next free seat; false when there is none, and whoever was asked last is still asked."""
    await tx.forget(deadline(talk))
    talk.turn += 1
    free = await _free_seat(tx, office, talk)
    if free is not None:
        await seat(tx, talk, free)
        reporter = await people.person(tx, talk.reporter_id)
        if reporter is not None:
            words = (await tickets.said(tx, ticket))[-3:]
            await notices.tell(tx, free, views.yours(office.voice, ticket, reporter, words), ticket)
    elif talk.state == HELD:
        talk.state = "waiting"
    tx.add(talk)
    await expect(tx, talk)
    if free is not None:
        await pass_on(tx, office, talk)
    return free is not None


async def _free_seat(tx: Tx, office: Office, talk: Conversation) -> Person | None:
    """The first seat that is in no conversation and was not asked; once a seat stayed silent, a duty manager too."""
    engaged = select(Conversation.partner_id).where(col(Conversation.state).in_(GOING_ON), Conversation.id != talk.id)
    busy = {*(await tx.session.exec(engaged)).all(), *talk.tried, talk.partner_id, talk.reporter_id}
    for seat in await _staff(tx, office, escalated=talk.turn > 1):
        if seat.id not in busy and await notices.address(tx, seat) is not None:
            return seat
    return None


async def _staff(tx: Tx, office: Office, *, escalated: bool) -> list[Person]:
    seats = await people.seats(tx, office.fallback_owner)
    if not escalated:
        return seats
    return [*seats, *(p for p in await people.holding(tx, ("duty-manager",)) if p.duty != "off" and p not in seats)]


async def _reachable(tx: Tx, office: Office, reporter: Person) -> bool:
    """Whether anybody of the desk but the reporter himself can be written to."""
    staff = await _staff(tx, office, escalated=True)
    return any([p.id != reporter.id and await notices.address(tx, p) is not None for p in staff])


async def _serve(tx: Tx, office: Office, seat: Person) -> None:
    """A seat is free again: who waits longest without one gets it."""
    statement = select(Conversation).where(Conversation.state == "waiting", col(Conversation.reporter_id) != seat.id)
    talk = (await tx.session.exec(statement.order_by(col(Conversation.id)).limit(1).with_for_update())).first()
    ticket = await tickets.get(tx, talk.ticket_id) if talk else None
    if talk is not None and ticket is not None and await current(tx, seat) is None:
        await ask_next(tx, office, talk, ticket)


async def seat(tx: Tx, talk: Conversation, who: Person) -> None:
    talk.partner_id, talk.state, talk.tried = who.id, "open", [*talk.tried, who.id or 0]
    tx.add(talk)
    await tx.record(talk.ticket_id, "conversation", who.id, {"state": "open"})
    await tx.flush()


async def _asked(tx: Tx, talk: Conversation, ticket: Ticket) -> None:
    """The reporter said something: from his first word on an answer is awaited."""
    if talk.asked_at is None:
        talk.asked_at, talk.turn, talk.tried = tx.now, 1, [talk.partner_id] if talk.partner_id else []
        await expect(tx, talk)


async def expect(tx: Tx, talk: Conversation) -> None:
    """Set the deadline of this turn. Its key names the moment too, since turns are counted anew for each question."""
    since = talk.asked_at or tx.now
    data = {**_id(talk), "turn": talk.turn}
    due = tx.now + UNANSWERED
    await tx.remind(deadline(talk, since), due, "relay-unanswered", talk.ticket_id, data=data)


async def stay(tx: Tx, talk: Conversation) -> None:
    await tx.remind(f"relay-idle:{talk.id}", tx.now + IDLE, "relay-idle", talk.ticket_id, data=_id(talk))
    tx.add(talk)


async def _close(tx: Tx, talk: Conversation) -> None:
    await tx.forget(deadline(talk), f"relay-idle:{talk.id}")
    talk.state, talk.ended_at, talk.asked_at = "ended", tx.now, None
    tx.add(talk)
    await tx.record(talk.ticket_id, "conversation", None, {"state": "ended"})
    await tx.flush()


async def _give_up(tx: Tx, office: Office, talk: Conversation, ticket: Ticket, reporter: Person) -> str:
    """Nobody answered: the reporter is told so, the desk is asked to call, and the bot listens to him again."""
    await _close(tx, talk)
    await notices.tell(tx, reporter, views.not_reached(office.voice, ticket), ticket)
    for person in await _staff(tx, office, escalated=True):
        await notices.tell(tx, person, views.unanswered(ticket, reporter), ticket)
    return "given up"


async def _contacted(tx: Tx, ticket: Ticket, who: Person) -> None:
    """The technician's first word to the reporter stops the response clock, as 已联系 does."""
    if holding.holds(ticket, who) and ticket.contacted_at is None and tickets.can(ticket, Action.CONTACT):
        await tickets.act(tx, ticket, Action.CONTACT, who)


async def _stored(tx: Tx, content: Content) -> bool:
    return (await tx.session.exec(select(Media.key).where(Media.key == content.media_key))).first() is not None


async def _held(tx: Tx, row: TimerRow) -> Conversation | None:
    statement = select(Conversation).where(Conversation.id == row.data["talk"])
    return (await tx.session.exec(statement.with_for_update())).first()


def _messages(content: Content, speaker: str, ticket: Ticket, *, ready: bool) -> list[Message]:
    if content.kind == "text":
        return list(views.said(speaker, content.text))
    if content.kind not in FETCHED:
        return [views.cannot_pass(speaker, content.kind, content.text, ticket)]
    if not ready:
        return [views.late(speaker, content.kind, ticket)]
    heard = [views.heard(speaker, content.text)] if content.text else []
    return [_shown(content), *heard]


def _shown(content: Content) -> Message:
    return Picture(media_key=content.media_key) if content.kind == "photo" else Recording(media_key=content.media_key)


def role(who: Person) -> str:
    return views.role(who, desk=people.is_desk(who))


def deadline(talk: Conversation, since: datetime | None = None) -> str:
    at = since or talk.asked_at
    return f"relay:{talk.id}:{at.isoformat() if at else ''}:{talk.turn}"


def _id(talk: Conversation) -> dict[str, int]:
    return {"talk": talk.id or 0}


async def refuse_classified(tx: Tx, who: Person) -> None:
    """A line of ours that may be classified is not passed and not kept."""
    await erasure.delivery(tx)
    await notices.tell(tx, who, views.not_passed())

"""What either end of a conversation sends is passed on from the ticket's timeline: in order, once, numbers masked.

A photo or recording is passed when it is fetched; what comes after it waits so long, but not for ever. What is
classified (R5) is never passed.
"""

from datetime import timedelta

from sqlmodel import col, select

from bot.core.outbound import Message, Picture, Recording
from bot.core.ticket import Status
from bot.desk import conversations, erasure, holding, people, tickets
from bot.desk.conversations import Conversation
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import Content, Media, Person, Ticket, TicketEvent, TimerRow
from bot.views import notices
from bot.views import relay as views

MEDIUM_WAIT = timedelta(seconds=30)
"""So long what comes after a photo or recording waits for it to be fetched."""
FETCHED = ("photo", "voice")
EVENT = tickets.RELAYED


async def wait_for(tx: Tx, talk: Conversation, ticket: Ticket) -> None:
    """A photo or recording was sent: what comes after it waits for it to be fetched, so long and no longer."""
    due = tx.now + MEDIUM_WAIT
    await tx.remind(f"{EVENT}-late:{tx.cause}", due, "relay-medium", ticket.id, data=conversations.reference(talk))


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
    if not await was_passed(tx, content):
        return False
    talk = await conversations.about(tx, content)
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


async def medium_late(tx: Tx, office: Office, row: TimerRow) -> str:
    """Timer: a medium may not hold up the words that came after it any longer."""
    talk = await conversations.of_timer(tx, row)
    if talk is None or talk.state == "ended":
        return "over"
    await pass_on(tx, office, talk)
    return "passed"


async def may_speak(tx: Tx, ticket: Ticket, who: Person) -> bool:
    """Whether he may be at our end about this ticket: a seat, or the technician who has it or what it was merged into."""
    about: Ticket | None = ticket
    while about is not None and about.status == Status.MERGED:
        about = await tickets.get(tx, about.parent_id)
    return people.is_desk(who) or (about is not None and holding.holds(about, who))


async def was_passed(tx: Tx, content: Content) -> bool:
    """Whether it was sent inside a conversation."""
    statement = select(TicketEvent.id).where(
        TicketEvent.ticket_id == content.ticket_id, TicketEvent.content_id == content.id, TicketEvent.kind == EVENT
    )
    return (await tx.session.exec(statement)).first() is not None


async def refuse_classified(tx: Tx, who: Person) -> None:
    """A line of ours that may be classified is not passed and not kept."""
    await erasure.delivery(tx)
    await notices.tell(tx, who, views.not_passed())


def role(who: Person) -> str:
    """As whom the reporter hears somebody of ours speak."""
    return views.role(who, desk=people.is_desk(who))


async def _stored(tx: Tx, content: Content) -> bool:
    return (await tx.session.exec(select(Media.key).where(Media.key == content.media_key))).first() is not None


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

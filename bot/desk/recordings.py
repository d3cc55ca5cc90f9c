"""What a recording says once a speech service has written it down: danger and classified matters are acted on at once.

All else is first asked back (是这个意思吗, bot/desk/intake.py). It comes minutes after the recording itself was taken as a
report without words, so that report may have to give way.
"""

from sqlmodel import col, select

from bot.core.ticket import Action
from bot.desk import danger as turning
from bot.desk import dispatch, erasure, intake, people, referral, relay_end, sequels, tickets
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import Content, Dialogue, Person, Ticket
from bot.views import notices
from bot.views import relay as views


async def classified(tx: Tx, office: Office, content: Content) -> bool:
    """R5: neither the words nor the recording are kept, shown or passed on. False when it is nothing of the kind."""
    said = await tx.session.get(Content, content.id)
    if content.kind != "voice" or said is None or not said.text:
        return False
    meaning = office.classifier.understand(said.text)
    ticket, who = await tickets.get(tx, said.ticket_id), await people.person(tx, said.person_id)
    if meaning.decision != "classified" or ticket is None or who is None:
        return False
    await relay_end.silence(tx, office, said)
    wordless = await _wordless(tx, who, ticket)
    await erasure.recording(tx, ticket, said)
    if who.id != ticket.reporter_id:
        await notices.tell(tx, who, views.not_passed())
    elif wordless:
        await intake.classified_after_all(tx, office, who, ticket)
    elif known := await sequels.told_before(tx, who, meaning):
        await sequels.again(tx, office, who, known, "", meaning)
    else:
        await referral.classified(tx, office, who, meaning)
    return True


async def danger(tx: Tx, office: Office, content: Content) -> Content | None:
    """R9: as if it had been typed. Returns the recording as the emergency has it, to be shown; None for anything else."""
    said = await tx.session.get(Content, content.id)
    if content.kind != "voice" or said is None or not said.text:
        return None
    meaning = office.classifier.understand(said.text)
    ticket, who = await tickets.get(tx, said.ticket_id), await people.person(tx, said.person_id)
    if meaning.decision != "emergency" or ticket is None or who is None:
        return None
    if await _wordless(tx, who, ticket):
        await _give_way(tx, who, ticket)
    if known := await sequels.told_before(tx, who, meaning):
        await sequels.again(tx, office, who, known, said.text, meaning)
        return None
    words = tickets.Words(said.text, "voice", said.media_key)
    own = await turning.source(tx, office, who, said.text, meaning)
    if own is not None:
        if own.id != ticket.id:
            await tickets.add_words(tx, own, who, words)
        await turning.turn(tx, office, who, own, said.text, meaning)
        return None if own.id == ticket.id else await _kept(tx, own, said.media_key)
    return await _kept(tx, await referral.emergency(tx, office, who, meaning, words), said.media_key)


async def _kept(tx: Tx, ticket: Ticket, media_key: str) -> Content | None:
    """The recording as a ticket has it."""
    await tx.flush()
    kept = select(Content).where(Content.ticket_id == ticket.id, col(Content.media_key) == media_key)
    return (await tx.session.exec(kept)).first()


async def _wordless(tx: Tx, who: Person, ticket: Ticket) -> bool:
    """Whether the ticket is the report that the recording was by itself, and still waits to be understood."""
    row = await tx.session.get(Dialogue, who.id)
    waits = row is not None and row.ticket_id == ticket.id and row.kind == "fault"
    return waits and ticket.kind == "unclear" and ticket.reporter_id == who.id and tickets.can(ticket, Action.REFER)


async def _give_way(tx: Tx, who: Person, ticket: Ticket) -> None:
    """Nothing more is asked about the report without words: the emergency has taken its place."""
    await tickets.act(tx, ticket, Action.CANCEL, None, by="overtaken", closed_at=tx.now)
    if (row := await tx.session.get(Dialogue, who.id)) is not None:
        await tx.session.delete(row)
        await tx.flush()
    await dispatch.stop_work(tx, ticket, "按紧急处理")

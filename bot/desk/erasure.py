"""Erasing what was said about a ticket (R5): from its timeline, from what came in and from what went out.

Of the ticket's own messages nothing is left but that they were sent; what still waits goes out without the words. In
messages about other matters only the words give way. Whoever was delivering meanwhile is not disturbed. SQLite's log is
emptied after the commit (Tx.erased).
"""

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, or_
from sqlmodel import col, delete, select

from bot.core.outbound import OUTBOUND, Card, CardUpdate, Markdown, Message, Picture, Recording, Say
from bot.core.updates import UPDATE, Text, Voice
from bot.store.engine import Tx
from bot.store.tables import (
    Content,
    Deed,
    Dialogue,
    InboxRow,
    Media,
    Merger,
    Offer,
    OutboxRow,
    Repair,
    SparePart,
    Ticket,
    TimerRow,
)
from bot.views.words import masked_in

REDACTED = "（已删除）"
CLASSIFIED: dict[str, Any] = {
    "kind": "classified", "route": "R5", "item": None, "fault": None, "guessed_fault": None, "request": None,
    "slots": {}, "because": [], "priority": "P2",
}  # fmt: skip
"""What is left of a ticket about classified equipment."""
TELLING = 6
"""Shorter words tell nothing by themselves: in other matters they are left alone (assumed)."""
BEFORE = timedelta(days=1)
"""How much earlier than it was handled a delivery may have come in (assumed)."""


async def of_ticket(tx: Tx, ticket: Ticket) -> None:
    """Erase every word and picture of a ticket, wherever it was written down."""
    said = [await _delivered(tx)]
    media: list[str] = []
    for content in (await tx.session.exec(select(Content).where(Content.ticket_id == ticket.id))).all():
        said.append(content.text)
        media.append(content.media_key)
        _blank(tx, content)
    media += await _held_back(tx, ticket)
    said += await _of_staff(tx, ticket)
    same = select(Content).where(_of_reporter(ticket), col(Content.text).in_(_telling(said)))
    for content in (await tx.session.exec(same)).all():  # one message may have been about several matters
        _blank(tx, content)
    await tx.flush()
    await delivery(tx)
    await _forget_media(tx, ticket, [key for key in media if key])
    secrets = _spelled(said)
    await _incoming(tx, ticket, [*secrets, *(key.partition(":")[2] for key in media if key)])
    await _own(tx, ticket, secrets)
    await _elsewhere(tx, ticket, _telling(secrets))
    for table in (Deed, Dialogue):
        await tx.session.exec(delete(table).where(col(table.ticket_id) == ticket.id))
    for merger in (await tx.session.exec(select(Merger).where(Merger.ticket_id == ticket.id))).all():
        merger.dialogue = {}
        tx.add(merger)
    await tx.flush()


async def _of_staff(tx: Tx, ticket: Ticket) -> list[str]:
    """What whoever worked on it wrote into fields of their own: taken out of them, and returned."""
    said = [ticket.cause]
    ticket.cause = ""
    tx.add(ticket)
    for offer in (await tx.session.exec(select(Offer).where(Offer.ticket_id == ticket.id, Offer.reason != ""))).all():
        said.append(offer.reason)
        offer.reason = ""
        tx.add(offer)
    for part in (await tx.session.exec(select(SparePart).where(SparePart.ticket_id == ticket.id))).all():
        said.append(part.name)
        part.name = REDACTED
        tx.add(part)
    for repair in (await tx.session.exec(select(Repair).where(Repair.ticket_id == ticket.id))).all():
        said += [repair.cause, repair.measures]
        repair.cause, repair.measures = "", ""
        tx.add(repair)
    return [text for text in said if text]


async def words(tx: Tx, ticket: Ticket, text: str) -> None:
    """Erase one thing that was said, by whoever is being heard, from a ticket that goes on."""
    await delivery(tx)
    kept = select(Content).where(Content.ticket_id == ticket.id, Content.text == text)
    for content in (await tx.session.exec(kept)).all():
        _blank(tx, content)
    await _elsewhere(tx, None, _spelled([text]))


async def recording(tx: Tx, ticket: Ticket, content: Content) -> None:
    """Erase one recording, its words and the delivery that brought it, from a ticket that goes on."""
    key = content.media_key
    tx.erased = True
    _blank(tx, content)
    await tx.flush()
    if key:
        await _incoming(tx, ticket, [key.partition(":")[2]])
        await _forget_media(tx, ticket, [key])


async def delivery(tx: Tx) -> None:
    """Erase the words of the delivery being handled."""
    tx.erased = True
    row = (await tx.session.exec(select(InboxRow).where(InboxRow.key == tx.cause))).first()
    if row is not None:
        row.payload = _silenced(row.payload)
        tx.add(row)


async def _delivered(tx: Tx) -> str:
    row = (await tx.session.exec(select(InboxRow).where(InboxRow.key == tx.cause))).first()
    content = UPDATE.validate_json(row.payload).content if row else None
    return content.text if isinstance(content, Text) else content.transcript if isinstance(content, Voice) else ""


def _blank(tx: Tx, content: Content) -> None:
    if content.erased_at is None:
        content.text, content.media_key, content.erased_at = "", "", tx.now
        tx.add(content)


HELD = "photo-silent"
"""The deadlines that hold what somebody showed."""


def held_key(person_id: int | None) -> str:
    """The deadline that holds what somebody showed until he says what it belongs to (bot/desk/photos.py)."""
    return f"photo:{person_id}"


async def _held_back(tx: Tx, ticket: Ticket) -> list[str]:
    """What its reporter, or whoever has it in hand, showed and has not placed yet may be of this matter: it is let go."""
    keys: list[str] = []
    held = select(TimerRow).where(TimerRow.kind == HELD, col(TimerRow.fired_at).is_(None))
    for row in (await tx.session.exec(held)).all():
        if row.key == held_key(ticket.reporter_id) or ticket.id in row.data["tickets"]:
            keys += [str(photo["media_key"]) for photo in row.data["photos"]]
            row.data, row.fired_at, row.outcome = {}, tx.now, "erased"
            tx.add(row)
    return keys


def _of_reporter(ticket: Ticket) -> ColumnElement[bool]:
    """What is kept about the reporter's tickets from this one's time on."""
    since = ticket.created_at - BEFORE
    return col(Content.ticket_id).in_(
        select(Ticket.id).where(Ticket.reporter_id == ticket.reporter_id, Ticket.created_at >= since)
    )


async def _forget_media(tx: Tx, ticket: Ticket, keys: Sequence[str]) -> None:
    """The bytes go as well, unless another matter has the same picture."""
    kept = select(Content.media_key).where(_of_reporter(ticket), col(Content.media_key).in_(keys))
    shared = set((await tx.session.exec(kept)).all())
    await tx.session.exec(delete(Media).where(col(Media.key).in_(set(keys) - shared)))


async def _incoming(tx: Tx, ticket: Ticket, secrets: Sequence[str]) -> None:
    """The deliveries that carried it, by whomever; what was not handled yet is judged when its turn comes."""
    if not secrets:
        return
    since = select(InboxRow.id).where(InboxRow.received_at < ticket.created_at - BEFORE)
    first = (await tx.session.exec(since.order_by(col(InboxRow.id).desc()).limit(1))).first() or 0
    found = select(InboxRow).where(
        col(InboxRow.id) > first, InboxRow.state != "new", or_(*(_carries(InboxRow.payload, s) for s in secrets))
    )
    for row in (await tx.session.exec(found)).all():
        row.payload = _silenced(row.payload)
        tx.add(row)


async def _own(tx: Tx, ticket: Ticket, secrets: Sequence[str]) -> None:
    for row in (await tx.session.exec(select(OutboxRow).where(OutboxRow.ticket_id == ticket.id))).all():
        outbound = OUTBOUND.validate_json(row.payload)
        if isinstance(outbound.message, Picture | Recording) and row.state == "queued":
            row.state, row.error = "void", "erased"
        waits = row.state == "queued"
        message = _without(outbound.message, secrets) if waits else _emptied(outbound.message)
        row.payload = outbound.model_copy(update={"message": message}).model_dump_json()
        tx.add(row)


async def _elsewhere(tx: Tx, ticket: Ticket | None, secrets: Sequence[str]) -> None:
    """Lists and notices of other matters that quoted it, since it was said."""
    if not secrets:
        return
    before = ticket.created_at if ticket else tx.now
    since = select(OutboxRow.id).where(OutboxRow.queued_at < before)
    first = (await tx.session.exec(since.order_by(col(OutboxRow.id).desc()).limit(1))).first() or 0
    found = select(OutboxRow).where(
        col(OutboxRow.id) > first, or_(*(_carries(OutboxRow.payload, s[:TELLING]) for s in secrets))
    )
    for row in (await tx.session.exec(found)).all():
        outbound = OUTBOUND.validate_json(row.payload)
        message = _without(outbound.message, secrets)
        row.payload = outbound.model_copy(update={"message": message}).model_dump_json()
        tx.add(row)


def _spelled(said: Sequence[str]) -> list[str]:
    """The words as they were said and as views spell them (one line, telephone numbers masked), the longest first."""
    flat = {form for text in said for form in (text, " ".join(text.split()))}
    return sorted({s for form in flat for s in (form, masked_in(form)) if len(s) > 1}, key=len, reverse=True)


def _telling(said: Sequence[str]) -> list[str]:
    return [text for text in said if len(text) >= TELLING]


def _carries(column: Any, text: str) -> ColumnElement[bool]:
    """Whether a JSON payload holds a text."""
    return col(column).contains(json.dumps(text, ensure_ascii=False)[1:-1], autoescape=True)


def _silenced(payload: str) -> str:
    update = UPDATE.validate_json(payload)
    return update.model_copy(update={"content": Text(text=REDACTED)}).model_dump_json()


def _emptied(message: Message) -> Message:
    match message:
        case Say():
            return Say(text=REDACTED)
        case Markdown():
            return Markdown(text=REDACTED)
        case Picture() | Recording():
            return message.model_copy(update={"media_key": ""})
        case Card():
            return Card(card_id=message.card_id, title=REDACTED)
        case CardUpdate():
            return message.model_copy(update={"card": None})
    return message


def _without(message: Message, secrets: Sequence[str]) -> Message:
    """The message with the words cut out of everything that is read."""
    match message:
        case Say() | Markdown():
            return message.model_copy(update={"text": _cut(message.text, secrets)})
        case Card():
            shown = {name: _cut(getattr(message, name), secrets) for name in ("title", "description", "body", "hint")}
            lines = tuple((label, _cut(text, secrets)) for label, text in message.lines)
            return message.model_copy(update={**shown, "lines": lines})
        case CardUpdate(card=Card() as card):
            return message.model_copy(update={"card": _without(card, secrets)})
    return message


def _cut(text: str, secrets: Sequence[str]) -> str:
    """Also what a view cut short (words.clip): a beginning of the words with … after it."""
    for secret in secrets:
        text = text.replace(secret, REDACTED)
        if secret[:TELLING] in text and "…" in text:
            for length in range(len(secret) - 1, TELLING - 1, -1):
                text = text.replace(f"{secret[:length]}…", REDACTED)
    return text

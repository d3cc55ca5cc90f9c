"""Judging a press: is this card known, is it this person's, is it still to be pressed. No card lies, no press is ignored."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sqlmodel import col, select

from bot.core.outbound import CardUpdate, Target
from bot.core.updates import Press
from bot.desk import people, tickets
from bot.store.engine import Tx
from bot.store.tables import CardRow, Dialogue, InboxRow, Person, Ticket

READING = timedelta(seconds=3)
"""Nobody has read a card, and typed an answer to it, sooner than this after it was sent (assumed)."""


class Verdict(StrEnum):
    GOOD = "good"
    STALE = "stale"
    FOREIGN = "foreign"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Pressed:
    verdict: Verdict
    ticket: Ticket | None
    actor: str = ""
    """Who has the ticket now, for the answer to a stale press."""


async def judge(tx: Tx, press: Press, who: Person) -> Pressed:
    """What to make of a press. The code it brought is kept: it is the newest permission to change that card."""
    card = await tx.session.get(CardRow, press.card_id)
    ticket = await tickets.get(tx, card.ticket_id) if card else None
    if card is None or ticket is None:
        return Pressed(Verdict.UNKNOWN, None)
    if card.person_id != who.id:
        return Pressed(Verdict.FOREIGN, ticket)
    if press.response_code:
        card.response_code, card.code_at = press.response_code, tx.now
        tx.add(card)
    if card.closed:
        holder = await people.person(tx, ticket.assignee_id)
        return Pressed(Verdict.STALE, ticket, holder.name if holder else "")
    return Pressed(Verdict.GOOD, ticket)


async def about(tx: Tx, press: Press, who: Person, prefix: str) -> str:
    """What follows `prefix` in the purpose of a pressed card that is about no ticket; empty when it was not given to him.

    The code the press brought is kept: it is the newest permission to change that card.
    """
    card = await tx.session.get(CardRow, press.card_id)
    if card is None or card.person_id != who.id or not card.purpose.startswith(prefix):
        return ""
    if press.response_code:
        card.response_code, card.code_at = press.response_code, tx.now
        tx.add(card)
    return card.purpose.removeprefix(prefix)


async def pressed_by_line(tx: Tx, who: Person, words: str, tail: str) -> Press:
    """The press that a line of text stands for (see `core.typed_press`); of an unknown card when there is none such."""
    statement = select(CardRow).where(CardRow.tail == tail, CardRow.person_id == who.id)
    card = (await tx.session.exec(statement)).first()
    if card is None:
        return Press(card_id=tail, verb=words)
    return Press(card_id=card.card_id, verb=card.buttons.get(words, words))


async def read_by(tx: Tx, ticket: Ticket, who: Person, purpose: str) -> bool:
    """Whether he had the time to read his card of this purpose before he said what is being handled now."""
    shown = select(CardRow.sent_at).where(
        CardRow.ticket_id == ticket.id, CardRow.person_id == who.id, CardRow.purpose == purpose, ~col(CardRow.closed)
    )
    times = (await tx.session.exec(shown)).all()
    came = (await tx.session.exec(select(InboxRow.received_at).where(InboxRow.key == tx.cause))).first() or tx.now
    return bool(times) and all(at is not None and came - at >= READING for at in times)


async def shown_since(tx: Tx, ticket: Ticket, who: Person, purpose: str) -> bool:
    """Whether he was shown another card that is still open after his card of this purpose."""
    mine = select(CardRow).where(CardRow.person_id == who.id, ~col(CardRow.closed), col(CardRow.sent_at).is_not(None))
    shown = (await tx.session.exec(mine)).all()
    own = [c.sent_at for c in shown if c.sent_at and (c.ticket_id, c.purpose) == (ticket.id, purpose)]
    return bool(own) and any(c.sent_at and c.sent_at > max(own) for c in shown)


async def relabel(tx: Tx, press: Press, label: str) -> None:
    """Close the buttons of the card that was just pressed, with the code the press brought."""
    card = await tx.session.get(CardRow, press.card_id)
    if card is not None:
        update = CardUpdate(card_id=card.card_id, label=label)
        await tx.send(tx.next_key(), Target.model_validate_json(card.target), update, ticket_id=card.ticket_id)


async def pending(tx: Tx, who: Person) -> Dialogue | None:
    """The one question somebody still owes us an answer to."""
    return await tx.session.get(Dialogue, who.id)


async def expect(tx: Tx, who: Person, ticket: Ticket | None, kind: str, data: dict[str, object] | None = None) -> None:
    """Wait for a typed answer (a reason, a cause, one of several) from somebody."""
    number = (ticket.id if ticket else None) or 0
    await tx.session.merge(
        Dialogue(person_id=who.id or 0, ticket_id=number, kind=kind, data=data or {}, asked_at=tx.now)
    )


async def answered(tx: Tx, who: Person) -> None:
    if (row := await tx.session.get(Dialogue, who.id)) is not None:
        await tx.session.delete(row)
        await tx.flush()

"""Gathering: people send a report in pieces ("打印机" "卡了" "三楼302"), so an unfinished one waits a moment for the next.

The ticket exists from the first piece on; only the answer waits: some seconds for the next piece, and no longer than a
limit in all (service levels `fragment_wait_s`, `fragment_total_s`). What is complete is acted on at once, and safety
never waits. While it gathers nothing is said, so nothing is asked that comes next.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlmodel import select

from bot.core.ticket import Action, Status
from bot.desk import intake, people, referral, selfhelp, tickets
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import Dialogue, Person, Ticket, TicketEvent, TimerRow
from bot.views import notices, reporter
from bot.views.words import place as place_of
from knowledge import Understanding

GATHERED = "gathered"
PIECE = 14
"""Characters: a longer message is a sentence, and is answered as it stands."""


def unfinished(office: Office, ticket: Ticket, understanding: Understanding, text: str) -> bool:
    """Whether more is likely to come: a short message that lacks what is broken, or where when that is needed."""
    if len(text) > PIECE or understanding.safety or ticket.priority == "P1" or len(understanding.faults) > 1:
        return False
    if understanding.decision in ("ask", "human"):
        return True
    fault = office.book.faults.get(understanding.fault or "")
    needs_place = fault is not None and fault.mode != "remote" and not selfhelp.comes_first(office, ticket)
    return understanding.decision == "dispatch" and needs_place and not place_of(ticket)


async def report(tx: Tx, office: Office, who: Person, text: str, understanding: Understanding) -> None:
    """A typed report: acted on at once when it is complete, held for a moment when it is not."""
    if understanding.decision not in ("dispatch", "ask", "human"):
        await intake.report(tx, office, who, text, understanding)
        return
    words = tickets.Words(text)
    ticket = await tickets.open_ticket(tx, office, who, understanding, words)
    if unfinished(office, ticket, understanding, text):
        await _begin(tx, office, who, ticket)
    else:
        await intake.fault(tx, office, who, ticket, understanding, words)


async def _begin(tx: Tx, office: Office, who: Person, ticket: Ticket) -> None:
    row = Dialogue(person_id=who.id or 0, ticket_id=ticket.id or 0, kind="gather", data={}, asked_at=tx.now)
    await tx.session.merge(row)
    await tx.remind(
        _key(ticket), tx.now + _seconds(office.book.service_levels.sla.fragment_wait_s), "gather-over", ticket.id
    )


async def more(tx: Tx, office: Office, who: Person, ticket: Ticket, words: tickets.Words) -> None:
    """The next piece: together they may be complete."""
    await tickets.add_words(tx, ticket, who, words)
    understanding = await together(tx, office, ticket)
    await _take(tx, ticket, understanding)
    where = (
        understanding.decision == "dispatch" and not place_of(ticket) and ticket.priority != "P1"
    )  # likely comes next
    if understanding.decision in ("ask", "human") or where or unfinished(office, ticket, understanding, ""):
        sla = office.book.service_levels.sla
        due = min(tx.now + _seconds(sla.fragment_wait_s), ticket.created_at + _seconds(sla.fragment_total_s))
        await tx.remind(_key(ticket), due, "gather-over", ticket.id)
    else:
        await _end(tx, office, who, ticket, understanding)


async def finish(tx: Tx, office: Office, who: Person, ticket: Ticket, text: str) -> bool:
    """Whether what is said now begins another matter (对了我键盘也按不动): then what was told is acted on as it stands."""
    if not office.context.begins_another(office.context.gist(await tickets.said(tx, ticket)), text):
        return False
    await _end(tx, office, who, ticket, await together(tx, office, ticket))
    return True


async def over(tx: Tx, office: Office, row: TimerRow) -> str:
    """Timer: nothing more came; what was said is acted on."""
    ticket = await tickets.get(tx, row.ticket_id)
    who = await people.person(tx, ticket.reporter_id) if ticket else None
    if ticket is None or who is None or not await still(tx, who, ticket):
        return "moved on"
    await _end(tx, office, who, ticket, await together(tx, office, ticket))
    return "acted"


async def still(tx: Tx, who: Person, ticket: Ticket) -> bool:
    """Whether the report is still being told. Once the desk has acted on the ticket it is not: we wait no longer."""
    if Status(ticket.status) in (Status.NEW, Status.NEED_INFO):
        return True
    await _forget(tx, who, ticket)
    return False


async def drop(tx: Tx, who: Person, ticket: Ticket) -> None:
    """Another matter came first (an emergency): the unfinished report goes with it."""
    await _forget(tx, who, ticket)
    await tickets.act(tx, ticket, Action.CANCEL, None, by="overtaken", closed_at=tx.now)


def fresh(office: Office, ticket: Ticket, now: datetime) -> bool:
    """Whether the report is so young that what follows still belongs to it and needs no answer of its own."""
    return now - ticket.created_at < _seconds(office.book.service_levels.sla.fragment_total_s)


async def in_pieces(tx: Tx, ticket: Ticket) -> bool:
    """Whether the report was put together from several messages, the last of which was answered for all."""
    statement = select(TicketEvent.id).where(TicketEvent.ticket_id == ticket.id, TicketEvent.kind == GATHERED)
    return (await tx.session.exec(statement.limit(1))).first() is not None


async def urged(tx: Tx, who: Person, ticket: Ticket, text: str) -> None:
    """催一下 amid the pieces is none of them: he hears what is still to be told, and the report goes on as it stands."""
    await tickets.add_words(tx, ticket, who, tickets.Words(text, kind=tickets.URGE))
    await tickets.change(tx, ticket, "urged", who, urged=ticket.urged + 1)
    await notices.tell(tx, who, reporter.urged_untold(ticket), ticket)


async def together(tx: Tx, office: Office, ticket: Ticket) -> Understanding:
    """What all pieces mean together: the details say where and when, the others what."""
    said = await tickets.said(tx, ticket)
    whole, gist = office.classifier.understand("，".join(said)), office.context.gist(said)
    return replace(office.classifier.understand(gist), slots=whole.slots) if gist else whole


async def _take(tx: Tx, ticket: Ticket, understanding: Understanding) -> None:
    guess = tickets.guessed(understanding)
    kind = "fault" if understanding.kind == "fault" and guess else "unclear"
    await tickets.change(
        tx, ticket, GATHERED, None,
        kind=kind, item=understanding.item, fault=guess, guessed_fault=guess,
        safety=understanding.safety, priority=understanding.priority, confidence=round(understanding.confidence, 4),
        because=list(understanding.because), slots={**ticket.slots, **tickets.slots_of(understanding)},
    )  # fmt: skip


async def _end(tx: Tx, office: Office, who: Person, ticket: Ticket, understanding: Understanding) -> None:
    await _forget(tx, who, ticket)
    if understanding.decision == "classified":
        await referral.by_answer(tx, office, who, ticket, "R5")
    elif understanding.decision == "route" and understanding.route:
        await referral.by_answer(tx, office, who, ticket, understanding.route)
    elif understanding.decision == "request":
        await intake.request_after_all(tx, office, who, ticket, understanding)
    else:
        await intake.proceed(tx, office, who, ticket, understanding)


async def _forget(tx: Tx, who: Person, ticket: Ticket) -> None:
    await tx.forget(_key(ticket))
    row = await tx.session.get(Dialogue, who.id)
    if row is not None and row.ticket_id == ticket.id:
        await tx.session.delete(row)
        await tx.flush()


def _seconds(count: int) -> timedelta:
    return timedelta(seconds=count)


def _key(ticket: Ticket) -> str:
    return f"gather:{ticket.id}"

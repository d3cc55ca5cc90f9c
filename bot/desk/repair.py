"""The repair record (收尾记录): cause, measures, fault leaf and minutes, asked for in one short dialogue after 已解决.

The ticket is resolved at once and the reporter asked to confirm; the record is owed by the technician until it is
complete. Every part can also be given in one line; words that say nothing are asked about once more.
"""

from datetime import timedelta

from sqlmodel import col, select

from bot.core.repair import Moment, Said, missing, read, says_nothing, worked
from bot.core.repair import minutes_of as minutes_of
from bot.desk import people, tickets
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import Dialogue, Person, Repair, Ticket, TicketEvent, TimerRow
from bot.views import notices
from bot.views import repair as views
from knowledge import read_answer

REMIND = timedelta(minutes=10)
REMIND_AGAIN = timedelta(hours=2)
"""An unfinished record is asked for again after these, then the desk knows (assumed)."""
REMINDERS = 2
OPTIONS = 4
SURE = 0.3
"""A typed fault counts when the classifier gives one leaf of the item at least this."""
KIND = "repair"


async def begin(tx: Tx, office: Office, ticket: Ticket, who: Person, text: str = "") -> None:
    """已解决 was pressed, or typed with words: keep what was said, ask for the rest."""
    row = await tx.session.get(Repair, ticket.id)
    if row is None:
        row = Repair(ticket_id=ticket.id or 0, person_id=who.id or 0)
        tx.add(row)
        await tx.flush()
    if text:
        await take(tx, office, ticket, who, text)
    else:
        await _ask(tx, office, ticket, who, row)


async def take(tx: Tx, office: Office, ticket: Ticket, who: Person, text: str, part: str = "words") -> None:
    """An answer, or more of the record; `part` is what was asked."""
    row = await tx.session.get(Repair, ticket.id)
    if row is None:
        row = Repair(ticket_id=ticket.id or 0, person_id=who.id or 0)
    if part == "fault" and text.strip() == views.NONE_OF_THESE:
        await notices.tell(tx, who, views.name_the_fault(ticket), ticket)
        return
    if part == "fault" and (told := read(text)).minutes and not (told.cause or told.measures or told.fault):
        row.minutes = told.minutes  # an answer to what is asked after it
    elif part == "fault":
        if not await _take_fault(tx, office, ticket, who, row, text):
            await _ask(tx, office, ticket, who, row, again=True)
            return
    elif part == "minutes" and text.strip().isdigit():
        row.minutes = minutes_of(f"{text.strip()}分钟")
    else:
        await tickets.add_words(tx, ticket, who, tickets.Words(text), "repair-words")
        if says_nothing(text) and not row.vague and minutes_of(text) is None and part in ("words", "measures", "cause"):
            row.vague += 1
            tx.add(row)
            await _ask(tx, office, ticket, who, row, again=True)
            return
        await _take_words(tx, office, ticket, who, row, text, part)
    tx.add(row)
    await _keep_cause(tx, ticket, who, row)
    await _ask(tx, office, ticket, who, row)


async def choose(tx: Tx, office: Office, ticket: Ticket, who: Person, part: str, value: str) -> None:
    """A button: the cause in general, a fault leaf (empty: none of these), or minutes."""
    row = await tx.session.get(Repair, ticket.id)
    if row is None:
        return
    if part == "fault" and value not in office.book.faults:
        await notices.tell(tx, who, views.name_the_fault(ticket), ticket)
        return
    if part == "fault":
        await _set_fault(tx, office, ticket, who, row, value)
    elif part == "minutes":
        row.minutes = minutes_of(f"{value}分钟")
    else:
        row.cause = views.CAUSES.get(value, "")
    tx.add(row)
    await _keep_cause(tx, ticket, who, row)
    await _ask(tx, office, ticket, who, row)


async def drop(tx: Tx, ticket: Ticket) -> None:
    """没修好: the record was of a repair that did not hold; the next one is written anew, the timeline keeps both."""
    if (row := await tx.session.get(Repair, ticket.id)) is not None:
        await _forget_question(tx, ticket, row.person_id)
        await tx.session.delete(row)
        await tx.flush()
    await tx.forget(*_timers(ticket))
    await notices.close_cards(tx, ticket, ("repair",), "没修好")


async def show(tx: Tx, office: Office, ticket: Ticket, who: Person) -> None:
    """记录 17: what is on record, and what is missing."""
    row = await tx.session.get(Repair, ticket.id)
    gap = _gap(ticket, row) if row else "words"
    await notices.tell(tx, who, views.record(office.voice, ticket, row, gap), ticket)


async def reminder(tx: Tx, office: Office, row: TimerRow) -> str:
    """Timer: the record is still unfinished."""
    ticket, record = await tickets.get(tx, row.ticket_id), await tx.session.get(Repair, row.ticket_id)
    if ticket is None or record is None or record.done_at is not None:
        return "complete"
    who = await people.person(tx, record.person_id)
    record.reminded += 1
    tx.add(record)
    if who is None or record.reminded > REMINDERS:
        for seat in await people.seats(tx, office.fallback_owner):
            await notices.tell(tx, seat, views.desk_misses(ticket, who), ticket)
        return "desk"
    await notices.tell(tx, who, views.still_missing(ticket), ticket)
    await _ask(tx, office, ticket, who, record)
    return "asked"


def may_write(ticket: Ticket, who: Person) -> bool:
    """Whoever held the ticket when it was solved, and the desk for him."""
    return ticket.assignee_id == who.id or people.is_desk(who)


async def _take_words(tx: Tx, office: Office, ticket: Ticket, who: Person, row: Repair, text: str, part: str) -> None:
    said = read(text)
    if says_nothing(text) and said.minutes is None:
        said = Said(**{**vars(said), "cause": "", "measures": text.strip()})
    if part in ("cause", "measures") and not (said.cause and said.measures):
        words = "，".join(w for w in (said.cause, said.measures) if w)
        said = Said(**{**vars(said), "cause": "", "measures": "", part: words})
    row.cause = said.cause[:200] or row.cause
    row.measures = said.measures[:400] or row.measures
    row.minutes = said.minutes or row.minutes
    if said.fault:
        await _take_fault(tx, office, ticket, who, row, said.fault)


async def _take_fault(tx: Tx, office: Office, ticket: Ticket, who: Person, row: Repair, text: str) -> bool:
    """The leaf that typed words mean: one of the options, yes to the present one, or by classifying them."""
    options = await _options(tx, office, ticket)
    names = [views.option(office.voice, slug) for slug in options]
    meant = office.classifier.understand(text)
    if text.strip() in ("对", "是", "是的", "对的", "没错", "就是") and ticket.fault:
        chosen: str | None = ticket.fault
    elif (pick := read_answer(names, text)) is not None:
        chosen = options[pick]
    else:
        named = [s for s, f in office.book.faults.items() if text.strip() in (s, f.name, f.plain, f.option)]
        own = [c.fault for c in meant.candidates if _item(office, c.fault) == ticket.item and c.score >= SURE]
        chosen = next(iter([*named, *own]), meant.fault if meant.decision == "dispatch" else None)
    if chosen is None or chosen not in office.book.faults:
        return False
    await _set_fault(tx, office, ticket, who, row, chosen)
    return True


async def _set_fault(tx: Tx, office: Office, ticket: Ticket, who: Person, row: Repair, slug: str) -> None:
    """What it was is certain now, also where it had only been guessed."""
    row.fault = slug
    kind = "fault" if ticket.kind == "unclear" else ticket.kind
    if slug != ticket.fault:
        item = office.book.faults[slug].item
        await tickets.change(tx, ticket, "fault-corrected", who, fault=slug, item=item, kind=kind)
    elif kind != ticket.kind:
        await tickets.change(tx, ticket, "fault-confirmed", who, fault=slug, kind=kind)
    else:
        await tx.record(ticket.id or 0, "fault-confirmed", who.id, {"fault": slug})


async def _keep_cause(tx: Tx, ticket: Ticket, who: Person, row: Repair) -> None:
    """The cause stands on the ticket as soon as it is known, however far the record is."""
    if row.cause and row.cause != ticket.cause:
        await tickets.change(tx, ticket, "cause", who, cause=row.cause)


async def _ask(tx: Tx, office: Office, ticket: Ticket, who: Person, row: Repair, *, again: bool = False) -> None:
    """The next missing part; with none missing the record is complete."""
    part = _gap(ticket, row)
    await notices.close_cards(tx, ticket, ("repair",), "已记录")
    if not part:
        await _finish(tx, office, ticket, who, row)
        return
    await tx.session.merge(
        Dialogue(person_id=who.id or 0, ticket_id=ticket.id or 0, kind=KIND, data={"part": part}, asked_at=tx.now)
    )
    await _remind(tx, ticket, row)
    if part == "fault":
        options = await _options(tx, office, ticket)
        if again:
            await notices.tell(tx, who, views.unknown_fault(ticket), ticket)
        await notices.hand(tx, who, KIND, lambda c: views.ask_fault(office.voice, ticket, c, options), ticket)
    elif part == "minutes":
        proposed = await _proposed(tx, ticket)
        await notices.hand(tx, who, KIND, lambda c: views.ask_minutes(ticket, c, proposed), ticket)
    elif part == "cause" and not again:
        await notices.hand(tx, who, KIND, lambda c: views.ask_cause(ticket, c, row.measures), ticket)
    else:
        await notices.tell(tx, who, views.ask_words(ticket, part, again), ticket)


async def _finish(tx: Tx, office: Office, ticket: Ticket, who: Person, row: Repair) -> None:
    row.done_at = tx.now
    tx.add(row)
    await tx.forget(*_timers(ticket))
    await _forget_question(tx, ticket, who.id)
    await tx.record(ticket.id or 0, "repair-recorded", who.id, {"fault": row.fault, "minutes": row.minutes})
    await notices.tell(tx, who, views.record(office.voice, ticket, row, ""), ticket)


async def _remind(tx: Tx, ticket: Ticket, row: Repair) -> None:
    wait = REMIND if not row.reminded else REMIND_AGAIN
    await tx.remind(_timers(ticket)[row.reminded], tx.now + wait, "repair-due", ticket.id, "resolved,closed")


async def _options(tx: Tx, office: Office, ticket: Ticket) -> list[str]:
    """Fault leaves to choose from: the present one first, then those of its item that what was said points to."""
    said = office.classifier.understand("；".join((await tickets.said(tx, ticket))[:2]))
    of_item = [slug for slug, fault in office.book.faults.items() if fault.item == ticket.item]
    likely = [c.fault for c in said.candidates if not ticket.item or _item(office, c.fault) == ticket.item]
    present = [ticket.fault] if ticket.fault else []
    return list(dict.fromkeys([*present, *likely, *of_item]))[:OPTIONS]


async def _proposed(tx: Tx, ticket: Ticket) -> int:
    rows = await tx.session.exec(
        select(TicketEvent).where(TicketEvent.ticket_id == ticket.id).order_by(col(TicketEvent.id))
    )
    return worked([Moment(event.at, event.kind) for event in rows.all()], ticket.resolved_at or tx.now)


async def _forget_question(tx: Tx, ticket: Ticket, person_id: int | None) -> None:
    row = await tx.session.get(Dialogue, person_id) if person_id else None
    if row is not None and row.kind == KIND and row.ticket_id == ticket.id:
        await tx.session.delete(row)
        await tx.flush()


def _gap(ticket: Ticket, row: Repair) -> str:
    """What is missing; a service request has neither cause nor fault."""
    known = {"cause": ticket.kind, "fault": ticket.kind} if ticket.kind == "request" else {}
    return missing({**row.model_dump(), **known})


def _timers(ticket: Ticket) -> list[str]:
    """The keys of the reminders, by how many there were before."""
    return [f"repair:{ticket.id}:{count}" for count in range(REMINDERS + 2)]


def _item(office: Office, slug: str) -> str:
    return office.book.faults[slug].item if slug in office.book.faults else ""

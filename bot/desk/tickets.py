"""Tickets: opened, found, and changed by compare-and-set along the transitions table. The only writer of `Ticket`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import col, select, update

from bot.core.ticket import LIVE, Action, NotAllowed, Status, advance, stamp, step_back
from bot.desk import people
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import Content, Conversation, OutboxRow, Person, TicketEvent
from bot.store.tables import Ticket as Ticket
from knowledge import Understanding

STAMPED = (
    "triaged_at",
    "dispatched_at",
    "accepted_at",
    "contacted_at",
    "arrived_at",
    "restored_at",
    "resolved_at",
    "confirmed_at",
)


class Overtaken(Exception):
    """Somebody changed the ticket in between; the update is handled again on the new state."""


@dataclass(frozen=True)
class Words:
    """What the person sent, to be kept apart from the event."""

    text: str = ""
    kind: str = "text"
    media_key: str = ""


URGE = "urge"
"""Kind of the words that urge a report while it is being told."""
OF_STAFF = frozenset(
    {
        "approval-question", "disputed", "evidence", "handover-reason", "help-said", "help-words", "late-note", "override-reason",
        "priority-reason", "refer-proof", "refusal-reason", "remark", "repair-words", "settled-note", "step-skipped",
    }
)  # fmt: skip
"""Kinds of events whose words are a technician's, a seat's or an approver's: no word of what is broken."""
PROOF = "refer-proof"
"""The kind of event of what shows that a ticket is somebody else's to mend."""
RELAYED = "relayed"
"""The kind of event of what either end of a conversation says."""
GUESS = 0.3
"""Confidence below which a fault is not even a guess worth showing the desk."""


def guessed(understanding: Understanding) -> str | None:
    """The fault a message is read as, if that is more than a shot in the dark."""
    dark = understanding.decision == "human" and understanding.confidence < GUESS
    return None if dark else understanding.fault


async def open_ticket(
    tx: Tx, office: Office, reporter: Person, understanding: Understanding, words: Words, **values: Any
) -> Ticket:
    """A ticket from the first message on. `values` override what the understanding says (kind, route …)."""
    guess = guessed(understanding)
    known = understanding.kind == "request" or (understanding.kind == "fault" and (guess or not understanding.fault))
    fields: dict[str, Any] = {
        "kind": understanding.kind if known else "unclear",
        "item": understanding.item if guess or not understanding.fault else None,
        "fault": guess,
        "guessed_fault": guess,
        "request": understanding.request,
        "route": understanding.route,
        "safety": understanding.safety,
        "confidence": round(understanding.confidence, 4),
        "priority": understanding.priority,
        "slots": {**reporter.usual_place, **slots_of(understanding)},
        "because": list(understanding.because),
        **values,
    }
    ticket = Ticket(
        reporter_id=reporter.id or 0,
        unit_id=reporter.unit_id,
        site_id=await people.site_of(tx, reporter),
        knowledge_version=office.book.version,
        levels_version=office.book.service_levels.version,
        created_at=tx.now,
        **fields,
    )
    tx.add(ticket)
    await tx.flush()
    data = {"kind": ticket.kind, "fault": ticket.fault, "request": ticket.request, "route": ticket.route}
    content = (
        Content(
            ticket_id=ticket.id or 0,
            person_id=reporter.id,
            at=tx.now,
            kind=words.kind,
            text=words.text,
            media_key=words.media_key,
        )
        if words.text or words.media_key
        else None
    )
    await tx.record(ticket.id or 0, "opened", reporter.id, {k: v for k, v in data.items() if v}, content)
    first = min(office.book.service_levels.sla.warnings) * office.target(ticket.priority, "response") / 100
    await reckon(tx, ticket, office.clock(ticket.priority).add(tx.now, first))
    return ticket


async def reckon(tx: Tx, ticket: Ticket, at: datetime | None = None) -> None:
    """Have the ticket's clocks looked at (bot/desk/warnings.py) at an instant, or at once."""
    await tx.remind(f"clock:{ticket.id}", at or tx.now, "clock", ticket.id)


NEARER = frozenset({"accept", "undo", "not-fixed", "reopen"})
"""Events that may bring a target nearer: another holder, or its clock runs again."""


def _nearer(ticket: Ticket, event: str, values: dict[str, Any]) -> bool:
    """Whether a change may bring a target nearer. What takes it further away is seen when the timer fires."""
    return (
        event in NEARER
        or (event == Action.TRIAGE and ticket.status == Status.NEED_INFO)
        or values.get("priority", ticket.priority) != ticket.priority
        or bool(ticket.paused and values.get("paused") == "")
    )


async def add_words(tx: Tx, ticket: Ticket, person: Person, words: Words, kind: str = "added") -> None:
    """Keep something said or shown about a ticket on its timeline."""
    content = Content(
        ticket_id=ticket.id or 0,
        person_id=person.id,
        at=tx.now,
        kind=words.kind,
        text=words.text,
        media_key=words.media_key,
    )
    await tx.record(ticket.id or 0, kind, person.id, {"medium": words.kind}, content)
    if words.media_key:
        tx.wake.add("media")


async def of_message(tx: Tx, message_id: str) -> int | None:
    """The ticket a message of ours was about, by the platform's id of that message."""
    statement = select(OutboxRow.ticket_id).where(OutboxRow.message_id == message_id)
    return (await tx.session.exec(statement)).first()


async def keep_recording(tx: Tx, person: Person, media_key: str) -> None:
    """Keep the recording of something that was understood by its transcript with the ticket it was about, if any."""
    if (live := await live_of(tx, person)) and live[0].kind != "classified":
        await add_words(tx, live[0], person, Words("", kind="voice", media_key=media_key))


async def change(tx: Tx, ticket: Ticket, event: str, actor: Person | None, /, **values: Any) -> Ticket:
    """Set columns by compare-and-set and record the event. Raises Overtaken when somebody was first."""
    nearer = _nearer(ticket, event, values)
    await _set(tx, ticket, values)
    data = {k: v for k, v in values.items() if isinstance(v, str | int | float | bool | type(None)) and k != "cause"}
    await tx.record(ticket.id or 0, event, actor.id if actor else None, data)
    if nearer:
        await reckon(tx, ticket)
    return ticket


async def _set(tx: Tx, ticket: Ticket, values: Mapping[str, Any]) -> None:
    statement = (
        update(Ticket)
        .where(col(Ticket.id) == ticket.id, col(Ticket.version) == ticket.version)
        .values(version=ticket.version + 1, **values)
        .execution_options(synchronize_session=False)
    )
    result = await tx.session.exec(statement)
    if result.rowcount != 1:
        raise Overtaken(f"ticket {ticket.id} moved on from version {ticket.version}")
    await tx.session.refresh(ticket)


async def appoint(
    tx: Tx,
    ticket: Ticket,
    event: str,
    actor: Person | None,
    window: tuple[datetime, datetime] | None,
    data: dict[str, Any],
) -> None:
    """Set when somebody comes (None: nothing is agreed) by compare-and-set, with the event that says why."""
    start, end = window or (None, None)
    await _set(tx, ticket, {"visit_from": start, "visit_until": end})
    await tx.record(ticket.id or 0, event, actor.id if actor else None, data)


async def pause(tx: Tx, office: Office, ticket: Ticket, who: Person | None, reason: str) -> None:
    """The clock waits, by compare-and-set. Whose time it is stays what it was at this moment, whatever is configured later."""
    await _set(tx, ticket, {"paused": reason})
    await tx.record(ticket.id or 0, "paused", who.id if who else None, office.paused(reason))


def pause_key(ticket: Ticket) -> str:
    """The timer that ends the pause of a ticket by itself."""
    return f"pause:{ticket.id}"


async def take_back(tx: Tx, ticket: Ticket, who: Person, values: Mapping[str, Any], events: Sequence[int]) -> None:
    """Set the columns as they were before `events`, which count no longer. Raises NotAllowed or Overtaken."""
    step_back(Status(ticket.status), Status(values["status"]))
    await _set(tx, ticket, values)
    await tx.record(ticket.id or 0, "undone", who.id, {"of": list(events)})
    await reckon(tx, ticket)


async def act(tx: Tx, ticket: Ticket, action: Action, actor: Person | None, **values: Any) -> Ticket:
    """Carry out an action of the table. Raises NotAllowed (with the true state) or Overtaken."""
    before = Status(ticket.status)
    after = advance(before, action, Status(ticket.status_before) if ticket.status_before else None)
    stamps = stamp(action, {name: getattr(ticket, name) for name in STAMPED}, tx.now)
    if action in (Action.REFER, Action.MERGE):
        values["status_before"] = str(before)
    if after is Status.CLOSED and ticket.closed_at is None:
        stamps["closed_at"] = tx.now
    if after is not before and ticket.paused:
        values.setdefault("paused", "")
    return await change(tx, ticket, str(action), actor, status=str(after), **stamps, **values)


def begun_at(ticket: Ticket) -> datetime:
    """When the provider's time to send somebody begins: with the report, of a request once it may be carried out, of what
    was opened again with the reopening.
    """
    return (ticket.triaged_at if ticket.kind == "request" or ticket.reopened else None) or ticket.created_at


def can(ticket: Ticket, action: Action) -> bool:
    try:
        advance(Status(ticket.status), action, Status(ticket.status_before) if ticket.status_before else None)
    except NotAllowed:
        return False
    return True


async def get(tx: Tx, ticket_id: int | None) -> Ticket | None:
    return await tx.session.get(Ticket, ticket_id) if ticket_id else None


async def live_of(tx: Tx, reporter: Person) -> list[Ticket]:
    """The reporter's open tickets, newest first."""
    statement = select(Ticket).where(Ticket.reporter_id == reporter.id, col(Ticket.status).in_([str(s) for s in LIVE]))
    return list((await tx.session.exec(statement.order_by(col(Ticket.id).desc()))).all())


async def latest_of(tx: Tx, reporter: Person) -> Ticket | None:
    statement = select(Ticket).where(Ticket.reporter_id == reporter.id).order_by(col(Ticket.id).desc()).limit(1)
    return (await tx.session.exec(statement)).first()


async def held_by(tx: Tx, technician: Person) -> list[Ticket]:
    """The open tickets a technician has accepted, oldest first."""
    states = [Status.ACCEPTED, Status.EN_ROUTE, Status.ON_SITE, Status.REMOTE, Status.RESTORED]
    statement = select(Ticket).where(
        Ticket.assignee_id == technician.id, col(Ticket.status).in_([str(s) for s in states])
    )
    return list((await tx.session.exec(statement.order_by(col(Ticket.id)))).all())


async def assigned_to(tx: Tx, who: Person) -> list[Ticket]:
    """The open tickets that bear his name, whatever their state, oldest first."""
    live = [str(s) for s in LIVE]
    statement = select(Ticket).where(Ticket.assignee_id == who.id, col(Ticket.status).in_(live))
    return list((await tx.session.exec(statement.order_by(col(Ticket.id)))).all())


async def take_up(tx: Tx, ticket: Ticket, who: Person) -> None:
    """His bare words are about this ticket, unless they are about another one that he holds."""
    if who.focus_ticket_id not in {t.id for t in await held_by(tx, who) if t.id != ticket.id}:
        who.focus_ticket_id = ticket.id
        tx.add(who)


async def let_go(tx: Tx, ticket: Ticket, who: Person) -> None:
    """It is not his any more: his bare words are about the one that is left; with several nothing is guessed."""
    if who.focus_ticket_id == ticket.id:
        others = [t for t in await held_by(tx, who) if t.id != ticket.id]
        who.focus_ticket_id = others[0].id if len(others) == 1 else None
        tx.add(who)


async def open_tickets(tx: Tx, statuses: Sequence[Status] | None = None) -> list[Ticket]:
    wanted = [str(s) for s in (statuses or LIVE)]
    statement = select(Ticket).where(col(Ticket.status).in_(wanted)).order_by(col(Ticket.id))
    return list((await tx.session.exec(statement)).all())


async def newest_open(tx: Tx, limit: int) -> list[Ticket]:
    """The newest so many of the open tickets, newest first; the others are not read."""
    statement = select(Ticket).where(col(Ticket.status).in_([str(s) for s in LIVE]))
    return list((await tx.session.exec(statement.order_by(col(Ticket.id).desc()).limit(limit))).all())


async def first_words(tx: Tx, ticket: Ticket) -> str:
    """The reporter's own words, as far as they are kept."""
    return "；".join((await said(tx, ticket))[:3])


async def said(tx: Tx, ticket: Ticket, since: datetime | None = None) -> list[str]:
    """What was told of a ticket so far, or after a time, in order, as far as it is kept: not what staff wrote of it or said to
    the reporter, and no urging.
    """
    asks = select(Conversation.reporter_id).where(Conversation.ticket_id == ticket.id)
    staff = select(TicketEvent.content_id).where(
        TicketEvent.ticket_id == ticket.id,
        col(TicketEvent.kind).in_(OF_STAFF)
        | ((col(TicketEvent.kind) == RELAYED) & col(TicketEvent.actor_id).not_in(asks)),
        col(TicketEvent.content_id).is_not(None),
    )
    told = (Content.ticket_id == ticket.id, Content.text != "", Content.kind != URGE, ~col(Content.id).in_(staff))
    after = (Content.at > since,) if since is not None else ()
    statement = select(Content.text).where(*told, *after).order_by(col(Content.id))
    return list((await tx.session.exec(statement)).all())


async def just_relayed(tx: Tx, ticket: Ticket, who: Person, text: str, to: Person | None = None) -> bool:
    """Whether these words of his were passed on in a conversation about the ticket a moment ago (`to` whom, if given): they are
    on its timeline, and whoever is at the other end has read them.
    """
    statement = (
        select(TicketEvent.id)
        .join(Content, col(Content.id) == col(TicketEvent.content_id))
        .join(Conversation, col(Conversation.ticket_id) == col(TicketEvent.ticket_id))
        .where(TicketEvent.ticket_id == ticket.id, TicketEvent.kind == RELAYED, TicketEvent.actor_id == who.id)
        .where(Content.text == text, Content.at == tx.now, Conversation.state == "open")
    )
    if to is not None:
        statement = statement.where(Conversation.partner_id == to.id)
    return (await tx.session.exec(statement.limit(1))).first() is not None


def slots_of(understanding: Understanding) -> dict[str, Any]:
    """What a message says of where, which and when; only what was said."""
    return {k: v for k, v in dict(understanding.slots).items() if v not in (None, "", [], {})}

"""补录: what a technician did while nothing could be sent, told afterwards.

The ticket moves at once, at the time of receipt. Each entry keeps the claimed and the received time; the claimed one
counts only once the reporter or the desk has confirmed it, and then in the stamps and in the charge alike.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlmodel import col, func, select

from bot.core import late_entries as core
from bot.core.late_entries import Entry, Refused, What
from bot.core.outbound import Card
from bot.core.ticket import Action
from bot.desk import bookings, closing, guidance, people, proof, signal, tickets
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import LateEntry, Person, Ticket, TicketEvent
from bot.views import notices, thumb

CARD = "late"
"""The purpose of the card that asks whether the times are right."""
ACTIONS = {What.CONTACT: Action.CONTACT, What.ARRIVE: Action.ARRIVE, What.RESTORED: Action.RESTORED}
LATELY = timedelta(days=1)
"""So long after somebody else's answer his own is told how it stands (assumed)."""
STAMPS = {"contact": "contacted_at", "arrive": "arrived_at", "restored": "restored_at", "resolved": "resolved_at"}


async def enter(tx: Tx, office: Office, ticket: Ticket, who: Person, line: str) -> None:
    """Take the entries of a line, all or none, move the ticket and ask whether the times are right."""
    entries = placed(office, ticket, line, tx.now)
    if isinstance(entries, Refused):
        refused = thumb.late_refused(office.voice, ticket, entries.problem, entries.about)
        await notices.tell(tx, who, refused, ticket)
        return
    await signal.back(tx, office, who, entered=True)
    rows = [await _keep(tx, office, ticket, who, entry) for entry in entries]
    words = [entry.words for entry in entries]
    await notices.tell(tx, who, thumb.late_noted(office.voice, ticket, rows, words), ticket)
    if any(row.what != What.NOTE for row in rows):
        await _ask(tx, office, ticket, who, rows, words)
    if entries[-1].what is not What.RESOLVED and ticket.fault and ticket.arrived_at:
        await guidance.resume(tx, office, ticket, who)


def placed(office: Office, ticket: Ticket, line: str, now: datetime) -> list[Entry] | Refused:
    """The entries of a line in the time since the ticket was accepted, or why they cannot be taken."""
    said, zone = core.read(line), office.voice.zone
    accepted = (ticket.accepted_at or ticket.created_at).astimezone(zone)
    return said if isinstance(said, Refused) else core.place(said, now.astimezone(zone), accepted)


def may_decide(ticket: Ticket, who: Person) -> bool:
    """The reporter or the desk; never the one who made the entries."""
    return ticket.assignee_id != who.id and (who.id == ticket.reporter_id or people.is_desk(who))


async def awaited(tx: Tx, who: Person) -> list[Ticket]:
    """The tickets of which late entries wait for his word: his own, or, at the desk, all."""
    waiting = select(LateEntry.ticket_id).where(LateEntry.state == "waiting")
    found = (await tx.session.exec(select(Ticket).where(col(Ticket.id).in_(waiting)).order_by(col(Ticket.id)))).all()
    return [ticket for ticket in found if may_decide(ticket, who)]


async def asked_at(tx: Tx, ticket: Ticket) -> datetime:
    """When it was last asked whether the times that wait are right."""
    waiting = select(func.max(LateEntry.received_at)).where(
        LateEntry.ticket_id == ticket.id, LateEntry.state == "waiting", LateEntry.what != str(What.NOTE)
    )
    return (await tx.session.exec(waiting)).one() or tx.now


async def lately_decided(tx: Tx, who: Person) -> tuple[Ticket, bool] | None:
    """The ticket whose late entries, his to confirm, were decided last within the past day, and whether they count."""
    statement = (
        select(LateEntry).where(col(LateEntry.decided_at) > tx.now - LATELY).order_by(col(LateEntry.decided_at).desc())
    )
    for row in (await tx.session.exec(statement)).all():
        ticket = await tickets.get(tx, row.ticket_id)
        if ticket is not None and may_decide(ticket, who):
            return ticket, row.state == "confirmed"
    return None


async def decide(tx: Tx, office: Office, ticket: Ticket, who: Person, *, right: bool) -> bool:
    """The claimed times count from now on, or never. False when none waits."""
    statement = select(LateEntry).where(LateEntry.ticket_id == ticket.id, LateEntry.state == "waiting")
    rows = list((await tx.session.exec(statement.order_by(col(LateEntry.id)))).all())
    if not rows:
        return False
    for row in rows:
        row.state, row.decided_by, row.decided_at = ("confirmed" if right else "refused"), who.id, tx.now
        tx.add(row)
    if right:
        await _count(tx, ticket, who, rows)
        if who.id == ticket.reporter_id:
            for kind in {row.what for row in rows if row.event_id} & set(proof.KINDS):
                await proof.said(tx, office, ticket, who, kind, right=True, quiet=True)
    else:
        await tx.record(ticket.id or 0, "late-refused", who.id, {"entries": [row.id for row in rows]})
    await notices.close_cards(tx, ticket, (CARD,), "已确认" if right else "未确认")
    for told in {who.id: who, rows[0].person_id: await people.person(tx, rows[0].person_id)}.values():
        await notices.tell(tx, told, thumb.late_decided(ticket, right=right), ticket)
    return True


async def _count(tx: Tx, ticket: Ticket, who: Person, rows: Sequence[LateEntry]) -> None:
    """Put the claimed times into the stamps they belong to, and into the charge by the event."""
    moved = [row for row in rows if row.event_id is not None]
    stamps: dict[str, Any] = {}
    for row in moved:
        name = STAMPS[row.what]
        if getattr(ticket, name) == row.received_at:
            stamps[name] = row.claimed_at
        if row.what == What.RESOLVED and ticket.restored_at == row.received_at:
            stamps.setdefault("restored_at", row.claimed_at)
    if stamps:
        await tickets.change(tx, ticket, "late-stamps", who, **stamps)
    times = {str(row.event_id): row.claimed_at.isoformat() for row in moved}
    await tx.record(ticket.id or 0, "late-confirmed", who.id, {"entries": [row.id for row in rows], "times": times})


async def _keep(tx: Tx, office: Office, ticket: Ticket, who: Person, entry: Entry) -> LateEntry:
    """One entry: its row, its event with both times, the words kept apart, and the move it means."""
    at = entry.at.astimezone(UTC)
    row = LateEntry(
        ticket_id=ticket.id or 0, person_id=who.id or 0, what=str(entry.what), claimed_at=at, received_at=tx.now
    )
    row.event_id = await _move(tx, office, ticket, who, entry.what)
    tx.add(row)
    await tx.flush()
    times = {"claimed": at.isoformat(), "received": tx.now.isoformat()}
    await tx.record(ticket.id or 0, "late-entry", who.id, {"entry": row.id, "what": row.what, **times})
    if entry.what is What.NOTE:
        await tickets.add_words(tx, ticket, who, tickets.Words(entry.words), "late-note")
    return row


async def _move(tx: Tx, office: Office, ticket: Ticket, who: Person, what: What) -> int | None:
    """Move the ticket as the entry says, where its state allows. Returns the number of the event that did it."""
    if what is What.RESOLVED and tickets.can(ticket, Action.RESOLVED):
        await closing.resolved(tx, office, ticket, who)
        return await _event(tx, ticket, Action.RESOLVED)
    action = ACTIONS.get(what)
    if action is None or not tickets.can(ticket, action):
        return None
    await tickets.act(tx, ticket, action, who)
    if what is What.ARRIVE:
        await bookings.arrived(tx, ticket, who)
    if what in proof.KINDS:
        await proof.pressed(tx, ticket, who, str(what))
    return await _event(tx, ticket, action)


async def _event(tx: Tx, ticket: Ticket, action: Action) -> int | None:
    await tx.flush()
    statement = select(func.max(TicketEvent.id)).where(
        TicketEvent.ticket_id == ticket.id, TicketEvent.kind == str(action)
    )
    return (await tx.session.exec(statement)).one()


async def _ask(
    tx: Tx, office: Office, ticket: Ticket, who: Person, rows: Sequence[LateEntry], words: Sequence[str]
) -> None:
    asker = await people.person(tx, ticket.reporter_id)
    readers = {p.id: p for p in [*await people.seats(tx, office.fallback_owner), *([asker] if asker else [])]}
    for reader in readers.values():
        if not may_decide(ticket, reader):
            continue

        def card(card_id: str, *, desk: bool = reader.id != ticket.reporter_id) -> Card:
            return thumb.late_ask(office.voice, ticket, card_id, who.name, rows, words, desk=desk)

        await notices.hand(tx, reader, CARD, card, ticket)

"""撤销: within two minutes a technician takes back the last thing he did, exactly, as if it had not been; with a trace.

Only what stands as he left it can be taken back. Whatever cannot is answered with the reason and what to do instead.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import col, func, select

from bot.core.ticket import NotAllowed, Status
from bot.desk import bookings, consent, guidance, holding, merging, people, proof, tickets
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import Deed, Dialogue, Guidance, Person, Ticket, TicketEvent, TimerRow
from bot.views import notices, thumb

WINDOW = timedelta(minutes=2)
FORGOTTEN = timedelta(hours=1)
"""After this long 撤销 is no longer about what he did, but about a report of his own, as it is for anybody."""
STAMPS = ("contacted_at", "arrived_at", "restored_at", "resolved_at")
STEPS = frozenset({"step-ok", "step-fail", "step-skip", "gate-confirmed"})
TAKEN_BACK = STEPS | {"contact", "en-route", "arrive", "remote", "restored", "resolved", "paused", "resumed"}
"""Kinds of events that can be taken back."""
ALONG = frozenset(
    {"resumed", "step-skipped", "escalated", "consent-asked", "visit-kept", "visit-missed", "visit-withdrawn"}
)
"""Events that only come along with one of those: a move ends a pause, a skip keeps its reason, a step asks for consent,
an arrival keeps an appointment, a solution needs none."""
REPORTER_KNEW = frozenset({"en-route", "arrive", "remote", "resolved", "paused", "resumed"})


async def stand(tx: Tx, ticket: Ticket) -> dict[str, Any]:
    """How the ticket and its procedure stand now, as JSON."""
    row = await tx.session.get(Guidance, ticket.id)
    last = select(func.max(TicketEvent.id)).where(TicketEvent.ticket_id == ticket.id)
    stamps = {name: at.isoformat() if (at := getattr(ticket, name)) else None for name in STAMPS}
    return {
        "ticket": {"status": ticket.status, "paused": ticket.paused, **stamps},
        "guidance": row.model_dump(mode="json") if row else None,
        "version": ticket.version,
        "event": (await tx.session.exec(last)).one() or 0,
    }


async def remember(tx: Tx, ticket: Ticket, who: Person, before: dict[str, Any]) -> None:
    """Keep what a technician has just done, if he did anything."""
    if not people.is_engineer(who):
        return
    await tx.flush()
    statement = select(TicketEvent.id).where(
        TicketEvent.ticket_id == ticket.id,
        TicketEvent.actor_id == who.id,
        col(TicketEvent.id) > before["event"],
        col(TicketEvent.kind) != "evidence",
    )
    events = [number for number in (await tx.session.exec(statement.order_by(col(TicketEvent.id)))).all() if number]
    if events:
        deed = Deed(person_id=who.id or 0, ticket_id=ticket.id or 0, at=tx.now, before=before, events=events)
        deed.after = await stand(tx, ticket)
        await tx.session.merge(deed)


async def take_back(tx: Tx, office: Office, who: Person, named: int | None) -> bool:
    """Undo his last deed, or say why not. `named`: the ticket he means. False when there is no deed to speak of."""
    deed = await tx.session.get(Deed, who.id)
    ticket = await tickets.get(tx, deed.ticket_id) if deed else None
    if deed is None or ticket is None or tx.now - deed.at > FORGOTTEN:
        return False
    kinds = await _kinds(tx, deed)
    kind = next((k for k in kinds if k not in ALONG), kinds[0])
    if named not in (None, ticket.id):
        mine = await tickets.get(tx, named)
        if mine is None or mine.assignee_id != who.id:
            return False
        await notices.tell(tx, who, thumb.last_was(ticket, kind, named or 0), ticket)
        return True
    problem = await _problem(tx, deed, ticket, who, kinds)
    if problem:
        await notices.tell(tx, who, thumb.cannot_undo(ticket, kind, problem), ticket)
        return True
    try:
        await tickets.take_back(tx, ticket, who, _columns(deed.before["ticket"]), deed.events)
    except NotAllowed:
        await notices.tell(tx, who, thumb.cannot_undo(ticket, kind, "moved-on"), ticket)
        return True
    await _restore(tx, office, deed, ticket, who, kind, kinds)
    return True


async def _problem(tx: Tx, deed: Deed, ticket: Ticket, who: Person, kinds: list[str]) -> str:
    """Why the deed cannot be taken back; empty when it can."""
    if not TAKEN_BACK & set(kinds) or set(kinds) - TAKEN_BACK - ALONG:
        return "final"
    if tx.now - deed.at > WINDOW:
        return "late"
    now = await stand(tx, ticket)
    if ticket.assignee_id != who.id or any(now[key] != deed.after[key] for key in ("version", "guidance")):
        return "moved-on"
    return ""


async def _restore(
    tx: Tx, office: Office, deed: Deed, ticket: Ticket, who: Person, kind: str, kinds: list[str]
) -> None:
    """Everything beside the ticket's own columns: the procedure, what is still awaited, the cards, who was told."""
    if "resolved" in kinds:
        await tx.forget(f"confirm:{ticket.id}:0", f"confirm:{ticket.id}:1", f"autoclose:{ticket.id}")
        await notices.close_cards(tx, ticket, ("confirm",), "已更正")
        for person_id, awaited in ((ticket.reporter_id, "confirm"), (who.id, "repair")):
            dialogue = await tx.session.get(Dialogue, person_id)
            if dialogue is not None and (dialogue.ticket_id, dialogue.kind) == (ticket.id, awaited):
                await tx.session.delete(dialogue)
    for claimed in {"arrive", "contact"} & set(kinds):
        if deed.before["ticket"][proof.KINDS[claimed][0]] is None:
            await proof.forget(tx, ticket, claimed)
    if "resumed" in kinds and ticket.paused:
        await _pause_again(tx, ticket)
    if {"visit-kept", "visit-missed", "visit-withdrawn"} & set(kinds):
        await bookings.again(tx, office, ticket)
    await _put_back(tx, ticket, deed.before["guidance"])
    await tx.session.delete(deed)
    who.focus_ticket_id = ticket.id
    tx.add(who)
    await tx.flush()
    await notices.tell(tx, who, thumb.undone(ticket, kind), ticket)
    if REPORTER_KNEW & set(kinds):
        asker = await people.person(tx, ticket.reporter_id)
        await notices.tell(tx, asker, thumb.corrected(ticket, who.name, kind), ticket)
    if "resolved" in kinds:
        await merging.unfollow(tx, ticket)
    if "escalated" in kinds:
        for seat in await people.seats(tx, office.fallback_owner):
            await notices.tell(tx, seat, thumb.corrected(ticket, who.name, kind), ticket)
    row = await tx.session.get(Guidance, ticket.id)
    if row is not None:
        await guidance.show(tx, office, ticket, who, row)
    else:
        await consent.withdraw(tx, ticket)
        await notices.close_cards(tx, ticket, ("step", "gate", "ended"), "已撤销", who.id)
        await holding.work_card(tx, office, ticket, who)


async def _pause_again(tx: Tx, ticket: Ticket) -> None:
    """The pause ends when it would have ended: its timer was closed, and has kept its time."""
    key = tickets.pause_key(ticket)
    row = (await tx.session.exec(select(TimerRow).where(TimerRow.key == key))).first()
    if row is not None:
        await tx.remind(key, row.due_at, row.kind, ticket.id)


async def _put_back(tx: Tx, ticket: Ticket, before: Mapping[str, Any] | None) -> None:
    row = await tx.session.get(Guidance, ticket.id)
    if row is not None and before is None:
        await tx.session.delete(row)
    elif before is not None:
        await tx.session.merge(Guidance.model_validate(before))
    await tx.flush()


def _columns(before: Mapping[str, Any]) -> dict[str, Any]:
    """The ticket's columns out of their JSON."""
    stamps = {name: datetime.fromisoformat(before[name]) if before[name] else None for name in STAMPS}
    return {"status": str(Status(before["status"])), "paused": before["paused"], **stamps}


async def _kinds(tx: Tx, deed: Deed) -> list[str]:
    statement = select(TicketEvent.kind).where(col(TicketEvent.id).in_(deed.events)).order_by(col(TicketEvent.id))
    return list((await tx.session.exec(statement)).all())

"""What must hold at every instant of a day: nothing ownerless, illegal, overdue or unaccounted for, and the event log alone
gives the same state again.
"""

import json
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import select

from bot import app
from bot.core import charging
from bot.core.charging import Mark
from bot.core.ticket import AT_WORK, LIVE, TRANSITIONS, Action, Status, advance, step_back
from bot.desk import clocks, people
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import AccountRow, InboxRow, Offer, OutboxRow, Person, Ticket, TicketEvent, TimerRow


class Watch:
    """Looks at a desk from instant to instant."""

    def __init__(self) -> None:
        self._fired: dict[str, tuple[datetime, datetime]] = {}
        """Key → when it was due and when it fired, as last seen."""

    async def look(self, desk: app.Desk) -> None:
        async with desk.db.write("look") as tx:
            await handled(tx)
            await self._fired_once(tx)
            events: dict[int, list[TicketEvent]] = {}
            for event in await rows(tx, TicketEvent):
                events.setdefault(event.ticket_id, []).append(event)
            for ticket in await rows(tx, Ticket):
                replayed(ticket, events[ticket.id])
                await tiled(tx, desk.office, ticket, events[ticket.id])
                if Status(ticket.status) in LIVE:
                    await owned(tx, desk.office, ticket)

    async def _fired_once(self, tx: Tx) -> None:
        """What is due has fired, at the first try, not early; and what has fired does not fire again."""
        for row in await rows(tx, TimerRow):
            assert row.tries == 0 and row.outcome not in ("dead", "unknown"), row
            if row.fired_at is None:
                assert row.due_at > tx.now, row
                continue
            if row.outcome in ("forgotten", "merged"):  # it did not fire: nobody waits for it any more
                continue
            assert row.fired_at >= row.due_at, row
            due, fired = self._fired.get(row.key, (None, None))
            assert due != row.due_at or fired == row.fired_at, row
            self._fired[row.key] = (row.due_at, row.fired_at)


async def rows(tx: Tx, table: type[Any]) -> list[Any]:
    return list((await tx.session.exec(select(table).order_by(table.id))).all())


async def handled(tx: Tx) -> None:
    """Whatever was said was handled at the first try, whatever was to be delivered was."""
    assert [(r.state, r.tries, r.payload) for r in await rows(tx, InboxRow) if r.state != "done" or r.tries] == []
    dead = [(r.state, r.error) for r in await rows(tx, OutboxRow) if r.state == "dead"]
    assert [(state, error) for state, error in dead if not any(sign in error for sign in app.GONE)] == []


async def verdicts(desk: app.Desk) -> dict[int, Any]:
    """How each ticket stands against its clock."""
    async with desk.db.write("verdicts") as tx:
        return {t.id: await clocks.readings(tx, desk.office, t) for t in await rows(tx, Ticket)}


async def owned(tx: Tx, office: Office, ticket: Ticket) -> None:
    """Exactly one owner who can be reached: the holder, the one it is offered to, or else the desk."""
    offers = (await tx.session.exec(select(Offer).where(Offer.ticket_id == ticket.id, Offer.state == "open"))).all()
    assert len(offers) <= 1, ticket
    if ticket.owner == "technician":
        assert ticket.assignee_id is None or not offers, ticket
        named = ticket.assignee_id or (offers[0].person_id if offers else None)
        holder = await people.person(tx, named)
        assert holder is not None and people.is_engineer(holder), ticket
        assert await reachable(tx, holder), (ticket, holder)
    else:
        assert ticket.owner == "desk", ticket
        assert Status(ticket.status) not in AT_WORK, ticket
        seats = await people.seats(tx, office.fallback_owner)
        assert any([await reachable(tx, seat) for seat in seats]), (ticket, seats)


async def reachable(tx: Tx, who: Person) -> bool:
    rows = await tx.session.exec(select(AccountRow).where(AccountRow.person_id == who.id))
    return any(row.reachable and row.connection for row in rows.all())


KEPT = ("status", "owner", "assignee_id", "paused", "priority")
"""What the events alone must give again."""


def replayed(ticket: Ticket, events: list[TicketEvent]) -> None:
    """Every state was reached by the table, and the events from the first on give the ticket as it stands."""
    state: dict[str, Any] = {"status": "new"}
    before: dict[int, dict[str, Any]] = {}
    came_from: Status | None = None
    for event in events:
        before[event.id or 0] = dict(state)
        if event.kind == "undone":
            back = before[event.data["of"][0]]
            step_back(Status(state["status"]), Status(back["status"]))
            state = dict(back)
            continue
        if "status" in event.data:
            was, now = Status(state["status"]), Status(event.data["status"])
            assert event.kind in set(Action), event
            assert advance(was, Action(event.kind), came_from) is now, (was, event)
            assert (was, Action(event.kind)) in TRANSITIONS or event.kind == Action.UNDO
            came_from = was if event.kind in (Action.REFER, Action.MERGE) else came_from
        state |= {k: event.data[k] for k in KEPT if k in event.data}
    assert {k: getattr(ticket, k) for k in state} == state, ticket


async def tiled(tx: Tx, office: Office, ticket: Ticket, events: list[TicketEvent]) -> None:
    """The parts of the clock lie edge to edge from the report to its end, and a log read back gives the same ones."""
    until = ticket.closed_at or tx.now
    parts = await clocks.parts(tx, office, ticket)
    assert sum(charging.charged(parts).values(), timedelta(0)) == max(until - ticket.created_at, timedelta(0)), ticket
    edges = [ticket.created_at, *(p.end for p in parts)]
    assert [p.start for p in parts] == edges[:-1], parts
    log = [json.loads(json.dumps([e.id, e.at.isoformat(), e.kind, e.data])) for e in events]
    marks = [Mark(n, datetime.fromisoformat(at), kind, data) for n, at, kind, data in log]
    clock = office.clock(ticket.priority)
    assert charging.intervals(marks, until, clock if hasattr(clock, "spans") else None) == parts

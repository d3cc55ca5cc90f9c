"""The tickets that wait for somebody who may take them, and the plan that shares them out together.

A waiting ticket is a timer row: it is looked at again when it is due, and whenever something changes (somebody comes on
duty, accepts, hands back, a new report). The desk owns it meanwhile and may give it away by hand at any time.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from sqlmodel import col, select

from bot.core.assignment import Need, Ranked
from bot.core.planning import Job, Planned, plan
from bot.core.ticket import Status
from bot.desk.office import Office
from bot.desk.solver import solve
from bot.store.engine import Tx
from bot.store.tables import Ticket, TimerRow

LOOK_AGAIN = timedelta(minutes=15)
"""A waiting ticket is planned again at least this often (assumed)."""
AT_ONCE = 60
"""Waiting tickets that are planned together, the oldest first; the rest follow at the next change."""
KIND = "waiting"


async def wait(tx: Tx, ticket: Ticket) -> None:
    """The ticket waits; it is looked at again in a while whatever happens."""
    if any(row.due_at > tx.now for row in await _rows(tx, ticket.id)):
        return
    due = tx.now + LOOK_AGAIN
    key = f"{KIND}:{ticket.id}:{int(due.timestamp())}"
    await tx.remind(key, due, KIND, ticket.id, str(Status.TRIAGED))


async def leave(tx: Tx, ticket: Ticket) -> None:
    """It waits no more."""
    await tx.forget(*(row.key for row in await _rows(tx, ticket.id)))


async def waiting(tx: Tx, besides: int | None = None) -> list[Ticket]:
    """The tickets that wait and that nobody at the desk has taken in hand, the oldest first."""
    rows = select(TimerRow.ticket_id).where(TimerRow.kind == KIND, col(TimerRow.fired_at).is_(None))
    found = await tx.session.exec(
        select(Ticket)
        .where(col(Ticket.id).in_(rows), Ticket.status == str(Status.TRIAGED), col(Ticket.assignee_id).is_(None))
        .order_by(col(Ticket.created_at), col(Ticket.id))
        .limit(AT_ONCE)
    )
    return [ticket for ticket in found.all() if ticket.id != besides]


def shared_out(
    office: Office, tickets: Sequence[Ticket], needs: Mapping[int, Need], options: Mapping[int, Sequence[Ranked]]
) -> dict[int, Planned]:
    """Whose each ticket is and in which of his trips; tickets that nobody may take are not in it."""
    jobs = [
        Job(t.id, t.priority or "P3", needs[t.id].place, tuple(options[t.id]), needs[t.id].minutes_left)
        for t in tickets
        if t.id is not None
    ]
    return {planned.ticket_id: planned for planned in plan(jobs, office.weights, solve).planned}


async def _rows(tx: Tx, ticket_id: int | None) -> list[TimerRow]:
    statement = select(TimerRow).where(
        TimerRow.kind == KIND, TimerRow.ticket_id == ticket_id, col(TimerRow.fired_at).is_(None)
    )
    return list((await tx.session.exec(statement)).all())

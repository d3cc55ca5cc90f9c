"""The desk at a glance: who is on duty, every open ticket with its nearest target, where each repair stands.

Reads only. The demo's page shows it beside the phones; nothing of it is sent to anybody.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any

from sqlmodel import col, select

from bot.core import charging
from bot.core.calendar import WorkingTime
from bot.core.charging import Mark, Party
from bot.core.duty import Standing, Turn
from bot.core.ticket import AT_WORK, Status
from bot.desk import approvals, clocks, consent, people, rounds, shifts, tickets, warnings
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import Consent, Guidance, Offer, Person, Ticket
from bot.views import overview as views
from knowledge import Procedure, Step

SHOWN = 40
"""Open tickets shown, the newest: a panel, not a report."""
REPAIRS = AT_WORK | {Status.RESTORED}


async def overview(tx: Tx, office: Office) -> dict[str, Any]:
    """`people`, `tickets` (newest first) and `repairs`, as the panel shows them; changes nothing."""
    everyone = {p.id or 0: p for p in await people.placed(tx, people.STAFF)}
    live = await tickets.newest_open(tx, SHOWN)
    offers = await _offers(tx, live)
    found: dict[str, list[dict[str, Any]]] = {
        "people": await _roster(tx, office, everyone, await shifts.turns(tx)),
        "tickets": [],
        "repairs": [],
    }
    for ticket in live:
        marks = await clocks.marks(tx, ticket)
        holder = await people.person(tx, ticket.assignee_id)
        offer = offers.get(ticket.id or 0)
        given = await people.person(tx, offer.person_id) if offer is not None else None
        asked = given if holder is None else None
        found["tickets"].append(
            views.ticket(
                office.voice,
                ticket,
                holder=holder,
                asked=asked,
                awaited=await approvals.awaited(tx, ticket),
                one_round=await rounds.of(tx, ticket.id),
                now=tx.now,
                clock=await _clock(tx, office, ticket, marks),
                why=views.why(offer, given) if offer is not None else None,
            )
        )
        if holder is not None and Status(ticket.status) in REPAIRS:
            found["repairs"].append(await _repair(tx, office, ticket, holder, marks))
    return {"now": tx.now.isoformat(), **found}


async def _offers(tx: Tx, live: Sequence[Ticket]) -> dict[int, Offer]:
    """Per ticket the offer that stands: open, or accepted by whoever holds it."""
    wanted = {t.id: t for t in live}
    statement = select(Offer).where(col(Offer.ticket_id).in_(list(wanted)), col(Offer.state).in_(["open", "accepted"]))
    rows = (await tx.session.exec(statement.order_by(col(Offer.id)))).all()
    return {o.ticket_id: o for o in rows if o.state == "open" or wanted[o.ticket_id].assignee_id == o.person_id}


async def _roster(tx: Tx, office: Office, everyone: dict[int, Person], turns: dict[int, Turn]) -> list[dict[str, Any]]:
    """Technicians and the desk, those on duty first; the roster counts before a person's own word."""
    order = ("on", "busy", "off")
    staff = [p for p in everyone.values() if people.is_engineer(p) or people.is_desk(p)]
    rostered = {p.id or 0: turns.get(p.id or 0, Turn(Standing.ON)) for p in staff}
    away = {number for number, turn in rostered.items() if turn.now is not Standing.ON}
    staff.sort(key=lambda p: (not people.is_engineer(p), order.index("off" if p.id in away else p.duty), p.id))
    held, asked = await _in_hand(tx, rostered)
    return [
        views.person(
            office.voice,
            who,
            rostered[who.id or 0],
            tx.now,
            engineer=people.is_engineer(who),
            held=held[who.id or 0],
            asked=asked[who.id or 0],
        )
        for who in staff
    ]


async def _in_hand(tx: Tx, staff: Collection[int]) -> tuple[dict[int, list[Ticket]], dict[int, list[Ticket]]]:
    """By person, oldest first: what he holds, and what he is asked to take; of all open tickets, shown or not."""
    holding, offered = defaultdict[int, list[Ticket]](list), defaultdict[int, list[Ticket]](list)
    held = select(Ticket).where(col(Ticket.assignee_id).in_(staff), col(Ticket.status).in_([str(s) for s in REPAIRS]))
    for ticket in (await tx.session.exec(held.order_by(col(Ticket.id)))).all():
        holding[ticket.assignee_id or 0].append(ticket)
    open_ = select(Offer.person_id, Ticket).join(Ticket, col(Ticket.id) == col(Offer.ticket_id))
    open_ = open_.where(col(Offer.person_id).in_(staff), Offer.state == "open")
    for person_id, ticket in (await tx.session.exec(open_.order_by(col(Ticket.id)))).all():
        offered[person_id].append(ticket)
    return holding, offered


async def _clock(tx: Tx, office: Office, ticket: Ticket, marks: list[Mark]) -> dict[str, Any] | None:
    """The nearest target that nothing has stopped, and whose time it is now; None where no target is for it."""
    if ticket.kind not in warnings.MEASURED:
        return None
    running = await warnings.running(tx, office, ticket, marks, tuple(clocks.TARGETS))
    nearest = min(running, key=lambda r: r.left, default=None)
    if nearest is None:
        return None
    clock = office.clock(ticket.priority)
    party = charging.holder(marks)
    if isinstance(clock, WorkingTime) and not clock.between(tx.now, tx.now + timedelta(seconds=1)):
        party = Party.OFF_HOURS
    runs = party is Party.PROVIDER or (party is not Party.OFF_HOURS and not clocks.net(office))
    due = clock.add(tx.now, max(nearest.left, timedelta(0)) / timedelta(minutes=1))
    return views.clock(office.voice, nearest, party=party, runs=runs, due=due, now=tx.now)


async def _repair(tx: Tx, office: Office, ticket: Ticket, holder: Person, marks: Sequence[Mark]) -> dict[str, Any]:
    """Where the guided repair stands: the step, its gate, what was attached, what was done before."""
    row, procedure = await tx.session.get(Guidance, ticket.id), office.procedure(ticket)
    step = procedure.steps.get(row.step_id) if row is not None and procedure is not None else None
    attached = Counter(str(m.data.get("medium", "")) for m in marks if m.kind == "evidence-attached")
    return views.repair(
        office.voice,
        ticket,
        holder,
        row=row,
        step=step,
        gates=[(g, await _gate(tx, ticket, row, step, g, marks)) for g in step.gates] if row and step else [],
        attached=attached,
        taken=_taken(row, procedure) if row is not None and procedure is not None else [],
    )


async def _gate(tx: Tx, ticket: Ticket, row: Guidance, step: Step, gate: str, marks: Sequence[Mark]) -> str:
    """closed | open | asked | refused | overridden."""
    if gate in consent.GATES:
        statement = select(Consent.state).where(
            Consent.ticket_id == ticket.id, Consent.step_id == step.id, Consent.gate == gate
        )
        state = (await tx.session.exec(statement)).first()
        if state in ("asked", "refused", "overridden"):
            return state
    if gate in row.gates_open:
        return "open"
    at = (step.id, gate)
    about = [m.kind for m in marks if m.kind.startswith("gate-") and (m.data.get("step"), m.data.get("gate")) == at]
    return "refused" if about[-1:] == ["gate-refused"] else "closed"


def _taken(row: Guidance, procedure: Procedure) -> list[tuple[str, str]]:
    """The steps behind him in order: what was to be done, and how it ended."""
    return [(procedure.steps[step].do, result) for step, result in row.history if step in procedure.steps]

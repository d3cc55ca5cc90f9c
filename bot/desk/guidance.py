"""Guidance (Part 5 in the chat): one step at a time, gates first, evidence attached, resumed anywhere.

The procedure's text is ours (assumed); where a technician stands is a row, so it survives restarts and changes of phone.
"""

from bot.core.ticket import Status
from bot.desk import dispatch, people, tickets
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import Guidance, Person, Ticket
from bot.views import notices, technician
from knowledge import Step


async def start(tx: Tx, office: Office, ticket: Ticket, who: Person) -> None:
    """Begin, or resume, the procedure of the ticket's fault and show the current step."""
    procedure = office.procedure(ticket)
    if procedure is None:
        return
    row = await tx.session.get(Guidance, ticket.id)
    if row is None or row.fault != ticket.fault:
        if row is not None:
            await tx.session.delete(row)
            await tx.flush()
        row = Guidance(ticket_id=ticket.id or 0, fault=ticket.fault or "", step_id=procedure.entry)
        tx.add(row)
    await show(tx, office, ticket, who, row)


async def show(tx: Tx, office: Office, ticket: Ticket, who: Person, row: Guidance) -> None:
    """Hand out the card of where he stands; the step before is closed."""
    await notices.close_cards(tx, ticket, ("step", "gate", "ended"), "已处理", who.id)
    procedure = office.procedure(ticket)
    if row.ended or procedure is None:
        escalate = bool(row.history and row.history[-1][0] == "escalate")
        await notices.hand(tx, who, "ended", lambda c: technician.ended(office.voice, ticket, c, escalate), ticket)
        return
    step = procedure.steps[row.step_id]
    if step.gate and not row.gate_open:
        await notices.hand(tx, who, "gate", lambda c: technician.gate(office.voice, ticket, c, step), ticket)
    else:
        done = len({s for s, _ in row.history})
        await notices.hand(tx, who, "step", lambda c: technician.step(office.voice, ticket, c, step, done), ticket)


async def open_gate(tx: Tx, office: Office, ticket: Ticket, who: Person) -> None:
    """The technician confirms the safety condition of the current step."""
    row, step = await _where(tx, office, ticket)
    if row is None or step is None or not step.gate or row.gate_open:
        await resume(tx, office, ticket, who)
        return
    row.gate_open = True
    tx.add(row)
    await tx.record(ticket.id or 0, "gate-confirmed", who.id, {"step": step.id, "gate": step.gate})
    await show(tx, office, ticket, who, row)


async def refuse_gate(tx: Tx, office: Office, ticket: Ticket, who: Person) -> None:
    """The condition is not met: nothing is done, the desk knows."""
    _, step = await _where(tx, office, ticket)
    await tx.record(ticket.id or 0, "gate-refused", who.id, {"step": step.id if step else ""})
    await notices.tell(tx, who, technician.gate_closed(ticket), ticket)
    await dispatch.tell_desk(tx, office, ticket, "gate", who.name)


async def outcome(tx: Tx, office: Office, ticket: Ticket, who: Person, result: str, reason: str = "") -> None:
    """正常 / 异常 / 跳过 (`ok` | `fail` | `skip`) of the current step; moves on along the graph."""
    row, step = await _where(tx, office, ticket)
    if row is None or step is None or (step.gate and not row.gate_open):
        await resume(tx, office, ticket, who)
        return
    if step.who == "onsite" and ticket.status in (Status.ACCEPTED, Status.EN_ROUTE, Status.REMOTE):
        await notices.tell(tx, who, technician.arrive_first(ticket), ticket)
        return
    if result == "ok" and step.evidence not in (None, "none") and not row.evidence:
        await notices.tell(tx, who, technician.evidence_wanted(ticket, str(step.evidence)), ticket)
        return
    if result == "skip":
        if not reason:
            await notices.tell(tx, who, technician.skip_reason(ticket), ticket)
            return
        await tickets.add_words(tx, ticket, who, tickets.Words(reason), "step-skipped")
    await tx.record(ticket.id or 0, f"step-{result}", who.id, {"step": step.id})
    await _move(tx, office, ticket, who, row, step, result)


async def back(tx: Tx, office: Office, ticket: Ticket, who: Person) -> None:
    """上一步."""
    row = await tx.session.get(Guidance, ticket.id)
    if row is not None and row.history:
        row.step_id, row.ended = row.history[-1][0], False
        if row.step_id == "escalate" and len(row.history) > 1:
            row.step_id = row.history[-2][0]
        row.history = [h for h in row.history[:-1] if h[0] != "escalate"]
        row.gate_open, row.evidence = False, 0
        tx.add(row)
    await resume(tx, office, ticket, who)


async def resume(tx: Tx, office: Office, ticket: Ticket, who: Person) -> None:
    """Show again where he stands, on any device."""
    row = await tx.session.get(Guidance, ticket.id)
    if row is None:
        await start(tx, office, ticket, who)
    else:
        await show(tx, office, ticket, who, row)


async def wants(tx: Tx, office: Office, ticket: Ticket) -> str:
    """The evidence the current step is waiting for: none | photo | reading | text | signature."""
    row, step = await _where(tx, office, ticket)
    if row is None or step is None or row.ended or (step.gate and not row.gate_open):
        return "none"
    return str(step.evidence or "none")


async def attach(tx: Tx, office: Office, ticket: Ticket, who: Person, words: tickets.Words) -> bool:
    """Keep what the technician sent as evidence of the current step. False when there is no step to attach it to."""
    row, step = await _where(tx, office, ticket)
    if row is None or step is None or row.ended:
        return False
    await tickets.add_words(tx, ticket, who, words, "evidence")
    await tx.record(ticket.id or 0, "evidence-attached", who.id, {"step": step.id, "medium": words.kind})
    row.evidence += 1
    tx.add(row)
    await notices.tell(tx, who, technician.evidence_noted(ticket), ticket)
    return True


async def _move(tx: Tx, office: Office, ticket: Ticket, who: Person, row: Guidance, step: Step, result: str) -> None:
    procedure = office.procedure(ticket)
    following = procedure.next(step.id, result) if procedure else None
    row.history = [*row.history, [step.id, result]]
    row.gate_open, row.evidence = False, 0
    if following is None or following == "escalate":
        row.ended = True
        if following == "escalate":
            row.history = [*row.history, ["escalate", ""]]
            await tx.record(ticket.id or 0, "escalated", who.id, {"step": step.id})
            await dispatch.tell_desk(tx, office, ticket, "escalate", who.name)
    else:
        row.step_id = following
    tx.add(row)
    await show(tx, office, ticket, who, row)


async def _where(tx: Tx, office: Office, ticket: Ticket) -> tuple[Guidance | None, Step | None]:
    row = await tx.session.get(Guidance, ticket.id)
    procedure = office.procedure(ticket)
    if row is None or procedure is None or row.step_id not in procedure.steps:
        return row, None
    return row, procedure.steps[row.step_id]


async def reassign_fault(tx: Tx, office: Office, ticket: Ticket) -> None:
    """The fault was corrected: whoever holds the ticket gets the new procedure."""
    who = await people.person(tx, ticket.assignee_id)
    if who is not None:
        await notices.tell(tx, who, technician.reclassified(office.voice, ticket), ticket)
        if await tx.session.get(Guidance, ticket.id):
            await start(tx, office, ticket, who)

"""Guidance (Part 5 in the chat): one step at a time, gates first, evidence attached, resumed anywhere.

The procedure's text is ours (assumed); where a technician stands is a row, so it survives restarts and changes of phone.
A step's gates are asked one after another in the order written, the technician's by his card, the agency's on its own
phone; each answer opens the one that was asked, and the step begins when all are open. A yes that the circumstances have
outlived (bot/core/gates.py) is asked for anew.
"""

from collections.abc import Collection
from datetime import datetime

from sqlmodel import col, select

from bot.core import gates
from bot.core.ticket import AT_WORK, Status
from bot.desk import cards, consent, people, seats, tickets
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import Consent, Guidance, Person, Ticket, TicketEvent
from bot.views import field, notices, technician
from bot.views.words import INSPECTION
from knowledge import Procedure, Step


async def start(tx: Tx, office: Office, ticket: Ticket, who: Person) -> None:
    """Begin, or resume, the procedure of the ticket's fault and show the current step."""
    procedure = office.procedure(ticket)
    if procedure is None:
        return
    row = await tx.session.get(Guidance, ticket.id)
    if row is None or row.fault != (ticket.fault or ""):
        if row is not None:
            await tx.session.delete(row)
            await tx.flush()
        row = Guidance(ticket_id=ticket.id or 0, fault=ticket.fault or "", step_id=procedure.entry)
        tx.add(row)
        await consent.forget(tx, ticket)
    await show(tx, office, ticket, who, row)


async def show(tx: Tx, office: Office, ticket: Ticket, who: Person, row: Guidance) -> None:
    """Hand out the card of where he stands; the step before is closed."""
    await notices.close_cards(tx, ticket, ("step", "gate", "ended"), "已处理", who.id)
    procedure = office.procedure(ticket)
    if procedure is not None and not row.ended and row.step_id not in procedure.steps:
        await _begin_again(tx, ticket, who, row, procedure)
    if row.ended or procedure is None:
        await consent.withdraw(tx, ticket)
        if row.ended and ticket.kind == INSPECTION:
            return
        escalate = bool(row.history and row.history[-1][0] == "escalate")
        await notices.hand(tx, who, "ended", lambda c: technician.ended(office.voice, ticket, c, escalate), ticket)
        return
    step = procedure.steps[row.step_id]
    await _renew(tx, office, ticket, row, step)
    await _take_in(tx, office, ticket, row, step)
    gate = _asked(row, step)
    await consent.withdraw(tx, ticket, but=(step.id, gate))
    if gate in consent.GATES:
        await _ask_agency(tx, office, ticket, who, row, step, gate)
    elif gate:
        opened = tuple(row.gates_open)
        await notices.hand(
            tx, who, "gate", lambda c: technician.gate(office.voice, ticket, c, step, gate, opened), ticket
        )
    else:
        done = len({s for s, _ in row.history})
        await notices.hand(tx, who, "step", lambda c: technician.step(office.voice, ticket, c, step, done), ticket)


async def gate_asked(tx: Tx, office: Office, ticket: Ticket) -> str | None:
    """The condition of the current step that is asked now; None: there is none."""
    return _asked(*await _where(tx, office, ticket))


async def open_gate(
    tx: Tx, office: Office, ticket: Ticket, who: Person, named: Collection[str] = frozenset(), *, pressed: bool = False
) -> None:
    """The technician confirms the one condition of the current step that is asked now.

    `named`: the conditions his words name; where they are others than the one asked, nothing is opened. A bare yes that
    is not `pressed` on its card counts once he had the time to read that card: two in a row are no answer to two.
    """
    row, step = await _where(tx, office, ticket)
    gate = _asked(row, step)
    if row is None or step is None or gate is None:
        await resume(tx, office, ticket, who)
    elif gate in consent.GATES:
        await notices.tell(tx, who, field.not_for_technicians(ticket), ticket)
    elif named and gate not in named:
        await notices.tell(tx, who, technician.another_gate(ticket, gate), ticket)
    elif not (pressed or named or await cards.read_by(tx, ticket, who, "gate")):
        await notices.tell(tx, who, technician.read_first(ticket, gate), ticket)
    else:
        row.gates_open = [*row.gates_open, gate]
        tx.add(row)
        await tx.record(ticket.id or 0, "gate-confirmed", who.id, {"step": step.id, "gate": gate})
        await show(tx, office, ticket, who, row)


async def refuse_gate(tx: Tx, office: Office, ticket: Ticket, who: Person) -> None:
    """The condition asked now is not met: nothing is done, the desk knows. What was confirmed before it stays so."""
    row, step = await _where(tx, office, ticket)
    about = {"step": step.id if step else "", "gate": _asked(row, step) or ""}
    await tx.record(ticket.id or 0, "gate-refused", who.id, about)
    await notices.tell(tx, who, technician.gate_closed(ticket), ticket)
    await seats.inform(tx, office, ticket, "gate", who.name)


async def answered(tx: Tx, office: Office, asked: Consent, ticket: Ticket, who: Person, *, yes: bool) -> None:
    """The agency's person has answered on his own phone: his yes opens the gate, his no is the desk's to know."""
    await consent.answer(tx, asked, ticket, who, yes=yes)
    holder = await people.person(tx, ticket.assignee_id)
    await notices.tell(tx, who, field.consent_thanks(ticket, holder, yes), ticket)
    if holder is None:
        return
    left = await _left(tx, office, ticket, asked.gate)
    await notices.tell(tx, holder, field.consent_answered(ticket, who, yes, left), ticket)
    await resume(tx, office, ticket, holder)
    if not yes:
        await seats.inform(tx, office, ticket, "gate", who.name)


async def taken_back(tx: Tx, office: Office, given: Consent, ticket: Ticket, who: Person) -> bool:
    """The agency's person takes back the yes he gave to the step that is being worked on. False: that step is past."""
    row, step = await _where(tx, office, ticket)
    if row is None or step is None or row.ended or step.id != given.step_id:
        return False
    row.gates_open = [gate for gate in row.gates_open if gate != given.gate]
    tx.add(row)
    await answered(tx, office, given, ticket, who, yes=False)
    return True


async def override(tx: Tx, office: Office, ticket: Ticket, seat: Person, reason: str) -> None:
    """The desk confirms for the agency's person, with a reason."""
    row, step = await _where(tx, office, ticket)
    holder = await people.person(tx, ticket.assignee_id)
    gate = _asked(row, step)
    if step is None or holder is None or gate not in consent.GATES or Status(ticket.status) not in AT_WORK:
        await notices.tell(tx, seat, field.nothing_to_override(ticket), ticket)
    elif not reason:
        await notices.tell(tx, seat, field.how_to_override(ticket), ticket)
    else:
        await consent.override(tx, ticket, step, gate, seat, reason)
        left = await _left(tx, office, ticket, gate)
        await notices.tell(tx, seat, field.overridden(ticket, left), ticket)
        await notices.tell(tx, holder, field.consent_overridden(ticket, seat, left), ticket)
        await resume(tx, office, ticket, holder)


async def ask_again(tx: Tx, office: Office, ticket: Ticket, who: Person) -> None:
    """再问: the agency's person is asked once more; where nobody has to be, the current step is shown."""
    row, step = await _where(tx, office, ticket)
    gate = _asked(row, step)
    if step is None or gate not in consent.GATES:
        await resume(tx, office, ticket, who)
    else:
        await consent.again(tx, office, ticket, who, step, gate)


async def outcome(tx: Tx, office: Office, ticket: Ticket, who: Person, result: str, reason: str = "") -> None:
    """正常 / 异常 / 跳过 (`ok` | `fail` | `skip`) of the current step; moves on along the graph.

    A step with a closed gate can only be skipped: nothing is done, so nothing has to be safe.
    """
    row, step = await _where(tx, office, ticket)
    if row is None or step is None or (_asked(row, step) and result != "skip"):
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
    """上一步. His gates there are confirmed anew; what the agency has agreed to it has agreed to."""
    row = await tx.session.get(Guidance, ticket.id)
    if row is not None and row.history:
        row.step_id, row.ended = row.history[-1][0], False
        if row.step_id == "escalate" and len(row.history) > 1:
            row.step_id = row.history[-2][0]
        row.history = [h for h in row.history[:-1] if h[0] != "escalate"]
        row.gates_open, row.evidence = [], 0
        tx.add(row)
    await resume(tx, office, ticket, who)


async def resume(tx: Tx, office: Office, ticket: Ticket, who: Person) -> None:
    """Show again where he stands, on any device."""
    row = await tx.session.get(Guidance, ticket.id)
    if row is None:
        await start(tx, office, ticket, who)
    else:
        await show(tx, office, ticket, who, row)


async def wants(tx: Tx, office: Office, ticket: Ticket, *, soon: bool = False) -> str:
    """The evidence the current step is waiting for: none | photo | reading | text | signature.

    `soon`: or will be waiting for, once its gates are open.
    """
    row, step = await _where(tx, office, ticket)
    if row is None or step is None or row.ended or (_asked(row, step) and not soon):
        return "none"
    return str(step.evidence or "none")


async def attach(tx: Tx, office: Office, ticket: Ticket, who: Person, words: tickets.Words) -> bool:
    """Keep what the technician sent as evidence of the current step. False when there is no step to attach it to.

    Before its gates are open nothing of the step is done yet: it is kept as a remark, and he is told so.
    """
    row, step = await _where(tx, office, ticket)
    if row is None or step is None or row.ended:
        return False
    if gate := _asked(row, step):
        await tickets.add_words(tx, ticket, who, words)
        await notices.tell(tx, who, technician.gate_first(ticket, gate, agency=gate in consent.GATES), ticket)
        return True
    await tickets.add_words(tx, ticket, who, words, "evidence")
    await tx.record(ticket.id or 0, "evidence-attached", who.id, {"step": step.id, "medium": words.kind})
    row.evidence += 1
    tx.add(row)
    figure = step.evidence == "reading" and words.kind != "text" and row.evidence == 1
    await notices.tell(tx, who, technician.evidence_noted(ticket, figure=figure), ticket)
    return True


async def _move(tx: Tx, office: Office, ticket: Ticket, who: Person, row: Guidance, step: Step, result: str) -> None:
    procedure = office.procedure(ticket)
    following = procedure.next(step.id, result) if procedure else None
    row.history = [*row.history, [step.id, result]]
    row.gates_open, row.evidence = [], 0
    if following is None or following == "escalate":
        row.ended = True
        if following == "escalate":
            row.history = [*row.history, ["escalate", ""]]
            await tx.record(ticket.id or 0, "escalated", who.id, {"step": step.id})
            await seats.inform(tx, office, ticket, "escalate", who.name)
    else:
        row.step_id = following
    tx.add(row)
    await show(tx, office, ticket, who, row)


async def _begin_again(tx: Tx, ticket: Ticket, who: Person, row: Guidance, procedure: Procedure) -> None:
    """The procedure has changed under the ticket and does not know his step: he begins at its first, and is told."""
    await tx.record(ticket.id or 0, "begun-again", who.id, {"step": row.step_id})
    row.step_id, row.history, row.gates_open, row.evidence = procedure.entry, [], [], 0
    tx.add(row)
    await consent.forget(tx, ticket)
    await notices.tell(tx, who, technician.begun_again(ticket), ticket)


async def change_hands(tx: Tx, ticket: Ticket) -> None:
    """Somebody else goes on where it stands: what the former one confirmed by being there has to be confirmed anew.

    The agency's answer was not given to him, and stays.
    """
    if (row := await tx.session.get(Guidance, ticket.id)) is not None:
        row.gates_open = gates.kept(row.gates_open)
        tx.add(row)


def _asked(row: Guidance | None, step: Step | None) -> str | None:
    """The gate that is asked now: the first one, in the order written, that is not open."""
    if row is None or step is None or row.ended:
        return None
    return next((gate for gate in step.gates if gate not in row.gates_open), None)


async def _renew(tx: Tx, office: Office, ticket: Ticket, row: Guidance, step: Step) -> None:
    """What was confirmed and stands no more is closed again, and whoever has the ticket is told."""
    said = await _said(tx, ticket, step, row.gates_open)
    paused_at = await _paused_at(tx, ticket) if said else None
    closed = [g for g, at in said.items() if gates.over(g, at, tx.now, office.voice.zone, paused_at)]
    if closed:
        row.gates_open = [gate for gate in row.gates_open if gate not in closed]
        tx.add(row)
        await tx.record(ticket.id or 0, "gate-closed", None, {"step": step.id, "gates": closed})
        holder = await people.person(tx, ticket.assignee_id)
        await notices.tell(tx, holder, technician.gates_anew(ticket, closed), ticket)


async def _said(tx: Tx, ticket: Ticket, step: Step, opened: Collection[str]) -> dict[str, datetime]:
    """When the yes to each of these gates of a step was given last."""
    if not opened:
        return {}
    kinds = ("gate-confirmed", "gate-overridden")
    statement = select(TicketEvent).where(TicketEvent.ticket_id == ticket.id, col(TicketEvent.kind).in_(kinds))
    rows = (await tx.session.exec(statement.order_by(col(TicketEvent.id)))).all()
    return {r.data["gate"]: r.at for r in rows if r.data.get("step") == step.id and r.data.get("gate") in opened}


async def _paused_at(tx: Tx, ticket: Ticket) -> datetime | None:
    statement = select(TicketEvent.at).where(TicketEvent.ticket_id == ticket.id, TicketEvent.kind == "paused")
    return (await tx.session.exec(statement.order_by(col(TicketEvent.id).desc()).limit(1))).first()


async def _take_in(tx: Tx, office: Office, ticket: Ticket, row: Guidance, step: Step) -> None:
    """What the agency has agreed to is open, as far as it is its turn."""
    while (gate := _asked(row, step)) in consent.GATES and await consent.agreed(tx, office, ticket, step, gate):
        row.gates_open = [*row.gates_open, gate]
        tx.add(row)


async def _ask_agency(
    tx: Tx, office: Office, ticket: Ticket, who: Person, row: Guidance, step: Step, gate: str
) -> None:
    """The agency is asked, if it has not been, and the technician sees that he has to wait."""
    asked, opened = await consent.ask(tx, office, ticket, who, step, gate), tuple(row.gates_open)
    whom = await people.person(tx, asked.person_id)
    await notices.hand(
        tx,
        who,
        "gate",
        lambda c: field.consent_wanted(office.voice, ticket, c, step, gate, opened, whom, asked.state),
        ticket,
    )


async def _left(tx: Tx, office: Office, ticket: Ticket, opened: str) -> bool:
    """Whether more has to be confirmed for the current step once `opened` is."""
    row, step = await _where(tx, office, ticket)
    return row is not None and step is not None and bool(set(step.gates) - {*row.gates_open, opened})


async def _where(tx: Tx, office: Office, ticket: Ticket) -> tuple[Guidance | None, Step | None]:
    row = await tx.session.get(Guidance, ticket.id)
    procedure = office.procedure(ticket)
    if row is None or procedure is None or row.step_id not in procedure.steps:
        return row, None
    step = procedure.steps[row.step_id]
    await _renew(tx, office, ticket, row, step)
    return row, step


async def reassign_fault(tx: Tx, office: Office, ticket: Ticket) -> None:
    """The fault was corrected: whoever holds the ticket gets the new procedure."""
    who = await people.person(tx, ticket.assignee_id)
    if who is not None:
        await notices.tell(tx, who, technician.reclassified(office.voice, ticket), ticket)
        if await tx.session.get(Guidance, ticket.id):
            await start(tx, office, ticket, who)

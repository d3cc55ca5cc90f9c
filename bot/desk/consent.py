"""Consent (同意): gates that the agency opens through its own phone, never the technician through his.

Asked is the reporter; when he cannot be written to, his unit's liaison; when nobody can, the desk, which telephones. The
desk may open such a gate with a reason, and that is on the record as its doing. What opening it leads to is guidance's.
"""

from datetime import timedelta

from sqlmodel import col, select

from bot.core import gates
from bot.core.ticket import AT_WORK, Status
from bot.desk import people, tickets
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import Consent, Person, Ticket, TimerRow
from bot.views import field, notices
from knowledge import Step

GATES = frozenset({"owner-consent", "backup-confirmed"})
"""The gates that are about the agency's own things: its consent, its data."""
SILENT = timedelta(minutes=10)
"""After this long without an answer the desk is asked to telephone (assumed)."""
OPEN = ("given", "overridden")
ASK_AT_MOST = 3


async def agreed(tx: Tx, office: Office, ticket: Ticket, step: Step, gate: str) -> bool:
    """Whether the agency, or the desk for it, has opened this gate of the step, and that stands."""
    row = await _row(tx, ticket, step.id, gate)
    return row is not None and row.state in OPEN and not _outlived(tx, office, row)


async def ask(tx: Tx, office: Office, ticket: Ticket, who: Person, step: Step, gate: str) -> Consent:
    """The consent to a gate of a step as it stands; what was never asked, was withdrawn or is outlived is asked now."""
    row = await _row(tx, ticket, step.id, gate)
    if row is not None and row.state != "withdrawn" and not _outlived(tx, office, row):
        return row
    if row is None:
        row = Consent(ticket_id=ticket.id or 0, step_id=step.id, gate=gate, asked_at=tx.now)
    else:
        row.state, row.asked, row.asked_at = "asked", row.asked + 1, tx.now
    await _put(tx, office, ticket, who, step, row)
    return row


async def again(tx: Tx, office: Office, ticket: Ticket, who: Person, step: Step, gate: str) -> None:
    """再问: the same question once more, a few times at most."""
    row = await _row(tx, ticket, step.id, gate)
    if row is None or row.state == "withdrawn":
        row = await ask(tx, office, ticket, who, step, gate)
    elif row.asked >= ASK_AT_MOST:
        await notices.tell(tx, who, field.asked_enough(ticket), ticket)
        return
    else:
        row.state, row.asked, row.asked_at = "asked", row.asked + 1, tx.now
        await _put(tx, office, ticket, who, step, row)
    await notices.tell(tx, who, field.asked_again(ticket, await people.person(tx, row.person_id)), ticket)


async def waiting_for(tx: Tx, who: Person) -> list[tuple[Consent, Ticket]]:
    """What this person is being asked to consent to, the newest question first."""
    statement = (
        select(Consent, Ticket)
        .join(Ticket, col(Ticket.id) == col(Consent.ticket_id))
        .where(Consent.person_id == who.id, Consent.state == "asked", col(Ticket.status).in_([str(s) for s in AT_WORK]))
        .order_by(col(Consent.asked_at).desc(), col(Consent.id).desc())
    )
    return list((await tx.session.exec(statement)).all())


async def given_by(tx: Tx, who: Person) -> list[tuple[Consent, Ticket]]:
    """What this person has agreed to of tickets that are being worked on, the newest first."""
    statement = (
        select(Consent, Ticket)
        .join(Ticket, col(Ticket.id) == col(Consent.ticket_id))
        .where(
            Consent.answered_by == who.id, Consent.state == "given", col(Ticket.status).in_([str(s) for s in AT_WORK])
        )
        .order_by(col(Consent.answered_at).desc(), col(Consent.id).desc())
    )
    return list((await tx.session.exec(statement)).all())


async def gone(tx: Tx, office: Office, who: Person) -> None:
    """He has left and can consent to nothing: the same is asked of whoever speaks for the agency now, else the desk."""
    for row, ticket in await waiting_for(tx, who):
        procedure, holder = office.procedure(ticket), await people.person(tx, ticket.assignee_id)
        step = procedure.steps.get(row.step_id) if procedure else None
        if holder is None or step is None:
            continue
        row.asked_at = tx.now
        await tx.forget(_timer(row))
        await notices.close_cards(tx, ticket, ("consent",), "已转他人")
        await _put(tx, office, ticket, holder, step, row, but=who)


async def answer(tx: Tx, row: Consent, ticket: Ticket, who: Person, *, yes: bool) -> None:
    """同意 / 不同意 by the agency's person: on the record as his."""
    row.state, row.answered_at, row.answered_by = "given" if yes else "refused", tx.now, who.id
    tx.add(row)
    await tx.forget(_timer(row))
    await notices.close_cards(tx, ticket, ("consent",), "已同意" if yes else "没有同意")
    kind = "gate-confirmed" if yes else "consent-refused"
    await tx.record(ticket.id or 0, kind, who.id, {"step": row.step_id, "gate": row.gate, "by": "agency"})


async def override(tx: Tx, ticket: Ticket, step: Step, gate: str, seat: Person, reason: str) -> None:
    """代同意: the desk opens the gate; the reason is kept, and that it was the desk."""
    row = await _row(tx, ticket, step.id, gate)
    if row is None:
        row = Consent(ticket_id=ticket.id or 0, step_id=step.id, gate=gate, asked=0, asked_at=tx.now)
    row.state, row.answered_at, row.answered_by = "overridden", tx.now, seat.id
    tx.add(row)
    await tx.flush()
    await tx.forget(_timer(row))
    await notices.close_cards(tx, ticket, ("consent",), "服务台已确认")
    await tickets.add_words(tx, ticket, seat, tickets.Words(reason), "override-reason")
    await tx.record(ticket.id or 0, "gate-overridden", seat.id, {"step": step.id, "gate": row.gate, "by": "desk"})


async def withdraw(tx: Tx, ticket: Ticket, but: tuple[str, str | None] | None = None) -> None:
    """The procedure stands elsewhere: questions other than about `but` (step, gate) need no answer any more."""
    statement = select(Consent).where(Consent.ticket_id == ticket.id, Consent.state == "asked")
    rows = [row for row in (await tx.session.exec(statement)).all() if (row.step_id, row.gate) != but]
    for row in rows:
        row.state = "withdrawn"
        tx.add(row)
        await tx.forget(_timer(row))
    if rows:
        await notices.close_cards(tx, ticket, ("consent",), "不用答了")


async def forget(tx: Tx, ticket: Ticket) -> None:
    """A procedure begins anew: what is being asked needs no answer, what was agreed to before is asked again."""
    await withdraw(tx, ticket)
    for row in (await tx.session.exec(select(Consent).where(Consent.ticket_id == ticket.id))).all():
        row.state = "withdrawn"
        tx.add(row)


async def silent(tx: Tx, office: Office, row: TimerRow) -> str:
    """Timer: no answer. The desk telephones and says so; the technician knows."""
    ticket, asked = await tickets.get(tx, row.ticket_id), await tx.session.get(Consent, row.data["consent"])
    if ticket is None or asked is None or asked.state != "asked":
        return "answered"
    whom = await people.person(tx, asked.person_id)
    await _tell_desk(tx, office, ticket, whom)
    holder = await people.person(tx, ticket.assignee_id)
    await notices.tell(tx, holder, field.consent_silent(ticket, whom), ticket)
    return "desk"


async def _put(
    tx: Tx, office: Office, ticket: Ticket, who: Person, step: Step, row: Consent, but: Person | None = None
) -> None:
    whom = await _agency(tx, ticket, but)
    row.person_id = whom.id if whom else None
    tx.add(row)
    await tx.flush()
    await tx.record(
        ticket.id or 0, "consent-asked", who.id, {"step": step.id, "gate": row.gate, "of": row.person_id or 0}
    )
    if whom is None:
        await _tell_desk(tx, office, ticket, None)
        return
    await notices.close_cards(tx, ticket, ("consent",), "见新消息")
    await notices.hand(
        tx, whom, "consent", lambda c: field.ask_consent(office.voice, ticket, c, step, row.gate, who), ticket
    )
    states = ",".join(str(s) for s in Status if s in AT_WORK)
    await tx.remind(_timer(row), tx.now + SILENT, "consent-silent", ticket.id, states, {"consent": row.id})


async def _agency(tx: Tx, ticket: Ticket, but: Person | None = None) -> Person | None:
    """The agency's person, other than `but`, who can be asked on his own phone, if there is one."""
    reporter = await people.person(tx, ticket.reporter_id)
    liaisons = await people.holding(tx, ("unit-liaison",), ticket.unit_id) if ticket.unit_id else []
    for person in (reporter, *liaisons):
        barred = (ticket.assignee_id, but.id if but else None)
        if person is not None and person.id not in barred and await notices.address(tx, person) is not None:
            return person
    return None


async def _tell_desk(tx: Tx, office: Office, ticket: Ticket, whom: Person | None) -> None:
    for seat in await people.seats(tx, office.fallback_owner):
        await notices.tell(tx, seat, field.desk_telephones(office.voice, ticket, whom), ticket)


async def _row(tx: Tx, ticket: Ticket, step_id: str, gate: str) -> Consent | None:
    statement = select(Consent).where(Consent.ticket_id == ticket.id, Consent.step_id == step_id, Consent.gate == gate)
    return (await tx.session.exec(statement)).first()


def _outlived(tx: Tx, office: Office, row: Consent) -> bool:
    answered = row.answered_at if row.state in OPEN else None
    return answered is not None and gates.over(row.gate, answered, tx.now, office.voice.zone)


def _timer(row: Consent) -> str:
    return f"consent:{row.id}"

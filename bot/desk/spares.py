"""Spare parts (备件) used on a ticket, and loan devices (备机) left with the reporter until they are due back.

Where no day is said a loan is due back after seven workdays (service levels, spare rule; published). On the day the
technician and the reporter are reminded, a workday later the desk.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from sqlmodel import col, select

from bot.desk import people, tickets
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import Loan, Person, SparePart, Ticket, TimerRow
from bot.views import notices
from bot.views import spares as views

LOAN_WORKDAYS = 7
WAITS = "等待备件"
"""Why a ticket pauses for a part while no loan device stands there: the contract excuses only that with one."""
MORNING = time(9, 0)
"""When a reminder comes, local time (assumed)."""


def may_note(ticket: Ticket, who: Person) -> bool:
    """Whoever holds or held the ticket, and the desk."""
    return ticket.assignee_id == who.id or people.is_desk(who)


def today(tx: Tx, office: Office) -> date:
    return tx.now.astimezone(office.working.zone).date()


async def note(tx: Tx, office: Office, ticket: Ticket, who: Person, parts: Sequence[tuple[str, int]]) -> None:
    """备件 17 搓纸轮×1: kept with the ticket."""
    for name, count in parts:
        row = SparePart(ticket_id=ticket.id or 0, person_id=who.id, name=name, count=count, at=tx.now)
        tx.add(row)
        await tx.flush()
        await tx.record(ticket.id or 0, "spare-used", who.id, {"spare": row.id, "count": count})
    await show(tx, office, ticket, who)


async def show(tx: Tx, office: Office, ticket: Ticket, who: Person) -> None:
    """备件 17: the parts and loans on record; with none, how they are noted, with a part of this kind of device."""
    used = (await tx.session.exec(select(SparePart).where(SparePart.ticket_id == ticket.id))).all()
    loans = (await tx.session.exec(select(Loan).where(Loan.ticket_id == ticket.id))).all()
    item = office.book.items.get(ticket.item or "")
    kept = item.procedure.spares if item else ()
    await notices.tell(tx, who, views.on_record(ticket, used, loans, kept), ticket)


async def lend(tx: Tx, office: Office, ticket: Ticket, who: Person, tag: str, due_on: date | None) -> None:
    """备机 17 编号 归还日期: the reporter is told, and everybody reminded when it is due."""
    if (out := await _out(tx, tag)) is not None:
        await notices.tell(tx, who, views.already_lent(out), ticket)
        return
    day = due_on or _workdays_on(office, today(tx, office), LOAN_WORKDAYS)
    row = Loan(ticket_id=ticket.id or 0, person_id=who.id, tag=tag, due_on=day, lent_at=tx.now)
    tx.add(row)
    await tx.flush()
    await tx.record(ticket.id or 0, "loan", who.id, {"loan": row.id, "due": day.isoformat()})
    await tx.remind(f"loan:{row.id}:due", _at(office, day), "loan-due", ticket.id, data={"loan": row.id})
    late = _workdays_on(office, day, 1)
    await tx.remind(
        f"loan:{row.id}:late", _at(office, late), "loan-due", ticket.id, data={"loan": row.id, "late": True}
    )
    excused = next((r for r in office.book.service_levels.sla.pause_allowed if "备机" in r), "")
    rests = ticket.paused == WAITS and bool(excused)
    if rests:
        await tickets.pause(tx, office, ticket, who, excused)
    await notices.tell(tx, who, views.lent(ticket, row, rests=rests), ticket)
    await notices.tell(tx, await people.person(tx, ticket.reporter_id), views.you_have_a_loan(ticket, row), ticket)


async def take_back(tx: Tx, office: Office, ticket: Ticket, who: Person, tag: str = "") -> None:
    """备机 17 归还: it is back; with several out the number says which."""
    out = [row for row in await lent(tx, ticket) if tag in ("", row.tag)]
    if len(out) != 1:
        await notices.tell(tx, who, views.which_loan(ticket, out), ticket)
        return
    row = out[0]
    row.back_at = tx.now
    tx.add(row)
    await tx.forget(f"loan:{row.id}:due", f"loan:{row.id}:late")
    await tx.record(ticket.id or 0, "loan-back", who.id, {"loan": row.id})
    await tx.flush()
    runs = "备机" in ticket.paused and not await lent(tx, ticket)
    if runs:
        await tickets.pause(tx, office, ticket, who, WAITS)
        await tickets.reckon(tx, ticket)
    await notices.tell(tx, who, views.back(ticket, row, runs=runs), ticket)


async def due(tx: Tx, office: Office, row: TimerRow) -> str:
    """Timer: the day has come, or passed."""
    loan, ticket = await tx.session.get(Loan, row.data["loan"]), await tickets.get(tx, row.ticket_id)
    if loan is None or ticket is None or loan.back_at is not None:
        return "back"
    lender, asker = await people.person(tx, loan.person_id), await people.person(tx, ticket.reporter_id)
    if row.data.get("late"):
        for seat in await people.seats(tx, office.fallback_owner):
            await notices.tell(tx, seat, views.overdue(ticket, loan, lender, asker), ticket)
        return "desk"
    await notices.tell(tx, lender, views.fetch_it(ticket, loan, asker), ticket)
    await notices.tell(tx, asker, views.due_today(ticket, loan), ticket)
    return "reminded"


async def lent(tx: Tx, ticket: Ticket) -> list[Loan]:
    """The loan devices that are out on a ticket."""
    statement = select(Loan).where(Loan.ticket_id == ticket.id, col(Loan.back_at).is_(None))
    return list((await tx.session.exec(statement.order_by(col(Loan.id)))).all())


async def _out(tx: Tx, tag: str) -> Loan | None:
    return (await tx.session.exec(select(Loan).where(Loan.tag == tag, col(Loan.back_at).is_(None)))).first()


def _workdays_on(office: Office, day: date, count: int) -> date:
    while count:
        day += timedelta(days=1)
        count -= office.working.works(day)
    return day


def _at(office: Office, day: date) -> datetime:
    return datetime.combine(day, MORNING, office.working.zone)

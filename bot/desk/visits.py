"""Scheduled visits (预约上门): windows are proposed to the reporter, by the technician or the desk.

Whoever would come must be on duty then and not promised elsewhere. What is answered stands in `visit_answers`, what
falls due in `visit_deadlines`, and what is agreed in `bookings`.
"""

from collections.abc import Sequence
from datetime import timedelta

from bot.core import visits as core
from bot.core.charging import VISIT
from bot.core.outbound import Say
from bot.core.ticket import Status
from bot.core.visits import Trouble, Window
from bot.desk import bookings, fieldwork, people, seats
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import Person, Ticket, Visit
from bot.views import notices
from bot.views import visits as views
from bot.views.words import state

KIND = "visit"
"""The dialogue of a reporter who was asked for a time of his own."""
ANSWER = timedelta(hours=2)
"""After this long without an answer somebody telephones (assumed); earlier when the first window begins before."""
SUGGESTED = 3


def longest(office: Office) -> timedelta:
    """How far ahead an appointment may lie: as far as a pause may last."""
    return timedelta(days=office.book.service_levels.sla.pause_max_days)


def read(tx: Tx, office: Office, text: str) -> list[Window] | Trouble:
    """The windows a line names, within the agencies' hours; or what is wrong with it."""
    return core.read(text, tx.now, office.working, longest(office))


async def suggest(tx: Tx, office: Office, ticket: Ticket, who: Person) -> None:
    """约 17 without a time: the reporter's own first, then the half days in which the technician is free."""
    if (holder := await _holder(tx, ticket, who)) is None:
        return
    said = str(ticket.slots.get("available") or "")
    own = core.read(said, ticket.created_at, office.working, longest(office)) if said else Trouble.UNREAD
    wished = [] if isinstance(own, Trouble) else [w for w in own if w.start > tx.now]
    own_free = await can_keep(tx, holder, ticket, wished)
    half_days = core.half_days(tx.now, office.working, 2 * core.AT_MOST)
    free = await can_keep(tx, holder, ticket, [w for w in half_days if w not in own_free])
    windows = [*own_free, *free][: max(SUGGESTED, len(own_free))]
    if not windows:
        await notices.tell(tx, who, views.nothing_free(ticket), ticket)
        return
    await bookings.withdraw(tx, ticket)
    await write_down(tx, ticket, holder, who, "draft", windows)
    await notices.hand(
        tx,
        who,
        "visit-pick",
        lambda c: views.suggest(office.voice, ticket, c, windows, len(own_free), said, tx.now),
        ticket,
    )


async def propose(tx: Tx, office: Office, ticket: Ticket, who: Person, windows: Sequence[Window]) -> None:
    """The reporter is asked to choose; nothing is asked of him that the technician could not keep."""
    if (holder := await _holder(tx, ticket, who)) is None:
        return
    for when in windows:
        if found := await bookings.problem(tx, holder, ticket, when):
            said = views.you_cannot(office.voice, ticket, holder, when, *found, tx.now)
            await notices.tell(tx, who, said, ticket)
            return
    asker = await people.person(tx, ticket.reporter_id)
    if asker is None or await notices.address(tx, asker) is None:
        await notices.tell(tx, who, views.unreached(ticket, asker), ticket)
        return
    await ask(tx, office, ticket, holder, who, windows)
    await notices.tell(tx, who, views.offered(office.voice, ticket, windows, tx.now), ticket)
    if holder.id != who.id:
        await notices.tell(tx, holder, views.offered(office.voice, ticket, windows, tx.now), ticket)


async def late(tx: Tx, office: Office, ticket: Ticket, who: Person, by: timedelta, text: str) -> None:
    """要晚到 30分钟: the reporter is asked about the window that follows; the one agreed stands until he takes it. Where none
    is agreed he is told by when somebody will be there.
    """
    row = await bookings.agreed(tx, ticket)
    if row is None:
        await fieldwork.promise(tx, office, ticket, who, by, text)
        return
    then = core.delayed(bookings.window(row), by, tx.now)
    if not core.worked(then, office.working):
        await notices.tell(tx, who, views.trouble(Trouble.OFF_HOURS), ticket)
    elif found := await bookings.problem(tx, who, ticket, then):
        await notices.tell(tx, who, views.you_cannot(office.voice, ticket, who, then, *found, tx.now), ticket)
    else:
        await ask(tx, office, ticket, who, who, [then], row)
        await notices.tell(tx, who, views.offered(office.voice, ticket, [then], tx.now), ticket)


async def cancel(tx: Tx, office: Office, ticket: Ticket, who: Person, why: str = "") -> None:
    """取消预约 by the technician, the desk or the reporter: the ticket stays; a clock that waited for it runs again.

    A question that waits for its answer is taken back as well. `why` is what everybody reads as the reason.
    """
    row, question = await bookings.agreed(tx, ticket), await bookings.asked(tx, ticket)
    stood = await bookings.void(tx, ticket, who)
    if stood and ticket.paused == VISIT:
        await fieldwork.resume(tx, office, ticket, who, quiet=True)
    await notices.tell(tx, who, views.cancelled(ticket, stood or question is not None, why), ticket)
    if row is None:
        if question is not None and who.id == ticket.reporter_id:  # else he would still be answering it
            holder = await people.person(tx, ticket.assignee_id)
            await notices.tell(tx, holder, views.cancelled(ticket, True, why), ticket)
        return
    asker, holder = await people.person(tx, ticket.reporter_id), await people.person(tx, ticket.assignee_id)
    when = bookings.window(row)
    if asker is not None and asker.id != who.id:
        await notices.tell(tx, asker, views.fell(office.voice, ticket, when, tx.now, why), ticket)
    if holder is not None and holder.id != who.id:
        await notices.tell(tx, holder, views.cancelled(ticket, True, why), ticket)


async def ask(
    tx: Tx,
    office: Office,
    ticket: Ticket,
    holder: Person,
    by: Person,
    windows: Sequence[Window],
    instead_of: Visit | None = None,
) -> None:
    """Put windows to the reporter; what he was asked before is closed."""
    await bookings.withdraw(tx, ticket)
    row = await write_down(tx, ticket, holder, by, "offered", windows, instead_of)
    await tx.record(ticket.id or 0, "visit-offered", by.id, {"visit": row.id, "windows": row.windows})
    await await_answer(tx, ticket, row)
    asker = await people.person(tx, ticket.reporter_id)
    if instead_of is None:
        await notices.hand(
            tx, asker, KIND, lambda c: views.choose(office.voice, ticket, c, holder, windows, tx.now), ticket
        )
    else:
        was = bookings.window(instead_of)
        await notices.hand(
            tx, asker, KIND, lambda c: views.later(office.voice, ticket, c, holder, was, windows[0], tx.now), ticket
        )


async def write_down(
    tx: Tx,
    ticket: Ticket,
    holder: Person,
    by: Person,
    state_: str,
    windows: Sequence[Window],
    instead_of: Visit | None = None,
) -> Visit:
    """The question as a row; nobody is asked yet."""
    row = Visit(
        ticket_id=ticket.id or 0,
        person_id=holder.id or 0,
        asked_by=by.id or 0,
        state=state_,
        windows=[[w.start.isoformat(), w.end.isoformat()] for w in windows],
        instead_of=instead_of.id if instead_of else None,
        asked_at=tx.now,
    )
    tx.add(row)
    await tx.flush()
    return row


async def await_answer(tx: Tx, ticket: Ticket, row: Visit) -> None:
    """Set the moment from which an unanswered question is somebody's to telephone about."""
    first = min(w.start for w in bookings.windows(row))
    due = min(tx.now + ANSWER, max(first, tx.now + timedelta(minutes=10)))
    await tx.remind(bookings.timer(row, "answer"), due, "visit-answer", ticket.id, data={"visit": row.id})


async def tell_ours(tx: Tx, office: Office, ticket: Ticket, row: Visit, said: Say) -> None:
    """The technician; the desk too, when it proposed or when it is about a delay."""
    holder = await people.person(tx, row.person_id)
    await notices.tell(tx, holder, said, ticket)
    by = await people.person(tx, row.asked_by)
    if row.instead_of is not None or (by is not None and people.is_desk(by)):
        await seats.tell(tx, office, said, ticket)


def has_holder(ticket: Ticket) -> bool:
    """Whether somebody has the ticket and may still have to come."""
    return ticket.owner == "technician" and Status(ticket.status) in bookings.HELD


async def can_keep(tx: Tx, holder: Person, ticket: Ticket, windows: Sequence[Window]) -> list[Window]:
    """Those of the windows that the technician could keep."""
    return [w for w in windows if await bookings.problem(tx, holder, ticket, w) is None]


async def _holder(tx: Tx, ticket: Ticket, who: Person) -> Person | None:
    """Who would come; without anybody, or when somebody is there already, `who` is told."""
    holder = await people.person(tx, ticket.assignee_id)
    if holder is not None and has_holder(ticket):
        return holder
    said = views.no_holder(ticket) if bookings.ahead(ticket) else views.not_now(ticket, state(ticket))
    await notices.tell(tx, who, said, ticket)
    return None

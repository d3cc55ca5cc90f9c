"""Scheduled visits (预约上门): windows are proposed, one is chosen, and a delay is told before the window closes.

The technician or the desk proposes; the reporter chooses, or names his own time, which the technician takes or refuses.
Whoever would come must be on duty then and not promised elsewhere. What is agreed stands in `bookings`.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlmodel import col, select

from bot.core import visits as core
from bot.core.charging import VISIT
from bot.core.outbound import Say
from bot.core.ticket import Status
from bot.core.visits import Trouble, Window
from bot.desk import bookings, cards, clocks, fieldwork, holding, people, seats, tickets
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import Person, Ticket, TicketEvent, TimerRow, Visit
from bot.store.tables.tickets import VISIT_ENDED
from bot.views import notices
from bot.views import visits as views
from bot.views.words import state

KIND = "visit"
"""The dialogue of a reporter who was asked for a time of his own."""
ANSWER = timedelta(hours=2)
"""After this long without an answer somebody telephones (assumed); earlier when the first window begins before."""
DELAY = timedelta(hours=1)
"""What is proposed when a window is about to close and nobody said how late he will be (assumed)."""
SUGGESTED = 3


def longest(office: Office) -> timedelta:
    """How far ahead an appointment may lie: as far as a pause may last."""
    return timedelta(days=office.book.service_levels.sla.pause_max_days)


def read(tx: Tx, office: Office, text: str) -> list[Window] | Trouble:
    return core.read(text, tx.now, office.working, longest(office))


async def suggest(tx: Tx, office: Office, ticket: Ticket, who: Person) -> None:
    """约 17 without a time: the reporter's own first, then the half days in which the technician is free."""
    if (holder := await _holder(tx, ticket, who)) is None:
        return
    said = str(ticket.slots.get("available") or "")
    own = core.read(said, ticket.created_at, office.working, longest(office)) if said else Trouble.UNREAD
    wished = [] if isinstance(own, Trouble) else [w for w in own if w.start > tx.now]
    own_free = await _free(tx, holder, ticket, wished)
    half_days = core.half_days(tx.now, office.working, 2 * core.AT_MOST)
    free = await _free(tx, holder, ticket, [w for w in half_days if w not in own_free])
    windows = [*own_free, *free][: max(SUGGESTED, len(own_free))]
    if not windows:
        await notices.tell(tx, who, views.nothing_free(ticket), ticket)
        return
    await bookings.withdraw(tx, ticket)
    await _row(tx, ticket, holder, who, "draft", windows)
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
    await _ask(tx, office, ticket, holder, who, windows)
    await notices.tell(tx, who, views.offered(office.voice, ticket, windows, tx.now), ticket)
    if holder.id != who.id:
        await notices.tell(tx, holder, views.offered(office.voice, ticket, windows, tx.now), ticket)


async def choose(tx: Tx, office: Office, ticket: Ticket, who: Person, index: int) -> bool:
    """The reporter takes one of the windows. False when that is no question to him any more."""
    row = await bookings.asked(tx, ticket)
    if row is None or row.state != "offered" or index >= len(row.windows):
        return False
    when = bookings.windows(row)[index]
    holder = await people.person(tx, row.person_id)
    if holder is None or ticket.assignee_id != holder.id:
        return False
    if when.end <= tx.now:
        await notices.tell(tx, who, views.trouble(Trouble.PAST), ticket)
        await cards.expect(tx, who, ticket, KIND)
    elif found := await bookings.problem(tx, holder, ticket, when):
        await notices.tell(tx, who, views.he_cannot(office.voice, ticket, holder, when, found[0], tx.now), ticket)
        await cards.expect(tx, who, ticket, KIND)
    else:
        await _agree(tx, office, ticket, row, when, holder, who)
    return True


async def none_of_them(tx: Tx, office: Office, ticket: Ticket, who: Person) -> bool:
    """都不行 / 不行: he is asked for his own time; technician and desk know. False when that is no question any more."""
    row = await bookings.asked(tx, ticket)
    if row is None or row.state != "offered":
        return False
    await _refuse(tx, ticket, row, who, "都不行")
    await cards.expect(tx, who, ticket, KIND)
    await notices.tell(tx, who, views.which_time(ticket), ticket)
    await _tell(tx, office, ticket, row, views.refused(office.voice, ticket, late=row.instead_of is not None))
    return True


async def own_time(tx: Tx, office: Office, ticket: Ticket, who: Person, text: str) -> None:
    """The reporter names his own time: one of those offered is chosen by it, another is put to the technician."""
    found = read(tx, office, text)
    if isinstance(found, Trouble):
        await notices.tell(tx, who, views.trouble(found), ticket)
        await cards.expect(tx, who, ticket, KIND)
        return
    row, when = await bookings.asked(tx, ticket), found[0]
    offered = bookings.windows(row) if row is not None and row.state == "offered" else []
    within = next((i for i, w in enumerate(offered) if w == when), None)
    if within is not None and await choose(tx, office, ticket, who, within):
        await _answered(tx, who, ticket)
        return
    holder = await people.person(tx, ticket.assignee_id)
    if holder is None or not _with_holder(ticket):
        await notices.tell(tx, who, views.over(ticket), ticket)
        return
    if problem := await bookings.problem(tx, holder, ticket, when):
        await notices.tell(tx, who, views.he_cannot(office.voice, ticket, holder, when, problem[0], tx.now), ticket)
        await cards.expect(tx, who, ticket, KIND)
        return
    await _answered(tx, who, ticket)
    standing = await bookings.agreed(tx, ticket)
    await bookings.withdraw(tx, ticket)
    made = await _row(tx, ticket, holder, who, "countered", [when], standing)
    await tx.record(ticket.id or 0, "visit-countered", who.id, {"visit": made.id, "windows": made.windows})
    await _wait_for_answer(tx, ticket, made)
    await notices.hand(
        tx, holder, "visit-own", lambda c: views.his_own(office.voice, ticket, c, who, when, tx.now), ticket
    )
    await notices.tell(tx, who, views.own_noted(ticket, holder), ticket)


async def answer_own(tx: Tx, office: Office, ticket: Ticket, who: Person, *, yes: bool) -> bool:
    """可约 / 约不了 by the technician, about the reporter's own time. False when nothing waits for him."""
    row = await bookings.asked(tx, ticket)
    if row is None or row.state != "countered" or row.person_id != who.id:
        return False
    asker, when = await people.person(tx, ticket.reporter_id), bookings.windows(row)[0]
    problem = await bookings.problem(tx, who, ticket, when) if yes else None
    if problem is not None:
        await notices.tell(tx, who, views.you_cannot(office.voice, ticket, who, when, *problem, tx.now), ticket)
    elif yes and when.end <= tx.now:
        await notices.tell(tx, who, views.trouble(Trouble.PAST), ticket)
    elif yes:
        await _agree(tx, office, ticket, row, when, who, asker)
    else:
        await _refuse(tx, ticket, row, who, "约不了")
        await notices.tell(tx, who, views.noted(ticket), ticket)
        await notices.tell(tx, asker, views.answered_no(ticket, who), ticket)
    return True


async def late(tx: Tx, office: Office, ticket: Ticket, who: Person, by: timedelta) -> None:
    """要晚到 30分钟: the reporter is asked about the window that follows; the one agreed stands until he takes it."""
    row = await bookings.agreed(tx, ticket)
    if row is None:
        await notices.tell(tx, who, views.none_agreed(ticket), ticket)
        return
    then = core.delayed(bookings.window(row), by, tx.now)
    if not core.worked(then, office.working):
        await notices.tell(tx, who, views.trouble(Trouble.OFF_HOURS), ticket)
    elif found := await bookings.problem(tx, who, ticket, then):
        await notices.tell(tx, who, views.you_cannot(office.voice, ticket, who, then, *found, tx.now), ticket)
    else:
        await _ask(tx, office, ticket, who, who, [then], row)
        await notices.tell(tx, who, views.offered(office.voice, ticket, [then], tx.now), ticket)


async def cancel(tx: Tx, office: Office, ticket: Ticket, who: Person) -> None:
    """取消预约 by the technician, the desk or the reporter: the ticket stays; a clock that waited for it runs again.

    A question that waits for its answer is taken back as well.
    """
    row, question = await bookings.agreed(tx, ticket), await bookings.asked(tx, ticket)
    stood = await bookings.void(tx, ticket, who)
    if stood and ticket.paused == VISIT:
        await fieldwork.resume(tx, office, ticket, who, quiet=True)
    await notices.tell(tx, who, views.cancelled(ticket, stood or question is not None), ticket)
    if row is None:
        return
    asker, holder = await people.person(tx, ticket.reporter_id), await people.person(tx, ticket.assignee_id)
    when = bookings.window(row)
    if asker is not None and asker.id != who.id:
        await notices.tell(tx, asker, views.fell(office.voice, ticket, when, tx.now), ticket)
    if holder is not None and holder.id != who.id:
        await notices.tell(tx, holder, views.cancelled(ticket, True), ticket)


async def remind_technician(tx: Tx, office: Office, row: TimerRow) -> str:
    """Timer: half an hour before."""
    if (found := await _ahead(tx, row, before=True)) is None:
        return "over"
    ticket, visit = found
    unit, holder = await people.unit_name(tx, ticket.unit_id), await people.person(tx, ticket.assignee_id)
    said = views.reminder(office.voice, ticket, unit, bookings.window(visit), tx.now)
    await notices.tell(tx, holder, said, ticket)
    return "reminded"


async def remind_reporter(tx: Tx, office: Office, row: TimerRow) -> str:
    """Timer: on the morning of the day."""
    if (found := await _ahead(tx, row, before=True)) is None:
        return "over"
    ticket, visit = found
    holder = await people.person(tx, ticket.assignee_id)
    said = views.this_morning(office.voice, ticket, holder, bookings.window(visit), tx.now)
    await notices.tell(tx, await people.person(tx, ticket.reporter_id), said, ticket)
    return "reminded"


async def closing(tx: Tx, office: Office, row: TimerRow) -> str:
    """Timer: the window is about to close and nobody is there. The reporter hears of it before, with a new window.

    After an outage that outlasted the window its end says all there is to say.
    """
    if (found := await _ahead(tx, row)) is None:
        return "over"
    ticket, visit = found
    if tx.now >= bookings.window(visit).end:
        return "too late"
    asked = await bookings.asked(tx, ticket)
    if asked is not None and asked.instead_of == visit.id:
        return "asked already"
    holder = await people.person(tx, ticket.assignee_id)
    then = await _next(tx, office, ticket, visit, holder) if holder is not None and _with_holder(ticket) else None
    if holder is not None and then is not None:
        await _ask(tx, office, ticket, holder, holder, [then], visit)
    else:
        asker = await people.person(tx, ticket.reporter_id)
        await notices.tell(tx, asker, views.comes_late(ticket, holder), ticket)
    said = views.closing(office.voice, ticket, bookings.window(visit), then, tx.now)
    await notices.tell(tx, holder, said, ticket)
    await seats.tell(tx, office, said, ticket)
    return "asked" if then else "told"


async def over(tx: Tx, office: Office, row: TimerRow) -> str:
    """Timer: the window is over and nobody was there. It is missed, and everybody knows."""
    if (found := await _ahead(tx, row)) is None:
        return "over"
    ticket, visit = found
    when = bookings.window(visit)
    holder = await people.person(tx, ticket.assignee_id)
    await bookings.end(tx, ticket, visit, "missed", None)
    asker = await people.person(tx, ticket.reporter_id)
    await notices.tell(tx, asker, views.missed(office.voice, ticket, when, tx.now), ticket)
    said = views.missed_desk(office.voice, ticket, holder, when, tx.now)
    await notices.tell(tx, holder, said, ticket)
    await seats.tell(tx, office, said, ticket)
    return "missed"


async def silent(tx: Tx, office: Office, row: TimerRow) -> str:
    """Timer: a question about a time was not answered. Whoever can telephone is told."""
    visit, ticket = await tx.session.get(Visit, row.data["visit"]), await tickets.get(tx, row.ticket_id)
    if visit is None or ticket is None or visit.state not in bookings.ASKED or not bookings.ahead(ticket):
        return "answered"
    if visit.person_id != ticket.assignee_id:
        return "not his any more"
    if visit.state == "offered":
        await notices.tell(tx, await people.person(tx, visit.person_id), views.unanswered(ticket, "报障人"), ticket)
    else:
        holder = await people.person(tx, visit.person_id)
        await seats.tell(tx, office, views.unanswered(ticket, holder.name if holder else ""), ticket)
    return "told"


async def kept(tx: Tx, since: datetime, until: datetime) -> views.Kept:
    """(kept, all) of the appointments that ended in that time and stood to the end; computed from the events alone."""
    ended_then = (col(TicketEvent.at) >= since, col(TicketEvent.at) < until)
    statement = select(TicketEvent).where(text(VISIT_ENDED), *ended_then)
    numbers: dict[int, set[int]] = {}
    for event in (await tx.session.exec(statement)).all():
        numbers.setdefault(event.ticket_id, set()).add(int(event.data["visit"]))
    found: list[bool] = []
    for ticket_id, mine in numbers.items():
        if (ticket := await tickets.get(tx, ticket_id)) is not None:
            ended = core.outcomes(await clocks.marks(tx, ticket))
            found += [was_kept for number, was_kept in ended.items() if number in mine]
    return sum(found), len(found)


async def _agree(
    tx: Tx, office: Office, ticket: Ticket, row: Visit, when: Window, holder: Person, asker: Person | None
) -> None:
    """It is settled: the one before gives way, the clock waits, and everybody has it on his card."""
    if (before := await bookings.agreed(tx, ticket)) is not None:
        await bookings.end(tx, ticket, before, "moved", asker)
    row.starts_at, row.ends_at = when.start, when.end
    await bookings.stands(tx, office, row, ticket, asker)
    if row.instead_of is None:  # a delay is the provider's: the clock goes on from the time that was agreed first
        await bookings.rest(tx, office, ticket, row, asker)
    await notices.close_cards(tx, ticket, bookings.CARDS, views.taken(office.voice, when, tx.now))
    await notices.tell(tx, asker, views.settled(office.voice, ticket, holder, when, tx.now), ticket)
    waits = row.instead_of is None and bookings.waits(ticket, tx.now)
    said = views.settled_holder(office.voice, ticket, when, tx.now, waits=waits)
    await _tell(tx, office, ticket, row, said)
    await holding.work_card(tx, office, ticket, holder)


async def _refuse(tx: Tx, ticket: Ticket, row: Visit, who: Person, label: str) -> None:
    row.state, row.answered_at = "refused", tx.now
    tx.add(row)
    await tx.forget(bookings.timer(row, "answer"))
    await tx.record(ticket.id or 0, "visit-refused", who.id, {"visit": row.id})
    await notices.close_cards(tx, ticket, bookings.CARDS, label)


async def _ask(
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
    row = await _row(tx, ticket, holder, by, "offered", windows, instead_of)
    await tx.record(ticket.id or 0, "visit-offered", by.id, {"visit": row.id, "windows": row.windows})
    await _wait_for_answer(tx, ticket, row)
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


async def _row(
    tx: Tx,
    ticket: Ticket,
    holder: Person,
    by: Person,
    state_: str,
    windows: Sequence[Window],
    instead_of: Visit | None = None,
) -> Visit:
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


async def _wait_for_answer(tx: Tx, ticket: Ticket, row: Visit) -> None:
    first = min(w.start for w in bookings.windows(row))
    due = min(tx.now + ANSWER, max(first, tx.now + timedelta(minutes=10)))
    await tx.remind(bookings.timer(row, "answer"), due, "visit-answer", ticket.id, data={"visit": row.id})


async def _tell(tx: Tx, office: Office, ticket: Ticket, row: Visit, said: Say) -> None:
    """The technician; the desk too, when it proposed or when it is about a delay."""
    holder = await people.person(tx, row.person_id)
    await notices.tell(tx, holder, said, ticket)
    by = await people.person(tx, row.asked_by)
    if row.instead_of is not None or (by is not None and people.is_desk(by)):
        await seats.tell(tx, office, said, ticket)


async def _holder(tx: Tx, ticket: Ticket, who: Person) -> Person | None:
    """Who would come; without anybody, or when somebody is there already, `who` is told."""
    holder = await people.person(tx, ticket.assignee_id)
    if holder is not None and _with_holder(ticket):
        return holder
    said = views.no_holder(ticket) if bookings.ahead(ticket) else views.not_now(ticket, state(ticket))
    await notices.tell(tx, who, said, ticket)
    return None


def _with_holder(ticket: Ticket) -> bool:
    return ticket.owner == "technician" and Status(ticket.status) in bookings.HELD


async def _free(tx: Tx, holder: Person, ticket: Ticket, windows: Sequence[Window]) -> list[Window]:
    return [w for w in windows if await bookings.problem(tx, holder, ticket, w) is None]


async def _next(tx: Tx, office: Office, ticket: Ticket, visit: Visit, holder: Person) -> Window | None:
    """The window to propose for one that closes: right after it, else the next half day he is free."""
    follows = Window(bookings.window(visit).end, bookings.window(visit).end + DELAY)
    half_days = core.half_days(follows.start, office.working, core.AT_MOST)
    tries = [follows] if core.worked(follows, office.working) else []
    return next(iter(await _free(tx, holder, ticket, [*tries, *half_days])), None)


async def _ahead(tx: Tx, row: TimerRow, *, before: bool = False) -> tuple[Ticket, Visit] | None:
    """What a timer is about, if somebody still has to come by it; `before`: and its window has not begun."""
    visit, ticket = await tx.session.get(Visit, row.data["visit"]), await tickets.get(tx, row.ticket_id)
    if visit is None or ticket is None or visit.state != "agreed" or not bookings.ahead(ticket):
        return None
    return None if before and tx.now >= bookings.window(visit).start else (ticket, visit)


async def _answered(tx: Tx, who: Person, ticket: Ticket) -> None:
    """The reporter has said when: nothing more is waited for of him."""
    pending = await cards.pending(tx, who)
    if pending is not None and pending.kind == KIND and pending.ticket_id == ticket.id:
        await cards.answered(tx, who)

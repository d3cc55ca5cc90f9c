"""The appointments that stand: whose they are, whether somebody can keep one, and what becomes of it when the ticket moves.

An appointment belongs to the ticket. It passes with the ticket to whoever can keep it, and ends when somebody is there or
nobody needs to come. How one is made is `visits` and `visit_answers`.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum

from sqlmodel import col, select

from bot.core.charging import VISIT
from bot.core.duty import by_person, leave_of
from bot.core.ticket import Status
from bot.core.visits import Window, covered
from bot.desk import people, shifts, tickets
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import Person, Ticket, Visit
from bot.views import notices
from bot.views import visits as views
from bot.views.words import STILL_TO_COME

HELD = (Status.ACCEPTED, Status.EN_ROUTE, Status.REMOTE)
"""The states in which somebody has the ticket and may still have to come."""
ASKED = ("offered", "countered")
CARDS = ("visit", "visit-pick", "visit-own")
"""The reporter's choice, the technician's first suggestions, the reporter's own time for the technician."""
TIMERS = ("ahead", "morning", "closing", "over", "answer")


class Problem(StrEnum):
    """Why somebody cannot keep an appointment."""

    OFF_DUTY = "off-duty"
    CLASH = "clash"


Found = tuple[Problem, Ticket | None]
"""Why, and the other ticket he is promised to."""


def window(row: Visit) -> Window:
    """The window that was agreed."""
    if row.starts_at is None or row.ends_at is None:
        raise LookupError(f"visit {row.id} was never agreed")
    return Window(row.starts_at, row.ends_at)


def windows(row: Visit) -> list[Window]:
    """The windows that can be chosen."""
    return [Window(datetime.fromisoformat(start), datetime.fromisoformat(end)) for start, end in row.windows]


def timer(row: Visit, what: str) -> str:
    return f"visit:{row.id}:{what}"


def ahead(ticket: Ticket) -> bool:
    """Whether somebody may still have to come."""
    return Status(ticket.status) in STILL_TO_COME


def waits(ticket: Ticket, now: datetime) -> bool:
    """Whether the ticket rests until its appointment: setting out earlier does not end that."""
    return ticket.paused == VISIT and ticket.visit_from is not None and now < ticket.visit_from


async def agreed(tx: Tx, ticket: Ticket) -> Visit | None:
    """The appointment that stands."""
    return await _latest(tx, ticket, ("agreed",))


async def asked(tx: Tx, ticket: Ticket) -> Visit | None:
    """The question that waits for the reporter's or the technician's answer."""
    return await _latest(tx, ticket, ASKED)


async def draft(tx: Tx, ticket: Ticket) -> Visit | None:
    return await _latest(tx, ticket, ("draft",))


async def standing(tx: Tx) -> list[tuple[Visit, Ticket]]:
    """Every appointment that somebody has ahead of him, the next first."""
    statement = (
        select(Visit, Ticket)
        .join(Ticket, col(Ticket.id) == col(Visit.ticket_id))
        .where(Visit.state == "agreed", Ticket.assignee_id == Visit.person_id)
        .where(col(Ticket.status).in_([str(s) for s in HELD]))
        .order_by(col(Visit.starts_at))
    )
    return list((await tx.session.exec(statement)).all())


async def offered_to(tx: Tx, who: Person) -> list[tuple[Visit, Ticket]]:
    """What a reporter is being asked, the newest question first."""
    statement = (
        select(Visit, Ticket)
        .join(Ticket, col(Ticket.id) == col(Visit.ticket_id))
        .where(Ticket.reporter_id == who.id, Visit.state == "offered")
        .where(col(Ticket.status).in_([str(s) for s in STILL_TO_COME]))
        .order_by(col(Visit.id).desc())
    )
    return list((await tx.session.exec(statement)).all())


async def problem(tx: Tx, who: Person, ticket: Ticket, when: Window) -> Found | None:
    """Why he cannot be there then; None when he can."""
    return (await problems(tx, [who], ticket, when)).get(who.id)


async def problems(tx: Tx, several: Sequence[Person], ticket: Ticket, when: Window) -> dict[int | None, Found]:
    """Why which of them cannot be there then: off duty by the roster, or promised elsewhere (the other ticket). Who can is
    not in it. As many queries for all of them as for one.

    Hours for which the roster has nobody at all are not in it yet: the evening before tells whether he is there.
    """
    spans = by_person((row.person_id, shifts.span_of(row)) for row in await shifts.rows(tx, when.start, when.end))
    known = await shifts.rostered(tx) if spans else set()
    promised: dict[int | None, Ticket] = {}
    for row, other in await standing(tx):
        if other.id != ticket.id and not _same_place(ticket, other) and window(row).overlaps(when):
            promised.setdefault(row.person_id, other)
    found: dict[int | None, Found] = {
        who.id: (Problem.CLASH, promised[who.id]) for who in several if who.id in promised
    }
    for who in several:
        his = spans.get(who.id or 0, ())
        if leave_of(his) or (who.id in known and not covered(when, his)):
            found[who.id] = (Problem.OFF_DUTY, None)
    return found


async def who_can(tx: Tx, ticket: Ticket, several: Sequence[Person]) -> list[Person]:
    """Those who can keep the ticket's appointment; all, when it has none."""
    row = await agreed(tx, ticket)
    if row is None or window(row).end <= tx.now:
        return list(several)
    cannot = await problems(tx, several, ticket, window(row))
    return [p for p in several if p.id not in cannot]


async def barred(tx: Tx, office: Office, ticket: Ticket, to: Person) -> str:
    """Why he cannot take the ticket over with its appointment, in words; empty when he can."""
    row = await agreed(tx, ticket)
    if row is None or window(row).end <= tx.now:
        return ""
    found = await problem(tx, to, ticket, window(row))
    return views.cannot_keep(office.voice, ticket, window(row), *found, tx.now) if found else ""


async def rest(tx: Tx, office: Office, ticket: Ticket, row: Visit, because_of: Person | None) -> None:
    """The clock waits for the agency until the window it chose begins; never that of a P1."""
    start = window(row).start
    if ticket.priority == "P1" or start <= tx.now or Status(ticket.status) not in HELD:
        return
    await tickets.pause(tx, office, ticket, because_of, VISIT)
    await tx.remind(tickets.pause_key(ticket), start, "pause-over", ticket.id)


async def passed(tx: Tx, office: Office, ticket: Ticket, who: Person) -> bool:
    """Somebody has the ticket now: the appointment is his, or falls when he cannot keep it, and he is asked to make another.

    Whether the reporter was told who comes instead, at the same time.
    """
    question = await asked(tx, ticket)
    if question is not None and question.person_id != who.id:
        await withdraw(tx, ticket)
        await notices.tell(tx, who, views.none_agreed(ticket), ticket)
    row = await agreed(tx, ticket)
    if row is None or window(row).end <= tx.now:
        return False
    reporter = await people.person(tx, ticket.reporter_id)
    when = window(row)
    if await problem(tx, who, ticket, when) is not None:
        await void(tx, ticket, None)
        await notices.tell(tx, who, views.make_another(office.voice, ticket, when, tx.now), ticket)
        await notices.tell(tx, reporter, views.fell(office.voice, ticket, when, tx.now), ticket)
        return False
    await rest(tx, office, ticket, row, reporter)
    another = row.person_id != who.id
    if another:
        row.person_id = who.id or 0
        tx.add(row)
        await tx.record(ticket.id or 0, "visit-passed", who.id, _data(row))
        await notices.tell(tx, reporter, views.same_time(office.voice, ticket, who, when, tx.now), ticket)
    return another


async def arrived(tx: Tx, ticket: Ticket, who: Person) -> None:
    """到场: the appointment was kept, if it was in time."""
    await withdraw(tx, ticket)
    if (row := await agreed(tx, ticket)) is None:
        return
    await end(tx, ticket, row, "kept" if tx.now <= window(row).end else "missed", who)


async def again(tx: Tx, office: Office, ticket: Ticket) -> None:
    """What ended it (到场, 已解决) was taken back: the appointment stands again."""
    ended = select(Visit).where(Visit.ticket_id == ticket.id, col(Visit.starts_at).is_not(None))
    row = (await tx.session.exec(ended.order_by(col(Visit.id).desc()))).first()
    if row is None:
        return
    row.state = "agreed"
    tx.add(row)
    when = window(row)
    await tickets.appoint(tx, ticket, "visit-agreed", None, (when.start, when.end), _data(row))
    await set_timers(tx, office, row)
    if ticket.paused == VISIT:
        await tx.remind(tickets.pause_key(ticket), when.start, "pause-over", ticket.id)


async def void(tx: Tx, ticket: Ticket, who: Person | None) -> bool:
    """Nobody has to come, or not then: the appointment and every question about one are over. False when none stood."""
    await withdraw(tx, ticket)
    if (row := await agreed(tx, ticket)) is None:
        return False
    await end(tx, ticket, row, "withdrawn", who)
    return True


async def withdraw(tx: Tx, ticket: Ticket) -> None:
    """Questions about another time need no answer any more."""
    statement = select(Visit).where(Visit.ticket_id == ticket.id, col(Visit.state).in_([*ASKED, "draft"]))
    for row in (await tx.session.exec(statement)).all():
        row.state = "withdrawn"
        tx.add(row)
        await tx.forget(timer(row, "answer"))
    await notices.close_cards(tx, ticket, CARDS, "已失效")


async def end(tx: Tx, ticket: Ticket, row: Visit, state: str, who: Person | None) -> None:
    """An agreed appointment is kept | missed | moved | withdrawn: an event each, with its window."""
    row.state = state
    tx.add(row)
    await tx.forget(*(timer(row, what) for what in TIMERS))
    await tickets.appoint(tx, ticket, f"visit-{state}", who, None, _data(row))


async def stands(tx: Tx, office: Office, row: Visit, ticket: Ticket, by: Person | None) -> None:
    """It is agreed: on the ticket, in the timeline, with everything it sets going."""
    when = window(row)
    row.state, row.answered_at = "agreed", tx.now
    tx.add(row)
    await tx.forget(timer(row, "answer"))
    await tickets.appoint(tx, ticket, "visit-agreed", by, (when.start, when.end), _data(row))
    await set_timers(tx, office, row)


MORNING = time(8)
"""When the reporter is reminded of an appointment of that day (assumed)."""
REMIND = timedelta(minutes=30)
CLOSING = timedelta(minutes=15)
"""How long before its end a window without an arrival is spoken about (assumed)."""


async def set_timers(tx: Tx, office: Office, row: Visit) -> None:
    """The reminders, the look before the window closes, and its end."""
    when = window(row)
    zone = office.voice.zone
    day = when.start.astimezone(zone).date()
    due = {
        "ahead": when.start - REMIND,
        "closing": max(when.start, when.end - CLOSING),
        "over": when.end,
    }
    if day > tx.now.astimezone(zone).date():
        due["morning"] = datetime.combine(day, MORNING, zone)
    for what, at in due.items():
        if at > tx.now or what == "over":
            await tx.remind(
                timer(row, what), at.astimezone(UTC), f"visit-{what}", row.ticket_id, data={"visit": row.id}
            )


async def tell_uncovered(tx: Tx, office: Office, who: Person | None = None) -> None:
    """The desk hears, once, of each appointment (of `who`, else of all) for which the roster will not have him there."""
    for row, ticket in await standing(tx):
        holder, when = await people.person(tx, row.person_id), window(row)
        if holder is None or when.end <= tx.now or (who is not None and who.id != holder.id):
            continue
        found = await problem(tx, holder, ticket, when)
        if found is None or found[0] is not Problem.OFF_DUTY:
            continue
        said = views.nobody_there(office.voice, ticket, holder, when, tx.now)
        for seat in await people.seats(tx, office.fallback_owner):
            await notices.tell(tx, seat, said, ticket, once=f"visit-uncovered:{row.id}:{holder.id}")


def _data(row: Visit) -> dict[str, object]:
    when = window(row)
    return {
        "visit": row.id,
        "technician": row.person_id,
        "start": when.start.isoformat(),
        "end": when.end.isoformat(),
        "instead_of": row.instead_of,
    }


def _same_place(one: Ticket, other: Ticket) -> bool:
    """Both at one site, or, where a site is not known, of one agency."""
    if one.site_id is not None and other.site_id is not None:
        return one.site_id == other.site_id
    return one.unit_id is not None and one.unit_id == other.unit_id


async def _latest(tx: Tx, ticket: Ticket, states: Sequence[str]) -> Visit | None:
    statement = select(Visit).where(Visit.ticket_id == ticket.id, col(Visit.state).in_(list(states)))
    return (await tx.session.exec(statement.order_by(col(Visit.id).desc()))).first()

"""What falls due about a visit: reminders, a window about to close, one that is over, a question nobody answered.

A delay is told before the window closes, with the next one to choose.
"""

from datetime import timedelta

from bot.core import visits as core
from bot.core.visits import Window
from bot.desk import bookings, people, seats, tickets, visits
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import Person, Ticket, TimerRow, Visit
from bot.views import notices
from bot.views import visits as views

DELAY = timedelta(hours=1)
"""What is proposed when a window is about to close and nobody said how late he will be (assumed)."""


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
    then = await _next(tx, office, ticket, visit, holder) if holder is not None and visits.has_holder(ticket) else None
    if holder is not None and then is not None:
        await visits.ask(tx, office, ticket, holder, holder, [then], visit)
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


async def _next(tx: Tx, office: Office, ticket: Ticket, visit: Visit, holder: Person) -> Window | None:
    """The window to propose for one that closes: right after it, else the next half day he is free."""
    follows = Window(bookings.window(visit).end, bookings.window(visit).end + DELAY)
    half_days = core.half_days(follows.start, office.working, core.AT_MOST)
    tries = [follows] if core.worked(follows, office.working) else []
    return next(iter(await visits.can_keep(tx, holder, ticket, [*tries, *half_days])), None)


async def _ahead(tx: Tx, row: TimerRow, *, before: bool = False) -> tuple[Ticket, Visit] | None:
    """What a timer is about, if somebody still has to come by it; `before`: and its window has not begun."""
    visit, ticket = await tx.session.get(Visit, row.data["visit"]), await tickets.get(tx, row.ticket_id)
    if visit is None or ticket is None or visit.state != "agreed" or not bookings.ahead(ticket):
        return None
    return None if before and tx.now >= bookings.window(visit).start else (ticket, visit)

"""What is answered about a visit: the reporter takes a window, none, or names his own time; the technician takes that.

Whatever is agreed goes through `bookings`, so that the one before gives way and the clock waits.
"""

from bot.core.visits import Trouble, Window
from bot.desk import bookings, cards, holding, people, visits
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import Person, Ticket, Visit
from bot.views import notices
from bot.views import visits as views


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
        await cards.expect(tx, who, ticket, visits.KIND)
    elif found := await bookings.problem(tx, holder, ticket, when):
        await notices.tell(tx, who, views.he_cannot(office.voice, ticket, holder, when, found[0], tx.now), ticket)
        await cards.expect(tx, who, ticket, visits.KIND)
    else:
        await _agree(tx, office, ticket, row, when, holder, who)
    return True


async def none_of_them(tx: Tx, office: Office, ticket: Ticket, who: Person) -> bool:
    """都不行 / 不行: he is asked for his own time; technician and desk know. False when that is no question any more."""
    row = await bookings.asked(tx, ticket)
    if row is None or row.state != "offered":
        return False
    await _refuse(tx, ticket, row, who, "都不行")
    await cards.expect(tx, who, ticket, visits.KIND)
    await notices.tell(tx, who, views.which_time(ticket), ticket)
    await visits.tell_ours(
        tx, office, ticket, row, views.refused(office.voice, ticket, late=row.instead_of is not None)
    )
    return True


async def own_time(tx: Tx, office: Office, ticket: Ticket, who: Person, found: list[Window] | Trouble) -> None:
    """The reporter names his own time, as read: one of those offered is chosen by it, another is put to the technician."""
    if isinstance(found, Trouble):
        await notices.tell(tx, who, views.trouble(found), ticket)
        await cards.expect(tx, who, ticket, visits.KIND)
        return
    row, when = await bookings.asked(tx, ticket), found[0]
    offered = bookings.windows(row) if row is not None and row.state == "offered" else []
    within = next((i for i, w in enumerate(offered) if w == when), None)
    if within is not None and await choose(tx, office, ticket, who, within):
        await _answered(tx, who, ticket)
        return
    holder = await people.person(tx, ticket.assignee_id)
    if holder is None or not visits.has_holder(ticket):
        await notices.tell(tx, who, views.over(ticket), ticket)
        return
    if problem := await bookings.problem(tx, holder, ticket, when):
        await notices.tell(tx, who, views.he_cannot(office.voice, ticket, holder, when, problem[0], tx.now), ticket)
        await cards.expect(tx, who, ticket, visits.KIND)
        return
    await _answered(tx, who, ticket)
    standing = await bookings.agreed(tx, ticket)
    await bookings.withdraw(tx, ticket)
    made = await visits.write_down(tx, ticket, holder, who, "countered", [when], standing)
    await tx.record(ticket.id or 0, "visit-countered", who.id, {"visit": made.id, "windows": made.windows})
    await visits.await_answer(tx, ticket, made)
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
    await visits.tell_ours(tx, office, ticket, row, said)
    await holding.work_card(tx, office, ticket, holder)


async def _refuse(tx: Tx, ticket: Ticket, row: Visit, who: Person, label: str) -> None:
    row.state, row.answered_at = "refused", tx.now
    tx.add(row)
    await tx.forget(bookings.timer(row, "answer"))
    await tx.record(ticket.id or 0, "visit-refused", who.id, {"visit": row.id})
    await notices.close_cards(tx, ticket, bookings.CARDS, label)


async def _answered(tx: Tx, who: Person, ticket: Ticket) -> None:
    """The reporter has said when: nothing more is waited for of him."""
    pending = await cards.pending(tx, who)
    if pending is not None and pending.kind == visits.KIND and pending.ticket_id == ticket.id:
        await cards.answered(tx, who)

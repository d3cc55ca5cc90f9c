"""Merging (合并): two tickets about one matter become one, and the undo puts everything back.

The merged ticket keeps its holder, its place in the procedure, its pause and its deadlines; they only rest. Its reporter
is told now, when the other one is resolved, and when the merge is undone. Once the other one is a classified matter (R5) the
words of both are erased: then there is no undo, and the report never goes on but as a classified one.
"""

from typing import Literal

from sqlmodel import col, select

from bot.core.ticket import LIVE, Action, Status
from bot.desk import (
    candidates,
    dispatch,
    erasure,
    guidance,
    holding,
    leavers,
    offers,
    people,
    relay_follow,
    seats,
    tickets,
)
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import Dialogue, Guidance, Merger, Offer, Person, Ticket, TimerRow
from bot.views import desk_tools as views
from bot.views import notices, reporter, technician
from bot.views.words import number

Problem = Literal["", "same", "merged", "over", "target-over", "classified", "safety"]
"""Why two tickets cannot be merged; empty: they can."""
RESTS = "merged"
"""Outcome of a deadline that rests while its ticket is merged."""
CARDS = ("question", "selfhelp", "desk", "work", "step", "gate", "ended")
LATEST = 20
"""How many merges are looked through for those that can still be undone; most are of tickets closed since."""
KEPT = ("options", "faults", "blocking", "step", "alongside", "index")
"""What is kept of an unanswered question: codes and our own words, nothing that somebody said."""


def problem(ticket: Ticket, into: Ticket) -> Problem:
    """Why `ticket` cannot be merged into `into`."""
    if ticket.id == into.id:
        return "same"
    if ticket.status == Status.MERGED:
        return "merged"
    if "classified" in (ticket.kind, into.kind):
        return "classified"
    if not tickets.can(into, Action.MERGE):
        return "target-over"
    if not tickets.can(ticket, Action.MERGE):
        return "over"
    return "safety" if ticket.safety and not into.safety else ""


async def merge(tx: Tx, office: Office, ticket: Ticket, into: Ticket, seat: Person) -> None:
    """`ticket` is handled with `into` from now on: whoever was on it is free, its deadlines rest, its reporter knows."""
    who, holder = await people.person(tx, ticket.reporter_id), await people.person(tx, ticket.assignee_id)
    offer = (await tx.session.exec(select(Offer).where(Offer.ticket_id == ticket.id, Offer.state == "open"))).first()
    merger = Merger(
        ticket_id=ticket.id or 0, into_id=into.id or 0, by_id=seat.id, at=tx.now, parent_before=ticket.parent_id
    )
    merger.offer_id = offer.id if offer else None
    merger.dialogue = await _take_question(tx, ticket)
    tx.add(merger)
    label = f"并入{number(into)}"
    await offers.withdraw(tx, ticket, label, seat)
    await _rest(tx, ticket)
    await notices.close_cards(tx, ticket, CARDS, label)
    if holder is not None and ticket.owner == "technician":
        await notices.tell(tx, holder, technician.withdrawn(ticket, label), ticket)
        await tickets.let_go(tx, ticket, holder)
    await tickets.act(tx, ticket, Action.MERGE, seat, parent_id=into.id, paused=ticket.paused)
    await notices.tell(tx, who, views.merged_reporter(ticket, into), ticket)
    other = await people.person(tx, into.assignee_id)
    if other is not None and other.id != seat.id:
        words = await tickets.first_words(tx, ticket)
        await notices.tell(tx, other, views.merged_holder(ticket, into, words), into)
    await relay_follow.follow(tx, office, ticket)


async def undo(tx: Tx, office: Office, ticket: Ticket, seat: Person | None) -> bool:
    """撤销合并: status, holder, procedure, pause, question and deadlines as they were. False: the desk did not merge it,
    or it is a classified matter by now.

    Nobody (None): the ticket it was handled with was called off.
    """
    merger = await _standing(tx, ticket)
    if merger is None or ticket.status != Status.MERGED or await classified_with(tx, ticket) is not None:
        return False
    merger.undone_at = tx.now
    tx.add(merger)
    await tickets.act(tx, ticket, Action.UNDO, seat, parent_id=merger.parent_before, paused=ticket.paused)
    if ticket.paused:
        await tx.record(ticket.id or 0, "paused", seat.id if seat else None, office.paused(ticket.paused))
    await _wake(tx, ticket)
    asked = await _ask_again(tx, ticket, merger)
    who = await people.person(tx, ticket.reporter_id)
    await notices.tell(
        tx, who, views.unmerged_reporter(ticket, merger.dialogue.get("data", {}) if asked else {}), ticket
    )
    await _resume(tx, office, ticket, merger, asked)
    await relay_follow.follow(tx, office, ticket)
    return True


async def classified_with(tx: Tx, ticket: Ticket) -> Ticket | None:
    """The classified matter that a merged ticket is handled with, also by way of others."""
    into = await handled_with(tx, ticket)
    return into if into is not None and into.kind == "classified" else None


async def follow(tx: Tx, ticket: Ticket) -> None:
    """`ticket` is resolved: everybody whose report the desk merged into it hears of it."""
    for row in await merged_into(tx, ticket):
        if row.reporter_id != ticket.reporter_id:
            await notices.tell(tx, await people.person(tx, row.reporter_id), views.resolved_with(row, ticket), row)


async def unfollow(tx: Tx, ticket: Ticket) -> None:
    """That `ticket` is resolved was taken back: whoever had heard of it hears that too."""
    for row in await merged_into(tx, ticket):
        if row.reporter_id != ticket.reporter_id:
            await notices.tell(tx, await people.person(tx, row.reporter_id), views.unresolved_with(row, ticket), row)


async def release(tx: Tx, office: Office, ticket: Ticket) -> None:
    """`ticket` was called off. That says nothing of what others reported: it goes on by itself, as it was.

    Of a classified matter nothing is left to go on with: what was merged into it is the desk's, as classified too.
    """
    for row in await merged_into(tx, ticket):
        if ticket.kind == "classified":
            await leave_to_desk(tx, office, row)
        else:
            await undo(tx, office, row, None)


async def all_of(tx: Tx, ticket: Ticket) -> list[Ticket]:
    """The ticket and all that are handled with it, merged by the desk or linked by an incident, also by way of another."""
    found = [ticket]
    for one in found:
        statement = select(Ticket).where(Ticket.parent_id == one.id, Ticket.status == str(Status.MERGED))
        rows = (await tx.session.exec(statement.order_by(col(Ticket.id)))).all()
        found += [row for row in rows if row not in found]
    return found


async def merged_into(tx: Tx, ticket: Ticket) -> list[Ticket]:
    """What the desk merged into a ticket and is in it still, by number."""
    merged = select(Merger.ticket_id).where(Merger.into_id == ticket.id, col(Merger.undone_at).is_(None))
    statement = select(Ticket).where(col(Ticket.id).in_(merged), Ticket.status == str(Status.MERGED))
    return list((await tx.session.exec(statement.order_by(col(Ticket.id)))).all())


async def standing(tx: Tx) -> list[tuple[Merger, Ticket, Ticket]]:
    """The newest merges of the desk that stand, newest first, each with its ticket and the live one that is in."""
    rows = await tx.session.exec(
        select(Merger, Ticket)
        .join(Ticket, col(Ticket.id) == col(Merger.ticket_id))
        .where(col(Merger.undone_at).is_(None), Ticket.status == str(Status.MERGED))
        .order_by(col(Merger.id).desc())
        .limit(LATEST)
    )
    found = [(merger, ticket, await handled_with(tx, ticket)) for merger, ticket in rows.all()]
    return [(merger, ticket, into) for merger, ticket, into in found if into is not None and into.status in LIVE]


async def handled_with(tx: Tx, ticket: Ticket) -> Ticket | None:
    """What a ticket that the desk merged is handled with, also by way of others; live or not."""
    if ticket.status != Status.MERGED or await _standing(tx, ticket) is None:
        return None
    into: Ticket | None = ticket
    while into is not None and into.status == Status.MERGED:
        into = await tickets.get(tx, into.parent_id)
    return into


async def survivors(tx: Tx, who: Person) -> list[tuple[Ticket, Ticket]]:
    """His merged reports (also those in an incident), newest first, each with the live ticket it is handled with."""
    statement = select(Ticket).where(Ticket.reporter_id == who.id, Ticket.status == Status.MERGED)
    found: list[tuple[Ticket, Ticket]] = []
    for own in (await tx.session.exec(statement.order_by(col(Ticket.id).desc()))).all():
        into: Ticket | None = own
        while into is not None and into.status == Status.MERGED:
            into = await tickets.get(tx, into.parent_id)
        if into is not None and into.status in LIVE:
            found.append((own, into))
    return found


async def reported(tx: Tx, person_id: int | None, ticket: Ticket) -> bool:
    """Whether somebody reported this ticket, or one that is handled with it."""
    who = await people.person(tx, person_id)
    return who is not None and (
        who.id == ticket.reporter_id or any(into.id == ticket.id for _, into in await survivors(tx, who))
    )


async def more(tx: Tx, who: Person, own: Ticket, into: Ticket, words: tickets.Words) -> None:
    """What he sends about his merged report is kept with the ticket it is handled with; whoever holds that is told.

    The place and the rest of that ticket stay as its own reporter said.
    """
    await tickets.add_words(tx, into, who, words)
    await notices.tell(tx, who, views.added_to_merged(own, into), into)
    if words.text:
        await holding.tell_holder(tx, into, words.text)


async def leave_to_desk(tx: Tx, office: Office, ticket: Ticket) -> None:
    """Out of what it was handled with and referred as R5 at once: nothing that rested wakes, nobody is offered it or asked
    anything."""
    before: int | None = None
    if (merger := await _standing(tx, ticket)) is not None:
        before, merger.undone_at = merger.parent_before, tx.now
        tx.add(merger)
    await tickets.act(tx, ticket, Action.UNDO, None, parent_id=before, incident_id=None)
    await tickets.act(tx, ticket, Action.REFER, None, owner="desk", assignee_id=None, **erasure.CLASSIFIED)
    who, say = await people.person(tx, ticket.reporter_id), office.book.routes["R5"].say
    await notices.tell(tx, who, reporter.classified(say), ticket)
    await seats.to_desk(tx, office, ticket, "classified")
    await seats.watch(tx, ticket)


async def _standing(tx: Tx, ticket: Ticket) -> Merger | None:
    statement = select(Merger).where(Merger.ticket_id == ticket.id, col(Merger.undone_at).is_(None))
    return (await tx.session.exec(statement.order_by(col(Merger.id).desc()))).first()


async def _resume(tx: Tx, office: Office, ticket: Ticket, merger: Merger, asked: bool) -> None:
    """Whoever had it has it again, if he can be written to; without anybody, it goes where such a ticket goes."""
    holder = await people.person(tx, ticket.assignee_id)
    reached = holder is not None and await notices.address(tx, holder) is not None
    if holder is not None and not (reached and (people.is_engineer(holder) or people.is_desk(holder))):
        await leavers.hand_in(tx, office, holder, "left" if reached else "unreached")
        return
    if holder is not None and ticket.owner == "technician":
        await tickets.take_up(tx, ticket, holder)
        await notices.tell(tx, holder, views.unmerged_holder(ticket), ticket)
        if await tx.session.get(Guidance, ticket.id) is not None:
            await guidance.start(tx, office, ticket, holder)
        else:
            await holding.work_card(tx, office, ticket, holder)
        return
    if ticket.status == Status.DISPATCHED:
        offer = await tx.session.get(Offer, merger.offer_id) if merger.offer_id else None
        to = await people.person(tx, offer.person_id) if offer else None
        if offer is not None and to is not None and await candidates.is_there(tx, to):
            await offers.renew(tx, office, ticket, offer)
            return
        await tickets.act(tx, ticket, Action.OFFER_EXPIRED, None)
        await dispatch.offer_next(tx, office, ticket)
    elif holder is None and not asked:
        await seats.to_desk(tx, office, ticket, "unmerged")


async def _take_question(tx: Tx, ticket: Ticket) -> dict[str, object]:
    """The reporter's open question about this ticket, taken off him; empty when there is none."""
    row = await tx.session.get(Dialogue, ticket.reporter_id)
    if row is None or row.ticket_id != ticket.id:
        return {}
    kept = {key: value for key, value in row.data.items() if key in KEPT}
    taken: dict[str, object] = {"kind": row.kind, "data": kept}
    await tx.session.delete(row)
    await tx.flush()
    return taken


async def _ask_again(tx: Tx, ticket: Ticket, merger: Merger) -> bool:
    """Put the question back, unless the reporter is being asked something else."""
    if not merger.dialogue or await tx.session.get(Dialogue, ticket.reporter_id) is not None:
        return False
    kind, data = str(merger.dialogue["kind"]), dict(merger.dialogue["data"])
    row = Dialogue(person_id=ticket.reporter_id, ticket_id=ticket.id or 0, kind=kind, data=data, asked_at=tx.now)
    await tx.session.merge(row)
    return True


async def _rest(tx: Tx, ticket: Ticket) -> None:
    for row in await _timers(tx, ticket, col(TimerRow.fired_at).is_(None)):
        row.fired_at, row.outcome = tx.now, RESTS
        tx.add(row)


async def _wake(tx: Tx, ticket: Ticket) -> None:
    """Deadlines that rested count again; one that passed meanwhile is due at once."""
    for row in await _timers(tx, ticket, TimerRow.outcome == RESTS):
        row.fired_at, row.outcome = None, ""
        tx.add(row)
    tx.wake.add("timer")


async def _timers(tx: Tx, ticket: Ticket, condition: object) -> list[TimerRow]:
    statement = select(TimerRow).where(TimerRow.ticket_id == ticket.id, condition)  # type: ignore[arg-type]
    return list((await tx.session.exec(statement)).all())

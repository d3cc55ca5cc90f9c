"""Approvals (审批): the yes a service request needs before anybody is sent, from the right person of the reporter's agency.

A row for each approver of the request. Asked is whoever holds the position in the agency; silence brings a reminder,
then the next in line (bot/core/approval.py), at last the desk. Each question is an event that says whose side is asked,
so that the time spent waiting is charged to it. What follows from the answers is the matter of bot/desk/requests.py.
"""

from sqlmodel import col, select

from bot.core import approval
from bot.core.ticket import Status
from bot.desk import cards, people, roster, tickets
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import Approval as Approval
from bot.store.tables import Person, Ticket, TicketEvent, TimerRow
from bot.views import approvals as views
from bot.views import notices

REMIND = 120
NEXT = 240
"""Working minutes of silence until a reminder, and after it until the next in line is asked (assumed)."""
CARD = "approval"


async def ask(tx: Tx, office: Office, ticket: Ticket, position: str, stage: int) -> Approval:
    """Ask for the yes of a position. Whoever said yes to the same request in another capacity has said it already."""
    row = Approval(ticket_id=ticket.id or 0, stage=stage, position=position, asked_at=tx.now)
    agreed = {a.decided_by for a in await rows(tx, ticket) if a.state == "given"}
    groups = await _line(tx, office, ticket, position)
    row.asked = list(approval.following(groups, ()))
    tx.add(row)
    await tx.flush()
    holders = {p.id for p in await _holders(tx, office, ticket, position)}
    if already := next((a for a in agreed if a in holders), None):
        await decide(tx, ticket, row, await people.person(tx, already), yes=True)
    else:
        await _put(tx, office, ticket, row)
    return row


async def rows(tx: Tx, ticket: Ticket) -> list[Approval]:
    """The approvals of a request, in their order."""
    statement = select(Approval).where(Approval.ticket_id == ticket.id).order_by(col(Approval.stage))
    return list((await tx.session.exec(statement)).all())


async def standing(tx: Tx, ticket: Ticket) -> Approval | None:
    """The approval that is awaited now."""
    if ticket.status != Status.APPROVAL:
        return None
    return next((row for row in await rows(tx, ticket) if row.state == "asked"), None)


async def held(tx: Tx, ticket: Ticket) -> Approval | None:
    """The approval that is awaited now, held for this transaction: of two answers at once, on two nodes, one is the first.

    Raises Overtaken for the other, which is handled anew and then reads what stands.
    """
    row = await standing(tx, ticket)
    if row is None:
        return None
    now = await tx.session.get(Approval, row.id, with_for_update=True, populate_existing=True)
    if now is None or now.state != "asked":
        raise tickets.Overtaken(f"the approval of ticket {ticket.id} was answered meanwhile")
    return now


async def waiting_for(tx: Tx, who: Person) -> list[tuple[Approval, Ticket]]:
    """What waits for this person's yes, the newest first."""
    statement = (
        select(Approval, Ticket)
        .join(Ticket, col(Ticket.id) == col(Approval.ticket_id))
        .where(Approval.state == "asked", Ticket.status == str(Status.APPROVAL))
        .order_by(col(Approval.asked_at).desc(), col(Approval.id).desc())
    )
    return [(row, ticket) for row, ticket in (await tx.session.exec(statement)).all() if who.id in row.asked]


async def given_by(tx: Tx, who: Person) -> list[tuple[Approval, Ticket]]:
    """What this person has said yes to, the last first."""
    statement = (
        select(Approval, Ticket)
        .join(Ticket, col(Ticket.id) == col(Approval.ticket_id))
        .where(Approval.state == "given", Approval.decided_by == who.id)
        .order_by(col(Approval.decided_at).desc(), col(Approval.id).desc())
    )
    return list((await tx.session.exec(statement)).all())


async def ask_anew(tx: Tx, office: Office, ticket: Ticket, who: Person) -> None:
    """His yes is none any more: he is asked again, and whoever was asked behind him waits for his answer."""
    await drop(tx, ticket)
    first, *others = [row for row in await rows(tx, ticket) if row.decided_by == who.id]
    for row in others:  # what he said in another capacity he says again with it
        await tx.session.delete(row)
    first.state, first.decided_by, first.decided_at = "asked", None, None
    first.asked, first.asked_at, first.reminded = [who.id or 0], tx.now, False
    tx.add(first)
    await tx.flush()
    await _put(tx, office, ticket, first)


async def may_decide(tx: Tx, row: Approval, ticket: Ticket, who: Person) -> bool:
    """Whoever is asked; once the desk is asked, anybody of the desk. Never the reporter himself."""
    if who.id == ticket.reporter_id:
        return False
    return who.id in row.asked or (people.is_desk(who) and await of_desk(tx, row))


async def of_desk(tx: Tx, row: Approval) -> bool:
    """Whether the desk is asked by now."""
    asked = [await people.person(tx, person_id) for person_id in row.asked]
    return all(person is not None and people.is_desk(person) for person in asked)


async def decide(tx: Tx, ticket: Ticket, row: Approval, who: Person | None, *, yes: bool, reason: str = "") -> None:
    """同意 / 不同意: on the record as his, the reason kept apart from the event."""
    row.state, row.decided_by, row.decided_at = "given" if yes else "refused", who.id if who else None, tx.now
    tx.add(row)
    await tx.forget(_timer(row))
    if reason and who is not None:
        await tickets.add_words(tx, ticket, who, tickets.Words(reason), "refusal-reason")
    await tx.record(
        ticket.id or 0,
        "approval",
        row.decided_by,
        {"stage": row.stage, "state": row.state, "request": ticket.request or ""},
    )
    label = f"{who.name[:4] if who else ''}{'已同意' if yes else '没有同意'}"
    await notices.close_cards(tx, ticket, (CARD,), label)


async def drop(tx: Tx, ticket: Ticket) -> None:
    """Nobody is asked any more: a question without an answer is no yes, should the request come back."""
    if row := await standing(tx, ticket):
        await tx.forget(_timer(row))
        await tx.session.delete(row)
        await tx.flush()


async def keep_to(tx: Tx, ticket: Ticket) -> None:
    """Of what was answered only that stands which was about what is requested now: the events tell what it was about."""
    told = select(TicketEvent).where(TicketEvent.ticket_id == ticket.id, TicketEvent.kind == "approval")
    last = (await tx.session.exec(told.order_by(col(TicketEvent.id).desc()).limit(1))).first()
    if last is not None and last.data.get("request", ticket.request) != ticket.request:
        for row in await rows(tx, ticket):
            await tx.forget(_timer(row))
            await tx.session.delete(row)
        await tx.flush()


async def pass_on(tx: Tx, office: Office, ticket: Ticket, row: Approval, to: Person) -> None:
    """转给: another person is asked instead."""
    await _next(tx, office, ticket, row, (to.id or 0,))


async def may_take(tx: Tx, ticket: Ticket, by: Person, to: Person) -> bool:
    """Whom an approval may be passed to: a colleague of the reporter's agency or the desk, no technician, not the reporter."""
    colleague = to.unit_id is not None and to.unit_id == ticket.unit_id
    proper = (colleague or people.is_desk(to)) and not people.is_engineer(to) and to.confirmed
    return proper and to.id not in (ticket.reporter_id, by.id) and await notices.address(tx, to) is not None


async def tell_asked(tx: Tx, ticket: Ticket, words: str) -> None:
    """Whoever is asked for the yes hears what the reporter added, so that it stands for what is wanted now."""
    if row := await standing(tx, ticket):
        for person in await _asked(tx, row):
            await notices.tell(tx, person, views.more(ticket, words), ticket)


async def ask_back(tx: Tx, ticket: Ticket, who: Person, words: str, kind: str) -> None:
    """The approver asks something first: the applicant reads it, and his next words are the answer (dialogue `kind`) unless he
    owes another one already. The approval stays open.
    """
    await tickets.add_words(tx, ticket, who, tickets.Words(words), "approval-question")
    asker = await people.person(tx, ticket.reporter_id)
    if asker is not None and await notices.address(tx, asker) is not None:
        if await cards.pending(tx, asker) is None:
            await cards.expect(tx, asker, ticket, kind)
        await notices.tell(tx, asker, views.approver_asks(ticket, who.name, words), ticket)
        await notices.tell(tx, who, views.asked_back(ticket, asker.name), ticket)
    else:
        await notices.tell(tx, who, views.call_him(ticket, asker), ticket)


async def silent(tx: Tx, office: Office, row: TimerRow) -> str:
    """Timer: a reminder; the next time whoever comes next in line."""
    ticket = await tickets.get(tx, row.ticket_id)
    asked = await tx.session.get(Approval, row.data["approval"], with_for_update=True)
    if ticket is None or asked is None or asked.state != "asked":
        return "answered"
    reached = await notices.reached(tx, await _asked(tx, asked))
    groups = await _line(tx, office, ticket, asked.position)
    group = approval.following(groups, {*asked.tried, *asked.asked})
    if (reached and not asked.reminded) or list(group) == asked.asked:
        asked.reminded = True
        tx.add(asked)
        await tx.record(ticket.id or 0, "approval-reminded", None, {"of": [p.id for p in reached]})
        await _hand(tx, office, ticket, asked)
        await tx.remind(row.key, office.working.add(tx.now, NEXT), row.kind, ticket.id, row.expects, row.data)
        return "reminded"
    await _next(tx, office, ticket, asked, group)
    who = await people.person(tx, ticket.reporter_id)
    await notices.tell(tx, who, views.passed_on(ticket, await named(tx, asked)), ticket)
    return "next"


async def gone(tx: Tx, office: Office, who: Person) -> None:
    """He has left: his yes is nobody's any more. Whoever else is asked with him decides, else the next in line is asked."""
    for row, ticket in await waiting_for(tx, who):
        left = tuple(p for p in row.asked if p != who.id)
        groups = await _line(tx, office, ticket, row.position)
        await _next(tx, office, ticket, row, left or approval.following(groups, {*row.tried, *row.asked}))
        asker = await people.person(tx, ticket.reporter_id)
        await notices.tell(tx, asker, views.left(ticket, who, await named(tx, row)), ticket)


async def awaited(tx: Tx, ticket: Ticket) -> str:
    """Whom a request waits for, in words; empty when it waits for nobody."""
    row = await standing(tx, ticket)
    return await named(tx, row) if row else ""


async def named(tx: Tx, row: Approval) -> str:
    """Who is asked, in words."""
    asked = await _asked(tx, row)
    return asked[0].name if len(asked) == 1 and not people.is_desk(asked[0]) else views.DESK


async def outcome(tx: Tx, ticket: Ticket) -> tuple[Approval | None, Person | None]:
    """The last answer that was given, and whose it was."""
    last = next((row for row in reversed(await rows(tx, ticket)) if row.state != "asked"), None)
    return last, await people.person(tx, last.decided_by) if last else None


async def _put(tx: Tx, office: Office, ticket: Ticket, row: Approval) -> None:
    """Ask whoever is in `asked`, on the record, and set the clock of his silence."""
    position = office.book.service_levels.positions[row.position]
    side = "provider" if await of_desk(tx, row) else position.of
    await tx.record(ticket.id or 0, "approval-asked", None, {"stage": row.stage, "of": list(row.asked), "side": side})
    await _hand(tx, office, ticket, row)
    due = office.working.add(tx.now, REMIND)
    data = {"approval": row.id}
    await tx.remind(_timer(row), due, "approval-silent", ticket.id, str(Status.APPROVAL), data)


async def _next(tx: Tx, office: Office, ticket: Ticket, row: Approval, group: approval.Group) -> None:
    row.tried = [*row.tried, *(p for p in row.asked if p not in row.tried)]
    row.asked, row.asked_at, row.reminded = list(group), tx.now, False
    tx.add(row)
    await tx.flush()
    await notices.close_cards(tx, ticket, (CARD,), "已转他人")
    await _put(tx, office, ticket, row)


async def _hand(tx: Tx, office: Office, ticket: Ticket, row: Approval) -> None:
    """The card; an older one of his is closed."""
    asker, unit = await people.person(tx, ticket.reporter_id), await people.unit_name(tx, ticket.unit_id)
    words = await tickets.first_words(tx, ticket)
    await notices.close_cards(tx, ticket, (CARD,), "见新消息")
    for person in await _asked(tx, row):
        await notices.hand(
            tx, person, CARD,
            lambda c: views.card(office.voice, ticket, c, asker, unit, words, again=row.reminded), ticket,
        )  # fmt: skip


async def _asked(tx: Tx, row: Approval) -> list[Person]:
    found = [await people.person(tx, person_id) for person_id in row.asked]
    return [person for person in found if person is not None]


async def _line(tx: Tx, office: Office, ticket: Ticket, position: str) -> list[approval.Group]:
    holders = [p.id or 0 for p in await _holders(tx, office, ticket, position)]
    leads = [p.id or 0 for p in await roster.leads(tx, office)]
    seats = [p.id or 0 for p in await people.seats(tx, office.fallback_owner)]
    return approval.line(holders, leads, seats, ticket.reporter_id)


async def _holders(tx: Tx, office: Office, ticket: Ticket, position: str) -> list[Person]:
    """Who holds the position and can be written to: in the reporter's agency where it is one of an agency."""
    of_agency = office.book.service_levels.positions[position].of == "user-unit"
    if of_agency and ticket.unit_id is None:
        return []
    found = await people.holding(tx, (position,), ticket.unit_id if of_agency else None)
    known = await notices.addresses(tx, found)
    return [p for p in found if p.id == ticket.reporter_id or p.id in known]


def _timer(row: Approval) -> str:
    return f"approval:{row.id}"

"""Somebody left, as the platform's directory or the people sheet says: his roles end at once, nothing he had stays ownerless.

Offers to him and tickets in his hands go to the desk; what he reported goes on with his agency's liaison. Coming back is the
people sheet's business: the import gives the roles again.
"""

from datetime import timedelta

from sqlmodel import col, or_, select

from bot.core.ticket import Action
from bot.core.updates import Account
from bot.desk import (
    approvals,
    cards,
    consent,
    dispatch,
    duty_requests,
    experts,
    handover,
    offers,
    people,
    relay_end,
    search,
    seats,
    shifts,
    tickets,
)
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import AccountRow, Dialogue, Handover, Membership, Person, Ticket, TimerRow
from bot.views import field, notices
from bot.views import leavers as views

CONFIRM, PURPOSE = "leaver", "leaver-"
"""The question whether somebody has left, and what its cards are given for."""
VALID = timedelta(minutes=30)
"""A yes that is typed later than this answers nothing (assumed)."""
KIND = "hand-in"
"""The timer of what somebody who left still has to hand in."""
AT_ONCE = 20
"""Tickets handed in in one transaction, nobody else writing meanwhile: more than one mostly has (assumed)."""


async def left(tx: Tx, office: Office, account: Account) -> None:
    """The account is not written to any more, and its person has left. An account nobody knows changes nothing."""
    await people.leave(tx, account)
    statement = select(AccountRow.person_id).where(
        AccountRow.platform == account.platform,
        AccountRow.corp_id == account.corp_id,
        AccountRow.user_id == account.user_id,
    )
    who = await people.person(tx, (await tx.session.exec(statement)).first())
    if who is not None:
        await _gone(tx, office, who)


async def removed(tx: Tx, office: Office, row: TimerRow) -> str:
    """Timer: a people sheet was imported that he is not in any more."""
    if (who := await people.person(tx, row.data["person"])) is None:
        return "nobody"
    await no_more(tx, office, who)
    return "left"


async def no_more(tx: Tx, office: Office, who: Person) -> None:
    """Somebody whose account still works has left: by the people sheet, or by the word of whoever may say so."""
    worked_here = people.is_desk(who) or people.is_engineer(who)
    await _gone(tx, office, who)
    if worked_here:
        await notices.tell(tx, who, views.you_left())


async def called(tx: Tx, by: Person, said: str) -> list[Person]:
    """Whom somebody may mean (a name, #number) who says that he has left: the desk anybody, a liaison those of his agency who
    do not work for the service. Whoever has left already is not among them.
    """
    found = [p for p in await search.called(tx, said) if p.id != by.id]
    if not people.is_desk(by):
        found = [p for p in found if p.unit_id == by.unit_id and not people.is_staff(p)]
    return [p for p in found if not await has_left(tx, p)]


async def has_left(tx: Tx, who: Person) -> bool:
    row = await tx.session.get(Membership, who.id)
    return row is not None and row.state == "left" and not who.confirmed


async def ask(tx: Tx, by: Person, who: Person) -> None:
    """One confirmation, by card or typed, before anything is taken from him."""
    unit, (held, reported) = await people.unit_name(tx, who.unit_id), await holds(tx, who)
    await cards.expect(tx, by, None, CONFIRM, {"person": who.id})
    await notices.hand(tx, by, f"{PURPOSE}{who.id}", lambda c: views.confirm(c, who, unit, held, reported), None)


async def holds(tx: Tx, who: Person) -> tuple[int, int]:
    """How many tickets he was offered or has in hand, and how many open reports are his."""
    return len(await taken_by(tx, who)), len(await tickets.live_of(tx, who))


async def _gone(tx: Tx, office: Office, who: Person) -> None:
    worked_here = people.is_desk(who) or people.is_engineer(who)
    who.positions, who.duty, who.confirmed = [], "off", False
    who.no_signal_since = who.focus_ticket_id = None
    tx.add(who)
    await tx.session.merge(Membership(person_id=who.id or 0, unit_id=who.unit_id, state="left", since=tx.now))
    await tx.flush()
    if (question := await tx.session.get(Dialogue, who.id)) is not None:
        await tx.session.delete(question)
    await tx.forget(f"no-signal:{who.id}")
    await relay_end.leaves(tx, office, who)
    await duty_requests.gone(tx, office, who)
    await approvals.gone(tx, office, who)
    moved = await hand_in(tx, office, who, "left")
    inherited = await _leave_reports(tx, office, who)
    await consent.gone(tx, office, who)
    if worked_here or moved or inherited:
        for seat in await people.seats(tx, office.fallback_owner):
            await notices.tell(tx, seat, views.left(who, moved, inherited))


async def hand_in(tx: Tx, office: Office, who: Person, why: str) -> int:
    """What was offered to him or was his becomes the desk's; returns how many tickets. Of very many the first do so now, the
    others in portions by a timer: each with its card in one transaction, and nobody's report waits for all of them.
    """
    asked = select(Handover).where(
        Handover.state == "asked", or_(col(Handover.from_id) == who.id, col(Handover.to_id) == who.id)
    )
    for row in (await tx.session.exec(asked)).all():
        if (ticket := await tickets.get(tx, row.ticket_id)) is not None:
            await handover.withdraw(tx, ticket)
            if row.to_id == who.id:
                await notices.tell(tx, await people.person(tx, row.from_id), field.not_given(ticket, who), ticket)
    await experts.gone(tx, office, who)
    taken = await taken_by(tx, who)
    await tx.forget(*(shifts.end_key(ticket) for ticket in taken))
    await _portion(tx, office, who, why, taken)
    return len(taken)


async def hand_in_more(tx: Tx, office: Office, row: TimerRow) -> str:
    """Timer: the next of what somebody hands in. What has found somebody else meanwhile is his no more and stays there."""
    if (who := await people.person(tx, row.data["person"])) is None:
        return "nobody"
    left = set(row.data["tickets"])
    await _portion(tx, office, who, row.data["why"], [t for t in await taken_by(tx, who) if t.id in left])
    return "handed in"


async def _portion(tx: Tx, office: Office, who: Person, why: str, taken: list[Ticket]) -> None:
    for ticket in taken[:AT_ONCE]:
        await experts.over(tx, ticket)
        await dispatch.release(tx, ticket, views.WHY[why])
        if tickets.can(ticket, Action.DECLINE):
            await tickets.act(tx, ticket, Action.DECLINE, None, owner="desk", assignee_id=None)
        else:
            await tickets.change(tx, ticket, "desk-owns", None, owner="desk", assignee_id=None)
        await seats.to_desk(tx, office, ticket, why)
    if rest := [t.id for t in taken[AT_ONCE:]]:
        data = {"person": who.id, "why": why, "tickets": rest}
        await tx.remind(f"{KIND}:{tx.next_key()}", tx.now, KIND, data=data)


async def taken_by(tx: Tx, who: Person) -> list[Ticket]:
    """What he was offered and what is his."""
    offered, held = await offers.offered_to(tx, who), await tickets.assigned_to(tx, who)
    return list({t.id: t for t in [*offered, *held]}.values())


async def _leave_reports(tx: Tx, office: Office, who: Person) -> int:
    """His open reports go on with his agency's liaison; without one they stay as they are and the desk follows them."""
    live = await tickets.live_of(tx, who)
    found = [] if who.unit_id is None else await people.holding(tx, ("unit-liaison",), who.unit_id)
    heir = next((p for p in found if p.id != who.id), None)
    for ticket in live:
        await _leave(tx, office, ticket, who, heir)
    return len(live)


async def _leave(tx: Tx, office: Office, ticket: Ticket, who: Person, heir: Person | None) -> None:
    if heir is None:
        await seats.inform(tx, office, ticket, "reporter-left", who.name)
        return
    await tickets.change(tx, ticket, "reporter-left", None, reporter_id=heir.id)
    await notices.tell(tx, heir, views.inherited(office.voice, ticket, who), ticket)
    if (holder := await people.person(tx, ticket.assignee_id)) is not None:
        await notices.tell(tx, holder, views.ask_heir(ticket, who, heir), ticket)

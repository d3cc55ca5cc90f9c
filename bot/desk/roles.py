"""What a people sheet took from somebody who has work in hand, and what a day took: a permit that ran out.

A role or the last account gone: he keeps nothing, as if he had left (bot/desk/leavers.py). A skill, permit or clearance
gone: the ticket stays his, and the desk, told once, decides. `foretold` says the same of a sheet that is only tried.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import col, select

from bot.core import permits
from bot.core.assignment import Bar
from bot.desk import conversations, fitness, holding, lapses, leavers, offers, people, relay_end, tickets
from bot.desk.office import Office
from bot.desk.spreadsheets import CHANGED
from bot.store.engine import Tx
from bot.store.tables import Person, Ticket, TimerRow
from bot.views import choices, notices
from bot.views import leavers as views

LACKS = frozenset({Bar.SKILL, Bar.PERMIT, Bar.CLEARANCE})


@dataclass(frozen=True)
class Loss:
    """What a sheet takes from somebody who works here."""

    who: Person
    why: str
    """role | unreached: all of `tickets` go to the desk. Empty: he keeps them, and may not do them any more."""
    tickets: Sequence[Ticket]


async def changed(tx: Tx, office: Office, row: TimerRow) -> str:
    """Timer: a people sheet took something from him. As it is by now: a later sheet may have given it back."""
    who = await people.person(tx, row.data["person"])
    if who is None:
        return "nobody"
    if why := await _ends(tx, who, row.data["role"]):
        return await _ended(tx, office, who, why)
    for ticket in await _his(tx, who):
        await _judge(tx, office, ticket, who)
        await lapses.watch(tx, office, ticket, who)
    return "judged"


async def foretold(tx: Tx, office: Office) -> list[Loss]:
    """What the desk will do about the sheets that were saved and that it has not looked at yet. Changes nothing."""
    rows = await tx.session.exec(select(TimerRow).where(TimerRow.kind == CHANGED, col(TimerRow.fired_at).is_(None)))
    found = []
    for row in rows.all():
        if (who := await people.person(tx, row.data["person"])) is None:
            continue
        if why := await _ends(tx, who, row.data["role"]):
            found.append(Loss(who, why, await leavers.taken_by(tx, who)))
        elif barred := [t for t in await _his(tx, who) if await fitness.barred(tx, office, t, who) in LACKS]:
            found.append(Loss(who, "", barred))
    return found


async def lapsed(tx: Tx, office: Office, row: TimerRow) -> str:
    """Timer: a permit has run out. Renewed meanwhile, or no longer his ticket, it concerns nobody."""
    ticket, who = await tickets.get(tx, row.ticket_id), await people.person(tx, row.data["person"])
    if ticket is None or who is None or ticket not in await tickets.held_by(tx, who):
        return "moved on"
    await _judge(tx, office, ticket, who)
    return "judged"


async def _ends(tx: Tx, who: Person, role: str) -> str:
    """Why he has no work here any more: role | unreached; empty when he has. `role` is what a sheet took from him."""
    engineer, desk = people.is_engineer(who), people.is_desk(who)
    if role and not (engineer if role == "engineer" else desk):
        return "role"
    return "unreached" if (engineer or desk) and await notices.address(tx, who) is None else ""


async def _his(tx: Tx, who: Person) -> list[Ticket]:
    return [*await tickets.held_by(tx, who), *await offers.offered_to(tx, who)]


async def _ended(tx: Tx, office: Office, who: Person, why: str) -> str:
    """He has no work here any more: nothing waits for him, nobody speaks with him."""
    who.no_signal_since = who.focus_ticket_id = None
    tx.add(who)
    await tx.forget(f"no-signal:{who.id}")
    talk = await conversations.current(tx, who)
    if talk is not None and talk.partner_id == who.id:
        await relay_end.leaves(tx, office, who)
    moved = await leavers.hand_in(tx, office, who, why)
    if why == "role":
        await notices.tell(tx, who, views.your_role_changed(moved))
    if moved or why == "role":
        for seat in await people.seats(tx, office.fallback_owner):
            await notices.tell(tx, seat, views.changed(who, why, moved))
    return why


async def _judge(tx: Tx, office: Office, ticket: Ticket, who: Person) -> None:
    """Told once a day at most, however often a sheet is read."""
    lack = await fitness.barred(tx, office, ticket, who)
    if lack not in LACKS:
        return
    words = views.lacks(ticket, who, choices.barred(lack, permits.needed(ticket.item)), held=holding.holds(ticket, who))
    day = tx.now.astimezone(office.voice.zone).date()
    for seat in await people.seats(tx, office.fallback_owner):
        await notices.tell(tx, seat, words, ticket, once=f"lacks:{ticket.id}:{who.id}:{lack}:{day}")

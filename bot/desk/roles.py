"""What a people sheet took from somebody who has work in hand, and what a day took: a permit that ran out.

A role or the last account gone: he keeps nothing, as if he had left (bot/desk/leavers.py). A skill, permit or clearance
gone: the ticket stays his, and the desk, told once, decides.
"""

from bot.core import permits
from bot.core.assignment import Bar
from bot.desk import fitness, holding, lapses, leavers, offers, people, relay, tickets
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import Person, Ticket, TimerRow
from bot.views import choices, notices
from bot.views import leavers as views

LACKS = frozenset({Bar.SKILL, Bar.PERMIT, Bar.CLEARANCE})


async def changed(tx: Tx, office: Office, row: TimerRow) -> str:
    """Timer: a people sheet took something from him. As it is by now: a later sheet may have given it back."""
    who = await people.person(tx, row.data["person"])
    if who is None:
        return "nobody"
    works_here = people.is_engineer(who) or people.is_desk(who)
    role = row.data["role"]
    lost = bool(role) and not (people.is_engineer(who) if role == "engineer" else people.is_desk(who))
    if lost:
        return await _ended(tx, office, who, "role")
    if works_here and await notices.address(tx, who) is None:
        return await _ended(tx, office, who, "unreached")
    for ticket in [*await tickets.held_by(tx, who), *await offers.offered_to(tx, who)]:
        await _judge(tx, office, ticket, who)
        await lapses.watch(tx, office, ticket, who)
    return "judged"


async def lapsed(tx: Tx, office: Office, row: TimerRow) -> str:
    """Timer: a permit has run out. Renewed meanwhile, or no longer his ticket, it concerns nobody."""
    ticket, who = await tickets.get(tx, row.ticket_id), await people.person(tx, row.data["person"])
    if ticket is None or who is None or ticket not in await tickets.held_by(tx, who):
        return "moved on"
    await _judge(tx, office, ticket, who)
    return "judged"


async def _ended(tx: Tx, office: Office, who: Person, why: str) -> str:
    """He has no work here any more: nothing waits for him, nobody speaks with him."""
    who.no_signal_since = who.focus_ticket_id = None
    tx.add(who)
    await tx.forget(f"no-signal:{who.id}")
    talk = await relay.current(tx, who)
    if talk is not None and talk.partner_id == who.id:
        await relay.leaves(tx, office, who)
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

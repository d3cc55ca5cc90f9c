"""没信号 / 有信号: before he goes where nothing reaches him a technician gets his whole procedure to read, and no offers.

Offers he had not answered go to the next candidate at once. The hold ends when he is heard of again, or after two hours,
and then the lead is told: nobody is forgotten in a basement.
"""

from datetime import timedelta

from sqlmodel import select

from bot.core.ticket import Action
from bot.desk import dispatch, people, tickets
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import Guidance, Offer, Person, Ticket, TimerRow
from bot.views import notices, thumb

LONGEST = timedelta(hours=2)
JUST_BACK = timedelta(minutes=30)
"""So long after he is heard of again what he types is told of the time without signal (assumed)."""
LEADS = ("area-lead", "duty-manager")


async def lost(tx: Tx, office: Office, who: Person, ticket: Ticket | None) -> None:
    """Hold his offers from now on, hand him the rest of the focused ticket's procedure."""
    who.no_signal_since = tx.now
    tx.add(who)
    await tx.flush()
    until = tx.now + LONGEST
    await tx.remind(f"no-signal:{who.id}", until, "no-signal", data={"person": who.id})
    await notices.tell(tx, who, thumb.signal_lost(office.voice.clock(until, tx.now)))
    if ticket is not None:
        await _procedure(tx, office, who, ticket)
    await _pass_on(tx, office, who)


async def back(tx: Tx, office: Office, who: Person, *, entered: bool = False) -> bool:
    """He is heard of again, by his late entries (`entered`) or his word: what waits may be offered to him. False when
    nothing was held.
    """
    if who.no_signal_since is None:
        return False
    await _release(tx, who)
    await tx.forget(f"no-signal:{who.id}")
    await notices.tell(tx, who, thumb.signal_back(entered=entered))
    await dispatch.replan(tx, office)
    return True


async def lately(tx: Tx, who: Person) -> bool:
    """Whether he has said that he has no signal, and is not heard of again or only just."""
    if who.no_signal_since is not None:
        return True
    row = (await tx.session.exec(select(TimerRow).where(TimerRow.key == f"no-signal:{who.id}"))).first()
    return row is not None and row.fired_at is not None and row.fired_at > tx.now - JUST_BACK


async def too_long(tx: Tx, office: Office, row: TimerRow) -> str:
    """Timer: two hours without a word. The hold ends and the lead is told, else the desk."""
    who = await people.person(tx, row.data["person"])
    if who is None or who.no_signal_since is None:
        return "back already"
    await _release(tx, who)
    leads = [p for p in await people.holding(tx, LEADS) if p.duty != "off"]
    for lead in leads or await people.seats(tx, office.fallback_owner):
        await notices.tell(tx, lead, thumb.signal_too_long(who.name))
    await notices.tell(tx, who, thumb.hold_over())
    await dispatch.replan(tx, office)
    return "told"


async def _release(tx: Tx, who: Person) -> None:
    who.no_signal_since = None
    tx.add(who)
    await tx.flush()


async def _procedure(tx: Tx, office: Office, who: Person, ticket: Ticket) -> None:
    procedure = office.procedure(ticket)
    if procedure is None:
        await notices.tell(tx, who, thumb.no_procedure(ticket), ticket)
        return
    row = await tx.session.get(Guidance, ticket.id)
    at = row.step_id if row is not None and row.step_id in procedure.steps else procedure.entry
    for page in thumb.whole_procedure(office.voice, ticket, procedure, at):
        await notices.tell(tx, who, page, ticket)


async def _pass_on(tx: Tx, office: Office, who: Person) -> None:
    """His unanswered offers go to the next one; it is no refusal of his, so they may come back to him."""
    for offer in (await tx.session.exec(select(Offer).where(Offer.person_id == who.id, Offer.state == "open"))).all():
        ticket = await tickets.get(tx, offer.ticket_id)
        offer.state, offer.ended_at = "held", tx.now
        tx.add(offer)
        await tx.forget(f"offer:{offer.id}")
        if ticket is None or not tickets.can(ticket, Action.OFFER_EXPIRED):
            continue
        await tickets.act(tx, ticket, Action.OFFER_EXPIRED, None, owner="desk", assignee_id=None)
        await notices.close_cards(tx, ticket, ("offer",), "暂无信号", who.id)
        await dispatch.follow_up(tx, office, ticket, offer, "暂无信号")

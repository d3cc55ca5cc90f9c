"""Dispatch (派单): whom a ticket is offered next, what happens when he accepts, declines or is silent, assigning by hand.

One ticket: the best qualified person on duty first; the offer expires by priority; the next one; after two expired
offers or nobody left, the desk (bot/desk/seats.py). Several that wait are planned together. The desk can always assign by
hand, within the hard rules. Who comes into question: bot/desk/candidates.py.
"""

from datetime import datetime

from bot.core import permits
from bot.core.assignment import Need, Ranked, priced
from bot.core.ticket import Action, Status
from bot.desk import (
    backlog,
    bookings,
    candidates,
    fitness,
    holding,
    lapses,
    offers,
    people,
    relay_follow,
    seats,
    shifts,
    tickets,
)
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import Offer, Person, Ticket, TimerRow
from bot.views import choices, notices, reporter, technician
from bot.views import duty as duty_views
from bot.views.words import clip

EXPIRED_OFFERS = 2
"""After this many unanswered offers the ticket goes to the desk (service levels, section 4.2)."""


async def offer_next(tx: Tx, office: Office, ticket: Ticket, last_problem: str = "nobody") -> Ranked | None:
    """Offer the ticket to the best candidate; with nobody left, or two offers expired, it goes to the desk."""
    if await offers.expired(tx, ticket) >= EXPIRED_OFFERS:
        await seats.to_desk(tx, office, ticket, last_problem)
        return None
    ranked = await candidates.best_first(tx, office, ticket)
    if not ranked:
        await seats.to_desk(tx, office, ticket, last_problem)
        await backlog.wait(tx, ticket)
        return None
    if others := await backlog.waiting(tx, besides=ticket.id):
        return await _plan(tx, office, [ticket, *others], ticket, ranked)
    await _give(tx, office, ticket, ranked, ranked[0])
    return ranked[0]


async def replan(tx: Tx, office: Office) -> None:
    """Something changed: what waits is shared out again. Offers that stand are left alone."""
    if found := await backlog.waiting(tx):
        await _plan(tx, office, found)


async def look_again(tx: Tx, office: Office, row: TimerRow) -> str:
    """Timer: a ticket has waited for a while. The one that has waited longest makes the new plan for all."""
    found = await backlog.waiting(tx)
    if found and found[0].id == row.ticket_id:
        await _plan(tx, office, found)
    ticket = await tickets.get(tx, row.ticket_id)
    if ticket is None or ticket.status != Status.TRIAGED or ticket.assignee_id is not None:
        return "moved on"
    await backlog.wait(tx, ticket)
    return "still waiting"


async def offer_expired(tx: Tx, office: Office, row: TimerRow) -> str:
    """Timer: the offer was not answered in time."""
    offer = await tx.session.get(Offer, row.data["offer"])
    ticket = await tickets.get(tx, row.ticket_id)
    if offer is None or ticket is None or offer.state != "open":
        return "answered"
    offer.state, offer.ended_at = "expired", tx.now
    tx.add(offer)
    if not tickets.can(ticket, Action.OFFER_EXPIRED):
        return "moved on"
    await tickets.act(tx, ticket, Action.OFFER_EXPIRED, None, owner="desk", assignee_id=None)
    await notices.close_cards(tx, ticket, ("offer",), "超时未接单", offer.person_id)
    await follow_up(tx, office, ticket, offer, "没有答复", "expired")
    return "next"


async def follow_up(
    tx: Tx, office: Office, ticket: Ticket, offer: Offer, what: str, last_problem: str = "nobody"
) -> None:
    """The offer came to nothing: the next one is asked, and the seats that wait for it hear why and who that is."""
    who, chosen = await people.person(tx, offer.person_id), await offer_next(tx, office, ticket, last_problem)
    if who is not None:
        following = chosen.candidate.name if chosen else ""
        await offers.tell_seats(tx, ticket, choices.came_to_nothing(ticket, who.name, what, following), who)


async def obstacle(tx: Tx, office: Office, ticket: Ticket, to: Person) -> str:
    """Why the desk cannot give the ticket to somebody by hand; empty when it can."""
    if not people.is_engineer(to):
        return "不是技术员"
    if (barred := await fitness.barred(tx, office, ticket, to)) is not None:
        return choices.barred(barred, permits.needed(ticket.item))
    if to.duty == "off" or not await shifts.present(tx, [to]):
        stands = (await shifts.standings(tx)).get(to.id or 0)
        return duty_views.away(office.voice, to, stands, await shifts.until(tx, to), tx.now)
    if await notices.address(tx, to) is None:
        return "还没有登录过机器人"
    if promised := await bookings.barred(tx, office, ticket, to):
        return promised
    return "" if tickets.can(ticket, Action.ASSIGN) else f"{ticket.id}号现在不能派单"


async def assign(tx: Tx, office: Office, ticket: Ticket, to: Person, seat: Person) -> str:
    """The desk gives the ticket to somebody by hand. Returns why not, or an empty string."""
    if problem := await obstacle(tx, office, ticket, to):
        return problem
    if ticket.assignee_id and ticket.assignee_id != to.id:
        await holding.take_off(tx, ticket, "服务台改派", seat)
    await offers.withdraw(tx, ticket, "已改派", seat)
    (view,) = await fitness.seen(tx, ticket, [to])
    chosen = priced(view, await fitness.need(tx, office, ticket), office.weights)
    await backlog.leave(tx, ticket)
    await offers.make(tx, office, ticket, Action.ASSIGN, chosen, None, seat)
    await relay_follow.follow(tx, office, ticket)
    return ""


async def accept(tx: Tx, office: Office, ticket: Ticket, who: Person) -> bool:
    """接单. False when there is no open offer of his (the caller answers with the true state)."""
    offer = await offers.open_to(tx, ticket, who)
    if offer is None or not tickets.can(ticket, Action.ACCEPT):
        return False
    offer.state, offer.ended_at = "accepted", tx.now
    tx.add(offer)
    await offers.tell_seats(tx, ticket, choices.took_it(ticket, who.name), who)
    await tickets.act(tx, ticket, Action.ACCEPT, who, owner="technician", assignee_id=who.id)
    await tickets.take_up(tx, ticket, who)
    await lapses.watch(tx, office, ticket, who)
    await tx.forget(f"offer:{offer.id}", f"accept:{ticket.id}:{ticket.reopened}")
    await notices.close_cards(tx, ticket, ("offer",), f"已由{clip(who.name, 5)}接单")
    await notices.close_cards(tx, ticket, ("desk",), "已接单")
    await notices.close_cards(tx, ticket, ("selfhelp",), "已派人")
    told = await bookings.passed(tx, office, ticket, who)
    await holding.work_card(tx, office, ticket, who)
    if added := await tickets.said(tx, ticket, since=offer.offered_at):
        await notices.tell(tx, who, technician.note_added(ticket, "；".join(added)), ticket)
    if not told:
        by, asker = await holding.arrive_by(tx, office, ticket, who), await people.person(tx, ticket.reporter_id)
        await notices.tell(tx, asker, reporter.accepted(office.voice, ticket, who, by, tx.now), ticket)
    await relay_follow.follow(tx, office, ticket)
    return True


async def decline(tx: Tx, office: Office, ticket: Ticket, who: Person, reason: str) -> bool:
    """退回, before or after accepting, with a reason. The next one is offered. False when it is not his."""
    asked = await offers.open_to(tx, ticket, who)
    if (asked is None and ticket.assignee_id != who.id) or not tickets.can(ticket, Action.DECLINE):
        return False
    offer = asked or await offers.accepted_by(tx, ticket, who)
    if offer is not None:
        offer.state, offer.reason, offer.ended_at = "declined", clip(reason, 40), tx.now
        tx.add(offer)
        await tx.forget(f"offer:{offer.id}")
    await tickets.act(tx, ticket, Action.DECLINE, who, owner="desk", assignee_id=None)
    await holding.put_down(tx, ticket, who)
    await notices.close_cards(tx, ticket, ("offer", "work", "step", "gate"), "已退回", who.id)
    await notices.tell(tx, who, technician.declined(ticket), ticket)
    await relay_follow.follow(tx, office, ticket)
    if asked is not None:
        await follow_up(tx, office, ticket, asked, choices.declined(asked.reason), "declined")
    else:
        await offer_next(tx, office, ticket, "declined")
    await replan(tx, office)
    return True


async def stop_work(tx: Tx, ticket: Ticket, why: str) -> None:
    """The ticket needs nobody any more (cancelled, solved, referred): tell whoever was on it."""
    await offers.withdraw(tx, ticket, why)
    await bookings.void(tx, ticket, None)
    if ticket.assignee_id:
        who = await people.person(tx, ticket.assignee_id)
        await notices.tell(tx, who, technician.withdrawn(ticket, why), ticket)
        if who:
            await holding.put_down(tx, ticket, who)
    await notices.close_cards(
        tx,
        ticket,
        ("work", "step", "gate", "ended", "desk", "selfhelp", "question", "consent", "approval"),
        clip(why, 10),
    )


async def release(tx: Tx, ticket: Ticket, why: str) -> None:
    """Nobody is offered the ticket or works on it any more; the caller says who owns it now."""
    await offers.withdraw(tx, ticket, why)
    await holding.take_off(tx, ticket, why)


def earliest(office: Office, ticket: Ticket, best: Ranked | None, now: datetime) -> datetime | None:
    """The honest earliest arrival, if somebody is being asked."""
    return office.earliest(ticket.priority, best.candidate.resident, now) if best else None


async def _plan(
    tx: Tx, office: Office, several: list[Ticket], new: Ticket | None = None, ranked: list[Ranked] | None = None
) -> Ranked | None:
    """Offer everybody the first of his trips; P1 and P2 are offered wherever they stand. Returns who gets `new`."""
    options, needs = dict[int, list[Ranked]](), dict[int, Need]()
    for ticket in several:
        options[ticket.id or 0] = (
            ranked if ranked and ticket is new else await candidates.best_first(tx, office, ticket)
        )
        needs[ticket.id or 0] = await fitness.need(tx, office, ticket)
    found: Ranked | None = None
    shares = backlog.shared_out(office, several, needs, options)
    for ticket in several:
        planned = shares.get(ticket.id or 0)
        if planned is None or await offers.expired(tx, ticket) >= EXPIRED_OFFERS:
            continue
        if planned.trip and ticket.priority not in ("P1", "P2"):
            if ticket is new:
                await seats.to_desk(tx, office, ticket, "queued")
                await backlog.wait(tx, ticket)
            continue
        await _give(tx, office, ticket, options[ticket.id or 0], planned.ranked)
        found = planned.ranked if ticket is new else found
    return found


async def _give(tx: Tx, office: Office, ticket: Ticket, ranked: list[Ranked], chosen: Ranked) -> None:
    """Offer it, name the best of the others, and close what the desk was asked meanwhile."""
    rival = next((r for r in ranked if r.candidate.person_id != chosen.candidate.person_id), None)
    await backlog.leave(tx, ticket)
    await offers.make(tx, office, ticket, Action.OFFER, chosen, rival, None)
    await notices.close_cards(tx, ticket, ("desk",), f"已派{clip(chosen.candidate.name, 6)}")

"""Dispatch (派单): who is offered a ticket, what happens when he accepts, declines or is silent, when the desk owns it.

One ticket: the best qualified person on duty first; the offer expires by priority; the next one; after two expired
offers or nobody left, the desk. Several that wait are planned together. The desk can always assign by hand, within the
hard rules.
"""

from datetime import datetime

from sqlmodel import col, func, select

from bot.core import permits
from bot.core.assignment import Bar, Need, Ranked, bar, priced, rank
from bot.core.outbound import Card, Say
from bot.core.ticket import Action, Status
from bot.desk import backlog, bookings, fitness, people, quiet, shifts, tickets
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import Guidance, Offer, Person, Ticket, TimerRow
from bot.views import choices, notices, reporter, technician
from bot.views import desk as desk_views
from bot.views import duty as duty_views
from bot.views.words import INSPECTION, clip

EXPIRED_OFFERS = 2
"""After this many unanswered offers the ticket goes to the desk (service levels, section 4.2)."""


async def candidates(tx: Tx, office: Office, ticket: Ticket) -> list[Ranked]:
    """The people who may be offered this ticket now, best first, with their costs."""
    urgent = ticket.priority in ("P1", "P2")
    on_duty = [
        p
        for p in await quiet.awake(tx, office, await shifts.present(tx, await people.everyone(tx)), ticket.priority)
        if people.is_engineer(p) and p.no_signal_since is None and (p.duty == "on" or (p.duty == "busy" and urgent))
    ]
    able = await bookings.who_can(tx, ticket, on_duty)
    reached = [p for p in able if await notices.address(tx, p) is not None]
    return rank(await fitness.seen(tx, ticket, reached), await fitness.need(tx, office, ticket), office.weights)


async def choices_for(tx: Tx, office: Office, ticket: Ticket) -> tuple[list[Ranked], list[Bar], tuple[str, ...]]:
    """还有谁: the candidates in order; for the other technicians, the rule that keeps each out; the permits asked for."""
    ranked, asked = await candidates(tx, office, ticket), await fitness.need(tx, office, ticket)
    chosen = {r.candidate.person_id for r in ranked}
    rest = [p for p in await people.everyone(tx) if people.is_engineer(p) and p.id not in chosen]
    kept_out = [bar(view, asked) or Bar.DUTY for view in await fitness.seen(tx, ticket, rest)]
    return ranked, kept_out, asked.permits


async def is_there(tx: Tx, who: Person) -> bool:
    """Whether he is at work, by the roster and his own word, and can be written to."""
    return who.duty != "off" and bool(await shifts.present(tx, [who])) and await notices.address(tx, who) is not None


async def offer_next(tx: Tx, office: Office, ticket: Ticket, last_problem: str = "nobody") -> Ranked | None:
    """Offer the ticket to the best candidate; with nobody left, or two offers expired, it goes to the desk."""
    if await _expired(tx, ticket) >= EXPIRED_OFFERS:
        await to_desk(tx, office, ticket, last_problem)
        return None
    ranked = await candidates(tx, office, ticket)
    if not ranked:
        await to_desk(tx, office, ticket, last_problem)
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


async def _plan(
    tx: Tx, office: Office, several: list[Ticket], new: Ticket | None = None, ranked: list[Ranked] | None = None
) -> Ranked | None:
    """Offer everybody the first of his trips; P1 and P2 are offered wherever they stand. Returns who gets `new`."""
    options, needs = dict[int, list[Ranked]](), dict[int, Need]()
    for ticket in several:
        options[ticket.id or 0] = ranked if ranked and ticket is new else await candidates(tx, office, ticket)
        needs[ticket.id or 0] = await fitness.need(tx, office, ticket)
    found: Ranked | None = None
    shares = backlog.shared_out(office, several, needs, options)
    for ticket in several:
        planned = shares.get(ticket.id or 0)
        if planned is None or await _expired(tx, ticket) >= EXPIRED_OFFERS:
            continue
        if planned.trip and ticket.priority not in ("P1", "P2"):
            if ticket is new:
                await to_desk(tx, office, ticket, "queued")
                await backlog.wait(tx, ticket)
            continue
        await _give(tx, office, ticket, options[ticket.id or 0], planned.ranked)
        found = planned.ranked if ticket is new else found
    return found


async def _give(tx: Tx, office: Office, ticket: Ticket, ranked: list[Ranked], chosen: Ranked) -> None:
    """Offer it, name the best of the others, and close what the desk was asked meanwhile."""
    rival = next((r for r in ranked if r.candidate.person_id != chosen.candidate.person_id), None)
    await backlog.leave(tx, ticket)
    await _offer(tx, office, ticket, Action.OFFER, chosen, rival, None)
    await notices.close_cards(tx, ticket, ("desk",), f"已派{clip(chosen.candidate.name, 6)}")


async def _expired(tx: Tx, ticket: Ticket) -> int:
    expired = select(func.count()).select_from(Offer).where(Offer.ticket_id == ticket.id, Offer.state == "expired")
    return (await tx.session.exec(expired)).one()


async def assign(tx: Tx, office: Office, ticket: Ticket, to: Person, seat: Person) -> str:
    """The desk gives the ticket to somebody by hand. Returns why not, or an empty string."""
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
    if not tickets.can(ticket, Action.ASSIGN):
        return f"{ticket.id}号现在不能派单"
    if ticket.assignee_id and ticket.assignee_id != to.id:
        await _release(tx, ticket, "服务台改派")
    await withdraw_offers(tx, ticket, "已改派")
    (view,) = await fitness.seen(tx, ticket, [to])
    chosen = priced(view, await fitness.need(tx, office, ticket), office.weights)
    await backlog.leave(tx, ticket)
    await _offer(tx, office, ticket, Action.ASSIGN, chosen, None, seat)
    return ""


async def accept(tx: Tx, office: Office, ticket: Ticket, who: Person) -> bool:
    """接单. False when there is no open offer of his (the caller answers with the true state)."""
    offer = await open_offer(tx, ticket, who)
    if offer is None or not tickets.can(ticket, Action.ACCEPT):
        return False
    offer.state, offer.ended_at = "accepted", tx.now
    tx.add(offer)
    await tickets.act(tx, ticket, Action.ACCEPT, who, owner="technician", assignee_id=who.id)
    await tickets.take_up(tx, ticket, who)
    await tx.forget(f"offer:{offer.id}", f"accept:{ticket.id}:{ticket.reopened}")
    await notices.close_cards(tx, ticket, ("offer",), f"已由{clip(who.name, 5)}接单")
    await notices.close_cards(tx, ticket, ("desk",), "已接单")
    await notices.close_cards(tx, ticket, ("selfhelp",), "已派人")
    told = await bookings.passed(tx, office, ticket, who)
    await work_card(tx, office, ticket, who)
    if not told:
        by, asker = arrive_by(office, ticket, who), await people.person(tx, ticket.reporter_id)
        await notices.tell(tx, asker, reporter.accepted(office.voice, ticket, who, by, tx.now), ticket)
    return True


async def decline(tx: Tx, office: Office, ticket: Ticket, who: Person, reason: str) -> bool:
    """退回, before or after accepting, with a reason. The next one is offered. False when it is not his."""
    offer = await open_offer(tx, ticket, who)
    if (offer is None and ticket.assignee_id != who.id) or not tickets.can(ticket, Action.DECLINE):
        return False
    if offer is None:
        offer = await _accepted_offer(tx, ticket, who)
    if offer is not None:
        offer.state, offer.reason, offer.ended_at = "declined", clip(reason, 40), tx.now
        tx.add(offer)
        await tx.forget(f"offer:{offer.id}")
    await tickets.act(tx, ticket, Action.DECLINE, who, owner="desk", assignee_id=None)
    await _put_down(tx, ticket, who)
    await notices.close_cards(tx, ticket, ("offer", "work", "step", "gate"), "已退回", who.id)
    await notices.tell(tx, who, technician.declined(ticket), ticket)
    await offer_next(tx, office, ticket, "declined")
    await replan(tx, office)
    return True


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
    await offer_next(tx, office, ticket, "expired")
    return "next"


async def accept_overdue(tx: Tx, office: Office, row: TimerRow) -> str:
    """Timer: the accept target has passed and nobody has the ticket."""
    ticket = await tickets.get(tx, row.ticket_id)
    if ticket is None:
        return "gone"
    await notices.announce(
        tx, office.groups.get("duty", ()), desk_views.overdue_group(office.voice, ticket, "accept-overdue"), ticket
    )
    for seat in await people.seats(tx, office.fallback_owner):
        await notices.tell(tx, seat, desk_views.told(office.voice, ticket, "accept-overdue"), ticket)
    return "told"


async def to_desk(tx: Tx, office: Office, ticket: Ticket, why: str) -> None:
    """The desk owns the ticket: every seat on duty gets the card that lets it decide."""
    if ticket.owner != "desk" or ticket.assignee_id is not None:
        await tickets.change(tx, ticket, "desk-owns", None, owner="desk", assignee_id=None)
    else:
        await tx.record(ticket.id or 0, "desk-owns", None, {"why": why})
    ranked = await candidates(tx, office, ticket) if why not in ("classified", "referral", "no-contact") else []
    words = await tickets.first_words(tx, ticket)
    who = await people.person(tx, ticket.reporter_id)
    unit = await people.unit_name(tx, ticket.unit_id)
    await notices.close_cards(tx, ticket, ("desk",), "已更新")
    for seat in await people.seats(tx, office.fallback_owner):

        def card(card_id: str) -> Card:
            return desk_views.ownerless(
                office.voice, ticket, card_id, why=why, reporter=who, unit=unit, words=words, candidates=ranked
            )

        await notices.hand(tx, seat, "desk", card, ticket)
    if why == "nobody" and (reasons := await absent(tx, office, ticket)):
        await tell_seats(tx, office, duty_views.nobody_because(ticket, reasons), ticket)
    if why in ("expired", "nobody"):
        await notices.announce(
            tx, office.groups.get("duty", ()), desk_views.overdue_group(office.voice, ticket, why), ticket
        )


async def absent(tx: Tx, office: Office, ticket: Ticket) -> list[str]:
    """Those who may take the ticket by every rule but cannot be offered it now, each with the reason."""
    need = await fitness.need(tx, office, ticket)
    engineers = [p for p in await people.everyone(tx) if people.is_engineer(p)]
    able = {view.person_id for view in await fitness.seen(tx, ticket, engineers) if bar(view, need) is None}
    now = await shifts.standings(tx)
    return [
        duty_views.absent(
            office.voice,
            p,
            now.get(p.id or 0),
            await shifts.until(tx, p),
            tx.now,
            asleep=await quiet.until(tx, office, p, ticket.priority) is not None,
        )
        for p in engineers
        if p.id in able
    ]


async def tell_seats(tx: Tx, office: Office, message: Say, about: Ticket) -> None:
    """The same words to every seat on duty."""
    for seat in await people.seats(tx, office.fallback_owner):
        await notices.tell(tx, seat, message, about)


async def tell_desk(tx: Tx, office: Office, ticket: Ticket, why: str, who: str = "") -> None:
    """A line to the seats that needs no decision."""
    for seat in await people.seats(tx, office.fallback_owner):
        await notices.tell(tx, seat, desk_views.told(office.voice, ticket, why, who), ticket)


async def stop_work(tx: Tx, ticket: Ticket, why: str) -> None:
    """The ticket needs nobody any more (cancelled, solved, referred): tell whoever was on it."""
    await withdraw_offers(tx, ticket, why)
    await bookings.void(tx, ticket, None)
    if ticket.assignee_id:
        who = await people.person(tx, ticket.assignee_id)
        await notices.tell(tx, who, technician.withdrawn(ticket, why), ticket)
        if who:
            await _put_down(tx, ticket, who)
    await notices.close_cards(
        tx,
        ticket,
        ("work", "step", "gate", "ended", "desk", "selfhelp", "question", "consent", "approval"),
        clip(why, 10),
    )


async def release(tx: Tx, ticket: Ticket, why: str) -> None:
    """Nobody is offered the ticket or works on it any more; the caller says who owns it now."""
    await withdraw_offers(tx, ticket, why)
    await _release(tx, ticket, why)


async def withdraw_offers(tx: Tx, ticket: Ticket, why: str) -> None:
    for offer in (
        await tx.session.exec(select(Offer).where(Offer.ticket_id == ticket.id, Offer.state == "open"))
    ).all():
        offer.state, offer.ended_at = "withdrawn", tx.now
        tx.add(offer)
        await tx.forget(f"offer:{offer.id}")
        who = await people.person(tx, offer.person_id)
        await notices.close_cards(tx, ticket, ("offer",), clip(why, 10), offer.person_id)
        await notices.tell(tx, who, technician.withdrawn(ticket, why), ticket, guard=f"offered:{offer.id}")


async def work_card(tx: Tx, office: Office, ticket: Ticket, who: Person) -> None:
    """Give the holder the card for the state his ticket is in now; the older ones are closed."""
    unit = await people.unit_name(tx, ticket.unit_id)
    asker = await people.person(tx, ticket.reporter_id)
    procedure = office.procedure(ticket)
    first = procedure.steps[procedure.entry] if procedure else None
    cautions = office.book.items[ticket.item].cautions if ticket.item else ()
    await notices.close_cards(tx, ticket, ("work",), "已更新", who.id)

    def card(card_id: str) -> Card:
        return technician.work(
            office.voice,
            ticket,
            card_id,
            reporter=asker,
            unit=unit,
            arrive_by=arrive_by(office, ticket, who),
            now=tx.now,
            first=first,
            cautions=list(cautions),
        )

    await notices.hand(tx, who, "work", card, ticket)


def arrive_by(office: Office, ticket: Ticket, who: Person) -> datetime:
    """The end of the appointment, when one is agreed; else the latest arrival the service level allows this person."""
    if ticket.visit_until is not None:
        return ticket.visit_until
    resident = who.unit_id is not None and who.unit_id == ticket.unit_id
    return office.due(ticket.priority, "arrive_resident" if resident else "arrive_other", tickets.begun_at(ticket))


def earliest(office: Office, ticket: Ticket, best: Ranked | None, now: datetime) -> datetime | None:
    """The honest earliest arrival, if somebody is being asked."""
    return office.earliest(ticket.priority, best.candidate.resident, now) if best else None


async def open_offer(tx: Tx, ticket: Ticket, who: Person) -> Offer | None:
    statement = select(Offer).where(Offer.ticket_id == ticket.id, Offer.person_id == who.id, Offer.state == "open")
    return (await tx.session.exec(statement)).first()


async def latest_offer(tx: Tx, ticket: Ticket, who: Person) -> Offer | None:
    statement = select(Offer).where(Offer.ticket_id == ticket.id, Offer.person_id == who.id)
    return (await tx.session.exec(statement.order_by(col(Offer.id).desc()))).first()


async def _accepted_offer(tx: Tx, ticket: Ticket, who: Person) -> Offer | None:
    statement = select(Offer).where(Offer.ticket_id == ticket.id, Offer.person_id == who.id, Offer.state == "accepted")
    return (await tx.session.exec(statement.order_by(col(Offer.id).desc()))).first()


async def _offer(
    tx: Tx,
    office: Office,
    ticket: Ticket,
    action: Action,
    best: Ranked,
    runner_up: Ranked | None,
    seat: Person | None,
) -> None:
    to = await people.person(tx, best.candidate.person_id)
    if to is None:
        raise LookupError(f"candidate {best.candidate.person_id} is nobody")
    expires = office.offer_expires(ticket.priority, tx.now)
    rival = {"name": runner_up.candidate.name, "cost": round(runner_up.cost, 1)} if runner_up else None
    offer = Offer(
        ticket_id=ticket.id or 0,
        person_id=to.id or 0,
        by_desk=seat is not None,
        costs={"parts": best.parts, "cost": round(best.cost, 1), "runner_up": rival},
        offered_at=tx.now,
        expires_at=expires,
    )
    tx.add(offer)
    await tx.flush()
    await tickets.act(tx, ticket, action, seat, owner="desk", assignee_id=None)
    await tx.remind(
        f"offer:{offer.id}", expires, "offer-expired", ticket.id, str(Status.DISPATCHED), {"offer": offer.id}
    )
    await due_by_priority(tx, office, ticket)
    await _hand_offer(tx, office, ticket, offer, to)


async def due_by_priority(tx: Tx, office: Office, ticket: Ticket) -> None:
    """Set the deadline for accepting by the ticket's priority as it is now. One that was told of is not told again.

    A planned round has its day instead.
    """
    if ticket.kind == INSPECTION:
        return
    key = f"accept:{ticket.id}:{ticket.reopened}"
    due = office.due(ticket.priority, "accept", tickets.begun_at(ticket) if not ticket.reopened else tx.now)
    told = select(TimerRow.id).where(TimerRow.key == key, TimerRow.due_at == due, TimerRow.outcome == "told")
    if (await tx.session.exec(told)).first() is None:
        await tx.remind(key, due, "accept-overdue", ticket.id, f"{Status.TRIAGED},{Status.DISPATCHED}")


async def renew(tx: Tx, office: Office, ticket: Ticket, offer: Offer) -> None:
    """An offer stands again, or anew, with the full time of the ticket's priority; his older card for it is closed."""
    to = await people.person(tx, offer.person_id)
    if to is None:
        raise LookupError(f"offer {offer.id} is to nobody")
    offer.state, offer.ended_at, offer.expires_at = "open", None, office.offer_expires(ticket.priority, tx.now)
    tx.add(offer)
    await tx.remind(
        f"offer:{offer.id}", offer.expires_at, "offer-expired", ticket.id, str(Status.DISPATCHED), {"offer": offer.id}
    )
    await notices.close_cards(tx, ticket, ("offer",), "见新卡片", to.id)
    await _hand_offer(tx, office, ticket, offer, to)


async def _hand_offer(tx: Tx, office: Office, ticket: Ticket, offer: Offer, to: Person) -> None:
    asker, unit = await people.person(tx, ticket.reporter_id), await people.unit_name(tx, ticket.unit_id)
    words = await tickets.first_words(tx, ticket)
    alone = offer.costs["runner_up"] is None
    why = "服务台指派" if offer.by_desk else technician.short_why(offer.costs["parts"], alone)

    def card(card_id: str) -> Card:
        return technician.offer(
            office.voice,
            ticket,
            card_id,
            reporter=asker,
            unit=unit,
            words=words,
            arrive_by=arrive_by(office, ticket, to),
            answer_by=offer.expires_at,
            now=tx.now,
            why=why,
            by_desk=offer.by_desk,
        )

    await notices.hand(tx, to, "offer", card, ticket, guard=f"offer:{offer.id}")


async def _release(tx: Tx, ticket: Ticket, why: str) -> None:
    who = await people.person(tx, ticket.assignee_id)
    if who:
        await notices.tell(tx, who, technician.withdrawn(ticket, why), ticket)
        await notices.close_cards(tx, ticket, ("work", "step", "gate", "ended", "shift-end"), clip(why, 10), who.id)
        await _put_down(tx, ticket, who)


async def _put_down(tx: Tx, ticket: Ticket, who: Person) -> None:
    """He has nothing to do with it any more: whoever comes next begins the procedure anew."""
    await tickets.let_go(tx, ticket, who)
    if guidance := await tx.session.get(Guidance, ticket.id):
        await tx.session.delete(guidance)


async def tell_holder(tx: Tx, ticket: Ticket, words: str) -> None:
    """Whoever holds the ticket hears what the reporter added."""
    if holder := await people.person(tx, ticket.assignee_id):
        await notices.tell(tx, holder, technician.note_added(ticket, words), ticket)


async def offered_to(tx: Tx, who: Person) -> list[Ticket]:
    """The tickets with an open offer to this person."""
    offers = await tx.session.exec(select(Offer.ticket_id).where(Offer.person_id == who.id, Offer.state == "open"))
    found = [await tickets.get(tx, ticket_id) for ticket_id in offers.all()]
    return [t for t in found if t is not None]


async def holder(tx: Tx, ticket: Ticket) -> Person | None:
    """Who answers for the ticket by name, if anybody does yet."""
    return await people.person(tx, ticket.assignee_id)

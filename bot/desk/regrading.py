"""改类 and 优先级: the desk says what a ticket is and how urgent; procedure, offers and deadlines follow."""

from typing import Literal

from sqlmodel import select

from bot.core.ticket import AT_WORK, BEFORE_ACCEPT, Action, Status
from bot.desk import dispatch, guidance, holding, offers, people, referral, requests, selfhelp, tickets
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import Dialogue, Offer, Person, Ticket
from bot.views import desk_tools as views
from bot.views import notices, reporter
from knowledge import Understanding

BEST = 3
"""Faults offered as buttons for typed words."""
FAINT = 0.01
"""Below this a candidate is noise, unless the message is understood (scores of unrelated words are under 0.001)."""
Problem = Literal["", "own", "same", "over"]


def may_change(ticket: Ticket) -> bool:
    """Whether class and priority can still change: nobody has reported it as restored, and it is not a matter for others."""
    return Status(ticket.status) in BEFORE_ACCEPT | AT_WORK


def meant(office: Office, text: str, meaning: Understanding) -> list[str]:
    """The faults a seat may mean: the one of exactly that name alone, else the best of the classifier."""
    wanted = text.strip("，。 ")
    exact = [slug for slug, fault in office.book.faults.items() if wanted in (slug, fault.plain, fault.name)]
    if exact:
        return exact[:BEST]
    likely = [c.fault for c in meaning.candidates]
    if meaning.fault is None and all(c.score < FAINT for c in meaning.candidates):
        return []
    first = [meaning.fault] if meaning.fault and meaning.fault not in likely else []
    return [*first, *likely][:BEST]


async def reclassify(tx: Tx, office: Office, ticket: Ticket, seat: Person, slug: str) -> None:
    """The fault is `slug`: the priority is the worse of the two, a new procedure is begun, what was offered is shared anew."""
    fault = office.book.faults[slug]
    worst = min(office.book.service_levels.priority(fault.impact, fault.urgency), ticket.priority or "P4")
    safe_before = not ticket.safety
    await tickets.change(
        tx, ticket, "reclassified", seat,
        fault=slug, item=fault.item, kind="emergency" if fault.safety else "fault", request=None,
        priority="P1" if fault.safety else worst, safety=bool(fault.safety) or ticket.safety,
    )  # fmt: skip
    who = await people.person(tx, ticket.reporter_id)
    await notices.tell(tx, who, reporter.corrected(office.voice, ticket), ticket)
    if fault.safety and safe_before:
        await notices.tell(tx, who, reporter.emergency(office.voice, office.book.routes["R9"].say, ticket), ticket)
        await referral.page_duty(tx, office, ticket)
    if fault.route == "R2":
        await referral.page_infosec(tx, office, ticket)
    if ticket.status in BEFORE_ACCEPT:
        await _share_anew(tx, office, ticket, who)
    else:
        await guidance.reassign_fault(tx, office, ticket)


def problem(ticket: Ticket, seat: Person, priority: str) -> Problem:
    """Why a seat cannot set this priority; empty: he can."""
    if ticket.reporter_id == seat.id:
        return "own"
    if not may_change(ticket):
        return "over"
    return "same" if ticket.priority == priority else ""


async def set_priority(tx: Tx, office: Office, ticket: Ticket, seat: Person, priority: str, reason: str) -> None:
    """With a reason, which is kept: deadlines, the offer that stands, the holder's card and the reporter follow."""
    raised = priority < (ticket.priority or "P4")
    await tickets.add_words(tx, ticket, seat, tickets.Words(reason), "priority-reason")
    await tickets.change(tx, ticket, "priority", seat, priority=priority)
    if ticket.paused and priority == "P1":
        await tickets.change(tx, ticket, "resumed", seat, paused="")
    if ticket.status in (Status.TRIAGED, Status.DISPATCHED):
        await offers.due_by_priority(tx, office, ticket)
    holder = await people.person(tx, ticket.assignee_id)
    if holder is not None and ticket.owner == "technician":
        await notices.tell(tx, holder, views.priority_holder(ticket, reason), ticket)
        if ticket.status in (Status.ACCEPTED, Status.EN_ROUTE, Status.REMOTE):
            await holding.work_card(tx, office, ticket, holder)
    elif offer := await _open_offer(tx, ticket):
        await offers.renew(tx, office, ticket, offer)
    elif holder is None and priority in ("P1", "P2") and ticket.status in BEFORE_ACCEPT - {Status.APPROVAL}:
        await _share_anew(tx, office, ticket, await people.person(tx, ticket.reporter_id))
    if raised:
        await notices.tell(tx, await people.person(tx, ticket.reporter_id), views.priority_reporter(ticket), ticket)


async def _share_anew(tx: Tx, office: Office, ticket: Ticket, who: Person | None) -> None:
    """It is called back, and the best one now is offered it."""
    await call_back(tx, office, ticket, who)
    if ticket.assignee_id is None:
        await dispatch.offer_next(tx, office, ticket)


async def call_back(tx: Tx, office: Office, ticket: Ticket, who: Person | None) -> None:
    """What the reporter or an approver was asked is over, and standing offers are taken back: it is to be given anew."""
    if who is not None:
        await selfhelp.clear(tx, ticket, who)
        row = await tx.session.get(Dialogue, who.id)
        if row is not None and row.ticket_id == ticket.id:
            await tx.session.delete(row)
            await tx.flush()
    await requests.take_back(tx, ticket)
    await tx.forget(f"question:{ticket.id}:{ticket.asked}", f"gather:{ticket.id}")
    await offers.withdraw(tx, ticket, "重新安排")
    await notices.close_cards(tx, ticket, ("question", "selfhelp"), "已更新")
    if ticket.status == Status.DISPATCHED:
        await tickets.act(tx, ticket, Action.OFFER_EXPIRED, None)
    else:
        await tickets.act(tx, ticket, Action.TRIAGE, None)


async def _open_offer(tx: Tx, ticket: Ticket) -> Offer | None:
    return (await tx.session.exec(select(Offer).where(Offer.ticket_id == ticket.id, Offer.state == "open"))).first()

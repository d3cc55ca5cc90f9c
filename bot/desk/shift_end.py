"""The end of a shift: every open ticket of whoever leaves is accepted by name or goes to the desk. Nothing is ownerless.

Until a successor accepts, the ticket stays with who has it, off duty or not; what nobody has accepted when the time is up
is the desk's. 转交 works at any other time too: then it simply stays where it was.
"""

from datetime import datetime, timedelta

from sqlmodel import select

from bot.core.duty import Kind, Span, Standing, by_person, standing
from bot.core.ticket import AT_WORK, Action, Status
from bot.desk import dispatch, people, shifts, tickets
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import DutyRequest, Guidance, Offer, Person, Ticket, TimerRow
from bot.views import duty as views
from bot.views import notices

GRACE = timedelta(minutes=15)
"""How long a successor may be looked for after the shift's end (assumed)."""
HELD = ",".join(sorted(str(s) for s in {*AT_WORK, Status.RESTORED}))
"""The states in which a ticket is in somebody's hands."""
PRESENT = (Standing.ON, Standing.LUNCH)


async def changed(tx: Tx, office: Office, row: TimerRow) -> str:
    """Timer: somebody's standing changed. Who left hands over; what waits is shared out anew."""
    since = datetime.fromisoformat(row.data["since"])
    left = await _left_since(tx, since)
    for person in left:
        await leave(tx, office, person)
    await dispatch.replan(tx, office)
    row.fired_at = tx.now
    await shifts.arm(tx)
    return f"{len(left)} left"


async def leave(tx: Tx, office: Office, who: Person) -> None:
    """His shift is over: offers he has not answered go on, and for each ticket in hand he is asked for a successor."""
    for ticket in await dispatch.offered_to(tx, who):
        await _withdraw(tx, office, ticket, who)
    held = await tickets.held_by(tx, who)
    if not held:
        return
    by = tx.now + GRACE
    await notices.tell(tx, who, views.shift_over(office.voice, held, by, tx.now))
    for ticket in held:
        await tx.record(ticket.id or 0, "handover-asked", who.id)
        await tx.remind(
            f"shift-end:{ticket.id}", by, "shift-end-over", ticket.id, HELD, {"person": who.id, "shift": True}
        )
        ranked = [r for r in await dispatch.candidates(tx, office, ticket) if r.candidate.person_id != who.id]
        await notices.hand(
            tx,
            who,
            "handover",
            lambda c, t=ticket, r=ranked: views.hand_over(office.voice, t, c, r, by, tx.now),  # type: ignore[misc]
            ticket,
        )


async def name_successor(tx: Tx, office: Office, ticket: Ticket, who: Person, to: Person) -> str:
    """转交: he names who is to take it. Returns why not, or an empty string."""
    if ticket.assignee_id != who.id or ticket.owner != "technician":
        return "not-yours"
    if to.id == who.id:
        return "same"
    if not people.is_engineer(to):
        return "not-engineer-for"
    if to.duty == "off" or not await shifts.present(tx, [to]):
        return "not-on-duty"
    if await notices.address(tx, to) is None:
        return "unreached"
    await _void(tx, ticket)
    tx.add(DutyRequest(kind="handover", person_id=who.id or 0, other_id=to.id, ticket_id=ticket.id, asked_at=tx.now))
    by = await _until(tx, ticket, who)
    unit = await people.unit_name(tx, ticket.unit_id)
    await notices.close_cards(tx, ticket, ("takeover",), "已改请别人")
    await notices.hand(
        tx, to, "takeover", lambda c: views.take_over(office.voice, ticket, c, who, unit, by, tx.now), ticket
    )
    await notices.tell(tx, who, views.asked_successor(ticket, to), ticket)
    return ""


async def take(tx: Tx, office: Office, ticket: Ticket, to: Person) -> bool:
    """接手: the ticket is his from this moment. False when nobody asked him, or it has gone elsewhere since."""
    request = await asked_of(tx, ticket, to)
    if request is None or ticket.assignee_id != request.person_id:
        return False
    who = await people.person(tx, request.person_id)
    await _settle(tx, request, "accepted", to)
    await tx.forget(f"shift-end:{ticket.id}")
    await _pass_on(tx, ticket, to)
    await notices.close_cards(
        tx, ticket, ("handover", "takeover", "work", "step", "gate", "ended"), f"{to.name}已接手"[:10]
    )
    if who is not None:
        await _unfocus(tx, ticket, who)
        await notices.tell(tx, who, views.taken_over(ticket, to), ticket)
    to.focus_ticket_id = ticket.id
    tx.add(to)
    if Status(ticket.status) in AT_WORK:
        await dispatch.work_card(tx, office, ticket, to)
    await notices.tell(tx, await people.person(tx, ticket.reporter_id), views.new_technician(ticket, to), ticket)
    return True


async def refuse(tx: Tx, ticket: Ticket, to: Person) -> bool:
    """不接手: whoever asked is told and may name another."""
    request = await asked_of(tx, ticket, to)
    if request is None:
        return False
    await _settle(tx, request, "declined", to)
    await notices.close_cards(tx, ticket, ("takeover",), "已回绝", to.id)
    await notices.tell(tx, await people.person(tx, request.person_id), views.successor_said_no(ticket, to), ticket)
    await notices.tell(tx, to, views.turned_down())
    return True


async def keep(tx: Tx, ticket: Ticket, who: Person) -> None:
    """我做完再走: he answers for it by name, his shift over or not."""
    await _void(tx, ticket)
    await tx.forget(f"shift-end:{ticket.id}")
    await tx.record(ticket.id or 0, "handover-kept", who.id)
    await notices.close_cards(tx, ticket, ("handover", "takeover"), "仍由您处理")
    await notices.tell(tx, who, views.kept(ticket), ticket)


async def to_desk(tx: Tx, office: Office, ticket: Ticket, who: Person) -> None:
    """转服务台, or nobody accepted in time: the desk owns it."""
    await _void(tx, ticket)
    await tx.forget(f"shift-end:{ticket.id}")
    await notices.close_cards(tx, ticket, ("handover", "takeover", "work", "step", "gate", "ended"), "已转服务台")
    if tickets.can(ticket, Action.DECLINE):
        await tickets.act(tx, ticket, Action.DECLINE, who, owner="desk", assignee_id=None)
    else:
        await tickets.change(tx, ticket, "desk-owns", who, owner="desk", assignee_id=None)
    await _unfocus(tx, ticket, who)
    await notices.tell(tx, who, views.gone_to_desk(ticket), ticket)
    await dispatch.to_desk(tx, office, ticket, "handover")


async def over(tx: Tx, office: Office, row: TimerRow) -> str:
    """Timer: the time for a successor is up."""
    ticket, who = await tickets.get(tx, row.ticket_id), await people.person(tx, row.data["person"])
    if ticket is None or who is None or ticket.assignee_id != who.id or ticket.owner != "technician":
        return "moved on"
    if row.data["shift"] and not await shifts.on_duty(tx, who):
        await to_desk(tx, office, ticket, who)
        return "desk"
    for request in await _open(tx, ticket):
        if to := await people.person(tx, request.other_id):
            await notices.tell(tx, who, views.no_answer(ticket, to), ticket)
    await _void(tx, ticket)
    await notices.close_cards(tx, ticket, ("handover", "takeover"), "已过时")
    return "stays"


async def asked_of(tx: Tx, ticket: Ticket, to: Person) -> DutyRequest | None:
    """The open question whether he takes this ticket over."""
    return next((r for r in await _open(tx, ticket) if r.other_id == to.id), None)


async def asked_tickets(tx: Tx, to: Person) -> list[Ticket]:
    """The tickets he is asked to take over."""
    statement = select(DutyRequest.ticket_id).where(DutyRequest.other_id == to.id, DutyRequest.state == "open")
    found = [await tickets.get(tx, i) for i in (await tx.session.exec(statement)).all()]
    return [t for t in found if t is not None]


async def _left_since(tx: Tx, since: datetime) -> list[Person]:
    """Who was at work (or at lunch) at `since` by the roster as it is now, and is not any more."""
    spans = by_person(
        (r.person_id, shifts.span_of(r)) for r in await shifts.rows(tx, since, tx.now + timedelta(seconds=1))
    )
    gone = [i for i, s in spans.items() if _worked(s, since, tx.now) and standing(s, tx.now) not in PRESENT]
    return [p for i in gone if (p := await people.person(tx, i)) is not None]


def _worked(spans: tuple[Span, ...], since: datetime, now: datetime) -> bool:
    """Whether some shift began or lasted in [since, now): a short one inside an outage counts too."""
    edges = {since, *(s.start for s in spans if s.kind is Kind.ON and since <= s.start < now)}
    return any(standing(spans, edge) in PRESENT for edge in edges)


async def _withdraw(tx: Tx, office: Office, ticket: Ticket, who: Person) -> None:
    offer = await dispatch.open_offer(tx, ticket, who)
    if offer is None or not tickets.can(ticket, Action.OFFER_EXPIRED):
        return
    offer.state, offer.ended_at = "withdrawn", tx.now
    tx.add(offer)
    await tx.forget(f"offer:{offer.id}")
    await tickets.act(tx, ticket, Action.OFFER_EXPIRED, None, owner="desk", assignee_id=None)
    await notices.close_cards(tx, ticket, ("offer",), "您已下班", who.id)
    await dispatch.offer_next(tx, office, ticket)


async def _pass_on(tx: Tx, ticket: Ticket, to: Person) -> None:
    """From one name to the next in one transaction; before the work is done it begins anew at 已接单."""
    tx.add(
        Offer(
            ticket_id=ticket.id or 0,
            person_id=to.id or 0,
            state="accepted",
            offered_at=tx.now,
            expires_at=tx.now,
            ended_at=tx.now,
        )
    )
    if tickets.can(ticket, Action.ASSIGN):
        pause = ticket.paused
        await tickets.act(tx, ticket, Action.ASSIGN, to, owner="technician", assignee_id=to.id, paused=pause)
        await tickets.act(tx, ticket, Action.ACCEPT, to, owner="technician", assignee_id=to.id, paused=pause)
    await tickets.change(tx, ticket, "handed-over", to, owner="technician", assignee_id=to.id)


async def _until(tx: Tx, ticket: Ticket, who: Person) -> datetime:
    """When the answer is due: at the end of the hand-over that runs, else in a quarter of an hour."""
    key = f"shift-end:{ticket.id}"
    running = (await tx.session.exec(select(TimerRow).where(TimerRow.key == key))).first()
    if running is not None and running.fired_at is None and running.due_at > tx.now:
        return running.due_at
    await tx.remind(key, tx.now + GRACE, "shift-end-over", ticket.id, HELD, {"person": who.id, "shift": False})
    return tx.now + GRACE


async def _open(tx: Tx, ticket: Ticket) -> list[DutyRequest]:
    statement = select(DutyRequest).where(
        DutyRequest.kind == "handover", DutyRequest.ticket_id == ticket.id, DutyRequest.state == "open"
    )
    return list((await tx.session.exec(statement)).all())


async def _settle(tx: Tx, request: DutyRequest, state: str, by: Person | None) -> None:
    request.state, request.decided_by, request.ended_at = state, by.id if by else None, tx.now
    tx.add(request)


async def _void(tx: Tx, ticket: Ticket) -> None:
    for request in await _open(tx, ticket):
        await _settle(tx, request, "void", None)
    await tx.flush()


async def _unfocus(tx: Tx, ticket: Ticket, who: Person) -> None:
    """It is not his any more. The place in the procedure stays; a safety gate he confirmed must be confirmed anew."""
    if (place := await tx.session.get(Guidance, ticket.id)) is not None:
        place.gate_open = False
        tx.add(place)
    if who.focus_ticket_id == ticket.id:
        others = [t for t in await tickets.held_by(tx, who) if t.id != ticket.id]
        who.focus_ticket_id = others[0].id if others else None
        tx.add(who)

"""The end of a shift: every open ticket of whoever leaves is accepted by name or goes to the desk. Nothing is ownerless.

A successor is asked as at any other time (bot/desk/handover.py); until he accepts, the ticket stays with who has it, off
duty or not. What nobody has accepted when the time is up is the desk's.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.core.duty import Kind, Span, Standing, by_person, standing
from bot.core.ticket import AT_WORK, Action, Status
from bot.desk import (
    bookings,
    candidates,
    consent,
    dispatch,
    experts,
    guidance,
    handover,
    offers,
    people,
    relay_follow,
    seats,
    shifts,
    tickets,
)
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import Person, Ticket, TimerRow
from bot.views import duty as views
from bot.views import notices

KIND = "shift-end"
MORE_PEOPLE, MORE_TICKETS = "shift-end-people", "shift-end-tickets"
"""The timers of what one transaction was not to hold the write lock for: people whose shift is over, tickets of one."""
AT_ONCE = 20
"""Tickets asked about in one transaction, nobody else writing meanwhile: more than one mostly has (assumed)."""
GIVEN = "given"
"""Why the desk has it: in his shift he gave it back to the desk."""
GRACE = timedelta(minutes=15)
"""How long a successor may be looked for after the shift's end (assumed)."""
HELD = ",".join(sorted(str(s) for s in {*AT_WORK, Status.RESTORED}))
"""The states in which a ticket is in somebody's hands."""
PRESENT = (Standing.ON, Standing.LUNCH)


async def changed(tx: Tx, office: Office, row: TimerRow) -> str:
    """Timer: somebody's standing changed, or a sheet took his shift. Who left hands over; what waits is shared out anew."""
    since = datetime.fromisoformat(row.data["since"])
    left = await _left_since(tx, since)
    sent = [p for i in row.data.get("gone", ()) if (p := await people.person(tx, i)) is not None and p not in left]
    there = await shifts.at_work(tx, sent)
    left += [p for p in sent if p not in there]
    await _leave_some(tx, office, left)
    await dispatch.replan(tx, office)
    row.fired_at = tx.now
    await shifts.arm(tx)
    return f"{len(left)} left"


async def changed_by_word(tx: Tx, office: Office, before: Sequence[Person]) -> None:
    """The roster was changed in the chat. Who of those at work `before` is not any more hands over; what waits is shared
    out anew, since somebody may have come.
    """
    there = {p.id for p in await shifts.at_work(tx, before)}
    await _leave_some(tx, office, [who for who in before if who.id not in there])
    await dispatch.replan(tx, office)


async def _leave_some(tx: Tx, office: Office, people_: Sequence[Person]) -> None:
    """See the first of those who leave off; when they have very many tickets the others follow by a timer."""
    load = 0
    for index, who in enumerate(people_):
        load += len(await offers.offered_to(tx, who)) + len(await tickets.held_by(tx, who))
        if index and load > AT_ONCE:
            rest = {"people": [p.id for p in people_[index:]]}
            await tx.remind(f"{MORE_PEOPLE}:{tx.next_key()}", tx.now, MORE_PEOPLE, data=rest)
            return
        await leave(tx, office, who)


async def leave_more(tx: Tx, office: Office, row: TimerRow) -> str:
    """Timer: the next of those whose shift is over. Who is at work again meanwhile keeps what he has."""
    left = [p for i in row.data["people"] if (p := await people.person(tx, i)) is not None]
    there = {p.id for p in await shifts.at_work(tx, left)}
    left = [p for p in left if p.id not in there]
    await _leave_some(tx, office, left)
    await dispatch.replan(tx, office)
    return f"{len(left)} left"


async def leave(tx: Tx, office: Office, who: Person) -> None:
    """His shift is over, or his leave begins: offers he has not answered go on, and for each ticket in hand he is asked
    for a successor.
    """
    for ticket in await offers.offered_to(tx, who):
        await pass_on(tx, office, ticket, who, "您已下班")
    held = [t for t in await tickets.held_by(tx, who) if not await _promised(tx, t, who)]
    await bookings.tell_uncovered(tx, office, who)
    if not held:
        return
    on_leave = (await shifts.standings(tx)).get(who.id or 0) is Standing.LEAVE
    await notices.tell(tx, who, views.shift_over(office.voice, held, tx.now + GRACE, tx.now, on_leave=on_leave))
    await _ask(tx, office, who, held)


async def ask_more(tx: Tx, office: Office, row: TimerRow) -> str:
    """Timer: the next of very many tickets that a successor is wanted for, as long as they are his and he is not at work."""
    who = await people.person(tx, row.data["person"])
    if who is None or await shifts.at_work(tx, [who]):
        return "on duty again"
    left = set(row.data["tickets"])
    await _ask(tx, office, who, [t for t in await tickets.held_by(tx, who) if t.id in left])
    return "asked"


async def _ask(tx: Tx, office: Office, who: Person, held: Sequence[Ticket]) -> None:
    """For each of his tickets who is to have it, by a card and with a deadline; of very many the first ones."""
    by = tx.now + GRACE
    for ticket in held[:AT_ONCE]:
        await tx.record(ticket.id or 0, "shift-ended", who.id)
        await tx.remind(shifts.end_key(ticket), by, "shift-end-over", ticket.id, HELD, {"person": who.id})
        ranked = [r for r in await candidates.best_first(tx, office, ticket) if r.candidate.person_id != who.id]
        await notices.hand(
            tx,
            who,
            KIND,
            lambda c, t=ticket, r=ranked: views.hand_over(office.voice, t, c, r, by, tx.now),  # type: ignore[misc]
            ticket,
        )
    if rest := [t.id for t in held[AT_ONCE:]]:
        data = {"person": who.id, "tickets": rest}
        await tx.remind(f"{MORE_TICKETS}:{tx.next_key()}", tx.now, MORE_TICKETS, data=data)


async def _promised(tx: Tx, ticket: Ticket, who: Person) -> bool:
    """Whether he has agreed with the reporter to come in a shift of his that is still ahead: it stays his until then."""
    row = await bookings.agreed(tx, ticket)
    return (
        row is not None
        and bookings.window(row).start > tx.now
        and await bookings.problem(tx, who, ticket, bookings.window(row)) is None
    )


async def keep(tx: Tx, ticket: Ticket, who: Person) -> None:
    """我做完再走: he answers for it by name, his shift over or not."""
    await handover.withdraw(tx, ticket)
    await tx.forget(shifts.end_key(ticket))
    await tx.record(ticket.id or 0, "shift-end-kept", who.id)
    await notices.close_cards(tx, ticket, (KIND,), "仍由您处理")
    await notices.tell(tx, who, views.kept(ticket), ticket)


async def to_desk(tx: Tx, office: Office, ticket: Ticket, who: Person, reason: str = "") -> None:
    """转服务台, or nobody accepted in time: the desk owns it, and reads why."""
    if reason:
        await tickets.add_words(tx, ticket, who, tickets.Words(reason), "handover-reason")
    await handover.forget_reason(tx, who)
    await handover.withdraw(tx, ticket)
    await experts.over(tx, ticket)
    await tx.forget(shifts.end_key(ticket))
    await notices.close_cards(tx, ticket, (KIND, "work", "step", "gate", "ended", "pick"), "已转服务台")
    if tickets.can(ticket, Action.DECLINE):
        await tickets.act(tx, ticket, Action.DECLINE, who, owner="desk", assignee_id=None)
    else:
        await tickets.change(tx, ticket, "desk-owns", who, owner="desk", assignee_id=None)
    await _unfocus(tx, ticket, who)
    over = who.id in await shifts.rostered(tx) and not await shifts.on_duty(tx, who)
    await notices.tell(tx, who, views.gone_to_desk(ticket, over=over), ticket)
    await relay_follow.follow(tx, office, ticket)
    await seats.to_desk(tx, office, ticket, KIND if over else GIVEN)
    if reason:
        await seats.inform(tx, office, ticket, "remark", who.name, reason)


async def over(tx: Tx, office: Office, row: TimerRow) -> str:
    """Timer: the time for a successor is up."""
    ticket, who = await tickets.get(tx, row.ticket_id), await people.person(tx, row.data["person"])
    if ticket is None or who is None or ticket.assignee_id != who.id or ticket.owner != "technician":
        return "moved on"
    if not await shifts.on_duty(tx, who):
        await to_desk(tx, office, ticket, who)
        return "desk"
    await notices.close_cards(tx, ticket, (KIND,), "已过时")
    return "on duty again"


async def _left_since(tx: Tx, since: datetime) -> list[Person]:
    """Who was at work (or at lunch) at `since` by the roster as it is now, and is not any more; whom the roster does not
    have is at work unless he is on leave.
    """
    known = await shifts.rostered(tx)
    spans = by_person(
        (r.person_id, shifts.span_of(r)) for r in await shifts.rows(tx, since, tx.now + timedelta(seconds=1))
    )
    gone = [
        i
        for i, s in spans.items()
        if standing(s, tx.now) not in PRESENT
        and (_worked(s, since, tx.now) or (i not in known and _went(s, since, tx.now)))
    ]
    return [p for i in gone if (p := await people.person(tx, i)) is not None]


def _went(spans: tuple[Span, ...], since: datetime, now: datetime) -> bool:
    """Whether he is on leave now and was not at `since`."""
    return standing(spans, now) is Standing.LEAVE and standing(spans, since) is not Standing.LEAVE


def _worked(spans: tuple[Span, ...], since: datetime, now: datetime) -> bool:
    """Whether some shift began or lasted in [since, now): a short one inside an outage counts too."""
    edges = {since, *(s.start for s in spans if s.kind is Kind.ON and since <= s.start < now)}
    return any(standing(spans, edge) in PRESENT for edge in edges)


async def pass_on(tx: Tx, office: Office, ticket: Ticket, who: Person, label: str) -> None:
    """An offer he has not answered goes to the next one."""
    offer = await offers.open_to(tx, ticket, who)
    if offer is None or not tickets.can(ticket, Action.OFFER_EXPIRED):
        return
    offer.state, offer.ended_at = "withdrawn", tx.now
    tx.add(offer)
    await tx.forget(f"offer:{offer.id}")
    await tickets.act(tx, ticket, Action.OFFER_EXPIRED, None, owner="desk", assignee_id=None)
    await notices.close_cards(tx, ticket, ("offer",), label, who.id)
    await dispatch.follow_up(tx, office, ticket, offer, label.removeprefix("您"))


async def _unfocus(tx: Tx, ticket: Ticket, who: Person) -> None:
    """It is not his any more. The place in the procedure stays; a safety gate he confirmed must be confirmed anew.

    A question to the agency that is still open is asked again when somebody stands there.
    """
    await guidance.change_hands(tx, ticket)
    await consent.withdraw(tx, ticket)
    await tickets.let_go(tx, ticket, who)

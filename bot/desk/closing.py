"""The end of a ticket: restored, resolved, confirmed or 没修好, rated, closed by itself after two reminders."""

from datetime import date, datetime, timedelta

from bot.core.ticket import Action
from bot.desk import (
    bookings,
    dispatch,
    experts,
    holding,
    merging,
    people,
    relay_follow,
    repair,
    requests,
    rounds,
    seats,
    tickets,
)
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import Dialogue, Guidance, Person, Ticket, TimerRow
from bot.views import notices, reporter, technician
from bot.views.words import INSPECTION

REMIND_AFTER_HOURS = (4, 16)
"""Hours, on workdays, after which the reporter is asked again (assumed); the ticket closes after `auto_close_hours`."""
LOW_RATING = 2


async def restored(tx: Tx, office: Office, ticket: Ticket, who: Person) -> None:
    """业务可用: the clock for restoring stops; the repair may go on."""
    await tickets.act(tx, ticket, Action.RESTORED, who)
    await notices.tell(tx, who, technician.restored(ticket), ticket)


async def resolved(tx: Tx, office: Office, ticket: Ticket, who: Person, text: str = "") -> None:
    """彻底修好: the reporter is asked to confirm, the technician for his record (`text`: what he said of it already).

    Who is free again is planned. A planned round has nobody to ask: it is done once all its steps are.
    """
    if ticket.kind == INSPECTION:
        await rounds.finish(tx, office, ticket, who)
        return
    await tickets.act(tx, ticket, Action.RESOLVED, who)
    await bookings.void(tx, ticket, who)
    await notices.close_cards(tx, ticket, ("work", "step", "gate", "ended", "selfhelp", "consent"), "已解决")
    await experts.over(tx, ticket)
    await _ask_confirm(tx, office, ticket, 0)
    for index, hours in enumerate(REMIND_AFTER_HOURS):
        due = on_workdays(office, tx.now, hours)
        await tx.remind(
            f"confirm:{ticket.id}:{index}",
            due,
            "confirm-remind",
            ticket.id,
            "resolved",
            {"n": index + 1},
        )
    due = on_workdays(office, tx.now, office.book.service_levels.sla.auto_close_hours)
    await tx.remind(f"autoclose:{ticket.id}", due, "auto-close", ticket.id, "resolved")
    await repair.begin(tx, office, ticket, who, text)
    await merging.follow(tx, ticket)
    await dispatch.replan(tx, office)


async def confirmed(tx: Tx, office: Office, ticket: Ticket, who: Person) -> None:
    """The reporter says it works: closed at once, and he may rate it."""
    await tickets.act(tx, ticket, Action.CONFIRM, who, by="confirmed")
    await _finished(tx, ticket, "已确认")
    await notices.tell(tx, await people.person(tx, ticket.assignee_id), technician.confirmed(ticket), ticket)
    await _listen(tx, who, ticket, "rate")
    await notices.hand(tx, who, "rate", lambda c: reporter.rate(ticket, c), ticket)


async def not_fixed(tx: Tx, office: Office, ticket: Ticket, who: Person) -> None:
    """没修好: back to the same technician, and the desk knows. After closing (7 days) it is a reopening."""
    if ticket.status == "closed":
        await _reopen(tx, office, ticket, who)
        return
    await tickets.act(tx, ticket, Action.NOT_FIXED, who, restored_at=None, resolved_at=None)
    if ticket.visit_until is not None and ticket.visit_until <= tx.now:
        await bookings.void(tx, ticket, None)
    await _forget_confirm(tx, who)
    await repair.drop(tx, ticket)
    await notices.close_cards(tx, ticket, ("confirm",), "没修好")
    technician_ = await people.person(tx, ticket.assignee_id)
    await notices.tell(tx, who, reporter.not_fixed(office.voice, ticket, technician_), ticket)
    if technician_ is not None:
        await tickets.take_up(tx, ticket, technician_)
        await notices.tell(tx, technician_, technician.returned(office.voice, ticket), ticket)
        if (row := await tx.session.get(Guidance, ticket.id)) is not None:
            await tx.session.delete(row)
            await tx.flush()
        await holding.work_card(tx, office, ticket, technician_)
    await seats.inform(tx, office, ticket, "not-fixed", technician_.name if technician_ else "")
    if technician_ is None:  # he has left meanwhile: it is nobody's to go on with
        await tickets.act(tx, ticket, Action.DECLINE, None, owner="desk", assignee_id=None)
        await dispatch.offer_next(tx, office, ticket)


async def rate(tx: Tx, office: Office, ticket: Ticket, who: Person, stars: int, *, on_card: bool = False) -> None:
    """1 to 5; the last word stands. A low one asks the desk to call back. `on_card`: a good one is thanked there."""
    await tickets.change(tx, ticket, "rated", who, rating=stars)
    if (row := await tx.session.get(Dialogue, who.id)) is not None and row.kind == "rate":
        await tx.session.delete(row)
    await notices.close_cards(tx, ticket, ("rate",), "谢谢评价")
    if stars < 4 or not on_card:
        await notices.tell(tx, who, reporter.rated(ticket), ticket)
    if stars <= LOW_RATING:
        await seats.inform(tx, office, ticket, "low-rating", who.name)


async def cancelled(tx: Tx, office: Office, ticket: Ticket, who: Person) -> None:
    await tickets.act(tx, ticket, Action.CANCEL, who, by="cancelled", closed_at=tx.now)
    await forget_dialogue(tx, who, ticket)
    await dispatch.stop_work(tx, ticket, "报障人撤销了")
    await notices.tell(tx, who, reporter.cancelled(ticket), ticket)
    await merging.release(tx, office, ticket)


async def called_off(tx: Tx, office: Office, ticket: Ticket, seat: Person, reason: str) -> bool:
    """作废: the desk calls a ticket off that should not be one; whoever had it hears of it. Returns whether the reporter can
    be told why.
    """
    who = await people.person(tx, ticket.reporter_id)
    await tickets.act(tx, ticket, Action.CANCEL, seat, by="desk", closed_at=tx.now)
    await tickets.add_words(tx, ticket, seat, tickets.Words(reason), "settled-note")
    if who is not None:
        await forget_dialogue(tx, who, ticket)
    await dispatch.stop_work(tx, ticket, "服务台已作废")
    told = await notices.tell(tx, who, reporter.called_off(ticket, reason), ticket)
    await merging.release(tx, office, ticket)
    return told


async def remind(tx: Tx, office: Office, row: TimerRow) -> str:
    """Timer: ask again whether it works."""
    if (ticket := await tickets.get(tx, row.ticket_id)) is None:
        return "gone"
    await _ask_confirm(tx, office, ticket, int(row.data["n"]))
    return "asked"


async def auto_close(tx: Tx, office: Office, row: TimerRow) -> str:
    """Timer: no answer after two reminders."""
    if (ticket := await tickets.get(tx, row.ticket_id)) is None:
        return "gone"
    due = on_workdays(office, ticket.resolved_at or tx.now, office.book.service_levels.sla.auto_close_hours)
    if due > tx.now:  # the days off have changed since it was set
        await tx.remind(row.key, due, row.kind, ticket.id, row.expects)
        return "later"
    await tickets.act(tx, ticket, Action.AUTO_CLOSE, None, by="auto")
    await _finished(tx, ticket, "已关闭")
    await notices.tell(tx, await people.person(tx, ticket.reporter_id), reporter.auto_closed(ticket), ticket)
    return "closed"


async def forget_dialogue(tx: Tx, who: Person, ticket: Ticket) -> None:
    row = await tx.session.get(Dialogue, who.id)
    if row is not None and row.ticket_id == ticket.id:
        await tx.session.delete(row)
        await tx.flush()


def on_workdays(office: Office, start: datetime, hours: float) -> datetime:
    """`hours` later, counting 0–24 h on workdays only (service levels: Friday 17:00 + 24 h is Monday 17:00)."""
    zone = office.working.zone
    local, left = start.astimezone(zone), timedelta(hours=hours)
    while True:
        midnight = datetime.combine(local.date() + timedelta(days=1), datetime.min.time(), zone)
        if _works(office, local.date()):
            if local + left < midnight:
                return (local + left).astimezone(start.tzinfo)
            left -= midnight - local
        local = midnight


def _works(office: Office, day: date) -> bool:
    return office.working.works(day)


async def _ask_confirm(tx: Tx, office: Office, ticket: Ticket, reminder: int) -> None:
    who = await people.person(tx, ticket.reporter_id)
    if who is None:
        return
    await notices.close_cards(tx, ticket, ("confirm",), "见新消息")
    await _listen(tx, who, ticket, "confirm")
    await notices.hand(tx, who, "confirm", lambda c: reporter.resolved(office.voice, ticket, c, reminder), ticket)


async def _listen(tx: Tx, who: Person, ticket: Ticket, kind: str) -> None:
    """Take his next words as the answer, unless he owes one about another matter: then the card's buttons do."""
    row = await tx.session.get(Dialogue, who.id)
    if row is None or row.ticket_id == ticket.id or row.kind in ("confirm", "rate"):
        await tx.session.merge(Dialogue(person_id=who.id or 0, ticket_id=ticket.id or 0, kind=kind, asked_at=tx.now))


async def _finished(tx: Tx, ticket: Ticket, label: str) -> None:
    await notices.close_cards(tx, ticket, ("confirm", "work", "step", "gate", "ended", "desk"), label)
    if (who := await people.person(tx, ticket.reporter_id)) is not None:
        await forget_dialogue(tx, who, ticket)


async def _forget_confirm(tx: Tx, who: Person) -> None:
    row = await tx.session.get(Dialogue, who.id)
    if row is not None and row.kind in ("confirm", "rate"):
        await tx.session.delete(row)
        await tx.flush()


async def _reopen(tx: Tx, office: Office, ticket: Ticket, who: Person) -> None:
    """Nobody of ours is sent to what others were to mend: the desk, which had settled it, sees to it."""
    others = ticket.by == "referred"
    await tickets.act(
        tx, ticket, Action.REOPEN, who, reopened=ticket.reopened + 1, by="", closed_at=None, restored_at=None,
        resolved_at=None, confirmed_at=None, accepted_at=None, triaged_at=tx.now, owner="desk", assignee_id=None,
    )  # fmt: skip
    await _forget_confirm(tx, who)
    await repair.drop(tx, ticket)
    await notices.tell(tx, who, reporter.reopened(office.voice, ticket, sent=not others), ticket)
    await relay_follow.follow(tx, office, ticket)
    await seats.inform(tx, office, ticket, "not-fixed", who.name)
    if others:
        await seats.to_desk(tx, office, ticket, "not-fixed")
    elif await requests.owes_approval(tx, office, ticket):
        await requests.begin(tx, office, who, ticket, ask=False)
    else:
        await dispatch.offer_next(tx, office, ticket)


def may_reopen(office: Office, ticket: Ticket, now: datetime) -> bool:
    """Whether 没修好 still reopens a closed ticket."""
    window = timedelta(days=office.book.service_levels.sla.reopen_window_days)
    return ticket.status == "closed" and ticket.closed_at is not None and now - ticket.closed_at < window

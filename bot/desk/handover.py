"""Hand-over (转交): a ticket goes to a colleague with the reason and what was done, once he takes it.

Until then the old holder stays its owner; silence and refusal leave it with him. The procedure goes on where it stood, but
a safety condition is confirmed anew by whoever stands there now. The agency's consent was given to the step and stays.
"""

from datetime import datetime

from sqlmodel import col, select

from bot.core import permits
from bot.core.ticket import Action, Status
from bot.desk import (
    bookings,
    candidates,
    experts,
    fitness,
    guidance,
    holding,
    lapses,
    people,
    relay_follow,
    shifts,
    tickets,
)
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import Dialogue, Handover, Person, Ticket, TimerRow
from bot.views import choices, field, notices

KIND = "handover"
CHOICES = 5
HIS_CARDS = ("work", "step", "gate", "ended", "pick", "shift-end")
"""What the old holder can no longer press."""


async def choose(tx: Tx, office: Office, ticket: Ticket, who: Person) -> None:
    """换人 without a name: the colleagues who may take it, the best first."""
    ranked = [r for r in await candidates.best_first(tx, office, ticket) if r.candidate.person_id != who.id]
    if not ranked:
        await notices.tell(tx, who, field.nobody_to_take_it(ticket), ticket)
        return
    offered = [(r.candidate.person_id, r.candidate.name) for r in ranked[:CHOICES]]
    await notices.hand(tx, who, "pick", lambda c: field.pick_colleague(office.voice, ticket, c, offered), ticket)


async def ask(tx: Tx, office: Office, ticket: Ticket, who: Person, to: Person, reason: str) -> None:
    """转交 17 赵磊 原因: the colleague is asked by card; nothing changes until he takes it."""
    if problem := await _problem(tx, office, ticket, who, to):
        await notices.tell(tx, who, field.cannot_hand_over(to, problem), ticket)
        return
    if not reason:
        await tx.session.merge(
            Dialogue(person_id=who.id or 0, ticket_id=ticket.id or 0, kind=KIND, data={"to": to.id}, asked_at=tx.now)
        )
        await notices.tell(tx, who, field.why_hand_over(ticket, to), ticket)
        return
    await forget_reason(tx, who)
    await withdraw(tx, ticket)
    row = Handover(ticket_id=ticket.id or 0, from_id=who.id or 0, to_id=to.id or 0, asked_at=tx.now)
    tx.add(row)
    await tx.flush()
    await tickets.add_words(tx, ticket, who, tickets.Words(reason), "handover-reason")
    await tx.record(ticket.id or 0, "handover-asked", who.id, {"to": to.id, "handover": row.id})
    done, unit = await experts.done_so_far(tx, office, ticket), await people.unit_name(tx, ticket.unit_id)
    until = await _until(tx, office, ticket)
    await tx.remind(f"handover:{row.id}", until, "handover-silent", ticket.id, data={"handover": row.id})
    await notices.close_cards(tx, ticket, ("pick",), f"转交{to.name}"[:10])

    await notices.hand(
        tx, to, KIND, lambda c: field.take_over(office.voice, ticket, c, who, unit, reason, done, until, tx.now), ticket
    )
    await notices.tell(tx, who, field.handover_asked(ticket, to), ticket)


async def forget_reason(tx: Tx, who: Person) -> None:
    """He is not asked any more why he hands a ticket over."""
    row = await tx.session.get(Dialogue, who.id)
    if row is not None and row.kind == KIND:
        await tx.session.delete(row)
        await tx.flush()


async def take(tx: Tx, office: Office, ticket: Ticket, who: Person) -> bool:
    """接手: from now on it is his. False when he was not asked, or it is no longer the other's to give."""
    row = await asked_of(tx, ticket, who)
    old = await people.person(tx, row.from_id) if row else None
    if row is None or old is None or ticket.assignee_id != old.id or not _may_go(ticket):
        return False
    await _end(tx, ticket, row, "taken", "已接手")
    await experts.over(tx, ticket)
    await _pass_on(tx, ticket, old, who)
    await tx.forget(shifts.end_key(ticket))
    await notices.close_cards(tx, ticket, HIS_CARDS, f"{who.name}已接手"[:10], old.id)
    await tickets.let_go(tx, ticket, old)
    await tickets.take_up(tx, ticket, who)
    await lapses.watch(tx, office, ticket, who)
    await guidance.change_hands(tx, ticket)
    await notices.tell(tx, old, field.handed_over(ticket, who), ticket)
    await _tell_both(tx, office, ticket, who)
    await relay_follow.follow(tx, office, ticket)
    return True


async def _tell_both(tx: Tx, office: Office, ticket: Ticket, who: Person) -> None:
    """The new holder has his card, the reporter knows who comes."""
    asker = await people.person(tx, ticket.reporter_id)
    if ticket.status == Status.RESTORED:
        await notices.tell(tx, who, field.restored_and_yours(ticket), ticket)
        await notices.tell(tx, asker, field.somebody_else_finishes(ticket, who), ticket)
        return
    told = await bookings.passed(tx, office, ticket, who)
    await holding.work_card(tx, office, ticket, who)
    if not told:
        by = await holding.arrive_by(tx, office, ticket, who)
        await notices.tell(tx, asker, field.somebody_else_comes(office.voice, ticket, who, by, tx.now), ticket)


async def refuse(tx: Tx, office: Office, ticket: Ticket, who: Person) -> bool:
    """不接手: it stays with the other. False when he was not asked."""
    row = await asked_of(tx, ticket, who)
    if row is None:
        return False
    await _end(tx, ticket, row, "refused", "没有接手")
    await notices.tell(tx, who, field.refusal_noted(ticket), ticket)
    await notices.tell(tx, await people.person(tx, row.from_id), field.not_taken(ticket, who, silent=False), ticket)
    return True


async def withdraw(tx: Tx, ticket: Ticket) -> bool:
    """取消转交: nobody is asked any more, and whoever was is told. False when nobody was."""
    statement = select(Handover).where(Handover.ticket_id == ticket.id, Handover.state == "asked")
    rows = (await tx.session.exec(statement)).all()
    for row in rows:
        await _end(tx, ticket, row, "withdrawn", "已取消")
        await notices.tell(tx, await people.person(tx, row.to_id), field.no_longer_asked(ticket), ticket)
    return bool(rows)


async def silent(tx: Tx, office: Office, row: TimerRow) -> str:
    """Timer: no answer. It stays with the old holder, who is told, and the desk."""
    asked, ticket = await tx.session.get(Handover, row.data["handover"]), await tickets.get(tx, row.ticket_id)
    if asked is None or ticket is None or asked.state != "asked":
        return "answered"
    await _end(tx, ticket, asked, "expired", "超时未接手")
    to = await people.person(tx, asked.to_id)
    if ticket.assignee_id == asked.from_id and to is not None:
        await notices.tell(tx, await people.person(tx, asked.from_id), field.not_taken(ticket, to, silent=True), ticket)
    return "expired"


async def asked_of(tx: Tx, ticket: Ticket, who: Person) -> Handover | None:
    """The open question to this person whether he takes the ticket."""
    statement = select(Handover).where(
        Handover.ticket_id == ticket.id, Handover.to_id == who.id, Handover.state == "asked"
    )
    return (await tx.session.exec(statement)).first()


async def offered_to(tx: Tx, who: Person) -> list[Ticket]:
    """The tickets this person is asked to take over."""
    statement = (
        select(Ticket)
        .join(Handover, col(Handover.ticket_id) == col(Ticket.id))
        .where(Handover.to_id == who.id, Handover.state == "asked")
        .order_by(col(Handover.id))
    )
    return list((await tx.session.exec(statement)).all())


async def _problem(tx: Tx, office: Office, ticket: Ticket, who: Person, to: Person) -> str:
    """Why he cannot be given it; empty when he can."""
    if to.id == who.id:
        return field.IT_IS_YOU
    if (barred := await fitness.barred(tx, office, ticket, to)) is not None:
        return choices.barred(barred, permits.needed(ticket.item))
    if to.duty == "off" or not await shifts.present(tx, [to]):
        return field.OFF_DUTY
    if await notices.address(tx, to) is None:
        return field.UNREACHABLE
    if promised := await bookings.barred(tx, office, ticket, to):
        return promised
    return "" if _may_go(ticket) else field.TOO_LATE


def _may_go(ticket: Ticket) -> bool:
    """Whether its state lets it pass from hand to hand: at work, or restored and not resolved yet."""
    return tickets.can(ticket, Action.ASSIGN) or ticket.status == Status.RESTORED


async def _until(tx: Tx, office: Office, ticket: Ticket) -> datetime:
    """When the answer is due: as for an offer, but before the desk takes it at the end of the holder's shift."""
    usual, ends = office.offer_expires(ticket.priority, tx.now), await shifts.successor_by(tx, ticket)
    return min(usual, ends) if ends else usual


async def _pass_on(tx: Tx, ticket: Ticket, old: Person, who: Person) -> None:
    """From one name to the next in one transaction: at work it begins anew at 已接单, restored it stays."""
    if ticket.status == Status.RESTORED:
        await tickets.change(tx, ticket, "handed-over", who, owner="technician", assignee_id=who.id)
        return
    await tickets.act(tx, ticket, Action.ASSIGN, old, owner="desk", assignee_id=None)
    await tickets.act(tx, ticket, Action.ACCEPT, who, owner="technician", assignee_id=who.id)
    await tx.record(ticket.id or 0, "handed-over", who.id, {"from": old.id, "to": who.id})


async def _end(tx: Tx, ticket: Ticket, row: Handover, state: str, label: str) -> None:
    row.state, row.ended_at = state, tx.now
    tx.add(row)
    await tx.forget(f"handover:{row.id}")
    await tx.record(ticket.id or 0, f"handover-{state}", row.to_id, {"handover": row.id})
    await notices.close_cards(tx, ticket, (KIND,), label, row.to_id)

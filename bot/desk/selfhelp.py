"""Self-help: at most three safe steps to the reporter, one at a time, asking 好了吗 after each.

P3 and P4 try first and dispatch on 不行 or after silence; P1 and P2 are dispatched at once and may try alongside.
Safety faults never get any (they carry no steps; the loader refuses them).
"""

import re
from datetime import timedelta

from bot.core.ticket import BEFORE_ACCEPT, Action
from bot.desk import dispatch, merging, people, tickets
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import Dialogue, Person, Ticket, TimerRow
from bot.views import notices, reporter
from bot.views.words import place as place_of

DIRECT = re.compile("直接派人|派人来|叫师傅|叫人来|上门")
"""Somebody is to come, whatever might be tried first."""


async def declined(tx: Tx, ticket: Ticket) -> bool:
    """Whether the report itself asks for somebody to come: 打印机卡纸了，直接派人."""
    return any(DIRECT.search(text) for text in await tickets.said(tx, ticket))


def has_steps(office: Office, ticket: Ticket) -> bool:
    return bool(ticket.fault and not ticket.safety and office.book.faults[ticket.fault].self_help)


def comes_first(office: Office, ticket: Ticket) -> bool:
    """Whether trying comes before sending somebody (design: P3/P4 with `mode: self`, not at a service window)."""
    if not has_steps(office, ticket) or ticket.item == "window-terminal":
        return False
    return office.book.service_levels.sla.self_help.get(ticket.priority or "P3") == "first-if-mode-self"


async def begin(tx: Tx, office: Office, ticket: Ticket, who: Person, *, alongside: bool) -> None:
    """Show the first step. When it comes first, silence dispatches."""
    await _show(tx, office, ticket, who, 0, alongside=alongside)


async def unsolved(tx: Tx, office: Office, ticket: Ticket, who: Person) -> None:
    """还不行: the next step, or somebody is sent."""
    row = await _pending(tx, ticket, who)
    index = int(row.data.get("index", 0)) + 1 if row else 99
    alongside = bool(row and row.data.get("alongside"))
    if ticket.fault and index < len(office.book.faults[ticket.fault].self_help) and ticket.status in BEFORE_ACCEPT:
        await _show(tx, office, ticket, who, index, alongside=alongside)
        return
    await give_up(tx, office, ticket, who)


async def give_up(tx: Tx, office: Office, ticket: Ticket, who: Person) -> None:
    """直接派人 (or no step left): dispatch, unless somebody is coming already."""
    await clear(tx, ticket, who)
    await notices.close_cards(tx, ticket, ("selfhelp",), "已安排派人")
    if not tickets.can(ticket, Action.OFFER) or ticket.status == "dispatched":
        await notices.tell(tx, who, reporter.true_state(office.voice, ticket), ticket)
        return
    best = await dispatch.offer_next(tx, office, ticket)
    at = dispatch.earliest(office, ticket, best, tx.now)
    await notices.tell(tx, who, reporter.going_to_dispatch(office.voice, ticket, at, tx.now), ticket)
    if not place_of(ticket):
        await tx.session.merge(Dialogue(person_id=who.id or 0, ticket_id=ticket.id or 0, kind="place", asked_at=tx.now))
        await notices.tell(tx, who, reporter.ask_place_also(ticket), ticket)


async def solved(tx: Tx, office: Office, ticket: Ticket, who: Person) -> None:
    """好了: closed by self-help, whoever was on the way is called back."""
    await clear(tx, ticket, who)
    if (row := await tx.session.get(Dialogue, who.id)) is not None and row.ticket_id == ticket.id:  # any question of it
        await tx.session.delete(row)
        await tx.flush()
    await notices.close_cards(tx, ticket, ("question",), "已好了")
    await tickets.act(tx, ticket, Action.SELF_SOLVED, who, by="self-help")
    await dispatch.stop_work(tx, ticket, "报障人自己弄好了")
    await notices.tell(tx, who, reporter.self_solved(ticket), ticket)
    await merging.follow(tx, ticket)


async def silent(tx: Tx, office: Office, row: TimerRow) -> str:
    """Timer: no word after a step; somebody is sent."""
    ticket = await tickets.get(tx, row.ticket_id)
    who = await people.person(tx, ticket.reporter_id) if ticket else None
    if (
        ticket is None
        or who is None
        or await _pending(tx, ticket, who) is None
        or not tickets.can(ticket, Action.OFFER)
        or ticket.assignee_id is not None  # somebody of the desk follows it
    ):
        return "answered"
    await give_up(tx, office, ticket, who)
    return "dispatched"


async def clear(tx: Tx, ticket: Ticket, who: Person) -> None:
    """The self-help dialogue of this ticket is over."""
    await tx.forget(f"selfhelp:{ticket.id}")
    if (row := await _pending(tx, ticket, who)) is not None:
        await tx.session.delete(row)
        await tx.flush()


async def _show(tx: Tx, office: Office, ticket: Ticket, who: Person, index: int, *, alongside: bool) -> None:
    steps = office.book.faults[ticket.fault or ""].self_help
    await notices.close_cards(tx, ticket, ("selfhelp",), "看下一步")
    await tx.session.merge(
        Dialogue(
            person_id=who.id or 0,
            ticket_id=ticket.id or 0,
            kind="self-help",
            data={"index": index, "alongside": alongside},
            asked_at=tx.now,
        )
    )
    await tx.record(ticket.id or 0, "self-help-shown", None, {"step": index})
    await notices.hand(
        tx,
        who,
        "selfhelp",
        lambda c: reporter.self_help(ticket, c, steps[index], index + 1, len(steps), alongside=alongside),
        ticket,
    )
    if not alongside:
        minutes = office.book.service_levels.sla.self_help["silence_then_dispatch_min"]
        key = f"selfhelp:{ticket.id}"
        await tx.remind(key, tx.now + timedelta(minutes=int(minutes)), "self-help-silent", ticket.id)


async def _pending(tx: Tx, ticket: Ticket, who: Person) -> Dialogue | None:
    row = await tx.session.get(Dialogue, who.id)
    return row if row is not None and row.kind == "self-help" and row.ticket_id == ticket.id else None

"""What the holder of a ticket does between accepting and resolving: contact, set out, arrive, pause.

Every verb is checked against the person, not the card: only the holder moves his ticket.
"""

import re
from datetime import datetime, timedelta

from bot.core.charging import VISIT, Party
from bot.core.ticket import AT_WORK, Action, Status
from bot.desk import bookings, dispatch, guidance, holding, people, proof, spares, tickets
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import Person, Ticket, TimerRow
from bot.views import notices, reporter, staff, technician
from bot.views import visits as visit_views


async def contact(tx: Tx, office: Office, ticket: Ticket, who: Person) -> None:
    """首次联系: the response clock stops; the reporter is asked once whether it is so, which makes it grade A."""
    first = ticket.contacted_at is None
    await tickets.act(tx, ticket, Action.CONTACT, who)
    await proof.pressed(tx, ticket, who, "contact")
    if first:
        await proof.ask(tx, ticket, who, "contact")
    await holding.work_card(tx, office, ticket, who)


async def move(tx: Tx, office: Office, ticket: Ticket, who: Person, action: Action) -> None:
    """出发 / 到场 / 远程: the reporter is told, and on arrival or remotely the procedure begins."""
    waits = action is Action.EN_ROUTE and bookings.waits(ticket, tx.now)
    await tickets.act(tx, ticket, action, who, paused=ticket.paused)
    if not waits:
        await resume(tx, office, ticket, who, quiet=True)
    if action is Action.ARRIVE:
        await bookings.arrived(tx, ticket, who)
        await proof.pressed(tx, ticket, who, "arrive")
        await proof.ask(tx, ticket, who, "arrive")
    else:
        asker = await people.person(tx, ticket.reporter_id)
        await notices.tell(tx, asker, reporter.moved(office.voice, ticket, who, str(action)), ticket)
    await notices.close_cards(tx, ticket, ("selfhelp",), "技术员已处理")
    who.focus_ticket_id = ticket.id
    tx.add(who)
    if action is Action.EN_ROUTE or office.procedure(ticket) is None:
        await holding.work_card(tx, office, ticket, who)
    else:
        await notices.close_cards(tx, ticket, ("work",), "已到场" if action is Action.ARRIVE else "远程中", who.id)
        await guidance.start(tx, office, ticket, who)


async def promise(tx: Tx, office: Office, ticket: Ticket, who: Person, by: timedelta, text: str) -> None:
    """约10分钟到: the reporter is told when; nothing is stamped, and the clock is as it was. Once he is there it is a remark."""
    await tickets.add_words(tx, ticket, who, tickets.Words(text), "remark")
    if ticket.arrived_at is not None:
        await notices.tell(tx, who, staff.remark(ticket), ticket)
        return
    at = tx.now + by
    asker = await people.person(tx, ticket.reporter_id)
    await notices.tell(tx, asker, reporter.comes_at(office.voice, ticket, who.name, at, tx.now), ticket)
    await notices.tell(tx, who, technician.promised(office.voice, ticket, at, tx.now), ticket)


async def pause(
    tx: Tx, office: Office, ticket: Ticket, who: Person, reason: str, until: datetime | None = None
) -> None:
    """Only with an allowed reason, never for P1; it ends by itself at `until` (default: a configured while later).

    The reporter is told the reason and the end.
    """
    if ticket.priority == "P1":
        await notices.tell(tx, who, technician.no_pause_p1(ticket), ticket)
        return
    until = until or office.clock(ticket.priority).add(tx.now, office.book.service_levels.sla.pause_default_min)
    await tickets.pause(tx, office, ticket, who, reason)
    await tx.remind(tickets.pause_key(ticket), until, "pause-over", ticket.id)
    said = office.voice.clock(until, tx.now)
    runs = office.paused(reason)["party"] == Party.PROVIDER
    await notices.tell(tx, who, technician.paused(ticket, said, runs=runs), ticket)
    asker = await people.person(tx, ticket.reporter_id)
    await notices.tell(tx, asker, reporter.paused(office.voice, ticket, said), ticket)


async def resume(tx: Tx, office: Office, ticket: Ticket, who: Person | None, *, quiet: bool = False) -> None:
    """The clock runs again; any move of the ticket resumes it by itself. Nobody (None): the system did it.

    When it waited for an appointment, the reporter knows the time: only the technician hears that it has come. Whoever
    ends that wait earlier (`quiet`) says so himself.
    """
    if not ticket.paused:
        return
    waited = ticket.paused == VISIT
    until = ticket.visit_until if waited else None
    await tickets.change(tx, ticket, "resumed", who, paused="")
    await tx.forget(tickets.pause_key(ticket))
    if until is not None:
        if who is None:
            holder = await people.person(tx, ticket.assignee_id)
            await notices.tell(tx, holder, visit_views.begins(office.voice, ticket, until, tx.now), ticket)
        return
    by = None if quiet else await holding.still_by(tx, office, ticket)
    if not (quiet and waited):
        said = reporter.resumed(office.voice, ticket, by, tx.now)
        await notices.tell(tx, await people.person(tx, ticket.reporter_id), said, ticket)
    if not quiet:
        holder = who or await people.person(tx, ticket.assignee_id)
        await notices.tell(tx, holder, technician.resumed(office.voice, ticket, by, tx.now), ticket)


async def pause_over(tx: Tx, office: Office, row: TimerRow) -> str:
    """Timer: the end of a pause has come. One that was ended before, or moved, does nothing."""
    ticket = await tickets.get(tx, row.ticket_id)
    if ticket is None or not ticket.paused:
        return "stale"
    await resume(tx, office, ticket, None)
    return "resumed"


PAUSE_WORDS = {
    **dict.fromkeys(("开会", "没空", "不方便", "人不在", "不在办公室", "出差", "外出", "在忙", "午休"), "时间"),
    "同意": "授权",
    "备机": "备件",
    "配件": "备件",
    "厂家": "第三方",
    "电信": "运营商",
    "台风": "不可抗力",
    "停电": "不可抗力",
}
"""How technicians put it → a word of the allowed reason."""
PAUSE_CUES = ("时间", "授权", "备件", "第三方", "运营商", "不可抗力")
LOAN = "备机"
LOAN_GIVEN = re.compile(rf"(?<![没未无])(?:提供|给|送|借|换|用|有)\S{{0,4}}{LOAN}|{LOAN}\S?(?:已|给了|送了|用)")
"""Words by which somebody says that a loan device stands there."""


async def reason_of(tx: Tx, office: Office, ticket: Ticket, text: str) -> str:
    """The pause reason that a typed text means; empty when it means none.

    That a loan device was left is never put into anybody's mouth: unless he says so, or one is on record, whoever waits for
    a part waits without.
    """
    allowed = office.book.service_levels.sla.pause_allowed
    if text in allowed:
        return text
    cues = [cue for cue in PAUSE_CUES if cue in text] + [cue for word, cue in PAUSE_WORDS.items() if word in text]
    meant = [reason for cue in cues for reason in allowed if cue in reason]
    if LOAN_GIVEN.search(text) or await spares.lent(tx, ticket):
        return next(iter(meant), "")
    return next((reason for reason in meant if LOAN not in reason), spares.WAITS if meant else "")


def pausable(ticket: Ticket) -> bool:
    return Status(ticket.status) in AT_WORK


async def set_duty(tx: Tx, office: Office, who: Person, word: str) -> None:
    """上线 / 忙碌 / 下线. Whoever is there again may be what somebody waits for."""
    who.duty = word
    tx.add(who)
    await tx.flush()
    await notices.tell(tx, who, technician.duty(word))
    if word != "off":
        await dispatch.replan(tx, office)

"""求助: an expert is called to a ticket by card, sees what was done, joins; what either says reaches the other.

An expert is a technician on duty (by the roster and by his own word) whose skills name the item, the higher level first;
when none is left, a lead. The holder stays the owner: only he moves the ticket. A talk ends when the expert leaves or the
ticket leaves its holder's hands.
"""

from collections.abc import Sequence
from datetime import timedelta

from sqlmodel import col, select

from bot.core.ticket import AT_WORK, Status
from bot.desk import fitness, guidance, people, seats, shifts, tickets
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import Guidance, Help, Person, Ticket, TimerRow
from bot.views import field, notices

SILENT = timedelta(minutes=3)
"""After this long without an answer the next expert is asked (assumed)."""
LEVELS = ("expert-l3", "engineer-l2", "engineer-l1")
LEADS = ("area-lead", "duty-manager", "service-manager")
KIND = "help"
LIVE = (*AT_WORK, Status.RESTORED)


async def call(tx: Tx, office: Office, ticket: Ticket, who: Person, words: str = "") -> None:
    """The holder asks for help: the best expert gets the card; the desk knows."""
    if (talk := await _open(tx, ticket)) is not None:
        expert = await people.person(tx, talk.expert_id)
        await notices.tell(tx, who, field.help_is_coming(ticket, expert, joined=talk.state == "joined"), ticket)
        return
    await tx.record(ticket.id or 0, "help-called", who.id)
    if words:
        await tickets.add_words(tx, ticket, who, tickets.Words(words), "help-words")
    expert = await _next(tx, office, ticket, who, words, since=None)
    await notices.tell(tx, who, field.help_called(ticket, expert), ticket)
    await seats.inform(tx, office, ticket, "help", who.name)


async def join(tx: Tx, office: Office, ticket: Ticket, who: Person) -> bool:
    """加入. False when he was not asked, or it is over."""
    row = await _mine(tx, ticket, who, "asked")
    if row is None or not _lives(row, ticket):
        return False
    row.state, row.joined_at = "joined", tx.now
    tx.add(row)
    await tx.forget(f"help:{row.id}")
    await tx.record(ticket.id or 0, "help-joined", who.id, {"help": row.id})
    await notices.close_cards(tx, ticket, (KIND,), "已加入", who.id)
    holder = await people.person(tx, row.holder_id)
    await notices.tell(tx, who, field.joined(ticket, holder), ticket)
    await notices.tell(tx, holder, field.expert_joined(ticket, who), ticket)
    return True


async def decline(tx: Tx, office: Office, ticket: Ticket, who: Person) -> bool:
    """不方便: the next one is asked. False when he was not asked."""
    row = await _mine(tx, ticket, who, "asked")
    if row is None:
        return False
    await _end(tx, ticket, row, "declined", "没有加入")
    await notices.tell(tx, who, field.refusal_noted(ticket), ticket)
    await _pass_on(tx, office, ticket, row)
    return True


async def leave(tx: Tx, office: Office, ticket: Ticket, who: Person) -> bool:
    """离开 by the expert, 结束协助 by the holder. False when there is no such talk."""
    row = await _open(tx, ticket)
    if (
        row is None
        or who.id not in (row.holder_id, row.expert_id)
        or (row.state == "asked" and who.id == row.expert_id)
    ):
        return False
    await _end(tx, ticket, row, "left", "协助结束")
    for person in await _both(tx, row):
        await notices.tell(tx, person, field.help_over(ticket), ticket)
    return True


async def over(tx: Tx, ticket: Ticket) -> None:
    """The ticket leaves its holder's hands: whoever was called or helped is told."""
    if (row := await _open(tx, ticket)) is not None:
        await _end(tx, ticket, row, "left", "协助结束")
        await notices.tell(tx, await people.person(tx, row.expert_id), field.help_over(ticket), ticket)


async def gone(tx: Tx, office: Office, who: Person) -> None:
    """He helps nobody any more: whoever he helped is told, and who had called him gets the next expert."""
    statement = select(Help).where(Help.expert_id == who.id, col(Help.state).in_(("asked", "joined")))
    for row in (await tx.session.exec(statement.order_by(col(Help.id)))).all():
        if (ticket := await tickets.get(tx, row.ticket_id)) is None:
            continue
        joined = row.state == "joined"
        await _end(tx, ticket, row, "left" if joined else "expired", "协助结束")
        if joined:
            await notices.tell(tx, await people.person(tx, row.holder_id), field.expert_gone(ticket, who), ticket)
        else:
            await _pass_on(tx, office, ticket, row)


async def talk_of(tx: Tx, who: Person, number: int | None = None) -> tuple[Help, Ticket] | None:
    """The talk he is in: the one named, else the one that began last."""
    statement = (
        select(Help, Ticket)
        .join(Ticket, col(Ticket.id) == col(Help.ticket_id))
        .where(Help.state == "joined", (col(Help.expert_id) == who.id) | (col(Help.holder_id) == who.id))
        .order_by(col(Help.joined_at).desc(), col(Help.id).desc())
    )
    found = (await tx.session.exec(statement)).all()
    return next(((row, t) for row, t in found if _lives(row, t) and number in (None, t.id)), None)


async def asked(tx: Tx, who: Person) -> list[Ticket]:
    """The tickets he is asked to help with, the newest first."""
    statement = (
        select(Ticket)
        .join(Help, col(Help.ticket_id) == col(Ticket.id))
        .where(Help.expert_id == who.id, Help.state == "asked")
        .order_by(col(Help.id).desc())
    )
    return list((await tx.session.exec(statement)).all())


async def say(tx: Tx, row: Help, ticket: Ticket, who: Person, words: tickets.Words) -> None:
    """What one says reaches the other, and is kept with the ticket."""
    await tickets.add_words(tx, ticket, who, words, "help-said")
    if not words.text:
        return
    for other in await _both(tx, row):
        if other.id != who.id and not await notices.tell(tx, other, field.said(ticket, who, words.text), ticket):
            await notices.tell(tx, who, field.not_reached(ticket, other), ticket)


async def hears(tx: Tx, office: Office, who: Person, words: tickets.Words) -> bool:
    """A picture or recording sent into a talk. False when there is no talk, or the holder's step waits for it."""
    if (talk := await talk_of(tx, who)) is None:
        return False
    row, ticket = talk
    if who.id == row.holder_id and await guidance.wants(tx, office, ticket) in ("photo", "signature"):
        return False
    await say(tx, row, ticket, who, words)
    return True


async def listeners(tx: Tx, ticket: Ticket, speaker_id: int | None) -> list[Person]:
    """Who sees a picture or recording that one of the two sends."""
    row = await _open(tx, ticket)
    if row is None or row.state != "joined" or speaker_id not in (row.holder_id, row.expert_id):
        return []
    return [person for person in await _both(tx, row) if person.id != speaker_id]


async def silent(tx: Tx, office: Office, row: TimerRow) -> str:
    """Timer: an expert did not answer; the next one is asked."""
    asked_, ticket = await tx.session.get(Help, row.data["help"]), await tickets.get(tx, row.ticket_id)
    if asked_ is None or ticket is None or asked_.state != "asked":
        return "answered"
    await _end(tx, ticket, asked_, "expired", "超时未回")
    await _pass_on(tx, office, ticket, asked_)
    return "next"


async def done_so_far(tx: Tx, office: Office, ticket: Ticket) -> list[tuple[str, str]]:
    """The steps done, in order: what was to be done and how it came out (ok | fail | skip)."""
    row, procedure = await tx.session.get(Guidance, ticket.id), office.procedure(ticket)
    if row is None or procedure is None:
        return []
    return [(procedure.steps[s].do, result) for s, result in row.history if s in procedure.steps]


async def _pass_on(tx: Tx, office: Office, ticket: Ticket, row: Help) -> None:
    holder = await people.person(tx, row.holder_id)
    if holder is None or not _lives(row, ticket):
        return
    expert = await _next(tx, office, ticket, holder, "", since=row)
    if expert is None:
        await notices.tell(tx, holder, field.help_called(ticket, None), ticket)
        await seats.inform(tx, office, ticket, "help", holder.name)


async def _next(
    tx: Tx, office: Office, ticket: Ticket, holder: Person, words: str, since: Help | None
) -> Person | None:
    """Ask the best expert who was not asked yet in this call. None: there is none."""
    tried = await _tried(tx, ticket, since)
    expert = next((p for p in await _experts(tx, office, ticket, holder) if p.id not in tried), None)
    if expert is None:
        return None
    row = Help(ticket_id=ticket.id or 0, holder_id=holder.id or 0, expert_id=expert.id or 0, asked_at=tx.now)
    tx.add(row)
    await tx.flush()
    await tx.record(ticket.id or 0, "help-asked", holder.id, {"of": expert.id, "help": row.id})
    await tx.remind(f"help:{row.id}", tx.now + SILENT, "help-silent", ticket.id, data={"help": row.id})
    done = await done_so_far(tx, office, ticket)
    said, unit = words or await tickets.first_words(tx, ticket), await people.unit_name(tx, ticket.unit_id)
    await notices.hand(
        tx, expert, KIND, lambda c: field.help_wanted(office.voice, ticket, c, holder, unit, said, done), ticket
    )
    return expert


async def _tried(tx: Tx, ticket: Ticket, since: Help | None) -> set[int]:
    """Whom this call has asked already: those asked since the last talk that took place."""
    if since is None:
        return set()
    statement = select(Help).where(Help.ticket_id == ticket.id, Help.holder_id == since.holder_id)
    tried: set[int] = set()
    for row in (await tx.session.exec(statement.order_by(col(Help.id)))).all():
        tried = set() if row.state == "left" else tried | {row.expert_id}
    return tried


async def _experts(tx: Tx, office: Office, ticket: Ticket, holder: Person) -> Sequence[Person]:
    """Those who can be called, best first: the item's skill and its level, then the leads."""
    skill = (await fitness.need(tx, office, ticket)).skill
    secret = ticket.kind == "classified"
    there = [
        p
        for p in await shifts.present(tx, await people.holding(tx, [*people.ENGINEERS, *LEADS]))
        if p.id not in (holder.id, ticket.reporter_id) and p.duty != "off"
    ]
    reached = await notices.reached(tx, there)
    able = [p for p in reached if people.is_engineer(p) and skill in p.skills and (p.cleared or not secret)]
    leads = [p for position in LEADS for p in reached if position in p.positions and p not in able]
    return [*sorted(able, key=lambda p: (_level(p), p.duty != "on", p.id)), *leads]


def _level(person: Person) -> int:
    return next((i for i, level in enumerate(LEVELS) if level in person.positions), len(LEVELS))


def _lives(row: Help, ticket: Ticket) -> bool:
    """Whether the ticket is still in the hands of the one who called."""
    return ticket.assignee_id == row.holder_id and Status(ticket.status) in LIVE


async def _open(tx: Tx, ticket: Ticket) -> Help | None:
    statement = select(Help).where(Help.ticket_id == ticket.id, col(Help.state).in_(("asked", "joined")))
    found = (await tx.session.exec(statement.order_by(col(Help.id).desc()))).all()
    return next((row for row in found if row.holder_id == ticket.assignee_id), None)


async def _mine(tx: Tx, ticket: Ticket, who: Person, state: str) -> Help | None:
    statement = select(Help).where(Help.ticket_id == ticket.id, Help.expert_id == who.id, Help.state == state)
    return (await tx.session.exec(statement.order_by(col(Help.id).desc()))).first()


async def _both(tx: Tx, row: Help) -> list[Person]:
    found = [await people.person(tx, i) for i in (row.holder_id, row.expert_id)]
    return [p for p in found if p is not None]


async def _end(tx: Tx, ticket: Ticket, row: Help, state: str, label: str) -> None:
    row.state, row.ended_at = state, tx.now
    tx.add(row)
    await tx.forget(f"help:{row.id}")
    await tx.record(ticket.id or 0, f"help-{state}", row.expert_id, {"help": row.id})
    await notices.close_cards(tx, ticket, (KIND,), label, row.expert_id)

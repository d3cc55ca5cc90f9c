"""New members (新成员): served first, confirmed later by their unit's liaison, all of a day on one card.

Whoever is in no sheet and reports, registers or names a unit waits to be confirmed; he is served like anybody meanwhile.
A unit without a liaison that can be written to, and whoever names no unit, is the desk's to confirm.
"""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import String, cast, literal
from sqlmodel import col, or_, select

from bot.core import directory
from bot.desk import lookups, people, quiet, tickets
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import Membership as Membership
from bot.store.tables import Person, TimerRow, Unit
from bot.views import members as views
from bot.views import notices

LISTED_AT = time(10)
"""When the card of the day comes, on workdays (assumed)."""
KIND = "members"
CARD = "members"
"""What the purpose of the day's cards begins with; the unit's number follows, 0 without one."""
LIAISON = "unit-liaison"
Waiting = tuple[Membership, Person]


async def noticed(tx: Tx, office: Office, who: Person, text: str) -> None:
    """After an unconfirmed sender was served: remember the unit he named, else that he reported without one."""
    if who.confirmed:
        return
    row, unit = await tx.session.get(Membership, who.id), await named(tx, text)
    if row is None:
        if unit is None and await tickets.latest_of(tx, who) is None:
            return
        unit = unit or await by_department(tx, await lookups.departments(tx, who))
        row = Membership(person_id=who.id or 0, unit_id=unit.id if unit else who.unit_id, since=tx.now)
        if row.unit_id is None and not await lookups.awaited(tx, who):
            await notices.tell(tx, who, views.who_are_you(), once="members")
    elif unit is not None and (row.state == "left" or row.unit_id != unit.id):
        row.unit_id, row.state, row.since, row.listed_at = unit.id, "waiting", tx.now, None
    else:
        return
    tx.add(row)
    await _arm(tx, office, row.unit_id)


async def looked_up(tx: Tx, office: Office, who: Person, unit: Unit | None) -> None:
    """The directory has answered: who reported without a unit waits for the liaison of his, or is asked for it after all."""
    row = await tx.session.get(Membership, who.id)
    if row is None or row.unit_id is not None or row.state != "waiting":
        return
    if unit is None:
        await notices.tell(tx, who, views.who_are_you(), once="members")
        return
    row.unit_id, row.listed_at = unit.id, None
    tx.add(row)
    await _arm(tx, office, unit.id)


async def by_department(tx: Tx, departments: Sequence[str]) -> Unit | None:
    """The agency among the departments a directory names, the nearest first."""
    if not departments:
        return None
    units = {unit.name: unit for unit in (await tx.session.exec(select(Unit))).all()}
    return units.get(directory.agency(departments, units))


async def named(tx: Tx, text: str) -> Unit | None:
    """The unit whose full name stands in the words, the longest one; else one whose name without 市 does (我是民政局的), which
    that of a district's is not.
    """
    units = (await tx.session.exec(select(Unit))).all() if text else ()
    if whole := max((u for u in units if u.name in text), key=lambda u: len(u.name), default=None):
        return whole
    short = [
        u
        for u in units
        if (name := u.name.removeprefix("市")) != u.name and re.search(f"(?<![区县省镇街州]){name}", text)
    ]
    return max(short, key=lambda u: len(u.name), default=None)


async def of_day(tx: Tx, office: Office, row: TimerRow) -> str:
    """Timer: the card of the day to a unit's liaisons. It waits for their morning, and comes again while it is unanswered."""
    unit_id = row.data["unit"] or None
    found = [(m, p) for m, p in await waiting(tx) if m.unit_id == unit_id]
    if not found:
        return "none"
    readers = await _liaisons(tx, unit_id)
    left_alone = await quiet.asleep(tx, office, readers, "P4")
    if readers and len(left_alone) == len(readers):
        row.due_at = min(left_alone.values())
        return "quiet hours"
    unit = await people.unit_name(tx, unit_id)
    await notices.close_loose(tx, _purpose(unit_id), "已有新名单")
    for membership, _ in found:
        membership.listed_at = tx.now
        tx.add(membership)
    names = [p.name for _, p in found]
    awake = [p for p in readers if p.id not in left_alone]
    for reader in awake or await people.seats(tx, office.fallback_owner):
        if unit_id is None:
            await notices.tell(tx, reader, views.without_unit(names))
        else:
            await notices.hand(tx, reader, _purpose(unit_id), lambda c: views.card(c, unit, names), None)
    await _arm(tx, office, unit_id)
    return f"{len(found)} listed"


async def waiting(tx: Tx, states: Sequence[str] = ("waiting",)) -> list[Waiting]:
    """Who waits to be confirmed (or is in one of `states`), the first first."""
    statement = (
        select(Membership, Person)
        .join(Person, col(Person.id) == col(Membership.person_id))
        .where(col(Membership.state).in_(states))
        .order_by(col(Membership.since), col(Membership.person_id))
    )
    return [(m, p) for m, p in (await tx.session.exec(statement)).all()]


async def for_reader(tx: Tx, who: Person) -> list[Waiting]:
    """Those he may confirm: the desk anybody, a liaison those of his unit."""
    found = await waiting(tx)
    return found if people.is_desk(who) else [(m, p) for m, p in found if m.unit_id == who.unit_id]


async def decided_by(tx: Tx, who: Person, state: str, said: str) -> list[Waiting]:
    """Whom somebody confirmed or refused (`state`), by name or #number, and may take it back: his own word, the desk's seats
    anybody's. Whoever works for the service by now is not among them.
    """
    found = [(m, p) for m, p in await waiting(tx, (state,)) if said in (p.name, f"#{p.id}")]
    mine = found if people.is_desk(who) else [(m, p) for m, p in found if m.decided_by == who.id]
    return [(m, p) for m, p in mine if p.id != who.id and not people.is_staff(p)]


async def confirm(tx: Tx, by: Person, member: Waiting, unit_id: int) -> None:
    """He is a member of the unit from now on, and so are his open reports."""
    membership, who = member
    who.confirmed, who.unit_id, membership.unit_id = True, unit_id, unit_id
    tx.add(who)
    for ticket in await tickets.live_of(tx, who):
        if ticket.unit_id is None:
            await tickets.change(tx, ticket, "placed", by, unit_id=unit_id)
    await _decided(tx, by, membership, "confirmed")
    await notices.tell(tx, who, views.welcome(await people.unit_name(tx, unit_id)))


async def refuse(tx: Tx, office: Office, by: Person, member: Waiting) -> None:
    """不认识: the desk is told; he goes on as a reporter of an unconfirmed unit, also when he had been confirmed by mistake."""
    membership, who = member
    if membership.state == "confirmed":
        who.confirmed, who.unit_id = False, None
        tx.add(who)
        for ticket in await tickets.live_of(tx, who):
            if ticket.unit_id == membership.unit_id:
                await tickets.change(tx, ticket, "placed", by, unit_id=None)
    await _decided(tx, by, membership, "refused")
    unit = await people.unit_name(tx, membership.unit_id)
    for seat in await people.seats(tx, office.fallback_owner):
        if seat.id != by.id:
            await notices.tell(tx, seat, views.not_ours(by, who, unit))


async def last_decided(
    tx: Tx, unit_id: int | None, said: str = ""
) -> tuple[Membership, Person, Person, datetime] | None:
    """What was decided last, of a unit and about somebody (by name or #number) if given: row, who, by whom, when."""
    statement = (
        select(Membership, Person)
        .join(Person, col(Person.id) == col(Membership.person_id))
        .where(col(Membership.decided_at).is_not(None))
        .order_by(col(Membership.decided_at).desc())
        .limit(1)
    )
    if unit_id is not None:
        statement = statement.where(Membership.unit_id == unit_id)
    if said:
        number = literal("#").concat(cast(col(Person.id), String))
        statement = statement.where(or_(Person.name == said, number == said))
    found = (await tx.session.exec(statement)).first()
    by = await people.person(tx, found[0].decided_by) if found else None
    return (*found, by, found[0].decided_at) if found and by and found[0].decided_at else None


async def _decided(tx: Tx, by: Person, row: Membership, state: str) -> None:
    row.state, row.decided_by, row.decided_at = state, by.id, tx.now
    tx.add(row)
    await tx.flush()
    others = select(Membership.person_id).where(Membership.state == "waiting", Membership.unit_id == row.unit_id)
    if (await tx.session.exec(others.where(col(Membership.listed_at).is_not(None)).limit(1))).first() is None:
        await notices.close_loose(tx, _purpose(row.unit_id), f"{by.name[:4]}已处理")


async def _liaisons(tx: Tx, unit_id: int | None) -> Sequence[Person]:
    found = await people.holding(tx, (LIAISON,), unit_id) if unit_id else []
    return await notices.reached(tx, found)


def _purpose(unit_id: int | None) -> str:
    return f"{CARD}{unit_id or 0}"


async def _arm(tx: Tx, office: Office, unit_id: int | None) -> None:
    day = tx.now.astimezone(office.voice.zone).date()
    while _at(office, day) <= tx.now or not office.working.works(day):
        day += timedelta(days=1)
    await tx.remind(f"{KIND}:{unit_id or 0}:{day.isoformat()}", _at(office, day), KIND, data={"unit": unit_id or 0})


def _at(office: Office, day: date) -> datetime:
    return datetime.combine(day, LISTED_AT, office.voice.zone).astimezone(UTC)

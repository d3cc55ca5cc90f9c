"""The roster as it is stored: who is on duty at this moment, and the rows that say so. Reads and writes `Shift` only.

Whom the sheet does not have goes by his own word (上线/忙碌/下线), and leave takes him away while it lasts; whom it has is there
only while his shifts say so, and his word narrows that.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta, tzinfo

from sqlalchemy import literal
from sqlmodel import col, delete, select

from bot.core.duty import Kind, Span, Standing, Turn, by_his_word, by_person, leave_of, next_change, standing, turn
from bot.store.engine import Tx
from bot.store.tables import Person, Shift, Ticket, TimerRow

LONGEST = timedelta(hours=36)
"""No single row is longer than this: leave of several days has a row a day."""
AHEAD = timedelta(days=8)
"""How far ahead the next change is looked for."""
CHANGE = "duty-change"
"""The kind of the one timer that waits for the next change of anybody's standing."""
EVENING = "duty-gaps"
"""The kind of the one timer that looks for tomorrow's gaps every evening."""


def end_key(ticket: Ticket) -> str:
    """The key of the timer that waits for a successor after the end of its holder's shift."""
    return f"shift-end:{ticket.id}"


async def successor_by(tx: Tx, ticket: Ticket) -> datetime | None:
    """By when its holder, whose shift is over, has to say to whom it goes; None: he is not asked."""
    ends = select(TimerRow.due_at).where(TimerRow.key == end_key(ticket), col(TimerRow.fired_at).is_(None))
    return (await tx.session.exec(ends)).first()


def span_of(row: Shift) -> Span:
    return Span(Kind(row.kind), row.starts_at, row.ends_at, row.area)


async def rows(tx: Tx, start: datetime, end: datetime, person_id: int | None = None) -> list[Shift]:
    """The rows that touch [start, end), in the order in which they count: what was agreed in the chat after the sheet."""
    statement = select(Shift).where(col(Shift.ends_at) > start, col(Shift.starts_at) < end)
    if person_id is not None:
        statement = statement.where(Shift.person_id == person_id)
    found = (await tx.session.exec(statement)).all()
    return sorted(found, key=lambda r: (r.source != "sheet", r.id or 0))


async def rostered(tx: Tx) -> set[int]:
    """The people whom the sheet has at all, whatever the day. Leave or a stand-in puts nobody into the roster.

    From one person to the next along the index: the rows of years are not read.
    """
    known = select(literal(0).label("person_id")).cte("known", recursive=True)
    following = select(Shift.person_id).where(Shift.source == "sheet", col(Shift.person_id) > known.c.person_id)
    first = following.order_by(col(Shift.person_id)).limit(1).scalar_subquery()
    known = known.union_all(select(first).where(known.c.person_id.is_not(None)))
    return set((await tx.session.exec(select(known.c.person_id).where(known.c.person_id > 0))).all())


async def standings(tx: Tx, at: datetime | None = None) -> dict[int, Standing]:
    """How everybody in the roster, and whoever else is on leave, stands at an instant (now); of others nothing is known."""
    when, known = at or tx.now, await rostered(tx)
    spans = by_person((r.person_id, span_of(r)) for r in await rows(tx, when, when + timedelta(microseconds=1)))
    found = {person_id: standing(spans.get(person_id, ()), when) for person_id in known | set(spans)}
    return {person_id: how for person_id, how in found.items() if person_id in known or how is Standing.LEAVE}


async def turns(tx: Tx) -> dict[int, Turn]:
    """How everybody in the roster stands now, and what comes next as far as the roster says; of others, their leave."""
    known = await rostered(tx)
    spans = by_person((r.person_id, span_of(r)) for r in await rows(tx, tx.now, tx.now + AHEAD))
    leave = {i: away for i, mine in spans.items() if i not in known and (away := leave_of(mine))}
    return {i: turn(spans.get(i, ()), tx.now) for i in known} | {
        i: by_his_word(turn(away, tx.now)) for i, away in leave.items()
    }


async def spans_of(tx: Tx, person: Person, start: datetime, end: datetime) -> tuple[Span, ...]:
    return tuple(span_of(r) for r in await rows(tx, start, end, person.id))


async def present(tx: Tx, people: Sequence[Person]) -> list[Person]:
    """Those of `people` whom the roster does not keep away now; his own word is not asked here."""
    now = await standings(tx)
    return [p for p in people if now.get(p.id or 0, Standing.ON) is Standing.ON]


async def at_work(tx: Tx, people: Sequence[Person]) -> list[Person]:
    """Those of `people` whose shift is not over by the roster: on duty, or at lunch."""
    now = await standings(tx)
    return [p for p in people if now.get(p.id or 0, Standing.ON) in (Standing.ON, Standing.LUNCH)]


async def on_duty(tx: Tx, person: Person) -> bool:
    """Whether the roster has him at work; False for who has no shift now, in the roster or not."""
    return person.id in await on_shift(tx)


async def on_shift(tx: Tx) -> set[int]:
    """Everybody whom the roster has at work now."""
    running = await rows(tx, tx.now, tx.now + timedelta(microseconds=1))
    spans = by_person((r.person_id, span_of(r)) for r in running)
    return {person_id for person_id, his in spans.items() if standing(his, tx.now) is Standing.ON}


async def until(tx: Tx, person: Person) -> datetime | None:
    """When his standing changes next, as far as the roster says."""
    return next_change(await spans_of(tx, person, tx.now, tx.now + AHEAD), tx.now)


async def upcoming(tx: Tx, horizon: timedelta = AHEAD) -> datetime | None:
    """When somebody's standing changes next, within the horizon."""
    spans = by_person((r.person_id, span_of(r)) for r in await rows(tx, tx.now, tx.now + horizon))
    return min((at for mine in spans.values() if (at := next_change(mine, tx.now)) is not None), default=None)


async def arm(tx: Tx) -> None:
    """Set the timer for the next change anew; called whenever the roster was changed and when it fired.

    One that is due already stays: whoever left at that moment has not been asked for a successor yet.
    """
    await tx.flush()
    due = await upcoming(tx)
    key = f"{CHANGE}:{int(due.timestamp())}" if due else ""
    from_before = await waiting(tx, after=tx.now)
    await tx.forget(*(k for k in from_before if k != key))
    if due is not None and key not in from_before:
        await tx.remind(key, due, CHANGE, data={"since": tx.now.isoformat()})
    await arm_evening(tx)


async def taken_off(tx: Tx, people: Sequence[Person]) -> None:
    """A sheet took the shifts of these people while they ran: the desk that runs sees to what they hold."""
    data = {"since": tx.now.isoformat(), "gone": [p.id for p in people]}
    await tx.remind(f"{CHANGE}:sheet:{tx.now.isoformat()}", tx.now, CHANGE, data=data)


async def arm_evening(tx: Tx) -> None:
    """Set the timer that looks for tomorrow's gaps, unless it is set."""
    if await rostered(tx) and not await waiting(tx, EVENING):
        await tx.remind(f"{EVENING}:{tx.now.date()}:{tx.next_key()}", tx.now, EVENING)


async def waiting(tx: Tx, kind: str = CHANGE, after: datetime | None = None) -> list[str]:
    """The keys of the timers of a kind that have not fired, of those due later than `after` if it is given."""
    statement = select(TimerRow.key).where(TimerRow.kind == kind, col(TimerRow.fired_at).is_(None))
    if after is not None:
        statement = statement.where(TimerRow.due_at > after)
    return list((await tx.session.exec(statement)).all())


async def add(
    tx: Tx, person_id: int, kind: Kind, start: datetime, end: datetime, source: str, zone: tzinfo, area: str = ""
) -> None:
    """Hours agreed in the chat; those of several days become a row a local day."""
    for begin, stop in by_day(start, end, zone):
        day = begin.astimezone(zone).date().isoformat()
        tx.add(
            Shift(
                person_id=person_id,
                day=day,
                kind=str(kind),
                starts_at=begin,
                ends_at=stop,
                source=source,
                area=area,
            )
        )


def by_day(start: datetime, end: datetime, zone: tzinfo) -> list[tuple[datetime, datetime]]:
    """[start, end) cut at local midnights, except that what is no longer than LONGEST stays whole across one."""
    if end - start <= timedelta(hours=24):
        return [(start, end)]
    local = start.astimezone(zone)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    cut = min(midnight.astimezone(start.tzinfo), end)
    return [(start, cut), *(by_day(cut, end, zone) if cut < end else [])]


async def clear_sheet(tx: Tx, days: Collection[tuple[int, str]]) -> int:
    """Take out what the sheet said before of these (person, day); returns how many rows."""
    count = 0
    for person_id, day in days:
        statement = delete(Shift).where(
            col(Shift.person_id) == person_id, col(Shift.day) == day, col(Shift.source) == "sheet"
        )
        count += (await tx.session.exec(statement)).rowcount
    return count

"""Broadcast (广播): one message of the desk to the people of one unit, shown with its cost first and sent on confirmation.

It is queued behind everything about tickets, leaves out who asked to be left alone and who cannot be reached, and is
limited per unit and day, because every copy is paid from the platforms' quota.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlmodel import col, func, select

from bot.core import typed_press
from bot.core.outbound import Target
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import Broadcast as Broadcast
from bot.store.tables import CardRow, Person, Unit
from bot.views import broadcast as views
from bot.views import notices

PER_DAY = 3
"""Broadcasts to one unit in 24 hours (assumed)."""
LONGEST = 300
"""Characters."""
VALID = timedelta(minutes=30)
"""A preview confirmed later than this is not sent (assumed)."""
QUIET = (time(22, 0), time(7, 30))
"""Nobody is disturbed by a broadcast then (service levels, quiet hours, assumed)."""
LAST = 2
"""Rank in the outbox: everything about tickets overtakes."""


@dataclass(frozen=True)
class Readers:
    """Who would get it (a person and his address), how many want to be left alone, how many cannot be reached."""

    reached: tuple[tuple[Person, Target], ...]
    quiet: int
    unreached: int

    @property
    def by_platform(self) -> Mapping[str, int]:
        return Counter(target.platform for _, target in self.reached)


async def readers(tx: Tx, unit: Unit) -> Readers:
    """The people of a unit, as a broadcast would find them now."""
    members = (await tx.session.exec(select(Person).where(Person.unit_id == unit.id).order_by(col(Person.id)))).all()
    wanted = [p for p in members if not p.no_broadcasts]
    known = await notices.addresses(tx, wanted)
    reached = tuple((p, known[p.id]) for p in wanted if p.id in known)
    return Readers(reached, len(members) - len(wanted), len(wanted) - len(reached))


async def sent_today(tx: Tx, unit: Unit) -> int:
    """How many were sent to a unit in the last 24 hours."""
    since = tx.now - timedelta(days=1)
    statement = select(func.count()).select_from(Broadcast)
    return (
        await tx.session.exec(
            statement.where(Broadcast.unit_id == unit.id, Broadcast.state == "sent", col(Broadcast.decided_at) > since)
        )
    ).one()


def disturbs(office: Office, now: datetime) -> bool:
    """Whether it is a time at which nobody is disturbed."""
    local = now.astimezone(office.voice.zone).time()
    return local >= QUIET[0] or local < QUIET[1]


async def preview(tx: Tx, office: Office, seat: Person, unit: Unit, text: str) -> None:
    """The seat reads what would be sent, to how many and at what cost; nothing is sent yet."""
    target = await notices.address(tx, seat)
    if target is None:
        return
    card_id = tx.card_id(None, "broadcast")
    row = Broadcast(unit_id=unit.id or 0, by_id=seat.id or 0, text=text, at=tx.now, card_id=card_id)
    tx.add(row)
    await tx.flush()
    found = await readers(tx, unit)
    card = views.preview(row, card_id, unit.name, found.by_platform, found.quiet, found.unreached)
    await tx.track(
        CardRow(
            card_id=card_id,
            person_id=seat.id,
            purpose="broadcast",
            target=target.model_dump_json(),
            buttons={button.text: button.verb for button in card.buttons},
            tail=typed_press.tail(card_id),
        )
    )
    await tx.send(tx.next_key(), target, card)


async def of_card(tx: Tx, card_id: str, seat: Person) -> Broadcast | None:
    """The broadcast a seat's preview card is about."""
    return (
        await tx.session.exec(select(Broadcast).where(Broadcast.card_id == card_id, Broadcast.by_id == seat.id))
    ).first()


async def get(tx: Tx, number: int, seat: Person) -> Broadcast | None:
    """A seat's own broadcast by its number."""
    row = await tx.session.get(Broadcast, number)
    return row if row is not None and row.by_id == seat.id else None


async def waiting(tx: Tx, seat: Person) -> list[Broadcast]:
    """A seat's own broadcasts that can still be sent, the newest first."""
    mine = select(Broadcast).where(Broadcast.by_id == seat.id, Broadcast.state == "draft")
    rows = (await tx.session.exec(mine.order_by(col(Broadcast.id).desc()))).all()
    return [row for row in rows if not expired(row, tx.now)]


async def unit(tx: Tx, row: Broadcast) -> Unit:
    """Whose people it is for."""
    return await tx.session.get_one(Unit, row.unit_id)


def expired(row: Broadcast, now: datetime) -> bool:
    return now - row.at > VALID


async def send(tx: Tx, office: Office, row: Broadcast) -> int:
    """Queue it for everybody it reaches now, once each. Returns how many."""
    found = await readers(tx, await unit(tx, row))
    row.state, row.decided_at, row.receivers = "sent", tx.now, len(found.reached)
    tx.add(row)
    message = views.message(office.voice, row.text)
    for person, target in found.reached:
        await tx.send(f"broadcast:{row.id}:{person.id}", target, message, rank=LAST)
    return len(found.reached)


async def drop(tx: Tx, row: Broadcast) -> None:
    """The seat thought better of it."""
    row.state, row.decided_at = "dropped", tx.now
    tx.add(row)


async def leave_alone(tx: Tx, person: Person, quiet: bool) -> None:
    """不收通知 / 接收通知: broadcasts leave him out, or not; messages about his own tickets always come."""
    person.no_broadcasts = quiet
    tx.add(person)

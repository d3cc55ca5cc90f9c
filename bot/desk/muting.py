"""Muting (禁言): what a muted person types starts nothing for a while; it is kept and shown to the desk, each line once.

Safety and classified matters always pass, and so does every button. He is told that he is muted, until when, and how to
reach a person.
"""

from datetime import datetime, timedelta

from sqlmodel import col, select

from bot.core import until
from bot.desk import people
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import HeldWords, Mute, Person, TimerRow
from bot.views import muting as views
from bot.views import notices

USUAL = timedelta(hours=2)
"""When no time is said (assumed)."""
LONGEST = timedelta(days=7)
"""Nobody is muted longer in one go (assumed)."""
GATHERED = timedelta(minutes=5)
"""Lines are shown to the desk together, this long after the first of them (assumed)."""
TIMER = "muted-words"


def span(said: str) -> timedelta | None:
    """How long: 30分钟, 两小时, 半小时, 1天; nothing said is the usual time; None for anything else or too long."""
    length = until.length(said) if said else USUAL
    return length if length is not None and timedelta(0) < length <= LONGEST else None


def may_be_muted(person: Person) -> bool:
    """Not whoever works here: his lines are commands. Nobody else is exempt."""
    return not people.is_desk(person) and not people.is_engineer(person)


async def mute(tx: Tx, office: Office, person: Person, seat: Person, length: timedelta) -> Mute:
    """From now on for `length`; a mute that stands is replaced. He is told."""
    await _lift(tx, person, seat)
    row = Mute(person_id=person.id or 0, by_id=seat.id, at=tx.now, until=tx.now + length)
    tx.add(row)
    await tx.flush()
    await notices.tell(tx, person, views.you_are_muted(office.voice, row.until, tx.now))
    return row


async def unmute(tx: Tx, office: Office, person: Person, seat: Person) -> bool:
    """解除禁言: he is told, and the desk reads at once what it has not seen yet. False: he was not muted."""
    if await standing(tx, person) is None:
        return False
    await _lift(tx, person, seat)
    await notices.tell(tx, person, views.you_may_speak())
    await _show(tx, office, person, lifted=True)
    return True


async def standing(tx: Tx, person: Person) -> Mute | None:
    """The mute that holds a person now, if any."""
    statement = select(Mute).where(Mute.person_id == person.id, Mute.until > tx.now, col(Mute.lifted_at).is_(None))
    return (await tx.session.exec(statement)).first()


async def current(tx: Tx) -> list[tuple[Person, datetime]]:
    """Who is muted now, and until when."""
    statement = select(Mute).where(Mute.until > tx.now, col(Mute.lifted_at).is_(None)).order_by(col(Mute.until))
    rows = (await tx.session.exec(statement)).all()
    return [(person, row.until) for row in rows if (person := await people.person(tx, row.person_id)) is not None]


async def hold(tx: Tx, office: Office, person: Person, mute: Mute, text: str) -> None:
    """Keep a line for the desk; he is told so the first time."""
    tx.add(HeldWords(person_id=person.id or 0, at=tx.now, text=text))
    await notices.tell(tx, person, views.kept(office.voice, mute.until, tx.now), once=f"muted:{mute.id}")
    await tx.flush()
    key = f"{TIMER}:{person.id}"
    pending = (
        await tx.session.exec(select(TimerRow).where(TimerRow.key == key, col(TimerRow.fired_at).is_(None)))
    ).all()
    if not pending:
        await tx.remind(key, tx.now + GATHERED, TIMER, data={"person": person.id})


async def show(tx: Tx, office: Office, row: TimerRow) -> str:
    """Timer: what a muted person typed meanwhile goes to the desk."""
    person = await people.person(tx, int(row.data["person"]))
    return "shown" if person is not None and await _show(tx, office, person) else "nothing"


async def _show(tx: Tx, office: Office, person: Person, *, lifted: bool = False) -> bool:
    statement = select(HeldWords).where(HeldWords.person_id == person.id, col(HeldWords.shown_at).is_(None))
    rows = (await tx.session.exec(statement.order_by(col(HeldWords.id)))).all()
    for row in rows:
        row.shown_at = tx.now
        tx.add(row)
    if rows:
        unit = await people.unit_name(tx, person.unit_id)
        message = views.said_while_muted(
            office.voice, person, unit, [(r.at, r.text) for r in rows], tx.now, lifted=lifted
        )
        for seat in await people.seats(tx, office.fallback_owner):
            await notices.tell(tx, seat, message)
    return bool(rows)


async def _lift(tx: Tx, person: Person, seat: Person) -> None:
    if (row := await standing(tx, person)) is not None:
        row.lifted_at, row.lifted_by_id = tx.now, seat.id
        tx.add(row)
        await tx.flush()

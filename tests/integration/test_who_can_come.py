"""Who is in the roster, who can keep an appointment, be written to and sleeps: the same on both databases, however many are asked about."""

from datetime import timedelta
from typing import Any

from sqlalchemy import event

from bot.app import furnish
from bot.config import Config
from bot.core.visits import Window
from bot.desk import bookings, quiet, shifts
from bot.store.engine import Database, Tx
from bot.store.tables import AccountRow, Person, Shift, Ticket, Visit
from bot.views import notices
from tests.conftest import START

NINE, ELEVEN = START + timedelta(hours=23), START + timedelta(hours=25)
NIGHT = START + timedelta(hours=13)
"""Monday 23:00 in Guangzhou."""
NAMES = ("早班", "晚班", "请假", "另有约", "同一处", "不在表")


async def people(tx: Tx) -> dict[str, Person]:
    """The sheet has the first five, the fourth and fifth are promised elsewhere at that time; the last is in no sheet."""
    found = {name: Person(name=name, positions=["engineer-l1"]) for name in NAMES}
    for person in found.values():
        tx.add(person)
    await tx.flush()
    for name in NAMES[:5]:
        begin = START if name == "晚班" else NINE - timedelta(hours=1)
        for days in range(3):
            tx.add(shift(found[name], "on", begin - timedelta(days=days), "sheet"))
    tx.add(shift(found["请假"], "leave", NINE, "leave"))
    tx.add(shift(found["不在表"], "leave", START, "leave"))
    return found


def shift(who: Person, kind: str, begin: Any, source: str) -> Shift:
    day = begin.date().isoformat()
    end = begin + timedelta(hours=8)
    return Shift(person_id=who.id or 0, day=day, kind=kind, starts_at=begin, ends_at=end, source=source)


async def promise(tx: Tx, who: Person, site: int | None = None, unit: int | None = None) -> Ticket:
    """A ticket of his with an appointment from nine to eleven."""
    ticket = Ticket(reporter_id=who.id or 0, assignee_id=who.id, unit_id=unit, status="accepted", created_at=START)
    tx.add(ticket)
    await tx.flush()
    about = {"ticket_id": ticket.id, "person_id": who.id, "asked_by": who.id, "asked_at": START}
    tx.add(Visit(**about, state="agreed", starts_at=NINE, ends_at=ELEVEN))
    return ticket


async def test_who_is_in_the_roster(db: Database) -> None:
    async with db.write("people") as tx:
        assert await shifts.rostered(tx) == set()
        found = await people(tx)
        await tx.flush()
        assert await shifts.rostered(tx) == {found[name].id for name in NAMES[:5]}


async def test_who_can_keep_an_appointment_is_asked_once_for_all(db: Database) -> None:
    async with db.write("people") as tx:
        found = await people(tx)
        ticket = await promise(tx, found["早班"], unit=7)
        await promise(tx, found["另有约"], unit=8)
        await promise(tx, found["同一处"], unit=7)
    asked: list[str] = []
    async with db.write("look") as tx:
        event.listen(db.engine.sync_engine, "before_cursor_execute", lambda *seen: asked.append(seen[2]))
        able = await bookings.who_can(tx, ticket, list(found.values()))
        for_all = len(asked)
        alone = await bookings.problems(tx, [found["晚班"]], ticket, Window(NINE, ELEVEN))
    assert [p.name for p in able] == ["早班", "同一处", "不在表"]
    assert [problem for problem, _ in alone.values()] == [bookings.Problem.OFF_DUTY]
    assert sum(statement.startswith("SELECT") for statement in asked[:for_all]) <= 4, asked


async def test_who_can_be_written_to_and_who_sleeps_is_asked_once_for_all(db: Database) -> None:
    """At night: the first has a shift, the second was heard just now, the third said none of his hours are quiet."""
    office = furnish(Config())
    db.now = lambda: NIGHT
    async with db.write("people") as tx:
        found = [Person(name=name, positions=["engineer-l1"]) for name in NAMES]
        found[2].quiet = {"P3": "none"}
        for number, person in enumerate(found):
            tx.add(person)
            await tx.flush()
            heard = NIGHT - timedelta(minutes=5 if number == 1 else 50)
            for platform, connection in (("wecom", "gov"), ("dingtalk", "" if number == 5 else "provider")):
                tx.add(account(person, platform, connection, heard if platform == "wecom" else None))
        tx.add(shift(found[0], "on", NIGHT - timedelta(hours=1), "sheet"))
        tx.add(account(Person(id=found[4].id), "dingtalk", "other", NIGHT - timedelta(minutes=40)))
    asked: list[str] = []
    async with db.write("look") as tx:
        event.listen(db.engine.sync_engine, "before_cursor_execute", lambda *seen: asked.append(seen[2]))
        awake = await quiet.awake(tx, office, found, "P3")
        reached = await notices.addresses(tx, found)
    assert [p.name for p in awake] == ["早班", "晚班", "请假"]
    assert [reached[p.id or 0].connection for p in found] == ["gov", "gov", "gov", "gov", "other", "gov"]
    assert sum(statement.startswith("SELECT") for statement in asked) <= 3, asked


def account(who: Person, platform: str, connection: str, heard: Any) -> AccountRow:
    return AccountRow(
        platform=platform, corp_id=connection, user_id=f"u{who.id}", person_id=who.id or 0, connection=connection, heard_at=heard
    )  # fmt: skip

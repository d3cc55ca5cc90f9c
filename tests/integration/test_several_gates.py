"""Tickets that are worked on while the bot learns several gates to a step: what was open stays open, nothing else opens."""

import importlib
from datetime import timedelta
from typing import Any

from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Connection, inspect, text
from sqlmodel import select

from bot.store.engine import Database
from bot.store.tables import Consent, Guidance, Person, Ticket, TimerRow

revision = importlib.import_module("bot.store.migrations.versions.0021_several_gates")


def run(connection: Connection, step: str) -> None:
    with Operations.context(MigrationContext.configure(connection)):
        getattr(revision, step)()


async def migrate(db: Database, step: str) -> None:
    async with db.engine.begin() as connection:
        await connection.run_sync(run, step)


async def rows(db: Database, sql: str) -> list[tuple[Any, ...]]:
    async with db.engine.connect() as connection:
        return [tuple(row) for row in (await connection.execute(text(sql))).all()]


async def keys(db: Database) -> list[str]:
    return [key for (key,) in await rows(db, "SELECT key FROM timer WHERE kind = 'consent-silent' ORDER BY key")]


async def opened(db: Database) -> list[list[str]]:
    async with db.read() as session:
        return [row.gates_open for row in (await session.exec(select(Guidance).order_by(Guidance.ticket_id))).all()]  # type: ignore[arg-type]


async def shape(db: Database) -> tuple[object, ...]:
    def look(connection: Connection) -> tuple[object, ...]:
        seen = inspect(connection)
        unique = sorted(tuple(c["column_names"]) for c in seen.get_unique_constraints("consent"))
        columns = sorted(c["name"] for c in seen.get_columns("guidance"))
        return unique, columns, sorted(str(i["name"]) for i in seen.get_indexes("consent") if not i["unique"])

    async with db.engine.connect() as connection:
        return await connection.run_sync(look)


async def test_what_is_open_stays_open_and_the_agency_is_still_awaited(db: Database) -> None:
    now = await shape(db)
    async with db.write("running") as tx:
        tx.add(who := Person(name="李梅"))
        await tx.flush()
        for _ in range(4):
            tx.add(Ticket(reporter_id=who.id or 0, created_at=tx.now))
        await tx.flush()
        for number, step in enumerate(("cut", "ask", "look", "wait"), start=1):
            tx.add(Guidance(ticket_id=number, fault="x", step_id=step))
        await tx.record(1, "gate-confirmed", who.id, {"step": "before", "gate": "permit"})
        await tx.record(1, "gate-confirmed", who.id, {"step": "cut", "gate": "power-off"})
        await tx.record(2, "gate-overridden", who.id, {"step": "ask", "gate": "owner-consent", "by": "desk"})
        await tx.record(3, "gate-confirmed", who.id, {"step": "look", "gate": "two-person"})
        for number, step, state in ((2, "ask", "overridden"), (4, "wait", "asked")):
            tx.add(Consent(ticket_id=number, step_id=step, gate="owner-consent", state=state, asked_at=tx.now))
            await tx.flush()
    await migrate(db, "downgrade")
    assert await rows(db, "SELECT ticket_id FROM guidance WHERE gate_open") == [], "what cannot be known is closed"
    async with db.engine.begin() as connection:
        await connection.execute(text("UPDATE guidance SET gate_open = (ticket_id <= 2)"))
    async with db.write("timer") as tx:
        asked = (await tx.session.exec(select(Consent.id).where(Consent.ticket_id == 4))).one()
        await tx.remind("consent:4:wait", tx.now + timedelta(minutes=9), "consent-silent", 4, data={"consent": asked})
    await migrate(db, "upgrade")
    assert await opened(db) == [["power-off"], ["owner-consent"], [], []]
    assert await keys(db) == [f"consent:{asked}"]
    assert await shape(db) == now
    async with db.write("second gate") as tx:
        tx.add(Consent(ticket_id=4, step_id="wait", gate="backup-confirmed", state="given", asked_at=tx.now))
        await tx.forget(f"consent:{asked}")
    async with db.read() as session:
        assert (await session.exec(select(TimerRow.outcome))).one() == "forgotten"
    await migrate(db, "downgrade")
    kept = await rows(db, "SELECT ticket_id, gate, state FROM consent ORDER BY ticket_id")
    assert kept == [(2, "owner-consent", "overridden"), (4, "owner-consent", "asked")], (
        "an answer to one is not one to all"
    )
    assert await keys(db) == ["consent:4:wait"]
    await migrate(db, "upgrade")
    assert await shape(db) == now

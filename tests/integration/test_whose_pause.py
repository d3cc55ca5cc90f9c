"""Pauses recorded before their event named a party keep the party they were charged to."""

import importlib

from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Connection
from sqlmodel import select

from bot.store.engine import Database
from bot.store.tables import Person, Ticket, TicketEvent

revision = importlib.import_module("bot.store.migrations.versions.0019_whose_pause")


def run(connection: Connection, step: str) -> None:
    with Operations.context(MigrationContext.configure(connection)):
        getattr(revision, step)()


async def told(db: Database) -> list[dict[str, object]]:
    async with db.read() as session:
        return list((await session.exec(select(TicketEvent.data).order_by(TicketEvent.id))).all())  # type: ignore[arg-type]


async def test_old_pauses_are_told_whose_time_they_were(db: Database) -> None:
    async with db.write("before") as tx:
        tx.add(who := Person(name="李梅"))
        await tx.flush()
        tx.add(ticket := Ticket(reporter_id=who.id or 0, created_at=tx.now))
        await tx.flush()
        for kind, paused in (("paused", "预约"), ("paused", "不可抗力"), ("paused", "别的"), ("resumed", "")):
            await tx.record(ticket.id or 0, kind, None, {"paused": paused})
            await tx.flush()
    before = await told(db)
    async with db.engine.begin() as connection:
        await connection.run_sync(run, "upgrade")
    assert [data.get("party") for data in await told(db)] == ["user-unit", "third-party", "provider", None]
    async with db.engine.begin() as connection:
        await connection.run_sync(run, "downgrade")
    assert await told(db) == before

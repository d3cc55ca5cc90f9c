"""Nodes that start at the same moment on one PostgreSQL: what each would store first is stored once, and both start."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from bot import app
from bot.config import Config
from bot.core.clock import ManualClock
from bot.desk import editions, rounds
from bot.store.engine import Database
from bot.store.tables import Edition, TimerRow

BLOCKED = text("SELECT 1 FROM pg_locks WHERE NOT granted")


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_two_nodes_start_at_once(database_url: str, db: Database, clock: ManualClock) -> None:
    config = Config.model_validate({"database": {"url": database_url}})
    office = replace(app.furnish(config), inspections={"示例单位": ("printer",)})
    async with asyncio.TaskGroup() as nodes, db.write("first") as tx:
        await editions.keep(tx, office.book)
        await rounds.plan(tx, office)
        second = nodes.create_task(app.open_desk(config, clock, office), name="second node")
        async with asyncio.timeout(20), db.engine.connect() as watching:
            while not second.done() and (await watching.execute(BLOCKED)).first() is None:
                await watching.rollback()
    desk = second.result()
    async with desk.db.read() as session:
        assert (await session.exec(select(Edition.version))).all() == [office.book.version]
        assert len((await session.exec(select(TimerRow).where(col(TimerRow.kind) == "rounds"))).all()) == 1
    await desk.db.close()

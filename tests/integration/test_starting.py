"""Nodes that start at the same moment on one database: what each would do first is done once, and both start."""

import asyncio
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from bot import app
from bot.config import Config
from bot.core.clock import ManualClock
from bot.desk import editions, rounds
from bot.store.engine import Database
from bot.store.tables import Edition, TimerRow

UPGRADE = """
import asyncio, sys
from bot.core.clock import SystemClock
from bot.store.engine import Database

async def main():
    database = Database(sys.argv[1], SystemClock().now)
    await database.upgrade()
    await database.close()

asyncio.run(main())
"""
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


@pytest.mark.parametrize("database_url", ["sqlite", "postgres"], indirect=True)
async def test_two_processes_make_the_schema_at_once(database_url: str, tmp_path: Path, clock: ManualClock) -> None:
    """Alembic keeps its state per process, so nothing less than two of them shows it."""
    (tmp_path / "yunwei.db").unlink(missing_ok=True)
    command = (sys.executable, "-c", UPGRADE, database_url)
    both = [await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.PIPE) for _ in range(2)]
    said = await asyncio.gather(*(process.communicate() for process in both))
    assert [process.returncode for process in both] == [0, 0], said
    database = Database(database_url, clock.now)
    async with database.read() as session:
        assert (await session.exec(select(Edition))).all() == []
    await database.close()

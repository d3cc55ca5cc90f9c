"""A database in which everybody is known and nothing has happened, of each kind: made once, copied for each day."""

import asyncio
import contextlib
import itertools
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncpg

from bot.desk.office import Office
from tests.integration.days.console import on_console

Morning = Callable[[], contextlib.AbstractContextManager[str]]
"""Gives the address of a fresh copy, there as long as the scope lasts."""


def copies(original: Path) -> Morning:
    @contextlib.contextmanager
    def copied() -> Iterator[str]:
        with tempfile.TemporaryDirectory(dir=original.parent) as today:
            shutil.copyfile(original, Path(today) / "today.db")
            yield f"sqlite+aiosqlite:///{today}/today.db"

    return copied


def on_sqlite(office: Office, folder: Path) -> Morning:
    original = folder / "morning.db"
    asyncio.run(_prepare(f"sqlite+aiosqlite:///{original}", office))
    return copies(original)


def on_postgres(office: Office, server: str) -> Morning:
    """`server` is the address of one; a copy is a database made from the first as its template."""
    head, _, query = server.partition("?")
    base = head.rsplit("/", 1)[0].replace("postgresql://", "postgresql+asyncpg://")
    days = itertools.count(1)

    async def does(statement: str) -> None:
        connection = await asyncpg.connect(server)
        await connection.execute(statement)
        await connection.close()

    asyncio.run(does("CREATE DATABASE morning"))
    asyncio.run(_prepare(f"{base}/morning?{query}", office))

    @contextlib.contextmanager
    def copied() -> Iterator[str]:
        today = f"day_{next(days)}"
        asyncio.run(does(f"CREATE DATABASE {today} TEMPLATE morning"))
        try:
            yield f"{base}/{today}?{query}"
        finally:
            asyncio.run(does(f"DROP DATABASE {today} WITH (FORCE)"))

    return copied


async def _prepare(url: str, office: Office) -> None:
    async with on_console(url, office) as day:
        await day.populate()

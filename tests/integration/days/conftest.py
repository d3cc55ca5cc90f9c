"""What the days begin with: an office, and a database in which everybody is known and nothing has happened."""

import asyncio
from pathlib import Path

import pytest

from bot import app
from bot.config import Config
from bot.desk.office import Office
from knowledge import Classifier, load

pytest.register_assert_rewrite("tests.integration.days.invariants")

from tests.integration.days.day import day_on  # noqa: E402  rewritten from here on


@pytest.fixture(scope="session")
def office() -> Office:
    book = load()
    return app.furnish(
        Config.model_validate({"database": {"url": "sqlite+aiosqlite:///unused.db"}}), book, Classifier(book)
    )


@pytest.fixture(scope="session")
def morning(tmp_path_factory: pytest.TempPathFactory, office: Office) -> Path:
    """A database in which everybody is known and nothing has happened."""
    path = tmp_path_factory.mktemp("days") / "morning.db"

    async def prepare() -> None:
        async with day_on(f"sqlite+aiosqlite:///{path}", office) as day:
            await day.populate()

    asyncio.run(prepare())
    return path

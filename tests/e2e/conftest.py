"""The world of the end-to-end tests: one stage, the emulated WeCom and the desk joined by real HTTP, on a standing clock."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.stage import Stage, raised
from bot.story import START
from knowledge import Classifier, load


@pytest.fixture(scope="session")
def knowledge_once() -> tuple[object, object]:
    """Book and classifier are immutable: loaded once for all tests."""
    book = load()
    return book, Classifier(book)


@pytest.fixture
async def world(tmp_path: Path, migrated: Path, knowledge_once: tuple[object, object]) -> AsyncIterator[Stage]:
    shutil.copyfile(migrated, tmp_path / "world.db")
    async with raised(f"sqlite+aiosqlite:///{tmp_path / 'world.db'}", start=START, knowledge=knowledge_once) as stage:
        yield stage

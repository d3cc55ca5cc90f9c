"""The migrations make the tables and indexes that the models name, on both databases, and can be taken back."""

import importlib
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Connection
from sqlmodel import SQLModel

from bot.store.engine import Database

BY_EXPRESSION = frozenset({"ticket_room", "ticket_asset", "visit_ended"})
"""Made by migration 0020; what they are made of is not read back alike."""


def named(_thing: Any, name: str | None, kind: str, _reflected: bool, _other: Any) -> bool:
    return name != "alembic_version" and not (kind == "index" and name in BY_EXPRESSION)


def differences(connection: Connection) -> list[Any]:
    context = MigrationContext.configure(connection, opts={"include_object": named})
    return [d for d in compare_metadata(context, SQLModel.metadata) if not isinstance(d, list)]


@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")
async def test_models_and_migrations_agree(db: Database) -> None:
    async with db.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


@pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index")
async def test_the_newest_migration_can_be_taken_back_and_made_again(db: Database) -> None:
    newest = importlib.import_module("bot.store.migrations.versions.0023_what_waits_for_a_yes")

    def run(connection: Connection, step: str) -> list[Any]:
        with Operations.context(MigrationContext.configure(connection)):
            getattr(newest, step)()
        return differences(connection)

    async with db.engine.connect() as connection:
        assert len(await connection.run_sync(run, "downgrade")) == 11
        assert await connection.run_sync(run, "upgrade") == []

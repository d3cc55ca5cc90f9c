"""Years of closed tickets, for `bench grow`: tickets the desk really closed, copied with everything they left behind.

Each copy is another ticket, of another agency's reporter, by another technician, at another time, in every table the desk
wrote to and in the proportion it wrote. Copied inside the database, one statement a table.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Column, Connection, Table, func, select, text
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import UTCDateTime

from bot.store.engine import Database

AT_ONCE = 250
"""Copies of the model that are made in one transaction."""
CACHE_KIB = 1_000_000
"""SQLite's cache while copies are made: the keys that stay go all over the place."""
NOT_COPIED = ("deed", "dialogue")
"""One row a person, of the ticket he has in hand."""
WHOLE = {"inbox": "id <= {inbox}", "media": "key NOT LIKE '%~%'"}
"""Tables that name no ticket: all they hold is of the model."""
NAMES = ("key", "card_id", "tail", "media_key", "message_id")
"""Text that is another in every copy, where there is any."""
REFERENCES = {"ticket_id": "ticket", "parent_id": "ticket", "into_id": "ticket", "content_id": "content"}
"""Column → the table whose numbers it holds."""
PEOPLE = ("reporter_id", "assignee_id", "person_id", "actor_id", "by_id", "decided_by", "answered_by")


@dataclass(frozen=True)
class Circle:
    """Numbers in a row that the copies go round in: staff, technicians, agencies, their sites."""

    first: int
    count: int


@dataclass(frozen=True)
class Model:
    """The closed tickets that are copied. `highest` number in each table: by that much the copies lie apart."""

    highest: Mapping[str, int]
    staff: Circle
    technicians: Circle
    units: Circle
    sites: Circle


async def highest(db: Database) -> dict[str, int]:
    async with db.engine.connect() as connection:
        return {
            table.name: (await connection.execute(select(func.max(table.c.id)))).scalar() or 0 for table in _numbered()
        }


@dataclass(frozen=True)
class Stretch:
    """The copies `numbers`, spread evenly over `span` from `begin` after the model was made."""

    numbers: range
    begin: timedelta
    span: timedelta

    @property
    def shift(self) -> str:
        """How many seconds after the model the n-th copy is, as SQL."""
        step = int(self.span.total_seconds() / max(len(self.numbers), 1))
        return f"({int(self.begin.total_seconds())} + (n - {self.numbers.start}) * {step})"


async def copy(db: Database, model: Model, stretches: Sequence[Stretch]) -> None:
    """Add the copies. Nobody else may use the database meanwhile."""
    await db.engine.dispose()
    async with db.engine.connect() as connection:
        indexes = await connection.run_sync(_bare) if db.dialect == "sqlite" else []
        await connection.run_sync(_set_aside, model)
        for stretch in stretches:
            for first in stretch.numbers[::AT_ONCE]:
                last = min(first + AT_ONCE, stretch.numbers.stop) - 1
                await connection.run_sync(_copied, model, first, last, stretch.shift)
                await connection.commit()
        for create in indexes:
            await connection.exec_driver_sql(create)
            await connection.commit()
        if db.dialect == "sqlite":
            await connection.run_sync(_outside, "PRAGMA journal_mode=WAL")
        await connection.invalidate()  # what was set on it is not the desk's
    if db.dialect == "postgresql":
        await _settled(db)


def _bare(connection: Connection) -> list[str]:
    """Have SQLite write each page once, and keep no index meanwhile but what a constraint needs: put into order at the
    end, all at once, they cost a fraction. Returns what makes them again.
    """
    for pragma in ("journal_mode=OFF", "synchronous=OFF", "secure_delete=OFF", "threads=2", f"cache_size={-CACHE_KIB}"):
        _outside(connection, f"PRAGMA {pragma}")
    found = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
    made = [tuple(row) for row in found]
    for name, _ in made:
        connection.exec_driver_sql(f'DROP INDEX "{name}"')
    connection.commit()
    return [create for _, create in made]


def _outside(connection: Connection, statement: str) -> None:
    """Outside any transaction, as SQLite wants it of what is set for the whole file."""
    connection.rollback()
    raw: Any = connection.connection.dbapi_connection
    raw.execute(statement).close()


def _set_aside(connection: Connection, model: Model) -> None:
    """The model's rows by themselves: to be read for each copy, however much the tables hold by then."""
    for table in SQLModel.metadata.sorted_tables:
        if condition := _of_model(table, model):
            rows = f'SELECT * FROM "{table.name}" WHERE {condition} ORDER BY 1'
            connection.exec_driver_sql(f"CREATE TEMPORARY TABLE model_{table.name} AS {rows}")
    connection.commit()


def _copied(connection: Connection, model: Model, first: int, last: int, shift: str) -> None:
    later = f"strftime('%Y-%m-%d %H:%M:%S.000000', {{}}, {shift} || ' seconds')"
    if connection.dialect.name == "postgresql":
        later = f"{{}} + {shift} * interval '1 second'"
    for table in SQLModel.metadata.sorted_tables:
        if not _of_model(table, model):
            continue
        columns = ", ".join(f'"{column.name}"' for column in table.columns)
        values = ", ".join(_value(table, column, model, later) for column in table.columns)
        connection.execute(
            text(
                f"WITH RECURSIVE series(n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM series WHERE n < {last}) "
                f'INSERT INTO "{table.name}" ({columns}) SELECT {values} FROM series CROSS JOIN model_{table.name}'
            )
        )


def _of_model(table: Table, model: Model) -> str:
    """Which rows are the model's; empty where there are none to copy."""
    if table.name in WHOLE:
        return WHOLE[table.name].format(**model.highest)
    number = "id" if table.name == "ticket" else "ticket_id"
    if table.name in NOT_COPIED or number not in table.columns:
        return ""
    return f"{number} <= {model.highest['ticket']}" + (" AND fired_at IS NOT NULL" if table.name == "timer" else "")


def _value(table: Table, column: "Column[object]", model: Model, later: str) -> str:
    """What a copy has in a column, as SQL."""
    name = f'"{column.name}"'
    if column.name == "id":
        return f"{name} + n * {model.highest[table.name]}"
    if column.name in REFERENCES:
        return f"{name} + n * {model.highest[REFERENCES[column.name]]}"
    if column.name in NAMES:
        return f"CASE WHEN {name} = '' THEN '' ELSE {name} || '~' || n END"
    if column.name == "guard":
        kinds = {"offer": 7, "offered": 9}
        cases = (
            f"WHEN guard LIKE '{kind}:%' THEN '{kind}:' || (CAST(substr(guard, {at}) AS INTEGER) + n * {model.highest['offer']})"
            for kind, at in kinds.items()
        )
        return f"CASE {' '.join(cases)} ELSE guard END"
    circles = {"unit_id": (model.units,), "site_id": (model.sites,)} | dict.fromkeys(
        PEOPLE, (model.staff, model.technicians)
    )
    if column.name in circles:
        return f"CASE {' '.join(_turned(name, circle) for circle in circles[column.name])} ELSE {name} END"
    return later.format(name) if isinstance(column.type, UTCDateTime) else name


def _turned(name: str, circle: Circle) -> str:
    first, last = circle.first, circle.first + circle.count - 1
    return f"WHEN {name} BETWEEN {first} AND {last} THEN {first} + ({name} - {first} + n) % {circle.count}"


def _numbered() -> list[Table]:
    return [table for table in SQLModel.metadata.sorted_tables if "id" in table.columns]


async def _settled(db: Database) -> None:
    """PostgreSQL numbers on after the copies, and knows how much there is, as its autovacuum would see to."""
    async with db.engine.connect() as connection:
        connection = await connection.execution_options(isolation_level="AUTOCOMMIT")
        for table in _numbered():
            number = f"SELECT setval(pg_get_serial_sequence('\"{table.name}\"', 'id'), max(id)) FROM \"{table.name}\""
            await connection.execute(text(number))
        await connection.execute(text("VACUUM ANALYZE"))

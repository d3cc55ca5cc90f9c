"""The engine and the two scopes: `read` and `write`. A write is one transaction: leaving commits, raising rolls back.

SQLite: WAL, FULL, secure_delete, `BEGIN IMMEDIATE` for writers (a deferred one loses updates under concurrency without
an error). PostgreSQL: the same code, row locks by `FOR UPDATE SKIP LOCKED` in the claims.
"""

import asyncio
import contextlib
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, event, func
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlmodel import SQLModel, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.core.outbound import Message as OutboundMessage
from bot.core.outbound import Outbound, Target
from bot.store.tables import CardRow, Content, OutboxRow, TicketEvent, TimerRow

MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_MS = 30_000
"""How long a statement waits for SQLite's lock."""
UPGRADE_LOCK = 294
"""PostgreSQL's advisory lock of whoever changes the schema."""


class Tx:
    """One transaction: the session, the instant it happens at, and the verbs that belong to a ticket change."""

    def __init__(self, session: AsyncSession, now: datetime, cause: str = "") -> None:
        self.session = session
        self.now = now
        self.cause = cause
        """The key of the update or deadline being handled: message keys and card ids are derived from it."""
        self._sent = 0
        self.wake: set[str] = set()
        """Which loops have new work once this commits: outbox, timer."""
        self.erased = False
        """Whether this takes words away that nothing may keep: once it commits the log of the database goes as well."""

    def add(self, row: Any) -> None:
        self.session.add(row)

    async def add_once(self, row: SQLModel) -> bool:
        """Insert a row unless its unique key is there, be it that another node is inserting it at this moment.

        Returns whether it is new.
        """
        table = row.__table__  # type: ignore[attr-defined]
        insert = sqlite.insert if self.session.get_bind().dialect.name == "sqlite" else postgresql.insert
        given = row.model_dump(exclude_none=True)
        connection = await self.session.connection()
        return (await connection.execute(insert(table).values(given).on_conflict_do_nothing())).rowcount == 1

    async def flush(self) -> None:
        await self.session.flush()

    async def record(
        self,
        ticket_id: int,
        kind: str,
        actor_id: int | None = None,
        data: dict[str, Any] | None = None,
        content: Content | None = None,
    ) -> TicketEvent:
        """Append to the ticket's timeline; `content` (words, a picture) is stored apart, where it can be erased."""
        if content is not None:
            self.session.add(content)
            await self.session.flush()
        row = TicketEvent(
            ticket_id=ticket_id,
            at=self.now,
            kind=kind,
            actor_id=actor_id,
            data=data or {},
            content_id=content.id if content else None,
        )
        self.session.add(row)
        return row

    def next_key(self) -> str:
        """A key for the next message of this cause: the same again if the transaction is run again."""
        self._sent += 1
        return f"{self.cause}#{self._sent}"

    def card_id(self, ticket_id: int | None, purpose: str) -> str:
        """A fresh card id, `[0-9A-Za-z_@-]` only (WeCom task_id), derived from the cause."""
        digest = hashlib.sha1(self.next_key().encode()).hexdigest()[:10]
        return f"t{ticket_id or 0}-{purpose}-{digest}"

    async def send(
        self,
        key: str,
        target: Target,
        message: OutboundMessage,
        *,
        ticket_id: int | None = None,
        rank: int = 1,
        guard: str = "",
    ) -> bool:
        """Queue a message once; a key that is already there is left alone. Returns whether it was queued now."""
        outbound = Outbound(key=key, target=target, message=message, queued_at=self.now.isoformat())
        row = OutboxRow(
            key=key,
            lane=_lane(target, message, ticket_id),
            rank=rank,
            payload=outbound.model_dump_json(),
            guard=guard,
            ticket_id=ticket_id,
            not_before=self.now + _held_back(target, message),
            queued_at=self.now,
        )
        if not await self.add_once(row):
            return False
        self.wake.add("outbox")
        return True

    async def track(self, row: CardRow) -> None:
        """Remember a card that is about to be sent, so that its presses can be judged and its buttons closed."""
        await self.session.merge(row)

    async def remind(
        self,
        key: str,
        due_at: datetime,
        kind: str,
        ticket_id: int | None = None,
        expects: str = "",
        data: dict[str, Any] | None = None,
    ) -> None:
        """Set a deadline; one that is already there under its key is moved, and counts again if it had fired."""
        row = (await self.session.exec(select(TimerRow).where(TimerRow.key == key))).first()
        if row is None:
            await self.add_once(
                TimerRow(key=key, kind=kind, ticket_id=ticket_id, expects=expects, data=data or {}, due_at=due_at)
            )
        else:
            row.due_at, row.expects, row.data, row.fired_at, row.outcome = due_at, expects, data or {}, None, ""
            self.session.add(row)
        self.wake.add("timer")

    async def forget(self, *keys: str) -> None:
        """Close deadlines that no longer matter."""
        for row in (await self.session.exec(select(TimerRow).where(TimerRow.key.in_(keys)))).all():  # type: ignore[attr-defined]
            if row.fired_at is None:
                row.fired_at = self.now
                row.outcome = "forgotten"
                self.session.add(row)


Read = Callable[[Tx], Awaitable[Any]]


class ReadFirst(Exception):
    """A handler needs what takes long to read. The inbox gives the transaction up, which holds the one write lock, reads
    without it, and handles the update again with what was read.
    """

    def __init__(self, what: str, read: Read) -> None:
        super().__init__(what)
        self.what = what
        self.read = read


class Database:
    """The one place that opens transactions. `url` as in the configuration (sqlite+aiosqlite or postgresql+asyncpg).

    Raises OSError when an SQLite file has no folder to be in.
    """

    def __init__(self, url: str, now: Callable[[], datetime]) -> None:
        self.url = url
        self.now = now
        self.dialect = make_url(url).get_backend_name()
        self.engine: AsyncEngine = _engine(url)
        self._writers = self.engine.execution_options(immediate=True)
        # One writer at a time inside this process: SQLite would only make them wait for each other by polling.
        self._lock: contextlib.AbstractAsyncContextManager[Any] = (
            asyncio.Lock() if self.dialect == "sqlite" else contextlib.nullcontext()
        )
        self.on_wake: Callable[[set[str]], None] = lambda names: None
        self._erased = False
        """Whether the write-ahead log may still hold what was erased."""

    @contextlib.asynccontextmanager
    async def write(self, cause: str = "") -> AsyncIterator[Tx]:
        """One writing transaction. Inside it, await nothing but the database."""
        async with self._lock, AsyncSession(self._writers, expire_on_commit=False) as session:
            tx = Tx(session, self.now(), cause)
            async with session.begin():
                yield tx
        self._erased |= tx.erased
        if self._erased:
            await self._empty_log()
        if tx.wake:
            self.on_wake(tx.wake)

    @contextlib.asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        async with AsyncSession(self.engine, expire_on_commit=False) as session:
            yield session

    async def _empty_log(self) -> None:
        """SQLite's write-ahead log keeps earlier pages until it is written over. Never waits: somebody who is reading
        just now leaves it to the next write.
        """
        if self.dialect != "sqlite":
            self._erased = False
            return
        async with self.engine.connect() as connection:
            raw = (await connection.get_raw_connection()).driver_connection
            if raw is None:
                return
            await raw.execute("PRAGMA busy_timeout=0")
            try:
                busy, _, _ = await (await raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")).fetchone()
            finally:
                await raw.execute(f"PRAGMA busy_timeout={BUSY_MS}")
        self._erased = bool(busy)

    async def upgrade(self) -> None:
        """Bring the schema to the newest revision. Of nodes that start together one does it, the others wait for it.

        On SQLite the writer's lock makes them wait.
        """
        async with self._writers.begin() as connection:
            if self.dialect != "sqlite":
                await connection.execute(select(func.pg_advisory_xact_lock(UPGRADE_LOCK)))
            await connection.run_sync(_upgrade)
        await self._empty_log()  # a crash may have left pages of what was erased in it

    async def close(self) -> None:
        await self.engine.dispose()


def lease_end(now: datetime, seconds: float) -> datetime:
    return now + timedelta(seconds=seconds)


def _upgrade(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _engine(url: str) -> AsyncEngine:
    if make_url(url).get_backend_name() != "sqlite":
        return create_async_engine(url, pool_size=8, max_overflow=8, pool_pre_ping=True)
    file = make_url(url).database
    if file and not Path(file).absolute().parent.is_dir():
        raise FileNotFoundError(f"there is no folder {Path(file).absolute().parent} for the database")
    engine = create_async_engine(url, connect_args={"timeout": 30})

    @event.listens_for(engine.sync_engine, "connect")
    def _pragmas(raw: Any, _record: Any) -> None:
        raw.isolation_level = None  # we begin transactions ourselves
        cursor = raw.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            f"busy_timeout={BUSY_MS}",
            "foreign_keys=ON",
            "secure_delete=ON",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Connection) -> None:
        immediate = connection.get_execution_options().get("immediate")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return engine


def _lane(target: Target, message: OutboundMessage, ticket_id: int | None) -> str:
    """Messages keep their order per (target, ticket); a card's change that is held back blocks nothing."""
    aside = "|card" if _held_back(target, message) else ""
    return f"{target}|{ticket_id or ''}{aside}"


def _held_back(target: Target, message: OutboundMessage) -> timedelta:
    """DingTalk cards must not be updated while their callback is being answered (2 s), and the answer may do it."""
    return timedelta(seconds=3) if target.platform == "dingtalk" and message.kind == "card-update" else timedelta(0)

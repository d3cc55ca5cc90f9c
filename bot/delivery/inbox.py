"""The inbox: an update is stored, then acknowledged, then handled, once in effect and in order per conversation.

Handling runs in one transaction with everything it causes. A failure rolls back, is counted and tried again with
back-off; after the last try the row is dead, the person is told, and the operator finds it in the log. What takes long to
read is read between two transactions (`ReadFirst`).
"""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased
from sqlmodel import select

from bot.core.updates import UPDATE, Update
from bot.store.engine import Database, ReadFirst, Tx
from bot.store.tables import InboxRow

log = logging.getLogger(__name__)

TRIES = 6
AT_ONCE = 8
"""Updates of one conversation that are handled inside a callback before the rest is left to the loop."""
Prepare = Callable[[Update], Any]
Handle = Callable[[Tx, Update, Any, Mapping[str, Any]], Awaitable[None]]
Apologise = Callable[[Tx, Update, int], Awaitable[None]]


class Inbox:
    """`prepare` runs outside the transaction (classification), `handle` inside it, `apologise` when it is given up.

    `handle` gets what was prepared, and what it asked to have read outside.
    """

    def __init__(self, db: Database, prepare: Prepare, handle: Handle, apologise: Apologise) -> None:
        self._db = db
        self._prepare = prepare
        self._handle = handle
        self._apologise = apologise

    async def accept(self, updates: Sequence[Update]) -> int:
        """Store updates durably; returns how many were new. After this returns they may be acknowledged."""
        fresh = [u for u in updates if u.key]
        try:
            return await self._store(fresh)
        except IntegrityError:
            # Another node stored the same delivery between our look and our insert: look again.
            return await self._store(fresh)

    async def _store(self, updates: Sequence[Update]) -> int:
        async with self._db.write() as tx:
            keys = [u.key for u in updates]
            known = set((await tx.session.exec(select(InboxRow.key).where(InboxRow.key.in_(keys)))).all())  # type: ignore[attr-defined]
            new = [u for u in {u.key: u for u in updates}.values() if u.key not in known]
            for update in new:
                tx.add(
                    InboxRow(
                        key=update.key,
                        lane=update.lane,
                        payload=update.model_dump_json(),
                        not_before=tx.now,
                        received_at=tx.now,
                    )
                )
            if new:
                tx.wake.add("inbox")
        return len(new)

    async def drain(self) -> int:
        """Handle everything that can be handled now; returns how many updates."""
        count = 0
        while await self.handle_next():
            count += 1
        return count

    async def handle_now(self, update: Update) -> bool:
        """Handle an update that was just stored, and what came before it in its conversation. False when it waits.

        For platforms that want the outcome inside the callback; the loop may do the same work at the same time, the
        claim decides.
        """
        for _ in range(AT_ONCE):
            async with self._db.read() as session:
                lane = select(InboxRow.id, InboxRow.key, InboxRow.payload).where(
                    InboxRow.lane == update.lane, InboxRow.state == "new", InboxRow.not_before <= self._db.now()
                )
                head = (await session.exec(lane.order_by(InboxRow.id).limit(1))).first()  # type: ignore[arg-type]
                mine = select(InboxRow.state).where(InboxRow.key == update.key)
                if (await session.exec(mine)).first() != "new":
                    return True
            if head is None:
                return False
            await self._handle_row(head[0], head[2])
        return False

    async def handle_next(self) -> bool:
        """Handle the oldest waiting update of some conversation. False when there is none."""
        for row_id, payload in await self._waiting():
            if await self._handle_row(row_id, payload):
                return True
        return False

    async def _handle_row(self, row_id: int | None, payload: str) -> bool:
        """Handle one stored update. False when somebody else has it."""
        update = UPDATE.validate_json(payload)
        try:
            prepared, readings = self._prepare(update), dict[str, Any]()
            while True:
                try:
                    return await self._in_one(row_id, update, prepared, readings)
                except ReadFirst as needed:
                    async with self._db.read() as session:
                        readings[needed.what] = await needed.read(Tx(session, self._db.now(), update.key))
        except Exception:  # the one place that must survive any handler's bug
            log.exception("update failed", extra={"update": update.key})
            await self._failed(row_id, update)
        return True

    async def _in_one(self, row_id: int | None, update: Update, prepared: Any, readings: Mapping[str, Any]) -> bool:
        """The one transaction of an update. False when somebody else has it."""
        async with self._db.write(update.key) as tx:
            row = await _claim(tx, row_id)
            if row is None:
                return False
            await self._handle(tx, update, prepared, readings)
            row.state, row.done_at = "done", tx.now
            tx.add(row)
        return True

    async def _waiting(self) -> Sequence[tuple[int | None, str]]:
        earlier = aliased(InboxRow)
        statement = (
            select(InboxRow.id, InboxRow.payload)
            .where(InboxRow.state == "new", InboxRow.not_before <= self._db.now())
            .where(
                ~select(earlier.id)
                .where(earlier.lane == InboxRow.lane, earlier.state == "new", earlier.id < InboxRow.id)  # type: ignore[operator]
                .exists()
            )
            .order_by(InboxRow.id)  # type: ignore[arg-type]
            .limit(16)
        )
        async with self._db.read() as session:
            return (await session.exec(statement)).all()

    async def _failed(self, row_id: int | None, update: Update) -> None:
        async with self._db.write() as tx:
            row = await tx.session.get(InboxRow, row_id)
            if row is None or row.state != "new":
                return
            row.tries += 1
            row.not_before = tx.now + timedelta(seconds=min(60, 2**row.tries))
            if row.tries >= TRIES:
                row.state, row.done_at = "dead", tx.now
                log.error("update given up", extra={"update": update.key, "inbox": row.id})
            tx.add(row)
        if row.state == "dead":
            async with self._db.write(f"{update.key}:dead") as tx:
                await self._apologise(tx, update, row.id or 0)


async def _claim(tx: Tx, row_id: int | None) -> InboxRow | None:
    statement = select(InboxRow).where(InboxRow.id == row_id, InboxRow.state == "new")
    return (await tx.session.exec(statement.with_for_update(skip_locked=True))).first()

"""Timers: a deadline is a row. Firing happens in one transaction with its effect; what is stale does nothing.

A process that was down fires what became due, once, in order, when it starts again.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta

from sqlmodel import select

from bot.store.engine import Database, Tx
from bot.store.tables import Ticket, TimerRow

log = logging.getLogger(__name__)

TRIES = 6
Fire = Callable[[Tx, TimerRow], Awaitable[str]]
"""Carries out a deadline; returns a word for the log: what became of it."""


class Timers:
    def __init__(self, db: Database, kinds: Mapping[str, Fire]) -> None:
        self._db = db
        self._kinds = kinds

    async def drain(self) -> int:
        count = 0
        while await self.fire_next():
            count += 1
        return count

    async def fire_next(self) -> bool:
        """Fire the oldest due timer. False when none is due."""
        statement = (
            select(TimerRow)
            .where(TimerRow.fired_at.is_(None))  # type: ignore[union-attr]
            .order_by(TimerRow.due_at, TimerRow.id)  # type: ignore[arg-type]
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        key = ""
        try:
            async with self._db.write() as tx:
                row = (await tx.session.exec(statement.where(TimerRow.due_at <= tx.now))).first()
                if row is None:
                    return False
                tx.cause, key, due = f"{row.key}@{row.due_at.isoformat()}", row.key, row.due_at
                row.outcome = await self._fire(tx, row)
                if row.due_at == due:  # else it has moved itself on
                    row.fired_at = tx.now
                tx.add(row)
        except Exception:  # one broken deadline must not hold up the others
            log.exception("timer failed", extra={"timer": key})
            if not key:
                return False
            await self._failed(key)
        return True

    async def _fire(self, tx: Tx, row: TimerRow) -> str:
        if row.expects:
            ticket = await tx.session.get(Ticket, row.ticket_id)
            if ticket is None or ticket.status not in row.expects.split(","):
                return "stale"
        if (kind := self._kinds.get(row.kind)) is None:
            log.error("unknown timer", extra={"timer": row.key, "kind": row.kind})
            return "unknown"
        return await kind(tx, row)

    async def _failed(self, key: str) -> None:
        async with self._db.write() as tx:
            row = (await tx.session.exec(select(TimerRow).where(TimerRow.key == key))).first()
            if row is None or row.fired_at is not None:
                return
            row.tries += 1
            row.due_at = tx.now + timedelta(seconds=min(60, 2**row.tries))
            if row.tries >= TRIES:
                row.fired_at, row.outcome = tx.now, "dead"
                log.error("timer given up", extra={"timer": row.key})
            tx.add(row)

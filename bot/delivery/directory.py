"""Names and departments: read from the platform's directory, member by member, where the app may read it.

Accounts say when they are to be looked up. What a directory refuses for good is taken as an answer that says nothing, so that
nobody waits for it; what it only puts off is asked again.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta

from sqlmodel import col, select

from bot.channels.base import Barred, Channel, DeliveryError, Directory, Permanent, RateLimited
from bot.core.directory import Entry
from bot.store.engine import Database, Tx
from bot.store.tables import AccountRow

log = logging.getLogger(__name__)

AGAIN = timedelta(seconds=30)
REFUSED_FOR = timedelta(hours=6)
"""So long an app that may not read the directory is not asked again: a right is given by hand (assumed)."""
BATCH = 20
OnRead = Callable[[Tx, AccountRow, Entry], Awaitable[None]]
"""What is done with an answer; one that says nothing is empty."""


class DirectoryReader:
    """`on_read` runs in the transaction that notes the answer with the account."""

    def __init__(self, db: Database, channels: Mapping[str, Channel], on_read: OnRead) -> None:
        self._db, self._channels, self._on_read = db, channels, on_read
        self._again: dict[int, datetime] = {}
        self._paused: dict[str, datetime] = {}
        """Connections the platform wants a pause from, until when."""
        self._barred: dict[str, datetime] = {}
        """Connections that may not read, until when that is believed."""

    async def drain(self) -> int:
        count = 0
        for account in await self._due():
            try:
                count += await self._look_up(account)
            except Exception:  # one member must not hold up the others, nor end the desk
                log.exception("look-up failed", extra={"account": account.id})
        return count

    async def _due(self) -> list[AccountRow]:
        now = self._db.now()
        self._again = {number: at for number, at in self._again.items() if at > now}
        self._paused = {name: at for name, at in self._paused.items() if at > now}
        self._barred = {name: at for name, at in self._barred.items() if at > now}
        statement = select(AccountRow).where(
            col(AccountRow.look_up_at) <= now,
            col(AccountRow.id).not_in(self._again),
            col(AccountRow.connection).not_in(self._paused),
        )
        async with self._db.read() as session:
            ordered = statement.order_by(col(AccountRow.look_up_at), col(AccountRow.id)).limit(BATCH)
            return list((await session.exec(ordered)).all())

    async def _look_up(self, account: AccountRow) -> int:
        name = account.connection
        if name in self._paused:
            return 0
        self._again[account.id or 0] = self._db.now() + AGAIN
        entry, channel = Entry(), self._channels.get(name)
        if isinstance(channel, Directory) and name not in self._barred:
            try:
                entry = await channel.look_up(account.user_id)
            except RateLimited as error:
                self._paused[name] = self._db.now() + timedelta(seconds=error.retry_after_s)
                del self._again[account.id or 0]
                return 0
            except Barred as error:
                self._barred[name] = self._db.now() + REFUSED_FOR
                log.warning("directory not readable", extra={"connection": name, "why": error.reason})
            except Permanent as error:
                log.info("member not readable", extra={"connection": name, "why": error.reason})
            except DeliveryError as error:
                log.warning("directory unreachable", extra={"connection": name, "why": str(error)})
                return 0
        async with self._db.write(f"directory:{account.id}") as tx:
            row = await tx.session.get(AccountRow, account.id, with_for_update=True)
            if row is None or row.look_up_at is None:
                return 0
            row.looked_up_at = tx.now
            if (
                row.look_up_at == account.look_up_at
            ):  # else his entry was changed meanwhile, and this may be the old one
                row.look_up_at = None
            tx.add(row)
            await self._on_read(tx, row, entry)
        self._again.pop(account.id or 0, None)
        return 1

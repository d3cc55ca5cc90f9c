"""The outbox relay: delivers queued messages, at least once, in order per (target, ticket), P1 first.

A row is leased for the time of the call, so a relay that dies mid-call is followed by another try; the channel makes the
repeat harmless where its platform allows it. A card's update spends the newest unused response code of that card.
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_
from sqlalchemy.orm import aliased
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.channels.base import Channel, Permanent, RateLimited, Temporary
from bot.core.outbound import OUTBOUND, Card, CardUpdate, Outbound, Receipt
from bot.store.engine import Database, Tx
from bot.store.tables import CardRow, OutboxRow

log = logging.getLogger(__name__)

LEASE_S = 60
BATCH = 16
TRIES = 12
QUIET = "|quiet"
CODE_LIFE = timedelta(hours=72)
"""A WeCom response code can be used for 72 h (protocol section 11)."""

Guard = Callable[[AsyncSession, str], Awaitable[bool]]
Hold = Callable[[Tx, OutboxRow, Outbound], Awaitable[datetime | None]]
Undeliverable = Callable[[Tx, OutboxRow, str], Awaitable[None]]


@dataclass(frozen=True)
class _Sent:
    receipt: Receipt


@dataclass(frozen=True)
class _Later:
    seconds: float
    why: str


@dataclass(frozen=True)
class _Never:
    why: str


class Outbox:
    """`channels` by connection name; `still_true` judges a guard; `undeliverable` tells the desk of a dead row.

    `hold` says until when a message is to wait (quiet hours); meanwhile it stands aside and blocks nothing behind it.
    """

    def __init__(
        self,
        db: Database,
        channels: Mapping[str, Channel],
        still_true: Guard,
        undeliverable: Undeliverable,
        hold: Hold | None = None,
    ) -> None:
        self._hold = hold or at_once
        self._db = db
        self._channels = channels
        self._still_true = still_true
        self._undeliverable = undeliverable

    async def drain(self) -> int:
        count = 0
        while done := await self.relay_once():
            count += done
        return count

    async def relay_once(self) -> int:
        """Claim a batch, deliver it side by side, settle each. Returns how many rows were touched."""
        claimed, voided = await self._claim()
        if claimed:
            async with asyncio.TaskGroup() as group:
                for row_id, outbound, tries in claimed:
                    group.create_task(self._deliver(row_id, outbound, tries), name=f"deliver {outbound.key}")
        return len(claimed) + voided

    async def _claim(self) -> tuple[list[tuple[int, Outbound, int]], int]:
        claimed: list[tuple[int, Outbound, int]] = []
        voided = 0
        async with self._db.write() as tx:
            for row in (await tx.session.exec(_heads(tx))).all():
                outbound = OUTBOUND.validate_json(row.payload)
                if later := await self._hold(tx, row, outbound):
                    row.not_before, row.lane = later, f"{row.lane.removesuffix(QUIET)}{QUIET}"
                    voided += 1
                    tx.add(row)
                    continue
                changes = outbound.message.card_id if isinstance(outbound.message, CardUpdate) else ""
                unsent = bool(changes) and await _unsent(tx, changes)
                if unsent and (card := await _queued_card(tx, changes)):
                    row.lane, row.not_before = card.lane, max(row.not_before, card.not_before)
                    voided += 1
                    tx.add(row)
                    continue
                reason = "" if not row.guard or await self._still_true(tx.session, row.guard) else "no longer true"
                reason = reason or ("its card was never sent" if unsent else "")
                if not reason and isinstance(outbound.message, CardUpdate) and outbound.target.platform == "dingtalk":
                    reason = "" if self._updates(outbound) else "cards without a template cannot change"
                elif not reason and isinstance(outbound.message, CardUpdate) and not outbound.message.code:
                    code = await _spend_code(tx, outbound.message.card_id)
                    reason = "" if code else "no code left"
                    outbound = outbound.model_copy(
                        update={"message": outbound.message.model_copy(update={"code": code})}
                    )
                    row.payload = outbound.model_dump_json()
                if reason:
                    row.state, row.error = "void", reason
                    voided += 1
                    log.info("message voided", extra={"outbox": row.key, "why": reason})
                else:
                    row.tries += 1
                    row.lease_until = tx.now + timedelta(seconds=LEASE_S)
                    claimed.append((row.id or 0, outbound.model_copy(update={"retry": row.tries - 1}), row.tries))
                tx.add(row)
        return claimed, voided

    def _updates(self, outbound: Outbound) -> bool:
        """Whether the connection can change a card that was sent."""
        return bool(getattr(self._channels.get(outbound.target.connection), "updates_cards", True))

    async def take_update(self, card_id: str) -> CardUpdate | None:
        """The change queued for a card, taken out of the queue: it travels in the answer to the card's own press."""
        async with self._db.write(f"answer:{card_id}") as tx:
            card = await tx.session.get(CardRow, card_id)
            if card is None:
                return None
            waiting = select(OutboxRow).where(OutboxRow.ticket_id == card.ticket_id, OutboxRow.state == "queued")
            for row in (await tx.session.exec(waiting.order_by(col(OutboxRow.id)))).all():
                message = OUTBOUND.validate_json(row.payload).message
                if isinstance(message, CardUpdate) and message.card_id == card_id and row.lease_until is None:
                    row.state, row.sent_at, row.receipt = "sent", tx.now, Receipt().model_dump_json()
                    tx.add(row)
                    return message
        return None

    async def _deliver(self, row_id: int, outbound: Outbound, tries: int) -> None:
        result = await self._try(outbound, tries)
        async with self._db.write() as tx:
            row = await tx.session.get(OutboxRow, row_id)
            if row is None or row.state != "queued":
                return
            row.lease_until = None
            match result:
                case _Sent(receipt):
                    row.state, row.sent_at, row.receipt, row.error = "sent", tx.now, receipt.model_dump_json(), ""
                    row.message_id = receipt.message_id
                    if isinstance(outbound.message, Card):
                        await _sent_card(tx, outbound.message.card_id, receipt)
                    if receipt.refused:
                        row.error = f"not reached: {', '.join(receipt.refused)}"
                        await self._undeliverable(tx, row, row.error)
                case _Later(seconds, why):
                    row.not_before, row.error = tx.now + timedelta(seconds=seconds), why
                case _Never(why):
                    row.state, row.error = "dead", why
                    log.error("message undeliverable", extra={"outbox": row.key, "why": why})
                    await self._undeliverable(tx, row, why)
            tx.add(row)

    async def _try(self, outbound: Outbound, tries: int) -> _Sent | _Later | _Never:
        channel = self._channels.get(outbound.target.connection)
        if channel is None:
            return _Never(f"no connection named {outbound.target.connection}")
        try:
            return _Sent(await channel.deliver(outbound))
        except RateLimited as error:
            return _Later(error.retry_after_s, str(error))
        except Temporary as error:
            if tries >= TRIES:
                return _Never(f"given up after {tries} tries: {error}")
            return _Later(min(60.0, 2.0 ** (tries - 1)) * random.uniform(0.8, 1.2), str(error))
        except Permanent as error:
            return _Never(str(error))
        except Exception as error:  # a bug in a channel must not stop the other messages
            log.exception("channel failed", extra={"outbox": outbound.key})
            return _Later(30.0, repr(error)) if tries < TRIES else _Never(repr(error))


def first_in_lane() -> ColumnElement[bool]:
    """That nothing queued stands before a row: what stands behind is not due, whatever its own time says."""
    earlier = aliased(OutboxRow)
    before = (earlier.lane == OutboxRow.lane, earlier.state == "queued", earlier.id < OutboxRow.id)  # type: ignore[operator]
    return ~select(earlier.id).where(*before).exists()


def _heads(tx: Tx):  # type: ignore[no-untyped-def]
    free = or_(col(OutboxRow.lease_until).is_(None), col(OutboxRow.lease_until) < tx.now)
    return (
        select(OutboxRow)
        .where(OutboxRow.state == "queued", OutboxRow.not_before <= tx.now, free, first_in_lane())
        .order_by(OutboxRow.rank, OutboxRow.id)  # type: ignore[arg-type]
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )


async def at_once(tx: Tx, row: OutboxRow, outbound: Outbound) -> datetime | None:
    """Nothing waits for anybody's morning."""
    return None


async def _unsent(tx: Tx, card_id: str) -> bool:
    card = await tx.session.get(CardRow, card_id)
    return card is not None and card.sent_at is None


async def _queued_card(tx: Tx, card_id: str) -> OutboxRow | None:
    """The card itself while it waits, be it for a morning: its change follows it instead of overtaking it."""
    itself = col(OutboxRow.payload).contains(f'"kind":"card","card_id":"{card_id}"', autoescape=True)
    return (await tx.session.exec(select(OutboxRow).where(OutboxRow.state == "queued", itself))).first()


async def _spend_code(tx: Tx, card_id: str) -> str:
    card = await tx.session.get(CardRow, card_id)
    if card is None or not card.response_code or card.code_at is None or tx.now - card.code_at >= CODE_LIFE:
        return ""
    code, card.response_code = card.response_code, ""
    tx.add(card)
    return code


async def _sent_card(tx: Tx, card_id: str, receipt: Receipt) -> None:
    card = await tx.session.get(CardRow, card_id)
    if card is None:
        return
    card.message_id, card.sent_at = receipt.message_id, tx.now
    if receipt.response_code and not card.response_code:
        card.response_code, card.code_at = receipt.response_code, tx.now
    tx.add(card)

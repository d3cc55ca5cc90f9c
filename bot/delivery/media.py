"""Photos and recordings: fetched while the platform's handle is still valid, kept where every node can read them."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta

from sqlmodel import col, select

from bot.channels.base import Channel, DeliveryError
from bot.delivery import pictures
from bot.store.engine import Database, Tx
from bot.store.tables import Content, Media

log = logging.getLogger(__name__)

HANDLE_LIFE = timedelta(days=3)
"""A WeCom media_id is valid for three days (protocol section 13)."""
KINDS = ("photo", "voice", "video")
AGAIN = timedelta(seconds=30)
BATCH = 20
Transcribe = Callable[[bytes, str], Awaitable[str]]
OnStored = Callable[[Tx, Content, tuple[str, ...]], Awaitable[None]]
"""What is done with a fetched medium; the texts are those of the QR codes in a photo."""


class MediaFetcher:
    """Content rows name their medium as `CONNECTION:MEDIA_ID`; fetching fills the `media` table under that key."""

    def __init__(self, db: Database, channels: Mapping[str, Channel], on_stored: OnStored) -> None:
        self._db = db
        self._channels = channels
        self._on_stored = on_stored
        self.transcribe: Transcribe | None = None
        """Turns a recording into words, where such a service is configured."""
        self._again: dict[int, datetime] = {}
        """When those that could not be fetched are tried again: meanwhile they stand aside."""

    async def drain(self) -> int:
        count = 0
        for content in await self._missing():
            try:
                count += await self._fetch(content)
            except Exception:  # one medium must not hold up the others, nor end the desk
                log.exception("medium failed", extra={"content": content.id})
        return count

    async def _missing(self) -> list[Content]:
        now = self._db.now()
        self._again = {number: at for number, at in self._again.items() if at > now}
        stored = select(Media.key).where(Media.key == Content.media_key).exists()
        statement = select(Content).where(
            col(Content.kind).in_(KINDS), col(Content.at) > now - HANDLE_LIFE, Content.media_key != "", ~stored,
            col(Content.id).not_in(self._again),
        )  # fmt: skip
        async with self._db.read() as session:
            return list((await session.exec(statement.order_by(col(Content.at), col(Content.id)).limit(BATCH))).all())

    async def _fetch(self, content: Content) -> int:
        connection, _, media_id = content.media_key.partition(":")
        channel = self._channels.get(connection)
        self._again[content.id or 0] = self._db.now() + AGAIN
        if channel is None:
            return 0
        try:
            medium = await channel.fetch(media_id)
        except DeliveryError as error:
            log.warning("medium not fetched", extra={"content": content.id, "why": str(error)})
            return 0
        data, content_type = medium.data, medium.content_type
        if content.kind == "photo":
            data, content_type = await asyncio.to_thread(pictures.cleaned, data)
        readable = content.kind == "photo" and content_type != pictures.UNREADABLE
        codes = await asyncio.to_thread(pictures.codes, data) if readable else ()
        heard = ""
        if content.kind == "voice" and self.transcribe is not None:
            heard = await self.transcribe(data, content_type)
        async with self._db.write(f"media:{content.id}") as tx:
            row = await tx.session.get(Content, content.id)
            if row is None or row.erased_at is not None:
                return 0
            if heard:
                row.text = heard
                tx.add(row)
            await tx.session.merge(Media(key=content.media_key, content_type=content_type, data=data, at=tx.now))
            if content.kind != "photo" or readable:
                await self._on_stored(tx, content, codes)
        return 1

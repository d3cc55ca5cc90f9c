"""The composition root: the only module that wires. Everything else is handed what it needs.

`Desk` is one running desk: database, knowledge, channels, loops. `serve`, the demo, the story, the terminal chat and the
tests all start this same object; only the clock and the channels differ.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import ClientSession
from sqlmodel import col, func, select

import handlers
from bot.channels.base import Channel, Media
from bot.channels.dingtalk import DingTalkChannel, DingTalkSettings, Pace
from bot.channels.wecom import WeComChannel, WeComSettings
from bot.config import Config, ConfigError, DingTalkSection, WeComSection
from bot.core import typed_press
from bot.core.clock import Clock, stopwatch
from bot.core.outbound import OUTBOUND, CardUpdate, Outbound
from bot.core.updates import Notice, Press, Text, Update
from bot.core.updates import Voice as Spoken
from bot.delivery.directory import DirectoryReader
from bot.delivery.heartbeat import Heartbeat
from bot.delivery.inbox import Inbox
from bot.delivery.media import MediaFetcher
from bot.delivery.outbox import Outbox, first_in_lane
from bot.delivery.speech import Speech
from bot.delivery.timers import Timers
from bot.desk import (
    cards,
    deadlines,
    directory,
    editions,
    fetched,
    members,
    offers,
    people,
    quiet,
    relay,
    rounds,
    stop_days,
    tickets,
    unreached,
)
from bot.desk.office import Office
from bot.desk.working_time import Workdays, agency_hours
from bot.routing import Context
from bot.store.engine import Database, Tx
from bot.store.tables import AccountRow, InboxRow, OutboxRow, TimerRow
from bot.store.tables import Media as MediaRow
from bot.views import desk as desk_views
from bot.views import notices, reporter
from bot.views.words import Voice
from knowledge import Book, Classifier, Understanding, routines
from knowledge import load as load_book

log = logging.getLogger(__name__)

GONE = ("not reached", "81013", "60111", "40003", "staffId.notExisted", "robot.oto.notExist", "param.userIdNotExist")
"""In the reason of a dead message: the platform does not know the receiver, or the app may not write to him."""
PRESS_S = 1.5
"""How long a press is worked on inside its callback; DingTalk waits 2 s (protocol section 7.4)."""


def furnish(config: Config, book: Book | None = None, classifier: Classifier | None = None) -> Office:
    """The office of a configuration: knowledge loaded, clocks set, groups addressed."""
    book = book or load_book(levels=config.desk.levels)
    zone = ZoneInfo(config.desk.timezone)
    hours = book.service_levels.sla.working_hours
    days = Workdays()
    return Office(
        book=book,
        classifier=classifier or Classifier(book),
        voice=Voice(book=book, hotline=config.desk.hotline, zone=zone),
        working=agency_hours(zone, days, hours.am, hours.pm),
        days=days,
        groups=config.group_targets(),
        fallback_owner=config.desk.fallback_owner,
        room_key=config.desk.room_key,
        inspections=inspected(config, book),
    )


def inspected(config: Config, book: Book) -> dict[str, tuple[str, ...]]:
    """The rounds of the configuration. Raises ConfigError for an item or interval the catalogue does not have."""
    for place, things in config.desk.inspections.items():
        for thing in set(things) - {rounds.ASSETS}:
            slug, _, every = thing.partition("/")
            if slug not in book.items or (every and every not in routines.intervals(book.items[slug])):
                raise ConfigError(f"desk.inspections.{place}: {thing!r} is no item with such an inspection")
    return dict(config.desk.inspections)


def wecom_channel(
    section: WeComSection, config: Config, session: ClientSession, desk: "Desk", elapsed: Callable[[], float]
) -> WeComChannel:
    """The channel of one `[[wecom]]` section."""
    settings = WeComSettings(
        name=section.name,
        corp_id=section.corp_id,
        agent_id=section.agent_id,
        secret=section.secret,
        token=section.token,
        encoding_aes_key=section.encoding_aes_key,
        api_base=section.api_base,
        public_url=config.http.public_url,
        proxy=section.proxy,
        ca_file=section.ca_file,
    )
    return WeComChannel(settings, session, media=desk.stored_media, elapsed=elapsed)


def dingtalk_channel(
    section: DingTalkSection, config: Config, session: ClientSession, desk: "Desk", elapsed: Callable[[], float]
) -> DingTalkChannel:
    """The channel of one `[[dingtalk]]` section."""
    settings = DingTalkSettings(
        **section.model_dump(), public_url=config.http.public_url, robot_secrets=config.robot_secrets()
    )
    return DingTalkChannel(settings, session, media=desk.stored_media, clock=desk.clock, elapsed=elapsed)


@dataclass
class Desk:
    """One desk at work. `channels` may be filled after construction (they need the desk's stored media)."""

    db: Database
    office: Office
    clock: Clock
    channels: dict[str, Channel]

    def __post_init__(self) -> None:
        self.inbox = Inbox(self.db, self._understand, self._handle, self._apologise)
        self.outbox = Outbox(self.db, self.channels, offers.still_true, self._undeliverable, self._hold)
        self.timers = Timers(self.db, {kind: self._timer(fire) for kind, fire in deadlines.TIMERS.items()})
        self.media = MediaFetcher(self.db, self.channels, lambda *stored: fetched.take(self.office, *stored))
        self.directory = DirectoryReader(
            self.db, self.channels, lambda tx, row, entry: directory.take(tx, self.office, row, entry)
        )
        self.heartbeat = Heartbeat(
            {
                "inbox": self.inbox.drain,
                "timer": self.timers.drain,
                "outbox": self.outbox.drain,
                "media": self.media.drain,
                "directory": self.directory.drain,
            }
        )
        self.db.on_wake = self.heartbeat.wake
        self._pressing: set[asyncio.Task[bool]] = set()

    async def settle(self) -> None:
        """Do everything that can be done now, until nothing is left: for tests, the story and the batch chat."""
        while True:
            done = await self.inbox.drain() + await self.timers.drain()
            done += await self.outbox.drain() + await self.media.drain() + await self.directory.drain()
            if not done:
                return

    async def next_deadline(self) -> datetime | None:
        """When the next timer or delayed message falls due, if any is set."""
        async with self.db.read() as session:
            timers = await session.exec(select(func.min(TimerRow.due_at)).where(col(TimerRow.fired_at).is_(None)))
            heads = select(func.min(OutboxRow.not_before)).where(OutboxRow.state == "queued", first_in_lane())
            queued = await session.exec(heads)
            waiting = await session.exec(select(func.min(InboxRow.not_before)).where(InboxRow.state == "new"))
            return min((at for at in (timers.one(), queued.one(), waiting.one()) if at is not None), default=None)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator["Desk"]:
        """The loops are at work inside this scope."""
        await self.heartbeat.start()
        try:
            async with self.listening():
                yield self
        finally:
            await self.heartbeat.stop()

    @contextlib.asynccontextmanager
    async def listening(
        self, pace: Pace | None = None, elapsed: Callable[[], float] = stopwatch
    ) -> AsyncIterator["Desk"]:
        """The long connections of the platforms that have them are held inside this scope, at `pace` by `elapsed`."""
        listeners = [
            found
            for channel in self.channels.values()
            if isinstance(channel, DingTalkChannel)
            and (found := channel.listener(self.inbox.accept, self.press, pace, elapsed))
        ]
        tasks = [asyncio.create_task(listener.run(), name="listener") for listener in listeners]
        for task in tasks:
            task.add_done_callback(self.heartbeat.ended)
        try:
            yield self
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def press(self, update: Update) -> CardUpdate | None:
        """Store a card's press and handle it at once: the change of that card for the answer, if it is known in time."""
        await self.inbox.accept((update,))
        task = asyncio.create_task(self.inbox.handle_now(update), name=f"press {update.key}")
        self._pressing.add(task)
        task.add_done_callback(self._pressing.discard)
        done, _ = await asyncio.wait({task}, timeout=PRESS_S)
        if not done or task.exception() or not isinstance(update.content, Press):
            return None
        return await self.outbox.take_update(update.content.card_id)

    async def reload(self, book: Book) -> None:
        """Put new knowledge in force for new tickets, without a restart. Raises editions.Refused; then all is as before."""
        classifier = await asyncio.to_thread(Classifier, book)
        self.office = await editions.renewed(self.db, self.office, book, classifier)
        log.warning("knowledge reloaded", extra={"version": book.version})

    async def stored_media(self, key: str) -> Media:
        """A stored picture, for a channel that has to upload it. Raises LookupError."""
        async with self.db.read() as session:
            row = await session.get(MediaRow, key)
        if row is None:
            raise LookupError(f"no medium {key}")
        return Media(data=row.data, content_type=row.content_type, filename="photo.jpg")

    def _understand(self, update: Update) -> Understanding | None:
        content = update.content
        said = content.text if isinstance(content, Text) else content.transcript if isinstance(content, Spoken) else ""
        return self.office.classifier.understand(said) if said and typed_press.read(said) is None else None

    async def _handle(
        self, tx: Tx, update: Update, understanding: Understanding | None, readings: Mapping[str, Any]
    ) -> None:
        if isinstance(update.content, Notice):
            person = people.Person(id=0, name="platform")
            await handlers.handle(Context(tx, self.office, update, person, None, None))
            return
        await stop_days.refresh(tx, self.office)
        person = await people.who(tx, update.account, update.connection)
        content = update.content
        if isinstance(content, Text) and (line := typed_press.read(content.text)):
            update = update.model_copy(update={"content": await cards.pressed_by_line(tx, person, *line)})
        elif isinstance(content, Spoken) and content.transcript:
            update = update.model_copy(update={"content": Text(text=content.transcript)})
        pending = await cards.pending(tx, person)
        quoted = await tickets.of_message(tx, update.quoted) if update.quoted else None
        await handlers.handle(Context(tx, self.office, update, person, understanding, pending, quoted, readings))
        said = update.content.text if isinstance(update.content, Text) else ""
        await members.noticed(tx, self.office, person, said)
        classified = understanding is not None and understanding.decision == "classified"
        if isinstance(content, Spoken) and content.transcript and not classified:
            media_key = f"{update.connection}:{content.media_id}"
            if not await relay.keep_recording(tx, self.office, person, media_key):
                await tickets.keep_recording(tx, person, media_key)
        await stop_days.tell_provisional(tx, self.office)

    async def _apologise(self, tx: Tx, update: Update, row_id: int) -> None:
        if isinstance(update.content, Notice):
            return
        person = await people.who(tx, update.account, update.connection)
        await notices.tell(tx, person, reporter.sorry(self.office.voice, row_id))
        for seat in await people.seats(tx, self.office.fallback_owner):
            await notices.tell(tx, seat, desk_views.failed(person, row_id))

    async def _undeliverable(self, tx: Tx, row: OutboxRow, why: str) -> None:
        outbound = OUTBOUND.validate_json(row.payload)
        if outbound.message.kind in ("card-update", "recall"):
            return
        if outbound.target.kind == "person":
            statement = select(AccountRow).where(
                AccountRow.platform == outbound.target.platform,
                AccountRow.user_id == outbound.target.id,
                AccountRow.connection == outbound.target.connection,
            )
            account = (await tx.session.exec(statement)).first()
            refused = row.state == "dead" or why.startswith("not reached")
            if account is not None and refused and any(sign in why for sign in GONE):
                account.reachable = False
                tx.add(account)
                tx.cause = f"outbox:{row.id}"
                person = await people.person(tx, account.person_id)
                if person is not None and await unreached.elsewhere(tx, row, outbound, person):
                    return
                if person is not None:
                    await unreached.tell_leads(tx, self.office, row, person, why)
                    await unreached.give_up(tx, self.office, person)
        tx.cause = f"outbox:{row.id}"
        for seat in await people.seats(tx, self.office.fallback_owner):
            target = await notices.address(tx, seat)
            if target is not None and target != outbound.target:
                await notices.tell(tx, seat, desk_views.unreachable(row.ticket_id, why))

    async def _hold(self, tx: Tx, row: OutboxRow, outbound: Outbound) -> datetime | None:
        return await quiet.hold(tx, self.office, row, outbound)

    def _timer(self, fire: deadlines.Fire) -> Callable[[Tx, TimerRow], Awaitable[str]]:
        async def run(tx: Tx, row: TimerRow) -> str:
            await stop_days.refresh(tx, self.office)
            outcome = await fire(tx, self.office, row)
            await stop_days.tell_provisional(tx, self.office)
            return outcome

        return run


async def open_desk(config: Config, clock: Clock, office: Office | None = None) -> Desk:
    """A desk without channels: schema upgraded, knowledge loaded."""
    db = Database(config.database.url, clock.now)
    try:
        await db.upgrade()
    except BaseException:
        await db.close()
        raise
    office = office or furnish(config)
    async with db.write(f"edition:{office.book.version}") as tx:
        await editions.keep(tx, office.book)
        await rounds.plan(tx, office)
    office.editions.update(await editions.in_use(db, office))
    return Desk(db=db, office=office, clock=clock, channels={})


def connect(desk: Desk, config: Config, session: ClientSession, elapsed: Callable[[], float] = stopwatch) -> None:
    """Give the desk the channels of its configuration. `elapsed` is their stopwatch."""
    for section in config.wecom:
        desk.channels[section.name] = wecom_channel(section, config, session, desk, elapsed)
    if config.speech.url:
        desk.media.transcribe = Speech(config.speech.url, session, config.speech.token).transcribe
    for robot in config.dingtalk:
        desk.channels[robot.name] = dingtalk_channel(robot, config, session, desk, elapsed)

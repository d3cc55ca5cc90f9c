"""The stream (protocol section 4): one long connection that is opened anew whenever it ends, ages or falls silent.

A frame is acknowledged only after its updates are stored. Robot messages are taken one by one, in their order; card
presses side by side, because each must be answered within 2 s. When the platform announces a disconnect it delivers
nothing more on that connection, so the next one is opened at once while the old one is drained.
"""

import asyncio
import contextlib
import json
import logging
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import aiohttp

from bot.channels.base import ConfigurationWrong, DeliveryError
from bot.channels.dingtalk.client import DingTalkClient
from bot.channels.dingtalk.settings import DingTalkSettings
from bot.core.clock import stopwatch

log = logging.getLogger(__name__)

MESSAGES = "/v1.0/im/bot/messages/get"
CARDS = "/v1.0/card/instances/callback"
SUBSCRIPTIONS = [
    {"type": "EVENT", "topic": "*"},
    {"type": "CALLBACK", "topic": MESSAGES},
    {"type": "CALLBACK", "topic": CARDS},
]
MESSAGE_BYTES = 4 * 1024 * 1024
PRESSES_AT_ONCE = 64


@dataclass(frozen=True)
class Pace:
    """Seconds. `silence_s` without any frame counts as dead: sockets are known to stay open and deliver nothing.

    A connection that never brought a frame in its life doubles the allowed silence, up to `longest_silence_s`: perhaps
    this platform does not ping, and a quiet night must not become a reconnection a minute.
    """

    silence_s: float = 90.0
    longest_silence_s: float = 600.0
    recycle_s: float = 4 * 3600.0
    drain_s: float = 15.0
    first_wait_s: float = 1.0
    longest_wait_s: float = 60.0
    steady_s: float = 60.0
    """A connection that lived this long ends a series of failures."""
    heartbeat_s: float = 30.0
    poll_s: float = 5.0
    """How often age and silence are looked at."""


@dataclass(frozen=True)
class Frame:
    """One frame from the platform. `data` is its JSON, already opened."""

    kind: str
    topic: str
    id: str
    """The delivery's id: it changes when the same thing is delivered again."""
    event: str
    event_id: str
    data: dict[str, Any]


Heard = Callable[[Frame], Awaitable[dict[str, Any]]]
"""Stores what a frame brings and returns the `data` of its acknowledgement. Raises: then nothing is acknowledged."""


class Stream:
    """`run` until cancelled. `connected` says whether a connection is open now."""

    def __init__(
        self,
        client: DingTalkClient,
        session: aiohttp.ClientSession,
        settings: DingTalkSettings,
        heard: Heard,
        pace: Pace | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        elapsed: Callable[[], float] = stopwatch,
    ) -> None:
        self._client, self._session, self._settings, self._heard = client, session, settings, heard
        self._pace = pace or Pace()
        self._sleep, self._elapsed = sleep, elapsed
        self._silence_s = self._pace.silence_s
        self._draining: set[asyncio.Task[None]] = set()
        self._failures = 0
        self._open = 0

    @property
    def connected(self) -> bool:
        return self._open > 0

    async def run(self) -> None:
        """Keep a connection open until cancelled; what is open is closed on the way out."""
        try:
            while True:
                try:
                    socket = await self._connect()
                except ConfigurationWrong as error:
                    log.error("stream refused", extra={"connection": self._settings.name, "why": str(error)})
                    await self._sleep(self._pace.longest_wait_s)
                except (DeliveryError, aiohttp.ClientError, TimeoutError, OSError) as error:
                    await self._back_off(type(error).__name__)
                else:
                    await self._hold(_Link(socket, self._elapsed()))
        finally:
            tasks = list(self._draining)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _connect(self) -> aiohttp.ClientWebSocketResponse:
        endpoint, ticket = await self._client.open_stream(SUBSCRIPTIONS)
        return await self._session.ws_connect(
            f"{endpoint}?ticket={quote(ticket, safe='')}",
            heartbeat=self._pace.heartbeat_s,
            max_msg_size=MESSAGE_BYTES,
            proxy=self._settings.proxy or None,
        )

    async def _hold(self, link: "_Link") -> None:
        """Read a connection until it ends or must be replaced; in the latter case it is drained in the background."""
        log.info("stream connected", extra={"connection": self._settings.name})
        reader = asyncio.create_task(self._read(link), name=f"stream {self._settings.name}")
        self._draining.add(reader)
        reader.add_done_callback(self._draining.discard)
        replace = asyncio.create_task(link.replace.wait(), name="stream replacement")
        try:
            why = await self._until_over(link, reader, replace)
        finally:
            replace.cancel()
        age = self._elapsed() - link.since
        log.info("stream over", extra={"connection": self._settings.name, "why": why, "age_s": round(age)})
        if not reader.done():
            self._drain(link, reader)
        if age >= self._pace.steady_s:
            self._failures = 0
        if reader.done() or age < self._pace.steady_s:
            await self._back_off(why)

    async def _until_over(self, link: "_Link", reader: asyncio.Task[None], replace: asyncio.Task[bool]) -> str:
        """Why the connection is not to be relied on any more: closed, disconnect, silent or old."""
        while True:
            now = self._elapsed()
            left = min(link.heard_at + self._silence_s, link.since + self._pace.recycle_s) - now
            if left > 0:
                within = min(left, self._pace.poll_s)
                await asyncio.wait({reader, replace}, timeout=within, return_when=asyncio.FIRST_COMPLETED)
            if reader.done():
                return "closed"
            if replace.done():
                return "disconnect"
            now = self._elapsed()
            if now >= link.since + self._pace.recycle_s:
                return "old"
            if now >= link.heard_at + self._silence_s:
                quiet = link.frames == 0
                self._silence_s = (
                    min(self._silence_s * 2, self._pace.longest_silence_s) if quiet else self._pace.silence_s
                )
                log.warning("stream silent", extra={"connection": self._settings.name, "frames": link.frames})
                return "silent"

    def _drain(self, link: "_Link", reader: asyncio.Task[None]) -> None:
        async def drain() -> None:
            await asyncio.wait({reader}, timeout=self._pace.drain_s)
            with contextlib.suppress(aiohttp.ClientError, OSError):
                await link.socket.close()  # what the reader is storing just now is stored; then it finds the end

        task = asyncio.create_task(drain(), name="stream drain")
        self._draining.add(task)
        task.add_done_callback(self._draining.discard)

    async def _back_off(self, why: str) -> None:
        ceiling = min(self._pace.longest_wait_s, self._pace.first_wait_s * 2**self._failures)
        self._failures = min(self._failures + 1, 16)
        wait = ceiling * random.uniform(0.5, 1.0)
        extra = {"connection": self._settings.name, "why": why, "wait_s": round(wait, 1)}
        log.warning("stream reconnects", extra=extra)
        await self._sleep(wait)

    async def _read(self, link: "_Link") -> None:
        """Take frames until the socket closes. Never raises but for cancellation."""
        self._open += 1
        presses: set[asyncio.Task[None]] = set()
        try:
            async for message in link.socket:
                link.heard_at = self._elapsed()
                if message.type is not aiohttp.WSMsgType.TEXT:
                    continue
                frame = read_frame(message.data)
                if frame is None:
                    log.warning("unreadable frame", extra={"connection": self._settings.name})
                    continue
                link.frames += 1
                if frame.topic == CARDS and len(presses) < PRESSES_AT_ONCE:
                    task = asyncio.create_task(self._answer(link, frame), name="card press")
                    presses.add(task)
                    task.add_done_callback(presses.discard)
                else:
                    await self._answer(link, frame)
        except (aiohttp.ClientError, OSError) as error:
            extra = {"connection": self._settings.name, "error": type(error).__name__}
            log.warning("stream broken", extra=extra)
        finally:
            self._open -= 1
            await asyncio.gather(*presses, return_exceptions=True)
            with contextlib.suppress(aiohttp.ClientError, OSError):
                await link.socket.close()

    async def _answer(self, link: "_Link", frame: Frame) -> None:
        """Acknowledge a frame, a robot message only once it is stored; what we do not know is said to be unknown."""
        if frame.kind == "SYSTEM":
            if frame.topic == "disconnect":
                link.replace.set()
            elif frame.topic == "ping":
                await self._ack(link, frame, 200, frame.data)
            return
        if frame.kind != "EVENT" and frame.topic not in (MESSAGES, CARDS):
            log.warning("unknown topic", extra={"connection": self._settings.name, "topic": frame.topic[:80]})
            await self._ack(link, frame, 404, {"response": None})
            return
        try:
            answer = await self._heard(frame)
        except Exception:  # a full disk or a lost database must not end the connection
            log.exception("frame not stored", extra={"connection": self._settings.name, "topic": frame.topic[:80]})
            if frame.kind == "EVENT":
                await self._ack(link, frame, 500, {"status": "LATER", "message": "not stored"})
            return
        await self._ack(link, frame, 200, answer)

    async def _ack(self, link: "_Link", frame: Frame, code: int, data: dict[str, Any]) -> None:
        answer = {
            "code": code,
            "headers": {"messageId": frame.id, "contentType": "application/json"},
            "message": "OK" if code == 200 else "not handled",
            "data": json.dumps(data, ensure_ascii=False),
        }
        try:
            await link.socket.send_str(json.dumps(answer, ensure_ascii=False))
        except (aiohttp.ClientError, OSError) as error:
            # It is stored; the platform will repeat it and the key will tell.
            extra = {"connection": self._settings.name, "error": type(error).__name__}
            log.info("acknowledgement not sent", extra=extra)


class Registration:
    """In HTTP mode with a card template: registers where presses go, until it is done; then there is nothing to hold."""

    def __init__(
        self, client: DingTalkClient, name: str, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self._client, self._name, self._sleep = client, name, sleep
        self.done = False

    async def run(self) -> None:
        """Returns never, like a stream, so that its end means trouble; what fails is tried again once a minute."""
        while True:
            try:
                await self._client.register_cards()
            except (DeliveryError, ConfigurationWrong) as error:
                log.error("card presses not registered", extra={"connection": self._name, "why": str(error)})
                await self._sleep(60.0)
            else:
                self.done = True
                log.info("card presses registered", extra={"connection": self._name})
                await asyncio.Event().wait()


class _Link:
    """One open connection: when it was opened, when last heard, and whether the platform announced its end."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, now: float) -> None:
        self.socket = socket
        self.since = now
        self.heard_at = now
        self.frames = 0
        self.replace = asyncio.Event()


def read_frame(text: str) -> Frame | None:
    """A frame from its JSON; None when it is none. Missing headers are forgiven (protocol section 4.2)."""
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(raw, dict):
        return None
    headers = raw.get("headers") or raw.get("header")
    headers = headers if isinstance(headers, dict) else {}
    data = raw.get("data")
    if isinstance(data, str):
        try:
            data = json.loads(data)
        except (ValueError, RecursionError):
            data = {}
    named = {key: str(headers.get(key) or "") for key in ("topic", "messageId", "eventType", "eventId")}
    return Frame(
        kind=str(raw.get("type") or ""),
        topic=named["topic"],
        id=named["messageId"],
        event=named["eventType"],
        event_id=named["eventId"] or named["messageId"],
        data=data if isinstance(data, dict) else {},
    )

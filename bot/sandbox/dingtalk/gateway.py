"""The stream gateway (protocol section 4): tickets, connections, frames down, acknowledgements up, redelivery.

Each frame goes to one connection at random. After a `disconnect` frame nothing more is delivered on that connection; a
silenced one stays open, answers pings and delivers nothing, as real ones have been seen to do.
"""

import asyncio
import json
import random
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from aiohttp import WSCloseCode, WSMsgType, web

from bot.sandbox.clock import SandboxClock
from bot.sandbox.dingtalk.org import Org
from bot.sandbox.faults import Faults

MESSAGES = "/v1.0/im/bot/messages/get"
CARDS = "/v1.0/card/instances/callback"
OPEN = "/v1.0/gateway/connections/open"
TICKET_LIFE = timedelta(seconds=90)
ACK_S = 3.0
PING_S = 20.0


@dataclass(eq=False)
class Connection:
    """One open socket of an app. `delivering` ends with the disconnect frame, `silent` swallows what is delivered."""

    org: Org
    socket: web.WebSocketResponse
    transport: asyncio.BaseTransport | None = None
    delivering: bool = True
    ended_at: datetime | None = None
    """When its end was announced; the platform closes it some seconds later."""
    silent: bool = False
    acks: dict[str, asyncio.Future[dict[str, Any]]] = field(default_factory=dict)


@dataclass
class Unacked:
    """A robot message nobody has acknowledged yet."""

    org: Org
    message: dict[str, Any]
    since: datetime
    tries: int = 1


class Gateway:
    """Serves all apps of a sandbox."""

    def __init__(
        self, orgs: Mapping[str, Org], faults: Faults, clock: SandboxClock, dice: random.Random | None = None
    ) -> None:
        self._orgs, self._faults, self._clock = orgs, faults, clock
        self._dice = dice or random.Random(294)
        self._tickets: dict[str, tuple[Org, datetime]] = {}
        self.connections: list[Connection] = []
        self.unacked: list[Unacked] = []
        self.lost: list[dict[str, Any]] = []
        """Robot messages that met no connection at all: gone, there is no backlog."""
        self.opens = 0
        self._changed = asyncio.Event()

    def routes(self) -> list[web.RouteDef]:
        return [web.post(OPEN, self._open), web.get("/stream/connect", self._connect)]

    async def robot_message(self, org: Org, message: dict[str, Any]) -> bool:
        """Deliver a robot message. False when it was not acknowledged; it is then repeated when its time comes."""
        if not self._of(org):
            self.lost.append(message)
            return False
        dropped = self._faults.take("drop")
        if not dropped and await self.push(org, MESSAGES, message) is not None:
            return True
        self.unacked.append(Unacked(org, message, self._clock.now()))
        return False

    async def push(
        self,
        org: Org,
        topic: str,
        data: Mapping[str, Any],
        kind: str = "CALLBACK",
        within_s: float = ACK_S,
        **headers: str,
    ) -> dict[str, Any] | None:
        """One frame to one connection. The data of its acknowledgement with code 200, else None."""
        open_ones = self._of(org)
        if not open_ones:
            return None
        chosen = self._dice.choice(open_ones)
        if chosen.silent:
            return None
        return await self._send(chosen, topic, data, kind, within_s, **headers)

    async def _send(
        self,
        chosen: Connection,
        topic: str,
        data: Mapping[str, Any],
        kind: str,
        within_s: float = ACK_S,
        **headers: str,
    ) -> dict[str, Any] | None:
        message_id = secrets.token_hex(12)
        made = {
            "specVersion": "1.0", "type": kind,
            "headers": {
                "topic": topic, "messageId": message_id, "contentType": "application/json",
                "time": str(int(self._clock.now().timestamp() * 1000)), "connectionId": secrets.token_hex(6), **headers,
            },
            "data": json.dumps(data, ensure_ascii=False),
        }  # fmt: skip
        waiting: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        chosen.acks[message_id] = waiting
        try:
            await chosen.socket.send_str(json.dumps(made, ensure_ascii=False))
            answer = await asyncio.wait_for(waiting, within_s)
        except (TimeoutError, ConnectionError, RuntimeError):
            return None
        finally:
            chosen.acks.pop(message_id, None)
        if answer.get("code") != 200:
            return None
        try:
            read = json.loads(answer.get("data") or "{}")
        except ValueError:
            return None
        return read if isinstance(read, dict) else {}

    async def tick(self) -> None:
        """Repeat what was not acknowledged in time, with the same msgId under a new messageId; close what was announced."""
        now = self._clock.now()
        for connection in list(self.connections):
            waits_s = connection.org.switches.closes_after_disconnect_s
            if connection.ended_at is not None and now - connection.ended_at >= timedelta(seconds=waits_s):
                await connection.socket.close(code=WSCloseCode.GOING_AWAY)
        for row in list(self.unacked):
            waits = row.org.switches.redeliver_after_s
            if row.tries > len(waits):
                self.unacked.remove(row)
            elif now - row.since >= timedelta(seconds=waits[row.tries - 1]):
                row.tries += 1
                if await self.push(row.org, MESSAGES, row.message) is not None and row in self.unacked:
                    self.unacked.remove(row)

    async def ping(self) -> None:
        """A ping frame on every connection that delivers; returns when all have answered."""
        open_ones = [c for c in self.connections if c.delivering and not c.silent and not c.socket.closed]
        await asyncio.gather(*(self._send(c, "ping", {"opaque": secrets.token_hex(4)}, "SYSTEM") for c in open_ones))

    async def disconnect(self, org: Org, reason: str = "connection is expired") -> None:
        """The platform announces the end of the connections and delivers nothing more on them."""
        for connection in self._of(org):
            connection.delivering, connection.ended_at = False, self._clock.now()
            headers = {"topic": "disconnect", "messageId": secrets.token_hex(12)}
            data = json.dumps({"reason": reason})
            frame = {"specVersion": "1.0", "type": "SYSTEM", "headers": headers, "data": data}
            await connection.socket.send_str(json.dumps(frame))

    @property
    def silent(self) -> bool:
        """Whether any open connection swallows what is delivered."""
        return any(c.silent for c in self.connections)

    def silence(self, org: Org, on: bool = True) -> None:
        """The connections that are open now swallow everything (or no longer)."""
        for connection in self.connections:
            if connection.org is org:
                connection.silent = on

    def drop(self, org: Org) -> None:
        """The connections break without a word."""
        for connection in [c for c in self.connections if c.org is org]:
            connection.delivering = False
            if isinstance(connection.transport, asyncio.Transport):
                connection.transport.abort()

    async def close_clean(self, org: Org) -> None:
        """The connections are closed with 1000."""
        for connection in [c for c in self.connections if c.org is org]:
            connection.delivering = False
            await connection.socket.close(code=WSCloseCode.OK)

    async def connected(self, org: Org, count: int = 1) -> None:
        """Wait until the app has at least `count` connections that deliver."""
        while len([c for c in self._of(org) if not c.silent]) < count:
            self._changed.clear()
            await self._changed.wait()

    async def replaced(self, org: Org) -> None:
        """Wait until no silent connection of the app is left: each message goes to any one that is open."""
        while any(c.silent for c in self._of(org)):
            self._changed.clear()
            await self._changed.wait()

    async def disconnected(self, org: Org) -> None:
        """Wait until the app has no connection left."""
        while any(c.org is org for c in self.connections):
            self._changed.clear()
            await self._changed.wait()

    def _of(self, org: Org) -> list[Connection]:
        return [c for c in self.connections if c.org is org and c.delivering and not c.socket.closed]

    async def _open(self, request: web.Request) -> web.StreamResponse:
        self.opens += 1
        code = self._faults.take_failure(OPEN.removeprefix("/v1.0/"))
        if code is not None:
            return web.json_response({"code": "ServiceUnavailable"}, status=503)
        try:
            body = json.loads(await request.text())
        except ValueError:
            body = {}
        org = next((o for o in self._orgs.values() if o.client_id == body.get("clientId")), None)
        if org is None or org.client_secret != body.get("clientSecret"):
            return web.json_response({"requestid": "0", "code": "authFailed", "message": "鉴权失败"}, status=401)
        subscriptions = body.get("subscriptions")
        if not isinstance(subscriptions, list) or not all(
            s.get("type") in ("EVENT", "CALLBACK") for s in subscriptions
        ):
            return web.json_response({"code": "invalidParameter", "message": "subscriptions"}, status=400)
        ticket = secrets.token_urlsafe(24) + "+/="
        self._tickets[ticket] = (org, self._clock.now() + TICKET_LIFE)
        endpoint = f"ws://{request.host}/stream/connect"
        if "application/json" not in request.headers.get("Accept", ""):
            text = f"<result><endpoint>{endpoint}</endpoint><ticket>{ticket}</ticket></result>"
            return web.Response(text=text, content_type="application/xml")
        return web.json_response({"endpoint": endpoint, "ticket": ticket})

    async def _connect(self, request: web.Request) -> web.StreamResponse:
        known = self._tickets.pop(request.query.get("ticket", ""), None)
        if known is None or known[1] <= self._clock.now():
            raise web.HTTPUnauthorized(text="ticket unknown, used or expired")
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        connection = Connection(known[0], socket, request.transport)
        self.connections.append(connection)
        self._changed.set()
        pinging = asyncio.create_task(self._keep_pinging(connection), name="sandbox ping")
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    self._acked(connection, message.data)
        finally:
            pinging.cancel()
            self.connections.remove(connection)
            self._changed.set()
            for waiting in connection.acks.values():
                if not waiting.done():
                    waiting.set_result({"code": 0})
        return socket

    async def _keep_pinging(self, connection: Connection) -> None:
        while True:
            await asyncio.sleep(PING_S)
            if not connection.silent and connection.delivering:
                headers = {"topic": "ping", "messageId": secrets.token_hex(12)}
                data = json.dumps({"opaque": secrets.token_hex(4)})
                frame = {"specVersion": "1.0", "type": "SYSTEM", "headers": headers, "data": data}
                await connection.socket.send_str(json.dumps(frame))

    @staticmethod
    def _acked(connection: Connection, text: str) -> None:
        try:
            answer = json.loads(text)
            waiting = connection.acks.get(answer["headers"]["messageId"])
        except (ValueError, KeyError, TypeError):
            return
        if waiting is not None and not waiting.done():
            waiting.set_result(answer)

    async def shut(self) -> None:
        """The server goes away: close what is open."""
        for connection in list(self.connections):
            await connection.socket.close(code=WSCloseCode.GOING_AWAY)

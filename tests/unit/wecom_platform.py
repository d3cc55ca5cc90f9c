"""A small scripted WeCom server for the tests of client and channel, and the channel that is pointed at it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.channels.base import Media
from bot.channels.wecom import WeComChannel, WeComSettings
from bot.core.outbound import Button, Card, Message, Outbound, Say, Target

KEY = "cD0d7jx4tYvVtzqrmh3Dm3QFCXe6f8SlHoMtMh3qQEP"
SECRET = "corp-secret"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
Reply = dict[str, Any] | bytes | int | str | Callable[[web.Request], Awaitable[web.StreamResponse]]
OK = {"errcode": 0, "errmsg": "ok"}


class Platform:
    """Answers what the script says, else success; keeps what it was asked. The script of a path is used up in order.

    A reply is JSON (dict), raw bytes, a bare HTTP status, or "lost": the connection is dropped instead of an answer.
    """

    def __init__(self) -> None:
        self.base = ""
        self.script: dict[str, list[Reply]] = {}
        self.seen: list[tuple[str, dict[str, str], bytes]] = []
        self.tokens = 0
        self.life = 7200
        self.gate: asyncio.Event | None = None
        self.asked_for_token = asyncio.Event()

    def says(self, path: str, *replies: Reply) -> None:
        self.script.setdefault(path, []).extend(replies)

    def asked(self, path: str) -> list[dict[str, str]]:
        return [query for name, query, _ in self.seen if name == path]

    def bodies(self, path: str) -> list[bytes]:
        return [body for name, _, body in self.seen if name == path]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        path = request.path.removeprefix("/cgi-bin/")
        self.seen.append((path, dict(request.query), await request.read()))
        if path == "gettoken":
            self.asked_for_token.set()
            if self.gate is not None:
                await self.gate.wait()
        reply: Reply = self.script[path].pop(0) if self.script.get(path) else self._default(path)
        if isinstance(reply, dict):
            return web.json_response(reply)
        if isinstance(reply, bytes):
            return web.Response(body=reply, content_type="text/html")
        if isinstance(reply, int):
            return web.Response(status=reply)
        if isinstance(reply, str):
            assert request.transport is not None
            request.transport.close()
            return web.Response()
        return await reply(request)

    def _default(self, path: str) -> dict[str, Any]:
        if path == "gettoken":
            self.tokens += 1
            return OK | {"access_token": f"token-{self.tokens}", "expires_in": self.life}
        if path == "media/upload":
            return OK | {"type": "image", "media_id": f"mid-{len(self.asked(path))}", "created_at": "1"}
        return OK | {"msgid": "m1", "response_code": "rc1"}


class Stopwatch:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


async def media(key: str) -> Media:
    return {"png": Media(PNG, "image/png"), "big": Media(PNG * 100_000, "image/png"), "txt": Media(b"text")}[key]


def settings(base: str, **changes: Any) -> WeComSettings:
    values: dict[str, Any] = {"name": "gov", "corp_id": "ww1", "agent_id": 7, "secret": SECRET, "token": "t"}
    return WeComSettings(**(values | {"encoding_aes_key": KEY, "api_base": base} | changes))


@contextlib.asynccontextmanager
async def connected(watch: Stopwatch | None = None) -> AsyncIterator[tuple[Platform, WeComChannel]]:
    """A platform listening on loopback, and a channel that talks to it."""
    platform = Platform()
    app = web.Application(client_max_size=2**25)
    app.router.add_route("*", "/{path:.*}", platform.handle)
    async with TestServer(app) as server, aiohttp.ClientSession() as session:
        platform.base = str(server.make_url("")).rstrip("/")
        yield platform, WeComChannel(settings(platform.base), session, media, watch or Stopwatch())


def out(message: Message | None = None, kind: Any = "person", to: str = "li", retry: int = 0) -> Outbound:
    target = Target(kind=kind, platform="wecom", connection="gov", id=to)
    said = message or Say(text="已受理")
    return Outbound(key="u1#1", target=target, message=said, queued_at="2026-11-23T06:03:22+00:00", retry=retry)


CARD = Card(card_id="t1-offer-1", title="1号", buttons=(Button(text="接单", verb="accept"),))

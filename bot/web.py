"""The HTTP side: platform callbacks in, health out. A callback is verified, stored, committed, then acknowledged; no more."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol, runtime_checkable

from aiohttp import web

from bot.channels.base import Challenge, Channel, Rejected, Updates
from bot.core.clock import Clock
from bot.core.outbound import CardUpdate
from bot.core.updates import Update

log = logging.getLogger(__name__)

BODY_LIMIT = 256 * 1024
"""Bytes; a real callback has a few kilobytes, each channel has its own lower limit."""
Ready = Callable[[], Awaitable[str]]
"""Says why the desk cannot serve, or an empty string."""
Find = Callable[[str], Channel | None]
Accept = Callable[[Sequence[Update]], Awaitable[object]]
OnPress = Callable[[Update], Awaitable[CardUpdate | None]]


@runtime_checkable
class AnswersPresses(Protocol):
    """A channel whose card callbacks are answered with the card's change."""

    def press_reply(self, change: CardUpdate | None) -> bytes: ...


def make_app(find: Find, accept: Accept, press: OnPress, clock: Clock, ready: Ready) -> web.Application:
    """The routes. `find` gives a connection by name; `accept` stores updates before they are acknowledged; `press`
    handles a card's press inside the callback, where the platform wants the outcome.
    """
    app = web.Application(client_max_size=BODY_LIMIT)

    async def callback(request: web.Request) -> web.Response:
        channel = find(request.match_info["name"])
        if channel is None or channel.platform != request.path.split("/")[1]:
            return web.Response(status=404, text="no such connection")
        try:
            body = await request.read()
        except web.HTTPRequestEntityTooLarge:
            log.warning("callback refused", extra={"connection": channel.name, "why": "body too large"})
            return web.Response(status=413, text="body too large")
        decoded = channel.decode(dict(request.query), dict(request.headers), body, clock.now())
        match decoded:
            case Challenge(reply):
                return web.Response(body=reply, content_type="text/plain")
            case Rejected(status, reason):
                log.warning("callback refused", extra={"connection": channel.name, "why": reason})
                return web.Response(status=status, text=reason)
            case Updates(items, reply):
                if isinstance(channel, AnswersPresses) and len(items) == 1 and items[0].content.kind == "press":
                    reply = channel.press_reply(await press(items[0]))
                else:
                    await accept(items)
                return web.Response(body=reply, content_type=_kind(reply))

    async def healthz(_request: web.Request) -> web.Response:
        return web.json_response({"alive": True})

    async def readyz(_request: web.Request) -> web.Response:
        problem = await ready()
        return web.json_response({"ready": not problem, "problem": problem}, status=503 if problem else 200)

    app.router.add_route("GET", "/wecom/{name}/callback", callback)
    app.router.add_route("POST", "/wecom/{name}/callback", callback)
    app.router.add_route("POST", "/dingtalk/{name}/callback", callback)
    app.router.add_route("POST", "/dingtalk/{name}/card", callback)
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)
    return app


def _kind(reply: bytes) -> str:
    return "application/json" if reply.startswith(b"{") else "text/plain"

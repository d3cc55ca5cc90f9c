"""The HTTP side: platform callbacks in, health out. A callback is verified, stored, committed, then acknowledged; no more."""

import logging
from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.channels.base import Challenge, Channel, Rejected, Updates
from bot.core.clock import Clock
from bot.delivery.inbox import Inbox

log = logging.getLogger(__name__)

BODY_LIMIT = 64 * 1024
"""Bytes; a real callback has a few kilobytes."""
Ready = Callable[[], Awaitable[str]]
"""Says why the desk cannot serve, or an empty string."""


def make_app(channels: dict[str, Channel], inbox: Inbox, clock: Clock, ready: Ready) -> web.Application:
    app = web.Application(client_max_size=BODY_LIMIT)

    async def callback(request: web.Request) -> web.Response:
        channel = channels.get(request.match_info["name"])
        if channel is None or channel.platform != "wecom":
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
                await inbox.accept(items)
                return web.Response(body=reply)

    async def healthz(_request: web.Request) -> web.Response:
        return web.json_response({"alive": True})

    async def readyz(_request: web.Request) -> web.Response:
        problem = await ready()
        return web.json_response({"ready": not problem, "problem": problem}, status=503 if problem else 200)

    app.router.add_route("GET", "/wecom/{name}/callback", callback)
    app.router.add_route("POST", "/wecom/{name}/callback", callback)
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)
    return app

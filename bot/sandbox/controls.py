"""What no phone can do: skip time, inject faults, ask the desk behind the emulation what it makes of things."""

from datetime import timedelta

from aiohttp import web

from bot.sandbox.json_bodies import answer, read, refusal
from bot.sandbox.platforms import Sandbox

SKIP_MAX = timedelta(days=31)


class Controls:
    """The controls beside the phones."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/clock/skip", self._skip),
            web.post("/faults", self._set_faults),
            web.get("/explain", self._explained),
            web.get("/desk", self._desk),
        ]

    async def _skip(self, request: web.Request) -> web.StreamResponse:
        body = await read(request) or {}
        now = self._sandbox.clock.now()
        by = self._sandbox.next_morning(now) - now if body.get("to") == "next-morning" else None
        seconds = body.get("seconds")
        if by is None and isinstance(seconds, int | float) and 0 <= seconds <= SKIP_MAX.total_seconds():
            by = timedelta(seconds=seconds)
        if by is None:
            return refusal("请给出要快进的秒数。")
        if self._sandbox.on_skip is not None:
            await self._sandbox.on_skip(by)
        else:
            self._sandbox.clock.advance(by)
        told = {"now": self._sandbox.clock.now().isoformat()}
        self._sandbox.watchers.tell("clock", told)
        return answer(told)

    async def _set_faults(self, request: web.Request) -> web.StreamResponse:
        body = await read(request)
        if body is None:
            return refusal("请求不是有效的 JSON。")
        try:
            self._sandbox.faults.set(body)
        except (TypeError, ValueError) as error:
            return refusal(str(error))
        return answer(self._sandbox.faults.as_dict())

    async def _explained(self, request: web.Request) -> web.StreamResponse:
        if self._sandbox.explain is None:
            raise web.HTTPNotFound(text="nobody explains here")
        return answer(await self._sandbox.explain(request.query.get("text", "")))

    async def _desk(self, _: web.Request) -> web.StreamResponse:
        if self._sandbox.overview is None:
            raise web.HTTPNotFound(text="there is no desk here")
        return answer(await self._sandbox.overview())

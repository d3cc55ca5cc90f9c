"""The page of the phones, and what it asks: the files it is made of, all that is on the screens, a person's acts."""

import base64
import binascii
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.sandbox.dingtalk.org import Org
from bot.sandbox.json_bodies import answer, read, refusal
from bot.sandbox.phones import APP, CannotDo, Outcome, Phone
from bot.sandbox.platforms import Sandbox
from bot.sandbox.wecom.corp import Corp

PAGE = Path(__file__).with_name("page")
_TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


class PageApi:
    """The page, its phones and the stream of their changes."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/", self._index),
            web.get("/page/{name}", self._file),
            web.get("/phones/state", self._state),
            web.get("/phones/events", self._sandbox.watchers.stream),
            web.get("/phones/media/{id}", self._media),
            web.post("/phones/{id}/{act}", self._act),
        ]

    async def _index(self, _: web.Request) -> web.StreamResponse:
        return _page("index.html")

    async def _file(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        if "/" in name or name.startswith(".") or not (PAGE / name).is_file():
            raise web.HTTPNotFound(text="there is no such file")
        return _page(name)

    async def _state(self, _: web.Request) -> web.StreamResponse:
        return answer(
            {
                "now": self._sandbox.clock.now().isoformat(),
                "phones": [p.as_dict() for p in self._sandbox.phones.values() if p.shown],
                "deliveries": list(self._sandbox.deliveries),
                "faults": self._sandbox.faults.as_dict(),
            }
        )

    async def _media(self, request: web.Request) -> web.StreamResponse:
        homes: list[Corp | Org] = [*self._sandbox.corps.values(), *self._sandbox.orgs.values()]
        for home in homes:
            if found := home.media.get(request.match_info["id"]):
                return web.Response(body=found.data, content_type=found.content_type)
        raise web.HTTPNotFound(text="there is no such picture")

    async def _act(self, request: web.Request) -> web.StreamResponse:
        phone = self._sandbox.phones.get(request.match_info["id"])
        if phone is None:
            return refusal("没有这部手机。", 404)
        body = await read(request)
        if body is None:
            return refusal("请求不是有效的 JSON。")
        try:
            outcome = await _do(phone, request.match_info["act"], body)
        except CannotDo as reason:
            return refusal(str(reason))
        except (KeyError, TypeError, ValueError, binascii.Error):
            return refusal("缺少内容，或内容格式不对。")
        if outcome is None:
            return answer({"ok": True, "status": 200, "tries": 0})
        if outcome.status not in (200, 0) or (outcome.status == 0 and outcome.tries):
            return answer(
                {
                    "ok": False,
                    "status": outcome.status,
                    "tries": outcome.tries,
                    "error": "消息没有送到服务台，请稍后再发。",
                }
            )
        return answer({"ok": True, "status": outcome.status, "tries": outcome.tries})


async def _do(phone: Phone, act: str, body: dict[str, Any]) -> Outcome | None:
    match act:
        case "say":
            return await phone.says(str(body["text"]), str(body.get("chat", APP)))
        case "press":
            return await phone.presses(str(body["key"]), str(body["message"]), selected=body.get("selected") or {})
        case "photo":
            return await phone.sends_photo(
                base64.b64decode(str(body.get("data", "")).rpartition(",")[2], validate=True)
            )
        case "voice":
            return await phone.sends_voice(int(body.get("seconds", 4)), str(body.get("said", "")))
        case "location":
            return await phone.sends_location(
                float(body["latitude"]), float(body["longitude"]), str(body.get("label", ""))
            )
        case "enter":
            return await phone.enters()
        case "menu":
            return await phone.clicks_menu(str(body["key"]))
        case _:
            raise CannotDo("手机上没有这个操作。")


def _page(name: str) -> web.Response:
    path = PAGE / name
    headers = {"Cache-Control": "no-cache"}
    return web.Response(
        body=path.read_bytes(),
        content_type=_TYPES.get(path.suffix, "application/octet-stream"),
        charset="utf-8",
        headers=headers,
    )

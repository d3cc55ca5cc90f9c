"""The HTTP API under /cgi-bin/: routes, tokens, injected faults, and errcodes as WeCom answers them.

One wrapper around every call applies the faults, finds the app by its token, and turns a refusal into an answer. What the
calls do stands in `messages`, `groups` and `directory`.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import web

from bot.sandbox.faults import Faults
from bot.sandbox.wecom import directory, groups, messages
from bot.sandbox.wecom.calls import HOUR, MINUTE, Answer, Call, Handler, ok, read_json
from bot.sandbox.wecom.corp import Corp
from bot.sandbox.wecom.limits import Refused

BASE_PER_MINUTE, BASE_PER_HOUR = 10_000, 150_000
MORE_INFO = "https://open.work.weixin.qq.com/devtool/query?e="
_CALLS: tuple[tuple[str, str, Handler], ...] = (
    ("POST", "message/send", messages.send),
    ("POST", "message/update_template_card", messages.update_card),
    ("POST", "message/recall", messages.recall),
    ("POST", "appchat/create", groups.create),
    ("POST", "appchat/update", groups.update),
    ("GET", "appchat/get", groups.get),
    ("POST", "appchat/send", groups.send),
    ("POST", "media/upload", directory.media_upload),
    ("GET", "media/get", directory.media_get),
    ("GET", "user/get", directory.user_get),
    ("GET", "user/simplelist", directory.user_simplelist),
    ("GET", "department/list", directory.department_list),
    ("GET", "department/simplelist", directory.department_simplelist),
    ("GET", "department/get", directory.department_get),
    ("GET", "getcallbackip", directory.addresses),
    ("GET", "get_api_domain_ip", directory.addresses),
    ("POST", "menu/create", directory.menu_create),
    ("GET", "menu/get", directory.menu_get),
    ("GET", "menu/delete", directory.menu_delete),
)
_NOT_COUNTED = ("message/send", "appchat/send")
"""Message calls have limits of their own and do not count in the base limit."""

_Raw = Callable[[web.Request], Awaitable[Answer]]
_Served = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Api:
    """All corps of a sandbox behind one address."""

    def __init__(self, corps: Mapping[str, Corp], faults: Faults) -> None:
        self._corps = corps
        self._faults = faults

    def routes(self) -> list[web.RouteDef]:
        """The routes, to be added to an application."""
        table = [web.get("/cgi-bin/gettoken", self._faulty("gettoken", self._gettoken))]
        for method, path, call in _CALLS:
            table.append(web.route(method, f"/cgi-bin/{path}", self._authorised(path, call)))
            if method == "POST":
                table.append(web.get(f"/cgi-bin/{path}", self._faulty(path, _wrong_method)))
        table.append(web.post("/cgi-bin/webhook/send", self._faulty("webhook/send", self._robot_send)))
        table.append(web.post("/cgi-bin/webhook/upload_media", self._faulty("webhook/upload_media", self._robot_file)))
        return table

    def _authorised(self, path: str, call: Handler) -> _Served:
        async def handler(request: web.Request) -> Answer:
            if not (token := request.query.get("access_token", "")):
                raise Refused(41001, "access_token missing")
            for corp in self._corps.values():
                if (app := corp.app_of(token)) is None:
                    continue
                if path not in _NOT_COUNTED:
                    _count(corp, path)
                if request.content_type.startswith("multipart/"):
                    return await call(Call(corp, app, request.query, b"", await directory.read_upload(request)))
                return await call(Call(corp, app, request.query, await request.read()))
            raise Refused(40014, "invalid access_token")

        return self._faulty(path, handler)

    def _faulty(self, path: str, handler: _Raw) -> _Served:
        async def wrapped(request: web.Request) -> web.StreamResponse:
            if self._faults.slow_s:
                await asyncio.sleep(self._faults.slow_s)
            failure = self._faults.take_failure(path)
            if failure is not None and 500 <= failure < 600:
                return web.Response(status=failure, text="the server is out of order")
            try:
                if failure is not None:
                    raise Refused(failure, "injected")
                answer = await handler(request)
            except Refused as refused:
                answer = _refusal(refused, request.remote or "")
            if self._faults.take("lose_reply"):
                if request.transport is not None:
                    request.transport.abort()
                raise ConnectionResetError("the reply is lost")
            return answer if isinstance(answer, web.StreamResponse) else _answer(answer)

        return wrapped

    async def _gettoken(self, request: web.Request) -> Answer:
        corp_id, secret = request.query.get("corpid", ""), request.query.get("corpsecret", "")
        if not corp_id or not secret:
            raise Refused(41002 if not corp_id else 41004, "corpid or corpsecret missing")
        corp = self._corps.get(corp_id)
        if corp is None:
            raise Refused(40013, "invalid corpid")
        token, left = corp.token_for(secret)
        return ok(access_token=token, expires_in=left)

    async def _robot_send(self, request: web.Request) -> Answer:
        corp, key = self._robot(request)
        body = read_json(await request.read(), refuse_escapes=corp.switches.refuse_escapes)
        return groups.robot_send(corp, key, body)

    async def _robot_file(self, request: web.Request) -> Answer:
        corp, key = self._robot(request)
        return directory.keep_upload(corp, request.query.get("type", ""), await directory.read_upload(request), key)

    def _robot(self, request: web.Request) -> tuple[Corp, str]:
        key = request.query.get("key", "")
        corp = next((c for c in self._corps.values() if key in c.robots), None)
        if corp is None:
            raise Refused(93000, "invalid webhook url")
        return corp, key


async def _wrong_method(_: web.Request) -> Answer:
    """GET on an endpoint that wants POST: a misleading code, as the real one gives."""
    raise Refused(40058, "invalid Request Parameter")


def _count(corp: Corp, path: str) -> None:
    key = ("base", path)
    if not (corp.within(key, BASE_PER_MINUTE, MINUTE) and corp.within(key, BASE_PER_HOUR, HOUR)):
        raise Refused(45009, "api freq out of limit")


def _refusal(refused: Refused, address: str) -> dict[str, Any]:
    """The code, and the text with the tail that varies."""
    tail = f"hint: [sandbox], from ip: {address}, more info at {MORE_INFO}{refused.code}"
    return {"errcode": refused.code, "errmsg": f"{refused.text}, {tail}"}


def _answer(body: dict[str, Any]) -> web.Response:
    return web.Response(text=json.dumps(body, ensure_ascii=False), content_type="application/json")

"""The new-style server API (api.dingtalk.com): a token in a header, HTTP status and a textual code (protocol 2, 3.3, 6, 7)."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import web

from bot.sandbox.dingtalk import cards
from bot.sandbox.dingtalk.org import Org, Refused, Sent, Shown
from bot.sandbox.faults import Faults

TOKEN_HEADER = "x-acs-dingtalk-access-token"
USERS = RECALLS = 20
PARAM_BYTES = 15_000
MESSAGES: dict[str, tuple[str, ...]] = {
    "sampleText": ("content",),
    "sampleMarkdown": ("title", "text"),
    "sampleImageMsg": ("photoURL",),
    "sampleLink": ("title", "text", "picUrl", "messageUrl"),
    "sampleActionCard": ("title", "text", "singleTitle", "singleURL"),
    "sampleAudio": ("mediaId", "duration"),
    "sampleActionCard6": ("title", "text", "buttonTitle1", "buttonUrl1", "buttonTitle2", "buttonUrl2"),
} | {
    f"sampleActionCard{n}": (
        "title", "text", *(f"{part}{i}" for i in range(1, n + 1) for part in ("actionTitle", "actionURL")),
    )
    for n in range(2, 6)
}  # fmt: skip
"""The keys each message must have (protocol section 6.3)."""
Handler = Callable[[Org, dict[str, Any], web.Request], dict[str, Any]]


class Api:
    """Finds the org by its token, checks, counts and answers."""

    def __init__(self, orgs: Mapping[str, Org], faults: Faults) -> None:
        self._orgs, self._faults = orgs, faults

    def routes(self) -> list[web.RouteDef]:
        paid: dict[tuple[str, str], Handler] = {
            ("POST", "/v1.0/robot/oToMessages/batchSend"): _to_people,
            ("POST", "/v1.0/robot/groupMessages/send"): _to_group,
            ("POST", "/v1.0/robot/otoMessages/batchRecall"): _recall,
            ("POST", "/v1.0/robot/groupMessages/recall"): _recall,
            ("POST", "/v1.0/robot/messageFiles/download"): _download,
            ("POST", "/v1.0/card/instances/createAndDeliver"): cards.create,
            ("PUT", "/v1.0/card/instances"): cards.update,
            ("POST", "/v1.0/card/callbacks/register"): cards.register,
        }
        return [
            web.post("/v1.0/oauth2/accessToken", self._token),
            web.get("/dingtalk/files/{corp}/{id}", self._file),
            *(web.route(method, path, self._guarded(path, do)) for (method, path), do in paid.items()),
        ]

    async def _token(self, request: web.Request) -> web.StreamResponse:
        try:
            await self._go_wrong(request.path)
            body = await _body(request)
            org = next((o for o in self._orgs.values() if o.client_id == body.get("appKey")), None)
            if org is None or org.client_secret != body.get("appSecret"):
                raise Refused("invalidClientIdOrSecret", "无效的clientId或者clientSecret")
            return web.json_response({"accessToken": org.new_token(), "expireIn": 7200})
        except Refused as refused:
            return refusal(refused)

    def _guarded(self, path: str, do: Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handle(request: web.Request) -> web.StreamResponse:
            try:
                await self._go_wrong(path)
                token = request.headers.get(TOKEN_HEADER, "")
                org = next((o for o in self._orgs.values() if token and o.holds(token)), None)
                if org is None:
                    raise Refused("InvalidAuthentication", "不合法的access_token", 401)
                body = await _body(request)
                org.paid(path)
                try:
                    answer = do(org, body, request)
                except (AttributeError, KeyError, TypeError, ValueError, IndexError) as error:
                    raise Refused("invalidParameter", str(error)) from error
            except Refused as refused:
                return refusal(refused)
            if self._faults.take("lose_reply"):
                if request.transport is not None:
                    request.transport.close()
                return web.Response(status=504)
            return web.json_response(answer)

        return handle

    async def _go_wrong(self, path: str) -> None:
        if self._faults.slow_s:
            await asyncio.sleep(self._faults.slow_s)
        code = self._faults.take_failure(path.removeprefix("/v1.0/"))
        if code == 500:
            raise Refused("system.error", "系统错误", 500)
        if code == 401:
            raise Refused("InvalidAuthentication", "不合法的access_token", 401)
        if code is not None:
            raise Refused("Forbidden.AccessDenied.QpsLimitForAppkeyAndApi", "qps limit", 403)

    async def _file(self, request: web.Request) -> web.StreamResponse:
        org = self._orgs.get(request.match_info["corp"])
        found = org.media.get(request.match_info["id"]) if org else None
        if found is None:
            raise web.HTTPNotFound(text="no such file")
        return web.Response(body=found.data, content_type="application/octet-stream")


def refusal(refused: Refused) -> web.Response:
    body = {"requestid": "00000000-SANDBOX", "code": refused.code, "message": refused.message}
    return web.json_response(body, status=refused.status)


async def _body(request: web.Request) -> dict[str, Any]:
    try:
        body = json.loads(await request.text())
    except (ValueError, RecursionError) as error:
        raise Refused("invalidJson", "not JSON") from error
    if not isinstance(body, dict):
        raise Refused("invalidJson", "not a JSON object")
    return body


def message(body: Mapping[str, Any]) -> tuple[str, dict[str, str]]:
    """msgKey and msgParam, checked. Raises Refused."""
    key, raw = body.get("msgKey"), body.get("msgParam")
    if key not in MESSAGES:
        raise Refused("invalidParameter.msgKey.invalid", str(key))
    if not isinstance(raw, str):
        raise Refused("invalidParameter.msgParam.invalid", "msgParam is a JSON text")
    if len(raw.encode()) > PARAM_BYTES:
        raise Refused("invalidParameter.msgParam.tooLong", "over 15000 bytes")
    try:
        param = json.loads(raw)
    except ValueError as error:
        raise Refused("invalidParameter.msgParam.invalid", "not JSON") from error
    wanted = MESSAGES[str(key)]
    if not isinstance(param, dict) or not all(isinstance(v, str) for v in param.values()):
        raise Refused("invalidParameter.msgParam.invalid", "all values are texts")
    if missing := [name for name in wanted if not param.get(name)]:
        raise Refused("invalidParameter.msgParam.invalid", f"missing {missing}")
    if re.fullmatch(r"sampleActionCard[2-5]", str(key)) and set(param) - set(wanted):
        raise Refused("invalidParameter.msgParam.invalid", f"unknown {sorted(set(param) - set(wanted))}")
    return str(key), param


def _robot(org: Org, body: Mapping[str, Any]) -> None:
    code = body.get("robotCode")
    if not code:
        raise Refused("invalidParameter.robotCode.empty")
    if code != org.robot_code:
        raise Refused("invalidParameter.robotCode.notExsit")


def _to_people(org: Org, body: dict[str, Any], _: web.Request) -> dict[str, Any]:
    _robot(org, body)
    users = body.get("userIds")
    if not isinstance(users, list) or not users:
        raise Refused("invalidParameter.userIds.empty")
    if len(users) > USERS:
        raise Refused("invalidParameter.userIds.overMax", "over 20 users")
    kind, param = message(body)
    _media_is_there(org, kind, param)
    invalid = [u for u in users if not org.reaches(str(u))]
    held = [u for u in users if u in org.flow_controlled and u not in invalid]
    org.flow_controlled -= set(held)
    shown = [str(u) for u in users if u not in invalid and u not in held]
    key = f"pqk{org.number():08d}"
    org.remember(Sent(key, org.clock.now(), tuple(shown)))
    for userid in shown:
        org.on_show(Shown("member", userid, key, kind, param))
    return {"processQueryKey": key, "invalidStaffIdList": invalid, "flowControlledStaffIdList": held}


def _to_group(org: Org, body: dict[str, Any], _: web.Request) -> dict[str, Any]:
    _robot(org, body)
    conversation_id = body.get("openConversationId")
    if not conversation_id:
        raise Refused("miss.openConversationId")
    group = org.groups.get(str(conversation_id))
    if group is None:
        raise Refused("invalid.openConversationId")
    if not group.robot_in:
        raise Refused("invalidParameter.robotCode.auth", "the robot is not in the group")
    kind, param = message(body)
    _media_is_there(org, kind, param)
    key = f"pqk{org.number():08d}"
    org.remember(Sent(key, org.clock.now(), (), group.conversation_id))
    org.on_show(Shown("group", group.conversation_id, key, kind, param))
    return {"processQueryKey": key}


def _media_is_there(org: Org, kind: str, param: Mapping[str, str]) -> None:
    named = (
        param.get("photoURL") if kind == "sampleImageMsg" else param.get("mediaId") if kind == "sampleAudio" else None
    )
    if named is not None and not named.startswith("http") and named not in org.media:
        raise Refused("invalidParameter.mediaId", "no such media")


def _recall(org: Org, body: dict[str, Any], _: web.Request) -> dict[str, Any]:
    _robot(org, body)
    keys = body.get("processQueryKeys")
    if not isinstance(keys, list) or not keys or len(keys) > RECALLS:
        raise Refused("invalid.processQueryKey")
    done = [k for k in keys if org.recall(str(k), str(body.get("openConversationId") or ""))]
    return {"successResult": done, "failedResult": {k: "processQueryKey.expireTime" for k in keys if k not in done}}


def _download(org: Org, body: dict[str, Any], request: web.Request) -> dict[str, Any]:
    _robot(org, body)
    media_id = org.media_of(str(body.get("downloadCode", "")))
    return {"downloadUrl": f"{request.scheme}://{request.host}/dingtalk/files/{org.corp_id}/{media_id}?Expires=1"}

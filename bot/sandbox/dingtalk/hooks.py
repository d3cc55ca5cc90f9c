"""Webhooks and the old API (oapi.dingtalk.com): HTTP 200 and a number (protocol sections 6.4, 6.5, 6.10)."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from aiohttp import web

from bot.sandbox.dingtalk.org import ROBOT_BARRED, ROBOT_PER_MINUTE, CustomRobot, Org, Refused, Shown
from bot.sandbox.dingtalk.signing import robot_sign
from bot.sandbox.faults import Faults

BODY_BYTES = 20_000
SKEW_S = 3600
AT_MOST = 50
IMAGE_BYTES, VOICE_BYTES = 20 << 20, 2 << 20


class Hooks:
    """Session webhooks, custom robots, media upload."""

    def __init__(self, orgs: Mapping[str, Org], faults: Faults) -> None:
        self._orgs, self._faults = orgs, faults

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/robot/sendBySession", self._session),
            web.post("/robot/send", self._custom),
            web.post("/media/upload", self._upload),
        ]

    async def _session(self, request: web.Request) -> web.StreamResponse:
        """An answer where somebody spoke. Counts to the stream quota, gives no key."""
        try:
            self._go_wrong("robot/sendBySession")
            org, userid, conversation_id = self._session_of(request.query.get("session", ""))
            if not conversation_id and not org.switches.session_in_private:
                raise Refused("400105", "unsupported msgtype or conversation")
            kind, body = await _message(request)
            if org.switches.session_counts and not org.streamed():
                raise Refused("90020", "quota used up")
            shown = ("group", conversation_id) if conversation_id else ("member", userid)
            org.on_show(Shown(*shown, "", kind, body))
        except Refused as refused:
            return _said(refused)
        return self._replied(request)

    async def _custom(self, request: web.Request) -> web.StreamResponse:
        try:
            self._go_wrong("robot/send")
            org, robot = self._robot_of(request.query.get("access_token", ""))
            if robot.secret:
                _check_sign(org, robot, request.query)
            kind, body = await _message(request)
            at = body.get("at") or {}
            if len(at.get("atUserIds", [])) > AT_MOST:
                raise Refused("400105", "too many people")
            if body.get("msgUuid") and body["msgUuid"] in robot.seen:
                return self._replied(request)
            _within_rate(org, robot)
            if not org.streamed():
                raise Refused("90020", "quota used up")
            robot.seen.add(str(body.get("msgUuid")))
            org.on_show(Shown("group", robot.conversation_id, "", kind, body))
        except Refused as refused:
            return _said(refused)
        return self._replied(request)

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        try:
            self._go_wrong("media/upload")
            token, kind = request.query.get("access_token", ""), request.query.get("type")
            org = next((o for o in self._orgs.values() if token and o.holds(token)), None)
            if org is None:
                raise Refused("40014", "不合法的access_token")
            if kind not in ("image", "voice", "video", "file"):
                raise Refused("40035", "type")
            part = (await request.post()).get("media")
            if not isinstance(part, web.FileField):
                raise Refused("40035", "media")
            data = part.file.read()
            if not data or len(data) > (VOICE_BYTES if kind == "voice" else IMAGE_BYTES):
                raise Refused("40009", "file too large or empty")
        except Refused as refused:
            return _said(refused)
        return web.json_response(
            {"errcode": 0, "errmsg": "ok", "type": kind, "media_id": org.keep(data, part.content_type)}
        )

    def _session_of(self, session: str) -> tuple[Org, str, str]:
        for org in self._orgs.values():
            try:
                return org, *org.session_of(session)
            except Refused:
                continue
        raise Refused("300001", "session 不存在")

    def _robot_of(self, token: str) -> tuple[Org, CustomRobot]:
        for org in self._orgs.values():
            if (robot := org.robots.get(token)) is not None:
                return org, robot
        raise Refused("300001", "token is not exist")

    def _go_wrong(self, path: str) -> None:
        code = self._faults.take_failure(path)
        if code is not None:
            raise Refused(str(code), "injected")

    def _replied(self, request: web.Request) -> web.StreamResponse:
        if self._faults.take("lose_reply"):
            if request.transport is not None:
                request.transport.close()
            return web.Response(status=504)
        return web.json_response({"errcode": 0, "errmsg": "ok"})


def _said(refused: Refused) -> web.Response:
    if refused.code == "500":
        return web.Response(status=500)
    return web.json_response({"errcode": int(refused.code), "errmsg": refused.message})


async def _message(request: web.Request) -> tuple[str, dict[str, Any]]:
    """msgtype and body, checked. Raises Refused."""
    if request.content_type != "application/json":
        raise Refused("43004", "Content-Type")
    raw = await request.read()
    if len(raw) > BODY_BYTES:
        raise Refused("460101", "message too long")
    try:
        body = json.loads(raw)
        kind = body["msgtype"]
        part = body[kind]
        match kind:
            case "text":
                good = bool(part["content"])
            case "markdown":
                good = bool(part["title"] and part["text"])
            case "actionCard":
                buttons = part.get("btns") or []
                single = bool(part.get("singleTitle") and part.get("singleURL"))
                named = bool(buttons) and all(b["title"] and b["actionURL"] for b in buttons)
                good = bool(part["title"] and part["text"] and (single or named))
            case _:
                raise Refused("400105", "unsupported msgtype")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Refused("40035", "missing json") from error
    if not good:
        raise Refused("40035", "empty parameter")
    return str(kind), body


def _check_sign(org: Org, robot: CustomRobot, query: Mapping[str, str]) -> None:
    stamp = query.get("timestamp", "")
    if not stamp.isdecimal() or abs(org.clock.now().timestamp() - int(stamp) / 1000) > SKEW_S:
        raise Refused("310000", "invalid timestamp")
    if query.get("sign") != robot_sign(robot.secret, stamp):
        raise Refused("310000", "sign not match")


def _within_rate(org: Org, robot: CustomRobot) -> None:
    now = org.clock.now()
    if robot.barred_until is not None and now < robot.barred_until:
        raise Refused("130101", "send too fast, exceed 20 times per minute")
    while robot.sent and now - robot.sent[0] >= timedelta(minutes=1):
        robot.sent.popleft()
    if len(robot.sent) >= ROBOT_PER_MINUTE:
        robot.barred_until = now + ROBOT_BARRED
        raise Refused("130101", "send too fast, exceed 20 times per minute")
    robot.sent.append(now)

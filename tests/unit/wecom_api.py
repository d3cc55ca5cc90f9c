"""The emulated WeCom's HTTP API behind one address, and the bodies its tests send."""

import io
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import ClientSession, FormData

from bot.sandbox.clock import SandboxClock
from bot.sandbox.faults import Faults
from bot.sandbox.wecom.corp import App, Corp, Member, Replaced, Robot, Shown, Switches

CORP, APP, NARROW = "wwc0ffee", 1000002, 1000003
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
Json = dict[str, Any]


class Platform:
    """One corp behind one address; what people see is collected."""

    def __init__(self, switches: Switches) -> None:
        self.clock = SandboxClock(datetime(2026, 11, 23, 2, 0, tzinfo=UTC))
        self.faults = Faults()
        self.corp = corp = Corp(CORP, self.clock, self.faults, switches)
        for userid in ("li", "wang", "Zhao"):
            corp.members[userid] = Member(userid, userid.title())
        corp.apps[APP] = App(APP, "s3cret", "tok", "k" * 43, "http://127.0.0.1:1/callback")
        corp.apps[NARROW] = App(NARROW, "other", "tok", "k" * 43, "", frozenset({"li"}))
        corp.robots["robot-key"] = Robot("robot-key", "值班群")
        corp.robots["second-key"] = Robot("second-key", "另一群")
        self.shown: list[Shown] = []
        self.replaced: list[Replaced] = []
        self.recalled: list[str] = []
        corp.on_show, corp.on_replace, corp.on_recall = self.shown.append, self.replaced.append, self.recalled.append
        self.base = ""
        self.session: ClientSession
        self.tokens: dict[str, str] = {}

    async def get(self, path: str, **query: str) -> Json:
        async with self.session.get(f"{self.base}/cgi-bin/{path}", params=query) as response:
            return dict(await response.json())

    async def token(self, secret: str = "s3cret") -> str:
        if secret not in self.tokens:
            self.tokens[secret] = (await self.get("gettoken", corpid=CORP, corpsecret=secret))["access_token"]
        return self.tokens[secret]

    async def read(self, path: str, secret: str = "s3cret", **query: str) -> Json:
        return await self.get(path, access_token=await self.token(secret), **query)

    async def call(self, path: str, body: Json, secret: str = "s3cret", **query: str) -> Json:
        raw = json.dumps(body, ensure_ascii=False).encode()
        return await self.post(path, raw, access_token=await self.token(secret), **query)

    async def post(self, path: str, data: bytes | FormData, **query: str) -> Json:
        async with self.session.post(f"{self.base}/cgi-bin/{path}", params=query, data=data) as response:
            assert response.status == 200
            return dict(await response.json())

    async def upload(self, data: bytes, kind: str = "image", filename: str = "a.png") -> Json:
        return await self.post("media/upload", form(data, filename), access_token=await self.token(), type=kind)

    async def robot(self, body: Json, key: str = "robot-key") -> Json:
        return await self.post("webhook/send", json.dumps(body, ensure_ascii=False).encode(), key=key)

    async def chat(self, **fields: Any) -> Json:
        return await self.call(
            "appchat/create", {"name": "值班群", "userlist": ["li", "wang"], "chatid": "duty"} | fields
        )

    def later(self, **by: float) -> None:
        self.clock.advance(timedelta(**by))

    @property
    def texts(self) -> list[tuple[str, str]]:
        return [(s.to, s.body["content"]) for s in self.shown]


Start = Callable[..., Any]


def form(data: bytes, filename: str = "a.png", field: str = "media") -> FormData:
    out = FormData()
    out.add_field(field, io.BytesIO(data), filename=filename, content_type="image/png")
    return out


def text(to: str = "li", content: Any = "您好", **more: Any) -> Json:
    return {"touser": to, "msgtype": "text", "agentid": APP, "text": {"content": content}} | more


def card(task_id: str | None = "t1", to: str = "li", **more: Any) -> Json:
    body: Json = {
        "card_type": "button_interaction",
        "main_title": {"title": "工单待接单"},
        "button_list": [{"text": "接单", "style": 1, "key": "accept"}],
        "task_id": task_id,
    }
    body |= more
    if task_id is None:
        del body["task_id"]
    return {"touser": to, "msgtype": "template_card", "agentid": APP, "template_card": body}


def notice(**more: Any) -> Json:
    link = {"type": 1, "url": "https://example.org"}
    return {"card_type": "text_notice", "main_title": {"title": "已接单"}, "card_action": link} | more


def update(code: str, *userids: str, **more: Any) -> Json:
    body = {"userids": list(userids), "agentid": APP, "response_code": code}
    return body | (more or {"button": {"replace_name": "已接单"}})

"""The sandbox: emulated platforms, phones and the page, behind one HTTP address.

`Sandbox` holds the state; `make_app` serves it: the platforms' APIs, the phones' own small API, the page.
"""

import asyncio
import base64
import binascii
import contextlib
import json
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import ClientSession, web

from bot.sandbox.clock import SandboxClock
from bot.sandbox.dingtalk.api import Api as DingTalkApi
from bot.sandbox.dingtalk.gateway import Gateway
from bot.sandbox.dingtalk.hooks import Hooks
from bot.sandbox.dingtalk.inbound import Messenger
from bot.sandbox.dingtalk.line import DingTalkLine
from bot.sandbox.dingtalk.org import CustomRobot, GroupChat, Org
from bot.sandbox.dingtalk.org import Member as DingTalkMember
from bot.sandbox.dingtalk.org import Switches as DingTalkSwitches
from bot.sandbox.faults import Faults
from bot.sandbox.phones import APP, CannotDo, Chat, Group, Outcome, Phone, Seen
from bot.sandbox.wecom.api import Api
from bot.sandbox.wecom.corp import App, AppChat, Corp, Member, Robot, Switches
from bot.sandbox.wecom.delivery import Courier
from bot.sandbox.wecom.line import WeComLine

PAGE = Path(__file__).with_name("page")
ZONE = ZoneInfo("Asia/Shanghai")
MORNING = time(8, 30)
SKIP_MAX = timedelta(days=31)
DELIVERIES = 50
BEAT_S = 15.0
APP_TITLE = "运维服务台"
_TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}

Skip = Callable[[timedelta], Awaitable[None]]
Explain = Callable[[str], Awaitable[dict[str, Any]]]
Overview = Callable[[], Awaitable[dict[str, Any]]]


@dataclass
class _GroupChat:
    """A group: the phones of its members, and all that was said in it."""

    id: str
    title: str
    phones: list[Phone] = field(default_factory=list)
    all: list[Seen] = field(default_factory=list)


class Sandbox:
    """Everything that is emulated. `on_skip` skips time, this clock included, where others go with it.

    `explain` says what the bot makes of a text and `overview` how the desk stands; without a desk there is neither.
    `next_morning` may know the days on which nobody works.
    """

    def __init__(self, clock: SandboxClock | None = None, switches: Switches | None = None) -> None:
        self.clock = clock or SandboxClock()
        self.faults = Faults()
        self.on_skip: Skip | None = None
        self.explain: Explain | None = None
        self.overview: Overview | None = None
        self.next_morning: Callable[[datetime], datetime] = _next_morning
        self.corps: dict[str, Corp] = {}
        self._switches = switches or Switches()
        self._phones: dict[str, Phone] = {}
        self._groups: dict[str, _GroupChat] = {}
        self._lines: dict[str, WeComLine | DingTalkLine] = {}
        self.orgs: dict[str, Org] = {}
        self.gateway = Gateway(self.orgs, self.faults, self.clock)
        self._base = ""
        self._deliveries: deque[dict[str, Any]] = deque(maxlen=DELIVERIES)
        self._watchers: set[asyncio.Queue[tuple[str, dict[str, Any]]]] = set()
        self._session: ClientSession | None = None
        self._courier = Courier(self.clock, self.faults, self._outgoing)
        self._messenger = Messenger(self.gateway, self.faults, self._outgoing)

    def add_wecom(
        self, *, corp_id: str, agent_id: int, secret: str, token: str, aes_key: str, callback_url: str,
        members: Sequence[Mapping[str, Any]], chats: Sequence[Mapping[str, Any]] = (), robots: Sequence[Mapping[str, Any]] = (),
    ) -> Corp:  # fmt: skip
        """A corp with one self-built app, its members' phones and its groups."""
        corp = Corp(corp_id, self.clock, self.faults, self._switches)
        app = App(agent_id, secret, token, aes_key, callback_url)
        corp.apps[agent_id] = app
        line = WeComLine(corp, app, self._courier, lambda userid: self._phones.get(f"wecom:{corp_id}:{userid}"))
        self._lines[corp_id] = line
        for about in members:
            member = Member(about["userid"], about["name"], about.get("label", ""), bool(about.get("phone", True)))
            corp.members[member.userid] = member
            id = f"wecom:{corp_id}:{member.userid}"
            self._phones[id] = Phone(
                id, member.userid, member.name, member.label, member.phone, line, self.clock,
                self._changed, self._delivered, APP_TITLE,
            )  # fmt: skip
        for about in chats:
            users = list(about["members"])
            corp.chats[about["chatid"]] = AppChat(about["chatid"], about["name"], users[0], users, agent_id)
            self._add_group("wecom", corp_id, about["chatid"], about["name"], users)
        for about in robots:
            corp.robots[about["key"]] = Robot(about["key"], about["name"])
            self._add_group("wecom", corp_id, about["key"], about["name"], about.get("members", ()))
        corp.on_show = lambda shown: line.shown(shown, _Groups(self, corp))
        corp.on_replace = line.replaced
        corp.on_recall = lambda msgid: self._recalled(f"wecom:{corp_id}", msgid)
        self.corps[corp_id] = corp
        return corp

    def add_dingtalk(
        self, *, corp_id: str, client_id: str, client_secret: str, robot_code: str, members: Sequence[Mapping[str, Any]],
        groups: Sequence[Mapping[str, Any]] = (), robots: Sequence[Mapping[str, Any]] = (), templates: Sequence[str] = (),
        mode: str = "stream", callback_url: str = "", switches: DingTalkSwitches | None = None,
    ) -> Org:  # fmt: skip
        """An organisation with one enterprise robot, its members' phones and its groups."""
        org = Org(
            corp_id, client_id, client_secret, robot_code, self.clock, self.faults, switches or DingTalkSwitches(),
            mode, callback_url,
        )  # fmt: skip
        org.templates |= set(templates)
        line = DingTalkLine(
            org, self._messenger, lambda userid: self._phones.get(f"dingtalk:{corp_id}:{userid}"), lambda: self._base,
            lambda chat: self._groups[f"{corp_id}:{chat}"],
        )  # fmt: skip
        self._lines[corp_id] = line
        for about in members:
            member = DingTalkMember(
                about["userid"], about["name"], about.get("label", ""), bool(about.get("phone", True))
            )
            org.members[member.userid] = member
            id = f"dingtalk:{corp_id}:{member.userid}"
            self._phones[id] = Phone(
                id, member.userid, member.name, member.label, member.phone, line, self.clock,
                self._changed, self._delivered, APP_TITLE,
            )  # fmt: skip
        for about in groups:
            users = list(about["members"])
            org.groups[about["id"]] = GroupChat(about["id"], about["name"], users, bool(about.get("robot", True)))
            self._add_group("dingtalk", corp_id, about["id"], about["name"], users)
        for about in robots:
            org.robots[about["token"]] = CustomRobot(
                about["token"], about["name"], about["id"], about.get("secret", "")
            )
        org.on_show, org.on_card = line.shown, line.changed
        org.on_recall = lambda key: self._recalled(f"dingtalk:{corp_id}", key)
        self.orgs[corp_id] = org
        return org

    def phone(self, platform: str, corp_id: str, userid: str) -> Phone:
        """A member's phone. Raises KeyError when there is none."""
        return self._phones[f"{platform}:{corp_id}:{userid}"]

    def group(self, platform: str, corp_id: str, chat_id: str) -> Group:
        """A group, by its chat id or robot key."""
        known = self._groups[f"{corp_id}:{chat_id}"]
        return Group(Chat(known.id, known.title, "group", known.all))

    def line(self, corp_id: str) -> WeComLine:
        """The corp's line, for acts no phone offers (links, videos, raw events). Raises KeyError for another platform's."""
        line = self._lines[corp_id]
        if not isinstance(line, WeComLine):
            raise KeyError(corp_id)
        return line

    def dingtalk_line(self, corp_id: str) -> DingTalkLine:
        """The org's line, for acts no phone offers (rich text, quotes). Raises KeyError for another platform's."""
        line = self._lines[corp_id]
        if not isinstance(line, DingTalkLine):
            raise KeyError(corp_id)
        return line

    def serve_at(self, base: str) -> None:
        """Where this server is reached: session webhooks point there."""
        self._base = base

    async def verify(self, corp_id: str) -> bool:
        """What saving the callback URL in the admin console does."""
        corp = self.corps[corp_id]
        return await self._courier.verify(corp, next(iter(corp.apps.values())))

    def make_app(self) -> web.Application:
        """The application that serves it all."""
        app = web.Application(client_max_size=32 << 20)
        app.add_routes(Api(self.corps, self.faults).routes())
        app.add_routes(DingTalkApi(self.orgs, self.faults).routes())
        app.add_routes(Hooks(self.orgs, self.faults).routes())
        app.add_routes(self.gateway.routes())
        app.add_routes(
            [
                web.get("/", self._index),
                web.get("/page/{name}", self._file),
                web.get("/phones/state", self._state),
                web.get("/phones/events", self._events),
                web.get("/phones/media/{id}", self._media),
                web.post("/phones/{id}/{act}", self._act),
                web.post("/clock/skip", self._skip),
                web.get("/explain", self._explained),
                web.get("/desk", self._desk),
                web.post("/faults", self._set_faults),
            ]
        )
        app.cleanup_ctx.append(self._with_session)
        app.cleanup_ctx.append(self._redelivering)
        app.on_shutdown.append(self._close_watchers)
        return app

    async def _with_session(self, _: web.Application) -> AsyncIterator[None]:
        async with ClientSession() as session:
            self._session = session
            yield
            self._session = None

    async def _redelivering(self, _: web.Application) -> AsyncIterator[None]:
        """While it is served, what was not acknowledged is repeated when its time comes."""

        async def beat() -> None:
            while True:
                await asyncio.sleep(1.0)
                await self.gateway.tick()

        task = asyncio.create_task(beat(), name="sandbox redelivery")
        yield
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task

    def _outgoing(self) -> ClientSession:
        if self._session is None:
            raise RuntimeError("the sandbox is not being served")
        return self._session

    def _add_group(self, platform: str, corp_id: str, chat_id: str, name: str, users: Sequence[str]) -> _GroupChat:
        group = _GroupChat(f"group:{chat_id}", name)
        for userid in users:
            phone = self._phones[f"{platform}:{corp_id}:{userid}"]
            phone.chats[group.id] = Chat(group.id, name, "group")
            group.phones.append(phone)
        self._groups[f"{corp_id}:{chat_id}"] = group
        return group

    def _group_of(self, corp: Corp, chat_id: str) -> _GroupChat:
        """The group of a chat; one created through the API appears with its first message."""
        known = self._groups.get(f"{corp.corp_id}:{chat_id}")
        chat = corp.chats.get(chat_id)
        if known is None and chat is not None:
            known = self._add_group("wecom", corp.corp_id, chat_id, chat.name, chat.members)
        if known is None:
            raise KeyError(chat_id)
        return known

    def _recalled(self, of: str, msgid: str) -> None:
        for phone in self._phones.values():
            for seen in phone.messages:
                if phone.id.startswith(f"{of}:") and seen.msgid == msgid:
                    seen.recalled = True
                    phone.touched()

    def _changed(self, phone_id: str) -> None:
        self._tell("change", {"phones": [phone_id]})

    def _delivered(self, phone: Phone, outcome: Outcome) -> None:
        self._deliveries.append(
            {
                "at": self.clock.now().isoformat(), "phone": phone.name, "what": outcome.what, "status": outcome.status,
                "tries": outcome.tries, "ms": outcome.ms,
            }
        )  # fmt: skip
        self._changed(phone.id)

    def _tell(self, event: str, data: dict[str, Any]) -> None:
        for queue in self._watchers:
            queue.put_nowait((event, data))

    async def _index(self, _: web.Request) -> web.StreamResponse:
        return _page("index.html")

    async def _file(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        if "/" in name or name.startswith(".") or not (PAGE / name).is_file():
            raise web.HTTPNotFound(text="there is no such file")
        return _page(name)

    async def _state(self, _: web.Request) -> web.StreamResponse:
        return _json(
            {
                "now": self.clock.now().isoformat(),
                "phones": [p.as_dict() for p in self._phones.values() if p.shown],
                "deliveries": list(self._deliveries),
                "faults": self.faults.as_dict(),
            }
        )

    async def _media(self, request: web.Request) -> web.StreamResponse:
        homes: list[Corp | Org] = [*self.corps.values(), *self.orgs.values()]
        for home in homes:
            if found := home.media.get(request.match_info["id"]):
                return web.Response(body=found.data, content_type=found.content_type)
        raise web.HTTPNotFound(text="there is no such picture")

    async def _act(self, request: web.Request) -> web.StreamResponse:
        phone = self._phones.get(request.match_info["id"])
        if phone is None:
            return _failed("没有这部手机。", 404)
        body = await _body(request)
        if body is None:
            return _failed("请求不是有效的 JSON。")
        try:
            outcome = await _do(phone, request.match_info["act"], body)
        except CannotDo as reason:
            return _failed(str(reason))
        except (KeyError, TypeError, ValueError, binascii.Error):
            return _failed("缺少内容，或内容格式不对。")
        if outcome is None:
            return _json({"ok": True, "status": 200, "tries": 0})
        if outcome.status not in (200, 0) or (outcome.status == 0 and outcome.tries):
            return _json(
                {
                    "ok": False,
                    "status": outcome.status,
                    "tries": outcome.tries,
                    "error": "消息没有送到服务台，请稍后再发。",
                }
            )
        return _json({"ok": True, "status": outcome.status, "tries": outcome.tries})

    async def _skip(self, request: web.Request) -> web.StreamResponse:
        body = await _body(request) or {}
        now = self.clock.now()
        by = self.next_morning(now) - now if body.get("to") == "next-morning" else None
        seconds = body.get("seconds")
        if by is None and isinstance(seconds, int | float) and 0 <= seconds <= SKIP_MAX.total_seconds():
            by = timedelta(seconds=seconds)
        if by is None:
            return _failed("请给出要快进的秒数。")
        if self.on_skip is not None:
            await self.on_skip(by)
        else:
            self.clock.advance(by)
        told = {"now": self.clock.now().isoformat()}
        self._tell("clock", told)
        return _json(told)

    async def _explained(self, request: web.Request) -> web.StreamResponse:
        if self.explain is None:
            raise web.HTTPNotFound(text="nobody explains here")
        return _json(await self.explain(request.query.get("text", "")))

    async def _desk(self, _: web.Request) -> web.StreamResponse:
        if self.overview is None:
            raise web.HTTPNotFound(text="there is no desk here")
        return _json(await self.overview())

    async def _set_faults(self, request: web.Request) -> web.StreamResponse:
        body = await _body(request)
        if body is None:
            return _failed("请求不是有效的 JSON。")
        try:
            self.faults.set(body)
        except (TypeError, ValueError) as error:
            return _failed(str(error))
        return _json(self.faults.as_dict())

    async def _events(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await response.prepare(request)
        queue: asyncio.Queue[tuple[str, dict[str, Any]]] = asyncio.Queue()
        self._watchers.add(queue)
        try:
            while True:
                try:
                    event, data = await asyncio.wait_for(queue.get(), BEAT_S)
                except TimeoutError:
                    await response.write(b": still here\n\n")
                    continue
                if event == "close":
                    break
                await response.write(f"event: {event}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode())
        except (ConnectionResetError, asyncio.CancelledError):
            pass
        finally:
            self._watchers.discard(queue)
        return response

    async def _close_watchers(self, _: web.Application) -> None:
        self._tell("close", {})
        await self.gateway.shut()


class _Groups(Mapping[str, Any]):
    """The groups of one corp by chat id or robot key."""

    def __init__(self, sandbox: Sandbox, corp: Corp) -> None:
        self._sandbox, self._corp = sandbox, corp

    def __getitem__(self, chat_id: str) -> _GroupChat:
        return self._sandbox._group_of(self._corp, chat_id)

    def __iter__(self) -> Any:
        return iter(self._corp.chats)

    def __len__(self) -> int:
        return len(self._corp.chats)


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


def _next_morning(now: datetime) -> datetime:
    return datetime.combine(now.astimezone(ZONE).date() + timedelta(days=1), MORNING, ZONE)


async def _body(request: web.Request) -> dict[str, Any] | None:
    try:
        body = json.loads(await request.text() or "{}")
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


def _page(name: str) -> web.Response:
    path = PAGE / name
    headers = {"Cache-Control": "no-cache"}
    return web.Response(
        body=path.read_bytes(),
        content_type=_TYPES.get(path.suffix, "application/octet-stream"),
        charset="utf-8",
        headers=headers,
    )


def _json(body: dict[str, Any]) -> web.Response:
    return web.Response(text=json.dumps(body, ensure_ascii=False), content_type="application/json")


def _failed(text: str, status: int = 400) -> web.Response:
    return web.Response(
        status=status,
        text=json.dumps({"ok": False, "error": text}, ensure_ascii=False),
        content_type="application/json",
    )

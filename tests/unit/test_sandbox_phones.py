"""Callbacks as WeCom delivers them, faults, and what people see and may do on their phones. The app here is a stub."""

import asyncio
import json
import xml.etree.ElementTree as ET
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from bot.sandbox.app import application
from bot.sandbox.clock import SandboxClock
from bot.sandbox.phones import CannotDo
from bot.sandbox.platforms import Sandbox
from bot.sandbox.wecom import crypto, delivery
from bot.sandbox.wecom.corp import Switches

CORP, AGENT, TOKEN, KEY = "wwc0ffee", 1000002, "tok", "a" * 43
START = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


class App:
    """An app's callback address: keeps what came, answers as it is told."""

    def __init__(self) -> None:
        self.came: list[tuple[dict[str, str], ET.Element]] = []
        self.answers: list[int | str] = []
        self.hang: asyncio.Event | None = None

    async def callback(self, request: web.Request) -> web.Response:
        query = dict(request.query)
        if request.method == "GET":
            return web.Response(text=crypto.decrypt(KEY, query["echostr"], CORP))
        encrypted = ET.fromstring(await request.text()).findtext("Encrypt", "")
        crypto.check_signature(TOKEN, query["timestamp"], query["nonce"], encrypted, query["msg_signature"])
        self.came.append((query, ET.fromstring(crypto.decrypt(KEY, encrypted, CORP))))
        if self.hang is not None:
            await self.hang.wait()
        answer = self.answers.pop(0) if self.answers else 200
        if isinstance(answer, int):
            return web.Response(status=answer)
        return web.Response(text=answer)

    def values(self, name: str) -> list[str]:
        return [xml.findtext(name, "") for _, xml in self.came]


class World:
    def __init__(self, sandbox: Sandbox, app: App, base: str, session: ClientSession) -> None:
        self.sandbox, self.app, self.base, self.session = sandbox, app, base, session
        self.li = sandbox.phone("wecom", CORP, "li")
        self.wang = sandbox.phone("wecom", CORP, "wang")

    async def api(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        query = {"corpid": CORP, "corpsecret": "s3cret"}
        async with self.session.get(f"{self.base}/cgi-bin/gettoken", params=query) as response:
            token = (await response.json())["access_token"]
        raw = json.dumps(body, ensure_ascii=False)
        async with self.session.post(f"{self.base}/cgi-bin/{path}?access_token={token}", data=raw) as response:
            return dict(await response.json())

    async def sends_card(self, task_id: str, to: str = "li") -> str:
        card = {
            "card_type": "button_interaction",
            "main_title": {"title": "1号 打印机卡纸"},
            "task_id": task_id,
            "button_list": [{"text": "接单", "key": "accept"}, {"text": "退回", "key": "decline"}],
        }
        answer = await self.api(
            "message/send", {"touser": to, "msgtype": "template_card", "agentid": AGENT, "template_card": card}
        )
        assert answer["errcode"] == 0
        return str(answer["response_code"])

    async def post(self, path: str, body: Any) -> tuple[int, dict[str, Any]]:
        async with self.session.post(
            f"{self.base}{path}", data=body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
        ) as response:
            return response.status, await response.json()


@pytest.fixture
async def world() -> AsyncIterator[World]:
    app = App()
    callbacks = web.Application()
    callbacks.router.add_route("*", "/callback", app.callback)
    sandbox = Sandbox(clock=SandboxClock(START))
    async with TestServer(callbacks) as desk, TestServer(application(sandbox)) as page, ClientSession() as session:
        sandbox.add_wecom(
            corp_id=CORP, agent_id=AGENT, secret="s3cret", token=TOKEN, aes_key=KEY, callback_url=str(desk.make_url("/callback")),
            members=[{"userid": "li", "name": "李梅"}, {"userid": "wang", "name": "王强"}, {"userid": "he", "name": "何", "phone": False}],
            chats=[{"chatid": "duty", "name": "值班群", "members": ["li", "wang"]}],
            robots=[{"key": "robot", "name": "告警群", "members": ["wang"]}],
        )  # fmt: skip
        yield World(sandbox, app, str(page.make_url("")).rstrip("/"), session)


async def test_the_verification_get(world: World) -> None:
    assert await world.sandbox.verify(CORP)


async def test_every_kind_of_message_and_event(world: World) -> None:
    await world.li.says("卡纸]]>了 <b>")
    await world.li.sends_photo()
    await world.li.sends_voice(3)
    await world.li.sends_location(23.1, 113.2, "三楼")
    await world.li.enters()
    await world.li.clicks_menu("mine")
    line = world.sandbox.line(CORP)
    await line.video("li")
    await line.link("li", "标题", "https://example.org")
    await line.event("li", "inactive_alert", {"EffectTime": 1})
    kinds = ["text", "image", "voice", "location", "event", "event", "video", "link", "event"]
    assert world.app.values("MsgType") == kinds
    assert world.app.values("Event")[4:6] == ["enter_agent", "click"]
    assert world.app.values("Content")[0] == "卡纸]]>了 <b>"
    ids = [i for i in world.app.values("MsgId") if i]
    assert len(set(ids)) == len(ids) == 6
    assert all(int(i) > 2**53 for i in ids)
    assert {xml.findtext("FromUserName") for _, xml in world.app.came} == {"li"}


async def test_what_is_typed_in_a_group_never_reaches_the_app(world: World) -> None:
    assert await world.li.says("大家好", "group:duty") is None
    assert world.app.came == []


async def test_three_tries_and_the_same_message_each_time(world: World) -> None:
    world.app.answers = [500, 503, 200]
    outcome = await world.li.says("卡纸")
    assert outcome is not None
    assert (outcome.status, outcome.tries) == (200, 3)
    assert len(set(world.app.values("MsgId"))) == 1
    assert len({query["nonce"] for query, _ in world.app.came}) == 1


async def test_after_three_failures_it_is_given_up(world: World) -> None:
    world.app.answers = [500, 500, 500, 200]
    outcome = await world.li.says("卡纸")
    assert outcome is not None
    assert (outcome.status, outcome.tries) == (500, 3)


async def test_no_answer_in_time_is_a_failure(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "TIMEOUT_S", 0.05)
    world.app.hang = asyncio.Event()
    outcome = await world.li.says("卡纸")
    world.app.hang.set()
    assert outcome is not None
    assert (outcome.status, outcome.tries) == (0, 3)


async def test_duplicate_drop_reorder_and_stale(world: World) -> None:
    faults = world.sandbox.faults
    faults.duplicate_next(1)
    await world.li.says("一")
    assert world.app.values("Content") == ["一", "一"]
    faults.set({"drop": 1})
    await world.li.says("二")
    faults.set({"reorder": 1})
    await world.li.says("三")
    await world.li.says("四")
    assert world.app.values("Content")[2:] == ["四", "三"]
    faults.set({"stale": 1})
    await world.li.says("五")
    assert int(world.app.came[-1][0]["timestamp"]) == int((START - timedelta(minutes=10)).timestamp())


async def test_a_retry_may_also_carry_a_new_nonce() -> None:
    assert Switches().retry_repeats_nonce
    clock = SandboxClock(START)
    sandbox = Sandbox(clock=clock, switches=Switches(retry_repeats_nonce=False))
    app = App()
    callbacks = web.Application()
    callbacks.router.add_route("*", "/callback", app.callback)
    async with TestServer(callbacks) as desk, TestServer(application(sandbox)):
        sandbox.add_wecom(
            corp_id=CORP, agent_id=AGENT, secret="s", token=TOKEN, aes_key=KEY,
            callback_url=str(desk.make_url("/callback")), members=[{"userid": "li", "name": "李梅"}],
        )  # fmt: skip
        sandbox.faults.duplicate_next(1)
        await sandbox.phone("wecom", CORP, "li").says("一")
    assert len({query["nonce"] for query, _ in app.came}) == 2


async def test_unknown_faults_are_refused(world: World) -> None:
    assert (await world.post("/faults", {"explode": 1}))[0] == 400
    assert (await world.post("/faults", {"drop": "x"}))[0] == 400
    assert (await world.post("/faults", "no json"))[0] == 400
    status, now = await world.post("/faults", {"drop": 2, "fail": {"message/send": [45009]}})
    assert (status, now["drop"], now["fail"]) == (200, 2, {"message/send": [45009]})


async def test_a_card_its_press_and_its_replacement(world: World) -> None:
    code = await world.sends_card("t1-offer")
    assert world.li.buttons == ["接单", "退回"]
    await world.li.presses("接单")
    _, event = world.app.came[-1]
    assert [event.findtext(n) for n in ("Event", "EventKey", "TaskId")] == ["template_card_event", "accept", "t1-offer"]
    fresh = event.findtext("ResponseCode")
    assert fresh
    assert fresh != code
    update = {"userids": ["li"], "agentid": AGENT, "response_code": fresh, "button": {"replace_name": "已接单"}}
    assert (await world.api("message/update_template_card", update))["errcode"] == 0
    assert world.li.buttons == []
    with pytest.raises(CannotDo, match="没有可以点的"):
        await world.li.presses("接单")
    await world.li.presses("接单", force=True)
    assert len(world.app.came) == 2


async def test_a_card_that_is_pressed_but_not_updated_can_be_pressed_again(world: World) -> None:
    await world.sends_card("t1")
    await world.li.presses("接单")
    await world.li.presses("accept")
    assert len({xml.findtext("ResponseCode") for _, xml in world.app.came}) == 2


async def test_recall_and_groups(world: World) -> None:
    sent = await world.api(
        "message/send", {"touser": "li", "msgtype": "text", "agentid": AGENT, "text": {"content": "你好"}}
    )
    assert world.li.texts == ["你好"]
    await world.api("message/recall", {"msgid": sent["msgid"]})
    assert world.li.texts == []
    body = {"chatid": "duty", "msgtype": "markdown", "markdown": {"content": "**超时**"}}
    assert (await world.api("appchat/send", body))["errcode"] == 0
    assert world.sandbox.group("wecom", CORP, "duty").last_text == "**超时**"
    assert world.wang.chats["group:duty"].messages[-1].kind == "markdown"
    assert (await world.post("/cgi-bin/webhook/send?key=robot", {"msgtype": "text", "text": {"content": "告警"}}))[1][
        "errcode"
    ] == 0
    assert world.sandbox.group("wecom", CORP, "robot").last_text == "告警"


async def test_a_group_made_by_the_app_appears_with_its_first_message(world: World) -> None:
    made = await world.api(
        "appchat/create", {"name": "作战室", "owner": "li", "userlist": ["li", "wang"], "chatid": "war1"}
    )
    assert made == {"errcode": 0, "errmsg": "ok", "chatid": "war1"}
    assert "group:war1" not in world.wang.chats
    await world.api("appchat/send", {"chatid": "war1", "msgtype": "text", "text": {"content": "集合"}})
    assert world.wang.chats["group:war1"].messages[-1].text == "集合"


async def test_a_passive_reply_shows_for_the_one_who_acted(world: World) -> None:
    plain = "<xml><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[收到]]></Content></xml>"
    encrypted = crypto.encrypt(KEY, plain, CORP)
    signature = crypto.signature(TOKEN, "1", "n", encrypted)
    world.app.answers = [
        f"<xml><Encrypt>{encrypted}</Encrypt><MsgSignature>{signature}</MsgSignature><TimeStamp>1</TimeStamp><Nonce>n</Nonce></xml>"
    ]
    await world.li.says("你好")
    assert world.li.texts[-1] == "收到"
    assert world.wang.texts == []
    world.app.answers = ["<xml><Encrypt>broken</Encrypt></xml>"]
    await world.li.says("你好")
    assert world.li.texts[-1] == "你好"


async def test_the_page_is_served_and_its_files_only(world: World) -> None:
    for path, kind in (("/", "text/html"), ("/page/page.css", "text/css"), ("/page/page.js", "text/javascript")):
        async with world.session.get(f"{world.base}{path}") as response:
            assert response.status == 200
            assert response.content_type == kind
    for path in ("/page/none.js", "/page/..%2Fapp.py", "/page/.hidden"):
        async with world.session.get(f"{world.base}{path}") as response:
            assert response.status == 404


async def test_acts_over_http(world: World) -> None:
    phone = f"/phones/wecom:{CORP}:li"
    assert (await world.post(f"{phone}/say", {"text": "卡纸"}))[1] == {"ok": True, "status": 200, "tries": 1}
    assert (await world.post(f"{phone}/photo", {"data": "data:image/png;base64,iVBORw0KGgo="}))[0] == 200
    assert (await world.post(f"{phone}/voice", {"seconds": 2}))[0] == 200
    assert (await world.post(f"{phone}/location", {"latitude": 23, "longitude": 113, "label": "三楼"}))[0] == 200
    assert (await world.post(f"{phone}/enter", {}))[0] == 200
    assert (await world.post(f"{phone}/menu", {"key": "mine"}))[0] == 200
    assert (await world.post("/phones/wecom:x:nobody/say", {"text": "x"}))[0] == 404
    for act, body in (
        ("say", {}),
        ("say", "no json"),
        ("photo", {"data": "%%%"}),
        ("press", {"message": "m1", "key": "x"}),
        ("fly", {}),
    ):
        status, answer = await world.post(f"{phone}/{act}", body)
        assert (status, answer["ok"]) == (400, False)
        assert answer["error"]
    world.app.answers = [500, 500, 500]
    assert (await world.post(f"{phone}/say", {"text": "卡纸"}))[1]["ok"] is False


async def test_state_events_and_time(world: World) -> None:
    skipped: list[timedelta] = []

    async def on_skip(by: timedelta) -> None:
        skipped.append(by)
        world.sandbox.clock.advance(by)

    world.sandbox.on_skip = on_skip
    async with world.session.get(f"{world.base}/phones/events") as events:
        await world.li.says("卡纸")
        first = await events.content.readuntil(b"\n\n")
        assert first.startswith(b"event: change")
        assert f"wecom:{CORP}:li".encode() in first
    async with world.session.get(f"{world.base}/phones/state") as response:
        state = await response.json()
    assert [p["name"] for p in state["phones"]] == ["李梅", "王强"]
    assert state["phones"][0]["chats"][0]["messages"][0]["from"] == "me"
    assert state["deliveries"][0]["status"] == 200
    assert (await world.post("/clock/skip", {"seconds": 60}))[1]["now"] == (START + timedelta(minutes=1)).isoformat()
    assert (await world.post("/clock/skip", {"to": "next-morning"}))[1]["now"] == "2026-11-24T00:30:00+00:00"
    assert len(skipped) == 2
    assert (await world.post("/clock/skip", {"seconds": -1}))[0] == 400
    assert (await world.post("/clock/skip", {}))[0] == 400


async def test_explanations_come_from_the_hook(world: World) -> None:
    async with world.session.get(f"{world.base}/explain?text=x") as response:
        assert response.status == 404

    async def explain(text: str) -> dict[str, Any]:
        return {"decision": text}

    world.sandbox.explain = explain
    async with world.session.get(f"{world.base}/explain?text=卡纸") as response:
        assert await response.json() == {"decision": "卡纸"}


async def test_how_the_desk_stands_comes_from_the_hook(world: World) -> None:
    async with world.session.get(f"{world.base}/desk") as response:
        assert response.status == 404

    async def overview() -> dict[str, Any]:
        return {"people": []}

    world.sandbox.overview = overview
    async with world.session.get(f"{world.base}/desk") as response:
        assert await response.json() == {"people": []}

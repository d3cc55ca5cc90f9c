"""The emulated DingTalk over real HTTP and WebSocket: what it shows, what it refuses and with which code."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType, WSServerHandshakeError
from aiohttp.test_utils import TestServer

from bot.sandbox.app import application
from bot.sandbox.clock import SandboxClock
from bot.sandbox.dingtalk.org import Org, Switches
from bot.sandbox.dingtalk.signing import card_sign, robot_sign
from bot.sandbox.phones import CannotDo
from bot.sandbox.platforms import Sandbox

SIGNS = json.loads((Path(__file__).parent.parent / "data/vectors/dingtalk_sign.json").read_text("utf-8"))
Json = dict[str, Any]
ORG, GROUP, HOOK = "dingX", "cidG==", "hooktoken"


class Platform:
    """One org behind one address, and a client that speaks to it as an app would."""

    def __init__(self, sandbox: Sandbox, session: ClientSession, base: str) -> None:
        self.sandbox, self.session, self.base = sandbox, session, base
        self.org: Org = sandbox.orgs[ORG]
        self.clock = sandbox.clock

    async def token(self) -> str:
        async with self.session.post(
            f"{self.base}/v1.0/oauth2/accessToken", json={"appKey": "key", "appSecret": "secret"}
        ) as answer:
            return str((await answer.json())["accessToken"])

    async def call(self, path: str, body: object, method: str = "POST", token: str | None = None) -> tuple[int, Json]:
        headers = {"x-acs-dingtalk-access-token": await self.token() if token is None else token}
        async with self.session.request(method, f"{self.base}/v1.0/{path}", json=body, headers=headers) as answer:
            return answer.status, dict(await answer.json())

    async def hook(self, path: str, body: object, **query: str) -> Json:
        async with self.session.post(f"{self.base}/{path}", json=body, params=query) as answer:
            assert answer.status == 200
            return dict(await answer.json())

    async def send(self, key: str = "sampleText", param: object = None, **change: Any) -> tuple[int, Json]:
        raw = param if isinstance(param, str) else json.dumps({"content": "你好"} if param is None else param)
        body = {"robotCode": "key", "userIds": ["wang"], "msgKey": key, "msgParam": raw} | change
        return await self.call("robot/oToMessages/batchSend", body)

    async def open(self, accept: str = "application/json", **change: Any) -> tuple[int, Any]:
        body = {
            "clientId": "key",
            "clientSecret": "secret",
            "subscriptions": [{"type": "CALLBACK", "topic": "x"}],
        } | change
        async with self.session.post(
            f"{self.base}/v1.0/gateway/connections/open", json=body, headers={"Accept": accept}
        ) as answer:
            return answer.status, await answer.json() if "json" in answer.content_type else await answer.text()

    async def connect(self) -> ClientWebSocketResponse:
        _, opened = await self.open()
        return await self.session.ws_connect(opened["endpoint"], params={"ticket": opened["ticket"]})


@pytest.fixture
async def platform() -> AsyncIterator[Platform]:
    sandbox = Sandbox(clock=SandboxClock(datetime(2026, 11, 23, 2, 0, tzinfo=UTC)))
    sandbox.add_dingtalk(
        corp_id=ORG, client_id="key", client_secret="secret", robot_code="key",
        members=[{"userid": u, "name": u.title()} for u in ("wang", "li")],
        groups=[{"id": GROUP, "name": "群", "members": ["wang", "li"]}, {"id": "cidOut", "name": "外", "members": [], "robot": False}],
        robots=[{"token": HOOK, "name": "通知", "id": GROUP, "secret": "SEC1"}], templates=["t.schema"],
    )  # fmt: skip
    async with TestServer(application(sandbox)) as server, ClientSession() as session:
        base = str(server.make_url("")).rstrip("/")
        sandbox.serve_at(base)
        yield Platform(sandbox, session, base)


async def frame(socket: ClientWebSocketResponse) -> Json:
    async with asyncio.timeout(5):
        message = await socket.receive()
    assert message.type is WSMsgType.TEXT
    return dict(json.loads(message.data))


async def acknowledge(socket: ClientWebSocketResponse, got: Json, data: object = None, code: int = 200) -> None:
    answer = {
        "code": code,
        "headers": {"messageId": got["headers"]["messageId"]},
        "data": json.dumps(data or {"response": None}),
    }
    await socket.send_str(json.dumps(answer))


def test_signatures_are_the_published_ones() -> None:
    for case in SIGNS["robot_sign"]["cases"]:
        assert robot_sign(case["secret"], case["timestamp"]) == case["sign"]
    for case in SIGNS["timestamp_hmac"]["cases"]:
        assert card_sign(case["secret"], case["timestamp"]) == case["signature"]


async def test_a_token_is_repeated_while_valid_and_expires(platform: Platform) -> None:
    first = await platform.token()
    assert await platform.token() == first
    platform.clock.advance(timedelta(hours=3))
    status, answer = await platform.call("robot/oToMessages/batchSend", {}, token=first)
    assert (status, answer["code"]) == (401, "InvalidAuthentication")
    assert await platform.token() != first


async def test_a_message_reaches_members_and_failures_hide_in_a_200(platform: Platform) -> None:
    platform.org.flow_controlled.add("li")
    status, answer = await platform.send(userIds=["wang", "li", "nobody"])
    assert status == 200 and answer["processQueryKey"]
    assert (answer["invalidStaffIdList"], answer["flowControlledStaffIdList"]) == (["nobody"], ["li"])
    assert platform.sandbox.phone("dingtalk", ORG, "wang").texts == ["你好"]
    assert platform.sandbox.phone("dingtalk", ORG, "li").texts == []
    assert (await platform.send(userIds=["li"]))[1]["flowControlledStaffIdList"] == []


CARD2 = {"title": "t", "text": "x", "actionTitle1": "a", "actionURL1": "u", "actionTitle2": "b", "actionURL2": "u"}


@pytest.mark.parametrize(
    "key, param, change, code",
    [
        ("sampleText", None, {"robotCode": ""}, "invalidParameter.robotCode.empty"),
        ("sampleText", None, {"robotCode": "other"}, "invalidParameter.robotCode.notExsit"),
        ("sampleText", None, {"userIds": ["u"] * 21}, "invalidParameter.userIds.overMax"),
        ("sampleText", None, {"userIds": "wang"}, "invalidParameter.userIds.empty"),
        ("sampleTexts", None, {}, "invalidParameter.msgKey.invalid"),
        ("sampleText", "{", {}, "invalidParameter.msgParam.invalid"),
        ("sampleText", {"content": 7}, {}, "invalidParameter.msgParam.invalid"),
        ("sampleText", {"content": ""}, {}, "invalidParameter.msgParam.invalid"),
        ("sampleText", {"content": "长" * 5001}, {}, "invalidParameter.msgParam.tooLong"),
        (
            "sampleActionCard2",
            {k: v for k, v in CARD2.items() if k != "actionURL2"},
            {},
            "invalidParameter.msgParam.invalid",
        ),
        (
            "sampleActionCard2",
            CARD2 | {"actionTitle3": "c", "actionURL3": "u"},
            {},
            "invalidParameter.msgParam.invalid",
        ),
        ("sampleImageMsg", {"photoURL": "@nothing"}, {}, "invalidParameter.mediaId"),
    ],
)
async def test_what_a_send_is_refused_for(platform: Platform, key: str, param: Any, change: Json, code: str) -> None:
    status, answer = await platform.send(key, param, **change)
    assert (status, answer["code"]) == (400, code)


async def test_groups(platform: Platform) -> None:
    body = {"robotCode": "key", "msgKey": "sampleText", "msgParam": '{"content":"大家好"}'}
    path = "robot/groupMessages/send"
    assert (await platform.call(path, body | {"openConversationId": GROUP}))[0] == 200
    assert platform.sandbox.group("dingtalk", ORG, GROUP).texts == ["大家好"]
    assert (await platform.call(path, body))[1]["code"] == "miss.openConversationId"
    assert (await platform.call(path, body | {"openConversationId": "x"}))[1]["code"] == "invalid.openConversationId"
    assert (await platform.call(path, body | {"openConversationId": "cidOut"}))[1][
        "code"
    ] == "invalidParameter.robotCode.auth"


async def test_twenty_a_second_and_the_months_quota(platform: Platform) -> None:
    answers = [await platform.send() for _ in range(21)]
    assert [s for s, _ in answers] == [200] * 20 + [403]
    assert answers[-1][1]["code"] == "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi"
    platform.clock.advance(timedelta(seconds=1))
    platform.org.switches.api_calls_per_month = 21
    assert (await platform.send())[0] == 200
    assert (await platform.send())[1]["code"] == "Forbidden.AccessDenied.ApiCountLimitForOrg"
    platform.clock.advance(timedelta(days=10))
    assert (await platform.send())[0] == 200, "a new month"


async def test_recall_within_a_day(platform: Platform) -> None:
    key = (await platform.send())[1]["processQueryKey"]
    body = {"robotCode": "key", "processQueryKeys": [key, "unknown"]}
    answer = (await platform.call("robot/otoMessages/batchRecall", body))[1]
    assert answer["successResult"] == [key] and list(answer["failedResult"]) == ["unknown"]
    assert platform.sandbox.phone("dingtalk", ORG, "wang").texts == []
    late = (await platform.send())[1]["processQueryKey"]
    platform.clock.advance(timedelta(hours=25))
    answer = (await platform.call("robot/otoMessages/batchRecall", {"robotCode": "key", "processQueryKeys": [late]}))[1]
    assert answer["successResult"] == []


async def test_files(platform: Platform) -> None:
    code = platform.org.new_code(platform.org.keep(b"bytes", "image/png"))
    status, answer = await platform.call("robot/messageFiles/download", {"robotCode": "key", "downloadCode": code})
    async with platform.session.get(answer["downloadUrl"]) as found:
        assert await found.read() == b"bytes"
    platform.clock.advance(timedelta(hours=3))
    status, answer = await platform.call("robot/messageFiles/download", {"robotCode": "key", "downloadCode": code})
    assert (status, answer["code"]) == (400, "invalidParameter.downloadCode")


async def test_a_session_webhook_where_it_works_until_it_dies(platform: Platform) -> None:
    text = {"msgtype": "text", "text": {"content": "收到"}}
    private, _ = platform.org.new_session("wang", "")
    group, _ = platform.org.new_session("wang", GROUP)
    assert (await platform.hook("robot/sendBySession", text, session=private))["errcode"] == 400105
    platform.org.switches.session_in_private = True
    assert (await platform.hook("robot/sendBySession", text, session=private))["errcode"] == 0
    assert (await platform.hook("robot/sendBySession", text, session=group))["errcode"] == 0
    assert platform.sandbox.phone("dingtalk", ORG, "wang").texts == ["收到"]
    assert platform.sandbox.group("dingtalk", ORG, GROUP).texts == ["收到"]
    platform.clock.advance(timedelta(minutes=91))
    assert (await platform.hook("robot/sendBySession", text, session=group))["errcode"] == 300001


async def test_a_custom_robot(platform: Platform) -> None:
    stamp = str(int(platform.clock.now().timestamp() * 1000))
    signed = {"access_token": HOOK, "timestamp": stamp, "sign": robot_sign("SEC1", stamp)}
    said = {"msgtype": "markdown", "markdown": {"title": "t", "text": "**x**"}, "msgUuid": "u1"}
    assert (await platform.hook("robot/send", said, **signed))["errcode"] == 0
    assert (await platform.hook("robot/send", said, **signed))["errcode"] == 0
    assert len(platform.sandbox.group("dingtalk", ORG, GROUP).texts) == 1, "msgUuid makes a repeat harmless"
    assert (await platform.hook("robot/send", said, **signed | {"sign": "no"}))["errcode"] == 310000
    assert (await platform.hook("robot/send", said, access_token="x"))["errcode"] == 300001
    assert (await platform.hook("robot/send", {"msgtype": "text", "text": {"content": "x" * 20_000}}, **signed))[
        "errcode"
    ] == 460101
    assert (await platform.hook("robot/send", {"msgtype": "image"}, **signed))["errcode"] in (40035, 400105)
    for number in range(19):
        assert (await platform.hook("robot/send", said | {"msgUuid": f"n{number}"}, **signed))["errcode"] == 0
    assert (await platform.hook("robot/send", said | {"msgUuid": "last"}, **signed))["errcode"] == 130101


def card(**change: Any) -> Json:
    return {
        "cardTemplateId": "t.schema", "outTrackId": "t1", "callbackType": "STREAM",
        "cardData": {"cardParamMap": {"title": "派单", "button1": "接单", "verb1": "accept", "button2": "退回", "verb2": "no"}},
        "openSpaceId": "dtv1.card//IM_ROBOT.wang", "imRobotOpenSpaceModel": {"supportForward": False},
        "imRobotOpenDeliverModel": {"spaceType": "IM_ROBOT", "robotCode": "key"},
    } | change  # fmt: skip


CREATE = "card/instances/createAndDeliver"


@pytest.mark.parametrize(
    "change, code",
    [
        ({"outTrackId": ""}, "param.outTrackIdEmpty"),
        ({"cardTemplateId": "other"}, "param.templateNotExist"),
        ({"cardTemplateId": "other.draft"}, "param.templateUnpublished"),
        ({"callbackType": "HTTP"}, "param.callbackTypeInvalid"),
        ({"cardData": {"cardParamMap": {"title": 7}}}, "param.invalid"),
        ({"cardData": {"cardParamMap": {"title": "长" * 342}}}, "param.invalid"),
        ({"imRobotOpenDeliverModel": {}}, "param.openDeliverModelError"),
        ({"imRobotOpenSpaceModel": {}}, "param.openSpaceModelError"),
        ({"openSpaceId": "dtv1.card//IM_GROUP.x"}, "param.openSpaceIdInvalid"),
    ],
)
async def test_what_a_card_is_refused_for(platform: Platform, change: Json, code: str) -> None:
    status, answer = await platform.call(CREATE, card(**change))
    assert (status, answer["code"]) == (400, code)


async def test_a_card_is_created_once_updated_and_overwritten(platform: Platform) -> None:
    phone = platform.sandbox.phone("dingtalk", ORG, "wang")
    assert (await platform.call(CREATE, card()))[1]["result"]["deliverResults"][0]["success"] is True
    assert (await platform.call(CREATE, card()))[1]["code"] == "param.cardAlreadyExist"
    hidden = (await platform.call(CREATE, card(outTrackId="t2", openSpaceId="dtv1.card//IM_ROBOT.nobody")))[1]
    assert hidden["success"] is True and hidden["result"]["deliverResults"][0]["success"] is False
    change = {"outTrackId": "t1", "cardData": {"cardParamMap": {"label": "已接单"}}}
    merged = change | {"cardUpdateOptions": {"updateCardDataByKey": True}}
    assert (await platform.call("card/instances", merged, "PUT"))[0] == 200
    assert (phone.card["title"], phone.card["replaced"]) == ("派单", "已接单")
    assert (await platform.call("card/instances", change, "PUT"))[0] == 200
    assert phone.card["title"] == "", "without the option everything is overwritten"
    assert (await platform.call("card/instances", change | {"outTrackId": "x"}, "PUT"))[1][
        "code"
    ] == "param.cardNotExist"


async def test_the_gateway_opens_only_for_its_app(platform: Platform) -> None:
    assert (await platform.open(clientSecret="no"))[0] == 401
    assert (await platform.open(subscriptions=[{"type": "OTHER"}]))[0] == 400
    assert "<endpoint>" in (await platform.open(accept="*/*"))[1], "XML unless JSON is asked for"
    _, opened = await platform.open()
    platform.clock.advance(timedelta(seconds=91))
    with pytest.raises(WSServerHandshakeError):
        await platform.session.ws_connect(opened["endpoint"], params={"ticket": opened["ticket"]})
    _, opened = await platform.open()
    async with platform.session.ws_connect(opened["endpoint"], params={"ticket": opened["ticket"]}):
        with pytest.raises(WSServerHandshakeError):
            await platform.session.ws_connect(opened["endpoint"], params={"ticket": opened["ticket"]})


async def test_a_message_is_a_frame_and_is_repeated_until_acknowledged(platform: Platform) -> None:
    phone, socket = platform.sandbox.phone("dingtalk", ORG, "wang"), await platform.connect()
    saying = asyncio.create_task(phone.says("打印机卡纸"))
    got = await frame(socket)
    body = json.loads(got["data"])
    assert (got["type"], got["headers"]["topic"], body["text"]["content"]) == (
        "CALLBACK",
        "/v1.0/im/bot/messages/get",
        "打印机卡纸",
    )
    assert body["sessionWebhook"].startswith(f"{platform.base}/robot/sendBySession?session=")
    await acknowledge(socket, got, code=500)
    assert (await saying).status == 0
    platform.clock.advance(timedelta(seconds=15))
    await platform.sandbox.gateway.tick()
    assert len(platform.sandbox.gateway.unacked) == 1
    platform.clock.advance(timedelta(seconds=1))
    repeating = asyncio.create_task(platform.sandbox.gateway.tick())
    again = await frame(socket)
    assert (
        json.loads(again["data"])["msgId"] == body["msgId"]
        and again["headers"]["messageId"] != got["headers"]["messageId"]
    )
    await acknowledge(socket, again)
    await repeating
    assert platform.sandbox.gateway.unacked == []
    await socket.close()


async def test_without_a_connection_a_message_is_lost(platform: Platform) -> None:
    assert (await platform.sandbox.phone("dingtalk", ORG, "wang").says("在吗")).status == 0
    assert len(platform.sandbox.gateway.lost) == 1 and platform.sandbox.gateway.unacked == []


async def test_after_a_disconnect_frame_only_the_new_connection_is_used(platform: Platform) -> None:
    gateway, old = platform.sandbox.gateway, await platform.connect()
    await gateway.disconnect(platform.org)
    assert (await frame(old))["headers"]["topic"] == "disconnect"
    new = await platform.connect()
    phone = platform.sandbox.phone("dingtalk", ORG, "wang")
    for _ in range(5):
        saying = asyncio.create_task(phone.says("x"))
        await acknowledge(new, await frame(new))
        assert (await saying).status == 200
    platform.clock.advance(timedelta(seconds=9))
    await gateway.tick()
    assert len(gateway.connections) == 2
    platform.clock.advance(timedelta(seconds=1))
    closing = asyncio.create_task(gateway.tick())
    assert (await old.receive()).type is WSMsgType.CLOSE, "ten seconds after the announcement"
    await closing
    gateway.silence(platform.org)
    assert (await phone.says("x")).status == 0
    gateway.silence(platform.org, False)
    await gateway.close_clean(platform.org)
    assert (await new.receive()).type is WSMsgType.CLOSE
    await old.close()


async def test_a_press_is_a_callback_whose_answer_changes_the_card(platform: Platform) -> None:
    phone, socket = platform.sandbox.phone("dingtalk", ORG, "wang"), await platform.connect()
    await platform.call(CREATE, card())
    pressing = asyncio.create_task(phone.presses("接单"))
    got = await frame(socket)
    data = json.loads(got["data"])
    assert (data["outTrackId"], data["userId"], data["corpId"]) == ("t1", "wang", ORG)
    assert json.loads(data["content"])["cardPrivateData"]["params"] == {"verb": "accept"}
    change = {"cardUpdateOptions": {"updateCardDataByKey": True}, "cardData": {"cardParamMap": {"label": "已接单"}}}
    await acknowledge(socket, got, {"response": change})
    assert (await pressing).status == 200 and phone.card["replaced"] == "已接单"
    await socket.close()


async def test_a_line_button_says_its_line_and_a_link_only_opens(platform: Platform) -> None:
    link = "dtmd://dingtalkclient/sendMessage?content=%E6%8E%A5%E5%8D%95%2017"
    await platform.send("sampleActionCard2", CARD2 | {"actionURL1": link, "actionURL2": "https://x"})
    phone, socket = platform.sandbox.phone("dingtalk", ORG, "wang"), await platform.connect()
    pressing = asyncio.create_task(phone.presses("a"))
    got = await frame(socket)
    assert json.loads(got["data"])["text"]["content"] == "接单 17"
    await acknowledge(socket, got)
    await pressing
    assert phone.last.text == "接单 17" and phone.last.sender == "me"
    with pytest.raises(CannotDo):
        await phone.presses("b")
    platform.org.switches.dtmd_works = False
    with pytest.raises(CannotDo):
        await phone.presses("a")
    await socket.close()


async def test_over_quota_messages_come_without_words(platform: Platform) -> None:
    platform.org.switches = Switches(stream_messages_per_month=0)
    socket = await platform.connect()
    saying = asyncio.create_task(platform.sandbox.phone("dingtalk", ORG, "wang").says("打印机卡纸"))
    got = await frame(socket)
    body = json.loads(got["data"])
    assert body["errorCode"] == 20001 and "text" not in body
    await acknowledge(socket, got)
    await saying
    await socket.close()


async def test_webhooks_stop_with_the_months_messages(platform: Platform) -> None:
    platform.org.switches = Switches(stream_messages_per_month=0, session_in_private=True)
    session, _ = platform.org.new_session("wang", "")
    text = {"msgtype": "text", "text": {"content": "收到"}}
    assert (await platform.hook("robot/sendBySession", text, session=session))["errcode"] == 90020
    assert platform.sandbox.phone("dingtalk", ORG, "wang").texts == []


async def test_what_no_dingtalk_phone_can_do(platform: Platform) -> None:
    phone = platform.sandbox.phone("dingtalk", ORG, "wang")
    for act in (phone.enters(), phone.sends_location(), phone.clicks_menu("x")):
        with pytest.raises(CannotDo):
            await act

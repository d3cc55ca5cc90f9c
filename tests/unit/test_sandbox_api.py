"""The emulated WeCom's HTTP API, over real HTTP: what it shows to people, what it refuses and with which errcode."""

import base64
import hashlib
import io
import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import ClientSession, ClientTimeout, FormData, ServerDisconnectedError, web
from aiohttp.test_utils import TestServer

from bot.sandbox.clock import SandboxClock
from bot.sandbox.faults import Faults
from bot.sandbox.wecom.api import Api
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


@pytest.fixture
async def start() -> AsyncIterator[Start]:
    opened: list[tuple[TestServer, ClientSession]] = []

    async def build(**switches: bool) -> Platform:
        platform = Platform(Switches(**switches))
        app = web.Application(client_max_size=32 << 20)
        app.add_routes(Api({CORP: platform.corp}, platform.faults).routes())
        server = TestServer(app)
        await server.start_server()
        platform.base, platform.session = str(server.make_url("")).rstrip("/"), ClientSession()
        opened.append((server, platform.session))
        return platform

    yield build
    for server, session in opened:
        await session.close()
        await server.close()


@pytest.fixture
async def wecom(start: Start) -> Platform:
    platform: Platform = await start()
    return platform


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


# tokens


async def test_a_token_is_repeated_while_it_lives_and_then_refused_as_expired(wecom: Platform) -> None:
    first = await wecom.get("gettoken", corpid=CORP, corpsecret="s3cret")
    wecom.later(seconds=1200)
    again = await wecom.get("gettoken", corpid=CORP, corpsecret="s3cret")
    assert again["access_token"] == first["access_token"]
    assert (first["expires_in"], again["expires_in"]) == (7200, 6000)
    wecom.later(seconds=6000)
    refused = await wecom.get("getcallbackip", access_token=first["access_token"])
    assert refused["errcode"] == 42001
    assert refused["errmsg"].endswith("devtool/query?e=42001")
    fresh = await wecom.get("gettoken", corpid=CORP, corpsecret="s3cret")
    assert fresh["access_token"] != first["access_token"]
    assert (await wecom.get("getcallbackip", access_token=fresh["access_token"]))["errcode"] == 0


async def test_by_switch_a_new_token_ends_the_old_one(start: Start) -> None:
    wecom = await start(same_token_again=False)
    old = await wecom.token()
    new = (await wecom.get("gettoken", corpid=CORP, corpsecret="s3cret"))["access_token"]
    assert new != old
    assert (await wecom.get("getcallbackip", access_token=old))["errcode"] == 40014


async def test_tokens_may_end_before_their_time(wecom: Platform) -> None:
    await wecom.token()
    wecom.corp.expire_tokens()
    assert (await wecom.read("getcallbackip"))["errcode"] == 42001


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({}, 41002),
        ({"corpid": CORP}, 41004),
        ({"corpid": "wwnobody", "corpsecret": "s3cret"}, 40013),
        ({"corpid": CORP, "corpsecret": "密"}, 40001),
    ],
)
async def test_gettoken_refuses(wecom: Platform, query: dict[str, str], code: int) -> None:
    assert (await wecom.get("gettoken", **query))["errcode"] == code


async def test_a_wrong_secret_repeated_blocks_the_address_for_an_hour(wecom: Platform) -> None:
    wrong = [(await wecom.get("gettoken", corpid=CORP, corpsecret="bad"))["errcode"] for _ in range(6)]
    assert wrong == [40001] * 5 + [45009]
    assert (await wecom.get("gettoken", corpid=CORP, corpsecret="s3cret"))["errcode"] == 45009
    wecom.later(hours=1)
    assert (await wecom.get("gettoken", corpid=CORP, corpsecret="s3cret"))["errcode"] == 0


async def test_a_call_needs_a_token_in_the_query(wecom: Platform) -> None:
    raw = json.dumps(text(access_token=await wecom.token())).encode()
    assert (await wecom.post("message/send", raw))["errcode"] == 41001
    assert (await wecom.post("message/send", raw, access_token="made-up"))["errcode"] == 40014
    assert wecom.shown == []


async def test_the_wrong_method_gets_a_misleading_code(wecom: Platform) -> None:
    assert (await wecom.read("message/send"))["errcode"] == 40058


# sending


async def test_a_text_is_shown_to_each_member_once_and_unknown_fields_are_ignored(wecom: Platform) -> None:
    answer = await wecom.call("message/send", text("li|LI|zhao|NoBody", yunwei_key="outbox:7"))
    assert answer["errcode"] == 0
    assert answer["invaliduser"] == "nobody", "lower-cased, as the real one comes back"
    assert wecom.texts == [("li", "您好"), ("Zhao", "您好")]
    assert {s.msgid for s in wecom.shown} == {answer["msgid"]}
    assert "response_code" not in answer


async def test_everybody_is_everybody_in_the_visible_range(wecom: Platform) -> None:
    await wecom.call("message/send", text("@all"))
    assert [s.to for s in wecom.shown] == ["li", "wang", "Zhao"]
    wecom.shown.clear()
    await wecom.call("message/send", text("@all", agentid=NARROW), secret="other")
    assert [s.to for s in wecom.shown] == ["li"]


async def test_departments_and_tags_that_do_not_exist_are_named(wecom: Platform) -> None:
    answer = await wecom.call("message/send", text("", toparty="1|7", totag="3"))
    assert (answer["errcode"], answer["invalidparty"], answer["invalidtag"]) == (0, "7", "3")
    assert len(wecom.shown) == 3


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (text("nobody"), 81013),
        (text("nobody|ghost"), 81013),
        (text("", totag="3"), 81013),
        (text(""), 82001),
        (text("|".join(["li"] * 1001)), 40032),
        (text(toparty="|".join(["1"] * 101)), 82002),
        (text(totag="|".join(["1"] * 101)), 82003),
        ({**text(), "touser": ["li"]}, 40031),
        (text(agentid=999), 40056),
        (text(agentid=str(APP)), 40056),
        (text(agentid=NARROW), 301002),
        (text(msgtype="hologram"), 40008),
        (text(text=None), 40058),
        (text(text=["您好"]), 40058),
        (text(content=""), 44004),
        (text(content=7), 40058),
        (text(msgtype="image", image={}), 40007),
        (text(msgtype="image", image={"media_id": "3unknown"}), 40007),
        (text(msgtype="textcard", textcard={"title": "标" * 43, "description": "", "url": "https://a"}), 45002),
        (text(msgtype="textcard", textcard={"title": "标题", "description": "", "url": "a.example"}), 42028),
        (text(msgtype="textcard", textcard={"title": 7, "description": "", "url": "https://a"}), 40058),
        (text(msgtype="news", news={"articles": [{}] * 9}), 45008),
        (text(msgtype="news", news={"articles": 9}), 40058),
        (text(enable_duplicate_check=1, duplicate_check_interval="long"), 40058),
    ],
)
async def test_send_refuses(wecom: Platform, body: Json, code: int) -> None:
    assert (await wecom.call("message/send", body))["errcode"] == code
    assert wecom.shown == []


async def test_a_member_outside_the_range_is_invalid(wecom: Platform) -> None:
    body = text("wang", agentid=NARROW)
    assert (await wecom.call("message/send", body, secret="other"))["errcode"] == 81013


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"\xff\xfe", b'"text"', b"[" * 200_000])
async def test_what_is_no_json_object_is_refused(wecom: Platform, raw: bytes) -> None:
    for path in ("message/send", "message/update_template_card", "message/recall", "appchat/create", "appchat/send"):
        assert (await wecom.post(path, raw, access_token=await wecom.token()))["errcode"] == 40058


async def test_escaped_characters_are_refused_and_a_typed_backslash_is_not(wecom: Platform) -> None:
    token = await wecom.token()
    escaped = json.dumps(text()).encode()
    assert rb"\u" in escaped
    assert (await wecom.post("message/send", escaped, access_token=token))["errcode"] == 40033
    assert (await wecom.call("message/send", text(content=r"C:\u0041")))["errcode"] == 0
    assert wecom.texts == [("li", r"C:\u0041")]


async def test_by_switch_escaped_characters_pass(start: Start) -> None:
    wecom = await start(refuse_escapes=False)
    await wecom.post("message/send", json.dumps(text()).encode(), access_token=await wecom.token())
    assert wecom.texts == [("li", "您好")]


async def test_control_characters_are_refused(start: Start) -> None:
    wecom = await start(refuse_escapes=False)
    assert (await wecom.call("message/send", text(content="a\x07b")))["errcode"] == 82004


@pytest.mark.parametrize("kind", ["text", "markdown"])
async def test_long_text_is_cut_at_2048_bytes_even_inside_a_character(wecom: Platform, kind: str) -> None:
    await wecom.call("message/send", text() | {"msgtype": kind, kind: {"content": "字" * 700}})
    [(_, content)] = wecom.texts
    assert content == "字" * 682 + "\N{REPLACEMENT CHARACTER}"
    await wecom.call("message/send", text("wang", content="x" * 2048))
    assert wecom.texts[1] == ("wang", "x" * 2048)


async def test_a_picture_is_sent_by_its_media_id_for_three_days(wecom: Platform) -> None:
    media_id = (await wecom.upload(PNG))["media_id"]
    body = text(msgtype="image", image={"media_id": media_id})
    assert (await wecom.call("message/send", body))["errcode"] == 0
    assert wecom.shown[0].body == {"media_id": media_id}
    wecom.later(days=3, seconds=1)
    wecom.tokens.clear()
    assert (await wecom.call("message/send", body))["errcode"] == 40007


# duplicates


async def test_an_identical_body_within_the_interval_is_dropped_without_a_response_code(wecom: Platform) -> None:
    body = card() | {"enable_duplicate_check": 1}
    first = await wecom.call("message/send", body)
    wecom.later(minutes=29)
    again = await wecom.call("message/send", body)
    assert (again["errcode"], "response_code" in first, "response_code" in again) == (0, True, False)
    assert len(wecom.shown) == 1
    wecom.later(minutes=1)
    assert (await wecom.call("message/send", body))["errcode"] == 42014, "the interval is over, the task_id is taken"


async def test_any_difference_or_a_missing_flag_makes_a_new_message(wecom: Platform) -> None:
    checked = text(enable_duplicate_check=1, duplicate_check_interval=60)
    for body in (checked, checked, checked | {"yunwei_key": "2"}, text(), text()):
        assert (await wecom.call("message/send", body))["errcode"] == 0
    assert len(wecom.shown) == 4
    wecom.later(seconds=60)
    await wecom.call("message/send", checked)
    assert len(wecom.shown) == 5


async def test_the_interval_ends_at_four_hours(wecom: Platform) -> None:
    body = text(enable_duplicate_check=1, duplicate_check_interval=10**6)
    await wecom.call("message/send", body)
    wecom.later(hours=4)
    wecom.tokens.clear()
    await wecom.call("message/send", body)
    assert len(wecom.shown) == 2


async def test_a_refused_body_is_no_duplicate(start: Start) -> None:
    wecom = await start(over_rate_is_silent=False)
    for _ in range(30):
        await wecom.call("message/send", text())
    body = text(content="急", enable_duplicate_check=1)
    assert (await wecom.call("message/send", body))["errcode"] == 45009
    wecom.later(minutes=1)
    assert (await wecom.call("message/send", body))["errcode"] == 0
    assert wecom.texts[-1] == ("li", "急")


# rates


async def test_more_than_thirty_a_minute_vanish_for_that_member_alone(wecom: Platform) -> None:
    answers = [(await wecom.call("message/send", text(content=str(n))))["errcode"] for n in range(31)]
    await wecom.call("message/send", text("li|wang", content="both"))
    assert answers == [0] * 31
    assert wecom.texts[29:] == [("li", "29"), ("wang", "both")]
    wecom.later(minutes=1)
    await wecom.call("message/send", text(content="later"))
    assert wecom.texts[-1] == ("li", "later")


async def test_more_than_a_thousand_an_hour_vanish(wecom: Platform) -> None:
    for minute in range(34):
        for n in range(30):
            await wecom.call("message/send", text(content=f"{minute}-{n}"))
        wecom.later(minutes=1)
    assert len(wecom.shown) == 1000
    wecom.later(hours=1)
    await wecom.call("message/send", text())
    assert len(wecom.shown) == 1001


async def test_two_apps_have_their_own_rates(wecom: Platform) -> None:
    for _ in range(31):
        await wecom.call("message/send", text())
    await wecom.call("message/send", text(agentid=NARROW), secret="other")
    assert [s.agent_id for s in wecom.shown] == [APP] * 30 + [NARROW]


# cards


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"task_id": "工单1"}, 42014),
        ({"task_id": "t 1"}, 42014),
        ({"task_id": "t" * 129}, 42014),
        ({"task_id": 1}, 42014),
        ({"card_type": "poster"}, 42031),
        ({"main_title": {}}, 42033),
        ({"main_title": "工单"}, 40058),
        ({"button_list": []}, 42038),
        ({"button_list": [{"text": str(n), "key": str(n)} for n in range(7)]}, 42038),
        ({"button_list": [{"text": "", "key": "a"}]}, 42038),
        ({"button_list": [{"text": "接单", "key": ""}]}, 42039),
        ({"button_list": [{"text": "接单", "key": "k" * 1025}]}, 42039),
        ({"button_list": [{"text": "甲", "key": "a"}, {"text": "乙", "key": "a"}]}, 42051),
        ({"button_list": [{"text": "打开", "type": 1}]}, 42028),
        ({"button_list": ["接单"]}, 40058),
        ({"horizontal_content_list": [{"keyname": str(n)} for n in range(7)]}, 42035),
        ({"horizontal_content_list": [{"value": "张三"}]}, 42027),
        ({"horizontal_content_list": [{"keyname": "网址", "type": 1}]}, 42028),
        ({"horizontal_content_list": [{"keyname": "报修人", "type": 3}]}, 42050),
        ({"jump_list": [{"title": str(n)} for n in range(4)]}, 42042),
        ({"jump_list": [{}]}, 42033),
        ({"button_selection": {"question_key": "", "option_list": [{"id": "1", "text": "一"}]}}, 42043),
        ({"button_selection": {"question_key": "q", "option_list": [{"id": "1", "text": "一"}] * 11}}, 42037),
        ({"button_selection": {"question_key": "q", "option_list": [{"id": "", "text": "一"}]}}, 42040),
        ({"button_selection": {"question_key": "q", "option_list": [{"id": "1", "text": ""}]}}, 42041),
        ({"action_menu": {"action_list": [{"text": str(n), "key": str(n)} for n in range(4)]}}, 42042),
        ({"action_menu": {"action_list": [{"text": "关", "key": "accept"}]}}, 42051),
        ({"card_type": "vote_interaction", "checkbox": {"question_key": "q"}}, 42037),
        ({"card_type": "multiple_interaction", "select_list": []}, 42047),
        ({"card_type": "text_notice"}, 42045),
        ({"card_type": "text_notice", "card_action": {"type": 1}}, 42028),
        ({"card_type": "text_notice", "card_action": {"type": 2}}, 42030),
        ({"card_type": "news_notice", "card_action": {"type": 1, "url": "https://a"}}, 42044),
    ],
)
async def test_a_card_is_refused(wecom: Platform, more: Json, code: int) -> None:
    assert (await wecom.call("message/send", card(**more)))["errcode"] == code
    assert wecom.shown == []
    assert (await wecom.call("message/send", card()))["errcode"] == 0, "a refused card takes no task_id"


_OPTIONS = [{"id": "a", "text": "甲"}, {"id": "b", "text": "乙"}]
_SUBMIT = {"text": "提交", "key": "submit"}


@pytest.mark.parametrize(
    ("body", "has_code"),
    [
        (card(), True),
        (card(card_type="vote_interaction", checkbox={"question_key": "q", "option_list": _OPTIONS}, submit_button=_SUBMIT), True),
        (card(card_type="multiple_interaction", select_list=[{"question_key": "q", "option_list": _OPTIONS}], submit_button=_SUBMIT), True),
        (card(None, **notice()), False),
        (card(**notice(action_menu={"desc": "更多", "action_list": [{"text": "关", "key": "off"}]})), True),
        (card(None, **notice(card_type="news_notice", card_image={"url": "https://a/b.png"})), False),
    ],
)  # fmt: skip
async def test_the_five_types_and_which_of_them_bring_a_response_code(
    wecom: Platform, body: Json, has_code: bool
) -> None:
    answer = await wecom.call("message/send", body)
    assert answer["errcode"] == 0, answer
    assert ("response_code" in answer) is has_code
    [shown] = wecom.shown
    assert (shown.where, shown.to, shown.kind, shown.body) == ("member", "li", "template_card", body["template_card"])


async def test_a_card_with_a_callback_needs_a_callback_url(wecom: Platform) -> None:
    assert (await wecom.call("message/send", card() | {"agentid": NARROW}, secret="other"))["errcode"] == 42031
    plain = card(None, **notice()) | {"agentid": NARROW}
    assert (await wecom.call("message/send", plain, secret="other"))["errcode"] == 0


async def test_a_task_id_is_used_once_per_app(wecom: Platform) -> None:
    await wecom.call("message/send", card())
    assert (await wecom.call("message/send", card(to="wang")))["errcode"] == 42014
    assert (await wecom.call("message/send", card("T1")))["errcode"] == 0


# updates


async def test_the_sends_code_changes_the_named_members_copies_once(wecom: Platform) -> None:
    code = (await wecom.call("message/send", card(to="li|wang")))["response_code"]
    answer = await wecom.call("message/update_template_card", update(code, "LI", "zhao", "Ghost"))
    assert (answer["errcode"], answer["invaliduser"]) == (0, ["zhao", "ghost"])
    assert wecom.replaced == [Replaced("t1", APP, "li", "已接单", None)]
    assert (await wecom.call("message/update_template_card", update(code, "wang")))["errcode"] == 40058
    assert len(wecom.replaced) == 1


async def test_each_press_brings_a_fresh_code(wecom: Platform) -> None:
    await wecom.call("message/send", card(to="li|wang"))
    codes = [wecom.corp.press(APP, "li", "t1") for _ in range(2)]
    assert codes[0] != codes[1]
    for code in codes:
        assert (await wecom.call("message/update_template_card", update(code, "wang")))["errcode"] == 0
    assert [r.userid for r in wecom.replaced] == ["wang", "wang"]


async def test_everybodys_copy_at_once(wecom: Platform) -> None:
    await wecom.call("message/send", card(to="li|wang"))
    for more in ({"atall": 1}, {"partyids": [1]}):
        body = {**update(wecom.corp.press(APP, "li", "t1")), **more}
        assert (await wecom.call("message/update_template_card", body))["errcode"] == 0
    assert [r.userid for r in wecom.replaced] == ["li", "wang"] * 2


@pytest.mark.parametrize(("hours", "code"), [(72, 0), (72.01, 40058)])
async def test_a_response_code_lives_72_hours(wecom: Platform, hours: float, code: int) -> None:
    response_code = (await wecom.call("message/send", card()))["response_code"]
    wecom.later(hours=hours)
    wecom.tokens.clear()
    assert (await wecom.call("message/update_template_card", update(response_code, "li")))["errcode"] == code
    assert len(wecom.replaced) == (code == 0)


async def test_a_response_code_is_of_one_app(wecom: Platform) -> None:
    code = (await wecom.call("message/send", card()))["response_code"]
    foreign = update(code, "li") | {"agentid": NARROW}
    assert (await wecom.call("message/update_template_card", foreign, secret="other"))["errcode"] == 40058
    assert (await wecom.call("message/update_template_card", foreign))["errcode"] == 301002
    assert (await wecom.call("message/update_template_card", update(code, "li")))["errcode"] == 0


async def test_a_press_on_a_card_that_was_never_sent_changes_nothing(wecom: Platform) -> None:
    code = wecom.corp.press(APP, "li", "ghost")
    assert (await wecom.call("message/update_template_card", update(code, "li")))["errcode"] == 40058


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"button": {}}, 40058),
        ({"button": {"replace_name": ""}}, 40058),
        ({"button": {"replace_name": 3}}, 40058),
        ({"template_card": {}}, 42031),
        ({"template_card": "card"}, 40058),
        ({"template_card": notice(card_action=None)}, 42045),
        ({"userids": []}, 40035),
        ({"userids": "li"}, 40035),
        ({"userids": ["li"] * 1001}, 40035),
    ],
)
async def test_a_refused_update_spends_no_code(wecom: Platform, body: Json, code: int) -> None:
    response_code = (await wecom.call("message/send", card()))["response_code"]
    good = update(response_code, "li")
    bad = {k: v for k, v in good.items() if k != "button" or "userids" in body} | body
    assert (await wecom.call("message/update_template_card", bad))["errcode"] == code
    assert wecom.replaced == []
    assert (await wecom.call("message/update_template_card", good))["errcode"] == 0


async def test_a_whole_card_may_take_the_place_under_a_new_task_id_and_be_pressed_again(wecom: Platform) -> None:
    code = (await wecom.call("message/send", card(to="li|wang")))["response_code"]
    second = card("t2")["template_card"]
    answer = await wecom.call("message/update_template_card", update(code, "li", template_card=second))
    assert answer["errcode"] == 0
    assert wecom.replaced == [Replaced("t1", APP, "li", None, second)]
    code = wecom.corp.press(APP, "li", "t2")
    final = notice(replace_text="已接单")
    assert (await wecom.call("message/update_template_card", update(code, "li", "wang", template_card=final)))[
        "errcode"
    ] == 0
    assert wecom.replaced[1:] == [Replaced("t2", APP, "li", None, final), Replaced("t1", APP, "wang", None, final)]


async def test_an_update_cannot_take_another_cards_task_id(wecom: Platform) -> None:
    code = (await wecom.call("message/send", card("t1")))["response_code"]
    await wecom.call("message/send", card("t2"))
    refused = await wecom.call(
        "message/update_template_card", update(code, "li", template_card=card("t2")["template_card"])
    )
    assert refused["errcode"] == 42014
    same = update(code, "li", template_card=card("t1")["template_card"])
    assert (await wecom.call("message/update_template_card", same))["errcode"] == 0


# recall


@pytest.mark.parametrize(("hours", "code"), [(24, 0), (24.01, 42052)])
async def test_a_message_can_be_recalled_for_24_hours(wecom: Platform, hours: float, code: int) -> None:
    msgid = (await wecom.call("message/send", text()))["msgid"]
    wecom.later(hours=hours)
    wecom.tokens.clear()
    assert (await wecom.call("message/recall", {"msgid": msgid}))["errcode"] == code
    assert wecom.recalled == ([msgid] if code == 0 else [])


async def test_only_the_app_that_sent_it_can_recall(wecom: Platform) -> None:
    msgid = (await wecom.call("message/send", text()))["msgid"]
    assert (await wecom.call("message/recall", {"msgid": msgid}, secret="other"))["errcode"] == 40058
    assert (await wecom.call("message/recall", {"msgid": "MSG1"}))["errcode"] == 40058


# groups


async def test_a_group_is_created_changed_and_read(wecom: Platform) -> None:
    assert await wecom.chat(owner="li") == {"errcode": 0, "errmsg": "ok", "chatid": "duty"}
    changes = {"chatid": "duty", "name": "夜班群", "owner": "Zhao", "add_user_list": ["zhao"], "del_user_list": ["li"]}
    assert (await wecom.call("appchat/update", changes))["errcode"] == 0
    about = (await wecom.read("appchat/get", chatid="duty"))["chat_info"]
    assert about == {"chatid": "duty", "name": "夜班群", "owner": "Zhao", "userlist": ["wang", "Zhao"]}


async def test_a_chatid_is_made_up_when_none_is_given(wecom: Platform) -> None:
    chatid = (await wecom.chat(chatid=""))["chatid"]
    assert (await wecom.read("appchat/get", chatid=chatid))["chat_info"]["owner"] == "li"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"userlist": ["li"]}, 86006),
        ({"userlist": ["li", "li"]}, 86006),
        ({"userlist": "li"}, 86007),
        ({"userlist": ["li", "ghost"]}, 86216),
        ({"name": "群" * 51}, 86004),
        ({"owner": "Zhao"}, 86207),
        ({"chatid": "duty-1"}, 86001),
        ({"chatid": "d" * 33}, 86001),
        ({"chatid": "值班"}, 86001),
    ],
)
async def test_create_refuses(wecom: Platform, fields: Json, code: int) -> None:
    assert (await wecom.chat(**fields))["errcode"] == code
    assert wecom.corp.chats == {}


async def test_a_chatid_exists_once_and_a_group_keeps_two_members_and_its_owner(wecom: Platform) -> None:
    await wecom.chat()
    assert (await wecom.chat())["errcode"] == 86215
    assert (await wecom.call("appchat/update", {"chatid": "duty", "del_user_list": ["wang"]}))["errcode"] == 86006
    swap = {"chatid": "duty", "del_user_list": ["li"], "add_user_list": ["Zhao"]}
    assert (await wecom.call("appchat/update", swap))["errcode"] == 86207
    assert (await wecom.call("appchat/update", {"chatid": "none"}))["errcode"] == 86003
    assert (await wecom.read("appchat/get", chatid="duty"))["chat_info"]["userlist"] == ["li", "wang"]


async def test_groups_are_for_apps_visible_to_all_and_for_their_maker(wecom: Platform) -> None:
    body = {"name": "群", "userlist": ["li", "wang"]}
    assert (await wecom.call("appchat/create", body, secret="other"))["errcode"] == 48002
    await wecom.chat()
    said = {"chatid": "duty", "msgtype": "text", "text": {"content": "到岗"}}
    assert (await wecom.call("appchat/send", said, secret="other"))["errcode"] == 86008


async def test_a_group_is_shown_texts_and_refuses_cards(wecom: Platform) -> None:
    await wecom.chat()
    body = {"chatid": "duty", "msgtype": "markdown", "markdown": {"content": "**到岗** <@li>"}, "yunwei_key": "1"}
    assert (await wecom.call("appchat/send", body))["errcode"] == 0
    [shown] = wecom.shown
    assert (shown.where, shown.to, shown.agent_id, shown.body) == ("chat", "duty", APP, {"content": "**到岗** <@li>"})
    refused = {"chatid": "duty", "msgtype": "template_card", "template_card": card()["template_card"]}
    assert (await wecom.call("appchat/send", refused))["errcode"] == 40008
    assert (await wecom.call("appchat/send", body | {"chatid": "none"}))["errcode"] == 86003
    assert len(wecom.shown) == 1


async def test_more_than_200_a_minute_vanish_in_a_group(wecom: Platform) -> None:
    await wecom.chat()
    body = {"chatid": "duty", "msgtype": "text", "text": {"content": "到岗"}}
    codes = [(await wecom.call("appchat/send", body))["errcode"] for _ in range(202)]
    assert (codes, len(wecom.shown)) == ([0] * 202, 200)


# robots


async def test_a_robot_speaks_in_its_group(wecom: Platform) -> None:
    assert (await wecom.robot({"msgtype": "text", "text": {"content": "交班", "mentioned_list": ["@all"]}}))[
        "errcode"
    ] == 0
    assert (await wecom.robot({"msgtype": "markdown_v2", "markdown_v2": {"content": "|a|b|"}}))["errcode"] == 0
    seen = [(s.where, s.to, s.agent_id, s.kind, s.body["content"]) for s in wecom.shown]
    assert seen == [("robot", "robot-key", None, "text", "交班"), ("robot", "robot-key", None, "markdown", "|a|b|")]


async def test_a_robots_picture_comes_inline(wecom: Platform) -> None:
    image = {"base64": base64.b64encode(PNG).decode(), "md5": hashlib.md5(PNG).hexdigest()}
    assert (await wecom.robot({"msgtype": "image", "image": image}))["errcode"] == 0
    assert wecom.corp.media[wecom.shown[0].body["media_id"]].data == PNG
    assert (await wecom.robot({"msgtype": "image", "image": image | {"md5": "0" * 32}}))["errcode"] == 301019


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"msgtype": "text", "text": {"content": ""}}, 44004),
        ({"msgtype": "text", "text": {"content": "字" * 683}}, 40058),
        ({"msgtype": "markdown", "markdown": {"content": "字" * 1366}}, 40058),
        ({"msgtype": "markdown", "markdown": "字"}, 40058),
        ({"msgtype": "image", "image": {"base64": "%", "md5": ""}}, 40058),
        ({"msgtype": "image", "image": {}}, 40058),
        ({"msgtype": "file", "file": {"media_id": "3x"}}, 40007),
        ({"msgtype": "video"}, 40008),
        ({"msgtype": "template_card", "template_card": card()["template_card"]}, 42031),
        ({"msgtype": "template_card", "template_card": notice(card_action={})}, 42045),
        ({"msgtype": "template_card"}, 40058),
    ],
)
async def test_a_robot_refuses(wecom: Platform, body: Json, code: int) -> None:
    assert (await wecom.robot(body))["errcode"] == code
    assert wecom.shown == []


async def test_a_robot_may_send_4096_bytes_of_markdown_and_a_notice(wecom: Platform) -> None:
    assert (await wecom.robot({"msgtype": "markdown", "markdown": {"content": "x" * 4096}}))["errcode"] == 0
    assert (await wecom.robot({"msgtype": "template_card", "template_card": notice()}))["errcode"] == 0
    assert len(wecom.shown[0].body["content"]) == 4096
    assert wecom.shown[1].body == notice()


async def test_a_robot_speaks_twenty_times_a_minute_and_needs_a_key(wecom: Platform) -> None:
    said = {"msgtype": "text", "text": {"content": "交班"}}
    assert [(await wecom.robot(said))["errcode"] for _ in range(21)] == [0] * 20 + [45009]
    assert (await wecom.robot(said, key="second-key"))["errcode"] == 0
    wecom.later(minutes=1)
    assert (await wecom.robot(said))["errcode"] == 0
    assert (await wecom.robot(said, key="removed"))["errcode"] == 93000


async def test_a_robots_file_is_that_robots_alone(wecom: Platform) -> None:
    answer = await wecom.post("webhook/upload_media", form(b"a,b\n1,2\n", "表.csv"), key="robot-key", type="file")
    body = {"msgtype": "file", "file": {"media_id": answer["media_id"]}}
    assert (await wecom.robot(body))["errcode"] == 0
    assert (await wecom.robot(body, key="second-key"))["errcode"] == 40007
    assert (await wecom.call("message/send", text() | body))["errcode"] == 40007
    assert (await wecom.post("webhook/upload_media", form(PNG), key="robot-key", type="image"))["errcode"] == 40005


# media, directory, menu


async def test_what_was_uploaded_can_be_fetched_for_three_days(wecom: Platform) -> None:
    answer = await wecom.upload(PNG, filename="photo.png")
    assert (answer["type"], answer["created_at"]) == ("image", str(int(wecom.clock.now().timestamp())))
    query = {"access_token": await wecom.token(), "media_id": answer["media_id"]}
    async with wecom.session.get(f"{wecom.base}/cgi-bin/media/get", params=query) as response:
        assert await response.read() == PNG
        assert response.content_type == "image/png"
        assert response.content_disposition is not None
        assert response.content_disposition.filename == "photo.png"
    wecom.later(days=3, seconds=1)
    wecom.tokens.clear()
    assert (await wecom.read("media/get", media_id=answer["media_id"]))["errcode"] == 40007


async def test_a_persons_photo_keeps_its_chinese_name(wecom: Platform) -> None:
    media_id = wecom.corp.put_media(PNG, "报修 照片.png", "image/png")
    query = {"access_token": await wecom.token(), "media_id": media_id}
    async with wecom.session.get(f"{wecom.base}/cgi-bin/media/get", params=query) as response:
        assert response.content_disposition is not None
        assert response.content_disposition.filename == "报修 照片.png"


@pytest.mark.parametrize(
    ("data", "kind", "code"),
    [
        (PNG, "picture", 40005),
        (b"", "image", 44001),
        (b"\x89PNG", "image", 40006),
        (b"GIF89a" + bytes(20), "image", 40004),
        (b"RIFF" + bytes(20), "voice", 40004),
        (b"#!AMR\n" + bytes(2 << 20), "voice", 45001),
        (b"#!AMR\n" + bytes(20), "voice", 0),
        (b"\xff\xd8\xff" + bytes(20), "image", 0),
        (b"anything", "file", 0),
    ],
)
async def test_upload_checks_type_and_size(wecom: Platform, data: bytes, kind: str, code: int) -> None:
    assert (await wecom.upload(data, kind))["errcode"] == code


async def test_an_upload_without_the_field_is_empty(wecom: Platform) -> None:
    token = await wecom.token()
    assert (await wecom.post("media/upload", form(PNG, field="file"), access_token=token, type="image"))[
        "errcode"
    ] == 44001
    assert (await wecom.post("media/upload", PNG, access_token=token, type="image"))["errcode"] == 44001


async def test_members_are_read_within_the_visible_range(wecom: Platform) -> None:
    about = await wecom.read("user/get", userid="ZHAO")
    assert (about["userid"], about["name"], about["status"], "mobile" in about) == ("Zhao", "Zhao", 1, False)
    assert (await wecom.read("user/get", userid="ghost"))["errcode"] == 60111
    assert (await wecom.read("user/get"))["errcode"] == 40063
    assert (await wecom.read("user/get", secret="other", userid="wang"))["errcode"] == 60011
    everybody = await wecom.read("user/simplelist", department_id="1")
    assert [m["userid"] for m in everybody["userlist"]] == ["li", "wang", "Zhao"]
    few = await wecom.read("user/simplelist", secret="other", department_id="1")
    assert [m["userid"] for m in few["userlist"]] == ["li"]
    assert (await wecom.read("user/simplelist", department_id="2"))["errcode"] == 60003


async def test_departments_and_addresses(wecom: Platform) -> None:
    assert [d["id"] for d in (await wecom.read("department/list"))["department"]] == [1]
    assert [d["id"] for d in (await wecom.read("department/simplelist", id="1"))["department_id"]] == [1]
    assert (await wecom.read("department/list", id="7"))["errcode"] == 60123
    for path in ("getcallbackip", "get_api_domain_ip"):
        assert (await wecom.read(path))["ip_list"] == ["127.0.0.1"]


async def test_a_menu_is_made_read_and_deleted(wecom: Platform) -> None:
    menu = {"button": [{"type": "click", "name": "我要报障", "key": "report"}]}
    assert (await wecom.call("menu/create", menu, agentid=str(APP)))["errcode"] == 0
    assert (await wecom.read("menu/get", agentid=str(APP)))["button"] == menu["button"]
    assert (await wecom.read("menu/delete", agentid=str(APP)))["errcode"] == 0
    assert (await wecom.read("menu/get", agentid=str(APP)))["button"] == []


@pytest.mark.parametrize(
    ("body", "agentid", "code"),
    [
        ({"button": []}, APP, 40016),
        ({"button": [{"name": "一"}] * 4}, APP, 40016),
        ({"button": [{"name": "一", "sub_button": [{"name": "二"}] * 6}]}, APP, 40016),
        ({"button": [{"name": "我要报障碍了"}]}, APP, 40018),
        ({"button": [{}]}, APP, 40058),
        ({"button": ["一"]}, APP, 40058),
        ({}, APP, 40058),
        ({"button": [{"name": "一"}]}, 7, 40056),
        ({"button": [{"name": "一"}]}, NARROW, 301002),
    ],
)
async def test_a_menu_is_refused(wecom: Platform, body: Json, agentid: int, code: int) -> None:
    assert (await wecom.call("menu/create", body, agentid=str(agentid)))["errcode"] == code


# faults


async def test_the_next_calls_of_one_api_fail_and_have_no_effect(wecom: Platform) -> None:
    await wecom.token()
    wecom.faults.fail_next("message/send", -1, 45009)
    assert [(await wecom.call("message/send", text(content=str(n))))["errcode"] for n in range(3)] == [-1, 45009, 0]
    assert wecom.texts == [("li", "2")]


@pytest.mark.parametrize("status", [500, 502])
async def test_a_server_error_is_an_http_status(wecom: Platform, status: int) -> None:
    token = await wecom.token()
    wecom.faults.fail_next("*", status)
    query = {"access_token": token}
    async with wecom.session.post(f"{wecom.base}/cgi-bin/message/send", params=query, data=b"{}") as response:
        assert response.status == status


async def test_a_lost_reply_leaves_its_effect(wecom: Platform) -> None:
    await wecom.token()
    wecom.faults.lose_reply = 1
    body = text(enable_duplicate_check=1)
    with pytest.raises(ServerDisconnectedError):
        await wecom.call("message/send", body)
    assert wecom.texts == [("li", "您好")]
    assert (await wecom.call("message/send", body))["errcode"] == 0
    assert len(wecom.shown) == 1, "the repeat is a duplicate"


async def test_a_slow_platform_outlasts_the_caller(wecom: Platform) -> None:
    token = await wecom.token()
    wecom.faults.slow_s = 30
    url, within = f"{wecom.base}/cgi-bin/getcallbackip", ClientTimeout(total=0.05)
    with pytest.raises(TimeoutError):
        await wecom.session.get(url, params={"access_token": token}, timeout=within)

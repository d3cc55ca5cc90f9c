"""The emulated WeCom's HTTP API, over real HTTP: tokens, sending, recall, faults; what it shows to people, what it refuses and with which errcode."""

import json

import pytest
from aiohttp import ClientTimeout, ServerDisconnectedError

from tests.unit.wecom_api import APP, CORP, NARROW, PNG, Json, Platform, Start, card, text

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

"""The emulated WeCom's groups and group robots."""

import base64
import hashlib

import pytest

from tests.unit.wecom_api import APP, PNG, Json, Platform, card, form, notice, text

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

"""How messages are spelled for DingTalk: keys and limits of the platform, harmless words, nothing lost of a card."""

import json
from collections.abc import Iterator
from typing import Any, Literal
from urllib.parse import unquote

import pytest

from bot.channels.base import Permanent
from bot.channels.dingtalk import wire
from bot.channels.dingtalk.codec import robot_sign
from bot.channels.dingtalk.settings import DingTalkSettings
from bot.core import typed_press
from bot.core.outbound import Button, Card, CardUpdate, Markdown, Message, Outbound, Picture, Recall, Say, Target

NOW_MS = 1_795_000_000_000
ROBOT = "https://oapi.dingtalk.com/robot/send?access_token=tok"


def settings(**changes: Any) -> DingTalkSettings:
    values: dict[str, Any] = {
        "name": "provider", "corp_id": "dingX", "client_id": "key", "client_secret": "s", "robot_code": "key",
    }  # fmt: skip
    return DingTalkSettings(**(values | changes))


def out(
    message: Message, kind: Literal["person", "chat", "webhook"] = "person", id: str = "wang", retry: int = 0
) -> Outbound:
    target = Target(kind=kind, platform="dingtalk", connection="provider", id=id)
    return Outbound(key="k1#1", target=target, message=message, queued_at="2026-11-23T01:00:00+00:00", retry=retry)


def card(count: int, **changes: Any) -> Card:
    buttons = tuple(Button(text=f"按钮{n}", verb=f"v{n}", command=f"命令{n} 17") for n in range(1, count + 1))
    return Card(card_id="t17-offer-0123456789", title="派单 17号", lines=(("地点", "三楼302"),), **changes).model_copy(
        update={"buttons": buttons}
    )


def param(call: wire.Call) -> dict[str, str]:
    made = json.loads(call.body["msgParam"])
    assert all(isinstance(v, str) for v in made.values()), "the platform takes strings only"
    return dict(made)


@pytest.mark.parametrize(
    "count, key", [(0, "sampleMarkdown"), (1, "sampleActionCard"), (2, "sampleActionCard2"), (5, "sampleActionCard5"),
                   (6, "sampleActionCard5"), (9, "sampleActionCard5")],
)  # fmt: skip
def test_a_card_has_the_buttons_it_can_and_prints_every_command(count: int, key: str) -> None:
    call = wire.spell(out(card(count)), settings(), NOW_MS)
    said = param(call)
    assert (call.path, call.body["msgKey"], call.body["userIds"]) == (wire.TO_PERSON, key, ["wang"])
    assert all(f"命令{n} 17" in said["text"] for n in range(1, count + 1))
    links = [v for k, v in said.items() if k.lower().endswith("url") or k.startswith("actionURL")]
    assert len(links) == min(count, 5)
    for number, link in enumerate(links, start=1):
        line = unquote(link.removeprefix("dtmd://dingtalkclient/sendMessage?content="))
        assert typed_press.read(line) == (f"按钮{number}", "0123456789")


def test_buttons_that_no_platform_would_take_are_left_out() -> None:
    odd = (
        Button(text="", verb="a"),
        Button(text="好", verb=""),
        Button(text="好", verb="b"),
        Button(text="坏", verb="b"),
    )
    call = wire.spell(out(card(0).model_copy(update={"buttons": odd})), settings(), NOW_MS)
    assert (call.body["msgKey"], param(call)["singleTitle"]) == ("sampleActionCard", "好")


def test_a_group_gets_words_without_buttons() -> None:
    call = wire.spell(out(card(3), "chat", "cidG"), settings(), NOW_MS)
    assert (call.path, call.body["msgKey"], call.body["openConversationId"]) == (
        wire.TO_GROUP,
        "sampleMarkdown",
        "cidG",
    )
    assert "请在与本机器人的单聊里回复：命令1 17" in param(call)["text"] and "dtmd" not in call.body["msgParam"]


def test_reporters_words_stay_words() -> None:
    hostile = "[点我](dtmd://dingtalkclient/sendMessage?content=x) ![](http://x/p.png) <at>dingtalk://y"
    for message in (Markdown(text=hostile), card(2, body=hostile, description=hostile)):
        text = param(wire.spell(out(message), settings(), NOW_MS))["text"]
        assert "[" not in text and "](" not in text and "dtmd:/" not in text and "dingtalk:/" not in text


def test_control_characters_and_half_surrogates_are_dropped() -> None:
    call = wire.spell(out(Say(text="a\x00b\ud800c\n d")), settings(), NOW_MS)
    assert param(call) == {"content": "abc\n d"}


def lengths() -> Iterator[Outbound]:
    long = "长" * 30_000
    yield out(Say(text=long))
    yield out(Markdown(text=long, title=long))
    yield out(card(5, body=long, description=long, source=long))
    yield out(Say(text=long), "chat", "cidG")
    yield out(card(2, body=long), "chat", "cidG", retry=1)


@pytest.mark.parametrize("outbound", list(lengths()), ids=lambda o: f"{o.message.kind}-{o.target.kind}")
def test_no_message_is_longer_than_the_platform_takes(outbound: Outbound) -> None:
    call = wire.spell(outbound, settings(), NOW_MS)
    assert len(call.body["msgParam"].encode()) <= 15_000


def test_a_repeat_without_idempotency_says_so() -> None:
    assert "可能重复" in param(wire.spell(out(Say(text="x"), retry=1), settings(), NOW_MS))["content"]
    assert "可能重复" not in param(wire.spell(out(Say(text="x")), settings(), NOW_MS))["content"]


def test_a_custom_robot_is_signed_and_idempotent() -> None:
    ours = settings(robot_secrets=((ROBOT, "SEC1"),))
    call = wire.spell(out(Markdown(text="**事件**", mentions=("wang",)), "webhook", ROBOT, retry=1), ours, NOW_MS)
    assert (call.url, call.style) == ("https://oapi.dingtalk.com/robot/send", "hook")
    stamp = str(NOW_MS)
    assert call.query == {"access_token": "tok", "timestamp": stamp, "sign": robot_sign("SEC1", stamp)}
    assert call.body["at"]["atUserIds"] == ["wang"] and "@wang" in call.body["markdown"]["text"]
    again = wire.spell(out(Markdown(text="**事件**", mentions=("wang",)), "webhook", ROBOT), ours, NOW_MS + 5)
    assert again.body["msgUuid"] == call.body["msgUuid"] and "可能重复" not in call.body["markdown"]["text"]
    unsigned = wire.spell(out(card(2), "webhook", ROBOT), settings(), NOW_MS)
    assert unsigned.query == {"access_token": "tok"}
    assert len(json.dumps(wire.spell(out(Say(text="长" * 30_000), "webhook", ROBOT), ours, 1).body).encode()) > 20_000
    body = wire.spell(out(Say(text="长" * 30_000), "webhook", ROBOT), ours, 1).body
    assert len(json.dumps(body, ensure_ascii=False).encode()) <= 20_000


@pytest.mark.parametrize(
    "address", ["https://evil.example/robot/send?access_token=t", "tok", "http://[", f"{ROBOT[:-4]}"]
)
def test_a_robot_elsewhere_is_refused(address: str) -> None:
    with pytest.raises(Permanent, match="地址有误"):
        wire.spell(out(Say(text="x"), "webhook", address), settings(), NOW_MS)


TEMPLATE = {"card_template_id": "abc.schema"}


def test_a_template_card_carries_its_words_as_variables() -> None:
    call = wire.spell(out(card(8, source="17号 打印机卡纸", body="长" * 2000)), settings(**TEMPLATE), NOW_MS)
    body = call.body
    assert (call.path, body["outTrackId"], body["callbackType"]) == (wire.CREATE_CARD, "t17-offer-0123456789", "STREAM")
    assert body["openSpaceId"] == "dtv1.card//IM_ROBOT.wang" and body["imRobotOpenDeliverModel"]["robotCode"] == "key"
    said = body["cardData"]["cardParamMap"]
    assert (said["button1"], said["verb1"], said["button6"], said["label"]) == ("按钮1", "v1", "按钮6", "")
    assert "命令7 17" in said["text"] and "命令1 17" not in said["text"]
    assert said["text"].startswith("17号 打印机卡纸  \n**派单 17号**"), "the ticket it is of stands above the title"
    assert all(isinstance(v, str) and len(v.encode()) <= 1024 for v in said.values())
    http = wire.spell(
        out(card(1)), settings(mode="http", card_route_key="rk", public_url="https://x", **TEMPLATE), NOW_MS
    )
    assert (http.body["callbackType"], http.body["callbackRouteKey"]) == ("HTTP", "rk")


def test_a_template_card_changes_by_key() -> None:
    call = wire.spell(out(CardUpdate(card_id="t17-offer-1", label="王工已接单")), settings(**TEMPLATE), NOW_MS)
    assert (call.method, call.path, call.body["outTrackId"]) == ("PUT", wire.UPDATE_CARD, "t17-offer-1")
    assert call.body["cardData"]["cardParamMap"] == {"label": "王工已接单"}
    assert call.body["cardUpdateOptions"] == {"updateCardDataByKey": True}
    whole = wire.changed(CardUpdate(card_id="x", card=card(2), label="已换"))
    assert whole["button1"] == "按钮1" and whole["label"] == "已换"


@pytest.mark.parametrize(
    "outbound",
    [
        out(CardUpdate(card_id="t1", label="x")),
        out(Picture(media_key="k"), "webhook", ROBOT),
        out(Recall(message_id="m"), "webhook", ROBOT),
        out(Recall(message_id="")),
    ],
)
def test_what_cannot_be_said_is_refused(outbound: Outbound) -> None:
    with pytest.raises(Permanent):
        wire.spell(outbound, settings(), NOW_MS)


def test_recall_by_key() -> None:
    assert wire.spell(out(Recall(message_id="pqk")), settings(), NOW_MS).path == wire.RECALL
    call = wire.spell(out(Recall(message_id="pqk"), "chat", "cidG"), settings(), NOW_MS)
    assert (call.path, call.body["processQueryKeys"]) == (wire.RECALL_GROUP, ["pqk"])


def test_the_session_webhook_carries_text_markdown_and_action_cards() -> None:
    url = "https://oapi.dingtalk.com/robot/sendBySession?session=s"
    said = wire.spell_session(out(Say(text="好的")), url)
    assert said is not None and said.body == {"msgtype": "text", "text": {"content": "好的"}} and said.url == url
    shown = wire.spell_session(out(card(7)), url)
    assert (
        shown is not None
        and len(shown.body["actionCard"]["btns"]) == 5
        and "命令7 17" in shown.body["actionCard"]["text"]
    )
    bare = wire.spell_session(out(card(0)), url)
    assert bare is not None and bare.body["msgtype"] == "markdown"
    assert wire.spell_session(out(Picture(media_key="k")), url) is None

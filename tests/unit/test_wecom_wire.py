"""How each message is spelled for each kind of target, within the platform's limits, and unique per row on the wire."""

import json
from typing import Any

import pytest

from bot.channels.base import Permanent
from bot.channels.wecom.settings import WeComSettings
from bot.channels.wecom.wire import GROUP, RECALL, ROBOT, SEND, UPDATE, Call, cut, cut_bytes, spell
from bot.core.outbound import Button, Card, CardUpdate, Markdown, Message, Outbound, Picture, Recall, Say, Target

KEY = "cD0d7jx4tYvVtzqrmh3Dm3QFCXe6f8SlHoMtMh3qQEP"


def settings(**changes: Any) -> WeComSettings:
    values: dict[str, Any] = {
        "name": "gov",
        "corp_id": "ww1",
        "agent_id": 7,
        "secret": "s",
        "token": "t",
        "encoding_aes_key": KEY,
    }
    return WeComSettings(**(values | changes))


def out(message: Message, kind: Any = "person", to: str = "li", **changes: Any) -> Outbound:
    target = Target(kind=kind, platform="wecom", connection="gov", id=to)
    values = {"key": "u1#1", "target": target, "message": message, "queued_at": "2026-11-23T06:03:22+00:00"}
    return Outbound.model_validate(values | changes)


def call(message: Message, kind: str = "person", to: str = "li", attachment: str | bytes = "", **changes: Any) -> Call:
    terms = settings(**{k: changes.pop(k) for k in ("public_url", "unique_by") if k in changes})
    return spell(out(message, kind, to, **changes), terms, attachment)


OFFER = Card(
    card_id="t17-offer-1",
    source="运维服务台",
    title="17号 打印机卡纸",
    description="请接单",
    body="原话：卡纸了",
    lines=(("位置", "302"), ("报障人", "李梅"), ("", "无名")),
    buttons=(
        Button(text="接单", verb="accept", command="接单 17", style="primary"),
        Button(text="退回", verb="decline", command="退回 17", style="danger"),
        Button(text="正常", verb="step-ok", command="1"),
    ),
)
PLAIN = OFFER.model_copy(update={"buttons": ()})


def test_a_text_to_a_person() -> None:
    assert call(Say(text="已受理")) == Call(
        SEND,
        {
            "touser": "li",
            "msgtype": "text",
            "agentid": 7,
            "text": {"content": "已受理"},
            "enable_duplicate_check": 1,
            "duplicate_check_interval": 120,
            "yunwei_key": "u1#1",
        },
    )


def test_a_card_with_buttons_to_a_person() -> None:
    body = call(OFFER).body
    assert body["msgtype"] == "template_card"
    assert "yunwei_key" not in body
    assert body["template_card"] == {
        "card_type": "button_interaction",
        "source": {"desc": "运维服务台", "desc_color": 0},
        "main_title": {"title": "17号 打印机卡纸", "desc": "请接单"},
        "horizontal_content_list": [{"keyname": "位置", "value": "302"}, {"keyname": "报障人", "value": "李梅"}],
        "sub_title_text": "原话：卡纸了",
        "task_id": "t17-offer-1",
        "button_list": [
            {"text": "接单", "style": 1, "key": "accept"},
            {"text": "退回", "style": 3, "key": "decline"},
            {"text": "正常", "style": 2, "key": "step-ok"},
        ],
    }


def test_a_card_without_buttons_needs_a_link_or_becomes_markdown() -> None:
    card = call(PLAIN, public_url="https://desk.example").body["template_card"]
    assert card["card_type"] == "text_notice"
    assert card["card_action"] == {"type": 1, "url": "https://desk.example"}
    assert "task_id" not in card
    body = call(PLAIN).body
    assert body["msgtype"] == "markdown"
    assert body["markdown"]["content"].splitlines() == [
        "**17号 打印机卡纸**",
        "请接单",
        "> 位置：302",
        "> 报障人：李梅",
        "> ：无名",
        "原话：卡纸了",
        '<font color="comment">运维服务台</font>',
    ]


@pytest.mark.parametrize("kind, path, to", [("chat", GROUP, "g1"), ("webhook", ROBOT, "k1")])
def test_groups_get_words_and_typed_commands(kind: str, path: str, to: str) -> None:
    spelled = call(OFFER, kind, to)
    assert spelled.path == path
    assert spelled.body["msgtype"] == "markdown"
    content = spelled.body["markdown"]["content"]
    assert "请在与本应用的单聊里回复：接单 17 / 退回 17 / 1（正常）" in content
    assert "template_card" not in json.dumps(spelled.body)
    assert spelled.body.get("chatid") == ("g1" if kind == "chat" else None)
    assert spelled.query == ({} if kind == "chat" else {"key": "k1"})
    assert spelled.authorised == (kind == "chat")


def test_only_our_own_mentions_call_somebody() -> None:
    message = Markdown(text="报障人说：<@all> 快来", mentions=("wang", "zhao"))
    for kind in ("chat", "webhook"):
        content = call(message, kind).body["markdown"]["content"]
        assert content == "报障人说：＜@all> 快来\n<@wang><@zhao>"
    assert "<@" not in call(Say(text="<@all>"), "chat").body["text"]["content"]
    assert "<@" not in call(OFFER.model_copy(update={"body": "<@all>"}), "chat").body["markdown"]["content"]


def test_a_repeat_is_marked_only_where_nothing_else_helps() -> None:
    for message in (Say(text="a"), Markdown(text="a"), OFFER):
        assert call(message, retry=3) == call(message)
        for kind in ("chat", "webhook"):
            assert "可能重复" not in json.dumps(call(message, kind).body, ensure_ascii=False)
            assert "可能重复" in json.dumps(call(message, kind, retry=1).body, ensure_ascii=False)


@pytest.mark.parametrize("message", [Say(text="好"), Markdown(text="好"), PLAIN], ids=["text", "markdown", "card"])
@pytest.mark.parametrize("public_url", ["", "https://desk.example"])
@pytest.mark.parametrize("unique_by", ["field", "suffix"])
def test_honest_twins_differ_and_retries_do_not(message: Message, public_url: str, unique_by: str) -> None:
    ways = {"public_url": public_url, "unique_by": unique_by}
    first = call(message, **ways)
    assert call(message, retry=1, **ways) == first
    twin = call(message, key="u2#1", queued_at="2026-11-23T06:04:00+00:00", **ways)
    assert twin.body != first.body
    assert ("yunwei_key" in first.body) == (unique_by == "field")
    assert ("14:03:22" in json.dumps(first.body)) == (unique_by == "suffix")


LONG = "障" * 5000


@pytest.mark.parametrize("unique_by", ["field", "suffix"])
@pytest.mark.parametrize(
    "message, kind, path, limit",
    [
        (Say(text=LONG), "person", ("text", "content"), 2048),
        (Say(text=LONG), "chat", ("text", "content"), 2048),
        (Say(text=LONG), "webhook", ("text", "content"), 2048),
        (Markdown(text=LONG), "person", ("markdown", "content"), 2048),
        (Markdown(text=LONG, mentions=("li",)), "chat", ("markdown", "content"), 2048),
        (Markdown(text=LONG, mentions=("li",)), "webhook", ("markdown", "content"), 4096),
        (PLAIN.model_copy(update={"body": LONG}), "person", ("markdown", "content"), 2048),
        (OFFER.model_copy(update={"body": LONG}), "chat", ("markdown", "content"), 2048),
        (OFFER.model_copy(update={"body": LONG}), "webhook", ("markdown", "content"), 4096),
    ],
)
@pytest.mark.parametrize("retry", [0, 1])
def test_long_texts_are_cut_between_characters(
    message: Message, kind: str, path: tuple[str, str], limit: int, unique_by: str, retry: int
) -> None:
    content = call(message, kind, unique_by=unique_by, retry=retry).body[path[0]][path[1]]
    size = len(content.encode())
    assert limit - 8 <= size <= limit
    assert "…" in content
    assert "�" not in content
    if isinstance(message, Markdown) and message.mentions:
        assert "<@li>" in content
    if isinstance(message, Card):
        assert ("接单 17" in content) == bool(message.buttons)


def test_card_fields_keep_to_the_recommended_lengths() -> None:
    buttons = tuple(Button(text="按" * 20, verb=f"v{n}", command=f"命令{n}") for n in range(8))
    lines = tuple(("键" * 9, "值" * 90) for _ in range(9))
    everything = {"title": LONG, "description": LONG, "source": LONG, "body": "短", "lines": lines, "buttons": buttons}
    card = call(OFFER.model_copy(update=everything)).body["template_card"]
    assert len(card["main_title"]["title"]) == 36
    assert len(card["main_title"]["desc"]) == 44
    assert len(card["source"]["desc"]) == 20
    assert [len(line["keyname"]) for line in card["horizontal_content_list"]] == [5] * 6
    assert {len(line["value"]) for line in card["horizontal_content_list"]} == {30}
    assert [button["key"] for button in card["button_list"]] == ["v0", "v1", "v2", "v3", "v4", "v5"]
    assert {len(button["text"]) for button in card["button_list"]} == {10}
    assert card["sub_title_text"] == f"短\n也可回复：命令6（{'按' * 20}） / 命令7（{'按' * 20}）"
    long_body = call(OFFER.model_copy(update={"body": LONG})).body["template_card"]["sub_title_text"]
    assert len(long_body) == 160
    assert long_body.endswith("…")
    ways = {"public_url": "https://desk.example", "unique_by": "suffix"}
    suffixed = call(PLAIN.model_copy(update={"body": LONG}), **ways).body["template_card"]["sub_title_text"]
    assert len(suffixed) == 160
    assert suffixed.endswith("…\n（14:03:22）")


def test_buttons_that_the_platform_would_refuse_are_left_out() -> None:
    twice = (*OFFER.buttons, Button(text="再接", verb="accept"), Button(text=" ", verb="x"), Button(text="y", verb=""))
    keys = [b["key"] for b in call(OFFER.model_copy(update={"buttons": twice})).body["template_card"]["button_list"]]
    assert keys == ["accept", "decline", "step-ok"]
    with pytest.raises(Permanent):
        call(OFFER.model_copy(update={"buttons": (Button(text="", verb="x"),)}))


@pytest.mark.parametrize("card_id", ["", "t17 offer", "工单", "a" * 129, "t17\n"])
def test_a_bad_card_id_is_refused_before_the_platform_does(card_id: str) -> None:
    with pytest.raises(Permanent):
        call(OFFER.model_copy(update={"card_id": card_id}))


def test_an_untitled_card_still_has_a_title() -> None:
    card = OFFER.model_copy(update={"title": "", "source": "", "description": ""})
    assert call(card).body["template_card"]["main_title"] == {"title": "通知"}


def test_updates() -> None:
    base = {"userids": ["li"], "agentid": 7, "response_code": "rc"}
    label = call(CardUpdate(card_id="t1", label="已由李四接单", code="rc"))
    assert label == Call(UPDATE, base | {"button": {"replace_name": "已由李四接单"}})
    whole = call(CardUpdate(card_id="t1", label="已接单", card=OFFER, code="rc")).body
    assert whole["template_card"]["replace_text"] == "已接单"
    assert whole["template_card"]["task_id"] == "t17-offer-1"
    assert "button" not in whole
    linked = call(CardUpdate(card_id="t1", card=PLAIN, code="rc"), public_url="https://desk.example").body
    assert linked["template_card"]["card_type"] == "text_notice"
    unlinked = call(CardUpdate(card_id="t1", card=PLAIN, code="rc")).body
    assert unlinked == base | {"button": {"replace_name": "17号 打印机卡纸"}}
    assert call(CardUpdate(card_id="t1", code="rc")).body["button"] == {"replace_name": "已处理"}


def test_a_recall() -> None:
    assert call(Recall(message_id="m1")) == Call(RECALL, {"msgid": "m1"})


@pytest.mark.parametrize(
    "message, kind",
    [
        (CardUpdate(card_id="t1", label="已接单"), "person"),
        (CardUpdate(card_id="t1", label="已接单", code="rc"), "chat"),
        (Recall(message_id="m1"), "chat"),
        (Recall(message_id="m1"), "webhook"),
        (Picture(media_key="p1"), "person"),
    ],
)
def test_what_cannot_be_said_is_permanent(message: Message, kind: str) -> None:
    with pytest.raises(Permanent):
        call(message, kind)


def test_pictures() -> None:
    picture = Picture(media_key="p1")
    assert call(picture, attachment="mid").body["image"] == {"media_id": "mid"}
    assert call(picture, "chat", attachment="mid").body["image"] == {"media_id": "mid"}
    inline = call(picture, "webhook", attachment=b"abc").body["image"]
    assert inline == {"base64": "YWJj", "md5": "900150983cd24fb0d6963f7d28e17f72"}


def test_a_robot_by_its_url() -> None:
    spelled = call(Say(text="a"), "webhook", "https://other.example/cgi-bin/webhook/send?key=K%2B1")
    assert (spelled.base, spelled.path, spelled.query) == ("https://other.example", ROBOT, {"key": "K+1"})


@pytest.mark.parametrize(
    "address",
    [
        "http://other.example/cgi-bin/webhook/send?key=K",
        "https://other.example/cgi-bin/webhook/send",
        "https://other.example/robot/send?access_token=K",
        "file:///cgi-bin/webhook/send?key=K",
        "https://[broken/cgi-bin/webhook/send?key=K",
    ],
)
def test_addresses_that_are_no_robot(address: str) -> None:
    with pytest.raises(Permanent):
        call(Say(text="a"), "webhook", address)


def test_what_json_or_clients_cannot_carry_is_removed() -> None:
    body = call(Say(text="a\x00b\x1bc\ud800d\n\te😀")).body
    assert body["text"]["content"] == "abcd\n\te😀"
    json.dumps(body, ensure_ascii=False).encode()


def test_cutting() -> None:
    assert cut_bytes("障碍", 6) == "障碍"
    assert cut_bytes("障碍物", 8) == "障…"
    assert cut_bytes("a😀b", 5) == "a…"
    assert cut("两行\n文字", 10) == "两行 文字"
    assert cut("一二三四五六", 5) == "一二三四…"

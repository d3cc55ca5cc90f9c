"""WeCom callbacks: known-answer vectors, every kind of message and event, and what hostile or broken input ends in."""

import base64
import json
import struct
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from bot.channels.base import Challenge, ConfigurationWrong, Decoded, Rejected, Updates
from bot.channels.wecom.codec import BODY_LIMIT, Codec, aes_key, signature
from bot.channels.wecom.settings import WeComSettings
from bot.core.updates import (
    UPDATE,
    Content,
    Entered,
    Left,
    Link,
    Location,
    MenuClick,
    Notice,
    Photo,
    Press,
    Text,
    Unknown,
    Update,
    Video,
    Voice,
)

VECTORS = json.loads((Path(__file__).parent.parent / "data/vectors/wecom_crypto.json").read_text("utf-8"))
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
CORP, TOKEN, KEY, AGENT = "ww6a112864f8022910", "kz7Yx62CH8SaLN", "cD0d7jx4tYvVtzqrmh3Dm3QFCXe6f8SlHoMtMh3qQEP", 1000002


def settings(**changes: Any) -> WeComSettings:
    values: dict[str, Any] = {
        "name": "gov",
        "corp_id": CORP,
        "agent_id": AGENT,
        "secret": "s",
        "token": TOKEN,
        "encoding_aes_key": KEY,
    }
    return WeComSettings(**(values | changes))


def vector_codec(vector: dict[str, str]) -> Codec:
    key, corp = vector["encoding_aes_key"], vector["receiveid"]
    return Codec(settings(token=vector["token"], encoding_aes_key=key, corp_id=corp))


def vector_query(vector: dict[str, str]) -> dict[str, str]:
    return {name: vector[name] for name in ("msg_signature", "timestamp", "nonce")}


def seal(plain: str | bytes, corp: str = CORP) -> str:
    """Encrypt as the platform does, written here independently of the library under test."""
    message = plain.encode() if isinstance(plain, str) else plain
    data = b"0123456789abcdef" + struct.pack(">I", len(message)) + message + corp.encode()
    pad = 32 - len(data) % 32
    key = base64.b64decode(KEY + "=")
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return base64.b64encode(encryptor.update(data + bytes([pad]) * pad) + encryptor.finalize()).decode()


def signed(sealed: str, at: datetime = NOW, nonce: str = "n1") -> dict[str, str]:
    stamp = str(int(at.timestamp()))
    return {"msg_signature": signature(TOKEN, stamp, nonce, sealed), "timestamp": stamp, "nonce": nonce}


def envelope(sealed: str) -> bytes:
    return f" <xml><AgentID>1</AgentID><Encrypt><![CDATA[{sealed}]]></Encrypt></xml >\n".encode()


def callback(plain: str | bytes, nonce: str = "n1") -> Decoded:
    sealed = seal(plain)
    return Codec(settings()).decode(signed(sealed, nonce=nonce), envelope(sealed), NOW)


def only(decoded: Decoded) -> Update:
    assert isinstance(decoded, Updates)
    (update,) = decoded.items
    assert decoded.reply == b""
    assert UPDATE.validate_json(update.model_dump_json()) == update
    return update


def message(kind: str, rest: str, sender: str = "ZhangSan", agent: str = f"<AgentID>{AGENT}</AgentID>") -> str:
    return (
        f" <xml><ToUserName><![CDATA[{CORP}]]></ToUserName><FromUserName><![CDATA[{sender}]]></FromUserName >"
        f"<CreateTime>1795395600</CreateTime><MsgType><![CDATA[{kind}]]></MsgType>{rest}{agent}</xml >"
    )


def event(name: str, rest: str = "", **kwargs: str) -> str:
    return message("event", f"<Event><![CDATA[{name}]]></Event>{rest}", **kwargs)


@pytest.mark.parametrize("vector", VECTORS["decrypt"], ids=lambda v: v["name"])
def test_published_vectors(vector: dict[str, str]) -> None:
    now = datetime.fromtimestamp(int(vector["timestamp"]), UTC)
    codec, query = vector_codec(vector), vector_query(vector)
    assert codec.decode(query | {"echostr": vector["encrypt"]}, b"", now) == Challenge(vector["plaintext"].encode())
    if vector["kind"] == "xml":
        assert only(codec.decode(query, envelope(vector["encrypt"]), now)).connection == "gov"


@pytest.mark.parametrize("vector", VECTORS["negative"], ids=lambda v: v["name"])
def test_damaged_vectors_are_rejected(vector: dict[str, str]) -> None:
    now = datetime.fromtimestamp(int(vector["timestamp"]), UTC)
    decoded = vector_codec(vector).decode(vector_query(vector) | {"echostr": vector["encrypt"]}, b"", now)
    assert isinstance(decoded, Rejected)
    assert ("signature" in decoded.reason) == (vector["expect"] == "signature error")


@pytest.mark.parametrize("vector", VECTORS["keys"], ids=lambda v: v["key"] or "empty")
def test_keys(vector: dict[str, Any]) -> None:
    if vector["valid"]:
        assert len(aes_key(vector["key"])) == 32
    else:
        with pytest.raises(ConfigurationWrong):
            aes_key(vector["key"])
        with pytest.raises(ConfigurationWrong):
            settings(encoding_aes_key=vector["key"])


def test_a_form_decoder_may_have_eaten_the_plus_signs() -> None:
    vector = VECTORS["decrypt"][0]
    assert "+" in vector["encrypt"]
    now = datetime.fromtimestamp(int(vector["timestamp"]), UTC)
    query = vector_query(vector) | {"echostr": vector["encrypt"].replace("+", " ")}
    assert vector_codec(vector).decode(query, b"", now) == Challenge(vector["plaintext"].encode())


@pytest.mark.parametrize("minutes, accepted", [(0, True), (5, True), (-5, True), (6, False), (-6, False)])
def test_the_window_is_five_minutes(minutes: int, accepted: bool) -> None:
    sealed = seal(message("text", "<Content>a</Content><MsgId>1</MsgId>"))
    query = signed(sealed, NOW + timedelta(minutes=minutes))
    assert isinstance(Codec(settings()).decode(query, envelope(sealed), NOW), Updates if accepted else Rejected)


LAUGHS = (
    '<!DOCTYPE lolz [<!ENTITY a "lol">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)
HOSTILE_BODIES = {
    "not xml": (b"hello", 400),
    "json": (b'{"encrypt":"x"}', 400),
    "truncated": (b"<xml><Encrypt><![CDATA[abc", 400),
    "no encrypt": (b"<xml><a>1</a></xml>", 400),
    "encrypt twice": (b"<xml><Encrypt>a</Encrypt><Encrypt>b</Encrypt></xml>", 400),
    "encrypt with children": (b"<xml><Encrypt><a>1</a></Encrypt></xml>", 400),
    "empty encrypt": (b"<xml><Encrypt></Encrypt></xml>", 400),
    "empty root": (b"<xml/>", 400),
    "other root": (b"<html><Encrypt>a</Encrypt></html>", 400),
    "not utf-8": (b"<xml><Encrypt>\xff\xfe</Encrypt></xml>", 400),
    "utf-16": ('<?xml version="1.0" encoding="utf-16"?><xml><Encrypt>a</Encrypt></xml>'.encode("utf-16"), 403),
    "nul": (b"<xml><Encrypt>a\x00b</Encrypt></xml>", 400),
    "billion laughs": (f"{LAUGHS}<xml><Encrypt>&i;</Encrypt></xml>".encode(), 400),
    "external entity": (
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><xml><Encrypt>&e;</Encrypt></xml>',
        400,
    ),
    "empty document type": (b"<!DOCTYPE xml><xml><Encrypt>a</Encrypt></xml>", 400),
    "deep": (b"<a>" * 20_000, 400),
    "deep and closed": (b"<xml>" + b"<a>" * 9_000 + b"</a>" * 9_000 + b"</xml>", 400),
    "oversized": (b"<xml>" + b" " * BODY_LIMIT + b"</xml>", 413),
    "unsigned": (envelope(seal("x")), 403),
}


@pytest.mark.parametrize("name", HOSTILE_BODIES)
def test_hostile_bodies(name: str) -> None:
    body, status = HOSTILE_BODIES[name]
    decoded = Codec(settings()).decode({"timestamp": str(int(NOW.timestamp())), "nonce": "n"}, body, NOW)
    assert isinstance(decoded, Rejected)
    assert decoded.status == status


HOSTILE_PLAIN: dict[str, str | bytes] = {
    "empty": "",
    "not xml": "hello",
    "truncated": message("text", "<Content>a</Content>")[:-20],
    "billion laughs": f"{LAUGHS}<xml><MsgType>text</MsgType><Content>&i;</Content></xml>",
    "document type": "<!DOCTYPE xml>" + message("text", "<Content>a</Content>"),
    "not utf-8": b"<xml><Content>\xff\xff</Content></xml>",
    "root is text": "<xml>text</xml>",
}


@pytest.mark.parametrize("name", HOSTILE_PLAIN)
def test_signed_but_unreadable(name: str) -> None:
    decoded = callback(HOSTILE_PLAIN[name])
    assert isinstance(decoded, Rejected)
    assert decoded.status == 400


def test_broken_queries_and_ciphers_are_rejected() -> None:
    codec, sealed = Codec(settings()), seal(message("text", "<Content>a</Content>"))
    good, body = signed(sealed), envelope(sealed)
    assert isinstance(codec.decode(good, body, NOW), Updates)
    for change in ({"msg_signature": ""}, {"msg_signature": "é\udc80"}, {"nonce": "other"}, {"timestamp": "1"}):
        assert isinstance(codec.decode(good | change, body, NOW), Rejected)
    for missing in good:
        assert isinstance(codec.decode({k: v for k, v in good.items() if k != missing}, body, NOW), Rejected)
    for stamp in ("", "soon", "٣", "1" * 40, "-5"):
        query = {"timestamp": stamp, "nonce": "n", "msg_signature": signature(TOKEN, stamp, "n", sealed)}
        assert codec.decode(query, body, NOW) == Rejected(403, "time stamp outside the window")
    assert codec.decode({}, b"", NOW) == Rejected(400, "no body")
    foreign = seal(message("text", "<Content>a</Content>"), corp="ww0000000000000000")
    assert codec.decode(signed(foreign), envelope(foreign), NOW) == Rejected(403, "meant for another corp, or damaged")
    for damaged in ("!!!!", "abc", sealed[:-24], sealed[:40] + "AAAA" + sealed[44:]):
        decoded = codec.decode(signed(damaged), envelope(damaged), NOW)
        assert isinstance(decoded, Rejected)


MESSAGES: list[tuple[str, str, Content]] = [
    ("text", "<Content><![CDATA[三楼302<!DOCTYPE 打印机]]></Content>", Text(text="三楼302<!DOCTYPE 打印机")),
    ("text", "<Content></Content>", Text(text="")),
    ("TEXT", "<Content>a</Content><Content>b</Content>", Text(text="a")),
    ("image", "<PicUrl>http://p</PicUrl><MediaId>m1</MediaId>", Photo(media_id="m1", url="http://p")),
    ("voice", "<MediaId>m2</MediaId><Format>amr</Format>", Voice(media_id="m2", format="amr")),
    ("video", "<MediaId>m3</MediaId><ThumbMediaId>t</ThumbMediaId>", Video(media_id="m3")),
    (
        "location",
        "<Location_X>23.134</Location_X><Location_Y>113.358</Location_Y><Scale>15</Scale><Label>广州</Label>",
        Location(latitude=23.134, longitude=113.358, label="广州"),
    ),
    ("location", "<Location_X>north</Location_X><Location_Y>1</Location_Y>", Unknown(name="location")),
    ("location", "<Location_X>nan</Location_X><Location_Y>1</Location_Y>", Unknown(name="location")),
    ("location", "<Location_X>95</Location_X><Location_Y>1</Location_Y>", Unknown(name="location")),
    (
        "link",
        "<Title>t</Title><Description>d</Description><Url>u</Url>",
        Link(title="t", description="d", url="u"),
    ),
    ("file", "<MediaId>m</MediaId>", Unknown(name="file")),
    ("", "", Unknown(name="untyped")),
]


@pytest.mark.parametrize("kind, rest, content", MESSAGES)
def test_messages(kind: str, rest: str, content: Content) -> None:
    update = only(callback(message(kind, rest + "<MsgId>1234567890123456789</MsgId>")))
    assert update.content == content
    assert update.key == "wecom:gov:msg:1234567890123456789"
    assert update.lane == f"wecom:{CORP}:zhangsan"
    assert update.account.user_id == "zhangsan"
    assert update.at == datetime.fromtimestamp(1795395600, UTC)


PRESSED = (
    "<EventKey>accept</EventKey><TaskId>t17-offer-1</TaskId ><CardType>x</CardType><ResponseCode>rc1</ResponseCode>"
)
ONE = "<SelectedItem><QuestionKey>q1</QuestionKey><OptionIds><OptionId>a</OptionId></OptionIds></SelectedItem>"
TWO = (
    "<SelectedItem><QuestionKey>q2</QuestionKey><OptionIds><OptionId>b</OptionId><OptionId>c</OptionId></OptionIds>"
    "</SelectedItem>"
)
SCAN = (
    "<EventKey>k</EventKey><ScanCodeInfo><ScanType>qrcode</ScanType><ScanResult>YW:PC-0017</ScanResult></ScanCodeInfo>"
)
EVENTS: list[tuple[str, str, Content]] = [
    ("template_card_event", PRESSED, Press(card_id="t17-offer-1", verb="accept", response_code="rc1")),
    ("template_card_menu_event", PRESSED, Press(card_id="t17-offer-1", verb="accept", response_code="rc1")),
    ("template_card_event", "<EventKey>k</EventKey>", Press(card_id="", verb="k")),
    ("subscribe", "<EventKey></EventKey>", Entered(first=True)),
    ("enter_agent", "", Entered()),
    ("unsubscribe", "", Left()),
    ("CLICK", "<EventKey>hall</EventKey>", MenuClick(key="hall")),
    ("LOCATION", "<Latitude>23.1</Latitude><Longitude>113.3</Longitude>", Location(latitude=23.1, longitude=113.3)),
    ("VIEW", "<EventKey>http://x</EventKey>", Notice(name="view")),
    (
        "inactive_alert",
        "<EffectTime>1795395600</EffectTime>",
        Notice(name="inactive_alert", detail={"EffectTime": "1795395600"}),
    ),
    ("scancode_waitmsg", "<EventKey>k</EventKey>", Unknown(name="scancode_waitmsg")),
    ("scancode_waitmsg", SCAN, Text(text="YW:PC-0017")),
    ("scancode_push", SCAN, Text(text="YW:PC-0017")),
    ("scancode_push", "<ScanCodeInfo>text</ScanCodeInfo>", Unknown(name="scancode_push")),
    ("some_future_event", "", Unknown(name="some_future_event")),
]


@pytest.mark.parametrize("name, rest, content", EVENTS)
def test_events(name: str, rest: str, content: Content) -> None:
    assert only(callback(event(name, rest))).content == content


@pytest.mark.parametrize(
    "items, selected",
    [
        ("", {}),
        ("<SelectedItems></SelectedItems>", {}),
        ("<SelectedItems>text</SelectedItems>", {}),
        ("<SelectedItems><SelectedItem>text</SelectedItem></SelectedItems>", {}),
        (f"<SelectedItems>{ONE}</SelectedItems>", {"q1": ("a",)}),
        (f"<SelectedItems>{ONE}{TWO}</SelectedItems>", {"q1": ("a",), "q2": ("b", "c")}),
        ("<SelectedItems><SelectedItem><QuestionKey>q</QuestionKey></SelectedItem></SelectedItems>", {"q": ()}),
        (
            "<SelectedItems><SelectedItem><QuestionKey>q</QuestionKey><OptionIds>a</OptionIds></SelectedItem>"
            "</SelectedItems>",
            {"q": ("a",)},
        ),
    ],
)
def test_selections_are_lists_whatever_their_number(items: str, selected: dict[str, tuple[str, ...]]) -> None:
    content = only(callback(event("template_card_event", PRESSED + items))).content
    assert isinstance(content, Press)
    assert content.selected == selected


def test_a_retry_has_the_same_key_and_another_click_has_not() -> None:
    first = only(callback(event("template_card_event", PRESSED)))
    assert only(callback(event("template_card_event", PRESSED), nonce="n2")).key == first.key
    second = only(callback(event("template_card_event", PRESSED.replace("rc1", "rc2"))))
    assert second.key != first.key
    assert second.lane == first.lane


def test_notices_of_one_second_stay_apart_and_keep_no_personal_data() -> None:
    def contact(user: str) -> str:
        who = f"<ChangeType>update_user</ChangeType><UserID>{user}</UserID><Mobile>13800138000</Mobile>"
        return event("change_contact", who, sender="sys", agent="")

    li, wang = only(callback(contact("li"))), only(callback(contact("wang")))
    assert li.key != wang.key
    assert li.content == Notice(name="change_contact", detail={"ChangeType": "update_user", "UserID": "li"})
    job = "<BatchJob><JobId>j1</JobId><JobType>sync_user</JobType><ErrCode>0</ErrCode></BatchJob>"
    done = only(callback(event("batch_job_result", job, agent=""))).content
    assert done == Notice(name="batch_job_result", detail={"JobId": "j1", "JobType": "sync_user", "ErrCode": "0"})


@pytest.mark.parametrize("agent", ["", "<AgentID></AgentID>", f"<AgentID><![CDATA[{AGENT}]]></AgentID>"])
def test_events_without_an_agent_are_tolerated(agent: str) -> None:
    assert only(callback(event("enter_agent", agent=agent))).content == Entered()


def test_another_apps_callback_is_stored_as_unknown() -> None:
    content = only(callback(message("text", "<Content>a</Content>", agent="<AgentID>7</AgentID>"))).content
    assert content == Unknown(name="agent:7")


def test_nobody_speaking_is_a_notice() -> None:
    assert only(callback("<xml><InfoType>suite_ticket</InfoType></xml>")).content == Notice(name="untyped")


def test_messages_without_an_id_are_told_apart_by_their_text() -> None:
    one = only(callback(message("text", "<Content>a</Content>")))
    assert only(callback(message("text", "<Content>a</Content>"))).key == one.key
    assert only(callback(message("text", "<Content>b</Content>"))).key != one.key
    assert only(callback(message("text", "<Content>b</Content><MsgId>0</MsgId>"))).key != "wecom:gov:msg:0"


@pytest.mark.parametrize("stamp", ["", "soon", "9" * 11, "9" * 30])
def test_an_unreadable_time_is_now(stamp: str) -> None:
    plain = message("text", "<Content>a</Content>").replace("1795395600", stamp)
    expected = datetime.fromtimestamp(99999999999, UTC) if stamp == "9" * 11 else NOW
    assert only(callback(plain)).at == expected


def test_a_deeply_nested_signed_message_is_survived() -> None:
    deep = "<a>" * 4_000 + "</a>" * 4_000
    assert only(callback(message("text", f"<Content>a</Content>{deep}"))).content == Text(text="a")


@pytest.mark.parametrize(
    "changes",
    [
        {"corp_id": ""},
        {"secret": ""},
        {"agent_id": 0},
        {"api_base": ""},
        {"api_base": "qyapi.weixin.qq.com"},
        {"proxy": "socks"},
        {"public_url": "ftp://x"},
        {"unique_by": "luck"},
        {"duplicate_check_s": 0},
        {"timezone": "Mars/Olympus"},
    ],
)
def test_settings_that_cannot_be_right(changes: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationWrong, match=next(iter(changes))):
        settings(**changes)


def test_settings_do_not_show_their_secrets() -> None:
    shown = repr(settings(secret="topsecret"))
    assert not any(secret in shown for secret in ("topsecret", TOKEN, KEY))

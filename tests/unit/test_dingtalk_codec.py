"""DingTalk callbacks: known-answer vectors, every kind of message, and what hostile or broken input ends in."""

import base64
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from wechatpy.enterprise.crypto import PrpCrypto

from bot.channels.base import Challenge, ConfigurationWrong, Rejected, Updates
from bot.channels.dingtalk import codec, contents
from bot.channels.dingtalk.codec import card_sign, decode, event_sign, robot_sign
from bot.channels.dingtalk.settings import DingTalkSettings
from bot.core.updates import UPDATE, Content, Left, Notice, Photo, Press, Text, Unknown, Video, Voice

DATA = Path(__file__).parent.parent / "data/vectors"
SIGNS = json.loads((DATA / "dingtalk_sign.json").read_text("utf-8"))
ENVELOPES = json.loads((DATA / "dingtalk_callback_crypto.json").read_text("utf-8"))["envelopes"]
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
STAMP = str(int(NOW.timestamp() * 1000))


def settings(**changes: Any) -> DingTalkSettings:
    values: dict[str, Any] = {
        "name": "provider", "corp_id": "ding9f50b15bccd16741", "client_id": "dingkey", "client_secret": "s3cret",
        "robot_code": "dingkey",
    }  # fmt: skip
    return DingTalkSettings(**(values | changes))


def message(**own: Any) -> dict[str, Any]:
    return {
        "msgId": "msgAbC==", "createAt": int(NOW.timestamp() * 1000), "conversationType": "1", "conversationId": "cid1",
        "senderStaffId": "wang", "senderNick": "王工", "senderCorpId": "ding9f50b15bccd16741", "msgtype": "text",
        "sessionWebhook": "https://oapi.dingtalk.com/robot/sendBySession?session=abc",
        "sessionWebhookExpiredTime": int((NOW + timedelta(minutes=90)).timestamp() * 1000), "robotCode": "dingkey",
    } | own  # fmt: skip


def read(body: dict[str, Any]) -> list[Content]:
    return [u.content for u in contents.updates(body, settings(), NOW)]


def robot_headers(stamp: str = STAMP, secret: str = "s3cret") -> dict[str, str]:
    return {"Timestamp": stamp, "Sign": robot_sign(secret, stamp), "Content-Type": "application/json"}


@pytest.mark.parametrize("case", SIGNS["robot_sign"]["cases"], ids=lambda c: c["secret"])
def test_robot_signature_vectors(case: dict[str, str]) -> None:
    assert robot_sign(case["secret"], case["timestamp"]) == case["sign"]


@pytest.mark.parametrize("case", SIGNS["timestamp_hmac"]["cases"], ids=lambda c: c["timestamp"])
def test_card_signature_vectors(case: dict[str, str]) -> None:
    assert card_sign(case["secret"], case["timestamp"]) == case["signature"]


@pytest.mark.parametrize("vector", ENVELOPES, ids=lambda v: v["id"])
def test_event_envelope_vectors(vector: dict[str, Any]) -> None:
    sealed, stamp = vector["encrypt"], vector["timestamp"]
    assert event_sign(vector["token"], stamp, vector["nonce"], sealed) == vector["signature"]
    plain = PrpCrypto(base64.b64decode(vector["aes_key"] + "=")).decrypt(sealed, vector["owner_key"])
    assert plain == vector["expect"]["plaintext"]


def test_saving_the_event_address_is_answered_with_a_sealed_success() -> None:
    vector = next(v for v in ENVELOPES if v["id"] == "check_url_internal")
    ours = settings(client_id=vector["owner_key"], event_token=vector["token"], event_aes_key=vector["aes_key"])
    query = {"signature": vector["signature"], "timestamp": vector["timestamp"], "nonce": vector["nonce"]}
    then = datetime.fromtimestamp(int(vector["timestamp"]) / 1000, UTC)
    body = json.dumps({"encrypt": vector["encrypt"]}).encode()
    answer = decode(query, {}, body, ours, then)
    assert isinstance(answer, Challenge)
    reply = json.loads(answer.reply)
    assert reply["msg_signature"] == event_sign(vector["token"], reply["timeStamp"], reply["nonce"], reply["encrypt"])
    crypto = PrpCrypto(base64.b64decode(vector["aes_key"] + "="))
    assert crypto.decrypt(reply["encrypt"], vector["owner_key"]) == "success"
    assert isinstance(decode(query, {}, body, settings(), then), Rejected)
    late = decode(query, {}, body, ours, then + timedelta(hours=2))
    assert isinstance(late, Rejected) and late.status == 403


@pytest.mark.parametrize(
    "body, expected",
    [
        (message(text={"content": " 三楼打印机卡纸 "}), [Text(text="三楼打印机卡纸")]),
        (message(msgtype="text", content="旧式"), [Text(text="旧式")]),
        (message(msgtype="picture", content={"downloadCode": "dc1"}), [Photo(media_id="dc1")]),
        (message(msgtype="picture", content={"pictureDownloadCode": "pc1"}), [Photo(media_id="pc1")]),
        (message(msgtype="picture", content='{"downloadCode":"dc1"}'), [Photo(media_id="dc1")]),
        (
            message(msgtype="audio", content={"downloadCode": "a1", "recognition": "打印机卡纸了", "duration": "4000"}),
            [Voice(media_id="a1", format="amr", transcript="打印机卡纸了")],
        ),
        (message(msgtype="audio", content={"downloadCode": "a1"}), [Voice(media_id="a1", format="amr")]),
        (message(msgtype="video", content={"downloadCode": "v1", "duration": "5"}), [Video(media_id="v1")]),
        (message(msgtype="file", content={"downloadCode": "f1", "fileName": "x.xlsx"}), [Unknown(name="file")]),
        (message(msgtype="unknownMsgType", content={"unknownMsgType": "…"}), [Unknown(name="unknownMsgType")]),
        (
            message(msgtype="richText", content={"richText": [
                {"text": "@运维助手 三楼"}, {"text": "打印机"}, {"type": "picture", "downloadCode": "p1"},
                {"type": "at", "atName": "x"}, {"type": "picture", "pictureDownloadCode": "p2"}]}),
            [Text(text="三楼打印机"), Photo(media_id="p1"), Photo(media_id="p2")],
        ),
        (message(msgtype="richText", content={"richText": []}), [Unknown(name="richText")]),
        (message(msgtype="richText", content={"richText": "x"}), [Unknown(name="richText")]),
        (message(errorCode=20001, errorMessage="quota"), [Notice(name="over-quota", detail={"code": "20001"})]),
        (message(errorCode="20001", errMsg="quota"), [Notice(name="over-quota", detail={"code": "20001"})]),
        (message(senderStaffId=""), [Notice(name="sender-without-staff-id", detail={"type": "text"})]),
        (
            message(text={"content": "这个坏了", "isReplyMsg": True,
                          "repliedMsg": {"msgType": "picture", "content": {"downloadCode": "q1"}}}),
            [Text(text="这个坏了"), Photo(media_id="q1")],
        ),
        (
            message(text={"content": "在吗", "repliedMsg": {"msgType": "text", "content": "AAAA||3||1||132"}}),
            [Text(text="在吗")],
        ),
        (message(msgtype=7), [Unknown(name="7")]),
        (message(msgtype=None), [Unknown(name="message")]),
    ],
)  # fmt: skip
def test_every_kind_of_message(body: dict[str, Any], expected: list[Content]) -> None:
    assert read(body) == expected


def test_identity_order_group_and_quote() -> None:
    body = message(
        conversationType="2", conversationId="cidGroup", originalProcessQueryKey="pqk7", createAt=STAMP,
        msgtype="richText", content={"richText": [{"text": "坏了"}, {"downloadCode": "p1"}]},
    )  # fmt: skip
    first, second = contents.updates(body, settings(), NOW)
    assert (first.key, second.key) == ("dingtalk:provider:msg:msgAbC==", "dingtalk:provider:msg:msgAbC==:1")
    assert first.lane == second.lane == "dingtalk:ding9f50b15bccd16741:wang"
    assert (first.chat_id, first.quoted, first.at) == ("cidGroup", "pqk7", NOW)
    assert UPDATE.validate_json(first.model_dump_json()) == first
    assert contents.updates(message(msgId=""), settings(), NOW) == ()


@pytest.mark.parametrize(
    "change, remembered",
    [
        ({}, True),
        ({"sessionWebhook": "https://evil.example/robot/sendBySession?session=abc"}, False),
        ({"sessionWebhook": "https://oapi.dingtalk.com.evil.example/robot/sendBySession?session=abc"}, False),
        ({"sessionWebhook": "http://169.254.169.254/latest"}, False),
        ({"sessionWebhookExpiredTime": STAMP}, False),
        ({"senderStaffId": ""}, False),
    ],
)
def test_only_the_platforms_own_live_webhook_is_believed(change: dict[str, Any], remembered: bool) -> None:
    assert (contents.session(message(**change), settings(), NOW) is not None) is remembered


def test_a_signed_robot_message_is_accepted_in_any_header_case() -> None:
    body = json.dumps(message(text={"content": "你好"})).encode()
    for headers in (robot_headers(), {k.lower(): v for k, v in robot_headers().items()}):
        answer = decode({}, headers, body, settings(), NOW)
        assert isinstance(answer, Updates) and answer.items[0].content == Text(text="你好")
        assert json.loads(answer.reply) == {"msgtype": "empty"}


OLD = str(int((NOW - timedelta(minutes=61)).timestamp() * 1000))


@pytest.mark.parametrize(
    "headers, body, status",
    [
        ({}, b"{}", 403),
        (robot_headers(secret="other"), b"{}", 403),
        (robot_headers(stamp=OLD), b"{}", 403),
        (robot_headers(stamp="x" * 20), b"{}", 403),
        (robot_headers(stamp="٣" * 13), b"{}", 403),
        (robot_headers(), b"", 400),
        (robot_headers(), b"[1]", 400),
        (robot_headers(), b"\xff\xfe", 400),
        (robot_headers(), b"[" * 100_000, 400),
        (robot_headers(), b"{" + b" " * codec.BODY_LIMIT + b"}", 413),
        ({"x-ddpaas-signature": "no", "x-ddpaas-signature-timestamp": STAMP}, b"{}", 403),
        ({}, b'{"encrypt": "x"}', 403),
        ({}, b'{"encrypt": 7}', 403),
    ],
)
def test_what_is_not_genuine_or_not_readable(headers: dict[str, str], body: bytes, status: int) -> None:
    answer = decode({}, headers, body, settings(), NOW)
    assert isinstance(answer, Rejected) and answer.status == status


@pytest.mark.parametrize("sealed", ["", "AAAA", "not base64 %", 7])
def test_broken_envelopes(sealed: object) -> None:
    ours = settings(event_token="tok", event_aes_key="A" * 43)
    query = {"timestamp": STAMP, "nonce": "n", "signature": event_sign("tok", STAMP, "n", str(sealed))}
    assert isinstance(decode(query, {}, json.dumps({"encrypt": sealed}).encode(), ours, NOW), Rejected)


INNER = {"cardPrivateData": {"actionIds": ["press"], "params": {"verb": "accept"}}}


@pytest.mark.parametrize(
    "data, verb",
    [
        ({"content": json.dumps(INNER)}, "accept"),
        ({"value": json.dumps(INNER)}, "accept"),
        ({"content": json.dumps({"cardPrivateData": {"actionIds": ["b"]}, "params": {"verb": "accept"}})}, "accept"),
        ({"content": json.dumps({"cardPrivateData": {"actionIds": ["accept"], "params": {}}})}, "accept"),
        ({"content": "{"}, ""),
        ({"content": "[1]"}, ""),
    ],
)
def test_card_presses_in_all_their_spellings(data: dict[str, Any], verb: str) -> None:
    data |= {"type": "actionCallback", "outTrackId": "t17-offer-1", "userId": "wang", "corpId": "dingX"}
    update = contents.card_press(data, "frame1", settings(), NOW)
    assert update is not None and update.content == Press(card_id="t17-offer-1", verb=verb)
    assert str(update.account) == "dingtalk:dingX:wang" and update.key == "dingtalk:provider:card:frame1"
    headers = {"x-ddpaas-signature": card_sign("s3cret", STAMP), "X-Ddpaas-Signature-Timestamp": STAMP}
    answer = decode({}, headers, json.dumps(data).encode(), settings(), NOW)
    assert isinstance(answer, Updates) and answer.items[0].content == update.content


def test_a_press_by_nobody_is_none() -> None:
    assert contents.card_press({"outTrackId": "t1"}, "f", settings(), NOW) is None
    assert contents.card_press({"userId": "wang"}, "f", settings(), NOW) is None


def test_members_who_left_are_not_written_to_any_more() -> None:
    found = contents.event("user_leave_org", "e1", {"userId": ["wang", "li"]}, settings(), NOW)
    assert [(u.account.user_id, u.content) for u in found] == [("wang", Left()), ("li", Left())]
    assert len({u.key for u in found}) == 2
    (other,) = contents.event("org_dept_create", "e2", {}, settings(), NOW)
    assert other.content == Notice(name="org_dept_create")


@pytest.mark.parametrize(
    "change, says",
    [
        ({"client_secret": ""}, "client_secret"),
        ({"mode": "smoke"}, "stream 或 http"),
        ({"api_base": "api.dingtalk.com"}, "api_base"),
        ({"event_token": "x"}, "event_aes_key"),
        ({"event_token": "x", "event_aes_key": "short"}, "43 位"),
        ({"mode": "http", "card_template_id": "t.schema"}, "card_route_key"),
        ({"mode": "http", "card_template_id": "t.schema", "card_route_key": "k"}, "public_url"),
    ],
)
def test_settings_that_cannot_work(change: dict[str, str], says: str) -> None:
    with pytest.raises(ConfigurationWrong, match=says):
        settings(**change)

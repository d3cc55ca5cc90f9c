"""A DingTalk HTTP callback from bytes to updates: genuine first, readable second, meaning last.

Three kinds arrive: robot messages (header signature over the time stamp only), card presses (another header signature)
and, when subscribed, organisation events in an encrypted envelope. None of it ever raises on bad input.
"""

import base64
import hashlib
import hmac
import json
import struct
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from wechatpy.enterprise.crypto import PrpCrypto
from wechatpy.enterprise.exceptions import InvalidCorpIdException

from bot.channels.base import Challenge, Decoded, Rejected, Updates
from bot.channels.dingtalk import contents
from bot.channels.dingtalk.settings import DingTalkSettings

BODY_LIMIT = 256 * 1024
"""Bytes; a rich text with many pictures has some kilobytes."""
WINDOW_S = 60 * 60
EMPTY = b'{"msgtype":"empty"}'


def robot_sign(secret: str, timestamp: str) -> str:
    """The signature of robot callbacks and of custom robots (protocol sections 3.1, 6.5)."""
    return _hmac(secret, f"{timestamp}\n{secret}")


def card_sign(secret: str, timestamp: str) -> str:
    """The signature of card callbacks by HTTP (protocol section 7.4)."""
    return _hmac(secret, timestamp)


def event_sign(token: str, timestamp: str, nonce: str, sealed: str) -> str:
    """The signature of an event envelope (protocol section 5)."""
    return hashlib.sha1("".join(sorted([token, timestamp, nonce, sealed])).encode("utf-8", "replace")).hexdigest()


def decode(
    query: Mapping[str, str], headers: Mapping[str, str], body: bytes, settings: DingTalkSettings, now: datetime
) -> Decoded:
    """What a callback means. Never raises."""
    try:
        if len(body) > BODY_LIMIT:
            raise _Refused(413, "body too large")
        given = {name.lower(): value for name, value in headers.items()}
        data = _json(body)
        if "encrypt" in data:
            return _envelope(query, data, settings, now)
        if "x-ddpaas-signature" in given:
            stamp = given.get("x-ddpaas-signature-timestamp", "")
            _check(given["x-ddpaas-signature"], card_sign(settings.client_secret, stamp), stamp, now)
            frame = hashlib.sha1(stamp.encode() + body).hexdigest()
            press = contents.card_press(data, frame, settings, now)
            return Updates((press,) if press else (), b"{}")
        stamp = given.get("timestamp", "")
        _check(given.get("sign", ""), robot_sign(settings.client_secret, stamp), stamp, now)
        return Updates(contents.updates(data, settings, now), EMPTY)
    except _Refused as refused:
        return Rejected(refused.status, refused.reason)


def message_body(body: bytes) -> dict[str, Any]:
    """The JSON object of a body that `decode` has accepted."""
    return _json(body)


class _Refused(Exception):
    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


def _hmac(secret: str, text: str) -> str:
    return base64.b64encode(
        hmac.new(secret.encode(), text.encode("utf-8", "replace"), hashlib.sha256).digest()
    ).decode()


def _check(given: str, expected: str, stamp: str, now: datetime) -> None:
    if not hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace")):
        raise _Refused(403, "signature does not match")
    if not _near(stamp, now):
        raise _Refused(403, "time stamp outside the window")


def _near(stamp: str, now: datetime) -> bool:
    if not (stamp.isascii() and stamp.isdecimal() and len(stamp) <= 14):
        return False
    seconds = int(stamp) / (1000 if len(stamp) > 10 else 1)
    return abs(now.timestamp() - seconds) <= WINDOW_S


def _json(body: bytes) -> dict[str, Any]:
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        raise _Refused(400, "not JSON") from None
    if not isinstance(data, dict):
        raise _Refused(400, "not a JSON object")
    return data


def _envelope(query: Mapping[str, str], data: dict[str, Any], settings: DingTalkSettings, now: datetime) -> Decoded:
    if not settings.event_aes_key:
        raise _Refused(403, "an encrypted event, but event_token and event_aes_key are not configured")
    sealed = data["encrypt"]
    stamp, nonce = query.get("timestamp") or query.get("timeStamp") or "", query.get("nonce", "")
    given = query.get("signature") or query.get("msg_signature") or ""
    if not isinstance(sealed, str):
        raise _Refused(400, "no encrypted text")
    _check(given, event_sign(settings.event_token, stamp, nonce, sealed), stamp, now)
    crypto = PrpCrypto(base64.b64decode(settings.event_aes_key + "="))
    try:
        plain = json.loads(crypto.decrypt(sealed, settings.client_id))
    except InvalidCorpIdException:
        raise _Refused(403, "meant for another app, or damaged") from None
    except (ValueError, IndexError, struct.error, RecursionError):
        raise _Refused(400, "cannot be decrypted") from None
    if not isinstance(plain, dict):
        raise _Refused(400, "not a JSON object")
    reply = _sealed_reply(crypto, settings, nonce, stamp)
    name = str(plain.get("EventType") or plain.get("eventType") or "")
    if name == "check_url":
        return Challenge(reply)
    people = plain.get("UserId") or plain.get("userId") or []
    event_id = hashlib.sha1(sealed.encode()).hexdigest()
    return Updates(tuple(contents.event(name, event_id, {"userId": people}, settings, now)), reply)


def _sealed_reply(crypto: PrpCrypto, settings: DingTalkSettings, nonce: str, stamp: str) -> bytes:
    sealed = crypto.encrypt("success", settings.client_id)
    sealed = sealed.decode() if isinstance(sealed, bytes) else sealed
    signature = event_sign(settings.event_token, stamp, nonce, sealed)
    return json.dumps({"msg_signature": signature, "encrypt": sealed, "timeStamp": stamp, "nonce": nonce}).encode()

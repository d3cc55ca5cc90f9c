"""A WeCom callback from bytes to updates: genuine first, readable second, meaning last (`contents` gives the meaning).

Nothing is decrypted before its signature and time stamp hold, and no XML with a document type is ever read. Bad input
ends in `Rejected`; only the platform's own words become updates. A nonce may repeat: the update's key tells a retry.
"""

import base64
import hashlib
import hmac
import re
import struct
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from xml.parsers import expat

import xmltodict
from wechatpy.enterprise.crypto import PrpCrypto
from wechatpy.enterprise.exceptions import InvalidCorpIdException

from bot.channels.base import Challenge, ConfigurationWrong, Decoded, Rejected, Updates
from bot.channels.wecom import contents
from bot.channels.wecom.settings import WeComSettings

BODY_LIMIT = 64 * 1024
"""Bytes; a real callback has a few kilobytes."""
ENVELOPE_MARKS = 64
"""A real envelope has about ten `<`. Anybody can send one, and deep nesting costs the parser 70 ms a body."""
WINDOW_S = 5 * 60
_SIGNED = ("msg_signature", "timestamp", "nonce")


class Codec:
    """Reads the callbacks of one app. Raises ConfigurationWrong when the EncodingAESKey is no key."""

    def __init__(self, settings: WeComSettings) -> None:
        self._settings = settings
        self._crypto = PrpCrypto(aes_key(settings.encoding_aes_key))

    def decode(self, query: Mapping[str, str], body: bytes, now: datetime) -> Decoded:
        """What a callback means. Never raises."""
        try:
            if not body and "echostr" in query:
                # A form decoder may have turned the base64 `+` into a blank.
                return Challenge(self._open(query, query["echostr"].replace(" ", "+"), now).encode())
            if not body:
                raise _Refused(400, "no body")
            if len(body) > BODY_LIMIT:
                raise _Refused(413, "body too large")
            plain = self._open(query, _sealed(body), now)
            fields = read_xml(plain.encode())
        except _Refused as refused:
            return Rejected(refused.status, refused.reason)
        return Updates((contents.update(fields, plain, self._settings, now),))

    def _open(self, query: Mapping[str, str], sealed: str, now: datetime) -> str:
        """The plain text, once signature, time stamp and receiver hold."""
        given, timestamp, nonce = (query.get(key, "") for key in _SIGNED)
        expected = signature(self._settings.token, timestamp, nonce, sealed)
        if not hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace")):
            raise _Refused(403, "signature does not match")
        if not re.fullmatch(r"[0-9]{1,12}", timestamp) or abs(now.timestamp() - int(timestamp)) > WINDOW_S:
            raise _Refused(403, "time stamp outside the window")
        try:
            return str(self._crypto.decrypt(sealed, self._settings.corp_id))
        except InvalidCorpIdException:
            raise _Refused(403, "meant for another corp, or damaged") from None
        except (ValueError, IndexError, struct.error):
            # wechatpy checks neither base64 nor padding: damage surfaces as whatever it happens to hit.
            raise _Refused(400, "cannot be decrypted") from None


class _Refused(Exception):
    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


def signature(token: str, timestamp: str, nonce: str, sealed: str) -> str:
    """The msg_signature that belongs to these values."""
    parts = sorted(part.encode("utf-8", "replace") for part in (token, timestamp, nonce, sealed))
    return hashlib.sha1(b"".join(parts)).hexdigest()


def aes_key(encoded: str) -> bytes:
    """The 32 bytes of an EncodingAESKey. Real keys are often not canonical base64, so nothing is re-encoded.

    Raises ConfigurationWrong.
    """
    if not re.fullmatch(r"[0-9A-Za-z]{43}", encoded):
        raise ConfigurationWrong("EncodingAESKey 应是管理后台显示的 43 位字母和数字")
    return base64.b64decode(encoded + "=")


class _NoDoctype:
    """Stands in for the expat module in xmltodict: its parsers refuse a document type before anything is declared."""

    @staticmethod
    def ParserCreate(encoding: str | None, separator: str | None) -> expat.XMLParserType:
        parser = expat.ParserCreate(encoding, separator)
        parser.StartDoctypeDeclHandler = _refuse_doctype
        return parser


def _refuse_doctype(*_declaration: object) -> None:
    raise _Refused(400, "document types are not read")


def read_xml(text: bytes) -> dict[str, Any]:
    """The elements under `<xml>`: text, dict, or list where one is repeated. Raises _Refused."""
    try:
        parsed = xmltodict.parse(
            text.strip(b"\xef\xbb\xbf \t\r\n"), encoding="utf-8", expat=_NoDoctype, xml_attribs=False
        )
    except (expat.ExpatError, ValueError):
        raise _Refused(400, "not well-formed XML") from None
    root = parsed.get("xml") if isinstance(parsed, dict) else None
    if not isinstance(root, dict):
        raise _Refused(400, "no <xml> element with content")
    return root


def _sealed(body: bytes) -> str:
    if body.count(b"<") > ENVELOPE_MARKS:
        raise _Refused(400, "no envelope")
    sealed = read_xml(body).get("Encrypt")
    if not isinstance(sealed, str):
        raise _Refused(400, "no Encrypt element")
    return sealed

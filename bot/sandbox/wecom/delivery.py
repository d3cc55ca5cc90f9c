"""Callbacks to the app: built, signed, encrypted, posted, repeated as WeCom repeats them (protocol sections 4 to 8).

WeCom waits five seconds and tries three times in total; anything but a 200 is a failure. Faults double, hold back, drop or
age the next callbacks.
"""

import asyncio
import secrets
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from xml.sax.saxutils import escape

from aiohttp import ClientError, ClientSession, ClientTimeout

from bot.sandbox.clock import SandboxClock, elapsed
from bot.sandbox.faults import Faults
from bot.sandbox.wecom import crypto
from bot.sandbox.wecom.corp import App, Corp

TIMEOUT_S = 5.0
TRIES = 3
VERIFY_TIMEOUT_S = 1.0
STALE = timedelta(minutes=10)


@dataclass(frozen=True)
class Delivery:
    """What became of one callback. `status` is the last HTTP status, 0 when there was no answer at all."""

    at: datetime
    what: str
    status: int
    tries: int
    ms: float
    reply: str = ""
    """The decrypted passive reply, empty when there was none."""


@dataclass(frozen=True)
class Callback:
    """One callback as it will be signed and posted, the same on each try."""

    app: App
    what: str
    body: str
    query: Mapping[str, str]


class Courier:
    """Takes callbacks to their apps over HTTP. One for all corps of a sandbox."""

    def __init__(self, clock: SandboxClock, faults: Faults, session: Callable[[], ClientSession]) -> None:
        self._clock = clock
        self._faults = faults
        self._session = session
        self._held: list[Callback] = []

    async def deliver(self, corp: Corp, app: App, what: str, xml: str) -> Delivery:
        """Deliver one message or event, with the faults that are due. Returns when it was acknowledged or given up."""
        at = self._clock.now() - (STALE if self._faults.take("stale") else timedelta(0))
        callback = self._sealed(corp, app, what, xml, at)
        if self._faults.take("drop"):
            return Delivery(self._clock.now(), f"{what}（未送出）", 0, 0, 0.0)
        if self._faults.take("reorder"):
            self._held.append(callback)
            return Delivery(self._clock.now(), f"{what}（压后）", 0, 0, 0.0)
        delivery = await self._post(corp, callback)
        if self._faults.take("duplicate"):
            again = callback if corp.switches.retry_repeats_nonce else self._sealed(corp, app, what, xml, at)
            await self._post(corp, again)
        while self._held:
            await self._post(corp, self._held.pop(0))
        return delivery

    async def verify(self, corp: Corp, app: App) -> bool:
        """The verification GET of the admin console: the decrypted echo, exactly, within a second."""
        echo = str(secrets.randbelow(10**19) + 10**18)
        encrypted = crypto.encrypt(app.aes_key, echo, corp.corp_id)
        query = {**self._signed(app, encrypted, self._clock.now()), "echostr": encrypted}
        try:
            timeout = ClientTimeout(total=VERIFY_TIMEOUT_S)
            async with self._session().get(app.callback_url, params=query, timeout=timeout) as response:
                return response.status == 200 and await response.text() == echo
        except (ClientError, TimeoutError):
            return False

    def _sealed(self, corp: Corp, app: App, what: str, xml: str, at: datetime) -> Callback:
        encrypted = crypto.encrypt(app.aes_key, xml, corp.corp_id)
        body = crypto.envelope(corp.corp_id, app.agent_id, encrypted)
        return Callback(app, what, body, self._signed(app, encrypted, at))

    @staticmethod
    def _signed(app: App, encrypted: str, at: datetime) -> dict[str, str]:
        timestamp, nonce = str(int(at.timestamp())), str(secrets.randbelow(10**9))
        signature = crypto.signature(app.token, timestamp, nonce, encrypted)
        return {"msg_signature": signature, "timestamp": timestamp, "nonce": nonce}

    async def _post(self, corp: Corp, callback: Callback) -> Delivery:
        started, status, reply, tries = elapsed(), 0, "", 0
        while status != 200 and tries < TRIES:
            tries += 1
            status, answer = await self._try(callback)
            if status == 200:
                reply = self._passive(corp, callback.app, answer)
        taken = (elapsed() - started) * 1000
        return Delivery(self._clock.now(), callback.what, status, tries, round(taken, 1), reply)

    async def _try(self, callback: Callback) -> tuple[int, str]:
        try:
            async with self._session().post(
                callback.app.callback_url,
                params=dict(callback.query),
                data=callback.body.encode(),
                headers={"Content-Type": "text/xml"},
                timeout=ClientTimeout(total=TIMEOUT_S),
            ) as response:
                return response.status, await response.text()
        except (ClientError, TimeoutError, asyncio.IncompleteReadError):
            return 0, ""

    @staticmethod
    def _passive(corp: Corp, app: App, answer: str) -> str:
        """The plain XML of a passive reply; empty when the answer is none or cannot be read as one."""
        if not answer.strip().startswith("<xml>"):
            return ""
        try:
            envelope = ET.fromstring(answer)
            encrypted = envelope.findtext("Encrypt", "")
            crypto.check_signature(
                app.token, envelope.findtext("TimeStamp", ""), envelope.findtext("Nonce", ""), encrypted,
                envelope.findtext("MsgSignature", ""),
            )  # fmt: skip
            return crypto.decrypt(app.aes_key, encrypted, corp.corp_id)
        except (ET.ParseError, crypto.CryptoError):
            return ""


def cdata(value: object) -> str:
    """A value as CDATA, with its own end marker split."""
    return f"<![CDATA[{str(value).replace(']]>', ']]]]><![CDATA[>')}]]>"


def message_xml(corp: Corp, app: App, userid: str, kind: str, at: datetime, own: Mapping[str, object]) -> str:
    """An inbound message (section 6). MsgId exceeds 2^53, as the real ones do."""
    elements = {"MsgType": kind, **own}
    return _xml(
        corp, userid, at, _elements(elements) + f"<MsgId>{corp.next_msgid()}</MsgId><AgentID>{app.agent_id}</AgentID>"
    )


def event_xml(corp: Corp, app: App, userid: str, event: str, at: datetime, own: Mapping[str, object]) -> str:
    """An inbound event (section 7); events have no MsgId."""
    elements = {"MsgType": "event", "Event": event, **own}
    return _xml(corp, userid, at, _elements(elements) + f"<AgentID>{app.agent_id}</AgentID>")


def selected_items(selected: Mapping[str, list[str]]) -> "Raw":
    """SelectedItems of a card event: question key → chosen option ids."""
    items = "".join(
        f"<SelectedItem><QuestionKey>{cdata(key)}</QuestionKey><OptionIds>"
        + "".join(f"<OptionId>{cdata(option)}</OptionId>" for option in options)
        + "</OptionIds></SelectedItem>"
        for key, options in selected.items()
    )
    return Raw(items)


@dataclass(frozen=True)
class Raw:
    """XML that stands as it is."""

    xml: str


def _elements(values: Mapping[str, object]) -> str:
    out: list[str] = []
    for name, value in values.items():
        if isinstance(value, Raw):
            out.append(f"<{name}>{value.xml}</{name}>")
        elif isinstance(value, int | float):
            out.append(f"<{name}>{escape(str(value))}</{name}>")
        else:
            out.append(f"<{name}>{cdata(value)}</{name}>")
    return "".join(out)


def _xml(corp: Corp, userid: str, at: datetime, rest: str) -> str:
    return (
        f"<xml><ToUserName>{cdata(corp.corp_id)}</ToUserName><FromUserName>{cdata(userid)}</FromUserName>"
        f"<CreateTime>{int(at.timestamp())}</CreateTime>{rest}</xml>"
    )


def reply_parts(xml: str) -> dict[str, Any]:
    """MsgType, Content and ReplaceName of a passive reply."""
    root = ET.fromstring(xml)
    return {
        "kind": root.findtext("MsgType", ""),
        "text": root.findtext("Content", ""),
        "replace_name": root.findtext("Button/ReplaceName", ""),
    }

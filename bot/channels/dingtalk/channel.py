"""One DingTalk robot as a `Channel`: decodes what comes, delivers what the outbox hands it.

It keeps a token, media ids and the session webhooks of people heard lately, nothing else; whatever must survive a
restart is a row elsewhere.
"""

import json
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any, Literal

import aiohttp

from bot.channels.amr import AMR, amr_ms
from bot.channels.base import (
    ConfigurationWrong,
    Decoded,
    DeliveryError,
    Media,
    Permanent,
    RateLimited,
    Temporary,
    Updates,
)
from bot.channels.dingtalk import codec, contents, errcodes, wire
from bot.channels.dingtalk.client import Answer, DingTalkClient
from bot.channels.dingtalk.directory import DingTalkDirectory
from bot.channels.dingtalk.settings import DingTalkSettings
from bot.channels.dingtalk.stream import CARDS, Frame, Pace, Registration, Stream
from bot.core.clock import Clock, stopwatch
from bot.core.directory import Entry
from bot.core.outbound import Card, CardUpdate, Outbound, Picture, Receipt, Recording
from bot.core.updates import Update

log = logging.getLogger(__name__)

PICTURE_BYTES = 20 * 1024 * 1024
RECORDING_BYTES = 2 * 1024 * 1024
SESSIONS = 5000
"""Session webhooks remembered at most; the oldest go first."""
FLOW_CONTROL_S = 30.0
NOBODY = re.compile(r"user.*not ?exist", re.I)
"""A delivered card's errorMsg when its receiver is unknown: its words are not documented (assumed)."""
_PICTURE_STARTS = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8")

Accept = Callable[[tuple[Update, ...]], Awaitable[object]]
"""Stores updates durably; only after it returns are they acknowledged."""
Press = Callable[[Update], Awaitable[CardUpdate | None]]
"""Stores and handles a card's press at once; gives the card's change for the answer, if there is one in time."""


class DingTalkChannel:
    """`media` gives a stored picture by our own key and raises LookupError for an unknown one.

    Raises ConfigurationWrong when the settings cannot work.
    """

    platform: Literal["dingtalk"] = "dingtalk"

    def __init__(
        self,
        settings: DingTalkSettings,
        session: aiohttp.ClientSession,
        media: Callable[[str], Awaitable[Media]],
        clock: Clock,
        elapsed: Callable[[], float] = stopwatch,
    ) -> None:
        self.name = settings.name
        self.updates_cards = bool(settings.card_template_id)
        self._settings = settings
        self._session = session
        self._clock = clock
        self._media = media
        self._client = DingTalkClient(settings, session, elapsed)
        self._directory = DingTalkDirectory(self._client, elapsed)
        self._sessions: dict[tuple[str, str], contents.Session] = {}
        self._uploaded: dict[str, str] = {}
        self._sessions_work = True
        self._registration: Registration | None = None

    def decode(self, query: Mapping[str, str], headers: Mapping[str, str], body: bytes, now: datetime) -> Decoded:
        """What an HTTP callback means."""
        decoded = codec.decode(query, headers, body, self._settings, now)
        if isinstance(decoded, Updates) and decoded.reply == codec.EMPTY:
            self._remember(codec.message_body(body), now)
        return decoded

    async def deliver(self, outbound: Outbound) -> Receipt:
        """Hand a message to DingTalk. Raises RateLimited, Temporary or Permanent, nothing else."""
        if isinstance(outbound.message, Card) and self._registration is not None and not self._registration.done:
            raise Temporary("卡片回调地址还没有登记好")
        try:
            if (receipt := await self._by_session(outbound)) is not None:
                return receipt
            attachment = await self._attachment(outbound)
            now_ms = int(self._clock.now().timestamp() * 1000)
            answer = await self._client.call(wire.spell(outbound, self._settings, now_ms, attachment))
        except ConfigurationWrong as error:
            raise Permanent(str(error)) from None
        except errcodes.Refused as error:
            if outbound.retry and isinstance(outbound.message, Card) and error.said == errcodes.CARD_EXISTS:
                # The earlier try, whose answer was lost, had made the card.
                return Receipt(duplicate=True)
            raise
        return _receipt(outbound, answer)

    async def fetch(self, media_id: str) -> Media:
        """A received picture or recording. Raises as `deliver` does."""
        try:
            return await self._client.download(media_id)
        except ConfigurationWrong as error:
            raise Permanent(str(error)) from None

    async def look_up(self, user_id: str) -> Entry:
        """What the directory says of a member. Raises Barred, else as `deliver` does."""
        return await self._directory.look_up(user_id)

    async def check(self) -> None:
        """Fetch a token. Raises ConfigurationWrong."""
        try:
            await self._client.token()
        except RateLimited:
            raise self._wrong("正被钉钉限流，请稍候再试") from None
        except Temporary as error:
            raise self._wrong(f"取不到访问令牌：{error}。请检查 api_base、proxy 和网络") from None
        except DeliveryError as error:
            raise self._wrong(f"取不到访问令牌：{error}。请按错误码到开发者后台检查应用设置") from None

    async def close(self) -> None:
        """Forget webhooks and media ids; the HTTP session is not ours to close."""
        self._sessions.clear()
        self._uploaded.clear()

    def listener(
        self, accept: Accept, press: Press, pace: Pace | None = None, elapsed: Callable[[], float] = stopwatch
    ) -> Stream | Registration | None:
        """What has to run so that the platform is heard: the long connection that feeds `accept` and `press`, its silence
        measured by the stopwatch `elapsed`; in HTTP mode the registration of card presses, or nothing at all.
        """
        if self._settings.mode != "stream":
            self._registration = Registration(self._client, self.name) if self.updates_cards else None
            return self._registration

        async def heard(frame: Frame) -> dict[str, Any]:
            return await self._heard(frame, accept, press)

        return Stream(self._client, self._session, self._settings, heard, pace, elapsed=elapsed)

    def press_reply(self, change: CardUpdate | None) -> bytes:
        """The body that answers a card callback by HTTP: the card's change, or nothing."""
        return json.dumps(self._card_answer(change), ensure_ascii=False).encode()

    async def _heard(self, frame: Frame, accept: Accept, press: Press) -> dict[str, Any]:
        """A frame's updates are stored, then its answer is returned: nothing is acknowledged that could be lost."""
        now = self._clock.now()
        if frame.kind == "EVENT":
            await accept(tuple(contents.event(frame.event, frame.event_id, frame.data, self._settings, now)))
            return {"status": "SUCCESS", "message": "OK"}
        if frame.topic == CARDS:
            update = contents.card_press(frame.data, frame.id, self._settings, now)
            change = await press(update) if update is not None else None
            return {"response": self._card_answer(change)}
        self._remember(frame.data, now)
        await accept(contents.updates(frame.data, self._settings, now))
        return {"response": None}

    def _card_answer(self, change: CardUpdate | None) -> dict[str, Any]:
        if change is None:
            return {}
        return {
            "cardUpdateOptions": {"updateCardDataByKey": True},
            "cardData": {"cardParamMap": wire.changed(change)},
        }

    def _remember(self, body: dict[str, Any], now: datetime) -> None:
        """Keep the session webhook of whoever was just heard: answers there cost no paid call."""
        if (heard := contents.session(body, self._settings, now)) is None:
            return
        key = (heard.user_id, heard.chat_id)
        self._sessions.pop(key, None)
        self._sessions[key] = heard
        while len(self._sessions) > SESSIONS:
            self._sessions.pop(next(iter(self._sessions)))

    async def _by_session(self, outbound: Outbound) -> Receipt | None:
        """Deliver by the person's session webhook, if he has a live one; None when the API must do it."""
        if not self._sessions_work or outbound.target.kind != "person":
            return None
        if self.updates_cards and isinstance(outbound.message, Card | CardUpdate):
            return None
        key = (outbound.target.id, "")
        known = self._sessions.get(key)
        if known is None or known.expires_at <= self._clock.now():
            self._sessions.pop(key, None)
            return None
        call = wire.spell_session(outbound, known.url)
        if call is None:
            return None
        try:
            await self._client.call(call)
        except (errcodes.Refused, RateLimited) as error:
            # A plain refusal: nothing was shown, so the API may say it. A lost answer (Temporary) is not one.
            log.info("session webhook refused", extra={"connection": self.name, "why": str(error)})
            if isinstance(error, errcodes.Refused):
                self._sessions.pop(key, None)
                self._sessions_work = self._sessions_work and error.said != errcodes.NOT_HERE
            return None
        except Temporary:
            # Unknown whether it was shown (an expired webhook may answer HTTP 500): the next try goes by the API.
            self._sessions.pop(key, None)
            raise
        return Receipt()

    async def _attachment(self, outbound: Outbound) -> str:
        """A picture's or recording's media id, the same across retries while this process lives."""
        message = outbound.message
        if not isinstance(message, Picture | Recording) or outbound.target.kind == "webhook":
            return ""
        key = message.media_key
        if key in self._uploaded:
            return self._uploaded[key]
        try:
            medium = await self._media(key)
        except (LookupError, OSError):
            raise Permanent("图片或录音已不在库中") from None
        if isinstance(message, Recording):
            if not medium.data.startswith(AMR) or len(medium.data) > RECORDING_BYTES:
                raise Permanent("录音格式或大小不符合钉钉要求")
            media_id = await self._client.upload(medium, "voice")
            self._uploaded[key] = f"{media_id}|{amr_ms(medium.data)}"
        else:
            if not medium.data.startswith(_PICTURE_STARTS) or len(medium.data) > PICTURE_BYTES:
                raise Permanent("图片格式或大小不符合钉钉要求")
            self._uploaded[key] = await self._client.upload(medium, "image")
        if len(self._uploaded) > SESSIONS:
            self._uploaded.pop(next(iter(self._uploaded)))
        return self._uploaded[key]

    def _wrong(self, what: str) -> ConfigurationWrong:
        return ConfigurationWrong(f"钉钉连接 {self.name} {what}")


def _receipt(outbound: Outbound, answer: Answer) -> Receipt:
    """What became of it. HTTP 200 hides three failures (protocol sections 6.1, 7.2): each is looked for."""
    if isinstance(outbound.message, Card) and (results := _results(answer)):
        failed = [r for r in results if r.get("success") is False]
        if failed:
            said = str(failed[0].get("errorMsg") or "")
            if NOBODY.search(said):
                raise errcodes.failure("param.userIdNotExist")
            raise errcodes.Refused(f"卡片没有送达：{said[:60] or '原因不明'}", "deliverResults")
        return Receipt(message_id=str(results[0].get("carrierId") or ""))
    if answer.get("success") is False:
        raise errcodes.Refused("钉钉没有执行", "success=false")
    if outbound.target.kind == "person" and outbound.target.id in _names(answer.get("flowControlledStaffIdList")):
        raise RateLimited(FLOW_CONTROL_S, "钉钉对此人限流")
    refused = tuple(n for k in ("invalidStaffIdList", "filteredStaffIdList") for n in _names(answer.get(k)))
    return Receipt(message_id=str(answer.get("processQueryKey") or ""), refused=refused)


def _results(answer: Answer) -> list[dict[str, Any]]:
    result = answer.get("result")
    found = result.get("deliverResults") if isinstance(result, dict) else None
    return [r for r in found if isinstance(r, dict)] if isinstance(found, list) else []


def _names(value: object) -> list[str]:
    return [str(v) for v in value] if isinstance(value, list) else []

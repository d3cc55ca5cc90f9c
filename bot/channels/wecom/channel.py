"""One self-built WeCom app as a `Channel`: decodes its callbacks, delivers what the outbox hands it.

It keeps a token and the ids of uploaded pictures, nothing else; whatever must survive a restart is a row elsewhere.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any, Literal

import aiohttp

from bot.channels.amr import AMR
from bot.channels.base import ConfigurationWrong, Decoded, DeliveryError, Media, Permanent, RateLimited, Temporary
from bot.channels.pacing import Windows
from bot.channels.wecom import errcodes, wire
from bot.channels.wecom.client import WeComClient
from bot.channels.wecom.codec import Codec
from bot.channels.wecom.directory import WeComDirectory
from bot.channels.wecom.settings import WeComSettings
from bot.core.clock import stopwatch
from bot.core.directory import Entry
from bot.core.outbound import Card, CardUpdate, Outbound, Picture, Recall, Receipt, Recording

log = logging.getLogger(__name__)

MEDIA_ID_LIFE_S = 60 * 3600
"""An uploaded picture's id is valid for 72 h; ours are renewed well before."""
PER_MEMBER = ((30, 60.0), (1000, 3600.0))
"""Messages and seconds: what exceeds them the platform drops without a word (protocol section 9)."""
PICTURE_BYTES = 10 * 1024 * 1024
RECORDING_BYTES = 2 * 1024 * 1024
ROBOT_PICTURE_BYTES = 2 * 1024 * 1024
_PICTURE_STARTS = (b"\xff\xd8\xff", b"\x89PNG")


class WeComChannel:
    """`media` gives a stored picture by our own key and raises LookupError for an unknown one.

    Raises ConfigurationWrong when the settings cannot work.
    """

    platform: Literal["wecom"] = "wecom"

    def __init__(
        self,
        settings: WeComSettings,
        session: aiohttp.ClientSession,
        media: Callable[[str], Awaitable[Media]],
        elapsed: Callable[[], float] = stopwatch,
    ) -> None:
        self.name = settings.name
        self._settings = settings
        self._codec = Codec(settings)
        self._client = WeComClient(settings, session, elapsed)
        self._directory = WeComDirectory(self._client, elapsed)
        self._media = media
        self._elapsed = elapsed
        self._uploaded: dict[str, tuple[str, float]] = {}
        self._windows = Windows(PER_MEMBER, elapsed)

    def decode(self, query: Mapping[str, str], headers: Mapping[str, str], body: bytes, now: datetime) -> Decoded:
        """What a callback means; everything WeCom needs stands in query and body."""
        return self._codec.decode(query, body, now)

    async def deliver(self, outbound: Outbound) -> Receipt:
        """Hand a message to WeCom. Raises RateLimited, Temporary or Permanent, nothing else."""
        try:
            attachment = await self._attachment(outbound)
            if outbound.target.kind == "person" and not isinstance(outbound.message, CardUpdate | Recall):
                self._windows.enter(outbound.target.id)
            answer = await self._client.call(wire.spell(outbound, self._settings, attachment))
        except ConfigurationWrong as error:
            raise Permanent(str(error)) from None
        except Permanent as error:
            if isinstance(outbound.message, Picture | Recording) and error.code == errcodes.MEDIA_GONE:
                self._uploaded.pop(outbound.message.media_key, None)
                raise Temporary(f"{error}，将重新上传") from None
            if _done_before(outbound, error.code):
                log.info("repeat refused: done before", extra={"outbox": outbound.key, "errcode": error.code})
                return Receipt(duplicate=True)
            raise
        return _receipt(outbound, answer)

    async def fetch(self, media_id: str) -> Media:
        """A received picture, recording or film. Raises as `deliver` does."""
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
            raise self._wrong("正被企业微信限流：密钥若曾连续填错，出口地址会被封一小时，请核对后稍候再试") from None
        except Temporary as error:
            raise self._wrong(f"取不到访问令牌：{error}。请检查 api_base、proxy、ca_file 和网络") from None
        except DeliveryError as error:
            raise self._wrong(f"取不到访问令牌：{error}。请按错误码到企业微信管理后台检查应用设置") from None

    async def close(self) -> None:
        """Forget what was uploaded; the HTTP session is not ours to close."""
        self._uploaded.clear()

    def _wrong(self, what: str) -> ConfigurationWrong:
        return ConfigurationWrong(f"企业微信连接 {self.name} {what}")

    async def _attachment(self, outbound: Outbound) -> str | bytes:
        """What a picture is sent as: bytes for a robot, else a media id that stays the same across retries."""
        message = outbound.message
        if not isinstance(message, Picture | Recording):
            return ""
        key, to_robot = message.media_key, outbound.target.kind == "webhook"
        known = self._uploaded.get(key)
        if known is not None and not to_robot and self._elapsed() < known[1]:
            return known[0]
        try:
            picture = await self._media(key)
        except (LookupError, OSError):
            raise Permanent("图片或录音已不在库中") from None
        if isinstance(message, Recording):
            if to_robot or not picture.data.startswith(AMR) or len(picture.data) > RECORDING_BYTES:
                raise Permanent("录音发不到这里，或格式、大小不符合企业微信要求")
            return await self._upload(key, picture, "voice")
        limit = ROBOT_PICTURE_BYTES if to_robot else PICTURE_BYTES
        if not picture.data.startswith(_PICTURE_STARTS) or len(picture.data) > limit:
            raise Permanent("图片格式或大小不符合企业微信要求")
        if to_robot:
            return picture.data
        return await self._upload(key, picture, "image")

    async def _upload(self, key: str, medium: Media, kind: str) -> str:
        media_id = await self._client.upload(medium, kind)
        now = self._elapsed()
        self._uploaded = {k: v for k, v in self._uploaded.items() if now < v[1]}
        self._uploaded[key] = (media_id, now + MEDIA_ID_LIFE_S)
        return media_id


def _done_before(outbound: Outbound, code: int) -> bool:
    """Whether the refusal of a repeat says that the earlier try, whose answer was lost, had taken effect.

    A card's task_id is then taken, an update's code spent, a message already recalled. Nothing of it holds for a first
    try.
    """
    if not outbound.retry or not code:
        return False
    if isinstance(outbound.message, Card):
        return code == errcodes.TASK_ID
    return isinstance(outbound.message, CardUpdate | Recall) and errcodes.may_mean_done(code)


def _receipt(outbound: Outbound, answer: dict[str, Any]) -> Receipt:
    message_id, code = str(answer.get("msgid") or ""), str(answer.get("response_code") or "")
    to_person = outbound.target.kind == "person" and not isinstance(outbound.message, CardUpdate | Recall)
    # A repeat that the platform dropped as identical brings no response code, and perhaps no id.
    lacking = not message_id or (isinstance(outbound.message, Card) and bool(outbound.message.buttons) and not code)
    return Receipt(
        message_id=message_id,
        response_code=code,
        refused=(*_names(answer.get("invaliduser")), *_names(answer.get("unlicenseduser"))),
        duplicate=bool(outbound.retry) and to_person and lacking,
    )


def _names(value: object) -> tuple[str, ...]:
    """`a|b` from message/send, a list from update_template_card."""
    found = value.split("|") if isinstance(value, str) else value if isinstance(value, list) else []
    return tuple(str(name) for name in found if name)

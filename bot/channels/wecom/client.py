"""The WeCom server API over an HTTP session it is given: a token kept fresh, answers turned into values or errors.

One token per app is fetched by whoever needs it first while the others wait; they get its failure as well.
Tokens and bodies are never logged, and no exception that leaves here carries a URL.
"""

import io
import json
import logging
import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import aiohttp

from bot.channels.base import ConfigurationWrong, DeliveryError, Media, Temporary
from bot.channels.net import read_limited
from bot.channels.tokens import Refusal, Token, TokenKeeper
from bot.channels.wecom.errcodes import BAD_CREDENTIALS, STALE_TOKEN, failure
from bot.channels.wecom.settings import WeComSettings
from bot.channels.wecom.wire import Call
from bot.core.clock import stopwatch

log = logging.getLogger(__name__)

TIMEOUT = aiohttp.ClientTimeout(total=8, connect=3)
MEDIA_TIMEOUT = aiohttp.ClientTimeout(total=20, connect=3)
JSON_LIMIT = 1024 * 1024
MEDIA_LIMIT = 20 * 1024 * 1024
Answer = dict[str, Any]
T = TypeVar("T")


class WeComClient:
    """`elapsed` is a monotonic stopwatch. Raises ConfigurationWrong when the CA file cannot be used."""

    def __init__(
        self, settings: WeComSettings, session: aiohttp.ClientSession, elapsed: Callable[[], float] = stopwatch
    ) -> None:
        self._settings = settings
        self._session = session
        self._tls = _tls(settings)
        self._tokens = TokenKeeper(self._fetch, elapsed)

    async def call(self, call: Call) -> Answer:
        """POST a call and return its answer. Raises DeliveryError, or ConfigurationWrong from gettoken."""
        payload = json.dumps(call.body, ensure_ascii=False, separators=(",", ":")).encode()

        async def post(token: str) -> Answer:
            query = call.query | ({"access_token": token} if token else {})
            headers = {"Content-Type": "application/json; charset=utf-8"}
            raw, _ = await self._request("POST", call.path, query, base=call.base, data=payload, headers=headers)
            return self._judged(call.path, raw)

        if call.authorised:
            return await self._authorised(post)
        try:
            return await post("")
        except Refusal as refused:
            raise failure(int(refused.code)) from None

    async def read(self, path: str, query: Mapping[str, str]) -> Answer:
        """GET an answer. Raises as `call` does."""

        async def get(token: str) -> Answer:
            raw, _ = await self._request("GET", path, {**query, "access_token": token})
            return self._judged(path, raw)

        return await self._authorised(get)

    async def download(self, media_id: str) -> Media:
        """The bytes of a received medium. Raises as `call` does."""

        async def get(token: str) -> Media:
            path, query = "/cgi-bin/media/get", {"access_token": token, "media_id": media_id}
            raw, head = await self._request("GET", path, query, within=MEDIA_TIMEOUT, limit=MEDIA_LIMIT)
            if head.disposition is None and (raw[:1] == b"{" or "json" in head.content_type or not raw):
                self._judged(path, raw)
                raise Temporary("企业微信没有返回文件")
            return Media(data=raw, content_type=head.content_type, filename=head.disposition or "")

        return await self._authorised(get)

    async def upload(self, media: Media, kind: str = "image") -> str:
        """A media id for our own bytes, valid for three days. Raises as `call` does."""
        # Non-ASCII file names are fragile in multipart headers, so ours is never the person's.
        suffix = "amr" if kind == "voice" else "png" if "png" in media.content_type else "jpg"

        async def post(token: str) -> str:
            form = aiohttp.FormData()
            form.add_field(
                "media",
                io.BytesIO(media.data),
                filename=f"file.{suffix}",
                content_type=media.content_type or "application/octet-stream",
            )
            path, query = "/cgi-bin/media/upload", {"access_token": token, "type": kind}
            raw, _ = await self._request("POST", path, query, data=form, within=MEDIA_TIMEOUT)
            media_id = self._judged(path, raw).get("media_id")
            if not isinstance(media_id, str) or not media_id:
                raise Temporary("企业微信没有返回图片编号")
            return media_id

        return await self._authorised(post)

    async def token(self, stale: str = "") -> str:
        """The access token, fetched when there is none, it nears its end, or it is the `stale` one."""
        return await self._tokens.get(stale)

    async def _fetch(self) -> Token:
        path, query = "/cgi-bin/gettoken", {"corpid": self._settings.corp_id, "corpsecret": self._settings.secret}
        raw, _ = await self._request("GET", path, query)
        try:
            answer = self._judged(path, raw)
        except Refusal as refused:
            raise self._no_token(int(refused.code)) from None
        value, life = answer.get("access_token"), answer.get("expires_in")
        if not isinstance(value, str) or not value or not isinstance(life, int | float) or life <= 0:
            raise Temporary("企业微信没有返回访问令牌")
        return Token(value, life)

    def _no_token(self, code: int) -> DeliveryError | ConfigurationWrong:
        if code not in BAD_CREDENTIALS:
            return failure(code)
        log.error("wecom credentials refused", extra={"connection": self._settings.name, "errcode": code})
        return ConfigurationWrong(f"企业微信连接 {self._settings.name} 的 {BAD_CREDENTIALS[code]}（{code}）")

    async def _authorised(self, attempt: Callable[[str], Awaitable[T]]) -> T:
        """Run `attempt` with the token; once more with a fresh one when the platform calls this one stale."""
        try:
            return await self._tokens.use(attempt, STALE_TOKEN)
        except Refusal as refused:
            raise failure(int(refused.code)) from None

    def _judged(self, path: str, raw: bytes) -> Answer:
        """The JSON object in `raw`. Raises Refusal on an errcode, Temporary when it is no JSON object."""
        try:
            answer = json.loads(raw)
        except (ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict):
            raise Temporary("企业微信的回答无法识别")
        code = answer.get("errcode", 0)
        if not isinstance(code, int):
            raise Temporary("企业微信的回答无法识别")
        if code:
            said = str(answer.get("errmsg", ""))[:200]
            extra = {"connection": self._settings.name, "api": path, "errcode": code, "errmsg": said}
            log.log(logging.INFO if code in STALE_TOKEN else logging.WARNING, "wecom refused a call", extra=extra)
            raise Refusal(code)
        return answer

    async def _request(
        self,
        method: str,
        path: str,
        query: Mapping[str, str],
        *,
        base: str = "",
        within: aiohttp.ClientTimeout | None = None,
        limit: int = JSON_LIMIT,
        **body: Any,
    ) -> tuple[bytes, "_Head"]:
        """One request. Raises Temporary on everything the network or the server can do to it."""
        if self._session.closed:
            raise Temporary("正在停机")
        url = (base or self._settings.api_base).rstrip("/") + path
        options: dict[str, Any] = {"timeout": within or TIMEOUT, "allow_redirects": False, "ssl": self._tls}
        if self._settings.proxy:
            options["proxy"] = self._settings.proxy
        try:
            async with self._session.request(method, url, params=query, **options, **body) as response:
                if response.status >= 500:
                    raise Temporary(f"企业微信服务异常（HTTP {response.status}）")
                return await read_limited(response, limit), _Head.of(response)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            # Only the kind of the error: some of them spell out the URL, and the URL holds the token.
            log.warning("wecom unreachable", extra={"connection": self._settings.name, "error": type(error).__name__})
            raise Temporary(f"连不上企业微信（{type(error).__name__}）") from None


@dataclass(frozen=True)
class _Head:
    content_type: str
    disposition: str | None
    """The file name; None when there is no Content-Disposition at all."""

    @classmethod
    def of(cls, response: aiohttp.ClientResponse) -> "_Head":
        disposition = response.content_disposition
        return cls(response.content_type, None if disposition is None else disposition.filename or "")


def _tls(settings: WeComSettings) -> ssl.SSLContext | bool:
    """The usual certificates, plus the private deployment's own authority."""
    if not settings.ca_file:
        return True
    context = ssl.create_default_context()
    try:
        context.load_verify_locations(settings.ca_file)
    except (OSError, ssl.SSLError):
        raise ConfigurationWrong(
            f"企业微信连接 {settings.name} 的 ca_file 读不了：请确认 {settings.ca_file} 是 PEM 格式的证书"
        ) from None
    return context

"""The DingTalk server API over an HTTP session it is given: a token kept fresh, answers turned into values or errors.

Two styles live side by side: new APIs (token in a header, HTTP status and a textual code) and webhooks (HTTP 200 and a
number). Tokens, tickets, webhooks and bodies are never logged, and no exception that leaves here carries a URL.
"""

import io
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Literal, TypeVar
from urllib.parse import urlsplit

import aiohttp

from bot.channels.base import ConfigurationWrong, DeliveryError, Media, Permanent, RateLimited, Temporary
from bot.channels.dingtalk.errcodes import BAD_CREDENTIALS, NOT_HERE, SESSION_GONE, STALE_TOKEN, failure
from bot.channels.dingtalk.settings import DingTalkSettings
from bot.channels.dingtalk.wire import Call
from bot.channels.net import read_limited
from bot.channels.tokens import Refusal, Token, TokenKeeper
from bot.core.clock import stopwatch

log = logging.getLogger(__name__)

TIMEOUT = aiohttp.ClientTimeout(total=8, connect=3)
OPEN_TIMEOUT = aiohttp.ClientTimeout(total=10, connect=3)
MEDIA_TIMEOUT = aiohttp.ClientTimeout(total=20, connect=3)
JSON_LIMIT = 1024 * 1024
MEDIA_LIMIT = 20 * 1024 * 1024
TOKEN_HEADER = "x-acs-dingtalk-access-token"
BANNED_S = 300.0

Answer = dict[str, Any]
T = TypeVar("T")


class DingTalkClient:
    """`elapsed` is a monotonic stopwatch."""

    def __init__(
        self, settings: DingTalkSettings, session: aiohttp.ClientSession, elapsed: Callable[[], float] = stopwatch
    ) -> None:
        self._settings = settings
        self._session = session
        self._tokens = TokenKeeper(self._fetch, elapsed)

    async def token(self, stale: str = "") -> str:
        """The access token, fetched when there is none, it nears its end, or it is the `stale` one."""
        return await self._tokens.get(stale)

    async def call(self, call: Call) -> Answer:
        """Send a call and return its answer. Raises DeliveryError, or ConfigurationWrong for bad credentials."""
        payload = json.dumps(call.body, ensure_ascii=False, separators=(",", ":")).encode()
        if call.style == "hook":
            status, raw = await self._request("POST", call.url, params=call.query, data=payload)
            try:
                return self._judged(call.path, status, raw)
            except Refusal as said:
                raise failure(str(said.code)) from None
        return await self._authorised(lambda token: self._new(call.method, call.path, payload, token))

    async def old(self, path: str, body: Mapping[str, Any]) -> Answer:
        """POST to the old API (token in the query, errcode in the answer) and return its result. Raises as `call` does."""
        payload = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()

        async def post(token: str) -> Answer:
            url = self._settings.oapi_base.rstrip("/") + path
            status, raw = await self._request("POST", url, params={"access_token": token}, data=payload)
            return self._judged(path, status, raw)

        result = (await self._authorised(post)).get("result")
        return result if isinstance(result, dict) else {}

    async def download(self, code: str) -> Media:
        """The bytes behind a download code, which is exchanged for a short-lived address first. Raises as `call`."""
        body = json.dumps({"downloadCode": code, "robotCode": self._settings.robot_code}).encode()
        path = "/v1.0/robot/messageFiles/download"
        answer = await self._authorised(lambda token: self._new("POST", path, body, token))
        url = answer.get("downloadUrl")
        if not isinstance(url, str) or urlsplit(url).scheme not in ("https", urlsplit(self._settings.api_base).scheme):
            raise Temporary("钉钉没有返回文件地址")
        status, raw = await self._request("GET", url, within=MEDIA_TIMEOUT, limit=MEDIA_LIMIT, json_body=False)
        if status != 200 or not raw:
            raise Temporary(f"钉钉没有返回文件（HTTP {status}）")
        return Media(data=raw, content_type=_kind(raw), filename="")

    async def upload(self, media: Media, kind: Literal["image", "voice"]) -> str:
        """A media id for our own picture or recording. Raises as `call` does."""
        suffix = "amr" if kind == "voice" else "png" if "png" in media.content_type else "jpg"

        async def post(token: str) -> Answer:
            form = aiohttp.FormData()
            content_type = media.content_type or "application/octet-stream"
            form.add_field("media", io.BytesIO(media.data), filename=f"file.{suffix}", content_type=content_type)
            url = f"{self._settings.oapi_base.rstrip('/')}/media/upload"
            query = {"access_token": token, "type": kind}
            status, raw = await self._request(
                "POST", url, params=query, data=form, within=MEDIA_TIMEOUT, json_body=False
            )
            return self._judged("/media/upload", status, raw)

        media_id = (await self._authorised(post)).get("media_id")
        if not isinstance(media_id, str) or not media_id:
            raise Temporary("钉钉没有返回文件编号")
        return media_id

    async def register_cards(self) -> None:
        """Tell the platform where presses of our cards go in HTTP mode (protocol section 7.4). Raises as `call` does."""
        ours = self._settings
        url = f"{ours.public_url.rstrip('/')}/dingtalk/{ours.name}/card"
        body = {"callbackRouteKey": ours.card_route_key, "callbackUrl": url, "apiSecret": ours.client_secret}
        await self.call(Call("/v1.0/card/callbacks/register", {**body, "forceUpdate": True}))

    async def open_stream(self, subscriptions: list[dict[str, str]]) -> tuple[str, str]:
        """Endpoint and one-use ticket of a new stream connection. Raises DeliveryError or ConfigurationWrong."""
        body = {
            "clientId": self._settings.client_id,
            "clientSecret": self._settings.client_secret,
            "subscriptions": subscriptions,
            "ua": "yunwei-bot/1",
        }
        path = "/v1.0/gateway/connections/open"
        status, raw = await self._request(
            "POST", self._settings.api_base.rstrip("/") + path, data=json.dumps(body).encode(), within=OPEN_TIMEOUT
        )
        try:
            answer = self._judged(path, status, raw)
        except Refusal as said:
            raise self._refusal(str(said.code)) from None
        endpoint, ticket = answer.get("endpoint"), answer.get("ticket")
        if not isinstance(endpoint, str) or not isinstance(ticket, str) or not endpoint or not ticket:
            raise Temporary("钉钉没有返回长连接地址")
        return endpoint, ticket

    async def _fetch(self) -> Token:
        path = "/v1.0/oauth2/accessToken"
        body = {"appKey": self._settings.client_id, "appSecret": self._settings.client_secret}
        url = self._settings.api_base.rstrip("/") + path
        status, raw = await self._request("POST", url, data=json.dumps(body).encode())
        try:
            answer = self._judged(path, status, raw)
        except Refusal as said:
            raise self._refusal(str(said.code)) from None
        value, life = answer.get("accessToken"), answer.get("expireIn")
        if not isinstance(value, str) or not value or not isinstance(life, int | float) or life <= 0:
            raise Temporary("钉钉没有返回访问令牌")
        return Token(value, life)

    def _refusal(self, code: str) -> DeliveryError | ConfigurationWrong:
        if code not in BAD_CREDENTIALS:
            return failure(code)
        log.error("dingtalk credentials refused", extra={"connection": self._settings.name, "code": code})
        return ConfigurationWrong(f"钉钉连接 {self._settings.name} 的 {BAD_CREDENTIALS[code]}（{code}）")

    async def _authorised(self, attempt: Callable[[str], Awaitable[Answer]]) -> Answer:
        """Run `attempt` with the token; once more with a fresh one when the platform calls this one stale."""
        try:
            return await self._tokens.use(attempt, STALE_TOKEN)
        except Refusal as said:
            raise failure(str(said.code)) from None

    async def _new(self, method: str, path: str, payload: bytes, token: str) -> Answer:
        url = self._settings.api_base.rstrip("/") + path
        status, raw = await self._request(method, url, data=payload, headers={TOKEN_HEADER: token})
        return self._judged(path, status, raw)

    def _judged(self, path: str, status: int, raw: bytes) -> Answer:
        """The JSON object in `raw`. Raises Refusal on a refusal, RateLimited on a ban, Temporary when it is no answer."""
        try:
            answer = json.loads(raw) if raw else {}
        except (ValueError, RecursionError):
            answer = None
        code = _code(answer) if isinstance(answer, dict) else ""
        if code:
            known = code in STALE_TOKEN or code in (SESSION_GONE, NOT_HERE)
            extra = {"connection": self._settings.name, "api": path, "code": code, "status": status}
            log.log(logging.INFO if known else logging.WARNING, "dingtalk refused a call", extra=extra)
            raise Refusal(code)
        if status >= 500:
            raise Temporary(f"钉钉服务异常（HTTP {status}）")
        if not isinstance(answer, dict):
            if status in (403, 429):
                # The ban of an egress address is a page, not an error body (protocol section 8.1).
                raise RateLimited(BANNED_S, "出口地址被钉钉限流")
            raise Temporary("钉钉的回答无法识别")
        if status >= 400:
            raise Permanent(f"钉钉拒收（HTTP {status}）")
        return answer

    async def _request(
        self,
        method: str,
        url: str,
        *,
        within: aiohttp.ClientTimeout = TIMEOUT,
        limit: int = JSON_LIMIT,
        headers: Mapping[str, str] | None = None,
        json_body: bool = True,
        **more: Any,
    ) -> tuple[int, bytes]:
        """One request: status and body. Raises Temporary on everything the network can do to it."""
        if self._session.closed:
            raise Temporary("正在停机")
        head = {"Accept": "application/json", **(headers or {})}
        if json_body:
            head["Content-Type"] = "application/json; charset=utf-8"
        if self._settings.proxy:
            more["proxy"] = self._settings.proxy
        try:
            async with self._session.request(
                method, url, timeout=within, headers=head, allow_redirects=False, **more
            ) as response:
                return response.status, await read_limited(response, limit)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            # Only the kind of the error: some of them spell out the URL, and a webhook's URL is a secret.
            extra = {"connection": self._settings.name, "error": type(error).__name__}
            log.warning("dingtalk unreachable", extra=extra)
            raise Temporary(f"连不上钉钉（{type(error).__name__}）") from None


def _code(answer: Answer) -> str:
    """The error code of an answer, in any of the platform's spellings; empty for success."""
    for key in ("code", "Code"):
        if isinstance(value := answer.get(key), str) and value:
            return value
    if answer.get("punish") == "deny":
        return str(answer.get("status") or "1111")
    errcode = answer.get("errcode")
    if errcode in (None, 0, "0"):
        return ""
    return str(answer.get("sub_code") or errcode) if str(errcode) == "88" else str(errcode)


def _kind(data: bytes) -> str:
    """The type of a downloaded file by its first bytes: DingTalk names none."""
    starts = (
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"\x89PNG", "image/png"),
        (b"GIF8", "image/gif"),
        (b"#!AMR", "audio/amr"),
    )
    return next((kind for start, kind in starts if data.startswith(start)), "application/octet-stream")

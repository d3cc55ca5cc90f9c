"""One call of the HTTP API: its parts as the handlers read them, and the answers they give."""

import json
import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from aiohttp import web

from bot.sandbox.wecom.corp import App, Corp
from bot.sandbox.wecom.limits import Refused

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
TEXT_BYTES = 2048
_ESCAPE = re.compile(rb"(?<!\\)(?:\\\\)*\\u[0-9a-fA-F]{4}")
"""An escape, and not a backslash that is itself escaped and followed by a u."""


@dataclass(frozen=True)
class Upload:
    """The file of a multipart call."""

    name: str
    content_type: str
    data: bytes


@dataclass(frozen=True)
class Call:
    """One authorised call."""

    corp: Corp
    app: App
    query: Mapping[str, str]
    raw: bytes
    upload: Upload | None = None

    def body(self) -> dict[str, Any]:
        """The JSON object. Raises Refused: 40033 escapes, 40058 anything else."""
        return read_json(self.raw, refuse_escapes=self.corp.switches.refuse_escapes)


Answer = dict[str, Any] | web.StreamResponse
Handler = Callable[[Call], Awaitable[Answer]]


def read_json(raw: bytes, *, refuse_escapes: bool) -> dict[str, Any]:
    """The JSON object in `raw`. Raises Refused."""
    if refuse_escapes and _ESCAPE.search(raw):
        raise Refused(40033, "invalid charset: \\uxxxx")
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise Refused(40058, "invalid json") from error
    if not isinstance(body, dict):
        raise Refused(40058, "invalid json")
    return body


@contextmanager
def well_formed() -> Iterator[None]:
    """A value of the wrong kind somewhere inside a body is refused (40058), as broken JSON is."""
    try:
        yield
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise Refused(40058, "invalid Request Parameter") from error


def check_agent(call: Call, agent_id: object) -> None:
    """Raises Refused: 301002 for another app of the corp, 40056 for none."""
    if not isinstance(agent_id, int) or agent_id not in call.corp.apps:
        raise Refused(40056, "invalid agentid")
    if agent_id != call.app.agent_id:
        raise Refused(301002, "not allow operate another agent with this accesstoken")


def is_visible(app: App, userid: str) -> bool:
    return app.visible is None or userid in app.visible


def check_media(corp: Corp, kind: str, body: Mapping[str, Any], robot: str = "") -> None:
    """Raises Refused 40007 when the message names a file that is not there (any more)."""
    if kind in ("image", "voice", "video", "file"):
        corp.live_media(str(body[kind]["media_id"]), robot)


def as_shown(kind: str, body: Mapping[str, Any], limit: int = TEXT_BYTES) -> dict[str, Any]:
    """What a client shows: text and markdown cut at bytes, wherever in a character that falls."""
    part = dict(body[kind])
    if kind in ("text", "markdown", "markdown_v2"):
        part["content"] = str(part["content"]).encode()[:limit].decode(errors="replace")
    return part


def ok(**more: Any) -> dict[str, Any]:
    return {"errcode": 0, "errmsg": "ok", **more}

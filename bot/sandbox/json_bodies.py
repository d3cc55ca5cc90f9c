"""JSON as the page and the sandbox speak it: objects in, objects out, a refusal in Chinese."""

import json
from typing import Any

from aiohttp import web


async def read(request: web.Request) -> dict[str, Any] | None:
    """The object a request carries, an empty one for no body; None when it is no JSON object."""
    try:
        body = json.loads(await request.text() or "{}")
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


def answer(body: dict[str, Any]) -> web.Response:
    return web.Response(text=json.dumps(body, ensure_ascii=False), content_type="application/json")


def refusal(text: str, status: int = 400) -> web.Response:
    return web.Response(
        status=status,
        text=json.dumps({"ok": False, "error": text}, ensure_ascii=False),
        content_type="application/json",
    )

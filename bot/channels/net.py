"""Small things every channel that speaks HTTP needs."""

from urllib.parse import urlsplit

import aiohttp

from bot.channels.base import Permanent


def is_url(text: str) -> bool:
    """Whether this is an http or https address with a host."""
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


async def read_limited(response: aiohttp.ClientResponse, limit: int) -> bytes:
    """The body, of at most `limit` bytes. Raises Permanent when it is longer."""
    data = bytearray()
    async for chunk in response.content.iter_chunked(64 * 1024):
        data += chunk
        if len(data) > limit:
            raise Permanent("文件过大")
    return bytes(data)

"""An optional speech service: a recording in, its words out. Whoever has none loses nothing but the convenience.

The contract is ours and small, so that any recogniser fits behind a few lines of glue: POST the bytes with their
content type, answer JSON `{"text": "…"}`.
"""

import logging
from dataclasses import dataclass, field

import aiohttp

log = logging.getLogger(__name__)

TIMEOUT = aiohttp.ClientTimeout(total=20, connect=3)
LONGEST = 1000
"""Characters of a transcript that are kept."""


@dataclass(frozen=True)
class Speech:
    """`token`, if any, is sent as a bearer token."""

    url: str
    session: aiohttp.ClientSession
    token: str = field(default="", repr=False)

    async def transcribe(self, data: bytes, content_type: str) -> str:
        """The words of a recording, empty when the service fails or hears nothing. Never raises for what it answers."""
        headers = {"Content-Type": content_type or "application/octet-stream"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        try:
            async with self.session.post(self.url, data=data, headers=headers, timeout=TIMEOUT) as response:
                answer = await response.json(content_type=None) if response.status == 200 else None
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            log.warning("speech service failed", extra={"error": type(error).__name__})
            return ""
        text = answer.get("text") if isinstance(answer, dict) else None
        if not isinstance(text, str):
            log.warning("speech service gave no text")
            return ""
        return " ".join(text.split())[:LONGEST]

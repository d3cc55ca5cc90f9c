"""The terminal as a platform: messages are rendered as plain text and kept, or handed to a printer. No wire, no secrets."""

from collections.abc import Callable, Mapping
from datetime import datetime

from bot.channels.base import Decoded, Media, Permanent, Rejected
from bot.core.outbound import Card, Markdown, Outbound, Picture, Receipt, Say


class ConsoleChannel:
    """Delivers to `show(user id, text)`."""

    platform = "console"

    def __init__(self, name: str, show: Callable[[str, str], None]) -> None:
        self.name = name
        self._show = show
        self._sent = 0

    def decode(self, query: Mapping[str, str], headers: Mapping[str, str], body: bytes, now: datetime) -> Decoded:
        return Rejected(404, "the console has no callback")

    async def deliver(self, outbound: Outbound) -> Receipt:
        self._sent += 1
        if text := render(outbound):
            self._show(outbound.target.id, text)
        return Receipt(message_id=str(self._sent))

    async def fetch(self, media_id: str) -> Media:
        raise Permanent(f"the console keeps no media ({media_id})")

    async def check(self) -> None:
        return None

    async def close(self) -> None:
        return None


def render(outbound: Outbound) -> str:
    """A message as lines of text; updates and recalls of cards have none."""
    message = outbound.message
    match message:
        case Say() | Markdown():
            return message.text
        case Picture():
            return "[图片]"
        case Card():
            facts = [f"{key}：{value}" for key, value in message.lines]
            buttons = " ".join(f"[{b.text}]" for b in message.buttons)
            return "\n".join(
                part for part in (message.title, message.description, message.body, *facts, buttons) if part
            )
    return ""

"""The phones: what a person does on one, and what he sees on it. Platform-neutral; the platform's own part is a `Line`.

A card keeps its history: sent, its buttons replaced by a label, replaced by another card, recalled.
"""

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from bot.sandbox.clock import SandboxClock

APP = "app"


class CannotDo(Exception):
    """The person cannot do this on his phone; the text says why, in Chinese, for the page."""


class Outcome(Protocol):
    """What the platform reports of a delivery to the app."""

    @property
    def status(self) -> int: ...
    @property
    def tries(self) -> int: ...
    @property
    def ms(self) -> float: ...
    @property
    def what(self) -> str: ...


class Line(Protocol):
    """What the platform does with a person's acts. Each returns when the callback was acknowledged or given up."""

    async def text(self, userid: str, text: str) -> Outcome: ...
    async def image(self, userid: str, data: bytes, media_id: str) -> Outcome: ...
    async def group_text(self, userid: str, chat: str, text: str) -> Outcome | None: ...
    async def voice(self, userid: str, seconds: int, said: str = "") -> Outcome: ...
    async def location(self, userid: str, latitude: float, longitude: float, label: str) -> Outcome: ...
    async def enter(self, userid: str) -> Outcome: ...
    async def menu(self, userid: str, key: str) -> Outcome: ...
    async def press(
        self, userid: str, card: Mapping[str, Any], key: str, selected: Mapping[str, list[str]]
    ) -> Outcome: ...
    def keep(self, data: bytes, name: str, content_type: str) -> str: ...


@dataclass
class Seen:
    """One message on a screen. `sender` is "bot", "me" or a colleague's name."""

    id: str
    at: datetime
    chat: str
    sender: str
    kind: str
    text: str = ""
    image: str | None = None
    card: dict[str, Any] | None = None
    recalled: bool = False
    msgid: str = ""

    def as_dict(self) -> dict[str, Any]:
        return {
            "id": self.id, "at": self.at.isoformat(), "from": self.sender, "kind": self.kind, "text": self.text,
            "image": f"/phones/media/{self.image}" if self.image else None, "card": self.card, "recalled": self.recalled,
        }  # fmt: skip


@dataclass
class Chat:
    id: str
    title: str
    kind: str
    messages: list[Seen] = field(default_factory=list)


class Group:
    """A group chat as any of its members sees it."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat

    @property
    def messages(self) -> list[Seen]:
        return self._chat.messages

    @property
    def texts(self) -> list[str]:
        return [m.text for m in self._chat.messages]

    @property
    def last_text(self) -> str:
        return self._chat.messages[-1].text if self._chat.messages else ""


class Phone:
    """One person's phone."""

    def __init__(
        self, id: str, userid: str, name: str, label: str, shown: bool, line: Line, clock: SandboxClock,
        changed: Callable[[str], None], said: Callable[["Phone", Outcome], None], app_title: str,
    ) -> None:  # fmt: skip
        self.id, self.userid, self.name, self.label, self.shown = id, userid, name, label, shown
        self.chats: dict[str, Chat] = {APP: Chat(APP, app_title, "app")}
        self._line, self._clock, self._changed, self._said = line, clock, changed, said
        self._numbers = itertools.count(1)

    @property
    def platform(self) -> str:
        return self.id.partition(":")[0]

    @property
    def messages(self) -> list[Seen]:
        """All messages of the app's chat."""
        return self.chats[APP].messages

    @property
    def last(self) -> Seen | None:
        return self.messages[-1] if self.messages else None

    @property
    def texts(self) -> list[str]:
        return [m.text for m in self.messages if not m.recalled]

    @property
    def card(self) -> dict[str, Any] | None:
        """The newest card that is still there."""
        return next((m.card for m in reversed(self.messages) if m.card is not None and not m.recalled), None)

    @property
    def buttons(self) -> list[str]:
        """What can be pressed on the newest card."""
        card = self.card
        return [] if card is None or card["replaced"] else [b["text"] for b in card["buttons"]]

    async def says(self, text: str, chat: str = APP) -> Outcome | None:
        """Type a line. Whether one in a group reaches the app is the platform's affair."""
        if not text:
            raise CannotDo("还没有输入内容。")
        self.show(Seen(self.next_id(), self._clock.now(), chat, "me", "text", text))
        if chat != APP:
            heard = await self._line.group_text(self.userid, chat, text)
            return None if heard is None else self._noted(heard)
        return self._noted(await self._line.text(self.userid, text))

    async def sends_photo(self, data: bytes = b"") -> Outcome:
        data = data or _DOT
        content_type = "image/png" if data.startswith(b"\x89PNG") else "image/jpeg"
        media_id = self._line.keep(data, "photo.png" if content_type == "image/png" else "photo.jpg", content_type)
        self.show(Seen(self.next_id(), self._clock.now(), APP, "me", "image", image=media_id))
        return self._noted(await self._line.image(self.userid, data, media_id))

    async def sends_voice(self, seconds: int = 4, said: str = "") -> Outcome:
        """Speak. `said` is what a platform that transcribes hears."""
        self.show(Seen(self.next_id(), self._clock.now(), APP, "me", "voice", f"{seconds}″"))
        return self._noted(await self._line.voice(self.userid, seconds, said))

    async def sends_location(
        self, latitude: float = 23.129, longitude: float = 113.264, label: str = "广州市政府"
    ) -> Outcome:
        self.show(Seen(self.next_id(), self._clock.now(), APP, "me", "location", label))
        return self._noted(await self._line.location(self.userid, latitude, longitude, label))

    async def enters(self) -> Outcome:
        return self._noted(await self._line.enter(self.userid))

    async def clicks_menu(self, key: str) -> Outcome:
        return self._noted(await self._line.menu(self.userid, key))

    async def presses(
        self, button: str, card: Mapping[str, Any] | str | None = None, *, force: bool = False,
        selected: Mapping[str, list[str]] | None = None,
    ) -> Outcome:  # fmt: skip
        """Press a button by its text or key: on the newest card that has it, or on `card` (a card or its id).

        Raises CannotDo when no card offers it; `force` presses a copy whose buttons are gone, as a stale phone does.
        """
        for message in reversed(self.messages):
            found = message.card
            if found is None or (card is not None and card not in (found, found["card_id"], message.id)):
                continue
            key = next((b["key"] for b in found["buttons"] if button in (b["text"], b["key"])), None)
            if key is None:
                continue
            if (found["replaced"] or message.recalled) and not force:
                if card is None:
                    continue
                raise CannotDo(f"这张卡片已处理：{found['replaced'] or '已撤回'}。")
            return self._noted(await self._line.press(self.userid, found, key, selected or {}))
        raise CannotDo(f"没有可以点的“{button}”按钮。")

    def show(self, seen: Seen) -> None:
        """Put a message on the screen."""
        self.chats[seen.chat].messages.append(seen)
        self._changed(self.id)

    def receive(self, kind: str, chat: str = APP, sender: str = "bot", **what: Any) -> None:
        self.show(Seen(self.next_id(), self._clock.now(), chat, sender, kind, **what))

    def find_card(self, task_id: str) -> Seen | None:
        return next((m for m in reversed(self.messages) if m.card and m.card["card_id"] == task_id), None)

    def touched(self) -> None:
        """Something already on the screen has changed."""
        self._changed(self.id)

    def as_dict(self) -> dict[str, Any]:
        return {
            "id": self.id, "name": self.name, "label": self.label, "platform": self.platform,
            "chats": [
                {"id": c.id, "title": c.title, "kind": c.kind, "messages": [m.as_dict() for m in c.messages]}
                for c in self.chats.values()
            ],
        }  # fmt: skip

    def next_id(self) -> str:
        return f"m{next(self._numbers)}"

    def _noted(self, outcome: Outcome) -> Outcome:
        self._said(self, outcome)
        return outcome


_DOT = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
"""A picture of one transparent point: the smallest photo there is."""

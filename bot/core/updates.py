"""What comes in: one `Update` per thing a person did on a platform, whatever the platform.

A channel decodes bytes into updates; the inbox stores them as JSON and the handlers read them. Nothing here knows a
ticket, and nothing here knows how a platform spells things on the wire.
"""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, field_validator


class Value(BaseModel):
    """Base of the immutable values that cross a seam and are stored as JSON."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Account(Value):
    """One identity of a person on one platform: the key is (platform, corp_id, user_id), WeCom ids case-folded."""

    platform: Literal["wecom", "dingtalk", "console"]
    corp_id: str
    user_id: str

    def __str__(self) -> str:
        return f"{self.platform}:{self.corp_id}:{self.user_id}"


_FULL_WIDTH = {
    ord(wide): chr(ord(wide) - 0xFEE0)
    for wide in "０１２３４５６７８９" + "ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ"
}


class Text(Value):
    """What was typed; figures and capitals of full width (１３８, Ｐ２) are plain ones: commands and masks know only those."""

    kind: Literal["text"] = "text"
    text: str

    @field_validator("text")
    @classmethod
    def plain(cls, text: str) -> str:
        return text.translate(_FULL_WIDTH)


class Photo(Value):
    """A picture; `media_id` is the platform's own handle and expires (WeCom: 3 days)."""

    kind: Literal["photo"] = "photo"
    media_id: str
    url: str = ""


class Voice(Value):
    """A recording; `transcript` is filled only where the platform transcribes (DingTalk, aibot)."""

    kind: Literal["voice"] = "voice"
    media_id: str
    format: str = ""
    transcript: str = ""


class Video(Value):
    kind: Literal["video"] = "video"
    media_id: str


class Location(Value):
    """A shared position in degrees; `label` is the platform's own address line."""

    kind: Literal["location"] = "location"
    latitude: float
    longitude: float
    label: str = ""


class Link(Value):
    kind: Literal["link"] = "link"
    title: str = ""
    description: str = ""
    url: str = ""


class Press(Value):
    """A button (or menu entry) pressed on a card we sent.

    `card_id` is the task_id / outTrackId we chose, `verb` the button's key, `response_code` the one-use permission to
    update that card (WeCom, 72 h) and `selected` the chosen options per question, if the card had a selector.
    """

    kind: Literal["press"] = "press"
    card_id: str
    verb: str
    response_code: str = ""
    selected: dict[str, tuple[str, ...]] = Field(default_factory=dict)


class MenuClick(Value):
    """An entry of the app's own menu: `key` as configured by the operator."""

    kind: Literal["menu"] = "menu"
    key: str


class Entered(Value):
    """The member opened the chat with the bot (`first` when the platform says he has just been given access)."""

    kind: Literal["entered"] = "entered"
    first: bool = False


class Left(Value):
    """The member lost access to the bot (WeCom `unsubscribe`)."""

    kind: Literal["left"] = "left"


class Notice(Value):
    """Something the platform tells the operator, not a person speaking (inactive_alert, change_contact …)."""

    kind: Literal["notice"] = "notice"
    name: str
    detail: dict[str, str] = Field(default_factory=dict)


class Unknown(Value):
    """A message or event type we do not know: logged, acknowledged, answered kindly when it came from a person."""

    kind: Literal["unknown"] = "unknown"
    name: str


Content = Annotated[
    Text | Photo | Voice | Video | Location | Link | Press | MenuClick | Entered | Left | Notice | Unknown,
    Field(discriminator="kind"),
]


class Update(Value):
    """One thing that happened, ready to be stored.

    `key` is derived from the platform's own identity of the delivery, so a repeat has the same key; `lane` is the
    conversation that must be handled in order; `connection` names the configured platform connection it came through;
    `at` is the platform's time stamp (UTC).
    """

    key: str
    lane: str
    connection: str
    account: Account
    at: datetime
    content: Content
    chat_id: str = ""
    """The group it was said in; empty for a 1:1 chat."""
    quoted: str = ""
    """The platform's id of the message of ours that was quoted, where the platform says it."""


UPDATE: TypeAdapter[Update] = TypeAdapter(Update)

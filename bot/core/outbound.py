"""What goes out: platform-neutral messages, written by the views, carried by the outbox, spelled by a channel.

A message says what a person should see; a channel decides how its platform shows it and raises when it cannot.
"""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from bot.core.updates import Value


class Target(Value):
    """Where a message goes: a person's 1:1 chat, an app-made group, or a group webhook robot.

    `connection` is the configured connection's name; `id` the user id, chat id or, for a webhook, its key or URL.
    """

    kind: Literal["person", "chat", "webhook"]
    platform: Literal["wecom", "dingtalk", "console"]
    connection: str
    id: str

    def __str__(self) -> str:
        return f"{self.platform}:{self.connection}:{self.kind}:{self.id}"


class Button(Value):
    """`verb` comes back in the press; `command` is the typed line that does the same."""

    text: str
    verb: str
    command: str = ""
    style: Literal["primary", "plain", "danger"] = "plain"


class Say(Value):
    """Plain text."""

    kind: Literal["say"] = "say"
    text: str


class Markdown(Value):
    """Light markdown (headings, bold, quote, links): groups, and long read-only texts."""

    kind: Literal["markdown"] = "markdown"
    text: str
    title: str = ""
    mentions: tuple[str, ...] = ()


class Picture(Value):
    """A stored picture, by the key of our own media storage."""

    kind: Literal["picture"] = "picture"
    media_key: str


class Recording(Value):
    """A stored recording, by the key of our own media storage."""

    kind: Literal["recording"] = "recording"
    media_key: str


class Card(Value):
    """A card with buttons. `card_id` is unique per send, `[0-9A-Za-z_@-]`, and comes back in each press."""

    kind: Literal["card"] = "card"
    card_id: str
    source: str = ""
    title: str
    description: str = ""
    body: str = ""
    hint: str = ""
    """What can be typed instead of pressing, where the buttons' own commands do not say it best."""
    lines: tuple[tuple[str, str], ...] = ()
    buttons: tuple[Button, ...] = ()


class CardUpdate(Value):
    """Replace a card somebody holds: by a closing label on its buttons, or by a whole new card.

    `code` is the one-use response code where the platform needs one (WeCom); the relay drops the update quietly when
    the code is gone, because a stale card's press is answered truthfully anyway.
    """

    kind: Literal["card-update"] = "card-update"
    card_id: str
    label: str = ""
    card: Card | None = None
    code: str = ""


class Recall(Value):
    """Take a message back (WeCom: within 24 h)."""

    kind: Literal["recall"] = "recall"
    message_id: str


Message = Annotated[Say | Markdown | Picture | Recording | Card | CardUpdate | Recall, Field(discriminator="kind")]


class Outbound(Value):
    """One queued delivery. `key` is ours and derived, so that a re-run writes the same row.

    `queued_at` (ISO, UTC) is frozen in the row: a channel may use it to make the wire body unique per row and identical
    across retries. `retry` is 0 on the first try; a channel without an idempotency key marks later tries 可能重复.
    """

    key: str
    target: Target
    message: Message
    queued_at: str
    retry: int = 0


class Receipt(Value):
    """What the platform said of a delivery."""

    message_id: str = ""
    response_code: str = ""
    refused: tuple[str, ...] = ()
    """Recipients the platform did not reach although the call succeeded."""
    duplicate: bool = False


OUTBOUND: TypeAdapter[Outbound] = TypeAdapter(Outbound)
MESSAGE: TypeAdapter[Message] = TypeAdapter(Message)
RECEIPT: TypeAdapter[Receipt] = TypeAdapter(Receipt)

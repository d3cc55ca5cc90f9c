"""Words fitted to a platform's limits: cuts by characters and bytes, cards as plain words, commands printed for buttons.

Shared by the channels, so that a card reads alike wherever it cannot be shown as a card.
"""

import unicodedata
from collections.abc import Sequence
from typing import Any

from bot.core.outbound import Button, Card


def cut_bytes(text: str, limit: int) -> str:
    """At most `limit` bytes of UTF-8, cut between characters, the cut marked."""
    encoded = text.encode("utf-8", "ignore")
    if len(encoded) <= limit:
        return text
    return encoded[: max(limit - 3, 0)].decode("utf-8", "ignore") + "…"


def cut(text: str, limit: int) -> str:
    """One line of at most `limit` characters, the cut marked."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def usable_buttons(card: Card) -> list[Button]:
    """The buttons a platform would take: with key and text, keys unique, in order."""
    usable = {b.verb: b for b in reversed(card.buttons) if b.verb and b.text.strip()}
    return [b for b in card.buttons if usable.get(b.verb) is b]


def commands(buttons: Sequence[Button]) -> str:
    """What can be typed instead of pressing; a bare number is explained by its button's text."""
    said = [b.command if b.text in b.command else f"{b.command}（{b.text}）" for b in buttons if b.command]
    return " / ".join(dict.fromkeys(said))


def typed(card: Card, left: Sequence[Button]) -> str:
    """The line a card prints of what can be typed: the view's own, else the commands of the buttons `left`."""
    return card.hint or commands(left)


def clean(value: Any) -> Any:
    """Without control characters and half surrogates, which WeCom refuses (82004) and JSON cannot carry."""
    if isinstance(value, str):
        return "".join(c for c in value if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))
    if isinstance(value, dict):
        return {name: clean(inner) for name, inner in value.items()}
    return [clean(inner) for inner in value] if isinstance(value, list) else value

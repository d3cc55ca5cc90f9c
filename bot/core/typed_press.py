"""A press as a line of text: for buttons that can only make their owner send one (DingTalk without a card template).

The line reads `接单〔3fa9c1d20b〕`: the button's words, then the tail of the card's id, so that an old card's button is
known for what it is. Without the tail it would be an ordinary command and could hit another ticket.
"""

import re

_LINE = re.compile(r"\s*(?P<words>[^〔〕]{1,40})〔(?P<tail>[0-9a-f]{10})〕\s*")


def tail(card_id: str) -> str:
    """The end of a card's id: its digest, unique among cards."""
    return card_id.rpartition("-")[2]


def write(words: str, card_id: str) -> str:
    """The line that presses the button labelled `words` of card `card_id`."""
    return f"{words}〔{tail(card_id)}〕"


def read(line: str) -> tuple[str, str] | None:
    """(button's words, tail of the card's id) of a line that is a press; None for anything else."""
    match = _LINE.fullmatch(line)
    return (match["words"].strip(), match["tail"]) if match else None

"""What people type, press and read, in one word each."""

from bot.stage import Stage
from bot.story import text_of


async def read(world: Stage, userid: str, text: str) -> str:
    """What the person reads in answer to a typed line, all new messages joined."""
    phone = world.phone(userid)
    before = len(phone.messages)
    await phone.says(text)
    await world.settle()
    return "\n".join(text_of(m) for m in phone.messages[before:] if m.sender != "me")


async def press(world: Stage, userid: str, button: str, *, force: bool = False) -> str:
    """What the person reads after a press."""
    phone = world.phone(userid)
    before = len(phone.messages)
    await phone.presses(button, force=force)
    await world.settle()
    return "\n".join(text_of(m) for m in phone.messages[before:] if m.sender != "me")


def seen(world: Stage, userid: str) -> str:
    """Everything the person was ever told."""
    return "\n".join(text_of(m) for m in world.phone(userid).messages if m.sender != "me")

"""What a scene of the story is made of: people who act, and checks of what a person would have seen."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from sqlalchemy import ColumnElement
from sqlmodel import col, select

from bot.stage import Stage
from bot.store.tables import Ticket


@dataclass(frozen=True)
class Check:
    """One expected effect, and what was found instead when it is missing."""

    scene: str
    effect: str
    ok: bool
    found: str = ""


class Scene:
    """Collects the checks of one scene."""

    def __init__(self, name: str, stage: Stage) -> None:
        self.name = name
        self.stage = stage
        self.checks: list[Check] = []

    def expect(self, effect: str, ok: object, found: object = "") -> None:
        self.checks.append(Check(self.name, effect, bool(ok), "" if ok else str(found)[:300]))

    def sees(self, userid: str, words: str, effect: str) -> None:
        """Somebody's newest messages hold certain words."""
        texts = self.recent(userid)
        self.expect(effect, any(words in t for t in texts), " | ".join(texts))

    def recent(self, userid: str, count: int = 6) -> list[str]:
        return [text_of(m) for m in self.stage.phone(userid).messages[-count:]]

    def group_sees(self, chat_id: str, words: str, effect: str) -> None:
        texts = self.stage.group(chat_id).texts
        self.expect(effect, any(words in t for t in texts[-4:]), texts[-4:])

    async def says(self, userid: str, text: str) -> None:
        await self.stage.says(userid, text)

    async def presses(self, userid: str, button: str) -> None:
        await self.stage.phone(userid).presses(button)
        await self.stage.settle()

    async def newest(self, *which: ColumnElement[bool] | bool) -> Ticket:
        """The newest ticket, of those that meet the conditions."""
        async with self.stage.desk.db.read() as session:
            statement = select(Ticket).where(*which).order_by(col(Ticket.id).desc()).limit(1)
            return (await session.exec(statement)).one()

    async def state(self, ticket: Ticket, status: str, effect: str) -> Ticket:
        async with self.stage.desk.db.read() as session:
            now = await session.get_one(Ticket, ticket.id)
        self.expect(effect, now.status == status, f"{now.status} owner={now.owner}")
        return now


def text_of(message: object) -> str:
    """What a message shows, a card included."""
    card = getattr(message, "card", None)
    if card is None:
        return str(getattr(message, "text", ""))
    parts = [card.get("source"), card.get("title"), card.get("desc"), card.get("sub"), card.get("replaced")]
    parts += [f"{line['key']}{line['value']}" for line in card.get("lines", [])]
    parts += [b["text"] for b in card.get("buttons", [])]
    return " ".join(str(p) for p in parts if p)


Act = Callable[[Scene], Awaitable[None]]

"""What the phones show, held against what the desk sent: nothing lost, nothing shown twice, nobody left without an answer."""

from collections import Counter, defaultdict

from sqlmodel import col, select

from bot.cast import CORP, ORG
from bot.core.outbound import OUTBOUND, CardUpdate, Recall
from bot.sandbox.phones import Phone, Seen
from bot.stage import Stage
from bot.store.tables import InboxRow, OutboxRow

CORPS = {"wecom": CORP, "dingtalk": ORG}


class Screens:
    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self.said = 0
        """So many lines were typed and buttons pressed."""
        self.replies_lost = 0

    async def look(self) -> None:
        """Each message is on its phone, once. A reply that was lost leaves no id to know it by: then the number must be right."""
        sent: defaultdict[str, list[OutboxRow]] = defaultdict(list)
        async with self._stage.desk.db.read() as session:
            for row in (await session.exec(select(OutboxRow).where(OutboxRow.tries > 0))).all():
                outbound = OUTBOUND.validate_json(row.payload)
                if outbound.target.kind == "person" and not isinstance(outbound.message, CardUpdate | Recall):
                    to = outbound.target
                    sent[f"{to.platform}:{CORPS[to.platform]}:{to.id}"].append(row)
        for phone in self._stage.sandbox.phones.values():
            shown = Counter(seen.msgid for seen in _told(phone))
            rows = [row for row in sent[phone.id] if row.state == "sent" and not row.error]
            assert [row.payload for row in rows if row.tries == 1 and shown[row.message_id] != 1] == []
            again = len([row for row in rows if shown[row.message_id] != 1])
            unknown = shown.total() - (len(rows) - again)
            perhaps = len([row for row in sent[phone.id] if row.state == "queued"])
            doubled = self.replies_lost if phone.platform == "dingtalk" else 0
            assert again <= unknown <= again + perhaps + doubled, (phone.id, again, unknown, phone.texts)
            cards = Counter(seen.card["card_id"] for seen in phone.messages if seen.card and seen.card["card_id"])
            assert [card for card, times in cards.items() if times > 1] == []

    async def waiting(self) -> bool:
        """Whether a platform refused something that is to be tried again."""
        async with self._stage.desk.db.read() as session:
            again = select(OutboxRow.id).where(OutboxRow.state == "queued", OutboxRow.tries > 0)
            return (await session.exec(again)).first() is not None

    async def end(self) -> None:
        """Everything people did was heard once, and nothing is left to be said, except what waits for the morning."""
        async with self._stage.desk.db.read() as session:
            heard = len((await session.exec(select(InboxRow.id))).all())
            left = select(OutboxRow.payload).where(OutboxRow.state == "queued", ~col(OutboxRow.lane).endswith("|quiet"))
            assert (await session.exec(left)).all() == []
        assert heard == self.said


def _told(phone: Phone) -> list[Seen]:
    """What an app told somebody by itself; a passive reply has no id."""
    return [seen for seen in phone.messages if seen.sender == "bot" and seen.msgid]

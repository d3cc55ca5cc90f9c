"""`bench presses`: impatient people on both platforms press whatever they see, current or long stale, once or twice.

Each press is judged from outside: a stale one must change nothing, every one must be answered on the presser's screen.
"""

import asyncio
import random
import tempfile
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlmodel import col, func, select

from bot.core.clock import stopwatch
from bot.stage import Stage, raised
from bot.store.tables import CardRow, Ticket, TicketEvent

REPORTERS, PRESSERS = ("limei", "huangxin"), ("limei", "huangxin", "wangqiang", "zhaolei", "zhoumin")
REPORTS = ("打印机卡纸了", "电脑蓝屏了", "显示器屏幕碎了", "打印机打出来全是黑的", "上不了网", "投影仪没有画面")
LOOKED_AT = 14
"""Cards far enough down the screen to be pressed."""
BETWEEN = timedelta(seconds=8)
ONCE = ("accept", "arrive", "resolved", "confirm", "not-fixed", "decline")
"""Events that a double press may record once only."""


@dataclass
class Count:
    """What the presses came to."""

    presses: int = 0
    stale: int = 0
    double: int = 0
    wrong: int = 0
    unanswered: int = 0
    late: int = 0
    """Answered after the minute in which the platform takes no more for that member."""
    by_platform: dict[str, int] = field(default_factory=lambda: {"wecom": 0, "dingtalk": 0})
    seconds: list[float] = field(default_factory=list)
    examples: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        waits = sorted(self.seconds)
        return {
            "presses": self.presses,
            "wrong": self.wrong,
            "unanswered": self.unanswered,
            "stale_p95_s": round(waits[int(len(waits) * 0.95)], 3) if waits else None,
            "stale": self.stale,
            "late": self.late,
            "double": self.double,
            **self.by_platform,
            "examples": self.examples[:5],
        }


async def measure(n: int, seed: int = 294) -> Count:
    """Make `n` presses on a fresh stage."""
    from bot.story import START

    dice, count = random.Random(seed), Count()
    with tempfile.TemporaryDirectory(prefix="yunwei-presses-") as folder:
        async with raised(f"sqlite+aiosqlite:///{Path(folder) / 'presses.db'}", start=START) as stage:
            while count.presses < n:
                if dice.random() < 0.12 or not count.presses:
                    await _report(stage, dice)
                await _press(stage, dice, count)
    return count


async def _report(stage: Stage, dice: random.Random) -> None:
    await stage.says(dice.choice(REPORTERS), f"{dice.randint(2, 9)}楼{dice.randint(201, 999)}{dice.choice(REPORTS)}")


async def _press(stage: Stage, dice: random.Random, count: Count) -> None:
    """One press (or two at once) of a random button on a random card of a random person."""
    phone = stage.phone(dice.choice(PRESSERS))
    cards = [m for m in phone.messages if m.card is not None and m.card["buttons"]][-LOOKED_AT:]
    if not cards:
        return
    shown = dice.choice(cards)
    button = dice.choice(shown.card["buttons"])
    double = dice.random() < 0.1
    tail = _tail(shown.card, button)
    before = await _state(stage, tail)
    screen, faces = len(phone.messages), _faces(phone)
    begin = stopwatch()
    act = [phone.presses(button["key"], shown.id, force=True) for _ in range(2 if double else 1)]
    await asyncio.gather(*act)
    await stage.settle()
    took = stopwatch() - begin
    after = await _state(stage, tail)
    count.presses += 1
    count.double += double
    count.by_platform[phone.platform] += 1
    answered = any(m.sender != "me" for m in phone.messages[screen:]) or _faces(phone) != faces
    what = f"{phone.id.rpartition(':')[2]} {button['text']} {shown.card['title'][:20]} {before.status}"
    if not answered:
        # The platform lets one member have 30 messages a minute: what exceeds that comes when the minute is over.
        await stage.advance(minutes=1)
        answered = any(m.sender != "me" for m in phone.messages[screen:]) or _faces(phone) != faces
        count.late += answered
    if not answered:
        count.unanswered += 1
        minute = sum(m.sender != "me" and m.at > stage.clock.now() - timedelta(minutes=1) for m in phone.messages)
        count.examples.append(f"unanswered: {what} ({minute} messages in that minute)")
    if before.closed:
        count.stale += 1
        count.seconds.append(took)
    wrong = before.closed and before.by_presser != after.by_presser
    twice = double and any(after.events.get(kind, 0) - before.events.get(kind, 0) > 1 for kind in ONCE)
    if wrong or twice:
        count.wrong += 1
        count.examples.append(f"{'twice' if twice else 'stale'}: {what} -> {after.status}")
    await stage.skip(BETWEEN)


@dataclass(frozen=True)
class _State:
    closed: bool
    status: str
    events: dict[str, int]
    """How often each kind of event happened to the ticket."""
    by_presser: int
    """How many of them the card's owner caused."""


async def _state(stage: Stage, tail: str) -> _State:
    """The ticket behind a card, and whether that card's buttons are meant to be gone."""
    async with stage.desk.db.read() as session:
        card = (await session.exec(select(CardRow).where(CardRow.tail == tail))).first()
        ticket = await session.get(Ticket, card.ticket_id) if card else None
        if card is None or ticket is None:
            return _State(True, "none", {}, 0)
        kinds = (
            select(TicketEvent.kind, func.count())
            .where(col(TicketEvent.ticket_id) == ticket.id)
            .group_by(TicketEvent.kind)
        )
        events = dict((await session.exec(kinds)).all())
        own = select(func.count()).where(
            col(TicketEvent.ticket_id) == ticket.id, TicketEvent.actor_id == card.person_id
        )
        return _State(card.closed, ticket.status, events, (await session.exec(own)).one())


def _tail(card: dict[str, Any], button: dict[str, Any]) -> str:
    """The end of the card's id; a template-free card has it only in its buttons' lines."""
    if card["card_id"]:
        return str(card["card_id"]).rpartition("-")[2]
    return str(button.get("url", "")).rpartition("%E3%80%94")[2][:10]


def _faces(phone: Any) -> list[object]:
    return [m.card["replaced"] for m in phone.messages if m.card is not None]

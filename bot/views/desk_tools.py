"""What the desk reads when it searches, looks back, merges, splits, re-classifies: short lists, one line a ticket."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from bot.core.outbound import Say
from bot.store.tables import Person, Ticket
from bot.views.clocks import TARGET
from bot.views.words import Voice, clip, number, place, state

HOW = {
    "find": "请这样发：查 张三 / 查 0001（电话尾号） / 查 302 / 查 市民政局 打印机",
    "room": "请这样发：房间 市民政局 302",
    "asset": "请这样发：资产 PC-0017",
}
"""How a command is typed, for whoever typed it half."""
LISTED = 12
"""Tickets in a list; the rest are counted."""


def how(command: str) -> Say:
    return Say(text=HOW[command] + "。")


def which(what: str, labels: Sequence[str]) -> Say:
    """Several are meant: one is picked by its number."""
    rows = [f"{at}. {label}" for at, label in enumerate(labels, 1)]
    return Say(text=f"{what}有{len(labels)}个，请回复序号：\n" + "\n".join(rows))


def person_label(person: Person, unit: str) -> str:
    tail = f" 尾号{person.phone[-4:]}" if person.phone else ""
    return f"{person.name} {unit}{tail}"


def found(voice: Voice, words: str, rows: Sequence[tuple[Ticket, str]], now: datetime) -> Say:
    """查: a numbered list, so that one digit shows the details."""
    if not rows:
        return Say(text=f"近一年没有与“{clip(words, 20)}”有关的单。")
    lines = [f"{at}. {_line(voice, ticket, who, now)}" for at, (ticket, who) in enumerate(rows, 1)]
    return Say(text=f"“{clip(words, 20)}”，最近的{len(rows)}张：\n" + "\n".join(lines) + "\n回复序号看详情。")


def neither(digits: str) -> Say:
    return Say(text=f"没有找到{digits}号单，也没有这个房间或电话尾号的单。")


def overdue(voice: Voice, rows: Sequence[tuple[Ticket, str, int, str]]) -> Say:
    """超时: the target that is missed, and by how much of its own clock."""
    if not rows:
        return Say(text="没有超时的单。")
    lines = [
        f"{_short(voice, t)} {who} {TARGET[target]}超{_minutes(late)}".replace("  ", " ")
        for t, target, late, who in rows[:LISTED]
    ]
    return Say(text=f"超时{len(rows)}张：\n" + "\n".join(lines) + _more(len(rows)))


def mine(voice: Voice, rows: Sequence[Ticket]) -> Say:
    if not rows:
        return Say(text="没有由您跟进的单。")
    lines = [_short(voice, ticket) for ticket in rows[:LISTED]]
    return Say(text=f"由您跟进{len(rows)}张：\n" + "\n".join(lines) + _more(len(rows)))


def history(voice: Voice, what: str, rows: Sequence[Ticket], now: datetime) -> Say:
    """房间 / 资产: how often in a year, what most, then each time with its cause."""
    if not rows:
        return Say(text=f"{what}近一年没有报过障。")
    most, times = Counter(voice.what(t) for t in rows).most_common(1)[0]
    often = f"，其中{most}{times}次" if times > 1 else ""
    lines = []
    for ticket in rows[:LISTED]:
        cause = f"，原因：{clip(ticket.cause, 30)}" if ticket.cause else ""
        lines.append(f"{_line(voice, ticket, '', now)}{cause}")
    return Say(text=f"{what}近一年{len(rows)}次{often}：\n" + "\n".join(lines) + _more(len(rows)))


def _line(voice: Voice, ticket: Ticket, who: str, now: datetime) -> str:
    opened = ticket.created_at.astimezone(voice.zone)
    day = f"{opened.month}月{opened.day}日" if (now - ticket.created_at).days else voice.clock(ticket.created_at, now)
    return f"{day} {_short(voice, ticket)} {who}".strip()


def _short(voice: Voice, ticket: Ticket) -> str:
    parts = (number(ticket), ticket.priority, voice.what(ticket), place(ticket), state(ticket))
    return " ".join(part for part in parts if part)


def _minutes(count: int) -> str:
    return f"{count}分" if count < 120 else f"{count // 60}小时{count % 60}分"


def _more(count: int) -> str:
    return f"\n（共{count}张，只列前{LISTED}张）" if count > LISTED else ""

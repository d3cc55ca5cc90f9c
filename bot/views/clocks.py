"""What people read of a ticket's clocks: the targets, whose time it was, and a ruling on it."""

from collections.abc import Sequence
from datetime import datetime

from bot.core.charging import Interval, Party, Reading, charged
from bot.core.outbound import Say
from bot.core.warning import BREACHED, Running
from bot.store.tables import Person, Ticket
from bot.views.words import Voice, clip, number, place

TARGET = {"accept": "接单", "response": "联系", "arrive": "到场", "restore": "恢复", "resolve": "解决"}
PARTY = {
    Party.USER_UNIT: "使用方",
    Party.PROVIDER: "服务方",
    Party.THIRD: "第三方",
    Party.OFF_HOURS: "非工作时间",
    Party.CLOSED: "关闭期间",
}
PARTIES = {name: party for party, name in PARTY.items()}
NEAREST = 3
"""Running targets in one line."""
STRETCHES = 12
"""Stretches shown; a longer history shows its latest."""


def clocks(
    voice: Voice,
    ticket: Ticket,
    targets: Sequence[Reading],
    parts: Sequence[Interval],
    now: datetime,
    *,
    net: bool,
    again: datetime | None,
) -> Say:
    """时限: each target as it stands, then every stretch of time with its party, numbered for a ruling.

    `again`: when the ticket was last opened again; what goes on where it was is said.
    """
    lines = [f"{number(ticket)}时限（按{'服务方用时' if net else '总用时'}计）"]
    if visit := voice.visit(ticket, now):
        lines.append(visit)
    if again:
        lines.append(
            f"{voice.clock(again, now)}重开：接单从这时重新计，恢复、解决接着原来的用时计，关闭期间不算任何一方"
        )
    for reading in targets:
        used = reading.provider if net else reading.gross
        mark = (
            "已超"
            if reading.late(charged_counts=net)
            else "已停表"
            if reading.stopped
            else f"至{voice.clock(reading.due, now)}"
        )
        round_ = "（重开前）" if reading.earlier else ""
        lines.append(
            f"{TARGET[reading.target]}{round_}：限{reading.allowed}分，已用{used}分（总{reading.gross}分），{mark}"
        )
    shares = "，".join(f"{PARTY[p]}{int(t.total_seconds() // 60)}分" for p, t in charged(parts).items() if t)
    lines.append(f"各方用时：{shares or '刚开始'}")
    first = max(len(parts) - STRETCHES, 0)
    for index, part in enumerate(parts[first:], start=first + 1):
        ruled = "（有争议）" if part.disputed else "（监理裁定）" if part.ruled else ""
        lines.append(
            f"{index}. {voice.clock(part.start, now)}至{voice.clock(part.end, now)} {PARTY[part.party]}{ruled}"
        )
    return Say(text="\n".join(lines))


def left(voice: Voice, ticket: Ticket, targets: Sequence[Reading], now: datetime, *, net: bool) -> Say:
    """To whoever asks in words how long there still is: until when each running target has time, or that it is over."""
    running = [
        f"{TARGET[t.target]}{'已超时' if t.late(charged_counts=net) else voice.clock(t.due, now) + '前'}"
        for t in targets
        if not t.stopped
    ]
    if not running:
        return Say(text=f"{number(ticket)}各项时限都已停表。明细请发：时限 {ticket.id}")
    rests = "（暂停中，继续后顺延）" if ticket.paused else ""
    return Say(text=f"{number(ticket)}时限：{'，'.join(running[:NEAREST])}{rests}。明细请发：时限 {ticket.id}")


ANSWER = {"response": "已联系", "arrive": "到场", "restore": "已恢复"}
"""What stops a target, as a command."""


def warning(
    voice: Voice, ticket: Ticket, each: Running, percent: int, due: datetime, now: datetime, holder: Person | None
) -> Say:
    """A target that runs out or has run out: what, where, how long, who has it, and what stops its clock."""
    about = f"{number(ticket)} {voice.what(ticket)}（{place(ticket) or '位置未知'}）"
    used, whole = (int(span.total_seconds() // 60) for span in (each.used, each.allowed))
    who = f"处理人：{holder.name}" if holder else "还没有人接单"
    state = (
        f"{TARGET[each.target]}时限已用{percent}%，{voice.clock(due, now)}到时限"
        if percent < BREACHED
        else f"{TARGET[each.target]}已超时（限{whole}分，已用{used}分）"
    )
    do = f"完成后请回复：{ANSWER[each.target]} {ticket.id}" if percent < BREACHED and holder else "请督促处理"
    return Say(text=f"【时限】{about}：{state}，{who}。{do}。")


def ruled(voice: Voice, ticket: Ticket, index: int, part: Interval, before: Party, now: datetime) -> Say:
    span = f"{voice.clock(part.start, now)}至{voice.clock(part.end, now)}"
    was = f"（原算在{PARTY[before]}）" if before is not part.party else ""
    about = f"{number(ticket)} {voice.what(ticket)}第{index}段（{span}）"
    return Say(text=f"{about}监理已裁定归{PARTY[part.party]}{was}，其他各段不变。")


def ruled_so(ticket: Ticket, index: int, part: Interval) -> Say:
    """To the supervisor: done."""
    return Say(text=f"{number(ticket)}第{index}段已裁定归{PARTY[part.party]}，其他各段不变。")


def disputed(ticket: Ticket, index: int, part: Interval, *, told: bool) -> Say:
    """To whoever disputed: which stretch, and who decides."""
    then = "已请监理裁定，结果会告诉您" if told else "目前联系不到监理，已转服务台跟进"
    return Say(text=f"{number(ticket)}第{index}段（算在{PARTY[part.party]}）已标为有争议，{then}。")


def dispute_to_rule(
    voice: Voice, ticket: Ticket, index: int, part: Interval, who: Person, reason: str, now: datetime
) -> Say:
    """To the supervisor: what is disputed, why, and how to rule."""
    said = _dispute(voice, ticket, index, part, who, reason, now)
    return Say(
        text=f"{said}\n看全部时段：时限 {ticket.id}。裁定请发：裁定 {ticket.id} {index} 使用方（或 服务方、第三方）"
    )


def dispute_without_ruler(
    voice: Voice, ticket: Ticket, index: int, part: Interval, who: Person, reason: str, now: datetime
) -> Say:
    """To the desk, when no supervisor can be reached."""
    return Say(text=f"{_dispute(voice, ticket, index, part, who, reason, now)}\n机器人联系不到监理，请线下转告。")


def _dispute(voice: Voice, ticket: Ticket, index: int, part: Interval, who: Person, reason: str, now: datetime) -> str:
    span = f"{voice.clock(part.start, now)}至{voice.clock(part.end, now)}"
    about = f"{number(ticket)} {voice.what(ticket)}第{index}段（{span}，算在{PARTY[part.party]}）"
    return f"【时限争议】{about}，{who.name}有异议：{clip(reason, 100)}"


def how_to_dispute() -> Say:
    return Say(text="请这样发：争议 17 理由，或指明第几段：争议 17 第2段 理由。发“时限 17”看各段。")


def not_yours_to_dispute() -> Say:
    return Say(text="只有报障人、处理人和服务台可以对这张单的时限提出异议。")


def no_stretch(ticket: Ticket, index: int) -> Say:
    return Say(text=f"{number(ticket)}没有第{index}段。先发“时限 {ticket.id}”看各段编号。")


def how_to_rule() -> Say:
    return Say(text="请这样发：裁定 17 2 使用方（单号、第几段、使用方/服务方/第三方）。")


def not_for_you() -> Say:
    return Say(text="这张单的时限只有报障人、处理人、服务台和监理能看。")


def only_the_supervisor() -> Say:
    return Say(text="裁定只能由监理工程师作出。有异议请联系监理。")


def no_such(number_: str) -> Say:
    return Say(text=f"没有找到{number_}号单。")

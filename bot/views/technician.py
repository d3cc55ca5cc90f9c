"""What technicians (技术员) see: the offer, the work card, one procedure step at a time, and honest refusals.

Every card prints the typed line that does the same as its buttons.
"""

from collections.abc import Collection
from datetime import datetime

from bot.core.outbound import Button, Card, Say
from bot.core.ticket import Status
from bot.store.tables import Offer, Person, Ticket
from bot.views.words import (
    DECLINE_REASONS,
    GATES,
    INSPECTION,
    Voice,
    agency,
    clip,
    gates_beside,
    named,
    number,
    place,
    spaced,
    state,
    whom,
)
from knowledge import Step

PARTS = {
    "load": "手上在办",
    "area": "跨片区",
    "travel": "路程",
    "risk": "超时风险",
    "resident": "驻场",
    "familiar": "熟悉该单位",
    "fairness": "今日已派",
}


def _facts(voice: Voice, ticket: Ticket, reporter: Person | None, unit: str) -> tuple[tuple[str, str], ...]:
    planned = ticket.kind == INSPECTION
    rows = [("单位", agency(ticket, unit)), ("位置", place(ticket) or ("" if planned else "待补充"))]
    if reporter and not planned:
        rows.append(("报障人", whom(ticket, reporter)))
    return tuple((k, clip(v, 30)) for k, v in rows if v)


def where_and_who(voice: Voice, ticket: Ticket, reporter: Person | None, unit: str) -> Say:
    """What he asks of his ticket: agency, place, reporter and number, as on its card."""
    facts = "，".join(f"{name}{value}" for name, value in _facts(voice, ticket, reporter, unit))
    return Say(text=f"{named(ticket)}：{facts}")


def offer(
    voice: Voice,
    ticket: Ticket,
    card_id: str,
    *,
    reporter: Person | None,
    unit: str,
    words: str,
    arrive_by: datetime,
    answer_by: datetime,
    now: datetime,
    why: str,
    by_desk: bool,
) -> Card:
    """The dispatch card (派单): what, where, who, why you, how long you have."""
    planned = ticket.kind == INSPECTION
    lines = (
        *_facts(voice, ticket, reporter, unit),
        ("优先级", ticket.priority or ""),
        *(() if planned else (("最晚到场", voice.visit(ticket, now) or voice.clock(arrive_by, now)),)),
        ("为什么是您", clip(why, 30)),
    )
    return Card(
        card_id=card_id,
        source="运维服务台 · 派单",
        title=clip(f"{number(ticket)} {voice.what(ticket)}", 36),
        description=f"{'服务台指派' if by_desk else '请接单'}，{voice.clock(answer_by, now)}前回应",
        body=clip(f"{'任务' if planned else '原话'}：{words}", 100),
        hint=f"接单 {ticket.id} / 退回 {ticket.id} 原因 / 为什么是我 {ticket.id}",
        lines=lines,
        buttons=(
            Button(text="接单", verb="accept", command=f"接单 {ticket.id}", style="primary"),
            Button(text="退回", verb="decline", command=f"退回 {ticket.id}"),
            Button(text="为什么是我", verb="why", command=f"为什么是我 {ticket.id}"),
        ),
    )


def work(
    voice: Voice,
    ticket: Ticket,
    card_id: str,
    *,
    reporter: Person | None,
    unit: str,
    arrive_by: datetime,
    now: datetime,
    first: Step | None,
    cautions: list[str],
) -> Card:
    """The card of somebody who has the ticket: contact, set out, arrive, pause, hand back, finish."""
    planned = ticket.kind == INSPECTION
    late = "" if planned else f"，{voice.visit(ticket, now) or f'最晚{voice.clock(arrive_by, now)}到场'}"
    ahead = f"第一步：{first.do}" if first else ""
    bring = f"\n请带：{'、'.join(first.tools)}" if first and first.tools else ""
    care = f"\n注意：{cautions[0]}" if cautions else ""
    there = ticket.status in (Status.ON_SITE, Status.REMOTE)
    buttons = []
    if there and first is None:
        buttons.append(Button(text="已解决", verb="resolved", command=f"已解决 {ticket.id}"))
    elif not planned:
        buttons.append(Button(text="已联系", verb="contact", command=f"已联系 {ticket.id}"))
    if ticket.status in (Status.ACCEPTED, Status.REMOTE):
        buttons.append(Button(text="出发", verb="en-route", command=f"出发 {ticket.id}"))
    buttons.append(Button(text="到场", verb="arrive", command=f"到场 {ticket.id}", style="primary"))
    if ticket.status in (Status.ACCEPTED, Status.EN_ROUTE):
        buttons.append(Button(text="远程处理", verb="remote", command=f"远程 {ticket.id}"))
    buttons += [
        Button(text="暂停", verb="pause", command=f"暂停 {ticket.id}"),
        Button(text="退回", verb="decline", command=f"退回 {ticket.id}"),
    ]
    return Card(
        card_id=card_id,
        source="运维服务台 · 在办",
        title=clip(f"{number(ticket)} {voice.what(ticket)}", 36),
        description=f"{state(ticket)}{late}",
        body=clip(f"{ahead}{bring}{care}", 110),
        hint=f"{'' if planned else '已联系/'}出发/到场/远程/暂停/退回{'' if planned else '/约'} {ticket.id}",
        lines=_facts(voice, ticket, reporter, unit),
        buttons=tuple(buttons[:6]),
    )


def step(voice: Voice, ticket: Ticket, card_id: str, step: Step, done: int) -> Card:
    """One step of the Part 5 procedure (assumed text): what to do, what to look at, what to expect."""
    lines = [("看什么", step.check), ("正常是", step.expect), ("用时", f"约{step.minutes}分钟")]
    if step.tools:
        lines.append(("工具", "、".join(step.tools)))
    lines += gates_beside(step, "", step.gates)
    need = {"photo": "请拍照发来", "reading": "请发读数", "text": "请发一句说明", "signature": "请发签字照片"}
    if step.evidence in need:
        lines.append(("留证", need[step.evidence]))
    return Card(
        card_id=card_id,
        source=f"{named(ticket)} {voice.what(ticket)}",
        title=f"第{done + 1}步",
        description=clip(step.do, 44) if len(step.do) <= 44 else "",
        body="" if len(step.do) <= 44 else step.do,
        hint="1 正常 / 2 异常 / 3 跳过 / 上一步 / 求助 / 已解决",
        lines=tuple((k, clip(v, 30)) for k, v in lines if v),
        buttons=(
            Button(text="正常", verb="step-ok", command="1", style="primary"),
            Button(text="异常", verb="step-fail", command="2"),
            Button(text="跳过", verb="step-skip", command="3"),
            Button(text="求助", verb="help", command="求助"),
            Button(text="已解决", verb="resolved", command=f"已解决 {ticket.id}"),
            Button(text="已恢复", verb="restored", command=f"已恢复 {ticket.id}"),
        ),
    )


def gate(voice: Voice, ticket: Ticket, card_id: str, step: Step, asked: str, opened: Collection[str]) -> Card:
    """A safety gate: confirmed before the step is shown, one at a time."""
    several = len(step.gates) > 1
    return Card(
        card_id=card_id,
        source=f"{named(ticket)} {voice.what(ticket)}",
        title="先确认再动手" + (f"（{step.gates.index(asked) + 1}/{len(step.gates)}）" if several else ""),
        description=GATES[asked],
        body="一项一项确认，都确认了才给出下一步。" if several else "确认后才给出下一步。",
        hint="确认 / 做不到",
        lines=tuple(gates_beside(step, asked, opened)),
        buttons=(
            Button(text="已确认", verb="gate-ok", command="确认", style="primary"),
            Button(text="做不到", verb="gate-no", command="做不到"),
        ),
    )


def ended(voice: Voice, ticket: Ticket, card_id: str, escalate: bool) -> Card:
    """The procedure is through: what is left is to say how it ended."""
    return Card(
        card_id=card_id,
        source=f"{named(ticket)} {voice.what(ticket)}",
        title="步骤走完，仍未解决" if escalate else "步骤走完，请收尾",
        description="服务台已收到升级请求" if escalate else "让使用人亲手试两次再按已解决",
        hint=f"已恢复 {ticket.id} / 已解决 {ticket.id} / 暂停 {ticket.id} / 求助",
        buttons=(
            Button(text="已解决", verb="resolved", command=f"已解决 {ticket.id}", style="primary"),
            Button(text="已恢复", verb="restored", command=f"已恢复 {ticket.id}"),
            Button(text="暂停", verb="pause", command=f"暂停 {ticket.id}"),
            Button(text="求助", verb="help", command="求助"),
        ),
    )


def decline_reasons(ticket: Ticket, card_id: str) -> Card:
    return Card(
        card_id=card_id,
        source="运维服务台",
        title=f"退回{number(ticket)}的原因？",
        description="点一个，或直接回复一句话",
        buttons=tuple(Button(text=t, verb=f"decline-{k}", command=t) for k, t in DECLINE_REASONS.items()),
    )


def pause_reasons(voice: Voice, ticket: Ticket, card_id: str) -> Card:
    reasons = voice.book.service_levels.sla.pause_allowed
    return Card(
        card_id=card_id,
        source="运维服务台",
        title=f"暂停{number(ticket)}的原因？",
        description="只能选以下原因，报障人会收到通知",
        buttons=tuple(Button(text=clip(t, 10), verb=f"pause-{i}", command=t) for i, t in enumerate(reasons)),
    )


def no_pause_p1(ticket: Ticket) -> Say:
    return Say(text=f"{named(ticket)}是P1，不能暂停。需要支援请回复：求助；是运营商等别家的，请回复：转服务台 原因。")


def promised(voice: Voice, ticket: Ticket, at: datetime, now: datetime) -> Say:
    """He said how long he still needs: that is no arrival."""
    return Say(text=f"{named(ticket)}：已告诉报障人您大约{voice.clock(at, now)}到。到了请回复：到场 {ticket.id}")


def paused(ticket: Ticket, until: str, *, runs: bool) -> Say:
    """`runs`: by the contract it is no reason that stops the clock; what would make it one is said."""
    if runs:
        return Say(
            text=f"{named(ticket)}已暂停：{ticket.paused}，{until}自动继续。没有备机，时限照常计；给了备机请登记：备机 {ticket.id} 编号 归还日期，"
            f"从那时起停表。提前继续请回复：恢复 {ticket.id}"
        )
    return Say(text=f"{named(ticket)}已暂停：{ticket.paused}，{until}自动恢复计时。提前继续请回复：恢复 {ticket.id}")


PAUSE_END = {
    "unread": "没看懂暂停到什么时候",
    "past": "暂停的结束时间已经过了",
    "far": "暂停时间太长，最多{days}天",
}


def pause_end(ticket: Ticket, trouble: str, days: int) -> Say:
    """What is wrong with the end of a pause, and how it is said; the clock keeps running."""
    return Say(
        text=f"{PAUSE_END[trouble].format(days=days)}，{named(ticket)}没有暂停。请这样发：暂停 {ticket.id} 等待用户时间 2小时，或 暂停 {ticket.id} 等待用户时间 到15:00"
    )


def resumed(voice: Voice, ticket: Ticket, by: datetime | None, now: datetime) -> Say:
    return Say(text=f"{named(ticket)}继续计时{f'，最晚{voice.clock(by, now)}到场' if by else ''}。")


def kept(ticket: Ticket) -> Say:
    """He does not hand it back after all."""
    return Say(text=f"好的，{named(ticket)}没有退回，还由您处理。")


def why_you(voice: Voice, ticket: Ticket, mine: Offer) -> Say:
    """为什么是我: the parts of the cost that decided, and the runner-up."""
    parts = [f"{PARTS.get(k, k)}{v:+.0f}" for k, v in mine.costs.get("parts", {}).items() if v]
    total = f"合计{mine.costs.get('cost', 0):.0f}"
    second = mine.costs.get("runner_up")
    rival = f"；次选{second['name']}，合计{second['cost']:.0f}" if second else "；没有其他合格在岗人员"
    reason = "服务台指派。" if mine.by_desk else ""
    return Say(text=f"{number(ticket)}：{reason}{'，'.join(parts) or '各项为零'}，{total}{rival}。数值越小越优先。")


def short_why(costs: dict[str, float], alone: bool) -> str:
    """The reason on the card, in a few words."""
    good = [PARTS[k] for k in ("resident", "familiar") if costs.get(k, 0) < 0]
    if not costs.get("load"):
        good.append("手上没有单")
    return "、".join(good) or ("唯一合格在岗" if alone else "综合排序第一")


def declined(ticket: Ticket) -> Say:
    return Say(text=f"{named(ticket)}已退回，会另外安排。")


def taken(ticket: Ticket, who: str, state_word: str) -> Say:
    return Say(
        text=f"{number(ticket)}已由{who}处理（{state_word}）。" if who else f"{number(ticket)}现在是：{state_word}。"
    )


def withdrawn(ticket: Ticket, why: str) -> Say:
    return Say(text=f"{number(ticket)}不用去了：{why}。")


def returned(voice: Voice, ticket: Ticket) -> Say:
    return Say(text=f"{number(ticket)}报障人说没修好，请尽快再联系。{place(ticket)}")


def note_added(ticket: Ticket, words: str) -> Say:
    return Say(text=f"{number(ticket)}报障人补充：{clip(words, 60)}")


def urged(ticket: Ticket, times: int) -> Say:
    return Say(text=f"{number(ticket)}报障人催了（第{times}次），请尽快联系。")


def reclassified(voice: Voice, ticket: Ticket) -> Say:
    return Say(text=f"{number(ticket)}更正为：{voice.what(ticket)}。步骤已换成新的。")


def begun_again(ticket: Ticket) -> Say:
    return Say(text=f"{named(ticket)}的步骤更新过，原来那一步没有了，请从第一步看起；做过的直接按结果点即可。")


def evidence_wanted(ticket: Ticket, kind: str) -> Say:
    line = {
        "photo": "这一步要一张照片，直接发来即可。",
        "signature": "这一步要签字照片，直接发来即可。",
        "reading": "这一步要读数，直接回复数值即可。",
        "text": "这一步要一句说明，直接回复即可。",
    }[kind]
    return Say(text=f"{named(ticket)}：{line}确实没法提供，回复：跳过 原因")


def evidence_noted(ticket: Ticket, *, figure: bool = False) -> Say:
    """`figure`: a reading is wanted, and what came shows it without saying it."""
    more = "读数也请发一下数字，再" if figure else ""
    return Say(text=f"已附到{named(ticket)}的这一步，{more}按正常或异常继续。")


def skip_reason(ticket: Ticket) -> Say:
    return Say(text=f"{named(ticket)}跳过要写原因，请回复：跳过 原因")


def gate_closed(ticket: Ticket) -> Say:
    return Say(text=f"{named(ticket)}这一步的安全条件不具备，先不要动手。已通知服务台，条件具备后按“已确认”。")


def another_gate(ticket: Ticket, asked: str) -> Say:
    """His words confirm another condition than the one that is asked."""
    return Say(text=f"{named(ticket)}现在请先确认：{GATES[asked]}。做到了请回复：确认；没有请回复：做不到")


SAYING = {"power-off": "已断电", "permit": "许可在手", "two-person": "两人都在场"}
"""Gate → the words that confirm it and no other, as handlers/technician_words.py reads them."""


def read_first(ticket: Ticket, asked: str) -> Say:
    """A bare yes that came before he can have read what it is to."""
    word = SAYING.get(asked)
    by_name = f"，或直接回复：{word}" if word else ""
    return Say(text=f"{named(ticket)}还有一项，看清楚再确认：{GATES[asked]}。做到了请再回复：确认{by_name}")


def gates_anew(ticket: Ticket, closed: Collection[str]) -> Say:
    """The work was interrupted: what was confirmed on the spot may not be so any more."""
    return Say(text=f"{named(ticket)}中间停过，请重新确认：{'、'.join(GATES[gate] for gate in closed)}")


def gate_first(ticket: Ticket, asked: str, *, agency: bool) -> Say:
    """What he sent is no evidence yet: the step has not begun."""
    first = "等使用人答复" if agency else f"请先确认：{GATES[asked]}"
    return Say(text=f"{named(ticket)}已收到，先记为备注。这一步还没开始，{first}；之后做这一步时请再发一次。")


def arrive_first(ticket: Ticket) -> Say:
    return Say(text=f"{named(ticket)}这一步要在现场做，到了先按“到场”或回复：到场 {ticket.id}")


def restored(ticket: Ticket) -> Say:
    return Say(text=f"{named(ticket)}已记恢复。彻底修好后按“已解决”。")


def confirmed(ticket: Ticket) -> Say:
    return Say(text=f"{number(ticket)}报障人已确认，关单。")


def no_ticket() -> Say:
    return Say(text="您手上没有这张单。回复“我的单”查看。")


def which_ticket(tickets: list[Ticket], voice: Voice) -> Say:
    listed = "；".join(spaced(number(t), voice.what(t), place(t)) for t in tickets[:5])
    return Say(text=f"您手上有：{listed}。请带上号码，例如：到场 {tickets[0].id}")


def which_photo(voice: Voice, tickets: list[Ticket], card_id: str, kind: str) -> Card:
    """A photo while he has several in hand and none in focus."""
    shown = tickets[:5]
    return Card(
        card_id=card_id,
        source="运维服务台 · 照片",
        title=f"这{'段视频' if kind == 'video' else '张照片'}是哪张单的？",
        description="点一下，或回复单号",
        body="；".join(f"{number(t)}{clip(place(t), 8)}{clip(voice.what(t), 8)}" for t in shown),
        buttons=tuple(
            Button(text=clip(f"{number(t)}{voice.what(t)}", 10), verb=f"photo-{t.id}", command=number(t)) for t in shown
        ),
    )


def mine(voice: Voice, tickets: list[Ticket], now: datetime) -> Say:
    if not tickets:
        return Say(text="您手上没有在办的单。")
    return Say(
        text="\n".join(
            f"{number(t)} {t.priority or ''} {voice.what(t)} {place(t)}：{state(t)} {voice.visit(t, now)}".rstrip()
            for t in tickets[:8]
        )
    )


def duty(word: str) -> Say:
    line = {"on": "已上线，可以派单给您。", "busy": "已设为忙碌，只派特急单。", "off": "已下线，不再派单给您。"}[word]
    return Say(text=line)

"""What the desk reads when it searches, looks back, merges, splits, re-classifies: short lists, one line a ticket."""

import math
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.core.outbound import Button, Card, Say
from bot.store.tables import Person, Ticket
from bot.views.clocks import TARGET
from bot.views.words import URGENCY, Voice, clip, number, place, spaced, state

HOW = {
    "find": "请这样发：查 张三 / 查 0001（电话尾号） / 查 302 / 查 市民政局 打印机",
    "room": "请这样发：房间 市民政局 302",
    "asset": "请这样发：资产 PC-0017",
    "merge": "请这样发：合并 18 到 17（18号并到17号）",
    "unmerge": "请这样发：撤销合并 18，或：17号和18号拆开",
    "split": "请这样发：拆分 17 座机也没声",
    "class": "请这样发：改类 17 打印机脱机",
    "priority": "请这样发：优先级 17 P2 理由（P1最急，P4最缓，理由必填）",
    "unsplit": "请这样发：撤销拆分 19",
    "unrefer": "请这样发：撤销转出 17",
    "off": "请这样发：作废 17 原因（报障人会看到原因）",
    "hurry": "请这样发：催办 王强（催一张单：备注 17 请尽快处理）",
    "remark": "请这样发：备注 17 用户下午才在",
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


def almost(said: str, labels: Sequence[str], *, pick: bool) -> Say:
    """No technician is called so; who may be meant, numbered where a digit is enough (`pick`)."""
    rows = [f"{at}. {label}" if pick else label for at, label in enumerate(labels, 1)]
    then = "是就回复序号，或写全名再发" if pick else "请写全名再发"
    return Say(text=f"没有名叫{said}的技术员，是不是下面这位？{then}：\n" + "\n".join(rows))


def person_label(person: Person, unit: str) -> str:
    tail = f" 尾号{person.phone[-4:]}" if person.phone else ""
    return f"{person.name} {unit}{tail}"


def found(voice: Voice, words: str, rows: Sequence[tuple[Ticket, str]], now: datetime) -> Say:
    """查: a numbered list, so that one digit shows the details."""
    if not rows:
        return Say(text=f"近一年没有与“{clip(words, 20)}”有关的单；故障名、地点和原话单独查只看近30天。")
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


def nearly(voice: Voice, rows: Sequence[tuple[Ticket, str, timedelta, str]], percent: int) -> Say:
    """快超时: the target that comes next, and what is left of it."""
    if not rows:
        return Say(text=f"没有快超时的单（时限用过{percent}%的才算）。")
    lines = [
        f"{_short(voice, t)} {who} {TARGET[target]}还剩{_minutes(math.ceil(left / timedelta(minutes=1)))}"
        for t, target, left, who in rows[:LISTED]
    ]
    return Say(text=f"快超时{len(rows)}张（时限用过{percent}%）：\n" + "\n".join(lines) + _more(len(rows)))


def why_off(ticket: Ticket) -> Say:
    return Say(text=f"{number(ticket)}为什么作废？报障人会看到。直接回复原因就行，例如：重复报障")


def left_as_it_is() -> Say:
    """The reason that was asked for will not come."""
    return Say(text="好的，什么都没有改。")


def called_off(ticket: Ticket, *, told: bool) -> Say:
    return Say(text=f"{number(ticket)}已作废，" + ("原因已告知报障人。" if told else "报障人收不到消息，请电话告知。"))


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
    return f"{day} {_short(voice, ticket)} {who} {voice.visit(ticket, now)}".strip()


def _short(voice: Voice, ticket: Ticket) -> str:
    parts = (number(ticket), ticket.priority, voice.what(ticket), place(ticket), state(ticket))
    return " ".join(part for part in parts if part)


def _minutes(count: int) -> str:
    return f"{count}分" if count < 120 else f"{count // 60}小时{count % 60}分"


def _more(count: int) -> str:
    return f"\n（共{count}张，只列前{LISTED}张）" if count > LISTED else ""


MERGE_REFUSED = {
    "same": "同一张单不能合并到自己",
    "merged": "{ticket}已经并到{parent}号了，改并请先发：撤销合并 {id}",
    "over": "{ticket}现在是{state}，不能合并",
    "target-over": "{into}现在是{into_state}，不能并进去",
    "classified": "涉密的单不能合并",
    "safety": "{ticket}是紧急情况，不能并到普通单里；请反过来发：合并 {into_id} 到 {id}",
}


def merge_refused(why: str, ticket: Ticket, into: Ticket) -> Say:
    words = MERGE_REFUSED[why].format(
        ticket=number(ticket), id=ticket.id, state=state(ticket), parent=ticket.parent_id,
        into=number(into), into_id=into.id, into_state=state(into),
    )  # fmt: skip
    return Say(text=f"{words}。")


def merged(ticket: Ticket, into: Ticket) -> Say:
    """To the desk: done, what it changes in urgency, and the way back."""
    worse = (ticket.priority or "P4") < (into.priority or "P4")
    hint = f"{number(ticket)}是{ticket.priority}，{number(into)}是{into.priority}，请看要不要调。" if worse else ""
    return Say(text=f"{number(ticket)}已并到{number(into)}。{hint}恢复原样请发：撤销合并 {ticket.id}")


def merged_reporter(ticket: Ticket, into: Ticket) -> Say:
    return Say(text=f"您报的{number(ticket)}和{number(into)}是同一件事，一起处理，修好后马上告诉您。")


def added_to_merged(ticket: Ticket, into: Ticket) -> Say:
    return Say(text=f"已补充到{number(into)}，您报的{number(ticket)}和它一起处理，修好后马上告诉您。")


def merged_holder(ticket: Ticket, into: Ticket, words: str) -> Say:
    return Say(
        text=f"{number(ticket)}并到您手上的{number(into)}，原话：{clip(words, 60) or '无'}（{place(ticket) or '位置未知'}）"
    )


def resolved_with(ticket: Ticket, into: Ticket) -> Say:
    return Say(text=f"您报的{number(ticket)}（随{number(into)}处理）已修好，请试一下，还不行就再发一句。")


def unresolved_with(ticket: Ticket, into: Ticket) -> Say:
    """He was told that it is mended, and it is not."""
    return Say(text=f"更正：您报的{number(ticket)}（随{number(into)}处理）还没有修好，还在处理，好了马上告诉您。")


def unmerged(ticket: Ticket) -> Say:
    return Say(text=f"已撤销合并，{number(ticket)}恢复为：{state(ticket)}。")


def unreferred(ticket: Ticket) -> Say:
    return Say(text=f"已撤销转出，{number(ticket)}回到服务台，报障人已告知。派人请发：派 {ticket.id} 姓名")


def not_referred(ticket: Ticket) -> Say:
    why = "涉密事项不能撤销转出" if ticket.kind == "classified" else "没有转出"
    return Say(text=f"{number(ticket)}{why}，现在是：{state(ticket)}。")


def remark(ticket: Ticket, words: str) -> Say:
    """To whoever has the ticket: what the desk noted."""
    return Say(text=f"{number(ticket)}服务台备注：{clip(words, 100)}")


def remarked(ticket: Ticket, name: str) -> Say:
    return Say(text=f"已记到{number(ticket)}{f'，{name}也能看到' if name else ''}。")


def not_merged(ticket: Ticket) -> Say:
    if ticket.incident_id and ticket.status == "merged":
        return Say(text=f"{number(ticket)}是随事件并入的，请发：事件{ticket.incident_id} 撤销")
    return Say(text=f"{number(ticket)}没有合并过，现在是：{state(ticket)}。")


def not_together(one: Ticket, other: Ticket, merged: Sequence[Ticket]) -> Say:
    """Two that are to be parted and are not in each other: where each is."""
    if not merged:
        return Say(text=f"{number(one)}和{number(other)}没有合并在一起，不用拆。")
    each = "，".join(f"{number(ticket)}并在{ticket.parent_id}号里" for ticket in merged)
    return Say(text=f"{number(one)}和{number(other)}没有互相合并：{each}。要拆出来请发：撤销合并 {merged[0].id}")


def nothing_merged() -> Say:
    return Say(text="现在没有合并着的单。")


def which_merge(voice: Voice, pairs: Sequence[tuple[Ticket, Ticket]]) -> Say:
    """Several could be meant: which ticket goes on by itself."""
    rows = [
        f"{at}. {spaced(number(ticket), voice.what(ticket), place(ticket))}（并在{number(into)}里）"
        for at, (ticket, into) in enumerate(pairs, 1)
    ]
    return Say(text="要拆出哪一张？请回复序号：\n" + "\n".join(rows))


def cannot_unmerge(ticket: Ticket, into: Ticket) -> Say:
    """What it is handled with is a classified matter: what was said is erased."""
    return Say(
        text=f"{number(ticket)}随{number(into)}按涉密处理，内容已删除，不能撤销合并。确实是另一件事的，请报障人重新报。"
    )


def goes_on(ticket: Ticket) -> Say:
    """To the reporter whose merged report is not mended: what happens with it now."""
    return Say(text=f"抱歉还没好，{number(ticket)}重新安排处理，服务台也会盯着。")


def unmerged_reporter(ticket: Ticket, question: dict[str, list[str]]) -> Say:
    """The reporter learns that his ticket goes on by itself; what he had been asked is asked again."""
    options = [str(option) for option in question.get("options", [])]
    asked = "还请回复序号：" + "，".join(f"{at} {o}" for at, o in enumerate(options, 1)) if options else ""
    return Say(text=f"{number(ticket)}改为单独处理。{asked}")


def unmerged_holder(ticket: Ticket) -> Say:
    return Say(text=f"{number(ticket)}又单独处理，还是由您负责，从原来那一步继续。")


def cannot_split(ticket: Ticket) -> Say:
    return Say(text=f"{number(ticket)}现在是{state(ticket)}，不能拆分。")


def never_type_that() -> Say:
    return Say(text="这句话可能涉密，没有登记。请按保密规定线下联系处理。")


def split(voice: Voice, ticket: Ticket, new: Ticket) -> Say:
    return Say(
        text=f"已从{number(ticket)}拆出{number(new)}：{voice.what(new)}，{state(new)}。拆错了请发：撤销拆分 {new.id}"
    )


def unsplit(ticket: Ticket) -> Say:
    return Say(text=f"{number(ticket)}已撤销，{ticket.parent_id}号照旧。")


def not_split(ticket: Ticket) -> Say:
    why = f"现在是{state(ticket)}" if ticket.source == "split" else "不是拆出来的"
    return Say(text=f"{number(ticket)}{why}，不能撤销拆分。")


def unsplit_reporter(ticket: Ticket) -> Say:
    return Say(text=f"{number(ticket)}不用单独处理，已撤销；{ticket.parent_id}号照常。")


def classes(voice: Voice, ticket: Ticket, card_id: str, text: str, faults: Sequence[tuple[str, str]]) -> Card:
    """改类: what the typed words may mean, (slug, name) each, one button each; a digit picks as well."""
    names = [f"{at} {name}" for at, (_, name) in enumerate(faults, 1)]
    return Card(
        card_id=card_id,
        source="服务台 · 改类",
        title=clip(f"{number(ticket)} 改成哪一类？", 36),
        description=f"现在是：{clip(voice.what(ticket), 20)}",
        body=clip(f"您写的：{text}", 60),
        hint=f"{' / '.join(names)} / 改类 {ticket.id} 故障名称",
        buttons=tuple(Button(text=clip(name, 10), verb=f"class-{slug}", command="") for slug, name in faults),
    )


def no_class(text: str) -> Say:
    return Say(text=f"“{clip(text, 20)}”不像哪一类故障，请换个说法，例如：改类 17 打印机卡纸")


def reclassified(voice: Voice, ticket: Ticket) -> Say:
    return Say(
        text=f"{number(ticket)}已改为：{voice.what(ticket)}，{ticket.priority}。要调优先级请发：优先级 {ticket.id} P2 理由"
    )


def cannot_change(ticket: Ticket, what: str) -> Say:
    return Say(text=f"{number(ticket)}现在是{state(ticket)}，不能{what}。")


def same_class(voice: Voice, ticket: Ticket) -> Say:
    return Say(text=f"{number(ticket)}本来就是：{voice.what(ticket)}。")


PRIORITY_REFUSED = {
    "own": "{ticket}是您自己报的，优先级请其他坐席来改",
    "over": "{ticket}现在是{state}，不能改优先级",
    "same": "{ticket}本来就是{priority}",
}


def loads(rows: Sequence[tuple[Person, int, int]]) -> Say:
    """各人手上: the most first; whoever has nothing is named at the end."""
    busy = [
        f"{who.name}{held}张{f'，待接{offered}张' if offered else ''}" for who, held, offered in rows if held or offered
    ]
    free = [who.name for who, held, offered in rows if not held and not offered]
    tail = f"手上没有单：{'、'.join(free[:LISTED])}{f'等{len(free)}人' if len(free) > LISTED else ''}"
    return Say(text="\n".join([*(["；".join(busy[: 2 * LISTED])] if busy else []), *([tail] if free else [])]))


def why_priority(ticket: Ticket, priority: str) -> Say:
    return Say(text=f"{number(ticket)}为什么改为{priority}？直接回复理由就行，例如：窗口停办")


HURRY = "请尽快处理"
"""What a ticket keeps of a reminder."""


def hurried(voice: Voice, tickets: Sequence[Ticket]) -> Say:
    """To the technician: all that waits for him."""
    lines = "\n".join(_short(voice, ticket) for ticket in tickets[:LISTED])
    return Say(text=f"服务台催办，请尽快处理：\n{lines}{_more(len(tickets))}")


def hurry_told(who: Person, tickets: Sequence[Ticket], *, told: bool) -> Say:
    if not tickets:
        return Say(text=f"{who.name}手上没有单，也没有等他接的单。")
    listed = "、".join(number(ticket) for ticket in tickets[:LISTED])
    return Say(text=f"已催{who.name}：{listed}。" if told else f"{who.name}收不到消息，请电话催：{listed}。")


def priority_refused(why: str, ticket: Ticket) -> Say:
    words = PRIORITY_REFUSED[why].format(ticket=number(ticket), state=state(ticket), priority=ticket.priority)
    return Say(text=f"{words}。")


def priority_set(voice: Voice, ticket: Ticket, restore_by: datetime, now: datetime) -> Say:
    return Say(text=f"{number(ticket)}已改为{ticket.priority}，恢复时限{voice.clock(restore_by, now)}。")


def priority_holder(ticket: Ticket, reason: str) -> Say:
    return Say(text=f"{number(ticket)}优先级改为{ticket.priority}：{clip(reason, 40)}。时限随之变化。")


def priority_reporter(ticket: Ticket) -> Say:
    return Say(text=f"{number(ticket)}已改为{URGENCY[ticket.priority or 'P3']}。")

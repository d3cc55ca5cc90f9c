"""What is said about a service request and the yes it needs: to whoever asks, and to whoever has to say yes."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from bot.core.outbound import Button, Card, Say
from bot.store.tables import Person, Ticket
from bot.views.words import Voice, clip, number, place, state

DESK = "服务台"
TAKEN_BACK = "审批人撤回了同意"
"""To whoever was offered the request."""
Asking = Callable[[Voice, Ticket, str], Say]


def _head(voice: Voice, ticket: Ticket) -> str:
    return f"已登记{number(ticket)}：{voice.what(ticket)}。"


def registered(voice: Voice, ticket: Ticket, name: str) -> Say:
    """To the reporter: the number, and whose yes it waits for."""
    return Say(text=f"{_head(voice, ticket)}已请{name}审批，同意后马上安排。{voice.call_us()}")


def registered_asking(voice: Voice, ticket: Ticket, text: str) -> Say:
    """To the reporter: the number, and what has to be known first."""
    return Say(text=f"{_head(voice, ticket)}{text}{voice.call_us()}")


def one_more(voice: Voice, ticket: Ticket, text: str) -> Say:
    return Say(text=f"记下了，{number(ticket)}再问一句：{text}")


def asked_still(voice: Voice, ticket: Ticket, text: str, said: Mapping[str, object]) -> Say:
    """A place or a number came first: noted, and the question stands."""
    noted = f"位置记为{clip(place(ticket), 20)}" if "phone" not in said else "电话记下了"
    return Say(text=f"{number(ticket)}{noted}。还要问一下：{text}")


def submitted(voice: Voice, ticket: Ticket, name: str) -> Say:
    """To the reporter: who is asked now."""
    return Say(text=f"{number(ticket)}已请{name}审批，同意后马上安排。")


def left(ticket: Ticket, who: Person, to: str) -> Say:
    """To the reporter: whoever was asked has left, somebody else is asked."""
    return Say(text=f"{number(ticket)}的审批人{who.name}已离开，已改请{to}审批。")


def passed_on(ticket: Ticket, name: str) -> Say:
    """To the reporter: the one before did not answer."""
    return Say(text=f"{number(ticket)}的审批还没有答复，已改请{name}处理。")


def under_way(
    voice: Voice, ticket: Ticket, name: str, at: datetime | None, now: datetime, *, found: bool, new: bool
) -> Say:
    """To the reporter: it is being carried out; `name` said yes, `at` is the honest earliest arrival."""
    agreed = f"{name}已同意{number(ticket)}，" if name else _head(voice, ticket) if new else f"好的，{number(ticket)}"
    then = "服务台正在安排人" if not found else f"已在派人，最早{voice.clock(at, now)}到" if at else "技术员会联系您"
    return Say(text=f"{agreed}{then}。{voice.call_us()}")


def with_desk(voice: Voice, ticket: Ticket, name: str) -> Say:
    """To the reporter: the desk itself sees to it."""
    agreed = f"{name}已同意{number(ticket)}" if name else f"{number(ticket)}已记下"
    return Say(text=f"{agreed}，服务台会联系您确认时间和要求。{voice.call_us()}")


def refused(voice: Voice, ticket: Ticket, who: Person, reason: str) -> Say:
    """To the reporter: who said no, and why."""
    name = clip(who.name, 8)
    return Say(text=f"抱歉，{number(ticket)}没有获得同意（{name}）：{clip(reason, 24)}。有疑问可联系{name}。")


def card(
    voice: Voice, ticket: Ticket, card_id: str, asker: Person | None, unit: str, words: str, *, again: bool
) -> Card:
    """To whoever has to say yes: what is wanted, by whom."""
    lines = (
        ("申请人", f"{asker.name} {asker.phone}".strip() if asker else ""),
        ("单位", unit),
        ("位置", place(ticket)),
    )
    return Card(
        card_id=card_id,
        source="运维服务台 · 审批",
        title=clip(f"{number(ticket)} {voice.what(ticket)}", 36),
        description="还在等您审批，同意后才会派人" if again else "请您审批，同意后才会派人",
        body=clip(f"原话：{words}", 100),
        hint=f"同意 {ticket.id} / 不同意 {ticket.id} 理由 / 转给 {ticket.id} 姓名",
        lines=tuple((k, clip(v, 30)) for k, v in lines if v),
        buttons=(
            Button(text="同意", verb="approve-yes", command=f"同意 {ticket.id}", style="primary"),
            Button(text="不同意", verb="approve-no", command=f"不同意 {ticket.id}"),
            Button(text="转给别人", verb="approve-pass", command=f"转给 {ticket.id}"),
        ),
    )


def more(ticket: Ticket, words: str) -> Say:
    """To the approver, who has not answered yet: what the reporter added."""
    return Say(text=f"{number(ticket)}申请人补充：{clip(words, 60)}（还在等您审批）")


def approver_asks(ticket: Ticket, name: str, said: str) -> Say:
    """To the reporter: what the approver wants to know first."""
    return Say(text=f"{number(ticket)}审批人{clip(name, 8)}问：{clip(said, 30)} 直接回复就行，会转给对方。")


def asked_back(ticket: Ticket, name: str) -> Say:
    """To the approver."""
    return Say(text=f"已替您问申请人{name}，答复会转给您。{number(ticket)}还在等您审批。")


def call_him(ticket: Ticket, asker: Person | None) -> Say:
    """To the approver: the applicant cannot be written to."""
    who = f"{asker.name} {asker.phone}".strip() if asker else "申请人"
    return Say(text=f"{who}没有用机器人，请直接打电话问。{number(ticket)}还在等您审批。")


def which_to_pass(waiting: Sequence[Ticket]) -> Say:
    """To the approver, of whom several are asked."""
    return Say(
        text=f"您有几件事待答复：{'、'.join(number(t) for t in waiting)}。请带上号码，例如：转给 {waiting[0].id} 姓名"
    )


def thanks(ticket: Ticket, *, yes: bool) -> Say:
    """To the approver."""
    return Say(text=f"好的，{number(ticket)}已同意。" if yes else f"好的，{number(ticket)}不办，理由已告诉申请人。")


def yes_is_back(ticket: Ticket) -> Say:
    """To the approver who takes his yes back in time."""
    return Say(text=f"{number(ticket)}的同意已撤回，还没有人接单，先不派人。请重新答复。")


def nothing_given() -> Say:
    """To somebody who takes back a yes and has given none."""
    return Say(text="最近没有您同意过的申请，没有改动。要指明哪张，回复：撤回同意 号码")


def waits_again(ticket: Ticket, who: Person) -> Say:
    """To the reporter: the yes he was told of is none any more."""
    return Say(text=f"{clip(who.name, 8)}撤回了对{number(ticket)}的同意，要重新考虑，有答复马上告诉您。")


def too_late(ticket: Ticket, holder: Person | None) -> Say:
    """To the approver who takes his yes back when it is being carried out, or is over."""
    now = f"{number(ticket)}现在是：{state(ticket)}{f'（{holder.name}）' if holder else ''}"
    told = "撤不回了，要改请联系服务台" if ticket.closed_at else "撤不回了，已告诉办理人和服务台，服务台会和您联系"
    return Say(text=f"{now}，{told}。")


def no_longer_agrees(ticket: Ticket, who: Person) -> Say:
    """To whoever carries it out."""
    return Say(text=f"{number(ticket)}审批人{clip(who.name, 8)}撤回了同意，请先停一下，等服务台和对方确认。")


def why_not(ticket: Ticket) -> Say:
    """To the approver: a no wants a reason."""
    return Say(text=f"{number(ticket)}不同意的理由是什么？直接回复一句，会转告申请人。")


def to_whom(ticket: Ticket) -> Say:
    return Say(text=f"{number(ticket)}转给谁审批？回复：转给 {ticket.id} 姓名")


def cannot_take(ticket: Ticket, name: str) -> Say:
    return Say(text=f"{number(ticket)}不能转给{name}：要是本单位用过机器人的同事（不能是申请人本人），或者服务台。")


def several(said: str, labels: Sequence[str]) -> Say:
    """Several people are called that."""
    return Say(text=f"叫“{said}”的有几位，请改用编号：\n" + "\n".join(labels))


def passed(ticket: Ticket, name: str) -> Say:
    return Say(text=f"{number(ticket)}已转请{name}审批。")


def which(waiting: Sequence[Ticket]) -> Say:
    numbers = "、".join(number(t) for t in waiting)
    return Say(text=f"您有几件事待答复：{numbers}。请带上号码，例如：同意 {waiting[0].id}")


def which_of(labels: Sequence[str]) -> Say:
    """Several things await his answer: one is picked by its number in the list, or typed as it stands there."""
    rows = [f"{at}. {label}" for at, label in enumerate(labels, 1)]
    return Say(text=f"等您答复的有{len(labels)}件，是哪一件？回复序号，或照着打一行：\n" + "\n".join(rows))


def waits(labels: Sequence[str]) -> Say:
    """What waits for his yes, each with the line that gives it."""
    if not labels:
        return Say(text="现在没有等您批的事。")
    return Say(
        text=f"等您批的有{len(labels)}件，同意就照着打一行；不同意请回“不同意 号码 理由”：\n" + "\n".join(labels)
    )


def about(voice: Voice, ticket: Ticket, asker: Person | None) -> str:
    """One request in a list."""
    return f"{asker.name if asker else '有人'}申请{voice.what(ticket)}"


def about_consent(voice: Voice, ticket: Ticket, *, saved: bool) -> str:
    """One question before a step, in a list."""
    return f"{voice.what(ticket)}，{'资料备份了没有' if saved else '动手前要您同意'}"


def about_colleague(voice: Voice, ticket: Ticket, *, joins: bool) -> str:
    """A colleague's ticket in a list."""
    return f"{voice.what(ticket)}，同事请您{'协助' if joins else '接手'}"


def already(voice: Voice, ticket: Ticket, who: str, given: bool, at: datetime, now: datetime) -> Say:
    """The answer to a late press: who decided, and how it stands."""
    word = "同意" if given else "答复不同意"
    return Say(text=f"{number(ticket)}已由{who}于{voice.clock(at, now)}{word}，现在是：{state(ticket)}。")


def waits_for(ticket: Ticket, name: str) -> Say:
    """To the reporter who asks whose yes it waits for."""
    return Say(text=f"{number(ticket)}在等{name}审批，同意后马上安排。")


def elsewhere(ticket: Ticket, name: str) -> Say:
    """The answer to a press of somebody who is no longer asked."""
    return Say(text=f"{number(ticket)}已转请{name}审批，现在是：{state(ticket)}。")

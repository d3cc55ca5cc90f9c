"""What is said around the work on site: the agency's consent, the hand-over to a colleague, the expert who joins.

Reporters read plain words; technicians read what to type when buttons fail.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from bot.core.outbound import Button, Card, Say
from bot.store.tables import Person, Ticket
from bot.views.words import Voice, call, clip, gates_beside, named, number, place
from knowledge import Step

CONSENT = {
    "owner-consent": ("需要您同意", "同意", "不同意"),
    "backup-confirmed": ("请确认资料已备份", "已备份", "还没备份"),
}
"""Gate → what the agency's person is asked, and his two answers."""


def ask_consent(voice: Voice, ticket: Ticket, card_id: str, step: Step, gate: str, who: Person) -> Card:
    """To the agency's person on his own phone: what is about to be done, yes or no."""
    title, yes, no = CONSENT[gate]
    return Card(
        card_id=card_id,
        source=f"{number(ticket)} {voice.what(ticket)}",
        title=title,
        description=f"{who.name}下一步要做的事，您同意后才做",
        body=clip(step.do, 100),
        hint=f"{yes} {ticket.id} / {no} {ticket.id}",
        buttons=(
            Button(text=yes, verb="consent-yes", command=f"{yes} {ticket.id}", style="primary"),
            Button(text=no, verb="consent-no", command=f"{no} {ticket.id}"),
        ),
    )


def consent_wanted(
    voice: Voice,
    ticket: Ticket,
    card_id: str,
    step: Step,
    gate: str,
    opened: Collection[str],
    whom: Person | None,
    state: str,
) -> Card:
    """To the technician: the gate is not his to open; who was asked, and what he can do meanwhile."""
    title, _, _ = CONSENT[gate]
    asked = f"已请{whom.name}在自己手机上答复" if whom else "对方没有登录机器人，已请服务台电话联系"
    return Card(
        card_id=card_id,
        source=f"{number(ticket)} {voice.what(ticket)}",
        title="等使用人答复" if state == "asked" else "使用人没有同意",
        description=asked if state == "asked" else "这一步先不要做",
        body=clip(f"要做的：{step.do}", 100),
        lines=(("条件", title), *gates_beside(step, gate, opened)),
        hint="再问 / 跳过 原因 / 求助 / 暂停",
        buttons=(
            Button(text="再问一次", verb="consent-again", command="再问", style="primary"),
            Button(text="跳过", verb="step-skip", command="跳过"),
            Button(text="求助", verb="help", command="求助"),
            Button(text="暂停", verb="pause", command=f"暂停 {ticket.id}"),
        ),
    )


def not_for_technicians(ticket: Ticket) -> Say:
    return Say(text=f"{named(ticket)}这一步要使用人本人在手机上确认，您不能代按。没答复可回复：再问；或：跳过 原因")


def himself(ticket: Ticket) -> Say:
    """To the technician, who was told of a yes: whose phone it has to come from."""
    return Say(text=f"{named(ticket)}要使用人本人在手机上点“同意”才能做，请他看一下手机；点不了的请服务台代为确认。")


_GO_ON = {False: "可以做了。", True: "还有要先确认的，请看新卡片。"}
"""Whether more has to be confirmed → what the technician may do now."""


def consent_answered(ticket: Ticket, whom: Person, yes: bool, left: bool) -> Say:
    """To the technician. `left`: more has to be confirmed before the step."""
    if yes:
        return Say(text=f"{named(ticket)}：{whom.name}已确认，{_GO_ON[left]}")
    return Say(text=f"{named(ticket)}：{whom.name}没有同意，先不要做。可回复：再问 / 跳过 原因 / 求助")


def consent_thanks(ticket: Ticket, who: Person | None, yes: bool) -> Say:
    """To the agency's person."""
    return Say(text=f"好的，已告诉{call(who)}。" if yes else f"好的，已告诉{call(who)}先不做。")


def consent_overridden(ticket: Ticket, seat: Person, left: bool) -> Say:
    return Say(text=f"{named(ticket)}：服务台{seat.name}已替使用人确认，{_GO_ON[left]}")


def overridden(ticket: Ticket, left: bool) -> Say:
    """To the desk."""
    then = "这一步还有别的要先确认" if left else "技术员可以继续"
    return Say(text=f"{number(ticket)}已代为确认，理由已记录，{then}。")


def another_consent(ticket: Ticket, gate: str) -> Say:
    """To the agency's person, whose yes is to something else than what is asked."""
    title, yes, no = CONSENT[gate]
    return Say(text=f"{number(ticket)}现在{title}，可回复：{yes} {ticket.id}；或：{no} {ticket.id}")


def nothing_of_yours(ticket_id: int) -> Say:
    """To the agency's person who answers what he is not asked."""
    return Say(text=f"{ticket_id}号现在没有等您答复的事。")


def how_to_override(ticket: Ticket) -> Say:
    return Say(text=f"代为确认要写理由，例如：代同意 {ticket.id} 电话征得本人同意")


def nothing_to_override(ticket: Ticket) -> Say:
    return Say(text=f"{number(ticket)}现在没有等使用人确认的步骤。")


def only_the_desk() -> Say:
    return Say(text="只有服务台可以代为确认。")


def which_consent(asked: list[Ticket]) -> Say:
    numbers = "、".join(number(t) for t in asked)
    return Say(text=f"您有几件事待答复：{numbers}。请带上号码，例如：同意 {asked[0].id}")


def asked_again(ticket: Ticket, whom: Person | None) -> Say:
    return Say(text=f"{named(ticket)}已再问{whom.name}。" if whom else f"{number(ticket)}已再请服务台电话联系。")


def asked_enough(ticket: Ticket) -> Say:
    return Say(text=f"{named(ticket)}已问过几次，请当面或电话说明；也可以：跳过 原因 / 求助 / 暂停 {ticket.id}")


def consent_silent(ticket: Ticket, whom: Person | None) -> Say:
    return Say(text=f"{named(ticket)}：{whom.name if whom else '使用人'}还没答复，已请服务台电话联系。")


def desk_telephones(voice: Voice, ticket: Ticket, whom: Person | None) -> Say:
    """To the desk: the agency has to be telephoned, and how the answer is given for it."""
    who = f"{whom.name} {whom.phone}".strip() if whom else "使用人"
    return Say(
        text=f"{number(ticket)} {voice.what(ticket)}（{place(ticket) or '位置未知'}）：技术员在等{who}确认，请电话联系。"
        f"同意了请回复：代同意 {ticket.id} 理由"
    )


RESULTS = {"ok": "正常", "fail": "异常", "skip": "跳过"}
SHOWN = 4
IT_IS_YOU, OFF_DUTY, UNREACHABLE, TOO_LATE = "就是您自己", "不在岗", "还没有登录过机器人", "这张单现在不能转交"


def steps_done(done: Sequence[tuple[str, str]]) -> str:
    """What was done, the last few steps in short."""
    if not done:
        return "还没有走步骤"
    rows = [f"{clip(do, 16)}（{RESULTS.get(result, result)}）" for do, result in done[-SHOWN:]]
    return f"已做{len(done)}步：" + "；".join(rows)


def help_wanted(
    voice: Voice, ticket: Ticket, card_id: str, holder: Person, unit: str, words: str, done: Sequence[tuple[str, str]]
) -> Card:
    """To the expert: who asks, what for, what was done."""
    rows = (("单位", unit), ("位置", place(ticket) or "待补充"), ("技术员", f"{holder.name} {holder.phone}".strip()))
    return Card(
        card_id=card_id,
        source="运维服务台 · 求助",
        title=clip(f"{number(ticket)} {voice.what(ticket)}", 36),
        description=clip(f"{holder.name}求助：{words}", 44),
        body=clip(steps_done(done), 110),
        hint=f"加入 {ticket.id} / 不方便 {ticket.id}",
        lines=tuple((k, clip(v, 30)) for k, v in rows if v),
        buttons=(
            Button(text="加入", verb="help-join", command=f"加入 {ticket.id}", style="primary"),
            Button(text="不方便", verb="help-decline", command=f"不方便 {ticket.id}"),
        ),
    )


def help_called(ticket: Ticket, expert: Person | None) -> Say:
    if expert is None:
        return Say(text=f"{number(ticket)}现在没有能请的专家，已告诉服务台，稍后有人联系您。")
    return Say(text=f"{named(ticket)}已请{expert.name}协助，他加入后你们发的话互相能看到。")


def help_is_coming(ticket: Ticket, expert: Person | None, *, joined: bool) -> Say:
    state = "正在协助，直接说就行" if joined else "已收到请求，等他答复"
    return Say(text=f"{number(ticket)}：{call(expert)}{state}。不用了请回复：结束协助 {ticket.id}")


def joined(ticket: Ticket, holder: Person | None) -> Say:
    """To the expert."""
    return Say(text=f"已加入{number(ticket)}。您发的文字和照片会转给{call(holder)}，结束请回复：离开 {ticket.id}")


def expert_joined(ticket: Ticket, expert: Person) -> Say:
    return Say(text=f"{expert.name}已加入{number(ticket)}，单还是您的。您发的文字和照片会转给他，照常按步骤做。")


def said(ticket: Ticket, who: Person, words: str) -> Say:
    return Say(text=f"{number(ticket)} {who.name}：{clip(words, 400)}")


def not_reached(ticket: Ticket, other: Person) -> Say:
    return Say(text=f"{number(ticket)}：这句没能转给{other.name}，请打电话。")


def expert_gone(ticket: Ticket, who: Person) -> Say:
    """To the holder: the expert has left the service or cannot be reached."""
    return Say(text=f"{named(ticket)}的协助结束了：{who.name}现在联系不上。还要人帮请回复：求助")


def not_given(ticket: Ticket, who: Person) -> Say:
    """To the holder: whom he asked to take over cannot."""
    return Say(text=f"{named(ticket)}没有转出：{who.name}现在接不了，单还在您手上。可再转别人：换人 {ticket.id}")


def help_over(ticket: Ticket) -> Say:
    return Say(text=f"{number(ticket)}的协助已结束。")


def not_asked(what: str) -> Say:
    return Say(text=f"现在没有等您{what}的单，可能已经有人答复或已结束。")


def refusal_noted(ticket: Ticket) -> Say:
    return Say(text=f"好的，{number(ticket)}已告诉对方。")


def pick_colleague(voice: Voice, ticket: Ticket, card_id: str, people: Sequence[tuple[int, str]]) -> Card:
    """换人: who can take it."""
    return Card(
        card_id=card_id,
        source=f"{number(ticket)} {voice.what(ticket)}",
        title="转交给谁？",
        description="对方接手前，单还在您手上",
        hint=f"转交 {ticket.id} 姓名 原因",
        buttons=tuple(
            Button(text=clip(name, 10), verb=f"handover-to-{person_id}", command=f"转交 {ticket.id} {name}")
            for person_id, name in people
        ),
    )


def take_over(
    voice: Voice,
    ticket: Ticket,
    card_id: str,
    holder: Person,
    unit: str,
    reason: str,
    done: Sequence[tuple[str, str]],
    until: datetime,
    now: datetime,
) -> Card:
    """To the colleague: why, what was done, until when to answer."""
    rows = (("单位", unit), ("位置", place(ticket) or "待补充"), ("优先级", ticket.priority or ""), ("原因", reason))
    return Card(
        card_id=card_id,
        source=f"运维服务台 · {holder.name}转交",
        title=clip(f"{number(ticket)} {voice.what(ticket)}", 36),
        description=f"请在{voice.clock(until, now)}前答复，接手前仍由{holder.name}负责",
        body=clip(steps_done(done), 110),
        hint=f"接手 {ticket.id} / 不接手 {ticket.id}",
        lines=tuple((k, clip(v, 30)) for k, v in rows if v),
        buttons=(
            Button(text="接手", verb="handover-take", command=f"接手 {ticket.id}", style="primary"),
            Button(text="不接手", verb="handover-refuse", command=f"不接手 {ticket.id}"),
        ),
    )


def how_to_hand_over(ticket: Ticket) -> Say:
    return Say(text=f"转交请回复：转交 {ticket.id} 姓名 原因")


def why_hand_over(ticket: Ticket, to: Person) -> Say:
    return Say(text=f"{number(ticket)}转交{to.name}的原因是什么？请回复一句。")


def cannot_hand_over(to: Person, why: str) -> Say:
    return Say(text=f"不能转交给{to.name}：{why}。")


def nobody_to_take_it(ticket: Ticket) -> Say:
    return Say(text=f"{number(ticket)}现在没有别人能接。做不了请回复：退回 {ticket.id} 原因；要支援请回复：求助")


def handover_asked(ticket: Ticket, to: Person) -> Say:
    return Say(text=f"{number(ticket)}已问{to.name}，他接手前还由您负责。不转了请回复：取消转交 {ticket.id}")


def handed_over(ticket: Ticket, to: Person) -> Say:
    return Say(text=f"{number(ticket)}已由{to.name}接手，辛苦了。")


def not_taken(ticket: Ticket, to: Person, *, silent: bool) -> Say:
    what = "没有答复" if silent else "不方便接"
    return Say(text=f"{number(ticket)}：{to.name}{what}，单还在您手上。可再转别人：换人 {ticket.id}")


def no_longer_asked(ticket: Ticket) -> Say:
    return Say(text=f"{number(ticket)}不用接手了。")


def handover_withdrawn(ticket: Ticket, any_: bool) -> Say:
    return Say(text=f"{number(ticket)}的转交已取消。" if any_ else f"{number(ticket)}没有在等的转交。")


def somebody_else_comes(voice: Voice, ticket: Ticket, who: Person, by: datetime, now: datetime) -> Say:
    """To the reporter."""
    phone = f"（{who.phone}）" if who.phone else ""
    return Say(text=f"{number(ticket)}改由{who.name}{phone}处理，前面做过的他都知道，最晚{voice.clock(by, now)}到。")


def restored_and_yours(ticket: Ticket) -> Say:
    """To whoever took over what works again already: what is left to do."""
    return Say(text=f"{number(ticket)}由您接手，业务已恢复。彻底处理完请回复：已解决 {ticket.id}")


def somebody_else_finishes(ticket: Ticket, who: Person) -> Say:
    """To the reporter, whose matter works again."""
    phone = f"（{who.phone}）" if who.phone else ""
    return Say(text=f"{number(ticket)}后续改由{who.name}{phone}跟进，前面做过的他都知道。")

"""What a technician with several tickets and one free hand reads: which ticket is meant, what was taken back, what waits."""

from collections.abc import Mapping, Sequence

from bot.core.late_entries import Problem
from bot.core.outbound import Button, Card, Say
from bot.store.tables import LateEntry, Ticket
from bot.views.words import GATES, Voice, clip, named, number, place, state
from knowledge import Procedure, Step

LONGEST = 600
"""Characters of one message; WeCom takes 2048 bytes, three to a Chinese character."""
ASKED_FOR = {"photo": "拍照", "reading": "读数", "text": "一句说明", "signature": "签字照片"}


def focus(voice: Voice, current: Ticket | None, held: Sequence[Ticket]) -> Say:
    """Which ticket bare words are about, and which others there are."""
    others = [t for t in held if current is None or t.id != current.id]
    listed = "\n".join(f"{named(t)} {t.priority or ''} {voice.what(t)}：{state(t)}" for t in others[:8])
    head = f"当前：{named(current)} {voice.what(current)}，{state(current)}。" if current else "现在没有当前单。"
    tail = f"\n另有：\n{listed}\n换单回复：切换 {others[0].id} 或 下一张" if others else ""
    return Say(text=head + tail)


def turned(voice: Voice, ticket: Ticket) -> Say:
    return Say(text=f"已换到{named(ticket)} {voice.what(ticket)}，之后的短句和数字都算它的。")


def one_at_a_time(held: Sequence[Ticket]) -> Say:
    """Several are solved: each is said, since each has its record."""
    return Say(
        text="请一张一张报，每张都要记原因："
        + "；".join(f"{t.id}号 好了（{place(t) or '位置未知'}）" for t in held[:5])
    )


def only_one(ticket: Ticket) -> Say:
    return Say(text=f"您手上只有{named(ticket)}这一张。")


DEEDS = {
    "contact": "已联系",
    "en-route": "出发",
    "arrive": "到场",
    "remote": "远程处理",
    "restored": "已恢复",
    "resolved": "已解决",
    "paused": "暂停",
    "resumed": "恢复",
    "step-ok": "正常",
    "step-fail": "异常",
    "step-skip": "跳过",
    "gate-confirmed": "已确认",
    "accept": "接单",
    "decline": "退回",
    "help-called": "求助",
    "visit-offered": "约时间",
    "visit-agreed": "可约",
    "gate-refused": "做不到",
}
"""What a technician did, by the event's kind, as his buttons call it."""
INSTEAD = {
    "accept": "不做了请回复：退回 {id} 原因",
    "decline": "要接回来请联系服务台",
    "help-called": "不需要支援了请直接告诉服务台",
    "visit-offered": "不约了请回复：取消预约 {id}",
    "gate-refused": "条件具备后回复：确认",
    "resolved": "还没修好请报障人回复“没修好”，或联系服务台",
    "paused": "继续处理请回复：恢复 {id}",
    "resumed": "要再停请回复：暂停 {id}",
    "step-ok": "要重做请回复：上一步",
    "step-fail": "要重做请回复：上一步",
    "step-skip": "要重做请回复：上一步",
}
"""What to do where 撤销 cannot."""


def deed(kind: str) -> str:
    return DEEDS.get(kind, "刚才的操作")


def undone(ticket: Ticket, kind: str) -> Say:
    return Say(text=f"{named(ticket)}的“{deed(kind)}”已撤销，现在是：{state(ticket)}。")


def nothing_to_undo() -> Say:
    return Say(text="没有可以撤销的操作：只能撤销2分钟内自己刚做的。需要更正请联系服务台。")


def cannot_undo(ticket: Ticket, kind: str, why: str) -> Say:
    """Why not, and what to do instead. `why`: late | moved-on | final."""
    reason = {
        "late": "已超过2分钟",
        "moved-on": f"之后又有新的变化，现在是：{state(ticket)}",
        "final": "对方已经收到",
    }[why]
    instead = INSTEAD.get(kind, "需要更正请联系服务台").format(id=ticket.id)
    return Say(text=f"{named(ticket)}的“{deed(kind)}”不能撤销：{reason}。{instead}。")


def last_was(ticket: Ticket, kind: str, asked: int) -> Say:
    return Say(text=f"只能撤销最近一步：{named(ticket)}的“{deed(kind)}”。{asked}号需要更正请联系服务台。")


def corrected(ticket: Ticket, who: str, kind: str) -> Say:
    """To the reporter and the desk, who had been told."""
    return Say(text=f"{number(ticket)}更正：{who}刚才的“{deed(kind)}”按错了，现在是：{state(ticket)}。")


def signal_lost(until: str) -> Say:
    return Say(
        text=f"好的，{until}前不给您派新单。有信号后回复：有信号。"
        "离线做的事之后可以补录，例如：1408到 1415断电 1440好（到、断电、好前面写时间）"
    )


def signal_back(*, entered: bool) -> Say:
    """`entered`: what was done meanwhile has just been told."""
    return Say(text="已恢复派单。" + ("" if entered else "离线做的事请补录，例如：1408到 1440好"))


def signal_was_there() -> Say:
    return Say(text="派单现在是开着的，没有登记没信号。")


def signal_too_long(who: str) -> Say:
    """To the lead: nobody has heard of him for two hours."""
    return Say(text=f"{who}报没信号已满2小时，还没有消息，请打电话确认。派单已对他恢复。")


def hold_over() -> Say:
    return Say(text="没信号已满2小时，派单已恢复，也告诉了负责人。还没信号请再回复：没信号")


def no_procedure(ticket: Ticket) -> Say:
    return Say(text=f"{named(ticket)}没有现成步骤，按现场情况处理，做了什么请记下时间。")


def whole_procedure(voice: Voice, ticket: Ticket, procedure: Procedure, at: str) -> list[Say]:
    """The rest of the procedure to read without a connection: every step with its gates and both branches."""
    order = _in_order(procedure, at)
    numbers = {step_id: index for index, step_id in enumerate(order, start=1)}
    blocks = [_block(procedure.steps[step_id], numbers) for step_id in order]
    head = f"{named(ticket)} {voice.what(ticket)}，离线步骤共{len(order)}步（从您所在的一步起）："
    pages, page = list[str](), head
    for block in blocks:
        if len(page) + len(block) + 1 > LONGEST:
            pages.append(page)
            page = f"{named(ticket)}（续）："
        page += f"\n{block}"
    return [Say(text=text) for text in (*pages, page)]


def _in_order(procedure: Procedure, at: str) -> list[str]:
    """Every step that can still be reached, in the order of its shortest way."""
    order, seen = [at], {at}
    for step_id in order:
        for target in (procedure.next(step_id, "ok"), procedure.next(step_id, "fail")):
            if target is not None and target in procedure.steps and target not in seen:
                seen.add(target)
                order.append(target)
    return order


def _block(step: Step, numbers: Mapping[str, int]) -> str:
    gates = f"【先确认：{'、'.join(GATES[gate] for gate in step.gates)}，做不到就停】" if step.gates else ""
    kept = f" 留证：{ASKED_FOR[step.evidence]}。" if step.evidence in ASKED_FOR else ""
    ways = "；".join(f"{word}→{_way(step, outcome, numbers)}" for word, outcome in (("正常", "ok"), ("异常", "fail")))
    return f"{numbers[step.id]}. {gates}{step.do}。看：{step.check}；应为：{step.expect}。{kept}{ways}"


def _way(step: Step, outcome: str, numbers: Mapping[str, int]) -> str:
    target = step.on[outcome]
    return f"第{numbers[target]}步" if target in numbers else "结束" if target == "end" else "停下，升级"


WHAT = {"contact": "联系", "arrive": "到场", "restored": "恢复", "resolved": "修好"}
PROBLEMS = {
    Problem.NO_TIME: "“{about}”不是有效的时间",
    Problem.NOTHING_SAID: "{about}后面没写做了什么",
    Problem.FUTURE: "“{about}”的时间还没到",
    Problem.BEFORE_ACCEPTANCE: "“{about}”早于接单时间{accepted}",
    Problem.ORDER: "“{about}”早于前一条，请按先后写",
}


def late_refused(voice: Voice, ticket: Ticket, problem: Problem, about: str) -> Say:
    accepted = f"{ticket.accepted_at.astimezone(voice.zone):%H:%M}" if ticket.accepted_at else ""
    why = PROBLEMS[problem].format(about=about[:12], accepted=accepted)
    return Say(text=f"{named(ticket)}没有补录：{why}。请整行重发，例如：1408到 1415断电 1440好")


def late_which() -> Say:
    return Say(text="请写明是哪张单，例如：14号 1408到 1440好")


def late_or_room(ticket: Ticket, line: str) -> Say:
    """905到 910好: times, or rooms; nothing is taken for either."""
    return Say(
        text=f"“{clip(line, 24)}”是时间还是房间？是{named(ticket)}的补录时间请回复：补录 {clip(line, 60)}；是房间请写成“905室”这样。"
    )


def late_not_now(ticket: Ticket) -> Say:
    return Say(text=f"{named(ticket)}现在是：{state(ticket)}，不能再补录。需要更正请联系服务台。")


def late_noted(voice: Voice, ticket: Ticket, entries: Sequence[LateEntry], words: Sequence[str]) -> Say:
    """To the technician: what was understood, and that it counts only once confirmed."""
    return Say(
        text=f"{named(ticket)}已补录：{_told(voice, entries, words)}。报障人或服务台确认后按这个时间算，确认前按收到的时间算。"
    )


def late_ask(
    voice: Voice,
    ticket: Ticket,
    card_id: str,
    who: str,
    entries: Sequence[LateEntry],
    words: Sequence[str],
    *,
    desk: bool,
) -> Card:
    """To the reporter, and to the desk: is this when it was?"""
    return Card(
        card_id=card_id,
        source="运维服务台 · 补录",
        title=f"{number(ticket)}：{who}补录的时间对吗？",
        description="现场没信号，事后补报" if desk else "现场没信号，时间是事后补报的",
        body=_told(voice, entries, words),
        buttons=(
            Button(text="时间对", verb="late-yes", command=f"补录确认 {ticket.id}", style="primary"),
            Button(text="不对", verb="late-no", command=f"补录不对 {ticket.id}"),
        ),
    )


def late_decided(ticket: Ticket, *, right: bool) -> Say:
    counted = "已按补录的时间计算" if right else "仍按收到的时间计算"
    return Say(text=f"{number(ticket)}的补录{'已确认' if right else '未被确认'}，{counted}。")


def late_nothing(ticket: Ticket) -> Say:
    return Say(text=f"{number(ticket)}没有待确认的补录。")


def late_of_which(tickets: Sequence[Ticket]) -> Say:
    """To the desk, of whom several wait; to a reporter likewise."""
    lines = "；".join(f"补录确认 {t.id} 或 补录不对 {t.id}" for t in tickets[:5])
    return Say(text=f"有几张单的补录在等确认，请回复：{lines}")


def late_not_yours(ticket: Ticket) -> Say:
    return Say(text=f"{number(ticket)}的补录只能由报障人或服务台确认。")


def _told(voice: Voice, entries: Sequence[LateEntry], words: Sequence[str]) -> str:
    """What is claimed, and when; a note in the technician's own words."""
    return "，".join(
        f"{entry.claimed_at.astimezone(voice.zone):%H:%M}{WHAT.get(entry.what) or clip(said, 12)}"
        for entry, said in zip(entries, words, strict=True)
    )

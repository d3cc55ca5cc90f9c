"""What the desk (服务台) and the duty manager see: nothing is ownerless, and every card can also be typed."""

from datetime import datetime

from bot.core.assignment import Ranked
from bot.core.outbound import Button, Card, Markdown, Say
from bot.store.tables import Person, Ticket
from bot.views.words import Voice, agency, clip, number, place, spaced, state, whom

WHY = {
    "remark": "在手工程师留言",
    "change-person": "报障人想换一位工程师",
    "yes-back": "审批人撤回同意，已有人在办，请联系双方",
    "unclear": "没看懂，请联系报障人",
    "local-check": "报障人要先排查电脑和网络，请安排",
    "silent": "问了没有回答",
    "human": "报障人要求人工",
    "person": "报障人要和人说话",
    "nobody": "没有合格的人在岗",
    "expired": "派了没人接",
    "queued": "人手排满，空出来就派",
    "declined": "都退回了",
    "accept-overdue": "超时未接单",
    "not-fixed": "报障人说没修好",
    "help": "技术员求助",
    "left": "原处理人已离开",
    "unreached": "原处理人联系不上",
    "role": "原处理人岗位已变更",
    "reporter-left": "报障人已离开，单位没有联络员",
    "gate": "安全条件不具备",
    "escalate": "步骤走完仍未解决",
    "request": "服务请求",
    "finding": "巡检发现异常",
    "referral": "需要转出",
    "no-contact": "转出，缺联系人",
    "taken-back": "撤销转出，请安排",
    "emergency": "紧急情况",
    "classified": "涉密，禁止追问",
    "low-rating": "评价不满意，请回访",
    "urged": "报障人催单",
    "again": "报障人又补充了情况",
    "wordless": "只发来照片或语音，已问设备",
    "undeliverable": "消息送不到",
    "unconfirmed": "单位未确认",
    "unmerged": "撤销了合并，请安排",
    "restore-overdue": "超时未恢复",
    "shift-end": "交班没人接",
    "given": "技术员转来，请另行安排",
}


def ownerless(
    voice: Voice,
    ticket: Ticket,
    card_id: str,
    *,
    why: str,
    reporter: Person | None,
    unit: str,
    words: str,
    candidates: list[Ranked],
) -> Card:
    """A ticket the desk owns now: why, who reported it, and the people it can be given to."""
    buttons = [
        Button(text=clip(f"派{r.candidate.name}", 10), verb=f"assign-{r.candidate.person_id}", command="")
        for r in candidates[:4]
    ]
    buttons.append(Button(text="我来跟进", verb="claim", command=f"跟进 {ticket.id}", style="primary"))
    lines = [
        ("单位", agency(ticket, unit)),
        ("位置", place(ticket) or "未知"),
        ("报障人", whom(ticket, reporter)),
        ("优先级", ticket.priority or "未定"),
    ]
    return Card(
        card_id=card_id,
        source=f"服务台 · {WHY[why]}",
        title=clip(f"{number(ticket)} {voice.what(ticket)}", 36),
        description=state(ticket),
        body=clip(f"原话：{words}", 100),
        hint=f"派 {ticket.id} 姓名 / 跟进 {ticket.id} / 联系报障人 {ticket.id} / 办结 {ticket.id} 结果",
        lines=tuple((k, clip(v, 30)) for k, v in lines if v),
        buttons=tuple(buttons[:6]),
    )


def over_quota(voice: Voice, connection: str) -> Say:
    return Say(
        text=f"钉钉连接{connection}本月消息额度已用完，报障内容收不到了。请通知管理员增购，并请大家先拨{voice.hotline or '服务台电话'}。"
    )


def claimed(ticket: Ticket, seat: Person) -> Say:
    return Say(text=f"{number(ticket)}由{seat.name}跟进。")


def claimed_by_another(ticket: Ticket, seat: Person) -> Say:
    """To the seat that followed the ticket so far."""
    return Say(text=f"{number(ticket)}改由{seat.name}跟进，您不用再跟。")


def unfollowed(ticket: Ticket, why: str) -> Say:
    """To the seat that followed the ticket so far: somebody else has it."""
    return Say(text=f"{number(ticket)}不用再跟进：{why}。")


def told(voice: Voice, ticket: Ticket, why: str, who: str = "", said: str = "") -> Say:
    """A line for the desk that needs no decision. `who` it is about; what he `said`, where that has to be known."""
    whom = f"（{who}）" if who else ""
    words = f"：{clip(said, 200)}" if said else ""
    return Say(
        text=f"{number(ticket)} {voice.what(ticket)}（{place(ticket) or '位置未知'}）：{WHY[why]}{whom}{words}。"
    )


def cannot_assign(name: str, why: str) -> Say:
    return Say(text=f"不能派给{name}：{why}。")


def no_such(what: str) -> Say:
    return Say(text=f"没有找到{what}，请核对后再发。")


def no_technician(voice: Voice, who: Person, unit: str) -> Say:
    """Somebody is called so, but repairs nothing."""
    positions = voice.book.service_levels.positions
    posts = "、".join(positions[p].name for p in who.positions if p in positions)
    return Say(text=f"{who.name}不是技术员（{unit}{f' {posts}' if posts else ''}），不能接单。")


def listing(voice: Voice, title: str, tickets: list[tuple[Ticket, str]], now: datetime) -> Say:
    if not tickets:
        return Say(text=f"{title}：没有。")
    rows = [
        spaced(number(t), t.priority or "--", voice.what(t), place(t), state(t), who, voice.visit(t, now))
        for t, who in tickets[:12]
    ]
    more = f"\n（共{len(tickets)}张，只列前12张）" if len(tickets) > 12 else ""
    return Say(text=f"{title}：\n" + "\n".join(rows) + more)


def detail(voice: Voice, ticket: Ticket, who: str, unit: str, words: str, now: datetime) -> Say:
    rows = [
        spaced(number(ticket), voice.what(ticket), ticket.priority, state(ticket)),
        spaced(unit, place(ticket)),
        f"原话：{clip(words, 120)}",
        f"受理{voice.clock(ticket.created_at, now)}，负责人：{who}",
        voice.visit(ticket, now),
    ]
    return Say(text="\n".join(row for row in rows if row))


def settled(ticket: Ticket) -> Say:
    return Say(text=f"{number(ticket)}已办结，报障人会收到通知。")


def refused(ticket: Ticket, what: str) -> Say:
    return Say(text=f"{number(ticket)}现在是{state(ticket)}，不能{what}。")


def emergency(voice: Voice, ticket: Ticket, unit: str, words: str, reporter: Person | None) -> Say:
    """To the duty manager and the desk, at once."""
    who = whom(ticket, reporter)
    return Say(
        text=f"【紧急】{spaced(number(ticket), unit, place(ticket))}：{clip(words, 80)}\n报障人：{who}。请立即电话核实并组织处置。"
    )


def emergency_group(voice: Voice, ticket: Ticket, unit: str, now: datetime) -> Markdown:
    """To the incident group: no phone number, no original words."""
    return Markdown(
        title="紧急情况",
        text=f"### 紧急情况 {number(ticket)}\n> 单位：{unit or '待核实'}\n> 位置：{place(ticket) or '待核实'}\n"
        f'> 情况：<font color="warning">{voice.what(ticket)}</font>\n> 时间：{voice.clock(ticket.created_at, now)}\n'
        "值班负责人已收到通知，请相关人员待命。",
    )


def overdue_group(voice: Voice, ticket: Ticket, why: str) -> Markdown:
    return Markdown(
        title=WHY[why],
        text=f"**{WHY[why]}** {number(ticket)} {voice.what(ticket)}（{place(ticket) or '位置未知'}），优先级{ticket.priority or '未定'}，服务台请处理。",
    )


def classified(ticket: Ticket, unit: str, reporter: Person | None) -> Say:
    """To the secrecy officer, the liaison and the desk: that it happened, never what was written."""
    who = reporter.name if reporter else "有人"
    return Say(
        text=f"{number(ticket)}：{unit}{who}的消息可能涉密，内容已删除不留存。请按保密规定线下联系处理，不要在群里追问。"
    )


def unreachable(ticket_id: int | None, why: str) -> Say:
    about = f"{ticket_id}号的" if ticket_id else ""
    return Say(text=f"{about}一条消息送不到（{clip(why, 60)}），请改用电话联系。")


def infosec(voice: Voice, ticket: Ticket, unit: str, reporter: Person | None) -> Say:
    who = whom(ticket, reporter)
    return Say(
        text=f"【安全】{number(ticket)} {unit} {voice.what(ticket)}。联系人：{who}。请研判处置；法定报告由使用方负责。"
    )


def failed(person: Person, reference: int) -> Say:
    return Say(text=f"{person.name}的一条消息没处理成功（编号{reference}），请主动联系他。")


def edition_lost(held: int) -> Say:
    return Say(text=f"有{held}张在办的单原按旧版步骤办理，旧版系统已读不出来，这些单改按现行步骤继续，请留意。")


def proof_of_referral(ticket: Ticket, proof: str) -> Say:
    """To the seat that refers a ticket: what proves it is on record, or is still to be given."""
    if proof:
        return Say(text=f"{number(ticket)}转出凭证已记下：{clip(proof, 40)}")
    return Say(text=f"{number(ticket)}转出还没有凭证，有运营商工单号或公告请补：备注 {ticket.id} 工单号")

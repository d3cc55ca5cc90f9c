"""What is said in a major incident: one notice to the groups, honest updates, an all-clear to those who were told."""

from collections.abc import Sequence
from datetime import datetime

from bot.core.outbound import Button, Card, Markdown, Say
from bot.store.tables import Incident, Person, Ticket
from bot.views.words import Voice, clip, number, place

STATES = {"candidate": "待确认", "open": "处置中", "dismissed": "不是事件", "closed": "已恢复"}


def name(incident: Incident) -> str:
    return f"事件{incident.id}"


def candidate(
    incident: Incident, card_id: str, group: str, unit: str, like: Sequence[Ticket], voice: Voice, now: datetime
) -> Card:
    """To the desk: several like reports, is it one matter?"""
    places = "、".join(dict.fromkeys(place(t) or "位置未知" for t in like))
    return Card(
        card_id=card_id,
        source="服务台 · 疑似重大事件",
        title=f"{name(incident)}：{clip(unit, 12)}{len(like)}人报{group}",
        description=f"最早{voice.clock(like[0].created_at, now)}，30分钟内",
        lines=(("单位", unit), ("位置", clip(places, 30)), ("单号", "、".join(number(t) for t in like[:6]))),
        body="确认后统一处置并通报，同类报障不再单独派人。",
        hint=f"事件{incident.id} 确认 / 事件{incident.id} 不是",
        buttons=(
            Button(text="确认事件", verb="incident-yes", command=f"事件{incident.id} 确认", style="primary"),
            Button(text="不是", verb="incident-no", command=f"事件{incident.id} 不是"),
        ),
    )


def notice(incident: Incident, main: Ticket, unit: str, lead: Person | None, voice: Voice, now: datetime) -> Markdown:
    """The first word to the groups: what, where, since, who leads, when the next update comes."""
    update = voice.clock(incident.next_update_at, now) if incident.next_update_at else ""
    return Markdown(
        title=f"重大{name(incident)}",
        text=f"### 重大{name(incident)} 处置中\n> 单位：{unit or '待核实'}\n> 位置：{place(main) or '待核实'}\n"
        f'> 现象：<font color="warning">{voice.what(main)}</font>\n> 开始：{voice.clock(incident.since, now)}\n'
        f"> 负责人：{lead.name if lead else '服务台'}\n下次通报：{update}前",
    )


def progress(incident: Incident, text: str, voice: Voice, now: datetime) -> Markdown:
    update = voice.clock(incident.next_update_at, now) if incident.next_update_at else ""
    return Markdown(
        title=f"{name(incident)}进展", text=f"### {name(incident)} 进展\n> {clip(text, 300)}\n下次通报：{update}前"
    )


def all_clear(incident: Incident, text: str, reports: int, voice: Voice, now: datetime) -> Markdown:
    note = f"\n> {clip(text, 300)}" if text else ""
    return Markdown(
        title=f"{name(incident)}已恢复",
        text=f'### {name(incident)} <font color="info">已恢复</font>{note}\n'
        f"> 起止：{voice.clock(incident.since, now)}—{voice.clock(now, now)}\n> 相关报障：{reports}张",
    )


def withdrawn(incident: Incident) -> Markdown:
    return Markdown(
        title=f"{name(incident)}撤销", text=f"### {name(incident)} 撤销\n> 经核实不是重大事件，改为单独处理。"
    )


def joined(incident: Incident, ticket: Ticket, now: datetime, voice: Voice) -> Say:
    """To a reporter whose report belongs to an open incident."""
    return Say(
        text=f"已受理{number(ticket)}：{voice.what(ticket)}。您单位多人反映，正在统一抢修，恢复后马上告诉您。{voice.call_us()}"
    )


def restored(incident: Incident, ticket: Ticket) -> Say:
    return Say(text=f"{number(ticket)}：抢修已恢复，请试一下。还不行就回复：没修好。")


def released(ticket: Ticket) -> Say:
    return Say(text=f"{number(ticket)}改为单独处理，正在为您派人。")


def you_lead(incident: Incident, main: Ticket, voice: Voice) -> Say:
    return Say(
        text=f"{name(incident)}由您负责：{voice.what(main)}（{place(main) or '位置待核实'}）。"
        f"通报请回复：事件{incident.id} 进展 内容；恢复后回复：事件{incident.id} 恢复"
    )


def update_due(incident: Incident) -> Say:
    return Say(text=f"{name(incident)}承诺的通报到时间了，请回复：事件{incident.id} 进展 内容")


def confirmed(incident: Incident) -> Say:
    return Say(
        text=f"{name(incident)}已确认并通报。进展请回复：事件{incident.id} 进展 内容；误判请回复：事件{incident.id} 撤销"
    )


def dismissed(incident: Incident) -> Say:
    return Say(text=f"{name(incident)}按不是事件处理，相关报障照常单独派人。")


def told(incident: Incident) -> Say:
    return Say(text=f"{name(incident)}的进展已发给收到过通报的群。")


def closed(incident: Incident) -> Say:
    return Say(text=f"{name(incident)}已恢复，收到过通报的群和报障人都会收到通知。")


def state(incident: Incident, voice: Voice, now: datetime) -> Say:
    return Say(text=f"{name(incident)}现在是：{STATES[incident.state]}（{voice.clock(incident.since, now)}起）。")


def listing(incidents: Sequence[Incident], voice: Voice, now: datetime) -> Say:
    if not incidents:
        return Say(text="现在没有事件。")
    rows = [f"{name(i)} {STATES[i.state]} {voice.clock(i.since, now)}起 首单{i.main_ticket_id}号" for i in incidents]
    return Say(text="\n".join(rows))


def no_such(wanted: int) -> Say:
    return Say(text=f"没有事件{wanted}。回复“事件”查看现有的。")

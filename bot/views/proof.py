"""The proof of arrivals and first contacts: what the reporter is asked, what the technician is told, a grade as the figures show it."""

from collections.abc import Mapping

from bot.core.outbound import Button, Card, Say
from bot.core.proof import NEAR_M
from bot.store.tables import Ticket
from bot.views.words import named, number

Counts = Mapping[tuple[str, str], tuple[int, int]]
"""(arrive | contact, grade) → how many, and how many of them in time."""
KINDS = {"arrive": "到场", "contact": "首次联系"}
ENOUGH = 10
"""A figure with fewer tickets is shown as a count, not as a percentage (service levels, section 7)."""


def arrived(ticket: Ticket, card_id: str, who: str) -> Card:
    """To the reporter: he is there. His tap is the best proof of it."""
    return Card(
        card_id=card_id,
        source="运维服务台",
        title=f"{number(ticket)}：{who}已到现场。",
        description="见到人请点一下",
        buttons=(
            Button(text="师傅到了", verb="arrived-yes", command=f"师傅到了 {ticket.id}", style="primary"),
            Button(text="没见到人", verb="arrived-no", command=f"没见到人 {ticket.id}"),
        ),
    )


def contacted(ticket: Ticket, card_id: str, who: str) -> Card:
    return Card(
        card_id=card_id,
        source="运维服务台",
        title=f"{number(ticket)}：{who}和您联系过了吗？",
        buttons=(
            Button(text="联系过了", verb="contacted-yes", command=f"联系过了 {ticket.id}", style="primary"),
            Button(text="没有联系", verb="contacted-no", command=f"没有联系 {ticket.id}"),
        ),
    )


def thanks(ticket: Ticket, kind: str, *, right: bool) -> Say:
    line = f"{KINDS[kind]}已确认，谢谢。" if right else "知道了，已告诉服务台，马上核实。"
    return Say(text=f"{number(ticket)}{line}")


def denied(ticket: Ticket, who: str, kind: str) -> Say:
    """To the desk and the technician."""
    did = {"arrive": "没有到场", "contact": "没有联系过他"}[kind]
    return Say(text=f"{number(ticket)}：报障人说{who}{did}，请核实。")


def nothing_to_confirm() -> Say:
    return Say(text="没有等您确认的到场或联系。有问题请直接说。")


def located(ticket: Ticket, metres: float | None, grade: str, *, pressed: bool) -> Say:
    """To the technician: what his position is worth."""
    if metres is None:
        return Say(text=f"{named(ticket)}的地点还没有坐标，定位不能作到场凭证，请报障人点“师傅到了”。")
    away = f"约{metres:.0f}米" if metres < 1000 else f"约{metres / 1000:.1f}公里"
    if not pressed:
        next_ = "10分钟内按“到场”算定位到场。" if metres <= NEAR_M else "到了再按“到场”。"
        return Say(text=f"位置收到，离{named(ticket)}{away}，{next_}")
    why = {True: f"超过{NEAR_M:.0f}米不算定位到场", False: "之前报过远处的位置"}[metres > NEAR_M]
    rest = f"（{why}），请报障人点“师傅到了”" if grade == "C" else ""
    return Say(text=f"位置收到，离{named(ticket)}{away}，到场凭证{grade}级{rest}。")


def too_late(ticket: Ticket) -> Say:
    """To the technician: he has been there for longer than a position may prove."""
    return Say(text=f"{named(ticket)}的到场早已记下，10分钟以后发的位置不改凭证。")


def no_ticket_for_it() -> Say:
    """To a technician who has no ticket: what his position is not kept for."""
    return Say(text="您手上没有在办的单，位置没有保存。接单后到了现场再发，10分钟内按“到场”就算定位到场。")


def not_counted(ticket: Ticket) -> Say:
    return Say(text=f"{named(ticket)}：定位凭证只认企业微信，请报障人点“师傅到了”。")


def in_room(ticket: Ticket, grade: str) -> Say:
    """To the technician: the code of the room was read; none of the grades when the arrival is not of this moment."""
    if not grade:
        return Say(text=f"{named(ticket)}：房间码要在到场后10分钟内扫，凭证不变。")
    return Say(text=f"房间码已核对，{named(ticket)}到场凭证{grade}级。")


def other_room(ticket: Ticket) -> Say:
    return Say(text=f"这不是{named(ticket)}所在房间的码，到场凭证不变。请核对房间，或按“到场”。")


def no_ticket_there() -> Say:
    return Say(text="您手上没有这个房间的工单，不记到场。要报障，请直接说什么坏了。")


def not_for_you() -> Say:
    return Say(text="指标只有服务台、负责人、管理方和监理能看。")


def shown(grade: str, count: int, in_time: int) -> str:
    """One grade: how many, and how many of them in time."""
    if not count:
        return f"{grade} 0单"
    rate = f"按时{in_time}单" if count < ENOUGH else f"按时率{in_time / count:.0%}"
    return f"{grade} {count}单（{rate}）"

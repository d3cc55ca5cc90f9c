"""What a technician with several tickets and one free hand reads: which ticket is meant, what was taken back, what waits."""

from collections.abc import Sequence

from bot.core.outbound import Say
from bot.store.tables import Ticket
from bot.views.words import Voice, named, number, state


def focus(voice: Voice, current: Ticket | None, held: Sequence[Ticket]) -> Say:
    """Which ticket bare words are about, and which others there are."""
    others = [t for t in held if current is None or t.id != current.id]
    listed = "\n".join(f"{named(t)} {t.priority or ''} {voice.what(t)}：{state(t)}" for t in others[:8])
    head = f"当前：{named(current)} {voice.what(current)}，{state(current)}。" if current else "现在没有当前单。"
    tail = f"\n另有：\n{listed}\n换单回复：切换 {others[0].id} 或 下一张" if others else ""
    return Say(text=head + tail)


def turned(voice: Voice, ticket: Ticket) -> Say:
    return Say(text=f"已换到{named(ticket)} {voice.what(ticket)}，之后的短句和数字都算它的。")


def only_one(ticket: Ticket) -> Say:
    return Say(text=f"您手上只有{named(ticket)}这一张。")


def not_a_command(ticket: Ticket) -> Say:
    """`14号 …` with words that are no command."""
    return Say(
        text=f"{named(ticket)}：没看明白这句。可以回复：{ticket.id}号 到了 / {ticket.id}号 1 / {ticket.id}号 好了 / {ticket.id}号 求助"
    )


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
    "gate-refused": "做不到",
}
"""What a technician did, by the event's kind, as his buttons call it."""
INSTEAD = {
    "accept": "不做了请回复：退回 {id} 原因",
    "decline": "要接回来请联系服务台",
    "help-called": "不需要支援了请直接告诉服务台",
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

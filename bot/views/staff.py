"""To engineers, seats and managers: what can be typed, and what became of words that are no command."""

from collections.abc import Sequence

from bot.core.outbound import Say
from bot.store.tables import Person, Ticket
from bot.views.words import masked, named

ENGINEER = "接单、退回 原因、已联系、出发、到场、已确认、正常/异常/跳过、暂停 原因、求助、已解决 做了什么、我的单、下一张、没信号、上线/忙碌/下线"
DESK = "未结、待派、待接、查 17、派 17 姓名、全部改派 王强 赵磊、跟进 17、改类 17、优先级 17 P2 原因、转出 17 R6、办结 17、合并 17 18、代报 电话 内容、指标"
JUDGE = "指标、时限 17、裁定 17 2 使用方"


def commands(*, engineer: bool, desk: bool) -> Say:
    """What somebody of this position can type; several positions read all of theirs."""
    parts = [text for text, his in ((ENGINEER, engineer), (DESK, desk), (JUDGE, not (engineer or desk))) if his]
    return Say(text="可以发：\n" + "\n".join(parts) + "\n要报修自己的设备，请发：报障 内容。")


def no_command(*, engineer: bool, desk: bool) -> Say:
    return Say(text="没看明白这句，没有开单。" + commands(engineer=engineer, desk=desk).text)


def remark(ticket: Ticket) -> Say:
    """Words of whoever holds a ticket that are no command: kept with it, and the desk reads them."""
    return Say(
        text=f"已作为备注记到{named(ticket)}，服务台能看到。下一步可回：到场 / 已解决 做了什么 / 求助 / 转服务台；要另外报修请发：报障 内容。"
    )


def stuck(ticket: Ticket) -> Say:
    """He says why he cannot go on: kept as a remark, and what each reason is entered by."""
    at = ticket.id
    return Say(
        text=f"已记到{named(ticket)}，时限还在走。缺备件、用户不在回：暂停 {at} 等备件 / 暂停 {at} 等待用户时间 到15:00；"
        f"这步做不了回：跳过 原因 / 求助；没网络回：没信号"
    )


def heard(ticket: Ticket | None) -> Say:
    """He acknowledged something while he has tickets in hand: nothing was done with it."""
    return Say(text=f"好的。{named(ticket)}修好后请回复：好了" if ticket else "好的。修好后请回复：单号 好了")


def how_to_take(offered: Sequence[Ticket]) -> Say:
    """He answered an offer in a way that neither takes nor declines it."""
    first = offered[0]
    return Say(text=f"{named(first)}还在等您接：接请回“接单 {first.id}”，接不了请回“退回 {first.id} 原因”。")


def reach(rows: Sequence[tuple[Person, str, Ticket | None, bool]]) -> Say:
    """Who somebody is and how he is reached: by telephone, masked where it is not his to read, and through the bot."""
    lines = []
    for who, unit, ticket, plain in rows:
        phone = who.phone if plain else masked(who.phone)
        by_bot = f"；经机器人对话请发：联系报障人 {ticket.id}" if ticket is not None else ""
        lines.append(f"{who.name}（{unit or '单位未登记'}）{phone or '没有登记电话'}{by_bot}")
    return Say(text="\n".join(lines))

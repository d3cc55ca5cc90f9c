"""What is said when somebody has left."""

from bot.core.outbound import Button, Card, Say
from bot.core.ticket import Status
from bot.store.tables import Person, Ticket
from bot.views.words import Voice, clip, number, state

WHY = {"left": "人员已离开", "unreached": "暂时联系不上", "role": "岗位已变更"}
"""Why a ticket is taken off somebody, as its closed cards say."""


def left(who: Person, moved: int, inherited: int) -> Say:
    """To the desk: whose roles ended, and what became of his tickets."""
    parts = [f"{who.name}已离开，岗位已取消"]
    if moved:
        parts.append(f"派给他的{moved}张工单已转服务台")
    if inherited:
        parts.append(f"他报的{inherited}张未完工单请留意")
    return Say(text=f"{'；'.join(parts)}。如系误报，重新导入人员表即可恢复。")


def confirm(card_id: str, who: Person, unit: str, held: int, reported: int) -> Card:
    """To the liaison or the seat who says that somebody has left, before anything is taken from him."""
    goes = [f"手上{held}张工单转服务台"] * bool(held) + [f"他报的{reported}张未完工单由联络员接着跟进"] * bool(reported)
    return Card(
        card_id=card_id,
        source="运维服务台 · 人员离职",
        title=f"登记{clip(who.name, 8)}离职？",
        description=f"{clip(unit, 20)}，还没有登记",
        body="；".join(["确认后他不再是在册人员", *goes]) + "。",
        hint="确认离职 / 取消",
        buttons=(
            Button(text="确认离职", verb="leaver-yes", command="确认离职", style="primary"),
            Button(text="取消", verb="leaver-no", command="取消"),
        ),
    )


def registered(who: Person) -> Say:
    return Say(text=f"已登记{who.name}离职。如登记错了，请服务台重新导入人员表。")


def not_registered(who: Person) -> Say:
    return Say(text=f"好的，{who.name}没有登记离职。")


def gone_already(who: Person) -> Say:
    return Say(text=f"{who.name}已经登记离职了。")


def not_yours_to_say(who: Person) -> Say:
    """Himself, somebody of another agency, or somebody who works for the service."""
    return Say(text=f"{who.name}离职要由他所在单位的联络员或服务台登记。")


def you_left() -> Say:
    """To somebody who is missing from the people sheet and can still be written to."""
    return Say(text="您已不在人员名单上，岗位已取消，手上的单已转服务台。如有误请联系服务台。")


def your_role_changed(moved: int) -> Say:
    rest = f"，手上的{moved}张工单已转服务台，不用再处理" if moved else ""
    return Say(text=f"您的岗位已变更{rest}。")


def changed(who: Person, why: str, moved: int) -> Say:
    """To the desk: what a people sheet took from somebody, and what became of his tickets."""
    what = "的岗位已变更" if why == "role" else "没有可用的账号了"
    rest = f"，派给他的{moved}张工单已转服务台" if moved else ""
    return Say(text=f"{who.name}{what}{rest}。")


def lacks(ticket: Ticket, who: Person, lack: str, *, held: bool) -> Say:
    """To the desk: he has it, or is being asked, and may not do it any more."""
    where = f"在{who.name}手上" if held else f"正派给{who.name}"
    return Say(text=f"{number(ticket)}{where}，但他{lack}，请看是否改派：派 {ticket.id} 姓名")


def inherited(voice: Voice, ticket: Ticket, who: Person) -> Say:
    """To the liaison: a colleague's report is his from now on, and what waits for the reporter's word is his to say."""
    done = Status(ticket.status) in (Status.RESOLVED, Status.RESTORED)
    ask = f"好了请回复：修好了 {ticket.id}，还不行回复：没修好 {ticket.id}" if done else ""
    about = f"{number(ticket)}（{voice.what(ticket)}，{state(ticket)}）"
    return Say(text=f"{who.name}已离开，所报{about}由您接着跟进。{ask}")


def ask_heir(ticket: Ticket, who: Person, heir: Person) -> Say:
    """To the holder: whom to ask now."""
    phone = f"，电话{heir.phone}" if heir.phone else ""
    return Say(text=f"{number(ticket)}报障人{who.name}已离开，请改联系{heir.name}{phone}。")

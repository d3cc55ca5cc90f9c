"""What a seat reads about reports that came by telephone (代报)."""

from collections.abc import Sequence

from bot.core.outbound import Say
from bot.store.tables import Person, Ticket
from bot.views.words import Voice, masked, number, place, state


def unknown_caller(phone: str) -> str:
    """What a caller is called until his name is known."""
    return f"来电{phone[-4:]}"


def entered(voice: Voice, ticket: Ticket, caller: Person, holder: Person | None, question: str) -> Say:
    """The number to read to the caller, where it stands, and what else to ask him."""
    if ticket.kind == "classified":
        return Say(text=f"已登记{number(ticket)}：可能涉密，内容没有留存。请告诉来电人按保密规定线下联系，不要追问。")
    at = place(ticket)
    now = f"已派{holder.name}" if holder else state(ticket)
    ask = f"\n可以问一句：{question}" if question else ""
    where = "" if at else "\n位置还不知道，请问一下在哪个房间。"
    return Say(
        text=f"已代报{number(ticket)}：{voice.what(ticket)}{f'（{at}）' if at else ''}，报障人{_who(caller)}，{now}。"
        f"{where}{ask}"
    )


def added(voice: Voice, ticket: Ticket, caller: Person) -> Say:
    return Say(
        text=f"{_who(caller)}已有{number(ticket)}（{voice.what(ticket)}，{state(ticket)}），这次的话已补记进去。"
    )


def answered_only(say: str) -> Say:
    return Say(text=f"不用开单。请告诉来电人：{say}")


def notes_entered(entered: Sequence[Ticket], still_open: Sequence[Ticket]) -> Say:
    """To the desk, once an import: how many notes there are now, and which still need somebody."""
    rest = (
        f"，其中{len(still_open)}张还没办完：{'、'.join(f'{t.id}号' for t in still_open[:20])}"
        if still_open
        else "，都已办完"
    )
    return Say(text=f"停用期间的纸质记录已补录{len(entered)}张{rest}。发“待派”可查。")


def usage() -> Say:
    return Say(text="请写电话（或已登记的姓名）和情况，例如：代报 13800000001 三楼302打印机卡纸")


def bad_number(said: str) -> Say:
    return Say(text=f"“{said}”不是完整的电话号码，没有开单。请核对后再发。")


def nobody_called(name: str) -> Say:
    return Say(text=f"没有登记过叫{name}的人，没有开单。请改用电话：代报 电话 情况")


def several(people: Sequence[Person]) -> Say:
    """A name or number that belongs to more than one."""
    names = "、".join(_who(p) for p in people[:5])
    return Say(text=f"有{len(people)}个人对得上：{names}。请改用只属于他的电话或姓名，没有开单。")


def only_the_desk() -> Say:
    return Say(text="代报由服务台使用。您自己的报障直接说哪台设备怎么了就行。")


def _who(person: Person) -> str:
    return f"{person.name} {masked(person.phone)}".strip()

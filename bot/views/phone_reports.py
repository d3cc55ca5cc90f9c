"""What a seat reads about reports that came by telephone (代报)."""

from collections.abc import Sequence
from datetime import datetime

from bot.core.calls import Call
from bot.core.outbound import Button, Card, Say
from bot.store.tables import Person, Ticket
from bot.views.calendar import Standstill, standstill
from bot.views.words import Voice, clip, masked, number, place, state


def unknown_caller(phone: str) -> str:
    """What a caller is called until his name is known."""
    return f"来电{phone[-4:]}" if phone else "来电人"


def entered(voice: Voice, ticket: Ticket, caller: Person, holder: Person | None, question: str) -> Say:
    """The number to read to the caller, where it stands, and what else to ask him."""
    if ticket.kind == "classified":
        return Say(text=f"已登记{number(ticket)}：可能涉密，内容没有留存。请告诉来电人按保密规定线下联系，不要追问。")
    at = place(ticket)
    now = f"已派{holder.name}" if holder else state(ticket)
    ask = f"\n可以问一句：{question}" if question else ""
    where = "" if at else "\n位置还不知道，请问一下在哪个房间。"
    return Say(
        text=f"已代报{number(ticket)}：{voice.what(ticket)}{f'（{at}）' if at else ''}，报障人{_told(ticket, caller)}，{now}。"
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
    return Say(text="请写电话（或单位姓名、分机）和情况，例如：代报 13800000001 市民政局李梅 三楼302打印机卡纸")


def what_of(name: str) -> Say:
    """Somebody is named, and nothing is said of what he wants."""
    return Say(text=f"{name}报什么？还没有开单，请连内容一起发：代报 {name} 三楼302打印机卡纸")


def to_enter(who: Person, call: Call) -> Say:
    """To the desk: what a technician was asked to report for somebody, and the line that enters it."""
    return Say(text=f"{who.name}替{call.unit}{call.name}报障，开单请发：代报 {call.unit}{call.name} {call.said}")


def passed_to_desk(call: Call) -> Say:
    """To that technician."""
    return Say(text=f"已转服务台代报：{call.name}，{clip(call.said, 40)}。开单后按派单处理。")


def bad_number(said: str) -> Say:
    return Say(text=f"“{said}”不是完整的电话号码，没有开单。请核对后再发。")


def nobody_called(name: str) -> Say:
    return Say(text=f"没有登记过叫{name}的人，没有开单。请补上单位、分机或电话：代报 单位{name} 情况")


def several(name: str, labels: Sequence[str]) -> Say:
    """A name or number that belongs to more than one: one is picked by its number."""
    rows = "\n".join(f"{at}. {label}" for at, label in enumerate(labels, 1))
    return Say(text=f"{name or '这个号码'}有{len(labels)}个人对得上，还没有开单。是哪位？请回复序号：\n{rows}")


def only_the_desk() -> Say:
    return Say(text="代报由服务台使用。您自己的报障直接说哪台设备怎么了就行。")


def confirm(call: Call, card_id: str) -> Card:
    """Before a ticket is opened for somebody the desk does not know."""
    lines = (("来电人", call.name), ("单位", call.unit), ("电话", call.phone), ("分机", call.extension))
    return Card(
        card_id=card_id,
        source="服务台 · 电话报障",
        title=f"替{clip(call.name, 10) or '来电人'}登记？没有查到这个人",
        description="还没有开单",
        body=clip(f"情况：{call.said}", 110),
        lines=tuple((name, clip(value, 30)) for name, value in lines if value),
        hint="回复：登记 / 不登记",
        buttons=(
            Button(text="登记", verb="call-open", command="登记", style="primary"),
            Button(text="不登记", verb="call-drop", command="不登记"),
        ),
    )


def dropped() -> Say:
    return Say(text="好的，没有开单。")


def call_over() -> Say:
    """The card is answered already, or another question came since."""
    return Say(text="这个来电已处理或已过时，没有开单。要登记请发：代报 电话 单位姓名 情况")


def urged(voice: Voice, ticket: Ticket, caller: Person, now: datetime, stands: Standstill | None, *, anew: bool) -> Say:
    done = f"已替{caller.name}催办" if anew else f"{caller.name}刚报过或催过"
    why = f"请告诉来电人：{standstill(voice, stands, now)}。" if stands else ""
    return Say(text=f"{done}{number(ticket)}（{voice.what(ticket)}，{state(ticket)}）。{why}")


def now_stands(voice: Voice, ticket: Ticket, caller: Person) -> Say:
    """What a caller asked of, or called off: to be read to him."""
    return Say(text=f"{_who(caller)}的{number(ticket)}（{voice.what(ticket)}）：{state(ticket)}。")


def not_mended(voice: Voice, ticket: Ticket, caller: Person) -> Say:
    return Say(text=f"已记下{_who(caller)}说{number(ticket)}没修好（{voice.what(ticket)}）：{state(ticket)}。")


def nothing_open(caller: Person) -> Say:
    return Say(text=f"{_who(caller)}没有在办的单，没有开单。是新问题请写明什么设备、怎么了。")


def which_of_his(voice: Voice, caller: Person, tickets: Sequence[Ticket]) -> Say:
    """He calls one of several off, and does not say which."""
    listed = "；".join(f"{number(t)} {voice.what(t)} {place(t)}".strip() for t in tickets[:5])
    return Say(
        text=f"{caller.name}有{len(tickets)}张单：{listed}。请问清是哪张，再发：代报 {caller.name} {tickets[0].id}号不用来了（修好的发：办结 号 结果）"
    )


def _told(ticket: Ticket, caller: Person) -> str:
    """As _who, with the unit, extension and name he gave."""
    told = ticket.slots.get("caller") or {}
    phone = told.get("phone") or caller.phone
    extension = f" 分机{told['extension']}" if told.get("extension") else ""
    return f"{told.get('unit', '')}{told.get('name') or caller.name} {masked(phone)}".strip() + extension


def _who(person: Person) -> str:
    return f"{person.name} {masked(person.phone)}".strip()

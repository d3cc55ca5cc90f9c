"""What is said about new members: to themselves, to their unit's liaison, to the desk."""

from collections.abc import Sequence
from datetime import datetime

from bot.core.outbound import Button, Card, Say
from bot.store.tables import Person
from bot.views.words import Voice, clip

SHOWN = 20
"""People in one list; more are counted."""


def who_are_you() -> Say:
    """To an unknown sender, once, after he was served."""
    return Say(text="您还没有登记单位，报修照常受理。方便时请回复：登记 单位全称 姓名")


def elsewhere(who: Person, ours: str, theirs: str) -> Say:
    """To the desk: the platform's directory has a confirmed member in another agency than we."""
    return Say(
        text=f"平台通讯录里{who.name}在{clip(theirs, 20)}，我们登记的是{clip(ours, 20)}。调动了请改人员表后再导入。"
    )


def registered(name: str, unit: str) -> Say:
    return Say(text=f"已登记：{clip(name, 8)}，{clip(unit, 20)}。单位联络员确认前，报修照常受理。")


def no_such_unit(said: str) -> Say:
    return Say(text=f"没有找到“{clip(said, 20)}”。请写单位全称，例如：登记 市民政局 李雷")


def welcome(unit: str) -> Say:
    """To the new member."""
    return Say(text=f"已确认您是{clip(unit, 20)}的成员，谢谢。")


def card(card_id: str, unit: str, names: Sequence[str]) -> Card:
    """To the liaison, or the desk: who has turned up for the unit."""
    return Card(
        card_id=card_id,
        source="运维服务台 · 新成员",
        title=clip(f"{unit}有{len(names)}位新成员待确认", 36),
        description="确认前照常受理他们的报修",
        body=clip("、".join(names), 100),
        hint="确认成员 / 不认识 姓名",
        buttons=(
            Button(text="全部确认", verb="members-all", command="确认成员", style="primary"),
            Button(text="逐个看", verb="members-list", command="新成员"),
            Button(text="不是我们的人", verb="members-none", command="不认识"),
        ),
    )


def without_unit(names: Sequence[str]) -> Say:
    """To the desk: senders who named no unit."""
    return Say(text=f"{len(names)}位报障人没有单位：{_few(names)}。知道单位的请回复：确认成员 姓名 单位")


def each(voice: Voice, found: Sequence[tuple[Person, str, datetime]], now: datetime) -> Say:
    """One by one: who, of which unit as he says, since when."""
    lines = [f"#{p.id} {p.name}，{unit}，{voice.clock(since, now)}来的" for p, unit, since in found[:SHOWN]]
    if len(found) > SHOWN:
        lines.append(f"还有{len(found) - SHOWN}位")
    return Say(text="\n".join([*lines, f"逐个回复：确认成员 #{found[0][0].id}，或：不认识 #{found[0][0].id}"]))


def none_waiting() -> Say:
    return Say(text="没有待确认的新成员。")


def nobody(said: str) -> Say:
    return Say(text=f"待确认的名单里没有“{clip(said, 12)}”。发“新成员”看名单。")


def member_already(who: Person, unit: str) -> Say:
    return Say(text=f"{who.name}已经是{clip(unit, 20)}的成员，不用再确认。")


def listed_member(who: Person, unit: str) -> Say:
    """Somebody of the people's sheet is said not to be theirs."""
    return Say(text=f"人员表里{who.name}在{clip(unit, 20)}。离职或调走了请发：{who.name}离职了")


def several(said: str, people: Sequence[Person]) -> Say:
    numbers = "、".join(f"#{p.id}" for p in people)
    return Say(text=f"叫“{clip(said, 12)}”的有{len(people)}位，请用编号：{numbers}")


def which_unit(name: str) -> Say:
    return Say(text=f"{name}没有说单位，请回复：确认成员 {name} 单位全称")


def confirmed(names: Sequence[str]) -> Say:
    return Say(text=f"已确认{len(names)}位：{_few(names)}。")


def refused(names: Sequence[str]) -> Say:
    return Say(text=f"好的，已记下不是本单位的人：{_few(names)}，服务台会核实。")


def not_ours(by: Person, who: Person, unit: str) -> Say:
    """To the desk: the liaison does not know him."""
    return Say(text=f"{unit}的{by.name}不认识{who.name}，请核实单位。核实后回复：确认成员 #{who.id} 单位")


def already(voice: Voice, who: Person, by: Person, yes: bool, at: datetime, now: datetime) -> Say:
    """The answer to a late press or word: who decided."""
    word = "确认是本单位的人" if yes else "答复不是本单位的人"
    return Say(text=f"{who.name}已由{by.name}于{voice.clock(at, now)}{word}。")


def _few(names: Sequence[str]) -> str:
    more = f"等{len(names)}位" if len(names) > SHOWN else ""
    return "、".join(names[:SHOWN]) + more

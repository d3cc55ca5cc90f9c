"""What is said about inspection rounds (巡检): to the technician who walks them, to the desk that watches them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.core.outbound import Say
from bot.store.tables import Round, Ticket
from bot.views.words import EVERY, Voice, clip, named, number, place, spaced, state

PLANNER = "计划巡检"
"""Who a planned round is entered by: nobody who could be written to."""


@dataclass(frozen=True)
class Tally:
    """The rounds of one site in a week."""

    site: str
    ahead: int = 0
    open: int = 0
    done: int = 0
    overdue: int = 0


def until(every: str, due_on: date) -> str:
    """The last day of a round; a daily one has that day alone."""
    return f"{due_on.month}月{due_on.day}日{'当天' if every == 'day' else '前'}做完"


def task(voice: Voice, item: str, every: str, missed: int, due_on: date) -> str:
    """What a round is about, as its card says it."""
    late = f"，之前漏了{missed}次，这次一并做" if missed else ""
    return f"{EVERY[every]}巡检：{voice.book.items[item].name}，{until(every, due_on)}{late}"


def finding(do: str, words: str) -> str:
    """The report of something found: the technician's words, and the step it was found at."""
    return f"巡检发现异常{f'：{words}' if words else ''}（{clip(do, 40)}）"


def found(voice: Voice, ticket: Ticket, new: Ticket, *, known: bool) -> Say:
    """To the technician: the finding has its own ticket, the round goes on."""
    tail = "" if known else f"补一句哪里不正常，请回复：说明 {new.id} 现象"
    return Say(text=f"已另开{number(new)}：{voice.what(new)}。{named(ticket)}巡检继续。{tail}")


def explained(voice: Voice, new: Ticket) -> Say:
    return Say(text=f"已记到{number(new)}：{voice.what(new)}。")


def how_to_explain(found: Sequence[Ticket]) -> Say:
    """`found`: his findings that nothing is known of yet."""
    listed = f"还没说明的有：{'、'.join(number(t) for t in found[:5])}。" if found else ""
    return Say(text=f"说明的是您巡检时发现的单，请带号码，例如：说明 {found[0].id if found else 15} 电池鼓包。{listed}")


def none_in_hand() -> Say:
    return Say(text="您手上没有在走的巡检。看今天的请回复：巡检")


def steps_left(ticket: Ticket, left: int) -> Say:
    return Say(text=f"{named(ticket)}还有{left}步没走，走完自动办结。看当前步骤请回复：步骤 {ticket.id}")


def not_begun(ticket: Ticket) -> Say:
    return Say(text=f"{named(ticket)}还没开始，到了先按“到场”或回复：到场 {ticket.id}")


def done(ticket: Ticket, steps: int, skipped: int, finds: int) -> Say:
    """To the technician: the round is complete."""
    parts = [f"走了{steps}步", f"跳过{skipped}步" if skipped else "", f"发现{finds}处异常" if finds else "没有异常"]
    return Say(text=f"{named(ticket)}巡检完成：{'，'.join(p for p in parts if p)}。辛苦了。")


def overdue(voice: Voice, ticket: Ticket, unit: str, row: Round, who: str) -> Say:
    """To the desk, once."""
    return Say(
        text=f"巡检逾期：{number(ticket)} {unit} {voice.what(ticket)}，应在{until(row.every, row.due_on)}，"
        f"现在{state(ticket)}（{who}）。派人请回复：派 {ticket.id} 姓名"
    )


def mine(voice: Voice, rows: Sequence[tuple[Ticket, Round]]) -> Say:
    """巡检, for a technician."""
    if not rows:
        return Say(text="您今天没有巡检。")
    lines = [
        f"{spaced(number(t), voice.what(t), place(t))}：{state(t)}，{until(row.every, row.due_on)}"
        for t, row in rows[:8]
    ]
    return Say(text="\n".join(lines))


def week(tallies: Sequence[Tally], unknown: Sequence[str]) -> Say:
    """巡检 本周, for the desk."""
    lines = [f"{t.site}：待做{t.ahead + t.open}，完成{t.done}，逾期{t.overdue}" for t in tallies[:20]]
    if unknown:
        lines.append(f"配置里找不到的单位或地点：{'、'.join(unknown)}")
    return Say(text="本周巡检：\n" + "\n".join(lines) if lines else "没有安排巡检（配置 [desk.inspections] 后才有）。")

"""Who else could take a ticket, what it costs, and who may not and why: for the desk and for technicians."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from math import ceil

from bot.core.assignment import Bar, Ranked
from bot.core.outbound import Say
from bot.store.tables import Ticket
from bot.views.technician import PARTS
from bot.views.words import number, state

BARS = {
    Bar.DUTY: "不在岗",
    Bar.SKILL: "没有这项技能",
    Bar.PERMIT: "缺证或已到期",
    Bar.CLEARANCE: "没有涉密资格",
    Bar.EXCLUDED: "已退回、未接或是报障人本人",
}
SHOWN = 5


def barred(bar: Bar, permits: Sequence[str]) -> str:
    """The hard rule in words, with the permits it is about."""
    return f"{BARS[bar]}（{'、'.join(permits)}）" if bar is Bar.PERMIT else BARS[bar]


def others(ticket: Ticket, ranked: Sequence[Ranked], kept_out: Sequence[Bar], permits: Sequence[str]) -> Say:
    """还有谁: the candidates with their costs, and how many are kept out by which rule."""
    rows = [f"{at}. {r.candidate.name} 合计{r.cost:.0f}（{costs(r.parts)}）" for at, r in enumerate(ranked[:SHOWN], 1)]
    head = f"{number(ticket)}可派{len(ranked)}人，数值越小越优先" if rows else f"{number(ticket)}现在没有可派的人"
    counted = Counter(kept_out)
    out = [f"{barred(bar, permits)}{counted[bar]}人" for bar in Bar if counted[bar]]
    return Say(text="\n".join([head, *rows, *(["不能派：" + "，".join(out)] if out else [])]))


def costs(parts: Mapping[str, float]) -> str:
    """The parts of a cost that are not zero."""
    return "，".join(f"{PARTS.get(k, k)}{v:+.0f}" for k, v in parts.items() if v) or "各项为零"


def assigned(ticket: Ticket, name: str, means: Mapping[str, float]) -> Say:
    """派: done, and what it means for him and for the deadline."""
    way = f"路程约{means['travel']:.0f}分钟" if "travel" in means else "路程未知"
    risk = f"预计比时限晚{means['late']:.0f}分钟" if means["late"] else "预计能按时到"
    return Say(text=f"{number(ticket)}已派给{name}。他手上{means['held']:.0f}张单，{way}，{risk}。")


def awaited(ticket: Ticket, name: str, until: datetime, now: datetime) -> Say:
    """派 to somebody who is being asked already."""
    minutes = max(1, ceil((until - now).total_seconds() / 60))
    return Say(text=f"{number(ticket)}已经在等{name}答复（还剩{minutes}分钟）。")


def has_it(ticket: Ticket, name: str) -> Say:
    return Say(text=f"{number(ticket)}已经在{name}手上（{state(ticket)}），不用再派。")


def took_it(ticket: Ticket, name: str) -> Say:
    """To the seat who offered it by hand."""
    return Say(text=f"{number(ticket)}{name}已接单。")


def declined(reason: str) -> str:
    return f"退回了（{reason}）" if reason else "退回了"


def came_to_nothing(ticket: Ticket, name: str, what: str, following: str) -> Say:
    """To the seat who offered it by hand: why not, and who is asked now."""
    return Say(
        text=f"{number(ticket)}{name}{what}，{f'已改派{following}' if following else '单子在服务台，请另行安排'}。"
    )


def called_off(ticket: Ticket, name: str, why: str) -> Say:
    """To the seat who offered it by hand: it is over for another reason than the answer."""
    return Say(text=f"{number(ticket)}{why}，不用等{name}答复了。")


def not_yours(ticket: Ticket) -> Say:
    return Say(text=f"{number(ticket)}没有派给您，不能查看人选。")


def which() -> Say:
    return Say(text="请带上单号，例如：还有谁 17")

"""Who else could take a ticket, what it costs, and who may not and why: for the desk and for technicians."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil

from bot.core.assignment import Bar, Ranked
from bot.core.outbound import Button, Card, Say
from bot.store.tables import Ticket
from bot.views.technician import PARTS
from bot.views.words import Voice, clip, number, place, state

BARS = {
    Bar.DUTY: "不在岗",
    Bar.SKILL: "没有这项技能",
    Bar.PERMIT: "缺证或已到期",
    Bar.CLEARANCE: "没有涉密资格",
    Bar.EXCLUDED: "已退回、未接或是报障人本人",
}
SHOWN = 5
LISTED = 12
"""Tickets in a list; the rest are counted."""


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
    return Say(text=f"{number(ticket)}已派给{name}。他手上{means['held']:.0f}张单，{_means(means)}。")


def _means(means: Mapping[str, float]) -> str:
    way = f"路程约{means['travel']:.0f}分钟" if "travel" in means else "路程未知"
    risk = f"预计比时限晚{means['late']:.0f}分钟" if means["late"] else "预计能按时到"
    return f"{way}，{risk}"


@dataclass(frozen=True)
class Moves:
    """全部改派 of somebody's tickets to another: what goes and what that means, what stays and why."""

    name: str
    to: str
    moved: Sequence[tuple[Ticket, Mapping[str, float]]]
    left: Sequence[tuple[Ticket, str]]


def all_assigned(voice: Voice, moves: Moves) -> Say:
    """全部改派: what went, what stayed with whom."""
    name, to, moved = moves.name, moves.to, moves.moved
    held = f"，他手上共{max(means['held'] for _, means in moved) + 1:.0f}张" if moved else ""
    head = f"{name}的{len(moved)}张单已派给{to}，等他接单{held}：" if moved else f"{name}的单一张也没有转给{to}。"
    return Say(text="\n".join([head, *_each(voice, moves)]))


def to_be_assigned(voice: Voice, moves: Moves, later: int = 0) -> Say:
    """全部改派, before it is done: what would go, what would stay, how many come after."""
    name, to, moved = moves.name, moves.to, moves.moved
    if not moved and not moves.left:
        return Say(text=f"{name}手上没有单。")
    has = min(means["held"] for _, means in moved) if moved else 0
    head = f"{name}有{len(moved)}张单可以派给{to}（他现在有{has:.0f}张）：" if moved else f"{name}的单都不能转给{to}。"
    if later:
        head = f"{name}的单多，一次派{len(moved)}张，派完接着问其余{later}张。先派给{to}的（他现在有{has:.0f}张）："
    return Say(text="\n".join([head, *_each(voice, moves)]))


def _each(voice: Voice, moves: Moves) -> list[str]:
    lines = [f"{_one(voice, t)}：{_means(means)}" for t, means in moves.moved[:LISTED]]
    if len(moves.moved) > LISTED:
        lines.append(f"（共{len(moves.moved)}张）")
    if moves.left:
        lines.append(f"不能给{moves.to}的{len(moves.left)}张，仍在{moves.name}那里：")
        lines += [f"{_one(voice, t)}：{why}" for t, why in moves.left[:LISTED]]
    return lines


def move_all(card_id: str, name: str, to: str, count: int) -> Card:
    """全部改派: the question, after what it would mean."""
    return Card(
        card_id=card_id,
        source="服务台 · 全部改派",
        title=f"把{clip(name, 8)}的{count}张单派给{clip(to, 8)}？",
        description="还没有改派，确认后才派",
        hint="确认 / 取消",
        buttons=(
            Button(text="确认", verb="move-all-yes", command="确认", style="primary"),
            Button(text="取消", verb="move-all-no", command="取消"),
        ),
    )


def not_moved(name: str) -> Say:
    return Say(text=f"好的，没有改派，{name}的单照旧。")


def moved_on(name: str) -> Say:
    """The yes came to something else than was shown."""
    return Say(text=f"刚才那份已不作数（{name}手上的单有变化，或隔了太久），没有改派。现在是这样：")


def settled_before(name: str, to: str) -> Say:
    return Say(text=f"“{name}的单派给{to}”这次已经处理过了，没有再改派。")


def _one(voice: Voice, ticket: Ticket) -> str:
    return f"{number(ticket)} {voice.what(ticket)}（{place(ticket) or '位置未知'}）"


def nearly_done(ticket: Ticket) -> str:
    return f"{state(ticket)}，只差收尾"


def same_person(name: str) -> Say:
    return Say(text=f"这些单本来就在{name}手上。")


def how_to_move_all() -> Say:
    return Say(text="请这样发：全部改派 王强 赵磊（王强手上的都给赵磊）。")


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

"""What managers read of the figures: 指标 on a phone's screen, 指标 详细, one agency's, and the columns of the sheet.

A rate is said with its number of cases; below ten cases as a count, and without cases as a dash, never as 100 %.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.core.kpi import ALL, CLOCKS, PRIORITIES, Figures, Period, Rate
from bot.core.outbound import Say
from bot.core.proof import Grade
from bot.views.clocks import TARGET
from bot.views.proof import ENOUGH, KINDS, Counts, shown
from bot.views.words import Voice

NONE = "—"
NAME = {**TARGET, "response": "响应"}
STATES = {"resolved": "已解决", "open": "未结", "referred": "转出", "dropped": "撤单并单"}
CHANNELS = {"wecom": "企业微信", "dingtalk": "钉钉", "phone": "电话", "note": "补录", "split": "拆单"}
OTHERWISE = "其他"
SHORTER = "更多：指标 详细，指标 上月，指标 民政局"
LEGEND = "A=报障人确认或房间码，B=企业微信定位200米内，C=只有按钮。不足10单只列数。"
EVERYWHERE, NO_UNIT = "全部", "单位待确认"
COUNTED = {True: ("服务方用时", "总用时"), False: ("总用时", "服务方用时")}
"""Whether the contract counts what is charged to the provider → the name of the figure that counts, and of the other."""


def short(
    voice: Voice,
    period: Period,
    now: datetime,
    found: Figures,
    *,
    net: bool,
    agency: str,
    before: int,
    grades: Sequence[tuple[str, Counts]],
    visits: str,
) -> Say:
    """指标. `grades`: the arrivals and contacts by grade, each under the name of its time; `visits`: the appointments."""
    lines = [
        _counts(voice, period, now, found, agency, before),
        _channels(found),
        *(_rate_line(found, clock, ALL, net=net) for clock in CLOCKS),
        f"{_satisfaction(found)}；暂停占比{_share(found.paused)}",
        *_grades(grades),
        visits,
        f"及时率按{COUNTED[net][0]}计，括号内按{COUNTED[net][1]}。{LEGEND}{SHORTER}",
    ]
    return Say(text="\n".join(line for line in lines if line))


def detailed(
    voice: Voice,
    period: Period,
    now: datetime,
    found: Figures,
    *,
    net: bool,
    agency: str,
    before: int,
    grades: Sequence[tuple[str, Counts]],
    by_priority: Mapping[str, int],
) -> Say:
    """指标 详细: the clocks of each priority, what the reporters gave, and how it is reckoned."""
    lines = [_counts(voice, period, now, found, agency, before), _channels(found)]
    for priority in PRIORITIES:
        lines.append(f"{priority}（{by_priority.get(priority, 0)}单）")
        lines += [f"　{_rate_line(found, clock, priority, net=net)}" for clock in CLOCKS]
    scores = "，".join(f"{score}分{found.ratings.get(score, 0)}" for score in range(5, 0, -1))
    lines += [
        f"{_satisfaction(found)}：{scores}" if found.rated else _satisfaction(found),
        f"催办{found.urged}次，投诉{found.complaints}次，重开{found.reopened}单，暂停占比{_share(found.paused)}",
        *_grades(grades),
        f"按报障时间归期，合并的不计时限，转出和撤单的只计响应。及时率按{COUNTED[net][0]}计，括号内按{COUNTED[net][1]}；"
        f"后面是单数。{LEGEND}",
    ]
    return Say(text="\n".join(lines))


def no_such_agency(said: str) -> Say:
    return Say(text=f"没有叫“{said}”的单位。请这样发：指标，指标 详细，指标 上月，指标 2026-11，指标 民政局")


def rate(of: Rate, *, net: bool) -> str:
    """按时38/40… as a share from ten cases on: by the figure that counts, the other in brackets."""
    if not of.n:
        return NONE
    counts, other = (of.net, of.gross) if net else (of.gross, of.net)
    if of.n < ENOUGH:
        return f"按时{counts}/{of.n}单（{other}/{of.n}）"
    return f"{percent(counts, of.n)}（{percent(other, of.n)}），{of.n}单"


def percent(part: int, whole: int) -> str:
    """Rounded down, so that only all of them are 100 %."""
    return f"{part * 1000 // whole / 10:g}%" if whole else NONE


def _rate_line(found: Figures, clock: str, priority: str, *, net: bool) -> str:
    line = f"{NAME[clock]}：{rate(found.rate(clock, priority), net=net)}"
    if clock == "response" and (times := found.reaction.get(priority)):
        line += f"，中位{_minutes(times[0])}分，九成在{_minutes(times[1])}分内"
    return line


def _counts(voice: Voice, period: Period, now: datetime, found: Figures, agency: str, before: int) -> str:
    since, last = (at.astimezone(voice.zone) for at in (period.since, min(period.until - timedelta(seconds=1), now)))
    days = f"{since.month}月{since.day}日"
    if last.date() != since.date():
        days += f"至{last.month}月{last.day}日"
    states = [f"{word}{found.states.get(state, 0)}" for state, word in STATES.items()]
    more = [f"重开{found.reopened}", f"投诉{found.complaints}", *([f"此前未结{before}"] if before else [])]
    return f"{agency}{period.name}（{days}）报障{found.reported}单：{'，'.join(states)}；{'，'.join(more)}"


def _channels(found: Figures) -> str:
    counted: dict[str, int] = dict.fromkeys(("企业微信", "钉钉", "电话"), 0)
    for channel, count in found.channels.items():
        name = CHANNELS.get(channel, OTHERWISE)
        counted[name] = counted.get(name, 0) + count
    return "渠道：" + "，".join(f"{name}{count}" for name, count in counted.items())


def _satisfaction(found: Figures) -> str:
    score = f"{found.satisfaction:.1f}分" if found.satisfaction is not None else NONE
    return f"满意度{score}（{found.rated}单已评，已关闭{found.closed}单）"


def _share(part: float | None) -> str:
    return NONE if part is None else f"{part:.0%}"


def _grades(grades: Sequence[tuple[str, Counts]]) -> list[str]:
    lines = []
    for kind, name in KINDS.items():
        for when, counts in grades:
            of_each = "，".join(shown(str(grade), *counts.get((kind, str(grade)), (0, 0))) for grade in Grade)
            lines.append(f"{name}{when}：{of_each}")
    return lines


def _minutes(span: timedelta) -> int:
    return round(span.total_seconds() / 60)


COLUMNS = (
    "单位", "优先级", "报障", *STATES.values(), "已关闭", "重开", "投诉", "催办", *CHANNELS.values(), OTHERWISE,
    *(f"{NAME[clock]}{what}" for clock in CLOCKS for what in ("应按时", "按时（服务方用时）", "按时（总用时）", "及时率（服务方用时）", "及时率（总用时）")),
    "响应中位（分）", "响应九成（分）", "满意度（均分）", "已评", "暂停占比",
)  # fmt: skip


def row(agency: str, priority: str, found: Figures) -> Sequence[object]:
    """One row of the sheet; a cell without cases has the dash."""
    others = sum(count for channel, count in found.channels.items() if channel not in CHANNELS)
    cells: list[object] = [agency, priority or EVERYWHERE, found.reported]
    cells += [found.states.get(state, 0) for state in STATES]
    cells += [found.closed, found.reopened, found.complaints, found.urged]
    cells += [*(found.channels.get(channel, 0) for channel in CHANNELS), others]
    for clock in CLOCKS:
        of = found.rate(clock, priority)
        cells += [of.n, of.net, of.gross, *(round(kept / of.n, 4) if of.n else NONE for kept in (of.net, of.gross))]
    times = found.reaction.get(priority)
    cells += [_minutes(span) for span in times] if times else [NONE, NONE]
    satisfied = round(found.satisfaction, 2) if found.satisfaction is not None else NONE
    return [*cells, satisfied, found.rated, NONE if found.paused is None else round(found.paused, 4)]

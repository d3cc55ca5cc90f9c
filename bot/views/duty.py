"""What is said about duty: who is there now and next, leave, swaps, stand-ins, the hand-over at the end of a shift."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

from bot.core.assignment import Ranked
from bot.core.duty import Gap, Kind, Span, Standing
from bot.core.duty_words import When
from bot.core.outbound import Button, Card, Say
from bot.core.quiet import APART, DAYS_OFF, DEFAULT, MAY_WAIT, NONE, WHOLE
from bot.store.tables import Person, Ticket
from bot.views.words import Voice, clip, number, place, spaced, state

KIND = {Kind.ON: "班", Kind.LUNCH: "午休", Kind.LEAVE: "请假", Kind.AWAY: "换出"}
AWAY = {Standing.LUNCH: "午休", Standing.LEAVE: "请假", Standing.OFF: "不在班"}
WORD = {"busy": "（忙碌）", "off": "（已下线）"}
WEEK = "一二三四五六日"
SHOWN = 20
SHOWN_A_DAY = 6
"""Names a day where several days are listed."""
HANDED_OVER_BECAUSE = "下班交接"
"""The reason the successor reads when a name is pressed on the card at the end of a shift."""
HELP = {
    "who": "没看懂问的是哪天。请这样发：谁在岗（现在），明天谁值班，周五下午谁值班，这周谁值班，11-30谁值班。",
    "leave": "请这样发：请假 明天下午 理由，或 请假 11-26 14:00-18:00 理由。",
    "swap": "请这样发：换班 李强 11-26（他替您那天的班），或 换班 李强 11-26 11-28（您替他28日的班）。",
    "override": "请这样发：顶班 王强 18:00-22:00，或 顶班 王强 明天 18:00-22:00。",
    "own-override": "请写上哪天几点，例如：我今晚顶班，我明天18:00-22:00顶班。服务台登记后算数。",
    "no-override": "请这样发：取消顶班 王强，或 取消顶班 王强 明天。",
    "quiet": "请这样发：免打扰 22:00-07:30，免打扰 周末，免打扰 P3 关，或 免打扰 默认。特急和加急随时会发，不能设。",
}
REFUSED = {
    "past": "这段时间已经过去了，请核对日期。",
    "no-shift": "那天没有您的班，不用换。",
    "no-return": "对方那天没有班，没法换回来。",
    "self": "不能和自己换班。",
    "not-engineer": "对方不是技术员，不能换班。",
    "unreached": "对方还没有登录过机器人，请先电话联系，再请服务台改班表。",
    "clash": "换了以后有人的班会重叠，请再商量。",
    "twice": "同样的申请已经提过，正等答复。",
    "within": "那段时间您已经请了假（或已在申请），不用再请。发“我的班”可看，不请了回复：取消请假",
    "no-override": "他后面没有顶班可取消。",
    "on-leave": "那段时间他请了假，不能顶班。",
    "already": "那段时间他本来就在班。",
    "not-engineer-for": "他不是技术员，不能接单。",
    "not-yours": "这张单不在您手上。",
    "not-on-leave": "您现在没有在请假，不用销假。请了还没开始的，不休了请回复：取消请假",
}


def help_with(what: str) -> Say:
    return Say(text=HELP[what])


def refused(why: str) -> Say:
    return Say(text=REFUSED[why])


def hours(voice: Voice, start: datetime, end: datetime, now: datetime) -> str:
    """A stretch of time as people say it; whole days without their midnights, and an evening that ends at 24:00."""
    first, last = start.astimezone(voice.zone), end.astimezone(voice.zone)
    begins, midnight = voice.clock(start, now), last.time() == time(0)
    if midnight and first.time() == time(0):
        days = [(voice.clock(at, now).removesuffix("0:00") or "今天") for at in (start, end - timedelta(days=1))]
        return "至".join(dict.fromkeys(days)) + "全天"
    if midnight and first.date() == last.date() - timedelta(days=1):
        return f"{begins}–24:00"
    return (
        f"{begins}–{last.hour}:{last.minute:02d}"
        if first.date() == last.date()
        else f"{begins}–{voice.clock(end, now)}"
    )


def now_on_duty(
    voice: Voice,
    people: Sequence[tuple[Person, Standing | None, datetime | None]],
    upcoming: tuple[datetime, Sequence[str]] | None,
    now: datetime,
) -> Say:
    """谁在岗: who is there and until when, who is not, who comes next."""
    there, gone = [], []
    for person, standing, until in people:
        at = f"至{voice.clock(until, now)}" if until else ""
        if standing in AWAY:
            gone.append(f"{person.name}（{AWAY[standing]}{at if standing is not Standing.OFF else ''}）")
        elif person.duty == "off":
            gone.append(f"{person.name}{WORD['off']}")
        else:
            there.append(f"{person.name}{WORD.get(person.duty, '')}{f'（{at}）' if at else ''}")
    lines = [f"在岗{len(there)}人：{listed(there)}"]
    if gone:
        lines.append(f"不在：{listed(gone)}")
    if upcoming:
        lines.append(f"下一次变动{voice.clock(upcoming[0], now)}：{listed(upcoming[1])}")
    return Say(text="\n".join(lines))


def listed(names: Sequence[str]) -> str:
    more = f" 等{len(names)}人" if len(names) > SHOWN else ""
    return ("、".join(names[:SHOWN]) or "没有") + more


def of_day(voice: Voice, day: date, rows: Sequence[tuple[str, Sequence[Span]]], when: When) -> Say:
    """明天谁值班: everybody's hours of a day, or of the part of it that was asked about."""
    whole = when.end - when.start >= timedelta(days=1)
    part = "" if whole else f"{when.start.hour}:{when.start:%M}–{when.end.hour or 24}:{when.end:%M}"
    head = f"{day.month}月{day.day}日（周{WEEK[day.weekday()]}）{part}"
    if not rows:
        return Say(text=f"{head}班表里没有人。")
    lines = [f"{name} {'，'.join(_span(voice, s) for s in spans)}" for name, spans in rows[:SHOWN]]
    more = [f"（共{len(rows)}人，只列前{SHOWN}人）"] if len(rows) > SHOWN else []
    return Say(text="\n".join([f"{head}值班：", *lines, *more]))


def of_days(voice: Voice, days: Mapping[date, Sequence[tuple[str, Sequence[Span]]]]) -> Say:
    """这周谁值班: a line a day."""
    lines = []
    for day, rows in days.items():
        names = [f"{name} {'，'.join(_span(voice, s) for s in spans)}" for name, spans in rows[:SHOWN_A_DAY]]
        more = f" 等{len(rows)}人" if len(rows) > SHOWN_A_DAY else ""
        lines.append(f"{day.month}月{day.day}日 周{WEEK[day.weekday()]}：{'；'.join(names) or '班表里没有人'}{more}")
    return Say(text="\n".join(["值班：", *lines, "看某一天的全部，发“周五谁值班”。"]))


def mine(voice: Voice, days: Mapping[date, Sequence[Span]]) -> Say:
    """我的班: the coming days of one person."""
    if not days:
        return Say(text="班表里近7天没有您的班。您用“上线”“忙碌”“下线”告诉我们是否在岗。")
    lines = [
        f"{day.month}月{day.day}日 周{WEEK[day.weekday()]} {'，'.join(_span(voice, s) for s in spans)}"
        for day, spans in days.items()
    ]
    return Say(text="\n".join(["您近7天的班：", *lines]))


def _span(voice: Voice, span: Span) -> str:
    start, end = span.start.astimezone(voice.zone), span.end.astimezone(voice.zone)
    name = "" if span.kind is Kind.ON else KIND[span.kind]
    if end - start >= timedelta(hours=24):
        return f"{name or '班'}全天"
    next_day = "次日" if end.date() > start.date() and (end.hour or end.minute) else ""
    until = "24:00" if end.date() > start.date() and not next_day else f"{end.hour}:{end.minute:02d}"
    area = f"（{span.area}）" if span.area else ""
    return f"{name}{start.hour}:{start.minute:02d}–{next_day}{until}{area}"


def back(voice: Voice, until: datetime | None, now: datetime, *, on: bool) -> Say:
    """To whoever came back from leave early."""
    at = voice.clock(until, now) if until else ""
    then = (
        f"按班表在岗{f'至{at}' if at else ''}，可以接单了"
        if on
        else f"按班表这会儿没有您的班{f'，{at}上班' if at else ''}"
    )
    return Say(text=f"已销假，{then}。请假前交出去的单不退回。")


def is_back(who: Person, *, on: bool) -> Say:
    """To the desk."""
    return Say(text=f"{who.name}提前销假，{'现在可以派单' if on else '这会儿没有他的班'}。")


def skills_short(voice: Voice, gaps: Sequence[Gap]) -> str:
    names = [voice.book.skills.get(s, s) for s in dict.fromkeys(g.skill for g in gaps)]
    return "、".join(names)


def stands_in(voice: Voice, who: Person, start: datetime, end: datetime, now: datetime) -> Say:
    return Say(text=f"{who.name}{hours(voice, start, end, now)}顶班，班表已改。")


def you_stand_in(voice: Voice, start: datetime, end: datetime, now: datetime) -> Say:
    return Say(text=f"服务台请您{hours(voice, start, end, now)}顶班，期间会派单给您。有困难请马上告诉服务台。")


def stand_in_off(
    voice: Voice, who: Person, spans: Sequence[tuple[datetime, datetime]], now: datetime, *, own: bool
) -> Say:
    """To the one who was to stand in (`own`) and to the seat: these hours are off again."""
    said = "、".join(hours(voice, start, end, now) for start, end in spans)
    return Say(text=f"{'您' if own else who.name}{said}的顶班已取消，班表已改。")


def offers_to_stand_in(voice: Voice, who: Person, when: When, now: datetime) -> Say:
    """To the desk: a technician would stand in, and the line that enters it."""
    ends = f"{when.end:%H:%M}".replace("00:00", "24:00")
    whole = when.end - when.start == timedelta(days=1) and when.start.time() == time(0)
    at = f"{when.start:%m-%d}" if whole else f"{when.start:%m-%d %H:%M}-{ends}"
    said = hours(voice, *when.instants(voice.zone), now)
    return Say(text=f"{who.name}说{said}可以顶班。同意请发：顶班 {who.name} {at}；不用就告诉他一声。")


def stand_in_asked(voice: Voice, when: When, seats: Sequence[Person], now: datetime) -> Say:
    """To the technician who would stand in."""
    said = hours(voice, *when.instants(voice.zone), now)
    return Say(text=f"已转{listed([p.name for p in seats[:3]])}：您{said}顶班。服务台登记后算数，登记了会告诉您。")


def shift_over(voice: Voice, tickets: Sequence[Ticket], by: datetime, now: datetime, *, on_leave: bool) -> Say:
    rows = [f"{spaced(number(t), voice.what(t), place(t))}：{state(t)}" for t in tickets[:8]]
    more = [f"（共{len(tickets)}张）"] if len(tickets) > 8 else []
    return Say(
        text="\n".join(
            [
                f"{'您已开始请假' if on_leave else '您下班了'}，手上还有{len(tickets)}张单，请逐张交班：",
                *rows,
                *more,
                f"{voice.clock(by, now)}还没人接的转服务台。",
            ]
        )
    )


def hand_over(
    voice: Voice, ticket: Ticket, card_id: str, candidates: Sequence[Ranked], by: datetime, now: datetime
) -> Card:
    """One ticket of somebody whose shift is over: whom it goes to."""
    first = candidates[0].candidate.name if candidates else "姓名"
    buttons = [
        Button(text=clip(f"交给{r.candidate.name}", 10), verb=f"hand-to-{r.candidate.person_id}", command="")
        for r in candidates[:3]
    ]
    return Card(
        card_id=card_id,
        source="运维服务台 · 交班",
        title=clip(f"{number(ticket)} {voice.what(ticket)}", 36),
        description=f"交给谁？{voice.clock(by, now)}没人接就转服务台",
        hint=f"转交 {ticket.id} {first} 原因 / 我做完 {ticket.id} / 转服务台 {ticket.id}",
        lines=(("位置", clip(place(ticket) or "未知", 30)), ("状态", state(ticket))),
        buttons=(
            *buttons,
            Button(text="我做完再走", verb="hand-keep", command=f"我做完 {ticket.id}"),
            Button(text="转服务台", verb="hand-desk", command=f"转服务台 {ticket.id}"),
        ),
    )


def kept(ticket: Ticket) -> Say:
    return Say(text=f"{number(ticket)}仍由您处理，做完请按“已解决”。")


def gone_to_desk(ticket: Ticket, *, over: bool) -> Say:
    """`over`: his shift is."""
    return Say(text=f"{number(ticket)}已转服务台，{'您可以下班了' if over else '由服务台另行安排'}。")


def gap_ahead(voice: Voice, gaps: Sequence[Gap], now: datetime) -> Say:
    """The evening before: when which skills are missing, what is missing at the same time together."""
    spans: dict[tuple[datetime, datetime, str], list[str]] = {}
    for gap in sorted(gaps, key=lambda g: (g.start, g.end, g.area)):
        spans.setdefault((gap.start, gap.end, gap.area), []).append(voice.book.skills.get(gap.skill, gap.skill))
    rows = [
        f"{hours(voice, start, end, now)}{f'（{area}片区）' if area else ''}没有：{'、'.join(skills)}"
        for (start, end, area), skills in list(spans.items())[:8]
    ]
    more = [f"（共{len(spans)}段，只列前8段）"] if len(spans) > 8 else []
    return Say(text="\n".join(["班表有缺口，请安排顶班：", *rows, *more, "顶班这样发：顶班 王强 明天 8:30-12:00"]))


def nobody_because(ticket: Ticket, reasons: Sequence[str]) -> Say:
    """To the desk: those who could, and why they cannot now."""
    return Say(text=f"{number(ticket)}会修的人现在都派不了：{'、'.join(reasons[:8])}。")


def absent(
    voice: Voice,
    person: Person,
    standing: Standing | None,
    until: datetime | None,
    now: datetime,
    *,
    asleep: bool = False,
) -> str:
    """One name and why he cannot be offered anything now."""
    return f"{person.name}（{away(voice, person, standing, until, now) or ('免打扰时段' if asleep else '联系不上')}）"


def away(voice: Voice, person: Person, standing: Standing | None, until: datetime | None, now: datetime) -> str:
    """How he is not there: the roster's word first, then his own; empty when both have him at work."""
    if standing in AWAY:
        back = f"至{voice.clock(until, now)}" if until and standing is not Standing.OFF else ""
        return AWAY[standing] + (f"，{voice.clock(until, now)}上班" if until and standing is Standing.OFF else back)
    return WORD.get(person.duty, "").strip("（）")


REST_DAYS = "周末和节假日全天"
"""As the calendar has them: a Saturday that is worked is none."""


def quiet_hours(own: Mapping[str, str]) -> Say:
    """免打扰: what is in force for this person."""
    words = {p: own.get(p, DEFAULT) for p in MAY_WAIT}
    rows = "，".join(f"{p} {'不设' if hours == NONE else _windows(hours)}" for p, hours in words.items())
    rows += f"，{REST_DAYS}" if own.get(DAYS_OFF) == WHOLE else ""
    return Say(
        text=f"您的免打扰：{rows}。期间这两级的消息等到时段结束再发，特急和加急照发；在班或刚说过话时不受影响，在班时歇一会请发：忙碌。"
    )


def _windows(hours: str) -> str:
    return hours.replace(APART, "和")


def left_alone(own: Mapping[str, str]) -> Say:
    """The same for who is served, without the names of the priorities."""
    hours = list(dict.fromkeys(_windows(own.get(p, DEFAULT)) for p in MAY_WAIT if own.get(p, DEFAULT) != NONE))
    hours += [REST_DAYS] if own.get(DAYS_OFF) == WHOLE else []
    if not hours:
        return Say(text="好的，不设免打扰，有进展随时告诉您。")
    return Say(text=f"好的，{'、'.join(hours)}不打扰您，不急的消息过后再发；紧急的照发，您刚发过消息时也照常回。")


def for_others(voice: Voice, count: int | None) -> Say:
    """To the reporter who asks who is on duty; `count`: technicians there now, none for a day to come."""
    there = {None: "值班由服务台安排", 0: "现在没有技术员在岗，报修照样受理"}.get(count, f"现在有{count}位技术员在岗")
    return Say(text=f"{there}。要修什么，直接告诉我哪台设备、在哪间。{voice.call_us()}")

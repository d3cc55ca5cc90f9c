"""What is said of appointments (预约上门): the windows to choose from, what was chosen, what comes too late."""

from collections.abc import Sequence
from datetime import datetime

from bot.core.outbound import Button, Card, Say
from bot.core.visits import Trouble, Window
from bot.store.tables import Person, Ticket
from bot.views.words import Voice, call, clip, named, number, whom

NONE_OF_THEM = "都不行"
EXAMPLE = "明天上午、周五下午2点-4点"
TROUBLE = {
    Trouble.UNREAD: "没看懂时间",
    Trouble.PAST: "这个时间已经过了",
    Trouble.FAR: "时间太远了，两周以内才能约",
    Trouble.OFF_HOURS: "这个时间不在上班时间内",
    Trouble.MANY: "一次最多约四个时间",
}
OFF_DUTY = "off-duty"
"""The problem of somebody whom the roster does not have there; the other one is a clash."""


Kept = tuple[int, int]
"""(appointments kept, appointments that stood to the end)"""


def how_to_move(voice: Voice, ticket: Ticket, when: Window, now: datetime) -> Say:
    """To the technician who cannot come as agreed."""
    return Say(
        text=f"{named(ticket)}约的{voice.window(when.start, when.end, now)}还没改，已告诉服务台。选个新时间发给报障人，或回："
        f"约 {ticket.id} 时间 / 取消预约 {ticket.id} / 转交 {ticket.id} 姓名"
    )


def choose(voice: Voice, ticket: Ticket, card_id: str, who: Person, windows: Sequence[Window], now: datetime) -> Card:
    """To the reporter: when may he come, by a tap."""
    return Card(
        card_id=card_id,
        source="运维服务台 · 预约",
        title=f"{number(ticket)}：{who.name}想约时间上门",
        description="点一个，或直接回复您方便的时间",
        hint=EXAMPLE,
        lines=_numbered(voice, windows, now),
        buttons=(
            *(
                Button(text=_begins(voice, i, w, now), verb=f"visit-take-{i}", command=str(i + 1))
                for i, w in enumerate(windows)
            ),
            Button(text=NONE_OF_THEM, verb="visit-none", command=NONE_OF_THEM),
        ),
    )


def _numbered(voice: Voice, windows: Sequence[Window], now: datetime) -> tuple[tuple[str, str], ...]:
    today = now.astimezone(voice.zone).date()
    return tuple(
        (f"{i}", ("今天" if w.start.astimezone(voice.zone).date() == today else "") + voice.window(w.start, w.end, now))
        for i, w in enumerate(windows, start=1)
    )


def _begins(voice: Voice, index: int, window: Window, now: datetime) -> str:
    """A window on a button, which has room for ten characters: its number and when it begins."""
    local, today = window.start.astimezone(voice.zone), now.astimezone(voice.zone).date()
    day = {0: "", 1: "明天", 2: "后天"}.get((local.date() - today).days, f"{local.day}日")
    return f"{index + 1} {day}{local.hour}:{local.minute:02d}"


def taken(voice: Voice, window: Window, now: datetime) -> str:
    """What closes the reporter's card: when somebody comes."""
    return f"约{_begins(voice, 0, window, now)[2:]}"


def later(voice: Voice, ticket: Ticket, card_id: str, who: Person, was: Window, then: Window, now: datetime) -> Card:
    """To the reporter, before the window closes: he comes late, is the new window all right?"""
    return Card(
        card_id=card_id,
        source="运维服务台 · 预约",
        title=f"{number(ticket)}：抱歉，{who.name}要晚到",
        description=f"原约{voice.window(was.start, was.end, now)}，改到{voice.window(then.start, then.end, now)}可以吗？",
        hint=f"可以 / 不行 / 您方便的时间，如：{EXAMPLE}",
        buttons=(
            Button(text="可以", verb="visit-take-0", command="可以", style="primary"),
            Button(text="不行", verb="visit-none", command="不行"),
        ),
    )


def suggest(
    voice: Voice, ticket: Ticket, card_id: str, windows: Sequence[Window], own: int, said: str, now: datetime
) -> Card:
    """To the technician: windows he could offer, the reporter's own first (`own` of them), in his words `said`."""
    wish = f"报障人说过：{clip(said, 40)}" if said else "报障人没说过方便的时间"
    return Card(
        card_id=card_id,
        source="运维服务台 · 预约",
        title=f"{named(ticket)}约什么时间？",
        description=wish,
        body="" if own or not said else "这个时间现在约不上，下面是您有空的半天。",
        hint=f"约 {ticket.id} 明天9点-11点 或 下午2点-4点",
        lines=_numbered(voice, windows, now),
        buttons=(
            *(
                Button(
                    text=_begins(voice, i, w, now),
                    verb=f"visit-pick-{i}",
                    command="",
                    style="primary" if i < own else "plain",
                )
                for i, w in enumerate(windows)
            ),
            Button(text="让报障人选", verb="visit-pick-all", command=""),
        ),
    )


def his_own(voice: Voice, ticket: Ticket, card_id: str, who: Person | None, when: Window, now: datetime) -> Card:
    """To the technician: the reporter's own time."""
    return Card(
        card_id=card_id,
        source="运维服务台 · 预约",
        title=f"{named(ticket)}报障人想约{voice.window(when.start, when.end, now)}",
        description=whom(ticket, who),
        hint=f"可约 {ticket.id} / 约不了 {ticket.id}，或另约：约 {ticket.id} 时间",
        buttons=(
            Button(text="可以", verb="visit-agree", command=f"可约 {ticket.id}", style="primary"),
            Button(text="约不了", verb="visit-refuse", command=f"约不了 {ticket.id}"),
        ),
    )


def offered(voice: Voice, ticket: Ticket, windows: Sequence[Window], now: datetime) -> Say:
    spans = "、".join(voice.window(w.start, w.end, now) for w in windows)
    return Say(text=f"{named(ticket)}已请报障人选：{spans}。选好会告诉您。")


def unreached(ticket: Ticket, who: Person | None) -> Say:
    """The reporter cannot be written to."""
    return Say(text=f"{named(ticket)}联系不到报障人的手机，请打电话约：{whom(ticket, who) or '报障人'}")


def own_noted(ticket: Ticket, who: Person | None) -> Say:
    """To the reporter, whose own time waits for the technician."""
    return Say(text=f"好的，{number(ticket)}的时间已问{call(who)}，定了马上告诉您。")


def time_kept(ticket: Ticket) -> Say:
    """To the reporter, who says when it suits him before anybody has taken it."""
    return Say(text=f"已记到{number(ticket)}，师傅接单后按您说的时间和您约。")


def settled(voice: Voice, ticket: Ticket, who: Person, when: Window, now: datetime) -> Say:
    """To the reporter."""
    return Say(
        text=f"约好了：{number(ticket)}{voice.window(when.start, when.end, now)}由{who.name}上门，有变化会提前告诉您。"
    )


def settled_holder(voice: Voice, ticket: Ticket, when: Window, now: datetime, *, waits: bool) -> Say:
    """To the technician and the desk."""
    rest = "，到那时再计时" if waits else ""
    return Say(text=f"{named(ticket)}约好了：{voice.window(when.start, when.end, now)}上门{rest}。")


def refused(voice: Voice, ticket: Ticket, *, late: bool) -> Say:
    """To the technician and the desk: none of them."""
    what = "报障人不同意改时间" if late else "报障人说都不行"
    return Say(text=f"{named(ticket)}：{what}，请电话商量，或另约：约 {ticket.id} 时间")


def which_time(ticket: Ticket) -> Say:
    """To the reporter, who said none of them."""
    return Say(text=f"好的，{number(ticket)}您什么时间方便？直接回复，如：{EXAMPLE}。")


def trouble(what: Trouble) -> Say:
    """What is wrong with a time, to whoever said it, and how it is said."""
    return Say(text=f"{TROUBLE[what]}。请换个时间，如：{EXAMPLE}。")


def he_cannot(voice: Voice, ticket: Ticket, who: Person, when: Window, why: str, now: datetime) -> Say:
    """To the reporter: the technician cannot come then."""
    reason = "不上班" if why == OFF_DUTY else "已有别的预约"
    return Say(text=f"{voice.window(when.start, when.end, now)}{who.name}{reason}。请换个时间，如：{EXAMPLE}。")


def you_cannot(
    voice: Voice, ticket: Ticket, who: Person, when: Window, why: str, other: Ticket | None, now: datetime
) -> Say:
    """To whoever proposes, before anything is proposed."""
    reason = f"{who.name}不在班" if other is None else f"{who.name}已约了{named(other)}，两处赶不过来"
    return Say(
        text=f"{voice.window(when.start, when.end, now)}不能约：{reason}。{number(ticket)}没有发出预约，请换个时间。"
    )


def answered_no(ticket: Ticket, who: Person | None) -> Say:
    """To the reporter: the technician cannot at the time he wished."""
    return Say(text=f"抱歉，{call(who)}那时来不了，{number(ticket)}会再和您约时间。")


def noted(ticket: Ticket) -> Say:
    """To the technician, who could not."""
    return Say(text=f"已告诉报障人。请另约：约 {ticket.id} 时间")


def unanswered(ticket: Ticket, whom: str) -> Say:
    return Say(text=f"{named(ticket)}的预约{whom}还没答复，请打电话问一下。")


def reminder(voice: Voice, ticket: Ticket, unit: str, when: Window, now: datetime) -> Say:
    """To the technician, shortly before."""
    return Say(
        text=f"提醒：{named(ticket)}{unit}，{voice.window(when.start, when.end, now)}上门。要晚请回复：要晚到 {ticket.id} 30分钟"
    )


def this_morning(voice: Voice, ticket: Ticket, who: Person | None, when: Window, now: datetime) -> Say:
    """To the reporter, on the morning of the day."""
    phone = f"（{who.phone}）" if who and who.phone else ""
    return Say(
        text=f"提醒：今天{voice.window(when.start, when.end, now)}{call(who)}{phone}上门处理{number(ticket)}。改时间请直接回复：改约 时间"
    )


def begins(voice: Voice, ticket: Ticket, when_ends: datetime, now: datetime) -> Say:
    """To the technician: the window has begun, and his clock runs."""
    return Say(
        text=f"{named(ticket)}预约时间到，继续计时，请在{voice.clock(when_ends, now)}前到场。到了请回复：到场 {ticket.id}"
    )


def closing(voice: Voice, ticket: Ticket, when: Window, then: Window | None, now: datetime) -> Say:
    """To the technician, who has not arrived: what the reporter was told."""
    asked = f"已问报障人能否改到{voice.window(then.start, then.end, now)}" if then else "已告诉报障人会晚"
    return Say(
        text=f"{named(ticket)}预约{voice.clock(when.end, now)}截止，还没到场，{asked}。到了请回复：到场 {ticket.id}"
    )


def comes_late(ticket: Ticket, who: Person | None) -> Say:
    """To the reporter, when no new window can be named yet."""
    return Say(text=f"抱歉，{number(ticket)}{call(who)}赶不上约好的时间，会尽快再和您约。")


def missed(voice: Voice, ticket: Ticket, when: Window, now: datetime) -> Say:
    """To the reporter, after the window."""
    return Say(
        text=f"抱歉，{number(ticket)}约的{voice.window(when.start, when.end, now)}没能到场，已记为失约，会尽快处理。"
    )


def missed_desk(voice: Voice, ticket: Ticket, who: Person | None, when: Window, now: datetime) -> Say:
    """To the desk and the technician."""
    span = voice.window(when.start, when.end, now)
    return Say(
        text=f"【失约】{named(ticket)} {voice.what(ticket)}约{span}，{call(who)}没有到场。再约请回复：约 {ticket.id} 时间"
    )


def make_another(voice: Voice, ticket: Ticket, when: Window, now: datetime) -> Say:
    """To whoever took the ticket and cannot keep its appointment."""
    return Say(
        text=f"{named(ticket)}原约{voice.window(when.start, when.end, now)}，您那时来不了，已取消。请另约：约 {ticket.id} 时间"
    )


def fell(voice: Voice, ticket: Ticket, when: Window, now: datetime, reason: str = "") -> Say:
    """To the reporter: what was agreed no longer stands."""
    because = f"因{reason}，" if reason else ""
    return Say(text=f"抱歉，{because}{number(ticket)}约的{voice.window(when.start, when.end, now)}取消了，会另约时间。")


def same_time(voice: Voice, ticket: Ticket, who: Person, when: Window, now: datetime) -> Say:
    """To the reporter: another comes, at the time that was agreed."""
    phone = f"（{who.phone}）" if who.phone else ""
    return Say(text=f"{number(ticket)}改由{who.name}{phone}上门，时间不变：{voice.window(when.start, when.end, now)}。")


def nobody_there(voice: Voice, ticket: Ticket, who: Person, when: Window, now: datetime) -> Say:
    """To the desk: he will not be on duty then."""
    span = voice.window(when.start, when.end, now)
    return Say(
        text=f"{named(ticket)}约了{span}，{who.name}那时不在班。请改派：派 {ticket.id} 姓名；或另约：约 {ticket.id} 时间"
    )


def cannot_keep(voice: Voice, ticket: Ticket, when: Window, why: str, other: Ticket | None, now: datetime) -> str:
    """Why somebody cannot be given the ticket, as the end of a sentence."""
    reason = f"已约了{number(other)}" if other is not None else "不在班"
    return f"{number(ticket)}约了{voice.window(when.start, when.end, now)}，他那时{reason}（取消预约请发：取消预约 {ticket.id}）"


def cancelled(ticket: Ticket, any_: bool, reason: str = "") -> Say:
    because = f"（{reason}）" if reason else ""
    return Say(text=f"{number(ticket)}的预约已取消{because}。" if any_ else f"{number(ticket)}没有预约。")


def kept(counted: Sequence[tuple[str, Kept]]) -> str:
    """Lines of 指标, each under the name of its time."""
    return "\n".join(f"预约{when}：{whole}次，守约{count}次" for when, (count, whole) in counted)


def none_agreed(ticket: Ticket) -> Say:
    return Say(text=f"{named(ticket)}现在没有约好的时间。要约请回复：约 {ticket.id} 时间")


def how_late() -> Say:
    return Say(text="请说晚多久，例如：要晚到 30分钟")


def with_number() -> Say:
    return Say(text="请带上单号，例如：约 17 明天9点-11点")


def no_holder(ticket: Ticket) -> Say:
    return Say(text=f"{number(ticket)}还没有人接单，先派人再约：派 {ticket.id} 姓名")


def not_now(ticket: Ticket, state: str) -> Say:
    return Say(text=f"{named(ticket)}现在是：{state}，不用再约时间。")


def over(ticket: Ticket) -> Say:
    """The answer to a choice that is no longer one."""
    return Say(text=f"{number(ticket)}这次约时间已经定了或取消了，没有改动。")


def nothing_free(ticket: Ticket) -> Say:
    return Say(text=f"{named(ticket)}近几天您都没有空的半天。请写明时间：约 {ticket.id} 明天9点-11点")

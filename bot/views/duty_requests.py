"""What is said about leave and swaps: to whoever asks, to whoever is asked, and to those who have to know."""

from collections.abc import Sequence
from datetime import datetime

from bot.core.duty import Gap
from bot.core.outbound import Button, Card, Say
from bot.store.tables import DutyRequest, Person
from bot.views.duty import hours, skills_short
from bot.views.words import Voice, clip

WHAT = {"leave": "请假", "swap": "换班"}
AGAIN = {"leave": "请电话联系服务台。", "swap": "请电话联系对方，或请服务台安排顶班。"}
"""What to do when nobody answered in time."""
HOW = {"leave": "请假 明天下午 理由", "swap": "换班 对方姓名 日期"}
SETTLED = {"accepted": "已同意", "declined": "已回绝", "void": "已失效", "withdrawn": "已由对方撤回"}


def request_card(
    voice: Voice, request: DutyRequest, card_id: str, who: Person, left: Sequence[Gap], now: datetime
) -> Card:
    """A leave for the desk, or a swap for the other one, to say yes or no to."""
    leave = request.kind == "leave"
    lines = [("时间", _when(voice, request, now)), ("理由", request.reason), ("会缺", skills_short(voice, left))]
    return Card(
        card_id=card_id,
        source="运维服务台 · 请假" if leave else "运维服务台 · 换班",
        title=f"{who.name}请假" if leave else f"{who.name}想和您换班",
        description="请批准或不批" if leave else "同意后班表就改，值班负责人会知道",
        hint=f"{'批准' if leave else '同意'} {request.id} / {'不批' if leave else '不换'} {request.id}",
        lines=tuple((k, clip(v, 30)) for k, v in lines if v),
        buttons=(
            Button(text="批准" if leave else "同意换班", verb="duty-yes", command="", style="primary"),
            Button(text="不批" if leave else "不换", verb="duty-no", command=""),
        ),
    )


def _when(voice: Voice, request: DutyRequest, now: datetime, *, own: bool = False) -> str:
    """The hours of a leave, or who takes whose shift: as the other one reads it, or whoever asks (`own`)."""
    if request.kind == "leave" and request.starts_at and request.ends_at:
        return hours(voice, request.starts_at, request.ends_at, now)
    given, back = ("对方替您", "您替对方") if own else ("替他", "他替您")
    returned = f"，{back}{request.other_day[5:]}的班" if request.other_day else ""
    return f"{given}{request.day[5:]}的班{returned}"


def asked(voice: Voice, request: DutyRequest, others: str, now: datetime) -> Say:
    """To whoever asks: how it was read, and who has it."""
    what, when = WHAT[request.kind], _when(voice, request, now, own=True)
    return Say(
        text=f"{what}申请（{request.id}：{when}）已交给{others or '服务台'}，有答复就告诉您。不用了请回复：取消{what}"
    )


def decided(voice: Voice, request: DutyRequest, by: Person, now: datetime) -> Say:
    """To whoever asked."""
    what = f"您的{WHAT[request.kind]}（{_when(voice, request, now, own=True)}）"
    if request.state == "accepted":
        return Say(text=f"{by.name}{'批准' if request.kind == 'leave' else '同意'}了{what}。")
    return Say(text=f"{by.name}没有{'批准' if request.kind == 'leave' else '同意'}{what}，班表不变。")


def stands(voice: Voice, request: DutyRequest, by: Person | None, asked: str, now: datetime) -> Say:
    """To whoever asked for it and asks now what became of it."""
    what, when = WHAT[request.kind], _when(voice, request, now, own=True)
    if request.state == "open":
        return Say(text=f"您的{what}（{when}）还在等{asked or '服务台'}答复，有答复就告诉您。不用了请回复：取消{what}")
    if by is not None and request.state in ("accepted", "declined"):
        return decided(voice, request, by, now)
    return (
        taken_back(voice, request, now, granted=False)
        if request.state == "withdrawn"
        else unanswered(voice, request, now)
    )


def none_asked(kind: str) -> Say:
    return Say(text=f"您最近没有提过{WHAT[kind]}。要{WHAT[kind]}请发：{HOW[kind]}")


def taken_back(voice: Voice, request: DutyRequest, now: datetime, *, granted: bool) -> Say:
    """To whoever asked, and asks no more."""
    then = "，班表已改回" if granted else ""
    return Say(text=f"您的{WHAT[request.kind]}（{_when(voice, request, now, own=True)}）已取消{then}。")


def was_taken_back(voice: Voice, request: DutyRequest, who: Person, now: datetime, *, granted: bool) -> Say:
    """To whoever was asked."""
    then = "班表已改回。" if granted else "不用再答复。"
    about = hours(voice, request.starts_at, request.ends_at, now) if request.starts_at and request.ends_at else ""
    about = about or _days(request)
    return Say(text=f"{who.name}取消了{WHAT[request.kind]}（{about}），{then}")


def nothing_to_take_back(kind: str) -> Say:
    how = "已经在休的请发：销假" if kind == "leave" else "已经换好的要再换回来，请对方发：换班 您的姓名 日期"
    return Say(text=f"您没有可以取消的{WHAT[kind]}。{how}")


def unanswered(voice: Voice, request: DutyRequest, now: datetime) -> Say:
    """To whoever asked: the time has come, nobody has said yes or no."""
    said = f"您的{WHAT[request.kind]}（{_when(voice, request, now, own=True)}）没等到答复，班表不变。"
    return Say(text=said + AGAIN[request.kind])


def lapsed(voice: Voice, request: DutyRequest, who: Person, now: datetime) -> Say:
    """To whoever did not answer."""
    then = "已请他电话联系" if request.kind == "leave" else "班表不变"
    return Say(text=f"{who.name}的{WHAT[request.kind]}申请（{request.id}）到时间没有答复，已失效，{then}。")


def other_left(voice: Voice, request: DutyRequest, who: Person, now: datetime) -> Say:
    """To the other one of a swap."""
    return Say(text=f"{who.name}已离开，{_days(request)}的换班不用再等，班表不变。要调整请找服务台。")


def about(voice: Voice, request: DutyRequest, who: Person | None, now: datetime) -> str:
    """One leave or swap in a list."""
    return f"{who.name if who else '有人'}{WHAT[request.kind]}，{_when(voice, request, now)}"


def swap_known(voice: Voice, who: Person, other: Person, request: DutyRequest) -> Say:
    """To the lead: what two agreed."""
    back = f"，{who.name}替{other.name}上{request.other_day[5:]}" if request.other_day else ""
    return Say(text=f"换班：{other.name}替{who.name}上{request.day[5:]}{back}。班表已改，不妥请用 顶班 调整。")


def done() -> Say:
    return Say(text="好的，已记下，班表已改。")


def turned_down() -> Say:
    return Say(text="好的，已回复对方。")


def settled_already(request: DutyRequest) -> Say:
    return Say(text=f"这份申请{SETTLED[request.state]}，不用再处理。")


def not_for_you() -> Say:
    return Say(text="这份申请不是给您处理的。")


def unknown_request(request_id: str) -> Say:
    return Say(text=f"没有编号{request_id}的申请。")


def _days(request: DutyRequest) -> str:
    return "、".join(day[5:] for day in (request.day, request.other_day) if day)

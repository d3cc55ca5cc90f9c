"""What people read of the working calendar: stop-work days, and years whose holidays are guessed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.core.outbound import Say
from bot.store.tables import StopDay, Ticket
from bot.views.words import Voice, number

SHOWN = 15
REFUSED = {
    "far": "{day}离今天太远，只能登记前31天到后366天之内的日期。",
    "free": "{day}本来就不上班，不用登记。",
    "known": "{day}已经登记为停工日了。",
}


def declared(day: date | str, reason: str) -> Say:
    return Say(text=f"{day}停工（{reason}）：当天不计工作时间，按工作时间计的时限顺延；特急、加急单照常计时。")


def declared_of(days: Sequence[date], reason: str, refused_days: Mapping[date, str]) -> Say:
    """To whoever entered several at once: what stands, and what does not, with the reason."""
    rows = [declared("、".join(map(str, days)), reason).text] if days else []
    return Say(text="\n".join([*rows, *(refused(day, why).text for day, why in refused_days.items())]))


def because(reason: str) -> str:
    """The reason an appointment falls, as people read it."""
    return f"{reason}停工"


@dataclass(frozen=True)
class Standstill:
    """Nobody comes today: why, and when it goes on."""

    reason: str
    until: datetime


def standstill(voice: Voice, stands: Standstill, now: datetime) -> str:
    """To who waits; it is put beside how his ticket stands."""
    return f"今天因{because(stands.reason)}，暂不上门，{voice.clock(stands.until, now)}起继续处理"


def moved(voice: Voice, ticket: Ticket, by: datetime, now: datetime, reason: str) -> Say:
    """To the reporter: until when somebody comes now; without a reason the stop-work day was taken back."""
    why = f"因{because(reason)}，{number(ticket)}顺延，" if reason else f"停工取消了，{number(ticket)}"
    return Say(text=f"{why}最晚{voice.clock(by, now)}到。")


def cancelled(day: date | str) -> Say:
    return Say(text=f"{day}的停工已取消，当天照常计时。")


def cancelled_of(days: Sequence[date], others: Sequence[date]) -> Say:
    """The same of days that were called off; `others` were no stop-work days."""
    rows = [cancelled("、".join(map(str, days))).text] if days else []
    return Say(text="\n".join([*rows, *(not_stopped(day).text for day in others)]))


def refused(day: date, why: str) -> Say:
    return Say(text=REFUSED[why].format(day=day))


def not_stopped(day: date) -> Say:
    return Say(text=f"{day}没有登记停工。发“停工”看已登记的日期。")


def how() -> Say:
    return Say(text="请这样发：停工 2026-09-24 台风，停工取消 2026-09-24，或只发“停工”看已登记的日期。")


def whole_days_only() -> Say:
    """To whoever says that work stops in the course of a day."""
    return Say(
        text="停工按整天登记，当天全天不计工作时间。要登记今天请发：停工 今天 台风；只停半天的不用登记，走不了的单用“暂停 不可抗力”。"
    )


def no_day(said: str) -> Say:
    return Say(text=f"没有“{said[:20]}”这个日期。{how().text}")


def only_the_desk() -> Say:
    return Say(text="停工日只能由服务台或值班经理登记。")


def listing(rows: Sequence[StopDay]) -> Say:
    if not rows:
        return Say(text="没有登记停工日。登记请发：停工 2026-09-24 台风")
    lines = [f"{row.day} {row.reason}" for row in rows[-SHOWN:]]
    return Say(text="停工日：\n" + "\n".join(lines))


def provisional(year: int) -> Say:
    return Say(
        text=f"【日历暂定】{year}年的放假安排还没有进系统，现按周一至周五上班、1月1日、5月1日、10月1日至3日休息暂定计时。"
        "请通知管理员更新日历包。"
    )

"""The days and hours people write when they ask for leave or a swap: 明天下午, 11-26 14:00-18:00, 周五到周日. Pure.

Everything is read forward from today: a day without its month, or without a year, is the next one that comes.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

_NAMED = {"今天": 0, "今日": 0, "明天": 1, "明日": 1, "听日": 1, "后天": 2, "大后天": 3}
_WEEK = "一二三四五六日"
_DAY = (
    r"(?:(?P<named{n}>大后天|今天|今日|明天|明日|听日|后天)|(?P<next{n}>下)?(?:周|星期|礼拜)(?P<week{n}>[一二三四五六日天])"
    r"|(?P<of_month{n}>\d{{1,2}})[日号]|(?:(?P<year{n}>\d{{4}})[-/.年])?(?P<month{n}>\d{{1,2}})[-/.月](?P<day{n}>\d{{1,2}})[日号]?)"
)
_HOURS = r"(?P<from>\d{1,2}[:.点时]\d{0,2}分?)\s*(?:-|~|至|到|—)\s*(?P<to>\d{1,2}[:.点时]\d{0,2}分?)"
_PART = r"(?P<part>全天|上午|下午|晚上)"
_WHEN = re.compile(
    rf"^{_DAY.format(n=1)}(?:\s*(?:-|~|至|到|—)\s*{_DAY.format(n=2)})?\s*(?:{_HOURS}|{_PART})?(?P<rest>.*)$", re.S
)
_FIRST_DAY = re.compile(rf"^{_DAY.format(n=1)}\s*")
_ONLY_HOURS = re.compile(rf"^(?:{_HOURS}|{_PART})(?P<rest>.*)$", re.S)
_PARTS = {
    "上午": (time(8, 30), time(12)),
    "下午": (time(14), time(17, 30)),
    "晚上": (time(17, 30), time(0)),
    "全天": None,
}
"""The agencies' hours (service levels, assumed)."""

LONGEST = timedelta(days=31)
"""More than this at a time is the roster sheet's business."""


@dataclass(frozen=True)
class When:
    """Local wall time from `start` up to `end`, and what was written after it."""

    start: datetime
    end: datetime
    rest: str

    @property
    def day(self) -> date:
        return self.start.date()

    def instants(self, zone: tzinfo) -> tuple[datetime, datetime]:
        """Its first and its last moment, where the clocks show `zone`."""
        return self.start.replace(tzinfo=zone).astimezone(UTC), self.end.replace(tzinfo=zone).astimezone(UTC)


def read(text: str, today: date) -> When | None:
    """The hours that a line begins with; whole days when it names none. None when it begins with no day and no hours."""
    line = re.sub("([今明])晚(?!上)", r"\1天晚上", unicodedata.normalize("NFKC", text).strip())
    match = _WHEN.match(line)
    if match is None:
        only = _ONLY_HOURS.match(line)
        return _hours(today, today, only) if only else None
    first = _day(match, 1, today)
    if first is None:
        return None
    written_last = any(match[f"{name}2"] for name in ("named", "week", "of_month", "month"))
    last = _day(match, 2, first) if written_last else first
    return None if last is None or not first <= last < first + LONGEST else _hours(first, last, match)


def first_day(line: str, today: date) -> tuple[date, str] | None:
    """The day that a line begins with, and what follows it; None when it begins with none."""
    match = _FIRST_DAY.match(line)
    found = _day(match, 1, today) if match else None
    return None if match is None or found is None else (found, line[match.end() :])


def _hours(first: date, last: date, match: re.Match[str]) -> When | None:
    rest = (match["rest"] or "").strip(" ，,。:：\n\t")
    if match["from"]:
        begin, end = _clock(match["from"]), _clock(match["to"])
        if begin is None or end is None:
            return None
        start, stop = datetime.combine(first, time(0)) + begin, datetime.combine(last, time(0)) + end
        return When(start, stop if stop > start else stop + timedelta(days=1), rest)
    part = _PARTS.get(match["part"] or "全天")
    if part is None:
        return When(datetime.combine(first, time(0)), datetime.combine(last + timedelta(days=1), time(0)), rest)
    start, stop = datetime.combine(first, part[0]), datetime.combine(last, part[1])
    return When(start, stop if stop > start else stop + timedelta(days=1), rest)


def _day(match: re.Match[str], n: int, today: date) -> date | None:
    if named := match[f"named{n}"]:
        return today + timedelta(days=_NAMED[named])
    if week := match[f"week{n}"]:
        ahead = (_WEEK.index(week.replace("天", "日")) - today.weekday()) % 7
        to_monday = (7 - today.weekday()) % 7 or 7
        return today + timedelta(days=to_monday + _WEEK.index(week.replace("天", "日")) if match[f"next{n}"] else ahead)
    if of_month := match[f"of_month{n}"]:
        coming = (today + timedelta(days=count) for count in range(32))
        return next((day for day in coming if day.day == int(of_month)), None)
    year, month, day = match[f"year{n}"], int(match[f"month{n}"]), int(match[f"day{n}"])
    try:
        found = date(int(year) if year else today.year, month, day)
        return found if year or found >= today else found.replace(year=today.year + 1)
    except ValueError:
        return None


def _clock(text: str) -> timedelta | None:
    hours, minutes = re.fullmatch(r"(\d{1,2})\D(\d{0,2})分?", text).groups()  # type: ignore[union-attr]
    found = timedelta(hours=int(hours), minutes=int(minutes or 0))
    return found if found <= timedelta(hours=24) and int(minutes or 0) < 60 else None

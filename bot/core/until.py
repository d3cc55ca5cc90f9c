"""How people say when a wait ends (2小时, 一个半小时, 3天, 到15:00, 到明天九点半, 到11月25日14:00), and which day they mean.

Pure.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum


class Trouble(StrEnum):
    """Why an end that was said cannot be used."""

    UNREAD = "unread"
    PAST = "past"
    FAR = "far"


@dataclass(frozen=True)
class Read:
    """What was said before the end, and the end: an instant, what is wrong with it, or None when none was said."""

    rest: str
    end: datetime | Trouble | None


_DIGITS = {"半": 0.5, "一": 1, "两": 2, **{c: n for n, c in enumerate("二三四五六七八九十", start=2)}}
_HOURS = {"分": 1 / 60, "小": 1, "钟": 1, "h": 1, "天": 24, "日": 24}
_DAYS = {"今天": 0, "明天": 1, "后天": 2}
LENGTH = re.compile(
    r"(?P<n>\d{1,4}(?:\.\d)?|[二三四五六七八九]?十[一二三四五六七八九]?|[半一二两三四五六七八九])\s*个?(?P<half>半)?\s*(?P<unit>分钟?|小时|钟头|h|天|日)(?P<more>半)?$"
)
MOMENT = re.compile(
    r"[到至]\s*(?:(?P<word>今天|明天|后天)|(?:(?P<year>\d{4})[-年/])?(?P<month>\d{1,2})[-月/](?P<day>\d{1,2})[日号]?)?\s*"
    r"(?P<noon>上午|下午|晚上)?\s*(?:(?P<hour>\d{1,2})(?:[:：](?P<minute>\d{2})|点(?:(?P<half>半)|(?P<after>\d{1,2})分?)?)"
    r"|(?P<said>十[一二]?|[一二两三四五六七八九])点(?:(?P<too>半)|钟)?)$"
)
_MEANT = re.compile(r"(?:^|\s)[到至]\S+$|[到至]\S{0,6}(?:点|下班|中午|周[一二三四五六日]|星期\S)\S{0,3}$")


def read(text: str, now: datetime, zone: tzinfo, longest: timedelta) -> Read:
    """Split a line into its words and the end it names. The end lies after `now`, by at most `longest`."""
    text = text.strip()
    end: datetime | Trouble
    if match := MOMENT.search(text):
        end = _moment(match, now.astimezone(zone))
    elif match := LENGTH.search(text):
        end = now + timedelta(hours=_hours(match))
    elif match := _MEANT.search(text):
        end = Trouble.UNREAD
    else:
        return Read(text, None)
    if isinstance(end, datetime):
        end = Trouble.PAST if end <= now else Trouble.FAR if end > now + longest else end.astimezone(now.tzinfo)
    return Read(text[: match.start()].rstrip(" ，,。、"), end)


def length(text: str) -> timedelta | None:
    """How long a line says: 30分钟, 半小时, 一个半小时; None when it names no length."""
    match = LENGTH.fullmatch(text.strip())
    return timedelta(hours=_hours(match)) if match else None


PROMISE = (
    r"(?:大概|大约|约|估计|预计|差不多|还有|还要|还得|还|再|等|过|要|最多|\s)*"
    r"(?P<count>\d{1,3}|[半一二两三四五六七八九十]{1,3})\s*个?(?P<and_half>半)?\s*(?P<measure>分钟?|小时|钟头|刻钟)"
    r"(?:左右|上下|以内|之?内|之?后|吧)*\s*(?:就|能|可以|才|会)*(?:到(?:场|达|现场|你?们?那(?:里|儿|边)?)?|过来|过去)(?:了|吧|哈|啊)?"
    r"[。！!~～]?(?=\s*$)"
)
"""约10分钟到: somebody will be there after a while, which is no arrival and no appointment."""
_PROMISED = re.compile(rf"(?:^|\D){PROMISE}")
_MINUTES = {"分": 1, "刻": 15, "小": 60, "钟": 60}


def promised(text: str) -> timedelta | None:
    """How long until he is there, as he says himself; None when the line is no such promise, or of no use."""
    if (match := _PROMISED.search(text.strip())) is None:
        return None
    said = match["count"]
    if said == "半":
        count = 0.5
    elif said.isdigit():
        count = int(said)
    else:
        tens, ten, ones = said.rpartition("十")
        count = (int(_DIGITS.get(tens[:1], 1)) * 10 if ten else 0) + int(_DIGITS.get(ones[:1], 0))
    minutes = (count + (0.5 if match["and_half"] else 0)) * _MINUTES[match["measure"][0]]
    return timedelta(minutes=minutes) if 0 < minutes <= 480 else None


DAY = re.compile(
    r"^(?:(?P<word>今天|明天|后天)|(?:(?P<year>\d{4})[-年/.])?(?P<month>\d{1,2})[-月/.](?P<day>\d{1,2})[日号]?)$"
)
_HALF_YEAR = 183


def read_day(text: str, today: date) -> date | None:
    """The day that is meant: 2026-09-24, 9月24日, 明天; without a year the one nearest to today. None: no such day."""
    if (match := DAY.match(unicodedata.normalize("NFKC", text).strip())) is None:
        return None
    if match["word"]:
        return today + timedelta(days=_DAYS[match["word"]])
    month, day = int(match["month"]), int(match["day"])
    try:
        if match["year"]:
            return date(int(match["year"]), month, day)
        found = date(today.year, month, day)
        far = (found - today).days
        return found.replace(year=today.year + (1 if far < -_HALF_YEAR else -1 if far > _HALF_YEAR else 0))
    except ValueError:
        return None


_ONE_DAY = r"(?:大后天|今天|明天|后天|(?:\d{4}[-年/.])?\d{1,2}[-月/.]\d{1,2}[日号]?|\d{1,2}[日号])"
_DAY_LIST = re.compile(rf"{_ONE_DAY}(?:\s*(?:[、,，和跟及到至~]|\s)?\s*{_ONE_DAY})*")
_SPAN = re.compile(r"\s*[到至~]\s*")
_LONGEST_SPAN = 31


def first_days(text: str, today: date) -> tuple[list[date], str] | None:
    """The days that a line begins with (1号2号, 12-1到12-3, 明后天), in the order said, and what follows them.

    A day without its month is of the month before it, else the nearest. None: it begins with no day, or with one that is none.
    """
    line = re.sub(r"明后[两二]?天", "明天后天", unicodedata.normalize("NFKC", text).strip())
    listed = _DAY_LIST.match(line)
    if listed is None:
        return None
    found: list[date] = []
    after = 0
    for match in re.finditer(_ONE_DAY, listed.group()):
        day = _listed_day(match.group(), found[-1] if found else None, today)
        if day is None:
            return None
        if found and _SPAN.fullmatch(listed.group()[after : match.start()]):
            between = (day - found[-1]).days
            if not 0 < between <= _LONGEST_SPAN:
                return None
            found += [found[-1] + timedelta(days=n) for n in range(1, between)]
        found.append(day)
        after = match.end()
    return list(dict.fromkeys(found)), line[listed.end() :].strip(" ，,。、:：")


def _listed_day(said: str, before: date | None, today: date) -> date | None:
    if said == "大后天":
        return today + timedelta(days=3)
    if not said[:-1].isdigit():
        return read_day(said, today)
    near = before or today
    first = near.replace(day=1)
    months = [first, (first + timedelta(days=31)).replace(day=1)]
    months += [] if before else [(first - timedelta(days=1)).replace(day=1)]
    days = [m + timedelta(days=int(said[:-1]) - 1) for m in months]
    fits = [d for d, m in zip(days, months, strict=True) if d.month == m.month and (before is None or d > before)]
    return min(fits, key=lambda d: abs(d - near), default=None)


def _hours(match: re.Match[str]) -> float:
    said = match["n"]
    tens, ten, ones = said.partition("十")
    spelt = _DIGITS.get(tens, 1) * 10 + _DIGITS.get(ones, 0) if ten else _DIGITS.get(said)
    count = float(said) if spelt is None else spelt
    return (count + (0.5 if match["half"] or match["more"] else 0)) * _HOURS[match["unit"][0]]


def _hour(said: str) -> int:
    """十一 → 11."""
    return int(_DIGITS[said]) if len(said) == 1 else 10 + int(_DIGITS[said[1]])


def _moment(match: re.Match[str], local: datetime) -> datetime | Trouble:
    hour = int(match["hour"]) if match["hour"] else _hour(match["said"])
    if match["noon"] in ("下午", "晚上") and hour < 12:
        hour += 12
    minute = 30 if match["half"] or match["too"] else int(match["minute"] or match["after"] or 0)
    try:
        if match["month"]:
            day = date(int(match["year"] or local.year), int(match["month"]), int(match["day"]))
            if not match["year"] and day < local.date():
                day = day.replace(year=day.year + 1)
        else:
            day = local.date() + timedelta(days=_DAYS[match["word"] or "今天"])
        return datetime.combine(day, time(hour, minute), local.tzinfo)
    except ValueError:
        return Trouble.UNREAD

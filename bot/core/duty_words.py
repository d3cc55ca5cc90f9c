"""The days and hours people write when they ask for leave or a swap, or who is on duty: 明天下午, 11-26 14:00-18:00,
周五到周日, 这周. Pure.

Everything is read forward from today: a day without its month, or without a year, is the next one that comes.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

_NAMED = {"今天": 0, "今日": 0, "明天": 1, "明日": 1, "听日": 1, "后天": 2, "大后天": 3}
_WEEK = "一二三四五六日"
_DAY = (
    r"(?:(?P<named{n}>大后天|今天|今日|明天|明日|听日|后天)"
    r"|(?P<which{n}>下下|下|这|本)?个?(?:周|星期|礼拜)(?P<week{n}>[一二三四五六日天])"
    r"|(?P<of_month{n}>\d{{1,2}})[日号]|(?:(?P<year{n}>\d{{4}})[-/.年])?(?P<month{n}>\d{{1,2}})[-/.月](?P<day{n}>\d{{1,2}})[日号]?)"
)
_CLOCK = r"\d{1,2}[:.点时](?:半|钟|\d{0,2}分?)"
_NOON = "凌晨|早上|上午|中午|下午|晚上"
_HOURS = rf"(?P<noon>{_NOON})?\s*(?P<from>{_CLOCK})\s*(?:-|~|至|到|—)\s*(?:次日|第二天)?(?P<noonto>{_NOON})?\s*(?P<to>{_CLOCK})"
_UNTIL = rf"(?:(?P<partof>上午|下午|晚上)\s*)?(?:到|至)\s*(?P<noonend>{_NOON})?\s*(?P<until>{_CLOCK})"
"""今晚到10点: from where that part of the day begins."""
_UNREAD = re.compile(rf"(?:{_NOON})?\s*\d{{1,2}}[:点时]")
"""Hours that are no range: what they mean is asked, a whole day or half of one is not taken for them."""
_AFTERNOON = re.compile("[1-6][点时].*")
"""Where 两点到四点 begins when no part of the day is said: nobody takes leave from two at night."""
_NUMBER = r"(十[一二]?|[一二两三四五六七八九])(?=[点时])"
_SPELT_HOURS = re.compile(rf"{_NUMBER}[点时](?:半|钟)?\s*(?:-|~|至|到|—)|[至到]\s*(?:{_NOON})?\s*{_NUMBER}[点时]")
_ONWARDS = re.compile(rf"((?:\d{{1,2}}|{_NUMBER.removesuffix('(?=[点时])')})[点时]半?)(?:钟)?(?:以后|之后|过后|后)$")
_NUMBERS = {"两": 2, "十": 10, "十一": 11, "十二": 12, **{c: n for n, c in enumerate("一二三四五六七八九", start=1)}}
_PART = r"(?P<part>全天|上午|下午|晚上)"
_WHEN = re.compile(
    rf"^{_DAY.format(n=1)}(?:\s*(?:-|~|至|到|—)\s*{_DAY.format(n=2)})?\s*(?:{_HOURS}|{_UNTIL}|{_PART})?(?P<rest>.*)$",
    re.S,
)
_FIRST_DAY = re.compile(rf"^{_DAY.format(n=1)}\s*")
_ONLY_HOURS = re.compile(rf"^(?:{_HOURS}|{_UNTIL}|{_PART})(?P<rest>.*)$", re.S)
_PARTS = {
    "上午": (time(8, 30), time(12)),
    "下午": (time(14), time(17, 30)),
    "晚上": (time(17, 30), time(0)),
    "全天": None,
}
"""The agencies' hours (service levels, assumed)."""

_WEEKS = {"这": 0, "本": 0, "下": 1, "下下": 2}
_ASKED_WEEK = re.compile(r"(?P<which>下下|下|这|本|)个?(?:周|星期|礼拜)(?P<end>末?)")
_ASKED_DAYS = re.compile(r"(?:这|最近|接下来|未来|近|后面)这?(?P<count>\d{1,2}|[几两三四五六七八九十])[天日]")
_ASKED_MONTH = re.compile(r"(?P<which>这个?|本|下个?)月")
_SPELT = {
    "上午": re.compile("^(?:[一大清]早|早(?:上|晨|(?![退到走点一些])))"),
    "晚上": re.compile("^(?:晚(?:上|间|(?![退到走点一些]))|夜里|夜间|夜班|半夜)"),
}
"""A part of the day → how else it is put."""
_COUNT = {"几": 3, "两": 2, **{c: n for n, c in enumerate("三四五六七八九十", start=3)}}

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
    line = spelt(text)
    if _SPELT_HOURS.search(line):
        line = re.sub(_NUMBER, lambda found: str(_NUMBERS[found[1]]), line, count=2)
    match = _WHEN.match(line)
    if match is None:
        only = _ONLY_HOURS.match(line)
        return _hours(today, today, only) if only else None
    first = _day(match, 1, today)
    if first is None:
        return None
    written_last = any(match[f"{name}2"] for name in ("named", "week", "of_month", "month"))
    last = _day(match, 2, today if match["named2"] else first) if written_last else first
    return None if last is None or not first <= last < first + LONGEST else _hours(first, last, match)


def asked(text: str, today: date) -> When | None:
    """The day, the part of one or the days that a question is about (明天, 今晚, 这周, 周末, 这几天, 下个月); None for none.

    Of a week or a month that has begun, what is left.
    """
    line = spelt(text).removesuffix("的")
    monday = today - timedelta(days=today.weekday())
    if match := _ASKED_WEEK.fullmatch(line):
        begin = monday + timedelta(weeks=_WEEKS.get(match["which"], 0))
        return _days(max(begin + timedelta(days=5 if match["end"] else 0), today), begin + timedelta(days=6))
    if match := _ASKED_DAYS.fullmatch(line):
        count = _COUNT.get(match["count"]) or int(match["count"])
        return _days(today, today + timedelta(days=max(count, 1) - 1))
    if match := _ASKED_MONTH.fullmatch(line):
        first = today.replace(day=1)
        after = (first + timedelta(days=31)).replace(day=1)
        begin, stop = (after, (after + timedelta(days=31)).replace(day=1)) if "下" in match["which"] else (today, after)
        return _days(begin, stop - timedelta(days=1))
    when = read(_ONWARDS.sub(r"\1到24点", re.sub("^明后[两二]?天", "明天到后天", line)), today)
    return None if when is None or when.rest else when


def first_day(line: str, today: date) -> tuple[date, str] | None:
    """The day that a line begins with, and what follows it; None when it begins with none."""
    match = _FIRST_DAY.match(line)
    found = _day(match, 1, today) if match else None
    return None if match is None or found is None else (found, line[match.end() :])


def spelt(text: str) -> str:
    """One width; the day that a line begins with, and its part, in the words they are read by: 明早, 明儿, 周五晚."""
    line = re.sub(r"^([今明听])(?:儿个?|个儿)(?!天)", r"\1天", unicodedata.normalize("NFKC", text).strip())
    line = re.sub(r"^(大?[今明后])晚上?", r"\1天晚上", re.sub(r"^(大?[今明后])早[上晨]?(?!退)", r"\1天上午", line))
    match = _FIRST_DAY.match(line)
    day, rest = (line[: match.end()], line[match.end() :]) if match else ("", line)
    for part, words in _SPELT.items():
        rest = words.sub(part, rest)
    return day + rest


def _days(first: date, last: date) -> When:
    return When(datetime.combine(first, time(0)), datetime.combine(last + timedelta(days=1), time(0)), "")


def _hours(first: date, last: date, match: re.Match[str]) -> When | None:
    rest = (match["rest"] or "").strip(" ，,。:：\n\t")
    if match["from"]:
        noon = match["noon"] or ("下午" if not match["noonto"] and _AFTERNOON.fullmatch(match["from"]) else None)
        begin, end = _clock(match["from"], noon), _clock(match["to"], match["noonto"] or noon)
        if begin is None or end is None:
            return None
        if end <= begin and not match["noonto"]:
            end = _across(begin, match["to"]) or end
        start, stop = datetime.combine(first, time(0)) + begin, datetime.combine(last, time(0)) + end
        return When(start, stop if stop > start else stop + timedelta(days=1), rest)
    if match["until"]:
        part = _PARTS.get(match["partof"] or match["noonend"] or "")
        end = _clock(match["until"], match["noonend"] or match["partof"])
        if part is None or end is None:
            return None
        start, stop = datetime.combine(first, part[0]), datetime.combine(last, time(0)) + end
        return When(start, stop, rest) if stop > start else None
    if _UNREAD.match(rest):
        return None
    part = _PARTS.get(match["part"] or "全天")
    if part is None:
        return When(datetime.combine(first, time(0)), datetime.combine(last + timedelta(days=1), time(0)), rest)
    start, stop = datetime.combine(first, part[0]), datetime.combine(last, part[1])
    return When(start, stop if stop > start else stop + timedelta(days=1), rest)


def _day(match: re.Match[str], n: int, today: date) -> date | None:
    if named := match[f"named{n}"]:
        return today + timedelta(days=_NAMED[named])
    if week := match[f"week{n}"]:
        index, which = _WEEK.index(week.replace("天", "日")), match[f"which{n}"]
        if which is None:
            return today + timedelta(days=(index - today.weekday()) % 7)
        return today + timedelta(days=index - today.weekday(), weeks=_WEEKS[which])
    if of_month := match[f"of_month{n}"]:
        coming = (today + timedelta(days=count) for count in range(32))
        return next((day for day in coming if day.day == int(of_month)), None)
    year, month, day = match[f"year{n}"], int(match[f"month{n}"]), int(match[f"day{n}"])
    try:
        found = date(int(year) if year else today.year, month, day)
        return found if year or found >= today else found.replace(year=today.year + 1)
    except ValueError:
        return None


def _across(begin: timedelta, text: str) -> timedelta | None:
    """The end of 9点到5点 and 晚上10点到6点, whose part of the day is not the one that the range begins with."""
    end, half_a_day = _clock(text, None), timedelta(hours=12)
    return end + half_a_day if end and ":" not in text and begin < half_a_day and begin < end + half_a_day else end


def _clock(text: str, noon: str | None) -> timedelta | None:
    said, half, minutes = re.fullmatch(r"(\d{1,2})[:.点时](?:(半)|钟|(\d{0,2})分?)", text).groups()  # type: ignore[union-attr]
    hour, minute = int(said), 30 if half else int(minutes or 0)
    later = (noon in ("下午", "晚上") and hour < 12) or (noon == "晚上" and hour == 12) or (noon == "中午" and hour < 3)
    found = timedelta(hours=hour + (12 if later else 0), minutes=minute)
    return found if found <= timedelta(hours=24) and minute < 60 else None

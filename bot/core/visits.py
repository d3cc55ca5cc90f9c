"""Appointments (预约): the windows that people name for a visit, whether they can be, whether two clash. Pure.

Days are read as in `duty_words`; hours more freely, because reporters write them: 周五下午, 明天10点半以后, 9点-11点.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from bot.core.calendar import WorkingTime
from bot.core.charging import Mark, settled
from bot.core.duty import Span, Standing, standing
from bot.core.duty_words import first_day, spelt

AT_MOST = 4
"""Windows in one question: an action card of DingTalk takes five buttons, one of them 都不行."""
ALONE = timedelta(hours=1)
"""How long a window is that was named by its beginning alone (assumed)."""
SHORTEST = timedelta(minutes=30)
"""What is left of a window that has begun must be at least this to be offered (assumed)."""
_GRID = timedelta(minutes=10)


class Trouble(StrEnum):
    """Why what was said is no window."""

    UNREAD = "unread"
    PAST = "past"
    FAR = "far"
    OFF_HOURS = "off-hours"
    MANY = "many"


@dataclass(frozen=True, order=True)
class Window:
    """When somebody may come: from `start` up to `end` (aware)."""

    start: datetime
    end: datetime

    def overlaps(self, other: "Window") -> bool:
        return self.start < other.end and other.start < self.end


def _moment(name: str, unit: str = "") -> str:
    """A time of day; `unit` "?" where its 点 may be left out (9-11点)."""
    return (
        rf"(?P<{name}noon>上午|早上|中午|下午|晚上)?\s*(?P<{name}hour>\d{{1,2}})"
        rf"(?::(?P<{name}minute>\d{{2}})|[点时](?:钟|整|(?P<{name}half>半)|(?P<{name}after>\d{{1,2}})分?)?){unit}"
    )


_RANGE = re.compile(rf"{_moment('a', '?')}\s*(?:-|~|—|–|到|至)\s*{_moment('b')}(?:之间)?")
_SINGLE = re.compile(rf"{_moment('a')}\s*(?:左右)?(?P<side>[之以]?后|[之以]?前)?")
_PART = re.compile(r"(?P<part>全天|整天|随时|上午|早上|中午|下午|晚上|下班前)")
MORNINGS: Mapping[str, tuple[bool, ...]] = {
    **dict.fromkeys(("上午", "早上"), (True,)), "下午": (False,), **dict.fromkeys(("中午", "晚上"), ()),
}  # fmt: skip
"""A part of the day → whether it has the mornings of working time, the afternoons; any other has both."""
_OF_MONTH = re.compile(r"(\d{1,2})[号日]\s*")
_BETWEEN = re.compile(r"或者?|还是|[、,;。|\n]")
_LEAD = re.compile(
    r"^(?:那就?|要不|改到|改成|改|约在?|我|就|在|等|能不能|能否|可不可以|可否|可以|能|麻烦|请|师傅|[您你]|\s)+"
)
_TAIL = re.compile(
    r"(?:都?可以|可不可以|行不行|好不好|方便|有空|有人|我?都?在|都?行|都好|再来|过来|来|上门|的?话|没问题|好吗|谢谢|[吧呢啊哦呀了吗!?]|\s)*"
)
_CHINESE = re.compile(r"(十[一二]?|[一二两三四五六七八九])(?=[点时](?!候))")
_NUMBERS = {"两": 2, "十": 10, "十一": 11, "十二": 12, **{c: n for n, c in enumerate("一二三四五六七八九", start=1)}}
_AFTERNOON = range(1, 7)
"""Hours said without 上午 or 下午 that mean the afternoon: nobody calls at night."""


def read(text: str, now: datetime, hours: WorkingTime, longest: timedelta) -> list[Window] | Trouble:
    """The windows of a line, in its order, or the first thing that is wrong with it. A later one may leave out the day.

    They lie in the agencies' hours, after `now`, by at most `longest`; of one that has begun, what is left.
    """
    line = unicodedata.normalize("NFKC", text).strip()
    line = _CHINESE.sub(lambda found: str(_NUMBERS[found[1]]), line)
    pieces = [piece for piece in map(str.strip, _BETWEEN.split(line)) if not _TAIL.fullmatch(piece)]
    today = day = now.astimezone(hours.zone).date()
    found: list[Window] = []
    for piece in pieces:
        window = _read(piece, day, today, now, hours)
        if isinstance(window, Trouble):
            return window
        if window.start > now + longest:
            return Trouble.FAR
        day = window.start.astimezone(hours.zone).date()
        found += [window] if window not in found else []
    return Trouble.MANY if len(found) > AT_MOST else found or Trouble.UNREAD


def half_days(now: datetime, hours: WorkingTime, count: int) -> list[Window]:
    """The next `count` mornings and afternoons of working time, of today's what is left."""
    found: list[Window] = []
    for begin, end in hours.spans(now):
        start = begin if begin > now else _on_grid(begin)
        if end - start >= SHORTEST:
            found.append(Window(start, end))
        if len(found) == count:
            break
    return found


def delayed(window: Window, late: timedelta, now: datetime) -> Window:
    """The window that follows from coming `late`: as long as it was, or what is left of it once it has begun."""
    return Window(max(window.start, _on_grid(now)) + late, max(window.end, _on_grid(now)) + late)


def worked(window: Window, hours: WorkingTime) -> bool:
    """Whether it begins and ends in the agencies' hours, on one day; their lunch may lie within."""
    last = window.end - timedelta(seconds=1)
    same_day = window.start.astimezone(hours.zone).date() == last.astimezone(hours.zone).date()
    return same_day and hours.open_at(window.start) and hours.open_at(last)


def covered(window: Window, spans: Sequence[Span]) -> bool:
    """Whether the roster has somebody there all the while; his lunch does not count against it."""
    edges = {window.start, *(edge for s in spans for edge in (s.start, s.end) if window.start < edge < window.end)}
    return all(standing(spans, edge) in (Standing.ON, Standing.LUNCH) for edge in edges)


def outcomes(marks: Sequence[Mark]) -> dict[int, bool]:
    """Of a ticket's appointments those that stood to the end, by number: whether somebody was there before it closed.

    Late entries count at the time confirmed for them, so a missed one may have been kept after all.
    """
    marks = settled(marks)
    arrivals = [mark.at for mark in marks if mark.kind == "arrive"]
    agreed = {int(mark.data["visit"]): mark.at for mark in marks if mark.kind == "visit-agreed"}
    ended = [mark for mark in marks if mark.kind in ("visit-kept", "visit-missed")]
    return {
        number: mark.kind == "visit-kept"
        or any(agreed[number] <= at <= datetime.fromisoformat(mark.data["end"]) for at in arrivals)
        for mark in ended
        if (number := int(mark.data["visit"])) in agreed
    }


def _read(piece: str, day: date, today: date, now: datetime, hours: WorkingTime) -> Window | Trouble:
    line = spelt(_LEAD.sub("", piece))
    named = None
    if not _RANGE.match(line):  # else 9-11点 would be the eleventh of September
        named = _of_month(line, today) or first_day(line, today)
    day, line = named or (day, line)
    try:
        window, rest = _hours(line.lstrip(), day, hours, named is not None)
    except ValueError:
        return Trouble.UNREAD
    if not _TAIL.fullmatch(rest):
        return Trouble.UNREAD
    if window is None or not worked(window, hours):
        return Trouble.OFF_HOURS if day >= today else Trouble.PAST
    if window.start < now:
        window = Window(_on_grid(now), window.end)
    return window if window.end - window.start >= SHORTEST else Trouble.PAST


def _hours(line: str, day: date, hours: WorkingTime, named: bool) -> tuple[Window | None, str]:
    """The window of a day, None when nobody works then, and what follows it. Raises ValueError when none is said."""
    opens = datetime.combine(day, time(0), hours.zone)
    halves = [Window(*span) for span in hours.windows_between(opens, opens + timedelta(days=1))]
    if match := _RANGE.match(line):
        first = _clock(match, "a", match["bnoon"] or "")
        last = _clock(match, "b", match["anoon"] or "")
        if last <= first and last < timedelta(hours=12):
            last += timedelta(hours=12)
        if last <= first:
            raise ValueError(line)
        return _utc(opens + first, opens + last), line[match.end() :]
    if match := _SINGLE.match(line):
        at = opens + _clock(match, "a", "")
        half = next((h for h in halves if h.start <= at < h.end or (match["side"] and h.start < at == h.end)), None)
        rest = line[match.end() :]
        if half is None:
            return None, rest
        side = match["side"] or ""
        if side.endswith("前"):
            return Window(half.start, at.astimezone(half.start.tzinfo)), rest
        return _utc(at, half.end if side else min(at + ALONE, half.end)), rest
    match = _PART.match(line)
    if match is None and not named:
        raise ValueError(line)
    part = match["part"] if match else ""
    noon = (opens + timedelta(hours=12, minutes=30)).astimezone(hours.zone)
    kept = [half for half in halves if (half.start < noon) in MORNINGS.get(part, (True, False))]
    return (Window(kept[0].start, kept[-1].end) if kept else None), line[match.end() if match else 0 :]


def _clock(match: re.Match[str], name: str, other: str) -> timedelta:
    """Minutes of the day; `other`: the part of the day that stands at the range's other end. Raises ValueError."""
    hour, noon = int(match[f"{name}hour"]), match[f"{name}noon"] or ""
    minute = 30 if match[f"{name}half"] else int(match[f"{name}minute"] or match[f"{name}after"] or 0)
    afternoon = noon in ("下午", "晚上") or (not noon and (hour in _AFTERNOON or (other == "下午" and hour < 9)))
    if noon == "中午" and hour in _AFTERNOON:
        afternoon = True
    if afternoon and hour < 12:
        hour += 12
    if hour > 24 or minute > 59:
        raise ValueError(match[0])
    return timedelta(hours=hour, minutes=minute)


def _of_month(line: str, today: date) -> tuple[date, str] | None:
    """28号: of this month, else of the next."""
    match = _OF_MONTH.match(line)
    if match is None:
        return None
    for months in range(3):
        year, month = today.year + (today.month + months - 1) // 12, (today.month + months - 1) % 12 + 1
        try:
            found = date(year, month, int(match[1]))
        except ValueError:
            continue
        if found >= today:
            return found, line[match.end() :]
    return None


def _utc(start: datetime, end: datetime) -> Window:
    return Window(start.astimezone(UTC), end.astimezone(UTC))


def _on_grid(at: datetime) -> datetime:
    """The next full ten minutes."""
    floor = at.replace(minute=at.minute - at.minute % 10, second=0, microsecond=0)
    return floor if floor == at else floor + _GRID

"""Quiet hours (免打扰): when somebody is left alone about what can wait. Pure; windows are local wall time.

By default P3 and P4 wait from 22:00 to 07:30 (service levels, section 5; assumed); P1 and P2 never do. Days on which the
agencies do not work can be left alone as a whole.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta

DEFAULT = "22:00-07:30"
MAY_WAIT = ("P3", "P4")
NONE = "none"
DAYS_OFF, WHOLE = "days-off", "whole"
"""Beside the priorities: what is wished of days on which the agencies do not work."""
AFTER_WORK = "17:30-08:30"
"""Outside the agencies' hours (service levels, assumed)."""
NOON = "12:00-14:00"
"""The agencies' midday break (assumed). It is wished beside the night, not in its place."""
BESIDE, APART = "+", ","
"""`+12:00-14:00` wishes a window beside those he has; several are kept as `22:00-07:30,12:00-14:00`."""
EVENING = 18
"""From this hour on a beginning alone is enough."""
_WINDOW = re.compile(r"^(\d{1,2}):(\d{2})\s*[-~至到]\s*(\d{1,2}):(\d{2})$")

_NIGHT = re.compile(r"^(?:每天)?(?:晚上?|夜里|夜间|夜晚|半夜|大半夜)$")
_OFF_DAYS = (
    r"(?:每个?|每到)?(?:(?:周末|双休日?|休息日|节假日|节日|假期|放假|不上班|(?:周|星期|礼拜)六(?:和|、|跟|到|至)?(?:周|星期|礼拜)?[日天])"
    r"(?:的?时候|期间|时)?[和、跟及与]?)+"
)
_REST_DAYS = re.compile(rf"^{_OFF_DAYS}$")
_AFTER_WORK = re.compile(
    r"^(?:每天)?(?:下了?班|非工作时间|非上班时间|工作时间外|工作时间以外)(?:的?时间|以后|之后|后|了)?$"
)
_MIDDAY = re.compile(
    r"^(?:每天)?(?:的)?(?:(?:中午|正午)(?:休息|吃饭)?|午[休睡饭]|午间(?:休息)?|吃[中午]饭|睡午觉)(?:的?(?:时间|时候|时段|期间|那会儿?))?"
    r"(?P<hours>1[1-3]:\d{2}\s*[-~至到]\s*(?:下午)?1?[0-5]:\d{2})?$"
)
_FROM = re.compile(r"^(\d{1,2}):(\d{2})\s*(?:钟)?(?:以后|之后|过后|后|起|开始)$")
"""An evening's beginning without an end: until the end of the default."""
_UNTIL = re.compile(r"^([4-9]|1[01]):(\d{2})\s*(?:钟)?(?:以前|之前|前)$")
"""A morning's end without a beginning: from the beginning of the default."""
_NAME = r"(?:免打扰|勿扰|别打扰我?|不要打扰我?)"
_OFF = re.compile(
    rf"^(?:取消|关闭|关掉?|解除|去掉|退出)(?:我的)?(?P<what>P[34]|{_OFF_DAYS})?的?{_NAME}(?:模式|时段)?了?$"
)
_MAY = re.compile(
    rf"^(?:我)?(?:现在|以后|今后|又|晚上?|夜里)?(?P<what>{_OFF_DAYS})?(?:也|又)?(?:可以|能|恢复)(?:再)?"
    r"(?:(?:打扰|吵|烦|通知|提醒)我?|(?:给我)?(?:发|推送?)(?:我|给我)?(?:消息|通知)(?:给我)?)了?$"
)
"""可以打扰我了: the quiet hours are over with."""
_LOOK = re.compile(rf"^(?:查?看?一?下?)(?:我的)?{_NAME}(?:时段|时间|设置)?$")
_SET = re.compile(rf"^(?:我?要?)(?:设置?|开启?|打开)?(?:一下)?{_NAME}(?:时段|时间|模式)?[\s:：]*(?P<rest>.*)$", re.S)
_SAID = re.compile(
    r"^(?:我)?(?:以后|今后|麻烦|请|你们?|你们以后)*(?P<when>.{1,24}?)(?:的?时候|期间)?[，, ]*(?:你们?)?(?:就|都|请)?"
    r"(?:不要|别|勿|不用)再?(?:给我|向我)?"
    r"(?:(?:发|推送?)(?:我|给我)?(?P<what>消息|通知|信息|提醒)?(?:给我)?|(?P<work>派(?:单子?|活儿?|任务))(?:给我)?"
    r"|(?:吵|打扰|烦|打搅|骚扰|通知|提醒)我?)(?:了|啊|哈|吧|哦)*"
    r"(?:[，, ]*(?:(?:特?急|紧急|加急)(?:单|事|的)?(?:除外|不算|照发)|(?:行不行|好不好|[好行]吗|可以吗|谢谢)))*$"
)
_DURING = re.compile(r"^(?:我)?(?:想|要|每天)*(?P<when>\S{2,12}?)(?:开启?|设|请)?(?:免打扰|勿扰)$")
"""午休免打扰."""

_NUMBERS = {"两": 2, "十": 10, "十一": 11, "十二": 12, **{c: n for n, c in enumerate("一二三四五六七八九", start=1)}}
_SPELT = re.compile(rf"({'|'.join(sorted(_NUMBERS, key=len, reverse=True))})(?=[点時时])")
_SPOKEN = re.compile(
    r"(?:(晚上?|下午|夜里|夜间)|每天|早上?|上午|凌晨|第二天|次日|明早)*(\d{1,2})[点時时](半|\d{1,2}(?=分|\D|$))?分?钟?"
)


def ends(
    own: Mapping[str, str], priority: str | None, local: datetime, works: Callable[[date], bool]
) -> datetime | None:
    """When the quiet hours that cover `local` end, for this priority; none when it may be told now.

    `works` says of a day whether the agencies work on it.
    """
    if priority not in MAY_WAIT:
        return None
    window, at = own.get(priority or "", DEFAULT), local
    for _ in range(_LONGEST_HOLIDAY):
        if own.get(DAYS_OFF) == WHOLE and not works(at.date()):
            at = datetime.combine(at.date() + timedelta(days=1), time(0), local.tzinfo)
        elif (end := _over(window, at)) is not None:
            at = end
        else:
            break
    return at if at > local else None


def _over(window: str, at: datetime) -> datetime | None:
    """The latest end of the daily windows that cover a moment."""
    if window == NONE:
        return None
    if APART in window:
        return max((over for one in window.split(APART) if (over := _over(one, at)) is not None), default=None)
    begin, end = (time.fromisoformat(part) for part in window.split("-"))
    now = at.time()
    if not (begin <= now < end if begin < end else now >= begin or now < end):
        return None
    return datetime.combine(at.date() if now < end else at.date() + timedelta(days=1), end, at.tzinfo)


_LONGEST_HOLIDAY = 40
"""So many ends of days and windows are looked at, no more."""


def _hour(said: re.Match[str]) -> str:
    """晚上10点半 → 22:30."""
    evening, hour = said[1] is not None, int(said[2])
    minute = 30 if said[3] == "半" else int(said[3] or 0)
    return f"{hour + 12 if evening and 1 <= hour < 12 else hour}:{minute:02}"


def read(text: str) -> dict[str, str] | None:
    """What somebody wishes: `22:00-07:30`, `晚上十点到早上7点半`, `周末`, `P3 关`, `默认` (empty: by the service levels).

    None when it is no wish.
    """
    line = unicodedata.normalize("NFKC", text).strip().upper()
    line = _SPOKEN.sub(_hour, _SPELT.sub(lambda found: str(_NUMBERS[found[1]]), line))
    named = [p for p in MAY_WAIT if p in line]
    rest = re.sub(r"P[34]|[、,和\s]+$", "", line).strip(" 、,和")
    if rest == "默认" and not named:
        return {}
    if rest in ("关", "关闭", "不要"):
        return dict.fromkeys(named or (*MAY_WAIT, DAYS_OFF), NONE)
    if _REST_DAYS.match(rest.removesuffix("关").strip()) and not named:
        return {DAYS_OFF: NONE if rest.endswith("关") else WHOLE}
    if _AFTER_WORK.match(rest):
        return dict.fromkeys(named or MAY_WAIT, AFTER_WORK) | ({} if named else {DAYS_OFF: WHOLE})
    if midday := _MIDDAY.match(rest):
        return dict.fromkeys(named or MAY_WAIT, BESIDE + (_midday(midday["hours"]) if midday["hours"] else NOON))
    if _NIGHT.match(rest):
        return dict.fromkeys(named or MAY_WAIT, DEFAULT)
    if (since := _FROM.match(rest)) and int(since[1]) >= EVENING:
        rest = f"{since[1]}:{since[2]}-{DEFAULT.partition('-')[2]}"
    if until := _UNTIL.match(rest):
        rest = f"{DEFAULT.partition('-')[0]}-{until[1]}:{until[2]}"
    match = _WINDOW.match(rest)
    if match is None:
        return None
    try:
        begin, end = time(int(match[1]), int(match[2])), time(int(match[3]), int(match[4]))
    except ValueError:
        return None
    return None if begin == end else dict.fromkeys(named or MAY_WAIT, f"{begin:%H:%M}-{end:%H:%M}")


def _midday(hours: str) -> str:
    """12:00到2:00 → 12:00-14:00."""
    (begin, since), (end, until) = re.findall(r"(\d{1,2}):(\d{2})", hours)
    return f"{begin}:{since}-{int(end) + (12 if int(end) < 6 else 0)}:{until}"


def merged(own: Mapping[str, str], wish: Mapping[str, str]) -> dict[str, str]:
    """What somebody has, as his wish changes it; a wish beside the rest leaves that, by default the night, in force."""
    found = dict(own)
    for name, hours in wish.items():
        has = [one for one in found.get(name, DEFAULT).split(APART) if one != NONE]
        more = hours.removeprefix(BESIDE)
        found[name] = hours if more == hours else APART.join(dict.fromkeys([*has, more]))
    return found


def line(text: str) -> str | None:
    """What a line wishes about quiet hours, as `read` takes it: empty to look at them, None when it is about something else.

    晚上别给我发消息, 周末别打扰我 and P4晚上8点到早上8点别吵我 are wishes; 晚上不要停电 is none.
    """
    said = unicodedata.normalize("NFKC", text).strip().upper().rstrip("。!?？ ")
    if match := _OFF.match(said) or _MAY.match(said):
        return f"{match['what'] or ''} 关".strip()
    if _LOOK.match(said):
        return ""
    if match := _SET.match(said):
        return match["rest"].strip()
    if (match := _DURING.match(said)) and read(match["when"]):
        return match["when"]
    match = _SAID.match(said)
    if (
        match is None
        or not (match["what"] or match["work"] or re.search("我|午[休睡]", said))
        or not read(match["when"])
    ):
        return None
    return match["when"]

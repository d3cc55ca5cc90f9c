"""Quiet hours (免打扰): when somebody is left alone about what can wait. Pure; windows are local wall time.

By default P3 and P4 wait from 22:00 to 07:30 (service levels, section 5; assumed); P1 and P2 never do.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime, time, timedelta

DEFAULT = "22:00-07:30"
MAY_WAIT = ("P3", "P4")
NONE = "none"
EVENING = 18
"""From this hour on a beginning alone is enough."""
_WINDOW = re.compile(r"^(\d{1,2}):(\d{2})\s*[-~至到]\s*(\d{1,2}):(\d{2})$")

_NIGHT = re.compile(r"^(?:每天)?(?:晚上?|夜里|夜间|夜晚|半夜|大半夜)$")
_FROM = re.compile(r"^(\d{1,2}):(\d{2})\s*(?:以后|之后|后|起|开始)$")
"""An evening's beginning without an end: until the end of the default."""
_NAME = r"(?:免打扰|勿扰|别打扰我?|不要打扰我?)"
_OFF = re.compile(rf"^(?:取消|关闭|关掉?|解除|去掉|退出)(?:我的)?(P[34])?的?{_NAME}(?:模式|时段)?了?$")
_LOOK = re.compile(rf"^(?:查?看?一?下?)(?:我的)?{_NAME}(?:时段|时间|设置)?$")
_SET = re.compile(rf"^(?:我?要?)(?:设置?|开启?|打开)?(?:一下)?{_NAME}(?:时段|时间|模式)?[\s:：]*(?P<rest>.*)$", re.S)
_SAID = re.compile(
    r"^(?P<when>.{1,24}?)[，, ]*(?:就|都|请)?(?:不要|别|勿|不用)再?(?:给我|向我)?"
    r"(?:(?:发|推送?)(?:我|给我)?(?P<what>消息|通知|信息|提醒)?|(?:吵|打扰|烦|通知|提醒)我?)了?$"
)

_SPOKEN = re.compile(
    r"(?:(晚上?|下午|夜里|夜间)|每天|早上?|上午|凌晨|第二天|次日|明早)*(\d{1,2})[点時时](半|\d{1,2}(?=分|\D|$))?分?"
)


def ends(own: Mapping[str, str], priority: str | None, local: datetime) -> datetime | None:
    """When the quiet hours that cover `local` end, for this priority; none when it may be told now."""
    window = own.get(priority or "", DEFAULT) if priority in MAY_WAIT else NONE
    if window == NONE:
        return None
    begin, end = (time.fromisoformat(part) for part in window.split("-"))
    at = local.time()
    inside = begin <= at < end if begin < end else at >= begin or at < end
    if not inside:
        return None
    day = local.date() if at < end else local.date() + timedelta(days=1)
    return datetime.combine(day, end, local.tzinfo)


def _hour(said: re.Match[str]) -> str:
    """晚上10点半 → 22:30."""
    evening, hour = said[1] is not None, int(said[2])
    minute = 30 if said[3] == "半" else int(said[3] or 0)
    return f"{hour + 12 if evening and 1 <= hour < 12 else hour}:{minute:02}"


def read(text: str) -> dict[str, str] | None:
    """What somebody wishes: `22:00-07:30`, `晚上10点到早上7点半`, `P3 关`, `默认` (empty: by the service levels). None when it is
    no wish."""
    line = _SPOKEN.sub(_hour, unicodedata.normalize("NFKC", text).strip().upper())
    named = [p for p in MAY_WAIT if p in line]
    rest = re.sub(r"P[34]|[、,和\s]+$", "", line).strip(" 、,和")
    if rest == "默认" and not named:
        return {}
    if rest in ("关", "关闭", "不要"):
        return dict.fromkeys(named or MAY_WAIT, NONE)
    if _NIGHT.match(rest):
        return dict.fromkeys(named or MAY_WAIT, DEFAULT)
    if (since := _FROM.match(rest)) and int(since[1]) >= EVENING:
        rest = f"{since[1]}:{since[2]}-{DEFAULT.partition('-')[2]}"
    match = _WINDOW.match(rest)
    if match is None:
        return None
    try:
        begin, end = time(int(match[1]), int(match[2])), time(int(match[3]), int(match[4]))
    except ValueError:
        return None
    return None if begin == end else dict.fromkeys(named or MAY_WAIT, f"{begin:%H:%M}-{end:%H:%M}")


def line(text: str) -> str | None:
    """What a line wishes about quiet hours, as `read` takes it: empty to look at them, None when it is about something else.

    晚上别给我发消息 and P4晚上8点到早上8点别吵我 are wishes; 晚上不要停电 is none.
    """
    said = unicodedata.normalize("NFKC", text).strip().upper().rstrip("。!?？ ")
    if match := _OFF.match(said):
        return f"{match[1] or ''} 关".strip()
    if _LOOK.match(said):
        return ""
    if match := _SET.match(said):
        return match["rest"].strip()
    match = _SAID.match(said)
    if match is None or not (match["what"] or "我" in said) or not read(match["when"]):
        return None
    return match["when"]

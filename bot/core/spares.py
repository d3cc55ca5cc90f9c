"""Spare parts and return dates as technicians type them (搓纸轮×1、硒鼓 2支; 12月5日, 12-05, 7天). Pure."""

import re
from datetime import date, timedelta

MOST = 999
LONGEST = timedelta(days=366)
"""A loan longer than this is a slip of the pen."""

_COUNT = re.compile(
    r"^(?P<name>.*?)\s*(?:[×xX*＊]\s*(?P<times>\d{1,4})|\s(?P<bare>\d{1,4})|(?P<measured>\d{1,4}))\s*[个只条支块根套台张卷]?$"
)
_DAYS = re.compile(r"^(?P<days>\d{1,3})\s*(?:天|日)(?:后|内)?$")
_DATE = re.compile(r"^(?:(?P<year>\d{4})\s*[-/.年])?\s*(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})\s*[日号]?$")
_NAMED = {"今天": 0, "明天": 1, "后天": 2}
_WEEKDAY = re.compile(r"^(?P<next>下)?(?:这|本)?个?(?:周|星期|礼拜)(?P<day>[一二三四五六日天])$")


def parts(text: str) -> list[tuple[str, int]] | None:
    """Name and count of each part, one when no count is said. None when something cannot be read."""
    found = []
    for piece in re.split(r"[，,、；;\n]+", text):
        if not (said := piece.strip()):
            continue
        match = _COUNT.match(said)
        name = match["name"].strip() if match else said
        count = int(match["times"] or match["bare"] or match["measured"]) if match else 1
        if not re.search(r"[^\W\d_]", name) or not 1 <= count <= MOST or len(name) > 40:
            return None
        found.append((name, count))
    return found or None


def due(text: str, today: date) -> date | None:
    """The day a text means, seen from `today`; a month and day alone are the next such day. None: unreadable or past."""
    said = re.sub("(?:归还|还|取回)$", "", text.strip()).removesuffix("前").strip()
    if said in _NAMED:
        return today + timedelta(days=_NAMED[said])
    if match := _WEEKDAY.match(said):
        ahead = "一二三四五六日".index(match["day"].replace("天", "日")) - today.weekday()
        day = today + timedelta(days=ahead + 7 if match["next"] else ahead % 7)
    elif match := _DAYS.match(said):
        day = today + timedelta(days=int(match["days"]))
    elif match := _DATE.match(said):
        try:
            day = date(int(match["year"] or today.year), int(match["month"]), int(match["day"]))
            if day < today and not match["year"]:
                day = day.replace(year=today.year + 1)
        except ValueError:
            return None
    else:
        return None
    return day if today <= day <= today + LONGEST else None

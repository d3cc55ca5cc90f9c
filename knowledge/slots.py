"""What a message says about where, which, how many and by when. Works on normalised text."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from knowledge.text import number

_NUM = r"[一二三四五六七八九十]{1,3}|\d{1,2}"
_FLOOR = re.compile(
    rf"(负[一二三1-3]|地下[一二三1-3]?|b[1-3](?![\da-z])|首|顶|夹|{_NUM})(?:楼|层|(?<=\d)f(?![a-z]))|(?<![a-z\d])(负[一二三]|b[1-3])(?![\da-z])"
)
_STOREYS = re.compile("[楼层座栋塔区负bf]")
"""Without one of these neither a floor nor a building is named by its number: most messages are spared the search."""
_BUILDING = re.compile(
    r"(?<![a-z\d])((?:\d{1,2}|[一二三四五六七八九十]{1,2})号楼|[a-h](?:座|栋|楼|塔|区)|(?:\d{1,2}|[一二三四五六七八九十])栋)"
)
_ROOM = re.compile(
    r"(?<![\da-z.:-])([a-h]?-?\d{3,4}|\d{1,2}-\d{2,3}|[一二三四五六七八九][零〇一二三四五六七八九]{2,3})(?![\d.:%])\s*(室|房间|房|办公室|会议室|号房)?"
)
_WINDOW = re.compile(r"((?:\d{1,3}|[一二三四五六七八九十]{1,3}|[a-h]\d{0,2})号?窗口?)")
_NOT_ROOM_BEFORE = re.compile(
    r"(?:错误|代码|报|码|提示|error|sc|0x|版本|win|windows|office|号码|分机|电话|拨|打|共|一共|大概|编号|系统)\D{0,2}$"
)
_NOT_ROOM_AFTER = re.compile(
    r"^\s*(?:元|台|个|人|分|点|年|度|g|m|k|mb|gb|份|页|张|次|块|天|月|号机|号线|端口|错误|的错|报错|多)"
)
_BARE = re.compile(r"(?!11[09]$|120$)\d{3,4}")
"""A number by itself that is not one of those called when somebody is hurt."""
_DIGITS = re.compile(r"\d{3}")
_MOBILE = re.compile(r"(?<!\d)(1[3-9]\d(?:[\s-]?\d{4}){2})(?!\d)")
_LANDLINE = re.compile(r"(?<![\da-z])(0\d{2,3}-?\d{7,8}|[2-8]\d{7})(?!\d)")
_EXTENSION = re.compile(r"(?:电话|联系|分机|短号|内线)[是号:：为\s]{0,3}(\d{3,8})(?!\d)")
_ASSET = re.compile(r"(?:资产编号|资产号|资产|编号|标签号|设备号)[是为:：\s]{0,3}([a-z]{0,6}[-\da-z]{3,20}\d)")
_COUNT = re.compile(
    r"(\d{1,3}|[一两二三四五六七八九]?十[几多]?[一二三四五六七八九]?|好?几十?|[两二三四五六七八九])多?(台|部|个人|个同事|位同事|人|间|路|个窗口|个摄像头|个点|条|支|个网口|把)"
)
_SINCE = re.compile(
    r"(刚刚|刚才|今早|今天早上|今天上午|今天下午|今天|昨晚|昨天下午|昨天|前天|上周[一二三四五六日天]?|上个?月|这几天|这两天|最近|"
    r"(?:换了?|搬完?|更新|停电|打雷|升级|重启|装修|下雨)[^，。！？]{0,6}(?:之后|以后|后))"
)
_AVAILABLE = re.compile(
    r"((?:今天|明天|后天|周[一二三四五六日天]|下周[一二三四五六日天]?|上午|下午|中午|早上|随时|(?:\d{1,2}|[一二三四五六七八九十]{1,2})点(?:半)?(?:之?后|以后|前)?)"
    r"[^，。！？]{0,8}(?:在|有空|方便|都行|可以来|再来|过来)|午休别来|随时都?(?:可以|行)?)"
)
_DEADLINE = re.compile(
    r"((?:[一二两三四五六七八九十半\d]{1,3}个?(?:分钟|小时|钟头)(?:之?后|以后|内)|今天(?:下午|上午|晚上|中午)?|明天(?:上午|下午|早上)?|下午|上午|中午|马上|等下|一会儿?|"
    r"(?:\d{1,2}|[一二两三四五六七八九十]{1,2})点(?:半|钟)?)[^，。！？]{0,4}(?:开会|会议|要交|要报|要用|上报|开始|必须|截止|要开|报送|送审|领导)|下班前|今天(?:之内|内|必须)|(?:今天|明天)[^，。]{0,3}截止)"
)
_NOT_THERE = re.compile(r"(?<!是)不是([^，。；是]{1,10})(?=[，。；\s]*(?:而?是|在))")
"""A place that is corrected: 不是302，是303."""
_UNIT = re.compile(
    r"(?:^|[，。])(?:您好|你好)?，?(?:我是|这里是|我们是|这边是|我们|这里)?((?:广州市?|市|省|区|县)?[一-鿿]{2,8}?(?:局|委员会|办公厅|管理中心|服务中心|研究院|支队|总队|法院|检察院|图书馆|档案馆))(?!部|里|面|域)"
)
_NO_UNIT = ("全局", "整个", "我们", "布局", "格局", "大局", "所有", "邮局", "你们", "隔壁")


@dataclass(frozen=True)
class Slots:
    """What was said; empty strings and None for what was not."""

    unit: str = ""
    building: str = ""
    floor: str = ""
    room: str = ""
    location: str = ""
    device: str = ""
    asset_tag: str = ""
    phone: str = ""
    count: int | None = None
    scope: str = ""
    since: str = ""
    available: str = ""
    deadline: str = ""

    def as_dict(self) -> dict[str, object]:
        """Only what was said."""
        return {key: value for key, value in vars(self).items() if value not in ("", None)}


class SlotReader:
    """Reads slots with the book's names of buildings, rooms and departments."""

    def __init__(self, places: Mapping[str, Sequence[str]]) -> None:
        self._buildings = _alternatives(places.get("buildings", ()))
        self._rooms = _alternatives(places.get("rooms", ()))
        self._units = _alternatives(places.get("units", ()))

    def read(self, text: str, *, device: str = "", scope: str = "") -> Slots:
        """The slots of a normalised message."""
        phone, masked = self._phone(text)
        if wrong := _NOT_THERE.search(masked):
            masked = _blank(masked, wrong)
        asset = _ASSET.search(masked)
        if asset:
            masked = _blank(masked, asset)
        tall = _STOREYS.search(masked)
        building = (tall and _BUILDING.search(masked)) or self._buildings.search(masked)
        floor = _FLOOR.search(masked) if tall else None
        room = self._room(masked)
        named = self._rooms.search(masked) or (None if room else self._units.search(masked))
        if building and named and building.span() == named.span():
            building = None
        spans = sorted({m.span() for m in (building, floor, room, named) if m})
        unit = _UNIT.search(masked)
        return Slots(
            unit=unit.group(1) if unit and not any(w in unit.group(1) for w in _NO_UNIT) else "",
            building=building.group(0) if building else "",
            floor=_floor_name(floor) if floor else "",
            room=_room_name(room) if room else (named.group(0) if named else ""),
            location=_joined(masked, spans),
            device=device,
            asset_tag=asset.group(1).upper() if asset else "",
            phone=phone,
            count=_count(masked),
            scope=scope,
            since=_first(_SINCE, masked),
            available=_first(_AVAILABLE, masked),
            deadline=_first(_DEADLINE, masked),
        )

    def room_number(self, text: str) -> list[tuple[int, int]]:
        """Where a normalised message has the bare number of a room (302停电), if it has one."""
        found = self._room(self._phone(text)[1])
        bare = found is not None and _BARE.fullmatch(found.group(1))
        return [found.span(1)] if found is not None and bare else []

    def _phone(self, text: str) -> tuple[str, str]:
        if not _DIGITS.search(text):
            return "", text
        if found := _MOBILE.search(text):
            return re.sub(r"\D", "", found.group(1)), _blank(text, found)
        for pattern in (_LANDLINE, _EXTENSION):
            if found := pattern.search(text):
                return found.group(1), _blank(text, found)
        return "", text

    def _room(self, text: str) -> re.Match[str] | None:
        if "窗" in text and (window := _WINDOW.search(text)):
            return window
        for found in _ROOM.finditer(text):
            if found.group(2) or not (
                _NOT_ROOM_BEFORE.search(text[: found.start()]) or _NOT_ROOM_AFTER.match(text[found.end() :])
            ):
                return found
        return None


def _alternatives(words: Sequence[str]) -> re.Pattern[str]:
    ordered = sorted(words, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, ordered)) or r"(?!)")


def _blank(text: str, found: re.Match[str]) -> str:
    return text[: found.start(1)] + " " * (found.end(1) - found.start(1)) + text[found.end(1) :]


def _first(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found.group(1) if found else ""


def _floor_name(found: re.Match[str]) -> str:
    said = found.group(1) or found.group(2)
    if said in ("首", "顶", "夹"):
        return {"首": "首层", "顶": "顶楼", "夹": "夹层"}[said]
    if said.startswith(("负", "b", "地下")):
        level = number(said.lstrip("负b地下") or "1")
        return f"负{level}楼"
    value = number(said)
    return f"{value}楼" if value is not None else found.group(0)


def _room_name(found: re.Match[str]) -> str:
    said = found.group(1)
    if "窗" in said:
        return said
    value = said.upper()
    digits = number(said)
    return str(digits) if digits is not None else value


def _joined(text: str, spans: list[tuple[int, int]]) -> str:
    """The place as it was said, near pieces with what stands between them."""
    pieces: list[str] = []
    last = None
    for start, end in spans:
        if last is not None and start < last:
            if end > last:
                pieces[-1] += text[last:end]
                last = end
            continue
        if last is not None and start - last <= 1 and text[last:start] not in "，。；、":
            pieces[-1] += text[last:end]
        else:
            pieces.append(text[start:end])
        last = end
    return "".join(piece.strip() for piece in pieces).upper()


def _count(text: str) -> int | None:
    found = _COUNT.search(text)
    if not found:
        return None
    said = found.group(1)
    if "几" in said:
        return 12 if said.startswith("十") else 30 if "十" in said else 4
    if said.endswith("多"):
        said = said[:-1]
    return number(said)

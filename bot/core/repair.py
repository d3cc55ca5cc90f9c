"""What a technician says of a repair, taken apart: cause, measures, fault, minutes; and minutes of work from events. Pure.

It splits words, it does not judge them: what it cannot place is a cause when nothing was done in it, else a measure.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

LONGEST_MIN = 24 * 60
ROUND_MIN = 5
"""Proposed minutes are rounded up to this."""

_DIGITS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"两": 2, "半": 0}
_AMOUNT = r"(?:\d{1,4}(?:\.\d)?|[一二两三四五六七八九十]{1,3})"
_TIME = re.compile(
    rf"(?:用时|耗时|用了|花了|共|约|大概)?[:：]?\s*(?:"
    rf"(?P<hours>{_AMOUNT})\s*个?(?P<half>半)?(?:小时|钟头|h)(?P<half_after>半)?(?:零?(?P<and>{_AMOUNT})\s*(?:分钟|分))?"
    rf"|(?P<alone>半)个?(?:小时|钟头)"
    rf"|(?P<quarters>[一三])刻钟"
    rf"|(?P<minutes>{_AMOUNT})\s*(?:分钟|分|min))",
    re.I,
)
_LABEL = re.compile(r"^(?P<label>故障原因|原因|处理|措施|办法|故障|现象|用时|耗时)\s*[:：]\s*(?P<said>.+)$")
_LABELS = {
    "故障原因": "cause",
    "原因": "cause",
    "处理": "measures",
    "措施": "measures",
    "办法": "measures",
    "故障": "fault",
    "现象": "fault",
}
_DONE = re.compile(
    "换|重装|重启|重插|重做|重新|重接|重置|清|擦|插好|插紧|拧|紧固|取出|拿出|掏出|接好|接上|安装|装好|装上|装了|升级|更新|卸载|删|"
    "修复|修改|改|调|设置|设为|打开|开启|启用|关闭|关掉|停用|禁用|复位|恢复|补|加装|加了|加好|焊|熔接|配置|配好|绑定|解绑|解除|"
    "解锁|释放|迁移|拷|导入|导出|联系|报修|送修|返厂|校准|校正|注油|润滑|固定|扎|布线|拉线|压接|打线|移开|拔|放电|除尘|授权|登记"
)
_RESULT = re.compile("正常|好了|测试|试了|通过|可以用|能用")
_BROKEN = re.compile(
    "磨损|损坏|坏|松|老化|脏|断|堵|卡|过期|没电|冲突|误|脱落|掉|错|满|短路|受潮|失效|故障|异常|丢失|缺|受损|接触不良|不良|过热|积灰"
)
_BECAUSE = re.compile(r"^(?:是)?(?:因为|由于|原因是|原因为)")
_SAYS_NOTHING = re.compile(
    r"已经|已|处理|解决|修好|修复|搞定|完成|完毕|好了|可以|恢复|正常|弄好|弄|修|现场|故障|问题|用户|了|的|好|没|ok|yes|done|\W|_|\d",
    re.I,
)


@dataclass(frozen=True)
class Said:
    """The parts of a record that a text gives; empty or None where it says nothing."""

    cause: str = ""
    measures: str = ""
    fault: str = ""
    """What he calls the fault, in his words."""
    minutes: int | None = None


@dataclass(frozen=True)
class Moment:
    """An event of the ticket's timeline: when and what."""

    at: datetime
    kind: str


def read(text: str) -> Said:
    """The parts of a record in one line or sentence."""
    minutes = minutes_of(text)
    parts: dict[str, list[str]] = {"cause": [], "measures": [], "fault": []}
    for clause in re.split(r"[，,；;。\n]+|\s{2,}", _TIME.sub("，", text)):
        said = clause.strip(" ：:、.!！")
        if not said or said in ("用时", "耗时", "原因", "处理", "故障"):
            continue
        if (labelled := _LABEL.match(clause.strip())) and (part := _LABELS.get(labelled["label"])):
            parts[part].append(labelled["said"].strip())
            continue
        for part, words in _split(said):
            parts[part].append(words)
    cause, measures, fault = ("，".join(parts[name]) for name in ("cause", "measures", "fault"))
    return Said(cause, measures, fault, minutes)


def minutes_of(text: str) -> int | None:
    """The minutes of work a text names (25分钟, 1小时20分, 半小时); the last time named counts."""
    found = list(_TIME.finditer(text))
    if not found:
        return None
    match = found[-1]
    if match["alone"]:
        value = 30.0
    elif match["quarters"]:
        value = _number(match["quarters"]) * 15
    elif match["hours"]:
        half = 30 if match["half"] or match["half_after"] else 0
        value = _number(match["hours"]) * 60 + half + (_number(match["and"]) if match["and"] else 0)
    else:
        value = _number(match["minutes"])
    return int(value) if 1 <= value <= LONGEST_MIN else None


def says_nothing(text: str) -> bool:
    """已处理, 好了, 搞定: words that leave nothing to learn from."""
    return len(_SAYS_NOTHING.sub("", text)) < 2


def worked(timeline: Iterable[Moment], until: datetime) -> int:
    """Minutes of work to propose: from arrival (or going remote) to the repair, pauses left out, rounded up to five.

    Without arrival the work began when the ticket was accepted.
    """
    moments = sorted((m for m in timeline if m.at <= until), key=lambda m: m.at)
    begins = next((m.at for m in moments if m.kind in ("arrive", "remote")), None)
    begins = begins or next((m.at for m in moments if m.kind == "accept"), until)
    spent, since = timedelta(0), begins
    running = True
    for moment in (m for m in moments if m.at >= begins):
        if running and moment.kind in ("paused", "resolved"):
            spent, running = spent + (moment.at - since), False
        elif not running and moment.kind in ("resumed", "not-fixed", "arrive", "remote"):
            since, running = moment.at, True
    if running:
        spent += until - since
    minutes = -(-int(spent.total_seconds()) // 60)
    return min(max(ROUND_MIN, -(-minutes // ROUND_MIN) * ROUND_MIN), LONGEST_MIN)


def missing(record: Mapping[str, object]) -> str:
    """The next part to ask for: words | cause | measures | fault | minutes; empty when the record is complete."""
    if not record["cause"] and not record["measures"]:
        return "words"
    return next((part for part in ("measures", "cause", "fault", "minutes") if not record[part]), "")


def _split(said: str) -> list[tuple[str, str]]:
    """A clause without label: what was wrong, what was done, or first the one and then the other."""
    because = _BECAUSE.match(said)
    bare = said[because.end() :] if because else said
    done = _DONE.search(bare)
    if done is None:
        return [("measures" if _RESULT.search(bare) and not because else "cause", bare)]
    before = bare[: done.start()].rstrip("已就把将了给，、 ")
    if len(before) >= 2 and (because or _BROKEN.search(before)):
        return [("cause", before), ("measures", bare[len(before) :].lstrip("，、 "))]
    return [("measures", bare)]


def _number(said: str) -> float:
    """An amount in digits or in Chinese, up to ninety-nine."""
    if said[0].isdigit():
        return float(said)
    tens, ten, ones = said.partition("十")
    if not ten:
        return float(_DIGITS[said[0]])
    return float((_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones[0]] if ones else 0))

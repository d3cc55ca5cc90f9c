"""Whether a clause tells a second fault, or more about the first: a judgement with a weight for each thing it looks at.

The weights stand in `second.yaml`, learned by `yunwei learn second` from labelled messages that tell one fault in several
clauses and from those that tell two; what is looked at stands here, and can be read.
"""

import math
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from knowledge.evidence import Evidence
from knowledge.judging import Judge, read
from knowledge.model import Book
from knowledge.ranking import Ranking

FILE = Path(__file__).parent / "second.yaml"
How = Literal["clauses", "cut", "of both"]
"""How a message was divided: at its punctuation, cut in two where it had none, or one thing said of two devices at once."""
FAMILY = (
    frozenset({"desktop-pc", "laptop", "os-environment"}),
    frozenset({"display-monitor", "usb-peripheral"}),
)
"""A computer and what belongs to it: a mouse that does not move is a sign of the freeze that was reported."""
PORTABLE = frozenset({"laptop", "mobile-terminal"})
"""Devices that are all of a piece: the screen that broke is the tablet's own."""
TRIED = re.compile(
    "^(?:我?已?经?(?:换|试|重启|重装|重插|拔|插|关|擦|清|检查|更新)(?:了|过|掉))|也[是还都]{0,2}(?:一样|这样|那样|如此|不行|没用|不好使|老样子)|也(?:重|试|换|装)|(?:换|试|重启|重装|装|查|擦|插)过|^(?:只能|只好|只得|得|要)|才(?:行|能|可以)"
)
"""What was tried, or is done instead: 只能插鼠标用, 换了电脑也一样, 关了又开也是这样, 驱动重装过了."""
_BESIDES = re.compile(
    "^(?:另外?|还有|顺便|此外|再就是|同时|然后|以及|再加上|外加|还(?!在|好|行|可以|能))"
    "(?!(?:大概)?[\\d半几一两三四五六七八九十]{1,3}个?(?:分|小时|钟|天|周|月)|一会|没|就没)"
)
"""A word that begins another matter."""
_AS_WELL = re.compile("^[^也]{1,8}[也又](?![是还都]|不行|没用|一样|不好使|试|换|重启)")
"""Something is broken as well."""
_TWO = re.compile("[两二2俩][个样件处台部条张]|①|1[、.）)]|一是|第一|分别|其一|俩|都麻烦|一并|两边")
"""It says that there are two."""
CAUSE = re.compile("导致|所以|因为|害得|搞得|弄得|结果|引起|于是")
"""One thing leads to another: they are one matter."""
_SHOWS = re.compile("^(?:提示|显示|弹|报|写着|说|上面|屏幕上|就是|比如|例如|怀疑|估计|可能|应该是|好像是)")
"""What is on the screen, or what he makes of it."""
_WHO = re.compile(
    "隔壁|旁边|对面|他|她|同事|阿[一-鿿]|小(?![时组板屏])[一-鿿]|老(?![是师板化旧])[一-鿿]|[一-鿿](?:姐|哥|工|科|处|主任|局)|领导|师傅"
)
"""Whose it is."""
_MINE = re.compile("我|自己|本人")
_WHERE = re.compile(
    r"\d{3,4}|[一二三四五六七八九十\d]+(?:楼|层|号窗?|窗|栋|座)|大厅|会议室|走廊|机房|门口|前台|档案室|财务|值班"
)
_WHICH = re.compile("那[台部]|另[外一]|一[台部]")
_WELL = re.compile("正常|没事|好的|能用|可以|没问题|都行|就行|能上|不行|一样")
"""The others, or it itself, are well; or just the same."""
_ORDERED = re.compile("^.{0,2}(?:另|还有|顺便|再|对了|外加|加上|[①②]|然后|跟)|^[2二]")
PARTS = frozenset(
    {
        "屏幕",
        "屏",
        "键盘",
        "电池",
        "面板",
        "外壳",
        "画面",
        "喇叭",
        "指示灯",
        "电源",
        "硬盘",
        "鼠标",
        "显示屏",
        "触摸屏",
        "摄像头",
        "麦克风",
    }
)
"""What a device has of its own: named after another device it is a part of that one."""


@dataclass(frozen=True)
class Clause:
    """A clause read by itself: as it was said, without what joins it, its evidence, and what it speaks for most."""

    text: str
    core: str
    evidence: Evidence
    ranking: Ranking


def begins(text: str) -> bool:
    """Whether a clause begins with a word that begins another matter."""
    return bool(_BESIDES.search(text))


def own_part(book: Book, first: Clause, second: Clause) -> bool:
    """Whether the second clause names a part of the portable device the first is about: 平板摔了，屏幕裂了."""
    one, other = book.faults[first.ranking.label], book.faults[second.ranking.label]
    noun = second.evidence.nouns.get(other.item, "")
    return one.item in PORTABLE and other.item in FAMILY[1] and noun in PARTS and not begins(second.text)


def looked_at(
    book: Book, said: str, whole: Ranking, first: Clause, second: Clause, *, clauses: int, how: How, each: bool
) -> dict[str, float]:
    """What the judgement looks at, by name: `first` and `second` of a message's `clauses` each tell a fault by themselves.
    `each`: the clauses are 一台…，一台…."""
    one, other = book.faults[first.ranking.label], book.faults[second.ranking.label]
    noun = second.evidence.nouns.get(other.item, "")
    whose, where, well = _others(_WHO, first, second), _others(_WHERE, first, second), bool(_WELL.search(second.text))
    mine = bool(_MINE.search(second.text) and _WHO.search(first.text))
    odds, odds_of_first = _odds(second.ranking.confidence), _odds(first.ranking.confidence)
    own = bool(noun) and noun not in set(first.evidence.nouns.values())
    besides, as_well, same = begins(second.text), bool(_AS_WELL.search(second.text)), one.item == other.item
    both = {one.item, other.item}
    return {
        "sure of it": second.ranking.confidence,
        "sure of it, odds": odds,
        "sure of the first": first.ranking.confidence,
        "sure of the first, odds": odds_of_first,
        "weaker, odds": min(odds, odds_of_first),
        "not the first by itself": 1 - _chance(second.ranking, one.slug),
        "the first as well": _chance(first.ranking, other.slug),
        "likely in the whole": math.log10(_chance(whole, other.slug) + 1e-3) + 3,
        "same item": same,
        "look alike": any({one.slug, other.slug} <= set(g.faults) for g in book.symptom_groups.values()),
        "computer and its part": bool(both & FAMILY[0]) and both <= FAMILY[0] | FAMILY[1] and not same,
        "device of its own": own,
        "device of its own, sure": own * second.ranking.confidence,
        "a part": noun in PARTS,
        "besides": besides,
        "as well": as_well,
        "same item, said so": same and (besides or as_well),
        "one each": each,
        "tried": bool(TRIED.search(second.core)),
        "another person": (whose or mine) and not well,
        "another place": where and bool(_WHERE.search(first.text)),
        "a place of its own": where and not _WHERE.search(first.text),
        "which of its own": bool(_WHICH.search(second.text)) and not _WHICH.search(first.text),
        "well": well,
        "in order": bool(_ORDERED.search(second.text)),
        "clauses": math.log(clauses),
        "two clauses": clauses == 2,
        "cut": how != "clauses",
        "of both": how == "of both",
        "length": min(len(second.core), 10) / 10,
        "says two": bool(_TWO.search(said)),
        "cause": bool(CAUSE.search(said)),
        "shows": bool(_SHOWS.search(second.core)),
    }


def _others(words: re.Pattern[str], first: Clause, second: Clause) -> bool:
    """Whether the second clause says whose or where it is, and not what the first says."""
    return bool(set(words.findall(second.text)) - set(words.findall(first.text)))


def _odds(confidence: float) -> float:
    """Logarithmic odds, a quarter of them, between 0.01 and 0.99."""
    kept = min(max(confidence, 0.01), 0.99)
    return math.log(kept / (1 - kept)) / 4


def _chance(ranking: Ranking, slug: str) -> float:
    return next((c.score for c in ranking.candidates if c.fault == slug), 0.0)


@cache
def shipped() -> Judge:
    """The judge of `second.yaml`. Raises OSError or ValueError when it cannot be read."""
    return read(FILE)

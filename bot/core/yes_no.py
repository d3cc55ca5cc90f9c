"""A yes, a no or a not yet in people's own words (行，弄吧 / 不行，先别动 / 等一下), said to what they were asked. Pure.

Whole lines only: 行 is a yes, 行政楼断网了 is none. What was asked, and whether it is the only thing, is the caller's to know.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum


class Answer(StrEnum):
    """What a line says to a question."""

    YES = "yes"
    NO = "no"
    LATER = "later"
    HEARD = "heard"
    """好的, 收到: it may be a yes, and it may be no more than politeness."""


@dataclass(frozen=True)
class Said:
    """The answer, and the reason that followed a no."""

    answer: Answer
    why: str = ""


_AGREED = r"(?:(?:可以|行|没问题|没意见|无意见|同意|批|准|成|OK)(?:的|啊|呀|吧|哈|呢)?|(?:同意|批|准)了(?:吧)?)"
"""可以了 and 行了 rather say that it works again."""
_TOO = r"(?:好的?|嗯+|哦)"
_BY = r"(?:我(?:们)?(?:领导|主任|科长|处长)?(?:也|都)?(?:说)?|(?:领导|主任|科长|处长)(?:也|都)?(?:说)?)?(?:了)?"
_DO = (
    r"(?:你们?|您|那就?|就|先|给(?:他|她|他们)|尽管|赶紧|快|直接|来)*"
    r"(?:弄|重装|装|做|搞|开通?|办理?|动手?|换|修|处理|开始|拆|操作|安排|发|删|清|升级|重启|走|来|批)(?:上|掉|了|吧|呗|好了|就是|就行|一下)*"
)
_YES = re.compile(
    rf"^(?:{_BY}{_AGREED}(?:[，,\s]*{_AGREED})?(?:[，,\s]*(?:{_DO}))?|{_TOO}[，,\s]*(?:{_AGREED}|{_DO})|(?:那|就|先)*(?:你们?|您){_DO}吧|"
    rf"{_DO}(?<=[吧呗]))[。!~]*$"
)
_NO = re.compile(
    r"^(?:我(?:们)?)?(?:不行|不可以|不能(?:弄|动|装|批|换|开)?|不同意|不批准?|不准|换不了|不太?方便|不愿意|别(?:弄|动|装|换|开|拆)(?:了)?)"
    r"(?:的|啊|呀|吧|哦|哈)?(?:$|[。!，,:\s]+(?P<why>\S.*)?)$",
    re.S,
)
_LATER = re.compile(
    r"^(?:那)?(?:先(?:不|别|等|缓)|等(?:等|一下|一等|会|我|下)|稍等|缓一?缓|再(?:等等|说|看看)|晚点|回头|我(?:先|再|要)*(?:想想|看看|考虑|问一?[下问]|问问|请示))"
    r"[^?]{0,20}$"
)
_HEARD = re.compile(r"^(?:好的?(?!了)|好吧|好嘞|嗯+|哦+|收到|知道了?|了解|明白)(?:了|哈|啊)?[。!~]*$")


def read(text: str) -> Said | None:
    """What a line answers; None when it is no answer as a whole."""
    line = unicodedata.normalize("NFKC", text).strip().upper()
    if _YES.match(line):
        return Said(Answer.YES)
    if match := _NO.match(line):
        return Said(Answer.NO, (match["why"] or "").strip(" 。!,"))
    if _LATER.match(line):
        return Said(Answer.LATER)
    return Said(Answer.HEARD) if _HEARD.match(line) else None


_SAVED = re.compile(
    r"^(?:我(?:们)?)?(?:的)?(?:数据|资料|文件|东西|重要的?)*(?:已经?|都|全|自己|刚|早就)*"
    r"(?:备份|存|拷|导|复制|保存)(?:出来|下来|出去|走|完|好|过|到[^?，,]{1,8})*(?:了)[。!~]*$"
)
_UNSAVED = re.compile(r"^(?:我(?:们)?)?(?:还|都|什么都)?没(?:有)?(?:来得及)?(?:备份|拷|存)(?:过|好|完|呢)?[。!~]*$")


def saved(text: str) -> bool | None:
    """Whether a line says that the data are saved (都备份好了, 我已经拷出来了) or are not; None when it says neither."""
    line = unicodedata.normalize("NFKC", text).strip()
    return True if _SAVED.match(line) else False if _UNSAVED.match(line) else None

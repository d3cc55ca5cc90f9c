"""Reading an answer to a question with options, however it is typed: a number, an ordinal, some of the words, yes or no."""

import re
from collections.abc import Sequence

from knowledge.text import number

_ORDINAL = re.compile(
    r"^(?:选|选择|第|是第|应该是第|是)?\s*([一二三四五六七八九十]|\d{1,2})\s*(?:个|项|种|号|，|。|、|\.|吧)?(?:吧|的|啊)?$"
)
_YES = (
    "是",
    "是的",
    "对",
    "对的",
    "嗯",
    "嗯嗯",
    "系",
    "系啊",
    "没错",
    "有",
    "有的",
    "是啊",
    "对啊",
    "yes",
    "y",
    "好",
    "好的",
)
_NO = ("不是", "不是的", "否", "没有", "没", "唔系", "不对", "no", "n", "冇", "都不是", "以上都不是", "不", "都唔系")
_NONE = ("都不是", "以上都不是", "都唔系", "其他", "别的", "都不对")
_NOISE = re.compile(r"[\s，。！？、,.!?~～]+")
_ENOUGH = 0.5


def read_answer(options: Sequence[str], text: str) -> int | None:
    """Which option (counted from 0) an answer means, or None when it cannot be told.

    Numbers count from 1. With two options, yes and no mean the first and the second. Words must point to one option
    clearly better than to any other.
    """
    said = _NOISE.sub("", text).lower()
    if not said or not options:
        return None
    if ordinal := _ORDINAL.match(said):
        index = (number(ordinal.group(1)) or 0) - 1
        return index if 0 <= index < len(options) else None
    for index, option in enumerate(options):
        if said == _NOISE.sub("", option).lower():
            return index
    if said in ("最后一个", "最后那个"):
        return len(options) - 1
    if said in _NONE:
        return next((i for i, option in enumerate(options) if option.startswith("都不是")), None)
    if len(options) == 2 and (said in _YES or said in _NO):
        return 0 if said in _YES else 1
    return _nearest(options, said)


def _nearest(options: Sequence[str], said: str) -> int | None:
    scores = sorted(((_overlap(said, option), -index) for index, option in enumerate(options)), reverse=True)
    best, second = scores[0], scores[1] if len(scores) > 1 else (0.0, 0)
    if best[0] >= _ENOUGH and best[0] - second[0] >= 0.2:
        return -best[1]
    return None


def _overlap(said: str, option: str) -> float:
    """How much of the shorter of the two, in pairs of characters, is in the other."""
    left, right = _pairs(said), _pairs(_NOISE.sub("", option).lower())
    smaller = min(len(left), len(right))
    return len(left & right) / smaller if smaller else 0.0


def _pairs(text: str) -> set[str]:
    return {text[i : i + 2] for i in range(len(text) - 1)} or {text}

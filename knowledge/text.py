"""Bringing a message into the one form everything is matched in: simplified, half-width, lower case, Cantonese and slips mapped.

The original is kept by whoever called; nothing here is shown to people.
"""

import re
import unicodedata
from collections.abc import Mapping

from opencc import OpenCC

_MENTION = re.compile(r"@\S{1,20}[\s ]*|\[(?:图片|语音|文件|表情|链接|位置)\]|\[[一-鿿]{1,4}\]")
_SPACE = re.compile(r"(?<=[一-鿿，。！？；、])\s+|\s+(?=[一-鿿，。！？；、])")
_SPACES = re.compile(r"\s+")
_REPEATED = re.compile(r"([^\d])\1{3,}")
_COMMAS = str.maketrans(
    {",": "，", ";": "；", "!": "！", "?": "？", ":": "：", "(": "（", ")": "）", "~": "，", "\u3000": " "}
)
_ASCII_DOT = re.compile(r"(?<=[一-鿿])\.+")


class Normaliser:
    """Built once from the rewriting table (longest wording first at each place)."""

    def __init__(self, table: Mapping[str, str]) -> None:
        self._simplify = OpenCC("t2s")
        self._table = dict(table)
        longest_first = sorted(table, key=len, reverse=True)
        self._wording = re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")

    def __call__(self, text: str) -> str:
        """The message in matching form."""
        text = unicodedata.normalize("NFKC", text).lower()
        if "[" in text or "@" in text:
            text = _MENTION.sub(" ", text)
        text = self.simplified(text).translate(_COMMAS)
        if "." in text:
            text = _ASCII_DOT.sub("。", text)
        if _SPACES.search(text):
            text = _SPACES.sub(" ", _SPACE.sub("", text)).strip()
        text = _REPEATED.sub(r"\1\1\1", text)
        once = self._rewritten(text)
        return once if once == text else self._rewritten(once)

    def simplified(self, text: str) -> str:
        """Traditional characters to simplified. Text that GB 2312 can write has none, and skips the conversion."""
        try:
            text.encode("gb2312")
            return text
        except UnicodeEncodeError:
            return str(self._simplify.convert(text))

    def _rewritten(self, text: str) -> str:
        return self._wording.sub(lambda found: self._table[found[0]], text)


_LEAN = re.compile(
    r"(?<![不得为])了|[的也又还就呢啊吧嘛呀啦哦着]|突然|忽然|好像|有点儿?|已经|现在|刚刚|刚才|居然|这个|那个|这台|那台"
    r"|[很太真超]|非常|特别|好(?=[慢卡淡暗热吵响差大小])"
)


def lean(text: str) -> str:
    """A normalised text without particles and adverbs: 卡住了纸 and 卡住纸 are the same wording of a fault."""
    return _LEAN.sub("", text)


DIGITS = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}


def number(text: str) -> int | None:
    """A small number in digits or characters (0 to 99, or a string of digit characters such as 三零二)."""
    if text.isdigit():
        return int(text)
    if "十" in text:
        tens, _, ones = text.partition("十")
        if (tens and tens not in DIGITS) or (ones and ones not in DIGITS):
            return None
        return (DIGITS[tens] if tens else 1) * 10 + (DIGITS[ones] if ones else 0)
    if text and all(ch in DIGITS for ch in text):
        return int("".join(str(DIGITS[ch]) for ch in text))
    return None

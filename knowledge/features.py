"""What of a message is weighed: its characters, pairs and triples of them, jieba's words, pairs of sounds, and which known
wordings are in it. Each is a short readable string; the learned weights (`weights.tsv`) say for what it speaks.

Sounds make slips of the pinyin keyboard and of dictation (咔纸, 打应机) look like what was meant: characters of one sound,
with the pairs that southern speakers mix (zh/z, n/l, -ng/-n) taken as one, are the same character.
"""

import re
from collections.abc import Iterable, Mapping
from itertools import chain
from operator import add

_BREAK = re.compile(r"[|，。！？；、：\s（）“”\"'…\-—/]+")
_PLACE = re.compile(r"[a-h]?\d{1,4}(?=室|房|楼|号|层|栋|座|窗|办公)|(?<=[楼座栋层])\d{3,4}")
_LONG = re.compile(r"\d{5,}")
_COURTESY = re.compile(
    r"(?:请问)?(?:(?<![一-鿿])有[冇没]?有?|(?<=请问)有)(?:人|客服)在?线?[吗嘛么不没冇](?=[，。！？；\s]|$)|(?:各位)?(?:老师|师傅|领导|同志|大哥)?[您你]们?好|早上好|下午好|在吗|打扰了|(?:谢谢|多谢|感谢|辛苦|麻烦|唔该)(?:晒|了|啦|您|你|大家|师傅|老师)*"
    r"|尽快|赶紧|赶快|快[点些啲](?:来人?|派人|过来|看看|处理)?|[好很]急|急{2,}|急用|在线等|[啊呀哦呢啦嘞哈喔噢嘛咯啰]+(?=[，。！？；]|$)"
    r"|(?<=[，。；！])(?:(?:今|明|后)天|下?周[一二三四五六日天])?(?:上午|下午|中午|早上|晚上|全天)?(?:有空|方便|都在|在的)(?=[，。；！]|$)|直接派人(?:来|过来)?"
)
"""Greetings, thanks, haste, when it suits and particles say nothing of a fault."""
WORD, SOUND, KNOWN = "w:", "~", "="


class Features:
    """Reads the features of a normalised text. `sounds` maps a character's code to the one that stands for its sound."""

    def __init__(self, sounds: Mapping[int, str]) -> None:
        self._sounds = sounds

    def __call__(self, said: str, tokens: Iterable[str], known: Iterable[str] = ()) -> list[str]:
        """The features of a message: `tokens` are jieba's words of it, `known` the names of wordings found in it."""
        text = bare(said)
        heard = text.translate(self._sounds)
        pairs = list(map(add, text, text[1:]))
        sounds = map(SOUND.__add__, map(add, heard, heard[1:]))
        triples = map(add, pairs, text[2:])
        words = [WORD + token for token in tokens if len(token) > 1]
        names = map(KNOWN.__add__, known)
        return list(
            dict.fromkeys(chain(text, chain.from_iterable(zip(pairs, sounds, strict=True)), triples, words, names))
        )


def is_triple(feature: str) -> bool:
    """Whether a feature is three characters in a row: by far the most there are, and the ones that matter least each."""
    return len(feature) == 3 and not feature.startswith((SOUND, KNOWN))


def bare(said: str) -> str:
    """A normalised text between two bars: punctuation and courtesy one bar, numbers of places and long numbers a zero."""
    text = _LONG.sub("0", _PLACE.sub("0", _COURTESY.sub("|", said)))
    text = _BREAK.sub("|", text).strip("|")
    return f"|{text}|" if text else ""


def read_sounds(lines: Iterable[str]) -> dict[int, str]:
    """The table of sounds: one sound a line, its characters together; the first stands for all."""
    table: dict[int, str] = {}
    for line in lines:
        characters = line.partition(" ")[2].strip()
        for character in characters[1:]:
            table[ord(character)] = characters[0]
    return table

"""What a message wants when it is not (only) a report: progress, urging, cancelling, thanks, a yes, a person."""

import re
from collections.abc import Mapping, Sequence

from knowledge.scan import Hit, Index

_NOISE = re.compile(r"[\s，。！？、.,!?~～…\-—^_]+|[\U0001f300-\U0001faff☀-➿]+|\[[^\]]*\]")
_COURTESY = re.compile(
    r"^(?:师傅|老师|您好|你好|麻烦)|(?:谢谢您?|多谢|感谢|辛苦了?|麻烦了)(?:师傅|老师|啦|了)?$|(?:师傅|老师)$"
)
_PARTICLES = re.compile(r"[啊呀哦呢啦嘞哈吧喔噢嘛么哟]+$")


class IntentReader:
    """Whole-message wordings ("=…") and contained ones, in the order of precedence of the table."""

    def __init__(self, table: Mapping[str, Sequence[str]]) -> None:
        self._whole: dict[str, str] = {}
        self._order = list(table)
        self._index: Index[str] = Index()
        for intent, wordings in table.items():
            self._index.add((w for w in wordings if not w.startswith("=")), intent)
            for wording in wordings:
                if wording.startswith("="):
                    self._whole.setdefault(wording[1:], intent)

    def whole(self, text: str) -> str | None:
        """The intent of a message that consists of nothing but it."""
        bare = _NOISE.sub("", text)
        for form in (bare, _PARTICLES.sub("", bare), _PARTICLES.sub("", _COURTESY.sub("", bare))):
            if form in self._whole:
                return self._whole[form]
        return None

    def contained(self, text: str) -> tuple[str, Hit[str]] | None:
        """The first intent in precedence a wording of which is in the message, with where."""
        found: dict[str, Hit[str]] = {}
        for hit in self._index.scan(text):
            for intent in hit.owners:
                found.setdefault(intent, hit)
        for intent in self._order:
            if intent in found:
                return intent, found[intent]
        return None

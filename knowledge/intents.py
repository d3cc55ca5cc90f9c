"""What a message wants when it is not (only) a report: progress, urging, cancelling, thanks, a yes, a person."""

import re
from collections.abc import Iterator, Mapping, Sequence

from knowledge.scan import Hit, Index

_NOISE = re.compile(r"[\s，。！？、.,!?~～…\-—^_]+|[\U0001f300-\U0001faff☀-➿]+|\[[^\]]*\]")
_PART = re.compile(r"[\s，。！？、,.!?~～…]+")
_COURTESY = re.compile(
    r"^(?:师傅|老师|您好|你好|麻烦)|(?:谢谢您?|多谢|感谢|辛苦了?|麻烦了)(?:师傅|老师|啦|了)?$|(?:师傅|老师|小?助手)$"
)
_ASKS = re.compile("没(?!事)|不|未|吗|么|什么时候|多久|怎么|几时|是否|如果|才|就[能可行好]")
"""With one of these, a message that ends like a wording does not say it: "什么时候能好了"."""
_WHEN = re.compile("(?:什么时候|多久|几时|几点|能不能|是否|可不可以)[^，。]*$")
_OPENING = re.compile(
    r"(?=.*(?:咨询|请教|反映|情况|[想要]问|问[一个点下]|有[个点件]事))"
    r"(?:[我想要有请您你在问好]|这[边里]|[点个些件下]|事情?|问题|情况|咨询|请教|反映|了解|麻烦|能不能|可不可以|可以|老师|师傅|一下|早上|下午|就是)+"
)
"""That somebody wants to ask or tell something, and nothing yet of what: 有点问题想咨询."""
_IF = re.compile("(?:如果|要是|万一|到时候?|若是?|假如)[^，。！？]{0,8}$")
"""What may come to be has not: 到时候要是还不行再找你."""
_PREPARED = re.compile("(?:插|接|装|换|放|摆|备|开|办|填|登|充|设|配|领|拿|写|签|约|定|订|说|谈|排)好[了啦]?$")
"""Done by somebody, and no word of whether it works now: 人事说已经开好了, 线都插好了."""
_PARTICLES = re.compile(r"[啊呀哦呢啦嘞哈吧喔噢嘛么哟]+$")
_LE = re.compile("[咯喽喇]+(?=[啊呀哦呢嘞哈吧]*$)")
"""了 as it is spoken: 没事咯."""


class IntentReader:
    """Whole-message wordings ("=好了"), endings ("…好了") and contained ones, in the order of precedence of the table."""

    def __init__(self, table: Mapping[str, Sequence[str]]) -> None:
        self._whole: dict[str, str] = {}
        self._endings: list[tuple[str, str]] = []
        self._order = list(table)
        self._index: Index[str] = Index()
        for intent, wordings in table.items():
            self._index.add((w for w in wordings if w[0] not in "=…"), intent)
            self._endings += [(wording[1:], intent) for wording in wordings if wording.startswith("…")]
            for wording in wordings:
                if wording.startswith("="):
                    self._whole.setdefault(wording[1:], intent)
        self._closing = tuple(ending for ending, _ in self._endings)

    def whole(self, text: str) -> str | None:
        """The intent of a message that consists of nothing but it, or of several of which the first in precedence counts."""
        if (intent := self._one(text)) is not None:
            return intent
        parts = [self._one(part) for part in _PART.split(text) if part]
        return min((p for p in parts if p), key=self._order.index) if len(parts) > 1 and all(parts) else None

    def _one(self, text: str) -> str | None:
        bare = _LE.sub("了", _NOISE.sub("", text))
        plain = _PARTICLES.sub("", bare)
        for form in (bare, plain, _PARTICLES.sub("", _COURTESY.sub("", bare))):
            if form in self._whole:
                return self._whole[form]
        return "greeting" if _OPENING.fullmatch(plain) else None

    def contained(self, text: str) -> tuple[str, Hit[str]] | None:
        """The first intent in precedence a wording of which is in the message, with where."""
        found: dict[str, Hit[str]] = {}
        for hit in self._index.scan(text):
            for intent in hit.owners:
                before = text[: hit.start]
                if not _IF.search(before) and (intent != "done" or not _WHEN.search(before)):
                    found.setdefault(intent, hit)
        for intent, hit in self._ended(text):
            found.setdefault(intent, hit)
        for intent in self._order:
            if intent in found:
                return intent, found[intent]
        return None

    def _ended(self, text: str) -> Iterator[tuple[str, Hit[str]]]:
        """The intents whose endings close the message, courtesy and particles aside."""
        said = _PARTICLES.sub("", _COURTESY.sub("", _LE.sub("了", _NOISE.sub("", text))))
        if not said.endswith(self._closing):
            return
        for ending, intent in self._endings:
            if (
                said.endswith(ending)
                and not _ASKS.search(said.removesuffix(ending)[-8:])
                and not _PREPARED.search(said)
            ):
                start = text.rfind(ending)
                yield intent, Hit(start, start + len(ending), ending, (intent,))

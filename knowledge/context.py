"""What a message means after what was said before: the answer to our question, or a sequel to a report that is open.

One sentence rarely tells it all. A few words that would look like some other fault by themselves ("全是黑的", "插了网线没灯")
are read together with what was told before; only what names something else, or says 另外, begins another matter.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from knowledge import acts, outcomes, rules
from knowledge.classifier import Classifier
from knowledge.corrected import CORRECTION, RIGHTED, cleared, put_right
from knowledge.model import Book
from knowledge.second import FAMILY
from knowledge.settled import came_back
from knowledge.understanding import Understanding

ALSO, ANOTHER, ELSEWHERE, SURE = 0.3, 0.5, 0.75, 0.95
"""Confidence from which words of an unsure message count, those after 另外 with a device of their own, a wish or a matter for
others, and a report in place of an answer."""
FAINTER = 0.6
"""An answer that leaves an offered fault less than this part of its likelihood was no yes to it: 瘫了 / 网."""
SURENESS, FEWER, KEEPING = (0.2, 0.4, 0.6, 0.75, 0.9, 0.97), (0.4, 0.75, 0.95), (0.1, 0.3, 0.5, 0.8, 0.95)
"""The steps in which confidence, and how likely the open fault stays, are looked at."""
BACK, WRONG = 0.7, 0.4
"""How likely it is that what is there again is over, and the chance that it still is not, or was something else, from which it
counts for nothing. Of 31 such further messages 27 were over; of the other four that was likelier than this."""
LITTLE = 14
"""Characters: a longer message says more than that something is broken."""
_BEGINS = re.compile(
    r"^(?:[哦啊噢嗯喔诶欸哎唉，、\s]|对了?)*(?:另外|另(?=申请|[要报有需想请领借])|仲有(?![\d半几多没冇人])|同埋|还有(?!\d{1,3}[个台部分小秒天点人张页]|[半几多没人]|一会)|顺[便带手]|此外|再就是|还想|再[帮报加]|多报|不好意思再|另一|又一个|一个是|二是|其二|第二[件个]|2[、.）)])|^[，\s]*(?:[哦啊噢哎唉喔诶欸]对了?|对了)"
)
_ALSO = re.compile(
    "^(?!换|试|重|拔|插|关|开)[^，]{1,10}也(?!是|不行|没用|一样|不好使|试|换|重|亮|正常|有|转|通|能|可以|插|开着|好)"
)
"""Something else is said to be broken as well (网络也断了), not to be well (主机灯也亮)."""
_JOIN = re.compile(
    r"^(?:(?:[哦啊噢嗯喔诶欸]|对了|(?<=[哦啊噢])对|另外|另(?=申请|[要报有需想请领借])|还有|顺便(?:[说问报提]一?[下句声])?|此外|再就是|二是|其二|第二[件个]事?|再报一[个件]|[一1]?[个件]事情?)[，、,\s]*)+|(?<=[一-鿿])也(?=[不没坏连打上卡断黑死用出])(?!不行|没用)"
)
"""What joins a message to the one before and says nothing of a fault: 对了, 另外, the 也 of 灯也不亮."""
_QUOTES = re.compile(
    "^(?:(?:现在|屏幕|屏|上面|它|页面|系统|电脑|一直|就|还|又)*(?:提示|显示(?!器|屏|卡|设备)|弹出|弹窗说|报错?|写着|说是))"
)
"""It reads out what is on the screen, which may name any device: 提示认证服务器无响应."""
_OPENS = re.compile("(?:另外|还有|对了|顺便|再就是)[，。：:\\s]*$")
"""The last that was said opens another matter, which comes with the next message: 还有 / 要领两个硒鼓."""
_WHILE_HERE = re.compile(
    "一并[吧啦搞看修弄处]|一趟(?:过来)?[看修弄搞]|来的?(?:时候|的话)[^，。]{0,6}(?:再|也|顺便)(?:帮[忙我]?)?(?:看|修|弄|瞧|检查)"
)
_MIDWAY = re.compile("[，。！；,.!;\\s](?:另外|还有(?![\\d半几多没人]|一会)|顺便|此外|再就是)")
"""Another matter begins in the middle: 先记这个。另外一楼走廊广播有电流声."""
_SPECIFIES = re.compile("^(?:就是|是(?!不是|否)|我?[说讲指]的是)")
"""It says which device the words before were about: 没网 / 是那个执法终端，专网连不上."""


_CONNECTED = re.compile("^(?:是|我|就|都)?(?:插|接|连)(?:的是|的|在|着|到|喺|的系)?[^，。没不无坏断松掉]{2,12}$")
"""Where something is plugged in, and no word of a fault: 插台式前面那个绿孔."""
THING = re.compile("^(?:机[子器]|设备|主机|部机)$")
"""Words for whatever machine was spoken of before."""
_REFERS = re.compile("^[那就哦嗯，,\\s]*(?:剩下|前面|后面|刚才|刚刚|之前|上面)的?[那这]一?[个件条]")
"""It is about a matter that was told: 剩下那个你们远程帮清一下吧."""


@dataclass(frozen=True)
class Sequel:
    """The open matter `stays` what it is, with a detail more; it `becomes` what `meaning` says; or `meaning` `opens` another."""

    kind: outcomes.Kind
    meaning: Understanding
    chance: float = 1.0


class Context:
    """Reads messages with what went before them."""

    def __init__(self, book: Book, classifier: Classifier) -> None:
        self._book = book
        self._understand = classifier.understand
        self._aspects = classifier.aspects
        acts.shipped()  # read at the start, not with the first message that follows a report

    @staticmethod
    def begins(text: str) -> bool:
        """Whether a message says that it begins another matter (另外, 还有, 顺便, 对了, 来的时候再看看…)."""
        return bool(_BEGINS.search(text) or _WHILE_HERE.search(text))

    @staticmethod
    def goes_on(text: str) -> bool:
        """Whether another matter begins in the middle of a message."""
        return bool(_MIDWAY.search(text))

    def gist(self, said: Sequence[str]) -> str:
        """What was told of a matter so far, without the messages that only say where, when or who. Empty: nothing else.

        Of one that only says that a device is broken the device is left, which what is wrong with it joins: 电话坏了 / 没声音
        is read as 电话没声音.
        """
        told = ""
        for text in said:
            meaning = self._understand(text)
            if not meaning.details:
                told = self._joined(told, self._device_of(meaning) or text)
        return told

    @staticmethod
    def _device_of(meaning: Understanding) -> str:
        """The device of a message that says no more than that it is broken; empty: it says more."""
        little = meaning.vague and meaning.decision == "ask" and len(meaning.said) <= LITTLE
        return _device(meaning) if little else ""

    def _joined(self, told: str, text: str) -> str:
        """Both in one message: what is said of a device goes right behind its name, also when the device came later."""
        if not told:
            return text
        before = self._understand(told)
        if before.device_only:
            return f"{told}{text}"
        later = self._understand(text) if not before.named else None
        if later is not None and later.device_only and not later.slots.get("location"):
            return f"{_device(later)}{told}"
        return f"{told}，{text}"

    @staticmethod
    def wishes(meaning: Understanding) -> bool:
        """Whether a message read as a request says that anything is wanted: 606，审计组借用的那间 does not."""
        return meaning.decision == "request" and rules.wished(meaning.said)

    def alone(self, text: str, *, beside: bool = False) -> Understanding:
        """What a message means that joins another matter to an open one, without the words that join it. `beside`: it may
        as well be about the open one."""
        return self._understand(_JOIN.sub("", text) or text, beside=beside)

    def answer(self, told: str, offered: Sequence[str], text: str) -> Understanding:
        """What the answer to a question means. `told` is what was said before, `offered` what the question's options lead to.

        It is read together with what it answers, unless by itself it tells more; one that is likely enough is not asked again.
        """
        alone = self._understand(text, asked=offered)
        if alone.details:
            return self._understand(self._joined(told, text))
        if (slug := self._offered_of(offered, alone)) is not None:
            named = self._understand(self._joined(told, text), asked=[slug], of=[self._book.faults[slug].item])
            if named.fault == slug:
                return replace(named, decision="dispatch", question=None)
        of = self._named_before(told, alone)
        if alone.device_only and not self._understand(told).named and not self._among(offered, alone):
            return self._understand(self._joined(told, text), of=alone.named)
        joint = self._understand(self._joined(told, text), asked=offered, of=of)
        if joint.fault in offered and _likelihood(joint.fault, joint) < FAINTER * _likelihood(
            joint.fault, self._understand(told)
        ):
            joint = self._understand(self._joined(told, text), of=of)
        for meaning in (joint, alone):
            if meaning.fault in offered and meaning.decision == "dispatch" and (not of or meaning.item in of):
                return meaning
        if alone.decision == "dispatch" and alone.confidence > joint.confidence and (not of or alone.item in of):
            return alone
        sure = alone.decision in ("request", "route") and alone.confidence >= ELSEWHERE
        wanted = joint.decision in ("request", "route") and (sure or rules.wished(alone.said) or rules.wished(told))
        if joint.fault or wanted:
            return joint
        return alone if sure else replace(joint, decision="human", question=None)

    def _offered_of(self, offered: Sequence[str], alone: Understanding) -> str | None:
        """The one offered fault of a device that is all an answer names (没声音 / 台式机的): its own, or of what belongs to it."""
        if not alone.device_only:
            return None
        faults = [self._book.faults[slug] for slug in offered if slug in self._book.faults]
        own = [fault.slug for fault in faults if fault.item in alone.named]
        kin = [fault.slug for fault in faults if fault.item in FAMILY[1] and set(alone.named) & FAMILY[0]]
        return next((found[0] for found in (own, kin) if len(found) == 1), None)

    def _among(self, offered: Sequence[str], alone: Understanding) -> bool:
        """Whether anything that was offered is of the device an answer names, or of what belongs to that."""
        items = {self._book.faults[slug].item for slug in offered if slug in self._book.faults}
        return bool(items & set(alone.named)) or bool(items & FAMILY[1] and set(alone.named) & FAMILY[0])

    def apart(self, told: str, offered: Sequence[str], text: str) -> bool:
        """Whether what comes in place of an answer is a report of its own: it names another device and says beyond doubt
        what is wrong with it, while a symptom of the first had been told. `told` and `offered` as in `answer`.
        """
        alone = self.alone(text)
        if (
            alone.decision != "dispatch"
            or alone.kind != "fault"
            or alone.confidence < SURE
            or _QUOTES.search(alone.said)
        ):
            return False
        before = self._understand(told)
        guessed = before.decision == "ask" and before.confidence < ALSO
        if not before.named or before.device_only or guessed or alone.item not in alone.named:
            return False
        near = set(before.named).union(*(self._related(slug) for slug in offered))
        return not near & {alone.item, *alone.named}

    def begins_another(self, told: str, text: str) -> bool:
        """Whether a message says that it begins another matter, and tells what is wrong with a device that has nothing to do
        with the one told of, of which a fault was told already: 电脑完全没网 / 对了我键盘空格按不动.
        """
        before = self._understand(told)
        if not self.begins(text) or not before.named or before.vague or before.device_only:
            return False
        alone = self.alone(text)
        tells = alone.kind == "fault" and alone.confidence >= ANOTHER
        if not tells or not set(alone.named) - set(before.named) - self._related(before.fault):
            return False
        return not outcomes.tells_more(self.acts(told, None, text))

    def _named_before(self, told: str, alone: Understanding) -> Collection[str]:
        """The items that words without a device of their own are about, where little but a device was told before."""
        before = self._understand(told) if told and not alone.named else None
        return before.named if before is not None and (before.device_only or before.confidence < ALSO) else ()

    def known(self, told: str) -> str | None:
        """The fault, request or route that what was told is taken for at once; None: it would be asked."""
        meaning = self._understand(told)
        return outcomes.label(meaning) if meaning.decision in ("dispatch", "request", "route") else None

    def stops(self, text: str) -> bool:
        """Whether a message is of danger or of classified equipment, which come before all else."""
        return self._understand(text).decision in ("emergency", "classified")

    def acts(self, told: str, known: str | None, text: str) -> dict[str, float]:
        """How likely each act of a further message is (`knowledge.acts`). `told`, `known` as in `sequel`. What was lacking and
        is there again is over, unless the rest says otherwise.
        """
        likely = acts.chances(self.aspects(told, known, text))
        if likely["over"] < BACK and likely["still"] + likely["correct"] < WRONG and came_back(told, text):
            rest = (1 - BACK) / (1 - likely["over"])
            likely = {act: BACK if act == "over" else chance * rest for act, chance in likely.items()}
        return likely

    def aspects(self, told: str, known: str | None, text: str) -> list[str]:
        """What the act of a further message is judged by: its own aspects, and how it stands to what was told."""
        begins, before = self.begins(text), self._understand(told)
        alone = self.alone(text, beside=not begins)
        joint = self._understand(self._joined(told, text))
        other = alone.item in set(alone.named) - set(before.named)
        apart = alone.item not in self._related(known)
        seen = [
            f"begins:{begins}", f"also:{bool(_ALSO.search(text))}", f"corrects:{bool(CORRECTION.search(text))}",
            f"read:{alone.decision}", f"sure:{_step(alone.confidence, SURENESS)}", f"named:{bool(alone.named)}",
            f"other:{other}", f"other:{other} sure:{_step(alone.confidence, FEWER)}", f"apart:{apart}",
            f"apart:{apart} sure:{_step(alone.confidence, FEWER)}", f"other:{other} apart:{apart}",
            f"known:{outcomes.label(alone) == known}", f"own:{alone.item == before.item}", f"before:{before.decision}",
            f"bare:{alone.device_only}",
        ]  # fmt: skip
        if known in self._book.faults:
            seen.append(f"kept:{_step(_likelihood(known, joint) / max(_likelihood(known, before), 1e-6), KEEPING)}")
        return [*self._aspects(text), *(f"beside {name}" for name in seen * acts.TWICE)]

    def sequel(self, told: str, known: str | None, text: str) -> Sequel:
        """What a further message is to the matter that is open. `known` is its fault, request or route, if it has one."""
        if _REFERS.search(text) and not self.goes_on(text):
            return Sequel("stays", self._understand(text))
        if not self.begins(text) and (other := self._midway(text, known)) is not None:
            return Sequel("opens", other)
        if known is None and self.apart(told, (), text):
            return Sequel("opens", self.alone(text))
        if known is None and self.begins_another(told, text):
            return Sequel("opens", self.alone(text))
        read = self._readings(told, known, text, self.acts(told, known, text))
        best, chance = outcomes.shipped().chances(outcomes.possible(self._book, read))[0]
        return Sequel(best.kind, read.of(best), chance)

    def possible(
        self, told: str, known: str | None, text: str, likely: Mapping[str, float]
    ) -> list[tuple[outcomes.Outcome, dict[str, float]]]:
        """The outcomes that are possible with a further message, and what is looked at in each; `likely`: its acts."""
        return outcomes.possible(self._book, self._readings(told, known, text, likely))

    def _readings(self, told: str, known: str | None, text: str, likely: Mapping[str, float]) -> outcomes.Readings:
        begins = self.begins(text)
        before, alone = self._understand(told), self.alone(text, beside=not begins)
        device, named = _device(before), _device(alone)
        rest = put_right(cleared(device, text) or text)
        fault = self._book.faults.get(known or "")
        bare = fault is not None and (not alone.named or THING.search(named) is not None)
        other = bool(named) and named not in device and device not in named
        instead = told.replace(device, named) if device else f"{named}{told}"
        return outcomes.Readings(
            text=text,
            known=known,
            signs={
                "corrects": CORRECTION.search(text) is not None,
                "puts right": RIGHTED.search(text) is not None,
                "says the device is well": cleared(device, text) is not None,
                "begins": begins,
                "begun by the last": _OPENS.search(told) is not None,
                "broken as well": _ALSO.search(text) is not None,
                "reads the screen": _QUOTES.search(alone.said) is not None,
                "says which": _SPECIFIES.search(alone.said) is not None,
                "plugged in": _CONNECTED.search(alone.said) is not None,
            },
            acts=likely,
            near=frozenset(self._related(known)),
            before=before,
            alone=alone,
            together=self._understand(self._joined(told, text)),
            corrected=self._understand(rest) if rest != text else alone,
            own=self._understand(rest, of=(fault.item,)) if fault is not None and bare else None,
            with_device=self._understand(f"{device}{rest}") if bare and device else None,
            in_its_place=self._understand(instead) if other else None,
        )

    def _midway(self, text: str, known: str | None) -> Understanding | None:
        """The other matter that begins in the middle of a message, if what follows 另外 is one for sure."""
        found = _MIDWAY.search(text)
        other = self.alone(text[found.start() + 1 :]) if found else None
        if other is None or outcomes.label(other) == known:
            return None
        said = other.item in other.named or other.kind != "fault"
        return other if other.decision == "dispatch" or (said and other.confidence >= ANOTHER) else None

    def _related(self, known: str | None) -> set[str]:
        """The item of a fault, and those its symptoms are told of as well."""
        fault = self._book.faults.get(known or "")
        if fault is None:
            return set()
        groups = [group.faults for group in self._book.symptom_groups.values() if fault.slug in group.faults]
        family = FAMILY[0] | FAMILY[1] if fault.item in FAMILY[0] else {fault.item}
        return {*family, *(self._book.faults[slug].item for group in groups for slug in group)}


def _device(meaning: Understanding) -> str:
    return str(dict(meaning.slots).get("device") or "")


def _step(value: float, steps: Sequence[float]) -> int:
    return sum(value >= step for step in steps)


def _likelihood(label: str | None, meaning: Understanding) -> float:
    return next((c.score for c in meaning.candidates if c.fault == label), 0.0)

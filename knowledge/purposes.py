"""What a message is for when it is not (only) a report: progress, urging, cancelling, thanks, a yes, a person."""

import re

from knowledge.intents import IntentReader
from knowledge.model import Book
from knowledge.priority import judged
from knowledge.reader import Reader
from knowledge.reading import Reading
from knowledge.settled import settled
from knowledge.understanding import ASK, DISPATCH, Understanding

SURE_REPORT = 0.5
"""Confidence from which a fault in the message outweighs courtesy, haste or thanks beside it."""
_TRIED = re.compile(r"[换试拔插关开装启][过了][^，。；]{0,12}$")
"""What was tried before it was reported: 网口不通，换过线换过电脑都没用."""
_SPEAKS, _SOMETHING = "(?:来|向您?)?(?:请教|咨询|问|讲|说|反映|报)(?:你们?|您)?", "(?:一?[下声]|[一两几]?[个件样]事情?)"
_OPENS = re.compile(
    f"^[^，。；]{{0,8}}(?:(?:想|要|[让叫喊]我|来|有[一两几]?[点处个件]?小?(?:问题|事情?)){_SPEAKS}{_SOMETHING}?|{_SPEAKS}{_SOMETHING})"
    "(?:[啊呀哦呢吧嘛]|师傅|老师)*$"
)
"""Somebody says that he has something to ask or tell, and not yet what: 王主任让我问一下, 陈姐喊我讲两个事."""
OPENING = 14
"""Characters: a longer message has said it."""
REPORT_WINS = {"progress", "urge", "human", "thanks", "greeting", "agree", "disagree", "command", "chitchat"}
"""Intents that give way to a report in the same message."""


class Purposes:
    """Judges readings; pure."""

    def __init__(self, book: Book, reader: Reader) -> None:
        self._book = book
        self._reader = reader
        self._intents = IntentReader(book.lexicon.intents)

    def judged(self, reading: Reading) -> Understanding | None:
        """What a message wants that is (also) no report; None: a report, a request, or a matter for others."""
        said, ranking = reading.said, reading.ranking
        whole = self._intents.whole(said)
        intent, found = whole, None
        if intent is None:
            found = self._intents.contained(said)
            intent = found[0] if found else None
        if intent is None and not (ranking.label in self._book.faults and ranking.confidence >= DISPATCH):
            wants = ranking.label in self._book.requests or ranking.label in self._book.routes
            if not wants or ranking.label in ("progress-query", "R11") or ranking.confidence < DISPATCH:
                intent = settled(said)
        if intent is None and not reading.evidence.nouns and len(said) <= OPENING and _OPENS.search(said):
            intent = "greeting"
        if intent is None:
            return None
        reports = whole is None and ranking.label in self._book.faults and ranking.confidence >= SURE_REPORT
        wants = whole is None and ranking.confidence >= SURE_REPORT and (
            ranking.label in self._book.routes or ranking.label in self._book.requests
        ) and ranking.label not in ("progress-query", "complaint-praise", "R11")  # fmt: skip
        if (reports or wants) and found is not None:
            after = self._reports(said[found[1].end :]) or (
                intent == "not_done" and _TRIED.search(said[: found[1].start])
            )
            if intent in REPORT_WINS or (intent in ("done", "cancel", "not_done") and after):
                return None
        if whole is None and found is not None and intent in ("human", "not_done"):
            reading = self._reader.read(said[: found[1].start] + "，" + said[found[1].end :])
        return self.as_intent(intent, reading)

    def listed(self, said: str) -> str | None:
        """The intent by the lists of wordings alone."""
        found = self._intents.contained(said)
        return self._intents.whole(said) or (found[0] if found else None)

    def _reports(self, said: str) -> bool:
        """Whether the rest of a message reports something by itself."""
        if not any(letter.isalnum() for letter in said):
            return False
        reading = self._reader.read(said)
        return (
            not reading.bare
            and reading.ranking.label in self._book.faults
            and reading.ranking.confidence >= SURE_REPORT
        )

    def as_intent(self, intent: str, reading: Reading) -> Understanding:
        """A message that has this intent."""
        ranking = reading.ranking
        named = next(iter(reading.evidence.nouns), None)
        about = {"item": named, "slots": reading.slots.as_dict()}
        if intent in ("progress", "urge", "cancel", "done"):
            return Understanding("request", "request", intent, request="progress-query", confidence=0.9, **about)  # type: ignore[arg-type]
        if intent == "not_done" and ranking.label == "complaint-praise":
            return Understanding("request", "request", intent, request="complaint-praise", confidence=0.9, **about)  # type: ignore[arg-type]
        if intent in ("not_done", "human"):
            known = ranking.label in self._book.faults and ranking.confidence >= ASK
            fault = ranking.fault if known else None
            return Understanding(
                "human", "fault" if fault else "other", intent, self._book.faults[fault].item if fault else named, fault,
                (fault,) if fault else (), confidence=ranking.confidence if fault else 0.5,
                candidates=ranking.candidates if fault else (), slots=reading.slots.as_dict(),
                priority=judged(self._book.service_levels, self._book.faults[fault], reading.signs) if fault else None,
            )  # fmt: skip
        route = "R11" if intent == "chitchat" else None
        return Understanding("other", "other", intent, route=route, confidence=0.9, slots=reading.slots.as_dict())

"""Understanding a message: normalise, find evidence, apply the rules that cross items, decide.

The order of decision is fixed (design): emergency, classified equipment, intent other than a report, service request,
out-of-scope route, fault; a fault is then dispatched, asked about, or handed to a person, by confidence.
"""

import getpass
import logging
import math
import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import jieba
from jieba import Tokenizer

from knowledge import rules
from knowledge.evidence import Claim, Evidence, Witness
from knowledge.intents import IntentReader
from knowledge.model import Book, Fault
from knowledge.priority import judged
from knowledge.reading import CUE, Reading
from knowledge.scan import Hit, Index
from knowledge.slots import SlotReader, Slots
from knowledge.text import Normaliser
from knowledge.understanding import Candidate, Decision, Question, Understanding

DISPATCH, ASK = 0.62, 0.12
SUSPECTED = 0.3
"""A guess at a safety fault below this is no alarm: it comes from the device alone, and the question will tell."""
"""Confidence from which a fault is dispatched without asking, and from which a question is worth asking."""
CANDIDATES = 5
WORD_FREQUENCY = 20_000
"""What jieba is told of the catalogue's own words: enough to win over a chance neighbour (外网 over 网上)."""
SHORT = 14
"""Characters: a message up to this length that says nothing is asked what is broken."""
PLACE = ("building", "floor", "room", "location")
OPTIONS = 3
REPORT_WINS = {"progress", "urge", "human", "thanks", "greeting", "agree", "disagree", "command", "chitchat"}
"""Intents that give way to a report in the same message."""
CONSUMED = {
    "printer-toner-low",
    "printer-quality",
    "mfp-toner-waste",
    "fax-quality",
    "audio-wireless",
    "win-ticket-printer",
    "peri-keyboard-mouse",
    "mfp-finisher",
}
"""Faults mended by a consumable: asking for it is a request, describing the print is a fault."""
_CLAUSE = re.compile(r"[，。！？；、\n]|另外|还有就是|还有|顺便|此外|再就是|同时")


class Classifier:
    """Reads messages with one book. Construction loads jieba; `understand` is pure."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._tokenizer = _tokenizer(book)
        self._nouns = {item.slug: item.nouns for item in book.items.values()}
        self._normalise = Normaliser(book.lexicon.rewrite)
        self._witness = Witness(book, self._tokenizer, self._normalise)
        self._intents = IntentReader(book.lexicon.intents)
        self._slots = SlotReader(book.lexicon.places)
        self._requests = {request.slug: request.words for request in book.requests.values()}
        self._routes = {route.code: route.words for route in book.routes.values()}
        self._index: Index[Claim] = Index(self._normalise)
        self._claim_lexicon()
        self.understand("打印机卡纸")

    def lcut(self, text: str) -> list[str]:
        """jieba's words of a text, with the catalogue's vocabulary."""
        return self._witness.tokens(text)

    def understand(self, text: str) -> Understanding:
        """What a message means. Never raises; a message nobody can make sense of is for a person."""
        said = self._normalise(text)
        hits = self._index.scan(said)
        slots = self._slots.read(said, scope=self._scope(hits))
        signs = rules.extent({name for hit in hits for kind, name in hit.owners if kind == "sign"}, slots.count)
        denied = rules.denied(said)
        evidence = self._witness.weigh(said, denied)
        rules.adjust(evidence, said, signs)
        rules.reach(evidence, said, denied, self._nouns)
        reading = Reading(said, hits, signs, evidence)
        slots = replace(slots, device=self._device(evidence))
        for judge in (self._emergency, self._classified, self._intent, self._request, self._route):
            if (result := judge(reading, slots)) is not None:
                return result
        return self._fault(reading, slots)

    def _claim_lexicon(self) -> None:
        lexicon = self._book.lexicon
        for group, prefix in ((lexicon.context, ""), (lexicon.scope, ""), (lexicon.urgency, "")):
            for name, words in group.items():
                self._index.add(words, ("sign", prefix + name))
        for name, words in lexicon.safety.items():
            self._index.add(words, ("safety", name))
        for name, words in lexicon.classified.items():
            self._index.add(words, ("classified", name))
        for kind, cues in (("request", self._requests), ("route", self._routes)):
            for slug, cue in cues.items():
                self._index.add(cue.phrases, (f"{kind}-phrase", slug))
                self._index.add(cue.exclude, (f"{kind}-exclude", slug))
                for number, combo in enumerate(cue.combos):
                    for place, words in enumerate(combo):
                        self._index.add(words, (f"{kind}-combo", f"{slug}/{number}/{place}"))
        for number, question in enumerate(lexicon.questions):
            self._index.add(question["any"], ("question", str(number)))
            self._index.add(question.get("unless", ()), ("question-unless", str(number)))

    @staticmethod
    def _device(evidence: Evidence) -> str:
        best = evidence.best(1)
        words = list(evidence.nouns.values())
        return words[0] if words and best else ""

    def _scope(self, hits: Sequence[Hit[Claim]]) -> str:
        for level in ("impact1", "impact2", "impact3", "alone"):
            for hit in hits:
                if ("sign", level) in hit.owners:
                    return hit.word
        return ""

    def _emergency(self, reading: Reading, slots: Slots) -> Understanding | None:
        kinds = rules.emergency(reading.safety(), reading.said)
        if not kinds:
            return None
        fault = rules.safety_leaf(self._book, reading.evidence, kinds, reading.signs)
        item = self._book.faults[fault].item if fault else rules.named_item(self._book, reading.evidence)
        return Understanding(
            decision="emergency",
            kind="fault" if fault else "route",
            item=item,
            fault=fault,
            faults=(fault,) if fault else (),
            route="R9" if kinds & {"fire", "water", "trapped", "fire_alarm", "smoke_alarm"} or not fault else None,
            safety=True,
            confidence=0.97,
            candidates=(Candidate(fault, 0.97),) if fault else (),
            because=tuple(dict.fromkeys(reading.words("safety", "signs"))),
            slots=slots.as_dict(),
            priority="P1",
        )

    def _classified(self, reading: Reading, slots: Slots) -> Understanding | None:
        innocent = reading.spans("classified", "innocent")
        strong = [
            h.word
            for h in reading.of("classified", "strong")
            if not any(a <= h.start < b or a < h.end <= b for a, b in innocent)
        ]
        if strong:
            return Understanding(
                decision="classified", kind="route", route="R5", confidence=0.97, because=tuple(dict.fromkeys(strong))
            )
        return None

    def _intent(self, reading: Reading, slots: Slots) -> Understanding | None:
        said, evidence = reading.said, reading.evidence
        intent = self._intents.whole(said)
        where = 0
        if intent is None and (found := self._intents.contained(said)) is not None:
            intent, where = found[0], found[1].start
        if intent is None:
            return None
        top = evidence.best(1)
        reports = bool(top and top[0][0] in evidence.found and top[0][1] >= 1.2)
        if reports:
            after = any(word in said[where:] for word in evidence.because[top[0][0]])
            if intent in REPORT_WINS or (intent in ("done", "cancel", "not_done") and after):
                return None
        return self._of_intent(intent, reading, slots)

    def _of_intent(self, intent: str, reading: Reading, slots: Slots) -> Understanding:
        complains = reading.words("request-phrase", "complaint-praise")
        fault, item, candidates, confidence = self._guess(reading.evidence)
        about = {"item": item if reading.evidence.nouns else None, "slots": slots.as_dict()}
        if intent in ("progress", "urge", "cancel", "done"):
            return Understanding("request", "request", intent, request="progress-query", confidence=0.9, **about)  # type: ignore[arg-type]
        if intent == "not_done" and complains:
            return Understanding("request", "request", intent, request="complaint-praise", confidence=0.9, **about)  # type: ignore[arg-type]
        if intent in ("not_done", "human"):
            known = bool(reading.evidence.found)
            return Understanding(
                "human", "fault" if known else "other", intent, item, fault if known else None,
                (fault,) if known and fault else (), confidence=confidence if known else 0.5,
                candidates=candidates if known else (), slots=slots.as_dict(),
                priority=judged(self._book.service_levels, self._book.faults[fault], reading.signs) if known and fault else None,
            )  # fmt: skip
        route = "R11" if intent in ("chitchat",) else None
        return Understanding("other", "other", intent, route=route, confidence=0.9, slots=slots.as_dict())

    def _request(self, reading: Reading, slots: Slots) -> Understanding | None:
        scores = reading.cues("request", self._requests)
        if not scores:
            return None
        slug, (score, words) = max(scores.items(), key=lambda pair: (pair[1][0], pair[0]))
        top = reading.evidence.best(1)
        if score < CUE:
            return None
        wants_part = (
            slug == "consumables" and bool(top) and top[0][0] in CONSUMED and not rules.describes_output(reading.said)
        )
        broken = bool(top) and top[0][0] in reading.evidence.found and top[0][1] >= 1.6
        if broken and not wants_part and slug != "complaint-praise":
            return None
        return Understanding(
            "request", "request", "report", request=slug, confidence=min(0.6 + 0.12 * score, 0.96),
            item=rules.named_item(self._book, reading.evidence), because=tuple(words), slots=slots.as_dict(), priority="P4",
        )  # fmt: skip

    def _route(self, reading: Reading, slots: Slots) -> Understanding | None:
        scores = reading.cues("route", self._routes)
        if "all_fail" in reading.signs:
            scores.pop("R3", None)
        best = [(value[0], code, value[1]) for code, value in scores.items() if value[0] >= CUE]
        if not best:
            return None
        score, code, words = max(best)
        top = reading.evidence.best(1)
        rival = top[0][1] if top and top[0][0] in reading.evidence.found else 0.0
        everywhere = code == "R3" and bool(reading.signs & {"impact1", "impact2"})
        if rival > score + rules.ROUTE_LEAD.get(code, 0.6) and not everywhere:
            return None
        return Understanding(
            "other" if code == "R11" else "route", "route", "chitchat" if code == "R11" else "report", route=code,
            confidence=min(0.6 + 0.12 * score, 0.97), because=tuple(words), slots=slots.as_dict(),
        )  # fmt: skip

    def _fault(self, reading: Reading, slots: Slots) -> Understanding:
        fault, item, candidates, confidence = self._guess(reading.evidence)
        if fault is None or rules.only_details(reading.said, slots.location, slots.phone):
            return self._nothing(reading, slots)
        standing = self._standing_question(reading)
        if standing is not None:
            fault = self._likeliest(standing, reading.evidence) or fault
            item = self._book.faults[fault].item
        question = self._hint_of_classified(reading, fault) or standing
        sure = question is None and confidence >= DISPATCH
        if question is None and not sure and confidence >= ASK:
            question = self._between(reading.evidence, candidates)
        if question is None and not sure and not reading.evidence.found and not reading.evidence.nouns:
            return self._nothing(reading, slots)
        leaf = self._book.faults[fault]
        clauses = self._independent(reading, fault)
        priority = judged(self._book.service_levels, leaf, reading.signs)
        return Understanding(
            self._decided(reading, leaf) if sure else "ask" if question else "human",
            "fault",
            item=item,
            fault=fault,
            faults=tuple(clauses),
            route=leaf.route,
            safety=leaf.safety and (confidence >= SUSPECTED or fault in reading.evidence.found),
            confidence=confidence if sure else min(confidence, DISPATCH - 0.01),
            candidates=candidates,
            because=tuple(dict.fromkeys((*self._why(reading, fault), *reading.evidence.nouns.values())))[:6],
            question=question,
            slots=slots.as_dict(),
            slots_of=self._slots_of(clauses, slots) if len(clauses) > 1 else {},
            priority=(self._mildest(question, reading.signs) or priority) if question else priority,
        )

    @staticmethod
    def _decided(reading: Reading, leaf: Fault) -> Decision:
        """What to do about a fault that is sure: a safety fault is an emergency, unless it is only talked about."""
        if not leaf.safety:
            return "dispatch"
        return "human" if rules.hypothetical(reading.said) else "emergency"

    def _nothing(self, reading: Reading, slots: Slots) -> Understanding:
        """Nothing in it says what is broken: a short message is asked about, a long one is for a person."""
        short = len(reading.said) <= SHORT
        return Understanding(
            "ask" if short else "human",
            "other",
            confidence=0.05,
            question=self._question(self._book.lexicon.asking["device"], {}) if short else None,
            slots=slots.as_dict(),
        )

    def _guess(self, evidence: Evidence) -> tuple[str | None, str | None, tuple[Candidate, ...], float]:
        best = evidence.best(CANDIDATES)
        if not best:
            return None, None, (), 0.0
        confidence = _confidence(best, evidence)
        candidates = tuple(
            Candidate(slug, confidence if i == 0 else confidence * math.exp(score - best[0][1]))
            for i, (slug, score) in enumerate(best)
        )
        return best[0][0], self._book.faults[best[0][0]].item, candidates, confidence

    def _why(self, reading: Reading, fault: str | None) -> list[str]:
        words = sorted(set(reading.evidence.because.get(fault or "", ())), key=len, reverse=True)
        kept: list[str] = []
        for word in words:
            if not any(word in other for other in kept):
                kept.append(word)
        return kept[:4]

    def _standing_question(self, reading: Reading) -> Question | None:
        unless = {name for h in reading.hits for kind, name in h.owners if kind == "question-unless"}
        for hit in reading.hits:
            for kind, number in hit.owners:
                if kind != "question" or number in unless:
                    continue
                entry = self._book.lexicon.questions[int(number)]
                if entry.get("only") and rules.says_more(reading.said, hit.word):
                    continue
                return self._question(str(entry["text"]), entry["answers"])
        return None

    def _likeliest(self, question: Question, evidence: Evidence) -> str | None:
        """The fault among the answers that most speaks for; the first one when nothing does."""
        faults = [slug for slug in question.faults if slug in self._book.faults]
        return max(faults, key=lambda slug: evidence.scores.get(slug, 0.0), default=None)

    def _mildest(self, question: Question, signs: set[str]) -> str | None:
        """The least urgent of what may come out: nothing is rushed on a guess."""
        faults = [self._book.faults[slug] for slug in question.faults if slug in self._book.faults]
        return max((judged(self._book.service_levels, fault, signs) for fault in faults), default=None)

    def _question(self, text: str, answers: Mapping[str, str]) -> Question:
        return Question(text, tuple(answers), tuple(answers.values()))

    def _hint_of_classified(self, reading: Reading, fault: str | None) -> Question | None:
        asking = self._book.lexicon.asking
        if (
            fault is None
            or not reading.of("classified", "hint")
            or re.search(r"非涉密|不涉密|没有涉密|不是涉密|非密", reading.said)
        ):
            return None
        return self._question(asking["classified"], {asking["is_classified"]: "R5", asking["not_classified"]: fault})

    def _between(self, evidence: Evidence, candidates: Sequence[Candidate]) -> Question | None:
        asking, faults = self._book.lexicon.asking, self._book.faults
        near = [c for c in candidates if c.score >= candidates[0].score * 0.25][:OPTIONS]
        options: dict[str, str] = {}
        for candidate in near:
            options.setdefault(faults[candidate.fault].option, candidate.fault)
        if len(options) == 1:
            text = faults[near[0].fault].question
        elif len({faults[c.fault].item for c in near}) == 1:
            text = asking["same_item"].format(item=self._book.items[faults[near[0].fault].item].name)
        else:
            text = asking["between"]
        return self._question(text, {**options, asking["none"]: ""})

    def _independent(self, reading: Reading, first: str) -> dict[str, str]:
        """All independent faults of the message → the clause that says each, the most certain first.

        A clause counts when it names its device, or says what decides by itself, and is sure. One fault told in many
        clauses stays one: the first must be said by a clause alone.
        """
        clauses = [c for c in _CLAUSE.split(reading.said) if len(c) > 1]
        if len(clauses) < 2:
            clauses = self._by_device(reading.evidence)
        if len(clauses) < 2:
            return {first: reading.said}
        found = {first: ""}
        for clause in clauses:
            evidence = self._witness.weigh(clause, rules.denied(clause))
            rules.adjust(evidence, clause, reading.signs)
            best = evidence.best(2)
            if not best or best[0][0] not in evidence.found:
                continue
            slug = best[0][0]
            if slug == first:
                found[first] = found[first] or clause
                continue
            named = self._book.faults[slug].item in evidence.nouns or slug in evidence.decided
            if named and _confidence(best, evidence) >= DISPATCH and rules.independent(self._book, slug, list(found)):
                found[slug] = clause
        return found if found[first] else {first: reading.said}

    @staticmethod
    def _by_device(evidence: Evidence) -> list[str]:
        """A message without punctuation ("投影没信号麦没声音") cut before each further device it names."""
        starts = [0]
        last: set[str] = set()
        for hit in sorted(evidence.hits, key=lambda h: (h.start, -h.end)):
            items = {slug for kind, slug in hit.owners if kind == "noun"}
            if items and not items & last:
                if last and hit.start > starts[-1]:
                    starts.append(hit.start)
                last = items
        text = evidence.text
        return [text[a:b] for a, b in zip(starts, [*starts[1:], None], strict=True)] if len(starts) > 1 else []

    def _slots_of(self, clauses: Mapping[str, str], whole: Slots) -> dict[str, dict[str, object]]:
        """The slots of each fault: what its clause says, completed by the message where the clause names no place."""
        result: dict[str, dict[str, object]] = {}
        for slug, clause in clauses.items():
            nouns = self._book.items[self._book.faults[slug].item].nouns
            own = self._slots.read(clause, device=next((n for n in nouns if n in clause), "")).as_dict()
            shared = whole.as_dict()
            for key in ("device", "asset_tag", "count", *(PLACE if any(key in own for key in PLACE) else ())):
                shared.pop(key, None)
            result[slug] = {**shared, **own}
        return result


def _confidence(best: Sequence[tuple[str, float]], evidence: Evidence) -> float:
    """How sure the first of the candidates is: how much speaks for it, and by how much it leads."""
    score = best[0][1]
    lead = score - best[1][1] if len(best) > 1 else score
    logit = -2.6 + 1.15 * min(score, 4.0) + 1.6 * min(lead, 2.0)
    if best[0][0] not in evidence.found:
        logit -= 1.0
    return 1 / (1 + math.exp(-logit))


def _tokenizer(book: Book) -> Tokenizer:
    """jieba with the catalogue's words. Its cache goes to a folder of our own, not to the shared one of the machine."""
    jieba.setLogLevel(logging.WARNING)
    tokenizer = Tokenizer()
    folder = Path(tempfile.gettempdir()) / f"yunwei-jieba-{_user()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    tokenizer.tmp_dir = str(folder)
    tokenizer.initialize()
    names = {word for item in book.items.values() for word in (*item.nouns, *item.weak_nouns)}
    names |= {word for words in book.lexicon.context.values() for word in words}
    for word in names:
        if 2 <= len(word) <= 6:
            tokenizer.add_word(word, WORD_FREQUENCY)
    return tokenizer


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "anyone"

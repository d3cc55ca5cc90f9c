"""Understanding a message: normalise, weigh its words, apply the rules that cross items, decide.

The order of decision is fixed (design): emergency, classified equipment, intent other than a report, then what the words
speak for most: a service request, an out-of-scope route, or a fault, which is then dispatched, asked about, or handed to a
person, by confidence. What words are worth is learned (`weights.tsv`); what is danger, classified, far-reaching or denied
is a rule that can be read.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

from knowledge import rules
from knowledge.clauses import Clauses
from knowledge.cutter import Cutter
from knowledge.details import only_details, says_nothing
from knowledge.evidence import Claim, Evidence, Witness
from knowledge.features import Features, read_sounds
from knowledge.intents import IntentReader
from knowledge.model import Book, Fault
from knowledge.priority import judged
from knowledge.questions import Asker
from knowledge.ranking import ASK as VAGUE
from knowledge.ranking import OTHER, Ranker
from knowledge.reading import Reading
from knowledge.scan import Hit, Index
from knowledge.settled import settled
from knowledge.slots import SlotReader, Slots
from knowledge.text import Normaliser
from knowledge.understanding import Candidate, Decision, Understanding
from knowledge.weights import Weights

HERE = Path(__file__).parent
DISPATCH, ASK = 0.75, 0.15
"""Confidence from which a fault is dispatched without asking, and from which a question is worth asking."""
OFFERED, ANSWERED = 0.3, 0.5
"""The same once a question was answered: for a fault that the question offered, and for another."""
WANTED = 0.5
"""Confidence from which a message is a request or a matter for others; below, it is asked what is broken. Of what others
wrote, one in four guesses between 0.3 and 0.5 was right."""
STORY = 20
"""Characters: a longer message that wishes nothing is a request only when it is as sure as a fault has to be."""
POLITE = 0.6
"""Confidence below which thanks and good wishes that name no device are nothing but that."""
SURE_REPORT = 0.5
"""Confidence from which a fault in the message outweighs courtesy, haste or thanks beside it."""
DANGER = 0.2
"""The share of all chances from which danger is taken for real though no rule knows its words. Of authors left out,
0.25 caught 0.93 of danger at 0.6 % false alarms, 0.15 caught 0.94 at 1.1 %."""
STOPS = ("R5", "R9")
"""Routes that are decided before all others, and not here: what is left of them was explained away."""
TOLD = {"learned": 2.5, "exclude": -0.1}
"""What a wording of the catalogue adds to the score of its fault, request or route, beside what its words have learned to
be worth: one adopted from a wrongly guessed ticket decides, one that speaks for a neighbour only tips what is even."""
UNLEARNED = 0.85
"""Confidence of a deciding wording of a fault that was added after the weights were learned."""
CANDIDATES = 5
WORD_FREQUENCY = 20_000
"""What jieba is told of the catalogue's own words: enough to win over a chance neighbour (外网 over 网上)."""
SHORT = 14
"""Characters: a message up to this length that says nothing is asked what is broken."""
TALK = 60
"""Characters: a longer message is never taken for idle talk."""
_SECRET = re.compile("[密秘蜜绝涉军]|机[要药]|内网|红[机色电]|屏蔽|单导|三合一")
"""Without one of these nothing is taken for classified equipment, whatever the other words have come to be worth."""
_TRIED = re.compile(r"[换试拔插关开装启][过了][^，。；]{0,12}$")
"""What was tried before it was reported: 网口不通，换过线换过电脑都没用."""
_SPACED = re.compile(r"(?<=[一-鿿]{2})\s+(?=[一-鿿]{2})")
REPORT_WINS = {"progress", "urge", "human", "thanks", "greeting", "agree", "disagree", "command", "chitchat"}
"""Intents that give way to a report in the same message."""


class Classifier:
    """Reads messages with one book and its weights. Construction loads jieba; `understand` is pure."""

    def __init__(self, book: Book, weights: Weights | None = None) -> None:
        """`weights` default to those shipped. Raises OSError or ValueError when they cannot be read."""
        self._book = book
        self._normalise = Normaliser(book.lexicon.rewrite)
        weights = weights or Weights.load()
        self._witness = _witness(book, self._normalise, weights)
        self._ranker = Ranker(book, weights)
        self._intents = IntentReader(book.lexicon.intents)
        self._slots = SlotReader(book.lexicon.places)
        self._clauses = Clauses(book, self._witness, self._ranker, self._slots)
        self._asker = Asker(book, self._ranker.at)
        self._claim_lexicon(self._witness.index)
        self.understand("打印机卡纸")

    @classmethod
    def untaught(cls, book: Book) -> "Classifier":
        """One without weights, that understands nothing but reads the features they are learned from."""
        return cls(book, Weights.none((*book.faults, *book.requests, *book.routes, VAGUE, OTHER)))

    def features(self, text: str) -> list[str]:
        """The features of a message, as they are learned from."""
        said = self._normalise(text)
        return self._witness.features(said, rules.denied(said))

    def form(self, text: str) -> str:
        """A message in the form everything is matched in."""
        return self._normalise(text)

    def words(self, text: str) -> list[str]:
        """jieba's words of a message in normalised form."""
        return self._witness.tokens(self._normalise(text))

    def lcut(self, text: str) -> list[str]:
        """jieba's words of a text, with the catalogue's vocabulary."""
        return self._witness.tokens(text)

    def understand(
        self, text: str, asked: Sequence[str] | None = None, of: Collection[str] = (), *, beside: bool = False
    ) -> Understanding:
        """What a message means. Never raises; a message nobody can make sense of is for a person.

        `asked`: it includes the answer to a question that offered these faults; then less is enough to be sure.
        `of`: a fault can only be one of these items, because that is what was named before.
        `beside`: it is said beside a matter that is open, and less likely to report anything.
        """
        reading, slots = self._read(text, of, beside=beside)
        return replace(
            self._judged(reading, slots, asked),
            named=tuple(reading.evidence.nouns),
            details=reading.bare,
            device_only=reading.thing,
            said=reading.said,
        )

    def pairs(self, text: str) -> list[tuple[str, str, dict[str, float]]]:
        """Every pair of faults that clauses of a message tell by themselves, and what the judgement of a second fault looks
        at: what it is learned from. Empty for danger, and for one clause."""
        reading, _ = self._read(text)
        if rules.emergency(reading.safety(), reading.said):
            return []
        return list(self._clauses.pairs(reading, reading.ranking.fault))

    def _read(self, text: str, of: Collection[str] = (), *, beside: bool = False) -> tuple[Reading, Slots]:
        said = self._normalise(text)
        evidence = self._witness.weigh(said, rules.denied(said))
        device = next(iter(evidence.nouns.values()), "")
        slots = self._slots.read(said, device=device, scope=self._scope(evidence.hits))
        signs = rules.extent(evidence.signs(), slots.count)
        rules.lean(evidence.scores, self._ranker.at, said, signs)
        for kind, slug in (owner for hit in evidence.hits for owner in hit.owners if owner[0] in TOLD):
            if slug in self._ranker.at:
                evidence.scores[self._ranker.at[slug]] += TOLD[kind]
        ranking = self._ranker.rank(evidence, of, beside=beside)
        bare = only_details(said, slots.location, slots.phone)
        thing = bool(evidence.nouns) and not bare and says_nothing(_unnamed(evidence), slots.location, slots.phone)
        apart = self._normalise(_SPACED.sub("，", text)) if _SPACED.search(text) else said
        reading = Reading(said, signs, evidence, ranking, bare, thing, slots.room, apart)
        return reading, slots

    def _judged(self, reading: Reading, slots: Slots, asked: Sequence[str] | None) -> Understanding:
        ranking = reading.ranking
        for judge in (self._emergency, self._classified, self._intent, self._unlearned, self._vague):
            if (result := judge(reading, slots)) is not None:
                return result
        told = len(reading.said) > STORY and ranking.label in self._book.requests and not rules.wished(reading.said)
        if ranking.confidence >= (DISPATCH if told else WANTED) or ranking.label == "R11":
            if ranking.label in self._book.requests:
                return self._request(reading, slots)
            if ranking.label in self._book.routes and ranking.label not in STOPS and not reading.thing:
                return self._route(reading, slots)
        return self._fault(reading, slots, asked)

    def _claim_lexicon(self, index: Index[Claim]) -> None:
        lexicon = self._book.lexicon
        for name, words in lexicon.safety.items():
            index.add(words, ("safety", name))
        for name, words in lexicon.classified.items():
            index.add(words, ("classified", name))
        for slug, fault in self._book.faults.items():
            if slug not in self._ranker.at:
                index.add(fault.words.phrases, ("unlearned", slug))
        for slug, words in lexicon.learned.items():
            index.add(words, ("learned", slug))
        for owners in (self._book.faults, self._book.requests, self._book.routes):
            for slug, owner in owners.items():
                index.add(owner.words.exclude, ("exclude", slug))
        for number, question in enumerate(lexicon.questions):
            index.add(question["any"], ("question", str(number)))
            index.add(question.get("unless", ()), ("question-unless", str(number)))

    @staticmethod
    def _scope(hits: Sequence[Hit[Claim]]) -> str:
        for level in ("impact1", "impact2", "impact3", "alone"):
            for hit in hits:
                if ("sign", level) in hit.owners:
                    return hit.word
        return ""

    def _emergency(self, reading: Reading, slots: Slots) -> Understanding | None:
        kinds = rules.emergency(reading.safety(), reading.said)
        if not kinds:
            if reading.bare or reading.thing or reading.ranking.danger < DANGER or not rules.alarming(reading.said):
                return None
            if reading.of("safety", "harmless") or rules.explained(reading.said) or rules.figurative(reading.said):
                return None
            if rules.calmed(reading.safety(), reading.said):
                return None
        fault = self._danger_leaf(reading, kinds)
        item = self._book.faults[fault].item if fault else next(iter(reading.evidence.nouns), None)
        fire = kinds & {"fire", "water", "trapped", "falling", "fire_alarm", "smoke_alarm"}
        return Understanding(
            decision="emergency",
            kind="fault" if fault else "route",
            item=item,
            fault=fault,
            faults=(fault,) if fault else (),
            route="R9" if fire or not fault else None,
            safety=True,
            confidence=0.97 if kinds else reading.ranking.danger,
            candidates=_led_by(fault, reading.ranking.candidates),
            because=tuple(dict.fromkeys((*reading.words("safety", "signs"), *self._why(reading)))),
            slots=slots.as_dict(),
            priority="P1",
        )

    def _danger_leaf(self, reading: Reading, kinds: set[str]) -> str | None:
        """The safety fault an emergency is: what the words speak for, where it fits the kind, else the table."""
        best = self._book.faults.get(reading.ranking.label)
        if best is not None and best.safety:
            return best.slug
        ranked = [c.fault for c in reading.ranking.candidates[:3] if self._book.faults[c.fault].safety]
        if (
            ranked
            and reading.ranking.label != "R9"
            and reading.ranking.danger >= DANGER
            and rules.fits(ranked[0], kinds)
        ):
            return ranked[0]
        return rules.safety_leaf(self._book, reading.evidence.nouns, kinds, reading.signs)

    def _classified(self, reading: Reading, slots: Slots) -> Understanding | None:
        hits = reading.of("classified", "strong")
        innocent = [
            (a, b) for a, b in reading.spans("classified", "innocent")
            if not any(h.start <= a and b <= h.end and b - a < len(h.word) for h in hits)
        ]  # fmt: skip
        strong = [h.word for h in hits if not any(a <= h.start < b or a < h.end <= b for a, b in innocent)]
        learned = reading.ranking.label == "R5" and _SECRET.search(reading.said)
        if strong or (learned and not innocent and not reading.bare):
            because = tuple(dict.fromkeys(strong)) or self._why(reading)
            return Understanding(
                decision="classified", kind="route", route="R5", confidence=0.97 if strong else reading.ranking.confidence,
                because=because,
            )  # fmt: skip
        return None

    def _intent(self, reading: Reading, slots: Slots) -> Understanding | None:
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
            reading, slots = self._read(said[: found[1].start] + "，" + said[found[1].end :])
        return self._of_intent(intent, reading, slots)

    def _reports(self, said: str) -> bool:
        """Whether the rest of a message reports something by itself."""
        if not any(letter.isalnum() for letter in said):
            return False
        reading, _ = self._read(said)
        return (
            not reading.bare
            and reading.ranking.label in self._book.faults
            and reading.ranking.confidence >= SURE_REPORT
        )

    def _of_intent(self, intent: str, reading: Reading, slots: Slots) -> Understanding:
        ranking = reading.ranking
        named = next(iter(reading.evidence.nouns), None)
        about = {"item": named, "slots": slots.as_dict()}
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
                candidates=ranking.candidates if fault else (), slots=slots.as_dict(),
                priority=judged(self._book.service_levels, self._book.faults[fault], reading.signs) if fault else None,
            )  # fmt: skip
        route = "R11" if intent == "chitchat" else None
        return Understanding("other", "other", intent, route=route, confidence=0.9, slots=slots.as_dict())

    def _unlearned(self, reading: Reading, slots: Slots) -> Understanding | None:
        """A fault that was added to the catalogue after the weights were learned is known by its own wordings."""
        hits = [
            (len(h.word), slug, h.word) for h in reading.evidence.hits for kind, slug in h.owners if kind == "unlearned"
        ]
        if not hits:
            return None
        _, slug, word = max(hits)
        fault = self._book.faults[slug]
        return Understanding(
            self._decided(reading, fault), "fault", item=fault.item, fault=slug, faults=(slug,), route=fault.route,
            safety=fault.safety, confidence=UNLEARNED,
            candidates=(Candidate(slug, UNLEARNED), *reading.ranking.candidates[: CANDIDATES - 1]), because=(word,),
            slots=slots.as_dict(), priority=judged(self._book.service_levels, fault, reading.signs),
        )  # fmt: skip

    def _vague(self, reading: Reading, slots: Slots) -> Understanding | None:
        """What says nothing of what is broken, or nothing at all."""
        ranking = reading.ranking
        empty = not reading.evidence.scored.features or (ranking.confidence < ASK and not reading.evidence.nouns)
        bare = reading.bare and ranking.label not in (OTHER, "R11")
        polite = rules.polite(reading.said) and not reading.evidence.nouns and ranking.confidence < POLITE
        if not polite and (bare or (empty and self._asker.standing(reading) is None)):
            return self._nothing(reading, slots)
        if polite or (ranking.label == OTHER and len(reading.said) <= TALK):
            return Understanding(
                "other", "other", "aside", route="R11", confidence=ranking.confidence, slots=slots.as_dict()
            )
        return None

    def _request(self, reading: Reading, slots: Slots) -> Understanding:
        return Understanding(
            "request", "request", "report", request=reading.ranking.label, confidence=reading.ranking.confidence,
            item=next(iter(reading.evidence.nouns), None), candidates=reading.ranking.candidates, because=self._why(reading),
            slots=slots.as_dict(), priority="P4",
        )  # fmt: skip

    def _route(self, reading: Reading, slots: Slots) -> Understanding:
        code = reading.ranking.label
        standing = self._asker.standing(reading) if reading.ranking.confidence < DISPATCH else None
        if standing is not None:
            return self._fault(reading, slots)
        return Understanding(
            "other" if code == "R11" else "route", "route", "chitchat" if code == "R11" else "report", route=code,
            confidence=reading.ranking.confidence, candidates=reading.ranking.candidates, because=self._why(reading),
            slots=slots.as_dict(),
        )  # fmt: skip

    def _fault(self, reading: Reading, slots: Slots, asked: Sequence[str] | None = None) -> Understanding:
        ranking, evidence = reading.ranking, reading.evidence
        fault, confidence = ranking.fault, ranking.confidence
        standing = self._asker.standing(reading) if asked is None else None
        vague = ranking.label == VAGUE or reading.thing
        if ranking.label == VAGUE and standing is None and not evidence.nouns and len(reading.said) <= SHORT:
            return self._nothing(reading, slots)
        if ranking.label != fault:
            confidence = ranking.candidates[0].score
        if standing is not None:
            fault = self._asker.likeliest(standing, evidence) or fault
        told = self._clauses.independent(reading, fault)
        if len(told) > 1:
            fault = next(iter(told))
            confidence = max(confidence, told[fault].confidence)
        question = (
            self._asker.classified(reading, fault) or standing or (self._asker.commonest(evidence) if vague else None)
        )
        sure = question is None and confidence >= DISPATCH and (ranking.label == fault or len(told) > 1)
        sure = sure and (not self._book.faults[fault].safety or rules.alarming(reading.said))
        if asked is not None and question is None and not sure:
            confidence = ranking.candidates[0].score
            sure = confidence >= (OFFERED if fault in asked else ANSWERED)
        if question is None and not sure and (confidence >= ASK or evidence.nouns):
            question = self._asker.between(ranking.candidates)
        leaf = self._book.faults[fault]
        priority = judged(self._book.service_levels, leaf, reading.signs)
        return Understanding(
            self._decided(reading, leaf) if sure else "ask" if question else "human",
            "fault",
            item=leaf.item,
            fault=fault,
            faults=tuple(told),
            route=leaf.route,
            safety=leaf.safety and ranking.danger >= DANGER and not rules.figurative(reading.said),
            confidence=confidence if sure else min(confidence, DISPATCH - 0.01),
            candidates=ranking.candidates,
            because=self._why(reading),
            question=question,
            slots=replace(slots, device=evidence.nouns.get(leaf.item, slots.device)).as_dict(),
            slots_of=self._clauses.slots_of(told, slots) if len(told) > 1 else {},
            priority=(self._asker.mildest(question, reading.signs) or priority) if question else priority,
        )

    @staticmethod
    def _decided(reading: Reading, leaf: Fault) -> Decision:
        """What to do about a fault that is sure: a safety fault is an emergency, unless it is only talked about."""
        if not leaf.safety:
            return "dispatch"
        explained = rules.explained(reading.said) or rules.figurative(reading.said)
        return "human" if explained else "emergency"

    def _nothing(self, reading: Reading, slots: Slots) -> Understanding:
        """Nothing in it says what is broken: a short message is asked about, a long one is for a person."""
        short = len(reading.said) <= SHORT
        return Understanding(
            "ask" if short else "human",
            "other",
            confidence=0.05,
            question=self._asker.device() if short else None,
            slots=slots.as_dict(),
        )

    def _why(self, reading: Reading) -> tuple[str, ...]:
        at = self._ranker.at
        return self._witness.because(reading.evidence, at[reading.ranking.label], at[reading.ranking.runner_up])


def _unnamed(evidence: Evidence) -> str:
    """The text without the nouns of devices."""
    text = evidence.text
    for hit in evidence.hits:
        if any(kind == "noun" for kind, _ in hit.owners):
            text = text[: hit.start] + " " * (hit.end - hit.start) + text[hit.end :]
    return text


def _led_by(fault: str | None, candidates: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
    """The candidates of an emergency: its leaf before all others."""
    if fault is None:
        return candidates
    return (Candidate(fault, 0.97), *(c for c in candidates if c.fault != fault))[:CANDIDATES]


def _witness(book: Book, form: Normaliser, weights: Weights) -> Witness:
    sounds = read_sounds((HERE / "lexicon" / "sounds.txt").read_text("utf-8").splitlines())
    return Witness(book, _cutter(book), form, Features(sounds), weights)


def _cutter(book: Book) -> Cutter:
    """What cuts messages into words, with the catalogue's own."""
    names = {word for item in book.items.values() for word in (*item.nouns, *item.weak_nouns)}
    names |= {word for words in book.lexicon.context.values() for word in words}
    return Cutter({word for word in names if 2 <= len(word) <= 6}, WORD_FREQUENCY)

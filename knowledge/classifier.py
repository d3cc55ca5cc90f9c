"""Understanding a message: normalise, weigh its words, apply the rules that cross items, decide.

The order of decision is fixed (design): emergency, classified equipment, intent other than a report, then what the words
speak for most: a service request, an out-of-scope route, or a fault, which is then dispatched, asked about, or handed to a
person, by confidence. What words are worth is learned (`weights.tsv`); what is danger, classified, far-reaching or denied
is a rule that can be read.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace

from knowledge import rules
from knowledge.clauses import Clauses
from knowledge.model import Book
from knowledge.priority import judged
from knowledge.purposes import Purposes
from knowledge.questions import Asker
from knowledge.ranking import ASK as VAGUE
from knowledge.ranking import OTHER
from knowledge.reader import Reader
from knowledge.reading import Reading
from knowledge.settled import settled
from knowledge.stops import DANGER, STOPS, Stops, decided, talked_about
from knowledge.understanding import ASK, CANDIDATES, DISPATCH, Candidate, Understanding
from knowledge.weights import Weights

OFFERED, ANSWERED = 0.3, 0.5
"""DISPATCH once a question was answered: for a fault that the question offered, and for another."""
WANTED = 0.5
"""Confidence from which a message is a request or a matter for others; below, it is asked what is broken. Of what others
wrote, one in four guesses between 0.3 and 0.5 was right."""
LEISURE = ("sign", "u4")
"""Whose a word is by which the reporter leaves the time to us."""
STORY = 20
"""Characters: a longer message that wishes nothing is a request only when it is as sure as a fault has to be."""
POLITE = 0.6
"""Confidence below which thanks and good wishes that name no device are nothing but that."""
UNLEARNED = 0.85
"""Confidence of a deciding wording of a fault that was added after the weights were learned."""
SHORT = 14
"""Characters: a message up to this length that says nothing is asked what is broken."""
WORD = 5
"""Characters: a message up to this length that the lexicon has a question for is asked it, whatever it speaks for."""
NEAR_FAULT, NEAR_WISH, SURE_WISH = 0.3, 0.5, 0.8
"""How close idle talk has to come (in scores) to be believed where the best is a fault of no device that is not sure, and where
it is a wish or a matter for others less sure than this. Of nine authors not read before, 44 of 46 such wishes and 46 of
53 such faults were idle talk; the rest are answered with what to say."""
PLANNED = "planned-outage"
"""A notice of it is passed on by its name: 停电通知."""
CERTAIN = 0.95
"""Confidence from which a message that is pleased with something reports it all the same."""
TALK = 60
"""Characters: a longer message is never taken for idle talk."""


class Classifier:
    """Reads messages with one book and its weights. Construction reads jieba's dictionary; `understand` is pure."""

    def __init__(self, book: Book, weights: Weights | None = None) -> None:
        """`weights` default to those shipped. Raises OSError or ValueError when they cannot be read."""
        self._book = book
        self._reader = Reader(book, weights or Weights.load())
        self._stops = Stops(book, self._reader)
        self._purposes = Purposes(book, self._reader)
        self._clauses = Clauses(book, self._reader)
        self._asker = Asker(book, self._reader.ranker.at)
        self.understand("打印机卡纸")

    @classmethod
    def untaught(cls, book: Book) -> "Classifier":
        """One without weights, that understands nothing but reads the features they are learned from."""
        return cls(book, Weights.none((*book.faults, *book.requests, *book.routes, VAGUE, OTHER)))

    def features(self, text: str) -> list[str]:
        """The features of a message, as they are learned from."""
        return self._reader.features(text)

    def form(self, text: str) -> str:
        """A message in the form everything is matched in."""
        return self._reader.form(text)

    def words(self, text: str) -> list[str]:
        """jieba's words of a message in normalised form."""
        return self._reader.witness.tokens(self._reader.form(text))

    def lcut(self, text: str) -> list[str]:
        """jieba's words of a text, with the catalogue's vocabulary."""
        return self._reader.witness.tokens(text)

    def understand(
        self, text: str, asked: Sequence[str] | None = None, of: Collection[str] = (), *, beside: bool = False
    ) -> Understanding:
        """What a message means. Never raises; a message nobody can make sense of is for a person.

        `asked`: it includes the answer to a question that offered these faults; then less is enough to be sure.
        `of`: a fault can only be one of these items, because that is what was named before.
        `beside`: it is said beside a matter that is open, and less likely to report anything.
        """
        reading = self._reader.read(text, of, beside=beside)
        return replace(
            self._judged(reading, asked),
            named=tuple(reading.evidence.nouns),
            details=reading.bare,
            device_only=reading.thing,
            vague=reading.ranking.label == VAGUE,
            said=reading.said,
        )

    def aspects(self, text: str) -> list[str]:
        """What of a message by itself its act is judged by: its features, and what lists, grammar and weights make of it."""
        meaning = self.understand(text)
        sure = "+" if meaning.confidence >= DISPATCH else ""
        return [
            *self._reader.features(text),
            f"intent:{self._purposes.listed(meaning.said)}",
            f"settled:{settled(meaning.said)}",
            f"kind:{meaning.kind}{sure}",
            f"details:{meaning.details}",
            f"device:{bool(meaning.named)}",
        ]

    def as_intent(self, intent: str, text: str) -> Understanding:
        """A message that has this intent: done, not_done, human, urge or thanks."""
        reading = self._reader.read(text)
        named = tuple(reading.evidence.nouns)
        return replace(self._purposes.as_intent(intent, reading), named=named, said=reading.said)

    def pairs(self, text: str) -> list[tuple[str, str, dict[str, float]]]:
        """Every pair of faults that clauses of a message tell by themselves, and what the judgement of a second fault looks
        at: what it is learned from. Empty for danger, and for one clause."""
        reading = self._reader.read(text)
        if rules.emergency(reading.safety(), reading.said):
            return []
        return list(self._clauses.pairs(reading, reading.ranking.fault))

    def _judged(self, reading: Reading, asked: Sequence[str] | None) -> Understanding:
        ranking = reading.ranking
        for judge in (
            self._stops.emergency,
            self._stops.classified,
            self._purpose,
            self._unlearned,
            self._vague,
        ):
            if (result := judge(reading)) is not None:
                return result
        if asked is None and len(reading.said) <= WORD and self._asker.standing(reading) is not None:
            return self._fault(reading)
        told = len(reading.said) > STORY and ranking.label in self._book.requests and not rules.wished(reading.said)
        if ranking.confidence >= (DISPATCH if told else WANTED) or ranking.label == "R11":
            if ranking.label in self._book.requests:
                unhurried = self._unhurried(reading) if ranking.confidence < CERTAIN else None
                return self._fault(unhurried) if unhurried is not None else self._request(reading)
            if ranking.label in self._book.routes and ranking.label not in STOPS and not reading.thing:
                return self._route(reading)
        return self._fault(reading, asked)

    def _purpose(self, reading: Reading) -> Understanding | None:
        """What it wants that is no report. 不好使 and no more, whatever it is: answered where something was asked, else asked
        about."""
        found = self._purposes.judged(reading)
        if found is not None and found.intent == "not_done" and found.fault is None and found.item is None:
            return replace(self._nothing(reading), intent=found.intent) if found.decision == "human" else found
        return found

    def _unlearned(self, reading: Reading) -> Understanding | None:
        """A fault that was added to the catalogue after the weights were learned is known by its own wordings."""
        hits = [
            (len(h.word), slug, h.word) for h in reading.evidence.hits for kind, slug in h.owners if kind == "unlearned"
        ]
        if not hits:
            return None
        _, slug, word = max(hits)
        fault = self._book.faults[slug]
        return Understanding(
            decided(reading, fault), "fault", item=fault.item, fault=slug, faults=(slug,), route=fault.route,
            safety=fault.safety, confidence=UNLEARNED,
            candidates=(Candidate(slug, UNLEARNED), *reading.ranking.candidates[: CANDIDATES - 1]), because=(word,),
            slots=reading.slots.as_dict(), priority=judged(self._book.service_levels, fault, reading.signs),
        )  # fmt: skip

    def _vague(self, reading: Reading) -> Understanding | None:
        """What says nothing of what is broken, or nothing at all."""
        ranking = reading.ranking
        empty = not reading.evidence.scored.features or (ranking.confidence < ASK and not reading.evidence.nouns)
        bare = reading.bare and ranking.label not in (OTHER, "R11")
        courteous = rules.polite(reading.said) and not reading.evidence.nouns and ranking.confidence < POLITE
        polite = courteous or (not bare and self._idle(reading))
        if not polite and (bare or (empty and self._asker.standing(reading) is None)):
            return self._nothing(reading)
        if polite or (ranking.label == OTHER and len(reading.said) <= TALK):
            return Understanding(
                "other", "other", "aside", route="R11", confidence=ranking.confidence, slots=reading.slots.as_dict()
            )
        return None

    def _idle(self, reading: Reading) -> bool:
        """Whether what is not sure is rather idle talk, which comes close: what sounds like a wish or a matter for others, and
        a fault of no device."""
        ranking, close = reading.ranking, reading.ranking.short_of_talk
        if rules.delighted(reading.said) and ranking.label != "complaint-praise":
            return ranking.confidence < CERTAIN
        if rules.titled(reading.said) and ranking.label != PLANNED:
            return True
        if ranking.label == "R9" and rules.mere_talk(reading.said) and not reading.evidence.nouns:
            return True
        told = reading.slots.location or reading.slots.phone
        if told or len(reading.said) > STORY or ranking.label == VAGUE or ranking.label in STOPS:
            return False
        if ranking.label in self._book.faults:
            return close < NEAR_FAULT and ranking.confidence < DISPATCH and not reading.evidence.nouns
        return close < NEAR_WISH and ranking.confidence < SURE_WISH

    def _unhurried(self, reading: Reading) -> Reading | None:
        """A fault that is told with time to spare sounds like a wish (电脑蓝屏了，不急，有空来看看): the same, read without that.
        None: it is none, or a wish all the same."""
        rest = reading.evidence.text
        for hit in reading.evidence.hits:
            if LEISURE in hit.owners:
                rest = rest[: hit.start] + " " * (hit.end - hit.start) + rest[hit.end :]
        if rest == reading.evidence.text or rules.wished(reading.said):
            return None
        ranking = self._reader.read(rest).ranking
        sure = ranking.label in self._book.faults and ranking.confidence >= DISPATCH
        return replace(reading, ranking=ranking) if sure else None

    def _request(self, reading: Reading) -> Understanding:
        return Understanding(
            "request", "request", "report", request=reading.ranking.label, confidence=reading.ranking.confidence,
            item=next(iter(reading.evidence.nouns), None), candidates=reading.ranking.candidates, because=self._reader.why(reading),
            slots=reading.slots.as_dict(), priority="P4",
        )  # fmt: skip

    def _route(self, reading: Reading) -> Understanding:
        code = reading.ranking.label
        standing = self._asker.standing(reading) if reading.ranking.confidence < DISPATCH else None
        if standing is not None:
            return self._fault(reading)
        return Understanding(
            "other" if code == "R11" else "route", "route", "chitchat" if code == "R11" else "report", route=code,
            confidence=reading.ranking.confidence, candidates=reading.ranking.candidates, because=self._reader.why(reading),
            slots=reading.slots.as_dict(),
        )  # fmt: skip

    def _fault(self, reading: Reading, asked: Sequence[str] | None = None) -> Understanding:
        ranking, evidence, slots = reading.ranking, reading.evidence, reading.slots
        fault, confidence = ranking.fault, ranking.confidence
        standing = self._asker.standing(reading) if asked is None else None
        vague = ranking.label == VAGUE or reading.thing
        if ranking.label == VAGUE and standing is None and not evidence.nouns and len(reading.said) <= SHORT:
            return self._nothing(reading)
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
        sure = sure and (not self._book.faults[fault].safety or ranking.danger >= DANGER.untold)
        if asked is not None and question is None and not sure:
            confidence = ranking.candidates[0].score
            sure = confidence >= (OFFERED if fault in asked else ANSWERED)
        if question is None and not sure and (confidence >= ASK or evidence.nouns):
            question = self._asker.between(ranking.candidates)
        leaf = self._book.faults[fault]
        priority = judged(self._book.service_levels, leaf, reading.signs)
        return Understanding(
            decided(reading, leaf) if sure else "ask" if question else "human",
            "fault",
            item=leaf.item,
            fault=fault,
            faults=tuple(told),
            route=leaf.route,
            safety=leaf.safety and ranking.danger >= DANGER.untold and not talked_about(reading),
            confidence=confidence if sure else min(confidence, DISPATCH - 0.01),
            candidates=ranking.candidates,
            because=self._reader.why(reading),
            question=question,
            slots=replace(slots, device=evidence.nouns.get(leaf.item, slots.device)).as_dict(),
            slots_of=self._clauses.slots_of(told, slots) if len(told) > 1 else {},
            priority=(self._asker.mildest(question, reading.signs) or priority) if question else priority,
        )

    def _nothing(self, reading: Reading) -> Understanding:
        """Nothing in it says what is broken: a short message is asked about, a long one is for a person."""
        short = len(reading.said) <= SHORT
        return Understanding(
            "ask" if short else "human",
            "other",
            confidence=0.05,
            question=self._asker.device() if short else None,
            slots=reading.slots.as_dict(),
        )

"""What follows a report: a detail, a clearer word, the same once more, a correction, or another matter altogether.

Within half an hour a further message is read together with the open matter (`knowledge.context`); it begins a new one only
when it names something else, says 另外, or names another room.
"""

import re
from datetime import datetime, timedelta

from bot.core.ticket import AT_WORK, BEFORE_ACCEPT, Action, Status
from bot.desk import intake, merging, offers, referral, seats, tickets
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import Person, Ticket
from bot.views import notices, reporter
from knowledge import Understanding

RECENTLY = timedelta(minutes=30)
"""Longer after the first report, the same words are a new matter (assumed)."""
CORRECTION = re.compile(
    r"((?<!是)不是|唔系|搞错|说错|写错|打错|讲错|更正|弄错|应该是|(?:不好意思|抱歉|对不起)[，,。\s]*(?:应该)?是)"
)
CORRECTED = 0.3
"""Confidence from which a correction says what it is instead."""
SURE = 0.75
"""Confidence below which whatever is said after an emergency is about it."""
IS_CLASSIFIED = re.compile(
    r"^(?:[忘漏]了?说.?|补充.?|对了|其实)?[，,\s]*[这那它就台个部]{0,3}[^，]{0,4}是[^，]{0,5}(?:密|红机)|^(?:涉密|保密|机密|密级)[^，]{0,5}$"
)
"""It says of something already told that it is classified, and reports nothing new: 是涉密打印机, 忘了说，这台是涉密机."""
_OPEN = (*BEFORE_ACCEPT, *AT_WORK, Status.REFERRED)


async def told_before(tx: Tx, who: Person, meaning: Understanding) -> Ticket | None:
    """The reporter's recent open ticket about what a message means, unless the message names another room."""
    for ticket in await tickets.live_of(tx, who):
        if _same(ticket, meaning, tx.now) and not elsewhere(ticket, meaning):
            return ticket
    return None


async def again(tx: Tx, office: Office, who: Person, ticket: Ticket, text: str, meaning: Understanding) -> None:
    """Keep it with its ticket; whoever holds it, or the desk in an emergency, hears of it. Nothing of R5 is kept."""
    if ticket.kind == "classified":
        await notices.tell(tx, who, reporter.classified(office.book.routes["R5"].say), ticket)
        await referral.redact(tx, who, ticket)
        return
    await intake.add(tx, office, who, ticket, text, meaning)
    if ticket.kind == "emergency" and ticket.assignee_id is None:
        await seats.inform(tx, office, ticket, "again", who.name)


async def of_merged(
    tx: Tx, office: Office, who: Person, words: tickets.Words, own: Ticket, into: Ticket, meaning: Understanding
) -> None:
    """More about a report of his that is handled with another one, which may have become a classified matter."""
    if into.kind == "classified":
        await again(tx, office, who, into, "", meaning)
    else:
        await merging.more(tx, who, own, into, words)


async def classified_now(tx: Tx, office: Office, who: Person, text: str, meaning: Understanding) -> bool:
    """A report just made is of classified equipment, it turns out (是涉密打印机): it goes the way of R5, if one is open."""
    if not IS_CLASSIFIED.search(text):
        return False
    for ticket in await tickets.live_of(tx, who):
        its_own = not meaning.named or ticket.item in meaning.named
        if (
            is_open(ticket, tx.now)
            and ticket.kind in ("fault", "unclear")
            and its_own
            and tickets.can(ticket, Action.REFER)
        ):
            await offers.withdraw(tx, ticket, "涉密设备")
            await intake.classified_after_all(tx, office, who, ticket)
            return True
    return False


async def follow(tx: Tx, office: Office, who: Person, ticket: Ticket, text: str, meaning: Understanding) -> bool:
    """Whether the message belonged to this open ticket, and was seen to. False: it is another matter.

    Whatever names no other device after R5 is about the classified equipment, and is not kept.
    """
    if elsewhere(ticket, meaning) and not meaning.details:
        return False
    if ticket.kind == "classified":
        elsewhere_ = meaning.decision in ("route", "request") and meaning.confidence >= SURE and not meaning.details
        if office.context.begins(text) or elsewhere_ or (meaning.named and meaning.decision == "dispatch"):
            return False
        await again(tx, office, who, ticket, text, meaning)
        return True
    known = ticket.fault or ticket.request or ticket.route
    sequel = office.context.sequel("，".join(await tickets.said(tx, ticket)), known, text)
    grave = ticket.kind == "emergency" and not office.context.begins(text) and meaning.confidence < SURE
    if sequel.kind == "another" and not grave:
        return False
    if sequel.kind == "clearer" and ticket.kind in ("fault", "unclear") and ticket.status in BEFORE_ACCEPT:
        await _settle(tx, office, who, ticket, text, sequel.meaning)
    else:
        await again(tx, office, who, ticket, text, sequel.meaning)
    return True


async def _settle(tx: Tx, office: Office, who: Person, ticket: Ticket, text: str, meaning: Understanding) -> None:
    """All words together say what it is: a fault, or, where none was known, something for others or a request."""
    if meaning.kind == "fault" and meaning.fault:
        await intake.correct(tx, office, who, ticket, text, meaning)
        return
    await tickets.add_words(tx, ticket, who, tickets.Words(text))
    if ticket.kind == "unclear" and meaning.decision == "route" and meaning.route:
        await referral.by_answer(tx, office, who, ticket, meaning.route)
    elif ticket.kind == "unclear" and meaning.decision == "request":
        await intake.request_after_all(tx, office, who, ticket, meaning)
    else:
        await notices.tell(tx, who, reporter.added(ticket), ticket)


async def belongs(tx: Tx, office: Office, ticket: Ticket, text: str, meaning: Understanding) -> bool:
    """Whether a message is more about this report rather than another matter."""
    if elsewhere(ticket, meaning) or office.context.begins(text):
        return False
    known = ticket.fault or ticket.request or ticket.route
    return office.context.sequel("，".join(await tickets.said(tx, ticket)), known, text).kind != "another"


def instead(office: Office, ticket: Ticket, text: str, meaning: Understanding) -> Understanding | None:
    """What a correction says it is instead ("打错了，是黑屏"), read with the device it is about; None: it does not say."""
    if not CORRECTION.search(text):
        return None
    device = str(ticket.slots.get("device") or "")
    for read in (meaning, office.classifier.understand(f"{device}{text}") if device else meaning):
        if read.fault and read.fault != ticket.fault and read.confidence >= CORRECTED:
            return read
    return None


def is_open(ticket: Ticket, now: datetime) -> bool:
    """Whether what is said now may belong to it: reported a short while ago and neither done nor given up."""
    return ticket.status in _OPEN and now - ticket.created_at <= RECENTLY


def elsewhere(ticket: Ticket, meaning: Understanding) -> bool:
    """The message names another room than the ticket: a second device, not more about the first. Danger: another floor."""
    names = ("room", "floor") if ticket.kind == "emergency" and meaning.decision == "emergency" else ("room",)
    both = ((meaning.slots.get(name), ticket.slots.get(name)) for name in names)
    return any(said and known and said != known for said, known in both)


def _same(ticket: Ticket, meaning: Understanding, now: datetime) -> bool:
    if now - ticket.created_at > RECENTLY:
        return False
    match meaning.decision:
        case "emergency":
            alike = (
                not meaning.named or not ticket.fault or meaning.fault == ticket.fault or meaning.item == ticket.item
            )
            return ticket.kind == "emergency" and alike
        case "classified":
            return ticket.kind == "classified"
        case "request":
            return ticket.kind == "request" and ticket.request == meaning.request
        case "route":
            return ticket.kind == "referral" and ticket.route == meaning.route
    return False

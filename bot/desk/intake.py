"""Intake (受理): from a reporter's words to a ticket that is being worked on, with at most two questions.

A ticket exists from the first message on. What is asked is only what is missing and needed for the way it will be
handled; an unanswered question goes to the desk.
"""

from collections.abc import Sequence
from datetime import timedelta

from bot.core.ticket import AT_WORK, BEFORE_ACCEPT, LIVE, Action, Status
from bot.desk import (
    additions,
    dispatch,
    guidance,
    holding,
    incidents,
    offers,
    people,
    referral,
    relay,
    requests,
    seats,
    selfhelp,
    tickets,
)
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import Dialogue, Person, Ticket, TimerRow
from bot.views import notices, reporter
from bot.views.words import place as place_of
from knowledge import Understanding

UNDECIDED = (Status.NEW, Status.NEED_INFO, Status.TRIAGED)
"""While it stands so, nobody has been given the ticket: an answer decides what becomes of it."""
QUESTIONS = 2
LONG = 400
"""Characters: beyond this a message is a story; it is kept whole, and one sentence is asked for."""


async def report(tx: Tx, office: Office, who: Person, text: str, understanding: Understanding) -> None:
    """A message that reports something: emergency, classified, referral, request or fault, in this order."""
    words = tickets.Words(text)
    match understanding.decision:
        case "emergency":
            await referral.emergency(tx, office, who, understanding, words)
        case "classified":
            await referral.classified(tx, office, who, understanding)
        case "route":
            await referral.refer(tx, office, who, understanding, words)
        case "request":
            await request(tx, office, who, understanding, words)
        case _:
            ticket = await tickets.open_ticket(tx, office, who, understanding, words)
            await fault(tx, office, who, ticket, understanding, words)


async def fault(
    tx: Tx, office: Office, who: Person, first: Ticket, understanding: Understanding, words: tickets.Words
) -> None:
    """A report whose ticket is open: act on it, and open one for each other independent fault in the message."""
    await proceed(tx, office, who, first, understanding)
    await others(tx, office, who, first, understanding, words)


async def others(
    tx: Tx, office: Office, who: Person, first: Ticket, understanding: Understanding, words: tickets.Words
) -> None:
    """A ticket for each independent fault in a message beside that of its first ticket."""
    for slug in understanding.faults:
        if slug == first.fault:
            continue
        item = office.book.faults[slug].item
        second = await tickets.open_ticket(
            tx, office, who, understanding, words,
            fault=slug, guessed_fault=slug, item=item, parent_id=first.id, kind="fault",
            slots={**who.usual_place, **understanding.slots_of.get(slug, understanding.slots)},
        )  # fmt: skip
        await settle_class(tx, office, who, second, new=True)


async def proceed(tx: Tx, office: Office, who: Person, ticket: Ticket, understanding: Understanding) -> None:
    """Ask, act, or hand to the desk, as sure as the understanding is."""
    if understanding.decision == "ask" and understanding.question and ticket.asked < QUESTIONS:
        await _ask_fault(tx, office, who, ticket, understanding)
    elif understanding.decision == "dispatch" and ticket.fault:
        await settle_class(tx, office, who, ticket, new=True)
    else:
        await hand_to_desk(tx, office, who, ticket, "unclear")


async def settle_class(tx: Tx, office: Office, who: Person, ticket: Ticket, *, new: bool) -> None:
    """The fault is known: route, self-help, one question about the place, or dispatch."""
    fault_ = office.book.faults[ticket.fault or ""]
    if incidents.may_be_in_one(ticket) and await incidents.joined(tx, office, who, ticket):
        return
    if tickets.can(ticket, Action.TRIAGE):
        await tickets.act(tx, ticket, Action.TRIAGE, None)
    await incidents.watch(tx, office, ticket)
    if fault_.route == "R2":
        await referral.tell_route(tx, office, who, "R2", ticket)
        await referral.page_infosec(tx, office, ticket)
    direct = await selfhelp.declined(tx, ticket)
    if selfhelp.comes_first(office, ticket) and not direct:
        if new:
            await notices.tell(tx, who, reporter.receipt(office.voice, ticket), ticket)
        await selfhelp.begin(tx, office, ticket, who, alongside=False)
        return
    urgent = ticket.priority in ("P1", "P2")
    place_missing = not place_of(ticket) and fault_.mode != "remote"
    if place_missing and not urgent and ticket.asked < QUESTIONS:
        await _ask_place(tx, office, who, ticket)
        return
    best = await dispatch.offer_next(tx, office, ticket)
    if fault_.route == "R2":
        return
    at = dispatch.earliest(office, ticket, best, tx.now)
    trying = selfhelp.has_steps(office, ticket) and best is not None and not direct
    await notices.tell(tx, who, reporter.dispatched(office.voice, ticket, at, tx.now), ticket)
    if trying:
        await selfhelp.begin(tx, office, ticket, who, alongside=True)
    if place_missing:
        if not trying:
            await _await(tx, who, ticket, "place")
        await notices.tell(tx, who, reporter.ask_place_also(ticket), ticket)


async def request(
    tx: Tx, office: Office, who: Person, understanding: Understanding, words: tickets.Words, *, ask: bool = True
) -> None:
    """A service request (no fault). Whoever is on the telephone is not asked in the chat."""
    ticket = await tickets.open_ticket(tx, office, who, understanding, words, kind="request", fault=None)
    await requests.begin(tx, office, who, ticket, ask=ask)


async def request_after_all(tx: Tx, office: Office, who: Person, ticket: Ticket, understanding: Understanding) -> None:
    """Pieces that together ask for something: the open ticket becomes the request."""
    await tickets.change(
        tx, ticket, "reclassified", None, kind="request", request=understanding.request, fault=None, priority="P4"
    )
    await requests.begin(tx, office, who, ticket)


async def wordless(tx: Tx, office: Office, who: Person, words: tickets.Words, understanding: Understanding) -> Ticket:
    """A photo or a recording and nothing else is a report too: the desk owns it and is told, one tap is asked for."""
    ticket = await tickets.open_ticket(
        tx, office, who, understanding, words, kind="unclear", fault=None, item=None, priority="P3"
    )
    await tickets.act(tx, ticket, Action.ASK, None, asked=1)
    await _await(tx, who, ticket, "fault", {"options": list(reporter.DEVICE_KINDS), "faults": []})
    await notices.hand(tx, who, "question", lambda c: reporter.wordless(office.voice, ticket, c, words.kind), ticket)
    await _expect_answer(tx, office, ticket)
    await seats.inform(tx, office, ticket, "wordless", who.name)
    return ticket


async def heard(tx: Tx, office: Office, ticket: Ticket, text: str) -> None:
    """A recording was transcribed: while its report waits to be understood, the reporter is asked whether that is it."""
    who = await people.person(tx, ticket.reporter_id)
    row = await tx.session.get(Dialogue, who.id) if who else None
    if who is None or row is None or row.kind != "fault" or row.ticket_id != ticket.id:
        return
    row.data = {**row.data, "heard": text}
    tx.add(row)
    await notices.close_cards(tx, ticket, ("question",), "已听写")
    await notices.hand(tx, who, "question", lambda c: reporter.heard(office.voice, ticket, c, text), ticket)


async def transcript(tx: Tx, office: Office, who: Person, row: Dialogue, ticket: Ticket, *, right: bool) -> None:
    """Whether the transcript of a recording is what was meant: then it counts as typed, else it is asked in words."""
    said = str(row.data["heard"])
    if right:
        await answered(tx, office, who, row, ticket, said, office.classifier.understand(said), None)
        return
    row.data = {k: v for k, v in row.data.items() if k != "heard"}
    tx.add(row)
    await notices.close_cards(tx, ticket, ("question",), "请打字")
    await notices.tell(tx, who, reporter.say_it(office.voice, ticket), ticket)


async def hand_to_desk(tx: Tx, office: Office, who: Person, ticket: Ticket, why: str) -> None:
    """A person takes over; the reporter is told so at once."""
    if ticket.priority is None:
        await tickets.change(tx, ticket, "priority", None, priority="P3")
    if tickets.can(ticket, Action.TRIAGE):
        await tickets.act(tx, ticket, Action.TRIAGE, None)
    row = await tx.session.get(Dialogue, who.id)
    if row is not None and row.ticket_id == ticket.id:
        await tx.session.delete(row)
        await tx.flush()
    await notices.close_cards(tx, ticket, ("question", "selfhelp"), "已转人工")
    if ticket.status in BEFORE_ACCEPT:
        await seats.to_desk(tx, office, ticket, why)
    else:  # somebody has it in hand, and keeps it
        await seats.inform(tx, office, ticket, why, who.name)
    if why != "person" or not await relay.begin(tx, office, ticket):
        await notices.tell(tx, who, reporter.to_desk(office.voice, ticket), ticket)


async def answered(
    tx: Tx,
    office: Office,
    who: Person,
    row: Dialogue,
    ticket: Ticket,
    text: str,
    understanding: Understanding,
    pick: int | None,
) -> None:
    """An answer to the pending question of a ticket: an option by tap or number, or anything typed."""
    await tx.session.delete(row)
    await tx.flush()
    await tx.forget(f"question:{ticket.id}:{ticket.asked}")
    await notices.close_cards(tx, ticket, ("question",), "已回答")
    await tickets.add_words(tx, ticket, who, tickets.Words(text), "answered")
    await additions.merge_slots(tx, ticket, understanding)
    if row.kind == "place":
        await additions.place_answered(tx, office, who, ticket, text)
        await additions.place_of_all(tx, office, who, ticket, text, understanding)
        return
    faults: Sequence[str | None] = row.data.get("faults", [])
    chosen = faults[pick] if pick is not None and pick < len(faults) else None
    if ticket.status not in UNDECIDED:
        await _answered_late(tx, office, who, ticket, text, chosen, understanding)
        return
    if chosen in office.book.routes:
        await referral.by_answer(tx, office, who, ticket, chosen or "")
    elif chosen:
        await _set_fault(tx, office, ticket, who, chosen, None)
        await settle_class(tx, office, who, ticket, new=True)
    elif understanding.decision == "route" and understanding.route:
        await referral.by_answer(tx, office, who, ticket, understanding.route)
    elif understanding.decision == "request":
        await request_after_all(tx, office, who, ticket, understanding)
    elif understanding.fault and understanding.decision == "dispatch":
        await _set_fault(tx, office, ticket, who, understanding.fault, understanding)
        await settle_class(tx, office, who, ticket, new=True)
        await others(tx, office, who, ticket, understanding, tickets.Words(text))
    elif (
        understanding.decision == "ask"
        and ticket.asked < QUESTIONS
        and (pick is None or not faults)
        and _asks_anew(row, understanding)
    ):
        await _set_fault(tx, office, ticket, who, understanding.fault, understanding)
        await _ask_fault(tx, office, who, ticket, understanding)
    else:
        await _guess(tx, office, ticket, who, understanding)
        await hand_to_desk(tx, office, who, ticket, "unclear")


async def _answered_late(
    tx: Tx, office: Office, who: Person, ticket: Ticket, text: str, chosen: str | None, understanding: Understanding
) -> None:
    """The desk has given the ticket away meanwhile: another fault is a correction, all else is told to whoever has it."""
    meant = chosen or (understanding.route if understanding.decision == "route" else None)
    fault = chosen if chosen in office.book.faults else None
    fault = fault or (understanding.fault if not chosen and understanding.decision == "dispatch" else None)
    if meant == "R5" and tickets.can(ticket, Action.REFER):
        await offers.withdraw(tx, ticket, "涉密设备")
        await referral.by_answer(tx, office, who, ticket, "R5")
    elif fault and fault != ticket.fault and ticket.status in BEFORE_ACCEPT | AT_WORK:
        await _set_fault(tx, office, ticket, who, fault, understanding if not chosen else None)
        await _reclassified(tx, office, who, ticket)
    else:
        await notices.tell(tx, who, reporter.added(ticket), ticket)
        await holding.tell_holder(tx, ticket, text)


def _asks_anew(row: Dialogue, understanding: Understanding) -> bool:
    """Whether the next question is another one than the last: nobody is asked the same twice."""
    question = understanding.question
    return question is not None and list(question.options) != list(row.data.get("options", []))


async def classified_after_all(tx: Tx, office: Office, who: Person, ticket: Ticket) -> None:
    """The answer to our question is that the equipment is classified."""
    if (row := await tx.session.get(Dialogue, who.id)) is not None:
        await tx.session.delete(row)
        await tx.flush()
    await tx.forget(f"question:{ticket.id}:{ticket.asked}")
    await notices.close_cards(tx, ticket, ("question",), "已回答")
    await referral.by_answer(tx, office, who, ticket, "R5")


async def question_silent(tx: Tx, office: Office, row: TimerRow) -> str:
    """Timer: the question was not answered; the desk owns it, what was said stands."""
    ticket = await tickets.get(tx, row.ticket_id)
    who = await people.person(tx, ticket.reporter_id) if ticket else None
    if ticket is None or who is None:
        return "gone"
    if ticket.status not in UNDECIDED or ticket.kind == "request" or not await additions.still_open(tx, ticket):
        return "moved on"
    await hand_to_desk(tx, office, who, ticket, "silent")
    return "desk"


async def correct(tx: Tx, office: Office, who: Person, ticket: Ticket, text: str, understanding: Understanding) -> None:
    """The reporter corrects what it is ("不是打印机，是扫描仪"): re-classified, the technician told."""
    await tickets.add_words(tx, ticket, who, tickets.Words(text), "corrected")
    await additions.merge_slots(tx, ticket, understanding)
    await _set_fault(tx, office, ticket, who, understanding.fault, understanding)
    await _reclassified(tx, office, who, ticket)


async def suppose(tx: Tx, office: Office, who: Person, ticket: Ticket, text: str, understanding: Understanding) -> None:
    """What an unclear ticket may be, now that more was said: a guess for the desk, which has it."""
    await _guess(tx, office, ticket, who, understanding)
    await additions.add(tx, office, who, ticket, text, understanding)


async def _guess(tx: Tx, office: Office, ticket: Ticket, who: Person, understanding: Understanding) -> None:
    """The desk sees what it may be; the ticket stays unclear, so that a clearer word still decides."""
    if (slug := tickets.guessed(understanding)) is not None:
        await _set_fault(tx, office, ticket, who, slug, understanding, kind="unclear")
    elif ticket.kind != "unclear":
        await tickets.change(tx, ticket, "unclear", None, kind="unclear")


async def _reclassified(tx: Tx, office: Office, who: Person, ticket: Ticket) -> None:
    """It is another fault than was thought: offered anew, or whoever has it in hand gets its procedure."""
    await notices.tell(tx, who, reporter.corrected(office.voice, ticket), ticket)
    await selfhelp.clear(tx, ticket, who)
    await requests.take_back(tx, ticket)
    if ticket.status in BEFORE_ACCEPT:
        await offers.withdraw(tx, ticket, "故障更正")
        await notices.close_cards(tx, ticket, ("selfhelp", "question"), "已更正")
        await settle_class(tx, office, who, ticket, new=False)
    else:
        await guidance.reassign_fault(tx, office, ticket)


def is_live(ticket: Ticket) -> bool:
    return ticket.status in LIVE


async def _ask_fault(tx: Tx, office: Office, who: Person, ticket: Ticket, understanding: Understanding) -> None:
    question = understanding.question
    if question is None:
        raise ValueError("nothing to ask")
    await tickets.act(tx, ticket, Action.ASK, None, asked=ticket.asked + 1, priority=ticket.priority or "P3")
    data: dict[str, object] = {"options": list(question.options), "faults": list(question.faults)}
    await _await(tx, who, ticket, "fault", data)
    options = list(question.options)
    await notices.hand(
        tx, who, "question", lambda c: reporter.question(office.voice, ticket, c, question.text, options), ticket
    )
    await _expect_answer(tx, office, ticket)


async def _ask_place(tx: Tx, office: Office, who: Person, ticket: Ticket) -> None:
    await tickets.change(tx, ticket, "ask-place", None, asked=ticket.asked + 1)
    await _await(tx, who, ticket, "place", {"blocking": True})
    await notices.tell(tx, who, reporter.ask_place(office.voice, ticket), ticket)
    await _expect_answer(tx, office, ticket)


async def _set_fault(
    tx: Tx,
    office: Office,
    ticket: Ticket,
    who: Person,
    slug: str | None,
    understanding: Understanding | None,
    *,
    kind: str = "fault",
) -> None:
    """`kind`: `unclear` while the fault is only a guess."""
    if slug is None or (slug == ticket.fault and ticket.kind in (kind, "emergency")):
        return
    fault_ = office.book.faults[slug]
    priority = (understanding.priority if understanding else None) or office.book.service_levels.priority(
        fault_.impact, fault_.urgency
    )
    worst = min(priority, ticket.priority or "P4")
    await tickets.change(
        tx, ticket, "reclassified", who,
        fault=slug, item=fault_.item, kind=kind, priority=worst, safety=bool(fault_.safety) or ticket.safety,
    )  # fmt: skip


async def _await(tx: Tx, who: Person, ticket: Ticket, kind: str, data: dict[str, object] | None = None) -> None:
    row = Dialogue(person_id=who.id or 0, ticket_id=ticket.id or 0, kind=kind, data=data or {}, asked_at=tx.now)
    await tx.session.merge(row)


async def _expect_answer(tx: Tx, office: Office, ticket: Ticket) -> None:
    minutes = int(office.book.service_levels.sla.self_help["question_silent_then_desk_min"])
    key = f"question:{ticket.id}:{ticket.asked}"
    await tx.remind(key, tx.now + timedelta(minutes=minutes), "question-silent", ticket.id)


async def quietly_to_desk(tx: Tx, office: Office, who: Person, ticket: Ticket) -> None:
    """The desk owns it; the reporter has been answered already."""
    if ticket.priority is None:
        await tickets.change(tx, ticket, "priority", None, priority="P3")
    await tickets.act(tx, ticket, Action.TRIAGE, None)
    await seats.to_desk(tx, office, ticket, "unclear")

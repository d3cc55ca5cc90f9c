"""What is not ours to fix: the routes R1–R11, classified matters (R5) and emergencies (R9).

A referral is owned by the desk until it is settled; nobody is said to have been told before he was. R5 stops the
collection: the words are not kept anywhere. R9 and every safety fault page the duty manager at once.
"""

from bot.core.ticket import Action, Status
from bot.desk import contacts, dispatch, erasure, incidents, merging, people, relay_follow, seats, tickets
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import Dialogue, Person, Ticket
from bot.views import desk as desk_views
from bot.views import notices, reporter
from knowledge import Understanding

WITHOUT_TICKET = frozenset({"R8", "R10", "R11"})
"""Answered and done: personal devices, citizens' matters, chit-chat (catalogue section 5)."""
CARRIER = "R6"
"""The route whose outages are to be proven: after the hand-over they are charged to nobody of ours."""
OFFERS_CHECK, CHECK = "R3", "local-check"
"""The route whose answer offers to rule out computer and network first, and the question it leaves open."""


async def refer(tx: Tx, office: Office, who: Person, understanding: Understanding, words: tickets.Words) -> None:
    """Answer with the route's own words; where somebody must act, the desk gets a ticket to pass on."""
    route = office.book.routes[understanding.route or "R11"]
    if route.code in WITHOUT_TICKET:
        await tell_route(tx, office, who, route.code, None)
        return
    ticket = await tickets.open_ticket(tx, office, who, understanding, words, kind="referral", fault=None, item=None)
    await tickets.act(tx, ticket, Action.REFER, None)
    await seats.to_desk(tx, office, ticket, await tell_route(tx, office, who, route.code, ticket))
    await seats.watch(tx, ticket)
    if route.code == "R2":
        await page_infosec(tx, office, ticket)


async def tell_route(tx: Tx, office: Office, who: Person | None, code: str, ticket: Ticket | None) -> str:
    """The route's own words with the agency's contact; returns what the desk is told: `no-contact` if none is known."""
    unit = ticket.unit_id if ticket else who.unit_id if who else None
    contact = await contacts.contact_of(tx, unit, code)
    await notices.tell(tx, who, reporter.referral(office.voice, office.book.routes[code].say, ticket, contact), ticket)
    if code == OFFERS_CHECK and ticket is not None and who is not None:
        await tx.session.merge(Dialogue(person_id=who.id or 0, ticket_id=ticket.id or 0, kind=CHECK, asked_at=tx.now))
    return "referral" if contact else "no-contact"


async def check_wanted(tx: Tx, office: Office, who: Person, ticket: Ticket) -> None:
    """需要: computer and network are to be ruled out first; the desk, which has the ticket, sends somebody or calls."""
    await tickets.change(tx, ticket, "check-wanted", who)
    await seats.inform(tx, office, ticket, CHECK, who.name)
    await notices.tell(tx, who, reporter.check_registered(ticket), ticket)


async def settle(tx: Tx, office: Office, ticket: Ticket, seat: Person, note: str) -> None:
    """办结: the desk says how a referral or request ended; the reporter is told."""
    if tickets.can(ticket, Action.SETTLE):
        await tickets.act(tx, ticket, Action.SETTLE, seat, by="referred")
    else:
        await tickets.act(tx, ticket, Action.SELF_SOLVED, seat, by="desk")
    if note:
        await tickets.add_words(tx, ticket, seat, tickets.Words(note), "settled-note")
    await dispatch.stop_work(tx, ticket, "服务台已办结")
    await notices.tell(tx, await people.person(tx, ticket.reporter_id), reporter.referral_settled(ticket, note), ticket)
    await merging.follow(tx, ticket)


async def page_infosec(tx: Tx, office: Office, ticket: Ticket) -> None:
    """R2: the provider's security liaison hears of it at once (he judges; legal reporting is the unit's)."""
    unit = await people.unit_name(tx, ticket.unit_id)
    asker = await people.person(tx, ticket.reporter_id)
    for person in await people.holding(tx, ("infosec-liaison",)):
        await notices.tell(tx, person, desk_views.infosec(office.voice, ticket, unit, asker), ticket)


async def emergency(tx: Tx, office: Office, who: Person, understanding: Understanding, words: tickets.Words) -> Ticket:
    """R9 and safety faults: the safety sentence first, then the duty manager, the desk, the incident group."""
    ticket = await tickets.open_ticket(
        tx, office, who, understanding, words, kind="emergency", priority="P1", safety=True,
        route=understanding.route or "R9",
    )  # fmt: skip
    await tickets.act(tx, ticket, Action.TRIAGE, None)
    say = office.book.routes["R9"].say
    await notices.tell(tx, who, reporter.emergency(office.voice, say, ticket), ticket)
    await page_duty(tx, office, ticket)
    if incidents.declares_itself(ticket):
        await incidents.declare(tx, office, ticket)
    if ticket.fault:
        await dispatch.offer_next(tx, office, ticket, "emergency")
    else:
        await seats.to_desk(tx, office, ticket, "emergency")
    return ticket


async def page_duty(tx: Tx, office: Office, ticket: Ticket, words: str = "") -> None:
    """The duty manager, the seats and the groups hear of an emergency; `words`: what tells it, if not the first report."""
    unit = await people.unit_name(tx, ticket.unit_id)
    asker = await people.person(tx, ticket.reporter_id)
    words = words or await tickets.first_words(tx, ticket)
    for person in await seats.in_emergencies(tx, office):
        await notices.tell(tx, person, desk_views.emergency(office.voice, ticket, unit, words, asker), ticket)
    groups = (*office.groups.get("incident", ()), *office.groups.get("duty", ()))
    await notices.announce(tx, groups, desk_views.emergency_group(office.voice, ticket, unit, tx.now), ticket)


async def classified(tx: Tx, office: Office, who: Person, understanding: Understanding) -> None:
    """R5: stop collecting; nothing of the words is kept; the unit's secrecy officer or liaison and the desk are told."""
    ticket = await tickets.open_ticket(tx, office, who, understanding, tickets.Words(), **erasure.CLASSIFIED)
    await tickets.act(tx, ticket, Action.REFER, None)
    await _stop_collecting(tx, office, who, ticket)


BACK = {
    Status.NEW: Action.TRIAGE,
    Status.NEED_INFO: Action.TRIAGE,
    Status.DISPATCHED: Action.OFFER_EXPIRED,
    Status.ACCEPTED: Action.DECLINE,
    Status.EN_ROUTE: Action.DECLINE,
    Status.ON_SITE: Action.DECLINE,
    Status.REMOTE: Action.DECLINE,
}
"""State before a referral that is taken back → what brings it to the desk: nobody is asked or has it in hand any more."""


async def by_answer(tx: Tx, office: Office, who: Person, ticket: Ticket, code: str) -> None:
    """The reporter's answer to our question says that it is a matter of a route: the open ticket is referred."""
    if code == "R5":
        await tickets.act(tx, ticket, Action.REFER, None, owner="desk", assignee_id=None, **erasure.CLASSIFIED)
        await _stop_collecting(tx, office, who, ticket, reported=True)
        return
    if code in WITHOUT_TICKET:
        await tickets.act(tx, ticket, Action.CANCEL, None, route=code, by="referred", closed_at=tx.now)
        await tell_route(tx, office, who, code, None)
        return
    await tickets.act(tx, ticket, Action.REFER, None, kind="referral", route=code, item=None, fault=None)
    await seats.to_desk(tx, office, ticket, await tell_route(tx, office, who, code, ticket))
    await seats.watch(tx, ticket)


async def _stop_collecting(
    tx: Tx, office: Office, who: Person, ticket: Ticket, by: Person | None = None, *, reported: bool = False
) -> None:
    """`by` is whoever of the desk said that it is classified: he hears that it is done, be he a seat or not. `reported`: it
    had been told as something ordinary, whose number the reporter knows."""
    say = reporter.classified(office.book.routes["R5"].say)
    stopped = reporter.classified(office.book.routes["R5"].say, ticket if reported else None)
    await notices.tell(tx, who, stopped, ticket)
    await redact(tx, who, ticket)
    for told in await merging.all_of(tx, ticket):
        if told.reporter_id != who.id:
            await notices.tell(tx, await people.person(tx, told.reporter_id), say, told)
    unit = await people.unit_name(tx, ticket.unit_id)
    own = [] if who.unit_id is None else await people.holding(tx, ("secrecy-officer", "unit-liaison"), who.unit_id)
    readers = [*own, *await people.seats(tx, office.fallback_owner), *([by] if by else [])]
    for person in {person.id: person for person in readers}.values():
        await notices.tell(tx, person, desk_views.classified(ticket, unit, who), ticket)
    await seats.watch(tx, ticket)


async def redact(tx: Tx, who: Person, ticket: Ticket) -> None:
    """Erase what was said about this ticket, here, in reports merged into it and wherever it had been passed on."""
    for told in await merging.all_of(tx, ticket):
        await erasure.of_ticket(tx, told)
        if told.slots or told.because:
            await tickets.change(tx, told, "redacted", who, slots={}, because=[])
    await tx.record(ticket.id or 0, "redacted", who.id)


async def still_open(tx: Tx, office: Office, ticket: Ticket) -> None:
    """A referral nobody has settled: the desk's card again."""
    known = await contacts.contact_of(tx, ticket.unit_id, ticket.route or "")
    await seats.to_desk(tx, office, ticket, "referral" if known or ticket.kind == "classified" else "no-contact")
    await seats.watch(tx, ticket)


async def refer_out(tx: Tx, office: Office, ticket: Ticket, seat: Person, code: str, proof: str = "") -> None:
    """转出: the desk hands a ticket to a route outside; the reporter gets the route's own words. `proof`: what shows that it
    is theirs (the carrier's number of the fault) stands on the timeline, beside the event from which the time is theirs.
    """
    await dispatch.stop_work(tx, ticket, "已转出")
    who = await people.person(tx, ticket.reporter_id)
    if code == "R5" and who is not None:
        await tickets.act(tx, ticket, Action.REFER, seat, owner="desk", assignee_id=seat.id, **erasure.CLASSIFIED)
        await _stop_collecting(tx, office, who, ticket, seat)
        return
    await tickets.act(tx, ticket, Action.REFER, seat, route=code, owner="desk", assignee_id=seat.id)
    if proof:
        await tickets.add_words(tx, ticket, seat, tickets.Words(proof), tickets.PROOF)
    why = await tell_route(tx, office, who, code, ticket)
    await notices.tell(tx, seat, desk_views.told(office.voice, ticket, why), ticket)
    if proof or code == CARRIER:
        await notices.tell(tx, seat, desk_views.proof_of_referral(ticket, proof), ticket)
    await relay_follow.follow(tx, office, ticket)
    await seats.watch(tx, ticket)


async def undo(tx: Tx, ticket: Ticket, by: Person) -> None:
    """What was referred is ours after all, by the desk's word or the reporter's: nobody has it in hand."""
    kind = ("fault" if ticket.fault else "unclear") if ticket.kind == "referral" else ticket.kind
    await tickets.act(tx, ticket, Action.UNDO, by, route=None, kind=kind, owner="desk", assignee_id=None)
    if (back := BACK.get(Status(ticket.status))) is not None:
        await tickets.act(tx, ticket, back, None)


async def take_back(tx: Tx, office: Office, ticket: Ticket, seat: Person) -> bool:
    """撤销转出: it is ours after all, the desk gives it out anew, and the reporter knows.

    False when it stands referred no more, or is classified: its words are gone.
    """
    if ticket.status != Status.REFERRED or ticket.kind == "classified":
        return False
    await undo(tx, ticket, seat)
    await tickets.change(tx, ticket, "priority", None, priority=ticket.priority or "P3")
    await notices.tell(
        tx, await people.person(tx, ticket.reporter_id), reporter.ours_after_all(office.voice, ticket), ticket
    )
    await seats.to_desk(tx, office, ticket, "taken-back")
    await relay_follow.follow(tx, office, ticket)
    return True

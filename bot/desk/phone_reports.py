"""代报: the telephone is a channel too. A seat enters in one line what a caller says, and it is worked on at once.

The caller is known by his number or name, or becomes a provisional person. Nobody is asked in the chat what he is
telling on the telephone, and no self-help waits for him: a known fault is dispatched, the rest is the desk's. A caller
who has an account is told there as well.
"""

import re
from dataclasses import dataclass

from sqlmodel import col, select

from bot.core.ticket import Action
from bot.desk import dispatch, holding, incidents, intake, people, referral, tickets
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import Person, Ticket
from bot.views import notices, reporter
from bot.views import phone_reports as views
from knowledge import Understanding

SOURCE = "phone"
NUMBER = re.compile(r"^(?:\+?86[- ]?)?(1[3-9]\d(?:[- ]?\d{4}){2}|0\d{2,3}[- ]?\d{7,8}|[2-9]\d{7})(?!\d)")
"""A mobile number, a line with its area code, or a local line of eight digits."""


@dataclass(frozen=True)
class Caller:
    """Who is on the telephone, or those it may be when the number or name is not enough."""

    person: Person | None = None
    among: tuple[Person, ...] = ()


def split(text: str) -> tuple[str, str]:
    """The caller's number (digits only) or name, and what he says; an empty first part when there is neither."""
    if match := NUMBER.match(text):
        return digits(match.group(1)), text[match.end() :].strip(" ，,。：:")
    first, _, rest = text.partition(" ")
    return ("", text) if any(ch.isdigit() for ch in first) else (first, rest.strip())


def digits(phone: str) -> str:
    return re.sub(r"\D", "", phone)


async def caller_of(tx: Tx, who: str) -> Caller:
    """The person of a number or name. An unknown number becomes a provisional person; a name does not."""
    everyone = await people.everyone(tx)
    if not who.isdigit():
        known = [p for p in everyone if p.name == who]
    else:
        known = [p for p in everyone if digits(p.phone) == who]
        if not known:
            known = [await provisional(tx, who)]
    return Caller(known[0]) if len(known) == 1 else Caller(among=tuple(known))


async def provisional(tx: Tx, phone: str, name: str = "", unit_id: int | None = None) -> Person:
    """Somebody who is known by his number only, to be confirmed later."""
    person = Person(name=name or views.unknown_caller(phone), phone=phone, unit_id=unit_id, confirmed=False)
    tx.add(person)
    await tx.flush()
    return person


async def report(tx: Tx, office: Office, seat: Person, caller: Person, text: str, meaning: Understanding) -> None:
    """Enter what the caller says; the seat reads what became of it."""
    if (known := await _same(tx, caller, meaning)) is not None:
        await intake.add(tx, office, caller, known, text, meaning)
        await notices.tell(tx, seat, views.added(office.voice, known, caller), known)
        return
    before = await tickets.latest_of(tx, caller)
    words = tickets.Words(text)
    match meaning.decision:
        case "emergency":
            await referral.emergency(tx, office, caller, meaning, words)
        case "classified":
            await referral.classified(tx, office, caller, meaning)
        case "route":
            await referral.refer(tx, office, caller, meaning, words)
        case "request":
            await intake.request(tx, office, caller, meaning, words, ask=False)
        case _:
            await _faults(tx, office, caller, meaning, words)
    opened = await _since(tx, caller, before)
    for ticket in opened:
        await tickets.change(tx, ticket, "entered", seat, source=SOURCE)
        holder = await holding.holder(tx, ticket)
        await notices.tell(tx, seat, views.entered(office.voice, ticket, caller, holder, _question(meaning)), ticket)
    if not opened:
        say = office.book.routes[meaning.route or "R11"].say
        await notices.tell(tx, seat, views.answered_only(say))


async def _faults(tx: Tx, office: Office, caller: Person, meaning: Understanding, words: tickets.Words) -> None:
    """A ticket for each independent fault; what is not clear is the desk's, which has the caller on the line."""
    slugs = meaning.faults if meaning.decision == "dispatch" else ()
    first: Ticket | None = None
    for slug in slugs:
        ticket = await tickets.open_ticket(
            tx, office, caller, meaning, words, kind="fault", fault=slug, guessed_fault=slug,
            item=office.book.faults[slug].item, parent_id=first.id if first else None,
            slots={**caller.usual_place, **(meaning.slots_of.get(slug) or tickets.slots_of(meaning))},
        )  # fmt: skip
        first = first or ticket
        await _send_somebody(tx, office, caller, ticket)
    if first is None:
        ticket = await tickets.open_ticket(tx, office, caller, meaning, words)
        await intake.hand_to_desk(tx, office, caller, ticket, "unclear")


async def _send_somebody(tx: Tx, office: Office, caller: Person, ticket: Ticket) -> None:
    if incidents.may_be_in_one(ticket) and await incidents.joined(tx, office, caller, ticket):
        return
    await tickets.act(tx, ticket, Action.TRIAGE, None)
    await incidents.watch(tx, office, ticket)
    best = await dispatch.offer_next(tx, office, ticket)
    at = dispatch.earliest(office, ticket, best, tx.now)
    await notices.tell(tx, caller, reporter.dispatched(office.voice, ticket, at, tx.now), ticket)


async def _same(tx: Tx, caller: Person, meaning: Understanding) -> Ticket | None:
    """The caller's open ticket about the same fault, unless he names another room."""
    room = dict(meaning.slots).get("room")
    for ticket in await tickets.live_of(tx, caller):
        elsewhere = room and ticket.slots.get("room") and room != ticket.slots["room"]
        if meaning.fault and ticket.fault == meaning.fault and not elsewhere and meaning.decision == "dispatch":
            return ticket
    return None


async def _since(tx: Tx, caller: Person, before: Ticket | None) -> list[Ticket]:
    statement = select(Ticket).where(Ticket.reporter_id == caller.id, col(Ticket.id) > (before.id if before else 0))
    return list((await tx.session.exec(statement.order_by(col(Ticket.id)))).all())


def _question(meaning: Understanding) -> str:
    """What the seat may ask while the caller is on the line."""
    return meaning.question.text if meaning.decision == "ask" and meaning.question else ""

"""代报: the telephone is a channel too. A seat enters in one line what a caller says, and it is worked on at once.

The caller is known by his number or name, or becomes a provisional person; what he said of himself stays on the ticket.
Nobody is asked in the chat what he is telling on the telephone, and no self-help waits for him: a known fault is
dispatched, the rest is the desk's. A caller who has an account is told there as well.
"""

from dataclasses import asdict, dataclass, replace
from datetime import timedelta

from sqlmodel import col, select

from bot.core import calls
from bot.core.calls import Call
from bot.core.calls import digits as digits
from bot.core.calls import split as split
from bot.core.ticket import Action
from bot.desk import (
    additions,
    cards,
    dispatch,
    holding,
    incidents,
    intake,
    people,
    referral,
    search,
    tickets,
)
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import Person, Ticket
from bot.views import notices, reporter
from bot.views import phone_reports as views
from knowledge import Understanding

SOURCE = "phone"
LONGEST_NAME = 20
"""Characters of a name that is looked for at the beginning of a line."""
CONFIRM, PURPOSE = "phone-call", "call-"
"""The question that waits for the seat's word, and what its cards are given for."""
VALID = timedelta(minutes=30)
"""A call that is confirmed later than this is entered by 代报 (assumed)."""


@dataclass(frozen=True)
class Caller:
    """Who is on the telephone, or those it may be when the number or name is not enough."""

    person: Person | None = None
    among: tuple[Person, ...] = ()


async def read(tx: Tx, body: str) -> Call:
    """What follows 代报, also where a known name and what he says are written without a space: 李梅三楼302打印机卡纸."""
    call = calls.of_line(body)
    if not call.nobody and call.said:
        return call
    begun = [body[:length] for length in range(2, LONGEST_NAME + 1)]
    names = (await tx.session.exec(select(Person.name).where(col(Person.name).in_(begun)))).all()
    if not names:
        return call
    name = max(names, key=len)
    said = calls.without_verb(body.removeprefix(name))
    return Call(name=name, said=said) if said else call


async def caller_of(tx: Tx, call: Call) -> Caller:
    """The person of a number, else of a name in the agency that was said; nobody when he is not known by either."""
    known = await _of_number(tx, call.phone)
    named = await _named(tx, call)
    if len(known) > 1:
        known = [p for p in known if p in named] or known
    if not known and (len(named) == 1 or not call.phone):
        known = named
    return Caller(known[0]) if len(known) == 1 else Caller(among=tuple(known))


async def _of_number(tx: Tx, phone: str) -> list[Person]:
    """Whose number it is, however it is written in the list (138-0000-0001): the database finds its last two digits."""
    if not phone:
        return []
    statement = select(Person).where(col(Person.phone).endswith(phone[-2:])).order_by(col(Person.id))
    return [p for p in (await tx.session.exec(statement)).all() if digits(p.phone) == phone]


async def _named(tx: Tx, call: Call) -> list[Person]:
    """Who has the name, in the agency if one was said: by a part of its name, or with a part of it (市民政局办公室)."""
    names = [name for name in (call.name, calls.untitled(call.name)) if name]
    statement = select(Person).where(col(Person.name).in_(names)).order_by(col(Person.id))
    called = (await tx.session.exec(statement)).all() if names else ()
    found = next((f for name in names if (f := [p for p in called if p.name == name])), [])
    if not call.unit:
        return found
    units = {u.id for u in await search.units_of(tx, call.unit)}
    return [p for p in found if p.unit_id in units]


async def nicknamed(tx: Tx, call: Call) -> Caller:
    """Those whom a nickname and nothing else may mean (李姐, 小李, 梅姐): reporters of that surname, else with that character
    in their name. With more than can be shown it says too little, and so with a number, an agency or an extension.
    """
    sign = calls.nickname(call.name)
    if not sign or call.phone or call.unit or call.extension:
        return Caller()
    for fits in (col(Person.name).startswith(sign), col(Person.name).contains(sign)):
        found = (await tx.session.exec(select(Person).where(fits).order_by(col(Person.id)))).all()
        those = tuple(p for p in found if not people.is_staff(p) and p.unit_id is not None)
        if those:
            return Caller(among=those if len(those) <= search.SHOWN else ())
    return Caller()


def can_be_called(call: Call) -> bool:
    """Whether enough is said of somebody unknown to find him again."""
    return bool(call.phone or call.unit or call.extension)


async def newcomer(tx: Tx, call: Call) -> Person:
    """The provisional person of a call; of the agency he named when there is just one of that name."""
    units = await search.units_of(tx, call.unit) if call.unit else []
    name = call.name or views.unknown_caller(call.phone or call.extension)
    return await provisional(tx, call.phone, name, units[0].id if len(units) == 1 else None)


async def provisional(tx: Tx, phone: str, name: str = "", unit_id: int | None = None) -> Person:
    """Somebody who is known by his number only, to be confirmed later."""
    person = Person(name=name or views.unknown_caller(phone), phone=phone, unit_id=unit_id, confirmed=False)
    tx.add(person)
    await tx.flush()
    return person


async def ask(tx: Tx, seat: Person, call: Call) -> None:
    """Somebody unknown called: one card, before anything is opened. A card answered late finds its call by its number."""
    row = await cards.pending(tx, seat)
    waiting = dict(row.data) if row is not None and row.kind == CONFIRM else {}
    number = str(max(map(int, waiting), default=0) + 1)
    await cards.expect(tx, seat, None, CONFIRM, {**waiting, number: asdict(call)})
    await notices.hand(tx, seat, f"{PURPOSE}{number}", lambda card_id: views.confirm(call, card_id), None)


async def settle(tx: Tx, office: Office, seat: Person, number: str, *, right: bool) -> bool | None:
    """The seat's word on a call it was asked about (without a number: the latest). None when there is none such."""
    row = await cards.pending(tx, seat)
    if row is None or row.kind != CONFIRM or tx.now - row.asked_at > VALID:
        return None
    number = number or max(row.data, key=int)
    if number not in row.data:
        return None
    call, left = Call(**row.data[number]), {n: kept for n, kept in row.data.items() if n != number}
    if left:
        row.data = left
        tx.add(row)
    else:
        await cards.answered(tx, seat)
    if right:
        known = (await caller_of(tx, call)).person
        await report(tx, office, seat, known or await newcomer(tx, call), call, office.classifier.understand(call.said))
    else:
        await notices.tell(tx, seat, views.dropped())
    return right


async def report(tx: Tx, office: Office, seat: Person, caller: Person, call: Call, meaning: Understanding) -> None:
    """Enter what the caller says; the seat reads what became of it. Who he said he was stays with the ticket."""
    text, told = call.said, {k: v for k, v in asdict(call).items() if v and k != "said"}
    meaning = replace(
        meaning,
        slots={**meaning.slots, "caller": told},
        slots_of={slug: {**slots, "caller": told} for slug, slots in meaning.slots_of.items()},
    )
    if (known := await _same(tx, caller, meaning)) is not None:
        await additions.add(tx, office, caller, known, text, meaning)
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

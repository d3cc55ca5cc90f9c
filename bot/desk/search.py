"""Finding for the desk: people by name or phone, tickets by person, place, asset or words, and what is overdue."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, false, func, union
from sqlmodel import col, or_, select

from bot.core.charging import Reading
from bot.core.ticket import Status
from bot.desk import clocks, people, tickets
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import Content, Person, Ticket, Unit
from bot.views.words import INSPECTION
from knowledge import names

BACK = timedelta(days=365)
"""How far a search looks back (assumed); an older ticket is found by its number."""
LATELY = timedelta(days=30)
"""How far back a matter and words are found by themselves (assumed): longer ago only beside a name, a unit, a room or an
asset, which narrow it down, so that a search never holds up the desk for reading a year of talk.
"""
SHOWN = 9
"""Results in a list: each can be picked by one digit."""
TAIL = 4
"""Digits of a telephone number that are enough to mean somebody."""
FLOOR = re.compile(r"^(?:[一二三四五六七八九十]{1,3}|\d{1,2})(?:楼|层)\s*")
ROOM = re.compile(r"^([a-z]?-?\d{3,4})(?:室|房间?|号房)?$", re.I)


@dataclass(frozen=True)
class Late:
    """An open ticket and the nearest target that it misses."""

    ticket: Ticket
    target: str
    minutes: int


async def called(tx: Tx, said: str) -> list[Person]:
    """The people meant by a full name, by `#` and their number, or by the end of a phone number (at least four digits)."""
    if re.fullmatch(r"#\d{1,9}", said):
        found = await people.person(tx, int(said[1:]))
        return [found] if found else []
    return await _people(tx, Person.name == said) or await _people(tx, _ends(said))


async def almost(tx: Tx, said: str) -> list[Person]:
    """The technicians who may be meant by a name that nobody has: 赵工, 王蔷."""
    staff = await people.engineers(tx)
    near = set(names.meant(said, (p.name for p in staff)))
    return [p for p in staff if p.name in near]


async def units_called(tx: Tx, said: str) -> list[Unit]:
    """The units whose name contains what was said; one of exactly that name alone."""
    found = list(
        (await tx.session.exec(select(Unit).where(col(Unit.name).contains(said)).order_by(col(Unit.id)))).all()
    )
    return [u for u in found if u.name == said] or found


async def unit_first(tx: Tx, line: str) -> tuple[str, str]:
    """A line that begins with a unit's whole name → the name, and what follows; else the line as it is, and nothing."""
    names = (await tx.session.exec(select(Unit.name))).all()
    name = max((n for n in names if n and line.startswith(n)), key=len, default=line)
    return name, line[len(name) :].strip(" ，,：:")


async def units_of(tx: Tx, said: str) -> list[Unit]:
    """As `units_called`; else the unit whose name begins what was said: 民政局办公室."""
    return await units_called(tx, said) or await units_named(tx, said)


async def units_named(tx: Tx, said: str) -> list[Unit]:
    """The unit whose name, with or without 市 before it, is or begins what was said."""
    units = (await tx.session.exec(select(Unit).order_by(col(Unit.id)))).all()
    begun = [u for u in units if len(u.name) > 2 and said.startswith((u.name, u.name.removeprefix("市")))]
    longest = max((len(u.name) for u in begun), default=0)
    return [u for u in begun if len(u.name) == longest]


async def about(tx: Tx, office: Office, words: Sequence[str], limit: int = SHOWN) -> list[Ticket]:
    """The tickets that every word fits in some way: in the past month all there are; in the past year those that have to do
    with a person, unit, room or asset a word names. Newest first, at most `limit`.
    """
    named = [await _named(tx, word) for word in words]
    found = [col(Ticket.created_at) > tx.now - LATELY, *(way for ways in named for way in ways)]
    statement = select(Ticket).where(
        col(Ticket.created_at) > tx.now - BACK,
        col(Ticket.id).in_(union(*(select(Ticket.id).where(one) for one in found))),
    )
    for word, ways in zip(words, named, strict=True):
        statement = statement.where(or_(*ways, *_otherwise(office, word)))
    return list((await tx.session.exec(statement.order_by(col(Ticket.id).desc()).limit(limit))).all())


async def of_room(tx: Tx, unit: Unit, room: str, limit: int = 50) -> list[Ticket]:
    """What was reported from one room of a unit in the past year, newest first."""
    return await _history(tx, limit, Ticket.unit_id == unit.id, func.lower(slot("room")) == _bare(room))


async def of_asset(tx: Tx, tag: str, limit: int = 50) -> list[Ticket]:
    """What was reported of one asset (label, case ignored) in the past year, newest first."""
    return await _history(tx, limit, func.lower(slot("asset_tag")) == tag.lower())


async def mine(tx: Tx, who: Person) -> list[Ticket]:
    """The open tickets that answer to this person, oldest first."""
    return await tickets.assigned_to(tx, who)


async def overdue(tx: Tx, office: Office) -> list[Late]:
    """The open tickets that miss a target still to be met, the most overdue first.

    A target counts until it or a later one is met. The events are read only where the target has passed even without
    any time that is charged to somebody else.
    """
    net = office.book.service_levels.sla.counts == "provider"
    found = []
    for ticket in await tickets.open_tickets(tx):
        if ticket.status == Status.REFERRED or not _may_be_late(office, ticket, tx):
            continue
        missed = [r for r in _ahead(ticket, await clocks.readings(tx, office, ticket)) if r.late(charged_counts=net)]
        if missed:
            nearest = missed[0]
            used = nearest.provider if net else nearest.gross
            found.append(Late(ticket, nearest.target, used - nearest.allowed))
    return sorted(found, key=lambda late: -late.minutes)


def slot(name: str) -> Any:
    """What a ticket's slots say of `name`, as text, for a condition on either database.

    The name stands in the statement itself: only so does the database see that it has an index of it (migration 0020).
    """
    slots: Any = Ticket.slots
    said = slots[name].as_string()
    said.right = said.right.render_literal_execute()
    return said


def _may_be_late(office: Office, ticket: Ticket, tx: Tx) -> bool:
    if ticket.kind == INSPECTION:
        return False
    names = [("arrive_resident" if target == "arrive" else target) for target in _unmet(ticket)]
    return any(office.due(ticket.priority, name, ticket.created_at) <= tx.now for name in names)


def _ahead(ticket: Ticket, readings: Sequence[Reading]) -> list[Reading]:
    wanted = set(_unmet(ticket))
    return [r for r in readings if r.target in wanted and not r.stopped]


def _unmet(ticket: Ticket) -> list[str]:
    """The targets after the last one that is met, in order."""
    order = list(clocks.TARGETS)
    met = [at for at, target in enumerate(order) if clocks.stopped_at(ticket, target) is not None]
    return order[max(met, default=-1) + 1 :]


async def _history(tx: Tx, limit: int, *conditions: Any) -> list[Ticket]:
    statement = select(Ticket).where(col(Ticket.created_at) > tx.now - BACK, *conditions)
    return list((await tx.session.exec(statement.order_by(col(Ticket.id).desc()).limit(limit))).all())


async def _named(tx: Tx, word: str) -> list[ColumnElement[bool]]:
    """The conditions under which a ticket has to do with a person, unit, room or asset of this name; each has an index."""
    ids = [p.id for p in await _people(tx, or_(col(Person.name).contains(word, autoescape=True), _ends(word)))]
    units = [u.id for u in await units_called(tx, word)]
    rows = [col(Ticket.reporter_id).in_(ids), col(Ticket.assignee_id).in_(ids)] if ids else []
    rows += [col(Ticket.unit_id).in_(units)] if units else []
    return [*rows, func.lower(slot("room")) == _bare(word), func.lower(slot("asset_tag")) == word.lower()]


def _otherwise(office: Office, word: str) -> list[ColumnElement[bool]]:
    """The conditions under which a ticket has to do with a word in any other way: the matter, the place, what was said."""
    book = office.book
    return [
        col(Ticket.fault).in_([s for s, f in book.faults.items() if word in f.name or word in f.plain]),
        col(Ticket.item).in_([s for s, i in book.items.items() if word in i.name]),
        col(Ticket.request).in_([s for s, r in book.requests.items() if word in r.name]),
        slot("location").contains(word),
        select(Content.id).where(Content.ticket_id == Ticket.id, col(Content.text).contains(word)).exists(),
    ]


def _bare(room: str) -> str:
    """302室 and 三楼302 → 302, as slots have it but for the case."""
    match = ROOM.match(FLOOR.sub("", room))
    return match.group(1).lower() if match else room.lower()


def _ends(said: str) -> ColumnElement[bool]:
    """Whether somebody's telephone number ends like this."""
    return col(Person.phone).endswith(said) if len(said) >= TAIL and said.isdigit() else false()


async def _people(tx: Tx, condition: ColumnElement[bool] | bool) -> list[Person]:
    return list((await tx.session.exec(select(Person).where(condition).order_by(col(Person.id)))).all())

"""Proof of arrivals and first contacts: graded from the reporter's word and from positions, shown by grade.

Positions are kept only of technicians with a ticket in hand, only from WeCom, and for 30 days; the grade stays.
"""

from datetime import timedelta

from sqlmodel import col, select

from bot.core import proof
from bot.core.seals import genuine
from bot.core.ticket import Status
from bot.core.travel import Place, kilometres
from bot.desk import people
from bot.desk.assets import Scanned
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import Person, Position, Proof, Site, Ticket, TimerRow
from bot.views import notices
from bot.views import proof as views

MOMENT = timedelta(minutes=10)
"""A position this long before or after the press belongs to it (assumed)."""
KEPT = timedelta(days=30)
ROOM = ("building", "floor", "room")
KINDS = {"arrive": ("arrived_at", "arrived"), "contact": ("contacted_at", "contacted")}
"""Kind → the ticket's time stamp, and the purpose of the reporter's card."""


async def pressed(tx: Tx, ticket: Ticket, who: Person, kind: str) -> Proof:
    """He says so himself: grade C, or what his position of this moment is worth. A second press changes nothing."""
    row = await _of(tx, ticket, kind)
    if row is None:
        row = Proof(ticket_id=ticket.id or 0, kind=kind, person_id=who.id or 0, at=tx.now)
        if kind == "arrive" and (position := await _position(tx, who)):
            await _place(tx, ticket, row, position)
        tx.add(row)
        await tx.flush()
    return row


async def ask(tx: Tx, ticket: Ticket, who: Person, kind: str) -> None:
    """Ask the reporter; a card replaces the line he would have read anyway."""
    asker = await people.person(tx, ticket.reporter_id)
    card = views.arrived if kind == "arrive" else views.contacted
    await notices.close_cards(tx, ticket, (KINDS[kind][1],), "见新消息")
    await notices.hand(tx, asker, KINDS[kind][1], lambda card_id: card(ticket, card_id, who.name), ticket)


async def said(
    tx: Tx, office: Office, ticket: Ticket, who: Person, kind: str, *, right: bool, quiet: bool = False
) -> bool:
    """The reporter's word. A denial is the desk's business at once. False when nothing was claimed."""
    row = await _of(tx, ticket, kind)
    if row is None:
        return False
    row.tapped = right
    await _regrade(tx, row, who)
    await notices.close_cards(tx, ticket, (KINDS[kind][1],), "已确认" if right else "已反馈")
    if not quiet:
        await notices.tell(tx, who, views.thanks(ticket, kind, right=right), ticket)
    if not right:
        technician = await people.person(tx, row.person_id)
        told = [*await people.seats(tx, office.fallback_owner), *([technician] if technician else [])]
        for reader in told:
            await notices.tell(tx, reader, views.denied(ticket, technician.name if technician else "", kind), ticket)
    return True


async def claimed(tx: Tx, ticket: Ticket, kind: str) -> Proof | None:
    """What somebody claims and the reporter may confirm or deny; an arrival before the repair began anew is none."""
    if kind == "arrive" and ticket.status not in (Status.ON_SITE, Status.RESTORED, Status.RESOLVED):
        return None
    return await _of(tx, ticket, kind)


async def located(
    tx: Tx, who: Person, ticket: Ticket, latitude: float, longitude: float
) -> tuple[float | None, Proof | None]:
    """A technician's position about a ticket of his. Returns the metres to its site, and the arrival it has graded."""
    position = Position(person_id=who.id or 0, at=tx.now, latitude=latitude, longitude=longitude)
    tx.add(position)
    await tx.flush()
    await tx.remind(f"position:{position.id}", tx.now + KEPT, "position-erase", data={"position": position.id})
    metres = await _metres(tx, ticket, position)
    row = await _of(tx, ticket, "arrive")
    if row is None or row.person_id != who.id or tx.now - row.at > MOMENT:
        return metres, None
    await _place(tx, ticket, row, position)
    await _regrade(tx, row, who)
    return metres, row


def at_room(office: Office, ticket: Ticket, found: Scanned) -> bool:
    """Whether the sealed code is that of the ticket's room: what both name must agree, and the seal be its agency's."""
    place = found.place or {}
    parts = [place.get(key, "") for key in ROOM]
    agree = all(place.get(key) == ticket.slots[key] for key in ROOM if ticket.slots.get(key) and place.get(key))
    named = bool(place.get("room")) and ticket.slots.get("room") == place["room"]
    building, floor, room = parts
    return named and agree and genuine(found.seal, office.room_key, ticket.unit_id or 0, building, floor, room)


async def in_room(tx: Tx, ticket: Ticket, who: Person) -> Proof | None:
    """The room's code counts for an arrival of this moment. Returns that arrival; none when it is another's or long ago."""
    row = await _of(tx, ticket, "arrive")
    if row is None or row.person_id != who.id or tx.now - row.at > MOMENT:
        return None
    row.in_room = True
    await _regrade(tx, row, who)
    return row


async def erase(tx: Tx, office: Office, timer: TimerRow) -> str:
    """Timer: 30 days are over; the degrees go, the grade stays."""
    position = await tx.session.get(Position, timer.data["position"])
    if position is None:
        return "gone"
    position.latitude = position.longitude = None
    tx.add(position)
    tx.erased = True
    return "erased"


async def forget(tx: Tx, ticket: Ticket, kind: str) -> None:
    """The press was taken back: there is nothing to prove, and the reporter is asked no more."""
    if (row := await _of(tx, ticket, kind)) is not None:
        await tx.session.delete(row)
        await tx.flush()
    await notices.close_cards(tx, ticket, (KINDS[kind][1],), "已更正")


async def _of(tx: Tx, ticket: Ticket, kind: str) -> Proof | None:
    return (await tx.session.exec(select(Proof).where(Proof.ticket_id == ticket.id, Proof.kind == kind))).first()


async def _regrade(tx: Tx, row: Proof, by: Person) -> None:
    row.grade = str(proof.grade(tapped=row.tapped, near=row.near, far=row.far, in_room=row.in_room))
    tx.add(row)
    await tx.record(row.ticket_id, "proven", by.id, {"of": row.kind, "grade": row.grade, "tapped": row.tapped})


async def _place(tx: Tx, ticket: Ticket, row: Proof, position: Position) -> None:
    """What a position says of the press. The worst of several stands: who was far away once was not there."""
    metres = await _metres(tx, ticket, position)
    if metres is not None:
        row.far = row.far or proof.far(metres)
        row.near = proof.near(metres)
    row.grade = str(proof.grade(tapped=row.tapped, near=row.near, far=row.far, in_room=row.in_room))


async def _position(tx: Tx, who: Person) -> Position | None:
    statement = select(Position).where(Position.person_id == who.id, col(Position.at) >= tx.now - MOMENT)
    return (await tx.session.exec(statement.order_by(col(Position.id).desc()))).first()


async def _metres(tx: Tx, ticket: Ticket, position: Position) -> float | None:
    site = await tx.session.get(Site, ticket.site_id) if ticket.site_id else None
    if site is None:
        return None
    there = Place(site.id, "", site.latitude, site.longitude)
    found = kilometres(there, Place(None, "", position.latitude, position.longitude))
    return None if found is None else found * 1000

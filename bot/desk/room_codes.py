"""A room's sealed code, read by a technician: typed, scanned, or photographed on the door, it is his arrival there.

Everybody else's codes, and labels of devices, are the business of `bot.desk.assets`.
"""

from bot.core.ticket import Action
from bot.desk import fieldwork, focus, people, proof, tickets
from bot.desk.assets import Scanned, sealed
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import Content, Person
from bot.views import notices
from bot.views import proof as views


async def read(tx: Tx, office: Office, who: Person, found: Scanned, *, now: bool = True) -> None:
    """He reads the sealed code of a room: it is his arrival there, and the best proof of it; not if that was long ago."""
    held = await tickets.held_by(tx, who)
    here = [t for t in held if proof.at_room(office, t, found)]
    ticket = focus.of(here, who) or next(iter(here), None)
    if ticket is None:
        other = focus.of(held, who) or next(iter(held), None)
        await notices.tell(tx, who, views.other_room(other) if other else views.no_ticket_there())
        return
    if now and ticket.arrived_at is None and tickets.can(ticket, Action.ARRIVE):
        await fieldwork.move(tx, office, ticket, who, Action.ARRIVE)
    row = await proof.in_room(tx, ticket, who) if now else None
    await notices.tell(tx, who, views.in_room(ticket, row.grade if row else ""))


async def photographed(tx: Tx, office: Office, content: Content, codes: tuple[str, ...]) -> None:
    """A technician's photo of a room's code is what reading it is. It may have been fetched long after it was sent."""
    found = next((code for text in codes if (code := sealed(text))), None)
    who = await people.person(tx, content.person_id)
    if found is not None and who is not None and people.is_engineer(who) and await tickets.held_by(tx, who):
        await read(tx, office, who, found, now=tx.now - content.at <= proof.MOMENT)

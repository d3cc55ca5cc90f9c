"""A message that its receiver's platform will not take: it goes to his other account, else his lead hears of it."""

from bot.core.outbound import Card, Outbound, Target
from bot.core.ticket import LIVE, Status
from bot.desk import people, roster, tickets
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import CardRow, OutboxRow, Person
from bot.views import desk as desk_views
from bot.views import notices


async def elsewhere(tx: Tx, row: OutboxRow, outbound: Outbound, person: Person) -> bool:
    """Queue the same message for another reachable account of his. False when he has none.

    A card keeps its id, so that a press on it is judged like any other; a guard is judged again when it is sent.
    """
    await tx.flush()
    target = await notices.address(tx, person)
    if target is None or target == outbound.target:
        return False
    await tx.send(
        f"{row.key}:elsewhere", target, outbound.message, ticket_id=row.ticket_id, rank=row.rank, guard=row.guard
    )
    if isinstance(outbound.message, Card):
        await _moved(tx, outbound.message.card_id, target)
    return True


async def tell_leads(tx: Tx, office: Office, row: OutboxRow, person: Person, why: str) -> None:
    """A technician who cannot be reached at all about a live ticket: the leads hear of it as well as the desk."""
    ticket = await tickets.get(tx, row.ticket_id)
    if not people.is_engineer(person) or ticket is None or Status(ticket.status) not in LIVE:
        return
    seats = {p.id for p in await people.seats(tx, office.fallback_owner)}
    for lead in await roster.leads(tx, office):
        if lead.id not in seats:
            await notices.tell(tx, lead, desk_views.unreachable(row.ticket_id, f"{person.name}，{why}"), ticket)


async def _moved(tx: Tx, card_id: str, target: Target) -> None:
    card = await tx.session.get(CardRow, card_id)
    if card is not None:
        card.target, card.response_code = target.model_dump_json(), ""
        tx.add(card)

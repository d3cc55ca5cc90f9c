"""A message that its receiver's platform will not take: it goes to his other account, else his lead hears of it.

Who is reached nowhere any more keeps nothing: offers go on to the next one, what he held is the desk's. He is written to
again once he is heard; what was taken off him stays where it is.
"""

from bot.core.outbound import Card, Outbound, Target
from bot.core.ticket import LIVE, Status
from bot.desk import leavers, offers, people, relay_end, roster, shift_end, tickets
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import CardRow, OutboxRow, Person
from bot.views import desk as desk_views
from bot.views import notices
from bot.views.leavers import WHY


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


async def give_up(tx: Tx, office: Office, person: Person) -> None:
    """None of his accounts is left: what he was offered and held, and whom he spoke with, have somebody else to answer."""
    if await notices.address(tx, person) is not None:
        return
    await relay_end.leaves(tx, office, person)
    for ticket in await offers.offered_to(tx, person):
        await shift_end.pass_on(tx, office, ticket, person, WHY["unreached"])
    await leavers.hand_in(tx, office, person, "unreached")


async def _moved(tx: Tx, card_id: str, target: Target) -> None:
    card = await tx.session.get(CardRow, card_id)
    if card is not None:
        card.target, card.response_code = target.model_dump_json(), ""
        tx.add(card)

"""All that one technician has goes to another at once (把王强的单都给赵磊): each ticket within the rules of one alone.

What may not go stays where it is; it never decides for the desk whom else to ask.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.core.ticket import AT_WORK, Status
from bot.desk import dispatch, fitness, offers, tickets
from bot.desk.office import Office
from bot.desk.tickets import Ticket
from bot.store.engine import Tx
from bot.store.tables import Person
from bot.views import choices, notices


@dataclass(frozen=True)
class Outcome:
    """One ticket: what giving it means, or why it stays."""

    ticket: Ticket
    means: Mapping[str, float]
    problem: str = ""


async def all_of(tx: Tx, office: Office, who: Person, to: Person, seat: Person) -> list[Outcome]:
    """Assign to `to` what `who` holds and what he is being asked, the most urgent first."""
    having = {t.id: t for t in (*await tickets.held_by(tx, who), *await offers.offered_to(tx, who))}
    found = []
    for ticket in sorted(having.values(), key=lambda t: (t.priority or "P3", t.id)):
        means = await fitness.consequences(tx, office, ticket, to)
        problem = await _problem(tx, office, ticket, to, seat)
        if not problem:
            await notices.close_cards(tx, ticket, ("desk",), f"已派{to.name}"[:10])
        found.append(Outcome(ticket, means, problem))
    return found


async def _problem(tx: Tx, office: Office, ticket: Ticket, to: Person, seat: Person) -> str:
    if Status(ticket.status) not in (*AT_WORK, Status.DISPATCHED):
        return choices.nearly_done(ticket)
    return await dispatch.assign(tx, office, ticket, to, seat)

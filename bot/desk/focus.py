"""Many tickets, one thumb: each technician has one focused ticket, and bare words and numbers are about it alone.

Accepting another ticket does not move the focus; moving one (出发, 到场), 切换 and 下一张 do. When the focused one is gone
and several are left, nothing is guessed: he is asked which.
"""

from collections.abc import Sequence

from bot.desk import guidance, holding
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import Guidance, Person, Ticket


def of(held: Sequence[Ticket], who: Person) -> Ticket | None:
    """The focused one of the tickets he holds; the only one is it by itself. None: there is none, or it is not clear."""
    if len(held) == 1:
        return held[0]
    return next((ticket for ticket in held if ticket.id == who.focus_ticket_id), None)


def after(held: Sequence[Ticket], current: Ticket | None) -> Ticket | None:
    """The one that 下一张 means: the next in order of urgency, then age, and round again."""
    order = sorted(held, key=lambda ticket: (ticket.priority or "P3", ticket.id))
    if not order:
        return None
    index = next((i for i, ticket in enumerate(order) if current and ticket.id == current.id), -1)
    return order[(index + 1) % len(order)]


async def turn_to(tx: Tx, office: Office, ticket: Ticket, who: Person) -> None:
    """Put the focus on a ticket of his and show where he stands in it."""
    who.focus_ticket_id = ticket.id
    tx.add(who)
    if await tx.session.get(Guidance, ticket.id):
        await guidance.resume(tx, office, ticket, who)
    else:
        await holding.work_card(tx, office, ticket, who)

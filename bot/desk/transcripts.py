"""What a reporter's tickets look like to other tools (the batch chat contract), and whether they are the right ones."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlmodel import col, select

from bot.core.updates import Account
from bot.desk.referral import WITHOUT_TICKET
from bot.store.engine import Database
from bot.store.tables import AccountRow, Ticket


async def tickets_of(db: Database, account: Account) -> list[dict[str, Any]]:
    """The tickets of an account, oldest first: kind, item, fault, route, request, state, priority, slots."""
    statement = (
        select(Ticket)
        .join(AccountRow, col(AccountRow.person_id) == col(Ticket.reporter_id))
        .where(
            AccountRow.platform == account.platform,
            AccountRow.corp_id == account.corp_id,
            AccountRow.user_id == account.user_id,
        )
        .order_by(col(Ticket.id))
    )
    async with db.read() as session:
        rows = (await session.exec(statement)).all()
    return [
        {
            "kind": row.kind,
            "item": row.item,
            "fault": row.fault,
            "route": row.route,
            "request": row.request,
            "state": row.status,
            "priority": row.priority,
            "slots": row.slots,
        }
        for row in rows
    ]


def stands_right(expected: Sequence[Mapping[str, Any]], tickets: Sequence[Mapping[str, Any]]) -> bool:
    """Whether the tickets at the end of a conversation are those expected, each once and no other.

    Expected: `{"fault": slug, "acceptable": [slug…]}`, `{"request": slug}`, `{"route": code}`, `{"classified": true}`; with
    `"cancelled": true` the ticket must have been called off. Tickets that the reporter called off or said are settled (好了)
    and that nobody expects do not count; a matter that is only answered (R8, R10, R11) has none.
    """
    left = list(tickets)
    for wanted in (w for w in expected if w.get("route") not in WITHOUT_TICKET):
        found = next((ticket for ticket in left if _fits(wanted, ticket)), None)
        if found is None:
            return False
        left.remove(found)
    return all(ticket["state"] in ("cancelled", "closed") for ticket in left)


def _fits(wanted: Mapping[str, Any], ticket: Mapping[str, Any]) -> bool:
    over = ticket["state"] in ("cancelled", "closed")
    if wanted.get("cancelled"):
        return over
    if wanted.get("classified"):
        return bool(ticket["route"] == "R5")
    for key in ("request", "route"):
        if wanted.get(key):
            return bool(ticket[key] == wanted[key])
    accepted = {wanted.get("fault"), *wanted.get("acceptable", ())}
    return bool(ticket["fault"] in accepted and ticket["state"] != "cancelled")

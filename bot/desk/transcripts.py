"""What a reporter's tickets look like to other tools (the batch chat contract)."""

from typing import Any

from sqlmodel import col, select

from bot.core.updates import Account
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

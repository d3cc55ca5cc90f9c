"""A look at the outbox for the operator: what waits, what is dead, and queueing dead messages again."""

from sqlmodel import col, select

from bot.store.engine import Database
from bot.store.tables import OutboxRow


async def waiting(db: Database) -> list[str]:
    """One line a message that is queued or dead: number, state, tries, target lane, why."""
    async with db.read() as session:
        statement = select(OutboxRow).where(col(OutboxRow.state).in_(["queued", "dead"])).order_by(col(OutboxRow.id))
        return [
            f"{r.id} {r.state} tries={r.tries} {r.lane} {r.error}".strip()
            for r in (await session.exec(statement)).all()
        ]


async def resend_dead(db: Database) -> list[str]:
    """Queue every dead message again; returns a line for each."""
    async with db.write("resend") as tx:
        rows = (await tx.session.exec(select(OutboxRow).where(OutboxRow.state == "dead"))).all()
        for row in rows:
            row.state, row.tries, row.not_before, row.lease_until = "queued", 0, tx.now, None
            tx.add(row)
        if rows:
            tx.wake.add("outbox")
        return [f"{row.id} {row.lane}" for row in rows]

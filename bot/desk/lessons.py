"""Lessons: tickets that were closed under another fault than the one first guessed, with what was said of them."""

from sqlmodel import col, select

from bot.core.ticket import Status
from bot.store.engine import Database
from bot.store.tables import Content, Ticket
from knowledge.improving import Candidate


async def wrongly_guessed(db: Database) -> list[Candidate]:
    """Closed fault tickets whose guess was wrong, oldest first; those whose words were erased are left out."""
    statement = (
        select(Ticket)
        .where(
            Ticket.status == str(Status.CLOSED),
            Ticket.kind == "fault",
            col(Ticket.fault).is_not(None),
            col(Ticket.guessed_fault).is_not(None),
            col(Ticket.fault) != col(Ticket.guessed_fault),
        )
        .order_by(col(Ticket.id))
    )
    found = []
    async with db.read() as session:
        for ticket in (await session.exec(statement)).all():
            said = select(Content.text).where(
                Content.ticket_id == ticket.id, Content.person_id == ticket.reporter_id, Content.text != ""
            )
            words = (await session.exec(said.order_by(col(Content.id)).limit(1))).first()
            if words:
                found.append(Candidate(ticket.id or 0, words, ticket.guessed_fault or "", ticket.fault or ""))
    return found

"""A conversation between a reporter and our end, as a row: who is at each end, how it stands, what deadline it has.

What is said in it is passed on in `passing`; who is asked to answer is found in `relay_seats`. Nobody is told anything
here.
"""

from datetime import datetime, timedelta

from sqlmodel import col, func, select

from bot.store.engine import Tx
from bot.store.tables import Content, Person, Ticket, TimerRow
from bot.store.tables import Conversation as Conversation

UNANSWERED = timedelta(minutes=2)
"""Then the next seat is asked (assumed)."""
IDLE = timedelta(minutes=15)
"""A conversation in which nobody has a question open ends by itself (assumed)."""
HELD = "held"
"""Its technician has lost the ticket and nobody has it yet (bot/desk/relay_follow.py)."""
GOING_ON = ("waiting", "open", HELD)
"""The states of a conversation that has not ended."""


async def current(tx: Tx, who: Person) -> Conversation | None:
    """The conversation somebody is in, held for this transaction, so that what both ends say is passed in one order."""
    at_an_end = (col(Conversation.reporter_id) == who.id) | (col(Conversation.partner_id) == who.id)
    statement = select(Conversation).where(col(Conversation.state).in_(GOING_ON), at_an_end)
    return (await tx.session.exec(statement.order_by(col(Conversation.id).desc()).with_for_update())).first()


async def taken_from(tx: Tx, who: Person) -> Conversation | None:
    """The one he was asked to answer, was silent in, and that waits for somebody else's answer since."""
    statement = select(Conversation).where(
        col(Conversation.state).in_(GOING_ON), col(Conversation.asked_at).is_not(None)
    )
    found = (await tx.session.exec(statement.order_by(col(Conversation.id).desc()))).all()
    return next((t for t in found if who.id in t.tried and t.partner_id != who.id and t.reporter_id != who.id), None)


async def about(tx: Tx, content: Content) -> Conversation | None:
    """The conversation that is open about its ticket."""
    open_ = select(Conversation).where(
        Conversation.ticket_id == content.ticket_id, col(Conversation.state).in_(GOING_ON)
    )
    return (await tx.session.exec(open_.with_for_update())).first()


async def of_timer(tx: Tx, row: TimerRow) -> Conversation | None:
    """The conversation whose deadline it is."""
    statement = select(Conversation).where(Conversation.id == row.data["talk"])
    return (await tx.session.exec(statement.with_for_update())).first()


async def queue_place(tx: Tx, talk: Conversation) -> int:
    """Which one in the queue somebody is: those who came before and nobody has answered yet, and himself."""
    statement = select(func.count()).select_from(Conversation).where(
        col(Conversation.state).in_(GOING_ON),
        col(Conversation.answered_at).is_(None),
        col(Conversation.id) < talk.id,
    )  # fmt: skip
    return int((await tx.session.exec(statement)).one()) + 1


async def begin(tx: Tx, ticket: Ticket) -> Conversation:
    """A new conversation about a ticket; what was passed in an earlier one is not passed again."""
    latest = (await tx.session.exec(select(func.max(Content.id)).where(Content.ticket_id == ticket.id))).one()
    talk = Conversation(
        ticket_id=ticket.id or 0, reporter_id=ticket.reporter_id, passed_id=latest or 0, since=tx.now
    )  # fmt: skip
    tx.add(talk)
    await tx.flush()
    await tx.record(ticket.id or 0, "conversation", None, {"state": "waiting"})
    return talk


async def seat(tx: Tx, talk: Conversation, who: Person) -> None:
    """Somebody of ours is at the other end from now on."""
    talk.partner_id, talk.state, talk.tried = who.id, "open", [*talk.tried, who.id or 0]
    tx.add(talk)
    await tx.record(talk.ticket_id, "conversation", who.id, {"state": "open"})
    await tx.flush()


async def expect(tx: Tx, talk: Conversation) -> None:
    """Set the deadline of this turn. Its key names the moment too, since turns are counted anew for each question."""
    since = talk.asked_at or tx.now
    data = {**reference(talk), "turn": talk.turn}
    due = tx.now + UNANSWERED
    await tx.remind(deadline(talk, since), due, "relay-unanswered", talk.ticket_id, data=data)


async def stay(tx: Tx, talk: Conversation) -> None:
    """Something was said: the quarter of an hour of silence begins anew."""
    await tx.remind(f"relay-idle:{talk.id}", tx.now + IDLE, "relay-idle", talk.ticket_id, data=reference(talk))
    tx.add(talk)


async def close(tx: Tx, talk: Conversation) -> None:
    """It has ended; none of its deadlines fires any more."""
    await tx.forget(deadline(talk), f"relay-idle:{talk.id}")
    talk.state, talk.ended_at, talk.asked_at = "ended", tx.now, None
    tx.add(talk)
    await tx.record(talk.ticket_id, "conversation", None, {"state": "ended"})
    await tx.flush()


def deadline(talk: Conversation, since: datetime | None = None) -> str:
    """The key of the timer for this turn of this question."""
    at = since or talk.asked_at
    return f"relay:{talk.id}:{at.isoformat() if at else ''}:{talk.turn}"


def reference(talk: Conversation) -> dict[str, int]:
    """What its timers carry to find it again."""
    return {"talk": talk.id or 0}

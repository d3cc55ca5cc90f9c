"""Who is left alone now: quiet hours against the roster and against who has just been heard. It decides, it sends nothing."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sqlmodel import col, select

from bot.core import quiet
from bot.core.outbound import Outbound
from bot.desk import people, shifts
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import AccountRow, OutboxRow, Person, Ticket

AWAKE = timedelta(minutes=30)
"""Who was heard this recently is not asleep (assumed)."""


async def until(tx: Tx, office: Office, person: Person, priority: str | None) -> datetime | None:
    """Until when he is left alone about a matter of this priority; none when he may be told now.

    Whoever is on duty by the roster, or was heard a moment ago, may be told; so may the desk unless it asked not to be.
    """
    if people.is_desk(person) and not person.quiet:
        return None
    end = quiet.ends(person.quiet, priority, tx.now.astimezone(office.voice.zone))
    if end is None or await shifts.on_duty(tx, person):
        return None
    heard = select(AccountRow.id).where(AccountRow.person_id == person.id, col(AccountRow.heard_at) > tx.now - AWAKE)
    return None if (await tx.session.exec(heard)).first() is not None else end.astimezone(UTC)


async def awake(tx: Tx, office: Office, technicians: Sequence[Person], priority: str | None) -> list[Person]:
    """Those who may be offered a matter of this priority at this hour."""
    return [p for p in technicians if await until(tx, office, p, priority) is None]


async def hold(tx: Tx, office: Office, row: OutboxRow, outbound: Outbound) -> datetime | None:
    """Until when a queued message waits for its reader's morning; offers never do (their takers were chosen awake)."""
    if outbound.target.kind != "person" or outbound.message.kind in ("card-update", "recall") or not row.ticket_id:
        return None
    ticket = await tx.session.get(Ticket, row.ticket_id)
    if ticket is None or ticket.safety or ticket.priority not in quiet.MAY_WAIT or row.guard.startswith("offer:"):
        return None
    statement = select(AccountRow).where(
        AccountRow.platform == outbound.target.platform,
        AccountRow.user_id == outbound.target.id,
        AccountRow.connection == outbound.target.connection,
    )
    account = (await tx.session.exec(statement)).first()
    person = await people.person(tx, account.person_id) if account else None
    return await until(tx, office, person, ticket.priority) if person else None

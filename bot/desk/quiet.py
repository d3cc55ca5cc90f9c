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
    return (await asleep(tx, office, [person], priority)).get(person.id or 0)


async def asleep(tx: Tx, office: Office, several: Sequence[Person], priority: str | None) -> dict[int, datetime]:
    """Those of `several` who are left alone about a matter of this priority now, by their ids, each until when."""
    local, ends = tx.now.astimezone(office.voice.zone), dict[int, datetime]()
    for person in several:
        if people.is_desk(person) and not person.quiet:
            continue
        if (end := quiet.ends(person.quiet, priority, local, office.working.works)) is not None:
            ends[person.id or 0] = end.astimezone(UTC)
    if not ends:
        return {}
    heard = select(AccountRow.person_id).where(
        col(AccountRow.person_id).in_(ends), col(AccountRow.heard_at) > tx.now - AWAKE
    )
    told = {*await shifts.on_shift(tx), *(await tx.session.exec(heard)).all()}
    return {person_id: end for person_id, end in ends.items() if person_id not in told}


async def awake(tx: Tx, office: Office, technicians: Sequence[Person], priority: str | None) -> list[Person]:
    """Those who may be offered a matter of this priority at this hour."""
    left_alone = await asleep(tx, office, technicians, priority)
    return [p for p in technicians if p.id not in left_alone]


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

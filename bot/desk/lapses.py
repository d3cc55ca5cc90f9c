"""A permit may run out while a ticket that needs it is in somebody's hands: the day after is a deadline."""

from datetime import UTC, date, datetime, time, timedelta

from bot.core import permits
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import Person, Ticket

KIND = "permit-lapsed"


async def watch(tx: Tx, office: Office, ticket: Ticket, who: Person) -> None:
    """The ticket is his: it is looked at (bot/desk/roles.py) on the day after a permit it needs has run out."""
    ends = [until for permit in permits.needed(ticket.item) if (until := who.permits.get(permit))]
    due = min((_day_after(office, until) for until in ends), default=tx.now)
    if due > tx.now:
        await tx.remind(f"{KIND}:{ticket.id}:{who.id}", due, KIND, ticket.id, data={"person": who.id})


def _day_after(office: Office, until: str) -> datetime:
    return datetime.combine(date.fromisoformat(until) + timedelta(days=1), time(0), office.voice.zone).astimezone(UTC)

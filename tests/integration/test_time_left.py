"""How late a ticket is for whoever may take it: by its own clock, which rests at the weekend and while it is paused."""

from datetime import datetime, timedelta

import pytest

from bot.app import furnish
from bot.config import Config
from bot.core.clock import ManualClock
from bot.desk import fitness
from bot.desk.office import Office
from bot.store.engine import Database
from bot.store.tables import Person, Ticket
from tests.conftest import START

FRIDAY = START + timedelta(days=4)
"""10:00."""
MONDAY = START + timedelta(days=7) - timedelta(hours=1)
"""9:00."""


@pytest.fixture(scope="module")
def office() -> Office:
    return furnish(Config())


async def left(db: Database, clock: ManualClock, office: Office, priority: str, *said: tuple[str, datetime]) -> float:
    """The minutes left on Monday, and what giving it to somebody then means."""
    async with db.write("people") as tx:
        tx.add(reporter := Person(name="李梅"))
        tx.add(engineer := Person(name="王强", positions=["engineer-l1"], skills=["print"]))
        await tx.flush()
        ticket = Ticket(reporter_id=reporter.id or 0, item="printer", priority=priority, created_at=said[0][1])
        tx.add(ticket)
        await tx.flush()
    for kind, at in said:
        clock.advance(at - clock.now())
        async with db.write(kind) as tx:
            await tx.record(ticket.id or 0, kind, None, office.paused("等待用户时间") if kind == "paused" else {})
    clock.advance(MONDAY - clock.now())
    async with db.write("look") as tx:
        means = await fitness.consequences(tx, office, ticket, engineer)
        minutes = (await fitness.need(tx, office, ticket)).minutes_left or 0.0
    assert means["late"] == max(0.0, -minutes)
    return minutes


async def test_a_weekend_makes_a_ticket_of_working_hours_no_later(
    db: Database, clock: ManualClock, office: Office
) -> None:
    assert await left(db, clock, office, "P3", ("opened", FRIDAY)) == 240 - (120 + 210 + 30)


async def test_a_pause_makes_it_no_later(db: Database, clock: ManualClock, office: Office) -> None:
    paused, resumed = FRIDAY + timedelta(minutes=30), MONDAY - timedelta(minutes=10)
    said = (("opened", FRIDAY), ("paused", paused), ("resumed", resumed))
    assert await left(db, clock, office, "P3", *said) == 240 - 40


async def test_an_urgent_one_runs_through_the_weekend(db: Database, clock: ManualClock, office: Office) -> None:
    assert await left(db, clock, office, "P2", ("opened", FRIDAY)) == 120 - 71 * 60

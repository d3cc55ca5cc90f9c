"""Two answers to one question at the same moment, on two nodes: the first holds the row, the second sees its answer."""

import asyncio

import pytest
from sqlmodel import select

from bot.core.ticket import Status
from bot.desk import approvals, duty_requests, tickets
from bot.store.engine import Database
from bot.store.tables import Approval, DutyRequest, Person, Ticket


@pytest.fixture
def several(db: Database) -> Database:
    """A database that several write to at once."""
    if db.dialect == "sqlite":
        pytest.skip("one writer at a time")
    return db


@pytest.fixture
async def asked(several: Database) -> Database:
    """Leave was asked for, as request 1."""
    async with several.write("asked") as tx:
        who = Person(name="王强")
        tx.add(who)
        await tx.flush()
        tx.add(DutyRequest(kind="leave", person_id=who.id or 0, asked_at=tx.now))
    return several


async def test_a_leave_that_is_being_answered_is_nobody_elses_to_answer(asked: Database) -> None:
    free = select(DutyRequest).with_for_update(skip_locked=True)
    async with asked.write("first") as first, asked.read() as other:
        assert await duty_requests.numbered(first, 1) is not None
        assert (await other.exec(free)).first() is None


async def test_a_leave_that_was_read_before_it_is_held_shows_what_was_answered_meanwhile(asked: Database) -> None:
    async with asked.write("second") as second:
        assert (await second.session.exec(select(DutyRequest))).one().state == "open"
        async with asked.write("first") as first:
            row = await duty_requests.numbered(first, 1)
            assert row is not None
            row.state = "accepted"
            first.add(row)
        again = await duty_requests.numbered(second, 1)
        assert again is not None and again.state == "accepted"


async def test_of_two_who_answer_an_approval_the_second_is_handled_anew(several: Database) -> None:
    async with several.write("asked") as tx:
        asker = Person(name="李梅")
        tx.add(asker)
        await tx.flush()
        tx.add(Ticket(kind="request", status=str(Status.APPROVAL), reporter_id=asker.id or 0, created_at=tx.now))
        await tx.flush()
        tx.add(Approval(ticket_id=1, stage=0, position="unit-liaison", asked=[2, 3], asked_at=tx.now))
    seen = asyncio.Event()

    async def second() -> None:
        async with several.write("second") as tx:
            ticket = await tx.session.get_one(Ticket, 1)
            assert await approvals.standing(tx, ticket) is not None
            seen.set()
            await approvals.held(tx, ticket)

    async with several.write("first") as tx:
        row = await approvals.held(tx, await tx.session.get_one(Ticket, 1))
        other = asyncio.create_task(second(), name="second answer")
        await seen.wait()
        assert row is not None
        row.state = "given"
        tx.add(row)
    with pytest.raises(tickets.Overtaken):
        await other

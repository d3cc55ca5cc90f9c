"""Two answers to one question at the same moment, on two nodes: the first holds the row, the second sees its answer."""

import pytest
from sqlmodel import select

from bot.desk import duty_requests
from bot.store.engine import Database
from bot.store.tables import DutyRequest, Person


async def test_a_leave_that_is_being_answered_is_nobody_elses_to_answer(db: Database) -> None:
    if db.dialect == "sqlite":
        pytest.skip("one writer at a time")
    async with db.write("asked") as tx:
        who = Person(name="王强")
        tx.add(who)
        await tx.flush()
        tx.add(DutyRequest(kind="leave", person_id=who.id or 0, asked_at=tx.now))
    free = select(DutyRequest).with_for_update(skip_locked=True)
    async with db.write("first") as first, db.read() as other:
        assert await duty_requests.numbered(first, 1) is not None
        assert (await other.exec(free)).first() is None

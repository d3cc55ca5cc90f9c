"""The duty roster as people meet it: who is offered work, who is asked to hand over, leave, swaps, gaps, quiet hours."""

from datetime import timedelta

from sqlmodel import select

from bot.core.duty import Kind
from bot.desk import shifts
from bot.stage import Stage
from bot.store.tables import Person
from tests.e2e.test_ticket_life import dispatched, says, ticket_of


async def rostered(world: Stage, name: str, *hours: tuple[Kind, float, float]) -> None:
    """Give somebody hours, counted from now (10:00 of a Monday)."""
    async with world.desk.db.write("roster") as tx:
        who = (await tx.session.exec(select(Person).where(Person.name == name))).one()
        for kind, start, end in hours:
            begin = tx.now.replace(minute=0, second=0, microsecond=0)
            await shifts.add(
                tx, who.id or 0, kind, begin + timedelta(hours=start), begin + timedelta(hours=end), "sheet",
                world.office.voice.zone,
            )  # fmt: skip
        await shifts.arm(tx)


async def test_who_is_in_the_roster_is_offered_work_only_while_on_duty(world: Stage) -> None:
    await rostered(world, "王强", (Kind.ON, 1, 8), (Kind.LUNCH, 2, 3), (Kind.LEAVE, 4, 5))
    number = (await dispatched(world)).id
    await says(world, "zhaolei", f"接单 {number}")
    for there, wait in ((False, 60), (True, 60), (False, 60), (True, 60), (False, 60), (True, 180), (False, 0)):
        assert ("王强" in await says(world, "zhoumin", f"还有谁 {number}")) is there
        await world.advance(minutes=wait)


async def test_a_shift_that_begins_brings_what_waited_to_its_technician(world: Stage) -> None:
    await rostered(world, "王强", (Kind.ON, 1, 8))
    await says(world, "zhaolei", "下线")
    assert (await dispatched(world)).status == "triaged"
    await world.advance(minutes=61)
    assert (await ticket_of(world)).status == "dispatched"
    assert "接单" in world.phone("wangqiang").buttons


async def test_his_own_word_narrows_the_roster(world: Stage) -> None:
    await rostered(world, "王强", (Kind.ON, 0, 8))
    await says(world, "wangqiang", "下线")
    number = (await dispatched(world)).id
    assert "王强" not in await says(world, "zhoumin", f"还有谁 {number}")
    await says(world, "wangqiang", "上线")
    assert "王强" in await says(world, "zhoumin", f"还有谁 {number}")

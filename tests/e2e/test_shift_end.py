"""The end of a shift: every ticket is taken over by name, kept, or the desk's."""

from datetime import timedelta

import pytest
from sqlmodel import select

from bot.core.duty import Kind, Span
from bot.desk import shift_end
from bot.desk.roster_sheets import RosterRow, RosterSheet, resolve, save_roster
from bot.stage import Stage
from bot.store.tables import Guidance, Person, Ticket, TicketEvent
from bot.story import text_of
from tests.e2e.test_duty import accepted, holder, new, rostered
from tests.e2e.test_ticket_life import dispatched, presses, says, ticket_of


async def test_at_the_end_of_a_shift_a_ticket_is_taken_over_by_name(world: Stage) -> None:
    await rostered(world, "王强", (Kind.ON, -1, 1))
    await accepted(world)
    before = len(world.phone("wangqiang").messages)
    await world.advance(minutes=60)
    assert "手上还有1张单" in new(world, "wangqiang", before)
    assert (await ticket_of(world)).owner == "technician"
    answer = await presses(world, "wangqiang", "交给赵磊")
    assert "已问赵磊，他接手前还由您负责" in answer
    assert "下班交接" in text_of(world.phone("zhaolei").last)
    assert await holder(world) == "王强"
    before = len(world.phone("wangqiang").messages)
    told = len(world.phone("limei").messages)
    await presses(world, "zhaolei", "接手")
    assert await holder(world) == "赵磊"
    assert (await ticket_of(world)).status == "accepted"
    assert "已由赵磊接手" in new(world, "wangqiang", before)
    assert "改由赵磊" in new(world, "limei", told)
    await world.advance(minutes=20)
    assert await holder(world) == "赵磊"
    assert "没有在办的单" in await says(world, "wangqiang", "我的单")


async def test_a_gate_that_the_first_one_confirmed_is_closed_for_the_next(world: Stage) -> None:
    number = await accepted(world)
    async with world.desk.db.write("gate") as tx:
        tx.add(Guidance(ticket_id=number, fault="x", step_id="y", gates_open=["owner-consent", "permit"]))
    await says(world, "wangqiang", f"转交 {number} 赵磊 有急事")
    await says(world, "zhaolei", "接手")
    async with world.desk.db.read() as session:
        place = await session.get_one(Guidance, number)
    assert (place.gates_open, place.step_id) == (["owner-consent"], "y"), "the agency's answer stays"
    assert await holder(world) == "赵磊"


async def test_what_nobody_accepts_in_time_is_the_desks_and_a_late_press_hears_so(world: Stage) -> None:
    await rostered(world, "王强", (Kind.ON, -1, 1))
    number = await accepted(world)
    await world.advance(minutes=60)
    await world.advance(minutes=10)
    await says(world, "wangqiang", f"转交 {number} 赵磊 有急事")
    assert "请在10:15前答复" in text_of(world.phone("zhaolei").last), "the desk takes it then"
    before, asked = len(world.phone("zhoumin").messages), len(world.phone("zhaolei").messages)
    await world.advance(minutes=6)
    ticket = await ticket_of(world)
    assert (ticket.owner, ticket.assignee_id, ticket.status) == ("desk", None, "triaged")
    assert "交班没人接" in new(world, "zhoumin", before)
    assert "不用接手了" in new(world, "zhaolei", asked)
    assert "没有等您接手的单" in await says(world, "zhaolei", f"接手 {number}")
    phone, before = world.phone("wangqiang"), len(world.phone("wangqiang").messages)
    await phone.presses("我做完再走", force=True)
    await world.settle()
    assert "正在安排" in new(world, "wangqiang", before)
    assert await holder(world) == ""


async def test_who_stays_for_a_ticket_keeps_it(world: Stage) -> None:
    await rostered(world, "王强", (Kind.ON, -1, 1))
    await accepted(world)
    await world.advance(minutes=60)
    assert "仍由您处理" in await presses(world, "wangqiang", "我做完再走")
    await world.advance(minutes=30)
    assert await holder(world) == "王强"


async def test_an_offer_unanswered_at_the_end_of_the_shift_goes_on(world: Stage) -> None:
    await rostered(world, "王强", (Kind.ON, -1, 1))
    await world.advance(minutes=59)
    await dispatched(world)
    await world.advance(minutes=2)
    assert (await ticket_of(world)).status == "dispatched"
    phone, before = world.phone("wangqiang"), len(world.phone("wangqiang").messages)
    await phone.presses("接单", force=True)
    await world.settle()
    assert "已派单" in new(world, "wangqiang", before)
    assert await holder(world) == ""


async def test_who_refuses_leaves_it_and_the_next_is_named(world: Stage) -> None:
    await rostered(world, "王强", (Kind.ON, -1, 1))
    await accepted(world)
    await world.advance(minutes=60)
    await presses(world, "wangqiang", "交给赵磊")
    before = len(world.phone("wangqiang").messages)
    await says(world, "zhaolei", "不接手")
    assert "赵磊不方便接，单还在您手上" in new(world, "wangqiang", before)
    await presses(world, "wangqiang", "转服务台")
    assert (await ticket_of(world)).owner == "desk"


async def test_what_is_restored_can_be_taken_over_and_stays_restored(world: Stage) -> None:
    await rostered(world, "王强", (Kind.ON, -1, 1))
    number = await accepted(world)
    await says(world, "wangqiang", f"到场 {number}")
    await says(world, "wangqiang", f"已恢复 {number}")
    await world.advance(minutes=60)
    await presses(world, "wangqiang", "交给赵磊")
    told = len(world.phone("limei").messages)
    assert "业务已恢复" in await presses(world, "zhaolei", "接手")
    assert "后续改由赵磊" in new(world, "limei", told)
    assert ((await ticket_of(world)).status, await holder(world)) == ("restored", "赵磊")
    await world.advance(minutes=20)
    assert await holder(world) == "赵磊", "the end of the other's shift is no matter any more"


async def sheet(world: Stage, name: str, *hours: tuple[Kind, float, float]) -> None:
    """A roster sheet is imported: these hours of somebody today, counted from now."""
    async with world.desk.db.write("import") as tx:
        begin = tx.now.replace(minute=0, second=0, microsecond=0)
        day = tx.now.astimezone(world.office.voice.zone).date()
        spans = [Span(kind, begin + timedelta(hours=start), begin + timedelta(hours=end)) for kind, start, end in hours]
        rows = [RosterRow(number, day, name, "", span) for number, span in enumerate(spans, start=2)]
        await save_roster(tx, rows, await resolve(tx, RosterSheet(rows=rows)))
    await world.settle()


@pytest.mark.parametrize("lunch", [False, True])
async def test_a_sheet_that_takes_the_running_shift_is_the_end_of_it(world: Stage, lunch: bool) -> None:
    await sheet(world, "王强", (Kind.ON, -1, 8), (Kind.LUNCH, 1, 2))
    await accepted(world)
    await world.advance(minutes=60 if lunch else 0)
    before = len(world.phone("wangqiang").messages)
    await sheet(world, "王强", (Kind.ON, -1, 8))
    assert "手上还有" not in new(world, "wangqiang", before), "he is at work as before"
    await sheet(world, "王强", (Kind.ON, 6, 9))
    assert "手上还有1张单" in new(world, "wangqiang", before)
    assert await holder(world) == "王强", "until somebody accepts"
    told = len(world.phone("zhoumin").messages)
    await world.advance(minutes=16)
    assert (await ticket_of(world)).owner == "desk" and "交班没人接" in new(world, "zhoumin", told)


async def test_leave_that_is_granted_at_lunch_hands_over_as_well(world: Stage) -> None:
    await rostered(world, "王强", (Kind.ON, -1, 8), (Kind.LUNCH, 1, 2))
    await accepted(world)
    await world.advance(minutes=60)
    await says(world, "wangqiang", "请假 今天")
    before = len(world.phone("wangqiang").messages)
    await says(world, "zhoumin", "批准")
    assert "手上还有1张单" in new(world, "wangqiang", before)


async def more_in_hand(world: Stage, names: tuple[str, ...]) -> None:
    """Copies of the one ticket that is accepted, in other rooms, in the hands of these people."""
    one = (await ticket_of(world)).model_dump(exclude={"id", "assignee_id"})
    async with world.desk.db.write("more of them") as tx:
        for room, name in enumerate(names, start=303):
            who = (await tx.session.exec(select(Person).where(Person.name == name))).one()
            slots = {"floor": "3楼", "room": str(room), "location": f"三楼{room}"}
            tx.add(Ticket(**{**one, "slots": slots, "assignee_id": who.id}))


async def asked_about(world: Stage) -> list[int]:
    """The tickets whose holder's shift has ended and who was asked for a successor, once for each time."""
    async with world.desk.db.read() as session:
        ended = select(TicketEvent.ticket_id).where(TicketEvent.kind == "shift-ended")
        return sorted((await session.exec(ended)).all())


@pytest.mark.parametrize("others", [("王强",) * 4, ("王强", "赵磊", "赵磊", "赵磊")])
async def test_the_end_of_a_shift_of_very_many_tickets_goes_in_portions_and_a_restart_loses_none(
    world: Stage, monkeypatch: pytest.MonkeyPatch, others: tuple[str, ...]
) -> None:
    monkeypatch.setattr(shift_end, "AT_ONCE", 2)
    await rostered(world, "王强", (Kind.ON, -1, 1))
    await rostered(world, "赵磊", (Kind.ON, -1, 1))
    await accepted(world)
    await more_in_hand(world, others)
    for clock in (world.clock, world.sandbox.clock):
        clock.advance(timedelta(hours=1))
    while not await asked_about(world):
        assert await world.desk.timers.fire_next()
    assert await asked_about(world) == [1, 2], "one transaction, and whole tickets"
    await world.restart()
    await world.settle()
    assert await asked_about(world) == [1, 2, 3, 4, 5], "each once"
    await world.advance(minutes=16)
    async with world.desk.db.read() as session:
        assert {t.owner for t in (await session.exec(select(Ticket))).all()} == {"desk"}


async def test_whoever_is_at_work_again_meanwhile_is_asked_about_no_further_ticket(
    world: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shift_end, "AT_ONCE", 2)
    await rostered(world, "王强", (Kind.ON, -1, 1))
    await accepted(world)
    await more_in_hand(world, ("王强",) * 3)
    for clock in (world.clock, world.sandbox.clock):
        clock.advance(timedelta(hours=1))
    while not await asked_about(world):
        assert await world.desk.timers.fire_next()
    await rostered(world, "王强", (Kind.ON, 0, 2))
    await world.settle()
    assert await asked_about(world) == [1, 2]
    await world.advance(minutes=16)
    async with world.desk.db.read() as session:
        assert {t.owner for t in (await session.exec(select(Ticket))).all()} == {"technician"}

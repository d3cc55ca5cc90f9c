"""Warnings at 50/80/100/150 % of the nearest target reach the right people once; what moved or paused is not warned of."""

import pytest
from sqlmodel import col, select

from bot.cast import DUTY_CHAT
from bot.stage import Stage
from bot.store.tables import Person, Ticket, TicketEvent
from tests.e2e.test_pauses import heard
from tests.e2e.test_ticket_life import dispatched, presses, says, ticket_of


async def made(world: Stage, name: str, *positions: str) -> None:
    """Somebody of the cast holds these positions from now on."""
    async with world.desk.db.write("test") as tx:
        found = (await tx.session.exec(select(Person).where(Person.name == name))).one()
        found.positions = list(positions)
        tx.add(found)


async def warned(world: Stage, ticket: Ticket) -> list[tuple[str, int]]:
    async with world.desk.db.read() as session:
        statement = select(TicketEvent.data).where(TicketEvent.ticket_id == ticket.id, TicketEvent.kind == "warned")
        rows = (await session.exec(statement.order_by(col(TicketEvent.id)))).all()
    return [(row["target"], row["percent"]) for row in rows]


async def accepted(world: Stage, text: str = "三楼302电脑蓝屏了") -> Ticket:
    await dispatched(world, text)
    await presses(world, "wangqiang", "接单")
    return await ticket_of(world)


async def test_half_goes_to_the_holder_and_the_rest_up_the_chain(world: Stage) -> None:
    await made(world, "孙安", "inspector")
    await made(world, "何涛", "service-manager")
    ticket = await accepted(world)
    assert ticket.priority == "P3"
    await world.advance(minutes=14)
    assert await warned(world, ticket) == []
    await world.advance(minutes=1.5)
    assert await warned(world, ticket) == [("response", 50)]
    assert heard(world, "wangqiang", "联系时限已用50%") == 1
    assert heard(world, "zhoumin", "【时限】") == 0
    await world.advance(minutes=9)
    assert heard(world, "wangqiang", "联系时限已用80%") == 1
    assert heard(world, "zhoumin", "联系时限已用80%") == 1
    assert heard(world, "hetao", "【时限】") == 0
    await world.advance(minutes=6)
    assert heard(world, "hetao", "联系已超时（限30分") == 1
    assert heard(world, "linfang", "联系已超时（限30分") == 1, "the agency's liaison"
    assert heard(world, "wangqiang", "联系已超时") == 0
    assert heard(world, "sunan", "【时限】") == 0
    await world.advance(minutes=15)
    assert heard(world, "sunan", "联系已超时（限30分，已用45分") == 1
    assert heard(world, "limei", "【时限】") == 0, "the reporter is not alarmed"
    assert await warned(world, ticket) == [("response", percent) for percent in (50, 80, 100, 150)]


async def test_what_was_done_in_time_is_not_warned_of_and_the_next_target_is(world: Stage) -> None:
    ticket = await accepted(world, "三楼302显示器屏幕碎了")
    await says(world, "wangqiang", f"已联系 {ticket.id}")
    await world.advance(minutes=29)
    assert await warned(world, ticket) == []
    await world.advance(minutes=2)
    assert await warned(world, ticket) == [("arrive", 50)]
    await says(world, "wangqiang", f"到场 {ticket.id}")
    await world.advance(minutes=60)
    assert await warned(world, ticket) == [("arrive", 50)]
    await says(world, "wangqiang", f"已解决 {ticket.id}")
    await world.advance(days=1)
    assert await warned(world, ticket) == [("arrive", 50)]


async def test_arriving_counts_as_having_made_contact(world: Stage) -> None:
    ticket = await accepted(world)
    await says(world, "wangqiang", f"到场 {ticket.id}")
    await world.advance(minutes=50)
    assert await warned(world, ticket) == []
    shown = await says(world, "zhoumin", f"时限 {ticket.id}")
    assert "联系：限30分，已用0分（总0分），已停表" in shown


async def test_a_pause_holds_warnings_back_and_they_come_that_much_later(world: Stage) -> None:
    ticket = await accepted(world)
    await world.advance(minutes=10)
    await says(world, "wangqiang", f"暂停 {ticket.id} 等待用户时间 1小时")
    await world.advance(minutes=58)
    assert await warned(world, ticket) == []
    await world.advance(minutes=5)
    assert (await ticket_of(world)).paused == ""
    assert await warned(world, ticket) == []
    await world.advance(minutes=4)
    assert await warned(world, ticket) == [("response", 50)]


async def test_a_raised_priority_ends_a_pause_and_warns_by_the_new_target(world: Stage) -> None:
    ticket = await accepted(world)
    await world.advance(minutes=6)
    await says(world, "wangqiang", f"暂停 {ticket.id} 等待用户时间 1小时")
    async with world.desk.db.write("raise") as tx:
        from bot.desk import tickets

        row = await tx.session.get_one(Ticket, ticket.id)
        await tickets.change(tx, row, "raised", None, priority="P1")
    await world.settle()
    now = await ticket_of(world)
    assert (now.priority, now.paused) == ("P1", ""), "a P1 is never paused"
    assert heard(world, "limei", "已继续处理") == 1
    assert await warned(world, ticket) == [("response", 50)]
    await world.advance(minutes=5)
    assert ("response", 100) in await warned(world, ticket)
    assert any("联系已超时" in text for text in world.group(DUTY_CHAT).texts)


async def test_a_ticket_without_a_holder_warns_the_desk(world: Stage) -> None:
    await made(world, "王强", "reporter")
    await made(world, "赵磊", "reporter")
    ticket = await dispatched(world)
    assert ticket.owner == "desk"
    await world.advance(minutes=16)
    assert heard(world, "zhoumin", "联系时限已用50%") == 1
    assert heard(world, "zhoumin", "还没有人接单") == 1


async def test_reopening_takes_up_the_old_clock_and_a_handover_does_not_reset_it(world: Stage) -> None:
    ticket = await accepted(world)
    await says(world, "wangqiang", f"到场 {ticket.id}")
    await world.advance(minutes=60)
    await says(world, "wangqiang", f"已解决 {ticket.id}")
    await world.advance(minutes=5)
    assert "恢复：限480分，已用60分（总60分），已停表" in await says(world, "zhoumin", f"时限 {ticket.id}")
    await presses(world, "limei", "修好了")
    await world.advance(minutes=30)
    await says(world, "limei", "还是没修好")
    again = await ticket_of(world)
    assert again.reopened == 1 and again.restored_at is None
    shown = await says(world, "zhoumin", f"时限 {ticket.id}")
    assert "恢复：限480分，已用60分（总65分），至" in shown, "on time is revoked, what was used stays used"
    await says(world, "zhoumin", f"派单 {ticket.id} 赵磊")
    await presses(world, "zhaolei", "接单")
    await says(world, "zhaolei", f"到场 {ticket.id}")
    await world.advance(days=1)
    assert ("restore", 50) in await warned(world, ticket)


@pytest.mark.parametrize("kind", ["打印纸没了想领两包", "我要申请一台新电脑"])
async def test_a_request_has_no_fault_targets(world: Stage, kind: str) -> None:
    await says(world, "limei", kind)
    ticket = await ticket_of(world)
    assert ticket.kind in ("request", "referral")
    await world.advance(hours=8)
    assert await warned(world, ticket) == []

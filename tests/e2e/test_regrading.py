"""改类 and 优先级 by the desk: what follows for offers, deadlines, holder and reporter."""

from sqlmodel import select

from bot.stage import Stage
from bot.store.tables import Offer, Person, Ticket, TimerRow
from tests.e2e.test_merging import get, heard
from tests.e2e.test_ticket_life import dispatched, presses, says, ticket_of


async def test_typed_words_become_three_buttons_and_the_choice_is_shared_anew(world: Stage) -> None:
    ticket = await dispatched(world)
    await says(world, "zhoumin", f"改类 {ticket.id} 打印机连不上")
    buttons = world.phone("zhoumin").buttons
    assert 1 < len(buttons) <= 3
    await presses(world, "zhoumin", buttons[0])
    changed = await ticket_of(world)
    assert changed.item == "printer"
    assert changed.fault != ticket.fault
    assert (changed.status, changed.guessed_fault) == ("dispatched", ticket.fault)
    assert "改为" in heard(world, "limei")
    assert "不用去了：重新安排" in heard(world, "wangqiang")


async def test_a_digit_or_the_exact_name_does_the_same_and_the_holder_gets_the_new_steps(world: Stage) -> None:
    ticket = await dispatched(world)
    await presses(world, "wangqiang", "接单")
    await says(world, "zhoumin", f"改类 {ticket.id} 打印机连不上")
    assert f"{ticket.id}号已改为" in await says(world, "zhoumin", "2")
    plain = world.office.book.faults["printer-paper-jam"].plain
    assert f"已改为：{plain}" in await says(world, "zhoumin", f"改类 {ticket.id} {plain}")
    assert f"更正为：{plain}" in heard(world, "wangqiang")
    assert (await ticket_of(world)).status == "accepted"
    assert f"本来就是：{plain}" in await says(world, "zhoumin", f"改类 {ticket.id} printer-paper-jam")


async def test_a_safety_fault_pages_the_duty_manager(world: Stage) -> None:
    ticket = await dispatched(world)
    await says(world, "zhoumin", f"改类 {ticket.id} pc-burning-smell")
    changed = await ticket_of(world)
    assert (changed.safety, changed.priority) == (True, "P1")
    assert f"【紧急】{ticket.id}号" in heard(world, "hetao")


async def test_a_raised_priority_moves_offer_and_deadline(world: Stage) -> None:
    ticket = await dispatched(world)
    answer = await says(world, "zhoumin", f"优先级 {ticket.id} P2 局长在等")
    assert f"{ticket.id}号已改为P2" in answer
    assert (await ticket_of(world)).priority == "P2"
    assert "已改为按加急处理" in heard(world, "limei")
    async with world.desk.db.read() as session:
        (offer,) = (await session.exec(select(Offer).where(Offer.state == "open"))).all()
        accept = (await session.exec(select(TimerRow).where(TimerRow.kind == "accept-overdue"))).one()
    levels = world.office.book.service_levels.sla
    assert offer.expires_at == world.office.offer_expires("P2", world.clock.now())
    assert (accept.due_at - ticket.created_at).total_seconds() == levels.targets["P2"]["accept"] * 60
    await says(world, "wangqiang", f"接单 {ticket.id}")
    await says(world, "wangqiang", f"暂停 {ticket.id} 等待用户时间")
    await says(world, "zhoumin", f"优先级{ticket.id} p1 大面积影响")
    now = await ticket_of(world)
    assert (now.status, now.priority, now.paused) == ("accepted", "P1", "")
    assert "优先级改为P1：大面积影响" in heard(world, "wangqiang")


async def test_raised_during_self_help_somebody_is_sent(world: Stage) -> None:
    await says(world, "limei", "302打印机卡纸了")
    ticket = await ticket_of(world)
    assert ticket.status == "triaged"
    await says(world, "zhoumin", f"优先级 {ticket.id} 2 马上开会")
    assert (await get(world, ticket.id)).status == "dispatched"


async def test_what_cannot_be_changed_is_said(world: Stage) -> None:
    ticket = await dispatched(world)
    number = ticket.id
    async with world.desk.db.write("test") as tx:
        seat = (await tx.session.exec(select(Person).where(Person.name == "周敏"))).one()
        like = ticket.model_dump(exclude={"id", "version"})
        tx.add(Ticket(**{**like, "status": "closed"}))
        tx.add(Ticket(**{**like, "reporter_id": seat.id}))
    for line, answer in (
        (f"优先级 {number} P2", "为什么改为P2"),
        (f"优先级 {number} P7 急", "请这样发：优先级"),
        (f"优先级 {number} {ticket.priority} 急", f"本来就是{ticket.priority}"),
        ("优先级 99 P2 急", "没有找到99号单"),
        ("优先级 2 P2 急", "2号现在是已关闭，不能改优先级"),
        ("优先级 3 P2 急", "3号是您自己报的"),
        ("改类 2 打印机卡纸", "2号现在是已关闭，不能改类"),
        (f"改类 {number}", "请这样发：改类"),
        (f"改类 {number} 嘻嘻哈哈", "不像哪一类故障"),
        ("改类 99 打印机卡纸", "没有找到99号单"),
    ):
        assert answer in await says(world, "zhoumin", line), line

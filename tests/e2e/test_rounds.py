"""Inspection rounds: planned from the catalogue's intervals, dispatched, walked, watched; off until configured."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import col, select

from bot.stage import Stage
from bot.store.tables import Asset, Content, Round, Ticket, TicketEvent, TimerRow, Unit
from bot.story import text_of
from tests.e2e.phones import press, read, seen
from tests.e2e.test_ticket_life import says


async def configure(world: Stage, **places: tuple[str, ...]) -> None:
    """The desk is started anew with rounds for these units."""
    world.office = replace(world.office, inspections=places)
    await world.restart()


async def inspections(world: Stage) -> list[Ticket]:
    async with world.desk.db.read() as session:
        found = await session.exec(select(Ticket).where(Ticket.kind == "inspection").order_by(col(Ticket.id)))
        return list(found.all())


async def until_planned(world: Stage, count: int = 1) -> list[Ticket]:
    for _ in range(70):
        if len(found := await inspections(world)) >= count:
            return found
        await world.advance(hours=12)
    raise AssertionError("no round came")


@pytest.fixture
async def offered(world: Stage) -> Stage:
    """The monthly round of the printers has just been offered to 王强, who sits in 市民政局."""
    await configure(world, 市民政局=("printer/month",))
    (ticket,) = await until_planned(world)
    assert "打印机每月巡检" in seen(world, "wangqiang"), "offered like any ticket, to the resident first"
    assert ticket.source == "plan" and ticket.priority == "P4"
    return world


async def in_hand(world: Stage) -> int:
    """王强 stands before the round. His first offer has gone by while the test looked for it: the desk gives it to him."""
    (ticket,) = await inspections(world)
    await read(world, "zhoumin", f"派 {ticket.id} 王强")
    await read(world, "wangqiang", f"接单 {ticket.id}")
    await read(world, "wangqiang", f"到场 {ticket.id}")
    return ticket.id or 0


async def test_nothing_is_planned_until_it_is_configured(world: Stage) -> None:
    await world.advance(days=3)
    assert await inspections(world) == []
    for said in ("巡检 本周", "这周巡检做了没有", "巡检情况", "哪些巡检没做"):
        assert "没有安排巡检" in await read(world, "zhoumin", said)
    for said in ("巡检", "今天有什么要巡检的"):
        assert "今天没有巡检" in await read(world, "wangqiang", said)


async def test_a_round_is_walked_step_by_step_and_what_is_found_gets_its_own_ticket(offered: Stage) -> None:
    world = offered
    number = await in_hand(world)
    assert "打印机每月巡检" in await read(world, "wangqiang", "巡检")
    assert "打一张测试页" in seen(world, "wangqiang")
    assert "还有" in await read(world, "wangqiang", f"已解决 {number}")
    await press(world, "wangqiang", "正常")
    assert "要读数" in await press(world, "wangqiang", "正常"), "the counter's reading is wanted"
    assert "已附" in await read(world, "wangqiang", "打印12345张，卡纸2次"), "a reading, though its words name a fault"
    await press(world, "wangqiang", "正常")
    found = await read(world, "wangqiang", "异常 卡纸，纸卡在里面拿不出来")
    assert "已另开" in found and "打印机卡纸" in found and "巡检继续" in found
    assert "已另开" in await press(world, "wangqiang", "异常")
    async with world.desk.db.read() as session:
        first, second = (await session.exec(select(Ticket).where(Ticket.parent_id == number).order_by(Ticket.id))).all()
    assert (first.fault, first.kind, first.source) == ("printer-paper-jam", "fault", "round")
    assert first.status == "dispatched" and first.unit_id is not None
    assert second.kind == "unclear" and "巡检发现异常" in seen(world, "zhoumin")
    assert "没有留存" in await read(world, "wangqiang", f"说明 {second.id} 这台涉密电脑里有三号文件")
    async with world.desk.db.read() as session:
        kept = (await session.exec(select(Content.text).where(Content.ticket_id == second.id))).all()
    assert not any("三号文件" in text for text in kept)
    assert "打印机显示脱机" in await read(world, "wangqiang", f"说明 {second.id} 显示脱机，电脑上是灰的")
    assert "要一张照片" in await press(world, "wangqiang", "正常")
    await world.phone("wangqiang").sends_photo()
    await world.settle()
    done = await press(world, "wangqiang", "正常")
    assert "巡检完成" in done and "发现2处异常" in done
    (ticket,) = await inspections(world)
    assert (ticket.status, ticket.by) == ("closed", "plan")
    assert "完成1" in await read(world, "zhoumin", "巡检 本周")
    async with world.desk.db.read() as session:
        kinds = (await session.exec(select(TicketEvent.kind).where(TicketEvent.ticket_id == number))).all()
    assert "warned" not in kinds and kinds.count("evidence-attached") == 2
    assert "已联系" not in await read(world, "zhoumin", "超时")


async def test_a_late_round_is_told_once_and_an_outage_leaves_one(world: Stage) -> None:
    await configure(world, 市民政局=("printer/month", "scanner/month"), 没有这个局=("server",))
    assert "没有这个局" in await read(world, "zhoumin", "巡检 本周")
    async with world.desk.db.read() as session:
        waiting = select(TimerRow.key).where(TimerRow.kind == "round", col(TimerRow.fired_at).is_(None))
        keys = sorted((await session.exec(waiting)).all())
    await world.restart()
    async with world.desk.db.read() as session:
        assert sorted((await session.exec(waiting)).all()) == keys, "planned once, however often it is started"
    assert len(keys) == 2
    # three months in which nothing runs
    world.clock.advance(timedelta(days=95))
    world.sandbox.clock.advance(timedelta(days=95))
    await world.restart()
    await world.desk.settle()
    found = await until_planned(world, 2)
    assert len(found) == 2, "one round for each item, not three"
    async with world.desk.db.read() as session:
        rows = (await session.exec(select(Round).order_by(col(Round.id)))).all()
    assert {row.missed for row in rows} <= {2, 3} and len({row.period for row in rows}) == 1
    assert "之前漏了" in seen(world, "wangqiang") + seen(world, "zhaolei") + seen(world, "zhoumin")
    await world.advance(days=12)
    lines = [text_of(m) for m in world.phone("zhoumin").messages if "巡检逾期" in text_of(m)]
    assert len(lines) == 2 and "市民政局" in lines[0]
    assert "逾期2" in await read(world, "zhoumin", "巡检 本周")


async def test_what_is_there_is_known_from_the_assets(world: Stage) -> None:
    async with world.desk.db.write("assets") as tx:
        unit = (await tx.session.exec(select(Unit).where(Unit.name == "市民政局"))).one()
        tx.add(Asset(code="PR-0001", unit_id=unit.id or 0, device="激光打印机HP1020"))
        tx.add(Asset(code="XX-0001", unit_id=unit.id or 0, device="没有这种东西"))
    await configure(world, 市民政局=("assets",))
    async with world.desk.db.read() as session:
        keys = (await session.exec(select(TimerRow.key).where(TimerRow.kind == "round"))).all()
    assert sorted(key.split(":")[2:4] for key in keys) == [["printer", "month"], ["printer", "quarter"]]
    assert "待做" in await says(world, "zhoumin", "巡检 本周")


async def test_what_is_said_of_the_round_is_no_word_about_what_was_found(offered: Stage) -> None:
    world = offered
    number = await in_hand(world)
    await press(world, "wangqiang", "异常")
    assert "还有" in await read(world, "wangqiang", "巡检做完了")
    assert "已记到" in await read(world, "wangqiang", "说明 辊子有异响"), "the only finding needs no number"
    for _ in range(20):
        if "巡检完成" in seen(world, "wangqiang"):
            break
        await press(world, "wangqiang", "异常")
    assert "没有在走的巡检" in await read(world, "wangqiang", "巡检做完了")
    assert "例如：说明" in await read(world, "wangqiang", "说明 有异响"), "of several it is asked which"
    for words in ("完成", "3", "好了"):
        await read(world, "wangqiang", words)
    async with world.desk.db.read() as session:
        found = (await session.exec(select(Ticket).where(Ticket.parent_id == number))).all()
        said = (await session.exec(select(Content.text).where(col(Content.ticket_id).in_([t.id for t in found])))).all()
    assert len(found) > 1 and {t.status for t in found} <= {"triaged", "dispatched"}
    assert not {"完成", "3", "好了", "巡检做完了"} & set(said)


async def test_the_week_counts_each_day_and_what_is_late_this_evening(world: Stage) -> None:
    await configure(world, 市民政局=("ups-battery/day",))
    assert "待做4，完成0，逾期0" in await read(world, "zhoumin", "巡检 本周"), "Tuesday to Friday"
    await world.advance(days=1, hours=9)
    assert "巡检逾期" in seen(world, "zhoumin")
    assert "待做3，完成0，逾期1" in await read(world, "zhoumin", "巡检 本周")

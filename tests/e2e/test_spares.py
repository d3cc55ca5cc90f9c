"""备件 and 备机: noted with the ticket, and nobody forgets what is due back."""

import pytest
from phones import press, read, seen
from sqlmodel import select

from bot.stage import Stage
from bot.store.tables import Loan, SparePart, Ticket


@pytest.fixture
async def onsite(world: Stage) -> Stage:
    """王强 is at 李梅's jammed printer."""
    await world.says("limei", "三楼302打印机卡纸了，直接派人")
    if "直接派人" in world.phone("limei").buttons:
        await press(world, "limei", "直接派人")
    await press(world, "wangqiang", "接单")
    await read(world, "wangqiang", "到场 1")
    return world


async def test_parts_are_noted_and_shown(onsite: Stage) -> None:
    assert "备件 1 常用型号硒鼓×1" in await read(onsite, "wangqiang", "备件 1")
    assert "已记：搓纸轮×1" in await read(onsite, "wangqiang", "备件 1 搓纸轮×1")
    assert "搓纸轮×1、硒鼓×2" in await read(onsite, "wangqiang", "备件 硒鼓 2支")
    async with onsite.desk.db.read() as session:
        rows = (await session.exec(select(SparePart.name, SparePart.count))).all()
    assert [tuple(r) for r in rows] == [("搓纸轮", 1), ("硒鼓", 2)]


@pytest.mark.parametrize(
    "who, words, answer",
    [
        ("wangqiang", "备件 1 ×2", "没看懂"),
        ("wangqiang", "备件 99 搓纸轮×1", "没有找到99号单"),
        ("zhaolei", "备件 1 搓纸轮×1", "由处理它的技术员"),
        ("wangqiang", "备机 1", "请写编号和归还日期"),
        ("wangqiang", "备机 1 BJ-012 2020-01-01", "不能早于今天"),
        ("wangqiang", "备机 1 归还", "没有这台在借的备机"),
    ],
)
async def test_what_is_wrong_is_said(onsite: Stage, who: str, words: str, answer: str) -> None:
    assert answer in await read(onsite, who, words)
    async with onsite.desk.db.read() as session:
        assert (await session.exec(select(SparePart))).all() == []
        assert (await session.exec(select(Loan))).all() == []


async def test_a_loan_is_remembered_when_it_is_due_and_when_it_is_late(onsite: Stage) -> None:
    assert "11月25日归还" in await read(onsite, "wangqiang", "备机 1 BJ-012 11月25日")
    assert "请先用备机（编号BJ-012）" in seen(onsite, "limei")
    assert "还借在1号上" in await read(onsite, "wangqiang", "备机 1 BJ-012 明天")
    await onsite.advance(days=1)
    assert "今天到期" not in seen(onsite, "wangqiang")
    await onsite.advance(days=1)
    assert "今天到期" in seen(onsite, "wangqiang") and "今天到期" in seen(onsite, "limei")
    await onsite.advance(days=1)
    assert "过了11月25日还没归还" in seen(onsite, "zhoumin")
    assert "已归还" in await read(onsite, "wangqiang", "备机 1 归还")


async def test_back_in_time_nobody_is_reminded(onsite: Stage) -> None:
    await read(onsite, "wangqiang", "备机 1 BJ-012")
    async with onsite.desk.db.read() as session:
        assert (await session.exec(select(Loan.due_on))).one().isoformat() == "2026-12-02", "seven workdays"
    await read(onsite, "wangqiang", "备机 1 归还 BJ-012")
    await onsite.advance(days=12)
    assert "今天到期" not in seen(onsite, "wangqiang") and "还没归还" not in seen(onsite, "zhoumin")


async def waits(world: Stage) -> str:
    async with world.desk.db.read() as session:
        return (await session.get_one(Ticket, 1)).paused


@pytest.mark.parametrize(
    "line", ["暂停 等备件", "暂停 1 等待备件", "暂停 等配件 2小时", "暂停 等备件，没有备机", "暂停 等备机"]
)
async def test_who_waits_for_a_part_is_not_made_to_say_that_a_loan_device_stands_there(
    onsite: Stage, line: str
) -> None:
    told = await read(onsite, "wangqiang", line)
    assert "已暂停：等待备件，" in told and "没有备机，时限照常计" in told
    assert await waits(onsite) == "等待备件"
    assert "等待备件，最迟" in seen(onsite, "limei") and "已提供备机" not in seen(onsite, "limei")
    await onsite.advance(minutes=30)
    assert "各方用时：服务方30分" in await read(onsite, "zhoumin", "时限 1")


async def test_a_loan_device_stops_the_clock_from_then_on_and_its_return_starts_it(onsite: Stage) -> None:
    await read(onsite, "wangqiang", "暂停 等备件")
    await onsite.advance(minutes=30)
    assert "时限从现在起停表" in await read(onsite, "wangqiang", "备机 1 BJ-012 明天")
    assert await waits(onsite) == "等待备件且已提供备机"
    await onsite.advance(minutes=20)
    assert "服务方30分，第三方20分" in await read(onsite, "zhoumin", "时限 1")
    assert "时限继续计" in await read(onsite, "wangqiang", "备机 1 归还")
    await onsite.advance(minutes=10)
    assert "服务方40分，第三方20分" in await read(onsite, "zhoumin", "时限 1")


@pytest.mark.parametrize("line", ["暂停 等备件，已给备机", "暂停 等配件 备机已送到", "暂停 等待备件且已提供备机"])
async def test_who_says_so_or_has_lent_one_is_believed(onsite: Stage, line: str) -> None:
    await read(onsite, "wangqiang", line)
    assert await waits(onsite) == "等待备件且已提供备机"
    await read(onsite, "wangqiang", "恢复 1")
    await read(onsite, "wangqiang", "备机 1 BJ-012 明天")
    await read(onsite, "wangqiang", "暂停 等备件")
    assert await waits(onsite) == "等待备件且已提供备机"


async def test_parts_and_loans_as_they_are_told(onsite: Stage) -> None:
    assert "搓纸轮×2" in await read(onsite, "wangqiang", "用了两个搓纸轮")
    assert "备机BJ-013，11月27日归还" in await read(onsite, "wangqiang", "给他放了台备机BJ-013，周五还")
    assert "已归还" in await read(onsite, "wangqiang", "备机拿回来了")

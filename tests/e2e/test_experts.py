"""求助: an expert joins a ticket, both talk, the holder stays its owner."""

import pytest
from phones import press, read, seen
from sqlmodel import select

from bot.stage import Stage
from bot.store.tables import Help, Ticket


@pytest.fixture
async def onsite(world: Stage) -> Stage:
    """王强 is at 李梅's jammed printer."""
    await world.says("limei", "三楼302打印机卡纸了，直接派人")
    if "直接派人" in world.phone("limei").buttons:
        await press(world, "limei", "直接派人")
    await press(world, "wangqiang", "接单")
    await read(world, "wangqiang", "到场 1")
    return world


async def states(world: Stage) -> list[str]:
    async with world.desk.db.read() as session:
        return list((await session.exec(select(Help.state).order_by(Help.id))).all())


async def test_the_expert_sees_what_was_done_joins_and_both_hear_each_other(onsite: Stage) -> None:
    await press(onsite, "wangqiang", "已确认")
    await read(onsite, "wangqiang", "跳过 不具备条件")
    assert "已请赵磊协助" in await read(onsite, "wangqiang", "求助 还是卡")
    assert "王强求助：还是卡" in seen(onsite, "zhaolei") and "已做1步" in seen(onsite, "zhaolei")
    assert "技术员求助" in seen(onsite, "zhoumin")
    assert "已加入1号" in await press(onsite, "zhaolei", "加入")
    assert "赵磊已加入" in seen(onsite, "wangqiang")
    await read(onsite, "zhaolei", "看下搓纸轮有没有打滑")
    assert "赵磊：看下搓纸轮有没有打滑" in seen(onsite, "wangqiang")
    await read(onsite, "wangqiang", "打印机搓纸轮确实打滑")
    assert "王强：打印机搓纸轮确实打滑" in seen(onsite, "zhaolei")
    async with onsite.desk.db.read() as session:
        (ticket,) = (await session.exec(select(Ticket))).all()
    assert ticket.owner == "technician" and ticket.status == "on-site", "no second ticket, the same owner"
    await read(onsite, "zhaolei", "离开 1")
    assert "协助已结束" in seen(onsite, "wangqiang")
    assert await states(onsite) == ["left"]


async def test_a_photo_reaches_the_other(onsite: Stage) -> None:
    await read(onsite, "wangqiang", "求助")
    await read(onsite, "zhaolei", "加入 1")
    await onsite.phone("zhaolei").sends_photo()
    await onsite.settle()
    assert onsite.phone("wangqiang").last.kind == "image"


async def test_silence_or_no_asks_the_next_and_at_last_the_desk(onsite: Stage) -> None:
    await read(onsite, "wangqiang", "求助")
    await onsite.advance(minutes=4)
    assert "王强求助" in seen(onsite, "hetao"), "the lead, when no expert answers"
    await press(onsite, "hetao", "不方便")
    assert "没有能请的专家" in seen(onsite, "wangqiang")
    assert await states(onsite) == ["expired", "declined"]
    assert "没有等您协助" in await read(onsite, "zhaolei", "加入 1")


async def test_called_twice_it_is_one_call_and_resolving_ends_it(onsite: Stage) -> None:
    await read(onsite, "wangqiang", "求助")
    assert "等他答复" in await read(onsite, "wangqiang", "求助")
    await read(onsite, "zhaolei", "加入")
    await read(onsite, "wangqiang", "已解决 1 搓纸轮磨损，换了搓纸轮，故障：卡纸，20分钟")
    assert "协助已结束" in seen(onsite, "zhaolei")
    assert await states(onsite) == ["left"]


async def test_only_the_holder_moves_the_ticket(onsite: Stage) -> None:
    await read(onsite, "wangqiang", "求助")
    await read(onsite, "zhaolei", "加入 1")
    await read(onsite, "zhaolei", "已解决 1")
    async with onsite.desk.db.read() as session:
        assert (await session.get_one(Ticket, 1)).status == "on-site"


@pytest.mark.parametrize("said", ["好，我来看看", "好的", "马上过来"])
async def test_called_and_answered_in_their_own_words(onsite: Stage, said: str) -> None:
    assert "已请赵磊协助" in await read(onsite, "wangqiang", "搞不定，找个人帮忙")
    assert "已加入1号" in await read(onsite, "zhaolei", said)

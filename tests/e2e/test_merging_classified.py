"""撤销合并 once one of the two is a classified matter: what was erased stays erased, and nobody is sent there."""

import json

import pytest
import sqlalchemy
from phones import read, seen
from sqlmodel import SQLModel, select

from bot.stage import Stage
from bot.store.tables import Offer, Ticket

WORDS = "三号工程"


async def merged(world: Stage) -> None:
    """1 (李梅, with 王强) has 2 (吴凡) in it."""
    await read(world, "limei", "三楼302电脑蓝屏了，直接派人")
    await read(world, "wufan", f"三楼302电脑蓝屏了，{WORDS}的图纸打不开")
    await world.advance(seconds=10)
    for userid in ("limei", "wufan"):
        if "直接派人" in world.phone(userid).buttons:
            await world.phone(userid).presses("直接派人")
            await world.settle()
    await read(world, "wangqiang", "接单 1")
    assert "2号已并到1号" in await read(world, "zhoumin", "合并 2 到 1")
    assert await stands(world), "what was said is kept until then"


async def ticket(world: Stage, number: int) -> Ticket:
    async with world.desk.db.read() as session:
        return await session.get_one(Ticket, number)


async def stands(world: Stage) -> set[str]:
    """Where 吴凡's words stand, of all columns of all tables."""
    found = set()
    async with world.desk.db.engine.connect() as connection:
        for table in SQLModel.metadata.sorted_tables:
            for row in (await connection.execute(sqlalchemy.select(table))).mappings():
                for name, value in row.items():
                    plain = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
                    found |= {f"{table.name}.{name}"} if WORDS in plain else set()
    return found


async def offers(world: Stage) -> int:
    async with world.desk.db.read() as session:
        return len((await session.exec(select(Offer.id).where(Offer.ticket_id == 2))).all())


@pytest.mark.parametrize("how", ["by the desk", "by its own reporter", "by the merged one's reporter", "settled since"])
async def test_the_undo_is_refused_and_says_why(world: Stage, how: str) -> None:
    await merged(world)
    before = await offers(world)
    if how == "by its own reporter":
        await read(world, "limei", "忘了说，这台是涉密机")
        assert "1号不用去了：涉密设备" in seen(world, "wangqiang")
        assert "涉密" in seen(world, "wufan"), "he is to send nothing more either"
    elif how == "by the merged one's reporter":
        assert "涉密" in await read(world, "wufan", "忘了说，这台是涉密机")
        assert "不用去了" in seen(world, "wangqiang")
        assert "涉密" in seen(world, "limei")
    else:
        await read(world, "zhoumin", "转出 1 R5")
    if how == "settled since":
        await read(world, "zhoumin", "办结 1 已线下处理")
    assert (await ticket(world, 1)).kind == "classified"
    assert await stands(world) == set()
    kept = await ticket(world, 2)
    assert (kept.slots, kept.because) == ({}, []), "nor what was read out of the words"
    phone, at = world.phone("wufan"), len(world.phone("wufan").messages)
    answer = await read(world, "zhoumin", "撤销合并 2")
    assert answer == "2号随1号按涉密处理，内容已删除，不能撤销合并。确实是另一件事的，请报障人重新报。"
    assert (await ticket(world, 2)).status == "merged"
    assert await offers(world) == before
    assert phone.messages[at:] == []
    assert await stands(world) == set()


async def test_by_way_of_another_too(world: Stage) -> None:
    await merged(world)
    await read(world, "chenzhi", "五楼501电脑蓝屏了，直接派人")
    assert "1号已并到3号" in await read(world, "zhoumin", "合并 1 到 3")
    await read(world, "zhoumin", "转出 3 R5")
    assert await stands(world) == set()
    assert "2号随3号按涉密处理" in await read(world, "zhoumin", "撤销合并 2")


async def test_the_classified_one_is_called_off_the_other_is_the_desks_as_r5(world: Stage) -> None:
    """It says nothing of what 吴凡 reported; but nobody is sent, and nothing comes back."""
    await merged(world)
    before = await offers(world)
    await read(world, "zhoumin", "转出 1 R5")
    await read(world, "limei", "撤销 1")
    assert (await ticket(world, 1)).status == "cancelled"
    left = await ticket(world, 2)
    assert (left.status, left.kind, left.route, left.owner) == ("referred", "classified", "R5", "desk")
    assert await offers(world) == before and await stands(world) == set()
    assert any("2号" in str(m.card) and "涉密" in str(m.card) for m in world.phone("zhoumin").messages if m.card)
    assert "2号已改为单独处理" not in seen(world, "wufan")
    assert "没有合并过" in await read(world, "zhoumin", "撤销合并 2")
    await read(world, "zhoumin", "办结 2 已线下处理")
    assert (await ticket(world, 2)).status == "closed"

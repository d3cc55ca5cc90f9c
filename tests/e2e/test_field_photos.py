"""A photo of a technician with several tickets and none in focus: nothing is guessed, he is asked once which it is of."""

import pytest
from phones import press, read, seen

from bot.stage import Stage
from bot.store.tables import Guidance
from bot.story import text_of
from tests.e2e.test_photos import handles, photos, stored

WHO = "wangqiang"


@pytest.fixture
async def three(world: Stage) -> Stage:
    """王强 has 1, 2 and 3 in hand; 4, which was in focus, he has handed back."""
    for line in (
        "三楼302电脑蓝屏了，直接派人",
        "另外五楼506显示器屏幕碎了",
        "另外六楼601电脑开不了机，直接派人",
        "另外七楼701电脑蓝屏了，直接派人",
    ):
        await read(world, "limei", line)
    for number in (4, 1, 2, 3):
        await read(world, "zhoumin", f"派 {number} 王强")
        await read(world, WHO, f"接单 {number}")
    await read(world, WHO, "退回 4 手上有急单")
    await world.advance(minutes=6)
    return world


async def shows(world: Stage) -> str:
    phone = world.phone(WHO)
    before = len(phone.messages)
    await phone.sends_photo()
    await world.settle()
    return "\n".join(text_of(m) for m in phone.messages[before:] if m.sender != "me")


@pytest.mark.parametrize("how", ["button", "2号", "2"])
async def test_asked_once_and_kept_where_he_says(three: Stage, how: str) -> None:
    asked = await shows(three)
    assert "这张照片是哪张单的" in asked and all(f"{n}号" in asked for n in (1, 2, 3))
    assert await photos(three) == [] and await stored(three) == 0
    assert await shows(three) == "", "a second one is asked about along with the first"
    if how == "button":
        told = await press(three, WHO, next(b for b in three.phone(WHO).buttons if b.startswith("2号")))
    else:
        told = await read(three, WHO, how)
    assert told == "照片已记到2号。"
    assert await photos(three) == [2, 2]


async def test_the_focus_he_sets_instead_of_an_answer_is_one(three: Stage) -> None:
    await shows(three)
    await read(three, WHO, "切换 3")
    await three.advance(minutes=3)
    assert await photos(three) == [3]


async def test_without_an_answer_it_goes_to_what_he_did_last_and_he_hears_where(three: Stage) -> None:
    await read(three, WHO, "已联系 3")
    await three.advance(minutes=6)
    await shows(three)
    await three.advance(minutes=3)
    assert await photos(three) == [3] and "照片已记到3号" in seen(three, WHO)


async def test_with_a_focus_nothing_is_asked(three: Stage) -> None:
    await read(three, WHO, "出发 2")
    assert "哪张单" not in await shows(three)
    assert await photos(three) == [2]


async def test_what_is_held_is_dropped_when_one_turns_out_to_be_classified(three: Stage) -> None:
    await shows(three)
    assert await handles(three) > 0
    await read(three, "zhoumin", "转出 1 R5")
    assert await handles(three) == 0
    await three.advance(minutes=3)
    assert (await photos(three), await stored(three)) == ([], 0)


async def test_a_photo_after_it_is_solved_belongs_to_what_was_solved(world: Stage) -> None:
    await read(world, "limei", "三楼302电脑蓝屏了，直接派人")
    await read(world, WHO, "接单 1")
    await read(world, WHO, "已解决 换了内存")
    assert await shows(world) == "照片已记到1号。"
    await world.advance(hours=3)
    assert "已受理2号" in await shows(world), "long after it is a matter of its own"


async def test_a_photo_where_a_reading_is_wanted_asks_for_the_figure_too(world: Stage) -> None:
    await read(world, "limei", "三楼302打印机卡纸了，直接派人")
    await read(world, WHO, "接单 1")
    await read(world, WHO, "到场 1")
    async with world.desk.db.write("at-rollers") as tx:
        row = await tx.session.get_one(Guidance, 1)
        row.step_id, row.gates_open = "feed-rollers", ["power-off"]
        tx.add(row)
    assert "读数也请发一下数字" in await shows(world)
    assert "读数也请" not in await shows(world), "once"
    assert "读数也请" not in await read(world, WHO, "8342张")

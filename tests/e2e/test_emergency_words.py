"""What is said about an emergency after its report reaches the desk word for word, whoever is on the way already."""

import pytest
from phones import read, seen

from bot.stage import Stage
from bot.story import text_of


@pytest.fixture
async def taken(world: Stage) -> Stage:
    """1: smoke in a machine room, with whoever was asked."""
    await read(world, "limei", "三楼机房UPS冒烟了")
    for userid in ("wangqiang", "zhaolei"):
        if "接单" in world.phone(userid).buttons:
            await world.phone(userid).presses("接单")
            await world.settle()
    await world.advance(minutes=2)
    return world


async def desk_hears(world: Stage, who: str, line: str) -> str:
    at = len(world.phone("zhoumin").messages)
    await read(world, who, line)
    return "\n".join(text_of(m) for m in world.phone("zhoumin").messages[at:] if m.sender != "me")


@pytest.mark.parametrize(
    "line",
    ["火越来越大了", "催一下，里面还有人", "打错了，不是三楼，是五楼机房", "还没好，烟更大了", "里面还有人没出来"],
)
async def test_the_desk_hears_it_word_for_word(taken: Stage, line: str) -> None:
    assert line in await desk_hears(taken, "limei", line)


async def test_whoever_follows_it_at_the_desk_hears_it_once(world: Stage) -> None:
    await read(world, "limei", "三楼机房冒烟了")
    await read(world, "zhoumin", "跟进 1")
    assert (await desk_hears(world, "limei", "火越来越大了")).count("火越来越大了") == 1
    assert "火越来越大了" in seen(world, "hetao")


async def test_an_ordinary_urge_is_no_more_than_that(world: Stage) -> None:
    await read(world, "limei", "三楼302电脑蓝屏了，直接派人")
    await world.advance(minutes=2)
    assert "急着开会" not in await desk_hears(world, "limei", "催一下，急着开会")

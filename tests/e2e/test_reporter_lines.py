"""What reporters type beside a report: how they are reached, a slip, a rating in their own words."""

import pytest

from bot.stage import Stage
from tests.e2e.phones import press, read, seen
from tests.e2e.test_ticket_life import dispatched, says, ticket_of


async def closed(world: Stage) -> None:
    """1号 is mended, and its reporter is asked how many stars that was worth."""
    await dispatched(world)
    await press(world, "wangqiang", "接单")
    await read(world, "wangqiang", "远程")
    await read(world, "wangqiang", "已解决")
    assert "打个分" in await says(world, "limei", "可以了")


@pytest.mark.parametrize("said", ["电话改成13800001234", "我的手机号是138-0000-1234", "联系电话：13800001234"])
async def test_a_number_for_this_ticket_comes_before_the_one_we_have(world: Stage, said: str) -> None:
    await dispatched(world)
    assert await says(world, "limei", said) == "1号的联系电话记为：13800001234。"
    assert "李梅 13800001234 或 13800000001" in await read(world, "wangqiang", "电话多少")


async def test_a_slip_calls_off_what_nobody_mended(world: Stage) -> None:
    await dispatched(world)
    assert "1号已撤销" in await says(world, "limei", "点错了")
    assert (await ticket_of(world)).status == "cancelled"


@pytest.mark.parametrize(
    ("said", "stars"),
    [
        ("给五星", 5),
        ("师傅很好，5分", 5),
        ("好评", 5),
        ("还行吧，给个四星", 4),
        ("来得太慢了 2颗星吧", 2),
        ("差评", 1),
        ("三分", 3),
    ],
)
async def test_a_rating_in_his_own_words(world: Stage, said: str, stars: int) -> None:
    await closed(world)
    await says(world, "limei", said)
    assert (await ticket_of(world)).rating == stars
    assert ("评价不满意" in seen(world, "zhoumin")) == (stars <= 2)


async def test_minutes_are_no_stars(world: Stage) -> None:
    await closed(world)
    await says(world, "limei", "等了5分钟")
    async with world.desk.db.read() as session:
        first = await session.get_one(type(await ticket_of(world)), 1)
    assert first.rating is None


async def test_a_request_that_is_called_off_is_not_answered_with_that(world: Stage) -> None:
    await says(world, "limei", "想装个ps")
    assert "1号已撤销" in await says(world, "limei", "算了 领导说不用")
    assert (await ticket_of(world)).status == "cancelled"


async def test_what_hardly_sounds_like_danger_beside_a_report_is_about_that(world: Stage) -> None:
    await says(world, "limei", "三楼302电脑蓝屏了")
    assert "撤离" not in await says(world, "limei", "会还在开")
    assert "撤离" in await says(world, "limei", "主机冒烟了")


async def test_what_is_there_again_is_over(world: Stage) -> None:
    await says(world, "limei", "大厅叫号屏不亮")
    assert "1号" in await says(world, "limei", "亮了 保洁拔了插头")
    assert (await ticket_of(world)).status in ("closed", "cancelled")

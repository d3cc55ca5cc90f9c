"""催一下: answered each time with how it stands, and nobody hears of it twice within seconds."""

import pytest

from bot.stage import Stage
from tests.e2e.phones import read
from tests.e2e.test_complaints import heard
from tests.e2e.test_thumb import held
from tests.e2e.test_ticket_life import count_tickets, says, ticket_of


async def test_an_urge_right_after_the_report_is_answered_and_tells_nobody(world: Stage) -> None:
    await says(world, "limei", "三楼302电脑蓝屏了")
    answer = await says(world, "limei", "催一下")
    assert "1号" in answer and "已派单" in answer
    assert (await ticket_of(world)).urged == 0
    assert heard(world, "zhoumin", "催") == 0


async def test_urges_in_a_row_are_each_answered_and_told_once(world: Stage) -> None:
    await held(world, "三楼302电脑蓝屏了")
    await world.advance(minutes=5)
    assert "已催王强" in await says(world, "limei", "催一下")
    await world.advance(seconds=5)
    again = await says(world, "limei", "快点啊")
    assert "1号" in again and "王强" in again
    assert (await ticket_of(world)).urged == 1 == heard(world, "wangqiang", "催了")
    await world.advance(seconds=21)
    assert "已催王强" in await says(world, "limei", "催一下")
    assert (await ticket_of(world)).urged == 2 == heard(world, "wangqiang", "催了")


async def test_an_urge_amid_the_pieces_is_answered_and_loses_nothing(world: Stage) -> None:
    assert not await read(world, "limei", "打印机")
    assert "1号正在登记" in await read(world, "limei", "催一下")
    await world.advance(seconds=2)
    await read(world, "limei", "卡纸了")
    await read(world, "limei", "三楼302")
    ticket = await ticket_of(world)
    assert (ticket.kind, ticket.fault, ticket.slots["room"], ticket.urged) == ("fault", "printer-paper-jam", "302", 1)
    assert await count_tickets(world) == 1


async def test_an_urge_amid_the_pieces_is_about_what_waits_already(world: Stage) -> None:
    await held(world, "三楼302电脑蓝屏了")
    await world.advance(minutes=20)
    await read(world, "limei", "另外")
    await read(world, "limei", "打印机")
    assert "1号已催王强" in await read(world, "limei", "催一下")
    await read(world, "limei", "卡纸了，五楼501")
    assert await count_tickets(world) == 2


async def several(world: Stage) -> None:
    """李梅 has three open reports, told some time ago."""
    for report in ("三楼302打印机卡纸了", "四楼401电脑蓝屏了", "五楼501电话没声音"):
        await says(world, "limei", report)
        await world.advance(minutes=5)


@pytest.mark.parametrize(
    ("said", "which"),
    [
        ("催一下打印机", [1]),
        ("2号催一下", [2]),
        ("催 1", [1]),
        ("催1号，谢谢", [1]),
        ("都催一下", [3, 2, 1]),
        ("全部催", [3, 2, 1]),
    ],
)
async def test_of_several_the_one_he_names_is_urged(world: Stage, said: str, which: list[int]) -> None:
    await several(world)
    answer = await read(world, "limei", said)
    assert [n for n in (3, 2, 1) if f"{n}号已催" in answer] == which and "您还有" not in answer, answer


async def test_without_a_word_which_the_newest_is_urged_and_the_others_are_offered(world: Stage) -> None:
    await several(world)
    answer = await read(world, "limei", "催")
    assert "3号已催" in answer and "您还有2号电脑蓝屏、1号打印机卡纸，也要催就回“催 2”或“都催”" in answer
    assert "2号已催" in await read(world, "limei", "催 2")
    assert "不是您" in await read(world, "limei", "催 9")


async def test_an_urge_of_the_only_one_offers_nothing(world: Stage) -> None:
    await held(world, "三楼302电脑蓝屏了")
    await world.advance(minutes=5)
    assert "您还有" not in await read(world, "limei", "催")


@pytest.mark.parametrize(
    "said", ["上星期报嗰单电话机仲未有人嚟嘅", "前天报的到现在没人来", "报了三天了没人理", "我上个礼拜报的电话机呢"]
)
async def test_what_was_reported_elsewhere_is_looked_for(world: Stage, said: str) -> None:
    """Nothing of his is here: the desk looks, and what he adds goes along."""
    assert "服务台帮您查" in await says(world, "limei", said)
    assert "已记到1号" in await says(world, "limei", "梁 工会")

"""催一下: answered each time with how it stands, and nobody hears of it twice within seconds."""

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

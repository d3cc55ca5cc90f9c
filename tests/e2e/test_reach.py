"""打给李梅问问: a technician or a seat reads who somebody is and how to reach him."""

import pytest

from bot.stage import Stage
from tests.e2e.phones import read
from tests.e2e.test_ticket_life import count_tickets, dispatched


@pytest.mark.parametrize("line", ["打给李梅问问", "给李梅打个电话", "李梅电话多少", "联系李梅", "给他打个电话"])
async def test_whoever_has_the_ticket_reads_the_number_and_how_to_talk_through_the_bot(world: Stage, line: str) -> None:
    ticket = await dispatched(world)
    await read(world, "wangqiang", f"接单 {ticket.id}")
    told = await read(world, "wangqiang", line)
    assert "李梅（市民政局）13800000001" in told and f"联系报障人 {ticket.id}" in told, told
    assert "已接通" in await read(world, "wangqiang", f"联系报障人 {ticket.id}") or "李梅" in told


async def test_of_others_the_number_is_masked_and_of_a_colleague_it_is_plain(world: Stage) -> None:
    await dispatched(world)
    assert "138****0002" in await read(world, "wangqiang", "打给陈志")
    assert "138****0003" in await read(world, "wangqiang", "林芳电话多少"), "a liaison is of the agency"
    assert "13900000002" in await read(world, "zhoumin", "打给赵磊问问")
    assert "联系报障人 1" in await read(world, "zhoumin", "给李梅打个电话")


async def test_what_names_nobody_is_about_something_else(world: Stage) -> None:
    assert "没看明白" in await read(world, "zhoumin", "会议室电话多少")
    assert "13800000001" not in await read(world, "limei", "打给李梅问问")
    assert await count_tickets(world) <= 1

"""Several faults told in one message, and then only the room: it is the room of all of them."""

import pytest
from sqlmodel import select

from bot.stage import Stage
from bot.store.tables import Ticket
from tests.e2e.test_ticket_life import says

THREE = "显示器屏幕碎了，座机听筒线断了，门禁刷卡没反应"


async def rooms(world: Stage) -> list[tuple[str, str]]:
    async with world.desk.db.read() as session:
        found = (await session.exec(select(Ticket).order_by(Ticket.id))).all()  # type: ignore[arg-type]
    return [(str(t.slots.get("room", "")), t.status) for t in found]


@pytest.mark.parametrize("said", ["302", "三楼302", "都在302"])
async def test_the_room_is_that_of_all_the_faults(world: Stage, said: str) -> None:
    await says(world, "limei", THREE)
    assert [room for room, _ in await rooms(world)] == ["", "", ""]
    await world.advance(seconds=30)
    answer = await says(world, "limei", said)
    assert [room for room, _ in await rooms(world)] == ["302", "302", "302"], answer
    assert all(f"{number}号" in answer for number in (1, 2, 3))
    assert await says(world, "limei", "到哪了") and len(await rooms(world)) == 3


async def test_what_has_a_place_keeps_it_and_another_message_is_another_matter(world: Stage) -> None:
    await says(world, "limei", "五楼501显示器屏幕碎了")
    await world.advance(minutes=1)
    await says(world, "limei", "另外座机听筒线断了，门禁刷卡没反应")
    await says(world, "limei", "302")
    assert [room for room, _ in await rooms(world)] == ["501", "302", "302"]

"""Proof of arrival and first contact over the emulated platforms: the reporter's tap, positions, the figures by grade."""

from dataclasses import replace

import pytest
from sqlmodel import select

from bot.desk.asset_sheets import AssetRow, save_assets
from bot.desk.labels import of_rooms
from bot.stage import Stage
from bot.store.tables import Position, Proof, Site, Ticket, TicketEvent, Unit
from bot.story import text_of
from tests.e2e.test_assets import photo_of, shows
from tests.e2e.test_thumb import fresh, held
from tests.e2e.test_ticket_life import count_tickets, presses, says

HERE = (23.1290, 113.2640)
NEXT_DOOR = (23.1300, 113.2640)
"""About 110 m to the north."""
ACROSS_TOWN = (23.1800, 113.2640)
"""More than five kilometres."""


async def placed(world: Stage) -> Ticket:
    """A ticket of 王强's at a site whose coordinates are known."""
    async with world.desk.db.write("test") as tx:
        unit = (await tx.session.exec(select(Unit).where(Unit.name == "市民政局"))).one()
        tx.add(Site(unit_id=unit.id or 0, name="本部", latitude=HERE[0], longitude=HERE[1]))
    (ticket,) = await held(world, "三楼302电脑蓝屏了")
    return ticket


async def proofs(world: Stage) -> dict[str, str]:
    async with world.desk.db.read() as session:
        return {row.kind: row.grade for row in (await session.exec(select(Proof))).all()}


async def shares(world: Stage, where: tuple[float, float]) -> str:
    phone = world.phone("wangqiang")
    before = len(phone.messages)
    await phone.sends_location(*where, label="地图上的一点")
    await world.settle()
    return "\n".join(text_of(m) for m in phone.messages[before:] if m.sender != "me")


async def test_the_reporters_tap_makes_it_a_and_the_figures_show_it(world: Stage) -> None:
    ticket = await placed(world)
    await says(world, "wangqiang", "已联系")
    await says(world, "wangqiang", "到场")
    assert await proofs(world) == {"contact": "C", "arrive": "C"}
    assert "已确认" in await presses(world, "limei", "师傅到了")
    assert "已确认" in await says(world, "limei", f"联系过了 {ticket.id}")
    assert await proofs(world) == {"contact": "A", "arrive": "A"}
    shown = await says(world, "zhoumin", "指标")
    assert "到场今日：A 1单（按时1单），B 0单，C 0单" in shown and "首次联系本月：A 1单（按时1单）" in shown
    assert "只有服务台" in await says(world, "limei", "指标")
    assert "没有等您确认" in await says(world, "wufan", "师傅到了")


async def test_a_denied_arrival_stays_c_and_the_desk_hears_of_it(world: Stage) -> None:
    await placed(world)
    await shares(world, NEXT_DOOR)
    await says(world, "wangqiang", "到场")
    assert (await proofs(world))["arrive"] == "B"
    await presses(world, "limei", "没见到人")
    assert (await proofs(world))["arrive"] == "C"
    assert any("报障人说王强没有到场" in text_of(m) for m in world.phone("zhoumin").messages)


@pytest.mark.parametrize("first", ["position", "press"])
async def test_a_position_within_reach_makes_it_b(world: Stage, first: str) -> None:
    await placed(world)
    if first == "press":
        await says(world, "wangqiang", "到场")
        assert "凭证B级" in await shares(world, NEXT_DOOR)
    else:
        assert "10分钟内按" in await shares(world, NEXT_DOOR)
        await says(world, "wangqiang", "到场")
    assert await proofs(world) == {"arrive": "B"}


async def test_a_press_kilometres_away_stays_c_whatever_is_said(world: Stage) -> None:
    await placed(world)
    assert "公里" in await shares(world, ACROSS_TOWN)
    await says(world, "wangqiang", "到场")
    await presses(world, "limei", "师傅到了")
    await shares(world, NEXT_DOOR)
    assert await proofs(world) == {"arrive": "C"}


async def test_degrees_are_erased_after_thirty_days_and_the_grade_stays(world: Stage) -> None:
    ticket = await placed(world)
    await shares(world, NEXT_DOOR)
    await says(world, "wangqiang", "到场")
    async with world.desk.db.read() as session:
        assert (await session.exec(select(Position.latitude))).one() == pytest.approx(NEXT_DOOR[0])
        data = (await session.exec(select(TicketEvent.data).where(TicketEvent.ticket_id == ticket.id))).all()
    assert "23.1" not in str(data), "the timeline knows no coordinates"
    await says(world, "wangqiang", "好了")
    await says(world, "limei", "修好了")
    await world.advance(days=30, minutes=5)
    async with world.desk.db.read() as session:
        position = (await session.exec(select(Position))).one()
    assert (position.latitude, position.longitude) == (None, None)
    assert await proofs(world) == {"arrive": "B"}


async def test_an_arrival_taken_back_leaves_nothing_to_prove(world: Stage) -> None:
    ticket = await placed(world)
    await says(world, "wangqiang", "到场")
    await says(world, "wangqiang", "撤销")
    assert await proofs(world) == {}
    assert "没有等您确认" in await says(world, "limei", "师傅到了")
    assert (await fresh(world, ticket)).status == "accepted"


async def room_codes(world: Stage) -> dict[str, str]:
    """The labels of 市民政局's rooms, as they are printed."""
    world.desk.office = replace(world.desk.office, room_key="the key of the test")
    rows = [AssetRow(2, "PC-0302", "市民政局", "电脑", "A座", "3楼", "302", "M1"),
            AssetRow(3, "PC-0303", "市民政局", "电脑", "A座", "3楼", "303", "M1")]  # fmt: skip
    async with world.desk.db.write("rooms") as tx:
        await save_assets(tx, rows)
        return {label.place[-3:]: label.code for label in await of_rooms(tx, "市民政局", world.desk.office.room_key)}


async def test_the_code_of_the_room_is_an_arrival_and_makes_it_a(world: Stage) -> None:
    codes = await room_codes(world)
    assert "没有这个房间的工单" in await says(world, "wangqiang", codes["302"])
    ticket = await placed(world)
    await says(world, "wangqiang", "出发")
    assert "不是" in await says(world, "wangqiang", codes["303"])
    forged = codes["302"][:-10] + codes["303"][-10:]
    assert "不是" in await says(world, "wangqiang", forged)
    assert await proofs(world) == {}
    assert "凭证A级" in await says(world, "wangqiang", codes["302"])
    async with world.desk.db.read() as session:
        assert (await session.get_one(Ticket, ticket.id)).status == "on-site"
    assert await proofs(world) == {"arrive": "A"}
    assert "凭证A级" in await says(world, "wangqiang", codes["302"])
    await presses(world, "limei", "没见到人")
    assert await proofs(world) == {"arrive": "C"}


async def test_the_code_of_the_room_counts_within_ten_minutes_of_the_press(world: Stage) -> None:
    codes = await room_codes(world)
    await placed(world)
    await says(world, "wangqiang", "到场")
    assert "不是" in await says(world, "wangqiang", codes["303"])
    assert await proofs(world) == {"arrive": "C"}
    await world.advance(minutes=11)
    assert "凭证不变" in await says(world, "wangqiang", codes["302"])
    assert await proofs(world) == {"arrive": "C"}


async def test_a_photo_of_the_rooms_code_is_an_arrival_too(world: Stage) -> None:
    codes = await room_codes(world)
    ticket = await placed(world)
    assert "照片已记到" in await shows(world, "wangqiang", photo_of("https://example.com"))
    assert "不是" in await shows(world, "wangqiang", photo_of(codes["303"]))
    assert await proofs(world) == {} and await count_tickets(world) == 1, "no report of his own"
    await says(world, "wangqiang", f"联系报障人 {ticket.id}")
    assert "凭证A级" in await shows(world, "wangqiang", photo_of(codes["302"]))
    assert (await fresh(world, ticket)).status == "on-site"
    assert (await proofs(world))["arrive"] == "A"


async def test_a_position_says_what_it_is_worth_and_why(world: Stage) -> None:
    assert "您手上没有在办的单，位置没有保存" in await shares(world, HERE)
    ticket = await placed(world)
    await shares(world, ACROSS_TOWN)
    await says(world, "wangqiang", "到场")
    told = await shares(world, HERE)
    assert "到场凭证C级（之前报过远处的位置），请报障人点“师傅到了”" in told
    await world.advance(minutes=15)
    assert f"{ticket.id}号（三楼302）的到场早已记下" in await shares(world, HERE), "he cannot press 到场 a second time"
    async with world.desk.db.read() as session:
        kept = (await session.exec(select(Position))).all()
    assert len(kept) == 3, "none without a ticket"


@pytest.mark.parametrize(
    ("words", "grade"),
    [("见到了", "A"), ("见到师傅了", "A"), ("到了", "A"), ("没看到人啊", "C"), ("师傅还没到", "C"), ("人没来", "C")],
)
async def test_the_reporters_own_words_answer_a_claimed_arrival(world: Stage, words: str, grade: str) -> None:
    ticket = await placed(world)
    await shares(world, NEXT_DOOR)
    await says(world, "wangqiang", "到场")
    answer = await says(world, "limei", words)
    assert ("已确认" if grade == "A" else "马上核实") in answer
    assert (await proofs(world))["arrive"] == grade
    assert (await fresh(world, ticket)).status == "on-site"


@pytest.mark.parametrize(("words", "grade"), [("没给我打电话", "C"), ("没人联系我", "C"), ("王工联系过我了", "A")])
async def test_the_reporters_own_words_answer_a_claimed_contact(world: Stage, words: str, grade: str) -> None:
    await placed(world)
    await says(world, "wangqiang", "已联系")
    await says(world, "limei", words)
    assert await proofs(world) == {"contact": grade}
    told = any("没有联系过他" in text_of(m) for m in world.phone("zhoumin").messages)
    assert told == (grade == "C")


async def test_nobody_claims_to_be_there_and_the_same_words_hurry(world: Stage) -> None:
    await placed(world)
    assert "有进展马上告诉您" in await says(world, "limei", "师傅还没到")
    assert await proofs(world) == {}


async def test_a_denial_is_of_the_claim_that_stands_and_of_no_other(world: Stage) -> None:
    first = await placed(world)
    await says(world, "wangqiang", "到场")
    await says(world, "limei", "见到师傅了")
    await says(world, "limei", "另外五楼505的打印机卡纸了")
    await says(world, "limei", "人没来")  # of the second
    assert await proofs(world) == {"arrive": "A"}
    await says(world, "limei", f"{first.id}号 师傅没来过")
    assert await proofs(world) == {"arrive": "C"}


async def test_whoever_is_waited_for_a_second_time_was_there_the_first_time(world: Stage) -> None:
    await placed(world)
    await says(world, "wangqiang", "到场")
    await says(world, "limei", "见到师傅了")
    await says(world, "wangqiang", "好了")
    await says(world, "limei", "没修好")
    await says(world, "limei", "师傅还没来")
    assert await proofs(world) == {"arrive": "A"}

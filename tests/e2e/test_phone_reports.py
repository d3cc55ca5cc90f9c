"""代报: what a caller says on the telephone is a ticket after one line."""

import pytest
from sqlmodel import select

from bot.desk import phone_reports
from bot.stage import Stage
from bot.store.tables import Content, InboxRow, Person
from bot.story import text_of
from tests.e2e.test_ticket_life import count_tickets, says, ticket_of


@pytest.mark.parametrize(
    ("typed", "who", "said"),
    [
        ("13800000001 三楼302打印机卡纸", "13800000001", "三楼302打印机卡纸"),
        ("138-0000-0001，打印机卡纸", "13800000001", "打印机卡纸"),
        ("+86 13800000001打印机卡纸", "13800000001", "打印机卡纸"),
        ("020-83334444 打印机卡纸", "02083334444", "打印机卡纸"),
        ("83334444 打印机卡纸", "83334444", "打印机卡纸"),
        ("李梅 302打印机卡纸", "李梅", "302打印机卡纸"),
        ("李梅", "李梅", ""),
        ("1380000 打印机卡纸", "", "1380000 打印机卡纸"),
        ("138000000011 打印机卡纸", "", "138000000011 打印机卡纸"),
        ("", "", ""),
    ],
)
def test_the_caller_and_what_he_says(typed: str, who: str, said: str) -> None:
    assert phone_reports.split(typed) == (who, said)


async def test_an_unknown_caller_gets_a_ticket_that_is_dispatched(world: Stage) -> None:
    answer = await says(world, "zhoumin", "代报 13512345678 三楼302电脑蓝屏了")
    ticket = await ticket_of(world)
    assert (ticket.source, ticket.fault, ticket.status) == ("phone", "pc-bluescreen", "dispatched")
    assert f"已代报{ticket.id}号" in answer and "来电5678" in answer and "135****5678" in answer
    async with world.desk.db.read() as session:
        caller = await session.get(Person, ticket.reporter_id)
    assert caller is not None and (caller.phone, caller.confirmed) == ("13512345678", False)
    assert "补记" in await says(world, "zhoumin", "代报 13512345678 三楼302电脑又蓝屏了")
    assert await count_tickets(world) == 1


async def test_a_known_caller_is_told_in_the_chat(world: Stage) -> None:
    before = len(world.phone("limei").messages)
    await says(world, "zhoumin", "代报 138-0000-0001 三楼302电脑蓝屏了")
    ticket = await ticket_of(world)
    assert ticket.unit_id is not None
    told = [text_of(m) for m in world.phone("limei").messages[before:]]
    assert any(f"已受理{ticket.id}号" in line for line in told)
    assert "到哪了" not in told and "蓝屏" in await says(world, "limei", "到哪了")


async def test_a_name_will_do_and_what_is_not_clear_is_the_desks(world: Stage) -> None:
    answer = await says(world, "zhoumin", "代报 陈志 那个东西坏了")
    ticket = await ticket_of(world)
    assert (ticket.source, ticket.owner) == ("phone", "desk")
    assert "位置还不知道" in answer


async def test_safety_and_classified_matters_by_telephone(world: Stage) -> None:
    await says(world, "zhoumin", "代报 13512345678 508主机冒烟了")
    ticket = await ticket_of(world)
    assert (ticket.kind, ticket.priority, ticket.source) == ("emergency", "P1", "phone")
    assert any("【紧急】" in text_of(m) for m in world.phone("hetao").messages)
    assert "没有留存" in await says(world, "zhoumin", "代报 13512345679 涉密电脑里有三号文件")
    async with world.desk.db.read() as session:
        payloads = (await session.exec(select(InboxRow.payload))).all()
        texts = (await session.exec(select(Content.text))).all()
    assert not any("三号文件" in text for text in (*payloads, *texts))


async def test_bad_input_opens_nothing_and_says_why(world: Stage) -> None:
    async with world.desk.db.write("twins") as tx:
        tx.add(Person(name="李梅", phone="13700000009"))
    for userid, typed, why in (
        ("zhoumin", "代报", "请写电话"),
        ("zhoumin", "代报 13512345678", "请写电话"),
        ("zhoumin", "代报 1351234 打印机卡纸", "不是完整的电话号码"),
        ("zhoumin", "代报 王麻子 打印机卡纸", "没有登记过叫王麻子的人"),
        ("zhoumin", "代报 李梅 打印机卡纸", "有2个人对得上"),
        ("limei", "代报 13512345678 打印机卡纸", "由服务台使用"),
    ):
        assert why in await says(world, userid, typed), typed
    assert await count_tickets(world) == 0

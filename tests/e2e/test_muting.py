"""禁言: nothing is lost, nothing is acted on, safety passes, and the desk reads each line once."""

from datetime import timedelta

import pytest
from sqlmodel import select

from bot.desk import muting
from bot.stage import Stage
from bot.store.tables import Person
from tests.e2e.test_merging import heard
from tests.e2e.test_ticket_life import count_tickets, says, ticket_of


async def test_what_a_muted_person_types_is_kept_and_shown_once(world: Stage) -> None:
    assert "李梅已禁言到" in await says(world, "zhoumin", "禁言 李梅 两 小时")
    assert "暂停受理您的文字消息" in heard(world, "limei")
    assert "转服务台人工看" in await says(world, "limei", "你们都是废物")
    await says(world, "limei", "三楼302电脑蓝屏了")
    assert heard(world, "limei").count("已收到，转服务台人工看") == 1
    assert await count_tickets(world) == 0
    await world.advance(minutes=6)
    for line in ("你们都是废物", "三楼302电脑蓝屏了"):
        assert heard(world, "zhoumin").count(line) == 1
    await says(world, "limei", "还在吗")
    assert "李梅已解除禁言" in await says(world, "zhoumin", "解除禁言 李梅")
    await world.advance(minutes=6)
    assert heard(world, "zhoumin").count("还在吗") == 1
    assert heard(world, "zhoumin").count("废物") == 1
    await says(world, "limei", "三楼302电脑蓝屏了")
    assert await count_tickets(world) == 1


async def test_safety_passes_and_the_mute_ends_by_itself(world: Stage) -> None:
    await says(world, "zhoumin", "禁言 李梅 ３０ 分钟")
    await says(world, "limei", "三楼机房冒烟起火了")
    assert (await ticket_of(world)).safety
    assert "李梅 到" in await says(world, "zhoumin", "禁言")
    await world.advance(minutes=31)
    assert "没有被禁言的人" in await says(world, "zhoumin", "禁言")
    await says(world, "limei", "五楼508打印机卡纸了")
    assert await count_tickets(world) == 2


async def test_who_cannot_be_muted_and_by_whom(world: Stage) -> None:
    async with world.desk.db.write("test") as tx:
        tx.add(Person(name="李梅", phone="13800000099", positions=[], skills=[], areas=[]))
    for line, answer in (
        ("禁言 王强 2小时", "王强是服务方人员，不能禁言"),
        ("禁言 何涛", "何涛是服务方人员，不能禁言"),
        ("禁言 某某 2小时", "没有找到“某某”这个人"),
        ("禁言 陈志 8天", "最长7天"),
        ("禁言 陈志 很久", "时间请写"),
        ("解除禁言 陈志", "陈志没有被禁言"),
        ("禁言 李梅 1天", "李梅有2个，请回复序号"),
        ("1", "李梅已禁言到明天"),
    ):
        assert answer in await says(world, "zhoumin", line), line
    await says(world, "chenzhi", "禁言 吴凡 2小时")
    async with world.desk.db.write("test") as tx:
        other = (await tx.session.exec(select(Person).where(Person.name == "吴凡"))).one()
        assert await muting.standing(tx, other) is None


@pytest.mark.parametrize(
    ("said", "minutes"),
    [("", 120), ("30分钟", 30), ("半小时", 30), ("2小时", 120), ("2个小时", 120), ("1天", 1440), ("7天", 10080)],
)
def test_how_long(said: str, minutes: int) -> None:
    assert muting.span(said) == timedelta(minutes=minutes)


@pytest.mark.parametrize("said", ["8天", "0分钟", "很久", "-1小时", "2"])
def test_no_length(said: str) -> None:
    assert muting.span(said) is None


async def test_once_he_may_speak_the_desk_is_not_told_to_unmute_him(world: Stage) -> None:
    await says(world, "zhoumin", "禁言 李梅")
    await says(world, "limei", "五楼501电脑蓝屏了")
    told = await says(world, "zhoumin", "解除禁言 李梅")
    assert "五楼501电脑蓝屏了" in told and "要受理的请联系他" in told and "请发：解除禁言" not in told

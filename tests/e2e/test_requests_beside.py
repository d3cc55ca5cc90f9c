"""A request beside another: which words answer it, which ask for something else, which change what is wanted."""

import pytest
from sqlmodel import select

from bot.stage import Stage
from bot.store.tables import Ticket
from bot.story import text_of
from tests.e2e.phones import read, seen
from tests.e2e.test_approvals import WANTED, asked
from tests.e2e.test_ticket_life import ticket_of


@pytest.mark.parametrize("said", ["申请开通VPN", "申请换个鼠标", "我要借一台笔记本"])
async def test_another_request_stands_beside_the_one_that_has_its_yes(world: Stage, said: str) -> None:
    await asked(world)
    await read(world, "linfang", "同意")
    before = await ticket_of(world)
    assert "已登记2号" in await read(world, "limei", said)
    async with world.desk.db.read() as session:
        first = await session.get_one(Ticket, 1)
    assert (first.request, first.status, first.slots) == (before.request, before.status, before.slots)


async def test_what_nobody_said_yes_to_is_not_added_to_what_has_its_yes(world: Stage) -> None:
    await asked(world)
    await read(world, "linfang", "同意")
    assert (await ticket_of(world)).slots["room"] == "302", "AutoCAD 2024 is no room"
    assert "1号" in await read(world, "limei", "帮我尽快装CAD")
    assert "已登记2号" in await read(world, "limei", "申请装个Photoshop")


@pytest.mark.parametrize("said", ["申请开通VPN", "申请换个鼠标", "再领两个硒鼓", "还要申请一台笔记本"])
async def test_another_request_is_no_answer_to_what_was_asked_of_the_first(world: Stage, said: str) -> None:
    await read(world, "limei", WANTED)
    assert "2号" in await read(world, "limei", said)
    assert "已请林芳审批" not in seen(world, "limei")
    async with world.desk.db.read() as session:
        assert len((await session.exec(select(Ticket.id))).all()) == 2


@pytest.mark.parametrize("said", ["出差用，要用笔记本", "我要出差用", "给新来的李明开通，用到月底"])
async def test_an_answer_that_sounds_like_another_request_is_the_answer(world: Stage, said: str) -> None:
    assert "给谁开" in await read(world, "limei", "申请开通VPN")
    assert "1号已请林芳审批" in await read(world, "limei", said)


@pytest.mark.parametrize("said", ["申请开通VPN", "申请换个鼠标", "申请装个PS"])
async def test_another_request_stands_beside_the_one_that_waits_for_its_yes(world: Stage, said: str) -> None:
    await asked(world)
    assert "已登记2号" in await read(world, "limei", said)
    assert said not in text_of(world.phone("linfang").last)


async def test_who_is_asked_for_the_yes_hears_what_is_added(world: Stage) -> None:
    await asked(world)
    assert "已记到1号" in await read(world, "limei", "不是CAD，是PS")
    assert "1号申请人补充：不是CAD，是PS" in text_of(world.phone("linfang").last)
    await read(world, "linfang", "同意")
    await read(world, "limei", "越快越好")
    assert "越快越好" not in seen(world, "linfang")


@pytest.mark.parametrize("said", ["改到后天用", "改成借两台", "笔记本不要了，改借投影仪", "改明天用"])
async def test_what_is_changed_is_not_called_off(world: Stage, said: str) -> None:
    for text in ("我想借台笔记本", "明天用一天", "302"):
        await read(world, "limei", text)
    await read(world, "limei", said)
    async with world.desk.db.read() as session:
        assert (await session.get_one(Ticket, 1)).status == "approval"
    assert "已撤销" in await read(world, "limei", "不用借了")


@pytest.mark.parametrize("first", ["打印机坏了", "申请开通VPN", "打印机卡纸了"])
async def test_a_move_wanted_in_plain_words_answers_no_other_question(world: Stage, first: str) -> None:
    await world.says("limei", first)
    assert "已登记2号：搬迁移位" in await read(world, "limei", "我座位要搬到305")
    async with world.desk.db.read() as session:
        one, two = (await session.exec(select(Ticket).order_by(Ticket.id))).all()  # type: ignore[arg-type]
    assert (one.slots.get("room"), two.slots["room"]) == (None, "305")


async def test_a_symptom_is_of_the_fault_and_not_of_the_move_asked_for_since(world: Stage) -> None:
    await world.says("limei", "打印机坏了")
    await read(world, "limei", "我座位要搬到305")
    assert "1号改为：打印机卡纸" in await read(world, "limei", "卡纸")


async def test_where_he_sits_now_is_no_wish_to_move(world: Stage) -> None:
    await read(world, "limei", "打印机卡纸了")
    assert "1号的位置记为：305" in await read(world, "limei", "我搬到305了")

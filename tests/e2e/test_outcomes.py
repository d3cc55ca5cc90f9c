"""What a further message makes of an open ticket: it becomes what it is after all, or another one is opened."""

import pytest
from sqlmodel import select

from bot.stage import Stage
from bot.store.tables import Ticket
from bot.story import text_of
from tests.e2e.test_ticket_life import count_tickets, says, ticket_of
from tests.e2e.test_warnings import accepted


async def tickets_of(world: Stage) -> list[Ticket]:
    async with world.desk.db.read() as session:
        return list((await session.exec(select(Ticket).order_by(Ticket.id))).all())  # type: ignore[arg-type]


async def test_a_system_that_was_all_the_network_comes_back_from_its_support(world: Stage) -> None:
    """It had been told to call the system's own support: nobody would come, and nobody would have noticed."""
    assert "业务系统" in await says(world, "limei", "OA打不开")
    assert (await ticket_of(world)).status == "referred"
    answer = await says(world, "limei", "别的网页也打不开，全部上不了网")
    ticket = await ticket_of(world)
    assert await count_tickets(world) == 1
    assert ticket.fault == "net-all-fail" and ticket.kind == "fault" and ticket.route is None
    assert ticket.status != "referred" and "改为" in answer


@pytest.mark.parametrize(
    ("asks", "then", "fault"),
    [
        ("来人装下打印机", "去年就装过，现在是驱动没了添加不上", "printer-driver"),
        ("没粉了送个硒鼓", "不是没粉，是打出来有一条黑线", "printer-quality"),
    ],
)
async def test_a_wish_that_is_a_fault_after_all(world: Stage, asks: str, then: str, fault: str) -> None:
    await says(world, "limei", asks)
    assert (await ticket_of(world)).kind == "request"
    await says(world, "limei", then)
    ticket = await ticket_of(world)
    assert await count_tickets(world) == 1
    assert (ticket.kind, ticket.fault) == ("fault", fault)


async def test_a_fault_that_is_a_wish_after_all_is_asked_what_the_wish_needs(world: Stage) -> None:
    """The ticket had been given to the desk already; asking its reporter anew is no error."""
    await says(world, "limei", "三楼302打印机打出来很淡")
    answer = await says(world, "limei", "说错了，没坏，是想领两个硒鼓")
    ticket = await ticket_of(world)
    assert (ticket.kind, ticket.request) == ("request", "consumables")
    assert answer and ticket.status in ("need-info", "triaged", "dispatched")


async def test_another_wish_while_one_waits_for_its_answer_is_its_own(world: Stage) -> None:
    await says(world, "limei", "想借一台笔记本电脑")
    await says(world, "limei", "另外申请开通VPN")
    assert [t.request for t in await tickets_of(world)] == ["loan-device", "account-permission"]


async def test_a_fault_told_in_place_of_the_room_is_its_own(world: Stage) -> None:
    await says(world, "wufan", "投影仪没信号")
    await says(world, "wufan", "另外308的座机没有声音")
    assert [t.fault for t in await tickets_of(world)][-1] == "phone-no-dialtone"


async def test_the_technician_hears_what_it_is_after_all(world: Stage) -> None:
    ticket = await accepted(world)
    await says(world, "limei", "看错了，不是蓝屏，是卡在更新界面")
    assert (await ticket_of(world)).id == ticket.id and (await ticket_of(world)).fault == "os-update-fail"
    assert any("更正" in text_of(m) for m in world.phone("wangqiang").messages)


@pytest.mark.parametrize("said", ["上周报的装电脑那单怎么样了", "我昨天打电话报的单子到哪了"])
async def test_an_order_that_is_not_here_is_looked_for_by_the_desk(world: Stage, said: str) -> None:
    answer = await says(world, "limei", said)
    assert "没有查到" in answer and "服务台" in answer
    ticket = await ticket_of(world)
    assert ticket.request == "progress-query" and ticket.owner == "desk"
    assert "1号" in await says(world, "limei", "那单怎么样了")
    assert await count_tickets(world) == 1


async def test_a_room_told_while_a_wish_is_asked_about_is_that_of_the_fault_before_it(world: Stage) -> None:
    """We had asked where the computer is; what the wish is asked is something else."""
    assert "请补一句具体位置" in await says(world, "limei", "我的电脑上不了网，马上要开会，直接派人")
    await says(world, "limei", "另外想借台投影仪，明天开会用")
    told = await says(world, "limei", "三楼302")
    assert "从哪天用到哪天" in told and "1号" in told
    fault, wish = await tickets_of(world)
    assert (fault.kind, wish.request) == ("fault", "loan-device")
    assert fault.slots["room"] == wish.slots["room"] == "302"

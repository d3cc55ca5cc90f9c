"""What an approver does beside a yes or a no: he asks first, lets another decide, or takes his yes back."""

import pytest

from bot.stage import Stage
from bot.story import text_of
from tests.e2e.phones import press, read, seen
from tests.e2e.test_approvals import asked, offers, staff
from tests.e2e.test_ticket_life import ticket_of


@pytest.mark.parametrize("question", ["他要CAD做什么", "她装这个干什么用？", "要用多久"])
async def test_an_approver_asks_first_and_the_answer_comes_back(world: Stage, question: str) -> None:
    await asked(world)
    assert "已替您问申请人李梅" in await read(world, "linfang", question)
    assert f"林芳问：{question}" in text_of(world.phone("limei").last)
    ticket = await ticket_of(world)
    assert (ticket.id, ticket.status) == (1, "approval"), "no report of hers, and it waits"
    await read(world, "limei", "画平面图，用三个月")
    assert "申请人补充：画平面图，用三个月" in text_of(world.phone("linfang").last)
    assert "已同意" in await read(world, "linfang", "同意")


async def test_the_answer_may_wait_behind_a_fault_of_hers(world: Stage) -> None:
    await asked(world)
    await read(world, "linfang", "他要CAD做什么")
    await read(world, "limei", "三楼302打印机卡纸了")
    assert (await ticket_of(world)).id == 2
    assert await read(world, "linfang", "三楼305打印机为什么老卡纸") and (await ticket_of(world)).id == 3, (
        "a fault is hers"
    )


@pytest.mark.parametrize("words", ["这个让吴凡批吧", "1号让吴凡审批", "不归我管，找吴凡批", "吴凡批"])
async def test_an_approver_lets_another_decide(world: Stage, words: str) -> None:
    await asked(world)
    assert "1号已转请吴凡审批" in await read(world, "linfang", words)
    assert "请您审批" in seen(world, "wufan")
    assert "已转请吴凡" in await read(world, "linfang", "同意 1"), "too late"


async def test_whom_it_cannot_be_passed_to(world: Stage) -> None:
    await asked(world)
    assert "不能转给李梅" in await read(world, "linfang", "这个让李梅批吧")
    assert "没有找到" in (told := await read(world, "linfang", "这个让张三丰批吧")) or "张三丰" in told, told
    assert "转给谁审批" in await read(world, "linfang", "不归我管")
    assert "请您审批" not in seen(world, "wufan")


@pytest.mark.parametrize(
    "said", ["我刚才批错了", "撤回同意", "同意错了，今年没预算", "撤销同意 1", "不好意思，1号我批错了"]
)
async def test_a_yes_is_taken_back_while_nobody_has_taken_the_request(world: Stage, said: str) -> None:
    await asked(world)
    await press(world, "linfang", "同意")
    assert "同意已撤回" in await read(world, "linfang", said)
    assert "林芳撤回了对1号的同意" in seen(world, "limei") and "审批人撤回了同意" in seen(world, "wangqiang")
    assert "等待审批（林芳）" in await read(world, "limei", "进度")
    assert "不是您能操作的单" not in await press(world, "wangqiang", "接单", force=True)
    ticket = await ticket_of(world)
    assert (ticket.status, ticket.triaged_at, ticket.dispatched_at) == ("approval", None, None)
    assert "使用方" in await read(world, "zhoumin", "时限 1")
    assert "1号已同意" in await read(world, "linfang", "同意")
    assert (await ticket_of(world)).status == "dispatched" and await offers(world) == 2


async def test_a_yes_taken_back_too_late_is_heard_by_those_who_carry_it_out(world: Stage) -> None:
    assert "没有您同意过的申请" in await read(world, "linfang", "批错了")
    await asked(world)
    await press(world, "linfang", "同意")
    await press(world, "wangqiang", "接单")
    told = await read(world, "linfang", "不同意了")
    assert "技术员已接单（王强），撤不回了" in told
    assert "审批人林芳撤回了同意" in seen(world, "wangqiang") and "审批人撤回同意" in seen(world, "zhoumin")
    assert (await ticket_of(world)).status == "accepted"


async def test_the_first_of_two_approvers_takes_his_yes_back_and_the_second_is_not_asked(world: Stage) -> None:
    await staff(world, "林芳", ["unit-liaison"])
    await staff(world, "吴凡", ["secrecy-officer"])
    await read(world, "wufan", "你好")
    await read(world, "limei", "旧电脑报废，帮忙处理，资产编号PC-0017")
    await read(world, "limei", "硬盘销毁")
    await read(world, "linfang", "同意")
    assert "同意 1（" in await read(world, "wufan", "待批")
    assert "同意已撤回" in await read(world, "linfang", "批错了")
    assert "没有等您批的事" in await read(world, "wufan", "待批")
    await read(world, "linfang", "同意")
    assert "同意 1（" in await read(world, "wufan", "待批")

"""没修好 with a number, and what is broken again, is about that ticket: the old one is opened again, never a new one."""

import pytest
from phones import read, seen

from bot.stage import Stage
from bot.store.tables import Ticket
from tests.e2e.test_ticket_life import count_tickets


async def closed(world: Stage) -> None:
    """1, the computer in 302, mended by 王强 and closed."""
    await read(world, "limei", "三楼302电脑蓝屏了，直接派人")
    for line in ("接单 1", "到场 1", "已解决 1 内存松动，重新插拔 20分钟"):
        await read(world, "wangqiang", line)
    await read(world, "limei", "修好了")
    await world.advance(minutes=20)
    assert (await ticket(world, 1)).status == "closed"


async def ticket(world: Stage, number: int) -> Ticket:
    async with world.desk.db.read() as session:
        return await session.get_one(Ticket, number)


@pytest.mark.parametrize("line", ["1号没修好，又蓝屏了", "1号单还是不行", "１号又坏了", "1号没修好"])
async def test_by_number_it_is_opened_again_with_what_he_says(world: Stage, line: str) -> None:
    await closed(world)
    before = (await ticket(world, 1)).created_at
    told = await read(world, "limei", line)
    now = await ticket(world, 1)
    assert "1号已重新打开" in told and await count_tickets(world) == 1
    assert (now.reopened, now.resolved_at, now.created_at) == (1, None, before)
    assert "又蓝屏了" not in line or "又蓝屏了" in seen(world, "zhoumin")
    assert "解决：—" in await read(world, "zhoumin", "指标"), "what was on time counts no more"


async def test_the_number_counts_not_the_newest(world: Stage) -> None:
    await closed(world)
    await read(world, "limei", "另外五楼506显示器屏幕碎了")
    await read(world, "limei", "1号没修好")
    assert (await ticket(world, 1)).reopened == 1
    assert (await ticket(world, 2)).reopened == 0


async def test_of_one_that_is_resolved_it_goes_back_to_the_same_technician(world: Stage) -> None:
    await read(world, "limei", "三楼302电脑蓝屏了，直接派人")
    for line in ("接单 1", "到场 1", "已解决 1 内存松动，重新插拔 20分钟"):
        await read(world, "wangqiang", line)
    await read(world, "limei", "1号没修好，又蓝屏了")
    assert (await ticket(world, 1)).status == "accepted" and await count_tickets(world) == 1
    assert "又蓝屏了" in seen(world, "wangqiang")


async def test_somebody_elses_or_one_too_old_is_not_opened(world: Stage) -> None:
    await closed(world)
    await read(world, "chenzhi", "1号没修好")
    assert (await ticket(world, 1)).reopened == 0
    await world.advance(minutes=60 * 24 * 8)
    await read(world, "limei", "1号没修好，又蓝屏了")
    assert (await ticket(world, 1)).reopened == 0


async def test_accepting_is_reckoned_from_the_reopening_and_what_was_used_of_the_repair_stays_used(
    world: Stage,
) -> None:
    await read(world, "limei", "三楼302电脑蓝屏了，直接派人")
    await read(world, "wangqiang", "接单 1")
    await world.advance(minutes=50)
    for line in ("到场 1", "已解决 1 内存松动，重新插拔 20分钟"):
        await read(world, "wangqiang", line)
    await read(world, "limei", "修好了")
    await world.advance(minutes=60 * 24)
    await read(world, "limei", "1号没修好")
    shown = await read(world, "zhoumin", "时限 1")
    assert "9:50重开：接单从这时重新计，恢复、解决接着原来的用时计，关闭期间不算任何一方" in shown
    assert "接单：限20分，已用0分（总0分），至10:10" in shown
    assert "恢复：限480分，已用50分（总50分），至明天10:00" in shown, "430 minutes of working time are left"
    assert "联系（重开前）：限30分，已用50分（总50分），已超" in shown
    card = await read(world, "wangqiang", "接单 1")
    assert "最晚10:50到场" in card
    await world.advance(minutes=10)
    again = await read(world, "zhoumin", "时限 1")
    assert "恢复：限480分，已用60分" in again and "接单：限20分，已用0分（总0分），已停表" in again


async def test_while_it_was_closed_the_time_is_nobodys(world: Stage) -> None:
    await read(world, "limei", "三楼302打印机卡纸了")
    await world.advance(minutes=5)
    await read(world, "limei", "好了")
    assert (await ticket(world, 1)).status == "closed"
    await world.advance(minutes=120)
    await read(world, "limei", "1号没修好")
    shown = await read(world, "zhoumin", "时限 1")
    assert "各方用时：服务方5分，关闭期间120分" in shown, shown
    assert "2. 9:05至11:05 关闭期间" in shown, "one stretch, whatever hours it spans"
    assert "使用方" not in shown
    assert "联系：限30分，已用5分" in shown


async def test_of_one_that_is_being_mended_it_goes_to_whoever_has_it(world: Stage) -> None:
    await read(world, "limei", "三楼302电脑蓝屏了，直接派人")
    await read(world, "wangqiang", "接单 1")
    await world.advance(days=1)
    await read(world, "limei", "1号还是没修好，又蓝屏了")
    assert await count_tickets(world) == 1
    assert "1号还是没修好，又蓝屏了" in seen(world, "wangqiang")


async def test_what_others_were_to_mend_is_the_desks_again_and_nobody_is_sent(world: Stage) -> None:
    await read(world, "limei", "空调不凉")
    await read(world, "zhoumin", "办结 1 物业已修")
    assert "服务台马上跟进" in await read(world, "limei", "1号还是没修好")
    again = await ticket(world, 1)
    assert (again.status, again.owner, again.assignee_id) == ("triaged", "desk", None)
    assert "派单" not in seen(world, "wangqiang")


async def test_a_question_left_from_before_the_closing_answers_nothing(world: Stage) -> None:
    await read(world, "limei", "三楼302座机没声音")
    assert "好了" in world.phone("limei").buttons, "self-help is under way"
    for line in ("派 1 赵磊", "转出 1 R6", "办结 1 电信已修复"):
        await read(world, "zhoumin", line)
    assert "已重新打开" in await read(world, "limei", "1号还是没修好")

"""Many tickets, one thumb: what bare words are about, what is taken back, what is told later."""

import pytest
from sqlmodel import col, select

from bot.stage import Stage
from bot.store.tables import Guidance, InboxRow, Ticket, TicketEvent
from bot.story import text_of
from tests.e2e.test_ticket_life import dispatched, presses, says, ticket_of


async def held(world: Stage, *texts: str) -> list[Ticket]:
    """Tickets that 王强 has accepted, reported one after the other by different people."""
    found = []
    for reporter, text in zip(("limei", "wufan", "linfang"), texts, strict=False):
        ticket = await reported(world, reporter, text)
        await says(world, "zhoumin", f"派 {ticket.id} 王强")
        await says(world, "wangqiang", f"接单 {ticket.id}")
        found.append(await fresh(world, ticket))
    return found


async def reported(world: Stage, reporter: str, text: str) -> Ticket:
    if reporter == "limei":
        return await dispatched(world, text)
    await says(world, reporter, text)
    async with world.desk.db.read() as session:
        return (await session.exec(select(Ticket).order_by(col(Ticket.id).desc()).limit(1))).one()


async def fresh(world: Stage, ticket: Ticket) -> Ticket:
    async with world.desk.db.read() as session:
        return await session.get_one(Ticket, ticket.id)


async def test_bare_words_are_about_the_focused_ticket_and_say_which(world: Stage) -> None:
    first, second = await held(world, "三楼302电脑蓝屏了", "五楼505电脑蓝屏了")
    answer = await says(world, "wangqiang", "暂停 等待用户时间")
    assert f"{first.id}号（三楼302）已暂停" in answer
    assert (await fresh(world, second)).paused == ""
    shown = await says(world, "wangqiang", "焦点")
    assert f"当前：{first.id}号（三楼302）" in shown and f"切换 {second.id}" in shown
    turned = await says(world, "wangqiang", "下一张")
    assert f"已换到{second.id}号（五楼505）" in turned
    await says(world, "wangqiang", "到了")
    assert (await fresh(world, second)).status == "on-site"
    assert (await fresh(world, first)).status == "accepted"
    assert f"已换到{first.id}号" in await says(world, "wangqiang", f"切换 {first.id}")
    assert "没有这张单" in await says(world, "wangqiang", "切换 999")


async def test_a_number_first_leaves_the_focus_alone(world: Stage) -> None:
    first, second = await held(world, "三楼302电脑蓝屏了", "五楼505电脑蓝屏了")
    assert f"{second.id}号（五楼505）请回复一句" in await says(world, "wangqiang", f"{second.id}号 好了")
    assert (await fresh(world, second)).status == "resolved"
    assert (await fresh(world, first)).status == "accepted"
    assert f"只有{first.id}号（三楼302）" in await says(world, "wangqiang", "下一张")
    assert f"备注记到{first.id}号" in await says(world, "wangqiang", f"{first.id}号 吃饭去了")
    assert "没有这张单" in await says(world, "wangqiang", "999号 到了")
    others = await reported(world, "linfang", "二楼201电脑蓝屏了")
    assert "没有这张单" in await says(world, "wangqiang", f"{others.id}号 堵车")


async def test_when_the_focused_one_is_gone_nothing_is_guessed(world: Stage) -> None:
    first, second, third = await held(world, "三楼302电脑蓝屏了", "五楼505电脑蓝屏了", "六楼606电脑蓝屏了")
    await says(world, "wangqiang", f"到场 {first.id}")
    await says(world, "wangqiang", "好了")
    assert (await fresh(world, first)).status == "resolved"
    await says(world, "wangqiang", "重装驱动")
    for words in ("1", "到场"):
        asked = await says(world, "wangqiang", words)
        assert f"{second.id}号" in asked and f"{third.id}号" in asked and "请带上号码" in asked
    assert "请带上号码" in await says(world, "wangqiang", "已解决 换了硬盘 25分钟")
    assert "请带上号码" in await says(world, "wangqiang", "转交 赵磊 家里有急事")
    assert {(await fresh(world, t)).status for t in (second, third)} == {"accepted"}
    await says(world, "wangqiang", f"切换 {second.id}")
    await says(world, "limei", "没修好")
    assert "1号" not in await says(world, "wangqiang", "到场"), "what comes back does not take the words of another"
    await says(world, "wangqiang", f"转交 {second.id} 赵磊 家里有急事")
    await says(world, "zhaolei", f"接手 {second.id}")
    assert "请带上号码" in await says(world, "wangqiang", "出发")


async def test_nobody_else_has_a_focus(world: Stage) -> None:
    await dispatched(world)
    assert "没有这张单" in await says(world, "wangqiang", "下一张")
    assert not any("已换到" in text_of(m) for m in world.phone("wangqiang").messages)


async def clocks(world: Stage, ticket: Ticket) -> str:
    return await says(world, "zhoumin", f"时限 {ticket.id}")


async def test_an_arrival_is_taken_back_with_its_clock_its_steps_and_a_trace(world: Stage) -> None:
    (ticket,) = await held(world, "三楼302电脑蓝屏了")
    before = await clocks(world, ticket)
    await says(world, "wangqiang", "到了")
    assert (await fresh(world, ticket)).arrived_at is not None
    answer = await says(world, "wangqiang", "撤销")
    assert f"{ticket.id}号（三楼302）的“到场”已撤销" in answer and "出发" in world.phone("wangqiang").buttons
    now = await fresh(world, ticket)
    assert (now.status, now.arrived_at) == ("accepted", None)
    assert await clocks(world, ticket) == before
    assert any("更正" in text_of(m) for m in world.phone("limei").messages)
    async with world.desk.db.read() as session:
        kinds = (await session.exec(select(TicketEvent.kind).where(TicketEvent.ticket_id == ticket.id))).all()
        assert await session.get(Guidance, ticket.id) is None
    assert kinds.count("arrive") == 1 and kinds.count("undone") == 1
    assert "已撤销" not in await says(world, "wangqiang", "撤销"), "there is nothing left to take back"


async def test_a_step_and_a_solution_are_taken_back(world: Stage) -> None:
    (ticket,) = await held(world, "三楼302电脑蓝屏了")
    await says(world, "wangqiang", "到了")
    if "已确认" in world.phone("wangqiang").buttons:
        await world.advance(seconds=5)
        await says(world, "wangqiang", "确认")
        assert "“已确认”已撤销" in await says(world, "wangqiang", "撤销")
        await world.advance(seconds=5)
        await says(world, "wangqiang", "确认")
    async with world.desk.db.read() as session:
        there = (await session.get_one(Guidance, ticket.id)).model_dump()
    await says(world, "wangqiang", "跳过 没带工具")
    assert "“跳过”已撤销" in await says(world, "wangqiang", f"{ticket.id}号 撤销")
    async with world.desk.db.read() as session:
        assert (await session.get_one(Guidance, ticket.id)).model_dump() == there
    await says(world, "wangqiang", "好了")
    assert "修好了吗" in text_of(world.phone("limei").last)
    assert "“已解决”已撤销" in await says(world, "wangqiang", "点错了")
    now = await fresh(world, ticket)
    assert (now.status, now.resolved_at, now.restored_at) == ("on-site", None, None)
    await world.advance(hours=30)
    assert (await fresh(world, ticket)).status == "on-site", "no reminder and no closing is left behind"
    assert not any("再问一次" in text_of(m) for m in world.phone("limei").messages)


async def test_what_cannot_be_taken_back_says_why_and_what_instead(world: Stage) -> None:
    (ticket,) = await held(world, "三楼302电脑蓝屏了")
    refused = await says(world, "wangqiang", "撤销")
    assert "“接单”不能撤销" in refused and f"退回 {ticket.id} 原因" in refused
    await says(world, "wangqiang", f"暂停 {ticket.id} 等待用户时间")
    await world.advance(minutes=3)
    refused = await says(world, "wangqiang", "撤销")
    assert "已超过2分钟" in refused and f"恢复 {ticket.id}" in refused
    await says(world, "wangqiang", "好了")
    await says(world, "limei", "修好了")
    refused = await says(world, "wangqiang", "撤销")
    assert "之后又有新的变化" in refused and "已关闭" in refused
    assert (await fresh(world, ticket)).status == "closed"


async def test_after_an_hour_it_is_no_longer_about_what_he_did(world: Stage) -> None:
    (ticket,) = await held(world, "三楼302电脑蓝屏了")
    await says(world, "wangqiang", "到了")
    await world.advance(minutes=61)
    assert "不能撤销" not in await says(world, "wangqiang", "撤销")
    assert (await fresh(world, ticket)).status == "on-site"


async def test_taking_back_a_resume_waits_for_the_same_end_of_the_pause(world: Stage) -> None:
    (ticket,) = await held(world, "三楼302打印机卡纸了")
    await says(world, "wangqiang", f"暂停 {ticket.id} 等待用户时间 2小时")
    await world.advance(minutes=30)
    await says(world, "wangqiang", f"恢复 {ticket.id}")
    assert (await fresh(world, ticket)).paused == ""
    await says(world, "wangqiang", "撤销")
    await world.advance(minutes=89)
    assert (await fresh(world, ticket)).paused
    await world.advance(minutes=2)
    assert (await fresh(world, ticket)).paused == ""


async def test_danger_and_classified_matters_come_before_what_a_line_does(world: Stage) -> None:
    (ticket,) = await held(world, "三楼302电脑蓝屏了")
    await world.advance(minutes=20)
    for line in (
        f"{ticket.id}号 退回 这台是涉密电脑我不能修",
        "0901到 0905换涉密电脑硬盘 0910好",
        f"{ticket.id}号 0901到 0905换涉密电脑硬盘",
        "补录 901到 905涉密电脑断电",
    ):
        assert "没有留存" in await says(world, "wangqiang", line), line
    assert (await fresh(world, ticket)).status == "accepted"
    async with world.desk.db.read() as session:
        assert not any("涉密" in payload for payload in (await session.exec(select(InboxRow.payload))).all())
    for count, line in enumerate(("到了，一楼机房冒烟着火了", f"{ticket.id}号 异常 五楼配电箱冒烟着火了"), start=1):
        assert "119" in await says(world, "wangqiang", line)
        paged = [text_of(m) for m in world.phone("zhoumin").messages if "【紧急】" in text_of(m)]
        assert len(paged) == count and line in paged[-1]
    assert (await fresh(world, ticket)).status == "on-site", "and what the line did is done"
    await says(world, "wangqiang", f"联系报障人 {ticket.id}")
    assert "119" in await says(world, "wangqiang", "另外七楼电梯有人被困了，快撤")
    assert "电梯有人被困" in text_of(world.phone("limei").last), "and passed on"


@pytest.mark.parametrize("line", ["下一个", "换下一张", "看下一单"])
async def test_the_next_one_in_other_words(world: Stage, line: str) -> None:
    await held(world, "三楼302电脑蓝屏了")
    assert "只有1号" in await says(world, "wangqiang", line)


async def test_a_number_with_a_hash_is_one(world: Stage) -> None:
    await held(world, "三楼302电脑蓝屏了")
    await says(world, "wangqiang", "#1 到场")
    assert (await ticket_of(world)).status == "on-site"


@pytest.mark.parametrize("line", ["撤销", "撤销1号"])
async def test_with_nothing_to_take_back_he_is_told_so(world: Stage, line: str) -> None:
    await held(world, "三楼302电脑蓝屏了")
    await world.advance(minutes=60 * 13)
    assert "没有可以撤销的操作" in await says(world, "wangqiang", line)


async def test_words_for_the_focus_and_for_a_slip_are_no_remarks(world: Stage) -> None:
    await dispatched(world)
    await presses(world, "wangqiang", "接单")
    assert "1号（三楼302）" in await says(world, "wangqiang", "我现在是哪张单")
    await says(world, "wangqiang", "到场")
    assert "已撤销" in await says(world, "wangqiang", "刚才点错了，撤销")
    await says(world, "wangqiang", "到场")
    assert "已撤销" in await says(world, "wangqiang", "不小心按错了")
    assert (await ticket_of(world)).status == "accepted"
    assert "留言" not in text_of(world.phone("zhoumin").last)


async def test_where_he_goes_may_stand_before_no_signal(world: Stage) -> None:
    await dispatched(world)
    await presses(world, "wangqiang", "接单")
    assert "不给您派新单" in await says(world, "wangqiang", "我要下地下室了，没信号")
    assert "已恢复派单" in await says(world, "wangqiang", "出来了")
    assert "已恢复派单" not in await says(world, "wangqiang", "出来了"), "only of whoever had none"


async def test_the_desk_answers_late_entries_with_the_number_first(world: Stage) -> None:
    await dispatched(world)
    await presses(world, "wangqiang", "接单")
    await world.advance(minutes=30)
    await says(world, "wangqiang", "0910到 0915断电")
    assert "1号的补录已确认" in await says(world, "zhoumin", "1号补录没问题")


async def test_a_conversation_begins_in_his_own_words(world: Stage) -> None:
    await dispatched(world)
    await presses(world, "wangqiang", "接单")
    assert "已接通1号报障人李梅" in await says(world, "wangqiang", "联系一下报障人")


async def test_late_entries_of_what_is_solved_are_not_said_to_be_of_nothing_he_has(world: Stage) -> None:
    await dispatched(world)
    await presses(world, "wangqiang", "接单")
    await world.advance(minutes=30)
    await says(world, "wangqiang", "已解决 1 重装驱动 20分钟")
    assert "1号（三楼302）现在是" in await says(world, "wangqiang", "0910到 0920断电")


@pytest.mark.parametrize("words", ["505那张好了", "五楼的弄好了", "505好了", "五楼505 搞定了"])
async def test_a_ticket_in_hand_is_meant_by_its_room(world: Stage, words: str) -> None:
    first, second = await held(world, "三楼302电脑蓝屏了", "五楼505电脑蓝屏了")
    assert f"{second.id}号（五楼505）" in await says(world, "wangqiang", words)
    assert (await fresh(world, second)).status == "resolved"
    assert (await fresh(world, first)).status == "accepted"


async def test_a_room_turns_to_its_ticket_and_an_arrival_there_is_of_it(world: Stage) -> None:
    first, second = await held(world, "三楼302电脑蓝屏了", "五楼505电脑蓝屏了")
    assert f"已换到{second.id}号（五楼505）" in await says(world, "wangqiang", "先弄505")
    await says(world, "wangqiang", "302到了")
    assert (await fresh(world, first)).status == "on-site"
    assert (await fresh(world, second)).status == "accepted"
    assert "已换到" not in await says(world, "wangqiang", "先弄707"), "nothing of his is there"


@pytest.mark.parametrize("words", ["两张都好了", "1号和2号都弄好了", "全部搞定了"])
async def test_several_at_once_are_told_one_by_one(world: Stage, words: str) -> None:
    first, second = await held(world, "三楼302电脑蓝屏了", "五楼505电脑蓝屏了")
    told = await says(world, "wangqiang", words)
    assert f"{first.id}号 好了（三楼302）；{second.id}号 好了（五楼505）" in told, told
    assert (await fresh(world, first)).status == "accepted"

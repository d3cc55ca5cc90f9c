"""A conversation follows its ticket to whoever has it now; who has it no more hears nothing further."""

import pytest

from bot.stage import Stage
from tests.e2e.test_relay import new, talks, types
from tests.e2e.test_relay import seen as count
from tests.e2e.test_ticket_life import dispatched, presses, says, ticket_of

SAID = "我的电话13800000001，机器在窗边"
PASSED = "李梅：我的电话138****0001，机器在窗边"


@pytest.fixture
async def speaking(world: Stage) -> Stage:
    """王强 has ticket 1 and speaks with 李梅 about it."""
    await dispatched(world)
    await presses(world, "wangqiang", "接单")
    await types(world, "wangqiang", "联系报障人 1")
    await types(world, "wangqiang", "我一会儿到")
    assert new(world, "limei", 0)[-1] == "王强（技术员）：我一会儿到"
    return world


async def nothing_more_for_the_old_one(world: Stage) -> None:
    """What 李梅 says reaches 赵磊 with the number masked, and not 王强; nor does 王强's word reach her."""
    old, fresh = count(world, "wangqiang"), count(world, "zhaolei")
    await types(world, "limei", SAID)
    assert new(world, "zhaolei", fresh) == [PASSED]
    assert new(world, "wangqiang", old) == []
    mine = count(world, "limei")
    await types(world, "wangqiang", "那台机器开机了吗")
    assert new(world, "limei", mine) == []
    await types(world, "zhaolei", "收到，马上看")
    assert new(world, "limei", mine) == ["赵磊（技术员）：收到，马上看"]


async def test_handed_over_both_ends_are_told_in_a_line(speaking: Stage) -> None:
    await types(speaking, "wangqiang", "转交 1 赵磊 家里有急事")
    at, mine, his = count(speaking, "zhaolei"), count(speaking, "limei"), count(speaking, "wangqiang")
    await presses(speaking, "zhaolei", "接手")
    assert any("1号报障人李梅的对话转给您了" in line for line in new(speaking, "zhaolei", at))
    assert "1号改由赵磊（技术员）和您对话，直接回复就行。" in new(speaking, "limei", mine)
    assert "1号的对话已转给赵磊，之后的话不会转给报障人。" in new(speaking, "wangqiang", his)
    await nothing_more_for_the_old_one(speaking)
    assert len(await talks(speaking)) == 1


async def test_the_desk_gives_it_to_another_what_is_said_between_waits_for_him(speaking: Stage) -> None:
    his, mine = count(speaking, "wangqiang"), count(speaking, "limei")
    await types(speaking, "zhoumin", "派 1 赵磊")
    assert "1号的对话不再由您继续，之后的话不会转给报障人。" in new(speaking, "wangqiang", his)
    assert "1号正在换人，您接着说，接手的人都能看到。" in new(speaking, "limei", mine)
    his, at = count(speaking, "wangqiang"), count(speaking, "zhaolei")
    await types(speaking, "limei", "窗口还在排队")
    assert new(speaking, "wangqiang", his) == []
    assert not any("窗口还在排队" in line for line in new(speaking, "zhaolei", at)), "it is not his yet"
    await presses(speaking, "zhaolei", "接单")
    assert new(speaking, "zhaolei", at)[-2:] == [
        "1号报障人李梅的对话转给您了，直接回复就行。说完发“结束对话”。",
        "李梅：窗口还在排队",
    ]
    await nothing_more_for_the_old_one(speaking)


async def test_nobody_takes_it_and_the_desk_is_asked(speaking: Stage) -> None:
    await types(speaking, "zhoumin", "派 1 赵磊")
    await types(speaking, "limei", "窗口还在排队")
    at = count(speaking, "zhoumin")
    await speaking.advance(minutes=2, seconds=1)
    lines = new(speaking, "zhoumin", at)
    assert any("直接回复就转给他" in line for line in lines) and "李梅：窗口还在排队" in lines
    await presses(speaking, "zhaolei", "接单")
    assert (await talks(speaking))[0].partner_id != (await ticket_of(speaking)).assignee_id, "the seat has it now"


async def test_handed_back_the_next_one_goes_on(speaking: Stage) -> None:
    await types(speaking, "wangqiang", "退回 1 不会修这个")
    await presses(speaking, "zhaolei", "接单")
    await nothing_more_for_the_old_one(speaking)


async def test_the_end_of_the_shift_gives_it_to_the_desk(speaking: Stage) -> None:
    """转服务台 at the shift's end: the conversation waits, and 转人工 brings a seat at once."""
    from sqlmodel import select

    from bot.desk import shift_end, tickets
    from bot.store.tables import Person

    async with speaking.desk.db.write("test") as tx:
        who = (await tx.session.exec(select(Person).where(Person.name == "王强"))).one()
        ticket = await tickets.get(tx, 1)
        assert ticket is not None
        await shift_end.to_desk(tx, speaking.office, ticket, who)
    await speaking.settle()
    at, his = count(speaking, "zhoumin"), count(speaking, "wangqiang")
    await types(speaking, "limei", "转人工")
    assert any("直接回复就转给他" in line for line in new(speaking, "zhoumin", at))
    await types(speaking, "limei", SAID)
    assert PASSED in new(speaking, "zhoumin", at)
    assert new(speaking, "wangqiang", his) == []


async def test_who_is_in_another_conversation_is_not_drawn_into_two(speaking: Stage) -> None:
    await says(speaking, "chenzhi", "五楼501打印机卡纸了，直接派人")
    other = (await ticket_of(speaking)).id
    await types(speaking, "zhoumin", f"派 {other} 赵磊")
    await types(speaking, "zhaolei", f"接单 {other}")
    await types(speaking, "zhaolei", f"联系报障人 {other}")
    await types(speaking, "wangqiang", "转交 1 赵磊 家里有急事")
    at = count(speaking, "zhoumin")
    await types(speaking, "zhaolei", "接手 1")
    assert any("李梅" in line and "直接回复就转给他" in line for line in new(speaking, "zhoumin", at))
    at, his = count(speaking, "zhaolei"), count(speaking, "wangqiang")
    await types(speaking, "limei", "在吗")
    assert new(speaking, "zhaolei", at) == [] == new(speaking, "wangqiang", his)


async def test_a_seat_keeps_his_conversation(world: Stage) -> None:
    await dispatched(world)
    await presses(world, "wangqiang", "接单")
    await types(world, "limei", "转人工")
    await types(world, "zhoumin", "您好")
    await types(world, "wangqiang", "转交 1 赵磊 家里有急事")
    await presses(world, "zhaolei", "接手")
    at, seat = count(world, "zhaolei"), count(world, "zhoumin")
    await types(world, "limei", "师傅换人了吗")
    assert new(world, "zhoumin", seat) == ["李梅：师傅换人了吗"]
    assert new(world, "zhaolei", at) == []

"""转交: a ticket goes to a colleague who takes it, with the reason and what was done; until then it stays where it is."""

import pytest
from phones import press, read, seen
from sqlmodel import select

from bot.stage import Stage
from bot.store.tables import Guidance, Handover, Person, Ticket, TicketEvent
from bot.story import text_of


@pytest.fixture
async def onsite(world: Stage) -> Stage:
    """王强 is at 李梅's jammed printer and has skipped one step."""
    await world.says("limei", "三楼302打印机卡纸了，直接派人")
    if "直接派人" in world.phone("limei").buttons:
        await press(world, "limei", "直接派人")
    await press(world, "wangqiang", "接单")
    await read(world, "wangqiang", "到场 1")
    await read(world, "wangqiang", "跳过 不具备条件")
    return world


async def holder(world: Stage) -> tuple[str, str]:
    async with world.desk.db.read() as session:
        ticket = await session.get_one(Ticket, 1)
        person = await session.get(Person, ticket.assignee_id) if ticket.assignee_id else None
        return (person.name if person else "", ticket.status)


async def states(world: Stage) -> list[str]:
    async with world.desk.db.read() as session:
        return list((await session.exec(select(Handover.state).order_by(Handover.id))).all())


async def test_taken_it_is_his_with_reason_and_what_was_done(onsite: Stage) -> None:
    async with onsite.desk.db.read() as session:
        before = (await session.exec(select(Guidance.step_id))).one()
    assert "接手前还由您负责" in await read(onsite, "wangqiang", "转交 1 赵磊 家里有急事")
    card = text_of(onsite.phone("zhaolei").last)
    assert "家里有急事" in card and "已做1步" in card and "仍由王强负责" in card
    assert await holder(onsite) == ("王强", "on-site")
    await press(onsite, "zhaolei", "接手")
    assert await holder(onsite) == ("赵磊", "accepted")
    assert "已由赵磊接手" in seen(onsite, "wangqiang")
    assert "改由赵磊" in seen(onsite, "limei")
    async with onsite.desk.db.read() as session:
        kinds = list((await session.exec(select(TicketEvent.kind).where(TicketEvent.ticket_id == 1))).all())
        data = str((await session.exec(select(TicketEvent.data))).all())
    assert "handed-over" in kinds and "急事" not in data
    await read(onsite, "zhaolei", "到场 1")
    async with onsite.desk.db.read() as session:
        row = (await session.exec(select(Guidance))).one()
    assert (row.step_id, row.gates_open) == (before, []), "he goes on where it stood, its gate confirmed anew"
    assert "您手上没有" in await read(onsite, "wangqiang", "已解决 1")


async def test_without_a_name_colleagues_are_shown_and_the_reason_is_asked(onsite: Stage) -> None:
    assert "转交给谁" in await read(onsite, "wangqiang", "换人 1")
    assert "原因是什么" in await press(onsite, "wangqiang", "赵磊")
    assert "已问赵磊" in await read(onsite, "wangqiang", "工具不够")
    assert "工具不够" in text_of(onsite.phone("zhaolei").last)
    assert "接手" in onsite.phone("zhaolei").buttons


async def test_silence_leaves_it_where_it_is(onsite: Stage) -> None:
    await read(onsite, "wangqiang", "转交 1 赵磊 有急事")
    await onsite.advance(minutes=25)
    assert "赵磊没有答复" in seen(onsite, "wangqiang")
    assert await holder(onsite) == ("王强", "on-site")
    assert "没有等您接手" in await read(onsite, "zhaolei", "接手 1")
    assert await states(onsite) == ["expired"]


@pytest.mark.parametrize("how", ["refused", "withdrawn"])
async def test_refused_or_withdrawn(onsite: Stage, how: str) -> None:
    await read(onsite, "wangqiang", "转交 1 赵磊 有急事")
    if how == "refused":
        await read(onsite, "zhaolei", "不接手 1")
        assert "赵磊不方便接" in seen(onsite, "wangqiang")
    else:
        assert "转交已取消" in await read(onsite, "wangqiang", "取消转交 1")
        assert "不用接手了" in seen(onsite, "zhaolei")
    assert await states(onsite) == [how]
    assert await holder(onsite) == ("王强", "on-site")


async def test_what_cannot_be_is_answered_with_the_reason(onsite: Stage) -> None:
    assert "没有找到名叫张三" in await read(onsite, "wangqiang", "转交 1 张三 有事")
    assert "就是您自己" in await read(onsite, "wangqiang", "转交 1 王强 有事")
    assert "您手上没有这张单" in await read(onsite, "zhaolei", "转交 1 王强 有事")
    await read(onsite, "zhaolei", "下线")
    assert "不在岗" in await read(onsite, "wangqiang", "转交 1 赵磊 有事")
    assert await states(onsite) == []


async def test_solved_meanwhile_there_is_nothing_to_take(onsite: Stage) -> None:
    await read(onsite, "wangqiang", "转交 1 赵磊 有急事")
    await read(onsite, "wangqiang", "已解决 1 卡了纸，取出，故障：卡纸，5分钟")
    assert "已解决" in await press(onsite, "zhaolei", "接手", force=True)
    assert await holder(onsite) == ("王强", "resolved")


@pytest.mark.parametrize("line", ["转交 1 服务台 这个我不会修", "转交给服务台", "转给服务台吧"])
async def test_to_the_desk_is_a_hand_over_as_well(onsite: Stage, line: str) -> None:
    told = await read(onsite, "wangqiang", line)
    assert told == "1号已转服务台，由服务台另行安排。", told
    assert await holder(onsite) == ("", "triaged")
    assert "技术员转来" in seen(onsite, "zhoumin")
    assert ("这个我不会修" in seen(onsite, "zhoumin")) is ("不会修" in line)


async def test_a_reason_that_was_asked_for_is_not_looked_for_in_what_comes_later(onsite: Stage) -> None:
    assert "原因是什么" in await read(onsite, "wangqiang", "转交 1 赵磊")
    assert "接手前还由您负责" in await read(onsite, "wangqiang", "转交 1 赵磊 家里有急事")
    assert "已下线" in await read(onsite, "wangqiang", "下班了"), "no reason, and none is asked for any more"
    await read(onsite, "wangqiang", "上线")
    await read(onsite, "zhaolei", "不接手")
    assert "原因是什么" in await read(onsite, "wangqiang", "转交 1 赵磊")
    assert "已下线" in await read(onsite, "wangqiang", "下线")
    await read(onsite, "wangqiang", "上线")
    await read(onsite, "wangqiang", "转服务台 1")
    assert "现在是" not in await read(onsite, "wangqiang", "家里有急事")
    assert await states(onsite) == ["refused"]


@pytest.mark.parametrize("said", ["好的", "可以，我接手", "行", "我来接", "好的接手"])
async def test_a_colleague_takes_it_in_his_own_words(onsite: Stage, said: str) -> None:
    assert "接手前还由您负责" in await read(onsite, "wangqiang", "家里有急事，转给赵磊")
    await read(onsite, "zhaolei", said)
    assert (await holder(onsite))[0] == "赵磊"


async def test_or_refuses_it(onsite: Stage) -> None:
    await read(onsite, "wangqiang", "转交 1 赵磊 家里有急事")
    await read(onsite, "zhaolei", "不行，我这边走不开")
    assert await states(onsite) == ["refused"]
    assert (await holder(onsite))[0] == "王强"

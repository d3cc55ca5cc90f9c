"""The end of a repair: 已解决, and the record that goes with it, by card, by word, in one line."""

import pytest
from phones import press, read, seen
from sqlmodel import select

from bot.stage import Stage
from bot.store.tables import Repair, Ticket, TicketEvent
from bot.story import text_of


@pytest.fixture
async def onsite(world: Stage) -> Stage:
    """王强 has been at 李梅's jammed printer for twenty minutes."""
    await world.says("limei", "三楼302打印机卡纸了，直接派人")
    if "直接派人" in world.phone("limei").buttons:
        await press(world, "limei", "直接派人")
    await press(world, "wangqiang", "接单")
    await read(world, "wangqiang", "到场 1")
    await world.advance(minutes=20)
    return world


async def record(world: Stage) -> Repair:
    async with world.desk.db.read() as session:
        return (await session.exec(select(Repair))).one()


async def ticket_of(world: Stage) -> Ticket:
    async with world.desk.db.read() as session:
        return await session.get_one(Ticket, 1)


async def test_by_card_a_sentence_and_three_taps(onsite: Stage) -> None:
    assert "原因和怎么修的" in await read(onsite, "wangqiang", "已解决 1")
    assert (await ticket_of(onsite)).status == "resolved", "the reporter does not wait for the paperwork"
    assert "修好了" in onsite.phone("limei").buttons
    assert "什么原因" in await read(onsite, "wangqiang", "换了搓纸轮") or "是什么原因" in seen(onsite, "wangqiang")
    assert "实际是哪种故障" in await press(onsite, "wangqiang", "部件老化损坏")
    current = onsite.office.book.faults["printer-paper-jam"].option
    assert onsite.phone("wangqiang").buttons[0] == current
    answer = await press(onsite, "wangqiang", current)
    assert "用了多少分钟" in answer
    assert onsite.phone("wangqiang").buttons[0] == "20分钟"
    answer = await press(onsite, "wangqiang", "20分钟")
    assert "收尾记录：原因：部件老化损坏；处理：换了搓纸轮" in answer
    row = await record(onsite)
    assert (row.fault, row.minutes, row.cause) == ("printer-paper-jam", 20, "部件老化损坏")
    assert row.done_at is not None
    assert (await ticket_of(onsite)).cause == "部件老化损坏"


async def test_everything_in_one_line(onsite: Stage) -> None:
    answer = await read(onsite, "wangqiang", "已解决 1 原因：搓纸轮磨损，处理：换了搓纸轮，故障：卡纸，用时25分钟")
    assert "收尾记录" in answer and "还缺" not in answer
    row = await record(onsite)
    assert (row.cause, row.measures, row.minutes) == ("搓纸轮磨损", "换了搓纸轮", 25)
    assert row.fault == "printer-paper-jam"


async def test_a_line_without_number_asks_only_for_what_it_left_out(onsite: Stage) -> None:
    answer = await read(onsite, "wangqiang", "已解决 搓纸轮磨损，换了搓纸轮 25分钟")
    assert "实际是哪种故障" in answer
    assert "收尾记录" in await read(onsite, "wangqiang", "1")
    assert (await record(onsite)).minutes == 25


async def test_minutes_alone_are_not_a_ticket_number(onsite: Stage) -> None:
    await read(onsite, "wangqiang", "已解决 25分钟")
    assert (await record(onsite)).minutes == 25
    assert (await ticket_of(onsite)).status == "resolved"


@pytest.mark.parametrize("words", ["已处理", "好了", "处理完毕"])
async def test_a_poor_record_is_asked_once_more_and_then_taken(onsite: Stage, words: str) -> None:
    await read(onsite, "wangqiang", "已解决 1")
    assert "再说具体一点" in await read(onsite, "wangqiang", words)
    assert "再说具体一点" not in await read(onsite, "wangqiang", words)
    assert (await record(onsite)).measures == words


async def test_the_fault_is_corrected_by_words_and_the_correction_is_learnt_from(onsite: Stage) -> None:
    await read(onsite, "wangqiang", "已解决 1 感光鼓老化，换了硒鼓，15分钟")
    await press(onsite, "wangqiang", "都不是")
    await read(onsite, "wangqiang", "打印出来一片空白")
    ticket = await ticket_of(onsite)
    assert ticket.fault != "printer-paper-jam" and ticket.item == "printer"
    assert ticket.guessed_fault == "printer-paper-jam"
    assert (await record(onsite)).fault == ticket.fault
    async with onsite.desk.db.read() as session:
        kinds = (await session.exec(select(TicketEvent.kind))).all()
    assert "fault-corrected" in kinds and "repair-recorded" in kinds


async def test_words_that_name_no_fault_are_asked_again(onsite: Stage) -> None:
    await read(onsite, "wangqiang", "已解决 1 感光鼓老化，换了硒鼓，15分钟")
    assert "没认出" in await read(onsite, "wangqiang", "今天天气不错")
    assert (await record(onsite)).fault == ""


async def test_typed_minutes(onsite: Stage) -> None:
    await read(onsite, "wangqiang", "已解决 1 感光鼓老化，换了硒鼓")
    await read(onsite, "wangqiang", "对")
    assert "收尾记录" in await read(onsite, "wangqiang", "35")
    assert (await record(onsite)).minutes == 35


async def test_what_is_owed_is_asked_for_twice_and_then_the_desk_knows(onsite: Stage) -> None:
    await read(onsite, "wangqiang", "已解决 1")
    await press(onsite, "limei", "修好了")
    assert (await ticket_of(onsite)).status == "closed"
    await onsite.advance(minutes=11)
    assert "还没写完" in seen(onsite, "wangqiang")
    await onsite.advance(hours=5)
    assert "一直没写完" in seen(onsite, "zhoumin")
    answer = await read(onsite, "zhoumin", "记录 1 搓纸轮磨损，换了搓纸轮，故障：卡纸，20分钟")
    assert "收尾记录" in answer
    assert (await record(onsite)).done_at is not None


async def test_the_record_can_be_read_and_mended_by_those_it_concerns_only(onsite: Stage) -> None:
    assert "还没解决" in await read(onsite, "wangqiang", "记录 1 换了硒鼓")
    await read(onsite, "wangqiang", "已解决 1 搓纸轮磨损，换了搓纸轮，故障：卡纸，25分钟")
    assert "25分钟" in await read(onsite, "wangqiang", "记录 1")
    assert "30分钟" in await read(onsite, "wangqiang", "记录 1 用时30分钟")
    assert "由处理它的技术员" in await read(onsite, "zhaolei", "记录 1 我也写一句")
    assert "没有找到" in await read(onsite, "wangqiang", "记录 99")


async def test_not_fixed_begins_a_new_record(onsite: Stage) -> None:
    await read(onsite, "wangqiang", "已解决 1 搓纸轮磨损，换了搓纸轮，故障：卡纸，25分钟")
    await press(onsite, "limei", "没修好")
    async with onsite.desk.db.read() as session:
        assert (await session.exec(select(Repair))).all() == []
    await read(onsite, "wangqiang", "到场 1")
    assert "原因和怎么修的" in await read(onsite, "wangqiang", "已解决 1")


async def test_a_danger_is_not_taken_for_an_answer(onsite: Stage) -> None:
    await read(onsite, "wangqiang", "已解决 1")
    await read(onsite, "wangqiang", "机房冒烟了")
    assert (await record(onsite)).measures == ""
    assert any("119" in text_of(m) for m in onsite.phone("wangqiang").messages)


async def test_nor_is_a_report_of_his_own(onsite: Stage) -> None:
    await read(onsite, "wangqiang", "已解决 1")
    assert "已受理2号" in await read(onsite, "wangqiang", "五楼502电脑蓝屏了")
    assert (await record(onsite)).cause == ""


async def test_nor_are_his_own_tickets_and_his_duty(onsite: Stage) -> None:
    await read(onsite, "wangqiang", "已解决 1")
    assert "没有在办的单" in await read(onsite, "wangqiang", "我的单")
    assert "可以发" in await read(onsite, "wangqiang", "帮助")
    await read(onsite, "wangqiang", "忙碌")
    assert (await record(onsite)).cause == (await record(onsite)).measures == ""
    assert "收尾记录：还没写" in await read(onsite, "wangqiang", "记录 1")


@pytest.mark.parametrize(
    "line", ["好了，换了搓纸轮", "换好了，现在能打了", "1号 好了，换了搓纸轮", "重装驱动就好了 15分钟"]
)
async def test_that_it_is_solved_and_how_without_the_word(onsite: Stage, line: str) -> None:
    await read(onsite, "wangqiang", line)
    assert (await ticket_of(onsite)).status == "resolved"
    assert (await record(onsite)).measures


@pytest.mark.parametrize("line", ["好了，等用户试一下", "马上就好了", "好了，去下一家", "明天换了就好了"])
async def test_what_only_sounds_solved_is_a_remark(onsite: Stage, line: str) -> None:
    await read(onsite, "wangqiang", line)
    assert (await ticket_of(onsite)).status == "on-site"

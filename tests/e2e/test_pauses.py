"""A pause has an allowed reason and an end; it resumes by itself, and the reporter hears of both."""

import pytest
from sqlmodel import select

from bot.stage import Stage
from bot.store.tables import TicketEvent
from bot.story import text_of
from tests.e2e.test_ticket_life import dispatched, presses, says, ticket_of


def heard(world: Stage, userid: str, words: str) -> int:
    """How many messages with these words a person got."""
    return sum(words in text_of(m) for m in world.phone(userid).messages if m.sender != "me")


@pytest.mark.parametrize(
    ("end", "minutes", "said"), [("2小时", 120, "11:00"), ("到10:30", 90, "10:30"), ("两小时", 120, "11:00")]
)
async def test_it_resumes_by_itself_and_the_reporter_is_told_both_times(
    world: Stage, end: str, minutes: int, said: str
) -> None:
    ticket = await dispatched(world)
    await presses(world, "wangqiang", "接单")
    which = f"{ticket.id} " if end != "两小时" else ""
    answer = await says(world, "wangqiang", f"暂停 {which}等待备件且已提供备机 {end}")
    assert f"{said}自动恢复计时" in answer
    assert heard(world, "limei", f"最迟{said}继续") == 1
    await world.advance(minutes=minutes - 2)
    assert (await ticket_of(world)).paused == "等待备件且已提供备机"
    await world.advance(minutes=3)
    assert (await ticket_of(world)).paused == ""
    assert heard(world, "limei", "已继续处理") == 1
    assert heard(world, "wangqiang", "继续计时") == 1


async def test_a_pause_that_was_ended_or_moved_does_not_end_twice(world: Stage) -> None:
    ticket = await dispatched(world)
    await presses(world, "wangqiang", "接单")
    await says(world, "wangqiang", f"暂停 {ticket.id} 等待用户时间 1小时")
    await world.advance(minutes=10)
    await says(world, "wangqiang", f"恢复 {ticket.id}")
    assert heard(world, "limei", "已继续处理") == 1
    await says(world, "wangqiang", f"暂停 {ticket.id} 等待用户时间 2小时")
    await world.advance(minutes=60)
    assert (await ticket_of(world)).paused == "等待用户时间"
    assert heard(world, "limei", "已继续处理") == 1
    await presses(world, "wangqiang", "到场")
    assert (await ticket_of(world)).paused == ""
    await world.advance(minutes=90)
    assert heard(world, "limei", "已继续处理") == 2
    await says(world, "wangqiang", f"暂停 {ticket.id} 等待用户时间 2小时")
    assert "已到场" in await says(world, "wangqiang", f"到场 {ticket.id}")
    assert "不能办结" in await says(world, "zhoumin", f"办结 {ticket.id} 已经好了")
    assert (await ticket_of(world)).paused == "等待用户时间", "what is refused leaves nothing behind"
    async with world.desk.db.read() as session:
        assert not (await session.exec(select(TicketEvent).where(TicketEvent.kind == "settled-note"))).all()


async def test_a_pause_without_an_end_ends_after_a_working_day(world: Stage) -> None:
    ticket = await dispatched(world)
    await presses(world, "wangqiang", "接单")
    assert "明天" in await says(world, "wangqiang", f"暂停 {ticket.id} 等待用户授权")
    await world.advance(hours=23)
    assert (await ticket_of(world)).paused == "等待用户授权"
    await world.advance(hours=3)
    assert (await ticket_of(world)).paused == ""


@pytest.mark.parametrize(
    ("end", "answer"),
    [("到8:00", "已经过了"), ("到下班", "没看懂暂停到什么时候"), ("60天", "最多14天")],
)
async def test_an_end_that_cannot_be_is_answered_and_the_clock_runs_on(world: Stage, end: str, answer: str) -> None:
    ticket = await dispatched(world)
    await presses(world, "wangqiang", "接单")
    told = await says(world, "wangqiang", f"暂停 {ticket.id} 等待用户时间 {end}")
    assert answer in told and "没有暂停" in told
    assert (await ticket_of(world)).paused == ""
    assert heard(world, "limei", "暂停") == 0


async def test_after_a_pause_the_latest_arrival_is_the_one_the_clock_has(world: Stage) -> None:
    ticket = await dispatched(world)
    await presses(world, "wangqiang", "接单")
    assert "最晚10:00到场" in await says(world, "wangqiang", "已联系"), "an hour for whoever is resident"
    await world.advance(minutes=10)
    await says(world, "wangqiang", f"暂停 {ticket.id} 等待用户时间 40分钟")
    await world.advance(minutes=40)
    assert heard(world, "limei", "已继续处理，最晚10:40到") == heard(world, "wangqiang", "继续计时，最晚10:40到场") == 1
    assert "最晚10:40到场" in await says(world, "wangqiang", "出发")
    await world.advance(minutes=1)
    assert "最晚10:40到" in await says(world, "limei", "怎么还没来，催一下")
    await says(world, "wangqiang", f"暂停 {ticket.id} 等待备件")
    await world.advance(minutes=10)
    await says(world, "wangqiang", "恢复")
    assert heard(world, "wangqiang", "继续计时，最晚10:40到场") == 2, "a wait on the provider's own time moves nothing"
    await world.advance(minutes=60)
    assert "最晚10:40到场" in await says(world, "wangqiang", "已联系"), "of a missed one, when it was"


@pytest.mark.parametrize("line", ["用户开会到十点半，先暂停", "暂停 1 用户开会到10:30", "暂停 人不在，等到十点半"])
async def test_why_and_until_when_are_understood_as_they_are_said(world: Stage, line: str) -> None:
    await dispatched(world)
    await presses(world, "wangqiang", "接单")
    assert "已暂停：等待用户时间，10:30自动恢复" in await says(world, "wangqiang", line)

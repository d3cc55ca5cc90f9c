"""没信号 and what is told afterwards: the procedure to read, held offers, late entries that count once confirmed."""

from zoneinfo import ZoneInfo

import pytest
from sqlmodel import select

from bot.stage import Stage
from bot.store.tables import Content, Offer, Person, Ticket, TicketEvent
from bot.story import text_of
from tests.e2e.test_thumb import fresh, held
from tests.e2e.test_ticket_life import count_tickets, dispatched, presses, says


async def offers_of(world: Stage, ticket: Ticket) -> list[tuple[str, str]]:
    async with world.desk.db.read() as session:
        statement = select(Person.name, Offer.state).where(Offer.ticket_id == ticket.id, Offer.person_id == Person.id)
        return list((await session.exec(statement.order_by(Offer.id))).all())  # type: ignore[arg-type]


async def test_the_whole_procedure_goes_along_with_branches_and_gates(world: Stage) -> None:
    (ticket,) = await held(world, "三楼302电脑蓝屏了")
    told = await says(world, "wangqiang", "没信号")
    procedure = world.office.procedure(ticket)
    assert procedure is not None
    for step in procedure.steps.values():
        assert step.do in told
    assert f"{ticket.id}号（三楼302）" in told and "正常→" in told and "异常→" in told and "停下，升级" in told
    assert all(len(text_of(m).encode()) <= 2048 for m in world.phone("wangqiang").messages)


async def test_an_unanswered_offer_goes_on_and_may_come_back(world: Stage) -> None:
    ticket = await dispatched(world)
    assert await offers_of(world, ticket) == [("王强", "open")]
    await says(world, "wangqiang", "没信号")
    assert await offers_of(world, ticket) == [("王强", "held"), ("赵磊", "open")]
    await says(world, "zhaolei", "退回 我在外面")
    assert (await fresh(world, ticket)).owner == "desk"
    assert "已恢复派单" in await says(world, "wangqiang", "有信号")
    assert (await offers_of(world, ticket))[-1] == ("王强", "open"), "a held offer is no refusal"
    assert "派单现在是开着的" in await says(world, "wangqiang", "有信号")


async def test_after_two_hours_the_lead_is_told_and_the_hold_ends(world: Stage) -> None:
    await says(world, "wangqiang", "没信号")
    await world.advance(minutes=119)
    lead = world.phone("hetao")
    assert not any("没信号" in text_of(m) for m in lead.messages)
    await world.advance(minutes=2)
    assert any("王强报没信号已满2小时" in text_of(m) for m in lead.messages)
    assert await offers_of(world, await dispatched(world)) == [("王强", "open")]


async def late(world: Stage) -> Ticket:
    """A ticket accepted at 9:00, whose holder tells at 9:45 what he did in the basement."""
    (ticket,) = await held(world, "三楼302电脑蓝屏了")
    await says(world, "wangqiang", "没信号")
    await world.advance(minutes=45)
    return ticket


def at(ticket: Ticket, hour: int, minute: int) -> bool:
    local = ticket.arrived_at.astimezone(ZoneInfo("Asia/Shanghai")) if ticket.arrived_at else None
    return local is not None and (local.hour, local.minute) == (hour, minute)


@pytest.mark.parametrize("who", ["limei", "zhoumin"])
async def test_late_entries_count_once_confirmed(world: Stage, who: str) -> None:
    ticket = await late(world)
    answer = await says(world, "wangqiang", "0908到 0915断电 0940好")
    assert "09:08到场" in answer and "09:40修好" in answer and "确认后按这个时间算" in answer
    assert "已恢复派单" in answer, "who is heard of has signal again"
    now = await fresh(world, ticket)
    assert now.status == "resolved" and not at(now, 9, 8)
    before = await says(world, "zhoumin", f"时限 {ticket.id}")
    if who == "limei":
        await presses(world, who, "时间对")
    else:
        assert "已确认" in await says(world, who, f"补录确认 {ticket.id}")
    now = await fresh(world, ticket)
    assert at(now, 9, 8) and now.resolved_at is not None and now.arrived_at is not None
    assert (now.resolved_at - now.arrived_at).total_seconds() == 32 * 60
    assert await says(world, "zhoumin", f"时限 {ticket.id}") != before
    async with world.desk.db.read() as session:
        events = await session.exec(select(TicketEvent.data).where(TicketEvent.kind == "late-entry"))
        rows = events.all()
        words = (await session.exec(select(Content.text).where(Content.ticket_id == ticket.id))).all()
    assert [row["what"] for row in rows] == ["arrive", "note", "resolved"]
    assert all(row["claimed"] < row["received"] for row in rows)
    assert "断电" in words and "断电" not in str(rows), "events carry no free text"
    assert "没有待确认的补录" in await says(world, "zhoumin", f"补录不对 {ticket.id}")


async def test_late_entries_that_are_denied_never_count(world: Stage) -> None:
    ticket = await late(world)
    await says(world, "wangqiang", f"{ticket.id}号 0908到")
    received = (await fresh(world, ticket)).arrived_at
    assert "只能由报障人或服务台" in await says(world, "wangqiang", f"补录确认 {ticket.id}")
    await presses(world, "limei", "不对")
    now = await fresh(world, ticket)
    assert (now.status, now.arrived_at) == ("on-site", received)
    assert any("仍按收到的时间计算" in text_of(m) for m in world.phone("wangqiang").messages)


async def test_late_entries_that_cannot_be(world: Stage) -> None:
    ticket = await late(world)
    for line, why in (
        ("1150到", "时间还没到"),
        ("0830到", "早于接单时间"),
        ("0930到 0910好", "早于前一条"),
        ("补录 2570到", "不是有效的时间"),
        ("0910到 0920", "后面没写做了什么"),
    ):
        answer = await says(world, "wangqiang", line)
        assert why in answer and f"{ticket.id}号（三楼302）没有补录" in answer, answer
    assert (await fresh(world, ticket)).status == "accepted"
    assert "没有这张单" in await says(world, "wangqiang", "999号 0908到")


@pytest.mark.parametrize(
    ("words", "right"), [("时间对", True), ("时间没错", True), ("时间不对", False), ("补录的时间不对", False)]
)
@pytest.mark.parametrize("who", ["limei", "zhoumin"])
async def test_the_words_of_the_card_s_buttons_are_the_answer_and_no_report(
    world: Stage, who: str, words: str, right: bool
) -> None:
    ticket = await late(world)
    await says(world, "wangqiang", f"{ticket.id}号 0908到")
    told = await says(world, who, words)
    assert ("已确认" if right else "仍按收到的时间计算") in told, told
    assert at(await fresh(world, ticket), 9, 8) is right
    assert await count_tickets(world) == 1


async def test_the_desk_with_several_is_asked_which(world: Stage) -> None:
    ticket = await late(world)
    await says(world, "wangqiang", f"{ticket.id}号 0908到")
    await says(world, "limei", "另外五楼506电脑开不了机，直接派人")
    await says(world, "zhoumin", "派 2 王强")
    await says(world, "wangqiang", "接单 2")
    await world.advance(minutes=30)
    await says(world, "wangqiang", "2号 1010到")
    told = await says(world, "zhoumin", "时间对")
    assert f"补录确认 {ticket.id}" in told and "补录确认 2" in told
    assert not at(await fresh(world, ticket), 9, 8)


async def test_the_number_of_a_late_entry_counts_without_号_too(world: Stage) -> None:
    first, second = await held(world, "三楼302电脑蓝屏了", "五楼505电脑蓝屏了")
    await says(world, "wangqiang", "没信号")
    await world.advance(minutes=50)
    await says(world, "wangqiang", f"补录 {second.id} 0908到")
    assert ((await fresh(world, first)).arrived_at, (await fresh(world, second)).status) == (None, "on-site")
    await says(world, "wangqiang", f"{first.id} 0910到 0940好")
    assert (await fresh(world, first)).status == "resolved"
    answer = await says(world, "wangqiang", f"补录 {first.id} 0910到 0945好")
    assert f"{first.id}号（三楼302）现在是：已解决" in answer, "never another ticket than the one he names"
    assert (await fresh(world, second)).status == "on-site"


async def test_an_answer_to_the_times_is_no_yes_to_the_repair_and_no_report(world: Stage) -> None:
    (ticket,) = await held(world, "三楼302电脑蓝屏了")
    await says(world, "wangqiang", "没信号")
    await world.advance(minutes=50)
    noted = await says(world, "wangqiang", "0908到 0915断电 0940好")
    assert "09:15断电" in noted and "请补录" not in noted
    assert "09:15断电" in text_of(world.phone("limei").last)
    assert "补录已确认" in await says(world, "limei", "对的")
    assert (await fresh(world, ticket)).status == "resolved", "whether it works is another question"
    assert "补录已确认" in await says(world, "limei", "时间对"), "and no clock that is wrong"
    assert await count_tickets(world) == 1


@pytest.mark.parametrize("asked", ["a question", "a card"])
async def test_a_bare_yes_belongs_to_what_was_asked_last(world: Stage, asked: str) -> None:
    ticket = await late(world)
    await says(world, "wangqiang", "0908联系")
    await world.advance(minutes=1)
    if asked == "a question":
        assert "装什么软件" in await says(world, "limei", "申请给501装个软件")
    else:
        await says(world, "wangqiang", f"约 {ticket.id} 明天上午")
        await world.advance(minutes=1)
    answer = await says(world, "limei", "对")
    assert "补录" not in answer, answer
    assert "补录已确认" in await says(world, "limei", "时间对"), "still open"


@pytest.mark.parametrize("back", ["", "出来了"])
async def test_three_digits_are_times_to_whoever_was_without_signal(world: Stage, back: str) -> None:
    ticket = await late(world)
    if back:
        await says(world, "wangqiang", back)
    answer = await says(world, "wangqiang", "905到 910断电 940好")
    assert "09:05到场" in answer and "09:40修好" in answer, answer
    assert (await fresh(world, ticket)).status == "resolved"


async def test_three_digits_may_be_rooms_to_anybody_else(world: Stage) -> None:
    (ticket,) = await held(world, "三楼302电脑蓝屏了")
    await world.advance(minutes=45)
    told = await says(world, "wangqiang", "905到 910好")
    assert "是时间还是房间" in told and "补录 905到 910好" in told, told
    assert (await fresh(world, ticket)).status == "accepted"
    assert "没有补录" in await says(world, "wangqiang", "补录 850到 910好")
    assert "是时间还是房间" not in await says(world, "wangqiang", "302到了"), "it is no time since he accepted"
    assert "09:05到场" in await says(world, "wangqiang", "补录 905到 910好")


async def test_a_reporter_may_say_when_it_was_instead(world: Stage) -> None:
    ticket = await late(world)
    await says(world, "wangqiang", "0908到 0940好")
    before = (await fresh(world, ticket)).fault
    assert "未被确认" in await says(world, "limei", "时间不对，他9点半才来的")
    now = await fresh(world, ticket)
    assert now.fault == before and not at(now, 9, 8)

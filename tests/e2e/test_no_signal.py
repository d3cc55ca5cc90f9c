"""没信号 and what is told afterwards: the procedure to read, held offers, late entries that count once confirmed."""

from sqlmodel import select

from bot.stage import Stage
from bot.store.tables import Offer, Person, Ticket
from bot.story import text_of
from tests.e2e.test_thumb import fresh, held
from tests.e2e.test_ticket_life import dispatched, says


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
    assert "没有登记过" in await says(world, "wangqiang", "有信号")


async def test_after_two_hours_the_lead_is_told_and_the_hold_ends(world: Stage) -> None:
    await says(world, "wangqiang", "没信号")
    await world.advance(minutes=119)
    lead = world.phone("hetao")
    assert not any("没信号" in text_of(m) for m in lead.messages)
    await world.advance(minutes=2)
    assert any("王强报没信号已满2小时" in text_of(m) for m in lead.messages)
    assert await offers_of(world, await dispatched(world)) == [("王强", "open")]

"""The clocks of a ticket as people ask for them, and the supervisor's ruling."""

import pytest
from sqlmodel import col, select

from bot.stage import Stage
from bot.store.tables import Content, Person, Ticket, TicketEvent
from knowledge import load
from tests.e2e.test_ticket_life import dispatched, presses, says


async def supervisor(world: Stage, name: str) -> None:
    """Somebody of the cast holds the supervisor's position from now on."""
    async with world.desk.db.write("test") as tx:
        found = (await tx.session.exec(select(Person).where(Person.name == name))).one()
        found.positions = ["inspector"]
        tx.add(found)


async def pauses(world: Stage, ticket: Ticket, reason: str, minutes: int) -> None:
    """The holder pauses the ticket and goes on after so many minutes."""
    await says(world, "wangqiang", f"暂停 {ticket.id} {reason}")
    await world.advance(minutes=minutes)
    await says(world, "wangqiang", f"恢复 {ticket.id}")


async def test_a_pause_for_a_carrier_is_not_charged_to_the_provider(world: Stage) -> None:
    ticket = await dispatched(world)
    await presses(world, "wangqiang", "接单")
    await world.advance(minutes=10)
    await pauses(world, ticket, "第三方或运营商处理", 30)
    shown = await says(world, "zhoumin", f"时限 {ticket.id}")
    assert "按服务方用时计" in shown
    assert "第三方30分" in shown
    assert "恢复：限480分" in shown
    assert shown == await says(world, "wangqiang", f"时限{ticket.id}号")
    assert "各方用时" in await says(world, "limei", f"时限 {ticket.id}")
    assert "只有报障人、处理人、服务台和监理能看" in await says(world, "zhaolei", f"时限 {ticket.id}")
    assert "没有找到999号单" in await says(world, "zhoumin", "时限 999")


async def test_a_new_contract_leaves_the_pauses_before_it_as_they_were_charged(world: Stage) -> None:
    ticket = await dispatched(world)
    await presses(world, "wangqiang", "接单")
    await pauses(world, ticket, "第三方或运营商处理", 30)
    await world.desk.reload(load(levels={"sla": {"pause_charged": {"第三方或运营商处理": "user-unit"}}}))
    await pauses(world, ticket, "第三方或运营商处理", 20)
    shown = await says(world, "zhoumin", f"时限 {ticket.id}")
    assert "第三方30分" in shown and "使用方20分" in shown


async def test_only_the_supervisor_rules_and_only_his_stretch_changes(world: Stage) -> None:
    ticket = await dispatched(world)
    await presses(world, "wangqiang", "接单")
    await pauses(world, ticket, "等待用户时间", 20)
    assert "裁定只能由监理工程师作出" in await says(world, "zhoumin", f"裁定 {ticket.id} 1 服务方")
    await supervisor(world, "孙安")
    before = await says(world, "sunan", f"时限 {ticket.id}")
    line = next(line for line in before.splitlines() if line.endswith("使用方") and line[0].isdigit())
    index = line.split(".")[0]
    assert "请这样发" in await says(world, "sunan", "裁定 这不公平")
    assert "没有第99段" in await says(world, "sunan", f"裁定 {ticket.id} 99 服务方")
    assert f"第{index}段已裁定归服务方" in await says(
        world, "sunan", f"裁定 {ticket.id} {index} 服务方 现场等人是排班问题"
    )
    after = await says(world, "sunan", f"时限 {ticket.id}")
    changed = [
        (b, a)
        for b, a in zip(before.splitlines(), after.splitlines(), strict=True)
        if b != a and b[0].isdigit() and ". " in b
    ]
    assert changed == [(line, line.replace("使用方", "服务方") + "（监理裁定）")]


async def test_how_long_there_still_is_asked_in_words(world: Stage) -> None:
    assert "时限" not in await says(world, "limei", "还有多久到期")
    ticket = await dispatched(world)
    await presses(world, "wangqiang", "接单")
    for line in (f"{ticket.id}号时限怎么样了", "还有多久到期", "会不会超时", "时限", f"{ticket.id}号还剩多少时间"):
        answer = await says(world, "limei", line)
        assert f"{ticket.id}号时限：联系" in answer and "到场" in answer and "恢复" in answer, line
    assert f"{ticket.id}号时限：联系" in await says(world, "wangqiang", "还有多久到期")
    assert f"{ticket.id}号时限：联系" in await says(world, "zhoumin", f"{ticket.id}号还有多久到期")
    assert "只有报障人、处理人、服务台和监理能看" in await says(world, "zhaolei", f"{ticket.id}号时限怎么样了")
    await world.advance(minutes=40)
    assert "联系已超时" in await says(world, "limei", f"{ticket.id}号超时了吗")


@pytest.mark.parametrize(
    "line", ["转出 {n} R6 电信工单GD1234", "{n}号转运营商 电信工单GD1234", "把{n}号转给电信，电信工单GD1234"]
)
async def test_a_carriers_outage_that_is_handed_over_with_proof_charges_the_provider_nothing_more(
    world: Stage, line: str
) -> None:
    ticket = await dispatched(world, "三楼整层都上不了网")
    assert ticket.priority == "P1"
    await presses(world, "wangqiang", "接单")
    assert "转服务台" in await says(world, "wangqiang", "暂停 运营商线路断了"), (
        "a P1 is not paused; the desk hands it over"
    )
    await world.advance(minutes=10)
    await says(world, "wangqiang", "转服务台 电信光缆断了")
    answer = await says(world, "zhoumin", line.format(n=ticket.id))
    assert "转出凭证已记下：电信工单GD1234" in answer
    async with world.desk.db.read() as session:
        kept = select(Content.text).join(TicketEvent, col(TicketEvent.content_id) == col(Content.id))
        assert (await session.exec(kept.where(TicketEvent.kind == "refer-proof"))).one() == "电信工单GD1234"
    await world.advance(hours=5)
    shown = await says(world, "zhoumin", f"时限 {ticket.id}")
    assert "各方用时：服务方10分，第三方300分" in shown
    assert "恢复：限120分，已用10分（总310分）" in shown
    await says(world, "zhoumin", f"办结 {ticket.id} 电信已修复")
    assert "服务方10分，第三方300分" in await says(world, "zhoumin", f"时限 {ticket.id}")


async def test_a_seat_is_asked_for_the_proof_it_has_not_given(world: Stage) -> None:
    ticket = await dispatched(world)
    assert f"备注 {ticket.id} 工单号" in await says(world, "zhoumin", f"{ticket.id}号转运营商")
    assert "没有找到99号单" in await says(world, "zhoumin", "99号转物业")


async def test_of_classified_matters_a_name_refers_nothing(world: Stage) -> None:
    ticket = await dispatched(world)
    await says(world, "zhoumin", f"{ticket.id}号转涉密")
    async with world.desk.db.read() as session:
        assert (await session.get_one(Ticket, ticket.id)).kind == "fault"

"""An account the platform does not know any more: the other platform first, then the lead."""

import pytest
from sqlmodel import select

from bot.stage import Stage
from bot.store.tables import AccountRow, Person
from bot.story import text_of
from tests.e2e.test_ticket_life import dispatched, presses, says, ticket_of


async def gone(world: Stage, name: str, *platforms: str) -> None:
    """The platforms do not know these accounts of somebody's."""
    async with world.desk.db.write("gone") as tx:
        person = (await tx.session.exec(select(Person).where(Person.name == name))).one()
        for account in (await tx.session.exec(select(AccountRow).where(AccountRow.person_id == person.id))).all():
            if account.platform in platforms:
                account.user_id = "ghost"
                tx.add(account)


async def test_an_offer_that_one_platform_refuses_reaches_him_on_the_other(world: Stage) -> None:
    await gone(world, "王强", "wecom")
    await dispatched(world)
    await world.settle()
    phone = world.phone("wangqiang", "dingtalk")
    assert any("接单" in text_of(m) for m in phone.messages)
    assert not any("送不到" in text_of(m) for m in world.phone("zhoumin").messages)


async def test_who_is_reached_nowhere_is_told_to_the_lead_and_the_desk(world: Stage) -> None:
    await gone(world, "王强", "wecom", "dingtalk")
    await dispatched(world)
    await world.settle()
    for userid in ("hetao", "zhoumin"):
        assert any("送不到" in text_of(m) for m in world.phone(userid).messages)
    assert any("王强" in text_of(m) for m in world.phone("hetao").messages)


@pytest.mark.parametrize("others", [True, False])
async def test_an_offer_to_somebody_reached_nowhere_goes_on(world: Stage, others: bool) -> None:
    if not others:
        await says(world, "zhaolei", "下线")
    await gone(world, "王强", "wecom", "dingtalk")
    await dispatched(world)
    ticket = await ticket_of(world)
    assert ticket.status == ("dispatched" if others else "triaged")
    assert any("接单" in text_of(m) for m in world.phone("zhaolei").messages) is others
    assert others or any("没有合格的人在岗" in text_of(m) for m in world.phone("zhoumin").messages)


async def test_what_he_holds_is_the_desks_and_stays_where_it_went_when_he_is_back(world: Stage) -> None:
    number = (await dispatched(world)).id
    await presses(world, "wangqiang", "接单")
    known = {a.id: a.user_id for a in await accounts(world, "王强")}
    await gone(world, "王强", "wecom", "dingtalk")
    await world.advance(minutes=2)
    await says(world, "limei", "催一下")
    ticket = await ticket_of(world)
    assert (ticket.status, ticket.owner, ticket.assignee_id) == ("triaged", "desk", None)
    assert any("原处理人联系不上" in text_of(m) for m in world.phone("zhoumin").messages)
    async with world.desk.db.write("back") as tx:
        for account_id, user_id in known.items():
            row = await tx.session.get_one(AccountRow, account_id)
            row.user_id = user_id
            tx.add(row)
    assert "没有在办的单" in await says(world, "wangqiang", "我的单")
    assert (await ticket_of(world)).assignee_id is None
    await says(world, "zhoumin", f"派 {number} 王强")
    await says(world, "wangqiang", f"接单 {number}")
    assert (await ticket_of(world)).status == "accepted"


async def accounts(world: Stage, name: str) -> list[AccountRow]:
    async with world.desk.db.read() as session:
        person = (await session.exec(select(Person).where(Person.name == name))).one()
        return list((await session.exec(select(AccountRow).where(AccountRow.person_id == person.id))).all())

"""An account the platform does not know any more: the other platform first, then the lead."""

from sqlmodel import select

from bot.stage import Stage
from bot.store.tables import AccountRow, Person
from bot.story import text_of
from tests.e2e.test_ticket_life import dispatched


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

"""A people sheet that takes a role, an account, a skill or a permit from somebody who has work in hand."""

from dataclasses import replace
from typing import Any

import pytest
from phones import read, seen
from sqlmodel import select

from bot import cast
from bot.core.updates import Account
from bot.desk import roles, spreadsheets
from bot.stage import Stage
from bot.store.tables import Offer, Person
from tests.e2e.test_ticket_life import dispatched, presses, says, ticket_of


async def imported(world: Stage, name: str, **changes: Any) -> None:
    """The sheet is read again, with something else in one person's row; the desk that runs looks within the minute."""
    rows = [replace(row, **changes) if row.name == name else row for row in cast.rows()]
    async with world.desk.db.write("sheet") as tx:
        await spreadsheets.save_people(tx, rows, cast.heard_at())
    await world.advance(minutes=1)


async def offer_states(world: Stage) -> list[str]:
    async with world.desk.db.read() as session:
        return list((await session.exec(select(Offer.state).order_by(Offer.id))).all())  # type: ignore[arg-type]


@pytest.mark.parametrize("accepted", [False, True])
async def test_who_is_no_technician_any_more_keeps_nothing(world: Stage, accepted: bool) -> None:
    await dispatched(world)
    if accepted:
        await presses(world, "wangqiang", "接单")
        await says(world, "wangqiang", "联系报障人 1")
    await imported(world, "王强", positions=["reporter"], skills=[])
    ticket = await ticket_of(world)
    assert (ticket.status, ticket.owner, ticket.assignee_id) == ("triaged", "desk", None)
    assert await offer_states(world) == ["accepted" if accepted else "withdrawn"]
    assert "1号不用去了：岗位已变更" in seen(world, "wangqiang")
    assert "您的岗位已变更，手上的1张工单已转服务台，不用再处理。" in seen(world, "wangqiang")
    desk = seen(world, "zhoumin")
    assert "原处理人岗位已变更" in desk
    assert "王强的岗位已变更，派给他的1张工单已转服务台。" in desk
    if accepted:
        await read(world, "limei", "还在吗")
        assert "李梅：还在吗" in seen(world, "zhoumin") and "李梅：还在吗" not in seen(world, "wangqiang")
    await imported(world, "王强", positions=["reporter"], skills=[])
    assert seen(world, "zhoumin").count("王强的岗位已变更") == 1


@pytest.mark.parametrize(
    ("changes", "loss"),
    [
        ({"positions": ["reporter"], "skills": []}, ("王强", "role", [1])),
        ({"accounts": [Account(platform="wecom", corp_id="ww-other", user_id="wq")]}, ("王强", "unreached", [1])),
        ({"skills": ["network"]}, ("王强", "", [1])),
        ({"positions": ["engineer-l2"]}, None),
    ],
)
async def test_a_sheet_can_be_tried_first(world: Stage, changes: dict[str, Any], loss: object) -> None:
    """What would be lost, and which tickets would move, before anything is kept."""
    await dispatched(world)
    await presses(world, "wangqiang", "接单")
    async with world.desk.db.write("trial") as tx:
        rows = [replace(row, **changes) if row.name == "王强" else row for row in cast.rows()]
        await spreadsheets.save_people(tx, rows, cast.heard_at())
        found = [(x.who.name, x.why, [t.id for t in x.tickets]) for x in await roles.foretold(tx, world.office)]
        await tx.session.rollback()
    assert found == ([loss] if loss else [])
    await world.advance(minutes=1)
    assert (await ticket_of(world)).owner == "technician"


async def test_another_grade_or_the_same_sheet_again_changes_nothing(world: Stage) -> None:
    await dispatched(world)
    await presses(world, "wangqiang", "接单")
    await imported(world, "王强", positions=["engineer-l2"])
    await imported(world, "王强")
    assert (await ticket_of(world)).owner == "technician"
    assert "岗位已变更" not in seen(world, "zhoumin") + seen(world, "wangqiang")


async def test_who_gave_his_account_to_another_is_not_waited_for(world: Stage) -> None:
    """The only account he was reached by is another one now, on the same platform; the old one is not written to."""
    await dispatched(world, "三楼302显示器屏幕碎了")
    await presses(world, "wangqiang", "接单")
    gone = [Account(platform="wecom", corp_id="ww-other", user_id="wq")]
    async with world.desk.db.write("sheet") as tx:
        rows = [row for row in cast.rows() if row.name != "王强"]
        heir = replace(next(r for r in cast.rows() if r.name == "王强"), name="马超", phone="13900000077")
        who = (await tx.session.exec(select(Person).where(Person.name == "王强"))).one()
        number = who.id
        old = replace(heir, name="王强", phone=who.phone, accounts=gone)
        await spreadsheets.save_people(tx, [*rows, old], cast.heard_at())
    await world.advance(minutes=1)
    ticket = await ticket_of(world)
    assert (ticket.owner, ticket.assignee_id) == ("desk", None), number
    assert "王强没有可用的账号了，派给他的1张工单已转服务台。" in seen(world, "zhoumin")


@pytest.mark.parametrize(
    ("changes", "lack"),
    [
        ({"skills": ["desktop", "print"]}, "没有这项技能"),
        ({"permits": {"低压电工作业证": ""}}, "缺证或已到期（登高作业证）"),
    ],
)
async def test_who_may_not_do_it_any_more_is_the_desks_to_judge(
    world: Stage, changes: dict[str, Any], lack: str
) -> None:
    await says(world, "limei", "大门口的监控摄像头没有画面，位置在一楼大厅")
    await read(world, "zhaolei", "接单 1")
    assert (await ticket_of(world)).owner == "technician"
    await imported(world, "赵磊", **changes)
    line = f"1号在赵磊手上，但他{lack}，请看是否改派：派 1 姓名"
    assert line in seen(world, "zhoumin")
    assert (await ticket_of(world)).owner == "technician", "he keeps it until the desk says otherwise"
    await imported(world, "赵磊", **changes)
    await world.advance(minutes=5)
    assert seen(world, "zhoumin").count(line) == 1


async def test_a_permit_that_runs_out_in_his_hands(world: Stage) -> None:
    today = world.clock.now().astimezone(world.office.voice.zone).date()
    await imported(world, "赵磊", permits={"登高作业证": today.isoformat()})
    await says(world, "limei", "大门口的监控摄像头没有画面，位置在一楼大厅")
    await read(world, "zhaolei", "接单 1")
    assert "请看是否改派" not in seen(world, "zhoumin")
    await world.advance(hours=24)
    assert seen(world, "zhoumin").count("1号在赵磊手上，但他缺证或已到期（登高作业证）") == 1


async def test_who_is_missing_from_the_sheet_is_told(world: Stage) -> None:
    await dispatched(world)
    async with world.desk.db.write("sheet") as tx:
        rest = [row for row in cast.rows() if row.name != "王强"]
        await spreadsheets.save_people(tx, rest, cast.heard_at())
        await spreadsheets.remove(tx, await spreadsheets.missing(tx, rest))
    await world.advance(minutes=1)
    assert "您已不在人员名单上，岗位已取消" in seen(world, "wangqiang")
    assert "1号不用去了：人员已离开" in seen(world, "wangqiang")

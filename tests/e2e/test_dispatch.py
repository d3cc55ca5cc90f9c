"""Dispatch as people see it: who else, what an assignment means, permits, and the backlog that is planned together."""

import pytest
from sqlmodel import select

from bot.desk import reassigning
from bot.stage import Stage
from bot.store.tables import Offer, Person, Site, Ticket, Unit
from bot.story import text_of
from tests.e2e.test_ticket_life import dispatched, presses, says, ticket_of


async def person(world: Stage, name: str, **values: object) -> None:
    """Change what the people sheet says of somebody."""
    async with world.desk.db.write("test") as tx:
        found = (await tx.session.exec(select(Person).where(Person.name == name))).one()
        for key, value in values.items():
            setattr(found, key, value)
        tx.add(found)


async def test_who_else_is_answered_with_costs_to_the_desk_and_to_the_one_asked(world: Stage) -> None:
    ticket = await dispatched(world)
    for userid in ("zhoumin", "wangqiang"):
        answer = await says(world, userid, f"还有谁 {ticket.id}")
        assert "可派2人" in answer
        assert "王强 合计" in answer
        assert "赵磊 合计" in answer
    assert "没有派给您" in await says(world, "zhaolei", f"还有谁 {ticket.id}")
    assert "没有找到999号单" in await says(world, "zhoumin", "还有谁 999")
    assert "请带上单号" in await says(world, "zhoumin", "还有谁")


async def test_the_desk_assigns_and_reads_what_it_means(world: Stage) -> None:
    ticket = await dispatched(world)
    answer = await says(world, "zhoumin", f"派 {ticket.id} 赵磊")
    assert f"{ticket.id}号已派给赵磊" in answer
    assert "手上0张单" in answer
    assert "路程未知" in answer
    assert "预计能按时到" in answer


async def test_without_the_permit_nobody_is_offered_it_and_the_desk_is_told_why(world: Stage) -> None:
    await person(world, "赵磊", permits={"登高作业证": "2020-01-01"})
    await says(world, "limei", "大门口的监控摄像头没有画面，位置在一楼大厅")
    ticket = await ticket_of(world)
    assert ticket.item == "video-surveillance"
    async with world.desk.db.read() as session:
        assert (await session.exec(select(Offer).where(Offer.ticket_id == ticket.id))).all() == []
    assert "缺证或已到期（登高作业证）1人" in await says(world, "zhoumin", f"还有谁 {ticket.id}")
    refused = await says(world, "zhoumin", f"派 {ticket.id} 赵磊")
    assert "不能派给赵磊：缺证或已到期（登高作业证）" in refused


async def test_what_waited_for_nobody_is_planned_when_somebody_comes_on_duty(world: Stage) -> None:
    for userid in ("wangqiang", "zhaolei"):
        await says(world, userid, "下线")
    waiting = [await dispatched(world, f"三楼30{n}显示器屏幕碎了") for n in (1, 2)]
    assert [t.status for t in waiting] == ["triaged", "triaged"]
    await says(world, "wangqiang", "上线")
    async with world.desk.db.read() as session:
        tickets = [await session.get_one(Ticket, t.id) for t in waiting]
    assert tickets[0].status == "dispatched"
    assert tickets[1].status == "triaged"
    await says(world, "wangqiang", f"接单 {tickets[0].id}")
    await says(world, "wangqiang", "远程")
    await says(world, "wangqiang", "已解决")
    assert (await ticket_of(world)).status == "dispatched"


async def test_what_waits_is_looked_at_again_after_a_while(world: Stage) -> None:
    for userid in ("wangqiang", "zhaolei"):
        await says(world, userid, "下线")
    waiting = await dispatched(world, "三楼301显示器屏幕碎了")
    await world.advance(minutes=16)
    assert (await ticket_of(world)).status == waiting.status == "triaged"
    await person(world, "赵磊", duty="on")  # a change that says nothing by itself, as the roster's
    await world.advance(minutes=16)
    assert (await ticket_of(world)).status == "dispatched"
    assert any("接单" in str(m.card) for m in world.phone("zhaolei").messages if m.card)


async def test_a_ticket_gets_the_only_site_of_its_unit(world: Stage) -> None:
    async with world.desk.db.write("test") as tx:
        unit = (await tx.session.exec(select(Unit).where(Unit.name == "市民政局"))).one()
        tx.add(Site(unit_id=unit.id or 0, name="主办公区", latitude=23.129, longitude=113.264))
        await tx.flush()
        site = (await tx.session.exec(select(Site))).one()
        for name, place in (("王强", None), ("赵磊", site.id)):
            found = (await tx.session.exec(select(Person).where(Person.name == name))).one()
            found.site_id = place
            tx.add(found)
    ticket = await dispatched(world)
    assert ticket.site_id == site.id
    assert "路程约0分钟" in await says(world, "zhoumin", f"派 {ticket.id} 赵磊")


async def test_what_a_seat_follows_by_hand_is_offered_to_nobody(world: Stage) -> None:
    ticket = await dispatched(world)
    await says(world, "limei", "五楼506打印机卡纸了")
    waits = await ticket_of(world)  # for the answer to a self-help step
    for each in (ticket, waits):
        assert f"{each.id}号由周敏跟进" in await says(world, "zhoumin", f"跟进 {each.id}")
    assert any("不用去了" in text_of(m) for m in world.phone("wangqiang").messages)
    await says(world, "wangqiang", f"接单 {ticket.id}")
    await world.advance(minutes=45)
    async with world.desk.db.read() as session:
        offers = (await session.exec(select(Offer))).all()
        kept = [await session.get_one(Ticket, t.id) for t in (ticket, waits)]
    assert [(o.ticket_id, o.state) for o in offers] == [(ticket.id, "withdrawn")]
    assert [(t.owner, t.assignee_id) for t in kept] == [("desk", kept[0].assignee_id)] * 2
    assert kept[0].assignee_id is not None and kept[0].status == "triaged"
    await says(world, "zhoumin", f"派 {ticket.id} 赵磊")
    assert any(f"{ticket.id}号" in text_of(m) for m in world.phone("zhaolei", "dingtalk").messages)


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("派 {id} 赵工", "没有名叫赵工的技术员，是不是下面这位？"),
        ("派 {id} 赵雷", "1. 赵磊"),
        ("让赵师傅去{id}号", "1. 赵磊"),
        ("派 {id} 李梅", "李梅不是技术员（市民政局 报障人），不能接单"),
        ("派 {id} 周敏", "周敏不是技术员（服务方 服务台坐席），不能接单"),
        ("让周敏去{id}号", "周敏不是技术员"),
        ("派 {id} 钱七", "没有找到名叫钱七的技术员"),
    ],
)
async def test_a_name_that_is_nobodys_is_answered_with_who_may_be_meant(world: Stage, said: str, answer: str) -> None:
    ticket = await dispatched(world)
    told = await says(world, "zhoumin", said.format(id=ticket.id))
    assert answer in told, told
    if "赵磊" in told:
        assert f"{ticket.id}号已派给赵磊" in await says(world, "zhoumin", "1")


async def test_a_technician_who_nearly_names_a_colleague_is_asked_for_the_whole_name(world: Stage) -> None:
    ticket = await dispatched(world)
    await says(world, "wangqiang", f"接单 {ticket.id}")
    assert "没有名叫赵工的技术员，是不是下面这位？请写全名再发：\n赵磊" in await says(
        world, "wangqiang", f"转交 {ticket.id} 赵工 家里有急事"
    )
    assert "李梅不是技术员" in await says(world, "wangqiang", f"转交 {ticket.id} 李梅 家里有急事")


async def handed(world: Stage, line: str, userid: str = "zhoumin") -> str:
    """王强 holds 1 and 2; then `line`."""
    for room in ("301", "302"):
        ticket = await dispatched(world, f"三楼{room}显示器屏幕碎了")
        await says(world, "zhoumin", f"派 {ticket.id} 王强")
        await says(world, "wangqiang", f"接单 {ticket.id}")
    return await says(world, userid, line)


async def holders(world: Stage) -> list[tuple[str, int | None]]:
    async with world.desk.db.read() as session:
        found = (await session.exec(select(Ticket).order_by(Ticket.id))).all()
        open_ = (await session.exec(select(Offer).where(Offer.state == "open"))).all()
        names = {p.id: p.name for p in (await session.exec(select(Person))).all()}
    asked = {o.ticket_id: names[o.person_id] for o in open_}
    return [(t.status, asked.get(t.id) or names.get(t.assignee_id)) for t in found]


@pytest.mark.parametrize(
    ("line", "userid"),
    [
        ("把王强的单都给赵磊", "zhoumin"),
        ("王强的单全部转给赵磊", "hetao"),
        ("王强的活给赵磊接", "zhoumin"),
        ("全部改派 王强 赵磊", "hetao"),
    ],
)
async def test_all_that_one_has_goes_to_another_and_what_it_means_is_said(world: Stage, line: str, userid: str) -> None:
    told = await handed(world, line, userid)
    assert "王强有2张单可以派给赵磊（他现在有0张）：" in told, told
    assert "1号 " in told and "三楼301）：路程未知，预计能按时到" in told
    assert "把王强的2张单派给赵磊？" in told and "还没有改派" in told
    assert await holders(world) == [("accepted", "王强"), ("accepted", "王强")]
    told = await presses(world, userid, "确认")
    assert "王强的2张单已派给赵磊，等他接单，他手上共2张：" in told, told
    assert await holders(world) == [("dispatched", "赵磊"), ("dispatched", "赵磊")]
    assert any("服务台改派" in text_of(m) for m in world.phone("wangqiang").messages)
    await says(world, "zhaolei", "接单 2")
    assert "王强手上没有单" in await says(world, userid, line)


async def test_of_very_many_a_portion_goes_on_each_yes(world: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reassigning, "AT_ONCE", 1)
    told = await handed(world, "把王强的单都给赵磊")
    assert "一次派1张，派完接着问其余1张" in told and "把王强的1张单派给赵磊？" in told, told
    told = await says(world, "zhoumin", "确认")
    assert "王强的1张单已派给赵磊" in told and "把王强的1张单派给赵磊？" in told and "其余" not in told, told
    assert await holders(world) == [("dispatched", "赵磊"), ("accepted", "王强")]
    told = await presses(world, "zhoumin", "确认")
    assert "王强的1张单已派给赵磊，等他接单，他手上共2张" in told and "？" not in told, told
    assert await holders(world) == [("dispatched", "赵磊"), ("dispatched", "赵磊")]


async def test_what_the_other_may_not_take_is_named_and_left(world: Stage) -> None:
    for room in ("301", "302"):
        ticket = await dispatched(world, f"三楼{room}显示器屏幕碎了")
        await says(world, "zhoumin", f"派 {ticket.id} 王强")
        await says(world, "wangqiang", f"接单 {ticket.id}")
    await says(world, "wangqiang", "已恢复 2")
    camera = await dispatched(world, "大门口的监控摄像头没有画面，位置在一楼大厅")
    await says(world, "zhaolei", f"接单 {camera.id}")
    told = await says(world, "zhoumin", "王强的单都给赵磊")
    assert "王强有1张单可以派给赵磊（他现在有1张）" in told and "只差收尾" in told, told
    told = await says(world, "zhoumin", "确认")
    assert (
        "王强的1张单已派给赵磊" in told
        and "不能给赵磊的1张，仍在王强那里" in told
        and "2号 " in told
        and "只差收尾" in told
    )
    told = await says(world, "zhoumin", "赵磊的单都转给王强")
    assert "赵磊有1张单可以派给王强" in told, told
    assert f"{camera.id}号 一路监控没画面" in told and "没有这项技能" in told
    assert "赵磊的1张单已派给王强" in await says(world, "zhoumin", "确认")
    assert (await holders(world))[camera.id - 1] == ("accepted", "赵磊")
    await says(world, "zhaolei", "下线")
    told = await says(world, "zhoumin", "把王强的单都给赵磊")
    assert "王强的单都不能转给赵磊" in told and "确认" not in told and "已下线" in told


async def test_a_yes_to_what_is_no_longer_so_moves_nothing(world: Stage) -> None:
    await handed(world, "把王强的单都给赵磊")
    await says(world, "wangqiang", "已恢复 2")
    told = await says(world, "zhoumin", "确认")
    assert "不作数" in told and "把王强的1张单派给赵磊？" in told and "只差收尾" in told, told
    assert (await holders(world))[0] == ("accepted", "王强")
    await world.advance(minutes=11)
    told = await presses(world, "zhoumin", "确认")
    assert "不作数" in told and "把王强的1张单派给赵磊？" in told, "what was shown long ago"
    assert "没有改派" in await presses(world, "zhoumin", "取消")
    phone = world.phone("zhoumin")
    await phone.presses("确认", force=True)
    await world.settle()
    assert "已经处理过了" in "\n".join(text_of(m) for m in phone.messages[-2:])
    assert (await holders(world))[0] == ("accepted", "王强")
    assert "没看明白" in await says(world, "zhoumin", "确认"), "nothing is asked any more"


async def test_names_of_it_are_asked_back_one_by_one(world: Stage) -> None:
    assert "是不是下面这位" in await handed(world, "把王工的单都给赵工")
    assert "是不是下面这位" in await says(world, "zhoumin", "1")
    assert "把王强的2张单派给赵磊？" in await says(world, "zhoumin", "1")
    assert "没有改派，王强的单照旧" in await says(world, "zhoumin", "取消")
    assert await holders(world) == [("accepted", "王强"), ("accepted", "王强")]
    assert "李梅不是技术员" in await says(world, "zhoumin", "赵磊的单都给李梅")
    assert "本来就在赵磊手上" in await says(world, "zhoumin", "赵磊的单都给赵磊")
    assert "请这样发：全部改派" in await says(world, "zhoumin", "全部改派")
    assert "没看明白" in await says(world, "zhaolei", "把王强的单都给赵磊"), "only the desk may"

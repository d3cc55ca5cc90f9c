"""Somebody leaves: the platform's own event ends his roles, and each of his tickets has an owner in the same moment."""

import pytest
from sqlmodel import col, select

from bot import cast
from bot.core.updates import Account, Content, Left, Notice, Update
from bot.desk import dispatch, leavers, spreadsheets
from bot.stage import Stage
from bot.store.tables import AccountRow, CardRow, Person, Ticket
from bot.story import text_of
from tests.e2e.test_ticket_life import dispatched, presses, says, ticket_of


async def person_of(world: Stage, userid: str) -> Person:
    row = await account_of(world, userid)
    async with world.desk.db.read() as session:
        return (await session.exec(select(Person).where(Person.id == row.person_id))).one()


async def account_of(world: Stage, userid: str) -> AccountRow:
    """His WeCom account (王强 has one on DingTalk too)."""
    statement = select(AccountRow).where(AccountRow.user_id == userid, AccountRow.platform == "wecom")
    async with world.desk.db.read() as session:
        return (await session.exec(statement)).one()


async def leaves(world: Stage, userid: str, *, deleted: bool) -> None:
    """As DingTalk and WeCom's unsubscribe tell it (the account itself), or as WeCom's directory does (a notice)."""
    row = await account_of(world, userid)
    account = Account(platform="wecom", corp_id=row.corp_id, user_id="sys" if deleted else userid)
    content: Content = Left()
    if deleted:
        content = Notice(name="change_contact", detail={"ChangeType": "delete_user", "UserID": userid.upper()})
    update = Update(
        key=f"left:{userid}", lane=str(account), connection=row.connection, account=account, at=world.clock.now(), content=content
    )  # fmt: skip
    await world.desk.inbox.accept([update])
    await world.settle()


def read_by(world: Stage, userid: str) -> str:
    return "\n".join(text_of(m) for m in world.phone(userid).messages)


@pytest.mark.parametrize("deleted", [False, True])
@pytest.mark.parametrize("accepted", [False, True])
async def test_a_technician_loses_his_roles_and_his_ticket_is_the_desks(
    world: Stage, accepted: bool, deleted: bool
) -> None:
    await dispatched(world)
    if accepted:
        await presses(world, "wangqiang", "接单")
    assert (await ticket_of(world)).status == ("accepted" if accepted else "dispatched")
    await leaves(world, "wangqiang", deleted=deleted)
    ticket, gone = await ticket_of(world), await person_of(world, "wangqiang")
    assert (gone.positions, gone.duty) == ([], "off")
    assert (ticket.status, ticket.owner, ticket.assignee_id) == ("triaged", "desk", None)
    seen = read_by(world, "zhoumin")
    assert "原处理人已离开" in seen
    assert "王强已离开，岗位已取消；派给他的1张工单已转服务台" in seen
    await says(world, "zhoumin", f"派 {ticket.id} 赵磊")
    assert (await ticket_of(world)).status == "dispatched"


async def five_in_hand(world: Stage) -> None:
    """王强 has five tickets in hand."""
    await dispatched(world)
    await presses(world, "wangqiang", "接单")
    one = (await ticket_of(world)).model_dump(exclude={"id"})
    async with world.desk.db.write("more of them") as tx:
        for room in range(303, 307):
            slots = {"floor": "3楼", "room": str(room), "location": f"三楼{room}"}
            tx.add(Ticket(**{**one, "slots": slots}))


async def owners(world: Stage) -> list[str]:
    async with world.desk.db.read() as session:
        return [t.owner for t in (await session.exec(select(Ticket).order_by(col(Ticket.id)))).all()]


@pytest.mark.parametrize("restarts", [False, True])
async def test_very_many_tickets_become_the_desks_in_portions_each_with_its_card(
    world: Stage, monkeypatch: pytest.MonkeyPatch, restarts: bool
) -> None:
    monkeypatch.setattr(leavers, "AT_ONCE", 2)
    await five_in_hand(world)
    before = len(world.phone("zhoumin").messages)
    async with world.desk.db.write("gone") as tx:
        who = await tx.session.get(Person, (await person_of(world, "wangqiang")).id)
        assert who is not None
        assert await leavers.hand_in(tx, world.office, who, "left") == 5
    assert await owners(world) == ["desk", "desk", "technician", "technician", "technician"]
    async with world.desk.db.read() as session:
        cards = select(CardRow).where(CardRow.purpose == "desk", ~col(CardRow.closed))
        assert {card.ticket_id for card in (await session.exec(cards)).all()} == {1, 2}, "whole tickets, not halves"
    async with world.desk.db.write("taken meanwhile") as tx:
        ticket = await tx.session.get(Ticket, 3)
        zhao = (await tx.session.exec(select(Person).where(Person.name == "赵磊"))).one()
        seat = await person_of(world, "zhoumin")
        assert ticket is not None and await dispatch.assign(tx, world.office, ticket, zhao, seat) == ""
    if restarts:
        await world.restart()
    await world.settle()
    shown = [text_of(m) for m in world.phone("zhoumin").messages[before:]]
    told = [sum(f"{number}号" in text and "原处理人已离开" in text for text in shown) for number in range(1, 6)]
    assert told == [1, 1, 0, 1, 1]
    async with world.desk.db.read() as session:
        assert (await session.exec(select(Ticket).where(Ticket.owner == "technician"))).all() == []
        assert (await session.get_one(Ticket, 3)).status == "dispatched"


async def test_his_reports_go_on_with_his_agencys_liaison(world: Stage) -> None:
    ticket = await dispatched(world)
    await leaves(world, "limei", deleted=True)
    after, liaison = await ticket_of(world), await person_of(world, "linfang")
    assert (after.reporter_id, after.status, after.unit_id) == (liaison.id, "dispatched", ticket.unit_id)
    assert "李梅已离开，所报" in read_by(world, "linfang")


async def test_without_a_liaison_the_desk_hears_of_it(world: Stage) -> None:
    await says(world, "chenzhi", "三楼302电脑蓝屏了")
    before: Ticket = await ticket_of(world)
    await leaves(world, "chenzhi", deleted=True)
    assert (await ticket_of(world)).reporter_id == before.reporter_id
    assert "报障人已离开，单位没有联络员" in read_by(world, "zhoumin")


async def test_who_is_not_in_the_next_sheet_leaves_unless_another_one_has_him_again(world: Stage) -> None:
    await dispatched(world)
    await presses(world, "wangqiang", "接单")
    rest = [row for row in cast.rows() if row.name not in ("王强", "陈志")]
    async with world.desk.db.write("dry") as tx:
        gone = await spreadsheets.missing(tx, rest)
        assert [(p.name, await leavers.holds(tx, p)) for p in gone] == [("陈志", (0, 0)), ("王强", (1, 0))]
        await spreadsheets.save_people(tx, rest, cast.heard_at())
    await world.settle()
    assert "engineer-l1" in (await person_of(world, "wangqiang")).positions  # without the flag he stays
    async with world.desk.db.write("sheet") as tx:
        await spreadsheets.remove(tx, await spreadsheets.missing(tx, rest))
        chen = [row for row in cast.rows() if row.name == "陈志"]
        await spreadsheets.save_people(tx, chen, cast.heard_at())  # before the desk looked
    await world.advance(minutes=1)
    ticket, who, kept = await ticket_of(world), await person_of(world, "wangqiang"), await person_of(world, "chenzhi")
    assert (who.positions, who.confirmed, ticket.owner, ticket.assignee_id) == ([], False, "desk", None)
    assert (kept.positions, kept.confirmed) == (["reporter"], True)
    assert "王强已离开，岗位已取消；派给他的1张工单已转服务台" in read_by(world, "zhoumin")
    async with world.desk.db.write("again") as tx:
        assert await spreadsheets.missing(tx, [*rest, *chen]) == []  # he is gone, and told once
        await spreadsheets.save_people(tx, cast.rows(), cast.heard_at())
    assert (await person_of(world, "wangqiang")).confirmed


async def test_a_notice_about_somebody_unknown_or_a_mere_update_changes_nothing(world: Stage) -> None:
    await leaves_not(world, {"ChangeType": "delete_user", "UserID": "nobody"})
    await leaves_not(world, {"ChangeType": "update_user", "UserID": "wangqiang"})
    assert "engineer-l1" in (await person_of(world, "wangqiang")).positions
    assert "已离开" not in read_by(world, "zhoumin")


async def leaves_not(world: Stage, detail: dict[str, str]) -> None:
    corp = (await account_of(world, "wangqiang")).corp_id
    account = Account(platform="wecom", corp_id=corp, user_id="sys")
    content = Notice(name="change_contact", detail=detail)
    update = Update(
        key=f"n:{detail['UserID']}", lane=str(account), connection="gov", account=account, at=world.clock.now(), content=content
    )  # fmt: skip
    await world.desk.inbox.accept([update])
    await world.settle()


async def test_what_rested_and_whom_he_spoke_with_go_on_without_him(world: Stage) -> None:
    """王强 is on DingTalk too: he could still be written to there."""
    async with world.desk.db.write("heard") as tx:
        for account in (await tx.session.exec(select(AccountRow).where(AccountRow.user_id == "wangqiang"))).all():
            account.connection, account.reachable = account.connection or "provider", True
            tx.add(account)
    await says(world, "wufan", "五楼506显示器屏幕碎了")
    into = await ticket_of(world)
    first = await dispatched(world)
    await presses(world, "wangqiang", "接单")
    await says(world, "zhoumin", f"合并 {first.id} 到 {into.id}")
    second = await dispatched(world, "三楼303显示器屏幕碎了")
    await says(world, "wangqiang", f"接单 {second.id}")
    await says(world, "wangqiang", f"联系报障人 {second.id}")
    await says(world, "wangqiang", "没信号")
    await leaves(world, "wangqiang", deleted=True)
    await says(world, "limei", "我在302等您")
    assert "我在302等您" in read_by(world, "zhoumin"), "a seat goes on with the conversation"
    await says(world, "zhoumin", f"撤销合并 {first.id}")
    await world.advance(hours=3)
    async with world.desk.db.read() as session:
        tickets = (await session.exec(select(Ticket))).all()
    assert {t.owner for t in tickets} == {"desk"}
    assert "王强报没信号" not in read_by(world, "zhoumin")


async def test_what_waited_for_his_approval_is_asked_of_the_next_in_line(world: Stage) -> None:
    await says(world, "limei", "申请开通VPN")
    await says(world, "limei", "出差要用")
    await leaves(world, "linfang", deleted=True)
    assert "1号的审批人林芳已离开，已改请服务台审批" in read_by(world, "limei")
    await world.phone("linfang").presses("同意", force=True)
    await world.settle()
    assert (await ticket_of(world)).status == "approval", "who has left approves nothing"
    await says(world, "zhoumin", "同意 1")
    assert (await ticket_of(world)).status == "dispatched"


async def test_what_he_was_asked_to_consent_to_is_asked_of_the_liaison(world: Stage) -> None:
    await dispatched(world)
    await presses(world, "wangqiang", "接单")
    await says(world, "wangqiang", "到场")
    await leaves(world, "limei", deleted=True)
    assert "需要您同意" in read_by(world, "linfang")
    await world.phone("limei").presses("同意", force=True)
    await world.settle()
    assert "李梅已确认" not in read_by(world, "wangqiang"), "who has left consents to nothing"
    await says(world, "linfang", "同意 1")
    assert "林芳已确认，可以做了" in read_by(world, "wangqiang")


async def test_the_liaison_hears_what_she_has_to_answer(world: Stage) -> None:
    await dispatched(world)
    await presses(world, "wangqiang", "接单")
    await says(world, "wangqiang", "已解决 1 重装驱动 20分钟")
    await leaves(world, "limei", deleted=True)
    assert "没修好 1" in read_by(world, "linfang")
    await says(world, "linfang", "修好了 1")
    assert (await ticket_of(world)).status == "closed"


async def test_an_expert_who_leaves_helps_nobody_any_more(world: Stage) -> None:
    await says(world, "limei", "三楼302打印机卡纸，直接派人")
    await says(world, "zhoumin", "派 1 赵磊")
    await presses(world, "zhaolei", "接单")
    await says(world, "zhaolei", "到场")
    await says(world, "zhaolei", "求助 还是卡")
    await presses(world, "wangqiang", "加入")
    await leaves(world, "wangqiang", deleted=True)
    assert "协助结束了：王强现在联系不上" in read_by(world, "zhaolei")
    assert "没能转给" not in await says(world, "zhaolei", "后盖在哪")


async def test_an_expert_who_was_asked_and_left_does_not_join(world: Stage) -> None:
    await says(world, "limei", "三楼302打印机卡纸，直接派人")
    await says(world, "zhoumin", "派 1 赵磊")
    await presses(world, "zhaolei", "接单")
    await says(world, "zhaolei", "到场")
    await says(world, "zhaolei", "求助 还是卡")
    await leaves(world, "wangqiang", deleted=True)
    await world.phone("wangqiang").presses("加入", force=True)
    await world.settle()
    assert "王强已加入" not in read_by(world, "zhaolei")
    assert "王强求助" not in read_by(world, "hetao") and "赵磊求助" in read_by(world, "hetao"), "the next one is asked"


async def test_who_wanted_to_hand_over_hears_that_it_came_to_nothing(world: Stage) -> None:
    await says(world, "limei", "三楼302打印机卡纸，直接派人")
    await says(world, "zhoumin", "派 1 赵磊")
    await presses(world, "zhaolei", "接单")
    await says(world, "zhaolei", "转交 1 王强 家里有急事")
    await leaves(world, "wangqiang", deleted=True)
    assert "没有转出：王强现在接不了，单还在您手上" in read_by(world, "zhaolei")


async def test_what_he_solved_and_is_not_fixed_goes_to_somebody_else(world: Stage) -> None:
    await dispatched(world)
    await presses(world, "wangqiang", "接单")
    await says(world, "wangqiang", "已解决 1 重装驱动 20分钟")
    await leaves(world, "wangqiang", deleted=True)
    assert "正在另外派人" in await says(world, "limei", "没修好")
    ticket = await ticket_of(world)
    assert (ticket.status, ticket.owner) == ("dispatched", "desk"), "offered to the next, and never accepted by nobody"


async def test_his_liaison_says_that_he_left_and_confirms_once(world: Stage) -> None:
    await dispatched(world, "三楼302电脑蓝屏了")
    await says(world, "wufan", "四楼404显示器碎了")
    assert "登记吴凡离职？" in await says(world, "linfang", "吴凡离职了")
    assert (await person_of(world, "wufan")).confirmed, "nothing before the yes"
    assert "已登记吴凡离职" in await presses(world, "linfang", "确认离职")
    gone, heir = await person_of(world, "wufan"), await person_of(world, "linfang")
    assert (gone.positions, gone.confirmed) == ([], False)
    assert (await ticket_of(world)).reporter_id == heir.id
    assert "已经登记离职" in await says(world, "linfang", "吴凡调走了")


async def test_a_seat_says_it_of_a_technician_and_his_ticket_is_the_desks(world: Stage) -> None:
    await dispatched(world)
    await presses(world, "wangqiang", "接单")
    assert "手上1张工单转服务台" in await says(world, "zhoumin", "王强已经离职了")
    await says(world, "zhoumin", "确认")
    assert (await person_of(world, "wangqiang")).positions == []
    assert (await ticket_of(world)).owner == "desk"
    assert "已不在人员名单" in read_by(world, "wangqiang")


@pytest.mark.parametrize(
    ("userid", "said"), [("linfang", "王强离职了"), ("linfang", "陈志离职了"), ("linfang", "林芳离职了")]
)
async def test_of_whom_he_may_not_say_it(world: Stage, userid: str, said: str) -> None:
    assert "要由他所在单位的联络员或服务台登记" in await says(world, userid, said)


async def test_it_is_taken_back_before_the_yes_and_void_later(world: Stage) -> None:
    await says(world, "zhoumin", "吴凡离职了")
    assert "没有登记离职" in await says(world, "zhoumin", "算了")
    await says(world, "zhoumin", "吴凡离职了")
    await world.advance(minutes=31)
    await says(world, "zhoumin", "确认")
    assert (await person_of(world, "wufan")).confirmed


async def test_a_reporters_word_about_a_colleague_takes_nothing(world: Stage) -> None:
    await says(world, "limei", "吴凡离职了")
    assert (await person_of(world, "wufan")).confirmed

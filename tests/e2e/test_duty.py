"""The duty roster as people meet it: who is offered work, who is asked to hand over, leave, swaps, gaps, quiet hours."""

from datetime import timedelta

import pytest
from sqlmodel import select

from bot.core.duty import Kind, Span
from bot.desk import shift_end, shifts
from bot.desk.roster_sheets import RosterRow, RosterSheet, resolve, save_roster
from bot.stage import Stage
from bot.store.tables import Guidance, Offer, Person, Shift, Ticket, TicketEvent
from bot.story import text_of
from tests.e2e.test_ticket_life import count_tickets, dispatched, presses, says, ticket_of


async def rostered(world: Stage, name: str, *hours: tuple[Kind, float, float]) -> None:
    """Give somebody hours, counted from now (9:00 of a Monday)."""
    async with world.desk.db.write("roster") as tx:
        who = (await tx.session.exec(select(Person).where(Person.name == name))).one()
        for kind, start, end in hours:
            begin = tx.now.replace(minute=0, second=0, microsecond=0)
            await shifts.add(
                tx, who.id or 0, kind, begin + timedelta(hours=start), begin + timedelta(hours=end), "sheet",
                world.office.voice.zone,
            )  # fmt: skip
        await shifts.arm(tx)


async def test_who_is_in_the_roster_is_offered_work_only_while_on_duty(world: Stage) -> None:
    await rostered(world, "王强", (Kind.ON, 1, 8), (Kind.LUNCH, 2, 3), (Kind.LEAVE, 4, 5))
    number = (await dispatched(world)).id
    await says(world, "zhaolei", f"接单 {number}")
    for there, wait in ((False, 60), (True, 60), (False, 60), (True, 60), (False, 60), (True, 180), (False, 0)):
        assert ("王强" in await says(world, "zhoumin", f"还有谁 {number}")) is there
        await world.advance(minutes=wait)


async def test_a_shift_that_begins_brings_what_waited_to_its_technician(world: Stage) -> None:
    await rostered(world, "王强", (Kind.ON, 1, 8))
    await says(world, "zhaolei", "下线")
    assert (await dispatched(world)).status == "triaged"
    await world.advance(minutes=61)
    assert (await ticket_of(world)).status == "dispatched"
    assert "接单" in world.phone("wangqiang").buttons


async def test_his_own_word_narrows_the_roster(world: Stage) -> None:
    await rostered(world, "王强", (Kind.ON, 0, 8))
    await says(world, "wangqiang", "下线")
    number = (await dispatched(world)).id
    assert "王强" not in await says(world, "zhoumin", f"还有谁 {number}")
    await says(world, "wangqiang", "上线")
    assert "王强" in await says(world, "zhoumin", f"还有谁 {number}")


def new(world: Stage, userid: str, since: int) -> str:
    """What somebody read since he had `since` messages."""
    return "\n".join(text_of(m) for m in world.phone(userid).messages[since:] if m.sender != "me")


async def accepted(world: Stage) -> int:
    number = (await dispatched(world)).id
    await says(world, "wangqiang", f"接单 {number}")
    return number or 0


async def test_at_the_end_of_a_shift_a_ticket_is_taken_over_by_name(world: Stage) -> None:
    await rostered(world, "王强", (Kind.ON, -1, 1))
    await accepted(world)
    before = len(world.phone("wangqiang").messages)
    await world.advance(minutes=60)
    assert "手上还有1张单" in new(world, "wangqiang", before)
    assert (await ticket_of(world)).owner == "technician"
    answer = await presses(world, "wangqiang", "交给赵磊")
    assert "已问赵磊，他接手前还由您负责" in answer
    assert "下班交接" in text_of(world.phone("zhaolei").last)
    assert await holder(world) == "王强"
    before = len(world.phone("wangqiang").messages)
    told = len(world.phone("limei").messages)
    await presses(world, "zhaolei", "接手")
    assert await holder(world) == "赵磊"
    assert (await ticket_of(world)).status == "accepted"
    assert "已由赵磊接手" in new(world, "wangqiang", before)
    assert "改由赵磊" in new(world, "limei", told)
    await world.advance(minutes=20)
    assert await holder(world) == "赵磊"
    assert "没有在办的单" in await says(world, "wangqiang", "我的单")


async def test_a_gate_that_the_first_one_confirmed_is_closed_for_the_next(world: Stage) -> None:
    number = await accepted(world)
    async with world.desk.db.write("gate") as tx:
        tx.add(Guidance(ticket_id=number, fault="x", step_id="y", gates_open=["owner-consent", "permit"]))
    await says(world, "wangqiang", f"转交 {number} 赵磊 有急事")
    await says(world, "zhaolei", "接手")
    async with world.desk.db.read() as session:
        place = await session.get_one(Guidance, number)
    assert (place.gates_open, place.step_id) == (["owner-consent"], "y"), "the agency's answer stays"
    assert await holder(world) == "赵磊"


async def test_what_nobody_accepts_in_time_is_the_desks_and_a_late_press_hears_so(world: Stage) -> None:
    await rostered(world, "王强", (Kind.ON, -1, 1))
    number = await accepted(world)
    await world.advance(minutes=60)
    await world.advance(minutes=10)
    await says(world, "wangqiang", f"转交 {number} 赵磊 有急事")
    assert "请在10:15前答复" in text_of(world.phone("zhaolei").last), "the desk takes it then"
    before, asked = len(world.phone("zhoumin").messages), len(world.phone("zhaolei").messages)
    await world.advance(minutes=6)
    ticket = await ticket_of(world)
    assert (ticket.owner, ticket.assignee_id, ticket.status) == ("desk", None, "triaged")
    assert "交班没人接" in new(world, "zhoumin", before)
    assert "不用接手了" in new(world, "zhaolei", asked)
    assert "没有等您接手的单" in await says(world, "zhaolei", f"接手 {number}")
    phone, before = world.phone("wangqiang"), len(world.phone("wangqiang").messages)
    await phone.presses("我做完再走", force=True)
    await world.settle()
    assert "正在安排" in new(world, "wangqiang", before)
    assert await holder(world) == ""


async def test_who_stays_for_a_ticket_keeps_it(world: Stage) -> None:
    await rostered(world, "王强", (Kind.ON, -1, 1))
    await accepted(world)
    await world.advance(minutes=60)
    assert "仍由您处理" in await presses(world, "wangqiang", "我做完再走")
    await world.advance(minutes=30)
    assert await holder(world) == "王强"


async def test_an_offer_unanswered_at_the_end_of_the_shift_goes_on(world: Stage) -> None:
    await rostered(world, "王强", (Kind.ON, -1, 1))
    await world.advance(minutes=59)
    await dispatched(world)
    await world.advance(minutes=2)
    assert (await ticket_of(world)).status == "dispatched"
    phone, before = world.phone("wangqiang"), len(world.phone("wangqiang").messages)
    await phone.presses("接单", force=True)
    await world.settle()
    assert "已派单" in new(world, "wangqiang", before)
    assert await holder(world) == ""


async def test_who_refuses_leaves_it_and_the_next_is_named(world: Stage) -> None:
    await rostered(world, "王强", (Kind.ON, -1, 1))
    await accepted(world)
    await world.advance(minutes=60)
    await presses(world, "wangqiang", "交给赵磊")
    before = len(world.phone("wangqiang").messages)
    await says(world, "zhaolei", "不接手")
    assert "赵磊不方便接，单还在您手上" in new(world, "wangqiang", before)
    await presses(world, "wangqiang", "转服务台")
    assert (await ticket_of(world)).owner == "desk"


async def test_who_is_off_duty_by_the_roster_cannot_be_handed_a_ticket(world: Stage) -> None:
    await rostered(world, "赵磊", (Kind.ON, -2, -1))
    number = await accepted(world)
    assert "不能转交给赵磊：不在岗" in await says(world, "wangqiang", f"转交 {number} 赵磊 有急事")
    assert await holder(world) == "王强"


async def test_what_is_restored_can_be_taken_over_and_stays_restored(world: Stage) -> None:
    await rostered(world, "王强", (Kind.ON, -1, 1))
    number = await accepted(world)
    await says(world, "wangqiang", f"到场 {number}")
    await says(world, "wangqiang", f"已恢复 {number}")
    await world.advance(minutes=60)
    await presses(world, "wangqiang", "交给赵磊")
    told = len(world.phone("limei").messages)
    assert "业务已恢复" in await presses(world, "zhaolei", "接手")
    assert "后续改由赵磊" in new(world, "limei", told)
    assert ((await ticket_of(world)).status, await holder(world)) == ("restored", "赵磊")
    await world.advance(minutes=20)
    assert await holder(world) == "赵磊", "the end of the other's shift is no matter any more"


async def test_an_expert_off_duty_by_the_roster_is_not_called(world: Stage) -> None:
    await rostered(world, "赵磊", (Kind.ON, -2, -1))
    number = await accepted(world)
    assert "已请何涛协助" in await says(world, "wangqiang", f"求助 {number}")


async def test_leave_is_approved_by_card_and_begins(world: Stage) -> None:
    await rostered(world, "王强", (Kind.ON, -1, 8), (Kind.ON, 23, 32))
    number = await accepted(world)
    assert "请这样发" in await says(world, "wangqiang", "请假有事")
    assert "已经过去" in await says(world, "wangqiang", "请假 今天 8:00-9:00")
    assert "已交给周敏" in await says(world, "wangqiang", "请假 今天 10:00-11:00 看病")
    assert "同样的申请" in await says(world, "wangqiang", "请假 今天 10:00-11:00 看病")
    assert "看病" in text_of(world.phone("zhoumin").last)
    before = len(world.phone("wangqiang").messages)
    assert "班表已改" in await presses(world, "zhoumin", "批准")
    assert "周敏批准了您的请假" in new(world, "wangqiang", before)
    assert "不用再处理" in await says(world, "zhoumin", "不批 1")
    assert "不是给您处理" in await says(world, "zhaolei", "批准 1")
    assert "没有编号99" in await says(world, "zhoumin", "批准 99")
    await world.advance(minutes=61)
    assert f"{number}号" in new(world, "wangqiang", before)
    assert "王强（请假至11:00）" in await says(world, "zhoumin", "谁在岗")
    await says(world, "wangqiang", f"我做完 {number}")
    assert "请假10:00–11:00" in await says(world, "wangqiang", "我的班")


async def test_who_comes_back_from_leave_early_takes_part_again(world: Stage) -> None:
    assert "没有在请假" in await says(world, "wangqiang", "销假")
    await rostered(world, "王强", (Kind.ON, -1, 8), (Kind.LEAVE, 1, 4), (Kind.LEAVE, 4, 8))
    number = await accepted(world)
    await world.advance(minutes=61)
    await presses(world, "wangqiang", "转服务台")
    await says(world, "zhoumin", f"派 {number} 赵磊")
    await says(world, "zhaolei", f"接单 {number}")
    before = len(world.phone("zhoumin").messages)
    assert "已销假，按班表在岗至17:00" in await says(world, "wangqiang", "销假")
    assert "王强提前销假，现在可以派单" in new(world, "zhoumin", before)
    assert await holder(world) == "赵磊", "what was given away stays where it is"
    assert "王强（至17:00）" in await says(world, "zhoumin", "谁在岗")
    assert "王强" in await says(world, "zhoumin", f"还有谁 {number}")


async def test_the_desk_cannot_give_a_ticket_to_whom_the_roster_has_away(world: Stage) -> None:
    await rostered(world, "王强", (Kind.ON, -1, 8), (Kind.LEAVE, -1, 2))
    await rostered(world, "赵磊", (Kind.ON, 3, 8))
    number = (await dispatched(world)).id
    assert "不能派给王强：请假至11:00" in await says(world, "zhoumin", f"派 {number} 王强")
    assert "不能派给赵磊：不在班，12:00上班" in await says(world, "zhoumin", f"派 {number} 赵磊")
    async with world.session.get(f"{world.page_url}/desk") as response:
        shown = {one["name"]: (one["duty"], one["duty_word"]) for one in (await response.json())["people"]}
    assert (shown["王强"], shown["赵磊"], shown["周敏"]) == (("off", "请假"), ("off", "不在班"), ("on", "在岗"))


async def test_a_swap_is_accepted_by_the_other_and_the_lead_is_told(world: Stage) -> None:
    await rostered(world, "王强", (Kind.ON, 23.5, 33), (Kind.LUNCH, 27, 29))
    await rostered(world, "赵磊", (Kind.ON, 48, 56))
    assert "那天没有您的班" in await says(world, "wangqiang", "换班 赵磊 11-27")
    assert "那天没有班" in await says(world, "wangqiang", "换班 赵磊 11-24 11-26")
    assert "请这样发" in await says(world, "wangqiang", "换班 赵磊")
    assert "不能和自己" in await says(world, "wangqiang", "换班 王强 11-24")
    assert "没有找到名叫钱七" in await says(world, "wangqiang", "换班 钱七 11-24")
    assert "已交给赵磊" in await says(world, "wangqiang", "换班 赵磊 11-24 11-25")
    before = {who: len(world.phone(who).messages) for who in ("wangqiang", "hetao")}
    assert "班表已改" in await says(world, "zhaolei", "同意 1")
    assert "赵磊同意了您的换班" in new(world, "wangqiang", before["wangqiang"])
    assert "赵磊替王强上11-24，王强替赵磊上11-25" in new(world, "hetao", before["hetao"])
    tomorrow = await says(world, "zhoumin", "明天谁值班")
    assert "赵磊 8:30–18:00" in tomorrow
    assert "王强" not in tomorrow
    mine = await says(world, "wangqiang", "我的班")
    assert "11月25日 周三 9:00–17:00" in mine
    assert "11月24日" not in mine


async def test_a_swap_of_a_shift_that_is_over_changes_nothing(world: Stage) -> None:
    await rostered(world, "王强", (Kind.ON, 1, 3))
    await rostered(world, "赵磊", (Kind.ON, 24, 32))
    assert "已交给赵磊" in await says(world, "wangqiang", "换班 赵磊 11-23")
    await world.advance(hours=4)
    assert "没等到答复，班表不变" in text_of(world.phone("wangqiang").last)
    assert "失效" in await says(world, "zhaolei", "同意 1")
    async with world.desk.db.read() as session:
        assert {row.source for row in (await session.exec(select(Shift))).all()} == {"sheet"}


async def test_the_desk_lets_somebody_stand_in(world: Stage) -> None:
    await rostered(world, "王强", (Kind.ON, -2, -1), (Kind.LEAVE, 4, 5))
    assert "王强（不在班）" in await says(world, "zhoumin", "谁在岗")
    assert "他请了假，不能顶班" in await says(world, "zhoumin", "顶班 王强 13:30-15:00")
    assert "请这样发" in await says(world, "zhoumin", "顶班 王强")
    before = len(world.phone("wangqiang").messages)
    assert "班表已改" in await says(world, "zhoumin", "顶班 王强 ０９：００－１２：００")
    assert "本来就在班" in await says(world, "zhoumin", "顶班 王强 10:30-11:00")
    assert "–12:00顶班" in new(world, "wangqiang", before)
    assert "王强（至12:00）" in await says(world, "zhoumin", "谁值班？")
    assert (await ticket_of_dispatch(world)) == "王强"


async def test_the_only_one_who_could_is_on_leave_and_the_desk_is_told_why(world: Stage) -> None:
    await rostered(world, "王强", (Kind.ON, -1, 8), (Kind.LEAVE, -1, 4))
    await rostered(world, "赵磊", (Kind.ON, 6, 8))
    before = len(world.phone("zhoumin").messages)
    await dispatched(world)
    told = new(world, "zhoumin", before)
    assert "会修的人现在都派不了：王强（请假至13:00）、赵磊（不在班，15:00上班）" in told


async def test_the_desk_hears_of_tomorrows_gaps_the_evening_before(world: Stage) -> None:
    await rostered(world, "王强", (Kind.ON, 23, 33))
    await rostered(world, "赵磊", (Kind.ON, 23, 26), (Kind.ON, 50, 58))
    before = len(world.phone("zhoumin").messages)
    await world.advance(hours=8, minutes=50)
    assert "班表有缺口" not in new(world, "zhoumin", before)
    await world.advance(minutes=15)
    told = new(world, "zhoumin", before)
    assert "班表有缺口" in told
    assert "明天11:00–12:00没有：" in told
    assert "顶班 王强 明天 8:30-12:00" in told
    assert told.count("班表有缺口") == 1


async def test_after_an_outage_over_midnight_the_desk_hears_once_of_what_is_still_ahead(world: Stage) -> None:
    await rostered(world, "王强", (Kind.ON, 26, 33))
    await rostered(world, "赵磊", (Kind.ON, 23, 24), (Kind.ON, 50, 58))
    await world.settle()
    before = len(world.phone("zhoumin").messages)
    for clock in (world.clock, world.sandbox.clock):
        clock.advance(timedelta(hours=25))
    await world.settle()
    told = new(world, "zhoumin", before)
    assert "班表有缺口" in told
    assert "10:00–11:00没有：" in told
    assert "8:30" not in told.split("顶班这样发")[0], "that is past"
    await world.advance(hours=2)
    assert new(world, "zhoumin", before).count("班表有缺口") == 1


async def test_a_seat_off_duty_by_the_roster_is_not_asked(world: Stage) -> None:
    await rostered(world, "周敏", (Kind.ON, 2, 8))
    await says(world, "limei", "转人工")
    assert not any("号" in text_of(m) for m in world.phone("zhoumin").messages)
    assert any("转人工" in text_of(m) or "人工" in text_of(m) for m in world.phone("hetao").messages)


async def test_what_can_wait_waits_for_the_morning(world: Stage) -> None:
    ticket = await dispatched(world, "三楼302显示器屏幕碎了")
    assert ticket.priority in ("P3", "P4")
    await says(world, "wangqiang", f"接单 {ticket.id}")
    await world.advance(hours=14)
    before = len(world.phone("limei").messages)
    await says(world, "wangqiang", "已解决")
    assert new(world, "limei", before) == ""
    await world.advance(hours=8, minutes=20)
    assert new(world, "limei", before) == ""
    await world.advance(minutes=15)
    assert "修好" in new(world, "limei", before)


async def test_at_night_only_who_is_on_duty_is_offered_what_can_wait(world: Stage) -> None:
    await world.advance(hours=14)
    number = (await dispatched(world, "三楼302显示器屏幕碎了")).id
    assert "没有可派的人" in await says(world, "zhoumin", f"还有谁 {number}")
    assert any("王强（免打扰时段）" in text_of(m) for m in world.phone("zhoumin").messages)
    assert "P3 不设" in await says(world, "zhaolei", "免打扰 P3 关")
    assert "请这样发" in await says(world, "zhaolei", "免打扰 到天亮")
    await says(world, "zhoumin", "顶班 王强 23:00-24:00")
    assert "王强" in await says(world, "zhoumin", f"还有谁 {number}")


async def ticket_of_dispatch(world: Stage) -> str:
    """Whom the next report is offered to."""
    number = (await dispatched(world)).id
    async with world.desk.db.read() as session:
        offer = (await session.exec(select(Offer).where(Offer.ticket_id == number))).one()
        return (await session.get_one(Person, offer.person_id)).name


async def holder(world: Stage) -> str:
    ticket = await ticket_of(world)
    async with world.desk.db.read() as session:
        return (await session.get_one(Person, ticket.assignee_id)).name if ticket.assignee_id else ""


async def sheet(world: Stage, name: str, *hours: tuple[Kind, float, float]) -> None:
    """A roster sheet is imported: these hours of somebody today, counted from now."""
    async with world.desk.db.write("import") as tx:
        begin = tx.now.replace(minute=0, second=0, microsecond=0)
        day = tx.now.astimezone(world.office.voice.zone).date()
        spans = [Span(kind, begin + timedelta(hours=start), begin + timedelta(hours=end)) for kind, start, end in hours]
        rows = [RosterRow(number, day, name, "", span) for number, span in enumerate(spans, start=2)]
        await save_roster(tx, rows, await resolve(tx, RosterSheet(rows=rows)))
    await world.settle()


@pytest.mark.parametrize("lunch", [False, True])
async def test_a_sheet_that_takes_the_running_shift_is_the_end_of_it(world: Stage, lunch: bool) -> None:
    await sheet(world, "王强", (Kind.ON, -1, 8), (Kind.LUNCH, 1, 2))
    await accepted(world)
    await world.advance(minutes=60 if lunch else 0)
    before = len(world.phone("wangqiang").messages)
    await sheet(world, "王强", (Kind.ON, -1, 8))
    assert "手上还有" not in new(world, "wangqiang", before), "he is at work as before"
    await sheet(world, "王强", (Kind.ON, 6, 9))
    assert "手上还有1张单" in new(world, "wangqiang", before)
    assert await holder(world) == "王强", "until somebody accepts"
    told = len(world.phone("zhoumin").messages)
    await world.advance(minutes=16)
    assert (await ticket_of(world)).owner == "desk" and "交班没人接" in new(world, "zhoumin", told)


async def test_leave_that_is_granted_at_lunch_hands_over_as_well(world: Stage) -> None:
    await rostered(world, "王强", (Kind.ON, -1, 8), (Kind.LUNCH, 1, 2))
    await accepted(world)
    await world.advance(minutes=60)
    await says(world, "wangqiang", "请假 今天")
    before = len(world.phone("wangqiang").messages)
    await says(world, "zhoumin", "批准")
    assert "手上还有1张单" in new(world, "wangqiang", before)


async def test_anybody_may_say_when_he_is_left_alone_and_it_is_no_report(world: Stage) -> None:
    assert "22:00-07:30不打扰您" in await says(world, "limei", "晚上别给我发通知")
    assert "21:00-08:00不打扰您" in await says(world, "limei", "免打扰 21:00-08:00")
    assert "不设免打扰" in await says(world, "limei", "取消免打扰")
    assert await count_tickets(world) == 0
    assert "P3 不设，P4 不设" in await says(world, "zhoumin", "免打扰"), (
        "the desk is told at any hour unless it asked not to be"
    )
    assert "P3 22:00-07:30" in await says(world, "zhoumin", "夜里不要打扰我")
    assert "不能设" in await says(world, "wangqiang", "免打扰 P2 22:00-07:00")


async def test_quiet_hours_as_a_sentence(world: Stage) -> None:
    assert "22:00-07:30不打扰您" in await says(world, "limei", "晚上十点以后别吵我")
    assert "22:00-07:30、周末和节假日全天不打扰您" in await says(world, "limei", "周末别打扰我")
    assert "22:00-08:00" in await says(world, "huangxin", "早上八点前别打扰我")
    assert "P3 不设，P4 不设，周末和节假日全天" in await says(world, "zhoumin", "周末别打扰我"), (
        "her nights stay as they were"
    )
    assert "P3 22:00-07:30，P4 22:00-07:30，周末" in await says(world, "wangqiang", "周末不要派单给我")
    assert "不设免打扰" in await says(world, "limei", "可以打扰我了")
    assert await count_tickets(world) == 0, "节假日不要打扰我 had asked for somebody to stand guard"


async def test_who_wants_his_weekend_is_offered_what_can_wait_on_monday(world: Stage) -> None:
    await says(world, "wangqiang", "周末别打扰我")
    await says(world, "zhaolei", "下线")
    await world.advance(days=5)
    before = len(world.phone("wangqiang").messages)
    number = (await dispatched(world)).id
    await world.advance(hours=1)
    assert "派单" not in new(world, "wangqiang", before)
    await world.advance(days=2)
    assert f"{number}号" in new(world, "wangqiang", before)


async def more_in_hand(world: Stage, names: tuple[str, ...]) -> None:
    """Copies of the one ticket that is accepted, in other rooms, in the hands of these people."""
    one = (await ticket_of(world)).model_dump(exclude={"id", "assignee_id"})
    async with world.desk.db.write("more of them") as tx:
        for room, name in enumerate(names, start=303):
            who = (await tx.session.exec(select(Person).where(Person.name == name))).one()
            slots = {"floor": "3楼", "room": str(room), "location": f"三楼{room}"}
            tx.add(Ticket(**{**one, "slots": slots, "assignee_id": who.id}))


async def asked_about(world: Stage) -> list[int]:
    """The tickets whose holder's shift has ended and who was asked for a successor, once for each time."""
    async with world.desk.db.read() as session:
        ended = select(TicketEvent.ticket_id).where(TicketEvent.kind == "shift-ended")
        return sorted((await session.exec(ended)).all())


@pytest.mark.parametrize("others", [("王强",) * 4, ("王强", "赵磊", "赵磊", "赵磊")])
async def test_the_end_of_a_shift_of_very_many_tickets_goes_in_portions_and_a_restart_loses_none(
    world: Stage, monkeypatch: pytest.MonkeyPatch, others: tuple[str, ...]
) -> None:
    monkeypatch.setattr(shift_end, "AT_ONCE", 2)
    await rostered(world, "王强", (Kind.ON, -1, 1))
    await rostered(world, "赵磊", (Kind.ON, -1, 1))
    await accepted(world)
    await more_in_hand(world, others)
    for clock in (world.clock, world.sandbox.clock):
        clock.advance(timedelta(hours=1))
    while not await asked_about(world):
        assert await world.desk.timers.fire_next()
    assert await asked_about(world) == [1, 2], "one transaction, and whole tickets"
    await world.restart()
    await world.settle()
    assert await asked_about(world) == [1, 2, 3, 4, 5], "each once"
    await world.advance(minutes=16)
    async with world.desk.db.read() as session:
        assert {t.owner for t in (await session.exec(select(Ticket))).all()} == {"desk"}


async def test_whoever_is_at_work_again_meanwhile_is_asked_about_no_further_ticket(
    world: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shift_end, "AT_ONCE", 2)
    await rostered(world, "王强", (Kind.ON, -1, 1))
    await accepted(world)
    await more_in_hand(world, ("王强",) * 3)
    for clock in (world.clock, world.sandbox.clock):
        clock.advance(timedelta(hours=1))
    while not await asked_about(world):
        assert await world.desk.timers.fire_next()
    await rostered(world, "王强", (Kind.ON, 0, 2))
    await world.settle()
    assert await asked_about(world) == [1, 2]
    await world.advance(minutes=16)
    async with world.desk.db.read() as session:
        assert {t.owner for t in (await session.exec(select(Ticket))).all()} == {"technician"}

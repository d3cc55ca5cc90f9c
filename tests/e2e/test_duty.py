"""The duty roster as people meet it: who is offered work, who is asked to hand over, leave, swaps, gaps, quiet hours."""

from datetime import timedelta

from sqlmodel import select

from bot.core.duty import Kind
from bot.desk import shifts
from bot.stage import Stage
from bot.store.tables import Offer, Person, Shift
from bot.story import text_of
from tests.e2e.test_ticket_life import dispatched, presses, says, ticket_of


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


async def test_who_is_off_duty_by_the_roster_cannot_be_handed_a_ticket(world: Stage) -> None:
    await rostered(world, "赵磊", (Kind.ON, -2, -1))
    number = await accepted(world)
    assert "不能转交给赵磊：不在岗" in await says(world, "wangqiang", f"转交 {number} 赵磊 有急事")
    assert await holder(world) == "王强"


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

"""Scheduled visits: windows proposed, chosen, kept, late, missed; the clock waits for what the reporter chose himself."""

from datetime import timedelta

import pytest
from phones import press, read, seen
from sqlmodel import select

from bot.core.charging import Party, charged
from bot.core.duty import Kind
from bot.desk import clocks
from bot.stage import Stage
from bot.store.tables import Person, Ticket, TicketEvent, Visit
from bot.story import text_of
from tests.e2e.test_duty import rostered


@pytest.fixture
async def held(world: Stage) -> Stage:
    """Monday 9:00: 王强 has accepted 李梅's printer, ticket 1; she said when it suits her."""
    await world.says("limei", "三楼302打印机卡纸了，周五下午有空，直接派人")
    if "直接派人" in world.phone("limei").buttons:
        await press(world, "limei", "直接派人")
    await press(world, "wangqiang", "接单")
    return world


async def ticket_of(world: Stage, number: int = 1) -> Ticket:
    async with world.desk.db.read() as session:
        return await session.get_one(Ticket, number)


async def states(world: Stage) -> list[str]:
    async with world.desk.db.read() as session:
        return list((await session.exec(select(Visit.state).order_by(Visit.id))).all())


async def kinds(world: Stage, number: int = 1) -> list[str]:
    async with world.desk.db.read() as session:
        rows = await session.exec(select(TicketEvent.kind).where(TicketEvent.ticket_id == number))
        return [kind for kind in rows.all() if kind.startswith("visit-")]


async def test_offered_chosen_reminded_and_kept_and_the_clock_waits(held: Stage) -> None:
    assert "已请报障人选" in await read(held, "wangqiang", "约 1号 明天9点-11点 或 下午2点-4点")
    card = held.phone("limei")
    assert card.buttons == ["1 明天9:00", "2 明天14:00", "都不行"]
    assert "明天14:00–16:00" in text_of(card.last)
    assert "约好了" in await press(held, "limei", "1 明天9:00")
    assert "约好了：明天9:00–11:00上门" in seen(held, "wangqiang").replace("1号（三楼302）", "")
    assert "预约明天9:00–11:00" in text_of(held.phone("wangqiang").last)
    assert "技术员已接单（王强），预约明天9:00–11:00" in await read(held, "limei", "到哪了")
    for who, words in (("zhoumin", "未结"), ("zhoumin", "查 1"), ("zhoumin", "时限 1"), ("wangqiang", "我的单")):
        assert "预约明天9:00–11:00" in await read(held, who, words), words
    assert (await ticket_of(held)).paused == "预约"
    assert "技术员已接单（等预约时间）（王强）" in await press(held, "limei", "2 明天14:00", force=True)
    assert await states(held) == ["agreed"]
    await held.advance(hours=23, minutes=5)  # Tuesday 8:05
    assert "提醒：今天9:00–11:00王强" in seen(held, "limei")
    assert "提醒" not in seen(held, "wangqiang")
    await held.advance(minutes=26)
    assert "9:00–11:00上门。要晚请回复" in seen(held, "wangqiang")
    await read(held, "wangqiang", "出发 1")
    assert (await ticket_of(held)).paused == "预约", "he sets out for it: the time is still the one they chose"
    await held.advance(minutes=30)
    ticket = await ticket_of(held)
    assert ticket.paused == "" and "预约时间到，继续计时" in seen(held, "wangqiang")
    await held.advance(minutes=20)
    await read(held, "wangqiang", "到场 1")
    assert (await states(held), await kinds(held)) == (["kept"], ["visit-offered", "visit-agreed", "visit-kept"])
    assert "预约" not in await read(held, "limei", "到哪了")
    assert "预约本月：1次，守约1次" in await read(held, "zhoumin", "指标")
    async with held.desk.db.write("look") as tx:
        parts = await clocks.parts(tx, held.office, await tx.session.get_one(Ticket, 1))
        (paused,) = [p for p in parts if p.party is Party.USER_UNIT and p.start.hour < 2 and p.start.day == 24]
        evidence = await tx.session.get_one(TicketEvent, paused.because)
        reporter = await tx.session.get_one(Person, ticket.reporter_id)
    assert (evidence.kind, evidence.actor_id, paused.length) == ("paused", reporter.id, timedelta(minutes=30))
    assert sum(charged(parts).values(), timedelta(0)) == parts[-1].end - parts[0].start
    assert charged(parts)[Party.PROVIDER] < timedelta(minutes=30)


async def test_the_arrival_taken_back_the_appointment_stands_again(held: Stage) -> None:
    await read(held, "wangqiang", "约 今天10点-11点")
    await press(held, "limei", "1 10:00")
    await read(held, "wangqiang", "到场")
    assert await states(held) == ["kept"]
    assert "已撤销" in await read(held, "wangqiang", "撤销")
    assert await states(held) == ["agreed"]
    await held.advance(minutes=62)
    assert (await ticket_of(held)).paused == ""
    assert "要晚到" not in seen(held, "limei")
    await held.advance(minutes=45)
    assert "要晚到" in seen(held, "limei")


async def test_his_own_wish_is_suggested_first_and_his_own_time_needs_the_technician(held: Stage) -> None:
    card = await read(held, "wangqiang", "约 1")
    assert "周五下午" in card and "11月27日14:00–17:30" in card
    assert held.phone("wangqiang").buttons[0] == "1 27日14:00"
    await press(held, "wangqiang", "1 27日14:00")
    assert held.phone("limei").buttons == ["1 27日14:00", "都不行"]
    assert "什么时间方便" in await press(held, "limei", "都不行")
    assert "报障人说都不行" in seen(held, "wangqiang")
    assert "没看懂时间" in await read(held, "limei", "等领导回来再说")
    assert "不在上班时间" in await read(held, "limei", "周六上午")
    assert "已经过了" in await read(held, "limei", "今天早上8:30-8:50")
    assert "已问王强" in await read(held, "limei", "那就明天10点半以后吧")
    assert "想约明天10:30–12:00" in text_of(held.phone("wangqiang").last)
    assert "会再和您约" in (await press(held, "wangqiang", "约不了")) + seen(held, "limei")
    assert "已问王强" in await read(held, "limei", "改约 周三下午")
    await read(held, "wangqiang", "可约 1")
    assert "约好了：1号后天14:00–17:30由王强上门" in seen(held, "limei")
    assert (await states(held))[-1] == "agreed"
    assert "请换个时间" in await read(held, "limei", "改约")
    assert "已登记2号" in await read(held, "limei", "顺便帮我装个压缩软件"), "another matter is no time"


async def test_typed_choices_and_what_is_none(held: Stage) -> None:
    await read(held, "wangqiang", "约 1 明天上午，后天下午")
    assert "约好了" in await read(held, "limei", "2")
    assert (await ticket_of(held)).visit_from is not None
    await read(held, "wangqiang", "约 1 明天9点-11点 或 后天上午")
    assert "明天9:00–11:00" in await read(held, "limei", "明天9点到11点吧")
    assert await kinds(held) == ["visit-offered", "visit-agreed", "visit-offered", "visit-moved", "visit-agreed"]
    assert "预约已取消" in await read(held, "limei", "取消预约")
    ticket = await ticket_of(held)
    assert (ticket.visit_from, ticket.paused, ticket.status) == (None, "", "accepted")
    assert "预约已取消" in seen(held, "wangqiang")
    assert "没有预约" in await read(held, "wangqiang", "取消预约 1")
    await read(held, "wangqiang", "约 1 明天上午，后天下午")
    assert "预约已取消" in await read(held, "wangqiang", "取消预约 1")
    assert "技术员已接单" in await press(held, "limei", "1 明天8:30", force=True)
    assert (await states(held))[-1] == "withdrawn"
    await read(held, "wangqiang", "约 1 明天上午")
    await read(held, "limei", "可以")
    await read(held, "wangqiang", "暂停 1 等待备件")
    await read(held, "wangqiang", "取消预约 1")
    assert "备件" in (await ticket_of(held)).paused, "it waits for the spare part, with or without an appointment"
    await read(held, "zhoumin", "优先级 1 P1 领导督办")
    await read(held, "wangqiang", "约 1 明天上午")
    assert "约好了" in await read(held, "limei", "可以")
    assert (await ticket_of(held)).paused == "", "the clock of a P1 waits for nobody"


async def test_late_is_asked_before_the_window_closes_and_its_answer_told(held: Stage) -> None:
    assert "已告诉报障人" in await read(held, "wangqiang", "要晚到 30分钟"), (
        "without an appointment he says when he comes"
    )
    await read(held, "wangqiang", "约 今天10点-11点")
    await press(held, "limei", "1 10:00")
    assert "晚多久" in await read(held, "wangqiang", "要晚到 1")
    await read(held, "wangqiang", "要晚到 半小时")
    assert "王强要晚到" in text_of(held.phone("limei").last)
    assert "改到10:30–11:30" in text_of(held.phone("limei").last)
    assert "约好了" in await press(held, "limei", "可以")
    assert "约好了：10:30–11:30" in seen(held, "zhoumin")
    assert await states(held) == ["moved", "agreed"]
    await held.advance(hours=1, minutes=1)
    assert (await ticket_of(held)).paused == "", "a delay is nobody's but the provider's: the clock runs from 10:00"
    await held.advance(hours=1, minutes=15)  # 11:16, a quarter of an hour before it closes
    assert "改到11:30–12:00" in text_of(held.phone("limei").last)
    assert "还没到场，已问报障人" in seen(held, "zhoumin") and "还没到场" in seen(held, "wangqiang")
    await press(held, "limei", "不行")
    assert "不同意改时间" in seen(held, "zhoumin") and "不同意改时间" in seen(held, "wangqiang")
    await held.advance(minutes=15)
    assert "已记为失约" in seen(held, "limei") and "【失约】" in seen(held, "zhoumin")
    assert (await states(held))[:2] == ["moved", "missed"]
    assert (await kinds(held))[-1] == "visit-missed"
    assert "预约今日：1次，守约0次" in await read(held, "zhoumin", "指标")


async def test_after_an_outage_a_missed_window_is_told_once_and_not_as_a_delay(held: Stage) -> None:
    await read(held, "wangqiang", "约 今天10点-11点")
    await press(held, "limei", "1 10:00")
    held.clock.advance(timedelta(hours=3))
    await held.settle()
    assert "要晚到" not in seen(held, "limei") and seen(held, "limei").count("已记为失约") == 1
    assert "提醒" not in seen(held, "wangqiang")


async def test_two_places_at_once_off_hours_past_and_strangers_are_refused_with_the_reason(held: Stage) -> None:
    await read(held, "wangqiang", "约 1 明天9点-11点")
    await press(held, "limei", "1 明天9:00")
    await held.says("chenzhi", "五楼506打印机卡纸了，直接派人")
    if "直接派人" in held.phone("chenzhi").buttons:
        await press(held, "chenzhi", "直接派人")
    assert "先派人再约" in await read(held, "zhoumin", "约 2 明天上午")
    assert "不能派给王强" not in await read(held, "zhoumin", "派 2 王强")
    await read(held, "wangqiang", "接单 2")
    answer = await read(held, "wangqiang", "约 2 明天10点-12点")
    assert "已约了1号" in answer and "没有发出预约" in answer
    assert "上班时间" in await read(held, "wangqiang", "约 2 明天19点-20点")
    assert "已经过了" in await read(held, "wangqiang", "约 2 今天8:30-8:50")
    assert "两周以内" in await read(held, "wangqiang", "约 2 12月21日上午")
    assert "没看懂时间" in await read(held, "wangqiang", "约 2 等通知")
    assert "已请报障人选" in await read(held, "zhoumin", "约 2 明天下午")
    assert "已约了" not in await press(held, "chenzhi", "1 明天14:00")
    assert "约好了：" in seen(held, "zhoumin")
    assert "您手上没有这张单" in await read(held, "zhaolei", "约 1 明天上午")
    assert "请带上单号" in await read(held, "zhoumin", "约 明天上午")


async def test_it_passes_to_who_takes_over_and_ends_with_the_ticket(held: Stage) -> None:
    await read(held, "wangqiang", "约 1 明天9点-11点")
    await press(held, "limei", "1 明天9:00")
    await read(held, "wangqiang", "转交 1 赵磊 家里有急事")
    await press(held, "zhaolei", "接手")
    assert "改由赵磊（13900000002）上门，时间不变：明天9:00–11:00" in seen(held, "limei")
    ticket = await ticket_of(held)
    assert (ticket.paused, await states(held)) == ("预约", ["agreed"])
    await rostered(held, "王强", (Kind.ON, 0, 8.5))
    await rostered(held, "赵磊", (Kind.ON, 23.5, 32.5))
    assert "不在班" in await read(held, "zhaolei", "转交 1 王强 太远")
    assert "不在班" in await read(held, "zhoumin", "派 1 王强")
    await read(held, "limei", "不用来了")
    assert (await ticket_of(held)).status == "cancelled"
    assert await states(held) == ["withdrawn"]
    await held.advance(hours=26)
    assert "失约" not in seen(held, "zhoumin") and "提醒" not in seen(held, "zhaolei")


async def test_leave_over_the_window_is_told_to_the_desk(held: Stage) -> None:
    await rostered(held, "王强", (Kind.ON, 23.5, 32.5))
    await rostered(held, "赵磊", (Kind.ON, 47.5, 56.5))
    await read(held, "wangqiang", "约 1 后天上午")
    assert "不在班" in seen(held, "wangqiang")
    await read(held, "wangqiang", "约 1 明天9点-11点")
    await press(held, "limei", "1 明天9:00")
    await rostered(held, "王强", (Kind.ON, 0, 8.5))
    await held.advance(hours=9)  # 18:00: his shift and the time for a successor are over
    ticket = await ticket_of(held)
    assert (ticket.owner, ticket.status) == ("technician", "accepted"), "what he has promised for tomorrow stays his"
    await read(held, "wangqiang", "请假 明天上午 看病")
    await read(held, "zhoumin", "批准 1")
    assert "王强那时不在班。请改派" in seen(held, "zhoumin")


async def test_over_dingtalk_by_button_and_in_words(world: Stage) -> None:
    await world.says("huangxin", "五楼506电脑蓝屏了，直接派人")
    if "直接派人" in world.phone("huangxin").buttons:
        await press(world, "huangxin", "直接派人")
    await read(world, "zhoumin", "派 1 赵磊")
    await press(world, "zhaolei", "接单")
    await read(world, "zhaolei", "约 1")
    await press(world, "zhaolei", "让报障人选")
    assert world.phone("huangxin").buttons == ["1 9:10", "2 14:00", "3 明天8:30", "都不行"]
    assert "约好了：1号14:00–17:30由赵磊上门" in await press(world, "huangxin", "2 14:00")
    assert "预约14:00–17:30" in text_of(world.phone("zhaolei").last)
    await read(world, "zhaolei", "约 1 明天上午")
    assert "什么时间方便" in await press(world, "huangxin", "都不行")
    assert "已问赵磊" in await read(world, "huangxin", "周三上午十点")
    await press(world, "zhaolei", "可以")
    assert "约好了：1号后天10:00–11:00由赵磊上门" in seen(world, "huangxin")
    assert "1号的预约已取消" in await read(world, "zhoumin", "停工 后天 台风")
    assert "因台风停工，1号约的后天10:00–11:00取消了，会另约时间" in seen(world, "huangxin")
    assert "已继续处理" not in seen(world, "huangxin"), "she is told once, and why"
    assert "1号的预约已取消" in seen(world, "zhaolei")
    assert (await ticket_of(world)).paused == ""
    assert "不在上班时间内" in await read(world, "zhaolei", "约 1 后天上午")


async def test_an_unanswered_question_is_told_to_nobody_who_gave_the_ticket_back(held: Stage) -> None:
    await read(held, "wangqiang", "约 1 明天上午，后天下午")
    await read(held, "wangqiang", "退回 1 手上有急事")
    before = len(held.phone("wangqiang").messages)
    await held.advance(hours=2, minutes=1)
    told = [text_of(m) for m in held.phone("wangqiang").messages[before:]]
    assert not any("还没" in text for text in told), told


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("明早9点到10点半", "好的，1号的时间已问王强"),
        ("后天下午", "好的，1号的时间已问王强"),
        ("明儿上午吧", "好的，1号的时间已问王强"),
        ("今晚6点到10点", "不在上班时间"),
        ("明晚7点以后", "不在上班时间"),
        ("明天中午", "不在上班时间"),
    ],
)
@pytest.mark.parametrize("first", ["", "都不行", "改约 "])
async def test_a_time_of_his_own_is_read_however_he_puts_it(held: Stage, first: str, said: str, answer: str) -> None:
    await read(held, "wangqiang", "约 1 周三9点-11点")
    if first == "都不行":
        await press(held, "limei", "都不行")
    told = await read(held, "limei", f"改约 {said}" if first == "改约 " else said)
    assert answer in told, told


async def test_a_time_that_is_only_asked_about_is_taken_back_as_well(world: Stage) -> None:
    await read(world, "limei", "三楼302电脑蓝屏了，直接派人")
    await read(world, "wangqiang", "接单")
    assert "已问王强" in await read(world, "limei", "改约 明天10点半以后")
    assert "1号的预约已取消" in await read(world, "limei", "取消预约")
    assert "1号的预约已取消" in text_of(world.phone("wangqiang").last)
    assert "已经定了或取消了" in await read(world, "wangqiang", "可约 1")


@pytest.mark.parametrize(
    "said",
    ["改到明天上午行吗", "能不能改到明天上午", "能改到明天吗", "推迟到明天上午10点可以吗？", "时间改成明天上午吧"],
)
async def test_a_booked_visit_is_moved_in_the_reporters_own_words(held: Stage, said: str) -> None:
    await read(held, "wangqiang", "约 1 今天下午3点")
    await read(held, "limei", "可以")
    assert (await ticket_of(held)).visit_until is not None
    await read(held, "limei", said)
    assert (await states(held))[-1] == "countered"
    assert "明天" in text_of(held.phone("wangqiang").last)
    await read(held, "wangqiang", "可约")
    assert "约好了" in seen(held, "limei").rsplit("明天", 2)[1] or "明天" in text_of(held.phone("limei").last)
    assert (await states(held))[-1] == "agreed"


@pytest.mark.parametrize("said", ["打印机换到305了", "电脑换成新的可以吗"])
async def test_what_names_no_time_moves_no_visit(held: Stage, said: str) -> None:
    await read(held, "wangqiang", "约 1 今天下午3点")
    await read(held, "limei", "可以")
    await held.says("limei", said)
    assert await states(held) == ["agreed"]


@pytest.mark.parametrize(("said", "answer"), [("可以", "约好了"), ("行，没问题", "约好了"), ("不行", "来不了")])
async def test_the_technician_answers_a_time_as_his_buttons_say(held: Stage, said: str, answer: str) -> None:
    await read(held, "wangqiang", "约 1 明天上午9点到11点")
    assert "约好了" in await read(held, "limei", "好的没问题")
    await read(held, "limei", "改到后天上午行吗")
    await read(held, "wangqiang", said)
    assert answer in text_of(held.phone("limei").last)
    assert "修好后" in await read(held, "wangqiang", "好的"), "nothing is asked any more"


@pytest.mark.parametrize(
    "said", ["能不能下午", "下午行吗", "约下午行不行", "我现在不在，下午再来吧", "下午方便", "师傅下午来可以吗"]
)
async def test_a_wish_for_another_time_is_put_to_the_technician(held: Stage, said: str) -> None:
    assert "时间已问王强" in await read(held, "limei", said)
    assert "报障人想约14:00–17:30" in seen(held, "wangqiang")


@pytest.mark.parametrize("said", ["下午三点还来吗", "明天上午开会要用，能修好吧", "能不能快点", "下午不来也可以"])
async def test_what_asks_or_hurries_moves_no_visit(held: Stage, said: str) -> None:
    await read(held, "limei", said)
    assert await states(held) == []


@pytest.mark.parametrize(
    ("said", "offered"),
    [("能不能上午十点", "今天10:00"), ("不行，约后天上午", "后天8:30"), ("后天上午可以吗", "后天8:30")],
)
async def test_the_reporters_own_time_is_answered_with_another(held: Stage, said: str, offered: str) -> None:
    await read(held, "limei", "能不能下午")
    assert "已请报障人选" in await read(held, "wangqiang", said)
    assert offered in text_of(held.phone("limei").last)
    assert "约好了" in await read(held, "limei", "可以")


async def test_his_very_time_said_again_is_a_yes(held: Stage) -> None:
    await read(held, "limei", "能不能下午")
    assert "约好了" in await read(held, "wangqiang", "下午可以")


async def test_none_of_them_and_another_time_in_one_line(held: Stage) -> None:
    await read(held, "wangqiang", "约明天上午行不行")
    assert "时间已问王强" in await read(held, "limei", "都不行，周五上午")


async def test_a_time_said_before_anybody_has_it_is_shown_to_whoever_takes_it(world: Stage) -> None:
    await read(world, "limei", "三楼302电脑蓝屏了，直接派人")
    assert "按您说的时间" in await read(world, "limei", "能不能下午")
    await press(world, "wangqiang", "接单")
    assert "1今天14:00" in (await read(world, "wangqiang", "约 1")).replace(" ", "")


async def test_another_time_without_saying_which_calls_nothing_off(held: Stage) -> None:
    assert "什么时间方便" in await read(held, "limei", "改天再来吧")
    assert (await ticket_of(held)).status == "accepted"
    assert "时间已问王强" in await read(held, "limei", "周五上午")


async def test_at_the_door_another_time_is_told_to_whoever_stands_there(held: Stage) -> None:
    await read(held, "wangqiang", "到场")
    await read(held, "limei", "改天再来吧")
    assert (await ticket_of(held)).status == "on-site"
    assert "1号报障人补充：改天再来吧" in seen(held, "wangqiang")


@pytest.mark.parametrize("said", ["明天上午我可能不在，下午三点行不行", "那天我出差，改到明天下午3点可以吗"])
async def test_a_reporter_who_cannot_keep_it_and_names_another_time_is_heard_as_that(held: Stage, said: str) -> None:
    await read(held, "wangqiang", "约 明天上午")
    await read(held, "limei", "1")
    assert "已记到1号" in await read(held, "limei", "后天我出差"), "no word of the appointment"
    assert "已问王强" in await read(held, "limei", said)
    assert "想约明天15:00–16:00" in text_of(held.phone("wangqiang").last)
    await read(held, "wangqiang", "可约")
    assert "什么时间方便" in await read(held, "limei", "那天我出差")
    assert "已问王强" in await read(held, "limei", "周四下午")
    assert "已记到1号" in await read(held, "limei", "那天我不在，您打302电话找小王"), "somebody else lets him in"


async def test_a_technician_who_cannot_keep_it_reads_how_to_move_it(held: Stage) -> None:
    await read(held, "wangqiang", "约 明天上午")
    await read(held, "limei", "1")
    for said in ("明天上午去不了了", "约的那个时间去不了", "1号那天我请假"):
        told = await read(held, "wangqiang", said)
        assert "约的明天8:30–12:00还没改" in told and "让报障人选" in told, said
        assert said.removeprefix("1号") in seen(held, "zhoumin")
    assert await states(held) == ["agreed", "withdrawn", "withdrawn", "draft"]
    assert "已请报障人选：明天14:00–17:30" in await read(held, "wangqiang", "明天上午来不及，改到下午行不行")
    assert "约好了：1号明天14:00–17:30" in await read(held, "limei", "可以")

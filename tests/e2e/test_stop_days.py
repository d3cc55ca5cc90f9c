"""停工: a day off by order is part of the running calendar; a year without a calendar is told to the desk once a day."""

from datetime import date

import pytest

from bot.cast import DUTY_CHAT
from bot.stage import Stage
from bot.store.tables import StopDay
from tests.e2e.test_pauses import heard
from tests.e2e.test_ticket_life import dispatched, presses, says, ticket_of
from tests.e2e.test_warnings import accepted, warned


async def test_a_typhoon_stops_the_working_clock_and_its_end_starts_it_again(world: Stage) -> None:
    ticket = await accepted(world)
    assert "不计工作时间" in await says(world, "zhoumin", "停工今天 台风")
    assert any("2026-11-23停工（台风）" in text for text in world.group(DUTY_CHAT).texts)
    assert "2026-11-23 台风" in await says(world, "wangqiang", "停工")
    await world.advance(hours=2)
    assert await warned(world, ticket) == []
    assert "非工作时间120分" in await says(world, "zhoumin", f"时限 {ticket.id}")
    assert "已取消" in await says(world, "hetao", "停工取消 ２０２６－１１－２３")
    await world.advance(seconds=15)
    assert await warned(world, ticket) == [("response", 150)]
    assert "没有登记停工日" in await says(world, "zhoumin", "停工")


async def test_bad_input_has_a_clear_answer(world: Stage) -> None:
    assert "只能由服务台或值班经理" in await says(world, "wangqiang", "停工 2026-11-24 台风")
    for line, answer in {
        "停工 2026-13-40 台风": "没有“2026-13-40”这个日期",
        "停工 2026-11-24": "请这样发",
        "停工 2026-11-28 台风": "本来就不上班",
        "停工 2028-01-04 台风": "离今天太远",
        "停工取消": "请这样发",
        "停工取消 2026-11-25": "没有登记停工",
        "停工 2026-11-24 台风": "按工作时间计的时限顺延",
        "停工 11月24日 暴雨": "已经登记",
        "后天台风全市停工停课": "2026-11-25停工（台风）",
        "后天恢复上班，取消停工": "2026-11-25的停工已取消",
        "停工 11-27到11-25 台风": "没有“11-27到11-25”这个日期",
        "明天停课": "没看明白",
        "台风，今天下午停工": "按整天登记",
        "现在开始停工，台风": "按整天登记",
    }.items():
        assert answer in await says(world, "zhoumin", line), line


async def test_what_another_node_wrote_down_is_seen_without_a_restart(world: Stage) -> None:
    await says(world, "zhoumin", "停工")
    async with world.desk.db.write("another node") as tx:
        tx.add(StopDay(day="2026-11-24", reason="台风", at=tx.now))
    await world.advance(seconds=11)
    await says(world, "zhoumin", "未结")
    assert not world.desk.office.working.works(date(2026, 11, 24))
    assert world.desk.office.working.works(date(2026, 11, 25))


@pytest.mark.parametrize("storm", [False, True])
async def test_resolved_on_friday_at_five_closes_no_earlier_than_monday_at_five(world: Stage, storm: bool) -> None:
    await world.advance(days=4, hours=8)
    ticket = await dispatched(world)
    await presses(world, "wangqiang", "接单")
    await says(world, "wangqiang", f"已解决 {ticket.id}")
    if storm:
        await says(world, "zhoumin", "停工 2026-11-30 台风")
    await world.advance(days=2, hours=23, minutes=59)
    assert (await ticket_of(world)).status == "resolved"
    await world.advance(minutes=3)
    assert (await ticket_of(world)).status == ("resolved" if storm else "closed")
    if storm:
        await world.advance(days=1)
        assert (await ticket_of(world)).status == "closed"


async def test_a_year_without_a_calendar_runs_and_the_desk_is_told_once_a_day(world: Stage) -> None:
    await world.advance(days=38, hours=7)
    ticket = await accepted(world)
    await says(world, "wangqiang", f"到场 {ticket.id}")
    shown = await says(world, "limei", f"时限 {ticket.id}")
    assert "恢复：限480分，已用0分（总0分），至1月4日17:00" in shown
    assert heard(world, "zhoumin", "2027年的放假安排还没有进系统") == 1
    await says(world, "limei", f"时限 {ticket.id}")
    assert heard(world, "zhoumin", "【日历暂定】") == 1
    await world.advance(days=4)
    await says(world, "limei", f"时限 {ticket.id}")
    assert 2 <= heard(world, "zhoumin", "【日历暂定】") <= 5, "once a day at most"
    assert heard(world, "limei", "【日历暂定】") == 0


async def test_whoever_was_promised_a_time_hears_the_new_one_and_why(world: Stage) -> None:
    await dispatched(world)
    assert "最晚10:00到" in await presses(world, "wangqiang", "接单") or heard(world, "limei", "最晚10:00到")
    await says(world, "zhoumin", "停工 今天 台风")
    assert heard(world, "limei", "因台风停工，1号顺延，最晚明天9:30到") == 1
    await says(world, "zhoumin", "停工 后天 台风")
    assert heard(world, "limei", "因台风停工") == 1, "nothing has moved for her"
    await says(world, "zhoumin", "停工取消 今天")
    assert heard(world, "limei", "停工取消了，1号最晚10:00到") == 1


async def test_who_asks_on_such_a_day_hears_why_nobody_comes_and_when_it_goes_on(world: Stage) -> None:
    await accepted(world)
    await says(world, "wufan", "二楼201打印机打印有条纹，直接派人")
    await says(world, "zhoumin", "停工今天 台风")
    await world.advance(minutes=5)
    told = await says(world, "limei", "怎么还没来，催一下")
    assert "1号已催王强。今天因台风停工，暂不上门，明天8:30起继续处理，最晚明天9:30到。" in told, told
    assert "今天因台风停工，暂不上门，明天8:30起继续处理" in await says(world, "limei", "到哪了")
    assert "今天因台风停工" in await says(world, "limei", "快点啊"), "urged only just now"
    assert "今天因台风停工，暂不上门" in await says(world, "wufan", "催一下")
    told = await says(world, "zhoumin", "代报 李梅 催一下")
    assert "请告诉来电人：今天因台风停工，暂不上门，明天8:30起继续处理" in told, told
    await world.advance(days=1)
    assert "停工" not in await says(world, "limei", "催一下")


async def test_what_is_urgent_goes_on_on_such_a_day(world: Stage) -> None:
    await says(world, "limei", "一楼办事大厅窗口全停了，群众都在等")
    assert (await ticket_of(world)).priority in ("P1", "P2")
    await says(world, "zhoumin", "停工今天 台风")
    await world.advance(minutes=5)
    assert "停工" not in await says(world, "limei", "催一下")


@pytest.mark.parametrize(
    ("line", "days"),
    [
        ("台风停工 1号2号", ["2026-12-01", "2026-12-02"]),
        ("台风停工1号、2号", ["2026-12-01", "2026-12-02"]),
        ("停工 12-1 12-2 台风", ["2026-12-01", "2026-12-02"]),
        ("12月1号2号停工 台风", ["2026-12-01", "2026-12-02"]),
        ("12月1号、2号台风停工", ["2026-12-01", "2026-12-02"]),
        ("明后天停工，台风", ["2026-11-24", "2026-11-25"]),
        ("台风停工 明天后天", ["2026-11-24", "2026-11-25"]),
        ("停工 11-25到11-27 台风", ["2026-11-25", "2026-11-26", "2026-11-27"]),
        ("台风停工 26号到30号", ["2026-11-26", "2026-11-27", "2026-11-30"]),
    ],
)
async def test_several_days_in_one_line(world: Stage, line: str, days: list[str]) -> None:
    told = await says(world, "zhoumin", line)
    assert f"{'、'.join(days)}停工（台风）" in told, told
    assert ("2026-11-28本来就不上班" in told) is ("30号" in line)
    listed = await says(world, "zhoumin", "停工")
    assert all(f"{day} 台风" in listed for day in days), listed
    off = line.replace("台风", "").replace("停工", "").strip(" ，")
    assert f"{'、'.join(days)}的停工已取消" in await says(world, "zhoumin", f"取消{off}的停工")

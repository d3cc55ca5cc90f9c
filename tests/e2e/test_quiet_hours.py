"""Quiet hours: what can wait waits for the morning, the working day, or whoever is on duty."""

from bot.stage import Stage
from bot.story import text_of
from tests.e2e.test_duty import new
from tests.e2e.test_ticket_life import count_tickets, dispatched, says


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


async def test_midday_is_left_alone_beside_the_night(world: Stage) -> None:
    assert "22:00-07:30和12:00-14:00" in await says(world, "wangqiang", "中午别吵我")
    assert "22:00-07:30和12:00-14:00不打扰您" in await says(world, "limei", "午休别发给我")
    assert await count_tickets(world) == 0

"""Leave and swaps that are taken back, not answered, answered in other words, or overtaken: nothing is left hanging."""

from datetime import timedelta

import pytest
from sqlmodel import select

from bot.core.duty import Kind
from bot.desk import shifts
from bot.stage import Stage
from bot.store.tables import Person
from tests.e2e.phones import press, read, seen
from tests.e2e.test_duty import rostered
from tests.e2e.test_leavers import leaves
from tests.e2e.test_ticket_life import dispatched, presses, ticket_of


async def asked(world: Stage) -> str:
    """王强 asks 赵磊 to take his shift of tomorrow; what he reads."""
    await rostered(world, "王强", (Kind.ON, -1, 8), (Kind.ON, 23, 32))
    return await read(world, "wangqiang", "换班 赵磊 明天")


@pytest.mark.parametrize(
    ("words", "then"),
    [
        *(("同意", "同意了您的换班"), ("不换", "没有同意您的换班"), ("不同意 1", "没有同意")),
        *(("可以换", "同意了您的换班"), ("行，没问题", "同意了您的换班"), ("不行啊，我有事", "没有同意您的换班")),
        ("换不了", "没有同意您的换班"),
    ],
)
async def test_a_swap_is_answered_in_plain_words(world: Stage, words: str, then: str) -> None:
    assert "取消换班" in await asked(world)
    await read(world, "zhaolei", words)
    assert then in seen(world, "wangqiang")
    assert "没有同意了" not in seen(world, "wangqiang")


async def test_several_without_a_number_are_listed(world: Stage) -> None:
    await rostered(world, "王强", (Kind.ON, -1, 8))
    await read(world, "wangqiang", "请假 明天 看病")
    await read(world, "zhaolei", "请假 后天 体检")
    answer = await read(world, "zhoumin", "批准")
    assert "批准 1（王强请假，明天全天）" in answer and "批准 2（赵磊请假，后天全天）" in answer
    await read(world, "zhoumin", "批准 2")
    assert "周敏批准了您的请假（后天全天）" in seen(world, "zhaolei")


async def test_what_is_not_wanted_any_more_is_taken_back(world: Stage) -> None:
    await asked(world)
    assert "已取消" in await read(world, "wangqiang", "不换了")
    assert "王强取消了换班（11-24），不用再答复" in seen(world, "zhaolei")
    assert "已由对方撤回，不用再处理" in await press(world, "zhaolei", "同意换班", force=True)
    assert "您没有可以取消的换班" in await read(world, "wangqiang", "取消换班")


async def test_leave_that_was_granted_and_has_not_begun_is_taken_back(world: Stage) -> None:
    await rostered(world, "王强", (Kind.ON, -1, 8), (Kind.ON, 23, 32))
    await read(world, "wangqiang", "请假 明天 看病")
    await press(world, "zhoumin", "批准")
    assert "请假全天" in await read(world, "zhoumin", "明天谁值班")
    assert "取消请假" in await read(world, "wangqiang", "销假")
    assert "班表已改回" in await read(world, "wangqiang", "取消请假")
    assert "王强取消了请假（明天全天），班表已改回" in seen(world, "zhoumin")
    assert "请假" not in await read(world, "zhoumin", "明天谁值班")


@pytest.mark.parametrize("shorter", ["明天下午", "后天"])
async def test_of_two_leaves_within_the_same_hours_only_the_one_meant_goes(world: Stage, shorter: str) -> None:
    await rostered(world, "王强", (Kind.ON, -1, 8), (Kind.ON, 23, 32), (Kind.ON, 47, 56))
    for when in (shorter, "11-24到11-26"):
        await read(world, "wangqiang", f"请假 {when} 看病")
        await press(world, "zhoumin", "批准")
    assert "班表已改回" in await read(world, "wangqiang", "取消请假 2")
    there = [await read(world, "zhoumin", f"{day}谁值班") for day in ("明天", "后天")]
    assert ["请假" in line for line in there] == [shorter == "明天下午", shorter == "后天"]
    assert "班表已改回" in await read(world, "wangqiang", "取消请假")
    assert not any(["请假" in await read(world, "zhoumin", f"{day}谁值班") for day in ("明天", "后天")])


async def test_silence_is_reminded_of_once_and_ends_when_the_hours_come(world: Stage) -> None:
    await asked(world)
    await world.advance(hours=3)
    assert seen(world, "zhaolei").count("王强想和您换班") == 2
    await world.advance(hours=20, minutes=1)
    assert "没等到答复，班表不变" in seen(world, "wangqiang")
    assert "已失效" in await press(world, "zhaolei", "同意换班", force=True)
    assert "王强 8:00–17:00" in await read(world, "zhoumin", "今天谁值班") or "王强" in await read(
        world, "zhoumin", "谁在岗"
    )


async def test_leave_that_begins_at_once_hands_over_what_he_has(world: Stage) -> None:
    await rostered(world, "王强", (Kind.ON, -1, 8))
    await dispatched(world)
    await presses(world, "wangqiang", "接单")
    await read(world, "wangqiang", "请假 今天 发烧")
    await press(world, "zhoumin", "批准")
    assert "您已开始请假，手上还有1张单" in seen(world, "wangqiang")
    await world.advance(minutes=16)
    assert (await ticket_of(world)).owner == "desk"


async def test_leave_of_somebody_in_no_roster_ends_and_he_is_there_again(world: Stage) -> None:
    """He goes by his own word; an hour's leave must not make the roster keep him away for ever."""
    await dispatched(world)
    await presses(world, "wangqiang", "接单")
    await read(world, "wangqiang", "请假 今天10:00-11:00 开会")
    await press(world, "zhoumin", "批准")
    await world.advance(minutes=61)
    assert "王强（请假至11:00）" in await read(world, "zhoumin", "谁在岗")
    assert "您已开始请假，手上还有1张单" in seen(world, "wangqiang")
    await world.advance(minutes=60)
    assert "不在" not in await read(world, "zhoumin", "谁在岗")


async def test_a_stand_in_of_somebody_in_no_roster_leaves_him_his_own_word(world: Stage) -> None:
    await read(world, "zhoumin", "顶班赵磊 9:00-10:00")
    await world.advance(minutes=70)
    assert "不在" not in await read(world, "zhoumin", "谁在岗")


async def test_whoever_leaves_takes_no_shift_and_gives_none(world: Stage) -> None:
    await asked(world)
    await leaves(world, "wangqiang", deleted=True)
    assert "王强已离开，11-24的换班不用再等" in seen(world, "zhaolei")
    assert "已失效" in await press(world, "zhaolei", "同意换班", force=True)
    assert "王强" not in await read(world, "zhoumin", "明天谁值班")


async def test_leave_of_the_only_seat_is_asked_of_the_lead(world: Stage) -> None:
    assert "已交给何涛" in await read(world, "zhoumin", "请假 明天 体检")
    await press(world, "hetao", "批准")
    assert "何涛批准了您的请假" in seen(world, "zhoumin")


async def test_hours_given_back_in_a_swap_that_run_now_are_handed_over(world: Stage) -> None:
    """王强 takes 赵磊's running shift: who goes home at once is asked for a successor, like anybody else."""
    await rostered(world, "王强", (Kind.ON, 24, 32))
    await rostered(world, "赵磊", (Kind.ON, -1, 8))
    await dispatched(world)
    await press(world, "zhaolei", "接单")
    await read(world, "wangqiang", "换班 赵磊 明天 今天")
    await read(world, "zhaolei", "同意")
    assert "您下班了，手上还有1张单" in seen(world, "zhaolei")


async def test_a_stand_in_that_is_taken_back_while_it_runs_is_handed_over(world: Stage) -> None:
    await rostered(world, "赵磊", (Kind.ON, -3, -1))
    await rostered(world, "王强", (Kind.ON, -3, -1))
    await dispatched(world)
    await read(world, "zhoumin", "顶班 王强 9:00-12:00")
    await press(world, "wangqiang", "接单")
    assert "顶班已取消" in await read(world, "zhoumin", "取消顶班 王强")
    assert "您下班了，手上还有1张单" in seen(world, "wangqiang")
    await world.advance(minutes=16)
    assert (await ticket_of(world)).owner == "desk"


async def test_a_change_of_the_roster_in_the_moment_a_shift_ends_loses_no_hand_over(world: Stage) -> None:
    await rostered(world, "王强", (Kind.ON, -1, 1))
    await dispatched(world)
    await presses(world, "wangqiang", "接单")
    async with world.desk.db.write("roster") as tx:
        tx.now += timedelta(hours=1, seconds=2)
        await shifts.arm(tx)
    await world.advance(hours=1, seconds=3)
    assert "您下班了，手上还有1张单" in seen(world, "wangqiang")


async def test_whoever_asks_reads_how_it_was_understood(world: Stage) -> None:
    assert "请假申请（1：明天20:00–24:00）" in await read(world, "wangqiang", "请假 明天晚上8点到12点 值守")
    await rostered(world, "王强", (Kind.ON, 24, 32))
    assert "换班申请（2：对方替您11-24的班）" in await read(world, "wangqiang", "换班 赵磊 明天")
    assert "替他11-24的班" in seen(world, "zhaolei")
    await read(world, "zhaolei", "同意 2")
    assert "赵磊同意了您的换班（对方替您11-24的班）" in seen(world, "wangqiang")


async def test_of_two_technicians_of_one_name_nobody_is_guessed(world: Stage) -> None:
    async with world.desk.db.write("namesake") as tx:
        tx.add(Person(name="赵磊", positions=["engineer-l1"]))
    told = await asked(world)
    async with world.desk.db.read() as session:
        first = min((await session.exec(select(Person.id).where(Person.name == "赵磊"))).all(), key=lambda i: i or 0)
    assert f"叫“赵磊”的有几位，请改用编号：\n#{first} 赵磊" in told
    assert "已交给赵磊" in await read(world, "wangqiang", f"换班 #{first} 明天")
    await dispatched(world)
    await presses(world, "wangqiang", "接单")
    assert "有几位" in await read(world, "wangqiang", "转交 赵磊 去开会")
    await read(world, "wangqiang", f"转交 1 #{first} 去开会")
    assert "去开会" in seen(world, "zhaolei")


async def test_leave_within_leave_is_not_asked_twice_and_a_longer_one_takes_its_place(world: Stage) -> None:
    await read(world, "wangqiang", "请假 明天下午 看病")
    told = await read(world, "wangqiang", "请假 明天 看病")
    assert "请假申请（2：明天全天）" in told
    assert "不用再请" in await read(world, "wangqiang", "明天上午请假")
    waits = await read(world, "hetao", "待批")
    assert "批准 2（王强请假" in waits and "批准 1（" not in waits, waits
    await read(world, "hetao", "批准")
    assert "不用再请" in await read(world, "wangqiang", "请假 明天下午 看病")
    assert "已取消" in await read(world, "wangqiang", "取消请假")
    assert "请假申请（3：" in await read(world, "wangqiang", "请假 明天下午 看病")


@pytest.mark.parametrize("said", ["我的假批了吗", "请假批了没", "请假申请怎么样了", "假批准了吗？"])
async def test_how_his_leave_stands_is_told_and_asks_for_none(world: Stage, said: str) -> None:
    assert "最近没有提过请假" in await read(world, "wangqiang", said)
    await read(world, "wangqiang", "请假 明天下午")
    assert "还在等周敏答复" in await read(world, "wangqiang", said)
    await press(world, "zhoumin", "批准")
    assert "周敏批准了您的请假（明天14:00–17:30）" in await read(world, "wangqiang", said)
    await read(world, "wangqiang", "取消请假")
    assert "已取消" in await read(world, "wangqiang", said)
    assert "最近没有提过换班" in await read(world, "wangqiang", "换班同意了吗")


@pytest.mark.parametrize("said", ["王强明天下午请假 看病", "请假 王强 明天下午 看病", "王强明天下午来不了 看病"])
async def test_a_seat_enters_the_leave_it_was_told_of(world: Stage, said: str) -> None:
    assert "班表已改" in await read(world, "zhoumin", said)
    assert "周敏批准了您的请假" in seen(world, "wangqiang")
    assert "批准" in await read(world, "wangqiang", "我的假批了吗")
    assert "请假" in await read(world, "zhoumin", said), "and is told when it is entered twice"
    assert seen(world, "wangqiang").count("周敏批准了") == 2, "once as it was entered, once when he asked"

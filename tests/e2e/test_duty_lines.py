"""Leave, swaps and stand-ins as people say them, with a roster."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.stage import Stage, raised
from bot.story import START
from tests.e2e.phones import press, read, seen
from tests.e2e.test_ticket_life import count_tickets


@pytest.fixture
async def rostered(tmp_path: Path, migrated: Path, knowledge_once: tuple[object, object]) -> AsyncIterator[Stage]:
    shutil.copyfile(migrated, tmp_path / "world.db")
    url = f"sqlite+aiosqlite:///{tmp_path / 'world.db'}"
    async with raised(url, start=START, knowledge=knowledge_once, rostered=True) as stage:  # type: ignore[arg-type]
        yield stage


async def test_leave_is_asked_for_and_agreed_to(rostered: Stage) -> None:
    await read(rostered, "wangqiang", "明天下午请假 看病")
    assert "看病" in seen(rostered, "hetao") + seen(rostered, "zhoumin")
    asked = "hetao" if "看病" in seen(rostered, "hetao") else "zhoumin"
    await press(rostered, asked, "批准")
    assert "请假14:00–17:30" in await read(rostered, "zhoumin", "明天谁值班")


@pytest.mark.parametrize(
    ("line", "there", "not_there"),
    [
        ("明天谁值班", ["11月24日（周二）值班", "王强", "赵磊"], ["11月23日"]),
        ("下周一谁上班", ["11月30日（周一）值班", "王强 8:00–17:30"], ["在岗"]),
        ("这周六谁值班？", ["11月28日（周六）值班", "赵磊"], ["王强"]),
        ("明晚谁值班", ["11月24日（周二）17:30–24:00值班", "赵磊 8:00–20:00"], ["王强"]),
        ("这周谁值班", ["11月23日 周一：王强 8:00–17:30", "11月29日 周日：赵磊"], ["11月30日", "在岗"]),
        ("下周值班表", ["11月30日 周一：王强", "12月6日 周日：赵磊"], ["11月29日"]),
        ("周末值班的是谁", ["11月28日 周六：赵磊", "11月29日 周日：赵磊"], ["王强"]),
        ("谁明天上班", ["11月24日（周二）值班"], []),
        ("今天谁值班", ["11月23日（周一）值班", "王强 8:00–17:30"], []),
        ("谁在岗", ["下一次变动"], []),
        ("护网期间加强值班", ["没看明白"], ["值班："]),
        ("今天轮到我值班", ["没看明白"], ["值班："]),
        ("今晚有人值班吗", ["11月23日（周一）17:30–24:00值班"], ["在岗"]),
        ("今晚8点以后谁在", ["11月23日（周一）20:00–24:00班表里没有人"], ["在岗"]),
        ("周五赵磊上班吗", ["11月27日（周五）值班", "赵磊"], ["在岗"]),
        ("明天有谁在", ["11月24日（周二）值班"], ["在岗"]),
        ("明天早班谁", ["11月24日（周二）8:30–12:00值班"], []),
        ("机房谁值班", ["下一次变动"], []),
        ("国庆节谁值班", ["没看懂问的是哪天"], ["下一次变动"]),
    ],
)
async def test_who_is_on_duty_is_answered_for_the_time_that_was_asked(
    rostered: Stage, line: str, there: list[str], not_there: list[str]
) -> None:
    told = await read(rostered, "zhoumin", line)
    assert all(words in told for words in there), told
    assert not any(words in told for words in not_there), told


async def test_a_stand_in_of_this_evening_is_seen_and_a_day_of_the_month_is_read(rostered: Stage) -> None:
    assert "顶班" in await read(rostered, "zhoumin", "让王强顶班 18:00-22:00")
    assert "22:00" in await read(rostered, "zhoumin", "今晚谁值班")
    assert "11月27日" in await read(rostered, "zhoumin", "27号谁值班")
    assert "近7天的班" in await read(rostered, "wangqiang", "我这周什么班")
    assert "下一次变动" in await read(rostered, "zhoumin", "下一班是谁")
    assert "已下线" in await read(rostered, "wangqiang", "我先下班了")
    answer = await read(rostered, "wangqiang", "我想跟赵磊换27号的班")
    assert "重叠" in answer, "read as a swap, and refused for its reason"


@pytest.mark.parametrize(
    ("said", "hours"),
    [
        ("让王强今晚顶班到10点", "17:30–22:00"),
        ("今晚王强加班到9点半", "17:30–21:30"),
        ("让王强顶班到晚上十点", "17:30–22:00"),
    ],
)
async def test_a_stand_in_until_an_hour(rostered: Stage, said: str, hours: str) -> None:
    assert f"王强{hours}顶班" in await read(rostered, "zhoumin", said)
    assert f"请您{hours}顶班" in seen(rostered, "wangqiang")


async def test_a_stand_in_without_hours_is_told_how(rostered: Stage) -> None:
    assert "请这样发：顶班" in await read(rostered, "zhoumin", "让王强顶班")
    assert "请这样发：顶班" in await read(rostered, "zhoumin", "叫赵磊明天替王强的班")


async def test_leave_as_people_say_it(rostered: Stage) -> None:
    assert "明天全天" in await read(rostered, "wangqiang", "我病了，明天上不了班")
    assert "已取消" in await read(rostered, "wangqiang", "不请了")
    assert "请假申请（2：14:00–17:30）" in await read(rostered, "wangqiang", "下午请个假去医院")
    assert "请这样发：请假" in await read(rostered, "wangqiang", "我想休息一天")
    assert "近7天的班" in await read(rostered, "wangqiang", "我明天几点上班")


async def test_a_stand_in_is_said_as_people_say_it_and_taken_back(rostered: Stage) -> None:
    assert "王强17:30–24:00顶班" in await read(rostered, "zhoumin", "让王强今晚顶班")
    assert "请您17:30–24:00顶班" in seen(rostered, "wangqiang")
    assert "赵磊20:00–22:00顶班" in await read(rostered, "zhoumin", "今天赵磊顶班20:00-22:00")
    assert "王强17:30–24:00的顶班已取消" in await read(rostered, "zhoumin", "取消顶班 王强")
    assert "您17:30–24:00的顶班已取消" in seen(rostered, "wangqiang")
    assert "后面没有顶班" in await read(rostered, "zhoumin", "取消顶班 王强")
    assert "22:00" in await read(rostered, "zhoumin", "今晚谁值班"), "another's stays"


@pytest.mark.parametrize("said", ["今天谁值班", "谁在值班", "现在有人值班吗", "值班电话多少", "今天值班的是谁"])
async def test_who_is_served_asks_who_is_there(world: Stage, said: str) -> None:
    """It was registered as a request for a guard, and the desk asked to approve it."""
    assert "现在有2位技术员在岗" in await read(world, "limei", said)
    assert await count_tickets(world) == 0


@pytest.mark.parametrize("said", ["今晚谁值班啊", "明天谁值班"])
async def test_of_a_time_to_come_he_is_told_no_figure_of_now(world: Stage, said: str) -> None:
    assert "值班由服务台安排" in await read(world, "limei", said)


async def test_a_guard_is_still_asked_for(world: Stage) -> None:
    await read(world, "limei", "两会期间安排值守")
    assert await count_tickets(world) == 1


async def test_who_cannot_come_asks_for_leave_and_an_offer_is_declined_in_the_same_words(rostered: Stage) -> None:
    assert "11月24日" in await read(rostered, "wangqiang", "我明天来不了了") or "请假" in seen(rostered, "zhoumin")
    await read(rostered, "limei", "三楼302电脑蓝屏了，直接派人")
    told = await read(rostered, "wangqiang", "今天来不了")
    assert "请假" not in told and "退回" in told, told


async def test_a_swap_is_asked_for_in_a_question(rostered: Stage) -> None:
    assert "王强" in await read(rostered, "zhaolei", "王强能不能跟我换周六")
    assert "换班" in seen(rostered, "wangqiang")


@pytest.mark.parametrize(
    ("line", "enters"),
    [
        ("我今晚顶班", "顶班 王强 11-23 17:30-24:00"),
        ("今晚我来顶班吧", "顶班 王强 11-23 17:30-24:00"),
        ("我明天晚上6点到10点可以顶班", "顶班 王强 11-24 18:00-22:00"),
        ("我周六顶班", "顶班 王强 11-28"),
    ],
)
async def test_a_technician_offers_to_stand_in_and_the_desk_enters_it(rostered: Stage, line: str, enters: str) -> None:
    assert "登记后算数" in await read(rostered, "wangqiang", line)
    assert enters in seen(rostered, "zhoumin")
    assert "王强" in await read(rostered, "zhoumin", enters)
    assert "顶班" in seen(rostered, "wangqiang").split("登记后算数", 1)[1]


@pytest.mark.parametrize("line", ["我来顶班", "我顶班到晚上十点半吧"])
async def test_to_stand_in_takes_a_day(rostered: Stage, line: str) -> None:
    told = await read(rostered, "wangqiang", line)
    assert ("哪天几点" in told) is (line == "我来顶班"), told

"""Leave, swaps and stand-ins as people say them, with a roster."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.stage import Stage, raised
from bot.story import START
from tests.e2e.phones import press, read, seen


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


async def test_a_stand_in_of_this_evening_is_seen_and_a_day_of_the_month_is_read(rostered: Stage) -> None:
    assert "顶班" in await read(rostered, "zhoumin", "让王强顶班 18:00-22:00")
    assert "22:00" in await read(rostered, "zhoumin", "今晚谁值班")
    assert "11月27日" in await read(rostered, "zhoumin", "27号谁值班")
    assert "近7天的班" in await read(rostered, "wangqiang", "我这周什么班")
    assert "下一次变动" in await read(rostered, "zhoumin", "下一班是谁")
    assert "已下线" in await read(rostered, "wangqiang", "我先下班了")
    answer = await read(rostered, "wangqiang", "我想跟赵磊换27号的班")
    assert "重叠" in answer, "read as a swap, and refused for its reason"


async def test_a_stand_in_is_said_as_people_say_it_and_taken_back(rostered: Stage) -> None:
    assert "王强17:30–24:00顶班" in await read(rostered, "zhoumin", "让王强今晚顶班")
    assert "请您17:30–24:00顶班" in seen(rostered, "wangqiang")
    assert "赵磊20:00–22:00顶班" in await read(rostered, "zhoumin", "今天赵磊顶班20:00-22:00")
    assert "王强17:30–24:00的顶班已取消" in await read(rostered, "zhoumin", "取消顶班 王强")
    assert "您17:30–24:00的顶班已取消" in seen(rostered, "wangqiang")
    assert "后面没有顶班" in await read(rostered, "zhoumin", "取消顶班 王强")
    assert "22:00" in await read(rostered, "zhoumin", "今晚谁值班"), "another's stays"

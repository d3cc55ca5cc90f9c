"""A photo alone of somebody with several open matters: he is asked once which it belongs to, and it goes there."""

import json

import pytest
import sqlalchemy
from phones import press, read, seen
from sqlmodel import SQLModel, select

from bot.stage import Stage
from bot.store.tables import Content, Media
from bot.story import text_of
from tests.e2e.test_ticket_life import count_tickets

WHO = "limei"


@pytest.fixture
async def two(world: Stage) -> Stage:
    """1, the computer in 302, with 王强; 2, the screen in 506, offered; both told of a while ago."""
    await read(world, WHO, "三楼302电脑蓝屏了，直接派人")
    await read(world, "wangqiang", "接单 1")
    await read(world, WHO, "另外五楼506显示器屏幕碎了")
    assert await count_tickets(world) == 2
    await world.advance(minutes=6)
    return world


async def shows(world: Stage, kind: str = "photo") -> str:
    phone = world.phone(WHO)
    before = len(phone.messages)
    await (phone.sends_photo() if kind == "photo" else phone.sends_voice())
    await world.settle()
    return "\n".join(text_of(m) for m in phone.messages[before:] if m.sender != "me")


async def photos(world: Stage) -> list[int]:
    """The tickets that photos are kept with."""
    async with world.desk.db.read() as session:
        rows = (await session.exec(select(Content).order_by(Content.id))).all()  # type: ignore[arg-type]
    return [c.ticket_id for c in rows if c.kind == "photo" and c.media_key]


async def handles(world: Stage) -> int:
    """In how many columns the platform's handle of a picture stands."""
    found = 0
    async with world.desk.db.engine.connect() as connection:
        for table in SQLModel.metadata.sorted_tables:
            for row in (await connection.execute(sqlalchemy.select(table))).mappings():
                for value in row.values():
                    plain = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
                    found += '"media_id"' in plain or ("gov:" in plain and "media_key" in plain)
    return found


async def stored(world: Stage) -> int:
    async with world.desk.db.read() as session:
        return len((await session.exec(select(Media.key))).all())


@pytest.mark.parametrize("how", ["button", "1号", "1", "电脑那个"])
async def test_asked_once_and_attached_where_he_says(two: Stage, how: str) -> None:
    asked = await shows(two)
    assert "这张照片是哪件事的" in asked and "1号" in asked and "2号" in asked
    assert await photos(two) == [] and await stored(two) == 0
    assert await shows(two) == "", "a second one is asked about along with the first"
    pictures = len([m for m in two.phone("wangqiang").messages if m.kind == "image"])
    if how == "button":
        told = await press(two, WHO, next(b for b in two.phone(WHO).buttons if b.startswith("1号")))
    else:
        told = await read(two, WHO, how)
    assert told == "照片已记到1号。"
    assert await photos(two) == [1, 1]
    assert len([m for m in two.phone("wangqiang").messages if m.kind == "image"]) == pictures + 2
    assert await shows(two) == "照片已记到1号。", "what follows belongs there too"
    assert await count_tickets(two) == 2


async def test_it_may_be_another_matter(two: Stage) -> None:
    await shows(two)
    told = await press(two, WHO, "新问题")
    assert "已受理3号" in told and await photos(two) == [3]
    assert "是哪类设备" in text_of(two.phone(WHO).last)


async def test_without_an_answer_it_is_not_lost(two: Stage) -> None:
    await shows(two)
    await read(two, WHO, "到哪了")
    await two.advance(minutes=3)
    assert await photos(two) == [2], "the newest"
    assert "照片已记到2号" in seen(two, WHO)
    await press(two, WHO, next(b for b in ("1号电脑蓝屏",)), force=True)
    assert await photos(two) == [2]


async def test_what_he_speaks_of_meanwhile_is_what_it_shows(two: Stage) -> None:
    await shows(two)
    await read(two, WHO, "电脑蓝屏代码是0x7B")
    await two.advance(minutes=3)
    assert await photos(two) == [1]


async def test_what_was_just_spoken_of_is_not_asked_about(two: Stage) -> None:
    await read(two, WHO, "电脑蓝屏代码是0x7B")
    assert await shows(two) == "照片已记到1号。"
    assert await photos(two) == [1]


async def test_a_restart_between_loses_nothing(two: Stage) -> None:
    await shows(two)
    await two.restart()
    assert await read(two, WHO, "2号") == "照片已记到2号。"
    assert await photos(two) == [2]


async def test_nothing_is_held_while_a_classified_matter_is_open(two: Stage) -> None:
    await read(two, "zhoumin", "转出 1 R5")
    assert "请先打字" in await shows(two)
    assert (await photos(two), await stored(two), await handles(two)) == ([], 0, 0)
    await two.advance(minutes=3)
    assert await photos(two) == []
    await read(two, WHO, "506显示器的玻璃渣还在")
    assert await shows(two) == "照片已记到2号。", "in words first"


async def test_nor_is_one_while_the_classified_one_is_the_newest(two: Stage) -> None:
    await read(two, WHO, "另外我那台涉密机也开不了机")
    told = await shows(two)
    assert "照片没有保存" in told and "1号" in told and "2号" in told and "3号" not in told
    assert (await photos(two), await stored(two), await handles(two)) == ([], 0, 0)
    await two.advance(minutes=20)
    assert "照片没有保存" in await shows(two), "not only for a while"


async def test_a_tap_says_that_it_is_of_an_ordinary_matter_and_the_next_one_is_taken(two: Stage) -> None:
    await read(two, WHO, "另外我那台涉密机也开不了机")
    await two.advance(minutes=20)
    await shows(two)
    told = await press(two, WHO, next(b for b in two.phone(WHO).buttons if b.startswith("1号")))
    assert told == "好的，请把照片再发一次，会记到1号。"
    assert await shows(two) == "照片已记到1号。"
    assert await photos(two) == [1]


async def test_words_about_an_ordinary_matter_do_so_too(two: Stage) -> None:
    await read(two, WHO, "另外我那台涉密机也开不了机")
    await two.advance(minutes=20)
    await read(two, WHO, "1号电脑蓝屏代码是0x7B")
    assert await shows(two) == "照片已记到1号。"


async def test_but_not_once_the_classified_one_is_spoken_of_again(two: Stage) -> None:
    await read(two, WHO, "电脑蓝屏代码是0x7B")
    await two.advance(minutes=1)
    await read(two, WHO, "另外我那台涉密机也开不了机")
    await shows(two)
    assert (await photos(two), await stored(two), await handles(two)) == ([], 0, 0)


async def test_what_is_held_is_dropped_when_one_turns_out_to_be_classified(two: Stage) -> None:
    await shows(two)
    card = next(b for b in two.phone(WHO).buttons if b.startswith("2号"))
    assert await handles(two) > 0
    await read(two, "zhoumin", "转出 1 R5")
    assert await handles(two) == 0
    await press(two, WHO, card, force=True)
    await two.advance(minutes=3)
    assert (await photos(two), await stored(two)) == ([], 0)

"""Once a matter turns out to be classified, its words stand in no column of any table, and in no byte of SQLite's files."""

import json
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy
from sqlalchemy.engine import make_url
from sqlmodel import SQLModel, select, update

from bot.stage import Stage, raised
from bot.store.engine import Database
from bot.store.tables import OutboxRow, Person
from bot.story import START
from tests.e2e.phones import read, seen

SECRET = "三号工程"


@pytest.mark.parametrize(
    ("report", "asked", "how"),
    [
        ("302打印机卡纸了，三号工程的图纸打不出来，找13800000001", "是三号工程的哪张图？", "是涉密打印机"),
        ("302打印机卡纸了，打不出三号工程的图纸，电话也有杂音", "请讲", "转出 1 R5"),
    ],
    ids=["by the reporter", "by the desk, one message about two matters"],
)
async def test_no_column_keeps_the_words(database_url: str, report: str, asked: str, how: str) -> None:
    async with raised(database_url, start=START) as world:
        await read(world, "limei", report)
        await read(world, "limei", "转人工")
        await read(world, "zhoumin", asked)
        await read(world, "zhoumin", "查 1")
        await read(world, "huangxin", "508电话没有声音")
        assert SECRET in seen(world, "zhoumin")
        assert await _columns(world, SECRET) >= {"content.text", "inbox.payload", "outbox.payload"}
        assert bool(_files(database_url)) == database_url.startswith("sqlite")
        await read(world, "zhoumin" if how.startswith("转") else "limei", how)
        assert await _columns(world, SECRET) == set()
        assert _files(database_url) == set()
        assert await _columns(world, "508") >= {"inbox.payload", "outbox.payload", "content.text"}
        assert "涉密" in seen(world, "limei")
        async with world.desk.db.read() as session:
            assert set((await session.exec(select(OutboxRow.state))).all()) <= {"sent", "void"}


STAFF = (
    ("wangqiang", "退回 1 三号工程那间进不去"),
    ("zhoumin", "派 1 赵磊"),
    ("zhaolei", "接单 1"),
    ("zhaolei", "求助 三号工程的图纸打不出来"),
    ("zhaolei", "转交 1 王强 三号工程那边不让我进"),
    ("zhaolei", "争议 1 三号工程的人不在"),
    ("zhaolei", "备件 1 三号工程专用硒鼓×1"),
    ("zhaolei", "三号工程的人说下午再来"),
    ("zhoumin", "优先级 1 P2 三号工程急用"),
    ("zhaolei", "到场 1"),
    ("zhaolei", "跳过 三号工程的机子不能动"),
    ("zhaolei", "已解决 1 三号工程的图纸太大，改了设置 25分钟"),
    ("limei", "没修好"),
)
"""What people who work on it type, in every place where words of their own are kept."""


async def test_nor_those_of_whoever_worked_on_it(database_url: str) -> None:
    async with raised(database_url, start=START) as world:
        await read(world, "limei", "三楼302打印机卡纸了，直接派人")
        for who, line in STAFF:
            await read(world, who, line)
        assert await _columns(world, SECRET) >= {"content.text", "inbox.payload", "outbox.payload", "offer.reason"}
        await read(world, "zhoumin", "转出 1 R5")
        assert await _columns(world, SECRET) == set()
        assert _files(database_url) == set()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_whoever_reads_meanwhile_leaves_the_log_to_the_next_write(database_url: str, db: Database) -> None:
    async with db.write("said") as tx:
        tx.add(Person(name=SECRET))
    async with db.read() as reading:
        assert len((await reading.exec(select(Person))).all()) == 1
        async with db.write("erased") as tx:
            await tx.session.exec(update(Person).values(name=""))
            tx.erased = True
        assert _files(database_url) == {"yunwei.db-wal"}
    async with db.write("next"):
        pass
    assert _files(database_url) == set()


async def _columns(world: Stage, words: str) -> set[str]:
    """Where the words stand, of all text and JSON columns."""
    found = set()
    async with world.desk.db.engine.connect() as connection:
        for table in SQLModel.metadata.sorted_tables:
            for row in (await connection.execute(sqlalchemy.select(table))).mappings():
                found |= {f"{table.name}.{name}" for name, value in row.items() if words in _plain(value)}
    return found


def _files(database_url: str) -> set[str]:
    """Which of SQLite's files hold the words; none on PostgreSQL."""
    file = Path(make_url(database_url).database or "")
    spelled = (SECRET.encode(), json.dumps(SECRET)[1:-1].encode())
    files = file.parent.glob(f"{file.name}*") if database_url.startswith("sqlite") else ()
    return {one.name for one in files if any(words in one.read_bytes() for words in spelled)}


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)

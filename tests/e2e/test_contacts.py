"""Referrals with the agency's own contact, by spreadsheet; a missing contact is the desk's business, never a made-up one."""

from pathlib import Path

import pytest

from bot.desk import site_sheets
from bot.desk.contacts import (
    COLUMNS,
    CONTACTS,
    EXAMPLE,
    ContactRow,
    exported_contacts,
    read_contacts,
    real_number,
    save_contacts,
)
from bot.desk.sheet_tables import SheetError
from bot.stage import Stage
from bot.story import text_of
from tests.e2e.test_ticket_life import says, ticket_of

ROUTES = [f"R{n}" for n in range(1, 12)]
HOUSE = ("市民政局", "R4", "物业前台", "020-81234567", "工作日8:30-17:30")


def sheet(tmp_path: Path, *rows: tuple[str, ...]) -> Path:
    path = tmp_path / "contacts.xlsx"
    site_sheets.write(path, CONTACTS, COLUMNS, rows)
    return path


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        (0, "", "row 2 column 单位: is empty"),
        (1, "R12", "row 2 column 类别: 'R12' is none of R1"),
        (2, "待定", "row 2 column 联系人: '待定' is no person or office"),
        (2, "XXX", "row 2 column 联系人: 'XXX' is no person or office"),
        (2, "", "row 2 column 联系人: '' is no person or office"),
        (3, "", "row 2 column 电话: '' is no telephone number"),
        (3, "见墙上", "row 2 column 电话: '见墙上' is no telephone number"),
        (4, "长" * 41, "row 2 column 备注: is longer than 40 characters"),
    ],
)
def test_each_mistake_is_named(tmp_path: Path, column: int, value: str, says: str) -> None:
    row = tuple(value if at == column else cell for at, cell in enumerate(HOUSE))
    problems = read_contacts(sheet(tmp_path, row), ROUTES).problems
    assert [says in p for p in problems] == [True]


def test_a_contact_twice_and_the_example_itself_are_refused(tmp_path: Path) -> None:
    twice = read_contacts(sheet(tmp_path, HOUSE, (HOUSE[0], "r4", *HOUSE[2:])), ROUTES).problems
    assert twice == [f"{CONTACTS} row 3 column 类别: 市民政局 R4 is already in row 2"]
    assert len(read_contacts(sheet(tmp_path, EXAMPLE), ROUTES).problems) == 2


@pytest.mark.parametrize(
    ("phone", "real"),
    [
        ("020-81234567", True), ("13900000002", True), ("12345", True), ("8123转601", True), ("110", True),
        ("020-00000000", False), ("0", False), ("电话", False), ("020-8123xxxx", False),
    ],
)  # fmt: skip
def test_what_can_be_dialled(phone: str, real: bool) -> None:
    assert real_number(phone) is real


async def test_in_twice_out_again_and_unknown_agencies_named(world: Stage, tmp_path: Path) -> None:
    for phone, saved in (("020-81234567", (1, 0)), ("020-87654321", (0, 1))):
        row = (*HOUSE[:3], phone, HOUSE[4])
        async with world.desk.db.write("import") as tx:
            assert await save_contacts(tx, read_contacts(sheet(tmp_path, row), ROUTES).rows) == saved
    async with world.desk.db.write("export") as tx:
        assert await exported_contacts(tx) == [[*HOUSE[:3], "020-87654321", HOUSE[4]]]
        with pytest.raises(SheetError, match="row 7 column 单位: '月球局' is no known agency"):
            await save_contacts(tx, [ContactRow(7, "月球局", *HOUSE[1:])])


def read_by(world: Stage, userid: str) -> str:
    return "\n".join(text_of(m) for m in world.phone(userid).messages)


async def test_without_a_contact_the_words_stand_and_the_desk_is_told(world: Stage) -> None:
    answer = await says(world, "limei", "厕所水龙头坏了")
    assert "物业" in answer
    assert "联系人" not in answer
    assert (await ticket_of(world)).route == "R4"
    assert "缺联系人" in read_by(world, "zhoumin")


async def test_the_reporter_reads_his_agencys_contact(world: Stage) -> None:
    async with world.desk.db.write("import") as tx:
        await save_contacts(tx, [ContactRow(2, *HOUSE)])
    answer = await says(world, "limei", "厕所水龙头坏了")
    assert "贵单位联系人：物业前台，电话020-81234567（工作日8:30-17:30）。" in answer
    seen = read_by(world, "zhoumin")
    assert "需要转出" in seen
    assert "缺联系人" not in seen

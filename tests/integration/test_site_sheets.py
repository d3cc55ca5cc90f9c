"""Sites by spreadsheet, permits and 驻点 of people, and everything out again as it came in."""

from pathlib import Path

import pytest
from openpyxl import Workbook
from sqlmodel import select

from bot.desk import site_sheets
from bot.desk.sheet_tables import SheetError
from bot.desk.site_sheets import COLUMNS, EXAMPLE, read_sites, save_sites
from bot.desk.spreadsheets import read_people, save_people
from bot.store.engine import Database
from bot.store.tables import Person, Site
from knowledge import Book, load

SITE = ("市民政局", "主办公区", "越秀区一路1号", "越秀", "23.129", "113.264", "A座;B座")
WANG = ("王强", "13900000001", "市民政局", "engineer-l1", "desktop", "越秀", "wecom:ww1:wang", "登高作业证:2027-03-01")


@pytest.fixture(scope="module")
def book() -> Book:
    return load()


def sheet(tmp_path: Path, columns: tuple[str, ...], *rows: tuple[object, ...]) -> Path:
    workbook = Workbook()
    active = workbook.active
    assert active is not None
    for row in (columns, *rows):
        active.append(list(row))
    path = tmp_path / "sheet.xlsx"
    workbook.save(path)
    return path


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        (0, "", "row 2 column 单位: is empty"),
        (1, "", "row 2 column 站点: is empty"),
        (4, "north", "row 2 column 纬度: 'north' is not a number of degrees from -90 to 90"),
        (4, "", "row 2 column 纬度: is empty, the other one is not"),
        (5, "500", "row 2 column 经度: '500' is not"),
        (5, "nan", "row 2 column 经度: 'nan' is not"),
    ],
)
def test_each_mistake_of_a_site_is_named(tmp_path: Path, column: int, value: str, says: str) -> None:
    row = tuple(value if i == column else cell for i, cell in enumerate(SITE))
    assert any(says in p for p in read_sites(sheet(tmp_path, COLUMNS, row)).problems)


def test_a_site_twice_is_named_and_the_template_is_valid(tmp_path: Path) -> None:
    problems = read_sites(sheet(tmp_path, COLUMNS, SITE, SITE)).problems
    assert any("row 3 column 站点" in p and "already in row 2" in p for p in problems)
    path = tmp_path / "t.xlsx"
    site_sheets.write(path, site_sheets.SITES, COLUMNS, [EXAMPLE])
    assert read_sites(path).problems == []


@pytest.mark.parametrize(
    ("extra", "says"),
    [
        (("飞行证", "", ""), "row 2 column 证件: unknown permit '飞行证'"),
        (("登高作业证:明年", "", ""), "row 2 column 证件: '明年' is not a day"),
        (("", "", "也许"), "row 2 column 涉密资格: '也许' is neither"),
    ],
)
def test_each_mistake_of_the_new_columns_is_named(
    tmp_path: Path, book: Book, extra: tuple[str, ...], says: str
) -> None:
    path = sheet(tmp_path, site_sheets.PEOPLE_COLUMNS, (*WANG[:7], *extra))
    assert any(says in p for p in read_people(path, book).problems)


async def test_in_twice_and_out_again(tmp_path: Path, book: Book, db: Database) -> None:
    sites = read_sites(sheet(tmp_path, COLUMNS, SITE)).rows
    async with db.write("import") as tx:
        assert await save_sites(tx, sites) == (1, 0)
    async with db.write("import") as tx:
        assert await save_sites(tx, sites) == (0, 1)
    rows = read_people(sheet(tmp_path, site_sheets.PEOPLE_COLUMNS, (*WANG, "主办公区", "是")), book).rows
    async with db.write("import") as tx:
        assert await save_people(tx, rows, {}) == (1, 0)
    async with db.write("import") as tx:
        written = await site_sheets.exported_people(tx)
        assert await site_sheets.exported_sites(tx) == [[*SITE[:4], 23.129, 113.264, SITE[6]]]
    assert written == [[*WANG, "市民政局/主办公区", "是"]]
    again = read_people(sheet(tmp_path, site_sheets.PEOPLE_COLUMNS, *map(tuple, written)), book)
    assert again.problems == []
    async with db.write("import") as tx:
        assert await save_people(tx, again.rows, {}) == (0, 1)
    async with db.read() as session:
        person, site = (await session.exec(select(Person))).one(), (await session.exec(select(Site))).one()
    assert (person.permits, person.cleared, person.site_id) == ({"登高作业证": "2027-03-01"}, True, site.id)


async def test_a_sheet_without_the_new_columns_leaves_them_alone(tmp_path: Path, book: Book, db: Database) -> None:
    full = read_people(sheet(tmp_path, site_sheets.PEOPLE_COLUMNS, (*WANG, "", "是")), book).rows
    plain = read_people(sheet(tmp_path, site_sheets.PEOPLE, WANG[:7]), book).rows
    for rows in (full, plain):
        async with db.write("import") as tx:
            await save_people(tx, rows, {})
    async with db.read() as session:
        person = (await session.exec(select(Person))).one()
    assert (person.permits, person.cleared) == ({"登高作业证": "2027-03-01"}, True)


async def test_an_unknown_site_is_named_and_nothing_is_written(tmp_path: Path, book: Book, db: Database) -> None:
    rows = read_people(sheet(tmp_path, site_sheets.PEOPLE_COLUMNS, (*WANG, "月球", "否")), book).rows
    with pytest.raises(SheetError, match="row 2 column 驻点: '月球' is no known site"):
        async with db.write("import") as tx:
            await save_people(tx, rows, {})
    async with db.read() as session:
        assert (await session.exec(select(Person))).all() == []

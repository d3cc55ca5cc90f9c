"""People by spreadsheet: errors by row and column, all or nothing, twice is an update."""

from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from sqlmodel import select

from bot.desk.sheet_tables import SheetError
from bot.desk.spreadsheets import COLUMNS, read_people, save_people, write_template
from bot.store.engine import Database
from bot.store.tables import AccountRow, Person, Unit
from knowledge import Book, load

GOOD = (
    "王强",
    "13900000001",
    "市民政局",
    "engineer-l1",
    "desktop;print",
    "越秀",
    "wecom:ww1:WangQiang;dingtalk:d1:0012",
)


@pytest.fixture(scope="module")
def book() -> Book:
    return load()


def sheet(tmp_path: Path, *rows: tuple[str, ...], header: tuple[str, ...] = COLUMNS) -> Path:
    workbook = Workbook()
    active = workbook.active
    assert active is not None
    active.title = "人员"
    active.append(list(header))
    for row in rows:
        active.append(list(row))
    path = tmp_path / "people.xlsx"
    workbook.save(path)
    return path


def test_the_template_is_a_valid_sheet(tmp_path: Path, book: Book) -> None:
    path = tmp_path / "t.xlsx"
    write_template(path, book)
    assert read_people(path, book).problems == []
    codes = [row[1] for row in load_workbook(path)["代码"].iter_rows(values_only=True)]
    assert {"engineer-l1", "service-desk", "print"} <= set(codes)


def test_a_good_row(tmp_path: Path, book: Book) -> None:
    found = read_people(sheet(tmp_path, GOOD, ("", "", "", "", "", "", "")), book)
    assert found.problems == []
    assert [r.number for r in found.rows] == [2]
    assert [str(a) for a in found.rows[0].accounts] == ["wecom:ww1:wangqiang", "dingtalk:d1:0012"]


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        (0, "", "row 2 column 姓名: is empty"),
        (1, "call me", "row 2 column 手机"),
        (2, "", "row 2 column 单位: is empty"),
        (3, "boss", "row 2 column 岗位: unknown code 'boss'"),
        (4, "magic", "row 2 column 技能: unknown code 'magic'"),
        (4, "", "row 2 column 技能: an engineer needs"),
        (6, "wangqiang", "row 2 column 账号"),
    ],
)
def test_each_mistake_is_named_by_row_and_column(
    tmp_path: Path, book: Book, column: int, value: str, says: str
) -> None:
    row = tuple(value if i == column else cell for i, cell in enumerate(GOOD))
    assert any(says in p for p in read_people(sheet(tmp_path, row), book).problems)


def test_one_account_twice_is_named(tmp_path: Path, book: Book) -> None:
    problems = read_people(sheet(tmp_path, GOOD, ("李四", *GOOD[1:])), book).problems
    assert any("row 3 column 账号" in p and "already in row 2" in p for p in problems)


def test_what_is_not_a_people_sheet_says_so(tmp_path: Path, book: Book) -> None:
    (tmp_path / "text.xlsx").write_text("not a workbook", "utf-8")
    with pytest.raises(SheetError, match=r"not a readable \.xlsx"):
        read_people(tmp_path / "text.xlsx", book)
    with pytest.raises(SheetError, match="there is no file"):
        read_people(tmp_path / "none.xlsx", book)
    with pytest.raises(SheetError, match=r"columns .*账号.* are missing"):
        read_people(sheet(tmp_path, GOOD, header=COLUMNS[:-1]), book)


async def test_a_second_import_updates_and_never_doubles(tmp_path: Path, book: Book, db: Database) -> None:
    rows = read_people(sheet(tmp_path, GOOD), book).rows
    async with db.write("import") as tx:
        assert await save_people(tx, rows, {("wecom", "ww1"): "gov"}) == (1, 0)
    changed = read_people(sheet(tmp_path, (*GOOD[:2], "市司法局", *GOOD[3:])), book).rows
    async with db.write("import") as tx:
        assert await save_people(tx, changed, {("wecom", "ww1"): "gov"}) == (0, 1)
    async with db.read() as session:
        person = (await session.exec(select(Person))).one()
        unit = await session.get_one(Unit, person.unit_id)
        accounts = (await session.exec(select(AccountRow).order_by(AccountRow.id))).all()  # type: ignore[arg-type]
    assert unit.name == "市司法局"
    assert [(a.platform, a.connection) for a in accounts] == [("wecom", "gov"), ("dingtalk", "")]


def test_full_width_figures_dates_as_they_are_written_and_merged_cells_count(tmp_path: Path, book: Book) -> None:
    header = (*COLUMNS, "证件")
    first = ("王强", "１３９００００００１１", "市民政局", *GOOD[3:6], "wecom:ww1:wq", "登高作业证：2027年3月1日")
    second = ("赵磊", "139 0000 0012", "", *GOOD[3:6], "wecom:ww1:zl", "登高作业证:２０２７/３/１")
    path = sheet(tmp_path, first, second, header=header)
    workbook = load_workbook(path)
    workbook.worksheets[0].merge_cells("C2:C3")
    workbook.save(path)
    found = read_people(path, book)
    assert found.problems == []
    assert [r.phone for r in found.rows] == ["13900000011", "139 0000 0012"]
    assert [r.unit for r in found.rows] == ["市民政局", "市民政局"]
    assert [r.permits for r in found.rows] == [{"登高作业证": "2027-03-01"}] * 2


@pytest.mark.parametrize("again", ["13900000001", "139-0000-0001", "１３９０００００００１"])
def test_one_mobile_number_for_two_people_is_named(tmp_path: Path, book: Book, again: str) -> None:
    other = ("李四", again, "市民政局", "reporter", "", "", "")
    problems = read_people(sheet(tmp_path, GOOD, other), book).problems
    assert len(problems) == 1 and "row 3 column 手机" in problems[0] and "is already in row 2 (王强)" in problems[0]


def test_a_line_of_the_office_may_be_several_peoples(tmp_path: Path, book: Book) -> None:
    rows = [(name, "020-83334444", "市民政局", "reporter", "", "", "") for name in ("李四", "张三")]
    assert read_people(sheet(tmp_path, *rows), book).problems == []


def test_codes_in_any_case_and_by_their_names(tmp_path: Path, book: Book) -> None:
    row = ("王强", "13900000001", "市民政局", "Engineer-L1;服务台坐席", "ＰＲＩＮＴ、网络工程师", "", "")
    found = read_people(sheet(tmp_path, row), book)
    assert found.problems == []
    assert (found.rows[0].positions, found.rows[0].skills) == (["engineer-l1", "service-desk"], ["print", "network"])

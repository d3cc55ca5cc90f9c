"""Assets by spreadsheet: every mistake named, a re-import updates, out again as it came in."""

from pathlib import Path

import pytest

from bot.desk import site_sheets
from bot.desk.asset_sheets import ASSETS, COLUMNS, EXAMPLE, OPTIONAL, exported_assets, read_assets, save_assets
from bot.desk.sheet_tables import SheetError
from bot.store.engine import Database
from bot.store.tables import Unit
from knowledge import load

PRINTER = ("PR-0017", "市民政局", "打印机", "A座", "3楼", "302", "M1")


def sheet(tmp_path: Path, *rows: tuple[str, ...], columns: tuple[str, ...] = (*COLUMNS, *OPTIONAL)) -> Path:
    path = tmp_path / "assets.xlsx"
    site_sheets.write(path, ASSETS, columns, rows)
    return path


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        (0, "", "row 2 column 编号: '' is not a code"),
        (0, "打印机一", "row 2 column 编号: '打印机一' is not a code"),
        (0, "PR-" + "0" * 30, "at most 32 characters"),
        (1, "", "row 2 column 单位: is empty"),
        (2, "", "row 2 column 设备: is empty"),
        (5, "", "row 2 column 房间: is empty"),
        (5, "302/303", "row 2 column 房间: '302/303' may not contain /"),
    ],
)
def test_each_mistake_is_named(tmp_path: Path, column: int, value: str, says: str) -> None:
    row = tuple(value if at == column else cell for at, cell in enumerate(PRINTER))
    assert any(says in p for p in read_assets(sheet(tmp_path, row)).problems)


def test_a_code_twice_is_named_whatever_its_case_and_the_template_is_valid(tmp_path: Path) -> None:
    problems = read_assets(sheet(tmp_path, PRINTER, ("pr-0017", *PRINTER[1:]))).problems
    assert problems == [f"{ASSETS} row 3 column 编号: 'PR-0017' is already in row 2"]
    assert read_assets(sheet(tmp_path, EXAMPLE)).problems == []


def test_a_device_that_may_be_misspelt_is_named_and_imported(tmp_path: Path) -> None:
    rows = (
        PRINTER,
        ("PR-0018", "市民政局", "打印几", *PRINTER[3:]),
        ("PR-0019", "市民政局", "激光打印机HP1020", *PRINTER[3:]),
    )
    found = read_assets(sheet(tmp_path, *rows), load())
    assert found.doubts == [f"{ASSETS} row 3 column 设备: '打印几' is no device of the catalogue"]
    assert (len(found.rows), found.problems) == (3, [])


async def test_in_twice_and_out_again(tmp_path: Path, db: Database) -> None:
    async with db.write("import") as tx:
        tx.add(Unit(name="市民政局"))
    for columns, row, saved in (
        ((*COLUMNS, *OPTIONAL), PRINTER, (1, 0)),
        (COLUMNS, (*PRINTER[:5], "305"), (0, 1)),
    ):
        async with db.write("import") as tx:
            assert await save_assets(tx, read_assets(sheet(tmp_path, row, columns=columns)).rows) == saved
    async with db.write("export") as tx:
        assert await exported_assets(tx, "市民政局") == [[*PRINTER[:5], "305", "M1"]]
        with pytest.raises(SheetError, match="no known agency"):
            await exported_assets(tx, "月球局")


async def test_an_unknown_agency_is_named_and_nothing_is_written(tmp_path: Path, db: Database) -> None:
    with pytest.raises(SheetError, match="row 2 column 单位: '市民政局' is no known agency"):
        async with db.write("import") as tx:
            await save_assets(tx, read_assets(sheet(tmp_path, PRINTER)).rows)
    async with db.write("export") as tx:
        assert await exported_assets(tx) == []

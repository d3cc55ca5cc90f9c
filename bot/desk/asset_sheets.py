"""Assets by spreadsheet, in and out: what `export assets` writes is what `import assets` reads.

Columns: 编号 单位 设备 楼栋 楼层 房间, and if there 型号. An asset is found again by its code; a re-import updates it.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlmodel import col, select

from bot.desk.sheet_tables import SheetError, read_table
from bot.store.engine import Tx
from bot.store.tables import Asset, Unit
from knowledge import Book

COLUMNS = ("编号", "单位", "设备", "楼栋", "楼层", "房间")
OPTIONAL = ("型号",)
ASSETS = "资产"
EXAMPLE = ("PR-0017", "示例单位", "打印机", "A座", "3楼", "302", "示例型号")
CODE = re.compile(r"^[A-Z0-9]+(?:-[A-Z0-9]+)+$")
"""Parts of letters and digits joined by `-`, as it is printed and typed: PC-0017."""
LONGEST = 32


@dataclass(frozen=True)
class AssetRow:
    """One asset of the sheet, checked."""

    number: int
    code: str
    unit: str
    device: str
    building: str
    floor: str
    room: str
    model: str | None
    """None where the sheet has no such column: what is known stays."""


@dataclass
class AssetSheet:
    rows: list[AssetRow] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    """One sentence each: sheet, row, column, what is wrong."""
    doubts: list[str] = field(default_factory=list)
    """The same of what is imported all the same: a device that may be misspelt."""


def item_of(device: str, book: Book) -> str | None:
    """The catalogue's item of a device as a sheet names it (打印机, 激光打印机HP1020); None: no item's noun is in it."""
    said = device.lower()
    named = {
        noun.lower(): item.slug for item in reversed(list(book.items.values())) for noun in (item.name, *item.nouns)
    }
    found = [said] if said in named else [noun for noun in named if noun in said]
    return named[max(found, key=len)] if found else None


def read_assets(path: Path, book: Book | None = None) -> AssetSheet:
    """Check an assets sheet. Raises SheetError when it is not one; row problems are collected, all of them.

    With a `book` each device that its catalogue does not have is a doubt.
    """
    title, rows = read_table(path, ASSETS, COLUMNS, OPTIONAL)
    sheet, seen = AssetSheet(), dict[str, int]()
    for number, values in rows:

        def wrong(column: str, what: str, number: int = number) -> None:
            sheet.problems.append(f"{title} row {number} column {column}: {what}")

        for column in ("单位", "设备", "房间"):
            if not values[column]:
                wrong(column, "is empty")
        if book is not None and values["设备"] and item_of(values["设备"], book) is None:
            sheet.doubts.append(f"{title} row {number} column 设备: {values['设备']!r} is no device of the catalogue")
        code = values["编号"].upper()
        if not CODE.match(code) or len(code) > LONGEST:
            wrong("编号", f"{values['编号']!r} is not a code like PC-0017 (at most {LONGEST} characters)")
        elif (first := seen.setdefault(code, number)) != number:
            wrong("编号", f"{code!r} is already in row {first}")
        place = (values["楼栋"], values["楼层"], values["房间"])
        for column, part in zip(("楼栋", "楼层", "房间"), place, strict=True):
            if "/" in part:
                wrong(column, f"{part!r} may not contain /")
        sheet.rows.append(AssetRow(number, code, values["单位"], values["设备"], *place, values.get("型号")))
    return sheet


async def save_assets(tx: Tx, rows: Sequence[AssetRow], on_row: Callable[[], None] = lambda: None) -> tuple[int, int]:
    """Write checked rows; returns (new, updated). Raises SheetError, naming every row, for an agency nobody knows."""
    units = {u.name: u.id or 0 for u in (await tx.session.exec(select(Unit))).all()}
    if lost := [
        f"{ASSETS} row {r.number} column 单位: {r.unit!r} is no known agency" for r in rows if r.unit not in units
    ]:
        raise SheetError("\n".join(lost))
    known = {a.code: a for a in (await tx.session.exec(select(Asset))).all()}
    new = 0
    for row in rows:
        asset = known.get(row.code)
        if asset is None:
            asset, new = Asset(code=row.code, unit_id=units[row.unit], device=row.device), new + 1
        asset.unit_id, asset.device = units[row.unit], row.device
        asset.building, asset.floor, asset.room = row.building, row.floor, row.room
        asset.model = asset.model if row.model is None else row.model
        tx.add(asset)
        on_row()
    await tx.flush()
    return new, len(rows) - new


async def exported_assets(tx: Tx, agency: str = "") -> list[list[str]]:
    """The assets of one agency, or all, as rows of the sheet, by code. Raises SheetError for an unknown agency."""
    names = {u.id: u.name for u in (await tx.session.exec(select(Unit))).all()}
    if agency and agency not in names.values():
        raise SheetError(f"{agency!r} is no known agency")
    found = (await tx.session.exec(select(Asset).order_by(col(Asset.code)))).all()
    return [
        [a.code, names[a.unit_id], a.device, a.building, a.floor, a.room, a.model]
        for a in found
        if agency in ("", names[a.unit_id])
    ]

"""A spreadsheet as rows of text, forgiving about how cells were filled in: what each kind of sheet is read from."""

import re
import unicodedata
from datetime import date
from pathlib import Path
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

_DAY = re.compile(r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]00:00(?::00)?)?$")
_PLAIN = {
    code: code - 0xFEE0
    for span in ("０９", "ＡＺ", "ａｚ", "－－", "／／")
    for code in range(ord(span[0]), ord(span[1]) + 1)
}
"""Figures, letters, hyphen and slash of full width → plain ones."""


class SheetError(Exception):
    """The file cannot be read as a people sheet at all."""


def read_table(
    path: Path, name: str, columns: tuple[str, ...], optional: tuple[str, ...] = ()
) -> tuple[str, list[tuple[int, dict[str, str]]]]:
    """The rows of a sheet (the named one, else the first) by column, with their numbers; empty rows are left out.

    Cells merged downwards count as each holding the value that is seen; figures and letters of full width are plain ones.
    Raises SheetError when it cannot be read or a column of `columns` is missing.
    """
    try:
        workbook = load_workbook(path, data_only=True)
    except FileNotFoundError:
        raise SheetError(f"there is no file {path}") from None
    except (InvalidFileException, BadZipFile, KeyError, OSError, ValueError) as error:
        raise SheetError(f"{path} is not a readable .xlsx file ({type(error).__name__})") from None
    try:
        source = workbook[name] if name in workbook.sheetnames else workbook.worksheets[0]
        table = [[_cell(v) for v in row] for row in source.iter_rows(values_only=True)]
        for area in source.merged_cells.ranges:
            for row in range(area.min_row, min(area.max_row, len(table))):
                table[row][area.min_col - 1] = table[area.min_row - 1][area.min_col - 1]
        title = source.title
    finally:
        workbook.close()
    if not table:
        raise SheetError(f"{path}: sheet {title} is empty")
    missing = [c for c in columns if c not in table[0]]
    if missing:
        raise SheetError(f"{path}: sheet {title}, row 1: the columns {' '.join(missing)} are missing")
    index = {c: table[0].index(c) for c in (*columns, *optional) if c in table[0]}
    rows = []
    for number, cells in enumerate(table[1:], start=2):
        values = {c: cells[i] if i < len(cells) else "" for c, i in index.items()}
        if any(values.values()):
            rows.append((number, values))
    return title, rows


def _cell(value: object) -> str:
    """A cell as text; a number that Excel made of a phone keeps no decimal point."""
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).translate(_PLAIN).strip()


def day_of(text: str) -> date | None:
    """A day as people and Excel write it (2027-03-01, 2027/3/1, 2027.3.1, 2027年3月1日, with a midnight after it or not)."""
    match = _DAY.match(unicodedata.normalize("NFKC", text).strip())
    try:
        return date(*(int(part) for part in match.groups())) if match else None
    except ValueError:
        return None

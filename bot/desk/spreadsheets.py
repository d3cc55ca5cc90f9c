"""People in by spreadsheet: every error named by row and column, all or nothing, a re-import updates and never doubles.

Columns (contract): 姓名 手机 单位 岗位 技能 片区 账号. 岗位 and 技能 by code, several separated by `;`; 账号 as
`wecom:CORP:USERID;dingtalk:CORP:USERID`.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path
from zipfile import BadZipFile

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font
from openpyxl.utils.exceptions import InvalidFileException
from sqlmodel import select

from bot.core.updates import Account
from bot.store.engine import Tx
from bot.store.tables import AccountRow, Person, Unit
from knowledge import Book

COLUMNS = ("姓名", "手机", "单位", "岗位", "技能", "片区", "账号")
SHEET = "人员"
EXAMPLE = (
    "王强",
    "13800000001",
    "示例单位",
    "engineer-l1",
    "desktop;print",
    "越秀",
    "wecom:ww0000000000000000:wangqiang",
)
_SPLIT = re.compile(r"[;；、,，\s]+")
_PHONE = re.compile(r"^\+?[\d\- ]{5,20}$")
_ACCOUNT = re.compile(r"^(wecom|dingtalk):([^:\s]+):([^:\s]+)$")


class SheetError(Exception):
    """The file cannot be read as a people sheet at all."""


@dataclass
class Row:
    """One person of the sheet, checked."""

    number: int
    name: str
    phone: str
    unit: str
    positions: list[str]
    skills: list[str]
    areas: list[str]
    accounts: list[Account]


@dataclass
class Sheet:
    rows: list[Row] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    """One sentence each: sheet, row, column, what is wrong."""


def write_template(path: Path, book: Book) -> None:
    """An empty people sheet with one example row and a second sheet that lists the codes."""
    workbook = Workbook()
    sheet = workbook.active
    if sheet is None:
        raise SheetError("no sheet")
    sheet.title = SHEET
    sheet.append(list(COLUMNS))
    sheet.append(list(EXAMPLE))
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for column, width in zip("ABCDEFG", (10, 14, 24, 24, 24, 12, 44), strict=True):
        sheet.column_dimensions[column].width = width
    sheet.freeze_panes = "A2"
    codes = workbook.create_sheet("代码")
    codes.append(["类别", "代码", "名称"])
    for position in book.service_levels.positions.values():
        codes.append(["岗位", position.code, position.name])
    for code, name in book.skills.items():
        codes.append(["技能", code, name])
    workbook.save(path)


def read_people(path: Path, book: Book) -> Sheet:
    """Check a people sheet. Raises SheetError when it is not one; row problems are collected, all of them."""
    try:
        workbook = load_workbook(path, read_only=True, data_only=True)
    except FileNotFoundError:
        raise SheetError(f"there is no file {path}") from None
    except (InvalidFileException, BadZipFile, KeyError, OSError, ValueError) as error:
        raise SheetError(f"{path} is not a readable .xlsx file ({type(error).__name__})") from None
    try:
        source = workbook[SHEET] if SHEET in workbook.sheetnames else workbook.worksheets[0]
        table = [["" if v is None else str(v).strip() for v in row] for row in source.iter_rows(values_only=True)]
        title = source.title
    finally:
        workbook.close()
    if not table:
        raise SheetError(f"{path}: sheet {title} is empty")
    missing = [c for c in COLUMNS if c not in table[0]]
    if missing:
        raise SheetError(f"{path}: sheet {title}, row 1: the columns {' '.join(missing)} are missing")
    index = {c: table[0].index(c) for c in COLUMNS}
    sheet, seen = Sheet(), dict[str, int]()
    for number, cells in enumerate(table[1:], start=2):
        values = {c: cells[i] if i < len(cells) else "" for c, i in index.items()}
        if any(values.values()):
            _check(sheet, title, number, values, book, seen)
    return sheet


def _check(sheet: Sheet, title: str, number: int, values: dict[str, str], book: Book, seen: dict[str, int]) -> None:
    def wrong(column: str, what: str) -> None:
        sheet.problems.append(f"{title} row {number} column {column}: {what}")

    if not values["姓名"]:
        wrong("姓名", "is empty")
    if values["手机"] and not _PHONE.match(values["手机"]):
        wrong("手机", f"{values['手机']!r} is not a phone number")
    if not values["单位"]:
        wrong("单位", "is empty")
    positions, skills = _split(values["岗位"]), _split(values["技能"])
    for code in positions:
        if code not in book.service_levels.positions:
            wrong("岗位", f"unknown code {code!r}")
    for code in skills:
        if code not in book.skills:
            wrong("技能", f"unknown code {code!r}")
    if any(p.startswith(("engineer", "expert")) for p in positions) and not skills:
        wrong("技能", "an engineer needs at least one skill")
    accounts = []
    for text in _split(values["账号"]):
        match = _ACCOUNT.match(text)
        if match is None:
            wrong("账号", f"{text!r} is not platform:CORP:USERID")
            continue
        platform, corp_id, user_id = match.groups()
        user_id = user_id.casefold() if platform == "wecom" else user_id
        account = Account(platform=platform, corp_id=corp_id, user_id=user_id)
        if (first := seen.setdefault(str(account), number)) != number:
            wrong("账号", f"{text!r} is already in row {first}")
        accounts.append(account)
    areas = _split(values["片区"])
    sheet.rows.append(Row(number, values["姓名"], values["手机"], values["单位"], positions, skills, areas, accounts))


def _split(text: str) -> list[str]:
    return [part for part in _SPLIT.split(text) if part]


async def save_people(tx: Tx, rows: list[Row], connections: dict[tuple[str, str], str]) -> tuple[int, int]:
    """Write checked rows; returns (new, updated). A person is found again by account, else by name, phone and unit.

    `connections` maps (platform, corp_id) to the configured connection he can be written to through.
    """
    new = updated = 0
    units = {u.name: u for u in (await tx.session.exec(select(Unit))).all()}
    for row in rows:
        unit = units.get(row.unit)
        if unit is None:
            unit = units[row.unit] = Unit(name=row.unit)
            tx.add(unit)
            await tx.flush()
        person = await _known(tx, row, unit)
        if person is None:
            person, new = Person(name=row.name), new + 1
        else:
            updated += 1
        person.name, person.phone, person.unit_id, person.confirmed = row.name, row.phone, unit.id, True
        person.positions, person.skills, person.areas = row.positions, row.skills, row.areas
        tx.add(person)
        await tx.flush()
        for account in row.accounts:
            await _link(tx, person, account, connections.get((account.platform, account.corp_id), ""))
    return new, updated


async def _known(tx: Tx, row: Row, unit: Unit) -> Person | None:
    for account in row.accounts:
        if (linked := await _account(tx, account)) is not None:
            return await tx.session.get(Person, linked.person_id)
    statement = select(Person).where(Person.name == row.name, Person.phone == row.phone, Person.unit_id == unit.id)
    return (await tx.session.exec(statement)).first()


async def _link(tx: Tx, person: Person, account: Account, connection: str) -> None:
    linked = await _account(tx, account)
    if linked is None:
        linked = AccountRow(
            platform=account.platform, corp_id=account.corp_id, user_id=account.user_id, person_id=person.id or 0
        )
    linked.person_id = person.id or 0
    linked.connection = linked.connection or connection
    tx.add(linked)
    await tx.flush()


async def _account(tx: Tx, account: Account) -> AccountRow | None:
    statement = select(AccountRow).where(
        AccountRow.platform == account.platform,
        AccountRow.corp_id == account.corp_id,
        AccountRow.user_id == account.user_id,
    )
    return (await tx.session.exec(statement)).first()

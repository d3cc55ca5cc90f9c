"""Sites by spreadsheet, and people and sites out again: what `export` writes is what `import` reads.

Columns of sites: 单位 站点 地址 片区 纬度 经度 楼栋. A site is found again by its agency and name; a re-import updates it.
"""

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Font
from sqlmodel import col, select

from bot.desk.sheet_tables import SheetError, read_table
from bot.desk.spreadsheets import COLUMNS as PEOPLE
from bot.desk.spreadsheets import OPTIONAL, SHEET, split
from bot.store.engine import Tx
from bot.store.tables import AccountRow, Person, Site, Unit

COLUMNS = ("单位", "站点", "地址", "片区", "纬度", "经度", "楼栋")
SITES = "站点"
EXAMPLE = ("示例单位", "主办公区", "越秀区示例路1号", "越秀", "23.12911", "113.26436", "A座;B座")
RANGES = {"纬度": (-90.0, 90.0), "经度": (-180.0, 180.0)}


@dataclass
class SiteRow:
    """One site of the sheet, checked. Degrees; none where nothing was entered."""

    number: int
    unit: str
    name: str
    address: str
    area: str
    latitude: float | None
    longitude: float | None
    buildings: list[str]


@dataclass
class SiteSheet:
    rows: list[SiteRow] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    """One sentence each: sheet, row, column, what is wrong."""


def read_sites(path: Path) -> SiteSheet:
    """Check a sites sheet. Raises SheetError when it is not one; row problems are collected, all of them."""
    title, rows = read_table(path, SITES, COLUMNS)
    sheet, seen = SiteSheet(), dict[tuple[str, str], int]()
    for number, values in rows:

        def wrong(column: str, what: str, number: int = number) -> None:
            sheet.problems.append(f"{title} row {number} column {column}: {what}")

        for column in ("单位", "站点"):
            if not values[column]:
                wrong(column, "is empty")
        if (first := seen.setdefault((values["单位"], values["站点"]), number)) != number:
            wrong("站点", f"{values['站点']!r} of this agency is already in row {first}")
        latitude, longitude = (_degrees(values[c], c, wrong) for c in RANGES)
        if bool(values["纬度"]) != bool(values["经度"]):
            wrong("经度" if values["纬度"] else "纬度", "is empty, the other one is not")
        sheet.rows.append(
            SiteRow(
                number,
                values["单位"],
                values["站点"],
                values["地址"],
                values["片区"],
                latitude,
                longitude,
                split(values["楼栋"]),
            )
        )
    return sheet


def _degrees(text: str, column: str, wrong: Callable[[str, str], None]) -> float | None:
    low, high = RANGES[column]
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = high + 1
    if low <= value <= high:
        return value
    wrong(column, f"{text!r} is not a number of degrees from {low:g} to {high:g}")
    return None


async def save_sites(tx: Tx, rows: Sequence[SiteRow], on_row: Callable[[], None] = lambda: None) -> tuple[int, int]:
    """Write checked rows; returns (new, updated). Agencies that are not known yet are added."""
    new = 0
    units = {u.name: u for u in (await tx.session.exec(select(Unit))).all()}
    for row in rows:
        if row.unit not in units:
            units[row.unit] = Unit(name=row.unit, area=row.area)
            tx.add(units[row.unit])
    await tx.flush()
    known = {(s.unit_id, s.name): s for s in (await tx.session.exec(select(Site))).all()}
    for row in rows:
        unit_id = units[row.unit].id or 0
        site = known.get((unit_id, row.name))
        if site is None:
            site, new = Site(unit_id=unit_id, name=row.name), new + 1
        site.address, site.area, site.buildings = row.address, row.area, row.buildings
        site.latitude, site.longitude = row.latitude, row.longitude
        tx.add(site)
        on_row()
    await tx.flush()
    return new, len(rows) - new


def write(path: Path, title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A workbook of one sheet with a bold first row. Raises SheetError when it cannot be written."""
    workbook = Workbook()
    sheet = workbook.active
    if sheet is None:
        raise SheetError("no sheet")
    sheet.title = title
    sheet.append(list(columns))
    for row in rows:
        sheet.append(list(row))
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for letter in "ABCDEFGHIJ"[: len(columns)]:
        sheet.column_dimensions[letter].width = 20
    sheet.freeze_panes = "A2"
    try:
        workbook.save(path)
    except OSError as error:
        raise SheetError(f"{path} cannot be written ({error.strerror})") from None


def write_csv(path: Path, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """The same as text, so marked that Excel reads its Chinese. Raises SheetError when it cannot be written."""
    try:
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows([columns, *rows])
    except OSError as error:
        raise SheetError(f"{path} cannot be written ({error.strerror})") from None


async def exported_sites(tx: Tx) -> list[list[object]]:
    """All sites as rows of the sites sheet."""
    names = {u.id: u.name for u in (await tx.session.exec(select(Unit))).all()}
    sites = (await tx.session.exec(select(Site).order_by(col(Site.id)))).all()
    return [
        [names[s.unit_id], s.name, s.address, s.area, s.latitude, s.longitude, ";".join(s.buildings)] for s in sites
    ]


async def exported_people(tx: Tx) -> list[list[object]]:
    """The confirmed people of known agencies as rows of the people sheet, the optional columns too."""
    names = {u.id: u.name for u in (await tx.session.exec(select(Unit))).all()}
    sites = {s.id: f"{names[s.unit_id]}/{s.name}" for s in (await tx.session.exec(select(Site))).all()}
    accounts: dict[int, list[str]] = {}
    for account in (await tx.session.exec(select(AccountRow).order_by(col(AccountRow.id)))).all():
        written = f"{account.platform}:{account.corp_id}:{account.user_id}"
        accounts.setdefault(account.person_id, []).append(written)
    people = (await tx.session.exec(select(Person).order_by(col(Person.id)))).all()
    return [
        [
            p.name,
            p.phone,
            names[p.unit_id],
            ";".join(p.positions),
            ";".join(p.skills),
            ";".join(p.areas),
            ";".join(accounts.get(p.id or 0, [])),
            ";".join(f"{permit}:{until}".rstrip(":") for permit, until in p.permits.items()),
            sites.get(p.site_id, ""),
            "是" if p.cleared else "否",
        ]
        for p in people
        if p.confirmed and p.unit_id in names
    ]


PEOPLE_COLUMNS = (*PEOPLE, *OPTIONAL)
PEOPLE_SHEET = SHEET

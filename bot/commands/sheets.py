"""`import`, `template`, `export`, `labels`: people, sites and assets by spreadsheet, a synthetic city among them."""

import asyncio
import re
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from bot import city
from bot import config as configuration
from bot.cli import Failure
from bot.commands.serving import office_or_fail
from bot.commands.understanding import book_or_fail
from bot.core import kpi as figures
from bot.core.clock import SystemClock
from bot.desk import (
    asset_sheets,
    contacts,
    kpi,
    labels,
    notes,
    site_sheets,
    spreadsheets,
    stop_days,
)
from bot.desk.sheet_tables import SheetError
from bot.store.engine import Database, Tx
from bot.views import kpi as kpi_views
from bot.views.labels import Label
from bot.views.labels import sheet as label_sheet

T = TypeVar("T")
ASSET_COLUMNS = (*asset_sheets.COLUMNS, *asset_sheets.OPTIONAL)
CONFIG = click.option("--config", "config_path", help="Configuration file (default: YUNWEI_CONFIG or ./yunwei.toml).")
DRY = click.option("--dry-run", is_flag=True, help="Only check: every error by row and column, nothing is written.")
FILE = click.argument("file", type=click.Path(path_type=Path))


@click.group("import")
def import_command() -> None:
    """Spreadsheets in: all or nothing, a re-import updates."""


@import_command.command("sites")
@FILE
@CONFIG
@DRY
def import_sites(file: Path, config_path: str | None, dry_run: bool) -> None:
    """Sites: 单位 站点 地址 片区 纬度 经度 楼栋."""
    sheet = _read(lambda: site_sheets.read_sites(file))
    _name_problems(sheet.problems)
    config = _config(config_path)
    _save(config, "sites", sheet.rows, lambda tx, step: site_sheets.save_sites(tx, sheet.rows, step), dry_run=dry_run)


@import_command.command("notes")
@FILE
@CONFIG
@DRY
def import_notes(file: Path, config_path: str | None, dry_run: bool) -> None:
    """Paper notes of an outage: 时间 电话 姓名 单位 位置 情况 处理人 完成时间 结果. A re-import adds nothing."""
    config = _config(config_path)
    office = office_or_fail(config, book_or_fail())
    now = SystemClock().now()
    sheet = _read(lambda: notes.read_notes(file, office.classifier, office.voice.zone, now))
    _name_problems(sheet.problems)
    _save(
        config,
        "notes",
        sheet.rows,
        lambda tx, step: notes.save_notes(tx, office, sheet.rows, step),
        again="already there",
        dry_run=dry_run,
    )


@import_command.command("assets")
@FILE
@CONFIG
@DRY
def import_assets(file: Path, config_path: str | None, dry_run: bool) -> None:
    """Assets: 编号 单位 设备 楼栋 楼层 房间, and if there 型号. The agencies must be known; unknown devices are named."""
    sheet = _read(lambda: asset_sheets.read_assets(file, book_or_fail()))
    _name_problems(sheet.problems)
    for doubt in sheet.doubts:
        click.echo(f"{doubt}; imported as it is, in no inspection round", err=True)
    config = _config(config_path)
    _save(
        config, "assets", sheet.rows, lambda tx, step: asset_sheets.save_assets(tx, sheet.rows, step), dry_run=dry_run
    )


@import_command.command("contacts")
@FILE
@CONFIG
@DRY
def import_contacts(file: Path, config_path: str | None, dry_run: bool) -> None:
    """Contacts: 单位 类别(R1…R11) 联系人 电话 备注. The agencies must be known; placeholders are refused."""
    sheet = _read(lambda: contacts.read_contacts(file, book_or_fail().routes))
    _name_problems(sheet.problems)
    config = _config(config_path)
    _save(
        config, "contacts", sheet.rows, lambda tx, step: contacts.save_contacts(tx, sheet.rows, step), dry_run=dry_run
    )


@click.group("template")
def template_command() -> None:
    """Spreadsheets to fill in, empty or with a synthetic city."""


@template_command.command("people")
@FILE
@click.option(
    "--sample", type=click.IntRange(0, 100_000), help="Fill it with a synthetic city's technicians and so many staff."
)
def template_people(file: Path, sample: int | None) -> None:
    """An empty people sheet, with the codes on a second sheet."""
    if sample is not None:
        _written(file, lambda: site_sheets.write(file, spreadsheets.SHEET, site_sheets.PEOPLE_COLUMNS, _people(sample)))
        return
    try:
        spreadsheets.write_template(file, book_or_fail())
    except OSError as error:
        raise Failure(str(error)) from None
    click.echo(f"written: {file}")


@template_command.command("sites")
@FILE
@click.option("--sample", is_flag=True, help="Fill it with a synthetic city of 355 agencies.")
def template_sites(file: Path, sample: bool) -> None:
    """An empty sites sheet with one example row."""
    rows = _sites() if sample else [site_sheets.EXAMPLE]
    _written(file, lambda: site_sheets.write(file, site_sheets.SITES, site_sheets.COLUMNS, rows))


@template_command.command("notes")
@FILE
def template_notes(file: Path) -> None:
    """An empty sheet for paper notes with one example row."""
    _written(file, lambda: site_sheets.write(file, notes.SHEET, notes.COLUMNS, [notes.EXAMPLE]))


@template_command.command("assets")
@FILE
def template_assets(file: Path) -> None:
    """An empty assets sheet with one example row."""
    _written(file, lambda: site_sheets.write(file, asset_sheets.ASSETS, ASSET_COLUMNS, [asset_sheets.EXAMPLE]))


@template_command.command("contacts")
@FILE
def template_contacts(file: Path) -> None:
    """An empty contacts sheet with one example row, which is refused until it is replaced."""
    _written(file, lambda: site_sheets.write(file, contacts.CONTACTS, contacts.COLUMNS, [contacts.EXAMPLE]))


@click.group("export")
def export_command() -> None:
    """Spreadsheets out, as `import` reads them."""


@export_command.command("people")
@FILE
@CONFIG
def export_people(file: Path, config_path: str | None) -> None:
    """The confirmed people."""
    _export(file, config_path, site_sheets.exported_people, spreadsheets.SHEET, site_sheets.PEOPLE_COLUMNS)


@export_command.command("sites")
@FILE
@CONFIG
def export_sites(file: Path, config_path: str | None) -> None:
    """The sites."""
    _export(file, config_path, site_sheets.exported_sites, site_sheets.SITES, site_sheets.COLUMNS)


@export_command.command("assets")
@FILE
@CONFIG
def export_assets(file: Path, config_path: str | None) -> None:
    """The assets."""
    _export(file, config_path, asset_sheets.exported_assets, asset_sheets.ASSETS, ASSET_COLUMNS)


@export_command.command("contacts")
@FILE
@CONFIG
def export_contacts(file: Path, config_path: str | None) -> None:
    """The contacts."""
    _export(file, config_path, contacts.exported_contacts, contacts.CONTACTS, contacts.COLUMNS)


@export_command.command("kpi")
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--month", required=True, help="The month of the reports, as 2026-11.")
@CONFIG
def export_kpi(file: Path | None, month: str, config_path: str | None) -> None:
    """The figures of a month (指标): all, by priority, by agency. FILE ends in .xlsx or .csv (default: kpi-MONTH.xlsx)."""
    config = _config(config_path)
    office = office_or_fail(config, book_or_fail())
    period = figures.period(month, SystemClock().now().astimezone(office.voice.zone))
    if period is None or not re.fullmatch(r"20\d\d-\d\d", month):
        raise click.BadParameter(f"{month!r} is not a month like 2026-11", param_hint="--month")
    target = file or Path(f"kpi-{month}.xlsx")

    async def read(tx: Tx) -> Sequence[Sequence[object]]:
        await stop_days.refresh(tx, office)
        return await kpi.sheet(tx, office, period)

    rows = asyncio.run(_reading(config, read))
    if target.suffix == ".csv":
        _written(target, lambda: site_sheets.write_csv(target, kpi_views.COLUMNS, rows))
    else:
        _written(target, lambda: site_sheets.write(target, f"指标{month}", kpi_views.COLUMNS, rows))


@click.command("labels")
@click.argument("what", type=click.Choice(["assets", "rooms"]))
@click.option("--agency", required=True, help="The agency, as its name stands in the sheets.")
@click.option("--output", required=True, type=click.Path(path_type=Path), help="The HTML file to print on A4.")
@CONFIG
def labels_command(what: str, agency: str, output: Path, config_path: str | None) -> None:
    """Labels with QR codes for an agency's devices or rooms: HTML, 3 × 8 on an A4 page."""
    config = _config(config_path)

    def collect(tx: Tx) -> Awaitable[list[Label]]:
        return labels.of_devices(tx, agency) if what == "assets" else labels.of_rooms(tx, agency, config.desk.room_key)

    try:
        made = asyncio.run(_in_database(config, collect))
        if not made:
            raise Failure(f"{agency!r} has no assets yet: `yunwei import assets` comes first")
        output.write_text(label_sheet(agency, made), encoding="utf-8")
    except (SheetError, OSError) as error:
        raise Failure(str(error)) from None
    click.echo(f"written: {output} ({len(made)} labels)")


def _read(read: Callable[[], T]) -> T:
    try:
        return read()
    except SheetError as error:
        raise Failure(str(error)) from None


def _name_problems(problems: Sequence[str]) -> None:
    """Raises Failure when there are any, each named before."""
    for problem in problems:
        click.echo(problem, err=True)
    if problems:
        raise Failure(f"{len(problems)} problems, nothing was imported")


def _stop(problems: Sequence[str], count: int, what: str, dry_run: bool) -> bool:
    """Name every problem; whether there is nothing more to do."""
    _name_problems(problems)
    if dry_run:
        click.echo(f"{count} {what}, no problems")
    return dry_run


def _refused(error: SheetError) -> Failure:
    """A sheet that does not fit what is known, row by row."""
    problems = str(error).splitlines()
    return Failure("\n".join([*problems, f"{len(problems)} problems, nothing was imported"]))


def _config(path: str | None) -> configuration.Config:
    try:
        return configuration.load(configuration.find(path))
    except configuration.ConfigError as error:
        raise Failure(str(error)) from None


def _written(file: Path, write: Callable[[], None]) -> None:
    _read(write)
    click.echo(f"written: {file}")


Save = Callable[[Tx, Callable[[], None]], Awaitable[tuple[int, int]]]


def _save(
    config: configuration.Config,
    what: str,
    rows: Sequence[object],
    save: Save,
    again: str = "updated",
    *,
    dry_run: bool = False,
) -> None:
    """One transaction with a progress bar; a sheet that does not fit what is known is named row by row. A dry run tries it
    on the database and keeps nothing.

    The bar guesses no time left: the rows go fast, and then all of them are stored in one go.
    """
    bar: Any = click.progressbar(
        length=len(rows), label=what, file=sys.stderr, show_eta=False, item_show_func=lambda note: note
    )
    with bar:

        def step() -> None:
            bar.update(1, "storing" if bar.pos + 1 >= len(rows) else None)

        try:
            new, updated = asyncio.run(_in_database(config, lambda tx: save(tx, step), keep=not dry_run))
        except SheetError as error:
            raise _refused(error) from None
        bar.current_item = "tried" if dry_run else "stored"
        bar.render_progress()
    click.echo(f"{len(rows)} {what}, no problems" if dry_run else f"{new} {what} added, {updated} {again}")


def _export(
    file: Path,
    config_path: str | None,
    read: Callable[[Tx], Awaitable[Sequence[Sequence[object]]]],
    title: str,
    columns: Sequence[str],
) -> None:
    """What the database holds, as one sheet that `import` reads again."""
    rows = asyncio.run(_reading(_config(config_path), read))
    _written(file, lambda: site_sheets.write(file, title, columns, rows))


async def _in_database(config: configuration.Config, work: Callable[[Tx], Awaitable[Any]], *, keep: bool = True) -> Any:
    """`keep`: whether what the work wrote stays."""
    db = Database(config.database.url, SystemClock().now)
    try:
        await db.upgrade()
        async with db.write("import") as tx:
            found = await work(tx)
            if not keep:
                await tx.session.rollback()
        return found
    finally:
        await db.close()


async def _reading(config: configuration.Config, read: Callable[[Tx], Awaitable[Any]]) -> Any:
    """What is only read keeps no desk from writing."""
    db = Database(config.database.url, SystemClock().now)
    try:
        await db.upgrade()
        async with db.read() as session:
            return await read(Tx(session, db.now()))
    finally:
        await db.close()


SITE = "主办公区"


def _sites() -> list[Sequence[object]]:
    return [
        (a.name, SITE, a.address, a.district, a.latitude, a.longitude, ";".join(a.buildings))
        for a in city.build().agencies
    ]


def _people(staff: int) -> list[Sequence[object]]:
    made = city.build(staff=staff)
    rows: list[Sequence[object]] = []
    for number, t in enumerate(made.technicians, start=1):
        permits = ";".join(f"{name}:{until}" for name, until in t.permits)
        unit = t.home if t.resident else "虚拟服务方"
        account = f"wecom:ww0000000000000000:tech{number}"
        rank = "engineer-l1" if t.resident else "engineer-l2"
        cleared = "是" if t.cleared else "否"
        rows.append(
            (t.name, t.phone, unit, rank, ";".join(t.skills), t.district, account, permits, f"{t.home}/{SITE}", cleared)
        )
    for number, s in enumerate(made.staff, start=1):
        account = f"wecom:ww0000000000000000:staff{number}"
        rows.append((s.name, s.phone, s.unit, s.position, "", "", account, "", f"{s.unit}/{SITE}", "否"))
    return rows

"""`import|template|export roster`: the duty roster by spreadsheet, added to the groups of the other sheets."""

import asyncio
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from bot import city
from bot.cli import Failure
from bot.commands.sheets import (
    CONFIG,
    DRY,
    FILE,
    _config,
    _in_database,
    _read,
    _save,
    _stop,
    _written,
    export_command,
    import_command,
    template_command,
)
from bot.config import Config
from bot.core import duty
from bot.core.calendar import WorkingTime
from bot.desk import roster_sheets, site_sheets
from bot.desk.working_time import Workdays, agency_hours
from bot.store.engine import Tx
from bot.store.tables import Person
from knowledge import load

GAPS_SHOWN = 20


@import_command.command("roster")
@FILE
@CONFIG
@DRY
def import_roster(file: Path, config_path: str | None, dry_run: bool) -> None:
    """The duty roster: 日期 姓名 手机 班次 开始 结束 片区 (班次: 班, 午休, 假)."""
    config = _config(config_path)
    zone = ZoneInfo(config.desk.timezone)
    sheet = _read(lambda: roster_sheets.read_roster(file, zone))
    whose: dict[int, Person] = asyncio.run(_in_database(config, lambda tx: roster_sheets.resolve(tx, sheet)))
    if not sheet.problems:
        _warn(config, sheet, whose)
    if not _stop(sheet.problems, len(sheet.rows), "shifts", dry_run):
        _save(config, "shifts", sheet.rows, lambda tx, step: roster_sheets.save_roster(tx, sheet.rows, whose, step))


@template_command.command("roster")
@FILE
@click.option("--sample", is_flag=True, help="Fill it with a month of the synthetic city's roster.")
@click.option("--from", "first", default="2026-12-01", help="The first day of the sample (YYYY-MM-DD).")
def template_roster(file: Path, sample: bool, first: str) -> None:
    """An empty roster with one example row."""
    try:
        day = date.fromisoformat(first)
    except ValueError:
        raise Failure(f"{first!r} is not a day like 2026-12-01") from None
    rows = city.roster(city.build(), day) if sample else [roster_sheets.EXAMPLE]
    _written(file, lambda: site_sheets.write(file, roster_sheets.SHEET, roster_sheets.COLUMNS, rows))


@export_command.command("roster")
@FILE
@CONFIG
def export_roster(file: Path, config_path: str | None) -> None:
    """The duty roster, what was agreed in the chat included."""
    config = _config(config_path)

    async def rows(tx: Tx) -> list[list[object]]:
        return await roster_sheets.exported(tx, ZoneInfo(config.desk.timezone))

    found = asyncio.run(_in_database(config, rows))
    _written(file, lambda: site_sheets.write(file, roster_sheets.SHEET, roster_sheets.COLUMNS, found))


def _warn(config: Config, sheet: roster_sheets.RosterSheet, whose: dict[int, Person]) -> None:
    """Hours of the agencies in which the sheet leaves a skill to nobody: said, not refused."""
    if not sheet.rows:
        return
    hours = furnished_hours(config)
    first, last = min(r.day for r in sheet.rows), max(r.day for r in sheet.rows)
    begin = datetime.combine(first, time(0), hours.zone)
    windows = hours.windows_between(begin, datetime.combine(last, time(0), hours.zone) + timedelta(days=1))
    found = duty.gaps(roster_sheets.covers(sheet.rows, whose), windows)
    for gap in found[:GAPS_SHOWN]:
        start, end = gap.start.astimezone(hours.zone), gap.end.astimezone(hours.zone)
        where = f" in {gap.area}" if gap.area else ""
        place = roster_sheets.place_of(gap, sheet, whose)
        click.echo(f"{place}: note: nobody for {gap.skill}{where} {start:%Y-%m-%d %H:%M}-{end:%H:%M}", err=True)
    if len(found) > GAPS_SHOWN:
        click.echo(f"{len(found) - GAPS_SHOWN} more gaps", err=True)


def furnished_hours(config: Config) -> WorkingTime:
    """The agencies' working hours as the configuration has them."""
    hours = load(levels=config.desk.levels).service_levels.sla.working_hours
    return agency_hours(ZoneInfo(config.desk.timezone), Workdays(), hours.am, hours.pm)


__all__ = ["export_command", "import_command", "template_command"]

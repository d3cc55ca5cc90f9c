"""`import` and `template`: people in by spreadsheet."""

import asyncio
from pathlib import Path

import click

from bot import config as configuration
from bot.cli import Failure
from bot.commands.understanding import book_or_fail
from bot.core.clock import SystemClock
from bot.desk.spreadsheets import Row, SheetError, read_people, save_people, write_template
from bot.store.engine import Database


@click.group("import")
def import_command() -> None:
    """Spreadsheets in: all or nothing, a re-import updates."""


@import_command.command("people")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--config", "config_path", help="Configuration file (default: YUNWEI_CONFIG or ./yunwei.toml).")
@click.option("--dry-run", is_flag=True, help="Only check: every error by row and column, nothing is written.")
def import_people(file: Path, config_path: str | None, dry_run: bool) -> None:
    """People: 姓名 手机 单位 岗位 技能 片区 账号."""
    try:
        sheet = read_people(file, book_or_fail())
    except SheetError as error:
        raise Failure(str(error)) from None
    for problem in sheet.problems:
        click.echo(problem, err=True)
    if sheet.problems:
        raise Failure(f"{len(sheet.problems)} problems, nothing was imported")
    if dry_run:
        click.echo(f"{len(sheet.rows)} people, no problems")
        return
    try:
        config = configuration.load(configuration.find(config_path))
    except configuration.ConfigError as error:
        raise Failure(str(error)) from None
    new, updated = asyncio.run(_save(config, sheet.rows))
    click.echo(f"{new} people added, {updated} updated")


@click.group("template")
def template_command() -> None:
    """Empty spreadsheets to fill in."""


@template_command.command("people")
@click.argument("file", type=click.Path(path_type=Path))
def template_people(file: Path) -> None:
    """An empty people sheet, with the codes on a second sheet."""
    try:
        write_template(file, book_or_fail())
    except OSError as error:
        raise Failure(str(error)) from None
    click.echo(f"written: {file}")


async def _save(config: configuration.Config, rows: list[Row]) -> tuple[int, int]:
    db = Database(config.database.url, SystemClock().now)
    try:
        await db.upgrade()
        async with db.write("import") as tx:
            return await save_people(tx, rows, config.corps())
    finally:
        await db.close()

"""`import people`: the people sheet, and with --dry-run whom it would take something from; it joins the group of the others."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import click

from bot.cli import Failure
from bot.commands.roster import import_command as import_command
from bot.commands.serving import office_or_fail
from bot.commands.sheets import (
    CONFIG,
    DRY,
    FILE,
    _config,
    _in_database,
    _name_problems,
    _read,
    _refused,
    _save,
)
from bot.commands.understanding import book_or_fail
from bot.config import Config
from bot.desk import leavers, people, roles, spreadsheets
from bot.desk.office import Office
from bot.desk.sheet_tables import SheetError
from bot.store.engine import Tx

LOSSES = {
    "role": "would lose the role",
    "unreached": "would have no account to be written to",
    "": "would not be allowed any more",
}
"""Why → how it is said."""


@import_command.command("people")
@FILE
@CONFIG
@DRY
@click.option("--remove-missing", is_flag=True, help="Whoever is not in the sheet leaves; with --dry-run: who would.")
def import_people(file: Path, config_path: str | None, dry_run: bool, remove_missing: bool) -> None:
    """People: 姓名 手机 单位 岗位 技能 片区 账号, and if there 证件 驻点 涉密资格."""
    sheet = _read(lambda: spreadsheets.read_people(file, book_or_fail()))
    if remove_missing and not sheet.rows:
        raise Failure("the sheet has nobody in it: with --remove-missing everybody would leave")
    _name_problems(sheet.problems)
    config = _config(config_path)
    if not dry_run:
        _save(
            config,
            "people",
            sheet.rows,
            lambda tx, step: _save_people(tx, sheet.rows, config, step, remove_missing),
        )
        return
    office = office_or_fail(config, book_or_fail())
    tried = _in_database(config, lambda tx: _tried(tx, office, sheet.rows, config, remove_missing), keep=False)
    try:
        lines = asyncio.run(tried)
    except SheetError as error:
        raise _refused(error) from None
    click.echo("\n".join([f"{len(sheet.rows)} people, no problems", *lines]))


async def _save_people(
    tx: Tx, rows: list[spreadsheets.Row], config: Config, step: Callable[[], None], remove: bool
) -> tuple[int, int]:
    saved = await spreadsheets.save_people(tx, rows, config.corps(), step)
    if remove:
        gone = await spreadsheets.missing(tx, rows)
        await spreadsheets.remove(tx, gone)
        click.echo(f"{len(gone)} people leave")
    return saved


async def _tried(tx: Tx, office: Office, rows: list[spreadsheets.Row], config: Config, remove: bool) -> list[str]:
    """What the sheet would do to those who work here: a line for each who would lose something or leave.

    It is saved to see it; the caller keeps nothing of that.
    """
    new, updated = await spreadsheets.save_people(tx, rows, config.corps())
    lines = [f"{new} would be added, {updated} updated"]
    for loss in await roles.foretold(tx, office):
        numbers = ", ".join(str(ticket.id) for ticket in loss.tickets)
        moves = "to the desk" if loss.why else "the desk would be asked"
        unit = await people.unit_name(tx, loss.who.unit_id)
        lines.append(
            f"{LOSSES[loss.why]}: {loss.who.name} {unit}; {f'tickets {numbers} {moves}' if numbers else 'no tickets'}"
        )
    return [*lines, *(await _leaving(tx, rows) if remove else ())]


async def _leaving(tx: Tx, rows: list[spreadsheets.Row]) -> list[str]:
    """Who would leave, and what he holds."""
    lines = []
    for who in await spreadsheets.missing(tx, rows):
        unit = await people.unit_name(tx, who.unit_id)
        held, reports = await leavers.holds(tx, who)
        has = f"{', '.join(who.positions) or 'no position'}; {held} tickets, {reports} reports"
        lines.append(f"would leave: {who.name} {unit}: {has}")
    return lines or ["nobody would leave"]

"""The command line: `yunwei …`. Exit 0 on success, 1 on failure, 2 on bad usage; errors are one clear sentence on stderr.

Commands are loaded only when they are called, so that `--help` and the small ones start at once.
"""

import importlib
import logging
import sys

import click

from bot import __version__

# command → module of bot.commands that holds a click command of that name
COMMANDS = {
    "demo": "demo",
    "serve": "serving",
    "sandbox": "demo",
    "check": "serving",
    "db": "serving",
    "outbox": "serving",
    "classify": "understanding",
    "chat": "chat",
    "evaluate": "understanding",
    "catalogue": "understanding",
    "learn": "learn",
    "import": "people_sheet",
    "template": "roster",
    "export": "roster",
    "labels": "sheets",
    "bench": "bench",
}


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        module = COMMANDS.get(name)
        if module is None:
            return None
        found = getattr(importlib.import_module(f"bot.commands.{module}"), f"{name.replace('-', '_')}_command")
        return found if isinstance(found, click.Command) else None


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="yunwei")
@click.option("-v", "--verbose", is_flag=True, help="Log what happens, not only what goes wrong.")
def root(verbose: bool) -> None:
    """yunwei-bot: the fault desk of a city's unified IT service, inside the chat."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Fields("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.INFO if verbose else logging.WARNING, handlers=[handler])


class _Fields(logging.Formatter):
    """The message, then the fields it was logged with as `name=value`."""

    _known = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}

    def format(self, record: logging.LogRecord) -> str:
        line, newline, trace = super().format(record).partition("\n")
        fields = (f"{name}={value}" for name, value in vars(record).items() if name not in self._known)
        return " ".join((line, *fields)) + newline + trace


class Failure(click.ClickException):
    """One clear sentence on stderr, exit 1."""

    exit_code = 1

    def show(self, file: object = None) -> None:
        click.echo(f"yunwei: {self.format_message()}", err=True)


def main() -> None:
    """Entry point."""
    root(prog_name="yunwei")

"""`serve`, `check`, `db` and `outbox`: running the desk, and looking after it."""

import asyncio
import contextlib
import logging
import signal
from collections.abc import AsyncIterator
from typing import Any

import click
from aiohttp import ClientSession, web
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot import app
from bot import config as configuration
from bot.channels.base import ConfigurationWrong
from bot.cli import Failure
from bot.commands import lines
from bot.commands.understanding import book_or_fail
from bot.core.clock import SystemClock
from bot.desk import editions, outgoing
from bot.desk.office import Office
from bot.store.engine import Database
from bot.web import make_app
from knowledge import Book, KnowledgeError
from knowledge import load as load_book

log = logging.getLogger(__name__)

CONFIG = click.option("--config", "config_path", help="Configuration file (default: YUNWEI_CONFIG or ./yunwei.toml).")


def config_or_fail(path: str | None) -> configuration.Config:
    try:
        return configuration.load(configuration.find(path))
    except configuration.ConfigError as error:
        raise Failure(str(error)) from None


def office_or_fail(config: configuration.Config, book: Book) -> Office:
    try:
        return app.furnish(config, book)
    except configuration.ConfigError as error:
        raise Failure(str(error)) from None


@click.command("serve")
@CONFIG
def serve_command(config_path: str | None) -> None:
    """Run the desk."""
    config = config_or_fail(config_path)
    if not config.connections():
        raise Failure("the configuration names no platform: add a [[wecom]] or [[dingtalk]] section, see the README")
    try:
        asyncio.run(_serve(config))
    except (SQLAlchemyError, OSError) as error:
        raise Failure(f"cannot start: {error}") from None


async def _serve(config: configuration.Config) -> None:
    clock = SystemClock()
    desk = await app.open_desk(config, clock, office_or_fail(config, book_or_fail(config.desk.levels)))
    async with ClientSession() as session:
        app.connect(desk, config, session)

        async def ready() -> str:
            return await _database_problem(desk.db)

        front = make_app(desk.channels.get, desk.inbox.accept, desk.press, clock, ready)
        runner = web.AppRunner(front, shutdown_timeout=5.0)
        await runner.setup()
        try:
            await web.TCPSite(runner, config.http.host, config.http.port).start()
            async with desk.running(), _reloading(desk, config):
                click.echo(f"serving on http://{config.http.host}:{runner.addresses[0][1]}", err=True)
                await _until_stopped(desk)
        finally:
            await runner.cleanup()
            await desk.db.close()


@contextlib.asynccontextmanager
async def _reloading(desk: app.Desk, config: configuration.Config) -> AsyncIterator[None]:
    """SIGHUP reads the knowledge anew inside this scope; what is wrong with it is logged and nothing changes."""
    wanted = asyncio.Event()

    async def run() -> None:
        while True:
            await wanted.wait()
            wanted.clear()
            try:
                await desk.reload(await asyncio.to_thread(load_book, levels=config.desk.levels))
            except (KnowledgeError, editions.Refused) as error:
                log.error("knowledge not reloaded, the old one stays in force: %s", error)

    with contextlib.suppress(NotImplementedError):
        asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, wanted.set)
    task = asyncio.create_task(run(), name="reload")
    task.add_done_callback(desk.heartbeat.ended)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _until_stopped(desk: app.Desk) -> None:
    """Wait for SIGTERM or SIGINT, or for a loop to die (then the process exits non-zero)."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(name, stopped.set)
    waiting = asyncio.create_task(stopped.wait(), name="stop signal")
    died = desk.heartbeat.died
    if died is None:
        raise RuntimeError("the heartbeat was not started")
    ends: set[asyncio.Future[Any]] = {waiting, died}
    await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if died.done():
        raise SystemExit(1)


@click.command("check")
@CONFIG
def check_command(config_path: str | None) -> None:
    """Say what is wrong with configuration, credentials, database, knowledge or calendar, and how to mend it."""
    config = config_or_fail(config_path)
    click.echo(lines.dump(config.redacted()))
    problems = asyncio.run(_check(config))
    for problem in problems:
        click.echo(f"✘ {problem}", err=True)
    if problems:
        raise Failure(f"{len(problems)} problems")
    click.echo("✔ configuration, credentials, database, knowledge, calendar")


async def _check(config: configuration.Config) -> list[str]:
    problems = []
    book = book_or_fail(config.desk.levels)
    clock = SystemClock()
    db = Database(config.database.url, clock.now)
    if problem := await _database_problem(db):
        problems.append(f"database: {problem}")
    await db.close()
    office = office_or_fail(config, book)
    year = clock.now().astimezone(office.voice.zone).year
    office.working.works(clock.now().astimezone(office.voice.zone).date())
    if year in getattr(office.working.works, "provisional", ()):
        problems.append(f"calendar: chinese-calendar does not know {year}; upgrade it (working days run provisionally)")
    if not config.connections():
        problems.append("no [[wecom]] or [[dingtalk]] section: nobody can reach the desk")
    async with ClientSession() as session:
        desk = app.Desk(db=db, office=office, clock=clock, channels={})
        app.connect(desk, config, session)
        for channel in desk.channels.values():
            try:
                await channel.check()
            except ConfigurationWrong as error:
                problems.append(f"{channel.platform} {channel.name}: {error}")
    return problems


async def _database_problem(db: Database) -> str:
    try:
        async with db.read() as session:
            await (await session.connection()).execute(text("SELECT 1"))
    except (SQLAlchemyError, OSError) as error:
        return f"{type(error).__name__}: cannot be reached"
    return ""


@click.group("db")
def db_command() -> None:
    """The database."""


@db_command.command("upgrade")
@CONFIG
def db_upgrade(config_path: str | None) -> None:
    """Bring the schema to the newest revision."""
    config = config_or_fail(config_path)

    async def run() -> None:
        db = Database(config.database.url, SystemClock().now)
        try:
            await db.upgrade()
        finally:
            await db.close()

    try:
        asyncio.run(run())
    except (SQLAlchemyError, OSError) as error:
        raise Failure(f"database: {error}") from None
    click.echo("schema is at the newest revision")


@click.command("outbox")
@CONFIG
@click.option("--resend", is_flag=True, help="Queue the dead messages again.")
def outbox_command(config_path: str | None, resend: bool) -> None:
    """Undelivered and dead messages."""
    config = config_or_fail(config_path)

    async def run() -> list[str]:
        db = Database(config.database.url, SystemClock().now)
        try:
            await db.upgrade()
            return await outgoing.resend_dead(db) if resend else await outgoing.waiting(db)
        finally:
            await db.close()

    rows = asyncio.run(run())
    for row in rows:
        click.echo(row)
    click.echo(f"{len(rows)} queued again" if resend else f"{len(rows)} undelivered")

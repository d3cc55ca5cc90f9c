"""`demo` and `sandbox`: the desk at work without credentials or services, and the emulated platforms alone."""

import asyncio
import contextlib
import json
import signal
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from sqlalchemy.exc import SQLAlchemyError

from bot.cli import Failure
from bot.commands import lines

DEFAULT_PORT = 8294


@click.command("demo")
@click.option("--port", default=DEFAULT_PORT, show_default=True, help="Where the page of phones is served.")
@click.option("--story", is_flag=True, help="Play a scripted day in the terminal instead and check every effect.")
@click.option("--json", "as_json", is_flag=True, help="With --story: one JSON object.")
@click.option("--database", "database_url", help="A database to use instead of a fresh SQLite file.")
def demo_command(port: int, story: bool, as_json: bool, database_url: str | None) -> None:
    """The desk at work: both sides of the chat on one page, nothing else needed."""
    if as_json and not story:
        raise click.UsageError("--json goes with --story")
    with tempfile.TemporaryDirectory(prefix="yunwei-demo-") as folder:
        url = database_url or f"sqlite+aiosqlite:///{Path(folder) / 'demo.db'}"
        try:
            asyncio.run(_story(url, as_json) if story else _demo(url, port))
        except (SQLAlchemyError, OSError) as error:
            raise Failure(f"cannot start: {error}") from None


async def _story(url: str, as_json: bool) -> None:
    from bot.story import play

    checks, scene = [], ""
    async for check in play(url):
        checks.append(check)
        if as_json:
            continue
        if check.scene != scene:
            scene = check.scene
            click.echo(f"\n{scene}")
        click.echo(
            f"  {'✔' if check.ok else '✘'} {check.effect}" + (f"  — found: {check.found}" if not check.ok else "")
        )
    missing = [c for c in checks if not c.ok]
    if as_json:
        effects = [{"scene": c.scene, "effect": c.effect, "ok": c.ok, "found": c.found} for c in checks]
        click.echo(lines.dump({"ok": not missing, "checked": len(checks), "missing": len(missing), "effects": effects}))
    else:
        click.echo(f"\n{len(checks) - len(missing)} of {len(checks)} effects as expected")
    if missing:
        raise Failure(f"{len(missing)} effects are missing")


async def _demo(url: str, port: int) -> None:
    from bot.cast import INSPECTIONS
    from bot.stage import raised

    async with raised(url, port=port, loops=True, inspections=INSPECTIONS, rostered=True) as stage:
        click.echo(f"open {stage.page_url}/   (Ctrl+C stops)")
        await _until_signal()


@click.command("sandbox")
@click.option("--port", default=DEFAULT_PORT + 1, show_default=True, help="Where the emulated platforms are served.")
@click.option("--desk", default="http://127.0.0.1:8080", show_default=True,
              help="Where the desk is served: callbacks are posted there.")  # fmt: skip
def sandbox_command(port: int, desk: str) -> None:
    """The emulated platforms alone, for a desk in another process."""
    try:
        asyncio.run(_sandbox(port, desk.rstrip("/")))
    except OSError as error:
        raise Failure(f"cannot start: {error}") from None


async def _sandbox(port: int, desk: str) -> None:
    from aiohttp import web

    from bot.cast import Keys, connections, populate
    from bot.sandbox.app import application
    from bot.sandbox.clock import SandboxClock
    from bot.sandbox.platforms import Sandbox

    sandbox = Sandbox(clock=SandboxClock())
    runner = web.AppRunner(application(sandbox), shutdown_timeout=1.0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    base = f"http://127.0.0.1:{port}"
    sandbox.serve_at(base)
    keys = Keys("sandbox-secret", "sandboxtoken", "sandbox0" * 5 + "abc", "sandbox-client-secret")
    populate(sandbox, keys, desk)
    click.echo(f"page and API: {base}/   (Ctrl+C stops)\nput this into yunwei.toml:\n")
    click.echo(_as_toml(connections(keys, base)))
    try:
        await _until_signal()
    finally:
        await runner.cleanup()


async def _until_signal() -> None:
    stopped = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):
            asyncio.get_running_loop().add_signal_handler(name, stopped.set)
    await stopped.wait()


def _as_toml(sections: Mapping[str, Any]) -> str:
    """The sections as they stand in a configuration file."""
    made = []
    for name in ("wecom", "dingtalk"):
        for section in sections[name]:
            made.append(
                "\n".join([f"[[{name}]]", *(f"{key} = {_value(value)}" for key, value in section.items() if value)])
            )
    made.append("\n".join(["[groups]", *(f"{key} = {_value(value)}" for key, value in sections["groups"].items())]))
    return "\n\n".join(made)


def _value(value: object) -> str:
    return json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)

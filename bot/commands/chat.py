"""`chat`: a conversation as a reporter in the terminal; with --input, whole conversations for other tools."""

import asyncio
import itertools
import shutil
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from bot import app
from bot.channels.console import ConsoleChannel
from bot.cli import Failure
from bot.commands import lines
from bot.commands.serving import office_or_fail
from bot.commands.understanding import book_or_fail
from bot.config import Config
from bot.core.clock import ManualClock, SystemClock
from bot.core.updates import Account, Text, Update
from bot.desk.spreadsheets import Row, save_people
from bot.desk.transcripts import tickets_of

BETWEEN_TURNS = timedelta(seconds=30)
START = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""A working Monday, 10:00 in Guangzhou: batch answers do not depend on the day they are asked for."""


@click.command("chat")
@click.option("--input", "source", metavar="F.jsonl", help='Lines {"id","turns":[text,…]}; - is stdin.')
@click.option("--output", "target", default="-", metavar="F.jsonl", show_default=True, help="Where to; - is stdout.")
def chat_command(source: str | None, target: str) -> None:
    """Talk to the desk as a reporter."""
    if source:
        sessions = list(lines.read(source, {"turns": list}))
        for number, session in enumerate(sessions, start=1):
            if "id" not in session or not all(isinstance(t, str) for t in session["turns"]):
                raise Failure(f"{source} conversation {number}: needs an id and turns of text")
        answers = asyncio.run(batch(sessions))
        with lines.writer(target) as out:
            for answer in answers:
                out.write(lines.dump(answer) + "\n")
    else:
        asyncio.run(_talk())


class _Terminal:
    """One desk on a database of its own, with nobody on duty, and reporters that come in by the console."""

    def __init__(self, desk: app.Desk) -> None:
        self.desk = desk
        self.heard: list[str] = []
        self._count = itertools.count(1)
        desk.channels["console"] = ConsoleChannel("console", self._hear)

    def _hear(self, user: str, text: str) -> None:
        self.heard.append(text)

    async def register(self, user: str) -> Account:
        account = Account(platform="console", corp_id="local", user_id=user)
        row = Row(2, f"报障人{user}", "", "示例单位", ["reporter"], [], [], [account])
        async with self.desk.db.write(f"register:{user}") as tx:
            await save_people(tx, [row], {("console", "local"): "console"})
        return account

    async def say(self, account: Account, text: str) -> list[str]:
        self.heard.clear()
        update = Update(
            key=f"console:{next(self._count)}",
            lane=str(account),
            connection="console",
            account=account,
            at=self.desk.clock.now(),
            content=Text(text=text),
        )
        await self.desk.inbox.accept([update])
        await self.desk.settle()
        return list(self.heard)


def _config(folder: str, name: str) -> Config:
    return Config.model_validate({"database": {"url": f"sqlite+aiosqlite:///{Path(folder) / name}"}})


async def batch(sessions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each conversation from a fresh registered reporter at a desk of its own; 30 seconds pass between turns."""
    answers = []
    with tempfile.TemporaryDirectory(prefix="yunwei-chat-") as folder:
        empty = _config(folder, "empty.db")
        office = app.furnish(empty, book_or_fail())
        await (await app.open_desk(empty, ManualClock(START), office)).db.close()
        for number, session in enumerate(sessions):
            clock, config = ManualClock(START), _config(folder, f"{number}.db")
            shutil.copyfile(Path(folder) / "empty.db", Path(folder) / f"{number}.db")
            terminal = _Terminal(await app.open_desk(config, clock, office))
            answers.append(await _conversation(terminal, clock, session))
            await terminal.desk.db.close()
    return answers


async def _conversation(terminal: _Terminal, clock: ManualClock, session: dict[str, Any]) -> dict[str, Any]:
    account = await terminal.register("reporter")
    replies = []
    for turn in session["turns"]:
        replies.append(await terminal.say(account, turn))
        clock.advance(BETWEEN_TURNS)
        terminal.heard.clear()
        await terminal.desk.settle()
        replies[-1].extend(terminal.heard)
    return {"id": session["id"], "replies": replies, "tickets": await tickets_of(terminal.desk.db, account)}


async def _talk() -> None:
    with tempfile.TemporaryDirectory(prefix="yunwei-chat-") as folder:
        config = _config(folder, "chat.db")
        terminal = _Terminal(await app.open_desk(config, SystemClock(), office_or_fail(config, book_or_fail())))
        account = await terminal.register("you")
        click.echo("您是示例单位的报障人，直接说哪台设备怎么了。空行结束。")
        while text := (await asyncio.to_thread(_line)).strip():
            for reply in await terminal.say(account, text):
                click.echo("\n".join(f"  机器人 {line}" for line in reply.splitlines()))
        await terminal.desk.db.close()


def _line() -> str:
    click.echo("您 ", nl=False)
    return sys.stdin.readline()

"""`bench`: what the desk costs, measured on this machine; figures go to tests/benchmarks/RESULTS.md with the command."""

import asyncio
import logging
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from aiohttp import ClientError, ClientSession

from bot.cli import Failure
from bot.commands import lines
from bot.commands.understanding import book_or_fail
from bot.core.clock import stopwatch
from knowledge import Book, Classifier

SHARE = click.FloatRange(0, 1)
JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object.")
CONFIG = """
[http]
port = {port}
[database]
url = "sqlite+aiosqlite:///{folder}/bench.db"
[[wecom]]
name = "gov"
corp_id = "ww0000000000000000"
agent_id = 1
secret = "bench"
token = "bench"
encoding_aes_key = "{key}"
"""


@click.group("bench")
def bench_command() -> None:
    """Benchmarks."""


@bench_command.command("start")
@click.option("--n", default=3, show_default=True, help="How many starts; the median counts.")
@JSON
def bench_start(n: int, as_json: bool) -> None:
    """How long knowledge and the whole desk take to be ready, and how much memory the process holds then."""
    loads, readies, sizes = [], [], []
    for _ in range(n):
        loads.append(_knowledge_seconds())
        ready, rss = asyncio.run(_serve_once())
        readies.append(ready)
        sizes.append(rss)
    result = {
        "knowledge_s": round(statistics.median(loads), 3),
        "ready_s": round(statistics.median(readies), 3),
        "rss_mib": round(statistics.median(sizes), 1),
    }
    _show(result, as_json)


@bench_command.command("classify")
@click.option("--n", default=4000, show_default=True, help="How many messages.")
@JSON
def bench_classify(n: int, as_json: bool) -> None:
    """What one classification costs, beside jieba's own cut of the same text."""
    book = book_or_fail()
    classifier, theirs = Classifier(book), _jieba()
    messages = _messages(book, n)
    for message in messages[:200]:
        classifier.understand(message)
    spent, cut = [], []
    for message in messages:
        begin = stopwatch()
        classifier.understand(message)
        between = stopwatch()
        theirs.lcut(message)
        end = stopwatch()
        spent.append(between - begin)
        cut.append(end - between)
    spent_sorted = sorted(spent)
    result = {
        "median_ms": round(statistics.median(spent) * 1000, 3),
        "p99_ms": round(spent_sorted[int(len(spent) * 0.99)] * 1000, 3),
        "lcut_ratio": round(sum(spent) / sum(cut), 2),
        "messages": len(messages),
    }
    _show(result, as_json)


@bench_command.command("presses")
@click.option("--n", default=400, show_default=True, help="How many presses.")
@JSON
def bench_presses(n: int, as_json: bool) -> None:
    """Buttons pressed at random on both platforms, stale and twice as well: how many were wrong or unanswered."""
    from bot.commands.presses import measure

    _show(asyncio.run(measure(n)).as_dict(), as_json)


@bench_command.command("dispatch")
@click.option("--n", default=40, show_default=True, help="How many small cases are solved exactly as well.")
@click.option("--per-day", default=200, show_default=True, help="Reports a workday in the simulated week.")
@click.option("--absent", type=SHARE, default=0.05, show_default=True, help="Share of the shifts that are missed.")
@click.option("--declined", type=SHARE, default=0.08, show_default=True, help="Share of the offers that are declined.")
@click.option("--expired", type=SHARE, default=0.05, show_default=True, help="Share of the offers nobody answers.")
@click.option("--chart", type=click.Path(path_type=Path), help="Also draw the strategies beside each other (PNG).")
@JSON
def bench_dispatch(
    n: int, per_day: int, absent: float, declined: float, expired: float, chart: Path | None, as_json: bool
) -> None:
    """The plan beside the exact optimum, its time for a storm, and a week beside three simple rules.

    The week has nights, a weekend, absences, and offers declined or left to expire: the same ones for each strategy.
    """
    from bot.commands import dispatching
    from bot.commands.week_given import Rates

    if n < 1 or per_day < 1:
        raise click.UsageError("--n and --per-day must be at least 1")
    if declined + expired > 1:
        raise click.UsageError("--declined and --expired must not be more than 1 together")
    rates = Rates(absent=absent, declined=declined, expired=expired)
    result, weeks = dispatching.measure(n, per_day, rates)
    if chart is not None:
        dispatching.draw(weeks, chart)
    _show(result, as_json)


@bench_command.command("grow")
@click.option("--n", default=3000, show_default=True, help="How many closed tickets from years past.")
@click.option("--open", "opened", default=6, show_default=True, help="How many open ones.")
@click.option("--rounds", default=3, show_default=True, help="How often each kind of work is done.")
@click.option("--database", nargs=2, metavar="URL URL", help="Two empty databases to fill instead of SQLite files.")
@JSON
def bench_grow(n: int, opened: int, rounds: int, database: tuple[str, str] | None, as_json: bool) -> None:
    """The same work at a desk with a month of closed tickets behind it, and at one with years: what growth costs."""
    from bot.commands import growth

    scale = growth.Scale(n, opened, rounds)
    if not (n >= 0 and 0 <= opened <= growth.most(scale) and 1 <= rounds <= growth.most(scale)):
        raise click.UsageError(
            f"--n must not be negative, --rounds at least 1, neither --open nor --rounds over {growth.most(scale)}"
        )
    result = asyncio.run(growth.measure(scale, database))
    kinds = {} if as_json else result.pop("kinds")
    _show(result, as_json)
    if as_json:
        return
    click.echo(f"\n{'median, p95 in ms':18}{'a month':>18}{'years':>18}{'ratio':>8}")
    for kind, found in kinds.items():
        few, many = (" ".join(f"{ms:8.1f}" for ms in found[side]) for side in ("few_ms", "many_ms"))
        click.echo(f"{kind:18}{few:>18}{many:>18}{found['ratio']:>8}")


def _jieba() -> Any:
    """jieba as it comes, leaving no file behind."""
    import jieba

    jieba.setLogLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()
    with tempfile.TemporaryDirectory(prefix="yunwei-bench-") as folder:
        tokenizer.tmp_dir = folder
        tokenizer.initialize()
    return tokenizer


def _messages(book: Book, n: int) -> list[str]:
    """Messages in the trade's length mix, put together from places, nouns and symptoms of the catalogue."""
    dice = random.Random(294)
    faults = list(book.faults.values())
    places = ["", "", "", "三楼302", "5楼大会议室", "一楼大厅3号窗", "B座1208"]
    tails = ["", "", "，急", "，麻烦派人看看", "，昨天还好好的今天就不行了"]
    made = []
    for _ in range(n):
        fault = dice.choice(faults)
        noun = dice.choice(list(book.items[fault.item].nouns) or [""])
        made.append(
            dice.choice(places) + noun + dice.choice(list(fault.words.symptoms) or [fault.name]) + dice.choice(tails)
        )
    return made


def _knowledge_seconds() -> float:
    code = (
        "import time; t = time.perf_counter(); import knowledge; "
        "knowledge.Classifier(knowledge.load()).understand('打印机卡纸'); print(time.perf_counter() - t)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failure(done.stderr.strip().splitlines()[-1])
    return float(done.stdout.strip().splitlines()[-1])


async def _serve_once() -> tuple[float, float]:
    """Start `serve` as a process; seconds until /readyz says yes, and its resident memory in MiB."""
    port = random.randint(20000, 40000)
    with tempfile.TemporaryDirectory(prefix="yunwei-bench-") as folder:
        path = Path(folder) / "yunwei.toml"
        path.write_text(CONFIG.format(port=port, folder=folder, key="a" * 43), "utf-8")
        begin = stopwatch()
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "serve", "--config", str(path), stderr=asyncio.subprocess.DEVNULL
        )
        try:
            async with ClientSession() as session:
                await _ready(session, port, process)
            seconds = stopwatch() - begin
            return seconds, _rss_mib(process.pid)
        finally:
            if process.returncode is None:
                process.terminate()
            await process.wait()


async def _ready(session: ClientSession, port: int, process: asyncio.subprocess.Process) -> None:
    for _ in range(600):
        if process.returncode is not None:
            raise Failure("serve ended before it was ready")
        try:
            async with session.get(f"http://127.0.0.1:{port}/readyz") as response:
                if response.status == 200:
                    return
        except ClientError:
            pass
        await asyncio.sleep(0.05)
    raise Failure("serve was not ready within 30 s")


def _rss_mib(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text("utf-8").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise Failure("this system does not tell the resident memory")


def _show(result: Mapping[str, object], as_json: bool) -> None:
    if as_json:
        click.echo(lines.dump(result))
    else:
        for key, value in result.items():
            click.echo(f"{key:14} {value}")

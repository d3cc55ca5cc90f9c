"""The desk as it is run: `yunwei serve` against `yunwei sandbox` in another process, people from a sheet, `kill -9`."""

import asyncio
import json
import os
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from aiohttp import ClientSession, ClientTimeout

from bot.cast import CORP

WAIT_S = 30.0
REPORT = "一楼办事大厅叫号机不出票了，群众在排队"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-W", "error", "-m", "bot", *arguments]


class Site:
    """A sandbox process, the configuration of a desk, and its process when it runs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.desk_port, self.page_port = free_port(), free_port()
        self.page = f"http://127.0.0.1:{self.page_port}"
        self.config = folder / "yunwei.toml"
        self.desk: subprocess.Popen[str] | None = None
        desk = f"http://127.0.0.1:{self.desk_port}"
        self.sandbox = subprocess.Popen(
            command("sandbox", "--port", str(self.page_port), "--desk", desk), stdout=subprocess.PIPE, text=True
        )
        printed = self._sections()
        self.config.write_text(
            f'[http]\nport = {self.desk_port}\n[database]\nurl = "sqlite+aiosqlite:///{folder / "desk.db"}"\n{printed}',
            encoding="utf-8",
        )

    def _sections(self) -> str:
        """What the sandbox says to put into the configuration."""
        lines: list[str] = []
        assert self.sandbox.stdout is not None
        for line in self.sandbox.stdout:
            if lines or line.startswith("[[wecom]]"):
                lines.append(line)
            if line.startswith("incident"):
                return "".join(lines)
        raise AssertionError("the sandbox stopped")

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command(*arguments, "--config", str(self.config)), capture_output=True, text=True, check=False, timeout=60
        )

    def start(self) -> None:
        self.desk = subprocess.Popen(
            command("serve", "--config", str(self.config)), stderr=subprocess.PIPE, text=True, cwd=self.folder
        )
        assert self.desk.stderr is not None
        first = self.desk.stderr.readline()
        assert "serving on" in first, first + self.desk.stderr.read()

    def kill(self) -> None:
        assert self.desk is not None
        self.desk.kill()
        self.desk.wait()
        if self.desk.stderr is not None:
            self.desk.stderr.close()
        self.desk = None

    def close(self) -> None:
        if self.desk is not None:
            self.kill()
        self.sandbox.terminate()
        self.sandbox.communicate()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path)
    try:
        yield made
    finally:
        made.close()


@pytest.fixture
async def http() -> AsyncIterator[ClientSession]:
    async with ClientSession(timeout=ClientTimeout(total=WAIT_S)) as session:
        yield session


def import_people(site: Site) -> None:
    """The sheet of `template people`, filled in."""
    path = site.folder / "people.xlsx"
    made = subprocess.run(
        command("template", "people", str(path)), capture_output=True, text=True, check=False, timeout=60
    )
    assert made.returncode == 0, made.stderr
    workbook = openpyxl.load_workbook(path)
    sheet = workbook.worksheets[0]
    sheet.delete_rows(2, sheet.max_row)
    rows = [
        ("李梅", "13800000001", "市民政局", "reporter", "", "", f"wecom:{CORP}:limei"),
        ("王强", "13900000001", "市民政局", "engineer-l1", "desktop;print;av;network", "", f"wecom:{CORP}:wangqiang"),
        ("周敏", "13900000003", "服务方", "service-desk", "", "", f"wecom:{CORP}:zhoumin"),
    ]
    for row in rows:
        sheet.append(row)
    workbook.save(path)
    workbook.close()
    done = site.run("import", "people", str(path))
    assert done.returncode == 0, done.stderr


async def post(http: ClientSession, url: str, body: dict[str, Any]) -> dict[str, Any]:
    async with http.post(url, json=body) as response:
        return dict(await response.json())


async def says(http: ClientSession, site: Site, userid: str, text: str) -> dict[str, Any]:
    return await post(http, f"{site.page}/phones/wecom:{CORP}:{userid}/say", {"text": text})


async def cards(http: ClientSession, site: Site, userid: str, button: str) -> list[dict[str, Any]]:
    """The cards on a phone that have, or had, a button."""
    async with http.get(f"{site.page}/phones/state") as response:
        state = await response.json()
    phone = next(p for p in state["phones"] if p["id"].endswith(f":{userid}"))
    return [
        m["card"]
        for m in phone["chats"][0]["messages"]
        if m["card"] and any(b["text"] == button for b in m["card"]["buttons"])
    ]


async def until(http: ClientSession, site: Site, seen: Callable[[], Any]) -> Any:
    """Wait, from one change on the phones to the next, until `seen` gives something."""
    async with (
        asyncio.timeout(WAIT_S),
        http.get(f"{site.page}/phones/events", timeout=ClientTimeout(total=None)) as events,
    ):
        while not (found := await seen()):
            await events.content.readuntil(b"\n\n")
        return found


async def test_a_desk_and_the_platform_in_two_processes(site: Site, http: ClientSession) -> None:
    import_people(site)
    checked = site.run("check")
    assert checked.returncode == 0, checked.stderr
    site.start()
    assert (await says(http, site, "limei", REPORT))["ok"]
    await until(http, site, lambda: cards(http, site, "wangqiang", "接单"))


async def test_killed_between_acknowledgement_and_dispatch_the_card_arrives_once(
    site: Site, http: ClientSession
) -> None:
    import_people(site)
    site.start()
    await post(http, f"{site.page}/faults", {"slow_s": 5})
    answer = await says(http, site, "limei", REPORT)
    assert answer == {"ok": True, "status": 200, "tries": 1}
    site.kill()
    assert await cards(http, site, "wangqiang", "接单") == []
    await post(http, f"{site.page}/faults", {"slow_s": 0})
    site.start()
    await until(http, site, lambda: cards(http, site, "wangqiang", "接单"))
    await says(http, site, "limei", "到哪了")
    await until(http, site, lambda: answered(http, site))
    assert len(await cards(http, site, "wangqiang", "接单")) == 1


async def answered(http: ClientSession, site: Site) -> bool:
    """The clerk's later question has its answer, so everything queued before it is out."""
    async with http.get(f"{site.page}/phones/state") as response:
        state = await response.json()
    phone = next(p for p in state["phones"] if p["id"].endswith(":limei"))
    texts = [m["text"] for m in phone["chats"][0]["messages"] if m["from"] == "bot"]
    return any("叫号机" in text and "接单" in text for text in texts[-1:])


def test_a_wrong_configuration_stops_the_start_with_a_sentence(tmp_path: Path) -> None:
    config = tmp_path / "yunwei.toml"
    config.write_text(
        '[[wecom]]\nname = "gov"\ncorp_id = "ww1"\nagent_id = 1\nsecret = "env:NOT_SET_ANYWHERE"\n', encoding="utf-8"
    )
    environment = {k: v for k, v in os.environ.items() if k != "NOT_SET_ANYWHERE"}
    result = subprocess.run(
        command("serve", "--config", str(config)),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env=environment,
    )
    assert result.returncode == 1
    assert "NOT_SET_ANYWHERE" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("line", ['{"id": 1}', "not json", "[]"])
def test_a_broken_line_stops_classify_with_its_number(tmp_path: Path, line: str) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text(json.dumps({"id": 0, "text": "卡纸"}, ensure_ascii=False) + "\n" + line + "\n", encoding="utf-8")
    result = subprocess.run(
        command("classify", "--input", str(source)), capture_output=True, text=True, check=False, timeout=60
    )
    assert result.returncode == 1
    assert "2" in result.stderr
    assert "Traceback" not in result.stderr

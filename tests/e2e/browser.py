"""A headless Chromium driven over its debugging protocol: enough to type, click and wait for what appears."""

import asyncio
import contextlib
import itertools
import json
import os
import shutil
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from aiohttp import ClientSession, ClientWebSocketResponse

WAIT_MS = 15_000
APPEARS = """
(condition, ms) => new Promise((resolve, reject) => {
  const look = () => { try { return condition(); } catch { return null; } };
  const found = look();
  if (found) return resolve(true);
  const watcher = new MutationObserver(() => { if (look()) { watcher.disconnect(); clearTimeout(end); resolve(true); } });
  watcher.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  const end = setTimeout(() => { watcher.disconnect(); reject(new Error('did not appear')); }, ms);
})
"""


def chromium() -> str | None:
    """The browser's path, where one is installed."""
    return next((p for name in ("chromium", "chromium-browser", "google-chrome") if (p := shutil.which(name))), None)


class Page:
    """One page. `js` evaluates, `appears` waits until an expression is true."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self._socket = socket
        self._ids = itertools.count(1)

    async def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        number = next(self._ids)
        await self._socket.send_json({"id": number, "method": method, "params": parameters})
        while True:
            answer = await self._socket.receive_json()
            if answer.get("id") == number:
                if "error" in answer:
                    raise RuntimeError(answer["error"])
                return dict(answer["result"])

    async def opens(self, url: str) -> None:
        """Go to an address and wait until it is loaded."""
        await self.call("Page.enable")
        await self._socket.send_json({"id": next(self._ids), "method": "Page.navigate", "params": {"url": url}})
        while (await self._socket.receive_json()).get("method") != "Page.loadEventFired":
            pass

    async def js(self, expression: str) -> Any:
        """The value of an expression (a promise is awaited). Raises AssertionError when it throws."""
        result = await self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in result, (
            f"{expression}: {result['exceptionDetails'].get('exception', {}).get('description')}"
        )
        return result["result"].get("value")

    async def appears(self, condition: str) -> None:
        await self.js(f"({APPEARS})(() => {condition}, {WAIT_MS})")

    async def types(self, text: str) -> None:
        """Type into what has the focus, and press Enter."""
        await self.call("Input.insertText", text=text)
        for kind in ("keyDown", "keyUp"):
            await self.call(
                "Input.dispatchKeyEvent", type=kind, key="Enter", code="Enter", windowsVirtualKeyCode=13, text="\r"
            )

    async def click(self, element: str) -> None:
        """Click the middle of an element, as a mouse does."""
        box = await self.js(
            f"(() => {{ const e = {element}; e.scrollIntoView({{block: 'center', inline: 'center', behavior: 'instant'}});"
            " const b = e.getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2]; })()"
        )
        for kind in ("mousePressed", "mouseReleased"):
            await self.call("Input.dispatchMouseEvent", type=kind, x=box[0], y=box[1], button="left", clickCount=1)


@contextlib.asynccontextmanager
async def browsing(url: str, folder: Path, width: int, height: int) -> AsyncIterator[Page]:
    """A browser on `url`. It keeps nothing and calls nobody else."""
    process = _started(folder, width, height)
    try:
        address = await asyncio.to_thread(_address, process)
        port = address.split(":")[2].split("/")[0]
        async with ClientSession() as session:
            async with session.put(f"http://127.0.0.1:{port}/json/new?about:blank") as response:
                target = json.loads(await response.text())
            async with session.ws_connect(target["webSocketDebuggerUrl"], max_msg_size=0) as socket:
                page = Page(socket)
                await page.call(
                    "Emulation.setDeviceMetricsOverride",
                    width=width,
                    height=height,
                    deviceScaleFactor=1,
                    mobile=width < 600,
                )
                await page.opens(url)
                yield page
    finally:
        process.terminate()
        process.wait()
        if process.stderr is not None:
            process.stderr.close()


def _started(folder: Path, width: int, height: int) -> "subprocess.Popen[bytes]":
    path = chromium()
    assert path is not None
    return subprocess.Popen(
        [
            path, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
            "--disable-background-networking", "--disable-extensions", "--mute-audio", "--remote-debugging-port=0",
            f"--user-data-dir={folder}", f"--window-size={width},{height}", "about:blank",
        ],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env={**os.environ, "DBUS_SESSION_BUS_ADDRESS": "disabled:"},
    )  # fmt: skip


def _address(process: "subprocess.Popen[bytes]") -> str:
    """The address of the debugging port, which the browser prints when it is ready."""
    assert process.stderr is not None
    for line in process.stderr:
        if b"DevTools listening on " in line:
            return line.decode().split("DevTools listening on ")[1].strip()
    raise AssertionError("the browser did not start")

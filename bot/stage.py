"""The stage of the demo, the story and the tests: the emulated platforms and one desk, joined by real HTTP on loopback.

Nothing is short-circuited: callbacks are signed and encrypted by the emulator, messages travel through the very channel
that faces the real platform. The clocks are two, and are moved together.
"""

import asyncio
import contextlib
import math
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from aiohttp import ClientSession, web

from bot import app
from bot.cast import CAST, CORP, INCIDENT_GROUP, ORG, Keys, connections, heard_at, populate, roster, rows
from bot.channels.dingtalk import Pace
from bot.config import Config
from bot.core.clock import ManualClock, SystemClock, stopwatch
from bot.desk import rounds
from bot.desk.office import Office
from bot.desk.overview import overview as desk_overview
from bot.desk.roster_sheets import RosterRow, RosterSheet, resolve, save_roster
from bot.desk.spreadsheets import save_people
from bot.sandbox.app import application
from bot.sandbox.clock import SandboxClock
from bot.sandbox.dingtalk.org import Org
from bot.sandbox.platforms import Sandbox
from bot.store.engine import Tx
from bot.web import make_app
from knowledge import Book, Classifier

CONNECT_S = 10.0
MOMENT = timedelta(seconds=3)
IMPATIENT = Pace(longest_silence_s=90.0, first_wait_s=0.02, longest_wait_s=0.1, poll_s=0.02, drain_s=1.0)
"""Where time is skipped, the long connections must notice at once."""
PING = timedelta(seconds=20)
"""A platform that is not silent pings this often: however much time is skipped, this much of it was silence."""
TOUR = timedelta(hours=1)
"""Running clocks begin in working time with this much of it ahead: at night nobody would be sent, and nothing shown."""
PATIENCE_S = 6.0
"""Whoever presses 快进 waits about so long: a weekend with an emergency nobody sees to is a thousand deadlines."""
PAUSE = timedelta(seconds=9)
"""A little more than an unfinished report waits for its next piece."""


@dataclass
class Stage:
    """The platforms, the desk and the addresses they serve. `restart` closes the desk and opens it again on its data."""

    sandbox: Sandbox
    config: Config
    clock: ManualClock | SystemClock
    office: Office
    session: ClientSession
    desk: app.Desk
    bot_url: str
    page_url: str
    ears: contextlib.AsyncExitStack | None = None
    """Holds the desk's long connections while its loops are not running."""
    hushed: timedelta = timedelta(0)
    """The stopwatch of the long connections: the silence they have lived through, not the time."""

    def phone(self, userid: str, platform: str = "") -> Any:
        """A person's phone: on his own platform, or on the one named."""
        on = platform or next((a.platform for a in CAST if a.userid == userid), "wecom")
        return self.sandbox.phone(on, {"wecom": CORP, "dingtalk": ORG}[on], userid)

    def group(self, chat_id: str) -> Any:
        on_dingtalk = chat_id == INCIDENT_GROUP
        return self.sandbox.group("dingtalk" if on_dingtalk else "wecom", ORG if on_dingtalk else CORP, chat_id)

    @property
    def org(self) -> Org:
        """The emulated DingTalk organisation."""
        return self.sandbox.orgs[ORG]

    async def listen(self) -> None:
        """Hold the long connections; returns when the platform sees them."""
        self.ears = contextlib.AsyncExitStack()
        await self.ears.enter_async_context(self.desk.listening(IMPATIENT, lambda: self.hushed.total_seconds()))
        await self.connected()

    async def connected(self) -> None:
        """Wait until the platform has a connection that delivers."""
        ours = self.config.dingtalk[0]
        if ours.mode != "stream":
            return
        async with asyncio.timeout(CONNECT_S):
            await self.sandbox.gateway.connected(self.org)

    async def deafen(self) -> None:
        """Let the long connections go."""
        if self.ears is not None:
            await self.ears.aclose()
            self.ears = None

    async def advance(self, **by: float) -> None:
        """Move both clocks, then let the desk do what became due, step by step so that nothing fires out of order."""
        await self.skip(timedelta(**by))

    async def skip(self, by: timedelta, patience_s: float = math.inf) -> None:
        """Move time from deadline to deadline; once it has taken longer than `patience_s`, the rest at once, as in an outage."""
        end, begun = self.clock.now() + by, stopwatch()
        while (left := end - self.clock.now()) > timedelta(0):
            due = await self.desk.next_deadline() if stopwatch() - begun < patience_s else None
            jump = left if due is None or due >= end else max(due - self.clock.now(), timedelta(seconds=1))
            jump = min(jump, left)
            self.clock.advance(jump)
            self.sandbox.clock.advance(jump)
            await self._hush(jump)
            await self.sandbox.gateway.tick()
            await self.desk.settle()
        await self.desk.settle()

    async def _hush(self, jump: timedelta) -> None:
        """Let the long connections feel skipped time as they would have lived it: pinged all the while, or in silence."""
        await self.sandbox.gateway.ping()
        self.hushed += jump if self.sandbox.gateway.silent else min(jump, PING)

    async def says(self, userid: str, text: str) -> None:
        """Somebody types a line and waits for the answer; an unfinished report is answered after a moment's silence."""
        phone = self.phone(userid)
        await phone.says(text)
        await self.settle()
        if phone.last is not None and phone.last.sender == "me":
            await self.skip(PAUSE)

    async def settle(self) -> None:
        """Let the desk do all it can, and what it only holds back for a moment (a platform's rate)."""
        await self.desk.settle()
        due = await self.desk.next_deadline()
        if due is not None and due - self.clock.now() <= MOMENT:
            await self.skip(MOMENT)

    async def restart(self) -> None:
        """The process dies and a new one starts on the same database."""
        await self.deafen()
        await self.desk.db.close()
        self.desk = await app.open_desk(self.config, self.clock, self.office)
        app.connect(self.desk, self.config, self.session, self.elapsed)
        await self.listen()

    def elapsed(self) -> float:
        """The stopwatch of the stage: its own time, so that a skipped minute is a minute of silence."""
        return self.clock.now().timestamp()

    async def close(self) -> None:
        await self.deafen()
        await self.desk.db.close()


@contextlib.asynccontextmanager
async def raised(
    database_url: str,
    *,
    start: datetime | None = None,
    port: int = 0,
    knowledge: tuple[Book, Classifier] | None = None,
    hotline: str = "020-12345000",
    template: str = "",
    mode: str = "stream",
    loops: bool = False,
    inspections: Mapping[str, tuple[str, ...]] | None = None,
    rostered: bool = False,
) -> AsyncIterator[Stage]:
    """Raise the stage. `start` makes the clocks stand still (story, tests); without it they run, from working time on (demo).

    `loops` runs the desk's own loops; otherwise the caller lets it `settle`. `template` and `mode` are DingTalk's.
    `inspections` are the rounds of the configuration; `rostered` gives the cast its roster, without which it is always there.
    """
    clock = ManualClock(start) if start else SystemClock()
    sandbox = Sandbox(clock=SandboxClock(start=start) if start else SandboxClock())
    stage: Stage | None = None
    looking, moving = asyncio.Lock(), asyncio.Lock()

    async def on_skip(by: timedelta) -> None:
        async with moving:
            if stage is not None and sandbox.on_skip is not None:
                await stage.skip(by, PATIENCE_S)

    async def explain(text: str) -> dict[str, Any]:
        return explanation(stage.office, text) if stage else {}

    async def overview() -> dict[str, Any]:
        async with looking:
            return await glance(stage.desk) if stage and sandbox.overview else {}

    async def look_away() -> None:
        """Before the database closes: the page's last look and last 快进 end, and there are no further ones."""
        async with looking, moving:
            sandbox.overview = sandbox.on_skip = None

    sandbox.on_skip, sandbox.explain, sandbox.overview = on_skip, explain, overview
    keys = Keys()
    async with contextlib.AsyncExitStack() as closing:
        page_url = await _serve(application(sandbox), port, closing)
        sandbox.serve_at(page_url)
        front = _Front()
        bot_url = await _serve(front.make_app(clock), 0, closing)
        sections = connections(keys, page_url, template, mode)
        config = Config.model_validate(
            {
                "database": {"url": database_url},
                "http": {"public_url": bot_url if mode == "http" else ""},
                "desk": {"hotline": hotline, "inspections": dict(inspections or {})},
                **sections,
            }
        )
        office = app.furnish(config, *knowledge) if knowledge else app.furnish(config)
        sandbox.next_morning = lambda now: _next_morning(office, now)
        if start is None:
            wait = office.working.begins(clock.now(), TOUR) - clock.now()
            clock.advance(max(wait, timedelta(0)))
            sandbox.clock.advance(max(wait, timedelta(0)))
        desk = await app.open_desk(config, clock, office)
        session = await closing.enter_async_context(ClientSession())
        app.connect(desk, config, session, (lambda: clock.now().timestamp()) if start else stopwatch)
        front.desk = desk
        stage = Stage(sandbox, config, clock, office, session, desk, bot_url, page_url)
        closing.push_async_callback(stage.close)
        front.stage = stage
        async with desk.db.write("cast") as tx:
            await save_people(tx, rows(), dict(heard_at()))
            if rostered:
                await _save_roster(tx, roster(clock.now().astimezone(office.voice.zone).date(), office.working))
            await rounds.plan(tx, office)
        populate(sandbox, keys, bot_url, mode)
        if loops:
            await closing.enter_async_context(desk.running())
            await stage.connected()
        else:
            await stage.listen()
        closing.push_async_callback(look_away)
        yield stage


def _next_morning(office: Office, now: datetime) -> datetime:
    """When the agencies open on the next workday."""
    tomorrow = now.astimezone(office.voice.zone).date() + timedelta(days=1)
    return office.working.begins(datetime.combine(tomorrow, time(0), office.voice.zone), TOUR)


async def _save_roster(tx: Tx, rows: list[RosterRow]) -> None:
    sheet = RosterSheet(rows=rows)
    await save_roster(tx, rows, await resolve(tx, sheet))


class _Front:
    """The web front that survives a restart of the desk behind it (as a load balancer would)."""

    desk: app.Desk
    stage: Stage | None = None

    def make_app(self, clock: ManualClock | SystemClock) -> web.Application:
        async def ready() -> str:
            return ""

        return make_app(
            lambda name: self.now().channels.get(name),
            lambda updates: self.now().inbox.accept(updates),
            lambda update: self.now().press(update),
            clock,
            ready,
        )

    def now(self) -> app.Desk:
        return self.stage.desk if self.stage else self.desk


async def _serve(application: web.Application, port: int, closing: contextlib.AsyncExitStack) -> str:
    runner = web.AppRunner(application, shutdown_timeout=1.0)
    await runner.setup()
    closing.push_async_callback(runner.cleanup)
    await web.TCPSite(runner, "127.0.0.1", port).start()
    bound = runner.addresses[0][1]
    return f"http://127.0.0.1:{bound}"


async def glance(desk: app.Desk) -> dict[str, Any]:
    """How the desk stands, for the demo's panel. The transaction is never committed: it cannot change anything."""
    async with desk.db.read() as session:
        return await desk_overview(Tx(session, desk.db.now()), desk.office)


def explanation(office: Office, text: str) -> dict[str, Any]:
    """What the bot understood of a message, and which words decided: for the demo's panel."""
    understood = office.classifier.understand(text)
    book = office.book
    fault = book.faults.get(understood.fault or "")
    return {
        "decision": understood.decision,
        "kind": understood.kind,
        "item_name": book.items[understood.item].name if understood.item else None,
        "fault_name": fault.name if fault else None,
        "request_name": book.requests[understood.request].name if understood.request else None,
        "confidence": round(understood.confidence, 3),
        "because": list(understood.because),
        "slots": {k: v for k, v in dict(understood.slots).items() if v},
        "priority": understood.priority,
        "candidates": [
            {"fault": c.fault, "name": book.faults[c.fault].name, "score": round(c.score, 3)}
            for c in understood.candidates[:5]
        ],
        "question": understood.question.text if understood.question else None,
    }

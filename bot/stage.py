"""The stage of the demo, the story and the tests: the emulated platforms and one desk, joined by real HTTP on loopback.

Nothing is short-circuited: callbacks are signed and encrypted by the emulator, messages travel through the very channel
that faces the real platform. The clocks are two, and are moved together.
"""

import contextlib
import secrets
import string
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from aiohttp import ClientSession, web

from bot import app
from bot.config import Config
from bot.core.clock import ManualClock, SystemClock
from bot.core.updates import Account
from bot.desk.office import Office
from bot.desk.spreadsheets import Row, save_people
from bot.sandbox.app import Sandbox
from bot.sandbox.clock import SandboxClock
from bot.web import make_app
from knowledge import Book, Classifier

CORP = "ww7f1c2d3e4a5b6c7d"
AGENT = 1000002
CONNECTION = "gov"
PAUSE = timedelta(seconds=9)
"""A little more than an unfinished report waits for its next piece."""
DUTY_CHAT, INCIDENT_CHAT = "dutyroom", "incidentroom"


@dataclass(frozen=True)
class Actor:
    """Somebody of the synthetic cast. `unknown` people are members of the corp whom no sheet has imported."""

    userid: str
    name: str
    unit: str
    label: str
    positions: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()
    phone: str = ""
    shown: bool = True
    unknown: bool = False


CAST = (
    Actor("limei", "李梅", "市民政局", "市民政局 · 报障人", ("reporter",), phone="13800000001"),
    Actor("chenzhi", "陈志", "市司法局", "市司法局 · 报障人", ("reporter",), phone="13800000002"),
    Actor(
        "wangqiang",
        "王强",
        "市民政局",
        "技术员 · 驻民政局",
        ("engineer-l1",),
        ("desktop", "print", "av", "network"),
        "13900000001",
    ),
    Actor(
        "zhaolei",
        "赵磊",
        "服务方",
        "技术员 · 机动",
        ("engineer-l2",),
        ("desktop", "print", "av", "network", "cabling", "server", "facility", "physec", "voice"),
        "13900000002",
    ),
    Actor("zhoumin", "周敏", "服务方", "服务台坐席", ("service-desk",), phone="13900000003"),
    Actor("hetao", "何涛", "服务方", "值班经理 · 事件群", ("duty-manager",), phone="13900000004"),
    Actor(
        "linfang",
        "林芳",
        "市民政局",
        "联络员 保密员",
        ("unit-liaison", "secrecy-officer"),
        phone="13800000003",
        shown=False,
    ),
    Actor("wufan", "吴凡", "市民政局", "市民政局 · 报障人", ("reporter",), phone="13800000004", shown=False),
    Actor("sunan", "孙安", "服务方", "安全联络员", ("infosec-liaison",), phone="13900000005", shown=False),
    Actor("guest", "新同事", "", "未登记", shown=False, unknown=True),
)


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
    secret: dict[str, str]

    def phone(self, userid: str) -> Any:
        """A person's phone in the emulated corp."""
        return self.sandbox.phone("wecom", CORP, userid)

    def group(self, chat_id: str) -> Any:
        return self.sandbox.group("wecom", CORP, chat_id)

    async def advance(self, **by: float) -> None:
        """Move both clocks, then let the desk do what became due, step by step so that nothing fires out of order."""
        await self.skip(timedelta(**by))

    async def skip(self, by: timedelta) -> None:
        """Move time in steps of at most a minute while deadlines fall due on the way."""
        end = self.clock.now() + by
        while (left := end - self.clock.now()) > timedelta(0):
            due = await self.desk.next_deadline()
            jump = left if due is None or due >= end else max(due - self.clock.now(), timedelta(seconds=1))
            jump = min(jump, left)
            self.clock.advance(jump)
            self.sandbox.clock.advance(jump)
            await self.desk.settle()
        await self.desk.settle()

    async def says(self, userid: str, text: str) -> None:
        """Somebody types a line and waits for the answer; an unfinished report is answered after a moment's silence."""
        phone = self.phone(userid)
        await phone.says(text)
        await self.settle()
        if phone.last is not None and phone.last.sender == "me":
            await self.skip(PAUSE)

    async def settle(self) -> None:
        await self.desk.settle()

    async def restart(self) -> None:
        """The process dies and a new one starts on the same database."""
        await self.desk.db.close()
        self.desk = await app.open_desk(self.config, self.clock, self.office)
        app.connect(self.desk, self.config, self.session)

    async def close(self) -> None:
        await self.desk.db.close()


@contextlib.asynccontextmanager
async def raised(
    database_url: str,
    *,
    start: datetime | None = None,
    port: int = 0,
    knowledge: tuple[Book, Classifier] | None = None,
    hotline: str = "020-12345000",
    loops: bool = False,
) -> AsyncIterator[Stage]:
    """Raise the stage. `start` makes the clocks stand still (story, tests); without it they run (demo).

    `loops` runs the desk's own loops; otherwise the caller lets it `settle`.
    """
    clock = ManualClock(start) if start else SystemClock()
    sandbox = Sandbox(clock=SandboxClock(start=start) if start else SandboxClock())
    stage: Stage | None = None

    async def on_skip(by: timedelta) -> None:
        clock.advance(by)
        if stage is not None:
            await stage.desk.settle()

    async def explain(text: str) -> dict[str, Any]:
        return explanation(stage.office, text) if stage else {}

    sandbox.on_skip, sandbox.explain = on_skip, explain
    secret = {
        "secret": secrets.token_urlsafe(24),
        "token": "".join(secrets.choice(string.ascii_letters) for _ in range(16)),
        "aes": "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(43)),
    }
    async with contextlib.AsyncExitStack() as closing:
        page_url = await _serve(sandbox.make_app(), port, closing)
        config = _config(database_url, page_url, secret, hotline)
        office = app.furnish(config, *knowledge) if knowledge else app.furnish(config)
        desk = await app.open_desk(config, clock, office)
        session = await closing.enter_async_context(ClientSession())
        app.connect(desk, config, session)
        front = _Front()
        front.desk = desk
        bot_url = await _serve(front.make_app(clock), 0, closing)
        stage = Stage(sandbox, config, clock, office, session, desk, bot_url, page_url, secret)
        closing.push_async_callback(stage.close)
        front.stage = stage
        await _people(stage)
        _corp(stage)
        if loops:
            await closing.enter_async_context(desk.running())
        yield stage


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


def _config(database_url: str, api_base: str, secret: dict[str, str], hotline: str) -> Config:
    return Config.model_validate(
        {
            "database": {"url": database_url},
            "wecom": (
                {
                    "name": CONNECTION,
                    "corp_id": CORP,
                    "agent_id": AGENT,
                    "secret": secret["secret"],
                    "token": secret["token"],
                    "encoding_aes_key": secret["aes"],
                    "api_base": api_base,
                },
            ),
            "groups": {
                "duty": f"wecom:{CONNECTION}:chat:{DUTY_CHAT}",
                "incident": f"wecom:{CONNECTION}:chat:{INCIDENT_CHAT}",
            },
            "desk": {"hotline": hotline},
        }
    )


def _corp(stage: Stage) -> None:
    staff = [a.userid for a in CAST if a.unit == "服务方" or a.skills]
    stage.sandbox.add_wecom(
        corp_id=CORP,
        agent_id=AGENT,
        secret=stage.secret["secret"],
        token=stage.secret["token"],
        aes_key=stage.secret["aes"],
        callback_url=f"{stage.bot_url}/wecom/{CONNECTION}/callback",
        members=[{"userid": a.userid, "name": a.name, "label": a.label, "phone": a.shown} for a in CAST],
        chats=[
            {"chatid": DUTY_CHAT, "name": "值班群", "members": staff},
            {"chatid": INCIDENT_CHAT, "name": "重大事件群", "members": ["hetao", "zhoumin"]},
        ],
        robots=[],
    )


async def _people(stage: Stage) -> None:
    rows = [
        Row(
            number=index,
            name=actor.name,
            phone=actor.phone,
            unit=actor.unit,
            positions=list(actor.positions),
            skills=list(actor.skills),
            areas=[],
            accounts=[Account(platform="wecom", corp_id=CORP, user_id=actor.userid)],
        )
        for index, actor in enumerate(CAST, start=2)
        if not actor.unknown
    ]
    async with stage.desk.db.write("cast") as tx:
        await save_people(tx, rows, {("wecom", CORP): CONNECTION})


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

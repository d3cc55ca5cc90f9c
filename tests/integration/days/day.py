"""A desk on a database of its own, its people on the console, and a machine whose clock can be set back."""

import contextlib
import itertools
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlmodel import col, func, select

from bot import app
from bot.channels.base import Permanent
from bot.channels.console import ConsoleChannel
from bot.config import Config
from bot.core.clock import SystemClock
from bot.core.duty import Kind
from bot.core.outbound import Outbound, Receipt
from bot.core.updates import Account, Press, Text
from bot.core.updates import Update as Heard
from bot.desk import clocks, people, shifts
from bot.desk.office import Office
from bot.desk.spreadsheets import Row, save_people
from bot.store.tables import AccountRow, CardRow, Ticket
from tests.integration.days.invariants import GONE, Watch

START = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""Monday 10:00 in Guangzhou."""
BREATH = timedelta(seconds=10)
"""Between two things that people do."""
SKILLS = ["desktop", "print", "av", "network", "cabling", "server", "facility", "physec", "voice"]
CAST = {
    "limei": ("李梅", "市民政局", ["reporter"], []),
    "chenzhi": ("陈志", "市司法局", ["reporter"], []),
    "wangqiang": ("王强", "市民政局", ["engineer-l1"], SKILLS[:4]),
    "zhaolei": ("赵磊", "服务方", ["engineer-l2"], SKILLS),
    "suntao": ("孙涛", "服务方", ["engineer-l1"], SKILLS[:5]),
    "zhoumin": ("周敏", "服务方", ["service-desk"], []),
    "hetao": ("何涛", "服务方", ["duty-manager"], []),
}
REPORTERS, TECHNICIANS, SEATS = ("limei", "chenzhi"), ("wangqiang", "zhaolei", "suntao"), ("zhoumin", "hetao")
ROSTERED = ("suntao", ((0, 9, 12), (0, 14, 18), (1, 9, 12)))
"""Who has shifts, and from when to when: (days from today, hour, hour) in Guangzhou."""


class Platform(ConsoleChannel):
    """The console, where accounts can be gone."""

    def __init__(self, gone: set[str]) -> None:
        super().__init__("console", lambda user, text: None)
        self._gone = gone

    async def deliver(self, outbound: Outbound) -> Receipt:
        if outbound.target.id in self._gone:
            raise Permanent(GONE)
        return await super().deliver(outbound)


def account_of(user: str) -> Account:
    return Account(platform="console", corp_id="local", user_id=user)


class Day:
    """Lives on one database."""

    def __init__(self, url: str, office: Office) -> None:
        self.config = Config.model_validate({"database": {"url": url}})
        self.office = office
        self.machine = START
        self.count = itertools.count(1)
        self.gone: set[str] = set()
        self.watch = Watch()

    async def open(self) -> None:
        self.clock = SystemClock(lambda: self.machine)
        self.desk = await app.open_desk(self.config, self.clock, self.office)
        self.desk.channels["console"] = Platform(self.gone)

    async def populate(self) -> None:
        rows = [
            Row(line, name, f"1390000000{line}", unit, positions, skills, [], [account_of(user)])
            for line, (user, (name, unit, positions, skills)) in enumerate(CAST.items(), start=2)
        ]
        async with self.desk.db.write("cast") as tx:
            await save_people(tx, rows, {("console", "local"): "console"})
        zone, (user, hours) = self.office.voice.zone, ROSTERED
        midnight = START.astimezone(zone).replace(hour=0)
        async with self.desk.db.write("roster") as tx:
            who = await people.who(tx, account_of(user), "console")
            for day, start, end in hours:
                begin, stop = (midnight + timedelta(days=day, hours=h) for h in (start, end))
                await shifts.add(tx, who.id or 0, Kind.ON, begin.astimezone(UTC), stop.astimezone(UTC), "sheet", zone)
            await shifts.arm(tx)
        await self.desk.settle()

    async def does(self, step: tuple[Any, ...]) -> None:
        match step:
            case ("says", user, words, n, m):
                async with self.desk.db.read() as session:
                    count = max(1, (await session.exec(select(func.count()).select_from(Ticket))).one())
                line = words.format(n=n % count + 1, m=m % count + 1)
                await self.hear(user, Text(text=line))
            case ("press", user, n, m, times):
                await self.presses(user, n, m, times)
            case ("press-of", user, other, n, m):
                await self.presses(other, n, m, 1, by=user)
            case ("gone", user):
                self.gone.add(user)
            case ("jump", minutes):
                self.machine += timedelta(minutes=minutes)
                await self.desk.settle()
            case ("down", minutes):
                await self.restart(timedelta(minutes=minutes))
            case ("ahead", minutes):
                await self.ahead(timedelta(minutes=minutes))
            case ("back",):
                self.machine -= timedelta(minutes=3)
                await self.desk.settle()
            case ("restart",):
                await self.restart()

    async def hear(self, user: str, content: Any) -> None:
        self.machine += BREATH
        self.gone.discard(user)
        key, who = f"console:{next(self.count)}", account_of(user)
        at = self.clock.now()
        await self.desk.inbox.accept(
            [Heard(key=key, lane=str(who), connection="console", account=who, at=at, content=content)]
        )
        await self.desk.settle()

    async def presses(self, user: str, n: int, m: int, times: int, by: str = "") -> None:
        """One of the newest cards somebody holds, closed or not; pressed by himself, or by whoever got hold of it."""
        async with self.desk.db.read() as session:
            holder = (await session.exec(select(AccountRow.person_id).where(AccountRow.user_id == user))).one()
            statement = select(CardRow).where(CardRow.person_id == holder).order_by(col(CardRow.sent_at).desc())
            held = [c for c in (await session.exec(statement.order_by(CardRow.card_id))).all() if c.buttons]
        if held:
            card = held[n % len(held)]
            verbs = list(card.buttons.values())
            for _ in range(times):
                await self.hear(by or user, Press(card_id=card.card_id, verb=verbs[m % len(verbs)]))

    async def ahead(self, by: timedelta) -> None:
        """From deadline to deadline, so that each is met in its time."""
        end = self.machine + by
        while self.machine < end:
            due = await self.desk.next_deadline()
            self.machine = min(end, max(due, self.machine + timedelta(seconds=1))) if due else end
            await self.desk.settle()

    async def restart(self, down: timedelta = timedelta(0)) -> None:
        """The process dies and a new one starts on the same database: it reckons as the old one did."""
        before, then = await self.verdicts(), self.clock.now()
        await self.desk.db.close()
        self.machine += down
        await self.open()
        if self.clock.now() == then:
            assert await self.verdicts() == before
        await self.desk.settle()

    async def verdicts(self) -> dict[int | None, Any]:
        async with self.desk.db.write("verdicts") as tx:
            rows = (await tx.session.exec(select(Ticket))).all()
            return {t.id: await clocks.readings(tx, self.office, t) for t in rows}


@contextlib.asynccontextmanager
async def day_on(url: str, office: Office) -> AsyncIterator[Day]:
    office.days.read_at = None  # of the day before
    day = Day(url, office)
    await day.open()
    try:
        yield day
    finally:
        await day.desk.db.close()


async def live(url: str, office: Office, plan: list[tuple[Any, ...]]) -> None:
    async with day_on(url, office) as day:
        for step in plan:
            await day.does(step)
            await day.watch.look(day.desk)

"""A day on the console: a desk on a database of its own, and a machine whose clock can be set back."""

import contextlib
import itertools
from collections.abc import AsyncIterator
from datetime import UTC, timedelta
from typing import Any

from sqlmodel import col, select

from bot import app
from bot.channels.base import Permanent
from bot.channels.console import ConsoleChannel
from bot.config import Config
from bot.core.clock import SystemClock
from bot.core.duty import Kind
from bot.core.outbound import Outbound, Receipt
from bot.core.updates import Account, Press, Text
from bot.core.updates import Update as Heard
from bot.desk import people, shifts
from bot.desk.office import Office
from bot.desk.spreadsheets import Row, save_people
from bot.store.tables import AccountRow, CardRow
from tests.integration.days.day import BREATH, START, Day

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
ROSTERED = ("suntao", ((0, 9, 12), (0, 14, 18), (1, 9, 12)))
"""Who has shifts, and from when to when: (days from today, hour, hour) in Guangzhou."""


class Platform(ConsoleChannel):
    """The console, where accounts can be gone."""

    def __init__(self, gone: set[str]) -> None:
        super().__init__("console", lambda user, text: None)
        self._gone = gone

    async def deliver(self, outbound: Outbound) -> Receipt:
        if outbound.target.id in self._gone:
            raise Permanent("60111 UserID not found")
        return await super().deliver(outbound)


def account_of(user: str) -> Account:
    return Account(platform="console", corp_id="local", user_id=user)


class ConsoleDay(Day):
    def __init__(self, url: str, office: Office) -> None:
        super().__init__()
        self.office = office
        self._config = Config.model_validate({"database": {"url": url}})
        self._machine = START
        self._count = itertools.count(1)
        self._gone: set[str] = set()

    @property
    def desk(self) -> app.Desk:
        return self._desk

    async def open(self) -> None:
        self._desk = await app.open_desk(self._config, SystemClock(lambda: self._machine), self.office)
        self._desk.channels["console"] = Platform(self._gone)

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

    async def types(self, user: str, line: str, n: int) -> None:
        await self._hear(user, Text(text=line))

    async def press(self, user: str, n: int, m: int, times: int, by: str = "") -> None:
        async with self.desk.db.read() as session:
            holder = (await session.exec(select(AccountRow.person_id).where(AccountRow.user_id == user))).one()
            statement = select(CardRow).where(CardRow.person_id == holder).order_by(col(CardRow.sent_at).desc())
            held = [c for c in (await session.exec(statement.order_by(CardRow.card_id))).all() if c.buttons]
        if held:
            card = held[n % len(held)]
            verbs = list(card.buttons.values())
            for _ in range(times):
                await self._hear(by or user, Press(card_id=card.card_id, verb=verbs[m % len(verbs)]))

    async def press_of(self, by: str, user: str, n: int, m: int) -> None:
        """By whoever got hold of his card."""
        await self.press(user, n, m, 1, by)

    async def gone(self, user: str) -> None:
        self._gone.add(user)

    async def jump(self, minutes: int) -> None:
        self._machine += timedelta(minutes=minutes)
        await self.desk.settle()

    async def back(self) -> None:
        """The machine is set back a little."""
        await self.jump(-3)

    async def ahead(self, minutes: int) -> None:
        end = self._machine + timedelta(minutes=minutes)
        while self._machine < end:
            due = await self.desk.next_deadline()
            self._machine = min(end, max(due, self._machine + timedelta(seconds=1))) if due else end
            await self.desk.settle()

    async def reopen(self, after: timedelta) -> None:
        await self.desk.db.close()
        self._machine += after
        await self.open()

    async def _hear(self, user: str, content: Any) -> None:
        self._machine += BREATH
        self._gone.discard(user)
        key, who = f"console:{next(self._count)}", account_of(user)
        at = self.desk.clock.now()
        await self.desk.inbox.accept(
            [Heard(key=key, lane=str(who), connection="console", account=who, at=at, content=content)]
        )
        await self.desk.settle()


@contextlib.asynccontextmanager
async def on_console(url: str, office: Office) -> AsyncIterator[ConsoleDay]:
    office.days.read_at = None  # of the day before
    day = ConsoleDay(url, office)
    await day.open()
    try:
        yield day
    finally:
        await day.desk.db.close()

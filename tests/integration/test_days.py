"""Days at the desk: reports, words, presses, restarts, a clock that goes back. After each step nothing
may be ownerless, illegal, overdue or unaccounted for, and the event log alone must give the same state again.
"""

import asyncio
import contextlib
import itertools
import json
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from bot import app
from bot.channels.console import ConsoleChannel
from bot.config import Config
from bot.core import charging
from bot.core.charging import Mark
from bot.core.clock import SystemClock
from bot.core.ticket import AT_WORK, LIVE, TRANSITIONS, Action, Status, advance, step_back
from bot.core.updates import Account, Press, Text
from bot.core.updates import Update as Heard
from bot.desk import clocks, people
from bot.desk.office import Office
from bot.desk.spreadsheets import Row, save_people
from bot.store.engine import Tx
from bot.store.tables import AccountRow, CardRow, InboxRow, Offer, OutboxRow, Person, Ticket, TicketEvent, TimerRow
from knowledge import Classifier, load

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
    "zhoumin": ("周敏", "服务方", ["service-desk"], []),
    "hetao": ("何涛", "服务方", ["duty-manager"], []),
}


def account_of(user: str) -> Account:
    return Account(platform="console", corp_id="local", user_id=user)


class Day:
    """One desk on a database of its own, with the cast on the console, and a machine whose clock can be set back."""

    def __init__(self, url: str, office: Office) -> None:
        self.config = Config.model_validate({"database": {"url": url}})
        self.office = office
        self.machine = START
        self.count = itertools.count(1)
        self.fired: dict[str, tuple[datetime, datetime]] = {}
        """Key → when it was due and when it fired, as last seen."""

    async def open(self) -> None:
        self.clock = SystemClock(lambda: self.machine)
        self.desk = await app.open_desk(self.config, self.clock, self.office)
        self.desk.channels["console"] = ConsoleChannel("console", lambda user, text: None)

    async def populate(self) -> None:
        rows = [
            Row(line, name, f"1390000000{line}", unit, positions, skills, [], [account_of(user)])
            for line, (user, (name, unit, positions, skills)) in enumerate(CAST.items(), start=2)
        ]
        async with self.desk.db.write("cast") as tx:
            await save_people(tx, rows, {("console", "local"): "console"})

    async def does(self, step: tuple[Any, ...]) -> None:
        match step:
            case ("says", user, words, n, m):
                count = max(1, len(await self.all(Ticket)))
                line = words.format(n=n % count + 1, m=m % count + 1)
                await self.hear(user, Text(text=line))
            case ("press", user, n, m):
                await self.presses(user, n, m)
            case ("ahead", minutes):
                await self.ahead(timedelta(minutes=minutes))
            case ("back",):
                self.machine -= timedelta(minutes=3)
                await self.desk.settle()
            case ("restart",):
                await self.restart()

    async def hear(self, user: str, content: Any) -> None:
        self.machine += BREATH
        key, who = f"console:{next(self.count)}", account_of(user)
        at = self.clock.now()
        await self.desk.inbox.accept(
            [Heard(key=key, lane=str(who), connection="console", account=who, at=at, content=content)]
        )
        await self.desk.settle()

    async def presses(self, user: str, n: int, m: int) -> None:
        """One of the newest cards he holds, closed or not."""
        async with self.desk.db.read() as session:
            holder = (await session.exec(select(AccountRow.person_id).where(AccountRow.user_id == user))).one()
            statement = select(CardRow).where(CardRow.person_id == holder).order_by(col(CardRow.sent_at).desc())
            held = [c for c in (await session.exec(statement.order_by(CardRow.card_id))).all() if c.buttons]
        if held:
            card = held[n % len(held)]
            verbs = list(card.buttons.values())
            await self.hear(user, Press(card_id=card.card_id, verb=verbs[m % len(verbs)]))

    async def ahead(self, by: timedelta) -> None:
        """From deadline to deadline, so that each is met in its time."""
        end = self.machine + by
        while self.machine < end:
            due = await self.desk.next_deadline()
            self.machine = min(end, max(due, self.machine + timedelta(seconds=1))) if due else end
            await self.desk.settle()

    async def restart(self) -> None:
        """The process dies and a new one starts on the same database: it reckons as the old one did."""
        before, then = await self.verdicts(), self.clock.now()
        await self.desk.db.close()
        await self.open()
        if self.clock.now() == then:
            assert await self.verdicts() == before
        await self.desk.settle()

    async def verdicts(self) -> dict[int | None, Any]:
        async with self.desk.db.write("verdicts") as tx:
            rows = (await tx.session.exec(select(Ticket))).all()
            return {t.id: await clocks.readings(tx, self.office, t) for t in rows}

    async def all(self, table: type[Any]) -> list[Any]:
        async with self.desk.db.read() as session:
            return list((await session.exec(select(table).order_by(table.id))).all())

    async def check(self) -> None:
        await self.check_queues()
        await self.check_timers()
        async with self.desk.db.write("check") as tx:
            events: dict[int, list[TicketEvent]] = {}
            for event in (await tx.session.exec(select(TicketEvent).order_by(col(TicketEvent.id)))).all():
                events.setdefault(event.ticket_id, []).append(event)
            for ticket in (await tx.session.exec(select(Ticket))).all():
                replayed(ticket, events[ticket.id or 0])
                await tiled(tx, self.office, ticket, events[ticket.id or 0])
                if Status(ticket.status) in LIVE:
                    await owned(tx, self.office, ticket)

    async def check_queues(self) -> None:
        """Whatever was said was handled at the first try, whatever was to be delivered was."""
        assert [(r.state, r.tries, r.payload) for r in await self.all(InboxRow) if r.state != "done" or r.tries] == []
        assert [(r.state, r.error) for r in await self.all(OutboxRow) if r.state == "dead"] == []

    async def check_timers(self) -> None:
        """What is due has fired, at the first try, not early; and what has fired does not fire again."""
        now = self.clock.now()
        for row in await self.all(TimerRow):
            assert row.tries == 0 and row.outcome not in ("dead", "unknown"), row
            if row.fired_at is None:
                assert row.due_at > now, row
                continue
            assert row.fired_at >= row.due_at or row.outcome in ("forgotten", "merged"), row
            due, fired = self.fired.get(row.key, (None, None))
            assert due != row.due_at or fired == row.fired_at, row
            self.fired[row.key] = (row.due_at, row.fired_at)


async def owned(tx: Tx, office: Office, ticket: Ticket) -> None:
    """Exactly one owner who can be reached: the holder, the one it is offered to, or else the desk."""
    offers = (await tx.session.exec(select(Offer).where(Offer.ticket_id == ticket.id, Offer.state == "open"))).all()
    assert len(offers) <= 1, ticket
    if ticket.owner == "technician":
        assert ticket.assignee_id is None or not offers, ticket
        named = ticket.assignee_id or (offers[0].person_id if offers else None)
        holder = await people.person(tx, named)
        assert holder is not None and people.is_engineer(holder), ticket
        assert await reachable(tx, holder), (ticket, holder)
    else:
        assert ticket.owner == "desk", ticket
        assert Status(ticket.status) not in AT_WORK, ticket
        assert any([await reachable(tx, seat) for seat in await people.seats(tx, office.fallback_owner)]), ticket


async def reachable(tx: Tx, who: Person) -> bool:
    rows = await tx.session.exec(select(AccountRow).where(AccountRow.person_id == who.id))
    return any(row.reachable and row.connection for row in rows.all())


KEPT = ("status", "owner", "assignee_id", "paused", "priority")
"""What the events alone must give again."""


def replayed(ticket: Ticket, events: list[TicketEvent]) -> None:
    """Every state was reached by the table, and the events from the first on give the ticket as it stands."""
    state: dict[str, Any] = {"status": "new"}
    before: dict[int, dict[str, Any]] = {}
    came_from: Status | None = None
    for event in events:
        before[event.id or 0] = dict(state)
        if event.kind == "undone":
            back = before[event.data["of"][0]]
            step_back(Status(state["status"]), Status(back["status"]))
            state = dict(back)
            continue
        if "status" in event.data:
            was, now = Status(state["status"]), Status(event.data["status"])
            assert event.kind in set(Action), event
            assert advance(was, Action(event.kind), came_from) is now, (was, event)
            assert (was, Action(event.kind)) in TRANSITIONS or event.kind == Action.UNDO
            came_from = was if event.kind in (Action.REFER, Action.MERGE) else came_from
        state |= {k: event.data[k] for k in KEPT if k in event.data}
    assert {k: getattr(ticket, k) for k in state} == state, ticket


async def tiled(tx: Tx, office: Office, ticket: Ticket, events: list[TicketEvent]) -> None:
    """The parts of the clock lie edge to edge from the report to its end, and a log read back gives the same ones."""
    until = ticket.closed_at or tx.now
    parts = await clocks.parts(tx, office, ticket)
    assert sum(charging.charged(parts).values(), timedelta(0)) == max(until - ticket.created_at, timedelta(0)), ticket
    edges = [ticket.created_at, *(p.end for p in parts)]
    assert [p.start for p in parts] == edges[:-1], parts
    log = [json.loads(json.dumps([e.id, e.at.isoformat(), e.kind, e.data])) for e in events]
    marks = [Mark(n, datetime.fromisoformat(at), kind, data) for n, at, kind, data in log]
    clock = office.clock(ticket.priority)
    assert charging.intervals(marks, until, clock if hasattr(clock, "spans") else None) == parts


@pytest.fixture(scope="module")
def office() -> Office:
    book = load()
    return app.furnish(
        Config.model_validate({"database": {"url": "sqlite+aiosqlite:///unused.db"}}), book, Classifier(book)
    )


@pytest.fixture(scope="module")
def morning(tmp_path_factory: pytest.TempPathFactory, office: Office) -> Path:
    """A database in which everybody is known and nothing has happened."""
    path = tmp_path_factory.mktemp("days") / "morning.db"

    async def prepare() -> None:
        async with day_on(path, office) as day:
            await day.populate()

    asyncio.run(prepare())
    return path


@contextlib.asynccontextmanager
async def day_on(path: Path, office: Office) -> AsyncIterator[Day]:
    day = Day(f"sqlite+aiosqlite:///{path}", office)
    await day.open()
    try:
        yield day
    finally:
        await day.desk.db.close()


async def live(path: Path, office: Office, plan: list[tuple[Any, ...]]) -> None:
    async with day_on(path, office) as day:
        for step in plan:
            await day.does(step)
            await day.check()


DISPATCHED_WHILE_TOLD = [
    ("says", "limei", "打印机", 0, 0),
    ("says", "zhoumin", "派 1 王强", 0, 0),
    ("says", "limei", "三楼302", 0, 0),
    ("ahead", 4),
    ("back",),
    ("restart",),
    ("ahead", 16),
]
"""The desk gives away a report whose pieces are still coming."""


def test_a_report_dispatched_while_it_is_told_is_waited_for_no_longer(morning: Path, office: Office) -> None:
    today = morning.with_name("today.db")
    shutil.copyfile(morning, today)
    asyncio.run(live(today, office, DISPATCHED_WHILE_TOLD))

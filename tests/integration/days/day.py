"""A day: what may happen at a desk, step by step. How it happens is the matter of whatever people and desk are joined by."""

from abc import ABC, abstractmethod
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlmodel import func, select

from bot import app
from bot.store.tables import Ticket
from tests.integration.days.invariants import Watch, verdicts

START = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""Monday 10:00 in Guangzhou."""
BREATH = timedelta(seconds=10)
"""Between two things that people do."""

Step = tuple[Any, ...]
"""The name of one of a day's verbs, and what it is to be done with."""
Plan = list[Step]


class Day(ABC):
    """Each public verb is a step of a plan; times are minutes."""

    def __init__(self) -> None:
        self.watch = Watch()

    @property
    @abstractmethod
    def desk(self) -> app.Desk: ...

    async def does(self, step: Step) -> None:
        verb, *how = step
        await getattr(self, verb)(*how)

    async def says(self, user: str, words: str, n: int, m: int) -> None:
        """`{n}` and `{m}` in the words are tickets of the day."""
        async with self.desk.db.read() as session:
            count = max(1, (await session.exec(select(func.count()).select_from(Ticket))).one())
        await self.types(user, words.format(n=n % count + 1, m=m % count + 1), n)

    @abstractmethod
    async def types(self, user: str, line: str, n: int) -> None:
        """`n` chooses among the phones of who has two."""

    @abstractmethod
    async def press(self, user: str, n: int, m: int, times: int) -> None:
        """One button of one of the newest cards somebody holds, be they closed or not."""

    @abstractmethod
    async def gone(self, user: str) -> None:
        """Nobody can write to him, until he says something."""

    @abstractmethod
    async def jump(self, minutes: int) -> None:
        """Time passes in which the desk could do nothing."""

    @abstractmethod
    async def ahead(self, minutes: int) -> None:
        """From deadline to deadline, so that each is met in its time."""

    async def down(self, minutes: int) -> None:
        """The process dies, and a new one starts on the same database: at the same instant it reckons as the old one did."""
        before, then = await verdicts(self.desk), self.desk.clock.now()
        await self.reopen(timedelta(minutes=minutes))
        assert self.desk.clock.now() != then or await verdicts(self.desk) == before
        await self.desk.settle()

    @abstractmethod
    async def reopen(self, after: timedelta) -> None: ...

    async def end(self) -> None:
        """A last while in which nothing happens."""
        await self.ahead(5)
        await self.look()

    async def look(self) -> None:
        await self.watch.look(self.desk)


async def live(begun: AbstractAsyncContextManager[Day], plan: Plan) -> None:
    async with begun as day:
        for step in plan:
            await day.does(step)
            await day.look()
        await day.end()

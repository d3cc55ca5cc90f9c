"""The loops that keep the desk moving, and the heartbeat that wakes them.

APScheduler only wakes: all state is in our rows, so nothing is lost when a wake-up is. A loop that dies takes the
process with it (exit code non-zero): half a desk is worse than one that is restarted.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from apscheduler.schedulers.asyncio import AsyncIOScheduler

log = logging.getLogger(__name__)

Step = Callable[[], Awaitable[int]]


class Heartbeat:
    """Runs each named step until it says 0, then waits to be woken (by a commit, or by the clock once a second)."""

    def __init__(self, steps: dict[str, Step], every_s: float = 1.0) -> None:
        self._steps = steps
        self._woken = {name: asyncio.Event() for name in steps}
        self._every_s = every_s
        self._tasks: list[asyncio.Task[None]] = []
        self._scheduler = AsyncIOScheduler()
        self.died: asyncio.Future[BaseException] | None = None

    def wake(self, names: set[str]) -> None:
        for name in names & self._woken.keys():
            self._woken[name].set()

    async def start(self) -> None:
        self.died = asyncio.get_running_loop().create_future()
        for name, step in self._steps.items():
            task = asyncio.create_task(self._run(name, step), name=f"loop {name}")
            task.add_done_callback(self.ended)
            self._tasks.append(task)
        self._scheduler.add_job(
            lambda: self.wake(set(self._woken)),
            "interval",
            seconds=self._every_s,
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
        )
        self._scheduler.start()

    async def stop(self) -> None:
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _run(self, name: str, step: Step) -> None:
        woken = self._woken[name]
        while True:
            woken.clear()
            if not await step():
                await woken.wait()

    def ended(self, task: asyncio.Task[None]) -> None:
        """A task that the desk cannot do without has ended: the desk ends with it."""
        if task.cancelled() or self.died is None or self.died.done():
            return
        error = task.exception() or RuntimeError(f"{task.get_name()} ended")
        log.critical("loop died", extra={"loop": task.get_name()}, exc_info=error)
        self.died.set_result(error)

"""Names of departments as a platform's directory has them, kept for a day: an organisation has hundreds, and a call for each
of its members would be as many too many."""

from collections.abc import Awaitable, Callable

from bot.channels.base import Permanent
from bot.core.directory import clean

DAY_S = 24 * 3600.0
DEEPEST = 12
"""Levels of departments; WeCom allows 15, of which these suffice (assumed)."""


class Departments:
    """`ask` gives a department's name and the id of the one above as the platform has them, and raises as
    `Channel.deliver` does; `elapsed` is a monotonic stopwatch."""

    def __init__(self, ask: Callable[[int], Awaitable[tuple[object, object]]], elapsed: Callable[[], float]) -> None:
        self._ask, self._elapsed = ask, elapsed
        self._known: dict[int, tuple[float, str, int]] = {}
        """By id until when it holds, the name, and the id of the one above."""

    async def path(self, id: int) -> list[str]:
        """The names from a department up to the root, as far as the app sees them; empty for 0, which is none."""
        names: list[str] = []
        for _ in range(DEEPEST if id else 0):
            try:
                name, id = await self._department(id)
            except Permanent:
                break
            names += [name] if name else []
            if not id:
                break
        return names

    async def _department(self, id: int) -> tuple[str, int]:
        known = self._known.get(id)
        if known is None or self._elapsed() >= known[0]:
            name, above = await self._ask(id)
            known = self._known[id] = (self._elapsed() + DAY_S, clean(name), number(above))
        return known[1], known[2]


def number(value: object) -> int:
    """A department's id as a platform gives it; 0 for what is none."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0

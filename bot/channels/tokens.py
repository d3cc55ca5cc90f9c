"""An access token kept fresh: fetched by whoever needs it first while the others wait, who get its failure as well."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from typing import TypeVar

from bot.channels.base import ConfigurationWrong, DeliveryError, RateLimited

T = TypeVar("T")
BARRED_S = 30 * 60
"""How long the platform is left alone after it refused the credentials."""
MARGIN_S = 300.0
"""A token this near its end is replaced (a tenth of its life, if that is less)."""


@dataclass(frozen=True)
class Token:
    """`life_s`: seconds it is valid, counted from when it was asked for."""

    value: str
    life_s: float


class Refusal(Exception):
    """The platform's own refusal of a call: kept apart until it is known whether a fresh token helps."""

    def __init__(self, code: int | str) -> None:
        super().__init__(str(code))
        self.code = code


class TokenKeeper:
    """`fetch` gets a new token; raises DeliveryError or ConfigurationWrong. `elapsed` is a monotonic stopwatch."""

    def __init__(self, fetch: Callable[[], Awaitable[Token]], elapsed: Callable[[], float]) -> None:
        self._fetch = fetch
        self._elapsed = elapsed
        self._value = ""
        self._replace_at = 0.0
        self._lock = asyncio.Lock()
        self._finished = 0
        self._failed: DeliveryError | ConfigurationWrong | None = None
        self._barred: tuple[float, ConfigurationWrong | RateLimited] | None = None

    async def get(self, stale: str = "") -> str:
        """The token, fetched when there is none, it nears its end, or it is the `stale` one."""
        if known := self._usable(stale):
            return known
        finished = self._finished
        async with self._lock:
            if known := self._usable(stale):
                return known
            if self._finished != finished:
                # A fetch that was under way when we came has ended: its outcome is ours, even the same token again.
                if self._failed is not None:
                    raise self._failed
                if self._value:
                    return self._value
            return await self._refresh()

    async def use(self, attempt: Callable[[str], Awaitable[T]], stale: Collection[int | str]) -> T:
        """Run `attempt` with the token; once more with a fresh one when it is refused with a `stale` code.

        Raises Refusal for any other code, and what `get` raises.
        """
        token = await self.get()
        try:
            return await attempt(token)
        except Refusal as refusal:
            if refusal.code not in stale:
                raise
        return await attempt(await self.get(stale=token))

    async def _refresh(self) -> str:
        """Fetch a token and remember how it ended. Holds the lock."""
        if self._barred is not None and self._elapsed() < self._barred[0]:
            raise self._barred[1]
        self._barred = None
        asked_at = self._elapsed()
        try:
            token = await self._fetch()
        except (DeliveryError, ConfigurationWrong) as error:
            self._value, self._failed = "", error
            self._finished += 1
            if isinstance(error, ConfigurationWrong):
                self._barred = (self._elapsed() + BARRED_S, error)
            elif isinstance(error, RateLimited):
                self._barred = (self._elapsed() + error.retry_after_s, error)
            raise
        self._value, self._failed = token.value, None
        self._replace_at = asked_at + token.life_s - min(MARGIN_S, token.life_s / 10)
        self._finished += 1
        return token.value

    def _usable(self, stale: str) -> str:
        return self._value if self._value != stale and self._elapsed() < self._replace_at else ""

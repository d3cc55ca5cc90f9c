"""Members and departments as the WeCom directory has them (protocol section 14.1): names, never telephone numbers.

Names of departments are kept for a day: a corp has hundreds, and a call for each member would be as many too many.
"""

from collections.abc import Callable
from typing import Any

from bot.channels.base import Barred, ConfigurationWrong, Permanent
from bot.channels.wecom import errcodes
from bot.channels.wecom.client import WeComClient
from bot.core.directory import Entry, clean

DAY_S = 24 * 3600.0
DEEPEST = 12
"""Levels of departments; WeCom allows 15, of which these suffice (assumed)."""


class WeComDirectory:
    """`elapsed` is a monotonic stopwatch."""

    def __init__(self, client: WeComClient, elapsed: Callable[[], float]) -> None:
        self._client, self._elapsed = client, elapsed
        self._departments: dict[int, tuple[float, str, int]] = {}
        """By id until when it holds, the name, and the id of the one above."""

    async def look_up(self, user_id: str) -> Entry:
        """Raises Barred, or as `WeComChannel.deliver` does."""
        try:
            about = await self._client.read("/cgi-bin/user/get", {"userid": user_id})
            name, own = clean(about.get("name")), _main(about)
            hidden = name.casefold() == user_id.casefold()
            return Entry("" if hidden else name, tuple(await self._path(own)) if own else ())
        except ConfigurationWrong as error:
            raise Barred(str(error)) from None
        except Permanent as error:
            if error.code in errcodes.BARRED:
                raise Barred(error.reason, error.code) from None
            raise

    async def _path(self, id: int) -> list[str]:
        """The names from a department up to the root, as far as the app sees them."""
        names: list[str] = []
        for _ in range(DEEPEST):
            try:
                name, id = await self._department(id)
            except Permanent:
                break
            names += [name] if name else []
            if not id:
                break
        return names

    async def _department(self, id: int) -> tuple[str, int]:
        known = self._departments.get(id)
        if known is None or self._elapsed() >= known[0]:
            answer = (await self._client.read("/cgi-bin/department/get", {"id": str(id)})).get("department")
            about: dict[str, Any] = answer if isinstance(answer, dict) else {}
            known = (self._elapsed() + DAY_S, clean(about.get("name")), _number(about.get("parentid")))
            self._departments[id] = known
        return known[1], known[2]


def _main(about: dict[str, Any]) -> int:
    listed = about.get("department")
    first = listed[0] if isinstance(listed, list) and listed else None
    return _number(about.get("main_department")) or _number(first)


def _number(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0

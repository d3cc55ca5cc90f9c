"""Members and departments as the DingTalk directory has them: contacts APIs, free of quota (protocol section 1.3).

Fields that the app has no scope for are simply absent. Names of departments are kept for a day.
"""

from collections.abc import Callable

from bot.channels.base import Barred, ConfigurationWrong, Permanent
from bot.channels.dingtalk import errcodes
from bot.channels.dingtalk.client import DingTalkClient
from bot.core.directory import Entry, clean

DAY_S = 24 * 3600.0
DEEPEST = 12


class DingTalkDirectory:
    """`elapsed` is a monotonic stopwatch."""

    def __init__(self, client: DingTalkClient, elapsed: Callable[[], float]) -> None:
        self._client, self._elapsed = client, elapsed
        self._departments: dict[int, tuple[float, str, int]] = {}
        """By id until when it holds, the name, and the id of the one above."""

    async def look_up(self, user_id: str) -> Entry:
        """Raises Barred, or as `DingTalkChannel.deliver` does."""
        try:
            about = await self._client.old("/topapi/v2/user/get", {"userid": user_id, "language": "zh_CN"})
            listed = about.get("dept_id_list")
            own = _number(listed[0]) if isinstance(listed, list) and listed else 0
            return Entry(clean(about.get("name")), tuple(await self._path(own)) if own else ())
        except ConfigurationWrong as error:
            raise Barred(str(error)) from None
        except errcodes.Refused as error:
            if error.said in errcodes.BARRED:
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
            about = await self._client.old("/topapi/v2/department/get", {"dept_id": id, "language": "zh_CN"})
            known = (self._elapsed() + DAY_S, clean(about.get("name")), _number(about.get("parent_id")))
            self._departments[id] = known
        return known[1], known[2]


def _number(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0

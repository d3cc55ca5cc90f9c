"""Members and departments as the WeCom directory has them (protocol section 14.1): names, never telephone numbers."""

from collections.abc import Callable
from typing import Any

from bot.channels.base import Barred, ConfigurationWrong, Permanent
from bot.channels.departments import Departments, number
from bot.channels.wecom import errcodes
from bot.channels.wecom.client import WeComClient
from bot.core.directory import Entry, clean


class WeComDirectory:
    """`elapsed` is a monotonic stopwatch."""

    def __init__(self, client: WeComClient, elapsed: Callable[[], float]) -> None:
        self._client = client
        self._departments = Departments(self._department, elapsed)

    async def look_up(self, user_id: str) -> Entry:
        """Raises Barred, or as `WeComChannel.deliver` does."""
        try:
            about = await self._client.read("/cgi-bin/user/get", {"userid": user_id})
            name = clean(about.get("name"))
            hidden = name.casefold() == user_id.casefold()
            return Entry("" if hidden else name, tuple(await self._departments.path(_main(about))))
        except ConfigurationWrong as error:
            raise Barred(str(error)) from None
        except Permanent as error:
            if error.code in errcodes.BARRED:
                raise Barred(error.reason, error.code) from None
            raise

    async def _department(self, id: int) -> tuple[object, object]:
        answer = (await self._client.read("/cgi-bin/department/get", {"id": str(id)})).get("department")
        about: dict[str, Any] = answer if isinstance(answer, dict) else {}
        return about.get("name"), about.get("parentid")


def _main(about: dict[str, Any]) -> int:
    listed = about.get("department")
    first = listed[0] if isinstance(listed, list) and listed else None
    return number(about.get("main_department")) or number(first)

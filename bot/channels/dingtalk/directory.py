"""Members and departments as the DingTalk directory has them: contacts APIs, free of quota (protocol section 1.3).

Fields that the app has no scope for are simply absent.
"""

from collections.abc import Callable

from bot.channels.base import Barred, ConfigurationWrong
from bot.channels.departments import Departments, number
from bot.channels.dingtalk import errcodes
from bot.channels.dingtalk.client import DingTalkClient
from bot.core.directory import Entry, clean


class DingTalkDirectory:
    """`elapsed` is a monotonic stopwatch."""

    def __init__(self, client: DingTalkClient, elapsed: Callable[[], float]) -> None:
        self._client = client
        self._departments = Departments(self._department, elapsed)

    async def look_up(self, user_id: str) -> Entry:
        """Raises Barred, or as `DingTalkChannel.deliver` does."""
        try:
            about = await self._client.old("/topapi/v2/user/get", {"userid": user_id, "language": "zh_CN"})
            listed = about.get("dept_id_list")
            own = number(listed[0]) if isinstance(listed, list) and listed else 0
            return Entry(clean(about.get("name")), tuple(await self._departments.path(own)))
        except ConfigurationWrong as error:
            raise Barred(str(error)) from None
        except errcodes.Refused as error:
            if error.said in errcodes.BARRED:
                raise Barred(error.reason, error.code) from None
            raise

    async def _department(self, id: int) -> tuple[object, object]:
        about = await self._client.old("/topapi/v2/department/get", {"dept_id": id, "language": "zh_CN"})
        return about.get("name"), about.get("parent_id")

"""A day on the emulated WeCom and DingTalk: what people type and press goes by real HTTP, and what they are told is on their phones."""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any

from bot import app
from bot.cast import CORP
from bot.desk.office import Office
from bot.sandbox.faults import Faults
from bot.sandbox.phones import CannotDo, Outcome, Phone, Seen
from bot.sandbox.wecom.corp import Member
from bot.stage import PAUSE, Stage, raised
from tests.integration.days.day import BREATH, START, Day
from tests.integration.days.screens import Screens


def _expired(stage: Stage) -> None:
    stage.sandbox.corps[CORP].expire_tokens()
    stage.org.expire_tokens()


FAULTS: dict[str, Callable[[Stage], None]] = {
    "callback twice": lambda stage: stage.sandbox.faults.duplicate_next(1),
    "reply lost": lambda stage: stage.sandbox.faults.set({"lose_reply": 1}),
    "wecom busy": lambda stage: stage.sandbox.faults.fail_next("message/send", -1, 45009),
    "wecom down": lambda stage: stage.sandbox.faults.fail_next("*", 500, 500),
    "dingtalk busy": lambda stage: stage.sandbox.faults.fail_next("robot/oToMessages/batchSend", 403, 500),
    "tokens over": _expired,
    "connection cut": lambda stage: stage.sandbox.gateway.drop(stage.org),
}
"""What a platform does to the next calls or callbacks."""


class PlatformDay(Day):
    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self._stage = stage
        self._screens = Screens(stage)
        self._gone: dict[str, Member] = {}

    @property
    def desk(self) -> app.Desk:
        return self._stage.desk

    async def types(self, user: str, line: str, n: int) -> None:
        phones = self._phones(user)
        await self._acts(user, phones[n % len(phones)].says(line))

    async def press(self, user: str, n: int, m: int, times: int) -> None:
        """A copy whose buttons are gone can be pressed on a phone that has not seen it yet."""
        shown = [(seen, phone) for phone in self._phones(user) for seen in phone.messages if _buttons(seen)]
        shown.sort(key=lambda both: both[0].at, reverse=True)
        if shown:
            seen, phone = shown[n % len(shown)]
            button = _buttons(seen)[m % len(_buttons(seen))]
            for _ in range(times):
                with contextlib.suppress(CannotDo):  # it opens a page
                    await self._acts(user, phone.presses(button["key"], seen.id, force=True))

    async def gone(self, user: str) -> None:
        if (member := self._stage.sandbox.corps[CORP].members.pop(user, None)) is not None:
            self._gone[user] = member
        if user in self._stage.org.members:
            self._stage.org.members[user].visible = False

    async def fault(self, what: str) -> None:
        FAULTS[what](self._stage)
        self._screens.replies_lost += what == "reply lost"
        await self._stage.connected()

    async def swapped(self, user: str) -> None:
        """What was typed first is delivered last."""
        self._stage.sandbox.faults.set({"reorder": 1})
        await self.types(user, "还是不行", 0)
        await self.types(user, "三楼302", 0)

    async def jump(self, minutes: int) -> None:
        await self._stage.skip(timedelta(minutes=minutes), patience_s=0)

    async def ahead(self, minutes: int) -> None:
        await self._stage.skip(timedelta(minutes=minutes))

    async def reopen(self, after: timedelta) -> None:
        await self._stage.deafen()
        self._stage.clock.advance(after)
        self._stage.sandbox.clock.advance(after)
        await self._stage.restart()

    async def look(self) -> None:
        await super().look()
        await self._screens.look()

    async def end(self) -> None:
        """The platforms work again, and are heard."""
        vars(self._stage.sandbox.faults).update(vars(Faults()))
        await self.types("limei", "谢谢", 0)
        await self.types("huangxin", "谢谢", 0)
        await super().end()
        await self._screens.end()

    async def _acts(self, user: str, act: Awaitable[Outcome | None]) -> None:
        """Whoever does something is answered, unless the platform hinders it."""
        await self._stage.skip(BREATH)
        if (member := self._gone.pop(user, None)) is not None:
            self._stage.sandbox.corps[CORP].members[user] = member
        if user in self._stage.org.members:
            self._stage.org.members[user].visible = True
        before, hindered = self._shown(user), self._hindered
        await act
        self._screens.said += 1
        await self._stage.settle()
        if self._shown(user) == before:
            await self._stage.skip(PAUSE)
            heard = hindered or self._shown(user) != before or self._passed_on(user)
            assert heard or await self._screens.waiting(), user

    @property
    def _hindered(self) -> bool:
        faults = self._stage.sandbox.faults
        return any(faults.fail.values()) or any(value for name, value in vars(faults).items() if name != "fail")

    def _shown(self, user: str) -> list[Any]:
        """What he was told, and which of his cards are still to be pressed."""
        return [
            (m.id, m.card and m.card["replaced"]) for p in self._phones(user) for m in p.messages if m.sender == "bot"
        ]

    def _passed_on(self, user: str) -> bool:
        """Whether somebody reads on his phone what was said last: he need not be told."""
        line = max((m for p in self._phones(user) for m in p.messages if m.sender == "me"), key=lambda m: m.at).text
        others = [p for p in self._stage.sandbox.phones.values() if p.userid != user]
        return any(line in m.text for p in others for m in p.messages[-3:] if m.sender == "bot")

    def _phones(self, user: str) -> list[Phone]:
        return [phone for phone in self._stage.sandbox.phones.values() if phone.userid == user]


def _buttons(seen: Seen) -> list[dict[str, Any]]:
    return seen.card["buttons"] if seen.card else []


@contextlib.asynccontextmanager
async def on_platforms(url: str, office: Office, template: str, mode: str) -> AsyncIterator[PlatformDay]:
    """`template` and `mode` are DingTalk's: whether cards can change, and how it is heard."""
    knowledge = office.book, office.classifier
    async with raised(url, start=START, knowledge=knowledge, template=template, mode=mode, rostered=True) as stage:
        await stage.settle()
        yield PlatformDay(stage)

"""How an update finds its handler: routers in an explicit order, filters that are plain predicates, one typed context.

A handler returns True when the update was its business. Nothing is scanned, nothing is registered by import order: the
order stands in `handlers/__init__.py`.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.core.outbound import Message
from bot.core.updates import Press, Text, Update
from bot.desk.office import Office
from bot.store.engine import Read, ReadFirst, Tx
from bot.store.tables import Dialogue, Person
from bot.views import notices
from knowledge import Understanding


@dataclass
class Context:
    """One update being handled: who, what, in which transaction, and what it was understood to mean."""

    tx: Tx
    office: Office
    update: Update
    person: Person
    understanding: Understanding | None
    pending: Dialogue | None
    quoted: int | None = None
    """The ticket of a message of ours that is being quoted."""
    readings: Mapping[str, Any] = field(default_factory=dict)
    """What was read outside the transaction for this update."""
    acts: Mapping[str, float] = field(default_factory=dict)
    """How likely each act of a message is that follows a report (`knowledge.acts`); empty: it follows none."""
    apart: bool = False
    """It is a matter of its own, told in one message behind another: no more of what was told before."""

    @property
    def text(self) -> str:
        """What was typed; empty for anything that is not text."""
        return self.update.content.text.strip() if isinstance(self.update.content, Text) else ""

    @property
    def meaning(self) -> Understanding:
        if self.understanding is None:
            raise LookupError("nothing was said")
        return self.understanding

    def read(self, what: str, read: Read) -> Any:
        """What `read` finds outside the write transaction; `what` names it among the readings of this update.

        Raises ReadFirst where it is not read yet: what was done so far in this transaction is done again, and none of its
        rows may be used in `read`.
        """
        if what not in self.readings:
            raise ReadFirst(what, read)
        return self.readings[what]

    async def reply(self, message: Message) -> None:
        """Answer the person in his own chat."""
        await notices.tell(self.tx, self.person, message)


Handler = Callable[[Context], Awaitable[bool]]
Filter = Callable[[Context], bool]


@dataclass
class Router:
    """A named list of (filter, handler); the first handler that says True ends the search."""

    name: str
    _routes: list[tuple[Filter, Handler]] = field(default_factory=list)

    def on(self, matches: Filter) -> Callable[[Handler], Handler]:
        def add(handler: Handler) -> Handler:
            self._routes.append((matches, handler))
            return handler

        return add

    def press(self, *verbs: str) -> Callable[[Handler], Handler]:
        """A button with one of `verbs`; a verb ending in `-` stands for all that begin with it."""

        def matches(ctx: Context) -> bool:
            content = ctx.update.content
            return isinstance(content, Press) and any(
                content.verb == v or (v.endswith("-") and content.verb.startswith(v)) for v in verbs
            )

        return self.on(matches)

    async def handle(self, ctx: Context) -> bool:
        for matches, handler in self._routes:
            if matches(ctx) and await handler(ctx):
                return True
        return False

"""Numbered choices: when several are meant, the command is kept with a gap, and one digit fills it and runs it again.

Every option is also typeable: `#12` stands for person 12.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from bot.core.outbound import Message
from bot.core.updates import Text
from bot.desk import cards, people, search
from bot.desk.people import Person
from bot.routing import Context
from bot.views import approvals
from bot.views import desk as desk_views
from bot.views import desk_tools as views

GAP = "@"
"""Where the choice goes in the line that is kept."""
VALID = timedelta(minutes=10)
"""A digit typed later than this answers nothing (assumed)."""
KIND, WHY = "pick", "why"
LONGEST = 60
"""Characters of a reason."""
NO_REASON = ("dispatch", "emergency", "classified")
"""What is told instead of a reason: a matter of its own."""


async def offer(ctx: Context, line: str, options: Sequence[str], message: Message) -> None:
    """Show `message` and wait for a digit: the option goes where `line` has its gap."""
    await wait(ctx, line, options)
    await ctx.reply(message)


async def wait(ctx: Context, line: str, options: Sequence[str]) -> None:
    """Wait for a digit; what it can be is shown by the caller."""
    await cards.expect(ctx.tx, ctx.person, None, KIND, {"line": line, "options": list(options)})


def taken(ctx: Context) -> Context | None:
    """The update as if the whole line had been typed; None when this is no answer to a choice."""
    pending = ctx.pending
    if pending is None or pending.kind != KIND or not ctx.text.isdigit() or ctx.tx.now - pending.asked_at > VALID:
        return None
    options = pending.data["options"]
    at = int(ctx.text) if len(ctx.text) < 3 else 0
    if not 1 <= at <= len(options):
        return None
    line = str(pending.data["line"]).replace(GAP, str(options[at - 1]))
    return replace(ctx, update=ctx.update.model_copy(update={"content": Text(text=line)}), pending=None)


async def ask_why(ctx: Context, line: str, message: Message) -> None:
    """Ask for the reason that is missing: what is said next goes where `line` has its gap."""
    await cards.expect(ctx.tx, ctx.person, None, WHY, {"line": line})
    await ctx.reply(message)


def told_why(ctx: Context) -> Context | None:
    """The update as if the whole line had been typed with its reason; None when no reason is owed, or this is none."""
    pending, meaning = ctx.pending, ctx.understanding
    if pending is None or pending.kind != WHY or ctx.tx.now - pending.asked_at > VALID or ctx.update.chat_id:
        return None
    if meaning is None or meaning.decision in NO_REASON or not 1 < len(ctx.text) <= LONGEST or ctx.text[0].isdigit():
        return None
    line = str(pending.data["line"]).replace(GAP, ctx.text)
    return replace(ctx, update=ctx.update.model_copy(update={"content": Text(text=line)}), pending=None)


async def person(ctx: Context, said: str, line: str, among: Callable[[Person], bool] = bool) -> Person | None:
    """The one person meant by `said`. None when there is none, or several: then the desk has been told or asked."""
    found = [p for p in await search.called(ctx.tx, said) if among(p)]
    if len(found) == 1:
        return found[0]
    if not found:
        if among is people.is_engineer:
            await no_technician(ctx, said, line)
        else:
            await ctx.reply(desk_views.no_such(f"“{said}”这个人"))
        return None
    labels = [await _label(ctx, p) for p in found[: search.SHOWN]]
    await offer(ctx, line, [f"#{p.id}" for p in found[: search.SHOWN]], views.which(said, labels))
    return None


async def technician(ctx: Context, said: str) -> Person | None:
    """The technician of that name or `#number`; without one, or of several, the person is told."""
    found = [p for p in await search.called(ctx.tx, said) if people.is_engineer(p)]
    if len(found) == 1:
        return found[0]
    if found:
        await ctx.reply(approvals.several(said, [f"#{p.id} {await _label(ctx, p)}" for p in found[: search.SHOWN]]))
    else:
        await no_technician(ctx, said)
    return None


async def no_technician(ctx: Context, said: str, line: str = "") -> None:
    """Tell that no technician is called so: who is, repairs nothing, or whom he may mean; of those a digit fills `line`."""
    called, near = await search.called(ctx.tx, said), (await search.almost(ctx.tx, said))[: search.SHOWN]
    if called:
        unit = await people.unit_name(ctx.tx, called[0].unit_id)
        await ctx.reply(desk_views.no_technician(ctx.office.voice, called[0], unit))
    elif near:
        await ctx.reply(views.almost(said, [await _label(ctx, p) for p in near], pick=bool(line)))
        if line:
            await wait(ctx, line, [f"#{p.id}" for p in near])
    else:
        await ctx.reply(desk_views.no_such(f"名叫{said}的技术员"))


async def _label(ctx: Context, who: Person) -> str:
    return views.person_label(who, await people.unit_name(ctx.tx, who.unit_id))

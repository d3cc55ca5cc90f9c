"""A command of staff in their own order and words (让王强去1号, 明天下午请假): read as if it had been typed as printed.

A name that nobody has, nor nearly has, makes it none (1号换硒鼓), and what a seat tells of his own device stays a report.
"""

from dataclasses import replace

from bot.core import staff_lines, until
from bot.core.updates import Text
from bot.desk import conversations, offers, people, search, tickets
from bot.routing import Context

NAMING = {"派": -1, "全部改派": 1, "转交": 1}
"""Command → where it has the name that somebody must have, for the line to be one."""
BUSY, DECLINE, LEAVE = "忙碌", "退回", "请假 今天"
"""忙着呢 and 今天来不了 to an offer are about the offer; without one, about himself."""
REPORTS = "代报"
"""For this one he must be of an agency: 王强说他到了 is no report."""


async def as_printed(ctx: Context) -> Context:
    """The update with the printed command in place of the line; as it is when the line is none."""
    desk = people.is_desk(ctx.person)
    if ctx.update.chat_id or not ctx.text or not (desk or people.is_engineer(ctx.person)):
        return ctx
    promised = people.is_engineer(ctx.person) and until.promised(ctx.text) is not None
    if promised and not set("晚迟") & set(ctx.text):  # 1号约10分钟到 is no appointment
        return ctx
    line = staff_lines.printed(ctx.text, desk=desk)
    if (line in (None, BUSY) or line.startswith(LEAVE)) and people.is_engineer(ctx.person):
        line = await _about_a_ticket(ctx, line)
    if line is None:
        return ctx
    words = line.split()
    if words[0] in NAMING and line != ctx.text and not await _anybody(ctx, words[NAMING[words[0]]]):
        return ctx
    if words[0] == REPORTS and not await _of_agency(ctx, words[1]):
        return ctx
    return replace(ctx, update=ctx.update.model_copy(update={"content": Text(text=line)}))


async def _about_a_ticket(ctx: Context, line: str | None) -> str | None:
    """What is said to an offer is about the offer; else, with a ticket in hand, it may be about that."""
    if await offers.offered_to(ctx.tx, ctx.person):
        return f"{DECLINE} {ctx.text}" if line == BUSY else None
    said = staff_lines.in_field(ctx.text) if line is None else None
    if said is None or not await tickets.held_by(ctx.tx, ctx.person):
        return line
    return None if await conversations.current(ctx.tx, ctx.person) else said


async def _anybody(ctx: Context, name: str) -> bool:
    return bool(await search.called(ctx.tx, name) or await search.almost(ctx.tx, name))


async def _of_agency(ctx: Context, name: str) -> bool:
    """Whether whom a seat tells of may have reported; in a conversation it is said to whoever he speaks with."""
    if await conversations.current(ctx.tx, ctx.person):
        return False
    return any(not people.is_staff(p) for p in await search.called(ctx.tx, name))

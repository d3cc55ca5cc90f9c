"""备件 17 搓纸轮×1; 备机 17 BJ-012 12月5日; 备机 17 归还."""

import re

from bot.core import spares as reading
from bot.desk import people, spares, tickets
from bot.desk.tickets import Ticket
from bot.routing import Context, Router
from bot.views import desk as desk_views
from bot.views import spares as views
from bot.views import technician

router = Router("spares")

NOTE = re.compile(r"^备件\s*#?(?P<id>\d{1,9})\s*号?(?:\s+|[：:，,]|$)(?P<rest>.*)$|^备件\s*(?P<bare>\D.*)?$", re.S)
LOAN = re.compile(
    r"^备机\s*#?(?P<id>\d{1,9})\s*号?(?:\s+|[：:，,]|$)(?P<rest>.*)$|^备机\s*(?P<bare>(?:归还|已还|收回|[A-Za-z]).*)$",
    re.S,
)
TAG = re.compile(r"^[0-9A-Za-z][0-9A-Za-z_-]{0,29}$")
EDGES = " ，,。：:\n"


def _works_here(ctx: Context) -> bool:
    return people.is_engineer(ctx.person) or people.is_desk(ctx.person)


@router.on(lambda ctx: bool(NOTE.match(ctx.text)) and _works_here(ctx))
async def note(ctx: Context) -> bool:
    """Without parts: what is on record. Without a number: the ticket in focus."""
    match = NOTE.match(ctx.text)
    said = ((match["rest"] or match["bare"] or "") if match else "").strip(EDGES)
    ticket = await _ticket(ctx, match["id"] if match else None)
    if ticket is None:
        return True
    parts = reading.parts(said)
    if not said:
        await spares.show(ctx.tx, ctx.office, ticket, ctx.person)
    elif parts is None:
        await ctx.reply(views.how_to_note(ticket))
    else:
        await spares.note(ctx.tx, ctx.office, ticket, ctx.person, parts)
    return True


@router.on(lambda ctx: bool(LOAN.match(ctx.text)) and _works_here(ctx))
async def loan(ctx: Context) -> bool:
    """A device with the day it is due back, or 归还."""
    match = LOAN.match(ctx.text)
    ticket = await _ticket(ctx, match["id"] if match else None)
    words = (match["rest"] or match["bare"] or "").split() if match else []
    if ticket is None:
        return True
    if words and words[0] in ("归还", "已还", "收回"):
        await spares.take_back(ctx.tx, ctx.office, ticket, ctx.person, words[1] if len(words) > 1 else "")
        return True
    day = reading.due("".join(words[1:]), spares.today(ctx.tx, ctx.office))
    if not words or not TAG.match(words[0]) or (len(words) > 1 and day is None):
        await ctx.reply(views.how_to_lend(ticket))
    else:
        await spares.lend(ctx.tx, ctx.office, ticket, ctx.person, words[0], day)
    return True


async def _ticket(ctx: Context, said: str | None) -> Ticket | None:
    """The ticket that is meant, if he may write on it; else he is told why not."""
    number = int(said) if said else ctx.quoted or ctx.person.focus_ticket_id
    ticket = await tickets.get(ctx.tx, number)
    if ticket is None:
        await ctx.reply(desk_views.no_such(f"{number}号单") if number else technician.no_ticket())
        return None
    if not spares.may_note(ticket, ctx.person):
        await ctx.reply(views.not_yours(ticket))
        return None
    return ticket

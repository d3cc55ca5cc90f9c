"""巡检: a technician's rounds, the desk's week, and a word about what was found."""

import re

from bot.desk import fitness, people, rounds, tickets
from bot.routing import Context, Router
from bot.views import rounds as views

router = Router("rounds")

MINE = ("巡检", "我的巡检", "今天巡检")
WEEK = re.compile(r"^(?:巡检\s*本周|本周巡检|巡检)$")
EXPLAIN = re.compile(r"^(?:说明|补充说明)\s*#?(?P<id>\d{1,9})?\s*号?[，,:：\s]*(?P<text>.*)$", re.S)


@router.on(lambda ctx: ctx.text in MINE and people.is_engineer(ctx.person))
async def mine(ctx: Context) -> bool:
    await ctx.reply(views.mine(ctx.office.voice, await rounds.mine(ctx.tx, ctx.person)))
    return True


@router.on(lambda ctx: bool(WEEK.match(ctx.text)) and people.is_desk(ctx.person))
async def week(ctx: Context) -> bool:
    await ctx.reply(views.week(*await rounds.week(ctx.tx, ctx.office)))
    return True


@router.on(lambda ctx: bool(EXPLAIN.match(ctx.text)) and people.is_engineer(ctx.person))
async def explain(ctx: Context) -> bool:
    match = EXPLAIN.match(ctx.text)
    number = int(match["id"]) if match and match["id"] else ctx.quoted
    new = await tickets.get(ctx.tx, number)
    text = match["text"].strip() if match else ""
    if new is None or new.source != fitness.FOUND or new.reporter_id != ctx.person.id or not text:
        await ctx.reply(views.how_to_explain())
    else:
        await rounds.explain(ctx.tx, ctx.office, new, ctx.person, text)
    return True

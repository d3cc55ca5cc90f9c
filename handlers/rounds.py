"""巡检: a technician's rounds, the desk's week, and a word about what was found."""

import re

from bot.desk import fitness, focus, people, rounds, tickets
from bot.routing import Context, Router
from bot.views import rounds as views
from bot.views import technician
from bot.views.words import INSPECTION

router = Router("rounds")

MINE = ("巡检", "我的巡检", "今天巡检")
WEEK = re.compile(
    r"^(?:巡检\s*本周|(?:本周|这周|这个?星期)?的?巡检(?:情况|进度|完成情况|做得怎么样|怎么样)?(?:都)?(?:做|巡)?(?:完|好)?(?:了)?(?:没有?|吗|么)?"
    r"|(?:本周|这周)?(?:还)?(?:有)?哪些巡检(?:还)?(?:没做|没完成|逾期)|(?:有没有|有)?逾期的?巡检)(?:了)?[？?]?$"
)
OVER = re.compile(r"^(?:今天|这次|本次)?的?巡检(?:都|已经|已)?(?:做|走|巡|检查)?(?:完|好|结束|完成)(?:成)?了?[。！!]?$")
EXPLAIN = re.compile(r"^(?:说明|补充说明)\s*#?(?P<id>\d{1,9})?\s*号?[，,:：\s]*(?P<text>.*)$", re.S)


@router.on(lambda ctx: ctx.text in MINE and people.is_engineer(ctx.person))
async def mine(ctx: Context) -> bool:
    await ctx.reply(views.mine(ctx.office.voice, await rounds.mine(ctx.tx, ctx.person)))
    return True


@router.on(lambda ctx: bool(WEEK.match(ctx.text)) and people.is_desk(ctx.person))
async def week(ctx: Context) -> bool:
    await ctx.reply(views.week(*await rounds.week(ctx.tx, ctx.office)))
    return True


@router.on(lambda ctx: bool(OVER.match(ctx.text)) and people.is_engineer(ctx.person))
async def over(ctx: Context) -> bool:
    """巡检做完了: of the round in hand; no word about what was found on it."""
    held = [t for t in await tickets.held_by(ctx.tx, ctx.person) if t.kind == INSPECTION]
    ticket = focus.of(held, ctx.person) or (held[0] if len(held) == 1 else None)
    if ticket is not None:
        await rounds.finish(ctx.tx, ctx.office, ticket, ctx.person)
    else:
        await ctx.reply(technician.which_ticket(held, ctx.office.voice) if held else views.none_in_hand())
    return True


@router.on(lambda ctx: bool(EXPLAIN.match(ctx.text)) and people.is_engineer(ctx.person))
async def explain(ctx: Context) -> bool:
    """Without a number: of the only finding that nothing is known of yet."""
    match = EXPLAIN.match(ctx.text)
    number = int(match["id"]) if match and match["id"] else ctx.quoted
    unknown = await rounds.unexplained(ctx.tx, ctx.person)
    new = await tickets.get(ctx.tx, number) or (unknown[0] if number is None and len(unknown) == 1 else None)
    text = match["text"].strip() if match else ""
    if new is None or new.source != fitness.FOUND or new.reporter_id != ctx.person.id or not text:
        await ctx.reply(views.how_to_explain(unknown))
    else:
        await rounds.explain(ctx.tx, ctx.office, new, ctx.person, text)
    return True

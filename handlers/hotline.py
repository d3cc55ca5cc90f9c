"""热线 11-26 呼入120 接通112: the desk enters the hotline's figures of a day; 热线 shows the latest days."""

import re

from bot.desk import hotline, people
from bot.routing import Context, Router
from bot.views import hotline as views

router = Router("hotline")
ENTER = re.compile(
    r"^(?P<early>\S{0,8}?)的?热线(?:电话)?\s*(?P<day>\S*?)\s*(?:一共|总共|共)?呼入(?:了|量)?[:：]?\s*(?P<calls>\d{1,6})\s*(?:次|个|通)?\s*"
    r"[,，;；]?\s*接通(?:了|量)?[:：]?\s*(?P<answered>\d{1,6})\s*(?:次|个|通)?[。]?$"
)
LOOK = re.compile(r"^热线(?:\s+(\S+)|数据)?$")


@router.on(
    lambda ctx: people.is_desk(ctx.person) and (ctx.text.startswith("热线") or ENTER.match(ctx.text) is not None)
)
async def figures(ctx: Context) -> bool:
    now = hotline.today(ctx.tx, ctx.office)
    if match := ENTER.match(ctx.text):
        await _enter(ctx, match["early"] or match["day"], int(match["calls"]), int(match["answered"]))
    elif (match := LOOK.match(ctx.text)) is None:
        await ctx.reply(views.usage())
    elif not match.group(1):
        await ctx.reply(views.listing(await hotline.latest(ctx.tx)))
    elif (day := hotline.day_of(match.group(1), now)) is None:
        await ctx.reply(views.usage())
    else:
        await ctx.reply(views.of_day(day.isoformat(), await hotline.of_day(ctx.tx, day)))
    return True


async def _enter(ctx: Context, said: str, calls: int, answered: int) -> None:
    now = hotline.today(ctx.tx, ctx.office)
    day = hotline.day_of(said, now)
    if day is None:
        await ctx.reply(views.no_day(said))
    elif day > now:
        await ctx.reply(views.not_yet(day.isoformat()))
    elif answered > calls:
        await ctx.reply(views.too_many(calls, answered))
    else:
        before = await hotline.enter(ctx.tx, day, calls, answered, ctx.person)
        await ctx.reply(views.kept(day.isoformat(), calls, answered, before))

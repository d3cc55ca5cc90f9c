"""热线 11-26 呼入120 接通112: the desk enters the hotline's figures of a day; 热线 shows the latest days."""

import re

from bot.desk import hotline, people
from bot.routing import Context, Router
from bot.views import hotline as views

router = Router("hotline")
ENTER = re.compile(
    r"^热线\s*(\S*?)\s*呼入[:：]?\s*(\d{1,6})\s*(?:次|个)?\s*[,，;；]?\s*接通[:：]?\s*(\d{1,6})\s*(?:次|个)?[。]?$"
)
LOOK = re.compile(r"^热线(?:\s+(\S+)|数据)?$")


@router.on(lambda ctx: ctx.text.startswith("热线") and people.is_desk(ctx.person))
async def figures(ctx: Context) -> bool:
    now = hotline.today(ctx.tx, ctx.office)
    if match := ENTER.match(ctx.text):
        await _enter(ctx, match.group(1), int(match.group(2)), int(match.group(3)))
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

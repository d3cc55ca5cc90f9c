"""热线 11-26 呼入120 接通112: the desk enters the hotline's figures of a day; 热线 shows the latest days."""

import re

from bot.desk import hotline, people
from bot.routing import Context, Router
from bot.views import hotline as views

router = Router("hotline")
_DAY, _COUNT = (
    r"(?:\d{4}-)?\d{1,2}[-/.月]\d{1,2}[日号]?|今天|今日|昨天|昨日|前天",
    r"\s*(?:次|个|通)?(?:热线|电话|来电)?\s*",
)
_IN = r"(?:一共|总共|共)?(?:呼入|进线|打进来?|打来|来电?)?(?:了|量)?[:：]?\s*"
_TAKEN = r"[,，;；]?\s*(?:其中)?(?:接通|接起|接听|接到|接)(?:了|量)?[:：]?\s*"
ENTER = (
    re.compile(
        rf"^(?P<early>\S{{0,8}}?)的?热线(?:电话)?\s*(?P<day>\S*?)\s*{_IN}(?P<calls>\d{{1,6}}){_COUNT}{_TAKEN}(?P<answered>\d{{1,6}}){_COUNT}[。]?$"
    ),
    re.compile(
        rf"^(?=.*(?:电话|来电|呼入|进线))(?P<early>{_DAY})(?P<day>)的?(?:电话|来电)?{_IN}(?P<calls>\d{{1,6}}){_COUNT}{_TAKEN}(?P<answered>\d{{1,6}}){_COUNT}[。]?$"
    ),
)
"""The two figures of a day; without the word 热线 the day has to be said."""
ONE = re.compile(
    rf"^(?:{_DAY})的?(?:热线|电话|来电)?(?:一共|总共|共)?(?:呼入|进线|打来|来|接通?到?)了?\d{{1,6}}(?:多|来)?(?:次|个|通)(?:热线|电话|来电)[。]?$"
)
"""Only one of the two."""
LOOK = re.compile(r"^热线(?:\s+(\S+)|数据)?$")


@router.on(
    lambda ctx: (
        people.is_desk(ctx.person) and (ctx.text.startswith("热线") or bool(_entered(ctx.text) or ONE.match(ctx.text)))
    )
)
async def figures(ctx: Context) -> bool:
    now = hotline.today(ctx.tx, ctx.office)
    if match := _entered(ctx.text):
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


def _entered(text: str) -> re.Match[str] | None:
    return next((match for pattern in ENTER if (match := pattern.match(text))), None)


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

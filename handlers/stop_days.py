"""停工 2026-09-24 台风, 停工取消 2026-09-24, 停工: the desk's own days off, part of the working calendar at once."""

import re
from collections.abc import Sequence
from datetime import date

from bot.core import until
from bot.desk import people, stop_days
from bot.routing import Context, Router
from bot.views import calendar as views

router = Router("stop-work days")

LIST = re.compile(r"^停工(?:日|日历)?$")
CANCEL = re.compile(r"^(?:停工取消|取消停工)\s*(?P<day>.*)$", re.S)
PART = re.compile(
    r"^(?:[\u4e00-\u9fff]{2,8}[，,\s]*)?(?:今天|明天|后天)?(?:上午|下午|今晚|晚上|现在|从现在|\d{1,2}点)(?:以后|之后|后)?(?:开始|起)?(?:全市|全员|全部)?"
    r"停工(?:停课)?(?:了)?(?:[，,\s].{0,20})?$"
)
"""今天下午停工: a part of a day, which the calendar does not have."""
DECLARE = re.compile(r"^停工(?:\s+|(?=[\d今明后大]))(?P<day>.+)$", re.S)
_WORK = r"(?:全市|全员|全部)?(?:停工停课|停课停工|停工)(?:了)?"
_DAYS = r"(?P<day>(?:\d{1,4}[-年月日号/.]|今天|明|后天|大后天)[^停]*?)"
SAID = (
    re.compile(rf"^(?:因为?|由于)?(?P<reason>[\u4e00-\u9fff]{{2,8}}?)[，,\s]*{_WORK}[：:，,\s]*{_DAYS}$"),
    re.compile(rf"^{_DAYS}{_WORK}(?:[：:，,\s]+(?P<reason>\S.*))?[。！!]?$", re.S),
)
"""台风停工 1号2号, 明后天停工，台风, 12月1号2号台风停工: only of the desk, and only where days can be read."""
CALLED_OFF = re.compile(r"^(?:取消|撤销)(?P<day>\S.*?)的?停工(?:吧|了)?[。！!]?$")
REASON = 30


@router.on(lambda ctx: bool(LIST.match(ctx.text)))
async def listing(ctx: Context) -> bool:
    await ctx.reply(views.listing(await stop_days.in_force(ctx.tx)))
    return True


@router.on(lambda ctx: bool(PART.match(ctx.text)) and people.is_desk(ctx.person))
async def part_of_a_day(ctx: Context) -> bool:
    await ctx.reply(views.whole_days_only())
    return True


@router.on(lambda ctx: bool(CANCEL.match(ctx.text) or DECLARE.match(ctx.text)))
async def change(ctx: Context) -> bool:
    cancels, match = CANCEL.match(ctx.text), CANCEL.match(ctx.text) or DECLARE.match(ctx.text)
    if match is None:
        return False
    if not people.is_desk(ctx.person):
        await ctx.reply(views.only_the_desk())
        return True
    said = until.first_days(match["day"], stop_days.local_day(ctx.office, ctx.tx.now))
    if said is None or (cancels and said[1]):
        await ctx.reply(views.no_day(match["day"].split()[0]) if match["day"] else views.how())
    elif cancels:
        await _cancel(ctx, said[0])
    else:
        await _declare(ctx, *said)
    return True


@router.on(lambda ctx: people.is_desk(ctx.person) and "停工" in ctx.text)
async def change_as_said(ctx: Context) -> bool:
    today = stop_days.local_day(ctx.office, ctx.tx.now)
    if (off := CALLED_OFF.match(ctx.text)) and (said := until.first_days(off["day"], today)) and not said[1]:
        await _cancel(ctx, said[0])
        return True
    for form in SAID:
        match = form.match(ctx.text)
        said = until.first_days(match["day"], today) if match else None
        if match and said and not (said[1] and match["reason"]):
            await _declare(ctx, said[0], match["reason"] or re.sub("^(?:因为?|由于)", "", said[1]))
            return True
    return False


async def _cancel(ctx: Context, days: Sequence[date]) -> None:
    done = [day for day in days if await stop_days.cancel(ctx.tx, ctx.office, ctx.person, day)]
    await ctx.reply(views.cancelled_of(done, [day for day in days if day not in done]))


async def _declare(ctx: Context, days: Sequence[date], reason: str) -> None:
    """All of them that can be; of the others he reads why not."""
    reason = reason.strip(" 。！!")[:REASON]
    if not reason:
        await ctx.reply(views.how())
        return
    problems = {day: await stop_days.declare(ctx.tx, ctx.office, ctx.person, day, reason) for day in days}
    done = [day for day, problem in problems.items() if not problem]
    await ctx.reply(views.declared_of(done, reason, {day: why for day, why in problems.items() if why}))

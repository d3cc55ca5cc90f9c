"""停工 2026-09-24 台风, 停工取消 2026-09-24, 停工: the desk's own days off, part of the working calendar at once."""

import re

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
DECLARE = re.compile(r"^停工(?:\s+|(?=[\d今明后]))(?P<day>\S+)(?:\s+(?P<reason>.+))?$", re.S)
REASON = 30
RANGE = re.compile(r"^.*\d.*(?:到|至|~).*\d.*$|^.*天(?:到|至|~|和).*天$")


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
    match = CANCEL.match(ctx.text) or DECLARE.match(ctx.text)
    if match is None:
        return False
    if not people.is_desk(ctx.person):
        await ctx.reply(views.only_the_desk())
        return True
    day = until.read_day(match["day"], stop_days.local_day(ctx.office, ctx.tx.now))
    reason = (match.groupdict().get("reason") or "").strip()[:REASON]
    if RANGE.match(match["day"]):
        await ctx.reply(views.one_day_at_a_time())
    elif day is None:
        await ctx.reply(views.no_day(match["day"]) if match["day"] else views.how())
    elif CANCEL.match(ctx.text):
        done = await stop_days.cancel(ctx.tx, ctx.office, ctx.person, day)
        await ctx.reply(views.cancelled(day) if done else views.not_stopped(day))
    elif not reason:
        await ctx.reply(views.how())
    elif problem := await stop_days.declare(ctx.tx, ctx.office, ctx.person, day, reason):
        await ctx.reply(views.refused(day, problem))
    else:
        await ctx.reply(views.declared(day, reason))
    return True

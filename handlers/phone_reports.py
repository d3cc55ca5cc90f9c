"""代报 电话 情况: a seat enters what a caller says, in one line."""

import re

from bot.desk import people, phone_reports
from bot.routing import Context, Router
from bot.views import phone_reports as views

router = Router("phone reports")
COMMAND = re.compile(r"^(?:代报|代(?=[ +\d])|电话报障)[\s:：]*(.*)$", re.S)
NUMERIC = re.compile(r"^\+?\d[\d\- ]*")


@router.on(lambda ctx: not ctx.update.chat_id and bool(COMMAND.match(ctx.text)))
async def enter(ctx: Context) -> bool:
    match = COMMAND.match(ctx.text)
    body = match.group(1).strip() if match else ""
    who, said = phone_reports.split(body)
    if not people.is_desk(ctx.person):
        if not who.isdigit():
            return False
        await ctx.reply(views.only_the_desk())
        return True
    if body and not who and (typed := NUMERIC.match(body)):
        await ctx.reply(views.bad_number(typed[0].strip()))
        return True
    if not who or not said:
        await ctx.reply(views.usage())
        return True
    meaning = ctx.office.classifier.understand(said)
    caller = await phone_reports.caller_of(ctx.tx, who)
    if caller.among:
        await ctx.reply(views.several(caller.among))
    elif caller.person is None:
        await ctx.reply(views.nobody_called(who))
    else:
        await phone_reports.report(ctx.tx, ctx.office, ctx.person, caller.person, said, meaning)
    return True

"""代报 电话 单位姓名 情况, and 刚接到民政局李梅电话，…: a seat enters what a caller says, in one line."""

import re

from bot.core import calls
from bot.core.calls import Call
from bot.desk import callers, cards, people, phone_reports
from bot.routing import Context, Router
from bot.views import phone_reports as views
from handlers.cards import press_of

router = Router("phone reports")
COMMAND = re.compile(r"^(?:代报|代(?=[ +\d])|电话报障)[\s:：]*(.*)$", re.S)
SHORT = re.compile(r"^(?:来电|电话|接电话|有电话)?[\s:：]*(\+?\d.*)$", re.S)
"""A seat's line that begins with a telephone number: somebody is on the line."""
NUMERIC = re.compile(r"^\+?\d[\d\- ]*")
WORD = re.compile(r"^(?:(?P<yes>登记|确认登记|确认|是|是的|对|好|好的|1)|不登记|不用|不是|取消|算了|2)[。！!]?$")
AT_ONCE = ("emergency", "classified")
"""Nobody is asked about these first: danger does not wait, and what is classified is not kept to be asked about."""
NO_REPORT = ("done", "cancel", "thanks", "greeting", "agree", "disagree")
LABELS = {True: "已登记", False: "未登记", None: "已过时"}


def _begins_with_number(ctx: Context) -> bool:
    match = SHORT.match(ctx.text)
    number, said = calls.split(match[1]) if match else ("", "")
    return _at_desk(ctx) and number.isdigit() and bool(said)


@router.on(lambda ctx: not ctx.update.chat_id and (bool(COMMAND.match(ctx.text)) or _begins_with_number(ctx)))
async def enter(ctx: Context) -> bool:
    match = COMMAND.match(ctx.text) or SHORT.match(ctx.text)
    body = match.group(1).strip() if match else ""
    call = calls.of_line(body)
    if not people.is_desk(ctx.person):
        if not call.phone:
            return False
        await ctx.reply(views.only_the_desk())
        return True
    if body and call.nobody and (typed := NUMERIC.match(body)):
        await ctx.reply(views.bad_number(typed[0].strip()))
        return True
    if call.nobody or not call.said:
        await ctx.reply(views.usage())
        return True
    caller = await phone_reports.caller_of(ctx.tx, call)
    if caller.among:
        await ctx.reply(views.several(caller.among))
    elif caller.person is None and not phone_reports.can_be_called(call):
        await ctx.reply(views.nobody_called(call.name))
    else:
        meaning = ctx.office.classifier.understand(call.said)
        if caller.person is not None and await callers.about_his_ticket(
            ctx.tx, ctx.office, ctx.person, caller.person, call.said, meaning
        ):
            return True
        who = caller.person or await phone_reports.newcomer(ctx.tx, call)
        await phone_reports.report(ctx.tx, ctx.office, ctx.person, who, call, meaning)
    return True


@router.on(lambda ctx: _at_desk(ctx) and calls.heard(ctx.text) is not None)
async def told(ctx: Context) -> bool:
    """A call told in a sentence: never a report of the seat's own. What a colleague rang about is left to others."""
    call = calls.heard(ctx.text) or Call()
    meaning = ctx.office.classifier.understand(call.said)
    caller = await phone_reports.caller_of(ctx.tx, call)
    if caller.person is not None and people.is_staff(caller.person):
        return False
    if caller.person is not None and await callers.about_his_ticket(
        ctx.tx, ctx.office, ctx.person, caller.person, call.said, meaning
    ):
        return True
    if meaning.intent in (*NO_REPORT, *callers.ASKS):
        return False
    if meaning.decision == "other":
        return False
    if caller.among:
        await ctx.reply(views.several(caller.among))
    elif caller.person is not None or meaning.decision in AT_ONCE:
        who = caller.person or await phone_reports.newcomer(ctx.tx, call)
        await phone_reports.report(ctx.tx, ctx.office, ctx.person, who, call, meaning)
    else:
        await phone_reports.ask(ctx.tx, ctx.person, call)
    return True


@router.press("call-open", "call-drop")
async def pressed(ctx: Context) -> bool:
    press = press_of(ctx)
    number = await cards.about(ctx.tx, press, ctx.person, phone_reports.PURPOSE)
    if not number:
        return False
    right = press.verb == "call-open"
    done = await phone_reports.settle(ctx.tx, ctx.office, ctx.person, number, right=right)
    if done is None:
        await ctx.reply(views.call_over())
    await cards.relabel(ctx.tx, press, LABELS[done])
    return True


@router.on(
    lambda ctx: ctx.pending is not None and ctx.pending.kind == phone_reports.CONFIRM and bool(WORD.match(ctx.text))
)
async def answered(ctx: Context) -> bool:
    match = WORD.match(ctx.text)
    right = bool(match and match["yes"])
    return await phone_reports.settle(ctx.tx, ctx.office, ctx.person, "", right=right) is not None


def _at_desk(ctx: Context) -> bool:
    return not ctx.update.chat_id and people.is_desk(ctx.person) and not people.is_engineer(ctx.person)

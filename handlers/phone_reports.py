"""代报 电话 单位姓名 情况, and 刚接到民政局李梅电话，…: a seat enters what a caller says, in one line."""

import re

from bot.core import calls
from bot.core.calls import Call
from bot.desk import callers, cards, people, phone_reports, search
from bot.desk.phone_reports import Caller
from bot.routing import Context, Router
from bot.views import desk_tools as tool_views
from bot.views import notices
from bot.views import phone_reports as views
from handlers import picking
from handlers.cards import press_of
from knowledge import Understanding

router = Router("phone reports")
COMMAND = re.compile(r"^(?:代报|代(?=[ +\d])|电话报障)[\s:：]*(.*)$", re.S)
SHORT = re.compile(r"^(?:来电|电话|接电话|有电话)?[\s:：]*(\+?\d.*)$", re.S)
"""A seat's line that begins with a telephone number: somebody is on the line."""
CHOSEN = re.compile(r"^#(?P<id>\d{1,9})\s+(?P<body>.+)$", re.S)
"""`#12` stands for person 12, whatever else is told of the caller."""
NUMERIC = re.compile(r"^\+?\d[\d\- ]*")
WORD = re.compile(r"^(?:(?P<yes>登记|确认登记|确认|是|是的|对|好|好的|1)|不登记|不用|不是|取消|算了|2)[。！!]?$")
AT_ONCE = ("emergency", "classified")
"""Nobody is asked about these first: danger does not wait, and what is classified is not kept to be asked about."""
"""What a caller says of a ticket that he has."""
NO_REPORT = ("done", "cancel", "thanks", "greeting", "agree", "disagree")
LABELS = {True: "已登记", False: "未登记", None: "已过时"}


def _begins_with_number(ctx: Context) -> bool:
    match = SHORT.match(ctx.text)
    number, said = calls.split(match[1]) if match else ("", "")
    return _at_desk(ctx) and number.isdigit() and bool(said)


@router.on(lambda ctx: people.is_desk(ctx.person) and picking.taken(ctx) is not None)
async def picked(ctx: Context) -> bool:
    """A digit after several callers of one name."""
    whole = picking.taken(ctx)
    if whole is None or not COMMAND.match(whole.text):
        return False
    await cards.answered(ctx.tx, ctx.person)
    return await enter(whole)


@router.on(lambda ctx: not ctx.update.chat_id and (bool(COMMAND.match(ctx.text)) or _begins_with_number(ctx)))
async def enter(ctx: Context) -> bool:
    match = COMMAND.match(ctx.text) or SHORT.match(ctx.text)
    body = match.group(1).strip() if match else ""
    chosen = CHOSEN.match(body)
    body = chosen["body"] if chosen else body
    call = await phone_reports.read(ctx.tx, body)
    if not people.is_desk(ctx.person):
        if not call.phone:
            return False
        await ctx.reply(views.only_the_desk())
        return True
    if body and call.nobody and (typed := NUMERIC.match(body)):
        await ctx.reply(views.bad_number(typed[0].strip()))
        return True
    meaning = ctx.office.classifier.understand(call.said or body)
    if (call.nobody or not call.said) and meaning.decision in AT_ONCE:
        call = Call(said=body)
    elif call.nobody or not call.said:
        known = bool(body) and bool(await search.called(ctx.tx, body))
        await ctx.reply(views.what_of(body) if known else views.usage())
        return True
    picked = await people.person(ctx.tx, int(chosen["id"])) if chosen else None
    caller = Caller(picked) if picked else await phone_reports.caller_of(ctx.tx, call)
    if caller == Caller():
        caller = await phone_reports.nicknamed(ctx.tx, call)
    if (
        meaning.decision not in AT_ONCE
        and caller.person is not None
        and await callers.about_his_ticket(ctx.tx, ctx.office, ctx.person, caller.person, call.said, meaning)
    ):
        return True
    if meaning.decision in AT_ONCE or caller.person or (not caller.among and phone_reports.can_be_called(call)):
        await _report(ctx, caller, call, meaning)
    elif caller.among:
        await _which(ctx, caller, call, body)
    else:
        await ctx.reply(views.nobody_called(call.name))
    return True


@router.on(
    lambda ctx: (
        people.is_engineer(ctx.person)
        and not (ctx.update.chat_id or people.is_desk(ctx.person))
        and bool(calls.ON_BEHALF.match(ctx.text))
    )
)
async def passed_on(ctx: Context) -> bool:
    """帮李梅报个单，… of a technician: no report of his own; the seats read it with the line that enters it."""
    call = calls.heard(ctx.text)
    if call is None or not call.name or (ctx.understanding is not None and ctx.meaning.decision in AT_ONCE):
        return False
    for seat in await people.seats(ctx.tx, ctx.office.fallback_owner):
        await notices.tell(ctx.tx, seat, views.to_enter(ctx.person, call))
    await ctx.reply(views.passed_to_desk(call))
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
    if caller.person is not None or meaning.decision in AT_ONCE:
        await _report(ctx, caller, call, meaning)
    elif caller.among:
        await _which(ctx, caller, call, ctx.text)
    else:
        await phone_reports.ask(ctx.tx, ctx.person, call)
    return True


async def _report(ctx: Context, caller: Caller, call: Call, meaning: Understanding) -> None:
    who = caller.person or await phone_reports.newcomer(ctx.tx, call)
    await phone_reports.report(ctx.tx, ctx.office, ctx.person, who, call, meaning)


async def _which(ctx: Context, caller: Caller, call: Call, body: str) -> None:
    """Several may be meant: nothing is opened until the seat says who; then it is as if it had been typed in full."""
    shown = caller.among[: search.SHOWN]
    labels = [tool_views.person_label(p, await people.unit_name(ctx.tx, p.unit_id)) for p in shown]
    line = f"代报 {picking.GAP} {body.replace(picking.GAP, '')}"
    await picking.offer(ctx, line, [f"#{p.id}" for p in shown], views.several(call.name, labels))


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

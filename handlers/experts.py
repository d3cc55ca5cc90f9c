"""求助 and after: an expert joins, both talk, he leaves. Commands, danger and readings are not part of the talk."""

import re

from bot.core.updates import Text
from bot.desk import experts, guidance, people, tickets
from bot.desk.tickets import Ticket, Words
from bot.routing import Context, Router
from bot.views import field as views
from handlers.cards import on_press, true_state
from handlers.technician_words import COMMANDS, DIGITS, DUTY

router = Router("experts")

ANSWER = re.compile(r"^(?P<word>加入|不方便)\s*#?(?P<id>\d{1,9})?\s*号?$")
LEAVE = re.compile(r"^(?:离开|结束协助)\s*#?(?P<id>\d{1,9})?\s*号?$")


def _asked(ctx: Context, ticket: Ticket) -> bool:
    """The card was his (judged before); whether the question still stands is the use case's to say."""
    return True


@on_press(router, "help-join", may=_asked)
async def join_card(ctx: Context, ticket: Ticket) -> None:
    if not await experts.join(ctx.tx, ctx.office, ticket, ctx.person):
        await true_state(ctx, ticket)


@on_press(router, "help-decline", may=_asked)
async def decline_card(ctx: Context, ticket: Ticket) -> None:
    if not await experts.decline(ctx.tx, ctx.office, ticket, ctx.person):
        await true_state(ctx, ticket)


@router.on(lambda ctx: bool(ANSWER.match(ctx.text)) and _works_here(ctx))
async def answer(ctx: Context) -> bool:
    """加入 17 / 不方便 17; without a number the newest question."""
    match = ANSWER.match(ctx.text)
    number = int(match["id"]) if match and match["id"] else ctx.quoted
    asked = [t for t in await experts.asked(ctx.tx, ctx.person) if number in (None, t.id)]
    do = experts.join if ctx.text.startswith("加入") else experts.decline
    if not asked or not await do(ctx.tx, ctx.office, asked[0], ctx.person):
        await ctx.reply(views.not_asked("协助"))
    return True


@router.on(lambda ctx: bool(LEAVE.match(ctx.text)) and _works_here(ctx))
async def leave(ctx: Context) -> bool:
    """离开 17 by the expert, 结束协助 17 by the holder."""
    match = LEAVE.match(ctx.text)
    number = int(match["id"]) if match and match["id"] else ctx.quoted
    talk = await experts.talk_of(ctx.tx, ctx.person, number)
    ticket = talk[1] if talk else await tickets.get(ctx.tx, number or ctx.person.focus_ticket_id)
    if ticket is None or not await experts.leave(ctx.tx, ctx.office, ticket, ctx.person):
        await ctx.reply(views.not_asked("协助"))
    return True


@router.on(lambda ctx: isinstance(ctx.update.content, Text) and bool(ctx.text) and _works_here(ctx))
async def talk(ctx: Context) -> bool:
    """Whatever else is typed while a talk is on reaches the other."""
    found = await experts.talk_of(ctx.tx, ctx.person)
    if found is None or _command(ctx.text):
        return False
    if ctx.understanding and ctx.understanding.decision in ("emergency", "classified"):
        return False
    row, ticket = found
    reading = any(ch.isdigit() for ch in ctx.text)
    if row.holder_id == ctx.person.id and reading and await guidance.wants(ctx.tx, ctx.office, ticket) == "reading":
        return False
    await experts.say(ctx.tx, row, ticket, ctx.person, Words(ctx.text))
    return True


def _works_here(ctx: Context) -> bool:
    return people.is_engineer(ctx.person) or people.is_desk(ctx.person)


def _command(text: str) -> bool:
    if text in DIGITS or text in DUTY or text in ("我的单", "我的"):
        return True
    found = [match for pattern, _, _ in COMMANDS if (match := pattern.match(text))]
    return any(match["id"] or not match["rest"] or len(text) <= 10 for match in found)

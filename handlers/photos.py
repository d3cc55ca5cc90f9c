"""Which matter a photo belongs to, when whoever sent it has several and nothing says which: his tap, or his words."""

import re

from bot.desk import holding, photos, tickets
from bot.desk.tickets import Ticket
from bot.routing import Context, Router
from bot.views import reporter
from handlers.cards import on_press, press_of, true_state

router = Router("photos")
NUMBER = re.compile(r"^(?:是|就是)?#?(\d{1,9})\s*(号?)(?:单|的|那个|那张)*[。！!]?$")
NEW = re.compile(r"^(?:是|都)?(?:新的?|新问题|新的问题|别的|其他|另外的|都不是|不是)(?:问题|一个|事)?[。！!]?$")
SHORT = 10
"""Characters: what is longer is a message of its own."""


def _his(ctx: Context, ticket: Ticket) -> bool:
    return ticket.reporter_id == ctx.person.id or holding.holds(ticket, ctx.person)


@on_press(router, "photo-", may=_his)
async def pressed(ctx: Context, ticket: Ticket) -> None:
    row, said = await photos.held(ctx.tx, ctx.person), press_of(ctx).verb.removeprefix("photo-")
    if row is None:
        await true_state(ctx, ticket)
    else:
        await photos.belongs(ctx.tx, ctx.office, ctx.person, row, int(said) if said.isdigit() else None)


@on_press(router, "resend-", may=lambda ctx, ticket: ticket.reporter_id == ctx.person.id)
async def of_which(ctx: Context, ticket: Ticket) -> None:
    """What was not kept beside a classified matter is of this one, he says, and sends it once more."""
    about = await photos.announced(ctx.tx, ctx.person, int(press_of(ctx).verb.removeprefix("resend-")))
    if about is None:
        await true_state(ctx, ticket)
    else:
        await ctx.reply(reporter.send_again(about))


def _may_answer(ctx: Context) -> bool:
    told = ctx.understanding is not None and ctx.understanding.decision not in ("emergency", "classified")
    return told and 0 < len(ctx.text) <= SHORT


@router.on(_may_answer)
async def typed(ctx: Context) -> bool:
    """17号, 新问题, or the device of one of them. A bare number may be the answer to something else he is asked."""
    match, new = NUMBER.match(ctx.text), bool(NEW.match(ctx.text))
    if not (match or new or ctx.meaning.device_only) or (row := await photos.held(ctx.tx, ctx.person)) is None:
        return False
    if match and ctx.pending is not None and not match[2]:
        return False
    number = None if new else await _number(ctx, row.data["tickets"], int(match[1]) if match else None)
    if number is None and not new:
        return False
    await photos.belongs(ctx.tx, ctx.office, ctx.person, row, number)
    return True


async def _number(ctx: Context, options: list[int], typed: int | None) -> int | None:
    """The one of `options` that was typed, or whose device was named."""
    if typed is not None:
        return typed if typed in options else None
    found = [await tickets.get(ctx.tx, number) for number in options]
    named = [t.id for t in found if t is not None and t.item in ctx.meaning.named]
    return named[0] if len(named) == 1 else None

"""师傅到了 and 联系过了 by the reporter, a technician's position. Before the arrivals, which take positions otherwise."""

import re

from bot.core.updates import Location
from bot.desk import assets, focus, people, proof, room_codes, tickets
from bot.desk.tickets import Ticket
from bot.routing import Context, Router
from bot.views import proof as views
from handlers.cards import on_press, press_of, true_state

router = Router("proof")

WORDS = {
    "师傅到了": ("arrive", True),
    "师傅来了": ("arrive", True),
    "没见到人": ("arrive", False),
    "人没到": ("arrive", False),
    "联系过了": ("contact", True),
    "没有联系": ("contact", False),
    "没联系我": ("contact", False),
}
SAID = re.compile(rf"^(?P<words>{'|'.join(WORDS)})\s*#?(?P<id>\d{{1,9}})?\s*号?[。！!]?$")
KINDS = {"arrived": "arrive", "contacted": "contact"}


def _own(ctx: Context, ticket: Ticket) -> bool:
    return ticket.reporter_id == ctx.person.id


@on_press(router, "arrived-yes", "arrived-no", "contacted-yes", "contacted-no", may=_own)
async def tapped(ctx: Context, ticket: Ticket) -> None:
    what, _, answer = press_of(ctx).verb.partition("-")
    if not await proof.said(ctx.tx, ctx.office, ticket, ctx.person, KINDS[what], right=answer == "yes"):
        await true_state(ctx, ticket)


@router.on(lambda ctx: bool(SAID.match(ctx.text)) and not people.is_engineer(ctx.person))
async def said(ctx: Context) -> bool:
    match = SAID.match(ctx.text)
    if match is None:
        return False
    kind, right = WORDS[match["words"]]
    live = await tickets.live_of(ctx.tx, ctx.person)
    meant = [t for t in live if not match["id"] or t.id == int(match["id"])]
    for ticket in meant:
        if await proof.said(ctx.tx, ctx.office, ticket, ctx.person, kind, right=right):
            return True
    await ctx.reply(views.nothing_to_confirm())
    return True


@router.on(lambda ctx: isinstance(ctx.update.content, Location) and people.is_engineer(ctx.person))
async def position(ctx: Context) -> bool:
    """A technician's position is about the focused ticket. Without a ticket nothing of it is kept, and he is told so,
    unless he has reported something himself: then it is where that is.
    """
    content = ctx.update.content
    held = await tickets.held_by(ctx.tx, ctx.person)
    if not isinstance(content, Location):
        return False
    if not held:
        if await tickets.live_of(ctx.tx, ctx.person):
            return False
        if content.label:
            await ctx.reply(views.no_ticket_for_it())
        return True
    ticket = focus.of(held, ctx.person) or held[0]
    if ctx.update.account.platform != "wecom":
        await ctx.reply(views.not_counted(ticket))
        return True
    metres, row = await proof.located(ctx.tx, ctx.person, ticket, content.latitude, content.longitude)
    if row is None and ticket.arrived_at is not None:
        if content.label:
            await ctx.reply(views.too_late(ticket))
    elif row is not None or content.label:
        await ctx.reply(views.located(ticket, metres, row.grade if row else "", pressed=row is not None))
    return True


@router.on(lambda ctx: people.is_engineer(ctx.person) and assets.sealed(ctx.text) is not None)
async def room(ctx: Context) -> bool:
    """A technician reads the code of a room."""
    if (found := assets.sealed(ctx.text)) is not None:
        await room_codes.read(ctx.tx, ctx.office, ctx.person, found)
    return True

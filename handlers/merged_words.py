"""没修好 by somebody whose report was merged, after the ticket it was handled with was closed: his own goes on by itself."""

import re

from bot.core.ticket import Status
from bot.desk import closing, merging, seats, tickets
from bot.routing import Context, Router
from bot.views import desk_tools as views
from handlers import own_tickets

router = Router("merged words")

STILL = re.compile(r"^(?:可是|但是?|不过)?(?:我(?:的|这边?|这里|那台)?)?(?:还是|还没|仍然?|依然|又)")
SHORT = 16
"""Characters: a longer message is a report of its own."""


def _not_done(ctx: Context) -> bool:
    if not ctx.text:
        return False
    still = bool(STILL.match(ctx.text)) and len(ctx.text) <= SHORT
    return ctx.meaning.intent == "not_done" or still


@router.on(lambda ctx: own_tickets.said(ctx) and ctx.pending is None and _not_done(ctx))
async def not_fixed(ctx: Context) -> bool:
    """What was asked of him was to say so (还不行就再发一句); within the days in which a ticket may be reopened."""
    own = await tickets.latest_of(ctx.tx, ctx.person)
    if own is None or own.status != Status.MERGED:
        return False
    into = await merging.handled_with(ctx.tx, own)
    if into is None or not closing.may_reopen(ctx.office, into, ctx.tx.now):
        return False
    if not await merging.undo(ctx.tx, ctx.office, own, None):
        return False
    await own_tickets.keep(ctx, own)
    await ctx.reply(views.goes_on(own))
    await seats.inform(ctx.tx, ctx.office, own, "not-fixed", ctx.person.name)
    return True

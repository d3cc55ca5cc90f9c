"""还有谁: who else could take a ticket. The desk may ask about any, a technician about what was offered to him or is his."""

import re

from bot.desk import candidates, holding, offers, people, tickets
from bot.routing import Context, Router
from bot.views import choices as views
from bot.views import desk as desk_views

router = Router("choices")
ASKED = re.compile(r"^还有(?:谁|哪个|哪位)(?:能|可以|有空)?(?:去|来|接|派)?\s*#?(\d{1,9})?\s*号?[？?]?$")


@router.on(lambda ctx: bool(ASKED.match(ctx.text)) and (people.is_desk(ctx.person) or people.is_engineer(ctx.person)))
async def others(ctx: Context) -> bool:
    match = ASKED.match(ctx.text)
    asked = match.group(1) if match else None
    number = int(asked) if asked else await _usual(ctx)
    if number is None:
        await ctx.reply(views.which())
        return True
    ticket = await tickets.get(ctx.tx, number)
    if ticket is None:
        await ctx.reply(desk_views.no_such(f"{number}号单"))
        return True
    concerned = holding.holds(ticket, ctx.person) or await offers.latest(ctx.tx, ticket, ctx.person)
    if not people.is_desk(ctx.person) and not concerned:
        await ctx.reply(views.not_yours(ticket))
        return True
    ranked, kept_out, permits = await candidates.choices_for(ctx.tx, ctx.office, ticket)
    await ctx.reply(views.others(ticket, ranked, kept_out, permits))
    return True


async def _usual(ctx: Context) -> int | None:
    """Without a number: the quoted ticket, the only one offered, or the one in hand."""
    if ctx.quoted is not None:
        return ctx.quoted
    offered = await offers.offered_to(ctx.tx, ctx.person)
    return offered[0].id if len(offered) == 1 else ctx.person.focus_ticket_id

"""Which of his tickets a technician means: by number, by quoting, else the focused one. With several nothing is guessed."""

from bot.desk import focus, tickets
from bot.desk.tickets import Ticket
from bot.routing import Context
from bot.views import technician


async def focused(ctx: Context) -> Ticket | None:
    """What bare words are about: the ticket of the message he quotes, if it is his, else the focused one. None: none is."""
    held = await tickets.held_by(ctx.tx, ctx.person)
    if ctx.quoted is not None:
        return next((t for t in held if t.id == ctx.quoted), None)
    return focus.of(held, ctx.person)


async def meant(ctx: Context, number: int | None) -> Ticket | None:
    """The ticket in hand that is meant. None: there is none, or it is not clear which, and he has been told so."""
    held = await tickets.held_by(ctx.tx, ctx.person)
    number = ctx.quoted if number is None else number
    found = focus.of(held, ctx.person) if number is None else next((t for t in held if t.id == number), None)
    if found is None:
        unclear = held and number is None
        await ctx.reply(technician.which_ticket(held, ctx.office.voice) if unclear else technician.no_ticket())
    return found

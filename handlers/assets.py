"""Labels: a device's or a room's code, typed or scanned, from anybody who reports. Danger in the words comes before all."""

from bot.desk import assets, moved, tickets
from bot.desk.tickets import Ticket
from bot.routing import Context, Router
from handlers.cards import on_press, press_of, true_state

router = Router("assets")


@router.on(lambda ctx: assets.read(ctx.text) is not None)
async def code(ctx: Context) -> bool:
    """Emergencies beside something open, and classified matters, keep their own way."""
    found = assets.read(ctx.text)
    own_way = ctx.meaning.decision == "emergency" and bool(await tickets.live_of(ctx.tx, ctx.person))
    if found is None or own_way or ctx.meaning.decision == "classified":
        return False
    await assets.scanned(ctx.tx, ctx.office, ctx.person, found, ctx.pending)
    return True


@on_press(router, "asset-moved", "asset-lent", may=lambda ctx, ticket: ticket.reporter_id == ctx.person.id)
async def stands(ctx: Context, ticket: Ticket) -> None:
    """搬到这里了 / 只是借用: whether the list follows."""
    if not await moved.answer(ctx.tx, ctx.person, ticket, here=press_of(ctx).verb == "asset-moved"):
        await true_state(ctx, ticket)

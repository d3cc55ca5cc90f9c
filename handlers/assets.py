"""Labels: a device's or a room's code, typed or scanned, from anybody who reports. Danger in the words comes before all."""

from bot.desk import assets, tickets
from bot.routing import Context, Router

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

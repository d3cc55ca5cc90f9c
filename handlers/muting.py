"""禁言: the desk mutes and unmutes; what a muted person types is held before any other conversation sees it."""

import re

from bot.core.updates import Text
from bot.desk import muting, people
from bot.routing import Context, Router
from bot.views import muting as views
from handlers import picking

router = Router("muting")
MUTE = re.compile(r"^禁言[\s:：]*(?P<who>\S+?)(?:\s+(?P<span>\S+(?:\s+\D+)?))?$")
UNMUTE = re.compile(r"^(?:解除禁言|取消禁言|解禁)[\s:：]*(?P<who>\S+)$")
PASSES = ("emergency", "classified")


@router.on(lambda ctx: isinstance(ctx.update.content, Text) and muting.may_be_muted(ctx.person))
async def held(ctx: Context) -> bool:
    """A line of a muted person; safety and classified matters pass."""
    mute = await muting.standing(ctx.tx, ctx.person)
    if mute is None or not ctx.text or (ctx.understanding and _passes(ctx)):
        return False
    await muting.hold(ctx.tx, ctx.office, ctx.person, mute, ctx.text)
    return True


def _passes(ctx: Context) -> bool:
    return ctx.meaning.decision in PASSES or ctx.meaning.safety


@router.on(lambda ctx: people.is_desk(ctx.person) and ctx.text in ("禁言", "禁言名单"))
async def listing(ctx: Context) -> bool:
    await ctx.reply(views.listing(ctx.office.voice, await muting.current(ctx.tx), ctx.tx.now))
    return True


@router.on(lambda ctx: people.is_desk(ctx.person) and bool(MUTE.match(ctx.text)))
async def mute(ctx: Context) -> bool:
    match = MUTE.match(ctx.text)
    said, wanted = (match["who"], "".join((match["span"] or "").split())) if match else ("", "")
    length = muting.span(wanted)
    if length is None:
        await ctx.reply(views.how_long())
        return True
    person = await picking.person(ctx, said, f"禁言 {picking.GAP} {wanted}".strip())
    if person is None:
        return True
    if not muting.may_be_muted(person):
        await ctx.reply(views.not_allowed(person))
        return True
    row = await muting.mute(ctx.tx, ctx.office, person, ctx.person, length)
    await ctx.reply(views.muted(ctx.office.voice, person, row.until, ctx.tx.now))
    return True


@router.on(lambda ctx: people.is_desk(ctx.person) and bool(UNMUTE.match(ctx.text)))
async def unmute(ctx: Context) -> bool:
    match = UNMUTE.match(ctx.text)
    person = await picking.person(ctx, match["who"] if match else "", f"解除禁言 {picking.GAP}")
    if person is not None:
        lifted = await muting.unmute(ctx.tx, ctx.office, person, ctx.person)
        await ctx.reply(views.unmuted(person) if lifted else views.not_muted(person))
    return True

"""The conversations, one file a topic, and the order in which they are asked. The order is the whole configuration."""

import logging
from collections.abc import Sequence

from bot.core.updates import Press
from bot.routing import Context, Router
from bot.views import reporter as reporter_views
from handlers import (
    approvals,
    arrivals,
    assets,
    bare_answers,
    broadcasts,
    charges,
    choices,
    classified,
    clocks,
    complaints,
    desk,
    desk_tools,
    duty,
    duty_requests,
    experts,
    field,
    handover,
    hotline,
    incidents,
    kpi,
    leavers,
    members,
    merged_words,
    muting,
    own_tickets,
    phone_reports,
    photos,
    proof,
    reach,
    relay,
    repair,
    reporter_answers,
    reporter_cards,
    reporter_words,
    reports,
    rounds,
    spares,
    staff_words,
    stop_days,
    technician_cards,
    technician_words,
    thumb,
    visits,
)
from handlers.staff_lines import as_printed

log = logging.getLogger(__name__)

STAFF = (
    classified.router,
    thumb.router,
    proof.router,
    kpi.router,
    muting.router,
    relay.router,
    arrivals.router,
    reporter_cards.router,
    technician_cards.router,
    incidents.router,
    clocks.router,
    stop_days.router,
    bare_answers.router,
    approvals.router,
    field.router,
    visits.staff,
    visits.router,
    spares.router,
    duty_requests.router,
    duty.router,
    leavers.router,
    members.router,
    rounds.router,
    choices.router,
    desk.router,
    handover.router,
    repair.router,
    experts.router,
    desk_tools.router,
    broadcasts.router,
    phone_reports.router,
    hotline.router,
    desk_tools.answers,
    relay.answers,
    reach.router,
    technician_words.router,
    assets.router,
    photos.router,
    staff_words.router,
)
REPORTER = (
    complaints.router,
    charges.router,
    merged_words.router,
    reporter_answers.router,
    reporter_words.router,
    reports.router,
)
"""What anybody says of his own matters comes last; a message that tells several is divided here, and each is heard."""


async def handle(ctx: Context) -> None:
    """Offer the update to each router in turn. What nobody knows gets a friendly answer, never silence."""
    ctx = await as_printed(ctx)
    if await _heard(ctx, STAFF):
        return
    for matter in await own_tickets.matters(ctx):
        if not await _heard(matter, REPORTER):
            await _unknown(matter)


async def _heard(ctx: Context, routers: Sequence[Router]) -> bool:
    for router in routers:
        if await router.handle(ctx):
            return True
    return False


async def _unknown(ctx: Context) -> None:
    log.warning("nobody's update", extra={"update": ctx.update.key})
    if isinstance(ctx.update.content, Press):
        await ctx.reply(reporter_views.expired_card(ctx.office.voice))
    else:
        await ctx.reply(reporter_views.not_understood(ctx.office.voice))


__all__ = ["REPORTER", "STAFF", "handle"]

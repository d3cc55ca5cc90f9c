"""The conversations, one file a topic, and the order in which they are asked. The order is the whole configuration."""

import logging

from bot.core.updates import Press
from bot.routing import Context
from bot.views import reporter as reporter_views
from handlers import (
    approvals,
    arrivals,
    assets,
    bare_answers,
    broadcasts,
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
    members,
    merged_words,
    muting,
    phone_reports,
    photos,
    proof,
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

ROUTERS = (
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
    visits.router,
    spares.router,
    duty_requests.router,
    duty.router,
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
    relay.answers,
    technician_words.router,
    assets.router,
    photos.router,
    staff_words.router,
    complaints.router,
    merged_words.router,
    reporter_answers.router,
    reporter_words.router,
    reports.router,
)


async def handle(ctx: Context) -> None:
    """Offer the update to each router in turn. What nobody knows gets a friendly answer, never silence."""
    ctx = await as_printed(ctx)
    for router in ROUTERS:
        if await router.handle(ctx):
            return
    log.warning("nobody's update", extra={"update": ctx.update.key})
    if isinstance(ctx.update.content, Press):
        await ctx.reply(reporter_views.expired_card(ctx.office.voice))
    else:
        await ctx.reply(reporter_views.not_understood(ctx.office.voice))


__all__ = ["ROUTERS", "handle"]

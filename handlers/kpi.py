"""指标: the figures of a period, for the desk, its leads, the managing agency and the supervisor."""

import re

from bot.core import kpi as core
from bot.core.kpi import Asked, Period
from bot.desk import clocks, kpi, people, search
from bot.routing import Context, Router
from bot.views import desk_tools as tool_views
from bot.views import kpi as views
from bot.views import proof as proof_views
from bot.views import visits as visit_views
from handlers import picking

router = Router("figures")

WHEN = "|".join(sorted(core.WHEN, key=len, reverse=True))
FIGURES = re.compile(
    rf"^(?:看看?|查一?下?)?(?P<when>{WHEN})?的?(?:到场)?(?P<word>指标|日报|周报|月报|报表)"
    rf"(?P<rest>\s*(?:{'|'.join(core.DETAILED)})|[\s:：,，]+\S.*)?$"
)
OF_AGENCY = re.compile(rf"^(?:看看?|查一?下?)?(?P<agency>[^\s，。]{{2,20}}?)的?(?P<when>{WHEN})?的?指标$")
BARE = ("指标", "到场指标")
"""What even a reporter may mean by it: he is told who sees the figures."""


@router.on(lambda ctx: kpi.may_see(ctx.person) and picking.taken(ctx) is not None)
async def picked(ctx: Context) -> bool:
    """A digit after several agencies: by whoever sees the figures, of the desk or not."""
    whole = picking.taken(ctx)
    return whole is not None and await figures(whole)


@router.on(lambda ctx: bool(FIGURES.match(ctx.text)))
async def figures(ctx: Context) -> bool:
    match = FIGURES.match(ctx.text)
    if match is None:
        return False
    words = re.split(r"[\s:：,，]+", match["rest"].strip(" ：:,，")) if match["rest"] else []
    first = match["when"] or (match["word"] if match["word"] in core.WHEN else "")
    wanted = core.asked([*filter(None, [first]), *words], kpi.local(ctx.tx, ctx.office))
    if kpi.may_see(ctx.person):
        await _show(ctx, wanted)
        return True
    if not (ctx.text in BARE or (people.is_staff(ctx.person) and not wanted.agency)):
        return False
    await ctx.reply(proof_views.not_for_you())
    return True


@router.on(lambda ctx: kpi.may_see(ctx.person) and bool(OF_AGENCY.match(ctx.text)))
async def of_agency(ctx: Context) -> bool:
    match = OF_AGENCY.match(ctx.text)
    if match is None or not await kpi.agencies(ctx.tx, match["agency"]):
        return False
    await _show(ctx, Asked(match["when"] or "", match["agency"]))
    return True


async def _show(ctx: Context, wanted: Asked) -> None:
    now = kpi.local(ctx.tx, ctx.office)
    period = core.period(wanted.when or "本月", now) or Period("", now, now)
    units = await kpi.agencies(ctx.tx, wanted.agency) if wanted.agency else []
    if wanted.agency and not units:
        await ctx.reply(views.no_such_agency(wanted.agency))
    elif len(units) > 1:
        names = [unit.name for unit in units[: search.SHOWN]]
        line = " ".join(filter(None, ("指标", picking.GAP, wanted.when, "详细" if wanted.detailed else "")))
        await picking.offer(ctx, line, names, tool_views.which(wanted.agency, names))
    else:
        await _answer(ctx, wanted, period, units[0] if units else None)


async def _answer(ctx: Context, wanted: Asked, period: Period, unit: kpi.Unit | None) -> None:
    """A month of tickets takes seconds to read: nobody's report waits for it."""
    times, unit_id = [period], unit.id if unit else None
    today = core.period("今日", kpi.local(ctx.tx, ctx.office))
    if today is not None and period.name == "本月" and not wanted.detailed:
        times.insert(0, today)

    counted_in = times if unit_id is None and not wanted.detailed else []
    found, kept = ctx.read("figures", lambda tx: kpi.read(tx, ctx.office, period, unit_id, counted_in))
    now, agency, summed = ctx.tx.now, unit.name if unit else "", found.figures()
    net, grades = clocks.net(ctx.office), [(p.name, found.grades(p.since)) for p in times]
    if wanted.detailed:
        asked_for = {p: sum(case.priority == p for case in found.cases) for p in core.PRIORITIES}
        await ctx.reply(
            views.detailed(
                ctx.office.voice, period, now, summed,
                net=net, agency=agency, before=found.before, grades=grades, by_priority=asked_for,
            )
        )  # fmt: skip
        return
    await ctx.reply(
        views.short(
            ctx.office.voice, period, now, summed,
            net=net, agency=agency, before=found.before, grades=grades, visits=visit_views.kept(kept),
        )
    )  # fmt: skip

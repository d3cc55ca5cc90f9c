"""Reports: more about a ticket that is open, and whatever is left as a report of its own."""

from collections.abc import Sequence
from datetime import timedelta

from bot.desk import gathering, intake, merging, sequels, tickets
from bot.desk.tickets import Ticket, Words
from bot.routing import Context, Router
from bot.views import reporter
from handlers import own_tickets
from handlers.reporter_words import progress
from knowledge import acts
from knowledge.corrected import CORRECTION, cleared

router = Router("reports")

FRESH = timedelta(hours=24)


@router.on(lambda ctx: own_tickets.said(ctx) and ctx.meaning.decision in ("request", "route"))
async def told_again(ctx: Context) -> bool:
    """A request or a matter for others that is open already: this is more about it."""
    known = await sequels.told_before(ctx.tx, ctx.person, ctx.meaning)
    if known is None or await sequels.another_wish(ctx.tx, ctx.office, known, ctx.text, ctx.meaning):
        return False
    await sequels.again(ctx.tx, ctx.office, ctx.person, known, ctx.text, ctx.meaning)
    return True


@router.on(own_tickets.said)
async def about_an_open_ticket(ctx: Context) -> bool:
    """A correction, a clearer word or a detail about a ticket that is still open."""
    live, meaning = await own_tickets.live_of(ctx), ctx.meaning
    if ctx.apart:
        return await _alike(ctx, live)
    if ctx.quoted not in [t.id for t in live]:
        live = sequels.nearest(live, meaning)
    first = live[0] if live and not ctx.office.context.begins(ctx.text) else None
    corrects = first is not None and await _corrects(ctx, first)
    if first is not None and corrects and ctx.tx.now - first.created_at < FRESH:
        place = sequels.only_place(ctx.office, ctx.text) or meaning
        if sequels.replaced(first, place):
            await sequels.again(ctx.tx, ctx.office, ctx.person, first, ctx.text, place)
            return True
        if await sequels.follow(ctx.tx, ctx.office, ctx.person, first, ctx.text, meaning, corrects=True):
            return True
    if await _alike(ctx, live):
        return True
    for ticket in live[:1]:
        if sequels.is_open(ticket, ctx.tx.now):
            return await sequels.follow(ctx.tx, ctx.office, ctx.person, ticket, ctx.text, meaning, corrects=False)
    older = next((t for t in live if t.kind != "classified" and ctx.tx.now - t.created_at < FRESH), None)
    unsaid = meaning.details or meaning.kind == "other" or (meaning.decision == "human" and meaning.confidence < 0.3)
    if older is None or not unsaid:
        return False
    await sequels.again(ctx.tx, ctx.office, ctx.person, older, ctx.text, meaning)
    return True


async def _alike(ctx: Context, live: Sequence[Ticket]) -> bool:
    """The same fault at the same place that is open already: this is more about it."""
    known = [t for t in live if t.kind != "unclear" and t.fault and t.fault == ctx.meaning.fault]
    alike = next((t for t in known if not sequels.elsewhere(t, ctx.meaning)), None)
    if alike is None or ctx.tx.now - alike.created_at >= FRESH:
        return False
    await sequels.again(ctx.tx, ctx.office, ctx.person, alike, ctx.text, ctx.meaning)
    return True


async def _corrects(ctx: Context, ticket: Ticket) -> bool:
    """Whether a message corrects what was told of the ticket: in so many words, or by the learned judgement of acts."""
    device = str(ticket.slots.get("device") or "")
    said = await tickets.said(ctx.tx, ticket)
    in_words = CORRECTION.search(ctx.text) or cleared(device, ctx.text) is not None or _corrected_halfway(ctx, said)
    return bool(in_words) or (bool(ctx.acts) and acts.believed(ctx.acts) == "correct")


def _corrected_halfway(ctx: Context, said: Sequence[str]) -> bool:
    """Whether the message before began a correction and did not say what it is: 不是外接那个 / 是手提自己那排键."""
    if len(said) < 2 or not CORRECTION.search(said[-1]):
        return False
    before = ctx.office.classifier.understand(said[-1])
    return before.decision not in ("dispatch", "request", "route") and not before.details


@router.on(own_tickets.said)
async def about_a_merged_ticket(ctx: Context) -> bool:
    """More about a report that was merged goes to the ticket it is handled with."""
    for own, into in await merging.survivors(ctx.tx, ctx.person):
        recent = ctx.tx.now - own.created_at < FRESH
        if recent and await sequels.belongs(ctx.tx, ctx.office, own, ctx.text, ctx.meaning):
            await sequels.of_merged(ctx.tx, ctx.office, ctx.person, Words(ctx.text), own, into, ctx.meaning)
            return True
    return False


@router.on(lambda ctx: own_tickets.said(ctx) and len(ctx.text) > intake.LONG and ctx.meaning.decision != "dispatch")
async def story(ctx: Context) -> bool:
    """A very long message we are not sure of: kept whole, the desk reads it."""
    ticket = await tickets.open_ticket(ctx.tx, ctx.office, ctx.person, ctx.meaning, Words(ctx.text), kind="unclear")
    await ctx.reply(reporter.too_long(ctx.office.voice, ticket))
    await intake.quietly_to_desk(ctx.tx, ctx.office, ctx.person, ticket)
    return True


@router.on(
    lambda ctx: own_tickets.said(ctx) and ctx.meaning.request == "progress-query" and ctx.meaning.decision == "request"
)
async def query(ctx: Context) -> bool:
    return await progress(ctx)


@router.on(lambda ctx: own_tickets.said(ctx) and ctx.meaning.decision == "other")
async def other(ctx: Context) -> bool:
    await ctx.reply(reporter.chitchat(ctx.office.voice))
    return True


@router.on(own_tickets.said)
async def report(ctx: Context) -> bool:
    meaning = ctx.meaning if ctx.apart else ctx.office.context.alone(ctx.text)
    await gathering.report(ctx.tx, ctx.office, ctx.person, ctx.text, meaning)
    return True

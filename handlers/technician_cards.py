"""Presses of technicians: offer, work card, procedure steps, gates, reasons. Only the person it was offered to may."""

from bot.core.ticket import Action
from bot.desk import cards, closing, dispatch, experts, fieldwork, guidance, holding, offers, rounds
from bot.desk.tickets import Ticket
from bot.routing import Context, Router
from bot.views import notices, technician
from bot.views.words import DECLINE_REASONS
from handlers.cards import on_press, press_of, true_state

router = Router("technician cards")
MOVES = {"en-route": Action.EN_ROUTE, "arrive": Action.ARRIVE, "remote": Action.REMOTE}
OUTCOMES = {"step-ok": "ok", "step-fail": "fail", "step-skip": "skip"}


def _offered(ctx: Context, ticket: Ticket) -> bool:
    """The card was his (judged before); whether the offer still stands is the dispatcher's to say."""
    return True


def _holds(ctx: Context, ticket: Ticket) -> bool:
    return holding.holds(ticket, ctx.person)


@on_press(router, "accept", may=_offered)
async def accept(ctx: Context, ticket: Ticket) -> None:
    if not await dispatch.accept(ctx.tx, ctx.office, ticket, ctx.person):
        await true_state(ctx, ticket)


@on_press(router, "why", may=_offered)
async def why(ctx: Context, ticket: Ticket) -> None:
    if mine := await offers.latest(ctx.tx, ticket, ctx.person):
        await ctx.reply(technician.why_you(ctx.office.voice, ticket, mine))


@on_press(router, "decline", may=_offered)
async def decline(ctx: Context, ticket: Ticket) -> None:
    await cards.expect(ctx.tx, ctx.person, ticket, "decline")
    await notices.hand(ctx.tx, ctx.person, "decline", lambda c: technician.decline_reasons(ticket, c), ticket)


@on_press(router, "decline-", may=_offered)
async def decline_reason(ctx: Context, ticket: Ticket) -> None:
    reason = DECLINE_REASONS.get(press_of(ctx).verb.removeprefix("decline-"), "")
    await notices.close_cards(ctx.tx, ticket, ("decline",), "已退回", ctx.person.id)
    await cards.answered(ctx.tx, ctx.person)
    if not await dispatch.decline(ctx.tx, ctx.office, ticket, ctx.person, reason):
        await true_state(ctx, ticket)


@on_press(router, "contact", may=_holds)
async def contact(ctx: Context, ticket: Ticket) -> None:
    await fieldwork.contact(ctx.tx, ctx.office, ticket, ctx.person)


@on_press(router, *MOVES, may=_holds)
async def move(ctx: Context, ticket: Ticket) -> None:
    await fieldwork.move(ctx.tx, ctx.office, ticket, ctx.person, MOVES[press_of(ctx).verb])


@on_press(router, "pause", may=_holds)
async def pause(ctx: Context, ticket: Ticket) -> None:
    if ticket.priority == "P1":
        await ctx.reply(technician.no_pause_p1(ticket))
        return
    await notices.hand(
        ctx.tx, ctx.person, "pause", lambda c: technician.pause_reasons(ctx.office.voice, ticket, c), ticket
    )


@on_press(router, "pause-", may=_holds)
async def pause_reason(ctx: Context, ticket: Ticket) -> None:
    allowed = ctx.office.book.service_levels.sla.pause_allowed
    index = press_of(ctx).verb.removeprefix("pause-")
    if not index.isdigit() or int(index) >= len(allowed):
        await pause(ctx, ticket)
        return
    await notices.close_cards(ctx.tx, ticket, ("pause",), "已暂停", ctx.person.id)
    await fieldwork.pause(ctx.tx, ctx.office, ticket, ctx.person, allowed[int(index)])


@on_press(router, "step-", may=_holds)
async def step(ctx: Context, ticket: Ticket) -> None:
    await rounds.outcome(ctx.tx, ctx.office, ticket, ctx.person, OUTCOMES[press_of(ctx).verb])


@on_press(router, "gate-ok", may=_holds)
async def gate_ok(ctx: Context, ticket: Ticket) -> None:
    await guidance.open_gate(ctx.tx, ctx.office, ticket, ctx.person, pressed=True)


@on_press(router, "gate-no", may=_holds)
async def gate_no(ctx: Context, ticket: Ticket) -> None:
    await guidance.refuse_gate(ctx.tx, ctx.office, ticket, ctx.person)


@on_press(router, "help", may=_holds)
async def call_help(ctx: Context, ticket: Ticket) -> None:
    await experts.call(ctx.tx, ctx.office, ticket, ctx.person)


@on_press(router, "restored", may=_holds)
async def restored(ctx: Context, ticket: Ticket) -> None:
    await closing.restored(ctx.tx, ctx.office, ticket, ctx.person)


@on_press(router, "resolved", may=_holds)
async def resolved(ctx: Context, ticket: Ticket) -> None:
    await closing.resolved(ctx.tx, ctx.office, ticket, ctx.person)

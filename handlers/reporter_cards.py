"""Presses of reporters: the answer to a question, self-help, confirmation, rating. Only the ticket's reporter may."""

from bot.desk import closing, intake, selfhelp
from bot.desk.tickets import Ticket
from bot.routing import Context, Router
from handlers.cards import on_press, press_of, true_state

router = Router("reporter cards")


def _own(ctx: Context, ticket: Ticket) -> bool:
    return ticket.reporter_id == ctx.person.id


@on_press(router, "answer-", may=_own)
async def answer(ctx: Context, ticket: Ticket) -> None:
    row = ctx.pending
    if row is None or row.ticket_id != ticket.id or row.kind != "fault":
        await true_state(ctx, ticket)
        return
    index = int(press_of(ctx).verb.removeprefix("answer-"))
    options = row.data.get("options", [])
    said = options[index] if index < len(options) else ""
    understanding = ctx.office.classifier.understand(said)
    await intake.answered(ctx.tx, ctx.office, ctx.person, row, ticket, said, understanding, index)


@on_press(router, "heard-yes", "heard-no", may=_own)
async def heard(ctx: Context, ticket: Ticket) -> None:
    row = ctx.pending
    if row is None or row.ticket_id != ticket.id or "heard" not in row.data:
        await true_state(ctx, ticket)
        return
    right = press_of(ctx).verb == "heard-yes"
    await intake.transcript(ctx.tx, ctx.office, ctx.person, row, ticket, right=right)


@on_press(router, "human", may=_own)
async def human(ctx: Context, ticket: Ticket) -> None:
    await intake.hand_to_desk(ctx.tx, ctx.office, ctx.person, ticket, "person")


@on_press(router, "solved", may=_own)
async def solved(ctx: Context, ticket: Ticket) -> None:
    await selfhelp.solved(ctx.tx, ctx.office, ticket, ctx.person)


@on_press(router, "unsolved", may=_own)
async def unsolved(ctx: Context, ticket: Ticket) -> None:
    await selfhelp.unsolved(ctx.tx, ctx.office, ticket, ctx.person)


@on_press(router, "direct", may=_own)
async def direct(ctx: Context, ticket: Ticket) -> None:
    await selfhelp.give_up(ctx.tx, ctx.office, ticket, ctx.person)


@on_press(router, "confirm", may=_own)
async def confirm(ctx: Context, ticket: Ticket) -> None:
    await closing.confirmed(ctx.tx, ctx.office, ticket, ctx.person)


@on_press(router, "not-fixed", may=_own)
async def not_fixed(ctx: Context, ticket: Ticket) -> None:
    await closing.not_fixed(ctx.tx, ctx.office, ticket, ctx.person)


@on_press(router, "rate-", may=_own)
async def rate(ctx: Context, ticket: Ticket) -> None:
    stars = int(press_of(ctx).verb.removeprefix("rate-"))
    on_card = ctx.update.account.platform == "wecom"
    await closing.rate(ctx.tx, ctx.office, ticket, ctx.person, stars, on_card=on_card)

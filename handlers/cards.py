"""The shared first look at a press: known, own, still valid. Whatever is not gets the true state as an answer."""

from collections.abc import Awaitable, Callable

from bot.core.ticket import NotAllowed
from bot.core.updates import Press
from bot.desk import cards, people, undo
from bot.desk.tickets import Ticket
from bot.routing import Context, Router
from bot.views import reporter
from bot.views.words import state

Do = Callable[[Context, Ticket], Awaitable[None]]
May = Callable[[Context, Ticket], bool]


def press_of(ctx: Context) -> Press:
    """The press being handled (the router has checked that it is one)."""
    if not isinstance(ctx.update.content, Press):
        raise TypeError("not a press")
    return ctx.update.content


def on_press(router: Router, *verbs: str, may: May, stale: Do | None = None) -> Callable[[Do], Do]:
    """Register `do` for the verbs; it runs only on a valid card, for a person who `may`, in a state that allows it.

    `stale` says how things stand to whoever presses too late (by default the ticket's state and holder).
    """

    def register(do: Do) -> Do:
        @router.press(*verbs)
        async def handle(ctx: Context) -> bool:
            await _judge(ctx, do, may, stale or true_state)
            return True

        return do

    return register


async def guarded(ctx: Context, ticket: Ticket, do: Do) -> None:
    """Run `do`; what the transitions do not allow is answered with the true state and who has the ticket.

    How all stood before is kept, so that a technician may take it back.
    """
    before = await undo.stand(ctx.tx, ticket)
    try:
        await do(ctx, ticket)
    except NotAllowed:
        await true_state(ctx, ticket)
    else:
        await undo.remember(ctx.tx, ticket, ctx.person, before)


async def true_state(ctx: Context, ticket: Ticket) -> None:
    holder = await people.person(ctx.tx, ticket.assignee_id)
    await ctx.reply(reporter.true_state(ctx.office.voice, ticket, holder.name if holder else ""))


async def _judge(ctx: Context, do: Do, may: May, stale: Do) -> None:
    press = press_of(ctx)
    pressed = await cards.judge(ctx.tx, press, ctx.person)
    if pressed.ticket is None:
        await ctx.reply(reporter.expired_card(ctx.office.voice))
    elif pressed.verdict is cards.Verdict.FOREIGN:
        await ctx.reply(reporter.not_yours(ctx.office.voice, pressed.ticket.id or 0))
    elif pressed.verdict is cards.Verdict.STALE or not may(ctx, pressed.ticket):
        await cards.relabel(ctx.tx, press, state(pressed.ticket)[:10])
        await stale(ctx, pressed.ticket)
    else:
        await guarded(ctx, pressed.ticket, do)

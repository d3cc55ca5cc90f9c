"""Major incidents by card and by command: confirm, dismiss, progress, all-clear, undo. Only desk positions may."""

import re

from bot.desk import incidents, people
from bot.desk.tickets import Ticket
from bot.routing import Context, Router
from bot.views import incidents as views
from handlers.cards import on_press, press_of

router = Router("incidents")
COMMAND = re.compile(r"^事件\s*(\d{1,9})\s*(确认|不是|撤销|进展|措施|恢复|查)?\s*(.*)$", re.S)


def _is_desk(ctx: Context, ticket: Ticket | None = None) -> bool:
    return people.is_desk(ctx.person)


@on_press(router, "incident-yes", "incident-no", may=_is_desk)
async def decide(ctx: Context, ticket: Ticket) -> None:
    incident = await incidents.of_ticket(ctx.tx, ticket)
    if incident is None:
        return
    act = incidents.confirm if press_of(ctx).verb == "incident-yes" else incidents.dismiss
    await act(ctx.tx, ctx.office, incident, ctx.person)


@router.on(lambda ctx: ctx.text == "事件" and people.is_desk(ctx.person))
async def listing(ctx: Context) -> bool:
    await ctx.reply(views.listing(await incidents.current(ctx.tx), ctx.office.voice, ctx.tx.now))
    return True


@router.on(lambda ctx: bool(COMMAND.match(ctx.text)) and people.is_desk(ctx.person))
async def command(ctx: Context) -> bool:
    match = COMMAND.match(ctx.text)
    number, verb, text = (match.group(1), match.group(2) or "查", match.group(3).strip()) if match else ("0", "查", "")
    incident = await incidents.get(ctx.tx, int(number))
    if incident is None:
        await ctx.reply(views.no_such(int(number)))
    elif verb == "确认":
        await incidents.confirm(ctx.tx, ctx.office, incident, ctx.person)
    elif verb in ("不是", "撤销"):
        await incidents.dismiss(ctx.tx, ctx.office, incident, ctx.person)
    elif incident.state != "open" or verb == "查" or (verb in ("进展", "措施") and not text):
        await ctx.reply(views.state(incident, ctx.office.voice, ctx.tx.now))
    elif verb == "恢复":
        await incidents.all_clear(ctx.tx, ctx.office, incident, ctx.person, text)
    else:
        await incidents.progress(ctx.tx, ctx.office, incident, ctx.person, text)
    return True

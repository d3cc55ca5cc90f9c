"""投诉你们, 我要投诉 of a reporter who has a ticket open. Without one it is a request like any other, for the desk."""

import re
from dataclasses import replace

from bot.core.updates import Text
from bot.desk import complaints, intake, merging, people, tickets
from bot.desk.tickets import Ticket
from bot.routing import Context, Router

router = Router("complaints")
COMPLAINS = re.compile(r"(?<![不别非没])投诉(?!系统|电话|平台|热线|件|箱|科|处理|窗口|大厅|小区|物业|噪音|过|率|量)")
PLAINLY = re.compile(
    r"^(?!.*(?:群众|市民|人家|对方|当事人|办事的|[他她佢]).{0,12}投诉)(?:.*投诉(?:你们?|恁哋|你哋)[^，。]{0,4}|.*(?<!不)(?:要|就|去|想)投诉[了吧你们啦\s！!。]*)$"
)
"""It can be about nobody but us, and is the reporter's own: 投诉你们, 再不来我就投诉了; not 群众要投诉了, which is haste."""
BAD = re.compile(r"态度(?:太|很|非常|极其|极)?(?:差|恶劣|不好)|没礼貌|不负责|敷衍|推诿")
OPINION = "complaint-praise"


def _complains(ctx: Context) -> bool:
    if not isinstance(ctx.update.content, Text) or not ctx.text or people.is_staff(ctx.person):
        return False
    if ctx.meaning.decision in ("emergency", "classified"):
        return False
    if PLAINLY.search(ctx.text):
        return True
    if ctx.meaning.decision == "route":
        return False
    opinion = ctx.meaning.request == OPINION
    return bool(COMPLAINS.search(ctx.text) and (opinion or ctx.meaning.intent in ("urge", "progress"))) or bool(
        opinion and BAD.search(ctx.text)
    )


@router.on(_complains)
async def complain(ctx: Context) -> bool:
    ticket = await _about(ctx)
    if ticket is None and PLAINLY.search(ctx.text) and ctx.meaning.decision not in ("request", "dispatch"):
        opinion = replace(ctx.meaning, decision="request", kind="request", intent="report", request=OPINION, route=None)
        await intake.report(ctx.tx, ctx.office, ctx.person, ctx.text, opinion)
        return True
    if ticket is None:
        return False
    await complaints.complain(ctx.tx, ctx.office, ctx.person, ticket, ctx.text)
    return True


async def _about(ctx: Context) -> Ticket | None:
    """The open ticket it is about: the one quoted, else the newest; a report that was merged is where it went."""
    live = [t for t in await tickets.live_of(ctx.tx, ctx.person) if t.request != OPINION and t.kind != "classified"]
    quoted = [t for t in live if t.id == ctx.quoted]
    merged = [into for _, into in await merging.survivors(ctx.tx, ctx.person)]
    return next(iter([*quoted, *live, *merged]), None)

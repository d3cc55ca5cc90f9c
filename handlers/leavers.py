"""吴凡离职了: somebody has left, by the word of his agency's liaison or of a seat; one confirmation, then as a sheet does it."""

import re

from bot.desk import cards, leavers, members, people, search
from bot.routing import Context, Router
from bot.views import leavers as views
from bot.views import members as member_views
from bot.views import reporter
from handlers.cards import press_of

router = Router("leavers")
_WENT = r"(?:离职|辞职|调走|调离|退休|不在(?:我们|本)?(?:单位|局里?)|离开(?:我们|本)?单位)"
LEFT = re.compile(
    rf"^(?P<who>[\u4e00-\u9fff·]{{2,4}}?|#\d{{1,9}})(?:同志)?(?:已经?|上周|上个?月|昨天|今天|刚刚?)*{_WENT}(?:了|啦)?[。！!]*$"
    r"|^(?:登记)?离职[\s:：]+(?P<also>\S{2,9})$"
)
WORD = re.compile(
    r"^(?:(?P<yes>确认(?:离职)?|确定|是的?|对的?|好的?)|取消|不是|不用了?|算了|没有|没离职|[搞打说]错了)[。！!]?$"
)
LABELS = {True: "已登记", False: "未登记"}


def _may(ctx: Context) -> bool:
    return people.is_desk(ctx.person) or members.LIAISON in ctx.person.positions


@router.on(lambda ctx: not ctx.update.chat_id and _may(ctx) and bool(LEFT.match(ctx.text)))
async def said(ctx: Context) -> bool:
    """A name that nobody has makes it no such word."""
    match = LEFT.match(ctx.text)
    name = (match["who"] or match["also"]) if match else ""
    found = await leavers.called(ctx.tx, ctx.person, name)
    if len(found) > 1:
        await ctx.reply(member_views.several(name, found))
    elif found:
        await leavers.ask(ctx.tx, ctx.person, found[0])
    elif known := await search.called(ctx.tx, name):
        left = await leavers.has_left(ctx.tx, known[0])
        await ctx.reply(views.gone_already(known[0]) if left else views.not_yours_to_say(known[0]))
    else:
        return False
    return True


@router.press("leaver-yes", "leaver-no")
async def pressed(ctx: Context) -> bool:
    press = press_of(ctx)
    who = await people.person(ctx.tx, int(await cards.about(ctx.tx, press, ctx.person, leavers.PURPOSE) or 0))
    if who is None or not _may(ctx):
        await ctx.reply(reporter.expired_card(ctx.office.voice))
        return True
    yes = press.verb == "leaver-yes"
    await _settle(ctx, who, yes=yes)
    await cards.relabel(ctx.tx, press, LABELS[yes])
    return True


@router.on(lambda ctx: ctx.pending is not None and ctx.pending.kind == leavers.CONFIRM and bool(WORD.match(ctx.text)))
async def answered(ctx: Context) -> bool:
    match, pending = WORD.match(ctx.text), ctx.pending
    if pending is None or not _may(ctx) or ctx.tx.now - pending.asked_at > leavers.VALID:
        return False
    who = await people.person(ctx.tx, int(pending.data["person"]))
    if who is not None:
        await _settle(ctx, who, yes=bool(match and match["yes"]))
    return who is not None


async def _settle(ctx: Context, who: people.Person, *, yes: bool) -> None:
    if ctx.pending is not None and ctx.pending.kind == leavers.CONFIRM:
        await cards.answered(ctx.tx, ctx.person)
    if await leavers.has_left(ctx.tx, who):
        await ctx.reply(views.gone_already(who))
    elif not yes:
        await ctx.reply(views.not_registered(who))
    else:
        await leavers.no_more(ctx.tx, ctx.office, who)
        await ctx.reply(views.registered(who))

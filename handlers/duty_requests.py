"""Leave and swaps, asked for and answered, by card and by word (请假 明天下午, 换班 李强 11-26, 批准 3, 取消请假). Staff only."""

import re
from collections.abc import Awaitable, Callable
from datetime import date

from bot.core import duty_words
from bot.desk import cards, duty_requests, people
from bot.routing import Context, Router
from bot.views import duty as duty_views
from bot.views import duty_requests as views
from handlers import picking
from handlers.cards import press_of

router = Router("duty requests")
Do = Callable[[Context, re.Match[str]], Awaitable[bool]]


def _staff(ctx: Context) -> bool:
    return people.is_engineer(ctx.person) or people.is_desk(ctx.person)


def _today(ctx: Context) -> date:
    return ctx.tx.now.astimezone(ctx.office.voice.zone).date()


@router.press("duty-yes", "duty-no")
async def decide_by_card(ctx: Context) -> bool:
    """A leave or a swap; these cards are about no ticket."""
    press = press_of(ctx)
    number = await cards.about(ctx.tx, press, ctx.person, duty_requests.CARD)
    if number:
        await _decide(ctx, int(number), press.verb == "duty-yes")
    else:
        await ctx.reply(views.not_for_you())
    return True


async def _leave(ctx: Context, match: re.Match[str]) -> bool:
    """His own, which the desk is asked for; a seat's 请假 王强 明天 is somebody else's, and granted."""
    name, rest = await people.name_first(ctx.tx, match["rest"])
    of_another = people.is_desk(ctx.person) and any(p.name == name for p in await people.engineers(ctx.tx))
    when = duty_words.read(rest if of_another else match["rest"], _today(ctx))
    if when is not None and of_another and name != ctx.person.name:
        if (who := await picking.technician(ctx, name)) is not None:
            problem = await duty_requests.enter_leave(ctx.tx, ctx.office, who, ctx.person, when)
            if problem:
                await ctx.reply(duty_views.refused(problem))
    elif when is None:
        await ctx.reply(duty_views.help_with("leave"))
    elif problem := await duty_requests.ask_leave(ctx.tx, ctx.office, ctx.person, when):
        await ctx.reply(duty_views.refused(problem))
    return True


async def _swap(ctx: Context, match: re.Match[str]) -> bool:
    name, rest = await people.name_first(ctx.tx, match["rest"])
    day = duty_words.read(rest, _today(ctx))
    back = duty_words.read(day.rest, _today(ctx)) if day and day.rest else None
    if day is None or (day.rest and back is None):
        await ctx.reply(duty_views.help_with("swap"))
    elif (other := await picking.technician(ctx, name)) is not None:
        back_day = back.day if back else None
        if problem := await duty_requests.ask_swap(ctx.tx, ctx.office, ctx.person, other, day.day, back_day):
            await ctx.reply(duty_views.refused(problem))
    return True


def _take_back(kind: str, *, plainly: bool = True) -> Do:
    """`plainly`: the words say that it is his own; else they may as well be a no to somebody else's."""

    async def do(ctx: Context, match: re.Match[str]) -> bool:
        number = int(match["id"]) if match["id"] else None
        done = await duty_requests.take_back(ctx.tx, ctx.office, ctx.person, kind, number)
        if not done and plainly:
            await ctx.reply(views.nothing_to_take_back(kind))
        return done or plainly

    return do


def _answer(*, yes: bool) -> Do:
    async def do(ctx: Context, match: re.Match[str]) -> bool:
        """By number; what is said without one is looked at as a whole (bare_answers)."""
        return await _decide(ctx, int(match["id"]), yes)

    return do


async def _stands(ctx: Context, match: re.Match[str]) -> bool:
    """我的假批了吗."""
    kind = "swap" if match["swap"] else "leave"
    request = await duty_requests.latest(ctx.tx, ctx.person, kind)
    if request is None:
        await ctx.reply(views.none_asked(kind))
        return True
    asked = "、".join(p.name for p in (await duty_requests.for_whom(ctx.tx, ctx.office, request))[:3])
    by = await people.person(ctx.tx, request.decided_by)
    await ctx.reply(views.stands(ctx.office.voice, request, by, asked, ctx.tx.now))
    return True


STANDS = (
    r"^(?:我|那个|请)*的?(?:(?:请假|休假|年假|假)|(?P<swap>换班|调班))(?:条|申请|的事)?(?:他们?|你们?|您|领导|对方)?(?:现在)?"
    r"(?:怎么样了?|(?:有没有|是否|有)?(?:批准|批|准|通过|同意|答复|回复|审批)(?:下来|好)?了?(?:吗|没有?|么|嘛|吧))[啊呀]?[？?。]*$"
)
"""Whether what he asked for is granted."""
NUMBER = r"\s*#?(?P<id>\d{1,9})\s*号?[。！!]?"
ID = rf"(?:{NUMBER})?[。！!]?"
COMMANDS: tuple[tuple[re.Pattern[str], Do, Callable[[Context], bool]], ...] = tuple(
    (re.compile(words, re.S), do, may)
    for words, do, may in (
        (STANDS, _stands, _staff),
        (rf"^(?:取消|撤回|撤销|不要)(?:了)?换班(?:申请)?{ID}$", _take_back("swap"), _staff),
        (rf"^(?:取消|撤回|撤销|不要)(?:了)?(?:请假|休假)(?:申请)?{ID}$", _take_back("leave"), _staff),
        (rf"^(?:我)?不(?:想)?(?:请假?|休假|休)了{ID}$", _take_back("leave"), _staff),
        (rf"^(?:我)?不(?:想)?换(?:班)?了{ID}$", _take_back("swap", plainly=False), _staff),
        (r"^请假(?P<rest>.*)$", _leave, _staff),
        (r"^换班(?P<rest>.*)$", _swap, lambda ctx: people.is_engineer(ctx.person)),
        (rf"^(?:批准|同意)(?:换班|请假)?{NUMBER}$", _answer(yes=True), _staff),
        (rf"^(?:不批准?|不换|不同意|拒绝)(?:换班|请假|班)?了?{NUMBER}$", _answer(yes=False), _staff),
    )
)


@router.on(lambda ctx: bool(ctx.text) and _staff(ctx))
async def command(ctx: Context) -> bool:
    for pattern, do, may in COMMANDS:
        if (match := pattern.match(ctx.text)) and may(ctx) and await do(ctx, match):
            return True
    return False


async def _decide(ctx: Context, number: int, yes: bool) -> bool:
    request = await duty_requests.numbered(ctx.tx, number)
    if request is None:
        await ctx.reply(views.unknown_request(str(number)))
    else:
        await duty_requests.decide(ctx.tx, ctx.office, request, ctx.person, yes)
    return True

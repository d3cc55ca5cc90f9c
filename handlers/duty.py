"""Duty by card and by word: who is there, back early, stand-ins, and the hand-over at the end of a shift. Staff only."""

import re
from collections.abc import Awaitable, Callable
from datetime import date, timedelta

from bot.core import duty_words, quiet
from bot.desk import handover, holding, people, roster, shift_end, shifts, tickets
from bot.desk.tickets import Ticket
from bot.routing import Context, Router
from bot.views import duty as views
from bot.views import notices
from handlers import in_hand, picking
from handlers.cards import on_press, press_of

router = Router("duty")
Do = Callable[[Context, re.Match[str]], Awaitable[None]]


def _staff(ctx: Context) -> bool:
    return people.is_engineer(ctx.person) or people.is_desk(ctx.person)


def _holds(ctx: Context, ticket: Ticket) -> bool:
    return holding.holds(ticket, ctx.person)


def _today(ctx: Context) -> date:
    return ctx.tx.now.astimezone(ctx.office.voice.zone).date()


# --- cards ------------------------------------------------------------------------------------------------------------


@on_press(router, "hand-to-", may=_holds)
async def hand_to(ctx: Context, ticket: Ticket) -> None:
    to = await people.person(ctx.tx, int(press_of(ctx).verb.removeprefix("hand-to-")))
    if to is not None:
        await handover.ask(ctx.tx, ctx.office, ticket, ctx.person, to, views.HANDED_OVER_BECAUSE)


@on_press(router, "hand-keep", may=_holds)
async def keep(ctx: Context, ticket: Ticket) -> None:
    await shift_end.keep(ctx.tx, ticket, ctx.person)


@on_press(router, "hand-desk", may=_holds)
async def to_desk(ctx: Context, ticket: Ticket) -> None:
    await shift_end.to_desk(ctx.tx, ctx.office, ticket, ctx.person)


# --- words ------------------------------------------------------------------------------------------------------------


async def _who(ctx: Context, match: re.Match[str]) -> None:
    """For the time that was asked about; without one, or of a whole today of which the roster knows nothing, for now."""
    said, when = match["day"].strip(), duty_words.asked(match["day"], _today(ctx))
    if when is None and DATED.search(said):
        await ctx.reply(views.help_with("who"))
        return
    days = await roster.of_days(ctx.tx, ctx.office, when) if when else {}
    today = when is not None and when.day == _today(ctx) and when.end - when.start == timedelta(days=1)
    if when is None or (today and not any(days.values())):
        rows, upcoming = await roster.now_on_duty(ctx.tx)
        await ctx.reply(views.now_on_duty(ctx.office.voice, rows, upcoming, ctx.tx.now))
    elif len(days) == 1:
        ((day, found),) = days.items()
        await ctx.reply(views.of_day(ctx.office.voice, day, found, when))
    else:
        await ctx.reply(views.of_days(ctx.office.voice, days))


async def _mine(ctx: Context, match: re.Match[str]) -> None:
    await ctx.reply(views.mine(ctx.office.voice, await roster.mine(ctx.tx, ctx.office, ctx.person)))


async def _back_early(ctx: Context, match: re.Match[str]) -> None:
    if await roster.back_early(ctx.tx, ctx.office, ctx.person):
        await shift_end.changed_by_word(ctx.tx, ctx.office, ())
    else:
        await ctx.reply(views.refused("not-on-leave"))


async def _stand_in(ctx: Context, match: re.Match[str]) -> None:
    name, rest = await people.name_first(ctx.tx, match["rest"])
    when = duty_words.read(rest, _today(ctx))
    if when is None or when.rest or when.end - when.start > timedelta(days=1):
        await ctx.reply(views.help_with("override"))
        return
    who = await picking.technician(ctx, name)
    if who and (problem := await roster.stand_in(ctx.tx, ctx.office, who, when, ctx.person)):
        await ctx.reply(views.refused(problem))
    elif who:
        await shift_end.changed_by_word(ctx.tx, ctx.office, ())


async def _stands_in_himself(ctx: Context, match: re.Match[str]) -> None:
    """我今晚顶班: the roster is the desk's, which reads the command that enters it; he reads that it is asked."""
    when, now = duty_words.read(OWN_WORDS.sub("", ctx.text), _today(ctx)), ctx.tx.now
    if when is None or when.rest or when.end - when.start > timedelta(days=1):
        await ctx.reply(views.help_with("own-override"))
    elif when.instants(ctx.office.voice.zone)[1] <= now:
        await ctx.reply(views.refused("past"))
    else:
        seats = await people.seats(ctx.tx, ctx.office.fallback_owner)
        for seat in seats:
            await notices.tell(ctx.tx, seat, views.offers_to_stand_in(ctx.office.voice, ctx.person, when, now))
        await ctx.reply(views.stand_in_asked(ctx.office.voice, when, seats, now))


async def _no_stand_in(ctx: Context, match: re.Match[str]) -> None:
    name, rest = await people.name_first(ctx.tx, match["rest"])
    when = duty_words.read(rest, _today(ctx)) if rest else None
    if not name or (rest and when is None):
        await ctx.reply(views.help_with("no-override"))
        return
    who = await picking.technician(ctx, name)
    if who is None:
        return
    before = await shifts.at_work(ctx.tx, [who])
    if await roster.no_stand_in(ctx.tx, ctx.office, who, when.day if when else None, ctx.person):
        await shift_end.changed_by_word(ctx.tx, ctx.office, before)
    else:
        await ctx.reply(views.refused("no-override"))


async def _keep(ctx: Context, match: re.Match[str]) -> None:
    if ticket := await _held(ctx, match["id"]):
        await shift_end.keep(ctx.tx, ticket, ctx.person)


async def _to_desk(ctx: Context, match: re.Match[str]) -> None:
    if ticket := await _held(ctx, match["id"]) if match["id"] else await in_hand.meant(ctx, None):
        await shift_end.to_desk(ctx.tx, ctx.office, ticket, ctx.person)


@router.on(lambda ctx: not ctx.update.chat_id and quiet.line(ctx.text) is not None)
async def quiet_hours(ctx: Context) -> bool:
    """免打扰: anybody's own. What cannot be read is help for staff; of others it may be about a telephone."""
    wished = quiet.line(ctx.text) or ""
    wish = quiet.read(wished) if wished else None
    if wished and wish is None:
        if _staff(ctx):
            await ctx.reply(views.help_with("quiet"))
        return _staff(ctx)
    always_told = (
        dict.fromkeys(quiet.MAY_WAIT, quiet.NONE) if people.is_desk(ctx.person) and not ctx.person.quiet else {}
    )
    if wish is not None:
        ctx.person.quiet = quiet.merged({**always_told, **ctx.person.quiet}, wish) if wish else {}
        ctx.tx.add(ctx.person)
    in_force = ctx.person.quiet or always_told
    await ctx.reply(views.quiet_hours(in_force) if people.is_staff(ctx.person) else views.left_alone(in_force))
    return True


ENGINEER, DESK, STAFF = "engineer", "desk", "staff"
MAY: dict[str, Callable[[Context], bool]] = {
    ENGINEER: lambda ctx: people.is_engineer(ctx.person),
    DESK: lambda ctx: people.is_desk(ctx.person),
    STAFF: _staff,
}
ID = r"\s*#?(?P<id>\d{1,9})\s*号?"
DATED = re.compile(r"[周月日天晚早午夜末节]|\d[号点]|[一二两三四五六七八九十]点|星期|礼拜")
"""What may be a time we do not read; else a place or a team was asked about (机房谁值班), and the answer is for now."""
WHO = r"(?:有|都|都有|是|都是|由)?(?:谁|哪些人|哪几个人?|哪几位|哪位|什么人)"
ON = r"(?:在岗|在班|在值班|值班|值守|当班|当值|上班|值夜班|上夜班)"
DAYLIKE = r"[今明后大下这本周星期礼拜末个月日号天晚早上中午夜里一二三四五六七八九十\d/.\-几两未来近最接去到至 ]{0,12}?"
TIMELY = r"今明后大下这本周星期礼拜末月日号天晚早上中午夜里一二三四五六七八九十\d/.\-到至~点半:： "
STANDS_IN = r"(?:顶(?:一?下)?班|代班)"
OWN_WORDS = re.compile(rf"我|来|可?以|能|想|要|{STANDS_IN}|[吧了。！!]")
DAY, ASKS = r"(?P<day>[^，。,\n]{0,14}?)\s*(?:的)?", r"(?:的|呢|啊|呀)?[？?]?$"
COMMANDS: tuple[tuple[re.Pattern[str], Do, str], ...] = tuple(
    (re.compile(words, re.S), do, may)
    for words, do, may in (
        (r"^我的班(?:次|表)?$", _mine, STAFF),
        (rf"^{DAY}{WHO}(?:来|在|会|要|负责)?{ON}{ASKS}", _who, STAFF),
        (rf"^{WHO}(?:来|会|要|在)?{DAY}{ON}{ASKS}", _who, STAFF),
        (rf"^{DAY}{ON}的?(?:人|人员)?(?:的)?{WHO}{ASKS}", _who, STAFF),
        (rf"^(?:看看|看一?下|查一?下|查)?(?P<day>{DAYLIKE})的?(?:值班|排班)(?:表|名单|安排|人员){ASKS}", _who, STAFF),
        (rf"^{DAY}{WHO}的?班{ASKS}", _who, STAFF),
        (rf"^{DAY}(?:还|会)?有(?:没有?)?人(?:来|在|会)?{ON}(?:的|吗|么|没有?)*[？?]?$", _who, STAFF),
        (
            r"^(?P<day>[今明后周星期礼拜].{1,10}?|现在)(?:还|会)?有?(?:谁|哪些人|哪几个人?)(?:还)?在(?:的|呢|啊)?[？?]?$",
            _who,
            STAFF,
        ),
        (r"^(?:我?(?:要|提前)?销假(?:了)?|提前回来了?)[。！!]?$", _back_early, STAFF),
        (r"^(?:取消|撤销|不要)顶班(?P<rest>.*)$", _no_stand_in, DESK),
        (r"^顶班(?P<rest>.*)$", _stand_in, DESK),
        (rf"^(?=.*我)[我来可以能想要{TIMELY}]*{STANDS_IN}[吧了{TIMELY}]*[。！!]?$", _stands_in_himself, ENGINEER),
        (rf"^我做完{ID}$", _keep, ENGINEER),
        (rf"^转服务台(?:{ID})?(?:[吧了])?$", _to_desk, ENGINEER),
    )
)


OTHERS_ASK = re.compile(
    rf"^(?:请问)?(?:现在|这会儿?|目前)?(?P<day>{DAYLIKE})(?:的)?(?:是|还)?(?:{WHO}(?:来|在|会|要|负责)?{ON}|{ON}的?(?:人|人员|师傅)?{WHO}|有?(?:没有)?人{ON}(?:没有?)?"
    rf"|{ON}室?的?(?:电话|号码)(?:是)?(?:多少|几多|几号)?)(?:的|呢|啊|呀|吗|么)*[？?]?$"
)
"""今天谁值班, 现在有人值班吗, 值班电话多少 of whom the service is for."""


@router.on(lambda ctx: bool(ctx.text) and not people.is_staff(ctx.person) and bool(OTHERS_ASK.match(ctx.text)))
async def asked_by_others(ctx: Context) -> bool:
    """How many are there, no names, and how to be helped: it is no request for a guard."""
    match = OTHERS_ASK.match(ctx.text)
    when = duty_words.asked(match["day"], _today(ctx)) if match else None
    there = len(await people.there(ctx.tx, people.ENGINEERS))
    zone = ctx.office.voice.zone
    later = when is not None and not when.instants(zone)[0] <= ctx.tx.now < when.instants(zone)[1]
    await ctx.reply(views.for_others(ctx.office.voice, None if later else there))
    return True


KEEPS = re.compile(
    r"^(?:我|我来|我自己|先)*(?:做|弄|修|搞|处理|干|办|忙)完(?:了|这[张个]单?)?(?:再|就)(?:走|下班|回去?)(?:吧|了)?[。！!]?$"
)
"""What the button says, typed: 我做完再走."""


@router.on(lambda ctx: people.is_engineer(ctx.person) and bool(KEEPS.match(ctx.text)))
async def keeps(ctx: Context) -> bool:
    """Of every ticket for which he is asked, at the end of his shift, to whom it goes; of the one he quotes only that."""
    held = [t for t in await tickets.held_by(ctx.tx, ctx.person) if ctx.quoted in (None, t.id)]
    asked = [t for t in held if await shifts.successor_by(ctx.tx, t) is not None]
    for ticket in asked:
        await shift_end.keep(ctx.tx, ticket, ctx.person)
    return bool(asked)


@router.on(lambda ctx: bool(ctx.text) and _staff(ctx))
async def command(ctx: Context) -> bool:
    for pattern, do, may in COMMANDS:
        if (match := pattern.match(ctx.text)) and MAY[may](ctx):
            await do(ctx, match)
            return True
    return False


async def _held(ctx: Context, number: str) -> Ticket | None:
    """One of his own tickets by number; else he is told."""
    found = next((t for t in await tickets.held_by(ctx.tx, ctx.person) if t.id == int(number)), None)
    if found is None:
        await ctx.reply(views.refused("not-yours"))
    return found

"""What reporters type about their tickets: how it stands, hurry, that it is over or not, a person, thanks."""

import re
from dataclasses import replace

from bot.core.ticket import BEFORE_ACCEPT, Action, Status
from bot.desk import (
    approvals,
    cards,
    closing,
    gathering,
    holding,
    intake,
    merging,
    seats,
    selfhelp,
    sequels,
    stop_days,
    tickets,
    urging,
)
from bot.desk.tickets import Ticket, Words
from bot.routing import Context, Router
from bot.views import reporter
from handlers import own_tickets
from handlers.cards import guarded
from knowledge.corrected import CORRECTION

router = Router("reporter words")

SOMEBODY_ELSE = re.compile(r"换[一个]{0,2}(?:个|位)?(?:人(?![脸员事名体证像])|师傅|工程师|别人)(?!了)")
ASKS = re.compile("[吗呢?？]|哪|几时|几点|多久|什么时候|没有?[啊呀]?$")
"""Hurry that asks something: 师傅走到哪啦."""
ORDERED = re.compile(
    "[那哪这]张?一?个?单|单子|工单|单号|报[过的了修嗰咗]|约[的了好]|预约|登记过|上[次周回]|上个?(?:星期|礼拜|月)|前[天几]|昨天"
)
"""It speaks of something reported before."""
_HURRY = r"(?:催(?:一?下|一催|催|办|促)?|快点?|加急)"
_SO = r"(?:吧|啊|呀|了|哈|谢谢|[，,。！!\s])*$"
URGE_NUMBER = re.compile(
    rf"^(?:请|麻烦|帮我|帮忙|再|也|\s)*催(?:一?下|催|办)?\s*#?(?P<id>\d{{1,9}})\s*(?:号(?:单子?)?)?{_SO}"
    rf"|^#?(?P<no>\d{{1,9}})\s*号?(?:单子?|那张单?|那个)?\s*(?:请|麻烦|帮我|帮忙|再|也)*{_HURRY}{_SO}"
)
"""催 2, 2号催一下: the ticket he names."""
URGE_ALL = re.compile(
    rf"^(?:请|麻烦|帮我|再|也)*(?:[两几三四]?[个张]?(?:单子?)?都|全部?|所有的?)(?:请|麻烦|帮我|帮忙|要|再|给我)*{_HURRY}{_SO}|^催(?:一下)?(?:全部|所有)\S{{0,3}}$"
)
CANCEL_NUMBER = re.compile(r"^撤销\s*(\d{1,9})")

REACHED = re.compile(
    r"^(?:我的?|联系|新|[，,\s])*(?:电话|手机号?|号码|联系方式|分机)(?:号码?)?(?:改|换|变|更)?(?:成|为|到|是|正为|[:：\s])*"
    r"[\d\- ]{4,}(?:了|吧|哈)?[。！!]?$"
)
"""How somebody is reached, and no wish to be called: 电话改成13800001234."""
NOT_FIXED = re.compile(
    r"^#?(?P<id>\d{1,9})\s*号(?:单|那张单?|那个)?[，,\s]*(?:还是|还|根本|并)?"
    r"(?:没有?(?:修|弄|搞|处理|解决)好?|没好|不行|又(?:坏|不行|出问题|有问题|复发)|复发)了?(?P<more>.*)$",
    re.S,
)
"""What was mended is not, of a ticket by its number."""


@router.on(lambda ctx: own_tickets.said(ctx) and bool(sequels.AGAIN.search(ctx.text)))
async def wanted_after_all(ctx: Context) -> bool:
    """等等，又闪了: what was just called off is reported anew."""
    ticket = await sequels.revived(ctx.tx, ctx.person, ctx.text, ctx.meaning)
    if ticket is None:
        return False
    if ticket.status == Status.CLOSED:
        await own_tickets.keep(ctx, ticket)
        await closing.not_fixed(ctx.tx, ctx.office, ticket, ctx.person)
    else:
        await sequels.revive(ctx.tx, ctx.office, ctx.person, ticket, ctx.text)
    return True


@router.on(lambda ctx: own_tickets.said(ctx) and ctx.meaning.intent == "progress")
async def progress(ctx: Context) -> bool:
    """How his tickets stand. One he speaks of that is not here (told by telephone, of long ago) the desk looks for."""
    if await _sought(ctx):
        return True
    rows = [(t, await _with_whom(ctx, t)) for t in await own_tickets.followed(ctx)]
    held_up = [(t, await stop_days.held_up(ctx.tx, ctx.office, t)) for t, _ in rows]
    stands = [(t, why) for t, why in held_up if why is not None]
    await ctx.reply(reporter.progress(ctx.office.voice, rows, ctx.tx.now, stands))
    return True


@router.on(lambda ctx: own_tickets.said(ctx) and bool(URGE_NUMBER.match(ctx.text)))
async def urge_number(ctx: Context) -> bool:
    match = URGE_NUMBER.match(ctx.text)
    wanted = int(match["id"] or match["no"]) if match else 0
    for ticket in await own_tickets.followed(ctx):
        if ticket.id == wanted:
            await urging.urge(ctx.tx, ctx.office, ctx.person, ticket, ctx.text)
            return True
    if match is None or not match["id"]:  # 302快点 is a room
        return False
    await ctx.reply(reporter.not_yours(ctx.office.voice, wanted))
    return True


@router.on(lambda ctx: own_tickets.said(ctx) and bool(URGE_ALL.match(ctx.text)))
async def urge_all(ctx: Context) -> bool:
    live = await own_tickets.followed(ctx)
    for ticket in live:
        await urging.urge(ctx.tx, ctx.office, ctx.person, ticket, ctx.text)
    return bool(live)


@router.on(lambda ctx: own_tickets.said(ctx) and ctx.meaning.intent == "urge")
async def urge(ctx: Context) -> bool:
    """Of several the one he means, else the newest; the others are offered."""
    live = await own_tickets.followed(ctx)
    if not live:
        return await _sought(ctx)
    just_told = gathering.fresh(ctx.office, live[0], ctx.tx.now) and await gathering.in_pieces(ctx.tx, live[0])
    if just_told and ASKS.search(ctx.text):
        return await progress(ctx)
    if just_told:
        await tickets.add_words(ctx.tx, live[0], ctx.person, Words(ctx.text))
        return True
    named = await own_tickets.meant_over(ctx, live) if len(live) > 1 and ctx.quoted is None else None
    await urging.urge(ctx.tx, ctx.office, ctx.person, named or live[0], ctx.text)
    if len(live) > 1 and ctx.quoted is None and named is None:
        await ctx.reply(reporter.urge_others(ctx.office.voice, live[1:]))
    return True


@router.on(lambda ctx: own_tickets.said(ctx) and bool(CANCEL_NUMBER.match(ctx.text)))
async def cancel_number(ctx: Context) -> bool:
    match = CANCEL_NUMBER.match(ctx.text)
    wanted = int(match.group(1)) if match else 0
    for ticket in await own_tickets.live_of(ctx):
        if ticket.id == wanted:
            await guarded(ctx, ticket, lambda c, t: closing.cancelled(c.tx, c.office, t, c.person))
            return True
    await ctx.reply(reporter.not_yours(ctx.office.voice, wanted))
    return True


@router.on(lambda ctx: own_tickets.said(ctx) and bool(SOMEBODY_ELSE.search(ctx.text)))
async def somebody_else(ctx: Context) -> bool:
    """不要派王强，换个人: the repair stands, the desk sees to it who comes."""
    live = await own_tickets.live_of(ctx)
    if not live:
        return False
    await tickets.add_words(ctx.tx, live[0], ctx.person, Words(ctx.text))
    await seats.inform(ctx.tx, ctx.office, live[0], "change-person", ctx.person.name, ctx.text)
    await ctx.reply(reporter.to_desk(ctx.office.voice, live[0]))
    return True


@router.on(lambda ctx: own_tickets.said(ctx) and ctx.meaning.intent in ("cancel", "done"))
async def no_longer_needed(ctx: Context) -> bool:
    """好了，不用来了: the ticket it is about is cancelled, or confirmed when it was already being finished."""
    live = await own_tickets.live_of(ctx)
    if not live and (ctx.meaning.intent == "done" or ctx.acts):  # nothing was asked of us, or it is over already
        await ctx.reply(reporter.thanks())
        return True
    if not live:
        return False
    meant = any(t.id == ctx.quoted for t in live)
    if len(live) > 1 and not meant and (own := await own_tickets.meant_over(ctx, live)) is not None:
        live, meant = [own], True
    if len(live) > 1 and not meant and own_tickets.ALL.search(ctx.text):
        return await own_tickets.all_over(ctx, live)
    if len(live) > 1 and not meant:
        await cards.expect(ctx.tx, ctx.person, live[0], "over", {"tickets": [t.id for t in live]})
        await ctx.reply(reporter.which_is_over(ctx.office.voice, live))
        return True
    return await own_tickets.all_over(ctx, live[:1])


@router.on(lambda ctx: own_tickets.said(ctx) and bool(NOT_FIXED.match(ctx.text)))
async def not_fixed_number(ctx: Context) -> bool:
    """1号没修好，又蓝屏了: the ticket he names, whatever came after it; what he says goes along."""
    match = NOT_FIXED.match(ctx.text)
    ticket = await tickets.get(ctx.tx, int(match["id"])) if match else None
    if match is None or ticket is None or ticket.reporter_id != ctx.person.id or ticket.kind == "classified":
        return False
    if intake.is_live(ticket) and not tickets.can(ticket, Action.NOT_FIXED):  # it is being mended still
        await sequels.again(ctx.tx, ctx.office, ctx.person, ticket, ctx.text, ctx.meaning)
        return True
    if not (tickets.can(ticket, Action.NOT_FIXED) or closing.may_reopen(ctx.office, ticket, ctx.tx.now)):
        return False
    more = match["more"].strip()
    if more:
        await tickets.add_words(ctx.tx, ticket, ctx.person, Words(ctx.text))
    await closing.not_fixed(ctx.tx, ctx.office, ticket, ctx.person)
    if more:
        await holding.tell_holder(ctx.tx, ticket, ctx.text)
        await seats.inform(ctx.tx, ctx.office, ticket, "again", ctx.person.name, ctx.text)
    return True


@router.on(lambda ctx: own_tickets.said(ctx) and ctx.meaning.intent == "not_done" and not own_tickets.wider(ctx))
async def still_broken(ctx: Context) -> bool:
    """没修好, some time after: back to the technician, or reopened within seven days."""
    latest = await tickets.latest_of(ctx.tx, ctx.person)
    if latest is None:
        return False
    for own, into in await merging.survivors(ctx.tx, ctx.person):
        if own.id == latest.id:
            await sequels.of_merged(ctx.tx, ctx.office, ctx.person, Words(ctx.text), own, into, ctx.meaning)
            await seats.inform(ctx.tx, ctx.office, into, "not-fixed", ctx.person.name)
            return True
    if tickets.can(latest, Action.NOT_FIXED) or closing.may_reopen(ctx.office, latest, ctx.tx.now):
        await own_tickets.not_fixed(ctx, latest)
        return True
    if intake.is_live(latest):
        await sequels.again(ctx.tx, ctx.office, ctx.person, latest, ctx.text, ctx.meaning)
        return True
    return False


@router.on(
    lambda ctx: (
        own_tickets.said(ctx)
        and (ctx.meaning.intent == "human" or bool(selfhelp.DIRECT.fullmatch(ctx.text)))
        and not REACHED.match(ctx.text)
    )
)
async def human(ctx: Context) -> bool:
    live = await own_tickets.live_of(ctx)
    sent = bool(live) and (live[0].assignee_id is not None or live[0].status == Status.DISPATCHED)
    if sent and selfhelp.DIRECT.fullmatch(ctx.text):  # somebody is on his way
        return await progress(ctx)
    if live:
        await own_tickets.keep(ctx, live[0])
    if live and live[0].status in BEFORE_ACCEPT:
        await intake.hand_to_desk(ctx.tx, ctx.office, ctx.person, live[0], "human")
    elif live:
        await seats.inform(ctx.tx, ctx.office, live[0], "human", ctx.person.name)
        await ctx.reply(reporter.to_desk(ctx.office.voice, live[0]))
    else:
        ticket = await tickets.open_ticket(
            ctx.tx,
            ctx.office,
            ctx.person,
            ctx.meaning,
            Words(ctx.text),
            kind="fault"
            if ctx.meaning.fault and ctx.meaning.confidence >= sequels.SURE
            else "unclear",  # a guess stays one
        )
        await intake.hand_to_desk(ctx.tx, ctx.office, ctx.person, ticket, "human")
    return True


@router.on(lambda ctx: own_tickets.said(ctx) and ctx.meaning.intent in ("thanks", "greeting", "chitchat"))
async def courtesy(ctx: Context) -> bool:
    if ctx.meaning.decision in ("dispatch", "ask", "request", "route") and ctx.meaning.route != "R11":
        return False
    tells = ctx.meaning.details or own_tickets.has_place(ctx) or CORRECTION.search(ctx.text)
    if tells and ctx.meaning.intent == "chitchat" and await own_tickets.live_of(ctx):
        return False
    thanked = ctx.meaning.intent == "thanks"
    await ctx.reply(reporter.thanks() if thanked else reporter.chitchat(ctx.office.voice))
    return True


@router.on(lambda ctx: own_tickets.said(ctx) and ctx.meaning.intent in ("agree", "disagree"))
async def bare_answer(ctx: Context) -> bool:
    """A yes or no to nothing: a courteous line, never a ticket."""
    if ctx.meaning.fault is not None and ctx.meaning.decision == "dispatch":
        return False
    await ctx.reply(reporter.thanks() if ctx.meaning.intent == "agree" else reporter.not_understood(ctx.office.voice))
    return True


async def _sought(ctx: Context) -> bool:
    """Whether he speaks of something reported before, and nothing of his is here: the desk looks for it."""
    if not ORDERED.search(ctx.text) or await tickets.latest_of(ctx.tx, ctx.person) is not None:
        return False
    sought = replace(ctx.meaning, decision="request", kind="request", request="progress-query", fault=None)
    await intake.request(ctx.tx, ctx.office, ctx.person, sought, Words(ctx.text), ask=False)
    return True


async def _with_whom(ctx: Context, ticket: Ticket) -> str:
    """Who has it, or whom it waits for; empty while that is nobody by name."""
    holder = await holding.holder(ctx.tx, ticket)
    return holder.name if holder else await approvals.awaited(ctx.tx, ticket)

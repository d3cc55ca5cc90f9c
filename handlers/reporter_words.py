"""What reporters type: answers to what we asked, words about their tickets, and reports. Safety and R5 come before all."""

import re
from datetime import timedelta

from bot.core.ticket import BEFORE_ACCEPT, Action, Status
from bot.core.updates import Text
from bot.desk import (
    approvals,
    cards,
    closing,
    danger,
    gathering,
    holding,
    intake,
    merging,
    referral,
    requests,
    seats,
    selfhelp,
    sequels,
    tickets,
    urging,
)
from bot.desk.tickets import Ticket, Words
from bot.routing import Context, Router
from bot.views import reporter
from handlers.cards import guarded
from knowledge import read_answer

router = Router("reporter words")

STARS = {
    "5": 5,
    "4": 4,
    "3": 3,
    "2": 2,
    "1": 1,
    "很满意": 5,
    "非常满意": 5,
    "满意": 4,
    "一般": 3,
    "不满意": 2,
    "很不满意": 1,
}
STARS |= {f"{n}分": n for n in range(1, 6)} | {f"{n}星": n for n in range(1, 6)}
FAILED = re.compile(
    "(?:试|弄|搞|做|按|插|换|重启|关|照[着你您]?[说讲做]?)[^，。？?]{0,6}[，\\s]*(?:都|也|还是)?(?:没用|没有用|不行|一样|没反应|没好|没变化|不管用|冇用|唔得|不得|老样子)[了啊呀的]*$"
)
"""The step was tried and has not helped."""
FOUND = re.compile(
    "^(?:[哦啊噢喔嗯诶]|原来|是|就是|[，,\\s])*(?:没插|没开|没按|没通电|没接|忘了?[插开按接]|松了|掉了|被?关着|被?拔了)[^，。]{0,4}$"
)
"""What it was: whether it works now comes next."""
WONT = re.compile("(?:没空|不方便|弄不来|太复杂|不敢|懒得|不想|不会|看不懂|搞不来|没时间)[^，。]{0,6}$")
"""The reporter does not want to try, or cannot."""
SOMEBODY_ELSE = re.compile(r"换[一个]{0,2}(?:个|位)?(?:人(?![脸员事名])|师傅|工程师|别人)(?!了)")
UNKNOWN = re.compile(r"^(?:我?[也都]?)?(?:不知道|不清楚|唔知|唔清楚|说不清|不晓得|不懂|看不懂)[^，。]{0,4}[。！!]?$")
NUMBERED = re.compile(r"(?<![\da-z])(\d{1,9})\s*号(?![楼栋座窗房门柜机线会院厅])")
CANCEL_NUMBER = re.compile(r"^撤销\s*(\d{1,9})")
FRESH = timedelta(hours=24)
ALL = re.compile(
    "^都是|[两几][个件样台单张处边]?[^，。]{0,3}都|全都?|^都|(?:现在|已经|通通)都|都(?:好|可以|行了|正常|恢复|不用|别|取消|撤)"
)
"""Every open ticket is meant: 两个都好了, 都不用来了."""
SHORT = 12
"""Characters: a longer message is no answer to which ticket is over."""


def _said(ctx: Context) -> bool:
    return isinstance(ctx.update.content, Text)


@router.on(lambda ctx: _said(ctx) and not any(ch.isalnum() for ch in ctx.text))
async def nothing_said(ctx: Context) -> bool:
    """An empty line or only an emoji."""
    await ctx.reply(reporter.not_understood(ctx.office.voice))
    return True


@router.on(lambda ctx: _said(ctx) and ctx.meaning.decision in ("emergency", "classified"))
async def first_things_first(ctx: Context) -> bool:
    tx, office, who, meaning = ctx.tx, ctx.office, ctx.person, ctx.meaning
    grave = meaning.decision == "emergency" and await sequels.told_before(tx, who, meaning) is None
    if grave and (own := await danger.source(tx, office, who, ctx.text, meaning)) is not None:
        await tickets.add_words(tx, own, who, Words(ctx.text))
        await danger.turn(tx, office, who, own, ctx.text, meaning)
        return True
    asked = await tickets.get(tx, ctx.pending.ticket_id) if ctx.pending and ctx.pending.kind == "fault" else None
    if ctx.pending and ctx.pending.kind == "gather" and (begun := await tickets.get(tx, ctx.pending.ticket_id)):
        await gathering.drop(tx, who, begun)
    if meaning.decision == "classified" and asked is not None and tickets.can(asked, Action.REFER):
        await intake.classified_after_all(tx, office, who, asked)
        return True
    if meaning.decision == "classified" and await sequels.classified_now(tx, office, who, ctx.text, meaning):
        return True
    if (known := await sequels.told_before(tx, who, meaning)) is not None:
        await sequels.again(tx, office, who, known, ctx.text, meaning)
        return True
    await intake.report(tx, office, who, ctx.text, meaning)
    return True


@router.on(lambda ctx: _said(ctx) and ctx.pending is not None)
async def answer(ctx: Context) -> bool:
    """The open question gets its answer, in whatever way it is typed."""
    pending = ctx.pending
    ticket = await tickets.get(ctx.tx, pending.ticket_id) if pending else None
    if pending is None or ticket is None:
        return False
    match pending.kind:
        case "over":
            return await _over(ctx)
        case "gather":
            return await _gather(ctx, ticket)
        case "rate":
            return await _rate(ctx, ticket)
        case "confirm":
            return await _confirm(ctx, ticket)
        case "self-help":
            return await _self_help(ctx, ticket)
        case "fault" | "place":
            return await _question(ctx, ticket)
        case requests.KIND:
            return await _request(ctx, ticket)
        case referral.CHECK:
            return await _check(ctx, ticket)
    return False


async def _gather(ctx: Context, ticket: Ticket) -> bool:
    """The next piece of a report that is still being told."""
    if ctx.meaning.intent == "cancel" or not await gathering.still(ctx.tx, ctx.person, ticket):
        return False
    if ctx.meaning.intent == "human":
        await intake.hand_to_desk(ctx.tx, ctx.office, ctx.person, ticket, "human")
    else:
        await gathering.more(ctx.tx, ctx.office, ctx.person, ticket, Words(ctx.text))
    return True


async def _check(ctx: Context, ticket: Ticket) -> bool:
    """Whether computer and network are to be ruled out before a business system's own support is called."""
    intent = ctx.meaning.intent
    if intent not in ("agree", "disagree", "human") or ticket.status != Status.REFERRED:
        return False
    await cards.answered(ctx.tx, ctx.person)
    await tickets.add_words(ctx.tx, ticket, ctx.person, Words(ctx.text), "answered")
    if intent == "disagree":
        await ctx.reply(reporter.check_declined(ticket))
    else:
        await referral.check_wanted(ctx.tx, ctx.office, ctx.person, ticket)
    return True


async def _rate(ctx: Context, ticket: Ticket) -> bool:
    stars = STARS.get(ctx.text.strip("。！! "))
    if stars is None:
        return False
    await closing.rate(ctx.tx, ctx.office, ticket, ctx.person, stars)
    return True


async def _confirm(ctx: Context, ticket: Ticket) -> bool:
    intent = ctx.meaning.intent
    if intent in ("not_done", "disagree"):
        await guarded(ctx, ticket, lambda c, t: closing.not_fixed(c.tx, c.office, t, c.person))
    elif intent in ("done", "agree", "thanks"):
        await guarded(ctx, ticket, lambda c, t: closing.confirmed(c.tx, c.office, t, c.person))
    else:
        return False
    return True


async def _self_help(ctx: Context, ticket: Ticket) -> bool:
    intent = ctx.meaning.intent
    if ctx.text.isdigit():
        intent = {"1": "done", "2": "not_done", "3": "human"}.get(ctx.text, intent)
    if intent == "human" or selfhelp.DIRECT.search(ctx.text) or WONT.search(ctx.text):
        await selfhelp.give_up(ctx.tx, ctx.office, ticket, ctx.person)
    elif intent in ("not_done", "disagree") or FAILED.search(ctx.text):
        await selfhelp.unsolved(ctx.tx, ctx.office, ticket, ctx.person)
    elif intent == "done" and not await _of_another(ctx, ticket):
        await guarded(ctx, ticket, lambda c, t: selfhelp.solved(c.tx, c.office, t, c.person))
    elif FOUND.search(ctx.text):
        await tickets.add_words(ctx.tx, ticket, ctx.person, Words(ctx.text))
        await ctx.reply(reporter.say_when_tried(ticket))
    elif intent == "agree":
        await ctx.reply(reporter.say_when_tried(ticket))  # 收到 is no word of whether it works
    else:
        return False
    return True


async def _of_another(ctx: Context, ticket: Ticket) -> bool:
    """Whether what is said to be over is another open ticket of his: 网自己好了，打印机那个还是要人来."""
    live = await _live(ctx)
    own = await _meant(ctx, live) if len(live) > 1 else None
    return own is not None and own.id != ticket.id


async def _meant(ctx: Context, live: list[Ticket]) -> Ticket | None:
    """Which of several open tickets is said to be over, by number or by what it is; what is wanted still is left out:
    电话好了，打印机还是要来."""
    left = sequels.STAYS.sub("", ctx.text)
    numbers = {int(n) for n in NUMBERED.findall(left)}
    if len(by_number := [t for t in live if t.id in numbers]) == 1:
        return by_number[0]
    named = ctx.office.classifier.understand(left).named
    return await sequels.meant(ctx.tx, ctx.office, live, left, named)


async def _request(ctx: Context, ticket: Ticket) -> bool:
    """What a request needs to be known; a report of something broken is another matter."""
    meaning = ctx.meaning
    another = meaning.decision == "dispatch" and meaning.confidence >= sequels.SURE
    over = ticket.status not in (Status.NEED_INFO, Status.APPROVAL)
    if over or another or meaning.intent in ("progress", "urge", "cancel", "thanks", "human") or ctx.pending is None:
        return False
    if await _wants_another(ctx, ticket):
        await tickets.add_words(ctx.tx, ticket, ctx.person, Words(ctx.text))
        await requests.take_back(ctx.tx, ticket)
        await intake.request_after_all(ctx.tx, ctx.office, ctx.person, ticket, meaning)
        return True
    await requests.answered(ctx.tx, ctx.office, ctx.person, ctx.pending, ticket, ctx.text, meaning)
    return True


async def _wants_another(ctx: Context, ticket: Ticket) -> bool:
    """Whether the answer wants something else for sure, and what was taken for a request wished nothing: 有个新同事下周一来 /
    要开电脑登录账号."""
    meaning, context = ctx.meaning, ctx.office.context
    if meaning.decision != "request" or meaning.request == ticket.request or meaning.confidence < sequels.SURE:
        return False
    first = ctx.office.classifier.understand(await tickets.first_words(ctx.tx, ticket))
    return context.wishes(meaning) and not context.wishes(first)


async def _question(ctx: Context, ticket: Ticket) -> bool:
    pending, meaning = ctx.pending, ctx.meaning
    if pending is None or meaning.intent in ("progress", "urge", "cancel", "thanks"):
        return False
    if meaning.intent == "human":
        await intake.hand_to_desk(ctx.tx, ctx.office, ctx.person, ticket, "human")
        return True
    if pending.kind == "place" and not meaning.details and meaning.kind != "other" and _says_more(ctx, ticket):
        return False
    if pending.kind == "fault" and meaning.kind != "other" and ctx.office.context.begins(ctx.text):
        return False
    if pending.kind == "fault" and UNKNOWN.match(ctx.text):
        await tickets.add_words(ctx.tx, ticket, ctx.person, Words(ctx.text), "answered")
        await intake.hand_to_desk(ctx.tx, ctx.office, ctx.person, ticket, "unclear")
        return True
    if pending.kind == "fault" and meaning.intent == "done" and "heard" not in pending.data:
        return False
    if "heard" in pending.data and meaning.intent in ("agree", "done", "disagree", "not_done"):
        right = meaning.intent in ("agree", "done")
        await intake.transcript(ctx.tx, ctx.office, ctx.person, pending, ticket, right=right)
        return True
    options = list(pending.data.get("options", []))
    pick = read_answer(options, ctx.text) if options else None
    if pending.kind == "fault" and pick is None and not sequels.CORRECTION.search(ctx.text):
        told, offered = ctx.office.context.gist(await tickets.said(ctx.tx, ticket)), pending.data.get("faults", [])
        if ctx.office.context.apart(told, offered, ctx.text):
            return False
        meaning = ctx.office.context.answer(told, offered, ctx.text)
        nothing_new = ctx.meaning.details or (ctx.meaning.device_only and _named_already(ctx, told))
        if nothing_new and meaning.decision not in ("dispatch", "request", "route"):
            await intake.still_asked(ctx.tx, ctx.person, ticket, ctx.text, ctx.meaning)
            return True
    await intake.answered(ctx.tx, ctx.office, ctx.person, pending, ticket, ctx.text, meaning, pick)
    return True


@router.on(lambda ctx: _said(ctx) and bool(sequels.AGAIN.search(ctx.text)))
async def wanted_after_all(ctx: Context) -> bool:
    """等等，又闪了: what was just called off is reported anew."""
    ticket = await sequels.revived(ctx.tx, ctx.person, ctx.text, ctx.meaning)
    if ticket is None:
        return False
    await sequels.revive(ctx.tx, ctx.office, ctx.person, ticket, ctx.text)
    return True


@router.on(lambda ctx: _said(ctx) and ctx.meaning.intent == "progress")
async def progress(ctx: Context) -> bool:
    rows = [(t, await _with_whom(ctx, t)) for t in await _followed(ctx)]
    await ctx.reply(reporter.progress(ctx.office.voice, rows, ctx.tx.now))
    return True


@router.on(lambda ctx: _said(ctx) and ctx.meaning.intent == "urge")
async def urge(ctx: Context) -> bool:
    live = await _followed(ctx)
    if not live:
        return False
    if gathering.fresh(ctx.office, live[0], ctx.tx.now) and await gathering.in_pieces(ctx.tx, live[0]):
        await tickets.add_words(ctx.tx, live[0], ctx.person, Words(ctx.text))
        return True
    await urging.urge(ctx.tx, ctx.office, ctx.person, live[0], ctx.text)
    return True


@router.on(lambda ctx: _said(ctx) and bool(CANCEL_NUMBER.match(ctx.text)))
async def cancel_number(ctx: Context) -> bool:
    match = CANCEL_NUMBER.match(ctx.text)
    wanted = int(match.group(1)) if match else 0
    for ticket in await _live(ctx):
        if ticket.id == wanted:
            await guarded(ctx, ticket, lambda c, t: closing.cancelled(c.tx, c.office, t, c.person))
            return True
    await ctx.reply(reporter.not_yours(ctx.office.voice, wanted))
    return True


@router.on(lambda ctx: _said(ctx) and bool(SOMEBODY_ELSE.search(ctx.text)))
async def somebody_else(ctx: Context) -> bool:
    """不要派王强，换个人: the repair stands, the desk sees to it who comes."""
    live = await _live(ctx)
    if not live:
        return False
    await tickets.add_words(ctx.tx, live[0], ctx.person, Words(ctx.text))
    await seats.inform(ctx.tx, ctx.office, live[0], "change-person", ctx.person.name, ctx.text)
    await ctx.reply(reporter.to_desk(ctx.office.voice, live[0]))
    return True


@router.on(lambda ctx: _said(ctx) and ctx.meaning.intent in ("cancel", "done"))
async def no_longer_needed(ctx: Context) -> bool:
    """好了，不用来了: the ticket it is about is cancelled, or confirmed when it was already being finished."""
    live = await _live(ctx)
    if not live and ctx.meaning.intent == "done":
        await ctx.reply(reporter.thanks())
        return True
    if not live:
        return False
    meant = any(t.id == ctx.quoted for t in live)
    if len(live) > 1 and not meant and (own := await _meant(ctx, live)) is not None:
        live, meant = [own], True
    if len(live) > 1 and not meant and ALL.search(ctx.text):
        return await _all_over(ctx, live)
    if len(live) > 1 and not meant:
        await cards.expect(ctx.tx, ctx.person, live[0], "over", {"tickets": [t.id for t in live]})
        await ctx.reply(reporter.which_is_over(ctx.office.voice, live))
        return True
    return await _all_over(ctx, live[:1])


async def _all_over(ctx: Context, over: list[Ticket]) -> bool:
    """Each is confirmed when it was being finished already, else called off."""
    for ticket in over:
        if tickets.can(ticket, Action.CONFIRM):
            await closing.confirmed(ctx.tx, ctx.office, ticket, ctx.person)
        elif ctx.meaning.intent == "done" and tickets.can(ticket, Action.SELF_SOLVED):
            await selfhelp.solved(ctx.tx, ctx.office, ticket, ctx.person)
        else:
            await guarded(ctx, ticket, lambda c, t: closing.cancelled(c.tx, c.office, t, c.person))
    return True


async def _over(ctx: Context) -> bool:
    """Which of several tickets is over, as it was asked: by number, by its place in the list, by its device, or all."""
    listed = list(ctx.pending.data["tickets"]) if ctx.pending else []
    live = [t for t in await _live(ctx) if t.id in listed]
    said = {int(n) for n in re.findall(r"\d{1,9}", ctx.text)}
    over = [t for t in live if t.id in said]
    if not over and ctx.text.isdigit() and 0 < int(ctx.text) <= len(listed):
        over = [t for t in live if t.id == listed[int(ctx.text) - 1]]
    if not over and ALL.search(ctx.text):
        over = live
    short = len(ctx.text) <= SHORT and ctx.meaning.decision != "dispatch"
    if not over and short and len(live) > 1 and (own := await _meant(ctx, live)) is not None:
        over = [own]
    if not over or ctx.pending is None:
        return False
    await cards.answered(ctx.tx, ctx.person)
    return await _all_over(ctx, over)


@router.on(lambda ctx: _said(ctx) and ctx.meaning.intent == "not_done")
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
        await closing.not_fixed(ctx.tx, ctx.office, latest, ctx.person)
        return True
    if intake.is_live(latest):
        await intake.add(ctx.tx, ctx.office, ctx.person, latest, ctx.text, ctx.meaning)
        return True
    return False


@router.on(lambda ctx: _said(ctx) and (ctx.meaning.intent == "human" or bool(selfhelp.DIRECT.fullmatch(ctx.text))))
async def human(ctx: Context) -> bool:
    live = await _live(ctx)
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
            kind="fault" if ctx.meaning.fault else "unclear",
        )
        await intake.hand_to_desk(ctx.tx, ctx.office, ctx.person, ticket, "human")
    return True


@router.on(lambda ctx: _said(ctx) and ctx.meaning.intent in ("thanks", "greeting", "chitchat"))
async def courtesy(ctx: Context) -> bool:
    if ctx.meaning.decision in ("dispatch", "ask", "request", "route") and ctx.meaning.route != "R11":
        return False
    if ctx.meaning.details and ctx.meaning.intent == "chitchat" and await _live(ctx):
        return False
    thanked = ctx.meaning.intent == "thanks"
    await ctx.reply(reporter.thanks() if thanked else reporter.chitchat(ctx.office.voice))
    return True


@router.on(lambda ctx: _said(ctx) and ctx.meaning.intent in ("agree", "disagree"))
async def bare_answer(ctx: Context) -> bool:
    """A yes or no to nothing: a courteous line, never a ticket."""
    if ctx.meaning.fault is not None and ctx.meaning.decision == "dispatch":
        return False
    await ctx.reply(reporter.thanks() if ctx.meaning.intent == "agree" else reporter.not_understood(ctx.office.voice))
    return True


@router.on(lambda ctx: _said(ctx) and ctx.meaning.decision in ("request", "route"))
async def told_again(ctx: Context) -> bool:
    """A request or a matter for others that is open already: this is more about it."""
    known = await sequels.told_before(ctx.tx, ctx.person, ctx.meaning)
    if known is None:
        return False
    await sequels.again(ctx.tx, ctx.office, ctx.person, known, ctx.text, ctx.meaning)
    return True


@router.on(_said)
async def about_an_open_ticket(ctx: Context) -> bool:
    """A correction, a clearer word or a detail about a ticket that is still open."""
    live, meaning = await _live(ctx), ctx.meaning
    if ctx.quoted not in [t.id for t in live]:
        live = sequels.nearest(live, meaning)
    corrects = sequels.CORRECTION.search(ctx.text) and not ctx.office.context.begins(ctx.text)
    for ticket in live[:1] if corrects else ():
        told = ctx.office.context.gist(await tickets.said(ctx.tx, ticket))
        recent = ctx.tx.now - ticket.created_at < FRESH
        if recent and (read := sequels.instead(ctx.office, ticket, told, ctx.text, meaning)):
            await sequels.put_right(ctx.tx, ctx.office, ctx.person, ticket, ctx.text, read)
            return True
        if recent and sequels.replaced(ticket, meaning):
            await intake.add(ctx.tx, ctx.office, ctx.person, ticket, ctx.text, meaning)
            return True
    known = [t for t in live if t.kind != "unclear" and t.fault and t.fault == meaning.fault]
    alike = next((t for t in known if not sequels.elsewhere(t, meaning)), None)
    if alike is not None and ctx.tx.now - alike.created_at < FRESH:
        await intake.add(ctx.tx, ctx.office, ctx.person, alike, ctx.text, meaning)
        return True
    for ticket in live[:1]:
        if sequels.is_open(ticket, ctx.tx.now):
            return await sequels.follow(ctx.tx, ctx.office, ctx.person, ticket, ctx.text, meaning)
    older = next((t for t in live if t.kind != "classified" and ctx.tx.now - t.created_at < FRESH), None)
    unsaid = meaning.details or meaning.kind == "other" or (meaning.decision == "human" and meaning.confidence < 0.3)
    if older is None or not unsaid:
        return False
    await intake.add(ctx.tx, ctx.office, ctx.person, older, ctx.text, meaning)
    return True


@router.on(_said)
async def about_a_merged_ticket(ctx: Context) -> bool:
    """More about a report that was merged goes to the ticket it is handled with."""
    for own, into in await merging.survivors(ctx.tx, ctx.person):
        recent = ctx.tx.now - own.created_at < FRESH
        if recent and await sequels.belongs(ctx.tx, ctx.office, own, ctx.text, ctx.meaning):
            await sequels.of_merged(ctx.tx, ctx.office, ctx.person, Words(ctx.text), own, into, ctx.meaning)
            return True
    return False


@router.on(lambda ctx: _said(ctx) and len(ctx.text) > intake.LONG and ctx.meaning.decision != "dispatch")
async def story(ctx: Context) -> bool:
    """A very long message we are not sure of: kept whole, the desk reads it."""
    ticket = await tickets.open_ticket(ctx.tx, ctx.office, ctx.person, ctx.meaning, Words(ctx.text), kind="unclear")
    await ctx.reply(reporter.too_long(ctx.office.voice, ticket))
    await intake.quietly_to_desk(ctx.tx, ctx.office, ctx.person, ticket)
    return True


@router.on(lambda ctx: _said(ctx) and ctx.meaning.request == "progress-query" and ctx.meaning.decision == "request")
async def query(ctx: Context) -> bool:
    return await progress(ctx)


@router.on(lambda ctx: _said(ctx) and ctx.meaning.decision == "other")
async def other(ctx: Context) -> bool:
    await ctx.reply(reporter.chitchat(ctx.office.voice))
    return True


@router.on(_said)
async def report(ctx: Context) -> bool:
    for part in ctx.office.context.matters(ctx.text):
        await gathering.report(ctx.tx, ctx.office, ctx.person, part, ctx.office.context.alone(part))
    return True


async def _with_whom(ctx: Context, ticket: Ticket) -> str:
    """Who has it, or whom it waits for; empty while that is nobody by name."""
    holder = await holding.holder(ctx.tx, ticket)
    return holder.name if holder else await approvals.awaited(ctx.tx, ticket)


async def _live(ctx: Context) -> list[Ticket]:
    """The person's open tickets, newest first; the one whose message he quotes comes before all."""
    live = await tickets.live_of(ctx.tx, ctx.person)
    return sorted(live, key=lambda t: t.id != ctx.quoted)


async def _followed(ctx: Context) -> list[Ticket]:
    """The tickets he waits for: his own, then those his merged reports are handled with."""
    live = await _live(ctx)
    return [*live, *(into for _, into in await merging.survivors(ctx.tx, ctx.person) if into not in live)]


def _named_already(ctx: Context, told: str) -> bool:
    """Whether a message names only a device that was named before."""
    return bool(told) and bool(set(ctx.meaning.named) & set(ctx.office.classifier.understand(told).named))


def _says_more(ctx: Context, ticket: Ticket) -> bool:
    """Whether what came in place of the room is a matter of its own, a correction, or names no room at all."""
    sure = ctx.meaning.decision == "dispatch" and ctx.meaning.confidence >= sequels.SURE
    other = sure and ctx.meaning.fault != ticket.fault and ctx.meaning.item in ctx.meaning.named
    corrects = sequels.CORRECTION.search(ctx.text) and ctx.meaning.fault is not None
    begins = ctx.office.context.begins(ctx.text) or ctx.office.context.goes_on(ctx.text)
    return bool(other or corrects) or begins or not _has_place(ctx)


def _has_place(ctx: Context) -> bool:
    slots = dict(ctx.meaning.slots)
    return any(slots.get(key) for key in intake.PLACE)

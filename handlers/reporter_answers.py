"""Answers to what we asked a reporter, however typed. Safety and R5 come before all."""

import re
from dataclasses import replace
from datetime import timedelta

from bot.core.ticket import Action, Status
from bot.desk import (
    additions,
    cards,
    closing,
    danger,
    gathering,
    intake,
    referral,
    requests,
    selfhelp,
    sequels,
    tickets,
    urging,
)
from bot.desk.tickets import Ticket, Words
from bot.routing import Context, Router
from bot.views import reporter
from handlers import own_tickets
from handlers.cards import guarded
from knowledge import read_answer
from knowledge.corrected import CORRECTION
from knowledge.understanding import Understanding

router = Router("reporter answers")

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
STARS |= {"好评": 5, "满分": 5, "十分满意": 5, "差评": 1}
FIGURES = str.maketrans("一二三四五", "12345")
RATED = re.compile(
    r"^(?P<said>[^\d]{0,20}?)[，,。\s]*(?:给|打|评)?(?:个|你们?|您|师傅|他)?(?P<stars>[1-5一二三四五](?=颗?[分星]))颗?[分星](?:好评|满分)?(?:了|吧|哈|呀|啊)*[。！!~]*$"
)
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
UNKNOWN = re.compile(r"^(?:我?[也都]?)?(?:不知道|不清楚|唔知|唔清楚|说不清|不晓得|不懂|看不懂)[^，。]{0,4}[。！!]?$")
VALID = timedelta(minutes=10)
"""A number typed later than this after we asked which ticket is over is no answer to it (assumed)."""
SETTLES = 0.4
"""Chance from which the judgement of what a matter becomes answers our question."""
SURELY = 0.85
"""Chance from which what answers a request's question is believed to be no answer, but that it is over or a person wanted."""
NO_MORE, PLAINLY = re.compile(r"^(?:算了|不用了|不要了|不装了|不办了|先不|取消)"), 0.5
"""It begins like something called off, and from which chance it is then believed to be that: 算了 领导说不用."""
WHILE_OPEN = ("self-help", "fault", "place")
"""Questions that nobody waits for any more once the ticket is closed, by whomever."""
SHORT = 12
"""Characters: a longer message is no answer to which ticket is over."""


@router.on(lambda ctx: own_tickets.said(ctx) and not any(ch.isalnum() for ch in ctx.text))
async def nothing_said(ctx: Context) -> bool:
    """An empty line or only an emoji."""
    await ctx.reply(reporter.not_understood(ctx.office.voice))
    return True


@router.on(lambda ctx: own_tickets.said(ctx) and ctx.meaning.decision in ("emergency", "classified"))
async def first_things_first(ctx: Context) -> bool:
    tx, office, who, meaning = ctx.tx, ctx.office, ctx.person, ctx.meaning
    if meaning.decision == "emergency" and await tickets.live_of(tx, who):
        ctx.understanding = meaning = office.classifier.understand(ctx.text, beside=True)
        if meaning.decision not in ("emergency", "classified"):
            return False
    grave = meaning.decision == "emergency" and await sequels.told_before(tx, who, meaning) is None
    if grave and (own := await danger.source(tx, office, who, ctx.text, meaning)) is not None:
        if not await tickets.just_relayed(tx, own, who, ctx.text):
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


@router.on(own_tickets.said)
async def as_what_follows(ctx: Context) -> bool:
    """A message after a report is read for what it does (it is over, hurry, a person wanted) as well: what comes after
    this sees that meaning."""
    if ctx.apart:
        return False
    ctx.acts = await sequels.follow_up(ctx.tx, ctx.office, ctx.person, ctx.text)
    asked = ctx.pending is not None and ctx.pending.kind == requests.KIND  # 没有硬盘 is an answer
    least = PLAINLY if NO_MORE.match(ctx.text) else SURELY
    if not asked or max(ctx.acts.get("over", 0), ctx.acts.get("human", 0)) >= least:
        ctx.understanding = sequels.as_follow_up(ctx.office, ctx.text, ctx.meaning, ctx.acts)
    return False


@router.on(lambda ctx: own_tickets.said(ctx) and ctx.pending is not None)
async def answer(ctx: Context) -> bool:
    """The open question gets its answer, in whatever way it is typed."""
    pending = ctx.pending
    ticket = await tickets.get(ctx.tx, pending.ticket_id) if pending else None
    if pending is None or ticket is None or (pending.kind in WHILE_OPEN and not intake.is_live(ticket)):
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
    intent = ctx.meaning.intent
    if intent == "cancel" or not await gathering.still(ctx.tx, ctx.person, ticket):
        return False
    if intent in ("urge", "progress") and not ctx.meaning.fault and not own_tickets.has_place(ctx):
        others = [t for t in await own_tickets.followed(ctx) if t.id != ticket.id]
        if intent == "progress" and others:
            return False
        if others:
            await urging.urge(ctx.tx, ctx.office, ctx.person, others[0], ctx.text)
        else:
            await gathering.urged(ctx.tx, ctx.person, ticket, ctx.text)
        return True
    if intent == "human":
        await intake.hand_to_desk(ctx.tx, ctx.office, ctx.person, ticket, "human")
    elif await gathering.finish(ctx.tx, ctx.office, ctx.person, ticket, ctx.text):
        return False
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
    """A number or word of the card, or 师傅很好，给五星: what is said besides stays with the ticket."""
    match = RATED.match(ctx.text)
    said = match["stars"].translate(FIGURES) if match else ctx.text.strip("。！! ")
    stars = STARS.get(said)
    if stars is None:
        return False
    if match and match["said"].strip("，,。！! "):
        await tickets.add_words(ctx.tx, ticket, ctx.person, Words(ctx.text))
    await closing.rate(ctx.tx, ctx.office, ticket, ctx.person, stars)
    return True


async def _confirm(ctx: Context, ticket: Ticket) -> bool:
    intent = ctx.meaning.intent
    if intent in ("not_done", "disagree"):
        await guarded(ctx, ticket, own_tickets.not_fixed)
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
        await own_tickets.keep(ctx, ticket)
        await selfhelp.give_up(ctx.tx, ctx.office, ticket, ctx.person)
    elif own_tickets.wider(ctx):
        return False
    elif intent in ("not_done", "disagree") or FAILED.search(ctx.text):
        await own_tickets.keep(ctx, ticket)
        await selfhelp.unsolved(ctx.tx, ctx.office, ticket, ctx.person)
    elif FOUND.search(ctx.text):
        await tickets.add_words(ctx.tx, ticket, ctx.person, Words(ctx.text))
        await ctx.reply(reporter.say_when_tried(ticket))
    elif intent == "done" and not await _of_another(ctx, ticket):
        await own_tickets.keep(ctx, ticket)
        await guarded(ctx, ticket, lambda c, t: selfhelp.solved(c.tx, c.office, t, c.person))
    elif intent == "agree":
        await ctx.reply(reporter.say_when_tried(ticket))  # 收到 is no word of whether it works
    else:
        return False
    return True


async def _of_another(ctx: Context, ticket: Ticket) -> bool:
    """Whether what is said to be over is another open ticket of his: 网自己好了，打印机那个还是要人来."""
    live = await own_tickets.live_of(ctx)
    own = await own_tickets.meant_over(ctx, live) if len(live) > 1 else None
    return own is not None and own.id != ticket.id


async def _request(ctx: Context, ticket: Ticket) -> bool:
    """What a request needs to be known; a report of something broken is another matter."""
    meaning = ctx.meaning
    another = (await sequels.judged(ctx.tx, ctx.office, ticket, ctx.text)).kind != "stays"
    another = another or await sequels.another_wish(ctx.tx, ctx.office, ticket, ctx.text, meaning)
    over = ticket.status not in (Status.NEED_INFO, Status.APPROVAL)
    if over or another or meaning.intent in ("progress", "urge", "cancel", "done", "thanks", "human"):
        return False
    if ctx.pending is None:
        return False
    if meaning.details and await requests.aside(ctx.tx, ctx.office, ctx.person, ctx.pending, ticket, ctx.text, meaning):
        return True
    await requests.answered(ctx.tx, ctx.office, ctx.person, ctx.pending, ticket, ctx.text, meaning)
    return True


async def _question(ctx: Context, ticket: Ticket) -> bool:
    pending, meaning = ctx.pending, ctx.meaning
    if pending is None or meaning.intent in ("progress", "urge", "cancel", "thanks"):
        return False
    if meaning.intent == "human":
        await intake.hand_to_desk(ctx.tx, ctx.office, ctx.person, ticket, "human")
        return True
    if pending.kind == "place" and not meaning.details and meaning.kind != "other" and await _says_more(ctx, ticket):
        return False
    if pending.kind == "fault" and meaning.kind != "other" and ctx.office.context.begins(ctx.text):
        return False
    if sequels.moves(ctx.text, meaning):
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
    if pending.kind == "fault" and (place := sequels.only_place(ctx.office, ctx.text)) is not None:
        await additions.still_asked(ctx.tx, ctx.person, ticket, ctx.text, place)  # 打错，504: the question stands
        return True
    options = list(pending.data.get("options", []))
    pick = read_answer(options, ctx.text) if options else None
    if pending.kind == "fault" and pick is None and not CORRECTION.search(ctx.text):
        told, offered = ctx.office.context.gist(await tickets.said(ctx.tx, ticket)), pending.data.get("faults", [])
        if (own := _of_the_device(ctx, told)) is not None:
            await intake.answered(ctx.tx, ctx.office, ctx.person, pending, ticket, ctx.text, own, pick)
            return True
        sequel = ctx.office.context.sequel(told, None, ctx.text)
        if sequel.kind == "opens" or ctx.office.context.apart(told, offered, ctx.text):
            return False
        meaning = ctx.office.context.answer(told, offered, ctx.text)
        says = meaning.decision in ("dispatch", "request", "route")
        if sequel.kind == "becomes" and sequel.chance >= SETTLES:
            fault = sequel.meaning.kind == "fault"
            meaning = replace(sequel.meaning, decision="dispatch", question=None) if fault else sequel.meaning
            says = True
        nothing_new = ctx.meaning.details or (ctx.meaning.device_only and _named_already(ctx, told))
        chosen = ctx.meaning.device_only and meaning.fault in offered
        if (nothing_new and not says) or (says and sequel.kind == "stays" and not chosen):
            await additions.still_asked(ctx.tx, ctx.person, ticket, ctx.text, ctx.meaning)
            return True
    await intake.answered(ctx.tx, ctx.office, ctx.person, pending, ticket, ctx.text, meaning, pick)
    return True


async def _over(ctx: Context) -> bool:
    """Which of several tickets is over, as it was asked: by number, by its place in the list, by its device, or all."""
    if ctx.pending is None or ctx.tx.now - ctx.pending.asked_at > VALID:
        return False
    listed = list(ctx.pending.data["tickets"])
    live = [t for t in await own_tickets.live_of(ctx) if t.id in listed]
    said = {int(n) for n in re.findall(r"\d{1,9}", ctx.text)}
    over = [t for t in live if t.id in said]
    if not over and ctx.text.isdigit() and 0 < int(ctx.text) <= len(listed):
        over = [t for t in live if t.id == listed[int(ctx.text) - 1]]
    if not over and own_tickets.ALL.search(ctx.text):
        over = live
    short = len(ctx.text) <= SHORT and ctx.meaning.decision != "dispatch"
    if not over and short and len(live) > 1 and (own := await own_tickets.meant_over(ctx, live)) is not None:
        over = [own]
    if not over:
        return False
    await cards.answered(ctx.tx, ctx.person)
    return await own_tickets.all_over(ctx, over)


def _of_the_device(ctx: Context, told: str) -> Understanding | None:
    """Where two faults answer a question about a device that was named, the answer is the one of that device (电脑不行 /
    开机蓝屏，打印机也卡纸); None: it is no such answer."""
    if len(ctx.meaning.faults) < 2 or ctx.meaning.decision != "dispatch":
        return None
    named, items = ctx.office.classifier.understand(told).named, ctx.office.book.faults
    own = [slug for slug in ctx.meaning.faults if items[slug].item in named]
    return replace(ctx.meaning, fault=own[0], item=items[own[0]].item) if len(own) == 1 else None


def _named_already(ctx: Context, told: str) -> bool:
    """Whether a message names only a device that was named before."""
    return bool(told) and bool(set(ctx.meaning.named) & set(ctx.office.classifier.understand(told).named))


async def _says_more(ctx: Context, ticket: Ticket) -> bool:
    """Whether what came in place of the room is a matter of its own, a correction, or names no room at all."""
    begins = ctx.office.context.begins(ctx.text) or ctx.office.context.goes_on(ctx.text)
    if begins or not own_tickets.has_place(ctx):
        return True
    return (await sequels.judged(ctx.tx, ctx.office, ticket, ctx.text)).kind != "stays"

"""Around the work on site: the agency's consent by its own phone, what the desk answers for it."""

import re

from bot.core import yes_no
from bot.core.updates import Text
from bot.core.yes_no import Answer
from bot.desk import additions, consent, guidance, people, tickets
from bot.desk.tickets import Ticket
from bot.routing import Context, Router
from bot.views import desk as desk_views
from bot.views import field as views
from handlers import in_hand
from handlers.cards import on_press, press_of, true_state

router = Router("field")

NUMBER = r"\s*#?(?P<id>\d{1,9})?\s*号?"
AGREED, SAVED = "owner-consent", "backup-confirmed"
YES = {"同意": AGREED, "已备份": SAVED, "备份好了": SAVED, "备份过了": SAVED, "备份了": SAVED, "有备份": SAVED}
"""A yes → the gate it opens: agreeing to the work does not say that the data are saved."""
ANSWERS = {**dict.fromkeys(YES, True), **dict.fromkeys(("不同意", "还没备份", "没备份", "没有备份"), False)}
ANSWER = re.compile(rf"^(?P<word>{'|'.join(ANSWERS)}){NUMBER}[。！!]?$")
REGRETS = re.compile(
    r"^(?:等等|等一下|不行)?[，,\s]*(?:我)?(?:反悔了?|(?:又|现在)?不同意了?|收回同意|(?:快停|停下|先停|先别|别)(?:弄|动|装|做|拆)?了?)"
    r"(?:[，,\s]*(?:先)?别(?:弄|动|装|做|重装|拆)了?)?[。！!]?$"
)
TOLD = re.compile(
    r"^(?:我(?:已经?)?(?:问过?|跟)(?:了|过)?)?(?:用户|使用人|报障人|报修人|负责人|客户|对方|领导|主任|科长|本人|人家|他|她|(?![我你您])[\u4e00-\u9fff]{2,3}?)(?:们)?(?:本人|自己)?"
    r"(?:刚才|刚刚|刚|电话里?|口头上?|当面|在电话里|已经?|都|也)*(?:说|表示|讲)?(?:了)?(?:过)?[，,：:\s]*(?:已经?|都|她|他)*"
    r"(?:同意|答应|允许|没意见|(?:可以|行|能|OK)(?=了?的?$|[，,。！!])|(?:数据|资料|文件)?(?:都|已经?)*备份)(?:好|过|完)?(?:了|的)?(?:[，,\s]*(?:可以)?(?:弄|做|开始|继续|装|动手)(?:了|吧)*)?[。！!]?$",
    re.I,
)
"""用户同意了, 李梅说可以: what a technician has been told, which opens nothing."""
OVERRIDE = re.compile(rf"^代同意{NUMBER}\s*(?P<rest>.*)$", re.S)
AGAIN = re.compile(rf"^再问(?:一次|一下)?{NUMBER}$")


def _anybody(ctx: Context, ticket: Ticket) -> bool:
    """The card was his (judged before)."""
    return True


def _holds(ctx: Context, ticket: Ticket) -> bool:
    return ticket.owner == "technician" and ticket.assignee_id == ctx.person.id


@on_press(router, "consent-yes", "consent-no", may=_anybody)
async def consent_card(ctx: Context, ticket: Ticket) -> None:
    asked = [row for row, about in await consent.waiting_for(ctx.tx, ctx.person) if about.id == ticket.id]
    if asked:
        yes = press_of(ctx).verb == "consent-yes"
        await guidance.answered(ctx.tx, ctx.office, asked[0], ticket, ctx.person, yes=yes)
    else:
        await true_state(ctx, ticket)


@on_press(router, "consent-again", may=_holds)
async def consent_again(ctx: Context, ticket: Ticket) -> None:
    await guidance.ask_again(ctx.tx, ctx.office, ticket, ctx.person)


@router.on(lambda ctx: bool(ANSWER.match(ctx.text)))
async def consent_words(ctx: Context) -> bool:
    """同意 / 不同意 / 已备份 / 还没备份, with the number where several are asked."""
    match = ANSWER.match(ctx.text)
    asked = await consent.waiting_for(ctx.tx, ctx.person)
    if match is None:
        return False
    if not asked:
        if not ANSWERS[match["word"]] and await _takes_back(ctx, int(match["id"]) if match["id"] else ctx.quoted):
            return True
        return await _never_asked(ctx, match["id"])
    number = int(match["id"]) if match["id"] else ctx.quoted
    meant = [pair for pair in asked if number in (None, pair[1].id)]
    chosen = [pair for pair in meant if YES.get(match["word"], pair[0].gate) == pair[0].gate]
    if len(chosen) == 1:
        await guidance.answered(ctx.tx, ctx.office, *chosen[0], ctx.person, yes=ANSWERS[match["word"]])
    elif len(meant) == 1:
        await ctx.reply(views.another_consent(meant[0][1], meant[0][0].gate))
    else:
        await ctx.reply(views.which_consent([ticket for _, ticket in chosen or meant or asked]))
    return True


@router.on(lambda ctx: bool(REGRETS.match(ctx.text)))
async def regrets(ctx: Context) -> bool:
    """不同意了，先别动: after his yes, while that step is being worked on. To an open question it is a plain no."""
    return not await consent.waiting_for(ctx.tx, ctx.person) and await _takes_back(ctx, ctx.quoted)


async def _takes_back(ctx: Context, number: int | None) -> bool:
    for row, ticket in await consent.given_by(ctx.tx, ctx.person):
        if number in (None, ticket.id) and await guidance.taken_back(ctx.tx, ctx.office, row, ticket, ctx.person):
            return True
    return False


async def _never_asked(ctx: Context, number: str | None) -> bool:
    """同意 1 of somebody 1号 asks nothing of: he hears so, it is no report. Of staff it may be about a leave or a swap."""
    if number is None or people.is_staff(ctx.person) or await tickets.get(ctx.tx, int(number)) is None:
        return False
    await ctx.reply(views.nothing_of_yours(int(number)))
    return True


@router.on(lambda ctx: isinstance(ctx.update.content, Text) and ctx.understanding is not None)
async def consent_loosely(ctx: Context) -> bool:
    """可以 / 行，弄吧 / 不行 / 都备份好了 is the answer to a question of consent when that was the last thing he was asked.

    That the data are saved has to be said: 可以 may still be about the work.
    """
    yes, about_saved = _loosely(ctx), yes_no.saved(ctx.text)
    if (yes is None and about_saved is None) or ctx.meaning.decision in ("emergency", "classified"):
        return False
    asked = await consent.waiting_for(ctx.tx, ctx.person)
    if len(asked) != 1 or (ctx.pending is not None and ctx.pending.asked_at > asked[0][0].asked_at):
        return False
    row, ticket = asked[0]
    if row.gate == SAVED and about_saved is not None:
        yes = about_saved
    elif yes is None or (yes and row.gate == SAVED):
        await ctx.reply(views.another_consent(ticket, row.gate))
        return True
    await guidance.answered(ctx.tx, ctx.office, row, ticket, ctx.person, yes=yes)
    return True


@router.on(lambda ctx: isinstance(ctx.update.content, Text) and _later(ctx.text))
async def not_yet(ctx: Context) -> bool:
    """等一下，我先问问领导: the question stands, and whoever asked it reads why."""
    asked = await consent.waiting_for(ctx.tx, ctx.person)
    if len(asked) != 1:
        return False
    await additions.add(ctx.tx, ctx.office, ctx.person, asked[0][1], ctx.text, ctx.meaning)
    return True


def _later(text: str) -> bool:
    said = yes_no.read(text)
    return said is not None and said.answer is Answer.LATER


def _loosely(ctx: Context) -> bool | None:
    """A yes or a no in his own words; 好的 is one here, where the card has just asked."""
    said = yes_no.read(ctx.text)
    if said is not None and said.why and ctx.meaning.decision == "dispatch":  # 不行，打印机又卡纸了
        return None
    if said is not None and said.answer in (Answer.YES, Answer.NO):
        return said.answer is Answer.YES
    return {"agree": True, "disagree": False}.get(ctx.meaning.intent or "")


@router.on(lambda ctx: bool(OVERRIDE.match(ctx.text)))
async def override(ctx: Context) -> bool:
    """代同意 17 理由: only the desk, only with a reason."""
    match = OVERRIDE.match(ctx.text)
    number = int(match["id"]) if match and match["id"] else ctx.quoted
    if not people.is_desk(ctx.person):
        await ctx.reply(views.only_the_desk())
    elif (ticket := await tickets.get(ctx.tx, number)) is None:
        await ctx.reply(desk_views.no_such(f"{number}号单" if number else "要确认的单"))
    else:
        reason = match["rest"].strip(" ，,。：:") if match else ""
        await guidance.override(ctx.tx, ctx.office, ticket, ctx.person, reason)
    return True


@router.on(lambda ctx: people.is_engineer(ctx.person) and bool(TOLD.match(ctx.text)))
async def told_of_it(ctx: Context) -> bool:
    """用户同意了, where the agency is asked: it has to say so itself, and is asked once more."""
    ticket = await in_hand.focused(ctx)
    if ticket is None or await guidance.gate_asked(ctx.tx, ctx.office, ticket) not in consent.GATES:
        return False
    await ctx.reply(views.himself(ticket))
    await guidance.ask_again(ctx.tx, ctx.office, ticket, ctx.person)
    return True


@router.on(lambda ctx: bool(AGAIN.match(ctx.text)) and people.is_engineer(ctx.person))
async def again(ctx: Context) -> bool:
    match = AGAIN.match(ctx.text)
    ticket = await in_hand.meant(ctx, int(match["id"]) if match and match["id"] else None)
    if ticket is not None:
        await guidance.ask_again(ctx.tx, ctx.office, ticket, ctx.person)
    return True

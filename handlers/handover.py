"""换人 / 转交 17 赵磊 原因, and the colleague's answer."""

import re

from bot.core.updates import Text
from bot.desk import handover, people, shift_end, shifts, tickets
from bot.desk.tickets import Ticket
from bot.routing import Context, Router
from bot.views import field as views
from bot.views import technician
from handlers import in_hand, picking
from handlers.cards import guarded, on_press, press_of, true_state
from handlers.technician_words import COMMANDS, DUTY

router = Router("handover")

GIVE = re.compile(r"^(?:转交|换人(?![体脸员证像])|转给|交给)\s*#?(?P<id>\d{1,9})?\s*号?\s*给?\s*(?P<rest>.*)$", re.S)
ALL_MINE = re.compile(
    r"^(?:请|麻烦)?(?:帮我)?(?:把|将)?我(?:现在)?(?:手上|手里|手头|名下|这边|这里)?的?(?:所有|全部|这?几[个张])?的?(?:单子?|工单|活儿?|任务)"
    r"(?:全部?|都|通通|统统|一起)?(?:转交|移交|交接|转|交|派|换|让|由|给)(?:给|到|由)?\s*(?P<rest>\S.*)$",
    re.S,
)
"""把我的单都给赵磊."""
TOGETHER = "手上的单一并转交"
"""The reason the colleague reads when none was said."""
CANCEL = re.compile(r"^取消转交\s*#?(?P<id>\d{1,9})?\s*号?$")
ANSWER = re.compile(r"^(?P<word>接手|不接手|接单|不接)\s*#?(?P<id>\d{1,9})?\s*号?$")
DESK = re.compile(r"^(?:服务台|前台|调度|值班台|坐席)(?:同事|处理|安排|吧)?(?P<why>.*)$", re.S)
THERE = (
    r"(?:的?(?:同事|小姐|美女|姑娘|那边|保安)?)(?:那里|那儿|那边)?"
    r"(?:了|啦|(?:先|帮忙|帮)?(?:保管|代收|代管|签收|收着|收下|暂存|放着))"
)
LEFT = re.compile(rf"^前台{THERE}")
"""交给前台了: something was left with the reception of the agency, which hands over no ticket."""
LEFT_AT_DESK = re.compile(
    rf"^交给(?:服务台|值班台|坐席|调度){THERE}(?!.*(?:处理|安排|接手|跟进|派|去不了|来不[了及]|赶不|没空|下班|请假|不舒服))",
    re.S,
)
"""交给服务台了 is said of the device, which is brought there; of a ticket one says 转服务台, or why he cannot go on with it."""
EDGES = " ，,。：:\n"


def _asked(ctx: Context, ticket: Ticket) -> bool:
    """The card was his (judged before); whether the question still stands is the use case's to say."""
    return True


def _holds(ctx: Context, ticket: Ticket) -> bool:
    return ticket.owner == "technician" and ticket.assignee_id == ctx.person.id


@on_press(router, "handover-to-", may=_holds)
async def chosen(ctx: Context, ticket: Ticket) -> None:
    to = await people.person(ctx.tx, int(press_of(ctx).verb.removeprefix("handover-to-")))
    if to is not None:
        await handover.ask(ctx.tx, ctx.office, ticket, ctx.person, to, "")


@on_press(router, "handover-take", may=_asked)
async def take_card(ctx: Context, ticket: Ticket) -> None:
    if not await handover.take(ctx.tx, ctx.office, ticket, ctx.person):
        await true_state(ctx, ticket)


@on_press(router, "handover-refuse", may=_asked)
async def refuse_card(ctx: Context, ticket: Ticket) -> None:
    if not await handover.refuse(ctx.tx, ctx.office, ticket, ctx.person):
        await true_state(ctx, ticket)


@router.on(lambda ctx: bool(ANSWER.match(ctx.text)) and people.is_engineer(ctx.person))
async def answer(ctx: Context) -> bool:
    """接手 17 / 不接手 17; 接单 means it too when he was asked."""
    match = ANSWER.match(ctx.text)
    number = int(match["id"]) if match and match["id"] else ctx.quoted
    asked = [t for t in await handover.offered_to(ctx.tx, ctx.person) if number in (None, t.id)]
    if len(asked) != 1:
        if match is None or match["word"] in ("接单", "不接"):
            return False
        await ctx.reply(technician.which_ticket(asked, ctx.office.voice) if asked else views.not_asked("接手"))
        return True
    do = handover.refuse if ctx.text.startswith("不") else handover.take
    if not await do(ctx.tx, ctx.office, asked[0], ctx.person):
        await true_state(ctx, asked[0])
    return True


@router.on(lambda ctx: bool(CANCEL.match(ctx.text)) and people.is_engineer(ctx.person))
async def cancel(ctx: Context) -> bool:
    match = CANCEL.match(ctx.text)
    if ticket := await in_hand.meant(ctx, int(match["id"]) if match and match["id"] else None):
        await ctx.reply(views.handover_withdrawn(ticket, await handover.withdraw(ctx.tx, ticket)))
    return True


@router.on(lambda ctx: bool(ALL_MINE.match(ctx.text)) and people.is_engineer(ctx.person))
async def give_all(ctx: Context) -> bool:
    """Each of his tickets is put to the colleague, who takes them one by one; until then they stay where they are."""
    match = ALL_MINE.match(ctx.text)
    rest = match["rest"].strip(EDGES + "。！!") if match else ""
    held = await tickets.held_by(ctx.tx, ctx.person)
    named = [p.name for p in await people.engineers(ctx.tx) if p.name and rest.startswith(p.name)]
    name = max(named, key=len, default="")
    if not held:
        await ctx.reply(technician.no_ticket())
    elif desk := DESK.match(rest):
        for ticket in held:
            await guarded(
                ctx, ticket, lambda c, t: shift_end.to_desk(c.tx, c.office, t, c.person, desk["why"].strip(EDGES))
            )
    elif not name:
        await picking.no_technician(ctx, re.split(r"[\s，,。：:]|吧$", rest)[0])
        await ctx.reply(views.how_to_hand_over(held[0]))
    elif (to := await picking.technician(ctx, name)) is not None:
        reason = re.sub(r"^(?:处理|来?做|接手|跟进|吧|了)+", "", rest.removeprefix(name)).strip(EDGES) or TOGETHER
        for ticket in held:
            await guarded(ctx, ticket, lambda c, t: handover.ask(c.tx, c.office, t, c.person, to, reason))
    return True


@router.on(lambda ctx: bool(GIVE.match(ctx.text)) and people.is_engineer(ctx.person))
async def give(ctx: Context) -> bool:
    """With a name and a reason he is asked at once; without a name, who can take it is shown."""
    match = GIVE.match(ctx.text)
    said, rest = (match["id"], match["rest"].strip(EDGES)) if match else (None, "")
    engineers = await people.engineers(ctx.tx)
    names = [p.name for p in engineers if p.name and rest.startswith(p.name)]
    name = max(names, key=len) if names else number[0] if (number := re.match(r"#\d{1,9}", rest)) else ""
    left = LEFT.match(rest) or (said is None and LEFT_AT_DESK.match(ctx.text) and not await _leaving(ctx))
    if not name and (left or (said is None and len(rest) > 4 and not DESK.match(rest))):
        return False
    ticket = await in_hand.meant(ctx, int(said) if said else None)
    if ticket is None:
        return True
    if name:
        if (to := await picking.technician(ctx, name)) is None:
            return True
        reason = rest.removeprefix(name).strip(EDGES)
        await guarded(ctx, ticket, lambda c, t: handover.ask(c.tx, c.office, t, c.person, to, reason))
    elif desk := DESK.match(rest):
        await guarded(
            ctx, ticket, lambda c, t: shift_end.to_desk(c.tx, c.office, t, c.person, desk["why"].strip(EDGES))
        )
    elif rest:
        await picking.no_technician(ctx, re.split(r"[\s，,。：:]", rest)[0])
        await ctx.reply(views.how_to_hand_over(ticket))
    else:
        await handover.choose(ctx.tx, ctx.office, ticket, ctx.person)
    return True


async def _leaving(ctx: Context) -> bool:
    """Whether he is asked, at the end of his shift, to whom his tickets go: 交给服务台了 answers that."""
    held = await tickets.held_by(ctx.tx, ctx.person)
    return any([await shifts.successor_by(ctx.tx, ticket) for ticket in held])


@router.on(lambda ctx: ctx.pending is not None and ctx.pending.kind == handover.KIND)
async def reason(ctx: Context) -> bool:
    """The reason we asked for; a command and a danger come before it."""
    pending = ctx.pending
    ticket = await tickets.get(ctx.tx, pending.ticket_id) if pending else None
    if pending is None or ticket is None or not isinstance(ctx.update.content, Text) or not ctx.text:
        return False
    if ctx.understanding and ctx.understanding.decision in ("emergency", "classified"):
        return False
    commands = [match for pattern, _, _ in COMMANDS if (match := pattern.match(ctx.text))]
    if ctx.text.isdigit() or ctx.text in DUTY or any(match["id"] or not match["rest"] for match in commands):
        return False
    to = await people.person(ctx.tx, pending.data.get("to"))
    await handover.forget_reason(ctx.tx, ctx.person)
    ctx.pending = None
    if to is None or not _holds(ctx, ticket):  # it is over, and he speaks of something else
        return False
    await handover.ask(ctx.tx, ctx.office, ticket, ctx.person, to, ctx.text)
    return True

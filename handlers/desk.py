"""The desk (服务台) by card and by short command: assign, follow up, settle, look up. Only desk positions may."""

import re
from collections.abc import Sequence

from bot.core.ticket import AT_WORK, LIVE, Action, NotAllowed, Status
from bot.desk import (
    approvals,
    cards,
    dispatch,
    fitness,
    holding,
    offers,
    people,
    reassigning,
    referral,
    search,
    tickets,
)
from bot.desk.tickets import Ticket
from bot.routing import Context, Filter, Router
from bot.views import choices, notices
from bot.views import desk as views
from handlers import picking
from handlers.cards import on_press, press_of

router = Router("desk")

ASSIGN = re.compile(r"^(?:派单?|指派|改派)\s*(\d+)\s*号?\s*(?:给)?\s*(\S+)$")
GIVE = re.compile(
    r"^(?:请?把|将)?\s*#?(\d+)\s*号?\s*(?:单)?\s*(?:改派|指派|派|转|交|分)?给\s*(\S+)$|^#?(\d+)\s*号\s*(?:改派|指派|派)\s*(\S+)$"
)
"""The same in a sentence: 把1号给赵磊, 1号改派赵磊."""
MOVE_ALL = re.compile(r"^全部改派(?:\s+(\S+)\s+(\S+))?$")
UNDONE = re.compile(
    r"^(?:还)?(?:有|剩)?(?:哪些|什么|几张|多少)?单子?[^，。]{0,4}(?:没|未)(?:处理|办|结|完|做)[^，。]{0,3}[？?]?$"
)
DECIDE = re.compile(
    r"^(?:(?P<yes>确认(?:改派|全部改派)?|确定|是的?|对的?|好的?|可以)|取消(?:改派|全部改派)?|不用了?|不是|不改了?|不要|算了)[。！!]?$"
)
"""The answer to what 全部改派 shows."""
CLAIM = re.compile(r"^(?:跟进|接管)\s*(\d+)\s*号?$")
SETTLE = re.compile(r"^(?:办结|关闭)\s*(\d+)\s*号?\s*(.*)$", re.S)
ROUTES = {
    "政务云|云服务台|云平台": "R1",
    "网络安全|网安|安全运营": "R2",
    "业务系统|业务应用|应用系统|系统(?:运维方?|厂商|开发商)": "R3",
    "物业|后勤": "R4",
    "运营商|电信|移动|联通|广电": "R6",
    "采购|固定资产|资产管理?": "R7",
}
"""What a seat calls whom a ticket is referred to. Of classified matters only the code does: what was said is erased then."""
REFER = re.compile(
    r"^(?:转(?:出|给)?\s*#?(?P<n>\d{1,9})\s*号?\s*|(?:请?把|将)?\s*#?(?P<m>\d{1,9})\s*号(?:工?单|单子)?\s*(?:转|交|推)(?:出|交|去)?)(?:给|到)?\s*"
    rf"(?:(?P<code>R\d{{1,2}})(?!\d)|(?P<name>{'|'.join(ROUTES)})(?:公司|那边|方|处|岗|办|部门?)?)(?:去|来)?(?:处理|跟进|修|办|报修|报障|吧|了|一下)*[。！!]?"
    r"(?:[\s，,。：:；;]+(?P<proof>\S.*))?$",
    re.I | re.S,
)
"""转出 17 R6, 17号转运营商 电信工单GD1234: to whom, and what proves that it is theirs."""
LOOK = re.compile(r"^(?:查|看)\s*(\d+)\s*号?$")
LISTS = {
    "未结": None,
    "待派": (Status.NEW, Status.NEED_INFO, Status.TRIAGED),
    "待批": (Status.APPROVAL,),
    "待接": (Status.DISPATCHED,),
    "转出单": (Status.REFERRED,),
}


def _is_desk(ctx: Context, ticket: Ticket | None = None) -> bool:
    return people.is_desk(ctx.person)


def _typed(pattern: re.Pattern[str]) -> Filter:
    return lambda ctx: bool(pattern.match(ctx.text)) and people.is_desk(ctx.person)


@on_press(router, "assign-", may=_is_desk)
async def assign_by_card(ctx: Context, ticket: Ticket) -> None:
    to = await people.person(ctx.tx, int(press_of(ctx).verb.removeprefix("assign-")))
    if to is not None:
        await _assign(ctx, ticket, to)


@on_press(router, "claim", may=_is_desk)
async def claim_by_card(ctx: Context, ticket: Ticket) -> None:
    await _claim(ctx, ticket)


@router.on(_typed(REFER))
async def refer(ctx: Context) -> bool:
    """Before who is given a ticket: 把1号转给电信 names nobody of ours."""
    match = _match(REFER, ctx)
    ticket = await _ticket(ctx, match["n"] or match["m"])
    if ticket is None:
        return True
    named = next((code for words, code in ROUTES.items() if re.fullmatch(words, match["name"] or "")), "")
    code = match["code"] or named
    if code.upper() not in ctx.office.book.routes:
        await ctx.reply(views.no_such(f"去向{code}"))
    elif not tickets.can(ticket, Action.REFER):
        await ctx.reply(views.refused(ticket, "转出"))
    else:
        await referral.refer_out(ctx.tx, ctx.office, ticket, ctx.person, code.upper(), (match["proof"] or "").strip())
    return True


@router.on(lambda ctx: people.is_desk(ctx.person) and bool(ASSIGN.match(ctx.text) or GIVE.match(ctx.text)))
async def assign(ctx: Context) -> bool:
    match = ASSIGN.match(ctx.text) or _match(GIVE, ctx)
    ticket_id, name = [part for part in match.groups() if part]
    ticket = await _ticket(ctx, ticket_id)
    if ticket is None:
        return True
    if to := await picking.person(ctx, name, f"派 {ticket_id} {picking.GAP}", people.is_engineer):
        await _assign(ctx, ticket, to)
    return True


@router.on(_typed(MOVE_ALL))
async def move_all(ctx: Context) -> bool:
    """全部改派 王强 赵磊: what the one has goes to the other."""
    name, other = _match(MOVE_ALL, ctx).groups()
    if not name:
        await ctx.reply(choices.how_to_move_all())
    elif (who := await picking.person(ctx, name, f"全部改派 {picking.GAP} {other}", people.is_engineer)) and (
        to := await picking.person(ctx, other, f"全部改派 #{who.id} {picking.GAP}", people.is_engineer)
    ):
        await _propose_all(ctx, who, to)
    return True


@router.press("move-all-yes", "move-all-no")
async def move_all_pressed(ctx: Context) -> bool:
    press = press_of(ctx)
    asked = await reassigning.shown(ctx.tx, ctx.person, press.card_id)
    if asked is None or not people.is_desk(ctx.person):
        return False
    await cards.about(ctx.tx, press, ctx.person, reassigning.KIND)
    if asked.card.closed:
        await ctx.reply(choices.settled_before(asked.who.name, asked.to.name))
    else:
        await _settle_all(ctx, asked, yes=press.verb == "move-all-yes")
    return True


@router.on(
    lambda ctx: ctx.pending is not None and ctx.pending.kind == reassigning.KIND and bool(DECIDE.match(ctx.text))
)
async def move_all_decided(ctx: Context) -> bool:
    match = DECIDE.match(ctx.text)
    card_id = str(ctx.pending.data["card"]) if ctx.pending else ""
    asked = await reassigning.shown(ctx.tx, ctx.person, card_id)
    if asked is None or not people.is_desk(ctx.person):
        return False
    await _settle_all(ctx, asked, yes=bool(match and match["yes"]))
    return True


@router.on(_typed(CLAIM))
async def claim(ctx: Context) -> bool:
    if ticket := await _ticket(ctx, _match(CLAIM, ctx).group(1)):
        await _claim(ctx, ticket)
    return True


@router.on(_typed(SETTLE))
async def settle(ctx: Context) -> bool:
    number, note = _match(SETTLE, ctx).groups()
    if ticket := await _ticket(ctx, number):
        try:
            await referral.settle(ctx.tx, ctx.office, ticket, ctx.person, note.strip())
        except NotAllowed:
            await ctx.reply(views.refused(ticket, "办结"))
        else:
            await ctx.reply(views.settled(ticket))
    return True


@router.on(_typed(LOOK))
async def look(ctx: Context) -> bool:
    """A ticket by its number; other digits (a room, the end of a phone number) are searched for."""
    number = _match(LOOK, ctx).group(1)
    if len(number) >= search.TAIL - 1 and (len(number) > 9 or await tickets.get(ctx.tx, int(number)) is None):
        return False
    if ticket := await _ticket(ctx, number):
        holder = await people.person(ctx.tx, ticket.assignee_id)
        unit = await people.unit_name(ctx.tx, ticket.unit_id)
        words = await tickets.first_words(ctx.tx, ticket)
        who = holder.name if holder else await approvals.awaited(ctx.tx, ticket) or "服务台"
        await ctx.reply(views.detail(ctx.office.voice, ticket, who, unit, words, ctx.tx.now))
    return True


@router.on(lambda ctx: people.is_desk(ctx.person) and (ctx.text in LISTS or bool(UNDONE.match(ctx.text))))
async def listing(ctx: Context) -> bool:
    rows, title = [], ctx.text if ctx.text in LISTS else "未结"
    for ticket in await tickets.open_tickets(ctx.tx, LISTS[title]):
        holder = await people.person(ctx.tx, ticket.assignee_id)
        rows.append((ticket, holder.name if holder else await approvals.awaited(ctx.tx, ticket) or "服务台"))
    await ctx.reply(views.listing(ctx.office.voice, title, rows, ctx.tx.now))
    return True


async def _assign(ctx: Context, ticket: Ticket, to: people.Person) -> None:
    if (asked := await offers.open_to(ctx.tx, ticket, to)) is not None:
        await offers.asked_for(ctx.tx, ticket, ctx.person)
        await ctx.reply(choices.awaited(ticket, to.name, asked.expires_at, ctx.tx.now))
        return
    if holding.holds(ticket, to) and Status(ticket.status) in AT_WORK:
        await ctx.reply(choices.has_it(ticket, to.name))
        return
    means = await fitness.consequences(ctx.tx, ctx.office, ticket, to)
    problem = await dispatch.assign(ctx.tx, ctx.office, ticket, to, ctx.person)
    if problem:
        await ctx.reply(views.cannot_assign(to.name, problem))
        return
    await notices.close_cards(ctx.tx, ticket, ("desk",), f"已派{to.name}"[:10])
    await ctx.reply(choices.assigned(ticket, to.name, means))


async def _propose_all(ctx: Context, who: people.Person, to: people.Person) -> None:
    """Show what would go to whom; where anything can, the seat is asked."""
    if who.id == to.id:
        await ctx.reply(choices.same_person(to.name))
        return
    found, later = await reassigning.plan(ctx.tx, ctx.office, who, to)
    await ctx.reply(choices.to_be_assigned(ctx.office.voice, _moves(who, to, found), later))
    if any(not one.problem for one in found):
        await reassigning.ask(ctx.tx, ctx.office, ctx.person, who, to, found)


async def _settle_all(ctx: Context, asked: reassigning.Shown, *, yes: bool) -> None:
    """The seat's answer: a yes counts for exactly what he was shown, else he is shown anew how it stands. After a portion of
    very many he is asked about the next.
    """
    if not yes:
        await reassigning.settle(ctx.tx, ctx.person, asked, "已取消")
        await ctx.reply(choices.not_moved(asked.who.name))
        return
    found, later = await reassigning.plan(ctx.tx, ctx.office, asked.who, asked.to)
    if reassigning.stale(ctx.tx, asked, found):
        await reassigning.settle(ctx.tx, ctx.person, asked, "已失效")
        await ctx.reply(choices.moved_on(asked.who.name))
        await _propose_all(ctx, asked.who, asked.to)
    else:
        await reassigning.settle(ctx.tx, ctx.person, asked, f"已派{asked.to.name}"[:10])
        done = await reassigning.carry_out(ctx.tx, ctx.office, ctx.person, found, asked.to)
        await ctx.reply(choices.all_assigned(ctx.office.voice, _moves(asked.who, asked.to, done)))
        if later:
            await _propose_all(ctx, asked.who, asked.to)


def _moves(who: people.Person, to: people.Person, found: Sequence[reassigning.Outcome]) -> choices.Moves:
    """What goes, and what stays and why."""
    moved = [(one.ticket, one.means) for one in found if not one.problem]
    left = [(one.ticket, one.problem) for one in found if one.problem]
    return choices.Moves(who.name, to.name, moved, left)


async def _claim(ctx: Context, ticket: Ticket) -> None:
    if ticket.owner == "technician" or Status(ticket.status) not in LIVE:
        await ctx.reply(views.refused(ticket, "由服务台跟进"))
        return
    if ticket.status == Status.DISPATCHED:  # else the offer would run out and the next one be asked
        await offers.withdraw(ctx.tx, ticket, "服务台跟进", ctx.person)
        await tickets.act(ctx.tx, ticket, Action.OFFER_EXPIRED, None)
    before = await people.person(ctx.tx, ticket.assignee_id)
    await tickets.change(ctx.tx, ticket, "claimed", ctx.person, owner="desk", assignee_id=ctx.person.id)
    if before is not None and before.id != ctx.person.id:
        await notices.tell(ctx.tx, before, views.claimed_by_another(ticket, ctx.person), ticket)
    await notices.close_cards(ctx.tx, ticket, ("desk",), f"{ctx.person.name}跟进"[:10])
    await ctx.reply(views.claimed(ticket, ctx.person))


async def _ticket(ctx: Context, number: str) -> Ticket | None:
    ticket = await tickets.get(ctx.tx, int(number)) if len(number) < 10 else None
    if ticket is None:
        await ctx.reply(views.no_such(f"{number[:10]}号单"))
    return ticket


def _match(pattern: re.Pattern[str], ctx: Context) -> re.Match[str]:
    match = pattern.match(ctx.text)
    if match is None:
        raise LookupError("the filter and the handler disagree")
    return match

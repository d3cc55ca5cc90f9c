"""时限 17: the clocks of a ticket, for whoever it concerns; 争议 17 理由: one stretch is disputed; 裁定 17 2 使用方: the
supervisor's ruling on it.
"""

import re

from bot.core.charging import Party
from bot.desk import clocks, people, tickets
from bot.desk.tickets import Ticket
from bot.routing import Context, Router
from bot.views import clocks as views
from handlers import in_hand

router = Router("clocks")

SHOW = re.compile(r"^(?:时限|计时)(?:\s*#?(\d{1,9})\s*号?)?$")
"""Without a number: of the ticket in hand."""
_LONG = r"(?:多久|多长时间|多少时间|几个?小时|多少分钟|几分钟)"
_OVER = r"(?:到期|超时|过期|到时限|到点|到时间)"
_WHEN = r"(?:什么时候|几时|几点|多久|何时|哪天)"
ASKED = re.compile(
    r"^(?:请问|那|问一?下|[，,\s])*(?:#?(?P<id>\d{1,9})\s*号(?:工?单|那张单?)?)?(?:我的?单?)?(?:的|现在|这张单|这单|[，,\s])*"
    rf"(?:(?:处理|到场)?时[限效]\s*(?P<no>\d{{1,9}})?\s*(?:还[有剩]{_LONG}|怎么样了?|是?{_WHEN}|到{_WHEN}|[还剩]*{_LONG}|情况)?"
    rf"|(?:还[有剩]?|剩下?|离)(?:{_LONG}|多少)?(?:就|会|才)?{_OVER}|还剩下?{_LONG}|{_WHEN}(?:会|就)?{_OVER}"
    rf"|(?:快|已经)*要?超时了?(?:吗|没有?)|(?:会不会|是不是|有没有|是否)(?:已经|快)?要?超时了?)(?:还有{_LONG})?[？?呢啊呀了吧]*$"
)
"""How long there still is, in words: 1号时限怎么样了, 还有多久到期, 超时了吗. 还有多久 alone asks when somebody comes."""
MANY = 3
"""Tickets of his that a reporter hears of in one answer."""
DISPUTE = re.compile(r"^(?:争议|异议)\s*#?(\d{1,9})\s*号?\s*(?:第\s*(\d{1,3})\s*段)?[\s，,：:]*(.*)$", re.S)
BEGINS = r"(?:[\s#\d，,：:]|$)"
"""What follows the word of a command. 争议调解平台登录不上 and 裁定书打印不出来 are reports."""
DISPUTES, RULES = re.compile(rf"^(?:争议|异议){BEGINS}"), re.compile(rf"^裁定{BEGINS}")
RULE = re.compile(r"^裁定\s*#?(\d{1,9})\s*号?\s*(?:第)?(\d{1,3})\s*段?\s*(?:归)?\s*(使用方|服务方|第三方)\b.*$", re.S)


def _shows(ctx: Context) -> bool:
    match = SHOW.match(ctx.text)
    return match is not None and (match.group(1) is not None or people.is_engineer(ctx.person))


@router.on(_shows)
async def show(ctx: Context) -> bool:
    ticket = await _ticket(ctx, SHOW)
    if ticket is None:
        return True
    if not clocks.may_see(ticket, ctx.person):
        await ctx.reply(views.not_for_you())
        return True
    targets = await clocks.readings(ctx.tx, ctx.office, ticket)
    parts = await clocks.parts(ctx.tx, ctx.office, ticket)
    net = ctx.office.book.service_levels.sla.counts == "provider"
    again = await clocks.reopened_at(ctx.tx, ticket)
    await ctx.reply(views.clocks(ctx.office.voice, ticket, targets, parts, ctx.tx.now, net=net, again=again))
    return True


@router.on(lambda ctx: bool(ASKED.match(ctx.text)))
async def asked(ctx: Context) -> bool:
    """Of the ticket he names, of the one a technician has in hand, or of the reporter's own; of none it says something else."""
    match = ASKED.match(ctx.text)
    if match is None:
        return False
    if number := match["id"] or match["no"]:
        named = await tickets.get(ctx.tx, int(number))
        if named is None:
            await ctx.reply(views.no_such(number))
            return True
        if not clocks.may_see(named, ctx.person):
            await ctx.reply(views.not_for_you())
            return True
        meant = [named]
    else:
        in_hand_ = await in_hand.focused(ctx)
        live = [t for t in await tickets.live_of(ctx.tx, ctx.person) if t.kind != "classified"]
        meant = [in_hand_] if in_hand_ is not None else live[:MANY]
    for ticket in meant:
        targets = await clocks.readings(ctx.tx, ctx.office, ticket)
        await ctx.reply(views.left(ctx.office.voice, ticket, targets, ctx.tx.now, net=clocks.net(ctx.office)))
    return bool(meant)


@router.on(lambda ctx: bool(DISPUTES.match(ctx.text)))
async def dispute(ctx: Context) -> bool:
    match = DISPUTE.match(ctx.text)
    if match is None or not match.group(3).strip():
        await ctx.reply(views.how_to_dispute())
        return True
    ticket = await _ticket(ctx, DISPUTE)
    if ticket is None:
        return True
    if not clocks.may_dispute(ticket, ctx.person):
        await ctx.reply(views.not_yours_to_dispute())
        return True
    index = int(match.group(2)) if match.group(2) else None
    found = await clocks.dispute(ctx.tx, ctx.office, ticket, ctx.person, index, match.group(3).strip())
    if found is None:
        await ctx.reply(views.no_stretch(ticket, index or 0))
    else:
        await ctx.reply(views.disputed(ticket, found[0], found[1], told=found[2]))
    return True


@router.on(lambda ctx: bool(RULES.match(ctx.text)))
async def rule(ctx: Context) -> bool:
    if not clocks.RULERS & set(ctx.person.positions):
        await ctx.reply(views.only_the_supervisor())
        return True
    match = RULE.match(ctx.text)
    if match is None:
        await ctx.reply(views.how_to_rule())
        return True
    ticket = await _ticket(ctx, RULE)
    if ticket is None:
        return True
    index, party = int(match.group(2)), Party(views.PARTIES[match.group(3)])
    part = await clocks.rule(ctx.tx, ctx.office, ticket, ctx.person, index, party)
    await ctx.reply(views.no_stretch(ticket, index) if part is None else views.ruled_so(ticket, index, part))
    return True


async def _ticket(ctx: Context, pattern: re.Pattern[str]) -> Ticket | None:
    match = pattern.match(ctx.text)
    if match is not None and match.group(1) is None:
        return await in_hand.meant(ctx, None)
    ticket = await tickets.get(ctx.tx, int(match.group(1))) if match else None
    if ticket is None:
        await ctx.reply(views.no_such(match.group(1) if match else ""))
    return ticket

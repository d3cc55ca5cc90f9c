"""Which of his open tickets a reporter means, for the handlers of what reporters type."""

import re
from dataclasses import replace

from bot.core.ticket import Action
from bot.core.updates import Text
from bot.desk import additions, closing, holding, merging, selfhelp, sequels, tickets
from bot.desk.tickets import Ticket, Words
from bot.routing import Context
from handlers.cards import guarded

NUMBERED = re.compile(r"(?<![\da-z])(\d{1,9})\s*号(?![楼栋座窗房门柜机线会院厅])")
BARE = 4
"""Characters: a longer message says more than that it is over, or not."""
MANY = 3
SLIP = re.compile("[点按发打报搞弄]错|误(?:报|触|发)")
"""Nothing was ever wrong: 点错了 calls off what nobody mended."""
ALONE = re.compile("就我|只有|得我|一个人|净系")
ALL = re.compile(
    "^都是|[两几][个件样台单张处边]?[^，。]{0,3}都|全都?|^都|(?:现在|已经|通通)都|都(?:好|可以|行了|正常|恢复|不用|别|取消|撤)"
)
"""Every open ticket is meant: 两个都好了, 都不用来了."""


def said(ctx: Context) -> bool:
    return isinstance(ctx.update.content, Text)


async def matters(ctx: Context) -> list[Context]:
    """The update once for each matter it tells (卡纸了，再领两支硒鼓); what is behind the first stands by itself. Beside a
    ticket just opened much that would be a matter tells more of it: there a matter has to be begun by a word (另外, 顺便)."""
    if not said(ctx) or ctx.update.chat_id or ctx.understanding is None:
        return [ctx]
    fresh = any(sequels.is_open(ticket, ctx.tx.now) for ticket in await tickets.live_of(ctx.tx, ctx.person))
    told = ctx.office.matters.apart(ctx.text, ctx.understanding, begun=fresh)
    if len(told) == 1:
        return [ctx]
    first, *others = (
        replace(ctx, update=ctx.update.model_copy(update={"content": Text(text=text)}), understanding=meaning)
        for text, meaning in told
    )
    return [first, *(replace(other, pending=None, quoted=None, apart=True) for other in others)]


def has_place(ctx: Context) -> bool:
    slots = dict(ctx.meaning.slots)
    return any(slots.get(key) for key in additions.PLACE)


async def keep(ctx: Context, ticket: Ticket) -> None:
    """What is said beside its intent stays with the ticket: 换了个口也一样，校医室. Nothing of R5 is kept."""
    if len(ctx.text) > BARE and ticket.kind != "classified":
        await tickets.add_words(ctx.tx, ticket, ctx.person, Words(ctx.text))
        await additions.merge_slots(ctx.tx, ticket, ctx.meaning)


async def not_fixed(ctx: Context, ticket: Ticket) -> None:
    """没修好: what is said besides (又蓝屏了) stays with the ticket, and its technician reads it."""
    await keep(ctx, ticket)
    await closing.not_fixed(ctx.tx, ctx.office, ticket, ctx.person)
    if len(ctx.text) > BARE:
        await holding.tell_holder(ctx.tx, ticket, ctx.text)


def wider(ctx: Context) -> bool:
    """Whether a message says that many have it, which may make it another fault: 整个科都不行."""
    slots = dict(ctx.meaning.slots)
    return bool(slots.get("scope")) and int(str(slots.get("count") or MANY)) >= MANY and not ALONE.search(ctx.text)


async def live_of(ctx: Context) -> list[Ticket]:
    """The person's open tickets, newest first; the one whose message he quotes comes before all."""
    live = await tickets.live_of(ctx.tx, ctx.person)
    return sorted(live, key=lambda t: t.id != ctx.quoted)


async def followed(ctx: Context) -> list[Ticket]:
    """The tickets he waits for: his own, then those his merged reports are handled with."""
    live = await live_of(ctx)
    return [*live, *(into for _, into in await merging.survivors(ctx.tx, ctx.person) if into not in live)]


async def meant_over(ctx: Context, live: list[Ticket]) -> Ticket | None:
    """Which of several open tickets is said to be over, by number or by what it is; what is wanted still is left out:
    电话好了，打印机还是要来."""
    left = sequels.STAYS.sub("", ctx.text)
    numbers = {int(n) for n in NUMBERED.findall(left)}
    if len(by_number := [t for t in live if t.id in numbers]) == 1:
        return by_number[0]
    named = ctx.office.classifier.understand(left).named
    return await sequels.meant(ctx.tx, ctx.office, live, left, named)


async def all_over(ctx: Context, over: list[Ticket]) -> bool:
    """Each is confirmed when it was being finished already, else called off."""
    for ticket in over:
        await keep(ctx, ticket)
        if tickets.can(ticket, Action.CONFIRM):
            await closing.confirmed(ctx.tx, ctx.office, ticket, ctx.person)
        elif ctx.meaning.intent == "done" and not SLIP.search(ctx.text) and tickets.can(ticket, Action.SELF_SOLVED):
            await selfhelp.solved(ctx.tx, ctx.office, ticket, ctx.person)
        else:
            await guarded(ctx, ticket, lambda c, t: closing.cancelled(c.tx, c.office, t, c.person))
    return True

"""已解决 with words, the answers of the closing dialogue, 记录 17: how a repair gets on record."""

import re

from bot.core.repair import read
from bot.core.ticket import Action, Status
from bot.core.updates import Text
from bot.desk import closing, guidance, people, repair, tickets
from bot.desk.tickets import Ticket
from bot.routing import Context, Router
from bot.views import desk as desk_views
from bot.views import repair as views
from handlers import in_hand, staff_words
from handlers.cards import guarded, on_press, press_of
from handlers.technician_words import COMMANDS, DUTY, RESOLVED

router = Router("repair")

SOLVED = re.compile(
    rf"^{RESOLVED}\s*(?:#?(?P<id>\d{{1,9}})\s*号?(?!\s*(?:分|个?小时|个?钟)))?(?P<rest>[\s，,：:。](?!\s*#?\d+\s*号?\s*$).+)$",
    re.S,
)
DONE = re.compile(
    r"^(?:已经?|现在|都)*(?:(?:换|插|装|调|接|配|通|重装)?好[了啦]|搞掂了?)[，,。；;\s]+"
    r"(?!吗|没|不|等|还|但|可(?!以)|去|我|下|谢|让|差|只|先|明|后)[^？?吗呢]{2,60}$"
    r"|^(?!.*(?:等|马上|快|会|差不多|不|没|明天|后天|下[午周次]|再|要|该))\S{0,4}?(?:重启|重装|重插|重置|插|换|调|拔|清|擦|设|改|关|开|更新|接)\S{0,8}(?:就|后|之后)好[了啦]"
    r"(?:[，,\s]+\S{2,40})?$"
)
"""It is solved, and how, without the word: 好了，换了搓纸轮; 插紧就好了. 好了，等他试试 and 马上就好了 are no result."""
RECORD = re.compile(r"^(?:收尾)?记录(?:\s*#?(?P<id>\d{1,9})\s*号?(?P<rest>.*))?$", re.S)
"""Without a number: of the ticket in hand."""
EDGES = " ，,。：:\n"
ASIDE = {*DUTY, "我的单", "我的"}
"""What he types meanwhile that is about no ticket, and no part of a record."""


def _his(ctx: Context, ticket: Ticket) -> bool:
    return repair.may_write(ticket, ctx.person)


@on_press(router, "repair-cause-", "repair-fault-", "repair-minutes-", may=_his)
async def choose(ctx: Context, ticket: Ticket) -> None:
    _, part, value = press_of(ctx).verb.split("-", 2)
    await repair.choose(ctx.tx, ctx.office, ticket, ctx.person, part, value)


@router.on(lambda ctx: bool(SOLVED.match(ctx.text)) and people.is_engineer(ctx.person))
async def solved(ctx: Context) -> bool:
    """已解决 17 换了搓纸轮 25分钟."""
    match = SOLVED.match(ctx.text)
    if match is None or not await tickets.held_by(ctx.tx, ctx.person):
        return False
    ticket = await in_hand.meant(ctx, int(match["id"]) if match["id"] else None)
    if ticket is None:
        return True
    text = match["rest"].strip(EDGES)
    await guarded(ctx, ticket, lambda c, t: closing.resolved(c.tx, c.office, t, c.person, text))
    return True


@router.on(lambda ctx: ctx.pending is None and people.is_engineer(ctx.person) and bool(DONE.match(ctx.text)))
async def done(ctx: Context) -> bool:
    """好了，换了搓纸轮: what he has in hand is solved, and how goes into its record."""
    if not await tickets.held_by(ctx.tx, ctx.person):
        return False
    if ticket := await in_hand.meant(ctx, None):
        await guarded(ctx, ticket, lambda c, t: closing.resolved(c.tx, c.office, t, c.person, c.text.strip(EDGES)))
    return True


@router.on(lambda ctx: bool(RECORD.match(ctx.text)) and (people.is_engineer(ctx.person) or people.is_desk(ctx.person)))
async def record(ctx: Context) -> bool:
    """记录 17 shows the record; with words it adds to it or corrects it."""
    match = RECORD.match(ctx.text)
    if match is None or match["id"] is None:
        if ctx.pending is not None and ctx.pending.kind == repair.KIND:  # what he is being asked for
            owed = await tickets.get(ctx.tx, ctx.pending.ticket_id)
            if owed is not None:
                await repair.show(ctx.tx, ctx.office, owed, ctx.person)
        elif own := await in_hand.meant(ctx, None):
            await repair.show(ctx.tx, ctx.office, own, ctx.person)
        return True
    ticket, text = await tickets.get(ctx.tx, int(match["id"])), match["rest"].strip(EDGES)
    if ticket is None:
        await ctx.reply(desk_views.no_such(f"{match['id']}号单"))
    elif not repair.may_write(ticket, ctx.person):
        await ctx.reply(views.not_yours(ticket))
    elif not text:
        await repair.show(ctx.tx, ctx.office, ticket, ctx.person)
    elif tickets.can(ticket, Action.RESOLVED) or ticket.status not in (Status.RESOLVED, Status.CLOSED):
        await ctx.reply(views.not_solved_yet(ticket))
    else:
        await repair.take(ctx.tx, ctx.office, ticket, ctx.person, text)
    return True


@router.on(
    lambda ctx: ctx.pending is not None and ctx.pending.kind == repair.KIND and isinstance(ctx.update.content, Text)
)
async def answer(ctx: Context) -> bool:
    """The part we asked for. A command, a report of danger and a reading of the next ticket's step come before it."""
    pending = ctx.pending
    ticket = await tickets.get(ctx.tx, pending.ticket_id) if pending else None
    if pending is None or ticket is None or not ctx.text or await _something_else(ctx, ticket, pending.data):
        return False
    await repair.take(ctx.tx, ctx.office, ticket, ctx.person, ctx.text, pending.data.get("part", "words"))
    return True


async def _something_else(ctx: Context, ticket: Ticket, data: dict[str, str]) -> bool:
    if ctx.understanding and ctx.understanding.decision in ("emergency", "classified"):
        return True
    if _report(ctx):
        return True
    if ctx.text in ASIDE or staff_words.COMMANDS.match(ctx.text):
        return True
    if ctx.text.isdigit():
        return data.get("part") not in ("fault", "minutes")
    commands = [match for pattern, _, _ in COMMANDS if (match := pattern.match(ctx.text))]
    if any(match["id"] or not match["rest"] for match in commands):
        return True
    held = [t for t in await tickets.held_by(ctx.tx, ctx.person) if t.id == ctx.person.focus_ticket_id]
    return bool(held) and await guidance.wants(ctx.tx, ctx.office, held[0]) in ("reading", "text")


def _report(ctx: Context) -> bool:
    """A fault at a place, with nothing done about it, is a report of his own, not his record (三楼304打印机卡纸了)."""
    if ctx.understanding is None or ctx.meaning.decision != "dispatch":
        return False
    slots = dict(ctx.meaning.slots)
    return bool(slots.get("room") or slots.get("location")) and not read(ctx.text).measures

"""What engineers, seats and managers type that is no command: told what they can type, and never a report by accident.

堵车，晚半小时 belongs to the ticket in hand, 有哪些单没办 is a question about the desk; read as a reporter's words both would
send somebody out. Who does want something mended begins with 报障.
"""

import re

from bot.core.ticket import Status
from bot.core.updates import Text
from bot.desk import fitness, gathering, offers, people, phone_reports, reassigning, seats, tickets
from bot.desk.tickets import Ticket, Words
from bot.routing import Context, Router
from bot.views import staff as views
from bot.views import technician
from handlers import in_hand, picking, technician_words

router = Router("staff words")

REPORT = re.compile(r"^(?:我要)?(?:报障|报修)(?!人)[\s，,：:]*(?P<rest>\S.*)$", re.S)
COMMANDS = re.compile(r"^(?:帮助|菜单|help|怎么用|使用说明|功能|命令|指令)[？?！!]?$", re.I)
YES = re.compile(r"^(?:好的?|收到|可以|行|1|ok|嗯|好嘞|没问题)[，,。！!\s]*(?:谢谢|马上|这就去)?[。！!]?$", re.I)
HEARD = re.compile(
    r"^(?:好的?|好嘞|好吧|收到|可以|行|ok|okay|嗯+|哦+|没问题|明白|了解|知道了?|谢谢|辛苦了?)"
    r"(?:[，,。！!\s]*(?:好的?|收到|明白|了解|知道了?|谢谢|辛苦了?|马上|这就去))*[。！!~～]?$",
    re.I,
)
"""It acknowledges what he has just read: no result, and nothing that the desk must read."""
STUCK = re.compile(
    r"^(?:现在|目前|这里|这边|里面|[，,\s])*(?:(?:这|那)一?步(?:骤)?(?:我)?(?:做不(?:了|成|下去)|没法做|不会做|过不去|走不下去)|(?:在)?等(?:备件|配件)|(?:没有?|缺)(?:备件|配件)"
    r"|(?:备件|配件)(?:没货|没有|没到|缺货|不够)|(?:用户|报障人|使用人|人)(?:现在|都)?(?:不在|没空|在开会|让我等会?儿?(?:再来)?)|(?:信号|网络)(?:不好|很差|太差|差))[了啊呢。！!]*$"
)
"""Why he cannot go on, without what is to be done."""
CHOICES = (phone_reports.CONFIRM, picking.KIND, reassigning.KIND)
"""What a seat is asked about the work of others: whatever does not answer it is no report of his own."""
PLAIN = 0.9
"""Confidence from which words name a device and what is wrong with it beyond doubt: they are a report."""


def _of_staff(ctx: Context) -> bool:
    return isinstance(ctx.update.content, Text) and bool(ctx.text) and people.is_staff(ctx.person)


@router.on(lambda ctx: _of_staff(ctx) and bool(COMMANDS.match(ctx.text)))
async def commands(ctx: Context) -> bool:
    await ctx.reply(views.commands(engineer=people.is_engineer(ctx.person), desk=people.is_desk(ctx.person)))
    return True


@router.on(lambda ctx: _of_staff(ctx) and bool(REPORT.match(ctx.text)))
async def report(ctx: Context) -> bool:
    """报障 …: a report of his own."""
    match = REPORT.match(ctx.text)
    rest = match["rest"] if match else ctx.text
    if ctx.meaning.decision in ("emergency", "classified"):
        return False
    await gathering.report(ctx.tx, ctx.office, ctx.person, rest, ctx.office.context.alone(rest))
    return True


@router.on(_of_staff)
async def no_command(ctx: Context) -> bool:
    """Danger and what is classified go on to be heard; so does the talk about a report of his own."""
    asked = ctx.pending is not None and ctx.pending.kind not in CHOICES
    if asked or technician_words.danger(ctx) or ctx.meaning.decision == "classified":
        return False
    if any(_his_to_talk_of(t) for t in await tickets.live_of(ctx.tx, ctx.person)):
        return False
    held = await tickets.held_by(ctx.tx, ctx.person)
    ticket = await in_hand.focused(ctx)
    if held and HEARD.match(ctx.text):
        waiting = await offers.offered_to(ctx.tx, ctx.person)
        await ctx.reply(views.how_to_take(waiting) if waiting else views.heard(ticket))
        return True
    if ticket is not None and not _elsewhere(ctx, ticket):
        await tickets.add_words(ctx.tx, ticket, ctx.person, Words(ctx.text), "remark")
        await seats.inform(ctx.tx, ctx.office, ticket, "remark", ctx.person.name, ctx.text)
        await ctx.reply(views.stuck(ticket) if STUCK.match(ctx.text) else views.remark(ticket))
        return True
    offered = await offers.offered_to(ctx.tx, ctx.person)
    if offered and (YES.match(ctx.text) or not _plain(ctx)):
        await ctx.reply(views.how_to_take(offered))
        return True
    if ctx.text in technician_words.DIGITS and people.is_engineer(ctx.person):
        await ctx.reply(technician.no_ticket())
        return True
    if _plain(ctx) or (
        ctx.meaning.intent in ("thanks", "greeting", "agree", "disagree") and ctx.meaning.kind == "other"
    ):
        return False
    await ctx.reply(views.no_command(engineer=people.is_engineer(ctx.person), desk=people.is_desk(ctx.person)))
    return True


def _his_to_talk_of(ticket: Ticket) -> bool:
    """A report of his own; what he found on a round is one only once he is asked whether it works (till then: 说明)."""
    return ticket.source != fitness.FOUND or ticket.status in (Status.RESTORED, Status.RESOLVED)


def _plain(ctx: Context) -> bool:
    """A report beyond doubt: a device by name, and what is wrong with it."""
    meaning = ctx.meaning
    return meaning.decision == "dispatch" and meaning.confidence >= PLAIN and meaning.item in meaning.named


def _elsewhere(ctx: Context, ticket: Ticket) -> bool:
    """A report of another device in a place it names."""
    place = any(ctx.meaning.slots.get(name) for name in ("building", "floor", "room"))
    return _plain(ctx) and place and ctx.meaning.item != ticket.item

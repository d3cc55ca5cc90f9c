"""广播 单位 内容: preview, confirm or drop, by card or typed; 不收通知: anybody may be left alone."""

import re

from bot.core import staff_lines
from bot.core.updates import Press
from bot.desk import broadcast, cards, erasure, people, search, tickets
from bot.desk.broadcast import Broadcast
from bot.routing import Context, Router
from bot.views import broadcast as views
from bot.views import desk as desk_views
from bot.views import desk_tools as tool_views
from handlers import picking

router = Router("broadcasts")
NEW = re.compile(r"^广播(?:[\s:：]+(?P<unit>\S+)(?:\s+(?P<text>\S.*))?)?$", re.S)
DECIDE = re.compile(r"^(?P<verb>确认|取消)(?:发出?)?广播\s*(?P<id>\d{1,9})?$")
"""Without a number: of his only one that waits."""
DROP = re.compile(r"^(?:先|那|都)?(?:取消|算了|不发了?|别发了?|撤回|撤销)(?:吧|了)?[。！!]?$")
"""After the preview, of his only one that waits."""
SEND = re.compile(r"^(?:确认|确定)(?:发(?:出去?|送)?)?(?:吧|了)?[。！!]?$|^发(?:出去?|送)?吧?[。！!]?$")
LABELS = {"sent": "已发出", "dropped": "已取消"}
NOTICES = r"(?:这类|这种|服务台的?)?(?:通知|广播)(?:了|吧)?[。！!]?$"
NO_MORE = re.compile(rf"^(?:我)?(?:不(?:想|要)?再?接?收|(?:别|不要)再?(?:给我)?发){NOTICES}|^退订[。！!]?$")
AGAIN = re.compile(rf"^(?:我)?(?:还)?(?:想|要)?(?:再|继续|重新)?(?:接?收|恢复(?:接收)?){NOTICES}")


@router.on(lambda ctx: bool(NO_MORE.match(ctx.text) or AGAIN.match(ctx.text)))
async def leave_alone(ctx: Context) -> bool:
    quiet = NO_MORE.match(ctx.text) is not None
    await broadcast.leave_alone(ctx.tx, ctx.person, quiet)
    await ctx.reply(views.left_alone(quiet))
    return True


@router.press("broadcast-send", "broadcast-drop")
async def pressed(ctx: Context) -> bool:
    press = ctx.update.content
    if not isinstance(press, Press) or not people.is_desk(ctx.person):
        return False
    row = await broadcast.of_card(ctx.tx, press.card_id, ctx.person)
    if row is None:
        return False
    await _decide(ctx, row, send=press.verb == "broadcast-send")
    await cards.relabel(ctx.tx, press, LABELS.get(row.state, "未发出"))
    return True


@router.on(lambda ctx: people.is_desk(ctx.person) and bool(DECIDE.match(ctx.text)))
async def decide(ctx: Context) -> bool:
    match = DECIDE.match(ctx.text)
    number, verb = (match["id"], match["verb"]) if match else (None, "取消")
    waiting = await broadcast.waiting(ctx.tx, ctx.person) if number is None else []
    row = await broadcast.get(ctx.tx, int(number), ctx.person) if number else waiting[0] if len(waiting) == 1 else None
    if row is not None:
        await _decide(ctx, row, send=verb == "确认")
    elif number is not None:
        await ctx.reply(views.no_such(number))
    else:
        await ctx.reply(views.which(waiting) if waiting else views.none_waiting())
    return True


def _is_asked(ctx: Context) -> bool:
    """A seat whom nothing is asked but, at most, which of a list he wants to see."""
    return people.is_desk(ctx.person) and (ctx.pending is None or ctx.pending.kind == picking.KIND)


@router.on(lambda ctx: _is_asked(ctx) and bool(SEND.match(ctx.text) or DROP.match(ctx.text)))
async def decided(ctx: Context) -> bool:
    """确认 or 取消 alone; of several he is told how to say which. His own open reports come before."""
    waiting = await broadcast.waiting(ctx.tx, ctx.person)
    if not waiting or ctx.quoted is not None or await tickets.live_of(ctx.tx, ctx.person):
        return False
    if len(waiting) > 1:
        await ctx.reply(views.which(waiting))
    else:
        await _decide(ctx, waiting[0], send=bool(SEND.match(ctx.text)))
    return True


@router.on(lambda ctx: people.is_desk(ctx.person) and bool(NEW.match(ctx.text)))
async def new(ctx: Context) -> bool:
    match = NEW.match(ctx.text)
    said, text = (match["unit"], match["text"]) if match else (None, None)
    if said and not text:
        said, text = await search.unit_first(ctx.tx, said)
    if not said or not text:
        await ctx.reply(views.how())
        return True
    if ctx.office.classifier.understand(text).decision == "classified":
        await erasure.delivery(ctx.tx)
        await ctx.reply(tool_views.never_type_that())
        return True
    units = await search.units_called(ctx.tx, said)
    if re.fullmatch(staff_lines.EVERYBODY, said):
        await ctx.reply(views.one_unit())
    elif not units:
        await ctx.reply(desk_views.no_such(f"叫“{said}”的单位"))
    elif len(units) > 1:
        names = [unit.name for unit in units[: search.SHOWN]]
        await picking.offer(ctx, f"广播 {picking.GAP} {text}", names, tool_views.which(said, names))
    elif len(text) > broadcast.LONGEST:
        await ctx.reply(views.too_long(broadcast.LONGEST))
    elif await broadcast.sent_today(ctx.tx, units[0]) >= broadcast.PER_DAY:
        await ctx.reply(views.enough(units[0].name, broadcast.PER_DAY))
    elif not (await broadcast.readers(ctx.tx, units[0])).reached:
        await ctx.reply(views.nobody(units[0].name))
    else:
        await broadcast.preview(ctx.tx, ctx.office, ctx.person, units[0], text)
    return True


async def _decide(ctx: Context, row: Broadcast, *, send: bool) -> None:
    if row.state != "draft":
        await ctx.reply(views.already(row))
    elif not send:
        await broadcast.drop(ctx.tx, row)
        await ctx.reply(views.dropped(row))
    elif broadcast.expired(row, ctx.tx.now):
        await ctx.reply(views.expired(row))
    elif broadcast.disturbs(ctx.office, ctx.tx.now):
        await ctx.reply(views.quiet_hours())
    elif await broadcast.sent_today(ctx.tx, unit := await broadcast.unit(ctx.tx, row)) >= broadcast.PER_DAY:
        await ctx.reply(views.enough(unit.name, broadcast.PER_DAY))
    else:
        await ctx.reply(views.sent(row, await broadcast.send(ctx.tx, ctx.office, row)))

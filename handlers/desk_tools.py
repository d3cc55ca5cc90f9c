"""The desk's tools by typed line: search, overdue, my own, the history of a room or an asset. Only desk positions may.

A line that begins like a command but is not complete is answered with how it is typed.
"""

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bot.core.ticket import Action, Status
from bot.desk import (
    cards,
    closing,
    conversations,
    erasure,
    merging,
    offers,
    people,
    referral,
    regrading,
    search,
    splitting,
    tickets,
    warnings,
)
from bot.desk.tickets import Ticket
from bot.routing import Context, Router
from bot.views import desk as desk_views
from bot.views import desk_tools as views
from bot.views import notices
from handlers import broadcasts, desk, muting, picking
from handlers.cards import on_press, press_of

router = Router("desk tools")
answers = Router("reasons that were asked for")

ID = r"#?(?P<id>\d{1,9})\s*号?单?\s*"
OTHER = r"(?:(?<!\d)(?:[和跟与同]|[、,，])?\s*#?(?P<other>\d{1,9})\s*号?单?)?"
NUMBER = re.compile(r"^(?:[和跟与同]|[、,，\s])*#?(\d{1,9})\s*号?单?[。！!]?$")
ROOM = re.compile(
    r"^(?P<word>(?:房间|办公室)[\s:：]*)?(?P<unit>[\u4e00-\u9fff]{2,20}?)\s*"
    r"(?P<room>(?:(?:[一二三四五六七八九十]{1,3}|\d{1,2})(?:楼|层)\s*)?[a-z]?-?\d{3,4}(?:室|房间?|号房)?)(?:的?历史(?:记录)?)?[？?]?$",
    re.I,
)
"""A room straight after its agency, with the word or without: 房间市民政局302, 市民政局302."""
NEVER_MIND = re.compile(r"^(?:算了|不用了?|取消|先不.{0,4}|不作废了?|[搞打说弄]错了)[吧啊。！!]*$")
"""Instead of a reason."""
END = r"(?=[\s\d#:：]|$)"
Do = Callable[[Context, re.Match[str]], Awaitable[None]]


@dataclass(frozen=True)
class Command:
    """`words` begin the line, `form` is the rest of it, `how` the advice when it does not fit."""

    words: str
    form: str
    do: Do
    how: str
    close: bool = False
    """The rest may follow the words without a space."""

    def reads(self, line: str) -> bool:
        """Whether the line is meant as this command: the words alone, or followed by a space, a digit or `#`."""
        return bool(re.match(rf"^(?:{self.words}){'' if self.close else END}", line))

    def match(self, line: str) -> re.Match[str] | None:
        return re.match(rf"^(?:{self.words})[\s:：]*{self.form}$", line, re.S | re.I)


async def _find(ctx: Context, match: re.Match[str]) -> None:
    words = match["words"].split()
    found = await search.about(ctx.tx, ctx.office, words)
    rows = [(ticket, await _holder(ctx, ticket)) for ticket in found]
    message = views.found(ctx.office.voice, " ".join(words), rows, ctx.tx.now)
    if not found and words[0].isdigit():
        await ctx.reply(views.neither(words[0]))
    elif found:
        await picking.offer(ctx, f"查 {picking.GAP}号", [str(t.id) for t in found], message)
    else:
        await ctx.reply(message)


async def _room(ctx: Context, match: re.Match[str]) -> None:
    said, room = match["unit"], match["room"]
    units = await search.units_of(ctx.tx, said)
    if not units:
        await ctx.reply(desk_views.no_such(f"叫“{said}”的单位"))
    elif len(units) > 1:
        names = [unit.name for unit in units[: search.SHOWN]]
        await picking.offer(ctx, f"房间 {picking.GAP} {room}", names, views.which(said, names))
    else:
        rows = await search.of_room(ctx.tx, units[0], room)
        await ctx.reply(views.history(ctx.office.voice, f"{units[0].name}{room}", rows, ctx.tx.now))


async def _asset(ctx: Context, match: re.Match[str]) -> None:
    tag = match["tag"].upper()
    rows = await search.of_asset(ctx.tx, tag)
    await ctx.reply(views.history(ctx.office.voice, f"资产{tag}", rows, ctx.tx.now))


async def _merge(ctx: Context, match: re.Match[str]) -> None:
    ticket, into = await _ticket(ctx, match["id"]), await _ticket(ctx, match["into"])
    if ticket is None or into is None:
        return
    if why := merging.problem(ticket, into):
        await ctx.reply(views.merge_refused(why, ticket, into))
        return
    await merging.merge(ctx.tx, ctx.office, ticket, into, ctx.person)
    await ctx.reply(views.merged(ticket, into))


async def _unmerge(ctx: Context, match: re.Match[str]) -> None:
    if match["id"] is None:
        await _unmerge_latest(ctx)
    elif match["other"] is not None:
        await _part(ctx, match["id"], match["other"])
    elif ticket := await _ticket(ctx, match["id"]):
        inside = [] if ticket.status == Status.MERGED else await merging.merged_into(ctx.tx, ticket)
        if len(inside) > 1:
            await _which_to_part(ctx, [(one, ticket) for one in inside])
        else:
            await _undo_merge(ctx, inside[0] if inside else ticket)


async def _part(ctx: Context, first: str, second: str) -> None:
    """1号和2号拆开: whichever is in the other goes on by itself."""
    one, other = await _ticket(ctx, first), await _ticket(ctx, second)
    if one is None or other is None:
        return
    for ticket, into in ((one, other), (other, one)):
        if ticket.status == Status.MERGED and ticket.parent_id == into.id:
            await _undo_merge(ctx, ticket)
            return
    merged = [t for t in (one, other) if t.status == Status.MERGED]
    await ctx.reply(views.not_together(one, other, merged))


async def _unmerge_latest(ctx: Context) -> None:
    """撤销合并 without a number: what this seat merged only just now, else one of those that stand."""
    standing = await merging.standing(ctx.tx)
    latest = next((m for m, _, _ in standing if m.by_id == ctx.person.id and ctx.tx.now - m.at <= picking.VALID), None)
    if not standing:
        await ctx.reply(views.nothing_merged())
    elif latest is not None:
        await _undo_merge(ctx, next(ticket for merger, ticket, _ in standing if merger is latest))
    else:
        await _which_to_part(ctx, [(ticket, into) for _, ticket, into in standing[: search.SHOWN]])


async def _which_to_part(ctx: Context, pairs: Sequence[tuple[Ticket, Ticket]]) -> None:
    options = [str(ticket.id) for ticket, _ in pairs]
    await picking.offer(ctx, f"撤销合并 {picking.GAP}", options, views.which_merge(ctx.office.voice, pairs))


async def _undo_merge(ctx: Context, ticket: Ticket) -> None:
    if (matter := await merging.classified_with(ctx.tx, ticket)) is not None:
        await ctx.reply(views.cannot_unmerge(ticket, matter))
        return
    undone = await merging.undo(ctx.tx, ctx.office, ticket, ctx.person)
    await ctx.reply(views.unmerged(ticket) if undone else views.not_merged(ticket))


async def _split(ctx: Context, match: re.Match[str]) -> None:
    if number := NUMBER.match(match["text"]):  # 拆分 1 2: no words of another matter
        await _part(ctx, match["id"], number.group(1))
        return
    ticket = await _ticket(ctx, match["id"])
    if ticket is None:
        return
    meaning = ctx.office.classifier.understand(match["text"])
    if meaning.decision == "classified":
        await erasure.delivery(ctx.tx)
        await ctx.reply(views.never_type_that())
    elif not splitting.may_split(ticket):
        await ctx.reply(views.cannot_split(ticket))
    else:
        new = await splitting.split(ctx.tx, ctx.office, ticket, ctx.person, match["text"], meaning)
        await ctx.reply(views.split(ctx.office.voice, ticket, new))


async def _unsplit(ctx: Context, match: re.Match[str]) -> None:
    if ticket := await _ticket(ctx, match["id"]):
        undone = await splitting.undo(ctx.tx, ctx.office, ticket, ctx.person)
        await ctx.reply(views.unsplit(ticket) if undone else views.not_split(ticket))


async def _unrefer(ctx: Context, match: re.Match[str]) -> None:
    if ticket := await _ticket(ctx, match["id"]):
        undone = await referral.take_back(ctx.tx, ctx.office, ticket, ctx.person)
        await ctx.reply(views.unreferred(ticket) if undone else views.not_referred(ticket))


async def _remark(ctx: Context, match: re.Match[str]) -> None:
    ticket = await _ticket(ctx, match["id"])
    if ticket is None:
        return
    if ticket.kind == "classified" or ctx.office.classifier.understand(match["text"]).decision == "classified":
        await erasure.delivery(ctx.tx)
        await ctx.reply(views.never_type_that())
        return
    await tickets.add_words(ctx.tx, ticket, ctx.person, tickets.Words(match["text"]), "remark")
    holder = await people.person(ctx.tx, ticket.assignee_id)
    told = holder is not None and await notices.tell(ctx.tx, holder, views.remark(ticket, match["text"]), ticket)
    await ctx.reply(views.remarked(ticket, holder.name if holder and told else ""))


async def _call_off(ctx: Context, match: re.Match[str]) -> None:
    """作废 17 重复了: the seat calls a ticket off, with a reason that the reporter reads; his own needs none."""
    ticket, reason = await _ticket(ctx, match["id"]), (match["text"] or "").strip()
    if ticket is None:
        return
    if ctx.office.classifier.understand(reason).decision == "classified":
        await erasure.delivery(ctx.tx)
        await ctx.reply(views.never_type_that())
    elif not tickets.can(ticket, Action.CANCEL):
        await ctx.reply(desk_views.refused(ticket, "作废"))
    elif ticket.reporter_id == ctx.person.id:
        await closing.cancelled(ctx.tx, ctx.office, ticket, ctx.person)
    elif not reason:
        await picking.ask_why(ctx, f"作废 {ticket.id} {picking.GAP}", views.why_off(ticket))
    else:
        told = await closing.called_off(ctx.tx, ctx.office, ticket, ctx.person, reason)
        await ctx.reply(views.called_off(ticket, told=told))


async def _class(ctx: Context, match: re.Match[str]) -> None:
    ticket, text = await _ticket(ctx, match["id"]), match["text"].strip()
    if ticket is None:
        return
    faults = regrading.meant(ctx.office, text, ctx.office.classifier.understand(text))
    names = [(slug, ctx.office.book.faults[slug].plain) for slug in faults]
    if not regrading.may_change(ticket):
        await ctx.reply(views.cannot_change(ticket, "改类"))
    elif not faults:
        await ctx.reply(views.no_class(text))
    elif len(faults) == 1 and text in (faults[0], ctx.office.book.faults[faults[0]].name, names[0][1]):
        await _reclassify(ctx, ticket, faults[0])
    else:
        await picking.wait(ctx, f"改类 {ticket.id} {picking.GAP}", faults)
        await notices.hand(
            ctx.tx, ctx.person, "class", lambda c: views.classes(ctx.office.voice, ticket, c, text, names), ticket
        )


@on_press(router, "class-", may=lambda ctx, ticket: people.is_desk(ctx.person))
async def class_by_card(ctx: Context, ticket: Ticket) -> None:
    slug = press_of(ctx).verb.removeprefix("class-")
    if not regrading.may_change(ticket) or slug not in ctx.office.book.faults:
        await ctx.reply(views.cannot_change(ticket, "改类"))
    else:
        await _reclassify(ctx, ticket, slug)


async def _reclassify(ctx: Context, ticket: Ticket, slug: str) -> None:
    await notices.close_cards(ctx.tx, ticket, ("class",), "已改类")
    if ticket.fault == slug:
        await ctx.reply(views.same_class(ctx.office.voice, ticket))
        return
    await regrading.reclassify(ctx.tx, ctx.office, ticket, ctx.person, slug)
    await ctx.reply(views.reclassified(ctx.office.voice, ticket))


async def _priority(ctx: Context, match: re.Match[str]) -> None:
    ticket, priority = await _ticket(ctx, match["id"]), f"P{int(match['priority'])}"
    if ticket is None:
        return
    if why := regrading.problem(ticket, ctx.person, priority):
        await ctx.reply(views.priority_refused(why, ticket))
        return
    reason = (match["reason"] or "").strip()
    if not reason:
        await picking.ask_why(ctx, f"优先级 {ticket.id} {priority} {picking.GAP}", views.why_priority(ticket, priority))
        return
    await regrading.set_priority(ctx.tx, ctx.office, ticket, ctx.person, priority, reason)
    restore_by = ctx.office.due(priority, "restore", ticket.created_at)
    await ctx.reply(views.priority_set(ctx.office.voice, ticket, restore_by, ctx.tx.now))


async def _hurry(ctx: Context, match: re.Match[str]) -> None:
    """催办 王强: one message to him about all that waits for him; each of them keeps that he was reminded."""
    who = await picking.person(ctx, match["name"], f"催办 {picking.GAP}", people.is_engineer)
    if who is None:
        return
    waiting = [*await offers.offered_to(ctx.tx, who), *await tickets.held_by(ctx.tx, who)]
    for ticket in waiting:
        await tickets.add_words(ctx.tx, ticket, ctx.person, tickets.Words(views.HURRY), "remark")
    told = bool(waiting) and await notices.tell(ctx.tx, who, views.hurried(ctx.office.voice, waiting))
    await ctx.reply(views.hurry_told(who, waiting, told=told))


COMMANDS = (
    Command("查询|查找|搜索|查(?![不看询找])|搜(?!不)", r"(?P<words>\S.{0,40})", _find, "find", close=True),
    Command("看|找", r"(?P<words>\S.{0,40})", _find, "find"),
    Command("房间|办公室", r"(?P<unit>\S+)\s+(?P<room>\S+)", _room, "room"),
    Command(
        r"(?:资产编号|设备编号|资产)(?=[\s:：#0-9A-Za-z]|$)",
        r"(?P<tag>[0-9a-z][-0-9a-z]{2,23})",
        _asset,
        "asset",
        close=True,
    ),
    Command("合并|并单", rf"{ID}(?:并?到|并?入|和|并到|给|->|→)?\s*#?(?P<into>\d{{1,9}})\s*号?单?", _merge, "merge"),
    Command("撤销合并|取消合并|撤回合并|拆开合并", f"(?:{ID}{OTHER}(?:的合并)?)?", _unmerge, "unmerge"),
    Command("拆分|拆单", rf"{ID}[，,:：]?\s*(?P<text>\S.*)", _split, "split"),
    Command("改类|改分类|重新分类|归类", rf"{ID}[，,:：到为成]?\s*(?P<text>\S.{{0,60}})", _class, "class"),
    Command(
        "优先级|改级|调级",
        rf"{ID}(?:改?(?:为|成|到)?)\s*[pPＰ]?(?P<priority>[1-4])(?!\d)[，,:：\s]*(?P<reason>\S.*)?",
        _priority,
        "priority",
    ),
    Command("撤销拆分|取消拆分", ID, _unsplit, "unsplit"),
    Command("撤销转出|取消转出", ID, _unrefer, "unrefer"),
    Command("作废|撤单", rf"{ID}(?:[，,:：]?\s*(?P<text>\S.{{0,100}}))?", _call_off, "off"),
    Command("催办", r"(?P<name>#\d{1,9}|[\u4e00-\u9fff·]{2,6})", _hurry, "hurry"),
    Command("备注|留言", rf"{ID}[，,:：]?\s*(?P<text>\S.*)", _remark, "remark"),
)
MINE = ("我的", "我的单", "我跟进的")
OVERDUE = ("超时", "超时单", "逾期", "超期")
NEAR = ("快超时", "临期")
LOADS = ("各人手上", "各人手上的单")


@router.on(lambda ctx: people.is_desk(ctx.person) and picking.taken(ctx) is not None)
async def picked(ctx: Context) -> bool:
    """A digit after a numbered choice: the command runs as if it had been typed in full."""
    whole = picking.taken(ctx)
    return whole is not None and await again(whole)


@router.on(lambda ctx: people.is_desk(ctx.person) and ctx.text in OVERDUE)
async def overdue(ctx: Context) -> bool:
    rows = [
        (late.ticket, late.target, late.minutes, await _holder(ctx, late.ticket))
        for late in await search.overdue(ctx.tx, ctx.office)
    ]
    await ctx.reply(views.overdue(ctx.office.voice, rows))
    return True


@router.on(lambda ctx: people.is_desk(ctx.person) and ctx.text in LOADS)
async def loads(ctx: Context) -> bool:
    """各人手上: how many tickets each technician has in hand, and how many wait for his word."""
    rows = [
        (who, len(await tickets.held_by(ctx.tx, who)), len(await offers.offered_to(ctx.tx, who)))
        for who in await people.engineers(ctx.tx)
    ]
    await ctx.reply(views.loads(sorted(rows, key=lambda row: -row[1] - row[2])))
    return True


@router.on(lambda ctx: people.is_desk(ctx.person) and ctx.text in NEAR)
async def nearly(ctx: Context) -> bool:
    found = await warnings.near(ctx.tx, ctx.office)
    rows = [(ticket, each.target, each.left, await _holder(ctx, ticket)) for ticket, each in found]
    await ctx.reply(views.nearly(ctx.office.voice, rows, min(ctx.office.book.service_levels.sla.warnings)))
    return True


@router.on(lambda ctx: people.is_desk(ctx.person) and not people.is_engineer(ctx.person) and ctx.text in MINE)
async def mine(ctx: Context) -> bool:
    await ctx.reply(views.mine(ctx.office.voice, await search.mine(ctx.tx, ctx.person)))
    return True


@router.on(lambda ctx: people.is_desk(ctx.person) and bool(ROOM.match(ctx.text)))
async def room_of_agency(ctx: Context) -> bool:
    """Without 房间 only behind an agency's name, when nothing is asked and nobody spoken with: it may be an answer."""
    match = ROOM.match(ctx.text)
    if match is None:
        return False
    if match["word"]:
        known = await search.units_of(ctx.tx, match["unit"])
    elif (
        (ctx.pending is not None and ctx.pending.kind != picking.KIND)
        or ctx.quoted
        or await conversations.current(ctx.tx, ctx.person)
    ):
        return False
    else:
        known = await search.units_named(ctx.tx, match["unit"])
    if not known:
        return False
    await _room(ctx, match)
    return True


@router.on(lambda ctx: people.is_desk(ctx.person) and any(c.reads(ctx.text) for c in COMMANDS))
async def command(ctx: Context) -> bool:
    for known in COMMANDS:
        if known.reads(ctx.text):
            if match := known.match(ctx.text):
                await known.do(ctx, match)
            else:
                await ctx.reply(views.how(known.how))
            return True
    return False


@answers.on(lambda ctx: people.is_desk(ctx.person) and picking.told_why(ctx) is not None)
async def reason(ctx: Context) -> bool:
    """The reason that was asked for; any command, and a call, is heard before."""
    whole = picking.told_why(ctx)
    if whole is None:
        return False
    await cards.answered(ctx.tx, ctx.person)
    if NEVER_MIND.match(ctx.text):
        await ctx.reply(views.left_as_it_is())
        return True
    return await again(whole)


async def again(ctx: Context) -> bool:
    """Run a completed line through the desk's routers."""
    for known in (desk.router, muting.router, broadcasts.router, router):
        if await known.handle(ctx):
            return True
    return False


async def _holder(ctx: Context, ticket: Ticket) -> str:
    holder = await people.person(ctx.tx, ticket.assignee_id)
    return holder.name if holder else "服务台"


async def _ticket(ctx: Context, number: str) -> Ticket | None:
    """The ticket of a number; an unknown one is said so."""
    ticket = await tickets.get(ctx.tx, int(number))
    if ticket is None:
        await ctx.reply(desk_views.no_such(f"{number}号单"))
    return ticket

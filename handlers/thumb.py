"""Many tickets, one thumb: 下一张, 切换 14, 14号 好了. Before the technicians' words."""

import re
from dataclasses import replace

from bot.core import late_entries as core
from bot.core.updates import Text
from bot.desk import cards, focus, late_entries, offers, people, signal, tickets, undo
from bot.desk.tickets import Ticket
from bot.routing import Context, Router
from bot.views import desk as desk_views
from bot.views import technician
from bot.views import thumb as views
from handlers import handover, repair, staff_words, technician_words, visits
from handlers.cards import on_press, press_of, true_state

router = Router("thumb")

NEXT = re.compile(r"^(?:看|换|切)?(?:到)?下(?:一张|一单|一个单?|一张单|个单)[。！!]?$")
SHOW = re.compile(
    r"^(?:焦点|当前单|当前|(?:我)?(?:现在|当前|手上|正在)?(?:是|在(?:弄|做|办|修)(?:的是)?)?(?:哪|第几)(?:一)?(?:张|个)?(?:工)?单)[？?。呢啊]*$"
)
WHOSE = re.compile(
    r"^(?:(?:报障人|用户|使用人|对方|人家|他|她|这单|这张单)的?)?(?:地址|位置|房间号?|地方|电话(?:号码)?|手机号?码?|号码|联系方式|姓名|名字)(?:在|是)?(?:哪(?:里|儿|个)?|多少|几号|什么|啥|呢)?[？?呢啊]*$"
    r"|^(?:在|去|是)?哪(?:里|儿|个房间|间房?|栋楼?|层楼?|个单位)?(?:啊|呢|来着)?[？?]?$|^(?:报障人|用户|使用人|找)(?:是)?谁(?:啊|呢)?[？?]?$"
)
"""Where to go and whom to call, of the ticket in hand or the only one he is offered."""
TURN = re.compile(r"^(?:切换|切到|换到|焦点)\s*#?(\d{1,9})\s*号?$")
NUMBERED = re.compile(
    r"^(?:#(?=\d+\s+\S)|#?(?=\d+\s*号(?![楼栋座窗房门柜线院厅]|会议|机[房柜])))(\d{1,9})\s*号?(?:的?(?:工单|单子?))?\s*[，,：:]?\s*((?!号$)\S.{0,400})$",
    re.S,
)
"""The number of a ticket, not of a building or a window."""
_PLACE = r"(?:(?P<floor>[一二三四五六七八九十]{1,2}|\d{1,2})[楼层])?(?P<room>[A-Za-z]?\d{3,4})?(?:室|房间?)?"
IN_PLACE = re.compile(
    rf"^(?=[一二三四五六七八九十\dA-Za-z]){_PLACE}(?:那|这)?(?:边|[张个台间单])?(?:的)?(?:工单|单子?)?的?[，,：:\s]*(?P<said>\S.{{0,60}})$",
    re.S,
)
"""505那张好了, 五楼的弄好了: a ticket in hand by its room or floor."""
TURN_PLACE = re.compile(
    rf"^(?:我)?(?:先|切换?到?|换到?|现在|改|来|去|[，,\s])*(?:弄|做|去|修|看|处理|搞|跟|到)?{_PLACE}(?:那|这)?(?:边|[张个台间单])?(?:的)?(?:工单|单子?)?(?:吧|先)?[。！!]?$"
)
ALL_DONE = re.compile(
    r"^(?:(?:[两几三四五]|\d{1,2})?[张个]?(?:工单|单子?)?(?:都|全|全部)|(?:#?\d{1,9}\s*(?:号[和、，,跟及与\s]*|[和、，,跟及与\s]+)){1,4}#?\d{1,9}\s*号?(?:都|全|一起)?)(?:已经?)?(?:搞|弄|修|处理)?(?:好|完|定|解决)了?[。！!]?$"
)
"""两张都好了, 1号和2号都弄好了: each has a record of its own."""
BELOW = r"(?:地下室?|地库|负[一二三1-3]楼?层?|机房|电梯|井道|隧道|车库)"
NO_SIGNAL = re.compile(
    rf"^我?(?:(?:要|马上|准备|现在)?[去进下到]了?到?{BELOW}[了里]?)?[，, ]*"
    r"(?:下面|那边|这边|这里|里面|马上|要|快)*就?没有?信号了?\W?$"
)
"""没信号 alone, or with where he goes: 我要下地下室了，没信号."""
SIGNAL = re.compile(r"^(?:我)?(?:(?:出来|上来|回来)了[，, ]*)?(?:有信号|信号恢复|信号好|信号回来|信号有)了?\W?$")
OUT = re.compile(r"^(?:我)?(?:已经)?(?:从?(?:地下室|地库|机房|下面|里面))?(?:出来|上来)了\W?$")
"""The same from whoever has said that he has none."""
LATE = re.compile(r"^(?:补录)?[,:\s]*(?:#?(\d{1,9})\s*号)?[,:\s]*(?:补录)?[,:\s]*(.+)$", re.S)
LATE_LOOSE = re.compile(r"^(?:补录)?[,:\s]*#?(\d{1,9})[,:\s]+(?:补录)?[,:\s]*(\d.+)$", re.S)
"""The number without 号: it counts only where he has a ticket of that number, since it may as well be a time."""
LATE_ANSWER = re.compile(
    r"^(?:#?(?P<before>\d{1,9})\s*号?的?)?补录的?(?:时间)?\s*(?:#?(?P<amid>\d{1,9})\s*号的?)?(?P<how>确认|不对|有误|没错|没问题|对)的?\s*#?(?P<after>\d{1,9})?\s*号?[。！!]?$"
)
TIMES = re.compile(
    r"^(?:补录的?)?(?:时间|补录)(?:都|是)?(?P<no>不对|错了|不准|有误)?(?:对|没错|正确|没问题)?[的了]*[。！!]?$"
)
"""What the buttons of the card say, typed."""
NOT_THEN = re.compile(
    r"^(?:补录的?)?(?:时间|补录)(?:都|是|也)?(?:不对|错了|不准|有误|不是这样)[的了]*[，,。：:\s]+\S.{1,60}$", re.S
)
"""时间不对，他9点半才来的: of whoever is asked about late entries, no clock that is wrong."""
PLAIN_WORD = re.compile(r"^(?:对|对的|没错|是对的|不对)[。！!]?$")
"""An answer to whether the times are right, from a reporter who is asked that; 好了 and 修好了 answer something else."""
SLIP = r"(?:我|刚才|刚刚|刚|不小心)*(?:[按点]错了?|手滑了?)"
UNDO = re.compile(
    rf"^(?:#?(\d{{1,9}})\s*号\s*)?(?:(?:{SLIP}[，, ]*)?(?:撤销|撤回)(?:一?下|吧|刚才的)?|{SLIP})\s*#?(\d{{1,9}})?\s*号?[。！!]?$"
)
AS_BARE = (visits.staff, handover.router, repair.router, technician_words.router, staff_words.router)
"""What may be said of a ticket without its number, in this order."""
FINISHED = re.compile(r"^(?:好了|搞掂|搞掂了|修好|弄好了)[。！!.]?$")
"""A result; 好 and ok only acknowledge what he has just read."""


def _typed(ctx: Context) -> bool:
    return people.is_engineer(ctx.person) and isinstance(ctx.update.content, Text)


@router.on(lambda ctx: _typed(ctx) and bool(NEXT.match(ctx.text)))
async def next_one(ctx: Context) -> bool:
    held = await tickets.held_by(ctx.tx, ctx.person)
    current = focus.of(held, ctx.person)
    following = focus.after(held, current)
    if following is None:
        await ctx.reply(technician.no_ticket())
    elif current is not None and following.id == current.id:
        await ctx.reply(views.only_one(current))
    else:
        await _turn(ctx, following)
    return True


@router.on(lambda ctx: _typed(ctx) and bool(SHOW.match(ctx.text)))
async def show(ctx: Context) -> bool:
    held = await tickets.held_by(ctx.tx, ctx.person)
    if held:
        await ctx.reply(views.focus(ctx.office.voice, focus.of(held, ctx.person), held))
    else:
        await ctx.reply(technician.no_ticket())
    return True


@router.on(lambda ctx: _typed(ctx) and bool(WHOSE.match(ctx.text)))
async def whose(ctx: Context) -> bool:
    held, offered = await tickets.held_by(ctx.tx, ctx.person), await offers.offered_to(ctx.tx, ctx.person)
    ticket = focus.of(held, ctx.person) or (offered[0] if len(offered) == 1 else None)
    if ticket is None:
        return False
    who, unit = await people.person(ctx.tx, ticket.reporter_id), await people.unit_name(ctx.tx, ticket.unit_id)
    await ctx.reply(technician.where_and_who(ctx.office.voice, ticket, who, unit))
    return True


@router.on(lambda ctx: _typed(ctx) and bool(TURN.match(ctx.text)))
async def turn(ctx: Context) -> bool:
    match = TURN.match(ctx.text)
    ticket = await _held(ctx, int(match.group(1)) if match else 0)
    if ticket is None:
        await ctx.reply(technician.no_ticket())
    else:
        await _turn(ctx, ticket)
    return True


@router.on(lambda ctx: _typed(ctx) and bool(NO_SIGNAL.match(ctx.text)))
async def no_signal(ctx: Context) -> bool:
    held = await tickets.held_by(ctx.tx, ctx.person)
    await signal.lost(ctx.tx, ctx.office, ctx.person, focus.of(held, ctx.person))
    return True


@router.on(
    lambda ctx: (
        _typed(ctx) and bool(SIGNAL.match(ctx.text) or (ctx.person.no_signal_since is not None and OUT.match(ctx.text)))
    )
)
async def signal_again(ctx: Context) -> bool:
    if not await signal.back(ctx.tx, ctx.office, ctx.person):
        await ctx.reply(views.signal_was_there())
    return True


@router.on(lambda ctx: _typed(ctx) and bool(UNDO.match(ctx.text)))
async def take_back(ctx: Context) -> bool:
    """撤销: of the last thing he did. Somebody who has done nothing lately means his own report, as any reporter does."""
    match = UNDO.match(ctx.text)
    named = next((int(n) for n in match.groups() if n), None) if match else None
    if await undo.take_back(ctx.tx, ctx.office, ctx.person, named):
        return True
    held = await tickets.held_by(ctx.tx, ctx.person)
    if not held or await tickets.live_of(ctx.tx, ctx.person) or named not in (None, *(t.id for t in held)):
        return False
    await ctx.reply(views.nothing_to_undo())
    return True


@on_press(router, "late-yes", "late-no", may=lambda ctx, ticket: late_entries.may_decide(ticket, ctx.person))
async def late_pressed(ctx: Context, ticket: Ticket) -> None:
    if not await late_entries.decide(ctx.tx, ctx.office, ticket, ctx.person, right=press_of(ctx).verb == "late-yes"):
        await true_state(ctx, ticket)


@router.on(lambda ctx: len(ctx.text) > 2 and bool(TIMES.match(ctx.text)))
async def times_said(ctx: Context) -> bool:
    """时间对, 时间不对: of the only late entries that wait for him; with several the desk is asked of which ticket. Of those
    that somebody else was faster to answer he hears how they stand: it is no report of a clock that is wrong.
    """
    waiting = await late_entries.awaited(ctx.tx, ctx.person)
    match = TIMES.match(ctx.text)
    if match is None:
        return False
    if not waiting:
        decided = await late_entries.lately_decided(ctx.tx, ctx.person)
        if decided is not None:
            await ctx.reply(views.late_decided(decided[0], right=decided[1]))
        return decided is not None
    if len(waiting) > 1:
        await ctx.reply(views.late_of_which(waiting))
    else:
        await late_entries.decide(ctx.tx, ctx.office, waiting[0], ctx.person, right=match["no"] is None)
    return True


@router.on(lambda ctx: bool(NOT_THEN.match(ctx.text)))
async def not_then(ctx: Context) -> bool:
    """A no that says when it was: the words stay with the ticket for whoever rules on it."""
    waiting = await late_entries.awaited(ctx.tx, ctx.person)
    if len(waiting) == 1:
        await tickets.add_words(ctx.tx, waiting[0], ctx.person, tickets.Words(ctx.text))
        await late_entries.decide(ctx.tx, ctx.office, waiting[0], ctx.person, right=False)
    elif waiting:
        await ctx.reply(views.late_of_which(waiting))
    return bool(waiting)


@router.on(lambda ctx: bool(PLAIN_WORD.match(ctx.text)) and not people.is_staff(ctx.person))
async def times_agreed(ctx: Context) -> bool:
    """对 / 不对, where the only such question is about the times, and he was asked nothing else since."""
    waiting = await late_entries.awaited(ctx.tx, ctx.person)
    if len(waiting) != 1 or ctx.quoted not in (None, waiting[0].id):
        return False
    asked = await late_entries.asked_at(ctx.tx, waiting[0])
    if ctx.pending is not None and ctx.pending.asked_at > asked:
        return False
    if ctx.quoted is None and await cards.shown_since(ctx.tx, waiting[0], ctx.person, late_entries.CARD):
        return False
    right = not ctx.text.startswith("不")
    return await late_entries.decide(ctx.tx, ctx.office, waiting[0], ctx.person, right=right)


@router.on(lambda ctx: _late_answer(ctx) is not None)
async def late_answered(ctx: Context) -> bool:
    number, right = _late_answer(ctx) or (0, False)
    ticket = await tickets.get(ctx.tx, number)
    if ticket is None:
        await ctx.reply(desk_views.no_such(f"{number}号单"))
    elif not late_entries.may_decide(ticket, ctx.person):
        await ctx.reply(views.late_not_yours(ticket))
    elif not await late_entries.decide(ctx.tx, ctx.office, ticket, ctx.person, right=right):
        await ctx.reply(views.late_nothing(ticket))
    return True


def _late_answer(ctx: Context) -> tuple[int, bool] | None:
    """补录确认 17, 17号补录没问题: the ticket's number, and whether its times are right."""
    match = LATE_ANSWER.match(ctx.text)
    number = match and (match["before"] or match["amid"] or match["after"])
    return (int(number), match["how"] not in ("不对", "有误")) if match and number else None


@router.on(lambda ctx: _typed(ctx) and _late(ctx.text) is not None)
async def late(ctx: Context) -> bool:
    """补录: `1408到 1415断电 1440好`, of the focused ticket or of the one whose number stands first."""
    number, line = await _entries(ctx)
    held = await tickets.held_by(ctx.tx, ctx.person)
    ticket = await _held(ctx, number) if number else focus.of(held, ctx.person)
    if ticket is not None:
        await late_entries.enter(ctx.tx, ctx.office, ticket, ctx.person, line)
        return not technician_words.danger(ctx)
    named = await tickets.get(ctx.tx, number) if number else await _just_solved(ctx) if not held else None
    if named is not None and named.assignee_id == ctx.person.id:
        await ctx.reply(views.late_not_now(named))
    else:
        await ctx.reply(views.late_which() if held and not number else technician.no_ticket())
    return not technician_words.danger(ctx)


@router.on(lambda ctx: _typed(ctx) and bool(ALL_DONE.match(ctx.text)))
async def all_done(ctx: Context) -> bool:
    """Of several he is told to say it of each: every one asks for its own cause and minutes."""
    held = await tickets.held_by(ctx.tx, ctx.person)
    several = len(held) > 1 or (bool(held) and "号" in ctx.text)
    if several:
        await ctx.reply(views.one_at_a_time(held))
    return several


@router.on(lambda ctx: _typed(ctx) and ctx.pending is None and bool(IN_PLACE.match(ctx.text)))
async def in_place(ctx: Context) -> bool:
    """505那张好了: what is said of the one ticket in hand that is there, as by its number; the focus stays where it is."""
    match = IN_PLACE.match(ctx.text)
    ticket = await _in_place(ctx, match) if match else None
    if match is None or ticket is None:
        return False
    said = match["said"].strip()
    said = "已解决" if FINISHED.match(said) or said in ("好", "好的") else said
    if not any(pattern.match(said) for pattern, _, about in technician_words.COMMANDS if about == "held"):
        return False
    return await technician_words.perform(ctx, said, ticket.id) and not technician_words.danger(ctx)


@router.on(lambda ctx: _typed(ctx) and ctx.pending is None and bool(TURN_PLACE.match(ctx.text)))
async def turn_to_place(ctx: Context) -> bool:
    """先弄505, of whoever has several."""
    match = TURN_PLACE.match(ctx.text)
    held = await tickets.held_by(ctx.tx, ctx.person)
    ticket = await _in_place(ctx, match) if match and len(held) > 1 else None
    if ticket is not None:
        await _turn(ctx, ticket)
    return ticket is not None


async def _in_place(ctx: Context, match: re.Match[str]) -> Ticket | None:
    """The only ticket in hand whose room, or else whose floor, is the one named."""
    room, floor = match["room"], match["floor"]
    if not (room or floor):
        return None
    held = await tickets.held_by(ctx.tx, ctx.person)
    named = ctx.office.classifier.understand(
        f"{floor or ''}{'楼' if floor else ''}{room or ''}{'室' if room else ''}电脑坏了"
    ).slots
    wanted = {name: named.get(name) for name in ("room", "floor") if named.get(name)}
    found = [t for t in held if wanted and all(t.slots.get(name) == value for name, value in wanted.items())]
    return found[0] if len(found) == 1 else None


@router.on(lambda ctx: _typed(ctx) and _late(ctx.text, rooms=True) is not None)
async def late_or_room(ctx: Context) -> bool:
    """`905到 910好`: times to whoever just was without signal; else they may be rooms, and he reads how to say which."""
    number, line = _late(ctx.text, rooms=True) or (None, "")
    ticket = await _held(ctx, number) if number else focus.of(await tickets.held_by(ctx.tx, ctx.person), ctx.person)
    if ticket is None:
        return False
    said, fits = core.read(line), isinstance(late_entries.placed(ctx.office, ticket, line, ctx.tx.now), list)
    if isinstance(said, list) and (fits or len(said) > 1) and await signal.lately(ctx.tx, ctx.person):
        await late_entries.enter(ctx.tx, ctx.office, ticket, ctx.person, line)
    elif fits:
        await ctx.reply(views.late_or_room(ticket, line))
    else:
        return False
    return not technician_words.danger(ctx)


async def _just_solved(ctx: Context) -> Ticket | None:
    """The newest of his that only waits for the reporter's yes: of whoever holds nothing, late entries are about that."""
    return next(iter(reversed(await tickets.assigned_to(ctx.tx, ctx.person))), None)


async def _entries(ctx: Context) -> tuple[int | None, str]:
    """The ticket's number, if any, and the entries. 补录 17 1408到: of 17 if that is or was his, else 17 belongs to the line."""
    loose = LATE_LOOSE.match(core.tidy(ctx.text))
    named = await tickets.get(ctx.tx, int(loose.group(1))) if loose else None
    if loose is not None and named is not None and named.assignee_id == ctx.person.id:
        return int(loose.group(1)), loose.group(2)
    return _late(ctx.text) or (None, "")


def _late(text: str, *, rooms: bool = False) -> tuple[int | None, str] | None:
    """The ticket's number, if any, and the entries; None when the line is no late entry. With `rooms`, one that may be."""
    match, loose = LATE.match(core.tidy(text)), LATE_LOOSE.match(core.tidy(text))
    if match is not None and rooms:
        return (int(match[1]) if match[1] else None, match[2]) if core.looks_like(match[2], rooms=True) else None
    entries = (match and core.looks_like(match.group(2))) or (loose and core.looks_like(loose.group(2)))
    if match is None or not ("补录" in text[:14] or entries):
        return None
    return int(match.group(1)) if match.group(1) else None, match.group(2)


@router.on(lambda ctx: _typed(ctx) and bool(NUMBERED.match(ctx.text)))
async def numbered(ctx: Context) -> bool:
    """`14号 好了`: the number first, then what is said of that ticket as of the focused one, which stays where it is."""
    match = NUMBERED.match(ctx.text)
    if match is None:
        return False
    number, said = int(match.group(1)), match.group(2).strip()
    if FINISHED.match(said):
        said = "已解决"
    if await _held(ctx, number) is None:
        if await technician_words.perform(ctx, said, number):
            return not technician_words.danger(ctx)
        return await _anothers(ctx, number)
    bare = replace(
        ctx,
        update=ctx.update.model_copy(update={"content": Text(text=said)}),
        understanding=ctx.office.classifier.understand(said),
        pending=ctx.pending if ctx.pending is not None and ctx.pending.ticket_id == number else None,
        quoted=number,
    )
    for topic in AS_BARE:
        if await topic.handle(bare):
            return True
    return False


async def _anothers(ctx: Context, number: int) -> bool:
    """Whether what he says is of somebody else's ticket, and he was told so: nothing of it goes to the one he has in hand. A
    report of his own, and what a seat says of anybody's ticket, is heard after this."""
    ticket = await tickets.get(ctx.tx, number)
    reports = ctx.understanding is not None and ctx.understanding.decision in ("dispatch", "emergency", "classified")
    if ticket is None or ticket.reporter_id == ctx.person.id or people.is_desk(ctx.person) or reports:
        return False
    await ctx.reply(technician.no_ticket())
    return True


@router.on(lambda ctx: _typed(ctx) and ctx.pending is None and bool(FINISHED.match(ctx.text)))
async def finished(ctx: Context) -> bool:
    """好了 from somebody who holds a ticket and owes no answer: the focused one is solved."""
    return bool(await tickets.held_by(ctx.tx, ctx.person)) and await technician_words.perform(ctx, "已解决")


async def _turn(ctx: Context, ticket: Ticket) -> None:
    await ctx.reply(views.turned(ctx.office.voice, ticket))
    await focus.turn_to(ctx.tx, ctx.office, ticket, ctx.person)


async def _held(ctx: Context, number: int) -> Ticket | None:
    return next((t for t in await tickets.held_by(ctx.tx, ctx.person) if t.id == number), None)

"""What technicians type: every button of their cards as a line, forgiving in wording, on the focused ticket or by number."""

import re
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from bot.core import until
from bot.core.ticket import Action
from bot.core.updates import Text
from bot.desk import (
    cards,
    closing,
    dispatch,
    experts,
    fieldwork,
    guidance,
    offers,
    people,
    photos,
    rounds,
    tickets,
)
from bot.desk.tickets import Ticket, Words
from bot.routing import Context, Router
from bot.views import notices, staff, technician
from bot.views.words import state
from handlers import in_hand
from handlers.cards import guarded

router = Router("technician words")

Do = Callable[[Context, Ticket, str], Awaitable[None]]
NUMBER = r"\s*#?(?P<id>\d+(?![\d.a-zA-Z%％℃]|\s*(?:分|点|刻|小时|个|天|台|年|月|日|度|楼|层|伏|安)))?\s*号?"
"""Of a ticket, not of minutes or of a floor: 到了10分钟了, 到了3楼."""


def _is_engineer(ctx: Context) -> bool:
    return people.is_engineer(ctx.person) and isinstance(ctx.update.content, Text)


async def _accept(ctx: Context, ticket: Ticket, rest: str) -> None:
    if not await dispatch.accept(ctx.tx, ctx.office, ticket, ctx.person):
        holder = await people.person(ctx.tx, ticket.assignee_id)
        word = state(ticket)
        await ctx.reply(technician.taken(ticket, holder.name if holder else "", word))


async def _decline(ctx: Context, ticket: Ticket, rest: str) -> None:
    if not rest:
        await cards.expect(ctx.tx, ctx.person, ticket, "decline")
        await notices.hand(ctx.tx, ctx.person, "decline", lambda c: technician.decline_reasons(ticket, c), ticket)
    elif not await dispatch.decline(ctx.tx, ctx.office, ticket, ctx.person, rest):
        await ctx.reply(technician.no_ticket())


async def _why(ctx: Context, ticket: Ticket, rest: str) -> None:
    if mine := await offers.latest(ctx.tx, ticket, ctx.person):
        await ctx.reply(technician.why_you(ctx.office.voice, ticket, mine))
    else:
        await ctx.reply(technician.no_ticket())


async def _contact(ctx: Context, ticket: Ticket, rest: str) -> None:
    await fieldwork.contact(ctx.tx, ctx.office, ticket, ctx.person)


def _move(action: Action) -> Do:
    async def do(ctx: Context, ticket: Ticket, rest: str) -> None:
        await fieldwork.move(ctx.tx, ctx.office, ticket, ctx.person, action)

    return do


async def _promise(ctx: Context, ticket: Ticket, rest: str) -> None:
    if by := until.promised(ctx.text):
        await fieldwork.promise(ctx.tx, ctx.office, ticket, ctx.person, by, ctx.text)


async def _pause(ctx: Context, ticket: Ticket, rest: str) -> None:
    days = ctx.office.book.service_levels.sla.pause_max_days
    said = until.read(rest, ctx.tx.now, ctx.office.voice.zone, timedelta(days=days))
    reason = await fieldwork.reason_of(ctx.tx, ctx.office, ticket, said.rest)
    if isinstance(said.end, until.Trouble) and ticket.priority != "P1":
        await ctx.reply(technician.pause_end(ticket, str(said.end), days))
    elif reason or ticket.priority == "P1":
        end = said.end if isinstance(said.end, datetime) else None
        await fieldwork.pause(ctx.tx, ctx.office, ticket, ctx.person, reason, end)
    else:
        await notices.hand(
            ctx.tx, ctx.person, "pause", lambda c: technician.pause_reasons(ctx.office.voice, ticket, c), ticket
        )


async def _resume(ctx: Context, ticket: Ticket, rest: str) -> None:
    if ticket.paused:
        await fieldwork.resume(ctx.tx, ctx.office, ticket, ctx.person)
    await guidance.resume(ctx.tx, ctx.office, ticket, ctx.person)


def _step(result: str) -> Do:
    async def do(ctx: Context, ticket: Ticket, rest: str) -> None:
        await rounds.outcome(ctx.tx, ctx.office, ticket, ctx.person, result, rest)

    return do


async def _back(ctx: Context, ticket: Ticket, rest: str) -> None:
    await guidance.back(ctx.tx, ctx.office, ticket, ctx.person)


def _gate_ok(gate: str = "") -> Do:
    """A yes, to `gate` where its words name one; what follows may name more."""

    async def do(ctx: Context, ticket: Ticket, rest: str) -> None:
        named = {other for other, words in NAMED.items() if re.search(words, rest)} | ({gate} - {""})
        await guidance.open_gate(ctx.tx, ctx.office, ticket, ctx.person, named)

    return do


async def _gate_no(ctx: Context, ticket: Ticket, rest: str) -> None:
    await guidance.refuse_gate(ctx.tx, ctx.office, ticket, ctx.person)


async def _help(ctx: Context, ticket: Ticket, rest: str) -> None:
    await experts.call(ctx.tx, ctx.office, ticket, ctx.person, rest)


async def _restored(ctx: Context, ticket: Ticket, rest: str) -> None:
    await closing.restored(ctx.tx, ctx.office, ticket, ctx.person)


async def _resolved(ctx: Context, ticket: Ticket, rest: str) -> None:
    await closing.resolved(ctx.tx, ctx.office, ticket, ctx.person)


NOBODY = "(?!.*(?:没人|没接|不接|无人|打不通|不上|关机))"
"""A call that nobody took is no contact."""
PLAINLY = "(?!.*(?:没(?!有?电)|未|不|还|等))"
"""A safety gate is opened by a plain yes only: 已断电没验 and 确认不了 open nothing."""
IN_HAND = "(?:都|已经?)?(?:在手|办好|开好|齐)"
POWER_OFF = "已经?(?:断(?:开|好)?|关|停)了?电源?了?|电源?已经?(?:断|关|切断)(?:开|好)?了?|断好电了?|已经?拉闸(?:断电)?了?|验过电"
YES = {
    "已确认|确认|(?:都|全)(?:已经?)?确认(?:好|过|完)?了": _gate_ok(),
    POWER_OFF: _gate_ok("power-off"),
    f"(?:操作)?许可证?(?:和证件)?{IN_HAND}|证件{IN_HAND}|工作票{IN_HAND}": _gate_ok("permit"),
    "(?:我们)?两个?人(?:都|已经?)?(?:在(?:现?场|这)|到齐)": _gate_ok("two-person"),
}
"""A yes in words → the gate it is about, where it names one."""
LOOSELY = {
    "power-off": r"(?:已经?)?(?:断|停)(?:了电|电(?:了|完毕))|电也?(?:断|停|切断)了|闸(?:已经?|也)?拉(?:下来|下)?了"
    r"|拉(?:了闸|闸了)|验过?没电",
    "permit": r"(?:工作|操作)?票(?:已经?|也)?(?:办|开)(?:好)?了|(?:许可证?|证件?|票)也?都?(?:带着|带了|齐了)",
    "two-person": r"(?:同事|另一个人|搭档|监护人?)(?:也|就|都)*在(?:旁边|场|这(?:里|儿)?)|有人(?:陪着|陪同|监护|在旁边)"
    r"|(?:我们)?(?:两个?|俩)人?都在",
}
"""Gate → a yes to it in words that say so only where this gate is the one asked: elsewhere 断电了 is a fault."""
ONLY_YES = re.compile(rf"^(?:我(?:已经?|刚)?)?(?:{'|'.join(YES)})[。！!]?$")
PLAINLY_SAID = {
    gate: re.compile(rf"(?:我(?:已经?|刚)?)?(?:{words}|{more})")
    for (gate, words), more in zip(LOOSELY.items(), (POWER_OFF, *list(YES)[2:]), strict=True)
}
NAMED = {
    "power-off": "断电|停电|没有?电|验过?电|挂牌",
    "permit": "许可|证件|持证|工作票",
    "two-person": "两个?人",
    "backup-confirmed": "备份",
    "owner-consent": "同意",
}
"""Gate → the words that name it in what follows a yes (确认，两人都在)."""
RESOLVED = "(?:已解决|解决了|搞定了?|修好了|弄好了|处理好了|搞好了)(?!一半|一部分|不)"
"""It is solved, all of it: 搞定不了 and 修好了一半 are not."""
ASKED = "asked"
"""What these words are about: an offer that waits for his word. Without one they are a remark."""
ALONE = "asked alone"
"""As ASKED, of whoever has nothing in hand: 马上去 of somebody who has is about that."""
BUSY = "held only"
"""Of whoever has something in hand; an offer is declined with the same words."""
NOT_MINE = "不(?:归|该|属于?)我(?:们)?(?:管|弄|修|做|的)?|不是我(?:们)?(?:的活|的事|管|负责)"
"""It is not his to do."""
WILL = (
    r"(?:好的?|好嘞|收到|行|可以|没问题|ok)?[，,\s]*(?:那)?我?(?:马上|这就|现在就?|立刻|立马|就)?(?:去|来|过去|过来|赶过去)"
    r"(?:处理|看看|看一?下|弄|修)?(?:一?下)?(?:了|吧|啦|哈)?(?=\s*#?\d*\s*号?\W*$)"
)
"""He takes it."""
WHERE = (ASKED, ALONE, BUSY)
"""Words that are a command there only; elsewhere they are talk."""
CANNOT = (
    "去不(?:了|成|到)|[来接过]不了|走不开|抽不开身|没空|没时间|忙不过来|不会(?:修|弄|做)|[修弄做]不来|不在岗|手上有急单|"
    "离得太远|太远了?|(?:派|换|找|让|叫|给)(?:别人|其他人|别的人)|(?:让|叫|派)(?!我)[\u4e00-\u9fff]{2,3}?(?:去|来|接)"
)
"""He does not take it."""
PERHAPS = "(?!.*(?:[?？]|怎么|的话|要是|如果|万一|为什么|为啥|凭什么|谁|[吗么]$|不是))"
BARELY = r"(?:这一?[单张个]|现在|今天|这会儿?|真的?|实在)*(?:去不(?:了|成)|不去|[来接过]不了)[了啊呀哦。！!]*(?=\s*#?\d*\s*号?$)"
# wording → what it does, and whether it is about an offer (not yet his) or a ticket he holds
COMMANDS: tuple[tuple[re.Pattern[str], Do, str], ...] = tuple(
    (re.compile(rf"^(?:我(?:已经?|刚)?)?(?:{words}){NUMBER}\s*(?P<rest>.*)$", re.S), do, about)
    for words, do, about in (
        (until.PROMISE, _promise, "held"),
        (r"接单|接了?(?=\s*#?\d|\s*$)", _accept, "offer"),
        (WILL, _accept, ALONE),
        ("退回|退单|拒单|不接|接不了", _decline, "either"),
        ("(?:为什么|为啥|怎么|凭什么)(?:又|都|老)?(?:是|派给?|找|叫)我|点解系我", _why, "either"),
        (f"(?:已联系|联系上?了|联系过了|打过?电话了|打了电话|电话联系了){NOBODY}", _contact, "held"),
        (
            r"出发|在路上|过去了|去了(?=\s*#?\d|\W*$)|这就去|马上去|马上就?到|快到了?|(?:到|在)楼下了?",
            _move(Action.EN_ROUTE),
            "held",
        ),
        (r"到场|到了|已到|到现场|到(?=\W*$)", _move(Action.ARRIVE), "held"),
        ("远程处理|远程", _move(Action.REMOTE), "held"),
        ("暂停", _pause, "held"),
        ("已恢复|恢复业务", _restored, "held"),
        ("恢复|继续|步骤|下一步", _resume, "held"),
        (RESOLVED, _resolved, "held"),
        ("上一步", _back, "held"),
        *((f"(?:{words}){PLAINLY}", do, "held") for words, do in YES.items()),
        ("做不到", _gate_no, "held"),
        ("求助", _help, "held"),
        ("正常", _step("ok"), "held"),
        ("异常", _step("fail"), "held"),
        ("跳过", _step("skip"), "held"),
        (rf"{PERHAPS}(?=.*(?:{NOT_MINE}))", _decline, BUSY),
        (BARELY, _decline, ASKED),
        (rf"{PERHAPS}(?=.*(?:{CANNOT}|{NOT_MINE}))", _decline, ASKED),
    )
)
SAYS_MORE = re.compile(r"^(?:异常|跳过)[\s，,：:]")
"""Outcomes of a step that are told in a sentence."""
DIGITS = {"1": _step("ok"), "2": _step("fail"), "3": _step("skip")}
DUTY = {"上线": "on", "忙碌": "busy", "下线": "off"}


@router.on(lambda ctx: _is_engineer(ctx) and ctx.text in DUTY)
async def duty(ctx: Context) -> bool:
    await fieldwork.set_duty(ctx.tx, ctx.office, ctx.person, DUTY[ctx.text])
    return True


@router.on(lambda ctx: _is_engineer(ctx) and ctx.text in ("我的单", "我的"))
async def mine(ctx: Context) -> bool:
    await ctx.reply(technician.mine(ctx.office.voice, await tickets.held_by(ctx.tx, ctx.person), ctx.tx.now))
    return True


NEVER_MIND = re.compile(
    r"^(?:那)?(?:算了|没事了?|不用了|不(?:退|换|改)了|先不(?:退|换)|不修了|取消|我(?:自己)?(?:还是)?去|还是我去)(?:吧|了)*[。！!]?$"
)
"""No reason: he does not give it back after all, or speaks of the repair itself."""


@router.on(lambda ctx: ctx.pending is not None and ctx.pending.kind == "decline" and bool(NEVER_MIND.match(ctx.text)))
async def keeps_it(ctx: Context) -> bool:
    """算了 where a reason was asked for: nothing is handed back, and an offer still waits for his word."""
    ticket = await tickets.get(ctx.tx, ctx.pending.ticket_id if ctx.pending else None)
    await cards.answered(ctx.tx, ctx.person)
    if ticket is None:
        return False
    await notices.close_cards(ctx.tx, ticket, ("decline",), "没有退回", ctx.person.id)
    offered = [t for t in await offers.offered_to(ctx.tx, ctx.person) if t.id == ticket.id]
    await ctx.reply(staff.how_to_take(offered) if offered else technician.kept(ticket))
    return True


@router.on(lambda ctx: ctx.pending is not None and ctx.pending.kind == "decline" and bool(ctx.text))
async def awaited(ctx: Context) -> bool:
    """The reason we asked for; a command takes precedence over it."""
    pending = ctx.pending
    if pending is None or any(about not in WHERE and pattern.match(ctx.text) for pattern, _, about in COMMANDS):
        return False
    if ctx.understanding and ctx.understanding.decision in ("emergency", "classified"):
        return False
    ticket = await tickets.get(ctx.tx, pending.ticket_id)
    await cards.answered(ctx.tx, ctx.person)
    if ticket is None:
        return False
    await notices.close_cards(ctx.tx, ticket, ("decline",), "已退回", ctx.person.id)
    return await dispatch.decline(ctx.tx, ctx.office, ticket, ctx.person, ctx.text)


@router.on(lambda ctx: _is_engineer(ctx) and ctx.text in DIGITS)
async def digit(ctx: Context) -> bool:
    ticket = await in_hand.focused(ctx)
    if ticket is None:
        held = await tickets.held_by(ctx.tx, ctx.person)
        if await photos.held(ctx.tx, ctx.person) is not None:
            return False  # which ticket his photo is of
        if held:
            await ctx.reply(technician.which_ticket(held, ctx.office.voice))
        return bool(held)
    do = DIGITS[ctx.text]
    await guarded(ctx, ticket, lambda c, t: do(c, t, ""))
    return True


@router.on(lambda ctx: _is_engineer(ctx) and bool(_gates_named(ctx.text)))
async def confirmed(ctx: Context) -> bool:
    """断电了, 同事在旁边, 票办好了，两个人都在: what is asked now is opened; more than that is asked next."""
    ticket = await in_hand.focused(ctx)
    gate = await guidance.gate_asked(ctx.tx, ctx.office, ticket) if ticket else None
    if ticket is None or gate not in LOOSELY or gate not in (named := _gates_named(ctx.text)):
        return False
    await guarded(ctx, ticket, lambda c, t: guidance.open_gate(c.tx, c.office, t, c.person, named))
    return True


def _gates_named(text: str) -> set[str]:
    """The gates that a line says yes to, each clause to one; none where a clause says anything else."""
    named = [
        next((gate for gate, words in PLAINLY_SAID.items() if words.fullmatch(clause)), "")
        for clause in re.split(r"[，,、；;\s]+", text.strip("。！! "))
    ]
    return set() if "" in named else set(named)


@router.on(_is_engineer)
async def command(ctx: Context) -> bool:
    return await perform(ctx, ctx.text) and not danger(ctx)


def danger(ctx: Context) -> bool:
    """Safety comes with whatever else a line does (到场，机房冒烟了): it goes on to be heard as an emergency. That the power is
    off, and nothing else, is what a gate asks for (已经断电了).
    """
    if ctx.understanding is None or ctx.understanding.decision != "emergency":
        return False
    return not ONLY_YES.match(ctx.text)


async def perform(ctx: Context, text: str, given: int | None = None) -> bool:
    """Do what `text` says, to the ticket it names, else to `given`, else to the focused one. False: no command."""
    for pattern, do, about in COMMANDS:
        if (match := pattern.match(text)) and (about in WHERE or _plausible(ctx, match, text)):
            number = int(match["id"]) if match["id"] and len(match["id"]) < 10 else given
            if not await _applies(ctx, about, ctx.quoted if number is None else number):
                continue
            ticket = await _find(ctx, number, about)
            if ticket is None:
                return about != "either" or number is not None
            rest = match["rest"].strip(" ，,。：:")
            await guarded(ctx, ticket, lambda c, t, do=do, rest=rest: do(c, t, rest))  # type: ignore[misc]
            return True
    return False


@router.on(_is_engineer)
async def reading(ctx: Context) -> bool:
    """A line typed where the current step asks for a reading or a note is its evidence; a figure that comes before its
    gates are open is at least kept, and he is told what comes first.
    """
    ticket = await in_hand.focused(ctx)
    wanted = await guidance.wants(ctx.tx, ctx.office, ticket) if ticket and ctx.text else ""
    if wanted == "none" and ticket and any(char.isdigit() for char in ctx.text):
        soon = await guidance.wants(ctx.tx, ctx.office, ticket, soon=True)
        wanted = soon if soon == "reading" else "none"
    if ticket is None or wanted not in ("reading", "text") or _another_matter(ctx, ticket, wanted):
        return False
    return await guidance.attach(ctx.tx, ctx.office, ticket, ctx.person, Words(ctx.text))


def _another_matter(ctx: Context, ticket: Ticket, wanted: str) -> bool:
    """Danger, something classified, a fault; not the figures of the device he stands at (负载率42%), which sound like one."""
    meaning = ctx.understanding
    if meaning is None or meaning.decision not in ("emergency", "classified", "dispatch"):
        return False
    elsewhere = any(meaning.slots.get(name) for name in ("building", "floor", "room"))
    figures = wanted == "reading" and any(char.isdigit() for char in ctx.text)
    return meaning.decision != "dispatch" or meaning.item != ticket.item or elsewhere or not figures


def _plausible(ctx: Context, match: re.Match[str], text: str) -> bool:
    """A command is short, or gives a reason; a sentence that merely begins with its word is not (继续打不开 …)."""
    reasons = ctx.office.book.service_levels.sla.pause_allowed
    return (
        bool(match["id"] or SAYS_MORE.match(text))
        or not match["rest"]
        or len(text) <= 14
        or any(match["rest"].startswith(reason) for reason in reasons)
    )


async def _applies(ctx: Context, about: str, number: int | None) -> bool:
    """Whether what words are about is there: an offer that waits for his word (of the ticket of that number if there is one),
    something in hand. Of a plain command always: he is told when nothing is.
    """
    if about not in WHERE:
        return True
    if about == BUSY:
        return bool(await tickets.held_by(ctx.tx, ctx.person))
    asked = any(number in (None, ticket.id) for ticket in await offers.offered_to(ctx.tx, ctx.person))
    return asked and (about == ASKED or not await tickets.held_by(ctx.tx, ctx.person))


async def _find(ctx: Context, number: int | None, about: str) -> Ticket | None:
    """The ticket a command means, by number or by quoting; when there is none, or several, the person is told."""
    number = ctx.quoted if number is None else number
    if about in ("offer", "either", ASKED, ALONE):
        if number is not None:
            ticket = await tickets.get(ctx.tx, number)
            if ticket is None:
                await ctx.reply(technician.no_ticket())
            return ticket
        offered = await offers.offered_to(ctx.tx, ctx.person)
        if len(offered) == 1:
            return offered[0]
        if len(offered) > 1:
            await ctx.reply(technician.which_ticket(offered, ctx.office.voice))
            return None
        if about == "offer":
            await ctx.reply(technician.no_ticket())
            return None
    return await in_hand.meant(ctx, number)

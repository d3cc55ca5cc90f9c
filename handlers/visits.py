"""Appointments: 约 17 明天上午 by the technician or the desk, the reporter's choice by tap or in words, 要晚到, 取消预约."""

import re
from collections.abc import Sequence

from bot.core import until
from bot.core.ticket import AT_WORK, BEFORE_ACCEPT, Status
from bot.core.updates import Text
from bot.core.visits import Trouble, Window
from bot.desk import bookings, cards, focus, holding, offers, people, seats, tickets, visit_answers, visits
from bot.desk.tickets import Ticket
from bot.routing import Context, Router
from bot.views import desk as desk_views
from bot.views import reporter, technician
from bot.views import visits as views
from handlers.cards import on_press, press_of, true_state

router = Router("visits")
staff = Router("visits that cannot be kept")

PROPOSE = re.compile(r"^(?:预约|改约|约)\s*(?:#?(?P<id>\d{1,9})\s*号?(?=\s|$))?[\s:：]*(?P<rest>.*)$", re.S)
MOVED = re.compile(
    r"^(?:那|麻烦|请|师傅|你?好|您|能不能|能否|可不可以|可以|想|我|帮|把|能|时间|[，,\s])*(?:改|换|挪|推|延|调)(?:约|期|个?时间|一?下|迟|后|整)*"
    r"(?:到|成|至|在)\s*(?P<rest>\S.*?)(?:再?来|过来|上门)?(?:行不行|好不好|可不可以|可以|方便|行|好|成|得)?(?:吗|么|嘛|不|吧|啊|呀)?[?？。!！~\s]*$"
)
"""改到明天上午行吗: of a reporter for whom somebody would come, a time of his own."""
WISHED = re.compile(
    r"^(?:我?(?:(?:现在|这会儿?|今天)?(?:人?不在|在(?:外面?|开会)|要?(?:开会|出去|出门)|没空|不方便|有事|走不开))[^，,。\n]{0,6}[，,。\s]+)?"
    r"(?P<rest>(?:能不能|能否|可不可以|可否|可以|麻烦|师傅|约).+|.+?(?:来|上门|方便|有空|有人|吧|[吗么]|行不行|好不好|可不可以)[?？。！!\s]*)$",
    re.S,
)
"""能不能下午, 明天上午再来吧, 我在开会，三点以后来: the same as MOVED, without the word; what is in it must be a time."""
LATER = re.compile(
    r"^(?:那|要不|就|师傅|你们?|您|还是|[，,\s])*(?:改天|改日|下次|过[几两]天|晚点|迟点|换个时间|另外?约(?:个?时间)?|改个?时间)(?:再|来|约|过来|上门|说|修)*"
    r"(?:吧|行吗|可以吗|好吗|行不行|好了|了)*[。！!?？~]*$"
)
"""改天再来吧: another time, without saying which; he does not call it off."""
AWAY = re.compile(
    r"^(?P<when>[^，,。；;\n]{0,16}?)(?:我|人|办公室|单位)*(?:可能|大概|应该|恐怕|估计|突然|临时|又|也|都|要|得|会|那边|这边)*"
    r"(?:不在|没空|没时间|不方便|没人|出差|开会|有[个]?会|有事|请假|休息|外出|出去|出门|下乡|(?:来|去|赶|到|过)不(?:了|及|成)|走不开|不行)"
    r"(?:单位|办公室|家|岗|开会|啦|了|哦|啊|哈|呀|呢)*[？?。！!]?(?:[，,。；;\s]+(?P<rest>\S.*))?$",
    re.S,
)
"""明天上午我可能不在，下午三点行不行; 约的那个时间去不了: of either side of an appointment."""
THAT_TIME = re.compile(r"那[天会]|那个?时[间候]|到时候?|约(?:好|定)?的|预约|上门")
"""He speaks of the time that stands."""
WHOSE = re.compile(r"^(?:不好意思|抱歉|师傅|[你您]好|那个?|我|[，,\s])+")
OTHERWISE = re.compile(
    r"(?:能|可以|可不可以|能不能|麻烦|请|帮我|给我|就|再|还是|怎么办|不好意思|抱歉|[，,\s])*"
    r"(?:(?:改|换|挪|另约|重约|重新约)(?:一?下|个|一个|到|天|日|时间|再说|再约|约)*|怎么办|不好意思|抱歉)?(?:行吗|可以吗|好吗|行不行|吗|吧|了|[。！!？?])*"
)
"""能改个时间吗: another time, without saying which."""
NOT_THEN = re.compile(r"^(?:都?不(?:行|可以|方便)|都?没空|不行|不可以|不方便|没空|约不了|来不了|[，,。\s])+")
LATE = re.compile(r"^(?:我?要|会|得)?晚到\s*(?:#?(?P<id>\d{1,9})\s*号?\s+)?(?P<rest>.*)$")
CANCEL = re.compile(r"^取消预约\s*#?(?P<id>\d{1,9})?\s*号?$")
OWN = re.compile(r"^(?P<word>可约|约不了)\s*#?(?P<id>\d{1,9})?\s*号?$")
NUMBER = re.compile(r"^(?:约|第)?\s*([1-4一二三四])\s*个?$")
NUMBERS = {c: n for n, c in enumerate("一二三四", start=1)} | {str(n): n for n in range(1, 5)}
NONE = re.compile(r"^(?:都不行|都不方便|不行|不方便|没空)[。！!.]?$")
YES = re.compile(
    r"^(?:可以|行|好的?|没问题|ok|嗯|就这样|就这个时间|谢谢|[，,\s])*(?:可以|行|好的?|没问题|ok|就这样|就这个时间)(?:[，,\s]*(?:谢谢|到时见))?[的吧啊]?[。！!.]?$",
    re.I,
)
ASIDE = ("progress", "urge", "cancel", "thanks", "human")
"""What somebody who owes us a time may say instead."""
SURE = 0.75
"""Confidence from which a wish is taken for one, though a time was asked for."""
REQUEST = re.compile(r"^预约[^\s\d:：]")
"""A line that begins with the word and names no time is a matter of his own: 预约会议室投影."""


def _own(ctx: Context, ticket: Ticket) -> bool:
    return ticket.reporter_id == ctx.person.id


def _holds(ctx: Context, ticket: Ticket) -> bool:
    return holding.holds(ticket, ctx.person)


def _proposes(ctx: Context, ticket: Ticket) -> bool:
    return _holds(ctx, ticket) or people.is_desk(ctx.person)


def _calm(ctx: Context) -> bool:
    """Something typed that is neither danger nor classified: those come before any appointment."""
    return isinstance(ctx.update.content, Text) and not (
        ctx.understanding is not None and ctx.understanding.decision in ("emergency", "classified")
    )


@on_press(router, "visit-take-", may=_own)
async def take(ctx: Context, ticket: Ticket) -> None:
    index = int(press_of(ctx).verb.removeprefix("visit-take-"))
    if not await visit_answers.choose(ctx.tx, ctx.office, ticket, ctx.person, index):
        await true_state(ctx, ticket)


@on_press(router, "visit-none", may=_own)
async def none_of_them(ctx: Context, ticket: Ticket) -> None:
    if not await visit_answers.none_of_them(ctx.tx, ctx.office, ticket, ctx.person):
        await true_state(ctx, ticket)


@on_press(router, "visit-pick-", may=_proposes)
async def pick(ctx: Context, ticket: Ticket) -> None:
    row, which = await bookings.draft(ctx.tx, ticket), press_of(ctx).verb.removeprefix("visit-pick-")
    if row is None:
        await true_state(ctx, ticket)
        return
    windows = [w for w in bookings.windows(row) if w.end > ctx.tx.now]
    if which != "all":
        windows = [w for w in bookings.windows(row)[int(which) :][:1] if w.end > ctx.tx.now]
    if windows:
        await visits.propose(ctx.tx, ctx.office, ticket, ctx.person, windows)
    else:
        await ctx.reply(views.trouble(Trouble.PAST))


@on_press(router, "visit-agree", "visit-refuse", may=_holds)
async def answer_own(ctx: Context, ticket: Ticket) -> None:
    yes = press_of(ctx).verb == "visit-agree"
    if not await visit_answers.answer_own(ctx.tx, ctx.office, ticket, ctx.person, yes=yes):
        await true_state(ctx, ticket)


@staff.on(lambda ctx: _calm(ctx) and people.is_engineer(ctx.person) and bool(AWAY.match(ctx.text)))
async def cannot_keep(ctx: Context) -> bool:
    """明天上午去不了了 of an appointment: another time that he names is put to the reporter, else he is shown those he has.
    What was agreed stands until then, and the desk knows.
    """
    held = [t for t in await tickets.held_by(ctx.tx, ctx.person) if ctx.quoted in (None, t.id)]
    waits = len(held) == 1 and bookings.waits(held[0], ctx.tx.now)
    otherwise = bool(await offers.offered_to(ctx.tx, ctx.person)) or await _own_asked(ctx) is not None
    plainly = waits and not otherwise
    for ticket in held:
        row = await bookings.agreed(ctx.tx, ticket)
        if row is None or (said := _another_time(ctx, [bookings.window(row)], plainly=plainly)) is None:
            continue
        await tickets.add_words(ctx.tx, ticket, ctx.person, tickets.Words(ctx.text), "remark")
        await seats.inform(ctx.tx, ctx.office, ticket, "remark", ctx.person.name, ctx.text)
        if said:
            await visits.propose(ctx.tx, ctx.office, ticket, ctx.person, said)
        else:
            await ctx.reply(views.how_to_move(ctx.office.voice, ticket, bookings.window(row), ctx.tx.now))
            await visits.suggest(ctx.tx, ctx.office, ticket, ctx.person)
        return True
    return False


@router.on(lambda ctx: _calm(ctx) and not people.is_staff(ctx.person) and bool(AWAY.match(ctx.text)))
async def away(ctx: Context) -> bool:
    """那天我出差, 明天上午我不在，下午三点行不行 of an appointment, or of the times he may choose from."""
    if ctx.pending is not None and ctx.pending.kind not in ("rate", visits.KIND):
        return False
    for ticket in await tickets.live_of(ctx.tx, ctx.person):
        if ctx.quoted not in (None, ticket.id) or ticket.assignee_id is None or not bookings.ahead(ticket):
            continue
        row, question = await bookings.agreed(ctx.tx, ticket), await bookings.asked(ctx.tx, ticket)
        times = [bookings.window(row)] if row else bookings.windows(question) if question else []
        if not times or (said := _another_time(ctx, times)) is None:
            continue
        if said:
            await visit_answers.own_time(ctx.tx, ctx.office, ticket, ctx.person, said)
            return True
        await tickets.add_words(ctx.tx, ticket, ctx.person, tickets.Words(ctx.text))
        await holding.tell_holder(ctx.tx, ticket, ctx.text)
        await cards.expect(ctx.tx, ctx.person, ticket, visits.KIND)
        await ctx.reply(views.which_time(ticket))
        return True
    return False


def _another_time(ctx: Context, times: Sequence[Window], *, plainly: bool = False) -> list[Window] | None:
    """The times he names instead of `times`, at which he cannot; empty when he names none; None: it is not about them.
    `plainly`: 去不了了 alone is about nothing else.
    """
    match = AWAY.match(ctx.text)
    if match is None:
        return None
    when, rest = WHOSE.sub("", match["when"]), match["rest"] or ""
    before = visits.read(ctx.tx, ctx.office, when)
    barred = [] if isinstance(before, Trouble) else before
    about = (
        (plainly and not when)
        or THAT_TIME.search(match["when"])
        or any(one.overlaps(other) for one in barred for other in times)
    )
    named = visits.read(ctx.tx, ctx.office, f"{when}、{rest}" if barred else rest)
    instead = [] if isinstance(named, Trouble) else [w for w in named if w not in barred]
    if not about or (not instead and not OTHERWISE.fullmatch(rest) and not LATER.match(rest)):
        return None
    return instead


@router.on(lambda ctx: _calm(ctx) and bool(OWN.match(ctx.text)) and people.is_engineer(ctx.person))
async def answer_own_typed(ctx: Context) -> bool:
    match = OWN.match(ctx.text)
    ticket = await _in_hand(ctx, match["id"] if match else None)
    if match is None or ticket is None:
        await ctx.reply(technician.no_ticket())
    elif not await visit_answers.answer_own(ctx.tx, ctx.office, ticket, ctx.person, yes=match["word"] == "可约"):
        await ctx.reply(views.over(ticket))
    return True


@router.on(
    lambda ctx: _calm(ctx) and people.is_engineer(ctx.person) and bool(YES.match(ctx.text) or NONE.match(ctx.text))
)
async def answer_own_plainly(ctx: Context) -> bool:
    """可以, 不行: what he is asked last is the reporter's own time; an offer is answered by its own words."""
    if ctx.pending is not None or (asked := await _own_asked(ctx)) is None:
        return False
    return await visit_answers.answer_own(ctx.tx, ctx.office, asked, ctx.person, yes=bool(YES.match(ctx.text)))


@router.on(lambda ctx: _calm(ctx) and ctx.pending is None and people.is_engineer(ctx.person))
async def counter(ctx: Context) -> bool:
    """能不能上午十点, 不行，约后天上午: another time than the reporter wished; 下午可以, his very own, is a yes."""
    windows = visits.read(ctx.tx, ctx.office, NOT_THEN.sub("", ctx.text))
    if isinstance(windows, Trouble) or (asked := await _own_asked(ctx)) is None:
        return False
    row = await bookings.asked(ctx.tx, asked)
    if row is not None and windows == bookings.windows(row):
        return await visit_answers.answer_own(ctx.tx, ctx.office, asked, ctx.person, yes=True)
    await visits.propose(ctx.tx, ctx.office, asked, ctx.person, windows)
    return True


@router.on(lambda ctx: _calm(ctx) and bool(LATE.match(ctx.text)) and people.is_engineer(ctx.person))
async def late(ctx: Context) -> bool:
    match = LATE.match(ctx.text)
    ticket = await _in_hand(ctx, match["id"] if match else None, promised=True)
    by = until.length(match["rest"]) if match else None
    if ticket is None:
        await ctx.reply(technician.no_ticket())
    elif by is None or not by:
        await ctx.reply(views.how_late())
    else:
        await visits.late(ctx.tx, ctx.office, ticket, ctx.person, by, ctx.text)
    return True


@router.on(lambda ctx: _calm(ctx) and bool(CANCEL.match(ctx.text)))
async def cancel(ctx: Context) -> bool:
    """取消预约: by whoever would come, the desk, or the reporter; the ticket stays."""
    match = CANCEL.match(ctx.text)
    number = int(match["id"]) if match and match["id"] else ctx.quoted
    ticket = await _in_hand(ctx, str(number) if number else None)
    if ticket is None and number is not None:
        named = await tickets.get(ctx.tx, number)
        ticket = named if named is not None and (people.is_desk(ctx.person) or _own(ctx, named)) else None
    elif ticket is None:
        own = await tickets.live_of(ctx.tx, ctx.person)
        stand = [t for t in own if t.visit_until is not None or await bookings.asked(ctx.tx, t) is not None]
        ticket = min(stand, key=lambda t: t.visit_until is None, default=None)
    if ticket is None:
        await ctx.reply(desk_views.no_such(f"{number}号单" if number else "预约"))
    else:
        await visits.cancel(ctx.tx, ctx.office, ticket, ctx.person)
    return True


@router.on(lambda ctx: _calm(ctx) and bool(PROPOSE.match(ctx.text)))
async def propose(ctx: Context) -> bool:
    """约 17 时间: the holder or the desk; 改约 时间 by a reporter for whom somebody would come."""
    match = PROPOSE.match(ctx.text)
    if match is None or (people.is_engineer(ctx.person) and until.promised(ctx.text)):  # 约10分钟到
        return False
    if not (people.is_engineer(ctx.person) or people.is_desk(ctx.person)):
        return await _reporters_own(ctx, match)
    ticket = await _in_hand(ctx, match["id"])
    number = int(match["id"]) if match["id"] else ctx.quoted
    if ticket is None and people.is_desk(ctx.person):
        ticket = await tickets.get(ctx.tx, number)
    windows = visits.read(ctx.tx, ctx.office, match["rest"])
    if number is None and windows is Trouble.UNREAD and REQUEST.match(ctx.text):
        return False
    if ticket is None:
        await ctx.reply(views.with_number() if number is None else technician.no_ticket())
        return True
    if not match["rest"].strip():
        await visits.suggest(ctx.tx, ctx.office, ticket, ctx.person)
        return True
    if isinstance(windows, Trouble):
        await ctx.reply(views.trouble(windows))
    else:
        await visits.propose(ctx.tx, ctx.office, ticket, ctx.person, windows)
    return True


@router.on(
    lambda ctx: (
        _calm(ctx)
        and (ctx.pending is None or ctx.pending.kind == "rate")
        and bool(MOVED.match(ctx.text) or WISHED.match(ctx.text))
    )
)
async def moved(ctx: Context) -> bool:
    match = MOVED.match(ctx.text) or WISHED.match(ctx.text)
    if match is None or people.is_engineer(ctx.person) or people.is_desk(ctx.person):
        return False
    return await _own_time_for(ctx, ctx.quoted, match["rest"], plainly=False)


@router.on(lambda ctx: _calm(ctx) and not people.is_staff(ctx.person) and bool(LATER.match(ctx.text)))
async def another_time(ctx: Context) -> bool:
    """He is asked which; whoever stands at his door hears it."""
    live = [t for t in await tickets.live_of(ctx.tx, ctx.person) if ctx.quoted in (None, t.id)]
    held = [t for t in live if t.assignee_id is not None and Status(t.status) in AT_WORK]
    if len(held) != 1:
        return False
    ticket = held[0]
    await tickets.add_words(ctx.tx, ticket, ctx.person, tickets.Words(ctx.text))
    await holding.tell_holder(ctx.tx, ticket, ctx.text)
    if bookings.ahead(ticket):
        await cards.expect(ctx.tx, ctx.person, ticket, visits.KIND)
        await ctx.reply(views.which_time(ticket))
    else:
        await ctx.reply(reporter.added(ticket))
    return True


def _another_matter(ctx: Context) -> bool:
    """A fault, or surely a request or something for others: no answer to when it suits him."""
    if ctx.meaning.details:
        return False
    wished = ctx.meaning.decision in ("request", "route") and ctx.meaning.request != "progress-query"
    return ctx.meaning.decision == "dispatch" or (wished and ctx.meaning.confidence >= SURE)


@router.on(lambda ctx: _calm(ctx) and ctx.pending is not None and ctx.pending.kind == visits.KIND)
async def own_time(ctx: Context) -> bool:
    """He was asked when it suits him: this is his answer, unless it is something else altogether."""
    ticket = await tickets.get(ctx.tx, ctx.pending.ticket_id if ctx.pending else None)
    if ticket is None or not bookings.ahead(ticket):
        await cards.answered(ctx.tx, ctx.person)
        return False
    if ctx.meaning.intent in ASIDE or _another_matter(ctx):
        return False
    await visit_answers.own_time(ctx.tx, ctx.office, ticket, ctx.person, visits.read(ctx.tx, ctx.office, ctx.text))
    return True


@router.on(lambda ctx: _calm(ctx) and (ctx.pending is None or ctx.pending.kind == "rate"))
async def choice(ctx: Context) -> bool:
    """The answer to an open choice in words: 2, 可以, 都不行, 周五下午. What is none of these is not about it."""
    asked = [pair for pair in await bookings.offered_to(ctx.tx, ctx.person) if ctx.quoted in (None, pair[1].id)]
    if not asked:
        return False
    row, ticket = asked[0]
    number = NUMBER.match(ctx.text) if ctx.pending is None else None
    index = NUMBERS[number[1]] - 1 if number else 0 if YES.match(ctx.text) and len(row.windows) == 1 else None
    if index is not None and index < len(row.windows):
        return await visit_answers.choose(ctx.tx, ctx.office, ticket, ctx.person, index)
    if NONE.match(ctx.text):
        return await visit_answers.none_of_them(ctx.tx, ctx.office, ticket, ctx.person)
    said = NOT_THEN.sub("", ctx.text)
    found = visits.read(ctx.tx, ctx.office, said)
    if found is Trouble.UNREAD:
        return False
    await visit_answers.own_time(ctx.tx, ctx.office, ticket, ctx.person, found)
    return True


async def _reporters_own(ctx: Context, match: re.Match[str]) -> bool:
    """改约 周五下午 by a reporter: his own time for the ticket somebody would come for. Else it is a report."""
    number = int(match["id"]) if match["id"] else ctx.quoted
    return await _own_time_for(ctx, number, match["rest"], plainly=ctx.text.startswith("改约"))


async def _own_time_for(ctx: Context, number: int | None, said: str, *, plainly: bool) -> bool:
    """His own time for the ticket somebody would come for, one with an appointment before others. `plainly`: nothing else
    can be meant, though the time is not read.
    """
    coming = [
        t
        for t in await tickets.live_of(ctx.tx, ctx.person)
        if number in (None, t.id) and t.assignee_id is not None and bookings.ahead(t)
    ]
    windows = visits.read(ctx.tx, ctx.office, said)
    if not coming and not isinstance(windows, Trouble):
        return await _kept_for_later(ctx, number, said)
    if not coming or (windows is Trouble.UNREAD and not plainly):
        return False
    ticket = min(coming, key=lambda t: t.visit_until is None)
    await visit_answers.own_time(ctx.tx, ctx.office, ticket, ctx.person, windows)
    return True


async def _kept_for_later(ctx: Context, number: int | None, said: str) -> bool:
    """Nobody has taken it yet: whoever does, and asks when it suits, is shown this first. False: it is not clear of which."""
    live = await tickets.live_of(ctx.tx, ctx.person)
    waiting = [t for t in live if number in (None, t.id) and Status(t.status) in BEFORE_ACCEPT]
    if len(waiting) != 1:
        return False
    ticket = waiting[0]
    await tickets.add_words(ctx.tx, ticket, ctx.person, tickets.Words(ctx.text))
    await tickets.change(ctx.tx, ticket, "slots", ctx.person, slots={**ticket.slots, "available": said})
    await ctx.reply(views.time_kept(ticket))
    return True


async def _own_asked(ctx: Context) -> Ticket | None:
    """The one ticket in hand whose reporter's own time waits for his answer, while no offer does."""
    if await offers.offered_to(ctx.tx, ctx.person):
        return None
    held = [t for t in await tickets.held_by(ctx.tx, ctx.person) if ctx.quoted in (None, t.id)]
    asked = [t for t in held if (row := await bookings.asked(ctx.tx, t)) is not None and row.state == "countered"]
    return asked[0] if len(asked) == 1 else None


async def _in_hand(ctx: Context, said: str | None, *, promised: bool = False) -> Ticket | None:
    """The ticket he holds that is meant: by number, by quoting, else the one in focus, or the only one with an appointment."""
    held = await tickets.held_by(ctx.tx, ctx.person)
    number = int(said) if said else ctx.quoted
    if number is not None:
        return next((t for t in held if t.id == number), None)
    with_one = [t for t in held if t.visit_until is not None]
    return with_one[0] if promised and len(with_one) == 1 else focus.of(held, ctx.person)

"""师傅到了 and 联系过了 by the reporter, a technician's position. Before the arrivals, which take positions otherwise."""

import re

from bot.core.updates import Location
from bot.desk import assets, focus, people, proof, room_codes, tickets
from bot.desk.tickets import Ticket
from bot.routing import Context, Router
from bot.views import proof as views
from handlers.cards import on_press, press_of, true_state

router = Router("proof")

WHO = r"(?:你们?的?|那个|派来的)?(?:师傅|工程师|技术员|[\u4e00-\u9fff]工|人|他|她)?"
DENIED = r"(?:压根|根本|还|都|也|一直|到现在|现在)*没有?"
END = r"(?:的|啊|呀|呢|哦|吧|[，,。！!~\s]|谢谢|辛苦)*"
WORDS = (
    ("arrive", True, rf"{WHO}(?:已经?|刚|都)*(?:到了|来了|来过了?|在(?:这|这里|现场)了)"),
    ("arrive", True, rf"(?:我?已经?|刚)*[见看](?:到|着){WHO}了"),
    ("arrive", False, rf"(?:我|这边)?{DENIED}(?:人来过?|[见看](?:到|着|过){WHO}(?:来|影子)?)"),
    ("arrive", False, rf"{WHO}{DENIED}(?:到|来过?|见着)"),
    (
        "contact",
        True,
        rf"{WHO}(?:已经?|刚)*(?:和|跟|同)?我?(?:联系(?:过|上)?我?|通过电话|(?:给我)?(?:打过?|来过?)电话)了",
    ),
    (
        "contact",
        False,
        rf"(?:我|这边)?{WHO}{DENIED}人?(?:和|跟|同|给)?我?(?:联系(?:过|上)?我?|(?:打过?|来过?|接到过?)(?:我|任何)?电话)",
    ),
)
"""What the buttons say (师傅到了, 没见到人, 联系过了, 没有联系), as people type it."""
SAID = tuple(
    (re.compile(rf"^(?:#?(?P<first>\d{{1,9}})\s*号\s*)?{words}\s*#?(?P<id>\d{{1,9}})?\s*号?{END}$"), kind, right)
    for kind, right, words in WORDS
)
PLAIN = frozenset({"师傅到了", "师傅来了", "没见到人", "人没到", "联系过了", "没有联系", "没联系我"})
"""Words that are an answer and nothing else, even where nothing is claimed: 还没来 hurries then."""
KINDS = {"arrived": "arrive", "contacted": "contact"}


def _own(ctx: Context, ticket: Ticket) -> bool:
    return ticket.reporter_id == ctx.person.id


@on_press(router, "arrived-yes", "arrived-no", "contacted-yes", "contacted-no", may=_own)
async def tapped(ctx: Context, ticket: Ticket) -> None:
    what, _, answer = press_of(ctx).verb.partition("-")
    if not await proof.said(ctx.tx, ctx.office, ticket, ctx.person, KINDS[what], right=answer == "yes"):
        await true_state(ctx, ticket)


def _said(text: str) -> tuple[str, bool, int | None] | None:
    """What a line says: of an arrival or a contact, whether it was, and the ticket it names; None when it is no such answer."""
    for pattern, kind, right in SAID:
        if match := pattern.match(text):
            named = match["first"] or match["id"]
            return kind, right, int(named) if named else None
    return None


@router.on(lambda ctx: _said(ctx.text) is not None and not people.is_engineer(ctx.person))
async def said(ctx: Context) -> bool:
    """The reporter's word on what somebody claims. Where nobody claims anything most of these words say something else."""
    answer = _said(ctx.text)
    if answer is None:
        return False
    kind, right, number = answer
    ticket = await _claimed(ctx, kind, number)
    if ticket is not None:
        return await proof.said(ctx.tx, ctx.office, ticket, ctx.person, kind, right=right)
    if re.sub(r"[\s#\d号。！!]", "", ctx.text) not in PLAIN:
        return False
    await ctx.reply(views.nothing_to_confirm())
    return True


async def _claimed(ctx: Context, kind: str, number: int | None) -> Ticket | None:
    """Which of his tickets it is about: the one named, else one whose claim he has not answered, else the only one he has."""
    live = await tickets.live_of(ctx.tx, ctx.person)
    claims = [
        (ticket, row)
        for ticket in live
        if number in (None, ticket.id) and (row := await proof.claimed(ctx.tx, ticket, kind)) is not None
    ]
    unanswered = [ticket for ticket, row in claims if row.tapped is None]
    sure = unanswered or [ticket for ticket, _ in claims if number or len(live) == 1]
    return sure[0] if sure else None


@router.on(lambda ctx: isinstance(ctx.update.content, Location) and people.is_engineer(ctx.person))
async def position(ctx: Context) -> bool:
    """A technician's position is about the focused ticket. Without a ticket nothing of it is kept, and he is told so,
    unless he has reported something himself: then it is where that is.
    """
    content = ctx.update.content
    held = await tickets.held_by(ctx.tx, ctx.person)
    if not isinstance(content, Location):
        return False
    if not held:
        if await tickets.live_of(ctx.tx, ctx.person):
            return False
        if content.label:
            await ctx.reply(views.no_ticket_for_it())
        return True
    ticket = focus.of(held, ctx.person) or held[0]
    if ctx.update.account.platform != "wecom":
        await ctx.reply(views.not_counted(ticket))
        return True
    metres, row = await proof.located(ctx.tx, ctx.person, ticket, content.latitude, content.longitude)
    if row is None and ticket.arrived_at is not None:
        if content.label:
            await ctx.reply(views.too_late(ticket))
    elif row is not None or content.label:
        await ctx.reply(views.located(ticket, metres, row.grade if row else "", pressed=row is not None))
    return True


@router.on(lambda ctx: people.is_engineer(ctx.person) and assets.sealed(ctx.text) is not None)
async def room(ctx: Context) -> bool:
    """A technician reads the code of a room."""
    if (found := assets.sealed(ctx.text)) is not None:
        await room_codes.read(ctx.tx, ctx.office, ctx.person, found)
    return True

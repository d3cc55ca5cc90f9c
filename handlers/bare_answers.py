"""同意, 批准, 不同意, 可以，开吧 … without a number: enough when one thing awaits his answer; of several he is asked which.

What may be awaited of him: the yes to a service request, the agency's consent before a step, a leave or a swap, whether he
takes a colleague's ticket or helps him with it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.core import yes_no
from bot.core.ticket import Status
from bot.core.updates import Text
from bot.core.yes_no import Answer
from bot.desk import (
    approvals,
    cards,
    consent,
    conversations,
    duty_requests,
    experts,
    handover,
    offers,
    people,
    tickets,
)
from bot.routing import Context, Router
from bot.views import approvals as views
from bot.views import duty_requests as duty_views
from handlers import approvals as requests
from handlers import duty_requests as leave_and_swaps
from handlers import experts as calls
from handlers import field, picking
from handlers import handover as hand_overs

router = Router("bare answers")

YES = ("同意", "批准", "通过", "批了", "准了", "同意了", "批准了", "可以批")
NO = ("不同意", "不批准", "不批", "不准", "驳回", "不换")
SAID = re.compile(
    rf"^(?:(?P<yes>{'|'.join(YES)})[吧。！!，,\s]*|(?P<no>{'|'.join(NO)})(?:$|[。！!，,:：\s]+)(?P<why>(?!#?\d)\S.*)?)$",
    re.S,
)
COMES = re.compile(
    r"^(?:好的?|行|可以|嗯|没问题)?[，,\s]*(?:我)?(?:马上|这就|现在)*(?:来|过来|过去|加入|去|接手|来接手)(?:看看?|帮(?:忙|你|他)?|一下)?[了吧]?[。！!]?$"
)
APPROVERS = frozenset({"unit-liaison", "secrecy-officer"})
"""Positions of an agency whose yes may be asked for."""
LISTED = "待批"
ASKS = re.compile("^(?:还有|有)?(?:什么|哪些)?(?:待我?|等我|要我)批的?(?:单子?|事)?[？?。]?$")
"""What waits for his yes; 待批 of the desk is a list of its own (handlers/desk.py)."""
WORDS = {
    "leave": ("批准", "不批"),
    "swap": ("同意", "不换"),
    "request": ("同意", "不同意"),
    "consent": ("同意", "不同意"),
    "handover": ("接手", "不接手"),
    "help": ("加入", "不方便"),
}
"""What is awaited → the printed yes and no."""


@dataclass(frozen=True)
class Awaited:
    """One thing he is to answer: the command that does it, and what it is about."""

    command: str
    about: str
    consent: bool = False
    colleague: bool = False
    """A colleague asks for his hand: 好的 is a yes to that."""


@router.on(lambda ctx: isinstance(ctx.update.content, Text) and ctx.quoted is None and bool(SAID.match(ctx.text)))
async def bare(ctx: Context) -> bool:
    match = SAID.match(ctx.text)
    if match is None:
        return False
    found = await _awaited(ctx, yes=match["yes"] is not None, why=(match["why"] or "").strip(" 。！!"))
    if not found:
        return await _nothing_waits(ctx, yes=match["yes"] is not None)
    if all(one.consent for one in found):  # 同意 does not say that the data are saved (handlers/field.py)
        return False
    if len(found) == 1:
        return await _run(ctx, found[0].command)
    if found:
        await picking.offer(ctx, picking.GAP, [one.command for one in found], views.which_of(_labels(found)))
    return True


@router.on(
    lambda ctx: isinstance(ctx.update.content, Text) and ctx.quoted is None and yes_no.read(ctx.text) is not None
)
async def in_own_words(ctx: Context) -> bool:
    """可以，开吧 / 没意见 / 不行，我有事: an answer as well while it can be one to nothing else. 好的 and 先不批 leave the matter
    waiting, and he reads how it is answered. What only a consent awaits is heard with it (handlers/field.py).
    """
    said = yes_no.read(ctx.text)
    if said is None or (said.why and ctx.understanding and ctx.meaning.decision == "dispatch"):
        return False  # 不行，打印机又卡纸了
    if await _asked_otherwise(ctx):
        return False
    found = await _awaited(ctx, yes=said.answer in (Answer.YES, Answer.HEARD), why=said.why)
    if not found or any(one.consent for one in found):
        return False
    if len(found) == 1 and found[0].colleague and said.answer is not Answer.LATER:
        return await _run(ctx, found[0].command)
    if said.answer not in (Answer.YES, Answer.NO):
        await ctx.reply(views.waits(_labels(await _awaited(ctx, yes=True, why=""))))
    elif len(found) == 1:
        return await _run(ctx, found[0].command)
    else:
        await picking.offer(ctx, picking.GAP, [one.command for one in found], views.which_of(_labels(found)))
    return True


@router.on(lambda ctx: people.is_engineer(ctx.person) and bool(COMES.match(ctx.text)))
async def comes(ctx: Context) -> bool:
    """好，我来看看 to a colleague who asked: whatever else he has in hand, this is about that."""
    found = [one for one in await _awaited(ctx, yes=True, why="") if one.colleague]
    return len(found) == 1 and not await offers.offered_to(ctx.tx, ctx.person) and await _run(ctx, found[0].command)


async def _asked_otherwise(ctx: Context) -> bool:
    """Whether his words may answer something else: a question, a conversation, an offer, what he reported or has in hand."""
    if ctx.pending is not None or (ctx.understanding and ctx.meaning.decision in ("emergency", "classified")):
        return True
    return bool(
        await conversations.current(ctx.tx, ctx.person)
        or await offers.offered_to(ctx.tx, ctx.person)
        or await tickets.live_of(ctx.tx, ctx.person)
        or ("换" not in ctx.text and await tickets.held_by(ctx.tx, ctx.person))
    )


async def _nothing_waits(ctx: Context, *, yes: bool) -> bool:
    """Whoever may be asked for his yes hears that he is not; 不同意 of anybody, to nothing, is no complaint either."""
    talk = await conversations.current(ctx.tx, ctx.person)
    if ctx.pending is not None or talk is not None or await offers.offered_to(ctx.tx, ctx.person):
        return False
    if await tickets.live_of(ctx.tx, ctx.person):
        return False
    if yes and not (people.is_staff(ctx.person) or APPROVERS & set(ctx.person.positions)):
        return False
    await ctx.reply(views.waits([]))
    return True


@router.on(lambda ctx: isinstance(ctx.update.content, Text) and bool(ASKS.match(ctx.text)))
async def what_waits(ctx: Context) -> bool:
    """To the desk, whose 待批 is a list of tickets (handlers/desk.py), what waits for himself goes before it."""
    found = await _awaited(ctx, yes=True, why="")
    listed = people.is_desk(ctx.person) and ctx.text == LISTED
    if found or not listed:
        await ctx.reply(views.waits(_labels(found)))
    return not listed or (bool(found) and not await tickets.open_tickets(ctx.tx, (Status.APPROVAL,)))


@router.on(lambda ctx: picking.taken(ctx) is not None)
async def picked(ctx: Context) -> bool:
    """The digit of one of several."""
    whole = picking.taken(ctx)
    if whole is None or ctx.pending is None or ctx.pending.data["line"] != picking.GAP:
        return False
    await cards.answered(ctx.tx, ctx.person)
    return await _run(ctx, whole.text)


async def _run(ctx: Context, command: str) -> bool:
    """The command as if it had been typed in full."""
    whole = replace(ctx, update=ctx.update.model_copy(update={"content": Text(text=command)}), pending=None)
    for heard in (requests.typed, field.consent_words, leave_and_swaps.command, hand_overs.answer, calls.answer):
        if await heard(whole):
            return True
    return False


async def _awaited(ctx: Context, *, yes: bool, why: str) -> list[Awaited]:
    def command(kind: str, number: int | None, reason: str = "") -> str:
        return f"{WORDS[kind][0 if yes else 1]} {number} {reason}".strip()

    found = [
        Awaited(
            command("request", ticket.id, why),
            views.about(ctx.office.voice, ticket, await people.person(ctx.tx, ticket.reporter_id)),
        )
        for _, ticket in await approvals.waiting_for(ctx.tx, ctx.person)
    ]
    for row, ticket in await consent.waiting_for(ctx.tx, ctx.person):
        saved = row.gate == field.SAVED
        found.append(
            Awaited(
                f"{'已备份' if yes else '还没备份'} {ticket.id}" if saved else command("consent", ticket.id),
                views.about_consent(ctx.office.voice, ticket, saved=saved),
                consent=True,
            )
        )
    for one in await duty_requests.waiting_for(ctx.tx, ctx.person):
        asker = await people.person(ctx.tx, one.person_id)
        found.append(Awaited(command(one.kind, one.id), duty_views.about(ctx.office.voice, one, asker, ctx.tx.now)))
    if people.is_engineer(ctx.person):
        for kind, asked in (
            ("handover", await handover.offered_to(ctx.tx, ctx.person)),
            ("help", await experts.asked(ctx.tx, ctx.person)),
        ):
            found += [
                Awaited(
                    command(kind, t.id),
                    views.about_colleague(ctx.office.voice, t, joins=kind == "help"),
                    colleague=True,
                )
                for t in asked
            ]
    return found


def _labels(found: Sequence[Awaited]) -> list[str]:
    return [f"{one.command}（{one.about}）" for one in found]

"""A person behind the bot: 转人工, 联系报障人, 接入, 结束对话, and everything the two ends of a conversation send.

While a conversation is open the bot is silent: it passes words, photos and recordings on. Safety is passed and acted on
as well; what is classified (R5) ends the conversation and is not passed.
"""

import re
from typing import Any

from bot.core.ticket import BEFORE_ACCEPT
from bot.core.updates import Link, Location, Photo, Text, Video, Voice
from bot.desk import conversations, intake, passing, people, relay, relay_end, seats, selfhelp, tickets
from bot.desk.tickets import Ticket, Words
from bot.routing import Context, Router
from bot.views import desk as desk_views
from bot.views import relay as views
from bot.views import reporter
from handlers import staff_words
from handlers.technician_words import COMMANDS, DIGITS, DUTY, WHERE

router = Router("relay")
"""Before everything else: commands, and all that the reporter or a medium says inside a conversation."""
answers = Router("relay answers")
"""After the commands of the desk, before those of technicians: what our end types."""

END = re.compile(r"^(?:结束|关闭|退出)(?:人工)?(?:对话|会话|通话)[。！!]?$")
ENDED = re.compile(r"^(?:结束|挂断|结束聊天)[了吧]?[。！!]?$")
CALL = re.compile(
    r"^(?:(?:我要?|帮我|请)?(?:联系(?:一?下)?|接通|找(?:一?下)?|[跟和](?:一下)?)(?:报障人|用户)(?:一?下|(?:说|聊|对|通)(?:一?下|几?句)?话?)?|接入)"
    r"\s*#?(\d{1,9})?\s*号?[。！!]?$"
)
PERSON = re.compile(r"人工|真人|客服|坐席|座席|^服务台[。！!]?$")
WISH = re.compile(
    r"(?:转|叫|找|要|接|换|喊|请|联系|有没有|有无|来个?)\S{0,4}(?:人工|真人|客服|坐席|座席)"
    r"|^(?:人工|真人|客服|坐席|座席)(?:服务|客服|坐席|座席)?[呢吧啊。！!?？]*$"
)
"""Said so, it is wished for; else 人工智能平台登不上 and 坐席电脑死机了 name a place or a system."""
OWED = ("decline", "cause", "pause", "step-reason")
"""What we asked our end for: his next line is the answer to that, not to the reporter."""
SHORT = 14
"""Characters: a longer line that names 人工 is a report."""
TOLD = 0.5
"""Confidence from which a wish for a person has also said what is broken."""


def _one_to_one(ctx: Context) -> bool:
    return not ctx.update.chat_id


def _staff(ctx: Context) -> bool:
    return people.is_desk(ctx.person) or people.is_engineer(ctx.person)


def _means(ctx: Context, *decisions: str) -> bool:
    return ctx.understanding is not None and ctx.understanding.decision in decisions


@router.on(lambda ctx: _one_to_one(ctx) and _staff(ctx) and bool(ENDED.match(ctx.text)))
async def ended(ctx: Context) -> bool:
    """结束 of whoever of ours speaks in one; elsewhere it ends nothing."""
    talk = await conversations.current(ctx.tx, ctx.person)
    if talk is None or talk.partner_id != ctx.person.id:
        return False
    await relay_end.end(ctx.tx, ctx.office, talk)
    return True


@router.on(lambda ctx: _one_to_one(ctx) and bool(END.match(ctx.text)))
async def end(ctx: Context) -> bool:
    if talk := await conversations.current(ctx.tx, ctx.person):
        await relay_end.end(ctx.tx, ctx.office, talk)
    else:
        await ctx.reply(views.none_open())
    return True


@router.on(lambda ctx: _one_to_one(ctx) and _staff(ctx) and bool(CALL.match(ctx.text)))
async def call(ctx: Context) -> bool:
    """By number, by quoting, or for a technician the ticket in hand."""
    match = CALL.match(ctx.text)
    typed = int(match.group(1)) if match and match.group(1) else None
    number = typed or ctx.quoted or ctx.person.focus_ticket_id
    if number is None:
        await ctx.reply(views.which())
    elif (ticket := await tickets.get(ctx.tx, number)) is None:
        await ctx.reply(desk_views.no_such(f"{number}号单"))
    else:
        await relay.call(ctx.tx, ctx.office, ticket, ctx.person)
    return True


def _told(ctx: Context) -> dict[str, Any]:
    """What is broken, when it was said beside the wish for a person (网络上不了，叫人工)."""
    if ctx.meaning.fault and ctx.meaning.confidence >= TOLD:
        return {"kind": "fault"}
    return {"kind": "unclear", "fault": None, "item": None}


@router.on(lambda ctx: _one_to_one(ctx) and bool(PERSON.search(ctx.text)) and len(ctx.text) <= SHORT)
async def human(ctx: Context) -> bool:
    """转人工: about the ticket of the open question, the quoted or the newest one; without one a ticket is opened."""
    if ctx.understanding is None or _means(ctx, "emergency", "classified"):
        return False
    if _means(ctx, "dispatch", "ask", "route") and ctx.meaning.intent != "human" and not WISH.search(ctx.text):
        return False
    if talk := await conversations.current(ctx.tx, ctx.person):
        ticket = await tickets.get(ctx.tx, talk.ticket_id)
        waits = talk.reporter_id == ctx.person.id and (talk.answered_at is None or talk.state == conversations.HELD)
        return waits and ticket is not None and await relay.begin(ctx.tx, ctx.office, ticket)
    if people.is_desk(ctx.person):
        return False
    ticket = await _meant(ctx)
    if ticket is None:
        ticket = await tickets.open_ticket(ctx.tx, ctx.office, ctx.person, ctx.meaning, Words(ctx.text), **_told(ctx))
    asked = ctx.pending.kind if ctx.pending and ctx.pending.ticket_id == ticket.id else ""
    if asked == "self-help":
        await selfhelp.give_up(ctx.tx, ctx.office, ticket, ctx.person)
    elif ticket.status in BEFORE_ACCEPT:
        await intake.hand_to_desk(ctx.tx, ctx.office, ctx.person, ticket, "person")
        return True
    if not await relay.begin(ctx.tx, ctx.office, ticket):
        await seats.inform(ctx.tx, ctx.office, ticket, "person", ctx.person.name)
        await ctx.reply(reporter.to_desk(ctx.office.voice, ticket))
    return True


@router.on(lambda ctx: _one_to_one(ctx) and _words(ctx) is not None)
async def said(ctx: Context) -> bool:
    """The reporter's end, and media from both: passed on. Our end's typed lines are looked at as commands first."""
    talk, words = await conversations.current(ctx.tx, ctx.person), _words(ctx)
    if talk is None or words is None:
        return False
    if talk.reporter_id != ctx.person.id and words.kind == "text":
        return False
    if talk.reporter_id == ctx.person.id and _means(ctx, "classified"):
        await relay_end.stop(ctx.tx, ctx.office, talk)
        return False
    await relay.say(ctx.tx, ctx.office, talk, ctx.person, words)
    return not _means(ctx, "emergency")


@answers.on(lambda ctx: _one_to_one(ctx) and isinstance(ctx.update.content, Text) and _staff(ctx))
async def answered(ctx: Context) -> bool:
    """What a seat or technician types inside a conversation and is no command."""
    talk = await conversations.current(ctx.tx, ctx.person)
    if talk is None or talk.partner_id != ctx.person.id or _is_command(ctx.text):
        return False
    if ctx.pending is not None and ctx.pending.kind in OWED:
        return False
    if _means(ctx, "classified"):
        await passing.refuse_classified(ctx.tx, ctx.person)
    else:
        await relay.say(ctx.tx, ctx.office, talk, ctx.person, Words(ctx.text))
    return people.is_desk(ctx.person) or not _means(ctx, "emergency")  # a seat is whom an emergency is told


@answers.on(
    lambda ctx: (
        _one_to_one(ctx) and isinstance(ctx.update.content, Text) and people.is_desk(ctx.person) and bool(ctx.text)
    )
)
async def answered_late(ctx: Context) -> bool:
    """A seat answers after the next one was asked: it is told that nobody heard it, and how to have the conversation back."""
    if ctx.pending is not None or _means(ctx, "dispatch", "emergency", "classified"):
        return False
    if await conversations.current(ctx.tx, ctx.person) is not None:
        return False
    talk = await conversations.taken_from(ctx.tx, ctx.person)
    ticket = await tickets.get(ctx.tx, talk.ticket_id) if talk else None
    if talk is None or ticket is None or _is_command(ctx.text) or staff_words.COMMANDS.match(ctx.text):
        return False
    partner = await people.person(ctx.tx, talk.partner_id)
    await ctx.reply(views.too_late(ticket, partner.name if partner else ""))
    return True


def _is_command(text: str) -> bool:
    """A technician's command is one only as it stands on his cards: the word, with a number or nothing after it.

    到场, 退回 17 忙 are; 确认一下是哪台 is meant for the reporter.
    """
    if text in DIGITS or text in DUTY:
        return True
    found = (pattern.match(text) for pattern, _, about in COMMANDS if about not in WHERE)
    return any(match is not None and (match["id"] or not match["rest"]) for match in found)


def _words(ctx: Context) -> Words | None:
    """What was sent, as far as it can be passed or told of."""
    content = ctx.update.content
    match content:
        case Text():
            return Words(ctx.text)
        case Photo() | Voice() | Video():
            return Words(kind=content.kind, media_key=f"{ctx.update.connection}:{content.media_id}")
        case Location():
            return Words(content.label, kind="location")
        case Link():
            return Words(f"{content.title} {content.url}".strip(), kind="link")
    return None


async def _meant(ctx: Context) -> Ticket | None:
    """The ticket of the open question, the quoted one, else the newest; never a classified one."""
    live = [t for t in await tickets.live_of(ctx.tx, ctx.person) if t.kind != "classified"]
    about = ctx.quoted or (ctx.pending.ticket_id if ctx.pending else None)
    return next((t for t in live if t.id == about), live[0] if live else None)

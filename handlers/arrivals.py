"""Everything that is not typed and not pressed: entering the chat, photos, recordings, positions, the platform's notices."""

import logging

from bot.core.updates import (
    Account,
    Entered,
    Left,
    Link,
    Location,
    MenuClick,
    Notice,
    Photo,
    Unknown,
    Update,
    Video,
    Voice,
)
from bot.desk import (
    alarms,
    erasure,
    experts,
    gathering,
    guidance,
    intake,
    leavers,
    lookups,
    merging,
    people,
    photos,
    sequels,
    tickets,
)
from bot.desk.tickets import Ticket, Words
from bot.routing import Context, Router
from bot.views import notices, reporter
from handlers import in_hand

log = logging.getLogger(__name__)
router = Router("arrivals")
MEDIA = Photo | Voice | Video


@router.on(lambda ctx: isinstance(ctx.update.content, Notice))
async def notice(ctx: Context) -> bool:
    """The platform speaks to the operator: it goes to the log. A used-up quota is the desk's business too, once a day."""
    if isinstance(ctx.update.content, Notice):
        log.warning("platform notice", extra={"notice": ctx.update.content.name, **ctx.update.content.detail})
        if ctx.update.content.name == "over-quota":
            await alarms.over_quota(ctx.tx, ctx.office, ctx.update.connection)
        if (gone := _member(ctx.update, "delete_user")) is not None:
            await leavers.left(ctx.tx, ctx.office, gone)
        if (changed := _member(ctx.update, "create_user", "update_user")) is not None:
            await lookups.changed(ctx.tx, changed)
    return True


def _member(update: Update, *changes: str) -> Account | None:
    """Whose entry the directory says to be changed in one of these ways (change_contact; DingTalk's events likewise)."""
    detail = update.content.detail if isinstance(update.content, Notice) else {}
    if detail.get("ChangeType") not in changes or not detail.get("UserID"):
        return None
    said = detail["UserID"]
    return update.account.model_copy(
        update={"user_id": said.casefold() if update.account.platform == "wecom" else said}
    )


@router.on(lambda ctx: isinstance(ctx.update.content, Left))
async def left(ctx: Context) -> bool:
    await leavers.left(ctx.tx, ctx.office, ctx.update.account)
    return True


@router.on(lambda ctx: isinstance(ctx.update.content, Entered))
async def entered(ctx: Context) -> bool:
    """A welcome, unless the person already has something open with us or works here."""
    works_here = people.is_desk(ctx.person) or people.is_engineer(ctx.person)
    if not works_here and not await tickets.live_of(ctx.tx, ctx.person):
        await ctx.reply(reporter.welcome(ctx.office.voice))
    return True


@router.on(lambda ctx: isinstance(ctx.update.content, MenuClick))
async def menu(ctx: Context) -> bool:
    """An entry of the app's menu: the one that means a hall at a standstill opens a P1 at once."""
    if isinstance(ctx.update.content, MenuClick) and ctx.update.content.key in ("窗口全停", "hall-down"):
        understanding = ctx.office.classifier.understand("整个大厅所有窗口都办不了业务")
        await intake.report(ctx.tx, ctx.office, ctx.person, "窗口全停", understanding)
    else:
        await ctx.reply(reporter.welcome(ctx.office.voice))
    return True


@router.on(lambda ctx: isinstance(ctx.update.content, MEDIA | Location | Link))
async def not_collected(ctx: Context) -> bool:
    """What follows R5 shows the classified equipment: nothing of it is fetched or kept until that matter is settled.

    Nothing says of a picture what it shows; words about something else open a report that pictures belong to again. With
    other open matters he can say which it is of (_with_open).
    """
    live = await tickets.live_of(ctx.tx, ctx.person)
    others = isinstance(ctx.update.content, MEDIA) and any(t.kind != "classified" for t in live)
    if not live or live[0].kind != "classified" or others:
        return False
    await sequels.again(ctx.tx, ctx.office, ctx.person, live[0], "", ctx.office.classifier.understand(""))
    if not sequels.is_open(live[0], ctx.tx.now):
        await ctx.reply(reporter.in_words_first())
    return True


@router.on(lambda ctx: isinstance(ctx.update.content, MEDIA))
async def medium(ctx: Context) -> bool:
    """Evidence of a technician's step, more about an open ticket, or a report of its own."""
    content = ctx.update.content
    if not isinstance(content, MEDIA):
        return False
    words = Words(
        text=content.transcript if isinstance(content, Voice) else "",
        kind=content.kind,
        media_key=f"{ctx.update.connection}:{content.media_id}",
    )
    if await experts.hears(ctx.tx, ctx.office, ctx.person, words):
        return True
    held = await tickets.held_by(ctx.tx, ctx.person)
    live = await tickets.live_of(ctx.tx, ctx.person)
    if held:
        ticket = await in_hand.focused(ctx) or held[0]
        if len(held) > 1 and ticket.id not in (ctx.person.focus_ticket_id, ctx.quoted) and words.kind != "voice":
            await photos.ask(ctx.tx, ctx.office, ctx.person, held, words)
            return True
        if await guidance.attach(ctx.tx, ctx.office, ticket, ctx.person, words):
            return True
    if held and not live:
        await tickets.add_words(ctx.tx, ticket, ctx.person, words, "evidence")
        await ctx.reply(reporter.photo_noted(ticket, words.kind))
    elif live:
        await _with_open(ctx, live, words)
    elif (solved := await _just_solved(ctx)) is not None:
        await tickets.add_words(ctx.tx, solved, ctx.person, words, "evidence")
        await ctx.reply(reporter.photo_noted(solved, words.kind))
    elif not await _with_another(ctx, words):
        await intake.wordless(ctx.tx, ctx.office, ctx.person, words, ctx.office.classifier.understand(""))
    return True


async def _just_solved(ctx: Context) -> tickets.Ticket | None:
    """What a technician with nothing else in hand has solved a moment ago: his photo shows how."""
    if not people.is_engineer(ctx.person):
        return None
    mine = [t for t in await tickets.assigned_to(ctx.tx, ctx.person) if t.resolved_at is not None]
    lately = [t for t in mine if t.resolved_at is not None and ctx.tx.now - t.resolved_at <= photos.HAND]
    return max(lately, key=lambda t: t.resolved_at or ctx.tx.now, default=None)


async def _with_open(ctx: Context, live: list[Ticket], words: Words) -> None:
    """More about one of his open tickets. What only shows and fits several is asked about; a recording does not wait."""
    ordinary = [ticket for ticket in live if ticket.kind != "classified"]
    known: Ticket | None = ordinary[0]
    if words.kind != "voice" or live[0].kind == "classified":
        known = await photos.meant(ctx.tx, ctx.office, ctx.person, live, ctx.pending, ctx.quoted)
        if len(ordinary) < len(live) and (known is None or known.kind == "classified"):
            await _not_kept(ctx, known, ordinary, words)
            return
        known = known or (ordinary[0] if len(ordinary) == 1 else None)
    if known is None:
        await photos.ask(ctx.tx, ctx.office, ctx.person, ordinary, words)
        return
    await tickets.add_words(ctx.tx, known, ctx.person, words)
    if not gathering.fresh(ctx.office, known, ctx.tx.now):
        await ctx.reply(reporter.photo_noted(known, words.kind))


async def _not_kept(ctx: Context, classified: Ticket | None, ordinary: list[Ticket], words: Words) -> None:
    """It may be of his classified matter: nothing is kept. Of which other one the next will be is a tap to say."""
    await erasure.delivery(ctx.tx)
    if classified is not None:
        await sequels.again(ctx.tx, ctx.office, ctx.person, classified, "", ctx.office.classifier.understand(""))
    await notices.hand(
        ctx.tx,
        ctx.person,
        "not-kept",
        lambda card_id: reporter.not_kept(ctx.office.voice, ordinary, card_id, words.kind),
        ordinary[0],
    )


@router.on(lambda ctx: isinstance(ctx.update.content, Location | Link))
async def position(ctx: Context) -> bool:
    """A shared position or link belongs to the open ticket; without one it is kindly asked what is wrong."""
    content = ctx.update.content
    live = [t for t in await tickets.live_of(ctx.tx, ctx.person) if t.kind != "classified"]
    said = content.label if isinstance(content, Location) else content.title if isinstance(content, Link) else ""
    words = Words(said, kind=content.kind)
    if live:
        await tickets.add_words(ctx.tx, live[0], ctx.person, words)
        await ctx.reply(reporter.photo_noted(live[0], words.kind))
    elif not await _with_another(ctx, words):
        await ctx.reply(reporter.chitchat(ctx.office.voice))
    return True


async def _with_another(ctx: Context, words: Words) -> bool:
    """Whether his newest open report was merged: what he sends goes where that is handled."""
    for own, into in (await merging.survivors(ctx.tx, ctx.person))[:1]:
        nothing = ctx.office.classifier.understand("")
        await sequels.of_merged(ctx.tx, ctx.office, ctx.person, words, own, into, nothing)
        return True
    return False


@router.on(lambda ctx: isinstance(ctx.update.content, Unknown))
async def unknown(ctx: Context) -> bool:
    log.warning("unknown update", extra={"update": ctx.update.key, "type": getattr(ctx.update.content, "name", "")})
    await ctx.reply(reporter.not_understood(ctx.office.voice))
    return True

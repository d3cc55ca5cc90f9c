"""What a reporter adds to a ticket that is open: a place, a telephone, a detail, the answer to where it is.

Whoever holds it is told; a place and nothing else is that of all matters of one message.
"""

import re
from datetime import timedelta

from sqlmodel import col, select

from bot.core.ticket import Status
from bot.desk import approvals, dispatch, holding, tickets
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import Person, Ticket, TicketEvent
from bot.views import notices, reporter
from bot.views.words import place as place_of
from knowledge import Understanding

PLACE = ("location", "building", "floor", "room")
SKIP = re.compile(r"不知道|不清楚|没有了|随便|就在这")
TELLS = re.compile("[了没冇坏吗呢？?]|不(?!锈)|还有|有时|一会儿?|算[啦咗]|谢")
"""It tells something, and is the name of no place we do not know: 算了，物业说那个点拆掉了."""
ASKS = ("ask", "ask-place")
OVERTAKES = ("answered", "offer", "assign", "desk-owns", "claimed", "self-help-shown")
"""Events by which we ask the reporter, and those after which nobody waits for his answer any more."""


async def add(tx: Tx, office: Office, who: Person, ticket: Ticket, text: str, understanding: Understanding) -> None:
    """Something more about a ticket: a place, a phone, a detail. Whoever holds it is told, and whoever is to say yes to it."""
    had_place, had_phone = place_of(ticket), ticket.slots.get("phone")
    if not await tickets.just_relayed(tx, ticket, who, text):
        await tickets.add_words(tx, ticket, who, tickets.Words(text))
    await merge_slots(tx, ticket, understanding)
    place = place_of(ticket)
    phone = str(ticket.slots.get("phone") or "")
    if place and place != had_place:
        note = reporter.place_noted(ticket)
    elif phone and phone != had_phone:
        note = reporter.phone_noted(ticket, phone)
    else:
        note = reporter.added(ticket)
    await notices.tell(tx, who, note, ticket)
    await holding.tell_holder(tx, ticket, text, who)
    await approvals.tell_asked(tx, ticket, text)
    if not had_place:
        await place_of_all(tx, office, who, ticket, text, understanding)


async def still_asked(tx: Tx, who: Person, ticket: Ticket, text: str, understanding: Understanding) -> None:
    """A detail came (a place, a time) while the question is open: kept, and the question stands."""
    await tickets.add_words(tx, ticket, who, tickets.Words(text))
    await merge_slots(tx, ticket, understanding)
    await notices.tell(tx, who, reporter.still_asked(ticket), ticket)


async def still_open(tx: Tx, ticket: Ticket) -> bool:
    """Whether our question is the last thing that happened to it. The timeline tells: the reporter may have been asked
    something about another matter since, which took the place of this question in his dialogue.
    """
    statement = select(TicketEvent.kind).where(
        TicketEvent.ticket_id == ticket.id, col(TicketEvent.kind).in_([*ASKS, *OVERTAKES])
    )
    return (await tx.session.exec(statement.order_by(col(TicketEvent.id).desc()).limit(1))).first() in ASKS


async def place_answered(tx: Tx, office: Office, who: Person, ticket: Ticket, text: str) -> None:
    """The answer to where it is: any words that tell nothing else are the name of a place. Somebody is sent, with or without."""
    if not place_of(ticket) and not SKIP.search(text) and not TELLS.search(text) and len(text) <= 30:
        await tickets.change(tx, ticket, "place", who, slots={**ticket.slots, "location": text.strip("，。 ")})
    if ticket.status == "triaged" and ticket.owner == "desk":
        best = await dispatch.offer_next(tx, office, ticket)
        at = dispatch.earliest(office, ticket, best, tx.now)
        await notices.tell(tx, who, reporter.going_to_dispatch(office.voice, ticket, at, tx.now), ticket)
        return
    await notices.tell(tx, who, reporter.place_noted(ticket) if place_of(ticket) else reporter.added(ticket), ticket)
    await holding.tell_holder(tx, ticket, text)


async def place_of_all(
    tx: Tx,
    office: Office,
    who: Person,
    ticket: Ticket,
    text: str,
    understanding: Understanding,
    within: timedelta = timedelta(0),
) -> None:
    """Several faults told in one message are in one place: a place and nothing else is that of all which lack it. So are
    those told `within` a time before it, where nobody asked for this one's."""
    where = {k: ticket.slots[k] for k in PLACE if ticket.slots.get(k)}
    if not where or understanding.named or understanding.fault:
        return
    noted = []
    for other in await tickets.live_of(tx, who):
        if (
            other.id == ticket.id
            or abs(other.created_at - ticket.created_at) > within
            or place_of(other)
            or other.kind == "classified"
        ):
            continue
        await tickets.add_words(tx, other, who, tickets.Words(text))
        await tickets.change(tx, other, "place", who, slots={**other.slots, **where})
        if other.status == Status.TRIAGED and await still_open(tx, other):
            await tx.forget(f"question:{other.id}:{other.asked}")
            await place_answered(tx, office, who, other, text)
        else:
            await holding.tell_holder(tx, other, text)
            noted.append(other)
    if noted:
        await notices.tell(tx, who, reporter.place_noted_also(noted))


async def merge_slots(tx: Tx, ticket: Ticket, understanding: Understanding) -> None:
    """What a message says of where, which and when stands from now on; another place takes the place of the whole old one."""
    said = {k: v for k, v in dict(understanding.slots).items() if v not in (None, "", [], {})}
    if understanding.details:  # 分机2046: how somebody is reached, not what is broken
        said.pop("device", None)
    moved = any(k in said for k in PLACE)
    kept = {k: v for k, v in ticket.slots.items() if not (moved and k in PLACE)}
    if said and {**kept, **said} != ticket.slots:
        await tickets.change(tx, ticket, "slots", None, slots={**kept, **said})

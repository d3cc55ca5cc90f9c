"""Danger that an open report turns into: the printer that jammed smokes now, the leak has reached the rack.

It stays one ticket, with its place and all that was said, and becomes the emergency: whoever comes, comes to both.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from bot.core.ticket import AT_WORK, BEFORE_ACCEPT
from bot.desk import (
    additions,
    dispatch,
    guidance,
    holding,
    incidents,
    referral,
    regrading,
    seats,
    sequels,
    tickets,
)
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import Person, Ticket
from bot.views import notices, reporter
from knowledge import Understanding
from knowledge.context import THING

STILL = timedelta(hours=24)
"""So long after its report danger of a device by name belongs to it (assumed); of no device by name: `sequels.RECENTLY`."""
_APART = re.compile("(?:别|不|甭|唔好)(?:要|用)?(?:管|理)(?![它了])[一-鿿]")
"""It is another matter than what was reported: 先别管打印机了，饮水机那边有人被电到."""
_CORRECTS = re.compile(r"[看说搞弄讲报写]错|更正|不是[^，。]{1,10}[，,。\s]*(?:而?是|在)")
"""It says in so many words that the report was wrong: 看错，不是机房，是旁边弱电间. Not the cry 不是吧，着火了."""


async def source(tx: Tx, office: Office, who: Person, text: str, meaning: Understanding) -> Ticket | None:
    """The open report that a message of danger is about or corrects: of the same device, or of none by name and no place of
    its own."""
    if office.context.begins(text) or _APART.search(text):
        return None
    corrects = _CORRECTS.search(text) is not None
    for ticket in sequels.nearest(await tickets.live_of(tx, who), meaning):
        ordinary = ticket.kind in ("fault", "unclear") and ticket.status in BEFORE_ACCEPT | AT_WORK
        if ordinary and (corrects or _of_it(ticket, meaning)):
            by_name = ticket.item in meaning.named and tx.now - ticket.created_at <= STILL
            if by_name or sequels.is_open(ticket, tx.now):
                return ticket
    return None


def _of_it(ticket: Ticket, meaning: Understanding) -> bool:
    if sequels.elsewhere(ticket, meaning):
        return False
    if ticket.item is not None and ticket.item in meaning.named:
        return True
    said, known = tickets.slots_of(meaning), ticket.slots
    device = str(said.get("device") or "")
    if device and not THING.search(device) and ticket.item is not None:
        return device in str(known.get("device") or "")
    place = [key for key in additions.PLACE if key in said]
    return not place or not any(key in known for key in additions.PLACE) or any(said[k] == known.get(k) for k in place)


async def turn(tx: Tx, office: Office, who: Person, ticket: Ticket, text: str, meaning: Understanding) -> None:
    """The report becomes the emergency: the safety sentence first, then the duty manager, whoever holds it or is sent.

    `text` tells of the danger, means `meaning` and is kept with the ticket already.
    """
    leaf = _leaf(office, ticket, await tickets.said(tx, ticket), meaning)
    at_work, was = ticket.status in AT_WORK, ticket.fault
    await tickets.change(
        tx, ticket, "reclassified", who, kind="emergency", priority="P1", safety=True, route="R9",
        fault=leaf or (was if at_work else None), item=office.book.faults[leaf].item if leaf else ticket.item,
    )  # fmt: skip
    said = {
        key: value for key, value in dict(meaning.slots).items() if not (key == "device" and THING.search(str(value)))
    }
    await additions.merge_slots(tx, ticket, replace(meaning, slots=said))
    if ticket.paused:
        await tickets.change(tx, ticket, "resumed", None, paused="")
    await notices.tell(tx, who, reporter.emergency(office.voice, office.book.routes["R9"].say, ticket), ticket)
    await referral.page_duty(tx, office, ticket, text)
    if incidents.declares_itself(ticket):
        await incidents.declare(tx, office, ticket)
    if not at_work:
        await regrading.call_back(tx, office, ticket, who)
    await holding.tell_holder(tx, ticket, text, who)
    if at_work and ticket.fault != was:
        await guidance.reassign_fault(tx, office, ticket)
    elif not at_work and ticket.assignee_id is None:
        await _send(tx, office, ticket)


async def _send(tx: Tx, office: Office, ticket: Ticket) -> None:
    if ticket.fault:
        await dispatch.offer_next(tx, office, ticket, "emergency")
    else:
        await seats.to_desk(tx, office, ticket, "emergency")


def _leaf(office: Office, ticket: Ticket, said: Sequence[str], meaning: Understanding) -> str | None:
    """The safety fault it is now: one of the device that was reported, or of one that was named."""
    read = office.classifier.understand
    joint, told = read("，".join(said)), read("，".join(said[:-1]))
    named = () if THING.search(str(dict(meaning.slots).get("device") or "")) else meaning.named
    for meant in (joint, meaning):
        fault = office.book.faults.get(meant.fault or "")
        grave = meant.decision == "emergency" and fault is not None and fault.safety
        if grave and fault is not None and (ticket.item in (None, fault.item) or fault.item in {*named, *told.named}):
            return fault.slug
    return None

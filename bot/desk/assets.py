"""A label in the chat: `YW:PC-0017` names a device, `YW:R/A座/3楼/302` a room; what it tells is not asked again.

The code is typed, arrives as text from the platform's scanner, or is read from a photo once that is fetched. Unknown
codes and devices of another agency fill in no place, so that the usual question about the place confirms it.
"""

import re
from dataclasses import dataclass, replace

from sqlmodel import select

from bot.core.ticket import LIVE
from bot.desk import (
    additions,
    cards,
    gathering,
    intake,
    moved,
    people,
    tickets,
)
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import Asset, Content, Dialogue, Person, Ticket
from bot.views import assets as views
from bot.views import notices, reporter
from knowledge import Understanding

DEVICE = re.compile(r"YW[:：]\s*([A-Z0-9]+(?:-[A-Z0-9]+)+)", re.I)
ROOM = re.compile(r"YW[:：]\s*R/([^/\s]*)/([^/\s]*)/([^/\s，。！？,;；]+)(?:/([A-Z2-7]{10})(?![A-Z0-9]))?", re.I)

QUESTIONS = ("gather", "place", "fault")
"""Open questions of a report that a label may answer."""


@dataclass(frozen=True)
class Scanned:
    """What a message with a code says: its other words, and what the code adds."""

    rest: str
    code: str = ""
    """The device's code, upper case; empty for a room."""
    place: dict[str, str] | None = None
    seal: str = ""
    """What a room's label carries beside the place (`bot.core.seals`); empty where there is none."""


def read(text: str) -> Scanned | None:
    """The code in a message, if there is one, and the words around it."""
    for pattern in (ROOM, DEVICE):
        if match := pattern.search(text):
            rest = f"{text[: match.start()]} {text[match.end() :]}".strip(" ，。,：:")
            if pattern is ROOM:
                return Scanned(rest, place=place_slots(*match.groups()[:3]), seal=(match[4] or "").upper())
            return Scanned(rest, code=match.group(1).upper())
    return None


def sealed(text: str) -> Scanned | None:
    """The sealed code of a room and nothing else."""
    found = read(text)
    return found if found and found.seal and not found.rest else None


def place_slots(building: str, floor: str, room: str) -> dict[str, str]:
    """A place as tickets carry it; parts that are not known are left out."""
    parts = {"building": building, "floor": floor, "room": room, "location": f"{building}{floor}{room}"}
    return {name: part for name, part in parts.items() if part}


async def scanned(tx: Tx, office: Office, who: Person, found: Scanned, pending: Dialogue | None) -> None:
    """Act on a code: it answers an open question, adds to the device's open ticket, or opens a report."""
    told, place, asset = await _known(tx, who, found)
    words = _words(found, asset)
    asked = await tickets.get(tx, pending.ticket_id) if pending else None
    if asset is None and found.code and not found.rest and (asked is None or _asks_device(pending)):
        await notices.tell(tx, who, views.unknown(found.code))
        return
    known = await _open_about(tx, who, found.code)
    if known is not None and asked is None:
        place = {}  # the ticket has its own by now, which counts more than the list
    understanding = _filled(office.classifier.understand(words), told, place)
    if asked is not None and pending is not None and pending.kind in QUESTIONS:
        await _answered(tx, office, who, pending, asked, words, understanding)
    elif known is not None:
        await additions.add(tx, office, who, known, words, understanding)
    else:
        if found.code and (asset is None or who.unit_id not in (None, asset.unit_id)):
            note = views.elsewhere(found.code) if asset else views.unregistered(found.code)
            await notices.tell(tx, who, note)
        await gathering.report(tx, office, who, words, understanding)
        if asset is not None:
            await moved.ask(tx, who, await _open_about(tx, who, found.code), asset)


async def photographed(tx: Tx, office: Office, content: Content, codes: tuple[str, ...]) -> None:
    """A label in the reporter's photo is about the ticket the photo went to: it answers its open question, or adds to it.

    A ticket that has a device already keeps it; any other code in a picture means nothing to us.
    """
    found = next((code for text in codes if (code := read(text)) and not code.rest), None)
    ticket = await tickets.get(tx, content.ticket_id)
    if found is None or ticket is None or ticket.status not in LIVE or ticket.kind == "classified":
        return
    who = await people.person(tx, content.person_id)
    if who is None or who.id != ticket.reporter_id or ticket.slots.get("asset_tag"):
        return
    pending = await cards.pending(tx, who)
    if pending is not None and pending.ticket_id == ticket.id and pending.kind in QUESTIONS:
        await scanned(tx, office, who, found, pending)
        return
    told, place, asset = await _known(tx, who, found)
    if asset is not None or found.place:
        words = _words(found, asset)
        where = {} if any(ticket.slots.get(key) for key in additions.PLACE) else place
        await additions.add(tx, office, who, ticket, words, _filled(office.classifier.understand(""), told, where))


async def _known(tx: Tx, who: Person, found: Scanned) -> tuple[dict[str, str], dict[str, str], Asset | None]:
    """What a code tells about device and place, and the registered device; another agency's tells no place."""
    asset = (await tx.session.exec(select(Asset).where(Asset.code == found.code))).first() if found.code else None
    told = {"asset_tag": found.code} if found.code else {}
    if asset is not None:
        told["device"] = asset.device
    own = asset is not None and who.unit_id in (None, asset.unit_id)
    return told, found.place or (place_slots(asset.building, asset.floor, asset.room) if asset and own else {}), asset


def _words(found: Scanned, asset: Asset | None) -> str:
    """What the message says in words: the device or the room first, unless it is named anyway."""
    name = asset.device if asset else (found.place or {}).get("location", "")
    said = found.rest if name and name in found.rest else f"{name}{found.rest}"
    return said or found.code


def _filled(understanding: Understanding, told: dict[str, str], place: dict[str, str]) -> Understanding:
    """The meaning with what the code tells; a place that was said outright counts more than the registered one."""
    said = {k: v for k, v in understanding.slots.items() if v}
    where = {} if any(key in said for key in additions.PLACE) and "asset_tag" in told else place
    return replace(understanding, slots={**said, **where, **told})


async def _answered(
    tx: Tx, office: Office, who: Person, pending: Dialogue, ticket: Ticket, words: str, understanding: Understanding
) -> None:
    if pending.kind == "gather" and not await gathering.still(tx, who, ticket):
        await additions.add(tx, office, who, ticket, words, understanding)
    elif pending.kind == "gather":
        kept = {**ticket.slots, **tickets.slots_of(understanding)}
        await tickets.change(tx, ticket, "slots", who, slots=kept)
        await gathering.more(tx, office, who, ticket, tickets.Words(words))
    elif pending.kind == "place" and any(key in understanding.slots for key in additions.PLACE):
        await intake.answered(tx, office, who, pending, ticket, words, understanding, None)
    elif pending.kind == "place":
        await notices.tell(tx, who, reporter.ask_place(office.voice, ticket), ticket)
    elif _asks_device(pending) and understanding.slots.get("device"):
        await intake.answered(tx, office, who, pending, ticket, words, understanding, None)
    else:
        await tickets.add_words(tx, ticket, who, tickets.Words(words))
        await tickets.change(tx, ticket, "slots", who, slots={**ticket.slots, **tickets.slots_of(understanding)})
        await notices.tell(tx, who, views.noted(ticket), ticket)


def _asks_device(pending: Dialogue | None) -> bool:
    """Whether the open question is what kind of device it is (a photo or recording alone), which a label answers."""
    return pending is not None and pending.kind == "fault" and not pending.data.get("faults")


async def _open_about(tx: Tx, who: Person, code: str) -> Ticket | None:
    """The person's own open ticket about that very device."""
    return next((t for t in await tickets.live_of(tx, who) if code and t.slots.get("asset_tag") == code), None)

"""Living knowledge: each version of the book that was in force is kept as long as a running ticket needs it.

A reload takes effect for new tickets; what a technician is being led through does not change under his hands. It is
refused whole when a running ticket's fault or item is no longer in the catalogue. A version that today's program cannot
read any more holds nothing up: its tickets go by the current book.
"""

import logging
import zlib
from dataclasses import replace

from sqlmodel import col, func, select

from bot.core.ticket import LIVE
from bot.desk import people
from bot.desk.office import Office
from bot.store.engine import Database, Tx
from bot.store.tables import Edition, Ticket
from bot.views import desk as views
from bot.views import notices
from knowledge import Book, Classifier

log = logging.getLogger(__name__)


class Refused(Exception):
    """The new knowledge cannot be put in force; the text says why."""


async def keep(tx: Tx, book: Book) -> None:
    """Store the book under its version, once, whichever node is first."""
    body = zlib.compress(book.model_dump_json(by_alias=True).encode())
    await tx.add_once(Edition(version=book.version, body=body, since=tx.now))


async def in_use(db: Database, office: Office) -> dict[str, Book]:
    """The earlier editions that running tickets still go by; operator and desk are told of one that cannot be read."""
    async with db.read() as session:
        live = select(Ticket.knowledge_version, func.count()).where(col(Ticket.status).in_([str(s) for s in LIVE]))
        held = dict((await session.exec(live.group_by(Ticket.knowledge_version))).all())
        wanted = held.keys() - {office.book.version, ""}
        rows = (await session.exec(select(Edition).where(col(Edition.version).in_(wanted)))).all() if wanted else []
    found: dict[str, Book] = {}
    for row in rows:
        try:
            found[row.version] = Book.model_validate_json(zlib.decompress(row.body))
        except (ValueError, zlib.error) as error:
            why = str(error).partition("\n")[0]
            log.error(
                "knowledge %s cannot be read, %d running tickets go by the current: %s",
                row.version,
                held[row.version],
                why,
            )
            await _tell_lost(db, office, row.version, held[row.version])
    return found


async def _tell_lost(db: Database, office: Office, version: str, held: int) -> None:
    async with db.write(f"edition-lost:{version}") as tx:
        for seat in await people.seats(tx, office.fallback_owner):
            await notices.tell(tx, seat, views.edition_lost(held), once=f"edition-lost:{version}")


async def renewed(db: Database, office: Office, book: Book, classifier: Classifier) -> Office:
    """The office with a new book in force for new tickets. Raises Refused, and then nothing has changed."""
    async with db.read() as session:
        live = select(Ticket.id, Ticket.fault, Ticket.item).where(col(Ticket.status).in_([str(s) for s in LIVE]))
        for number, fault, item in (await session.exec(live)).all():
            if (fault and fault not in book.faults) or (item and item not in book.items):
                raise Refused(f"ticket {number} is about {fault or item}, which is not in the new catalogue")
    async with db.write(f"edition:{book.version}") as tx:
        await keep(tx, book)
    new = replace(office, book=book, classifier=classifier, voice=replace(office.voice, book=book), editions={})
    new.editions.update(await in_use(db, new))
    return new

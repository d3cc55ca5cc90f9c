"""Living knowledge: each version of the book that was in force is kept as long as a running ticket needs it.

A reload takes effect for new tickets; what a technician is being led through does not change under his hands. It is
refused whole when a running ticket's fault or item is no longer in the catalogue.
"""

import zlib
from collections.abc import Mapping
from dataclasses import replace

from sqlmodel import col, select

from bot.core.ticket import LIVE
from bot.desk.office import Office
from bot.store.engine import Database, Tx
from bot.store.tables import Edition, Ticket
from knowledge import Book, Classifier


class Refused(Exception):
    """The new knowledge cannot be put in force; the text says why."""


async def keep(tx: Tx, book: Book) -> None:
    """Store the book under its version, once, whichever node is first."""
    body = zlib.compress(book.model_dump_json(by_alias=True).encode())
    await tx.add_once(Edition(version=book.version, body=body, since=tx.now))


async def in_use(db: Database, current: Book) -> dict[str, Book]:
    """The earlier editions that running tickets still go by."""
    async with db.read() as session:
        live = select(Ticket.knowledge_version).where(col(Ticket.status).in_([str(s) for s in LIVE])).distinct()
        wanted = set((await session.exec(live)).all()) - {current.version, ""}
        rows = (await session.exec(select(Edition).where(col(Edition.version).in_(wanted)))).all() if wanted else []
    return {row.version: Book.model_validate_json(zlib.decompress(row.body)) for row in rows}


async def renewed(db: Database, office: Office, book: Book, classifier: Classifier) -> Office:
    """The office with a new book in force for new tickets. Raises Refused, and then nothing has changed."""
    async with db.read() as session:
        live = select(Ticket.id, Ticket.fault, Ticket.item).where(col(Ticket.status).in_([str(s) for s in LIVE]))
        for number, fault, item in (await session.exec(live)).all():
            if (fault and fault not in book.faults) or (item and item not in book.items):
                raise Refused(f"ticket {number} is about {fault or item}, which is not in the new catalogue")
    async with db.write(f"edition:{book.version}") as tx:
        await keep(tx, book)
    return office_with(office, book, classifier, await in_use(db, book))


def office_with(office: Office, book: Book, classifier: Classifier, editions: Mapping[str, Book]) -> Office:
    return replace(
        office, book=book, classifier=classifier, voice=replace(office.voice, book=book), editions=dict(editions)
    )

"""A photo of which nothing says what it belongs to: its reporter is asked once, and it goes to the matter he names.

Until then only the platform's handle of it is held, with the deadline that ends the waiting: nothing is fetched. While a
classified matter (R5) of his is open nothing is held either (bot/desk/erasure.py).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import col, func, select

from bot.core.ticket import Status
from bot.desk import erasure, gathering, intake, people, tickets
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import Dialogue, Person, Ticket, TicketEvent, TimerRow
from bot.views import notices, reporter

KIND = "photo"
WAIT = timedelta(minutes=2)
"""Without an answer it then goes where it would have gone unasked (assumed)."""
LATELY = timedelta(minutes=5)
"""What he last spoke of within this time is what his photo shows (assumed)."""
ASKED = frozenset({"gather", "fault", "place", "request", "self-help"})
"""Open questions about a matter that is being told: a photo belongs to it."""


async def meant(
    tx: Tx, office: Office, who: Person, live: Sequence[Ticket], pending: Dialogue | None, quoted: int | None
) -> Ticket | None:
    """The open ticket a photo belongs to by what was quoted, asked or said before it. None: nothing says which."""
    for ticket in live:
        asked = pending is not None and pending.ticket_id == ticket.id and pending.kind in ASKED
        if ticket.id == quoted or asked or gathering.fresh(office, ticket, tx.now):
            return ticket
    return await _spoken_of(tx, who, live, tx.now - LATELY)


async def ask(tx: Tx, office: Office, who: Person, live: Sequence[Ticket], words: tickets.Words) -> None:
    """Hold it and ask; one that comes before the answer is asked about along with the first."""
    kept = {"kind": words.kind, "media_key": words.media_key}
    if (row := await held(tx, who)) is not None:
        row.data = {**row.data, "photos": [*row.data["photos"], kept]}
        tx.add(row)
        return
    data = {"person": who.id, "about": live[0].id, "tickets": [t.id for t in live], "photos": [kept]}
    await tx.remind(erasure.held_key(who.id), tx.now + WAIT, "photo-silent", data={**data, "since": tx.now.isoformat()})
    await notices.hand(tx, who, KIND, lambda c: reporter.which_matter(office.voice, list(live), c, words.kind), live[0])


async def held(tx: Tx, who: Person) -> TimerRow | None:
    """What is held of his, with the tickets it may belong to."""
    statement = select(TimerRow).where(TimerRow.key == erasure.held_key(who.id), col(TimerRow.fired_at).is_(None))
    return (await tx.session.exec(statement.with_for_update())).first()


async def belongs(tx: Tx, office: Office, who: Person, row: TimerRow, number: int | None) -> None:
    """He has said which; none of them: it is a report of its own."""
    photos = [tickets.Words("", str(p["kind"]), str(p["media_key"])) for p in row.data["photos"]]
    about = await tickets.get(tx, row.data["about"])
    row.data, row.fired_at, row.outcome = {}, tx.now, "answered"
    tx.add(row)
    await notices.close_cards(tx, about, (KIND,), f"已记到{number}号" if number else "新问题", who.id)
    if (ticket := await _handled_with(tx, number)) is not None:
        await notices.tell(tx, who, reporter.photo_noted(ticket, photos[0].kind), ticket)
    else:
        ticket = await intake.wordless(tx, office, who, photos.pop(0), office.classifier.understand(""))
    for words in photos:
        await tickets.add_words(tx, ticket, who, words)


async def silent(tx: Tx, office: Office, row: TimerRow) -> str:
    """Timer: not answered. It goes to what he spoke of meanwhile, else to the newest, and he hears where."""
    who = await people.person(tx, row.data.get("person"))
    if who is None:
        return "gone"
    live = [t for t in await tickets.live_of(tx, who) if t.kind != "classified"]
    spoken = await _spoken_of(tx, who, live, datetime.fromisoformat(row.data["since"]))
    newest = live[0].id if live else row.data["about"]
    await belongs(tx, office, who, row, spoken.id if spoken else newest)
    return "newest"


async def _spoken_of(tx: Tx, who: Person, live: Sequence[Ticket], since: datetime) -> Ticket | None:
    """The one he last did or said something about; two told of in one message are as likely as each other."""
    statement = (
        select(TicketEvent.ticket_id, func.max(TicketEvent.at))
        .where(col(TicketEvent.ticket_id).in_([t.id for t in live]), TicketEvent.actor_id == who.id)
        .where(TicketEvent.at >= since)
        .group_by(col(TicketEvent.ticket_id))
    )
    rows = (await tx.session.exec(statement)).all()
    last = [number for number, at in rows if at == max(at for _, at in rows)]
    return next((t for t in live if [t.id] == last), None)


async def _handled_with(tx: Tx, number: int | None) -> Ticket | None:
    """The ticket, or the one it was merged into meanwhile."""
    ticket = await tickets.get(tx, number)
    while ticket is not None and ticket.status == Status.MERGED and ticket.parent_id is not None:
        ticket = await tickets.get(tx, ticket.parent_id)
    return ticket

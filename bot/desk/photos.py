"""A photo of which nothing says what it belongs to: whoever sent it is asked once, and it goes to the matter he names.

He is a reporter with several open matters, or a technician with several tickets and none in focus. Until he answers only
the platform's handle of it is held, with the deadline that ends the waiting: nothing is fetched. While a classified matter
(R5) of a reporter's is open nothing is held either (bot/desk/erasure.py): he says what the next one will be of.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import col, func, select

from bot.core.ticket import Status
from bot.desk import erasure, focus, gathering, guidance, holding, intake, people, tickets
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import Dialogue, Person, Ticket, TicketEvent, TimerRow
from bot.views import notices, reporter, technician

KIND = "photo"
WAIT = timedelta(minutes=2)
"""Without an answer it then goes where it would have gone unasked (assumed)."""
LATELY = timedelta(minutes=5)
"""What he last spoke of within this time is what his photo shows (assumed)."""
HAND = timedelta(hours=2)
"""What a technician last did within this time before his photo is what he has in hand (assumed)."""
ASKED = frozenset({"gather", "fault", "place", "request", "self-help"})
"""Open questions about a matter that is being told: a photo belongs to it."""


async def meant(
    tx: Tx, office: Office, who: Person, live: Sequence[Ticket], pending: Dialogue | None, quoted: int | None
) -> Ticket | None:
    """The open ticket a photo belongs to by what was quoted, asked or said before it. None: nothing says which.

    Beside a classified matter a report of a moment ago is not enough: what was spoken of last counts.
    """
    suspect = any(ticket.kind == "classified" for ticket in live)
    for ticket in live:
        asked = pending is not None and pending.ticket_id == ticket.id and pending.kind in ASKED
        if ticket.id == quoted or asked or (not suspect and gathering.fresh(office, ticket, tx.now)):
            return ticket
    return await _spoken_of(tx, who, live, tx.now - LATELY)


async def ask(tx: Tx, office: Office, who: Person, among: Sequence[Ticket], words: tickets.Words) -> None:
    """Hold it and ask; one that comes before the answer is asked about along with the first."""
    kept = {"kind": words.kind, "media_key": words.media_key}
    if (row := await held(tx, who)) is not None:
        row.data = {**row.data, "photos": [*row.data["photos"], kept]}
        tx.add(row)
        return
    data = {"person": who.id, "about": among[0].id, "tickets": [t.id for t in among], "photos": [kept]}
    await tx.remind(erasure.held_key(who.id), tx.now + WAIT, erasure.HELD, data={**data, "since": tx.now.isoformat()})
    view = technician.which_photo if holding.holds(among[0], who) else reporter.which_matter
    await notices.hand(tx, who, KIND, lambda c: view(office.voice, list(among), c, words.kind), among[0])


async def held(tx: Tx, who: Person) -> TimerRow | None:
    """What is held of his, with the tickets it may belong to."""
    statement = select(TimerRow).where(TimerRow.key == erasure.held_key(who.id), col(TimerRow.fired_at).is_(None))
    return (await tx.session.exec(statement.with_for_update())).first()


async def belongs(
    tx: Tx, office: Office, who: Person, row: TimerRow, number: int | None, *, guessed: bool = False
) -> None:
    """He has said which; none of them: it is a report of its own. What is only `guessed` is evidence of no step."""
    photos = [tickets.Words("", str(p["kind"]), str(p["media_key"])) for p in row.data["photos"]]
    about = await tickets.get(tx, row.data["about"])
    row.data, row.fired_at, row.outcome = {}, tx.now, "answered"
    tx.add(row)
    if about is not None:
        await notices.close_cards(tx, about, (KIND,), f"已记到{number}号" if number else "新问题", who.id)
    ticket = await _handled_with(tx, number)
    if ticket is None:
        ticket = await intake.wordless(tx, office, who, photos.pop(0), office.classifier.understand(""))
    elif holding.holds(ticket, who) and not guessed:
        photos = [words for words in photos if not await guidance.attach(tx, office, ticket, who, words)]
    if number is not None and photos:
        await notices.tell(tx, who, reporter.photo_noted(ticket, photos[0].kind), ticket)
    for words in photos:
        await tickets.add_words(tx, ticket, who, words, "evidence" if holding.holds(ticket, who) else "added")


async def silent(tx: Tx, office: Office, row: TimerRow) -> str:
    """Timer: not answered. It goes to what he turned to or spoke of meanwhile, else to the newest, and he hears where."""
    who = await people.person(tx, row.data.get("person"))
    if who is None:
        return "gone"
    in_hand = [t for t in await tickets.held_by(tx, who) if t.id in row.data["tickets"]]
    if (turned_to := focus.of(in_hand, who)) is not None:
        await belongs(tx, office, who, row, turned_to.id)
        return "focus"
    live = in_hand or [t for t in await tickets.live_of(tx, who) if t.kind != "classified"]
    since = datetime.fromisoformat(row.data["since"])
    spoken = await _spoken_of(tx, who, live, since if not in_hand else since - HAND)
    newest = live[0].id if live else row.data["about"]
    await belongs(tx, office, who, row, spoken.id if spoken else newest, guessed=True)
    return "newest"


async def announced(tx: Tx, who: Person, number: int) -> Ticket | None:
    """He says that the photo he is about to send anew is of this matter of his. None: it is none of them any more."""
    for ticket in await tickets.live_of(tx, who):
        if ticket.id == number and ticket.kind != "classified":
            await tx.record(number, "photo-announced", who.id)
            return ticket
    return None


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

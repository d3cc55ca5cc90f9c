"""Splitting (拆分): one message held two matters; the second gets a ticket of its own. The undo withdraws it."""

from bot.core.ticket import LIVE, Action, Status
from bot.desk import dispatch, intake, merging, people, referral, tickets
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import Dialogue, Person, Ticket
from bot.views import desk_tools as views
from bot.views import notices
from knowledge import Understanding

SOURCE = "split"
PLACE = ("location", "building", "floor", "room")


def may_split(ticket: Ticket) -> bool:
    """Whether something can be taken out of a ticket: it is open, and not a classified matter."""
    return Status(ticket.status) in LIVE and ticket.kind != "classified"


async def split(tx: Tx, office: Office, ticket: Ticket, seat: Person, text: str, meaning: Understanding) -> Ticket:
    """A new ticket of the same reporter for what the desk writes, in the same place unless it names another."""
    who = await people.person(tx, ticket.reporter_id)
    if who is None:
        raise LookupError(f"ticket {ticket.id} was reported by nobody")
    if meaning.decision == "emergency":
        new = await referral.emergency(tx, office, who, meaning, tickets.Words(text))
        await tickets.change(tx, new, "split-from", seat, parent_id=ticket.id, source=SOURCE)
        return new
    said = tickets.slots_of(meaning)
    place = {} if any(key in said for key in PLACE) else {k: v for k, v in ticket.slots.items() if k in PLACE}
    new = await tickets.open_ticket(
        tx, office, who, meaning, tickets.Words(), parent_id=ticket.id, source=SOURCE, slots={**place, **said},
        **_guessed(meaning),
    )  # fmt: skip
    await tickets.add_words(tx, new, seat, tickets.Words(text), "split-words")
    await tx.record(ticket.id or 0, "split", seat.id, {"into": new.id})
    if meaning.decision == "dispatch" and meaning.fault:
        await intake.settle_class(tx, office, who, new, new=True)
    else:
        await intake.hand_to_desk(tx, office, who, new, "unclear")
    return new


def _guessed(meaning: Understanding) -> dict[str, str | None]:
    """Nothing is put down as known that was only guessed."""
    known = meaning.decision in ("dispatch", "request", "route")
    return {} if known else {"kind": "unclear", "fault": None, "item": None}


async def undo(tx: Tx, office: Office, ticket: Ticket, seat: Person) -> bool:
    """撤销拆分: the ticket that was split off is withdrawn, the first one is as before. False: it cannot be."""
    if ticket.source != SOURCE or not tickets.can(ticket, Action.CANCEL):
        return False
    who = await people.person(tx, ticket.reporter_id)
    await tickets.act(tx, ticket, Action.CANCEL, seat, by="split-undone", closed_at=tx.now)
    pending = await tx.session.get(Dialogue, ticket.reporter_id)
    if pending is not None and pending.ticket_id == ticket.id:
        await tx.session.delete(pending)
        await tx.flush()
    await dispatch.stop_work(tx, ticket, "已撤销拆分")
    await notices.tell(tx, who, views.unsplit_reporter(ticket), ticket)
    await merging.release(tx, office, ticket)
    return True

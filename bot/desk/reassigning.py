"""All that one technician has goes to another at once (把王强的单都给赵磊): each ticket within the rules of one alone.

What would go, and what that means, is shown first; it is done on a yes, of exactly what was shown. What may not go stays
where it is; it never decides for the desk whom else to ask. Of very many a portion is shown and done, then the next is asked
about: one update holds up everybody else's while it lasts.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.core.ticket import AT_WORK, Status
from bot.desk import cards, dispatch, fitness, offers, people, tickets
from bot.desk.office import Office
from bot.desk.tickets import Ticket
from bot.store.engine import Tx
from bot.store.tables import CardRow, Person
from bot.views import choices, notices

KIND = "move-all"
"""The open question of a seat who is to say yes; with `-`, how the purpose of its card begins."""
VALID = timedelta(minutes=10)
"""A yes to what was shown longer ago is none (assumed)."""
AT_ONCE = 20
"""Tickets that go on one yes: somewhat more than a second's work (assumed)."""


@dataclass(frozen=True)
class Outcome:
    """One ticket: what giving it means, or why it stays."""

    ticket: Ticket
    means: Mapping[str, float]
    problem: str = ""


@dataclass(frozen=True)
class Shown:
    """What a seat was asked: whose tickets, to whom, and the mark of how they stood."""

    who: Person
    to: Person
    mark: str
    card: CardRow


async def plan(tx: Tx, office: Office, who: Person, to: Person) -> tuple[list[Outcome], int]:
    """What giving `to` all that `who` holds and is being asked would mean, the most urgent first; and how many are left for
    later because so many can go before them. Nothing is done.
    """
    having = {t.id: t for t in (*await tickets.held_by(tx, who), *await offers.offered_to(tx, who))}
    found: list[Outcome] = []
    for ticket in sorted(having.values(), key=lambda t: (t.priority or "P3", t.id)):
        ahead = sum(1 for one in found if not one.problem)
        if ahead == AT_ONCE:
            break
        problem = await _problem(tx, office, ticket, to)
        means = {} if problem else await fitness.consequences(tx, office, ticket, to, ahead)
        found.append(Outcome(ticket, means, problem))
    return found, len(having) - len(found)


async def ask(tx: Tx, office: Office, seat: Person, who: Person, to: Person, found: Sequence[Outcome]) -> None:
    """The seat reads what would go, and is asked whether it shall."""
    count, purpose = sum(1 for one in found if not one.problem), f"{KIND}-{who.id}-{to.id}-{_mark(found)}"
    await notices.close_loose(tx, purpose, "见新卡片", seat.id)
    card_id = await notices.hand(tx, seat, purpose, lambda c: choices.move_all(c, who.name, to.name, count), None)
    await cards.expect(tx, seat, None, KIND, {"card": card_id})


async def shown(tx: Tx, seat: Person, card_id: str) -> Shown | None:
    """What a seat's card asked; None when it was no such card, or not his."""
    row = await tx.session.get(CardRow, card_id)
    if row is None or row.person_id != seat.id or not row.purpose.startswith(f"{KIND}-"):
        return None
    who_id, to_id, mark = row.purpose.removeprefix(f"{KIND}-").split("-")
    who, to = await people.person(tx, int(who_id)), await people.person(tx, int(to_id))
    return Shown(who, to, mark, row) if who is not None and to is not None else None


def stale(tx: Tx, asked: Shown, found: Sequence[Outcome]) -> bool:
    """Whether what was shown is no longer how it stands, or was shown too long ago to be remembered."""
    return asked.mark != _mark(found) or (asked.card.sent_at is not None and tx.now - asked.card.sent_at > VALID)


async def carry_out(tx: Tx, office: Office, seat: Person, found: Sequence[Outcome], to: Person) -> list[Outcome]:
    """Give `to` what may go; what turns out not to stays, with the reason."""
    done: list[Outcome] = []
    for one in found:
        problem = one.problem or await dispatch.assign(tx, office, one.ticket, to, seat)
        if not problem:
            await notices.close_cards(tx, one.ticket, ("desk",), f"已派{to.name}"[:10])
        done.append(Outcome(one.ticket, one.means, problem))
    return done


async def settle(tx: Tx, seat: Person, asked: Shown, label: str) -> None:
    """The question is over: its card says how, and no typed yes counts for it any more."""
    await notices.close_loose(tx, asked.card.purpose, label, seat.id)
    pending = await cards.pending(tx, seat)
    if pending is not None and pending.kind == KIND and pending.data["card"] == asked.card.card_id:
        await cards.answered(tx, seat)


async def _problem(tx: Tx, office: Office, ticket: Ticket, to: Person) -> str:
    if Status(ticket.status) not in (*AT_WORK, Status.DISPATCHED):
        return choices.nearly_done(ticket)
    return await dispatch.obstacle(tx, office, ticket, to)


def _mark(found: Sequence[Outcome]) -> str:
    """What would go and what would stay, in few characters (a card's id has not many)."""
    stands = ",".join(f"{one.ticket.id}{'-' if one.problem else '+'}" for one in found)
    return hashlib.sha1(stands.encode()).hexdigest()[:10]

"""Who is told: finds the address of a person, a position or a group and queues what the views wrote.

Cards are remembered as they are queued, so that a press can be judged and stale buttons closed later.
"""

from collections.abc import Callable, Iterable, Sequence

from sqlmodel import col, select

from bot.core import typed_press
from bot.core.outbound import Card, CardUpdate, Message, Target
from bot.store.engine import Tx
from bot.store.tables import AccountRow, CardRow, Person, Ticket

MakeCard = Callable[[str], Card]


async def address(tx: Tx, person: Person) -> Target | None:
    """Where a person is written to: his reachable account, the one heard last first; None when he has none."""
    return (await addresses(tx, [person])).get(person.id or 0)


async def addresses(tx: Tx, people: Iterable[Person]) -> dict[int, Target]:
    """The same of many, by their ids, with one question to the database; whoever has none is not in it."""
    wanted = [p.id for p in people]
    if not wanted:
        return {}
    statement = select(AccountRow).where(col(AccountRow.person_id).in_(wanted), col(AccountRow.reachable))
    found: dict[int, AccountRow] = {}
    for row in (await tx.session.exec(statement.order_by(col(AccountRow.id)))).all():
        if row.connection and (row.person_id not in found or _heard(row) > _heard(found[row.person_id])):
            found[row.person_id] = row
    return {
        person_id: Target(kind="person", platform=row.platform, connection=row.connection, id=row.user_id)
        for person_id, row in found.items()
    }


async def reached(tx: Tx, people: Iterable[Person]) -> list[Person]:
    """Those who can be written to, in the order given."""
    several = list(people)
    known = await addresses(tx, several)
    return [p for p in several if p.id in known]


def _heard(row: AccountRow) -> float:
    return row.heard_at.timestamp() if row.heard_at else 0.0


def rank_of(ticket: Ticket | None) -> int:
    """Safety and P1 overtake (0); all else is 1."""
    return 0 if ticket and (ticket.safety or ticket.priority == "P1") else 1


async def tell(
    tx: Tx, person: Person | None, message: Message, about: Ticket | None = None, guard: str = "", once: str = ""
) -> bool:
    """Queue `message` for a person. False when he cannot be addressed: the caller decides who is told instead.

    `once` names what is told a single time to each person, however often it happens.
    """
    if person is None or (target := await address(tx, person)) is None:
        return False
    key = f"once:{once}:{person.id}" if once else tx.next_key()
    await tx.send(key, target, message, ticket_id=about.id if about else None, rank=rank_of(about), guard=guard)
    return True


async def hand(
    tx: Tx, person: Person | None, purpose: str, make: MakeCard, about: Ticket | None, guard: str = ""
) -> str:
    """Give a person a card. Returns its id, empty when he cannot be addressed."""
    number = about.id if about else None
    if person is None or (target := await address(tx, person)) is None:
        return ""
    card_id = tx.card_id(number, purpose)
    card = make(card_id)
    await tx.track(
        CardRow(
            card_id=card_id,
            ticket_id=number,
            person_id=person.id,
            purpose=purpose,
            target=target.model_dump_json(),
            buttons={button.text: button.verb for button in card.buttons},
            tail=typed_press.tail(card_id),
        )
    )
    await tx.send(tx.next_key(), target, card, ticket_id=number, rank=rank_of(about), guard=guard)
    return card_id


async def announce(tx: Tx, groups: Iterable[Target], message: Message, about: Ticket | None = None) -> None:
    """Post to groups."""
    for group in groups:
        await tx.send(tx.next_key(), group, message, ticket_id=about.id if about else None, rank=rank_of(about))


async def close_cards(tx: Tx, about: Ticket, purposes: Iterable[str], label: str, person_id: int | None = None) -> None:
    """Put a closing label on the buttons of a ticket's cards that are no longer to be pressed.

    Where the platform has no code left for it the row is voided; the press itself is answered truthfully anyway.
    """
    await _close(tx, about, list(purposes), label, person_id)


async def close_loose(tx: Tx, purpose: str, label: str, person_id: int | None = None) -> None:
    """The same for cards that are about no ticket: their purpose says what they are about (`members7`, `move-all-3-4-…`)."""
    await _close(tx, None, [purpose], label, person_id)


async def _close(tx: Tx, about: Ticket | None, purposes: Sequence[str], label: str, person_id: int | None) -> None:
    number = about.id if about else None
    statement = select(CardRow).where(
        CardRow.ticket_id == number, col(CardRow.purpose).in_(purposes), ~col(CardRow.closed)
    )
    if person_id is not None:
        statement = statement.where(CardRow.person_id == person_id)
    for card in (await tx.session.exec(statement)).all():
        card.closed = True
        tx.add(card)
        await tx.send(
            tx.next_key(),
            Target.model_validate_json(card.target),
            CardUpdate(card_id=card.card_id, label=label),
            ticket_id=number,
            rank=rank_of(about),
        )

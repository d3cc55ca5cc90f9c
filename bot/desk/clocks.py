"""The clocks of a ticket: what each target allows and has used, whose time it was, disputes and the supervisor's ruling."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlmodel import col, select

from bot.core import charging
from bot.core.calendar import WorkingTime
from bot.core.charging import NOBODY, Interval, Mark, Party, Reading
from bot.desk import people, roster, tickets
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import Content, Person, Ticket, TicketEvent
from bot.views import clocks as views
from bot.views import notices

TARGETS = {
    "accept": ("accepted_at",),
    "response": ("contacted_at", "arrived_at", "restored_at"),
    "arrive": ("arrived_at", "restored_at"),
    "restore": ("restored_at",),
    "resolve": ("resolved_at",),
}
"""Target → the time stamps that stop it, the earliest counting: who stands in the room has made contact."""
RULERS = frozenset({"inspector"})
"""Who may rule on a dispute: the supervisor's engineer (监理工程师)."""


async def parts(tx: Tx, office: Office, ticket: Ticket, until: datetime | None = None) -> list[Interval]:
    """The ticket's time up to `until` (default: its end, or now), each stretch with its party."""
    clock = office.clock(ticket.priority)
    windows = clock if isinstance(clock, WorkingTime) else None
    return charging.intervals(await marks(tx, ticket), until or ticket.closed_at or tx.now, windows)


async def marks(tx: Tx, ticket: Ticket) -> list[Mark]:
    """The ticket's timeline as the reckoning reads it."""
    rows = await tx.session.exec(
        select(TicketEvent).where(TicketEvent.ticket_id == ticket.id).order_by(col(TicketEvent.id))
    )
    return [Mark(row.id or 0, row.at, row.kind, row.data) for row in rows.all()]


def stopped_at(ticket: Ticket, target: str) -> datetime | None:
    """When a target was met; None while it runs."""
    return min((at for stamp in TARGETS[target] if (at := getattr(ticket, stamp)) is not None), default=None)


async def resident(tx: Tx, ticket: Ticket) -> bool:
    """Whether the holder sits at the agency, for whom arriving has its own target."""
    holder = await people.person(tx, ticket.assignee_id)
    return holder is not None and holder.unit_id is not None and holder.unit_id == ticket.unit_id


def allowed(office: Office, ticket: Ticket, target: str, resident_: bool) -> int:
    """Minutes on the priority's clock."""
    return office.target(ticket.priority, _name(target, resident_))


def net(office: Office) -> bool:
    """Whether the contract counts what is charged to the provider; else all of the priority's time counts."""
    return office.book.service_levels.sla.counts == "provider"


def counted(tiles: Iterable[Interval], *, net: bool) -> timedelta:
    """How much of these stretches counts towards a target."""
    return sum((tile.length for tile in tiles if charging.counts(tile.party, net=net)), timedelta(0))


async def runs_out(tx: Tx, office: Office, ticket: Ticket, minutes: int, since: datetime) -> datetime:
    """When so many counted minutes will have passed since then, if nothing more is excused; when they had, if they have."""
    tiles = charging.since(await parts(tx, office, ticket), since)
    at, left = charging.used_up(tiles, timedelta(minutes=minutes), net=net(office))
    return at or office.clock(ticket.priority).add(tx.now, left / timedelta(minutes=1))


async def remaining(tx: Tx, office: Office, ticket: Ticket, minutes: int, since: datetime) -> timedelta:
    """How much is left of so many counted minutes from then on; negative once there were more."""
    tiles = charging.since(await parts(tx, office, ticket), since)
    return timedelta(minutes=minutes) - counted(tiles, net=net(office))


def _name(target: str, resident_: bool) -> str:
    return ("arrive_resident" if resident_ else "arrive_other") if target == "arrive" else target


async def readings(tx: Tx, office: Office, ticket: Ticket) -> list[Reading]:
    """Every target of the ticket's priority, as it stands now."""
    here, again = await resident(tx, ticket), await reopened_at(tx, ticket)
    found = []
    for target in TARGETS:
        end, minutes = stopped_at(ticket, target), allowed(office, ticket, target, here)
        stopped = end is not None or ticket.closed_at is not None
        tiles = await parts(tx, office, ticket, end or ticket.closed_at or tx.now)
        if target == "accept" and again is not None:  # somebody accepts anew; what mends it goes on where it was
            tiles = list(charging.since(tiles, again))
        left = timedelta(minutes=minutes) - counted(tiles, net=net(office))
        found.append(
            Reading(
                target,
                minutes,
                int(counted(tiles, net=False).total_seconds() // 60),
                int(counted(tiles, net=True).total_seconds() // 60),
                stopped,
                office.clock(ticket.priority).add(tx.now, max(left, timedelta(0)) / timedelta(minutes=1)),
                earlier=end is not None and again is not None and end < again,
            )
        )
    return found


async def reopened_at(tx: Tx, ticket: Ticket) -> datetime | None:
    """When the ticket was last opened again; None when it never was."""
    return charging.reopened(await marks(tx, ticket)) if ticket.reopened else None


def may_see(ticket: Ticket, who: Person) -> bool:
    """The desk, the supervisor, the reporter and the holder may see a ticket's clocks."""
    return (
        people.is_desk(who) or bool(RULERS & set(who.positions)) or who.id in (ticket.reporter_id, ticket.assignee_id)
    )


async def rule(tx: Tx, office: Office, ticket: Ticket, who: Person, number: int, party: Party) -> Interval | None:
    """The supervisor charges the `number`-th stretch (from 1) to a party; only that stretch changes. None: no such one.

    Whoever disputed it hears of it, and both sides it moves between, each person once; the same ruling again is no news.
    """
    tiles = await parts(tx, office, ticket)
    if not 1 <= number <= len(tiles):
        return None
    before = tiles[number - 1]
    if before.ruled and before.party is party:
        return before
    name = charging.name_of(before)
    await tx.record(ticket.id or 0, "ruled", who.id, {**name, "party": str(party)})
    await tickets.reckon(tx, ticket)
    await tx.flush()
    part = (await parts(tx, office, ticket))[number - 1]
    said = views.ruled(office.voice, ticket, number, part, before.party, tx.now)
    concerned = {person_id: await people.person(tx, person_id) for person_id in await _disputants(tx, ticket, name)}
    for side in (before.party, party):
        concerned |= {person.id or 0: person for person in await _side(tx, office, ticket, side)}
    for person in concerned.values():
        if person is not None and person.id != who.id:
            await notices.tell(tx, person, said, ticket)
    return part


async def _side(tx: Tx, office: Office, ticket: Ticket, party: Party) -> list[Person]:
    """Who answers for a party: the provider's leads (without one who can be written to, the desk), the agency's reporter."""
    if party is Party.USER_UNIT:
        reporter = await people.person(tx, ticket.reporter_id)
        return [reporter] if reporter else []
    if party is not Party.PROVIDER:
        return []
    leads = await notices.reached(tx, await roster.leads(tx, office))
    return leads or await people.seats(tx, office.fallback_owner)


async def dispute(
    tx: Tx, office: Office, ticket: Ticket, who: Person, number: int | None, reason: str
) -> tuple[int, Interval, bool] | None:
    """Mark a stretch as disputed, with the reason kept apart, and ask the supervisor (without one, the desk).

    Without a number: the latest that is charged to the speaker's own side, of a ticket just opened the one that begins.
    The same said twice goes to nobody twice. Returns its number, the stretch, and whether a supervisor was told; None: no
    such stretch.
    """
    tiles = await parts(tx, office, ticket)
    index = number if number is not None else _against(tiles, ticket, who)
    if not 1 <= index <= len(tiles):
        return None
    if tiles[index - 1].disputed and await _said_already(tx, ticket, who, reason):
        return index, tiles[index - 1], bool(await people.holding(tx, RULERS))
    content = Content(ticket_id=ticket.id or 0, person_id=who.id, at=tx.now, kind="text", text=reason)
    await tx.record(ticket.id or 0, "disputed", who.id, {**charging.name_of(tiles[index - 1])}, content)
    await tx.flush()
    part = (await parts(tx, office, ticket))[index - 1]
    told = False
    for person in await people.holding(tx, RULERS):
        asked = views.dispute_to_rule(office.voice, ticket, index, part, who, reason, tx.now)
        told |= await notices.tell(tx, person, asked, ticket)
    if not told:
        for seat in await people.seats(tx, office.fallback_owner):
            line = views.dispute_without_ruler(office.voice, ticket, index, part, who, reason, tx.now)
            await notices.tell(tx, seat, line, ticket)
    return index, part, told


async def _said_already(tx: Tx, ticket: Ticket, who: Person, reason: str) -> bool:
    """Whether he has given this reason for a dispute of this ticket before."""
    statement = (
        select(TicketEvent.id)
        .join(Content, col(Content.id) == col(TicketEvent.content_id))
        .where(TicketEvent.ticket_id == ticket.id, TicketEvent.kind == "disputed", TicketEvent.actor_id == who.id)
        .where(Content.text == reason)
    )
    return (await tx.session.exec(statement.limit(1))).first() is not None


def may_dispute(ticket: Ticket, who: Person) -> bool:
    """The desk, the reporter and the holder may."""
    return people.is_desk(who) or who.id in (ticket.reporter_id, ticket.assignee_id)


def _against(tiles: Sequence[Interval], ticket: Ticket, who: Person) -> int:
    """The number of the latest stretch charged to the speaker's side; else of the latest in working time; else of the latest."""
    side = Party.USER_UNIT if who.id == ticket.reporter_id else Party.PROVIDER
    numbered = list(enumerate(tiles, start=1))
    own = [n for n, tile in numbered if tile.party is side]
    worked = [n for n, tile in numbered if tile.party not in NOBODY]
    return (own or worked or [len(tiles)])[-1]


async def _disputants(tx: Tx, ticket: Ticket, name: Mapping[str, object]) -> list[int]:
    """Who disputed the stretch of this name, each once."""
    rows = await tx.session.exec(
        select(TicketEvent).where(TicketEvent.ticket_id == ticket.id, TicketEvent.kind == "disputed")
    )
    return sorted({row.actor_id for row in rows.all() if row.actor_id and name.items() <= row.data.items()})

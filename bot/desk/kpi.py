"""指标: the figures of a period, reckoned from its tickets and their events; by agency too, and as rows of a sheet.

What it costs goes by the tickets of the period, never by the years before: they are found by the time of their report,
their events by ticket, in portions. Reads only, outside any write transaction; the reckoning itself is done in a thread.
"""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select as columns
from sqlalchemy import text
from sqlmodel import col, select

from bot.core import charging, kpi
from bot.core.calendar import WorkingTime
from bot.core.charging import Interval, Mark
from bot.core.kpi import Case, Figures, Kept, Period
from bot.core.ticket import LIVE, Status
from bot.core.visits import outcomes
from bot.desk import clocks, people, search, tickets
from bot.desk.office import Office
from bot.desk.warnings import MEASURED
from bot.store.engine import Tx
from bot.store.tables import AccountRow, Person, Proof, Ticket, TicketEvent
from bot.store.tables import Unit as Unit
from bot.store.tables.tickets import VISIT_ENDED
from bot.views import kpi as views
from bot.views import proof as proof_views
from bot.views.visits import Kept as Appointments
from bot.views.words import INSPECTION

READERS = frozenset({"inspector", "duty-officer"})
"""Who beside the desk and its leads sees the figures: the supervisor and the managing agency."""
PORTION = 500
"""Tickets whose rows are read with one statement."""
STAMPS = {"arrive": "arrived_at", "contact": "contacted_at"}
"""Kind of a proof → the time stamp of the ticket it is about."""
OVER = {Status.REFERRED: "referred", Status.CANCELLED: "dropped", Status.MERGED: "dropped"}
COLUMNS = columns(
    *(col(c) for c in (TicketEvent.ticket_id, TicketEvent.id, TicketEvent.at, TicketEvent.kind, TicketEvent.data))
)
"""Of a month's events only what is reckoned with: whole rows take three times as long."""
ENDED = ("cancel", "refer", "merge")
"""Events that end what is owed without its being done."""


@dataclass(frozen=True)
class Found:
    """A period's tickets and what is known of them."""

    cases: Sequence[Case]
    proofs: Sequence[tuple[Proof, Ticket, bool]]
    """Arrivals and contacts of the period, with whether they were in time."""
    before: int
    """Tickets from before the period that are still open."""

    def figures(self) -> Figures:
        return kpi.sum_up(self.cases)

    def grades(self, since: datetime | None = None) -> proof_views.Counts:
        """How many arrivals and contacts of each grade there were, and how many in time."""
        counts: dict[tuple[str, str], tuple[int, int]] = defaultdict(lambda: (0, 0))
        for row, _, in_time in self.proofs:
            if since is None or row.at >= since:
                count, kept = counts[row.kind, row.grade]
                counts[row.kind, row.grade] = (count + 1, kept + in_time)
        return dict(counts)


def may_see(who: Person) -> bool:
    return people.is_desk(who) or bool(READERS & set(who.positions))


def local(tx: Tx, office: Office) -> datetime:
    return tx.now.astimezone(office.voice.zone)


async def agencies(tx: Tx, said: str) -> list[Unit]:
    """The agencies a word may mean."""
    return await search.units_called(tx, said)


async def of(tx: Tx, office: Office, period: Period, unit_id: int | None = None) -> Found:
    """What there was in a period, of one agency if given."""
    # By agency they are chosen here: its index would lead through all its years.
    statement = select(Ticket).where(col(Ticket.created_at) >= period.since, col(Ticket.created_at) < period.until)
    reported = [t for t in (await tx.session.exec(statement)).all() if _counts(t, unit_id)]
    rows = select(Proof).where(col(Proof.at) >= period.since, col(Proof.at) < period.until)
    proofs = (await tx.session.exec(rows)).all()
    about = {t.id: t for t in reported} | {t.id: t for t in await _tickets(tx, {p.ticket_id for p in proofs})}
    timelines = await _timelines(tx, [number for number in about if number is not None])
    staff = {p.id: p for p in await people.placed(tx, people.ENGINEERS)}
    platforms = await _platforms(tx)

    def reckon() -> tuple[list[Case], list[tuple[Proof, Ticket, bool]]]:
        tiles = {n: _tiles(tx.now, office, t, timelines[n]) for n, t in about.items() if n is not None}
        cases = [
            _case(
                tx.now, office, t, timelines[t.id or 0], tiles[t.id or 0],
                staff.get(t.assignee_id), platforms.get(t.reporter_id, "chat"),
            )
            for t in reported
        ]  # fmt: skip
        proven = [
            (p, t, _in_time(office, t, p, tiles[p.ticket_id], staff.get(p.person_id)))
            for p in proofs
            if (t := about.get(p.ticket_id)) is not None and _counts(t, unit_id)
        ]
        return cases, proven

    reckoned, proven = await asyncio.to_thread(reckon)
    live = await tickets.open_tickets(tx, sorted(LIVE - {Status.RESOLVED, Status.REFERRED}))
    return Found(reckoned, proven, sum(t.created_at < period.since and _counts(t, unit_id) for t in live))


async def read(
    tx: Tx, office: Office, period: Period, unit_id: int | None, times: Sequence[Period]
) -> tuple[Found, list[tuple[str, Appointments]]]:
    """A period, and the appointments kept in each of `times`, by its name."""
    found = await of(tx, office, period, unit_id)
    return found, [(p.name, await _appointments(tx, p.since, p.until)) for p in times]


async def sheet(tx: Tx, office: Office, period: Period) -> list[Sequence[object]]:
    """The figures of a period in rows: all of it, each priority, each agency; columns as views.COLUMNS."""
    cases = (await of(tx, office, period)).cases
    names = {u.id: u.name for u in (await tx.session.exec(select(Unit))).all()}
    by_unit: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        by_unit[names.get(case.unit_id, views.NO_UNIT)].append(case)
    rows = [views.row(views.EVERYWHERE, kpi.ALL, kpi.sum_up(cases))]
    for priority in kpi.PRIORITIES:
        rows.append(views.row(views.EVERYWHERE, priority, kpi.sum_up([c for c in cases if c.priority == priority])))
    return rows + [views.row(name, kpi.ALL, kpi.sum_up(by_unit[name])) for name in sorted(by_unit)]


def _counts(ticket: Ticket, unit_id: int | None) -> bool:
    return ticket.kind != INSPECTION and unit_id in (None, ticket.unit_id)


def _portions(ids: Iterable[int]) -> Iterator[list[int]]:
    ordered = sorted(ids)
    return (ordered[at : at + PORTION] for at in range(0, len(ordered), PORTION))


async def _tickets(tx: Tx, ids: Iterable[int]) -> list[Ticket]:
    found: list[Ticket] = []
    for portion in _portions(ids):
        found += (await tx.session.exec(select(Ticket).where(col(Ticket.id).in_(portion)))).all()
    return found


async def _timelines(tx: Tx, ids: Iterable[int]) -> Mapping[int, list[Mark]]:
    """The events of each ticket, as the reckoning reads them."""
    found: dict[int, list[Mark]] = defaultdict(list)
    connection = await tx.session.connection()
    for portion in _portions(ids):
        statement = COLUMNS.where(col(TicketEvent.ticket_id).in_(portion)).order_by(col(TicketEvent.id))
        for ticket_id, number, at, kind, data in await connection.execute(statement):
            found[ticket_id].append(Mark(number, at, kind, data))
    return found


async def _platforms(tx: Tx) -> dict[int, str]:
    """By person the platform he was last heard on."""
    statement = select(AccountRow.person_id, AccountRow.platform).order_by(
        col(AccountRow.heard_at).is_not(None), col(AccountRow.heard_at)
    )
    return dict((await tx.session.exec(statement)).all())


def _tiles(now: datetime, office: Office, ticket: Ticket, marks: list[Mark]) -> list[Interval]:
    """Whose time it was, as far as anything is asked of this ticket."""
    clock = office.clock(ticket.priority)
    until = max(_ended(ticket, marks) or now, *_stamps(ticket))
    return charging.intervals(marks, until, clock if isinstance(clock, WorkingTime) else None)


def _case(
    now: datetime,
    office: Office,
    ticket: Ticket,
    marks: list[Mark],
    tiles: Sequence[Interval],
    holder: Person | None,
    platform: str,
) -> Case:
    """What one ticket came to, as it stands now."""
    status, ended = Status(ticket.status), _ended(ticket, marks)
    net, resident = clocks.net(office), _resident(holder, ticket)
    kept: dict[str, Kept] = {}
    response: timedelta | None = None
    for target in kpi.CLOCKS:
        stop = clocks.stopped_at(ticket, target)
        until = list(_clipped(tiles, stop or ended or now))
        used = {by_net: clocks.counted(until, net=by_net) for by_net in (False, True)}
        if target == "response" and stop is not None and ticket.kind in MEASURED:
            response = used[net]
        allowed = timedelta(minutes=clocks.allowed(office, ticket, target, resident))
        if _owed(ticket, target) and (stop is not None or used[net] > allowed):
            kept[target] = Kept(gross=used[False] <= allowed, net=used[True] <= allowed)
    resolved = list(_clipped(tiles, ticket.resolved_at or ended or now))
    return Case(
        unit_id=ticket.unit_id,
        priority=ticket.priority or "P3",
        channel=ticket.source if ticket.source != "chat" else platform,
        state="referred"
        if ticket.by == "referred"
        else OVER.get(status) or ("resolved" if status in (Status.RESOLVED, Status.CLOSED) else "open"),
        closed=status is Status.CLOSED,
        reopened=ticket.reopened > 0,
        rating=ticket.rating,
        complaints=sum(m.kind == "complaint" for m in marks),
        urged=ticket.urged,
        kept=kept,
        response=response,
        paused=_paused(marks, resolved),
        whole=clocks.counted(resolved, net=False),
    )


def _owed(ticket: Ticket, target: str) -> bool:
    """Whether a target is for this ticket: what was referred or called off owes a response only (service levels, 7)."""
    status = Status(ticket.status)
    if ticket.kind not in MEASURED or status is Status.MERGED:
        return False
    if target == "response":
        return True
    if status in OVER or ticket.by == "referred":
        return False
    if target != "arrive" or ticket.arrived_at is not None:
        return True
    return ticket.restored_at is None and status in LIVE - {Status.REMOTE, Status.RESOLVED}


def _ended(ticket: Ticket, marks: Sequence[Mark]) -> datetime | None:
    """When nothing more was owed; None while it is."""
    if ticket.closed_at is not None or Status(ticket.status) not in OVER:
        return ticket.closed_at
    return next((m.at for m in reversed(marks) if m.kind in ENDED), None)


def _stamps(ticket: Ticket) -> Iterator[datetime]:
    yield ticket.created_at
    yield from (at for stamp in tickets.STAMPED if (at := getattr(ticket, stamp)) is not None)


def _resident(who: Person | None, ticket: Ticket) -> bool:
    return who is not None and who.unit_id is not None and who.unit_id == ticket.unit_id


def _clipped(tiles: Iterable[Interval], until: datetime, since: datetime | None = None) -> Iterator[Interval]:
    """What of the stretches lies before `until`, and after `since` if given."""
    for tile in tiles:
        start, end = max(tile.start, since or tile.start), min(tile.end, until)
        if end > start:
            yield replace(tile, start=start, end=end)


def _paused(marks: Sequence[Mark], tiles: Sequence[Interval]) -> timedelta:
    """How much of the clock's time in these stretches was paused; a wait that is the provider's own stops no clock."""
    total, since = timedelta(0), None
    for mark in [*charging.settled(marks), None]:
        rests = mark is not None and mark.kind == "paused" and mark.data.get("party") != charging.Party.PROVIDER
        if mark is not None and rests:
            since = since or mark.at
        elif since is not None and (
            mark is None or mark.kind in ("paused", "resumed") or mark.data.get("paused") == ""
        ):
            until = mark.at if mark is not None else tiles[-1].end if tiles else since
            total += clocks.counted(_clipped(tiles, until, since), net=False)
            since = None
    return total


def _in_time(office: Office, ticket: Ticket, proof: Proof, tiles: Sequence[Interval], who: Person | None) -> bool:
    end: datetime = getattr(ticket, STAMPS[proof.kind]) or proof.at
    target = "response" if proof.kind == "contact" else "arrive"
    allowed = clocks.allowed(office, ticket, target, _resident(who, ticket))
    return clocks.counted(_clipped(tiles, end), net=clocks.net(office)) <= timedelta(minutes=allowed)


async def _appointments(tx: Tx, since: datetime, until: datetime) -> Appointments:
    """(kept, all) of the appointments that ended in that time and stood to the end; computed from the events alone."""
    ended_then = (col(TicketEvent.at) >= since, col(TicketEvent.at) < until)
    statement = select(TicketEvent).where(text(VISIT_ENDED), *ended_then)
    numbers: dict[int, set[int]] = {}
    for event in (await tx.session.exec(statement)).all():
        numbers.setdefault(event.ticket_id, set()).add(int(event.data["visit"]))
    found: list[bool] = []
    for ticket_id, mine in numbers.items():
        if (ticket := await tickets.get(tx, ticket_id)) is not None:
            ended = outcomes(await clocks.marks(tx, ticket))
            found += [was_kept for number, was_kept in ended.items() if number in mine]
    return sum(found), len(found)

"""What a ticket asks for and how its possible takers stand to it: the numbers the costs are made of, read in few queries.

It decides nothing: `bot/core/assignment.py` prices, `bot/desk/dispatch.py` acts.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta

from sqlmodel import col, func, select

from bot.core import permits
from bot.core.assignment import Bar, Candidate, Need, bar, priced, travel
from bot.core.ticket import AT_WORK, Status
from bot.core.travel import Place
from bot.desk import clocks, people, tickets
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import Offer, Person, Site, Ticket

FOUND = "round"
"""The source of a ticket that reports what was found on an inspection."""
LATELY = timedelta(hours=12)
"""Offers of this long ago count for fairness."""


async def need(tx: Tx, office: Office, ticket: Ticket) -> Need:
    """What the ticket asks for now; whoever declined it or let it expire, and its reporter, are excluded.

    What a technician found on a round he may mend himself.
    """
    past = (await tx.session.exec(select(Offer).where(Offer.ticket_id == ticket.id))).all()
    excluded = {o.person_id for o in past if o.state in ("declined", "expired")}
    if ticket.source != FOUND:
        excluded.add(ticket.reporter_id)
    site = await tx.session.get(Site, ticket.site_id) if ticket.site_id else None
    allowed, begun = office.target(ticket.priority, "arrive_other"), tickets.begun_at(ticket)
    return Need(
        skill=skill(office, ticket),
        area=site.area if site else "",
        excluded=frozenset(excluded),
        permits=permits.needed(ticket.item),
        classified=ticket.kind == "classified" or ticket.route == permits.CLASSIFIED_ROUTE,
        day=tx.now.astimezone(office.voice.zone).date(),
        place=_place(site, ticket),
        minutes_left=await clocks.remaining(tx, office, ticket, allowed, begun) / timedelta(minutes=1),
    )


def skill(office: Office, ticket: Ticket) -> str:
    """Whose work it is: by the device, else by what is requested."""
    if ticket.item:
        return office.book.items[ticket.item].skill
    wanted = office.book.requests.get(ticket.request or "")
    return (wanted.skill if wanted else "") or "desktop"


async def seen(tx: Tx, ticket: Ticket, technicians: Sequence[Person]) -> list[Candidate]:
    """The technicians as they stand to this ticket at this moment, in the order given."""
    ids = [p.id for p in technicians]
    held: dict[int, list[Ticket]] = defaultdict(list)
    at_work = [str(s) for s in AT_WORK]
    for open_one in await tx.session.exec(
        select(Ticket).where(col(Ticket.assignee_id).in_(ids), col(Ticket.status).in_(at_work))
    ):
        held[open_one.assignee_id or 0].append(open_one)
    offered = await tx.session.exec(
        select(Offer.person_id, func.count())
        .where(col(Offer.person_id).in_(ids), Offer.state == "open")
        .group_by(col(Offer.person_id))
    )
    lately = await tx.session.exec(
        select(Offer.person_id, func.count())
        .where(col(Offer.person_id).in_(ids), col(Offer.offered_at) > tx.now - LATELY)
        .group_by(col(Offer.person_id))
    )
    closed = await tx.session.exec(
        select(Ticket.assignee_id, func.count())
        .where(col(Ticket.assignee_id).in_(ids), Ticket.unit_id == ticket.unit_id, Ticket.status == str(Status.CLOSED))
        .group_by(col(Ticket.assignee_id))
    )
    pending, today, known = dict(offered.all()), dict(lately.all()), dict(closed.all())
    sites = await _sites(tx, technicians, held)
    return [
        Candidate(
            person_id=p.id or 0,
            name=p.name,
            skills=frozenset(p.skills),
            areas=frozenset(p.areas),
            open_tickets=len(held[p.id or 0]) + pending.get(p.id or 0, 0),
            resident=_resident(p, ticket),
            knows_unit=known.get(p.id, 0) if ticket.unit_id else 0,
            offers_today=today.get(p.id or 0, 0),
            permits=p.permits,
            cleared=p.cleared,
            at=_place(sites.get(p.site_id or 0)),
            stops=tuple(_place(sites.get(t.site_id or 0), t) for t in held[p.id or 0] if not t.paused),
        )
        for p in technicians
    ]


async def consequences(tx: Tx, office: Office, ticket: Ticket, to: Person, ahead: int = 0) -> dict[str, float]:
    """What giving him the ticket means: tickets in hand, minutes of travel (absent when unknown), minutes late.

    `ahead`: how many more than these he would be given before it.
    """
    asked, (view,) = await need(tx, office, ticket), await seen(tx, ticket, [to])
    way = travel(view, asked.place)
    held = view.open_tickets + ahead
    begin = office.weights.open_ticket * held
    late = begin + (way or 0.0) - (asked.minutes_left or 0.0)
    found = {"held": held, "late": max(0.0, round(late)), "cost": priced(view, asked, office.weights).cost}
    return found if way is None else {**found, "travel": round(way)}


async def barred(tx: Tx, office: Office, ticket: Ticket, to: Person) -> Bar | None:
    """The hard rule that keeps him from this ticket, whoever wants to give it to him. His own refusals are not one."""
    asked, (view,) = await need(tx, office, ticket), await seen(tx, ticket, [to])
    found = bar(view, asked)
    return None if found is Bar.EXCLUDED and to.id != ticket.reporter_id else found


def _resident(who: Person, ticket: Ticket) -> bool:
    return (who.unit_id is not None and who.unit_id == ticket.unit_id) or (
        who.site_id is not None and who.site_id == ticket.site_id and people.is_engineer(who)
    )


def _place(site: Site | None, ticket: Ticket | None = None) -> Place:
    if site is None:
        return Place()
    building = str(ticket.slots.get("building") or "") if ticket else ""
    return Place(site.id, building, site.latitude, site.longitude)


async def _sites(tx: Tx, technicians: Sequence[Person], held: dict[int, list[Ticket]]) -> dict[int, Site]:
    wanted = {p.site_id for p in technicians} | {t.site_id for tickets in held.values() for t in tickets}
    rows = await tx.session.exec(select(Site).where(col(Site.id).in_([i for i in wanted if i])))
    return {site.id or 0: site for site in rows.all()}

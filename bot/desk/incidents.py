"""Major incidents, first form: several like reports from one place become one matter, led, told and ended once.

The radar counts reports of one symptom group from one unit. A candidate is the desk's to confirm or dismiss, the duty
manager's when nobody does; a safety fault in a machine room and a hall at a standstill declare themselves. While an
incident is open, like reports are linked to it and told, not dispatched again; the desk's undo is exact. Once its first
report is a classified matter (R5) what is linked to it is one as well, and nothing more is linked.
"""

from collections.abc import Sequence
from datetime import timedelta

from sqlmodel import col, select

from bot.core.outbound import Markdown, Target
from bot.core.ticket import AT_WORK, BEFORE_ACCEPT, LIVE, Action, Status
from bot.desk import dispatch, merging, offers, people, tickets
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import Incident, Person, Ticket, TimerRow
from bot.views import incidents as views
from bot.views import notices

REPORTS, WINDOW = 3, timedelta(minutes=30)
"""Catalogue, service levels: three like reports from one place within half an hour."""
DECIDE, UPDATE, OVERDUE = timedelta(minutes=5), timedelta(minutes=30), timedelta(minutes=10)
OPEN = ("candidate", "open")
ROOM = ("机房", "弱电", "配线间", "设备间")
HALL_DOWN = "win-all-down"


async def joined(tx: Tx, office: Office, who: Person, ticket: Ticket) -> bool:
    """Link a report to the open incident it belongs to. True when that is all that is to be done with it."""
    incident = await _current(tx, office, ticket)
    if incident is None or incident.state != "open" or incident.main_ticket_id == ticket.id:
        return False
    main = await tickets.get(tx, incident.main_ticket_id)
    if main is None or main.kind == "classified":
        return False
    await tickets.act(
        tx, ticket, Action.MERGE, None, incident_id=incident.id, parent_id=incident.main_ticket_id, priority="P1"
    )
    await notices.tell(tx, who, views.joined(incident, ticket, tx.now, office.voice), ticket)
    return True


async def watch(tx: Tx, office: Office, ticket: Ticket) -> None:
    """The radar: enough like reports make a candidate, which the desk is asked about."""
    group = _group(office, ticket)
    if not group or ticket.unit_id is None or await _current(tx, office, ticket) is not None:
        return
    if ticket.fault == HALL_DOWN:
        await declare(tx, office, ticket)
        return
    like = await _like(tx, office, ticket, group)
    if len({t.reporter_id for t in like}) < REPORTS:
        return
    incident = await _new(tx, like[0], group, "candidate")
    await tx.remind(f"incident:{incident.id}", tx.now + DECIDE, "incident-candidate", like[0].id, data=_id(incident))
    await _ask(tx, office, incident, like, await people.seats(tx, office.fallback_owner))


async def undecided(tx: Tx, office: Office, row: TimerRow) -> str:
    """Timer: nobody has said whether it is one; the duty manager is asked."""
    incident = await tx.session.get(Incident, row.data["incident"])
    ticket = await tickets.get(tx, row.ticket_id)
    if incident is None or ticket is None or incident.state != "candidate":
        return "decided"
    like = await _like(tx, office, ticket, incident.symptom_group)
    await _ask(tx, office, incident, like, await people.holding(tx, ("duty-manager",)))
    return "duty manager asked"


async def declare(tx: Tx, office: Office, ticket: Ticket) -> Incident | None:
    """An incident that needs no confirming. None when this ticket is in one already."""
    if await _current(tx, office, ticket) is not None:
        return None
    incident = await _new(tx, ticket, _group(office, ticket), "candidate")
    await _open(tx, office, incident, ticket, None)
    return incident


def declares_itself(ticket: Ticket) -> bool:
    """A safety matter in a machine room (service levels, severity)."""
    where = " ".join(str(ticket.slots.get(key, "")) for key in ("location", "room"))
    return ticket.safety and any(word in where for word in ROOM)


async def confirm(tx: Tx, office: Office, incident: Incident, who: Person) -> None:
    """The desk says that it is one: like reports are linked, the groups told once, the first ticket goes to P1."""
    main = await tickets.get(tx, incident.main_ticket_id)
    if main is None or incident.state != "candidate":
        await notices.tell(tx, who, views.state(incident, office.voice, tx.now))
        return
    await notices.close_cards(tx, main, ("incident",), f"{who.name}已确认"[:10])
    await _open(tx, office, incident, main, who)
    for ticket in await _like(tx, office, main, incident.symptom_group):
        if ticket.id != main.id:
            await _link(tx, office, incident, ticket)
    await notices.tell(tx, who, views.confirmed(incident))


async def dismiss(tx: Tx, office: Office, incident: Incident, who: Person) -> None:
    """不是, or an undo of what was confirmed: linked tickets go back to where they were, whoever was told is told."""
    if incident.state not in OPEN:
        await notices.tell(tx, who, views.state(incident, office.voice, tx.now))
        return
    main = await tickets.get(tx, incident.main_ticket_id)
    was_open, incident.state, incident.closed_at = incident.state == "open", "dismissed", tx.now
    tx.add(incident)
    await tx.forget(f"incident:{incident.id}", f"incident-update:{incident.id}")
    if main is not None:
        await notices.close_cards(tx, main, ("incident",), "不是事件")
        await tickets.change(tx, main, "incident-dismissed", who, incident_id=None)
    if was_open:
        await _tell_groups(tx, incident, views.withdrawn(incident), main)
        for ticket in await _linked(tx, incident):
            if main is not None and main.kind == "classified" and ticket.status == Status.MERGED:
                await merging.leave_to_desk(tx, office, ticket)
            else:
                await _release(tx, office, ticket)
    await notices.tell(tx, who, views.dismissed(incident))


async def progress(tx: Tx, office: Office, incident: Incident, who: Person, text: str) -> None:
    """进展: the promised update, to exactly those who were told."""
    incident.next_update_at = tx.now + UPDATE
    tx.add(incident)
    await _promise(tx, incident)
    main = await tickets.get(tx, incident.main_ticket_id)
    await _tell_groups(tx, incident, views.progress(incident, text, office.voice, tx.now), main)
    await notices.tell(tx, who, views.told(incident))


async def all_clear(tx: Tx, office: Office, incident: Incident, who: Person, text: str) -> None:
    """恢复: the all-clear to exactly those who were told, and to everybody whose report was linked."""
    incident.state, incident.closed_at = "closed", tx.now
    tx.add(incident)
    await tx.forget(f"incident-update:{incident.id}")
    main = await tickets.get(tx, incident.main_ticket_id)
    linked = await _linked(tx, incident)
    await _tell_groups(tx, incident, views.all_clear(incident, text, len(linked) + 1, office.voice, tx.now), main)
    for ticket in [*linked, *([main] if main else [])]:
        await notices.tell(tx, await people.person(tx, ticket.reporter_id), views.restored(incident, ticket), ticket)
    await notices.tell(tx, who, views.closed(incident))


async def update_due(tx: Tx, office: Office, row: TimerRow) -> str:
    """Timer: an update was promised and has not come; whoever leads is reminded, and the desk."""
    incident = await tx.session.get(Incident, row.data["incident"])
    if incident is None or incident.state != "open":
        return "over"
    lead = await people.person(tx, incident.lead_id)
    seats = await people.seats(tx, office.fallback_owner)
    for person in {p.id: p for p in (lead, *seats) if p is not None}.values():
        await notices.tell(tx, person, views.update_due(incident))
    await tx.remind(f"incident-update:{incident.id}", tx.now + OVERDUE, "incident-update", data=_id(incident))
    return "reminded"


async def get(tx: Tx, number: int) -> Incident | None:
    return await tx.session.get(Incident, number)


async def of_ticket(tx: Tx, ticket: Ticket) -> Incident | None:
    """The incident whose first ticket this is."""
    statement = select(Incident).where(Incident.main_ticket_id == ticket.id).order_by(col(Incident.id).desc())
    return (await tx.session.exec(statement)).first()


async def current(tx: Tx) -> list[Incident]:
    """Candidates and open incidents, oldest first."""
    statement = select(Incident).where(col(Incident.state).in_(OPEN)).order_by(col(Incident.id))
    return list((await tx.session.exec(statement)).all())


async def _new(tx: Tx, main: Ticket, group: str, state: str) -> Incident:
    incident = Incident(
        symptom_group=group, unit_id=main.unit_id, main_ticket_id=main.id or 0, state=state, since=main.created_at
    )
    tx.add(incident)
    await tx.flush()
    await tickets.change(tx, main, "incident", None, incident_id=incident.id)
    return incident


async def _open(tx: Tx, office: Office, incident: Incident, main: Ticket, who: Person | None) -> None:
    groups = [*office.groups.get("incident", ())]
    managers = await people.holding(tx, ("duty-manager",))
    lead = managers[0] if managers else who
    incident.state, incident.decided_at = "open", tx.now
    incident.lead_id = lead.id if lead else None
    incident.next_update_at = tx.now + UPDATE
    incident.told = [group.model_dump_json() for group in groups]
    tx.add(incident)
    await tx.forget(f"incident:{incident.id}")
    await _promise(tx, incident)
    unit = await people.unit_name(tx, incident.unit_id)
    notice = views.notice(incident, main, unit, lead, office.voice, tx.now)
    await _tell_groups(tx, incident, notice, main)
    if lead is not None:
        await notices.tell(tx, lead, views.you_lead(incident, main, office.voice), main)
    if main.priority != "P1":
        await tickets.change(tx, main, "raised", who, priority="P1")


async def _promise(tx: Tx, incident: Incident) -> None:
    if incident.next_update_at is not None:
        await tx.remind(
            f"incident-update:{incident.id}", incident.next_update_at, "incident-update", data=_id(incident)
        )


async def _link(tx: Tx, office: Office, incident: Incident, ticket: Ticket) -> None:
    """A report that came before the incident was confirmed. Who is at work on it stays at work."""
    if Status(ticket.status) in AT_WORK:
        await tickets.change(tx, ticket, "incident", None, incident_id=incident.id)
        return
    await offers.withdraw(tx, ticket, "并入事件")
    await notices.close_cards(tx, ticket, ("question", "selfhelp", "desk"), "已并入事件")
    await tickets.act(tx, ticket, Action.MERGE, None, incident_id=incident.id, parent_id=incident.main_ticket_id)
    who = await people.person(tx, ticket.reporter_id)
    await notices.tell(tx, who, views.joined(incident, ticket, tx.now, office.voice), ticket)


async def _release(tx: Tx, office: Office, ticket: Ticket) -> None:
    """Back to where it was before it was linked, and on from there."""
    if ticket.status == Status.MERGED:
        await tickets.act(tx, ticket, Action.UNDO, None, incident_id=None, parent_id=None)
        if ticket.status == Status.DISPATCHED:
            await tickets.act(tx, ticket, Action.OFFER_EXPIRED, None)
        elif tickets.can(ticket, Action.TRIAGE):
            await tickets.act(tx, ticket, Action.TRIAGE, None)
        who = await people.person(tx, ticket.reporter_id)
        await notices.tell(tx, who, views.released(ticket), ticket)
        await dispatch.offer_next(tx, office, ticket)
    else:
        await tickets.change(tx, ticket, "incident-dismissed", None, incident_id=None)


async def _ask(tx: Tx, office: Office, incident: Incident, like: Sequence[Ticket], seats: Sequence[Person]) -> None:
    main = like[0]
    unit = await people.unit_name(tx, incident.unit_id)
    group = office.book.symptom_groups[incident.symptom_group].name
    for seat in seats:
        await notices.hand(
            tx, seat, "incident", lambda c: views.candidate(incident, c, group, unit, like, office.voice, tx.now), main
        )


async def _tell_groups(tx: Tx, incident: Incident, message: Markdown, about: Ticket | None) -> None:
    await notices.announce(tx, [Target.model_validate_json(group) for group in incident.told], message, about)


def _group(office: Office, ticket: Ticket) -> str:
    groups = office.book.symptom_groups.values()
    return next((g.slug for g in groups if ticket.fault in g.faults), "")


async def _like(tx: Tx, office: Office, ticket: Ticket, group: str) -> list[Ticket]:
    """Live reports of one symptom group from the ticket's unit within the window, oldest first."""
    faults = office.book.symptom_groups[group].faults if group else ()
    statement = (
        select(Ticket)
        .where(
            Ticket.unit_id == ticket.unit_id,
            col(Ticket.fault).in_(faults),
            col(Ticket.status).in_([str(s) for s in LIVE]),
            Ticket.created_at > tx.now - WINDOW,
        )
        .order_by(col(Ticket.id))
    )
    return list((await tx.session.exec(statement)).all())


async def _linked(tx: Tx, incident: Incident) -> list[Ticket]:
    statement = select(Ticket).where(Ticket.incident_id == incident.id, Ticket.id != incident.main_ticket_id)
    return list((await tx.session.exec(statement.order_by(col(Ticket.id)))).all())


async def _current(tx: Tx, office: Office, ticket: Ticket) -> Incident | None:
    """The candidate or open incident of the ticket's unit and symptom group, or the one it is in."""
    group = _group(office, ticket)
    for incident in await current(tx):
        same_place = incident.unit_id == ticket.unit_id and ticket.unit_id is not None
        if incident.id == ticket.incident_id or (group and incident.symptom_group == group and same_place):
            return incident
    return None


def may_be_in_one(ticket: Ticket) -> bool:
    """Whether a ticket is still early enough to be linked instead of dispatched."""
    return Status(ticket.status) in BEFORE_ACCEPT


def _id(incident: Incident) -> dict[str, int]:
    return {"incident": incident.id or 0}

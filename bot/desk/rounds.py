"""Inspection rounds (巡检): the catalogue's intervals as planned tickets, where the configuration says what is inspected.

A timer row for each item, site and period (`round:3:printer:month:2026-12`) opens the ticket once; firing sets the next
one. After an outage what was missed is one round, and says so. A round is dispatched like any ticket, walked through like
a procedure, and has no fault targets: it has its day, and past it the desk is told once.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlmodel import col, or_, select

from bot.core import rounds
from bot.core.rounds import Period
from bot.core.ticket import LIVE, Action, Status
from bot.desk import (
    dispatch,
    experts,
    fitness,
    guidance,
    holding,
    incidents,
    people,
    referral,
    regrading,
    seats,
    tickets,
)
from bot.desk.asset_sheets import item_of
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import Asset, Guidance, Offer, Person, Round, Site, Ticket, TimerRow, Unit
from bot.views import notices
from bot.views import rounds as views
from bot.views.words import INSPECTION
from knowledge import Step, routines

ASSETS = "assets"
"""In the configuration: whatever the asset list has for that unit."""
LOOK_AT = time(7, 0)
"""When the list of what is inspected is read again each day: assets and sites come and go (assumed)."""
KIND = "round"


@dataclass(frozen=True)
class Routine:
    """One item inspected at one site at one interval."""

    unit_id: int
    site_id: int | None
    item: str
    every: str

    @property
    def place(self) -> str:
        return f"{self.unit_id}-{self.site_id}" if self.site_id else str(self.unit_id)

    @property
    def key(self) -> str:
        return f"{self.place}:{self.item}:{self.every}"


async def plan(tx: Tx, office: Office) -> None:
    """See that every routine waits for its next day. What was planned before is left alone."""
    if not office.inspections:
        return
    waits = select(TimerRow.key).where(TimerRow.kind == KIND, col(TimerRow.fired_at).is_(None))
    waiting = {key.rsplit(":", 1)[0] for key in (await tx.session.exec(waits)).all()}
    found, _ = await _routines(tx, office)
    for routine in found:
        if f"{KIND}:{routine.key}" not in waiting:
            await _wait(tx, office, routine, rounds.period(routine.every, _today(tx, office)))
    tomorrow = datetime.combine(_today(tx, office) + timedelta(days=1), LOOK_AT, office.voice.zone)
    await tx.remind(f"rounds:{tomorrow.date().isoformat()}", tomorrow.astimezone(UTC), "rounds")


async def look_ahead(tx: Tx, office: Office, row: TimerRow) -> str:
    """Timer: what is there to be inspected is read again."""
    await plan(tx, office)
    return "planned"


async def fall_due(tx: Tx, office: Office, row: TimerRow) -> str:
    """Timer: the day of a routine has come, or has passed while nobody was there."""
    found, _ = await _routines(tx, office)
    routine = next((r for r in found if row.key.startswith(f"{KIND}:{r.key}:")), None)
    if routine is None:
        return "not inspected any more"
    today = _today(tx, office)
    if not office.working.works(today):
        await tx.remind(row.key, _opening(office, today), KIND, data=row.data)
        return "no workday"
    wanted = rounds.period(routine.every, date.fromisoformat(row.data["first"]))
    one, missed = rounds.missed(routine.every, wanted, today, routine.key, office.working.works)
    await _wait(tx, office, routine, rounds.following(routine.every, one))
    if await _known(tx, routine, one):
        return "there already"
    await _open(tx, office, routine, one, missed)
    return f"opened, {missed} missed"


async def overdue(tx: Tx, office: Office, row: TimerRow) -> str:
    """Timer: the last day of a round is over."""
    ticket, one = await tickets.get(tx, row.ticket_id), await of(tx, row.ticket_id)
    if ticket is None or one is None or one.done_at is not None or Status(ticket.status) not in LIVE:
        return "done"
    holder = await people.person(tx, ticket.assignee_id)
    unit = await people.unit_name(tx, ticket.unit_id)
    said = views.overdue(office.voice, ticket, unit, one, holder.name if holder else "服务台")
    await seats.tell(tx, office, said, ticket)
    return "told"


async def of(tx: Tx, ticket_id: int | None) -> Round | None:
    return (await tx.session.exec(select(Round).where(Round.ticket_id == ticket_id))).first()


async def outcome(tx: Tx, office: Office, ticket: Ticket, who: Person, result: str, words: str = "") -> None:
    """正常 / 异常 / 跳过 of a step. On a round 异常 opens a ticket of its own at once, and the last step ends the round."""
    before = await tx.session.get(Guidance, ticket.id)
    walked = len(before.history) if before else 0
    await guidance.outcome(tx, office, ticket, who, result, words)
    row = await tx.session.get(Guidance, ticket.id)
    procedure = office.procedure(ticket)
    if ticket.kind != INSPECTION or procedure is None or row is None or len(row.history) == walked:
        return
    if result == "fail":
        await _report(tx, office, ticket, who, procedure.steps[row.history[-1][0]], words)
    if row.ended:
        await finish(tx, office, ticket, who)


async def explain(tx: Tx, office: Office, new: Ticket, who: Person, text: str) -> None:
    """说明: what is wrong with a finding that was pressed without words; a fault that it names is dispatched as such."""
    await tickets.add_words(tx, new, who, tickets.Words(text))
    fault = _meant(office, new.item or "", text)
    if fault and new.fault is None and regrading.may_change(new):
        await regrading.reclassify(tx, office, new, who, fault)
    else:
        await holding.tell_holder(tx, new, text)
    await notices.tell(tx, who, views.explained(office.voice, new), new)


async def unexplained(tx: Tx, who: Person) -> list[Ticket]:
    """What he found and has said nothing about that tells what it is, the newest first."""
    mine_ = [t for t in await tickets.live_of(tx, who) if t.source == fitness.FOUND and t.kind == "unclear"]
    return sorted(mine_, key=lambda t: -(t.id or 0))


async def finish(tx: Tx, office: Office, ticket: Ticket, who: Person) -> None:
    """Done once every step is; there is no reporter to ask."""
    row, one = await tx.session.get(Guidance, ticket.id), await of(tx, ticket.id)
    procedure = office.procedure(ticket)
    if one is None or procedure is None or row is None:
        await notices.tell(tx, who, views.not_begun(ticket), ticket)
        return
    walked = {step for step, _ in row.history}
    if not row.ended:
        await notices.tell(tx, who, views.steps_left(ticket, len(procedure.steps) - len(walked)), ticket)
        return
    await tickets.act(tx, ticket, Action.RESOLVED, who)
    await tickets.act(tx, ticket, Action.CONFIRM, None, by="plan")
    one.done_at = tx.now
    tx.add(one)
    await tx.forget(_overdue_key(one))
    await experts.over(tx, ticket)
    await notices.close_cards(tx, ticket, ("work", "step", "gate", "desk"), "已完成")
    skipped = sum(result == "skip" for _, result in row.history)
    await notices.tell(tx, who, views.done(ticket, len(walked), skipped, one.found), ticket)
    await dispatch.replan(tx, office)


async def mine(tx: Tx, who: Person) -> list[tuple[Ticket, Round]]:
    """The rounds a technician has in hand or is offered, the nearest last day first."""
    offered = select(Offer.ticket_id).where(Offer.person_id == who.id, Offer.state == "open")
    statement = (
        select(Ticket, Round)
        .join(Round, col(Round.ticket_id) == col(Ticket.id))
        .where(
            (col(Ticket.assignee_id) == who.id) | col(Ticket.id).in_(offered),
            col(Ticket.status).in_([str(s) for s in LIVE]),
        )
        .order_by(col(Round.due_on), col(Ticket.id))
    )
    return [(ticket, one) for ticket, one in (await tx.session.exec(statement)).all()]


async def week(tx: Tx, office: Office) -> tuple[list[views.Tally], list[str]]:
    """This week by site: planned and open, done, overdue; and what the configuration names that nobody knows."""
    today = _today(tx, office)
    this = rounds.period("week", today)
    routines_, unknown = await _routines(tx, office)
    counts: dict[str, list[int]] = {routine.place: [0, 0, 0, 0] for routine in routines_}
    end = datetime.combine(this.last + timedelta(days=1), time(0), office.voice.zone)
    ahead = select(TimerRow).where(TimerRow.kind == KIND, col(TimerRow.fired_at).is_(None), col(TimerRow.due_at) < end)
    by_key = {f"{KIND}:{routine.key}": routine for routine in routines_}
    for timer in (await tx.session.exec(ahead)).all():
        if (routine := by_key.get(timer.key.rsplit(":", 1)[0])) is not None:
            first = rounds.period(routine.every, date.fromisoformat(timer.data["first"]))
            counts[routine.place][0] += len(
                rounds.planned_until(routine.every, first, this.last, routine.key, office.working.works)
            )
    begin = datetime.combine(this.first, time(0), office.voice.zone)
    live = select(Ticket.id).where(col(Ticket.status).in_([str(s) for s in LIVE]))
    counted = select(Round).where(or_(col(Round.done_at) >= begin, col(Round.ticket_id).in_(live)))
    for one in (await tx.session.exec(counted)).all():
        row = counts.setdefault(one.place, [0, 0, 0, 0])
        if one.done_at is not None:
            row[2] += 1
        else:
            row[3 if _closes(office, one.due_on) <= tx.now else 1] += 1
    return [views.Tally(await _label(tx, place), *row) for place, row in sorted(counts.items())], unknown


async def _report(tx: Tx, office: Office, ticket: Ticket, who: Person, step: Step, words: str) -> None:
    """The technician's report of what he found, linked to the round, at its site."""
    item = office.book.items[ticket.item or ""]
    meaning = office.classifier.understand(f"{item.name}{words}" if words else "")
    said = tickets.Words(views.finding(step.do, words))
    if meaning.decision == "emergency":
        new = await referral.emergency(tx, office, who, meaning, said)
    elif meaning.decision == "classified":
        await referral.classified(tx, office, who, meaning)
        return
    else:
        slug = _meant(office, item.slug, words)
        fault = office.book.faults.get(slug or "")
        levels = office.book.service_levels
        new = await tickets.open_ticket(
            tx, office, who, meaning, said,
            kind="fault" if fault else "unclear", fault=slug, guessed_fault=slug, request=None, route=None,
            item=fault.item if fault else item.slug, parent_id=ticket.id, source=fitness.FOUND,
            priority=levels.priority(fault.impact, fault.urgency) if fault else "P3",
            slots={k: v for k, v in ticket.slots.items() if k != "every"},
        )  # fmt: skip
        await tickets.change(tx, new, "placed", None, unit_id=ticket.unit_id, site_id=ticket.site_id)
        await tickets.act(tx, new, Action.TRIAGE, None)
        if fault:
            await incidents.watch(tx, office, new)
            await dispatch.offer_next(tx, office, new)
        else:
            await seats.to_desk(tx, office, new, "finding")
    if (one := await of(tx, ticket.id)) is not None:
        one.found += 1
        tx.add(one)
    await tx.record(ticket.id or 0, "finding", who.id, {"step": step.id, "ticket": new.id})
    await notices.tell(tx, who, views.found(office.voice, ticket, new, known=bool(words)), ticket)


def _meant(office: Office, item: str, words: str) -> str | None:
    """The fault that a technician's words name, read with the device he stands at."""
    meaning = office.classifier.understand(f"{office.book.items[item].name}{words}")
    return meaning.fault if words and meaning.decision == "dispatch" else None


async def _open(tx: Tx, office: Office, routine: Routine, one: Period, missed: int) -> None:
    """The ticket of a round, offered like any other."""
    due_on = rounds.due(one, office.working.works)
    planner = await _planner(tx)
    said = tickets.Words(views.task(office.voice, routine.item, routine.every, missed, due_on))
    site = await tx.session.get(Site, routine.site_id) if routine.site_id else None
    ticket = await tickets.open_ticket(
        tx, office, planner, office.classifier.understand(""), said,
        kind=INSPECTION, item=routine.item, fault=None, guessed_fault=None, priority="P4", source="plan",
        slots={"every": routine.every, **({"location": site.name} if site else {})},
    )  # fmt: skip
    await tickets.change(tx, ticket, "placed", None, unit_id=routine.unit_id, site_id=routine.site_id)
    row = Round(
        ticket_id=ticket.id or 0, place=routine.place, item=routine.item, every=routine.every, period=one.name,
        missed=missed, due_on=due_on,
    )  # fmt: skip
    tx.add(row)
    await tx.flush()
    await tx.remind(_overdue_key(row), _closes(office, due_on), "round-overdue", ticket.id)
    await tickets.act(tx, ticket, Action.TRIAGE, None)
    await dispatch.offer_next(tx, office, ticket)


async def _wait(tx: Tx, office: Office, routine: Routine, one: Period) -> None:
    """Set the timer of the first period from `one` on whose day is still to come."""
    while (day := rounds.planned(one, routine.key, office.working.works)) is None or _opening(office, day) <= tx.now:
        one = rounds.following(routine.every, one)
    key = f"{KIND}:{routine.key}:{one.name}"
    await tx.remind(key, _opening(office, day), KIND, data={"first": one.first.isoformat()})


async def _known(tx: Tx, routine: Routine, one: Period) -> bool:
    statement = select(Round.id).where(
        Round.place == routine.place, Round.item == routine.item, Round.every == routine.every, Round.period == one.name
    )
    return (await tx.session.exec(statement)).first() is not None


async def _routines(tx: Tx, office: Office) -> tuple[list[Routine], list[str]]:
    """What is inspected, as the configuration, the sites and the assets have it now; and the places nobody knows."""
    found: dict[str, Routine] = {}
    unknown = []
    for place, things in office.inspections.items():
        name, _, where = place.partition("/")
        unit = (await tx.session.exec(select(Unit).where(Unit.name == name))).first()
        sites = (await tx.session.exec(select(Site).where(Site.unit_id == unit.id))).all() if unit else []
        site = next((s for s in sites if s.name == where), sites[0] if len(sites) == 1 and not where else None)
        if unit is None or (where and site is None):
            unknown.append(place)
            continue
        for thing in [t for t in things if t != ASSETS] + (
            await _of_assets(tx, office, unit) if ASSETS in things else []
        ):
            item, _, every = thing.partition("/")
            for interval in [every] if every else routines.intervals(office.book.items[item]):
                routine = Routine(unit.id or 0, site.id if site else None, item, interval)
                found[routine.key] = routine
    return list(found.values()), unknown


async def _of_assets(tx: Tx, office: Office, unit: Unit) -> list[str]:
    """The items that the unit's registered devices are."""
    devices = set((await tx.session.exec(select(Asset.device).where(Asset.unit_id == unit.id).distinct())).all())
    return sorted({item for device in devices if (item := item_of(device, office.book)) is not None})


async def _planner(tx: Tx) -> Person:
    """Who planned rounds are entered by: a name without an account, so nobody is written to."""
    statement = select(Person).where(Person.name == views.PLANNER, col(Person.unit_id).is_(None))
    person = (await tx.session.exec(statement)).first()
    if person is None:
        person = Person(name=views.PLANNER, confirmed=False)
        tx.add(person)
        await tx.flush()
    return person


async def _label(tx: Tx, place: str) -> str:
    unit, _, site = place.partition("-")
    at = await tx.session.get(Site, int(site)) if site else None
    return f"{await people.unit_name(tx, int(unit))}{at.name if at else ''}"


def _today(tx: Tx, office: Office) -> date:
    return tx.now.astimezone(office.voice.zone).date()


def _bounds(office: Office, day: date) -> tuple[datetime, datetime]:
    start = datetime.combine(day, time(0), office.voice.zone).astimezone(UTC)
    return start, start + timedelta(days=1)


def _opening(office: Office, day: date) -> datetime:
    """When work begins on a day, or on the next one that is worked."""
    return next(office.working.spans(_bounds(office, day)[0]))[0]


def _closes(office: Office, day: date) -> datetime:
    """When the work of a day ends; of a day that is not worked any more (停工), the day itself."""
    windows = office.working.windows_between(*_bounds(office, day))
    return windows[-1][1] if windows else _bounds(office, day)[1]


def _overdue_key(one: Round) -> str:
    return f"round-overdue:{one.ticket_id}"

"""The duty roster by chat: who is there now and next, leave, swaps, stand-ins. Hours are changed here, tickets are not.

Leave is the desk's to approve; a swap is the other one's, and the lead is told; a stand-in (顶班) is the desk's word alone.
"""

from datetime import UTC, date, datetime, time, timedelta

from sqlmodel import col, select

from bot.core.duty import Cover, Gap, Kind, Span, Standing, by_person, gaps, next_change, overlaps, standing
from bot.core.duty_words import LONGEST, When
from bot.desk import bookings, people, shifts
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import DutyRequest, Person, TimerRow
from bot.views import duty as views
from bot.views import notices

EVENING_AT = time(18)
"""When the desk hears of tomorrow's gaps (assumed)."""
CARD = "duty"
"""What the purpose of a request's cards begins with; its number follows."""
LISTED = 14
"""Days in one answer: a month is the roster sheet's business."""
LEADS = ("duty-manager", "area-lead", "service-manager")
Row = tuple[Person, Standing | None, datetime | None]


async def now_on_duty(tx: Tx) -> tuple[list[Row], tuple[datetime, list[str]] | None]:
    """Every technician and seat with his standing (none: in no roster) and until when; then the next change."""
    turns = await shifts.turns(tx)
    staff = await people.placed(tx, [*people.ENGINEERS, "service-desk"])
    known = [(person, turns.get(person.id or 0)) for person in staff]
    rows: list[Row] = [(person, turn.now if turn else None, turn.at if turn else None) for person, turn in known]
    first = min((until for _, _, until in rows if until), default=None)
    if first is None:
        return rows, None
    changes = [
        f"{person.name}{'到岗' if turn.then is Standing.ON else '离岗'}"
        for person, turn in known
        if turn is not None and turn.at == first
    ]
    return rows, (first, changes)


async def of_day(tx: Tx, office: Office, day: date) -> list[tuple[str, list[Span]]]:
    """Everybody's hours of a local day, what was given away left out."""
    start, end = _bounds(office, day, day)
    names = {p.id: p.name for p in await people.everyone(tx)}
    spans = by_person((r.person_id, shifts.span_of(r)) for r in await shifts.rows(tx, start, end))
    return [(names[i], seen) for i, mine in sorted(spans.items()) if (seen := _visible(mine))]


async def of_days(tx: Tx, office: Office, when: When) -> dict[date, list[tuple[str, list[Span]]]]:
    """Everybody's hours, a day each, that fall within the time asked about; at most LISTED days."""
    start, end = _instants(office, when)
    last = (when.end - timedelta(seconds=1)).date()
    days = [when.day + timedelta(days=n) for n in range(min((last - when.day).days + 1, LISTED))]
    found = {day: await of_day(tx, office, day) for day in days}
    return {
        day: [(name, kept) for name, spans in rows if (kept := [s for s in spans if s.start < end and start < s.end])]
        for day, rows in found.items()
    }


async def mine(tx: Tx, office: Office, who: Person) -> dict[date, list[Span]]:
    """The coming seven days of one person."""
    today = tx.now.astimezone(office.voice.zone).date()
    start, end = _bounds(office, today, today + timedelta(days=6))
    found: dict[date, list[Span]] = {}
    for span in _visible(await shifts.spans_of(tx, who, start, end)):
        found.setdefault(span.start.astimezone(office.voice.zone).date(), []).append(span)
    return dict(sorted(found.items()))


async def ask_leave(tx: Tx, office: Office, who: Person, when: When) -> str:
    """请假: the desk gets a card. Returns why not, or an empty string."""
    start, end = _instants(office, when)
    if end <= tx.now:
        return "past"
    if await _same(tx, who, "leave", starts_at=start, ends_at=end):
        return "twice"
    request = DutyRequest(
        kind="leave", person_id=who.id or 0, starts_at=start, ends_at=end, reason=when.rest[:60], asked_at=tx.now
    )
    tx.add(request)
    await tx.flush()
    left = await gaps_between(tx, office, max(start, tx.now), end, without=who)
    deciders = [p for p in await people.seats(tx, office.fallback_owner) if p.id != who.id]
    for seat in deciders:
        await notices.hand(
            tx,
            seat,
            f"{CARD}{request.id}",
            lambda c: views.request_card(office.voice, request, c, who, left, tx.now),
            None,
        )
    await notices.tell(tx, who, views.asked(request, "、".join(p.name for p in deciders[:3])))
    return ""


async def back_early(tx: Tx, office: Office, who: Person) -> bool:
    """销假: the leave he is on ends now, with all that was left of it. False when he is on none. Tickets stay where they are."""
    ends = tx.now
    for row in await shifts.rows(tx, tx.now, tx.now + LONGEST, who.id):
        if row.kind != Kind.LEAVE or row.starts_at > ends:
            continue
        ends = max(ends, row.ends_at)
        if row.starts_at < tx.now:
            row.ends_at = tx.now
            tx.add(row)
        else:
            await tx.session.delete(row)
    if ends == tx.now:
        return False
    await shifts.arm(tx)
    there, until = await shifts.present(tx, [who]), await shifts.until(tx, who)
    await notices.tell(tx, who, views.back(office.voice, until, tx.now, on=bool(there)))
    for seat in await people.seats(tx, office.fallback_owner):
        if seat.id != who.id:
            await notices.tell(tx, seat, views.is_back(who, on=bool(there)))
    return True


async def ask_swap(tx: Tx, office: Office, who: Person, other: Person, day: date, back: date | None) -> str:
    """换班: the other one gets a card. Returns why not, or an empty string."""
    today = tx.now.astimezone(office.voice.zone).date()
    if other.id == who.id:
        return "self"
    if not people.is_engineer(other):
        return "not-engineer"
    if min(day, back or day) < today:
        return "past"
    given, returned = await _work(tx, who, day), await _work(tx, other, back) if back else []
    if not given:
        return "no-shift"
    if back and not returned:
        return "no-return"
    if await _clashes(tx, other, given, returned) or await _clashes(tx, who, returned, given):
        return "clash"
    if await notices.address(tx, other) is None:
        return "unreached"
    given_day, back_day = day.isoformat(), back.isoformat() if back else ""
    if await _same(tx, who, "swap", other_id=other.id, day=given_day, other_day=back_day):
        return "twice"
    request = DutyRequest(
        kind="swap",
        person_id=who.id or 0,
        other_id=other.id,
        day=given_day,
        other_day=back_day,
        asked_at=tx.now,
    )
    tx.add(request)
    await tx.flush()
    await notices.hand(
        tx, other, f"{CARD}{request.id}", lambda c: views.request_card(office.voice, request, c, who, [], tx.now), None
    )
    await notices.tell(tx, who, views.asked(request, other.name))
    return ""


async def decide(tx: Tx, office: Office, request: DutyRequest, by: Person, yes: bool) -> None:
    """批准 / 同意, or not, by whoever it is for; everybody else and every second press is told how it stands."""
    if not _decides(request, by):
        await notices.tell(tx, by, views.not_for_you())
        return
    if request.state != "open":
        await notices.tell(tx, by, views.settled_already(request))
        return
    asker = await people.person(tx, request.person_id)
    if asker is None:
        raise LookupError(f"request {request.id} is nobody's")
    if yes and request.kind == "swap" and (why := await _swap(tx, office, request, asker, by)):
        request.state, request.ended_at = "void", tx.now
        tx.add(request)
        await notices.close_cards(tx, None, (f"{CARD}{request.id}",), "已失效")
        for person in (by, asker):
            await notices.tell(tx, person, views.refused(why))
        return
    if yes and request.kind == "leave" and request.starts_at and request.ends_at:
        await shifts.add(tx, asker.id or 0, Kind.LEAVE, request.starts_at, request.ends_at, "leave", office.voice.zone)
    request.state, request.decided_by, request.ended_at = "accepted" if yes else "declined", by.id, tx.now
    tx.add(request)
    await shifts.arm(tx)
    for person in (asker, by) if yes else ():
        await bookings.tell_uncovered(tx, office, person)
    await notices.close_cards(tx, None, (f"{CARD}{request.id}",), "已同意" if yes else "已回绝")
    await notices.tell(tx, by, views.done() if yes else views.turned_down())
    await notices.tell(tx, asker, views.decided(office.voice, request, by, tx.now))
    if yes and request.kind == "swap":
        for lead in await leads(tx, office):
            await notices.tell(tx, lead, views.swap_known(office.voice, asker, by, request))


async def stand_in(tx: Tx, office: Office, who: Person, when: When, seat: Person) -> str:
    """顶班: the desk puts somebody on duty for some hours. Returns why not, or an empty string."""
    start, end = _instants(office, when)
    if end <= tx.now:
        return "past"
    start = max(start, tx.now.replace(second=0, microsecond=0))
    spans = await shifts.spans_of(tx, who, start, end)
    if any(s.kind is Kind.LEAVE for s in spans):
        return "on-leave"
    if spans and standing(spans, start) is Standing.ON and (next_change(spans, start) or end) >= end:
        return "already"
    if not people.is_engineer(who):
        return "not-engineer-for"
    await shifts.add(tx, who.id or 0, Kind.ON, start, end, "override", office.voice.zone)
    await shifts.arm(tx)
    await notices.tell(tx, who, views.you_stand_in(office.voice, start, end, tx.now))
    await notices.tell(tx, seat, views.stands_in(office.voice, who, start, end, tx.now))
    return ""


async def evening(tx: Tx, office: Office, row: TimerRow) -> str:
    """Timer: at 18:00 the desk is told of tomorrow's gaps and of appointments nobody is there for.

    Set anew for the next evening, as long as there is a roster. After an outage over midnight it is told, late, of what of
    that day is still ahead.
    """
    zone = office.voice.zone
    local = tx.now.astimezone(zone)
    row.fired_at = tx.now
    today = datetime.combine(local.date(), EVENING_AT, zone)
    following = today if local < today else today + timedelta(days=1)
    key = f"{shifts.EVENING}:{following.date().isoformat()}"
    await tx.remind(key, following.astimezone(UTC), shifts.EVENING, data={"evening": True})
    missed = row.data.get("evening") and row.due_at.astimezone(zone).date() < local.date()
    if (local < today and not missed) or not await shifts.rostered(tx):
        return "set"
    await bookings.tell_uncovered(tx, office)
    day = local.date() + timedelta(days=0 if local < today else 1)
    start, end = _bounds(office, day, day)
    found = await gaps_between(tx, office, max(start, tx.now), end)
    if not found:
        return "none"
    for person in {
        p.id: p for p in (*await people.seats(tx, office.fallback_owner), *await leads(tx, office))
    }.values():
        await notices.tell(tx, person, views.gap_ahead(office.voice, found, tx.now), once=f"gaps:{day}")
    return f"{len(found)} gaps"


async def waiting_for(tx: Tx, office: Office, who: Person) -> list[DutyRequest]:
    """The leaves and swaps that wait for this person's yes and are still ahead, the newest first."""
    today = tx.now.astimezone(office.voice.zone).date().isoformat()
    statement = select(DutyRequest).where(DutyRequest.state == "open").order_by(col(DutyRequest.id).desc())
    return [
        row
        for row in (await tx.session.exec(statement)).all()
        if _decides(row, who)
        and (row.ends_at > tx.now if row.ends_at else min(row.day, row.other_day or row.day) >= today)
    ]


async def request(tx: Tx, number: int) -> DutyRequest | None:
    return await tx.session.get(DutyRequest, number)


async def leads(tx: Tx, office: Office) -> list[Person]:
    """The leads on duty; without any, the desk."""
    found = [p for p in await people.holding(tx, LEADS) if p.duty != "off"]
    return found or await people.seats(tx, office.fallback_owner)


async def gaps_between(
    tx: Tx, office: Office, start: datetime, end: datetime, without: Person | None = None
) -> list[Gap]:
    """Agency hours of [start, end) in which nobody is on duty for a skill; `without` him, only what that adds."""
    known = await shifts.rostered(tx)
    spans = by_person((r.person_id, shifts.span_of(r)) for r in await shifts.rows(tx, start, end))
    engineers = await people.engineers(tx)
    windows = office.working.windows_between(start, end)

    def found(absent: Person | None) -> list[Gap]:
        covers = [
            Cover(p.name, frozenset(p.skills), frozenset(p.areas), spans.get(p.id or 0, ()) if p.id in known else None)
            for p in engineers
            if absent is None or p.id != absent.id
        ]
        gone = [
            Cover(p.name, frozenset(p.skills), frozenset(p.areas), ())
            for p in engineers
            if absent and p.id == absent.id
        ]
        return gaps([*covers, *gone], windows)

    before = found(None)
    return before if without is None else [gap for gap in found(without) if gap not in before]


def _decides(request: DutyRequest, who: Person) -> bool:
    """A leave is for the desk, though never one's own; a swap for whoever is asked."""
    return (
        people.is_desk(who) and who.id != request.person_id if request.kind == "leave" else who.id == request.other_id
    )


async def _swap(tx: Tx, office: Office, request: DutyRequest, who: Person, other: Person) -> str:
    """Carry a swap out on the roster as it is now. Returns why not (past | clash), or an empty string."""
    day, back = date.fromisoformat(request.day), request.other_day
    given = await _work(tx, who, day)
    returned = await _work(tx, other, date.fromisoformat(back)) if back else []
    if any(span.end <= tx.now for span in (*given, *returned) if span.kind is Kind.ON):
        return "past"
    if not given or (back and not returned):
        return "clash"
    if await _clashes(tx, other, given, returned) or await _clashes(tx, who, returned, given):
        return "clash"
    for giver, taker, hours in ((who, other, given), (other, who, returned)):
        for span in hours:
            if span.kind is Kind.ON:
                await shifts.add(
                    tx, giver.id or 0, Kind.AWAY, span.start, span.end, "swap", office.voice.zone, span.area
                )
            await shifts.add(tx, taker.id or 0, span.kind, span.start, span.end, "swap", office.voice.zone, span.area)
    return ""


async def _work(tx: Tx, who: Person, day: date) -> list[Span]:
    """The hours with lunch that begin on a day and are still his."""
    start, end = datetime.combine(day, time(0), UTC) - timedelta(days=1), datetime.combine(day, time(0), UTC)
    rows = await shifts.rows(tx, start, end + timedelta(days=2), who.id)
    spans = [shifts.span_of(r) for r in rows]
    return [
        shifts.span_of(r)
        for r in rows
        if r.day == day.isoformat()
        and r.kind in ("on", "lunch")
        and standing(spans, r.starts_at) in (Standing.ON, Standing.LUNCH)
    ]


async def _clashes(tx: Tx, who: Person, more: list[Span], less: list[Span]) -> bool:
    """Whether he would have two shifts at once with `more`, after `less` was taken off him."""
    if not more:
        return False
    begin, end = min(s.start for s in more), max(s.end for s in more)
    has = [s for s in await shifts.spans_of(tx, who, begin, end) if s not in less]
    working = [s for s in has if s.kind is Kind.ON and standing(has, max(s.start, begin)) is not Standing.OFF]
    leave = any(s.kind is Kind.LEAVE for s in has)
    return leave or bool(overlaps([*working, *(s for s in more if s.kind is Kind.ON)]))


async def _same(tx: Tx, who: Person, kind: str, **values: object) -> bool:
    statement = select(DutyRequest).where(
        DutyRequest.person_id == who.id, DutyRequest.kind == kind, DutyRequest.state == "open"
    )
    return any(
        all(getattr(row, name) == value for name, value in values.items())
        for row in (await tx.session.exec(statement)).all()
    )


def _visible(spans: tuple[Span, ...]) -> list[Span]:
    """What of a person's hours is to be shown: not what he gave away."""
    kept = [
        s
        for s in spans
        if s.kind is Kind.LEAVE
        or (s.kind is not Kind.AWAY and standing(spans, s.start) in (Standing.ON, Standing.LUNCH, Standing.LEAVE))
    ]
    return sorted(dict.fromkeys(kept), key=lambda s: (s.start, s.kind))


def _instants(office: Office, when: When) -> tuple[datetime, datetime]:
    zone = office.voice.zone
    return when.start.replace(tzinfo=zone).astimezone(UTC), when.end.replace(tzinfo=zone).astimezone(UTC)


def _bounds(office: Office, first: date, last: date) -> tuple[datetime, datetime]:
    start = datetime.combine(first, time(0), office.voice.zone).astimezone(UTC)
    end = datetime.combine(last + timedelta(days=1), time(0), office.voice.zone).astimezone(UTC)
    return start, end

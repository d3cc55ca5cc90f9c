"""The duty roster by chat: who is there now and next, coming back early, stand-ins. Hours are changed here, tickets are not.

A stand-in (顶班) is the desk's word alone; what needs somebody else's yes is `duty_requests`.
"""

from datetime import UTC, date, datetime, time, timedelta

from bot.core.duty import Cover, Gap, Kind, Span, Standing, by_person, gaps, leave_of, next_change, standing
from bot.core.duty_words import LONGEST, When
from bot.desk import bookings, people, shifts
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import Person, TimerRow
from bot.views import duty as views
from bot.views import notices

EVENING_AT = time(18)
"""When the desk hears of tomorrow's gaps (assumed)."""
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
    """Everybody's hours of a local day, what was given away and whoever left us left out."""
    start, end = _bounds(office, day, day)
    names = {p.id: p.name for p in await people.everyone(tx) if p.positions}
    spans = by_person((r.person_id, shifts.span_of(r)) for r in await shifts.rows(tx, start, end))
    return [(names[i], seen) for i, mine in sorted(spans.items()) if i in names and (seen := _visible(mine))]


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


async def no_stand_in(tx: Tx, office: Office, who: Person, day: date | None, seat: Person) -> bool:
    """取消顶班: what the desk put somebody on duty for and is not over, of one day or all of it. False when there is none."""
    rows = [
        row
        for row in await shifts.rows(tx, tx.now, tx.now + LONGEST, who.id)
        if row.source == "override" and day in (None, row.starts_at.astimezone(office.voice.zone).date())
    ]
    spans = [(max(row.starts_at, tx.now), row.ends_at) for row in rows]
    for row in rows:
        if row.starts_at < tx.now:
            row.ends_at = tx.now
            tx.add(row)
        else:
            await tx.session.delete(row)
    if rows:
        await shifts.arm(tx)
        await notices.tell(tx, who, views.stand_in_off(office.voice, who, spans, tx.now, own=True))
        await notices.tell(tx, seat, views.stand_in_off(office.voice, who, spans, tx.now, own=False))
    return bool(rows)


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


async def leads(tx: Tx, office: Office) -> list[Person]:
    """The leads on duty; without any, the desk."""
    return await people.there(tx, LEADS) or await people.seats(tx, office.fallback_owner)


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
            Cover(
                p.name,
                frozenset(p.skills),
                frozenset(p.areas),
                spans.get(p.id or 0, ()) if p.id in known else None,
                leave_of(spans.get(p.id or 0, ())),
            )
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

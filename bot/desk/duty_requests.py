"""Leave and swaps (请假, 换班): asked for in the chat, answered, taken back, or overtaken by time. The roster follows.

Leave is the desk's to approve; a swap is the other one's, and the lead is told. Nobody's question stays open for ever:
who is asked is reminded once, and when the hours have come without an answer, everybody is told that nothing changed.
Leave that begins at once hands over what he has, as the end of a shift does.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from sqlmodel import col, or_, select

from bot.core.duty import Kind, Span, Standing, overlaps, standing
from bot.core.duty_words import When
from bot.desk import bookings, people, roster, shift_end, shifts
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import DutyRequest, Person, TimerRow
from bot.views import duty as duty_views
from bot.views import duty_requests as views
from bot.views import notices

CARD = "duty"
"""What the purpose of a request's cards begins with; its number follows."""
KIND = "duty-request"
"""The kind of the timer of a request that is open."""
LATELY = timedelta(days=30)
"""Of what he asked longer ago nobody asks how it stands (assumed)."""
REMIND = timedelta(hours=2)
"""So long whoever is asked may be silent before he is asked once more (assumed)."""


async def ask_leave(tx: Tx, office: Office, who: Person, when: When) -> str:
    """请假: the desk gets a card. Returns why not, or an empty string."""
    request = await _leave(tx, office, who, when)
    if isinstance(request, str):
        return request
    asked = await _ask(tx, office, request, who)
    await notices.tell(tx, who, views.asked(office.voice, request, "、".join(p.name for p in asked[:3]), tx.now))
    return ""


async def enter_leave(tx: Tx, office: Office, who: Person, by: Person, when: When) -> str:
    """请假 王强 明天: a seat enters what a technician told it, and it is granted. Returns why not, or an empty string."""
    request = await _leave(tx, office, who, when)
    if isinstance(request, str):
        return request
    await decide(tx, office, request, by, True)
    return ""


async def _leave(tx: Tx, office: Office, who: Person, when: When) -> DutyRequest | str:
    """The leave, open; or why there is none."""
    start, end = when.instants(office.voice.zone)
    if end <= tx.now:
        return "past"
    if await _same(tx, who, "leave", starts_at=start, ends_at=end):
        return "twice"
    if await _within(tx, who, start, end):
        return "within"
    await _replace(tx, office, who, start, end)
    request = DutyRequest(
        kind="leave", person_id=who.id or 0, starts_at=start, ends_at=end, reason=when.rest[:60], asked_at=tx.now
    )
    tx.add(request)
    await tx.flush()
    return request


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
    await _ask(tx, office, request, who)
    await notices.tell(tx, who, views.asked(office.voice, request, other.name, tx.now))
    return ""


async def decide(tx: Tx, office: Office, request: DutyRequest, by: Person, yes: bool) -> None:
    """批准 / 同意, or not, by whoever it is for; everybody else and every second press is told how it stands."""
    if not may_decide(request, by):
        await notices.tell(tx, by, views.not_for_you())
        return
    if request.state != "open":
        await notices.tell(tx, by, views.settled_already(request))
        return
    asker = await people.person(tx, request.person_id)
    if asker is None:
        raise LookupError(f"request {request.id} is nobody's")
    before = await shifts.at_work(tx, [asker, by] if request.kind == "swap" else [asker])
    if yes and request.kind == "swap" and (why := await _swap(tx, office, request, asker, by)):
        await _end(tx, request, "void", "已失效")
        for person in (by, asker):
            await notices.tell(tx, person, duty_views.refused(why))
        return
    if yes and request.kind == "leave" and request.starts_at and request.ends_at:
        await shifts.add(tx, asker.id or 0, Kind.LEAVE, request.starts_at, request.ends_at, "leave", office.voice.zone)
    await _end(tx, request, "accepted" if yes else "declined", "已同意" if yes else "已回绝", by)
    await shifts.arm(tx)
    for person in (asker, by) if yes else ():
        await bookings.tell_uncovered(tx, office, person)
    await notices.tell(tx, by, views.done() if yes else views.turned_down())
    await notices.tell(tx, asker, views.decided(office.voice, request, by, tx.now))
    if yes and request.kind == "swap":
        for lead in await roster.leads(tx, office):
            await notices.tell(tx, lead, views.swap_known(office.voice, asker, by, request))
    if yes:
        await shift_end.changed_by_word(tx, office, before)


def may_decide(request: DutyRequest, who: Person) -> bool:
    """The desk about leave that is not his own; about a swap the one who is asked."""
    if request.kind == "leave":
        return people.is_desk(who) and who.id != request.person_id
    return who.id == request.other_id


async def waiting_for(tx: Tx, who: Person) -> list[DutyRequest]:
    """What waits for this person's yes or no, the newest first."""
    open_ = select(DutyRequest).where(DutyRequest.state == "open").order_by(col(DutyRequest.id).desc())
    rows = await tx.session.exec(open_)
    return [row for row in rows.all() if may_decide(row, who)]


async def latest(tx: Tx, who: Person, kind: str) -> DutyRequest | None:
    """What he asked for last and waits for, else what he asked for last within the month."""
    statement = select(DutyRequest).where(
        DutyRequest.person_id == who.id, DutyRequest.kind == kind, col(DutyRequest.asked_at) > tx.now - LATELY
    )
    rows = (await tx.session.exec(statement.order_by(col(DutyRequest.id).desc()))).all()
    return next((row for row in rows if row.state == "open"), rows[0] if rows else None)


async def take_back(tx: Tx, office: Office, who: Person, kind: str, number: int | None) -> bool:
    """取消请假 / 取消换班: his own that is not answered yet, or a leave that was granted and is still ahead. The newest,
    unless a number says which. False when there is none.
    """
    statement = select(DutyRequest).where(
        DutyRequest.person_id == who.id, DutyRequest.kind == kind, col(DutyRequest.state).in_(("open", "accepted"))
    )
    rows = (await tx.session.exec(statement.order_by(col(DutyRequest.id).desc()).with_for_update())).all()
    mine = [r for r in rows if number in (None, r.id) and (r.state == "open" or _ahead(tx, r))]
    request = next((r for r in mine if r.state == "open"), mine[0] if mine else None)
    if request is None:
        return False
    granted = request.state == "accepted"
    if granted:
        await _drop_leave(tx, office, request)
    await _end(tx, request, "withdrawn", "已撤回")
    await shifts.arm(tx)
    await notices.tell(tx, who, views.taken_back(office.voice, request, tx.now, granted=granted))
    for reader in await for_whom(tx, office, request):
        await notices.tell(tx, reader, views.was_taken_back(office.voice, request, who, tx.now, granted=granted))
    return True


async def due(tx: Tx, office: Office, row: TimerRow) -> str:
    """Timer: nobody has answered. Whoever is asked is reminded; once the hours have come nothing is changed any more."""
    request = await numbered(tx, row.data["request"])
    who = await people.person(tx, request.person_id) if request else None
    if request is None or who is None or request.state != "open":
        return "answered"
    if tx.now < await _begins(tx, office, request):
        await notices.close_loose(tx, _purpose(request), "见新消息")
        await _ask(tx, office, request, who, again=True)
        return "reminded"
    await _end(tx, request, "void", "已过时")
    await notices.tell(tx, who, views.unanswered(office.voice, request, tx.now))
    for reader in await for_whom(tx, office, request):
        await notices.tell(tx, reader, views.lapsed(office.voice, request, who, tx.now))
    return "lapsed"


async def gone(tx: Tx, office: Office, who: Person) -> None:
    """He works here no more: what he asked and what he was asked is void, and the other one of a swap knows."""
    mine = or_(col(DutyRequest.person_id) == who.id, col(DutyRequest.other_id) == who.id)
    rows = await tx.session.exec(select(DutyRequest).where(DutyRequest.state == "open", mine).with_for_update())
    for request in rows.all():
        await _end(tx, request, "void", "已失效")
        other = await people.person(tx, request.other_id if request.person_id == who.id else request.person_id)
        if other is not None:
            await notices.tell(tx, other, views.other_left(office.voice, request, who, tx.now))


async def numbered(tx: Tx, number: int) -> DutyRequest | None:
    """The request of that number, held for this transaction, so that of two answers one is the first."""
    return await tx.session.get(DutyRequest, number, with_for_update=True, populate_existing=True)


async def _ask(tx: Tx, office: Office, request: DutyRequest, who: Person, *, again: bool = False) -> list[Person]:
    """Put it to whoever it is for, and set the clock of his silence. Returns them."""
    left = []
    if request.kind == "leave" and request.starts_at and request.ends_at:
        left = await roster.gaps_between(tx, office, max(request.starts_at, tx.now), request.ends_at, without=who)
    asked = await for_whom(tx, office, request)
    for reader in asked:
        await notices.hand(
            tx,
            reader,
            _purpose(request),
            lambda c: views.request_card(office.voice, request, c, who, left, tx.now),
            None,
        )
    begins = await _begins(tx, office, request)
    when = begins if again or begins <= tx.now + REMIND else tx.now + REMIND
    await tx.remind(f"{KIND}:{request.id}", max(when, tx.now), KIND, data={"request": request.id})
    return asked


async def for_whom(tx: Tx, office: Office, request: DutyRequest) -> list[Person]:
    """Whom it is for: the other one of a swap, the desk about leave; about that of the only seat the leads, then all of
    the desk.
    """
    if request.kind == "swap":
        other = await people.person(tx, request.other_id)
        return [other] if other else []

    def others(found: Sequence[Person]) -> list[Person]:
        return [p for p in found if p.id != request.person_id]

    return (
        others(await people.seats(tx, office.fallback_owner))
        or others(await roster.leads(tx, office))
        or others(await people.reachable(tx, people.DESK))
    )


async def _begins(tx: Tx, office: Office, request: DutyRequest) -> datetime:
    """From when on a yes comes too late: the first of the hours; of hours that had begun when he asked, their end."""
    if request.starts_at and request.ends_at:
        return request.starts_at if request.starts_at > request.asked_at else request.ends_at
    who, other = await people.person(tx, request.person_id), await people.person(tx, request.other_id)
    sides = ((who, request.day), (other, request.other_day))
    hours = [s for person, day in sides if person and day for s in await _work(tx, person, date.fromisoformat(day))]
    midnight = datetime.combine(date.fromisoformat(request.day), time(0), office.voice.zone).astimezone(UTC)
    ahead = (s.start if s.start > request.asked_at else s.end for s in hours)
    return min(ahead, default=midnight + timedelta(days=1))


async def _end(tx: Tx, request: DutyRequest, state: str, label: str, by: Person | None = None) -> None:
    request.state, request.ended_at = state, tx.now
    request.decided_by = by.id if by else request.decided_by
    tx.add(request)
    await tx.flush()
    await tx.forget(f"{KIND}:{request.id}")
    await notices.close_loose(tx, _purpose(request), label)


def _ahead(tx: Tx, request: DutyRequest) -> bool:
    """Whether it is leave that has not begun; a swap that was agreed is taken back by another one."""
    return request.starts_at is not None and request.starts_at > tx.now


async def _drop_leave(tx: Tx, office: Office, request: DutyRequest) -> None:
    """Take leave that was granted out of the roster again: the very rows it put in, one of each. Another leave within the
    same hours stays.
    """
    if request.starts_at is None or request.ends_at is None:
        return
    pieces = shifts.by_day(request.starts_at, request.ends_at, office.voice.zone)
    for row in await shifts.rows(tx, request.starts_at, request.ends_at, request.person_id):
        piece = (row.starts_at, row.ends_at)
        if row.source == "leave" and piece in pieces:
            pieces.remove(piece)
            await tx.session.delete(row)
    await tx.flush()


def _purpose(request: DutyRequest) -> str:
    return f"{CARD}{request.id}"


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


async def _within(tx: Tx, who: Person, start: datetime, end: datetime) -> bool:
    """Whether he has leave for all of that, granted or asked for."""
    return any(
        row.starts_at and row.ends_at and row.starts_at <= start and end <= row.ends_at
        for row in await _leaves(tx, who)
    )


async def _replace(tx: Tx, office: Office, who: Person, start: datetime, end: datetime) -> None:
    """What he asks for covers leave that nobody has answered: that is not asked any more."""
    for row in await _leaves(tx, who):
        covered = row.starts_at and row.ends_at and start <= row.starts_at and row.ends_at <= end
        if row.state == "open" and covered:
            await _end(tx, row, "withdrawn", "见新申请")


async def _leaves(tx: Tx, who: Person) -> list[DutyRequest]:
    """His leave that is asked for, or was granted and has not begun: what has may be over already (销假)."""
    statement = select(DutyRequest).where(
        DutyRequest.person_id == who.id, DutyRequest.kind == "leave", col(DutyRequest.state).in_(("open", "accepted"))
    )
    rows = (await tx.session.exec(statement.where(col(DutyRequest.ends_at) > tx.now))).all()
    return [row for row in rows if row.state == "open" or _ahead(tx, row)]


async def _same(tx: Tx, who: Person, kind: str, **values: object) -> bool:
    statement = select(DutyRequest).where(
        DutyRequest.person_id == who.id, DutyRequest.kind == kind, DutyRequest.state == "open"
    )
    return any(
        all(getattr(row, name) == value for name, value in values.items())
        for row in (await tx.session.exec(statement)).all()
    )

"""The duty roster by spreadsheet: every problem by sheet, row and column, all or nothing, a re-import updates a day.

Columns (contract): 日期 姓名 手机 班次 开始 结束 片区. 班次 is 班, 午休 or 假 (换出, as `export` writes it, is what was given
away by a swap). Times are local; an end that is not after its start is on the next day. What the sheet says of a person's
day replaces what an earlier sheet said of it; what was agreed in the chat stays.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from pathlib import Path

from sqlmodel import col, select

from bot.core.duty import Cover, Gap, Kind, Span, overlaps
from bot.desk import people, shifts
from bot.desk.sheet_tables import SheetError, day_of, read_table
from bot.store.engine import Tx
from bot.store.tables import Person, Shift

COLUMNS = ("日期", "姓名", "手机", "班次", "开始", "结束", "片区")
SHEET = "班表"
EXAMPLE = ("2026-11-26", "王强", "13800000001", "班", "08:30", "17:30", "越秀")
KINDS = {"班": Kind.ON, "午休": Kind.LUNCH, "假": Kind.LEAVE, "换出": Kind.AWAY}
NAMES = {str(kind): name for name, kind in KINDS.items()}
_TIME = re.compile(r"^(次日)?(\d{1,2})[:.时](\d{2})?分?(?::\d{2})?$")
Wrong = Callable[[int, str, str], None]


@dataclass(frozen=True)
class RosterRow:
    """One line of the roster, checked: whose it is is known only when the people are at hand."""

    number: int
    day: date
    name: str
    phone: str
    span: Span


@dataclass
class RosterSheet:
    title: str = SHEET
    rows: list[RosterRow] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    """One sentence each: sheet, row, column, what is wrong."""

    def wrong(self, number: int, column: str, what: str) -> None:
        self.problems.append(f"{self.title} row {number} column {column}: {what}")


def read_roster(path: Path, zone: tzinfo) -> RosterSheet:
    """Check a roster. Raises SheetError when it is not one; row problems are collected, all of them."""
    title, table = read_table(path, SHEET, COLUMNS)
    sheet = RosterSheet(title)
    for number, raw in table:
        values = {column: unicodedata.normalize("NFKC", value).strip() for column, value in raw.items()}
        if row := _row(number, values, zone, sheet.wrong):
            sheet.rows.append(row)
    for mine in _by(sheet.rows, lambda r: (r.name, r.phone)):
        _overlap(mine, sheet.wrong)
        _outside(mine, sheet.wrong)
    return sheet


def _row(number: int, values: dict[str, str], zone: tzinfo, wrong: Wrong) -> RosterRow | None:
    day, begin, end = day_of(values["日期"]), _time(values["开始"]), _time(values["结束"])
    kind = KINDS.get(values["班次"])
    whole = kind in (Kind.LEAVE, Kind.AWAY) and not values["开始"] and not values["结束"]
    checks = (
        ("日期", day is None, "is empty" if not values["日期"] else f"{values['日期']!r} is not a day like 2026-11-26"),
        ("姓名", not values["姓名"], "is empty"),
        ("班次", kind is None, f"{values['班次']!r} is none of 班 午休 假" if values["班次"] else "is empty"),
        ("开始", begin is None and not whole, _no_time(values["开始"])),
        ("结束", end is None and not whole, _no_time(values["结束"])),
    )
    for column, bad, what in checks:
        if bad:
            wrong(number, column, what)
    if day is None or kind is None or any(bad for _, bad, _ in checks):
        return None
    start = _at(day, begin or timedelta(0), zone)
    stop = _at(day, end or timedelta(hours=24), zone)
    if stop <= start:
        stop = _at(day, (end or timedelta(0)) + timedelta(hours=24), zone)
    if stop - start > timedelta(hours=24) or (begin == end and not whole):
        wrong(number, "结束", f"{values['结束']!r} is not between 开始 and the same time of the next day")
        return None
    area = "" if values["片区"] in ("", "全部", "不限") else values["片区"]
    return RosterRow(number, day, values["姓名"], values["手机"], Span(kind, start, stop, area))


def _overlap(mine: list[RosterRow], wrong: Wrong, *, across_phones: bool = False) -> None:
    """`across_phones`: only rows of his that do not give the same phone; the others have been compared before."""
    for i, j in overlaps([r.span for r in mine]):
        if across_phones and mine[i].phone == mine[j].phone:
            continue
        wrong(
            mine[j].number,
            "开始",
            f"{mine[j].name} has this {NAMES[mine[j].span.kind]} already in row {mine[i].number}",
        )


def _outside(mine: list[RosterRow], wrong: Wrong) -> None:
    on = [r.span for r in mine if r.span.kind is Kind.ON]
    for row in mine:
        inside = any(s.start <= row.span.start and row.span.end <= s.end for s in on)
        if row.span.kind is Kind.LUNCH and not inside:
            wrong(row.number, "开始", f"{row.name}'s 午休 is outside his 班")


async def resolve(tx: Tx, sheet: RosterSheet) -> dict[int, Person]:
    """Whose each row is, by row number; who is not known, or not one alone, is added to the sheet's problems.

    Also refuses what would overlap with hours of the days around that are in the database already.
    """
    everyone = await people.everyone(tx)
    found: dict[int, Person] = {}
    for row in sheet.rows:
        named = [p for p in everyone if p.name == row.name and (people.is_engineer(p) or people.is_desk(p))]
        meant = [p for p in named if not row.phone or p.phone == row.phone]
        if len(meant) == 1:
            found[row.number] = meant[0]
        elif not named:
            sheet.wrong(row.number, "姓名", f"nobody called {row.name} works for the desk (import people first)")
        elif not meant:
            sheet.wrong(row.number, "手机", f"{row.phone!r} is not {row.name}'s phone")
        else:
            sheet.wrong(row.number, "手机", f"{len(meant)} people are called {row.name}: give the phone")
    days = {(found[r.number].id or 0, r.day.isoformat()) for r in sheet.rows if r.number in found}
    for mine in _by([r for r in sheet.rows if r.number in found], lambda r: found[r.number].id):
        person_id = found[mine[0].number].id
        start, end = min(r.span.start for r in mine), max(r.span.end for r in mine)
        kept = [k for k in await shifts.rows(tx, start, end, person_id) if k.source == "sheet"]
        others = [k for k in kept if (k.person_id, k.day) not in days]
        for i, j in overlaps([*(shifts.span_of(k) for k in others), *(r.span for r in mine)]):
            if i < len(others) <= j:
                row = mine[j - len(others)]
                sheet.wrong(row.number, "开始", f"{row.name} is still in an earlier roster then, of {others[i].day}")
        _overlap(mine, sheet.wrong, across_phones=True)
    return found


async def save_roster(
    tx: Tx, rows: Sequence[RosterRow], whose: dict[int, Person], on_row: Callable[[], None] = lambda: None
) -> tuple[int, int]:
    """Write checked rows; returns (new, updated). A person's day is replaced; the timers follow.

    Whom the roster had at work until then and has not by the sheet is asked to hand over, as at the end of a shift.
    """
    had = await shifts.rostered(tx)
    before = await shifts.at_work(tx, list({p.id: p for p in whose.values() if p.id in had}.values()))
    days = {(whose[r.number].id or 0, r.day.isoformat()) for r in rows}
    replaced = await shifts.clear_sheet(tx, days)
    known = {(s.person_id, s.kind, s.starts_at, s.ends_at) for s in (await tx.session.exec(select(Shift))).all()}
    for row in rows:
        person_id, span = whose[row.number].id or 0, row.span
        on_row()
        if (person_id, str(span.kind), span.start, span.end) in known:
            continue
        tx.add(
            Shift(
                person_id=person_id,
                day=row.day.isoformat(),
                kind=str(span.kind),
                starts_at=span.start,
                ends_at=span.end,
                area=span.area,
            )
        )
    await tx.flush()
    there = {p.id for p in await shifts.at_work(tx, before)}
    if gone := [p for p in before if p.id not in there]:
        await shifts.taken_off(tx, gone)
    await shifts.arm(tx)
    updated = min(replaced, len(rows))
    return len(rows) - updated, updated


async def exported(tx: Tx, zone: tzinfo) -> list[list[object]]:
    """The whole roster as rows of the sheet, what was agreed in the chat included."""
    known = {p.id: p for p in await people.everyone(tx)}
    rows = await tx.session.exec(select(Shift).order_by(col(Shift.day), col(Shift.person_id), col(Shift.starts_at)))
    return [
        [r.day, known[r.person_id].name, known[r.person_id].phone, NAMES[r.kind], *_hours(r, zone), r.area]
        for r in rows.all()
    ]


def covers(rows: Sequence[RosterRow], whose: dict[int, Person]) -> list[Cover]:
    """Who covers which skill where, by the sheet alone: for the gaps it would leave."""
    return [
        Cover(p.name, frozenset(p.skills), frozenset(p.areas), tuple(r.span for r in mine))
        for mine in _by(list(rows), lambda r: whose[r.number].id)
        if people.is_engineer(p := whose[mine[0].number])
    ]


def place_of(gap: Gap, sheet: RosterSheet, whose: dict[int, Person]) -> str:
    """Where in the sheet a gap can be mended: the shift it begins after, else the one it ends at."""
    able = [r for r in sheet.rows if r.span.kind is not Kind.AWAY and gap.skill in whose[r.number].skills]
    after = [r for r in able if r.span.end == gap.start or (r.span.kind is not Kind.ON and r.span.start == gap.start)]
    if after:
        return f"{sheet.title} row {after[-1].number} column {'结束' if after[-1].span.kind is Kind.ON else '开始'}"
    before = [r for r in able if r.span.start == gap.end]
    if before:
        return f"{sheet.title} row {before[0].number} column 开始"
    day = gap.start.date()
    row = next((r for r in sheet.rows if r.span.start.date() == day), sheet.rows[0])
    return f"{sheet.title} row {row.number} column 日期"


def _hours(row: Shift, zone: tzinfo) -> tuple[str, str]:
    begin, end = row.starts_at.astimezone(zone), row.ends_at.astimezone(zone)
    if row.ends_at - row.starts_at != timedelta(hours=24):
        return f"{begin:%H:%M}", f"{end:%H:%M}"
    return f"{begin:%H:%M}", "24:00" if begin.time() == time(0) else f"次日{end:%H:%M}"


def _time(text: str) -> timedelta | None:
    """A time since the day's midnight, as Excel or a person writes it (次日 is the day after); none when it is none."""
    if re.fullmatch(r"0?\.\d+", text):
        return timedelta(minutes=round(float(text) * 24 * 60))
    match = _TIME.match(text)
    if match is None:
        return None
    found = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
    if found > timedelta(hours=24) or int(match[3] or 0) > 59:
        return None
    return found + timedelta(hours=24) if match[1] else found


def _no_time(text: str) -> str:
    return f"{text!r} is not a time like 08:30" if text else "is empty"


def _at(day: date, since_midnight: timedelta, zone: tzinfo) -> datetime:
    local = datetime.combine(day, time(0)) + since_midnight
    return local.replace(tzinfo=zone).astimezone(UTC)


def _by(rows: Iterable[RosterRow], key: Callable[[RosterRow], object]) -> list[list[RosterRow]]:
    found: dict[object, list[RosterRow]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return list(found.values())


__all__ = ["COLUMNS", "EXAMPLE", "SHEET", "RosterSheet", "SheetError", "read_roster", "resolve", "save_roster"]

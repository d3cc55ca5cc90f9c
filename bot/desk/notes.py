"""Paper notes (补录): what was written down while the chat was out of order, entered afterwards by spreadsheet.

Columns: 时间 电话 姓名 单位 位置 情况 处理人 完成时间 结果. Each note is a ticket as of the time written on it,
marked 补录. Nobody is sent a notice about the past: the desk hears once what was entered and what is still open. A
re-import adds nothing.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, tzinfo
from pathlib import Path

from sqlmodel import select

from bot.core.ticket import Action
from bot.desk import people, phone_reports, tickets
from bot.desk.office import Office
from bot.desk.sheet_tables import SheetError, read_table
from bot.store.engine import Tx
from bot.store.tables import Person, Ticket, Unit
from bot.views import notices
from bot.views import phone_reports as views
from bot.views.words import NOTE
from knowledge import Classifier, Understanding

COLUMNS = ("时间", "电话", "姓名", "单位", "位置", "情况", "处理人", "完成时间", "结果")
SHEET = "补录"
EXAMPLE = (
    "2026-11-25 09:30",
    "13800000001",
    "李梅",
    "示例单位",
    "三楼302",
    "打印机卡纸",
    "王强",
    "2026-11-25 10:10",
    "取出卡纸 测试正常",
)
WRITTEN = re.compile(
    r"^(?:(?:(?P<year>\d{4})\s*[-/.年]\s*)?(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})\s*[日号]?[T\s]*)?"
    r"(?P<noon>凌晨|早上|上午|中午|下午|晚上)?\s*(?P<hour>\d{1,2})\s*[:点时]\s*(?:(?P<half>半)|(?P<minute>\d{1,2}))?分?(?::\d{2}(?:\.\d+)?)?$"
)
"""2026-11-25 09:30, 11月25日 上午9点半; of 完成时间 also 10:10, on the day of 时间."""


@dataclass
class Note:
    """One note of the sheet, checked. Times are aware; `done` is none while it is still open."""

    number: int
    at: datetime
    phone: str
    name: str
    unit: str
    text: str
    meaning: Understanding
    technician: str
    done: datetime | None
    result: str


@dataclass
class NoteSheet:
    rows: list[Note] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    """One sentence each: sheet, row, column, what is wrong. What may be classified is never repeated."""


def read_notes(path: Path, classifier: Classifier, zone: tzinfo, now: datetime) -> NoteSheet:
    """Check a sheet of notes. Raises SheetError when it is not one; row problems are collected, all of them."""
    title, rows = read_table(path, SHEET, COLUMNS)
    sheet = NoteSheet()
    for number, values in rows:

        def wrong(column: str, what: str, number: int = number) -> None:
            sheet.problems.append(f"{title} row {number} column {column}: {what}")

        at = _time(values["时间"], "时间", zone, now, wrong)
        done = _time(values["完成时间"], "完成时间", zone, now, wrong, at.date() if at else None)
        if not values["时间"]:
            wrong("时间", "is empty")
        if at and done and done < at:
            wrong("完成时间", "is before 时间")
        phone, rest = phone_reports.split(values["电话"]) if values["电话"] else ("", "")
        if values["电话"] and (rest or not phone.isdigit()):
            wrong("电话", f"{values['电话']!r} is not a phone number")
        if not values["电话"] and not values["姓名"]:
            wrong("电话", "is empty, and so is 姓名: nobody to call back")
        if not values["情况"]:
            wrong("情况", "is empty")
        elif any(classifier.understand(values[c]).decision == "classified" for c in ("情况", "结果") if values[c]):
            wrong("情况", "may be classified (R5): take it out of the sheet, it is handled off line")
        text = "".join(part for part in (values["位置"], values["情况"]) if part)
        if at is not None:
            meaning = classifier.understand(text)
            sheet.rows.append(
                Note(
                    number,
                    at,
                    phone,
                    values["姓名"],
                    values["单位"],
                    text,
                    meaning,
                    values["处理人"],
                    done,
                    values["结果"],
                )
            )
    return sheet


def _time(
    text: str, column: str, zone: tzinfo, now: datetime, wrong: Callable[[str, str], None], day: date | None = None
) -> datetime | None:  # fmt: skip
    """The time that is written, on `day` where only an hour is; without a year the last such day. What is wrong is named."""
    if not text:
        return None
    match, today = WRITTEN.match(unicodedata.normalize("NFKC", text).strip()), now.astimezone(zone).date()
    try:
        at = _moment(match, day, today, zone) if match else None
    except ValueError:
        at = None
    if at is None:
        wrong(column, f"{text!r} is not a time like 2026-11-25 09:30")
    elif at > now:
        wrong(column, f"{text!r} is in the future")
    return at


def _moment(match: re.Match[str], day: date | None, today: date, zone: tzinfo) -> datetime | None:
    """Raises ValueError for a day or an hour that does not exist."""
    if match["month"]:
        day = date(int(match["year"] or today.year), int(match["month"]), int(match["day"]))
        if not match["year"] and day > today:
            day = day.replace(year=day.year - 1)
    hour, noon = int(match["hour"]), match["noon"]
    if (noon in ("下午", "晚上") and hour < 12) or (noon == "中午" and hour < 3):
        hour += 12
    at = time(hour, 30 if match["half"] else int(match["minute"] or 0))
    return datetime.combine(day, at, zone) if day else None


async def save_notes(
    tx: Tx, office: Office, rows: Sequence[Note], on_row: Callable[[], None] = lambda: None
) -> tuple[int, int]:
    """Enter checked notes; returns (new, already there). The seats on duty get one line about them.

    Raises SheetError, naming every row, when an agency, a technician or a person cannot be told: nothing may be committed.
    """
    units = {u.name: u for u in (await tx.session.exec(select(Unit))).all()}
    everyone = await people.everyone(tx)
    engineers = {p.name: p for p in everyone if people.is_engineer(p)}
    problems = []
    for row in rows:
        if row.unit and row.unit not in units:
            problems.append(f"{SHEET} row {row.number} column 单位: {row.unit!r} is no known agency")
        if row.technician and row.technician not in engineers:
            problems.append(f"{SHEET} row {row.number} column 处理人: no technician is called {row.technician!r}")
    if problems:
        raise SheetError("\n".join(problems))
    entered: list[Ticket] = []
    for row in sorted(rows, key=lambda r: (r.at, r.number)):
        caller = await _caller(tx, row, units.get(row.unit), everyone)
        if not await _known(tx, caller, row):
            entered.append(ticket := await _enter(tx, office, caller, row, engineers.get(row.technician)))
            await tx.forget(f"clock:{ticket.id}")
        on_row()
    if entered:
        still_open = [t for t in entered if t.closed_at is None]
        for seat in await people.seats(tx, office.fallback_owner):
            await notices.tell(tx, seat, views.notes_entered(entered, still_open), once=f"notes:{entered[0].id}")
    return len(entered), len(rows) - len(entered)


async def _caller(tx: Tx, row: Note, unit: Unit | None, everyone: list[Person]) -> Person:
    """The person of the note's number, else of its name (and agency); somebody unknown is provisional, and known then."""
    unit_id = unit.id if unit else None
    known = [p for p in everyone if row.phone and phone_reports.digits(p.phone) == row.phone]
    if not row.phone:
        known = [p for p in everyone if p.name == row.name and unit_id in (None, p.unit_id)]
    if len(known) > 1:
        known = [p for p in known if p.name == row.name and unit_id in (None, p.unit_id)] or known
    if len(known) > 1:
        raise SheetError(f"{SHEET} row {row.number} column 姓名: {len(known)} people fit, add 电话 or 单位")
    if not known:
        known = [await phone_reports.provisional(tx, row.phone, row.name, unit_id)]
        everyone.append(known[0])
    return known[0]


async def _known(tx: Tx, caller: Person, row: Note) -> bool:
    statement = select(Ticket).where(
        Ticket.source == NOTE, Ticket.reporter_id == caller.id, Ticket.created_at == row.at
    )  # fmt: skip
    return any([row.text in await tickets.said(tx, t) for t in (await tx.session.exec(statement)).all()])


async def _enter(tx: Tx, office: Office, caller: Person, row: Note, technician: Person | None) -> Ticket:
    """The ticket as of the times written on the note; what is not written there stays empty."""
    then = Tx(tx.session, row.at, tx.cause)
    ticket = await tickets.open_ticket(
        then, office, caller, row.meaning, tickets.Words(row.text), source=NOTE, priority=row.meaning.priority or "P3"
    )
    await then.record(ticket.id or 0, "backfilled", None, {"entered": tx.now.isoformat()})
    await tickets.act(then, ticket, Action.TRIAGE, None)
    if row.done is None:
        if row.result:
            await tickets.add_words(then, ticket, caller, tickets.Words(row.result))
        return ticket
    end = Tx(tx.session, row.done, tx.cause)
    if row.result:
        await tickets.add_words(end, ticket, technician or caller, tickets.Words(row.result), "settled-note")
    holder = technician.id if technician else None
    return await tickets.act(
        end, ticket, Action.SELF_SOLVED, technician,
        by=NOTE, assignee_id=holder, restored_at=row.done, resolved_at=row.done,
    )  # fmt: skip

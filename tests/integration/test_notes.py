"""Paper notes by spreadsheet: every mistake named, tickets as of the time written, no notices about the past, once."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from openpyxl import Workbook
from sqlmodel import col, select

from bot import app
from bot.config import Config
from bot.core.updates import Account
from bot.desk import clocks, site_sheets
from bot.desk.notes import COLUMNS, EXAMPLE, SHEET, read_notes, save_notes
from bot.desk.office import Office
from bot.desk.sheet_tables import SheetError
from bot.desk.spreadsheets import Row, save_people
from bot.store.engine import Database
from bot.store.tables import OutboxRow, Person, Ticket, TicketEvent, TimerRow
from bot.views.words import number
from knowledge import Classifier
from tests.conftest import START

ZONE = ZoneInfo("Asia/Shanghai")
DONE = (
    "2026-11-22 09:30",
    "13800000001",
    "李梅",
    "市民政局",
    "三楼302",
    "打印机卡纸",
    "王强",
    "2026-11-22 10:10",
    "取出卡纸",
)
OPEN = ("2026/11/22 9:40", "13512345678", "张三", "", "", "电脑蓝屏了", "", "", "")


@pytest.fixture(scope="module")
def office() -> Office:
    return app.furnish(Config.model_validate({}))


def sheet(tmp_path: Path, *rows: tuple[object, ...]) -> Path:
    workbook = Workbook()
    active = workbook.active
    assert active is not None
    for row in (COLUMNS, *rows):
        active.append(list(row))
    path = tmp_path / "notes.xlsx"
    workbook.save(path)
    return path


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        (0, "", "column 时间: is empty"),
        (0, "9:30", "column 时间: '9:30' is not a time like"),
        (0, "2026-13-22 09:30", "column 时间: '2026-13-22 09:30' is not a time like"),
        (7, "9:10", "column 完成时间: is before 时间"),
        (0, "昨天上午", "column 时间: '昨天上午' is not a time like"),
        (0, "2030-01-01 08:00", "column 时间: '2030-01-01 08:00' is in the future"),
        (1, "1380000", "column 电话: '1380000' is not a phone number"),
        (5, "", "column 情况: is empty"),
        (5, "那台涉密电脑开不了机", "column 情况: may be classified"),
        (7, "2026-11-22 08:00", "column 完成时间: is before 时间"),
    ],
)
def test_each_mistake_is_named(tmp_path: Path, office: Office, column: int, value: str, says: str) -> None:
    row = tuple(value if i == column else cell for i, cell in enumerate(DONE))
    problems = read_notes(sheet(tmp_path, row), office.classifier, ZONE, START).problems
    assert any(f"row 2 {says}" in p for p in problems), problems
    assert not any("涉密电脑" in p for p in problems)


@pytest.mark.parametrize(
    ("at", "done", "expected"),
    [
        ("11月22日 9:30", "10:10", "2026-11-22 09:30 2026-11-22 10:10"),
        ("11-22 上午9点半", "10点10分", "2026-11-22 09:30 2026-11-22 10:10"),
        ("２０２６－１１－２２　０９：３０", "10：10", "2026-11-22 09:30 2026-11-22 10:10"),
        ("2026年11月22日 下午3点05分", "晚上8点", "2026-11-22 15:05 2026-11-22 20:00"),
        ("12.30 9:30", "10:10:00", "2025-12-30 09:30 2025-12-30 10:10"),
    ],
)
def test_times_as_they_are_written_down(tmp_path: Path, office: Office, at: str, done: str, expected: str) -> None:
    found = read_notes(sheet(tmp_path, (at, *DONE[1:7], done, DONE[8])), office.classifier, ZONE, START)
    (row,) = found.rows
    assert found.problems == []
    assert f"{row.at:%Y-%m-%d %H:%M} {row.done:%Y-%m-%d %H:%M}" == expected


def test_the_template_is_a_valid_sheet_and_excels_own_times_are_read(tmp_path: Path, office: Office) -> None:
    path = tmp_path / "template.xlsx"
    site_sheets.write(path, SHEET, COLUMNS, [EXAMPLE])
    assert read_notes(path, office.classifier, ZONE, START + timedelta(days=30)).problems == []
    excel = read_notes(sheet(tmp_path, (datetime(2026, 11, 22, 9, 30), *DONE[1:])), office.classifier, ZONE, START)  # noqa: DTZ001
    assert (excel.problems, excel.rows[0].at) == ([], datetime(2026, 11, 22, 1, 30, tzinfo=UTC))


async def people(db: Database) -> None:
    seat = Account(platform="wecom", corp_id="ww1", user_id="zhou")
    rows = [
        Row(2, "王强", "13900000001", "市民政局", ["engineer-l1"], ["print"], [], []),
        Row(3, "李梅", "138-0000-0001", "市民政局", ["reporter"], [], [], []),
        Row(4, "周敏", "13900000003", "服务方", ["service-desk"], [], [], [seat]),
    ]
    async with db.write("people") as tx:
        await save_people(tx, rows, {("wecom", "ww1"): "gov"})


async def test_notes_become_tickets_as_of_then_and_only_once(
    tmp_path: Path, db: Database, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are understood while the sheet is read: nothing is classified while the database is locked."""
    await people(db)
    notes = read_notes(sheet(tmp_path, DONE, OPEN), office.classifier, ZONE, START).rows
    monkeypatch.setattr(Classifier, "understand", None)
    for expected in ((2, 0), (0, 2)):
        async with db.write("import") as tx:
            assert await save_notes(tx, office, notes) == expected
    async with db.read() as session:
        done, still_open = (await session.exec(select(Ticket).order_by(Ticket.id))).all()  # type: ignore[arg-type]
        told = (await session.exec(select(OutboxRow.payload))).all()
        assert (await session.exec(select(TimerRow).where(col(TimerRow.fired_at).is_(None)))).all() == []
        events = (await session.exec(select(TicketEvent).where(TicketEvent.ticket_id == done.id))).all()
        callers = {p.id: p for p in (await session.exec(select(Person))).all()}
    assert (done.status, done.by, done.fault) == ("closed", "note", "printer-paper-jam")
    assert done.created_at == datetime(2026, 11, 22, 1, 30, tzinfo=UTC)
    assert done.closed_at == done.resolved_at == datetime(2026, 11, 22, 2, 10, tzinfo=UTC)
    assert callers[done.assignee_id].name == "王强" and callers[done.reporter_id].name == "李梅"
    assert done.accepted_at is None, "nothing is made up"
    assert (still_open.status, still_open.owner, still_open.closed_at) == ("triaged", "desk", None)
    assert (callers[still_open.reporter_id].name, callers[still_open.reporter_id].confirmed) == ("张三", False)
    assert number(done) == f"{done.id}号（补录）"
    assert "backfilled" in {e.kind for e in events} and {e.at <= done.closed_at for e in events} == {True}
    assert len(told) == 1 and "补录2张" in told[0] and f"{still_open.id}号" in told[0]
    async with db.write("clocks") as tx:
        assert sum((p.end - p.start for p in await clocks.parts(tx, office, done)), timedelta()) == timedelta(
            minutes=40
        )


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        (3, "没有的局", "row 2 column 单位: '没有的局' is no known agency"),
        (6, "无名", "no technician is called '无名'"),
    ],
)
async def test_what_the_database_does_not_know_is_named(
    tmp_path: Path, db: Database, office: Office, column: int, value: str, says: str
) -> None:
    await people(db)
    row = tuple(value if i == column else cell for i, cell in enumerate(DONE))
    notes = read_notes(sheet(tmp_path, row), office.classifier, ZONE, START).rows
    with pytest.raises(SheetError, match=says):
        async with db.write("import") as tx:
            await save_notes(tx, office, notes)

"""The roster by spreadsheet: every problem by row and column, a day replaced by the next sheet, out again as it came in."""

from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from openpyxl import Workbook
from sqlmodel import select

from bot import city
from bot.core.duty import Kind, gaps
from bot.desk import roster_sheets, shifts, site_sheets
from bot.desk.roster_sheets import COLUMNS, EXAMPLE, RosterSheet, read_roster, resolve, save_roster
from bot.desk.sheet_tables import SheetError
from bot.store.engine import Database
from bot.store.tables import Person, Shift, TimerRow

ZONE = ZoneInfo("Asia/Shanghai")
WORK = ("2026-11-26", "王强", "139", "班", "08:30", "17:30", "越秀")
LUNCH = ("2026-11-26", "王强", "139", "午休", "12:00", "14:00", "")


def sheet(tmp_path: Path, *rows: tuple[object, ...], merge: str = "") -> Path:
    workbook = Workbook()
    active = workbook.active
    assert active is not None
    for row in (COLUMNS, *rows):
        active.append(list(row))
    if merge:
        active.merge_cells(merge)
    path = tmp_path / "roster.xlsx"
    workbook.save(path)
    return path


async def people(db: Database) -> None:
    async with db.write() as tx:
        for name, phone in (("王强", "139"), ("赵磊", "138"), ("李明", "1"), ("李明", "2")):
            tx.add(Person(name=name, phone=phone, positions=["engineer-l1"], skills=["print"]))
        tx.add(Person(name="李梅", positions=["reporter"]))


async def imported(db: Database, path: Path) -> tuple[RosterSheet, tuple[int, int]]:
    read = read_roster(path, ZONE)
    async with db.write("import") as tx:
        whose = await resolve(tx, read)
        counts = (0, 0) if read.problems else await save_roster(tx, read.rows, whose)
    return read, counts


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        (0, "", "row 2 column 日期: is empty"),
        (0, "2026-02-30", "row 2 column 日期: '2026-02-30' is not a day"),
        (0, "明天", "row 2 column 日期: '明天' is not a day"),
        (1, "", "row 2 column 姓名: is empty"),
        (3, "", "row 2 column 班次: is empty"),
        (3, "白班", "row 2 column 班次: '白班' is none of 班 午休 假"),
        (4, "", "row 2 column 开始: is empty"),
        (4, "25:00", "row 2 column 开始: '25:00' is not a time"),
        (5, "早上", "row 2 column 结束: '早上' is not a time"),
        (5, "08:30", "row 2 column 结束: '08:30' is not between"),
        (5, "次日10:00", "row 2 column 结束: '次日10:00' is not between"),
    ],
)
def test_a_bad_cell_is_named(tmp_path: Path, column: int, value: object, says: str) -> None:
    row: list[object] = list(WORK)
    row[column] = value
    (problem,) = read_roster(sheet(tmp_path, tuple(row)), ZONE).problems
    assert says in problem


@pytest.mark.parametrize(
    ("day", "begin", "end"),
    [
        ("2026/11/26", "8:30", "17:30"),
        ("２０２６－１１－２６", "０８：３０", "１７：３０"),
        ("2026年11月26日", "08：30", "17时30分"),
        (datetime(2026, 11, 26), time(8, 30), time(17, 30)),  # noqa: DTZ001 - as Excel stores it
        (date(2026, 11, 26), 0.354166666666667, "17.30"),
    ],
)
def test_dates_as_text_full_width_digits_and_real_cells_are_one(
    tmp_path: Path, day: object, begin: object, end: object
) -> None:
    read = read_roster(sheet(tmp_path, (day, *WORK[1:4], begin, end, "")), ZONE)
    assert read.problems == []
    assert (read.rows[0].span.start, read.rows[0].span.end) == (
        datetime(2026, 11, 26, 0, 30, tzinfo=UTC),
        datetime(2026, 11, 26, 9, 30, tzinfo=UTC),
    )


@pytest.mark.parametrize(("end", "hour"), [("02:00", 18), ("次日02:00", 18), ("24:00", 16)])
def test_a_night_shift_ends_on_the_next_day(tmp_path: Path, end: str, hour: int) -> None:
    read = read_roster(sheet(tmp_path, (*WORK[:4], "18:00", end, "")), ZONE)
    assert read.rows[0].span.end == datetime(2026, 11, 26, hour, tzinfo=UTC)


def test_cells_merged_downwards_count_for_each_row_and_sideways_are_named(tmp_path: Path) -> None:
    read = read_roster(sheet(tmp_path, WORK, ("", *LUNCH[1:]), merge="A2:A3"), ZONE)
    assert read.problems == []
    assert read.rows[1].day == date(2026, 11, 26)
    (problem,) = read_roster(sheet(tmp_path, WORK, merge="E2:F2"), ZONE).problems
    assert "row 2 column 结束: is empty" in problem


async def test_one_persons_hours_twice_with_and_without_his_phone_are_named(db: Database, tmp_path: Path) -> None:
    await people(db)
    read, counts = await imported(db, sheet(tmp_path, WORK, (WORK[0], "王强", "", "班", "09:00", "18:00", "")))
    assert counts == (0, 0) and ["row 3 column 开始" in p and "already in row 2" in p for p in read.problems] == [True]


async def test_a_day_and_night_goes_out_as_it_came_in(db: Database, tmp_path: Path) -> None:
    await people(db)
    await imported(db, sheet(tmp_path, (*WORK[:4], "08:30", "次日08:30", "")))
    async with db.write("export") as tx:
        (row,) = await roster_sheets.exported(tx, ZONE)
    assert row[4:6] == ["08:30", "次日08:30"]


def test_overlaps_and_lunch_outside_the_shift_are_named(tmp_path: Path) -> None:
    night = (*WORK[:4], "17:00", "02:00", "")
    next_day = ("2026-11-27", *WORK[1:4], "01:00", "09:00", "")
    late = (*LUNCH[:4], "03:00", "04:00", "")
    problems = read_roster(sheet(tmp_path, WORK, night, next_day, late), ZONE).problems
    assert [p.split(": ", 1)[0].removeprefix("Sheet ") for p in problems] == [
        "row 3 column 开始",
        "row 4 column 开始",
        "row 5 column 开始",
    ]
    assert "already in row 2" in problems[0]


async def test_who_is_meant_must_be_clear(db: Database, tmp_path: Path) -> None:
    await people(db)
    rows = [(WORK[0], name, phone, *WORK[3:]) for name, phone in
            (("王强", "1"), ("孙安", ""), ("李明", ""), ("李梅", ""), ("赵磊", ""), ("李明", "2"))]  # fmt: skip
    read, _ = await imported(db, sheet(tmp_path, *rows))
    assert [p.partition("Sheet ")[2] for p in read.problems] == [
        "row 2 column 手机: '1' is not 王强's phone",
        "row 3 column 姓名: nobody called 孙安 works for the desk (import people first)",
        "row 4 column 手机: 2 people are called 李明: give the phone",
        "row 5 column 姓名: nobody called 李梅 works for the desk (import people first)",
    ]
    async with db.read() as session:
        assert (await session.exec(select(Shift))).all() == []


async def test_a_second_import_replaces_a_day_and_keeps_what_was_agreed(db: Database, tmp_path: Path) -> None:
    await people(db)
    assert (await imported(db, sheet(tmp_path, WORK, LUNCH)))[1] == (2, 0)
    async with db.write() as tx:
        wang = (await tx.session.exec(select(Person).where(Person.name == "王强"))).one()
        leave = datetime(2026, 11, 26, 7, tzinfo=UTC), datetime(2026, 11, 26, 9, tzinfo=UTC)
        await shifts.add(tx, wang.id or 0, Kind.LEAVE, *leave, "leave", ZONE)
    changed = (*WORK[:4], "09:00", "17:30", "")
    assert (await imported(db, sheet(tmp_path, changed, (*changed[:1], "赵磊", "", *changed[3:]))))[1] == (0, 2)
    async with db.read() as session:
        rows = (await session.exec(select(Shift).order_by(Shift.id))).all()  # type: ignore[arg-type]
        timers = (await session.exec(select(TimerRow).where(TimerRow.fired_at.is_(None)))).all()  # type: ignore[union-attr]
    assert sorted((r.kind, r.source) for r in rows) == [("leave", "leave"), ("on", "sheet"), ("on", "sheet")]
    assert sorted(t.kind for t in timers) == ["duty-change", "duty-gaps"], "one of each, however often it is imported"
    out = tmp_path / "out.xlsx"
    async with db.write() as tx:
        site_sheets.write(out, roster_sheets.SHEET, COLUMNS, await roster_sheets.exported(tx, ZONE))
    read, _ = await imported(db, out)
    assert read.problems == []
    async with db.read() as session:
        assert len((await session.exec(select(Shift))).all()) == 3
    overlapping = ("2026-11-25", "王强", "", "班", "22:00", "10:00", "")
    read, _ = await imported(db, sheet(tmp_path, overlapping))
    assert "王强 is still in an earlier roster then, of 2026-11-26" in read.problems[0]


def test_a_sheet_that_is_none_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    site_sheets.write(path, "班表", ("日期", "姓名"), [])
    with pytest.raises(SheetError, match="手机 班次 开始 结束 片区"):
        read_roster(path, ZONE)
    site_sheets.write(path, "班表", COLUMNS, [EXAMPLE])
    assert read_roster(path, ZONE).problems == []


async def test_a_gap_is_shown_where_it_can_be_mended(db: Database, tmp_path: Path) -> None:
    await people(db)
    read = read_roster(sheet(tmp_path, WORK, LUNCH), ZONE)
    async with db.write() as tx:
        whose = await resolve(tx, read)
    window = (datetime(2026, 11, 26, 1, tzinfo=UTC), datetime(2026, 11, 26, 10, tzinfo=UTC))
    found = gaps(roster_sheets.covers(read.rows, whose), [window])
    assert [roster_sheets.place_of(gap, read, whose) for gap in found] == [
        "Sheet row 3 column 开始",
        "Sheet row 2 column 结束",
    ]


def test_the_sample_city_has_a_month_without_problems(tmp_path: Path) -> None:
    path = tmp_path / "city.xlsx"
    rows = city.roster(city.build(), date(2026, 12, 1))
    site_sheets.write(path, roster_sheets.SHEET, COLUMNS, rows)
    read = read_roster(path, ZONE)
    assert read.problems == []
    assert len(read.rows) == len(rows) > 2000

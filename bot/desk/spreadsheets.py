"""People in by spreadsheet: every error named by row and column, all or nothing, a re-import updates and never doubles.

Columns (contract): 姓名 手机 单位 岗位 技能 片区 账号. 岗位 and 技能 by code, several separated by `;`; 账号 as
`wecom:CORP:USERID;dingtalk:CORP:USERID`. Optional: 证件 as `登高作业证:2027-03-01;…` (no date: without end), 驻点 as a
site's name or `单位/站点`, 涉密资格 是 or 否. A column that is not there leaves what is known as it is.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Font
from sqlmodel import col, select

from bot.core.permits import PERMITS
from bot.core.updates import Account
from bot.desk import people
from bot.desk.sheet_tables import SheetError, day_of, read_table
from bot.store.engine import Tx
from bot.store.tables import AccountRow, Membership, Person, Site, TimerRow, Unit
from knowledge import Book

COLUMNS = ("姓名", "手机", "单位", "岗位", "技能", "片区", "账号")
OPTIONAL = ("证件", "驻点", "涉密资格")
SHEET = "人员"
EXAMPLE = (
    "王强",
    "13800000001",
    "示例单位",
    "engineer-l1",
    "desktop;print",
    "越秀",
    "wecom:ww0000000000000000:wangqiang",
    "登高作业证:2027-03-01",
    "",
    "否",
)
LEAVING = "leaving"
"""Timer: the running desk sees whoever is not in the sheet off (bot/desk/leavers.py)."""
CHANGED = "person-changed"
"""Timer: the running desk looks at the tickets of whom a sheet took something from (bot/desk/roles.py)."""
YES_NO = {"是": True, "否": False, "": False}
_SPLIT = re.compile(r"[;；、,，\s]+")
_MOBILE = re.compile(r"^1[3-9]\d{9}$")
_PHONE = re.compile(r"^\+?[\d\- ]{5,20}$")
_ACCOUNT = re.compile(r"^(wecom|dingtalk):([^:\s]+):([^:\s]+)$")


@dataclass
class Row:
    """One person of the sheet, checked."""

    number: int
    name: str
    phone: str
    unit: str
    positions: list[str]
    skills: list[str]
    areas: list[str]
    accounts: list[Account]
    permits: dict[str, str] | None = None
    site: str | None = None
    """The name of a site, or `unit/site`."""
    cleared: bool | None = None


@dataclass
class Sheet:
    rows: list[Row] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    """One sentence each: sheet, row, column, what is wrong."""


def write_template(path: Path, book: Book) -> None:
    """An empty people sheet with one example row and a second sheet that lists the codes."""
    workbook = Workbook()
    sheet = workbook.active
    if sheet is None:
        raise SheetError("no sheet")
    sheet.title = SHEET
    sheet.append([*COLUMNS, *OPTIONAL])
    sheet.append(list(EXAMPLE))
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for column, width in zip("ABCDEFGHIJ", (10, 14, 24, 24, 24, 12, 44, 30, 24, 10), strict=True):
        sheet.column_dimensions[column].width = width
    sheet.freeze_panes = "A2"
    codes = workbook.create_sheet("代码")
    codes.append(["类别", "代码", "名称"])
    for position in book.service_levels.positions.values():
        codes.append(["岗位", position.code, position.name])
    for code, name in book.skills.items():
        codes.append(["技能", code, name])
    for permit in PERMITS:
        codes.append(["证件", permit, permit])
    workbook.save(path)


def read_people(path: Path, book: Book) -> Sheet:
    """Check a people sheet. Raises SheetError when it is not one; row problems are collected, all of them."""
    title, rows = read_table(path, SHEET, COLUMNS, OPTIONAL)
    sheet, seen, phones = Sheet(), dict[str, int](), dict[str, tuple[int, str]]()
    for number, values in rows:
        _check(sheet, title, number, values, book, seen, phones)
    return sheet


def _check(
    sheet: Sheet,
    title: str,
    number: int,
    values: dict[str, str],
    book: Book,
    seen: dict[str, int],
    phones: dict[str, tuple[int, str]],
) -> None:
    """`seen`: account → its row; `phones`: mobile number → its row and whose it is there. A line of an office is shared."""

    def wrong(column: str, what: str) -> None:
        sheet.problems.append(f"{title} row {number} column {column}: {what}")

    if not values["姓名"]:
        wrong("姓名", "is empty")
    if values["手机"] and not _PHONE.match(values["手机"]):
        wrong("手机", f"{values['手机']!r} is not a phone number")
    mobile = re.sub(r"\D", "", values["手机"])[-11:]
    if _MOBILE.match(mobile):
        first, name = phones.setdefault(mobile, (number, values["姓名"]))
        if first != number:
            wrong("手机", f"{values['手机']!r} is already in row {first} ({name})")
    if not values["单位"]:
        wrong("单位", "is empty")
    known = {code: position.name for code, position in book.service_levels.positions.items()}
    positions = _coded(values["岗位"], known, lambda code: wrong("岗位", f"unknown code {code!r}"))
    skills = _coded(values["技能"], book.skills, lambda code: wrong("技能", f"unknown code {code!r}"))
    if any(p.startswith(("engineer", "expert")) for p in positions) and not skills:
        wrong("技能", "an engineer needs at least one skill")
    accounts = []
    for text in split(values["账号"]):
        match = _ACCOUNT.match(text)
        if match is None:
            wrong("账号", f"{text!r} is not platform:CORP:USERID")
            continue
        platform, corp_id, user_id = match.groups()
        user_id = user_id.casefold() if platform == "wecom" else user_id
        account = Account(platform=platform, corp_id=corp_id, user_id=user_id)
        if (taken := seen.setdefault(str(account), number)) != number:
            wrong("账号", f"{text!r} is already in row {taken}")
        accounts.append(account)
    permits = _permits(values["证件"], wrong) if "证件" in values else None
    if values.get("涉密资格", "") not in YES_NO:
        wrong("涉密资格", f"{values['涉密资格']!r} is neither 是 nor 否")
    sheet.rows.append(
        Row(
            number,
            values["姓名"],
            values["手机"],
            values["单位"],
            positions,
            skills,
            split(values["片区"]),
            accounts,
            permits=permits,
            site=values.get("驻点"),
            cleared=YES_NO.get(values["涉密资格"]) if "涉密资格" in values else None,
        )
    )


def _coded(text: str, known: Mapping[str, str], unknown: Callable[[str], None]) -> list[str]:
    """The codes of a cell, by themselves in any case, or by their names on the template's second sheet."""
    codes = {code.casefold(): code for code in known} | {name.casefold(): code for code, name in known.items()}
    found = list[str]()
    for part in split(text):
        code = codes.get(part.casefold())
        if code is None:
            unknown(part)
        found.append(code or part)
    return found


def _permits(text: str, wrong: Callable[[str, str], None]) -> dict[str, str]:
    permits = {}
    for part in split(text):
        name, _, until = part.replace("：", ":").partition(":")
        if name not in PERMITS:
            wrong("证件", f"unknown permit {name!r}")
        day = day_of(until)
        if until and day is None:
            wrong("证件", f"{until!r} is not a day like 2027-03-01")
        permits[name] = day.isoformat() if day else ""
    return permits


def split(text: str) -> list[str]:
    """Several values of one cell."""
    return [part for part in _SPLIT.split(text) if part]


async def save_people(
    tx: Tx,
    rows: list[Row],
    connections: dict[tuple[str, str], str],
    on_row: Callable[[], None] = lambda: None,
) -> tuple[int, int]:
    """Write checked rows; returns (new, updated). A person is found again by account, else by name, phone and unit.

    `connections` maps (platform, corp_id) to the configured connection he can be written to through. `on_row` is told of
    each row. Raises SheetError, naming every row, when a 驻点 is not a known site: then nothing may be committed.
    """
    known = await _Known.read(tx)
    if unknown := [f"{SHEET} row {r.number} column 驻点: {r.site!r} is no known site" for r in rows if known.lost(r)]:
        raise SheetError("\n".join(unknown))
    new = updated = 0
    before: dict[int | None, _Has] = {}
    linked: list[tuple[Person, Row]] = []
    for name in {row.unit for row in rows} - set(known.units):
        known.units[name] = Unit(name=name)
        tx.add(known.units[name])
    await tx.flush()
    for row in rows:
        unit = known.units[row.unit]
        person = known.person(row, unit)
        if person is None:
            person, new = Person(name=row.name), new + 1
        else:
            updated += 1
            before.setdefault(person.id, _Has.of(person))
        person.name, person.phone, person.unit_id, person.confirmed = row.name, row.phone, unit.id, True
        person.positions, person.skills, person.areas = row.positions, row.skills, row.areas
        if row.permits is not None:
            person.permits = row.permits
        if row.cleared is not None:
            person.cleared = row.cleared
        if row.site is not None:
            person.site_id = known.site(row.site, row.unit)
        known.people[row.name, row.phone, unit.id] = person
        tx.add(person)
        linked.append((person, row))
        on_row()
    await tx.flush()
    for person, row in linked:
        for account in row.accounts:
            _link(tx, known, person, account, connections.get((account.platform, account.corp_id), ""))
    _unlink(tx, known, linked)
    for person in {p.id: p for p, _ in linked}.values():
        if person.id in before:
            await _look_at(tx, person, before[person.id])
    await _settled(tx, {person.id for person, _ in linked})
    await tx.flush()
    return new, updated


@dataclass(frozen=True)
class _Has:
    """What somebody may do, before and after a sheet."""

    role: str
    """engineer | desk | none of both."""
    may: frozenset[str]

    @classmethod
    def of(cls, who: Person) -> "_Has":
        role = "engineer" if people.is_engineer(who) else "desk" if people.is_desk(who) else ""
        permits = (f"{name}:{until}" for name, until in who.permits.items())
        return cls(role, frozenset((*who.skills, *permits, *(("cleared",) if who.cleared else ()))))


async def _look_at(tx: Tx, who: Person, before: _Has) -> None:
    """Have the running desk look, if the sheet took a role, a skill, a permit or an account from him."""
    after = _Has.of(who)
    accounts = (await tx.session.exec(select(AccountRow).where(AccountRow.person_id == who.id))).all()
    if before.role and (
        before.role != after.role or before.may - after.may or not any(a.reachable and a.connection for a in accounts)
    ):
        role = before.role if before.role != after.role else ""
        await tx.remind(f"{CHANGED}:{who.id}", tx.now, CHANGED, data={"person": who.id, "role": role})


def _unlink(tx: Tx, known: "_Known", linked: list[tuple[Person, Row]]) -> None:
    """Accounts that a sheet does not give to their person any more are not written to until they are heard again.

    A row without any account says nothing of them.
    """
    named = {person.id: {*row.accounts} for person, row in linked if row.accounts}
    for account, row in known.accounts.items():
        if row.person_id in named and account not in named[row.person_id]:
            row.connection = ""
            tx.add(row)


async def missing(tx: Tx, rows: list[Row]) -> list[Person]:
    """Who came by an earlier sheet, or was confirmed since, and is not in this one."""
    known = await _Known.read(tx)
    there = {found.id for row in rows if (found := known.person(row, known.units.get(row.unit))) is not None}
    return [person for person in known.by_id.values() if person.confirmed and person.id not in there]


async def remove(tx: Tx, people: list[Person]) -> None:
    """They leave as soon as a running desk looks; a sheet that has one of them again before that keeps him."""
    for person in people:
        await tx.remind(f"{LEAVING}:{person.id}", tx.now, LEAVING, data={"person": person.id})


async def _settled(tx: Tx, ids: set[int | None]) -> None:
    """Who is in a sheet neither leaves nor waits to be confirmed."""
    for row in (await tx.session.exec(select(Membership))).all():
        if row.person_id in ids:
            await tx.session.delete(row)
    going = select(TimerRow).where(TimerRow.kind == LEAVING, col(TimerRow.fired_at).is_(None))
    await tx.forget(*[t.key for t in (await tx.session.exec(going)).all() if t.data["person"] in ids])


@dataclass
class _Known:
    """What is in the database before an import, read once."""

    units: dict[str, Unit]
    people: dict[tuple[str, str, int | None], Person]
    by_id: dict[int | None, Person]
    accounts: dict[Account, AccountRow]
    sites: dict[str, list[int | None]]
    """Site id by name and by `unit/name`; several where a name is not enough."""

    @classmethod
    async def read(cls, tx: Tx) -> "_Known":
        units = {u.name: u for u in (await tx.session.exec(select(Unit))).all()}
        everyone = (await tx.session.exec(select(Person))).all()
        names = {u.id: name for name, u in units.items()}
        sites: dict[str, list[int | None]] = {}
        for site in (await tx.session.exec(select(Site))).all():
            sites.setdefault(site.name, []).append(site.id)
            sites[f"{names[site.unit_id]}/{site.name}"] = [site.id]
        return cls(
            units=units,
            people={(p.name, p.phone, p.unit_id): p for p in everyone},
            by_id={p.id: p for p in everyone},
            accounts={
                Account(platform=a.platform, corp_id=a.corp_id, user_id=a.user_id): a
                for a in (await tx.session.exec(select(AccountRow))).all()
            },
            sites=sites,
        )

    def person(self, row: Row, unit: Unit | None) -> Person | None:
        for account in row.accounts:
            if (linked := self.accounts.get(account)) is not None:
                return self.by_id[linked.person_id]
        return self.people.get((row.name, row.phone, unit.id)) if unit else None

    def site(self, name: str, unit: str) -> int | None:
        """The site meant: as written, of the person's own unit first."""
        found = self.sites.get(f"{unit}/{name}") or self.sites.get(name, [])
        return found[0] if len(found) == 1 else None

    def lost(self, row: Row) -> bool:
        return bool(row.site) and self.site(row.site or "", row.unit) is None


def _link(tx: Tx, known: _Known, person: Person, account: Account, connection: str) -> None:
    linked = known.accounts.get(account)
    if linked is None:
        linked = known.accounts[account] = AccountRow(
            platform=account.platform, corp_id=account.corp_id, user_id=account.user_id, person_id=person.id or 0
        )
    linked.person_id = person.id or 0
    linked.connection = linked.connection or connection
    tx.add(linked)

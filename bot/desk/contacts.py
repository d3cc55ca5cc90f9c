"""Whom an agency's people turn to for what is not ours (routes R1–R11), by spreadsheet, in and out.

Columns: 单位 类别 联系人 电话 备注. One contact for each agency and route; a re-import updates it. What only fills a gap
(示例, 待定, 00000000) is refused, so that no placeholder ever reaches a person.
"""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlmodel import col, select

from bot.desk.sheet_tables import SheetError, read_table
from bot.store.engine import Tx
from bot.store.tables import Contact, Unit

COLUMNS = ("单位", "类别", "联系人", "电话", "备注")
CONTACTS = "联系人"
EXAMPLE = ("示例单位", "R4", "示例联系人", "020-00000000", "工作日")
FILLER = re.compile(r"示例|占位|待定|待补|待填|未定|暂无|虚拟|某|tbd|todo|n/a|x{2,}|[?？*]", re.I)
PHONE = re.compile(r"\+?[\d\-() ]+(?:转\d+)?")
LEAST_DIGITS = 3
"""Short numbers inside a house have three digits."""
LONGEST = 40


@dataclass(frozen=True)
class ContactRow:
    """One contact of the sheet, checked."""

    number: int
    unit: str
    route: str
    name: str
    phone: str
    note: str


@dataclass
class ContactSheet:
    rows: list[ContactRow] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    """One sentence each: sheet, row, column, what is wrong."""


async def contact_of(tx: Tx, unit_id: int | None, route: str) -> Contact | None:
    """The agency's contact for a route, if one was entered."""
    if unit_id is None:
        return None
    return (await tx.session.exec(select(Contact).where(Contact.unit_id == unit_id, Contact.route == route))).first()


def read_contacts(path: Path, routes: Collection[str]) -> ContactSheet:
    """Check a contacts sheet. Raises SheetError when it is not one; row problems are collected, all of them."""
    title, rows = read_table(path, CONTACTS, COLUMNS)
    sheet, seen = ContactSheet(), dict[tuple[str, str], int]()
    for number, values in rows:
        row = ContactRow(
            number, values["单位"], values["类别"].upper(), values["联系人"], values["电话"], values["备注"]
        )
        wrong = [("单位", "is empty")] if not row.unit else []
        if row.route not in routes:
            wrong.append(("类别", f"{row.route!r} is none of {' '.join(routes)}"))
        elif (first := seen.setdefault((row.unit, row.route), number)) != number:
            wrong.append(("类别", f"{row.unit} {row.route} is already in row {first}"))
        if not row.name or FILLER.search(row.name):
            wrong.append(("联系人", f"{row.name!r} is no person or office"))
        if not real_number(row.phone):
            wrong.append(("电话", f"{row.phone!r} is no telephone number"))
        wrong += [(c, f"is longer than {LONGEST} characters") for c in COLUMNS[2:] if len(values[c]) > LONGEST]
        sheet.problems += [f"{title} row {number} column {column}: {what}" for column, what in wrong]
        sheet.rows.append(row)
    return sheet


def real_number(phone: str) -> bool:
    """Whether it can be dialled: digits enough, and not one digit repeated as in 020-00000000."""
    parts = [part for part in re.split(r"\D+", phone) if part]
    longest = max(parts, key=len, default="")
    return bool(PHONE.fullmatch(phone)) and len(longest) >= LEAST_DIGITS and (len(longest) < 5 or len(set(longest)) > 1)


async def save_contacts(
    tx: Tx, rows: Sequence[ContactRow], on_row: Callable[[], None] = lambda: None
) -> tuple[int, int]:
    """Write checked rows; returns (new, updated). Raises SheetError, naming every row, for an agency nobody knows."""
    units = {u.name: u.id or 0 for u in (await tx.session.exec(select(Unit))).all()}
    if lost := [
        f"{CONTACTS} row {r.number} column 单位: {r.unit!r} is no known agency" for r in rows if r.unit not in units
    ]:
        raise SheetError("\n".join(lost))
    new = 0
    for row in rows:
        contact = await contact_of(tx, units[row.unit], row.route)
        if contact is None:
            contact, new = Contact(unit_id=units[row.unit], route=row.route, name="", phone=""), new + 1
        contact.name, contact.phone, contact.note = row.name, row.phone, row.note
        tx.add(contact)
        on_row()
    await tx.flush()
    return new, len(rows) - new


async def exported_contacts(tx: Tx) -> list[list[str]]:
    """All contacts as rows of the sheet, by agency and route."""
    names = {u.id: u.name for u in (await tx.session.exec(select(Unit))).all()}
    found = (await tx.session.exec(select(Contact).order_by(col(Contact.unit_id), col(Contact.route)))).all()
    return [[names[c.unit_id], c.route, c.name, c.phone, c.note] for c in found]

"""Who somebody is: accounts, positions, roles. Unknown senders are served at once as reporters of an unconfirmed unit."""

from collections.abc import Iterable

from sqlalchemy import String, cast
from sqlmodel import col, or_, select

from bot.core.updates import Account
from bot.desk import lookups, shifts
from bot.store.engine import Tx
from bot.store.tables import AccountRow, Site, Unit
from bot.store.tables import Person as Person
from bot.views import notices

DESK = frozenset({"service-desk", "dispatcher", "duty-manager", "area-lead", "service-manager"})
ENGINEERS = frozenset({"engineer-l1", "engineer-l2", "expert-l3"})
STAFF = DESK | ENGINEERS | {"inspector"}


def is_desk(person: Person) -> bool:
    return bool(DESK & set(person.positions))


def is_engineer(person: Person) -> bool:
    return bool(ENGINEERS & set(person.positions))


def is_staff(person: Person) -> bool:
    """Whether somebody works for the service or judges it, rather than being served by it."""
    return bool(STAFF & set(person.positions))


async def who(tx: Tx, account: Account, connection: str) -> Person:
    """The person behind an account. An unknown one becomes a reporter without unit, to be confirmed later."""
    statement = select(AccountRow).where(
        AccountRow.platform == account.platform,
        AccountRow.corp_id == account.corp_id,
        AccountRow.user_id == account.user_id,
    )
    row = (await tx.session.exec(statement)).first()
    if row is None:
        person = Person(name=account.user_id, confirmed=False)
        tx.add(person)
        await tx.flush()
        row = AccountRow(
            platform=account.platform, corp_id=account.corp_id, user_id=account.user_id, person_id=person.id or 0
        )
    row.connection, row.reachable, row.heard_at = connection, True, tx.now
    tx.add(row)
    await tx.flush()
    found = await tx.session.get(Person, row.person_id)
    if found is None:
        raise LookupError(f"account {account} points to nobody")
    lookups.wanted(tx, row, found)
    return found


async def person(tx: Tx, person_id: int | None) -> Person | None:
    return await tx.session.get(Person, person_id) if person_id else None


async def unit_name(tx: Tx, unit_id: int | None) -> str:
    unit = await tx.session.get(Unit, unit_id) if unit_id else None
    return unit.name if unit else "单位待确认"


async def site_of(tx: Tx, reporter: Person) -> int | None:
    """The site a report comes from: the reporter's own, else the only one his unit has."""
    if reporter.site_id or reporter.unit_id is None:
        return reporter.site_id
    found = (await tx.session.exec(select(Site.id).where(Site.unit_id == reporter.unit_id).limit(2))).all()
    return found[0] if len(found) == 1 else None


async def everyone(tx: Tx) -> list[Person]:
    return list((await tx.session.exec(select(Person).order_by(Person.id))).all())  # type: ignore[arg-type]


async def placed(tx: Tx, positions: Iterable[str]) -> list[Person]:
    """Whoever has one of these positions; the thousands who have none are not read."""
    written = cast(col(Person.positions), String)
    any_of = or_(*(written.contains(f'"{position}"') for position in positions))
    return list((await tx.session.exec(select(Person).where(any_of).order_by(col(Person.id)))).all())


async def holding(tx: Tx, positions: Iterable[str], unit_id: int | None = None) -> list[Person]:
    """People with one of `positions` (codes), of one unit if given; those off duty last."""
    found = [p for p in await placed(tx, positions) if unit_id in (None, p.unit_id)]
    return sorted(found, key=lambda p: (p.duty == "off", p.id))


async def engineers(tx: Tx) -> list[Person]:
    """All technicians, at work or not."""
    return await placed(tx, ENGINEERS)


async def there(tx: Tx, positions: Iterable[str]) -> list[Person]:
    """Who of these positions is on duty, by the roster and by his own word, and can be written to."""
    found = await shifts.present(tx, await holding(tx, positions))
    return await notices.reached(tx, [p for p in found if p.duty != "off"])


async def reachable(tx: Tx, positions: Iterable[str]) -> list[Person]:
    """Who of these positions can be written to, on duty or not; those off duty last."""
    return await notices.reached(tx, await holding(tx, positions))


async def name_first(tx: Tx, said: str) -> tuple[str, str]:
    """A line that begins with a technician's name → the name, and what follows; a name nobody has ends at the first space."""
    line = said.strip()
    known = sorted((p.name for p in await engineers(tx)), key=len, reverse=True)
    name = next((name for name in known if name and line.startswith(name)), line.partition(" ")[0])
    return name, line[len(name) :].strip(" ，,")


async def seats(tx: Tx, fallback: str = "") -> list[Person]:
    """The desk on duty: seats first, then the duty manager, then the configured fallback owner by name.

    Somebody of the desk who is in the roster counts only while it has him there, and only while he can be written to; with
    nobody left by these rules, all of the desk who can be written to.
    """
    for positions in (("service-desk", "dispatcher"), ("duty-manager",), ("service-manager", "area-lead")):
        if found := await there(tx, positions):
            return found
    chosen = select(Person).where(Person.name == fallback, Person.name != "").order_by(col(Person.id))
    named = await notices.reached(tx, (await tx.session.exec(chosen)).all())
    return named or await reachable(tx, DESK)


async def leave(tx: Tx, account: Account) -> None:
    """The account lost access to the bot: it is not written to until it is heard again."""
    statement = select(AccountRow).where(
        AccountRow.platform == account.platform,
        AccountRow.corp_id == account.corp_id,
        AccountRow.user_id == account.user_id,
    )
    if row := (await tx.session.exec(statement)).first():
        row.reachable = False
        tx.add(row)

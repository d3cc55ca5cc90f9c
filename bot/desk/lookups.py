"""Whom the platform's directory is to be asked about, and what it said of somebody's departments. What is made of an answer is
`directory`.
"""

from datetime import timedelta

from sqlmodel import col, select

from bot.core.updates import Account
from bot.store.engine import Tx
from bot.store.tables import AccountRow, Person

PLATFORMS = frozenset({"wecom", "dingtalk"})
GOOD_FOR = timedelta(days=7)
"""An unconfirmed member heard later than this after the last answer is looked up anew (assumed)."""
BETWEEN = " / "
"""Between the names of departments, from his own up to the root, as they are kept."""


def wanted(tx: Tx, row: AccountRow, who: Person) -> None:
    """Have the directory asked about an unconfirmed sender, unless it answered lately."""
    if row.platform not in PLATFORMS or who.confirmed or row.look_up_at is not None:
        return
    if row.looked_up_at is None or tx.now - row.looked_up_at >= GOOD_FOR:
        _ask(tx, row)


async def changed(tx: Tx, account: Account) -> None:
    """The platform says that the entry of a member was changed: whom we have heard is looked up anew."""
    statement = select(AccountRow).where(
        AccountRow.platform == account.platform,
        AccountRow.corp_id == account.corp_id,
        AccountRow.user_id == account.user_id,
    )
    if (row := (await tx.session.exec(statement)).first()) is not None and row.connection:
        _ask(tx, row)


async def awaited(tx: Tx, who: Person) -> bool:
    """Whether the directory is being asked about him."""
    asked = select(AccountRow.id).where(AccountRow.person_id == who.id, col(AccountRow.look_up_at).is_not(None))
    return (await tx.session.exec(asked.limit(1))).first() is not None


async def departments(tx: Tx, who: Person) -> list[str]:
    """What it said of his departments last, the nearest first; empty when nothing is known."""
    kept = select(AccountRow.department).where(AccountRow.person_id == who.id, AccountRow.department != "")
    found = (await tx.session.exec(kept.order_by(col(AccountRow.looked_up_at).desc()).limit(1))).first()
    return found.split(BETWEEN) if found else []


def _ask(tx: Tx, row: AccountRow) -> None:
    row.look_up_at = tx.now
    tx.add(row)
    tx.wake.add("directory")

"""What the platform's directory says of a member: his name and his agency, as far as no sheet and no person says it.

The people sheet and whoever confirms a member are believed before the directory; where they differ the desk is told.
"""

from bot.core.directory import Entry
from bot.desk import lookups, members, people
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import AccountRow, Person, Unit
from bot.views import members as views
from bot.views import notices


async def take(tx: Tx, office: Office, row: AccountRow, entry: Entry) -> None:
    """An answer: an empty one says nothing. Who is confirmed keeps his name and agency."""
    if entry.departments:
        row.department = lookups.BETWEEN.join(entry.departments)
        tx.add(row)
    who = await people.person(tx, row.person_id)
    if who is None:
        return
    unit = await members.by_department(tx, entry.departments)
    if who.confirmed:
        await _compare(tx, office, who, unit)
        return
    if entry.name and who.name == row.user_id:
        who.name = entry.name
        tx.add(who)
    await members.looked_up(tx, office, who, unit)


async def _compare(tx: Tx, office: Office, who: Person, unit: Unit | None) -> None:
    if unit is None or unit.id == who.unit_id or people.is_staff(who):  # technicians sit at agencies not their own
        return
    ours = await people.unit_name(tx, who.unit_id)
    for seat in await people.seats(tx, office.fallback_owner):
        await notices.tell(tx, seat, views.elsewhere(who, ours, unit.name), once=f"directory:{who.id}:{unit.id}")

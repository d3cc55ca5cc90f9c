"""What is printed on labels: every device of an agency, or every room its devices stand in."""

import re

from sqlmodel import select

from bot.core.seals import seal
from bot.desk.asset_sheets import exported_assets
from bot.store.engine import Tx
from bot.store.tables import Unit
from bot.views.labels import Label

UNREADABLE = re.compile(r"[\s/，。！？,;；]")
"""What ends a room's code where it is read in a message (`bot.desk.assets`): left out of the code."""


async def of_devices(tx: Tx, agency: str) -> list[Label]:
    """One label for each device of the agency, by code. Raises SheetError for an unknown agency."""
    rows = await exported_assets(tx, agency)
    return [Label(f"YW:{code}", device, " ".join(filter(None, place))) for code, _, device, *place, _ in rows]


async def of_rooms(tx: Tx, agency: str, key: str = "") -> list[Label]:
    """One label for each room that a device of the agency stands in, sealed if there is a key.

    Raises SheetError for an unknown agency.
    """
    places = sorted({tuple(place) for _, _, _, *place, _ in await exported_assets(tx, agency)})
    unit = (await tx.session.exec(select(Unit).where(Unit.name == agency))).one()
    labels = []
    for place in places:
        building, floor, room = parts = [UNREADABLE.sub("", part) for part in place]
        sealed = [seal(key, unit.id or 0, building, floor, room)] if key else []
        labels.append(Label(f"YW:R/{'/'.join([*parts, *sealed])}", "", " ".join(filter(None, place))))
    return labels

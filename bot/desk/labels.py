"""What is printed on labels: every device of an agency, or every room its devices stand in."""

import re

from bot.desk.asset_sheets import exported_assets
from bot.store.engine import Tx
from bot.views.labels import Label

UNREADABLE = re.compile(r"[\s/，。！？,;；]")
"""What ends a room's code where it is read in a message (`bot.desk.assets`): left out of the code."""


async def of_devices(tx: Tx, agency: str) -> list[Label]:
    """One label for each device of the agency, by code. Raises SheetError for an unknown agency."""
    rows = await exported_assets(tx, agency)
    return [Label(f"YW:{code}", device, " ".join(filter(None, place))) for code, _, device, *place, _ in rows]


async def of_rooms(tx: Tx, agency: str) -> list[Label]:
    """One label for each room that a device of the agency stands in. Raises SheetError for an unknown agency."""
    places = sorted({tuple(place) for _, _, _, *place, _ in await exported_assets(tx, agency)})
    return [
        Label(f"YW:R/{'/'.join(UNREADABLE.sub('', part) for part in place)}", "", " ".join(filter(None, place)))
        for place in places
    ]

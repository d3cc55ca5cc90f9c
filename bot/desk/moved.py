"""A device that stands elsewhere than the list says: its agency's reporter is asked once whether it has moved.

The ticket follows what was said in any case; only 搬到这里了 changes the list.
"""

from sqlmodel import select

from bot.store.engine import Tx
from bot.store.tables import Asset, Person, Ticket
from bot.views import assets as views
from bot.views import notices

PURPOSE = "moved"
PARTS = ("building", "floor", "room")
PLAIN = str.maketrans("一二三四五六七八九层", "123456789楼")


async def ask(tx: Tx, who: Person, ticket: Ticket | None, asset: Asset) -> None:
    """One card, if the place told differs. Who belongs to another agency, or to none yet, is not asked."""
    if ticket is not None and who.unit_id == asset.unit_id and _differs(ticket, asset):
        await notices.hand(tx, who, PURPOSE, lambda card_id: views.moved(ticket, asset, card_id), ticket)


async def answer(tx: Tx, who: Person, ticket: Ticket, *, here: bool) -> bool:
    """搬到这里了 moves the row, 只是借用 leaves it. False when the device is gone from the list or not his agency's."""
    code = str(ticket.slots.get("asset_tag") or "")
    asset = (await tx.session.exec(select(Asset).where(Asset.code == code))).first()
    if asset is None or asset.unit_id != who.unit_id:
        return False
    await notices.close_cards(tx, ticket, (PURPOSE,), "已登记" if here else "不变")
    if here:
        said = {part: str(ticket.slots.get(part) or "") for part in PARTS}
        asset.building, asset.floor, asset.room = said["building"] or asset.building, said["floor"], said["room"]
        tx.add(asset)
        await tx.record(ticket.id or 0, "asset-moved", who.id, {"code": code})
    await notices.tell(tx, who, views.registered(asset) if here else views.unchanged(asset), ticket)
    return True


def _differs(ticket: Ticket, asset: Asset) -> bool:
    """Whether a room was told that is not the registered one; a part nobody said differs from nothing."""
    said = {part: _plain(str(ticket.slots.get(part) or "")) for part in PARTS}
    listed = {"building": _plain(asset.building), "floor": _plain(asset.floor), "room": _plain(asset.room)}
    return bool(said["room"]) and any(said[part] and said[part] != listed[part] for part in PARTS)


def _plain(part: str) -> str:
    """302室 and 302, 三楼 and 3楼 are the same place."""
    return "".join(part.split()).upper().translate(PLAIN).removesuffix("房间").rstrip("室房号")

"""Troubles of the connection itself that people must know of, because reports are not getting through."""

from bot.desk import people
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.views import desk as desk_views
from bot.views import notices


async def over_quota(tx: Tx, office: Office, connection: str) -> None:
    """The platform withholds what people write (DingTalk error 20001): each seat is told once a day."""
    day = tx.now.astimezone(office.voice.zone).date()
    for seat in await people.seats(tx, office.fallback_owner):
        await notices.tell(
            tx, seat, desk_views.over_quota(office.voice, connection), once=f"over-quota:{connection}:{day}"
        )

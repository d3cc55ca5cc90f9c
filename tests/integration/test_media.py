"""Fetching photos and recordings: one that cannot be fetched, or breaks us, stands aside."""

from bot.channels.base import Media, Temporary
from bot.core.clock import ManualClock
from bot.delivery import media
from bot.delivery.media import MediaFetcher
from bot.store.engine import Database, Tx
from bot.store.tables import Content, Person, Ticket


class Platform:
    """Knows recordings by their number; those below `broken` it does not give out."""

    broken = media.BATCH + 5

    async def fetch(self, media_id: str) -> Media:
        if int(media_id) < self.broken:
            raise Temporary("down")
        return Media(data=b"#!AMR", content_type="audio/amr", filename="x.amr")


async def test_media_that_fail_hold_up_no_others(db: Database, clock: ManualClock) -> None:
    stored: list[str] = []

    async def on_stored(tx: Tx, content: Content, codes: tuple[str, ...]) -> None:
        if content.media_key == "gov:98":
            raise ValueError("a bug of ours")
        stored.append(content.media_key)

    platform = Platform()
    fetcher = MediaFetcher(db, {"gov": platform}, on_stored)  # type: ignore[dict-item]
    async with db.write() as tx:
        tx.add(Person(id=1, name="李梅"))
        await tx.flush()
        tx.add(Ticket(id=1, reporter_id=1, created_at=tx.now))
        await tx.flush()
        for number in (*range(platform.broken), 98, 99):
            tx.add(Content(ticket_id=1, person_id=1, at=tx.now, kind="voice", media_key=f"gov:{number}"))
    for _ in range(3):
        await fetcher.drain()
    assert stored == ["gov:99"]
    assert await fetcher.drain() == 0, "nothing is tried again at once"
    platform.broken = 0
    clock.advance(media.AGAIN)
    for _ in range(3):
        await fetcher.drain()
    assert len(stored) == media.BATCH + 6 and "gov:98" not in stored

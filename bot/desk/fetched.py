"""A photo or a recording that was fetched: who is shown it, and what the codes and words in it do."""

from bot.core.outbound import Picture, Recording
from bot.core.ticket import LIVE, Status
from bot.desk import assets, experts, holding, intake, merging, passing, people, recordings, room_codes, tickets
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import Content
from bot.views import notices


async def take(office: Office, tx: Tx, content: Content, codes: tuple[str, ...]) -> None:
    """A fetched medium is shown to whom it concerns; then the codes in it count; in a conversation between people
    only a technician's of his room.

    What a recording says of danger or of classified matters comes before all.
    """
    if await recordings.classified(tx, office, content):
        return
    if (alarm := await recordings.danger(tx, office, content)) is not None:
        await _show(tx, office, alarm)
    if not await passing.medium(tx, office, content):
        await _show(tx, office, content)
        await assets.photographed(tx, office, content, codes)
    await room_codes.photographed(tx, office, content, codes)


async def _show(tx: Tx, office: Office, content: Content) -> None:
    """A photo or recording of a reporter's reaches whoever works on the ticket, or the desk while nobody does.

    What technician and expert send each other reaches the other.
    """
    ticket = await tickets.get(tx, content.ticket_id)
    if ticket is None or content.kind not in ("photo", "voice") or Status(ticket.status) not in LIVE:
        return
    shown = Picture(media_key=content.media_key) if content.kind == "photo" else Recording(media_key=content.media_key)
    if not await merging.reported(tx, content.person_id, ticket):
        for listener in await experts.listeners(tx, ticket, content.person_id):
            await notices.tell(tx, listener, shown, ticket)
        return
    holder = await holding.holder(tx, ticket)
    for reader in [holder] if holder else await people.seats(tx, office.fallback_owner):
        await notices.tell(tx, reader, shown, ticket)
    said = await tx.session.get(Content, content.id)
    if content.kind == "voice" and said is not None and said.text:
        await intake.heard(tx, office, ticket, said.text)

"""What somebody says on the telephone about a ticket he has already: hurry, how it stands, no longer needed, not mended.

It opens nothing. The seat that typed it reads what came of it; the caller, where he has an account, is told as if he had
written it himself.
"""

import re
from collections.abc import Sequence

from bot.core.ticket import Action
from bot.desk import closing, selfhelp, sequels, stop_days, tickets, urging
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import Person, Ticket
from bot.views import notices
from bot.views import phone_reports as views
from knowledge import Understanding

_NUMBER = re.compile(r"(?<!\d)(\d{1,9})\s*号(?![楼栋座窗房门柜机线会院厅])")
OVER, ASKS = ("cancel", "done"), ("urge", "progress")


async def about_his_ticket(
    tx: Tx, office: Office, seat: Person, caller: Person, text: str, meaning: Understanding
) -> bool:
    """Whether it was that, and was seen to. False: it is a report."""
    asks = meaning.intent in ASKS or meaning.request == "progress-query"
    if meaning.decision in ("emergency", "classified", "dispatch") or not (
        asks or meaning.intent in (*OVER, "not_done")
    ):
        return False
    live = [ticket for ticket in await tickets.live_of(tx, caller) if ticket.kind != "classified"]
    if meaning.intent == "not_done":
        return await _not_mended(tx, office, seat, caller, text, live)
    if not live:
        await notices.tell(tx, seat, views.nothing_open(caller))
        return True
    ticket = live[0] if len(live) == 1 else await _meant(tx, office, live, text, meaning)
    if ticket is None and meaning.intent in OVER:
        await notices.tell(tx, seat, views.which_of_his(office.voice, caller, live))
    elif meaning.intent in OVER and ticket is not None:
        await _over(tx, office, caller, ticket, done=meaning.intent == "done")
        await notices.tell(tx, seat, views.now_stands(office.voice, ticket, caller), ticket)
    elif meaning.intent == "urge":
        ticket = ticket or live[0]
        stands = await stop_days.held_up(tx, office, ticket)
        anew = await urging.urge(tx, office, caller, ticket, text)
        await notices.tell(tx, seat, views.urged(office.voice, ticket, caller, tx.now, stands, anew=anew), ticket)
    else:
        for one in [ticket] if ticket else live:
            await notices.tell(tx, seat, views.now_stands(office.voice, one, caller), one)
    return True


async def _not_mended(tx: Tx, office: Office, seat: Person, caller: Person, text: str, live: Sequence[Ticket]) -> bool:
    """Back to its technician, or opened again; one that is being worked on has it noted."""
    found = _NUMBER.search(text)
    named = await tickets.get(tx, int(found[1])) if found else None
    latest = named if named is not None and named.reporter_id == caller.id else await tickets.latest_of(tx, caller)
    if latest is None or latest.kind == "classified":
        await notices.tell(tx, seat, views.nothing_open(caller))
        return True
    if tickets.can(latest, Action.NOT_FIXED) or closing.may_reopen(office, latest, tx.now):
        await closing.not_fixed(tx, office, latest, caller)
    elif latest in live:
        await tickets.add_words(tx, latest, caller, tickets.Words(text))
    else:
        await notices.tell(tx, seat, views.nothing_open(caller))
        return True
    await notices.tell(tx, seat, views.not_mended(office.voice, latest, caller), latest)
    return True


async def _over(tx: Tx, office: Office, caller: Person, ticket: Ticket, *, done: bool) -> None:
    if tickets.can(ticket, Action.CONFIRM):
        await closing.confirmed(tx, office, ticket, caller)
    elif done and tickets.can(ticket, Action.SELF_SOLVED):
        await selfhelp.solved(tx, office, ticket, caller)
    elif tickets.can(ticket, Action.CANCEL):
        await closing.cancelled(tx, office, ticket, caller)


async def _meant(tx: Tx, office: Office, live: Sequence[Ticket], text: str, meaning: Understanding) -> Ticket | None:
    found = _NUMBER.search(text)
    by_number = next((t for t in live if found and t.id == int(found[1])), None)
    return by_number or await sequels.meant(tx, office, live, text, meaning.named)

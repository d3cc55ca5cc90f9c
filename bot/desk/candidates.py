"""Who may be offered a ticket now, the best first; who may not, and which rule or absence keeps him out."""

from bot.core.assignment import Bar, Ranked, bar, rank
from bot.desk import bookings, fitness, people, quiet, shifts
from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import Person, Ticket
from bot.views import duty as duty_views
from bot.views import notices


async def best_first(tx: Tx, office: Office, ticket: Ticket) -> list[Ranked]:
    """The people who may be offered this ticket now, best first, with their costs."""
    urgent = ticket.priority in ("P1", "P2")
    on_duty = [
        p
        for p in await quiet.awake(tx, office, await shifts.present(tx, await people.engineers(tx)), ticket.priority)
        if p.no_signal_since is None and (p.duty == "on" or (p.duty == "busy" and urgent))
    ]
    reached = await notices.reached(tx, await bookings.who_can(tx, ticket, on_duty))
    return rank(await fitness.seen(tx, ticket, reached), await fitness.need(tx, office, ticket), office.weights)


async def choices_for(tx: Tx, office: Office, ticket: Ticket) -> tuple[list[Ranked], list[Bar], tuple[str, ...]]:
    """还有谁: the candidates in order; for the other technicians, the rule that keeps each out; the permits asked for."""
    ranked, asked = await best_first(tx, office, ticket), await fitness.need(tx, office, ticket)
    chosen = {r.candidate.person_id for r in ranked}
    rest = [p for p in await people.engineers(tx) if p.id not in chosen]
    kept_out = [bar(view, asked) or Bar.DUTY for view in await fitness.seen(tx, ticket, rest)]
    return ranked, kept_out, asked.permits


async def is_there(tx: Tx, who: Person) -> bool:
    """Whether he is at work, by the roster and his own word, and can be written to."""
    return who.duty != "off" and bool(await shifts.present(tx, [who])) and await notices.address(tx, who) is not None


async def absent(tx: Tx, office: Office, ticket: Ticket) -> list[str]:
    """Those who may take the ticket by every rule but cannot be offered it now, each with the reason."""
    need = await fitness.need(tx, office, ticket)
    engineers = await people.engineers(tx)
    able = {view.person_id for view in await fitness.seen(tx, ticket, engineers) if bar(view, need) is None}
    now, asleep = await shifts.standings(tx), await quiet.asleep(tx, office, engineers, ticket.priority)
    return [
        duty_views.absent(
            office.voice,
            p,
            now.get(p.id or 0),
            await shifts.until(tx, p),
            tx.now,
            asleep=p.id in asleep,
        )
        for p in engineers
        if p.id in able
    ]

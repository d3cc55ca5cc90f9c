"""What every use case needs to know beside the transaction: the catalogue, the voice, the numbers, the clocks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

from bot.core.assignment import Weights
from bot.core.calendar import AroundTheClock, WorkingTime
from bot.core.outbound import Target
from bot.desk.working_time import Workdays
from bot.store.tables import Ticket
from bot.views.words import INSPECTION, Voice
from knowledge import Book, Classifier, Context, Matters, Procedure, routines


@dataclass(frozen=True)
class Office:
    """Immutable for the life of a process (a reload makes a new one)."""

    book: Book
    classifier: Classifier
    voice: Voice
    working: WorkingTime
    groups: dict[str, tuple[Target, ...]] = field(default_factory=dict)
    weights: Weights = field(default_factory=Weights)
    fallback_owner: str = ""
    room_key: str = field(default="", repr=False)
    """Seals the rooms' labels (configuration)."""
    editions: dict[str, Book] = field(default_factory=dict)
    """Earlier versions of the book that running tickets still go by."""
    days: Workdays = field(default_factory=Workdays)
    """The days worked, as `working` sees them: the one thing here that changes, with the stop-work days."""
    inspections: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Where which items are inspected (configuration `[desk.inspections]`)."""
    earliest_min: tuple[int, int] = (10, 30)
    """Minutes from dispatch to the honest earliest arrival: a resident engineer, anybody else (assumed)."""

    @cached_property
    def context(self) -> Context:
        """Reads what is said in the light of what was said before."""
        return Context(self.book, self.classifier)

    @property
    def matters(self) -> Matters:
        """Divides a message that tells several matters."""
        return Matters(self.book, self.classifier.understand)

    def procedure(self, ticket: Ticket) -> Procedure | None:
        """The way through a ticket's fault, in the version of the knowledge it was opened under; None without a fault.

        A fault that version did not know yet (it was re-classified since) is led by today's; so is a ticket whose version
        cannot be read any more, and there is none where today's does not know its fault either. An inspection is led by its
        item's routine.
        """
        if ticket.kind == INSPECTION and (item := self.book.items.get(ticket.item or "")):
            return routines.procedure(item, str(ticket.slots["every"]))
        fault = ticket.fault or ""
        books = (self.editions.get(ticket.knowledge_version, self.book), self.book)
        return next((book.procedure(fault) for book in books if fault in book.faults), None)

    def clock(self, priority: str | None) -> WorkingTime | AroundTheClock:
        """The clock a priority runs on."""
        return AroundTheClock() if self.book.service_levels.sla.clock.get(priority or "P3") == "7x24" else self.working

    def target(self, priority: str | None, what: str) -> int:
        """Minutes allowed for accept, response, arrive_resident, arrive_other, restore or resolve."""
        return self.book.service_levels.sla.targets[priority or "P3"][what]

    def paused(self, reason: str) -> dict[str, str]:
        """What the event of a pause says: the reason, and whose time it is by the levels of that moment."""
        return {"paused": reason, "party": self.book.service_levels.sla.pause_charged.get(reason, "provider")}

    def due(self, priority: str | None, what: str, since: datetime) -> datetime:
        return self.clock(priority).add(since, self.target(priority, what))

    def offer_expires(self, priority: str | None, now: datetime) -> datetime:
        minutes = self.book.service_levels.sla.offer_expires_min[priority or "P3"]
        return now + timedelta(minutes=minutes)

    def earliest(self, priority: str | None, resident: bool, now: datetime) -> datetime:
        return self.clock(priority).add(now, self.earliest_min[0 if resident else 1])

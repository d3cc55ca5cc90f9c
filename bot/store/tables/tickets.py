"""The ticket and its record: the append-only timeline, the erasable words and pictures, what links tickets together.

Events carry no personal free text: what people wrote or photographed lives in `Content` and `Media`, which can be
erased.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, LargeBinary, text
from sqlmodel import Field, SQLModel

VISIT_ENDED = "kind IN ('visit-kept', 'visit-missed')"
"""Which events say how an appointment ended, as an index and a query have to say it alike."""


class Ticket(SQLModel, table=True):
    """A report and what became of it. Changed only by compare-and-set on `version`.

    Two more indexes are made by migration 0020: of the room and of the asset tag in `slots`.
    """

    __table_args__ = (
        Index("ticket_reported", "reporter_id", "status"),
        Index("ticket_held", "assignee_id", "status"),
        Index("ticket_of_unit", "unit_id", "status", "assignee_id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    version: int = 1
    kind: str = "fault"
    """fault | request | referral | emergency | classified | unclear | inspection"""
    status: str = Field(default="new", index=True)
    status_before: str | None = None
    reporter_id: int = Field(foreign_key="person.id", index=True)
    unit_id: int | None = None
    site_id: int | None = Field(default=None, foreign_key="site.id", index=True)
    item: str | None = None
    fault: str | None = None
    guessed_fault: str | None = None
    request: str | None = None
    route: str | None = None
    safety: bool = False
    confidence: float = 0.0
    priority: str | None = None
    slots: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    because: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    owner: str = "desk"
    """technician | desk: who answers for it now; a technician is named by `assignee_id`."""
    assignee_id: int | None = None
    paused: str = ""
    """The reason, while the clock is paused; empty otherwise."""
    parent_id: int | None = Field(default=None, index=True)
    incident_id: int | None = Field(default=None, index=True)
    source: str = "chat"
    by: str = ""
    """How it ended: confirmed | self-help | auto | cancelled | refused | referred …"""
    rating: int | None = None
    reopened: int = 0
    urged: int = 0
    asked: int = 0
    cause: str = ""
    knowledge_version: str = ""
    levels_version: str = ""
    created_at: datetime = Field(index=True)
    triaged_at: datetime | None = None
    dispatched_at: datetime | None = None
    accepted_at: datetime | None = None
    contacted_at: datetime | None = None
    arrived_at: datetime | None = None
    restored_at: datetime | None = None
    resolved_at: datetime | None = None
    confirmed_at: datetime | None = None
    closed_at: datetime | None = None
    visit_from: datetime | None = None
    """The appointment agreed with the reporter, from here …"""
    visit_until: datetime | None = None
    """… to here; none while nothing is agreed, and once somebody is there."""


class TicketEvent(SQLModel, table=True):
    """The append-only timeline. `data` holds codes and numbers only; words and pictures are in `content_id`."""

    __tablename__ = "ticket_event"
    __table_args__ = (Index("visit_ended", "at", sqlite_where=text(VISIT_ENDED), postgresql_where=text(VISIT_ENDED)),)
    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    at: datetime
    kind: str
    actor_id: int | None = None
    """The person who did it; none for the system."""
    data: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    content_id: int | None = None


class Content(SQLModel, table=True):
    """Free text or a medium belonging to a ticket: erasable (R5, retention)."""

    __table_args__ = (Index("content_of_kind", "kind", "at"),)
    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    person_id: int | None = None
    at: datetime
    kind: str
    text: str = ""
    media_key: str = ""
    erased_at: datetime | None = None


class Media(SQLModel, table=True):
    """Stored bytes of a photo or recording, reachable by every node."""

    key: str = Field(primary_key=True)
    content_type: str
    data: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    at: datetime


class Merger(SQLModel, table=True):
    """A ticket that the desk merged into another, and what its undo needs to put everything back."""

    __tablename__ = "merger"
    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    into_id: int = Field(foreign_key="ticket.id", index=True)
    by_id: int | None = None
    at: datetime
    parent_before: int | None = None
    offer_id: int | None = None
    """The offer that was open."""
    dialogue: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    """The question the reporter had not answered: `kind` and `data`."""
    undone_at: datetime | None = None


class Incident(SQLModel, table=True):
    """A major incident. `state`: candidate | open | dismissed | closed."""

    id: int | None = Field(default=None, primary_key=True)
    symptom_group: str
    unit_id: int | None = Field(default=None, index=True)
    main_ticket_id: int = Field(foreign_key="ticket.id", index=True)
    """The first report: the one that is worked on; the others are linked to it."""
    state: str = Field(default="candidate", index=True)
    lead_id: int | None = None
    told: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    """The groups that were told, so that updates and the all-clear reach exactly them."""
    since: datetime
    decided_at: datetime | None = None
    next_update_at: datetime | None = None
    closed_at: datetime | None = None

"""The technician's work on a ticket: the procedure, proof of where he was, the record, parts and loan devices."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column, UniqueConstraint
from sqlmodel import Field, SQLModel


class Guidance(SQLModel, table=True):
    """Where a technician stands in the procedure of his ticket; resumes anywhere."""

    ticket_id: int = Field(primary_key=True, foreign_key="ticket.id")
    fault: str
    step_id: str
    gates_open: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    """The gates of this step that were confirmed."""
    evidence: int = 0
    """Pieces of evidence sent for this step."""
    history: list[list[str]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    """[step id, outcome] in the order they happened."""
    ended: bool = False


class Consent(SQLModel, table=True):
    """A gate that the agency opens, not the technician. `state`: asked | given | refused | overridden | withdrawn."""

    __table_args__ = (UniqueConstraint("ticket_id", "step_id", "gate"),)
    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    step_id: str
    gate: str
    person_id: int | None = Field(default=None, index=True)
    """The agency's person who is asked on his own phone; none when nobody of the agency can be written to."""
    state: str = "asked"
    asked: int = 1
    """How often he was asked."""
    asked_at: datetime
    answered_at: datetime | None = None
    answered_by: int | None = None


class Deed(SQLModel, table=True):
    """The last thing a technician did to a ticket, and how all stood before it: what 撤销 gives back."""

    person_id: int = Field(primary_key=True, foreign_key="person.id")
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    at: datetime
    before: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    after: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    events: list[int] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    """The events it recorded, in order."""


class LateEntry(SQLModel, table=True):
    """补录: what a technician says he did while nothing could be sent. `state`: waiting | confirmed | refused."""

    __tablename__ = "late_entry"
    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    person_id: int = Field(foreign_key="person.id")
    what: str
    """contact | arrive | restored | resolved | note"""
    claimed_at: datetime
    received_at: datetime
    event_id: int | None = None
    """The event whose time it moves once it is confirmed; none for a note."""
    state: str = Field(default="waiting", index=True)
    decided_by: int | None = None
    decided_at: datetime | None = Field(default=None, index=True)


class Position(SQLModel, table=True):
    """Where a technician's phone said it was. The degrees (GCJ-02) are erased after 30 days."""

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    at: datetime
    latitude: float | None = None
    longitude: float | None = None


class Proof(SQLModel, table=True):
    """How well an arrival or a first contact is proven. It carries no coordinates, so it stays."""

    __table_args__ = (UniqueConstraint("ticket_id", "kind"),)
    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    kind: str
    """arrive | contact"""
    person_id: int = Field(foreign_key="person.id")
    grade: str = "C"
    tapped: bool | None = None
    """What the reporter said of it by card; none while he said nothing."""
    near: bool | None = None
    """Whether a position of that moment lay within reach of the site; none without a position."""
    far: bool = False
    """A position of that moment lay too far away for any better grade."""
    in_room: bool = False
    """The sealed code of the ticket's room was read at that moment."""
    at: datetime = Field(index=True)


class Repair(SQLModel, table=True):
    """The technician's record of how a ticket was solved: complete once cause, measures, fault and minutes are there."""

    ticket_id: int = Field(primary_key=True, foreign_key="ticket.id")
    person_id: int = Field(foreign_key="person.id")
    cause: str = ""
    measures: str = ""
    fault: str = ""
    """The fault leaf as he confirmed or corrected it."""
    minutes: int | None = None
    """Minutes of work."""
    vague: int = 0
    """How often the words said nothing (已处理)."""
    reminded: int = 0
    done_at: datetime | None = None


class SparePart(SQLModel, table=True):
    """A spare part (备件) used on a ticket."""

    __tablename__ = "spare_part"
    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    person_id: int | None = None
    name: str
    count: int
    at: datetime


class Loan(SQLModel, table=True):
    """A loan device (备机) left with the reporter until it is due back."""

    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    person_id: int | None = None
    """Who lent it."""
    tag: str = Field(index=True)
    due_on: date
    lent_at: datetime
    back_at: datetime | None = None

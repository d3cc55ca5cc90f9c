"""Who is to work on a ticket, and when: offers, hand-overs, experts called to it, appointments with the reporter."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index
from sqlmodel import Field, SQLModel


class Offer(SQLModel, table=True):
    """A ticket offered to a technician. `state`: open | accepted | declined | expired | withdrawn | held."""

    __table_args__ = (
        Index("offer_of_ticket", "ticket_id", "person_id", "state"),
        Index("offer_standing", "person_id", "state"),
        Index("offer_lately", "person_id", "offered_at"),
    )
    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id")
    person_id: int = Field(foreign_key="person.id")
    state: str = "open"
    by_desk: bool = False
    reason: str = ""
    costs: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    """Why this person: the parts of his cost, and the runner-up's name and cost."""
    offered_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None


class Handover(SQLModel, table=True):
    """A ticket its holder wants to give to another. `state`: asked | taken | refused | expired | withdrawn."""

    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    from_id: int = Field(foreign_key="person.id")
    to_id: int = Field(foreign_key="person.id", index=True)
    state: str = Field(default="asked", index=True)
    asked_at: datetime
    ended_at: datetime | None = None


class Help(SQLModel, table=True):
    """An expert called to a ticket. `state`: asked | joined | declined | expired | left; the holder stays its owner."""

    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    holder_id: int = Field(foreign_key="person.id", index=True)
    expert_id: int = Field(foreign_key="person.id", index=True)
    state: str = "asked"
    asked_at: datetime
    joined_at: datetime | None = None
    ended_at: datetime | None = None


class Visit(SQLModel, table=True):
    """An appointment (预约) in the making or made.

    `state`: draft (shown to the technician alone) | offered (the reporter is asked) | countered (the technician is asked
    about the reporter's own time) | agreed | kept | missed | moved (another took its place) | refused | withdrawn.
    """

    __table_args__ = (Index("visit_of_ticket", "ticket_id", "state"),)
    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id")
    person_id: int = Field(foreign_key="person.id", index=True)
    """The technician who would come."""
    asked_by: int = Field(foreign_key="person.id")
    state: str = Field(index=True)
    windows: list[list[str]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    """[start, end] of each window that can be chosen, as ISO."""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    """The window that was agreed."""
    instead_of: int | None = None
    """The agreed one that it would take the place of, because that one would be late."""
    asked_at: datetime
    answered_at: datetime | None = None

"""What tickets of another kind than a fault carry: the yes a request needs, the round an inspection belongs to."""

from datetime import date, datetime

from sqlalchemy import JSON, Column, UniqueConstraint
from sqlmodel import Field, SQLModel


class Approval(SQLModel, table=True):
    """A yes that a service request needs before it is carried out. `state`: asked | given | refused."""

    __table_args__ = (UniqueConstraint("ticket_id", "stage"),)
    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    stage: int
    """Which of the request's approvers, from 0."""
    position: str
    asked: list[int] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    """Who may answer now."""
    tried: list[int] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    """Who was asked before, and let it lie or passed it on."""
    state: str = Field(default="asked", index=True)
    reminded: bool = False
    asked_at: datetime
    decided_by: int | None = None
    decided_at: datetime | None = None


class Round(SQLModel, table=True):
    """An inspection of one item at one site in one period; its ticket carries the work."""

    __table_args__ = (UniqueConstraint("place", "item", "every", "period"),)
    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", unique=True)
    place: str
    """`UNIT` or `UNIT-SITE` by their numbers."""
    item: str
    every: str
    """day | week | month | quarter | half-year | year"""
    period: str
    missed: int = 0
    """Planned rounds before this one that nobody was there to make: this one stands for them."""
    due_on: date
    done_at: datetime | None = Field(default=None, index=True)
    found: int = 0
    """Faults found on the way."""

"""What holds for all tickets: editions of the knowledge, days on which work stands still, the hotline's figures."""

from datetime import datetime

from sqlalchemy import Column, LargeBinary
from sqlmodel import Field, SQLModel


class Edition(SQLModel, table=True):
    """One version of the knowledge as it was in force: running tickets keep theirs through a reload and a restart."""

    version: str = Field(primary_key=True)
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    """The book as JSON, compressed (zlib)."""
    since: datetime


class StopDay(SQLModel, table=True):
    """A day on which work stands still (停工: typhoon, flood …). In force until it is cancelled; never deleted."""

    __tablename__ = "stop_day"
    id: int | None = Field(default=None, primary_key=True)
    day: str = Field(index=True)
    """YYYY-MM-DD, local."""
    reason: str
    by_id: int | None = None
    at: datetime
    cancelled_by: int | None = None
    cancelled_at: datetime | None = None


class HotlineDay(SQLModel, table=True):
    """The telephone exchange's figures of one day, as they were entered last."""

    __tablename__ = "hotline_day"
    day: str = Field(primary_key=True)
    """YYYY-MM-DD, local."""
    calls: int
    answered: int
    person_id: int | None = Field(default=None, foreign_key="person.id")
    """Who entered it."""
    at: datetime

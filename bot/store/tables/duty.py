"""Who is on duty when: the roster, and what somebody else has to say yes to before it changes."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel


class Shift(SQLModel, table=True):
    """Hours of somebody in the duty roster. Who has no row at all goes by his own 上线/忙碌/下线 only."""

    __table_args__ = (Index("shift_of", "person_id", "day"),)
    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id")
    day: str
    """The local day it begins on, YYYY-MM-DD."""
    kind: str
    """on | lunch | leave | away (given to somebody else)."""
    starts_at: datetime
    ends_at: datetime = Field(index=True)
    area: str = ""
    source: str = "sheet"
    """sheet (replaced by the next import of that day) | leave | swap | override (agreed in the chat, counts after it)."""


class DutyRequest(SQLModel, table=True):
    """Something about duty that another person has to say yes to.

    `kind`: leave (the desk decides) | swap (`other_id` decides).
    `state`: open | accepted | declined | withdrawn | void (it no longer fits the roster, or nobody answered in time).
    """

    __tablename__ = "duty_request"
    id: int | None = Field(default=None, primary_key=True)
    kind: str
    person_id: int = Field(foreign_key="person.id", index=True)
    other_id: int | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    day: str = ""
    other_day: str = ""
    """Of a swap: the day that is given in return; empty: the same day."""
    reason: str = ""
    state: str = Field(default="open", index=True)
    decided_by: int | None = None
    asked_at: datetime
    ended_at: datetime | None = None

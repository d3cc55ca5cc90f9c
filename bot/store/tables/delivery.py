"""What makes delivery certain: updates as acknowledged, messages to send, deadlines, the cards people hold."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index
from sqlmodel import Field, SQLModel


class InboxRow(SQLModel, table=True):
    """An update as it was acknowledged. `state`: new | done | dead."""

    __tablename__ = "inbox"
    __table_args__ = (Index("inbox_waiting", "state", "lane", "id"),)
    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    lane: str
    payload: str
    state: str = "new"
    tries: int = 0
    not_before: datetime
    received_at: datetime
    done_at: datetime | None = None


class OutboxRow(SQLModel, table=True):
    """A message to deliver. `state`: queued | sent | void | dead. Lower `rank` overtakes (0: safety and P1)."""

    __tablename__ = "outbox"
    __table_args__ = (Index("outbox_waiting", "state", "lane", "id"),)
    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    lane: str
    rank: int = 1
    payload: str
    guard: str = ""
    """A condition that must still hold when it is sent, e.g. `offer:12`; else the row is voided with a trace."""
    ticket_id: int | None = Field(default=None, index=True)
    state: str = "queued"
    tries: int = 0
    not_before: datetime
    lease_until: datetime | None = None
    queued_at: datetime
    sent_at: datetime | None = None
    receipt: str = ""
    message_id: str = Field(default="", index=True, sa_column_kwargs={"server_default": ""})
    """The platform's own id of it, by which an answer that quotes it is known."""
    error: str = ""


class TimerRow(SQLModel, table=True):
    """A deadline. Firing re-checks `expects` (ticket states, comma-joined; empty: any), so a stale one does nothing."""

    __tablename__ = "timer"
    __table_args__ = (Index("timer_due", "fired_at", "due_at"),)
    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    kind: str
    ticket_id: int | None = Field(default=None, index=True)
    data: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    expects: str = ""
    due_at: datetime
    fired_at: datetime | None = None
    outcome: str = ""
    tries: int = 0


class CardRow(SQLModel, table=True):
    """A card somebody holds, and the one-use code (if any) that may still change it."""

    __tablename__ = "card"
    __table_args__ = (Index("card_of_ticket", "ticket_id", "purpose"),)
    card_id: str = Field(primary_key=True)
    ticket_id: int | None = None
    person_id: int | None = Field(default=None, index=True)
    purpose: str
    target: str
    buttons: dict[str, str] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False, server_default="{}"))
    """Verb by the words on the button: for presses that arrive as a line of text."""
    tail: str = Field(default="", index=True, sa_column_kwargs={"server_default": ""})
    """The end of `card_id`, as it stands in such a line."""
    message_id: str = ""
    response_code: str = ""
    code_at: datetime | None = None
    sent_at: datetime | None = None
    closed: bool = False
    """The buttons are meant to be gone: a press is answered with the true state."""

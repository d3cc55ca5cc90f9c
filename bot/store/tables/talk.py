"""What is said beside the reports: the one open question, people connected through the bot, broadcasts."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel


class Dialogue(SQLModel, table=True):
    """What we still wait for from a person: one open question at most."""

    person_id: int = Field(primary_key=True, foreign_key="person.id")
    ticket_id: int
    kind: str
    """gather | fault | place | over | request | refuse | self-help | confirm | rate | decline | pause | repair | handover |
    step-reason | local-check | approval-question | pick (of ticket 0)"""
    data: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    asked_at: datetime


class Conversation(SQLModel, table=True):
    """A reporter and a person of ours who speak through the bot about a ticket. `state`: waiting | open | held | ended.

    Held: its technician has the ticket no more and nobody has it yet; what is said meanwhile waits for whoever takes it.
    """

    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    reporter_id: int = Field(foreign_key="person.id", index=True)
    partner_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    """The seat or technician at the other end; none while it waits for one."""
    state: str = Field(default="waiting", index=True)
    tried: list[int] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    """Who was asked since the reporter last had an answer."""
    turn: int = 0
    """Counts who was asked and how often: each has a deadline of his own."""
    passed_id: int = 0
    """The content that was passed on last: what comes after it is still to be passed, in order, once."""
    since: datetime
    asked_at: datetime | None = None
    """Since when the reporter waits for a word; none while he has an answer."""
    answered_at: datetime | None = None
    ended_at: datetime | None = None


class Broadcast(SQLModel, table=True):
    """A message of the desk to the people of a unit. `state`: draft | sent | dropped."""

    id: int | None = Field(default=None, primary_key=True)
    unit_id: int = Field(foreign_key="unit.id", index=True)
    by_id: int
    text: str
    state: str = "draft"
    at: datetime
    card_id: str = Field(default="", index=True)
    """The preview card of whoever began it."""
    receivers: int = 0
    decided_at: datetime | None = None

"""Who the desk deals with: people, their identities on the platforms, and what was decided about them."""

from datetime import datetime

from sqlalchemy import JSON, Column, UniqueConstraint
from sqlmodel import Field, SQLModel


class Person(SQLModel, table=True):
    """Somebody the desk deals with. `positions`, `skills` and `areas` are codes; no positions means reporter only."""

    id: int | None = Field(default=None, primary_key=True)
    name: str
    phone: str = ""
    unit_id: int | None = Field(default=None, foreign_key="unit.id", index=True)
    positions: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    skills: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    areas: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    duty: str = "on"
    """on | busy | off, as the person last said."""
    no_broadcasts: bool = Field(default=False, sa_column_kwargs={"server_default": "0"})
    """Wants no broadcasts."""
    confirmed: bool = True
    focus_ticket_id: int | None = None
    """The ticket that bare words and numbers of a technician apply to."""
    usual_place: dict[str, str] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    site_id: int | None = Field(default=None, foreign_key="site.id", index=True)
    """Where a technician is resident or sets out from, where a member of staff works."""
    permits: dict[str, str] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False, server_default="{}"))
    """Permit (证) → the day it runs out as YYYY-MM-DD; empty: without end."""
    cleared: bool = Field(default=False, sa_column_kwargs={"server_default": "0"})
    """May work on classified equipment (R5)."""
    no_signal_since: datetime | None = None
    """He said 没信号: offers are held until he is heard again."""
    quiet: dict[str, str] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False, server_default="{}"))
    """His own quiet hours by priority: P3 → `22:00-07:30`, or `none`; what is absent follows the service levels. `days-off` →
    `whole`: the days on which the agencies do not work as well.
    """


class AccountRow(SQLModel, table=True):
    """One identity on one platform; `connection` is where he was last heard and is written back to."""

    __tablename__ = "account"
    __table_args__ = (UniqueConstraint("platform", "corp_id", "user_id"),)
    id: int | None = Field(default=None, primary_key=True)
    platform: str
    corp_id: str
    user_id: str
    person_id: int = Field(foreign_key="person.id", index=True)
    connection: str = ""
    reachable: bool = True
    heard_at: datetime | None = None
    department: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """His departments as the platform's directory has them, from his own up to the root."""
    looked_up_at: datetime | None = None
    """When the directory was last asked about him, whatever it answered."""
    look_up_at: datetime | None = Field(default=None, index=True)
    """When it is to be asked; none while nothing is to be asked."""


class Membership(SQLModel, table=True):
    """A sender whom no sheet has: the unit he says he is of, and what its liaison or the desk said to that.

    `state`: waiting | confirmed | refused | left.
    """

    person_id: int = Field(primary_key=True, foreign_key="person.id")
    unit_id: int | None = Field(default=None, foreign_key="unit.id", index=True)
    state: str = Field(default="waiting", index=True)
    since: datetime
    listed_at: datetime | None = None
    """When he was last on a day's card."""
    decided_by: int | None = None
    decided_at: datetime | None = Field(default=None, index=True)


class Mute(SQLModel, table=True):
    """Somebody whose typed lines start nothing for a while; rows stay as the record of who muted whom."""

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    by_id: int | None = None
    at: datetime
    until: datetime
    lifted_at: datetime | None = None
    lifted_by_id: int | None = None


class HeldWords(SQLModel, table=True):
    """A line that a muted person typed; `shown_at`: when the desk was shown it. Erasable, as `Content` is."""

    __tablename__ = "held_words"
    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    at: datetime
    text: str
    shown_at: datetime | None = None

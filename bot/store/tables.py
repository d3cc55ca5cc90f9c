"""The tables. Status values are stored as text, times as aware UTC; JSON is assigned anew, never edited in place.

Events carry no personal free text: what people wrote or photographed lives in `Content` and `Media`, which can be
erased.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel


class Unit(SQLModel, table=True):
    """An agency (使用方)."""

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    area: str = ""
    confirmed: bool = True


class Site(SQLModel, table=True):
    """A place where an agency works (院区、办公点): where tickets are, and between which people travel."""

    __table_args__ = (UniqueConstraint("unit_id", "name"),)
    id: int | None = Field(default=None, primary_key=True)
    unit_id: int = Field(foreign_key="unit.id", index=True)
    name: str
    address: str = ""
    area: str = ""
    """The district (片区)."""
    latitude: float | None = None
    longitude: float | None = None
    """Degrees, GCJ-02 as the platforms report positions; none until they are entered."""
    buildings: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False, server_default="[]"))


class Asset(SQLModel, table=True):
    """A registered device with a label: `code` as printed on it, upper case; where it stands as its agency says it."""

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    unit_id: int = Field(foreign_key="unit.id", index=True)
    device: str
    """What people call it: 打印机, 电脑."""
    building: str = ""
    floor: str = ""
    room: str = ""
    model: str = ""


class Contact(SQLModel, table=True):
    """Whom an agency's people turn to for a route (R1–R11): one for each agency and route."""

    __table_args__ = (UniqueConstraint("unit_id", "route"),)
    id: int | None = Field(default=None, primary_key=True)
    unit_id: int = Field(foreign_key="unit.id")
    route: str
    name: str
    phone: str
    note: str = ""


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
    """His own quiet hours by priority: P3 → `22:00-07:30`, or `none`; what is absent follows the service levels."""


class Membership(SQLModel, table=True):
    """A sender whom no sheet has: the unit he says he is of, and what its liaison or the desk said to that.

    `state`: waiting | confirmed | refused | left.
    """

    person_id: int = Field(primary_key=True, foreign_key="person.id")
    unit_id: int | None = Field(default=None, foreign_key="unit.id", index=True)
    state: str = "waiting"
    since: datetime
    listed_at: datetime | None = None
    """When he was last on a day's card."""
    decided_by: int | None = None
    decided_at: datetime | None = None


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
    `state`: open | accepted | declined | void (it no longer fits the roster).
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
    state: str = "open"
    decided_by: int | None = None
    asked_at: datetime
    ended_at: datetime | None = None


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
    card_id: str = Field(primary_key=True)
    ticket_id: int | None = Field(default=None, index=True)
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


class Ticket(SQLModel, table=True):
    """A report and what became of it. Changed only by compare-and-set on `version`."""

    id: int | None = Field(default=None, primary_key=True)
    version: int = 1
    kind: str = "fault"
    """fault | request | referral | emergency | classified | unclear | inspection"""
    status: str = Field(default="new", index=True)
    status_before: str | None = None
    reporter_id: int = Field(foreign_key="person.id", index=True)
    unit_id: int | None = Field(default=None, index=True)
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
    assignee_id: int | None = Field(default=None, index=True)
    paused: str = ""
    """The reason, while the clock is paused; empty otherwise."""
    parent_id: int | None = None
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
    created_at: datetime
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


class Incident(SQLModel, table=True):
    """A major incident. `state`: candidate | open | dismissed | closed."""

    id: int | None = Field(default=None, primary_key=True)
    symptom_group: str
    unit_id: int | None = Field(default=None, index=True)
    main_ticket_id: int = Field(foreign_key="ticket.id", index=True)
    """The first report: the one that is worked on; the others are linked to it."""
    state: str = "candidate"
    lead_id: int | None = None
    told: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    """The groups that were told, so that updates and the all-clear reach exactly them."""
    since: datetime
    decided_at: datetime | None = None
    next_update_at: datetime | None = None
    closed_at: datetime | None = None


class TicketEvent(SQLModel, table=True):
    """The append-only timeline. `data` holds codes and numbers only; words and pictures are in `content_id`."""

    __tablename__ = "ticket_event"
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


class Offer(SQLModel, table=True):
    """A ticket offered to a technician. `state`: open | accepted | declined | expired | withdrawn | held."""

    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    state: str = "open"
    by_desk: bool = False
    reason: str = ""
    costs: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    """Why this person: the parts of his cost, and the runner-up's name and cost."""
    offered_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None


class Dialogue(SQLModel, table=True):
    """What we still wait for from a person: one open question at most."""

    person_id: int = Field(primary_key=True, foreign_key="person.id")
    ticket_id: int
    kind: str
    """gather | fault | place | request | refuse | self-help | confirm | rate | decline | pause | repair | handover |
    step-reason | pick (of ticket 0)"""
    data: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    asked_at: datetime


class Conversation(SQLModel, table=True):
    """A reporter and a person of ours who speak through the bot about a ticket. `state`: waiting | open | ended."""

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


class Guidance(SQLModel, table=True):
    """Where a technician stands in the procedure of his ticket; resumes anywhere."""

    ticket_id: int = Field(primary_key=True, foreign_key="ticket.id")
    fault: str
    step_id: str
    gate_open: bool = False
    evidence: int = 0
    """Pieces of evidence sent for this step."""
    history: list[list[str]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    """[step id, outcome] in the order they happened."""
    ended: bool = False


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
    state: str = "waiting"
    decided_by: int | None = None
    decided_at: datetime | None = None


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
    at: datetime


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


class Consent(SQLModel, table=True):
    """A gate that the agency opens, not the technician. `state`: asked | given | refused | overridden."""

    __table_args__ = (UniqueConstraint("ticket_id", "step_id"),)
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


class Visit(SQLModel, table=True):
    """An appointment (预约) in the making or made.

    `state`: draft (shown to the technician alone) | offered (the reporter is asked) | countered (the technician is asked
    about the reporter's own time) | agreed | kept | missed | moved (another took its place) | refused | withdrawn.
    """

    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
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
    done_at: datetime | None = None
    found: int = 0
    """Faults found on the way."""


class Handover(SQLModel, table=True):
    """A ticket its holder wants to give to another. `state`: asked | taken | refused | expired | withdrawn."""

    id: int | None = Field(default=None, primary_key=True)
    ticket_id: int = Field(foreign_key="ticket.id", index=True)
    from_id: int = Field(foreign_key="person.id")
    to_id: int = Field(foreign_key="person.id", index=True)
    state: str = "asked"
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

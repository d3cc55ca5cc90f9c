"""The tables, one module a subject. Status values are stored as text, times as aware UTC; JSON is assigned anew, never
edited in place.

They refer to each other by table name only; importing one module brings all, so that the metadata is always whole.
"""

from bot.store.tables.agencies import Asset, Contact, Site, Unit
from bot.store.tables.assignment import Handover, Help, Offer, Visit
from bot.store.tables.delivery import CardRow, InboxRow, OutboxRow, TimerRow
from bot.store.tables.duty import DutyRequest, Shift
from bot.store.tables.field import Consent, Deed, Guidance, LateEntry, Loan, Position, Proof, Repair, SparePart
from bot.store.tables.other_kinds import Approval, Round
from bot.store.tables.people import AccountRow, HeldWords, Membership, Mute, Person
from bot.store.tables.reference import Edition, HotlineDay, StopDay
from bot.store.tables.talk import Broadcast, Conversation, Dialogue
from bot.store.tables.tickets import Content, Incident, Media, Merger, Ticket, TicketEvent

__all__ = [
    "AccountRow",
    "Approval",
    "Asset",
    "Broadcast",
    "CardRow",
    "Consent",
    "Contact",
    "Content",
    "Conversation",
    "Deed",
    "Dialogue",
    "DutyRequest",
    "Edition",
    "Guidance",
    "Handover",
    "HeldWords",
    "Help",
    "HotlineDay",
    "InboxRow",
    "Incident",
    "LateEntry",
    "Loan",
    "Media",
    "Membership",
    "Merger",
    "Mute",
    "Offer",
    "OutboxRow",
    "Person",
    "Position",
    "Proof",
    "Repair",
    "Round",
    "Shift",
    "Site",
    "SparePart",
    "StopDay",
    "Ticket",
    "TicketEvent",
    "TimerRow",
    "Unit",
    "Visit",
]

"""The life of a ticket as one table. `TRANSITIONS` is the whole truth; everything that changes a ticket goes through
`advance`, which is pure. The README prints this table and a test compares the two.

States and time stamps follow the proposed service levels (assumed); the published text of Part 5 was not at hand.
"""

from datetime import datetime
from enum import StrEnum
from typing import Final


class Status(StrEnum):
    NEW = "new"
    NEED_INFO = "need-info"
    APPROVAL = "approval"
    """A service request that waits for somebody to say yes: nobody can be sent from here."""
    TRIAGED = "triaged"
    DISPATCHED = "dispatched"
    ACCEPTED = "accepted"
    EN_ROUTE = "en-route"
    ON_SITE = "on-site"
    REMOTE = "remote"
    RESTORED = "restored"
    RESOLVED = "resolved"
    CLOSED = "closed"
    REFERRED = "referred"
    MERGED = "merged"
    CANCELLED = "cancelled"


class Action(StrEnum):
    # system
    ASK = "ask"
    TRIAGE = "triage"
    OFFER = "offer"
    OFFER_EXPIRED = "offer-expired"
    SELF_SOLVED = "self-solved"
    AUTO_CLOSE = "auto-close"
    # technician
    ACCEPT = "accept"
    DECLINE = "decline"
    CONTACT = "contact"
    EN_ROUTE = "en-route"
    ARRIVE = "arrive"
    REMOTE = "remote"
    RESTORED = "restored"
    RESOLVED = "resolved"
    # whoever has to say yes to a service request
    SUBMIT = "submit"
    APPROVE = "approve"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    """It turned out that nobody has to say yes: standard software, or no request at all."""
    # reporter
    CONFIRM = "confirm"
    NOT_FIXED = "not-fixed"
    CANCEL = "cancel"
    REOPEN = "reopen"
    # desk
    ASSIGN = "assign"
    REFER = "refer"
    MERGE = "merge"
    UNDO = "undo"
    SETTLE = "settle"
    """The referral was answered by its new owner: the desk closes it."""


S, A = Status, Action
_OPEN = (S.NEW, S.NEED_INFO, S.TRIAGED, S.DISPATCHED)
_BEFORE = (*_OPEN, S.APPROVAL)
_AT_WORK = (S.ACCEPTED, S.EN_ROUTE, S.ON_SITE, S.REMOTE)

TRANSITIONS: Final[dict[tuple[Status, Action], Status]] = {
    (S.NEW, A.ASK): S.NEED_INFO,
    **{(s, A.ASK): S.NEED_INFO for s in (S.NEED_INFO, S.TRIAGED)},
    (S.NEW, A.TRIAGE): S.TRIAGED,
    (S.NEED_INFO, A.TRIAGE): S.TRIAGED,
    **{(s, A.SUBMIT): S.APPROVAL for s in (S.NEW, S.NEED_INFO, S.TRIAGED, S.DISPATCHED)},
    (S.APPROVAL, A.APPROVE): S.TRIAGED,
    (S.APPROVAL, A.REFUSE): S.CANCELLED,
    (S.APPROVAL, A.WITHDRAW): S.TRIAGED,
    (S.TRIAGED, A.TRIAGE): S.TRIAGED,
    **{(s, A.OFFER): S.DISPATCHED for s in (S.TRIAGED, S.DISPATCHED)},
    **{(s, A.ASSIGN): S.DISPATCHED for s in (*_OPEN, *_AT_WORK)},
    (S.DISPATCHED, A.OFFER_EXPIRED): S.TRIAGED,
    **{(s, A.DECLINE): S.TRIAGED for s in (S.DISPATCHED, *_AT_WORK)},
    (S.DISPATCHED, A.ACCEPT): S.ACCEPTED,
    **{(s, A.CONTACT): s for s in _AT_WORK},
    **{(s, A.EN_ROUTE): S.EN_ROUTE for s in (S.ACCEPTED, S.REMOTE)},
    **{(s, A.ARRIVE): S.ON_SITE for s in (S.ACCEPTED, S.EN_ROUTE, S.REMOTE)},
    **{(s, A.REMOTE): S.REMOTE for s in (S.ACCEPTED, S.EN_ROUTE)},
    **{(s, A.RESTORED): S.RESTORED for s in _AT_WORK},
    **{(s, A.RESOLVED): S.RESOLVED for s in (*_AT_WORK, S.RESTORED)},
    **{(s, A.SELF_SOLVED): S.CLOSED for s in (*_OPEN, S.ACCEPTED)},
    **{(s, A.CONFIRM): S.CLOSED for s in (S.RESTORED, S.RESOLVED)},
    **{(s, A.NOT_FIXED): S.ACCEPTED for s in (S.RESTORED, S.RESOLVED)},
    (S.RESOLVED, A.AUTO_CLOSE): S.CLOSED,
    (S.CLOSED, A.REOPEN): S.TRIAGED,
    **{(s, A.CANCEL): S.CANCELLED for s in (*_BEFORE, *_AT_WORK, S.REFERRED)},
    **{(s, A.REFER): S.REFERRED for s in (*_BEFORE, *_AT_WORK)},
    **{(s, A.MERGE): S.MERGED for s in (*_BEFORE, *_AT_WORK)},
    (S.REFERRED, A.SETTLE): S.CLOSED,
}
"""(state, action) → next state. `undo` from referred and merged goes back to the state before: it is not in the table
because its target is data (`Ticket.status_before`)."""

TAKEN_BACK: Final = frozenset({A.CONTACT, A.EN_ROUTE, A.ARRIVE, A.REMOTE, A.RESTORED, A.RESOLVED})
"""What a technician may take back within two minutes (撤销), as long as nothing else has happened since."""
_STEPS_BACK: Final = frozenset((to, at) for (at, action), to in TRANSITIONS.items() if action in TAKEN_BACK)

LIVE: Final = frozenset(Status) - {S.CLOSED, S.CANCELLED, S.MERGED}
AT_WORK: Final = frozenset(_AT_WORK)
BEFORE_ACCEPT: Final = frozenset(_BEFORE)

STAMPS: Final[dict[Action, str]] = {
    A.TRIAGE: "triaged_at",
    A.APPROVE: "triaged_at",
    A.WITHDRAW: "triaged_at",
    A.OFFER: "dispatched_at",
    A.ASSIGN: "dispatched_at",
    A.ACCEPT: "accepted_at",
    A.CONTACT: "contacted_at",
    A.ARRIVE: "arrived_at",
    A.RESTORED: "restored_at",
    A.RESOLVED: "resolved_at",
    A.CONFIRM: "confirmed_at",
}
"""Which time stamp an action sets. The first one stands (a second offer does not move `dispatched_at`)."""


class NotAllowed(Exception):
    """The action is not possible in this state; the caller answers with the true state."""

    def __init__(self, status: Status, action: Action) -> None:
        super().__init__(f"{action} is not possible when {status}")
        self.status = status
        self.action = action


def advance(status: Status, action: Action, before: Status | None = None) -> Status:
    """The state after `action`. `before` is the state kept by refer and merge, needed for `undo` only.

    Raises NotAllowed.
    """
    if action is Action.UNDO and status in (Status.REFERRED, Status.MERGED) and before is not None:
        return before
    try:
        return TRANSITIONS[status, action]
    except KeyError:
        raise NotAllowed(status, action) from None


def step_back(status: Status, before: Status) -> Status:
    """The state after a technician takes back his last action: the one before it. Raises NotAllowed."""
    if status is not before and (status, before) not in _STEPS_BACK:
        raise NotAllowed(status, Action.UNDO)
    return before


def stamp(action: Action, stamps: dict[str, datetime | None], now: datetime) -> dict[str, datetime]:
    """The time stamps that `action` sets at `now`, given those already set (names as in STAMPS)."""
    name = STAMPS.get(action)
    changed = {name: now} if name and stamps.get(name) is None else {}
    if action is Action.RESOLVED and stamps.get("restored_at") is None:
        changed["restored_at"] = now
    return changed


def transitions_markdown() -> str:
    """The table for the README: one line a state, its actions and where they lead."""
    lines = ["| state | action → next state |", "| --- | --- |"]
    for status in Status:
        steps = [f"{action} → {to}" for (at, action), to in TRANSITIONS.items() if at is status]
        if status in (Status.REFERRED, Status.MERGED):
            steps.append("undo → the state before")
        lines.append(f"| {status} | {' · '.join(steps) or 'end'} |")
    return "\n".join(lines)

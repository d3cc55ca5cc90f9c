"""The transitions table: what it allows, what it refuses, and that a random walk never leaves it."""

import random
from datetime import UTC, datetime

import pytest

from bot.core.ticket import LIVE, TRANSITIONS, Action, NotAllowed, Status, advance, stamp, step_back

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "action", "after"),
    [
        (Status.NEW, Action.TRIAGE, Status.TRIAGED),
        (Status.TRIAGED, Action.OFFER, Status.DISPATCHED),
        (Status.DISPATCHED, Action.ACCEPT, Status.ACCEPTED),
        (Status.ACCEPTED, Action.ARRIVE, Status.ON_SITE),
        (Status.ON_SITE, Action.RESOLVED, Status.RESOLVED),
        (Status.RESOLVED, Action.CONFIRM, Status.CLOSED),
        (Status.RESOLVED, Action.NOT_FIXED, Status.ACCEPTED),
        (Status.CLOSED, Action.REOPEN, Status.TRIAGED),
    ],
)
def test_the_way_of_a_ticket(status: Status, action: Action, after: Status) -> None:
    assert advance(status, action) is after


@pytest.mark.parametrize(
    ("status", "action"),
    [
        (Status.CLOSED, Action.ACCEPT),
        (Status.TRIAGED, Action.ACCEPT),
        (Status.ON_SITE, Action.OFFER),
        (Status.CANCELLED, Action.CONFIRM),
        (Status.NEW, Action.RESOLVED),
    ],
)
def test_what_is_not_in_the_table_is_refused(status: Status, action: Action) -> None:
    with pytest.raises(NotAllowed) as refused:
        advance(status, action)
    assert refused.value.status is status
    assert refused.value.action is action


def test_undo_goes_back_exactly_where_it_was() -> None:
    assert advance(Status.REFERRED, Action.UNDO, Status.EN_ROUTE) is Status.EN_ROUTE
    assert advance(Status.MERGED, Action.UNDO, Status.NEW) is Status.NEW
    with pytest.raises(NotAllowed):
        advance(Status.ACCEPTED, Action.UNDO, Status.NEW)


def test_every_state_but_the_ends_has_a_way_on_and_every_live_one_a_way_out() -> None:
    for status in LIVE:
        reachable, frontier = {status}, [status]
        while frontier:
            at = frontier.pop()
            for (source, _), target in TRANSITIONS.items():
                if source is at and target not in reachable:
                    reachable.add(target)
                    frontier.append(target)
        assert Status.CLOSED in reachable or Status.CANCELLED in reachable, status


def test_a_random_walk_stays_inside_the_table() -> None:
    walk = random.Random(294)
    for _ in range(500):
        status = Status.NEW
        for _ in range(30):
            action = walk.choice(list(Action))
            try:
                status = advance(status, action)
            except NotAllowed:
                continue
            assert isinstance(status, Status)


def test_the_first_stamp_stands_and_resolving_restores() -> None:
    assert stamp(Action.OFFER, {"dispatched_at": None}, NOW) == {"dispatched_at": NOW}
    assert stamp(Action.OFFER, {"dispatched_at": NOW}, NOW) == {}
    assert stamp(Action.RESOLVED, {"resolved_at": None, "restored_at": None}, NOW) == {
        "resolved_at": NOW,
        "restored_at": NOW,
    }


@pytest.mark.parametrize(
    ("status", "before", "allowed"),
    [
        (Status.ON_SITE, Status.EN_ROUTE, True),
        (Status.ON_SITE, Status.ON_SITE, True),
        (Status.RESOLVED, Status.RESTORED, True),
        (Status.RESOLVED, Status.ON_SITE, True),
        (Status.ACCEPTED, Status.DISPATCHED, False),
        (Status.CLOSED, Status.RESOLVED, False),
        (Status.TRIAGED, Status.ACCEPTED, False),
    ],
)
def test_a_technician_takes_back_his_own_actions_only(status: Status, before: Status, allowed: bool) -> None:
    if allowed:
        assert step_back(status, before) is before
    else:
        with pytest.raises(NotAllowed):
            step_back(status, before)

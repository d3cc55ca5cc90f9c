"""Random days at the desk: reports, words, presses (stale, double, by the wrong person), absences, lost accounts, restarts,
a clock that jumps. After each step nothing may be ownerless, illegal, overdue or unaccounted for, and the event log alone
must give the same state again.

More days than the suite lives: `YUNWEI_DAYS=500 YUNWEI_SEED=7 pytest tests/integration/days`.
"""

import asyncio

import pytest

from bot.desk.office import Office
from tests.integration.days.chance import days
from tests.integration.days.console import on_console
from tests.integration.days.day import Plan, live
from tests.integration.days.mornings import Morning
from tests.integration.days.plans import ON_CONSOLE, ONCE_RED

SQLITE = pytest.mark.parametrize("morning", ["sqlite"], indirect=True)
HOW_MANY = pytest.mark.parametrize(("morning", "count"), [("sqlite", 5), ("postgres", 2)], indirect=["morning"])


def lived(morning: Morning, office: Office, plan: Plan) -> None:
    """Each day begins on its own copy of the morning and in its own event loop."""
    with morning() as url:
        asyncio.run(live(on_console(url, office), plan))


@SQLITE
@pytest.mark.parametrize("plan", ONCE_RED.values(), ids=ONCE_RED)
def test_what_went_wrong_once_does_not_again(morning: Morning, office: Office, plan: Plan) -> None:
    lived(morning, office, plan)


@HOW_MANY
def test_nothing_is_lost_or_doubled_on_random_days(morning: Morning, office: Office, count: int) -> None:
    days(ON_CONSOLE, count, lambda plan: lived(morning, office, plan))

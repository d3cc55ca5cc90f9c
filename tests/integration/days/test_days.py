"""Random days at the desk: reports, words, presses (stale, double, by the wrong person), absences, lost accounts, restarts,
a clock that jumps. After each step nothing may be ownerless, illegal, overdue or unaccounted for, and the event log alone
must give the same state again.

More days than the suite lives: `YUNWEI_DAYS=500 YUNWEI_SEED=7 pytest tests/integration/days`.
"""

import asyncio
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, seed, settings

from bot.desk.office import Office
from tests.integration.days.day import live
from tests.integration.days.plans import ONCE_RED, PLANS


def lived(morning: Path, office: Office, plan: list[tuple[Any, ...]]) -> None:
    """Each day begins on its own copy of the morning and in its own event loop."""
    with tempfile.TemporaryDirectory(dir=morning.parent) as folder:
        today = Path(folder) / "today.db"
        shutil.copyfile(morning, today)
        asyncio.run(live(f"sqlite+aiosqlite:///{today}", office, plan))


@pytest.mark.parametrize("plan", ONCE_RED.values(), ids=ONCE_RED)
def test_what_went_wrong_once_does_not_again(morning: Path, office: Office, plan: list[tuple[Any, ...]]) -> None:
    lived(morning, office, plan)


DAYS = int(os.environ.get("YUNWEI_DAYS", "12"))


def test_nothing_is_lost_or_doubled_on_random_days(morning: Path, office: Office) -> None:
    """A closure, as hypothesis must not look at the office (nor copy it)."""

    @settings(
        derandomize="YUNWEI_SEED" not in os.environ,
        max_examples=DAYS,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(PLANS)
    def day(plan: list[tuple[Any, ...]]) -> None:
        lived(morning, office, plan)

    seed(int(os.environ.get("YUNWEI_SEED", "0")))(day)()

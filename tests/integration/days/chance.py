"""How many days there are, and by which chance: always the same ones, unless the environment asks for others."""

import os
from collections.abc import Callable
from typing import TypeVar

from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

Day = TypeVar("Day")


def days(plans: st.SearchStrategy[Day], count: int, live: Callable[[Day], None]) -> None:
    """Live through `count` of these days. `live` is a closure: hypothesis must not look at the office, nor copy it."""

    @settings(
        derandomize="YUNWEI_SEED" not in os.environ,
        max_examples=int(os.environ.get("YUNWEI_DAYS", count)),
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(plans)
    def day(plan: Day) -> None:
        live(plan)

    seed(int(os.environ.get("YUNWEI_SEED", "0")))(day)()

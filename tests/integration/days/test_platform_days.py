"""Random days through the emulated WeCom and DingTalk: what is typed and pressed there (stale cards too), what the platforms
refuse, repeat, hold back and lose. All that holds on the console must hold here; and whatever the desk meant to say is on
the phone it was meant for, once, and whoever does something is answered.

More days than the suite lives: `YUNWEI_DAYS=100 YUNWEI_SEED=7 pytest tests/integration/days`.
"""

import asyncio
from pathlib import Path

import pytest
from hypothesis import strategies as st

from bot.cast import TEMPLATE
from bot.desk.office import Office
from tests.integration.days.chance import days
from tests.integration.days.day import Plan, live
from tests.integration.days.mornings import copies
from tests.integration.days.plans import ON_PLATFORMS, ONCE_RED_ON_PLATFORMS
from tests.integration.days.platforms import on_platforms

Profile = tuple[str, str]
PROFILES = st.sampled_from([(template, mode) for template in ("", TEMPLATE) for mode in ("stream", "http")])


def lived(migrated: Path, office: Office, profile: Profile, plan: Plan) -> None:
    with copies(migrated)() as url:
        asyncio.run(live(on_platforms(url, office, *profile), plan))


@pytest.mark.parametrize("plan", ONCE_RED_ON_PLATFORMS.values(), ids=ONCE_RED_ON_PLATFORMS)
def test_what_went_wrong_once_does_not_again(migrated: Path, office: Office, plan: Plan) -> None:
    lived(migrated, office, (TEMPLATE, "stream"), plan)


def test_nothing_is_lost_or_doubled_on_random_days(migrated: Path, office: Office) -> None:
    days(st.tuples(PROFILES, ON_PLATFORMS), 5, lambda both: lived(migrated, office, *both))

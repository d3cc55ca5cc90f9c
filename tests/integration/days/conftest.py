"""What the days begin with: an office, and a database of each kind in which nothing has happened yet."""

import pytest

from bot import app
from bot.config import Config
from bot.desk.office import Office
from knowledge import Classifier, load

pytest.register_assert_rewrite("tests.integration.days.invariants", "tests.integration.days.screens")

from tests.integration.days.mornings import Morning, on_postgres, on_sqlite  # noqa: E402  rewritten from here on


@pytest.fixture(scope="session")
def office() -> Office:
    book = load()
    return app.furnish(
        Config.model_validate({"database": {"url": "sqlite+aiosqlite:///unused.db"}}), book, Classifier(book)
    )


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
def morning(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, office: Office) -> Morning:
    if request.param == "sqlite":
        return on_sqlite(office, tmp_path_factory.mktemp("days"))
    return on_postgres(office, request.getfixturevalue("postgres"))

"""The story, on both databases: every expected effect is there."""

import pytest

from bot.story import play


async def test_the_story_holds(database_url: str) -> None:
    checks = [check async for check in play(database_url)]
    assert [f"{c.scene}: {c.effect} ({c.found})" for c in checks if not c.ok] == []
    assert len(checks) > 50


@pytest.mark.parametrize(
    "scene",
    [
        "happy path",
        "restart in the middle",
        "emergency (R9)",
        "classified (R5)",
        "a request and its yes",
        "an inspection round",
    ],
)
def test_the_story_has_its_scenes(scene: str) -> None:
    from bot.story import SCENES

    assert scene in dict(SCENES)

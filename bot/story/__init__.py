"""The story: two scripted days at the desk on both platforms, played over real HTTP, with every expected effect checked.

`yunwei demo --story` runs it; it fails when one effect is missing. Each scene says what it shows; each check names what
a person would have seen. The tests play the same scenes on both databases.
"""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime

from bot.cast import INSPECTIONS
from bot.stage import raised
from bot.story import day, planned, platforms
from bot.story.scene import Act, Check, Scene, text_of

START = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
"""Monday 9:00 in Guangzhou."""
CODES = re.compile(r"\bP[1-4]\b|SLA|\bR\d{1,2}\b|[a-z]{3,}-[a-z]{3,}|\d\.\d\.\d")
LONGEST = 80


async def plain_speech(scene: Scene) -> None:
    """Whatever was said to reporters all day: no codes, no slugs, no clauses, nothing long."""
    said = [
        message
        for userid in ("limei", "chenzhi", "wufan", "huangxin")
        for message in scene.stage.phone(userid).messages
        if message.sender != "me"
    ]
    coded = [text_of(m) for m in said if CODES.search(text_of(m))]
    scene.expect("no priority codes, slugs or clause numbers", said and not coded, coded[:2])
    long = [m.text for m in said if m.kind == "text" and len(m.text) > LONGEST]
    scene.expect(f"no message over {LONGEST} characters", not long, long[:2])


SCENES: tuple[tuple[str, Act], ...] = (
    *day.MONDAY,
    *planned.MONDAY,
    *planned.TUESDAY,
    *day.TUESDAY,
    *platforms.SCENES,
    ("plain speech", plain_speech),
)


async def play(database_url: str) -> AsyncIterator[Check]:
    """Play every scene on one stage and yield the checks as they are made."""
    async with raised(database_url, start=START, inspections=INSPECTIONS) as stage:
        for name, act in SCENES:
            scene = Scene(name, stage)
            try:
                await act(scene)
            except Exception as error:  # a scene that breaks is a missing effect, the others still play
                scene.expect("the scene could be played", False, repr(error))
            for check in scene.checks:
                yield check


__all__ = ["SCENES", "START", "Check", "Scene", "play", "text_of"]

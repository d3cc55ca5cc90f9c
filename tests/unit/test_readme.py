"""What the README says is compared with the code."""

import re
from pathlib import Path

from bot.cli import COMMANDS
from bot.core.ticket import transitions_markdown

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")


def test_the_transitions_table_is_the_one_in_the_code() -> None:
    found = re.search(r"<!-- transitions:.*?-->\n(.*?)\n<!-- /transitions -->", README, re.S)
    assert found is not None
    assert found.group(1) == transitions_markdown()


def test_every_command_is_named() -> None:
    for command in COMMANDS:
        assert f"`{command}" in README, command

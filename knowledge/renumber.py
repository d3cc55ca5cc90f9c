"""Putting published clause numbers in the place of the assumed ones, without touching anything else.

Slugs are the stable keys; a number is a display code. The input is a CSV with the columns `slug` and `clause` (of Part 2).
"""

import csv
import re
from collections.abc import Mapping
from pathlib import Path

from knowledge.loader import HERE, KnowledgeError

COLUMNS = ["slug", "clause"]
_CLAUSE = re.compile(r"^\d+(?:\.\d+){1,4}$")
_CODE_LINE = re.compile(r"^code: .*$", re.M)
_CLAUSE_LINE = re.compile(r'^clause: \{part2: "[^"]*", part5: "([^"]*)", status: \w+\}$', re.M)


def read_numbers(file: Path) -> dict[str, str]:
    """Slug → clause. Raises KnowledgeError that names every bad line, OSError when the file cannot be read."""
    with file.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))
    if not rows or [cell.strip() for cell in rows[0]] != COLUMNS:
        raise KnowledgeError(f"{file}: line 1: the columns must be {', '.join(COLUMNS)}")
    numbers: dict[str, str] = {}
    problems: list[str] = []
    for line, row in enumerate(rows[1:], start=2):
        if len(row) != 2 or not _CLAUSE.match(row[1].strip()):
            problems.append(f"{file}: line {line}: needs a slug and a clause such as 5.1.9")
        elif row[0].strip() in numbers:
            problems.append(f"{file}: line {line}: {row[0].strip()} is given twice")
        else:
            numbers[row[0].strip()] = row[1].strip()
    if problems:
        raise KnowledgeError("\n".join(problems))
    return numbers


def renumber(numbers: Mapping[str, str], folder: Path | None = None) -> list[str]:
    """Write the numbers into the item files; Part 5's follow Part 2's (chapter 6 answers chapter 5, assumed).

    Returns the slugs changed. Raises KnowledgeError for a slug that is no item, before anything is written.
    """
    items = (folder or HERE) / "items"
    paths = {slug: items / f"{slug}.yaml" for slug in numbers}
    if unknown := [slug for slug, path in paths.items() if not path.is_file()]:
        raise KnowledgeError("\n".join(f"items/{slug}.yaml: file: there is no such item" for slug in unknown))
    changed = []
    for slug, path in paths.items():
        before = path.read_text(encoding="utf-8")
        after = _rewritten(before, numbers[slug])
        if after != before:
            path.write_text(after, encoding="utf-8")
            changed.append(slug)
    return changed


def _rewritten(text: str, clause: str) -> str:
    chapter, _, rest = clause.partition(".")
    part5 = f"6.{rest}" if chapter == "5" else ""
    text = _CODE_LINE.sub(f'code: "{clause}"', text, count=1)
    return _CLAUSE_LINE.sub(
        lambda m: f'clause: {{part2: "{clause}", part5: "{part5 or m.group(1)}", status: published}}', text, count=1
    )

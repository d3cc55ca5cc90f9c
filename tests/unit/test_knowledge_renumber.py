"""Clause numbers replaced by a CSV: nothing else is touched, and bad input changes nothing."""

import shutil
from pathlib import Path

import pytest

import knowledge
from knowledge import KnowledgeError, load
from knowledge.renumber import read_numbers, renumber


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = tmp_path / "knowledge"
    shutil.copytree(Path(knowledge.__file__).parent, copy, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return copy


def csv(folder: Path, text: str) -> Path:
    path = folder.parent / "numbers.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_number_is_replaced_and_nothing_else(folder: Path) -> None:
    before = load(folder)
    old = (folder / "items/printer.yaml").read_text(encoding="utf-8").splitlines()
    assert renumber(read_numbers(csv(folder, "slug,clause\nprinter,5.3.2\n")), folder) == ["printer"]
    new = (folder / "items/printer.yaml").read_text(encoding="utf-8").splitlines()
    assert sum(a != b for a, b in zip(old, new, strict=True)) == 2
    item = load(folder).items["printer"]
    assert (item.code, item.clause.part2, item.clause.part5, item.clause.status) == (
        "5.3.2",
        "5.3.2",
        "6.3.2",
        "published",
    )
    assert item.faults == before.items["printer"].faults
    assert renumber({"printer": "5.3.2"}, folder) == []


def test_all_items_can_be_renumbered(folder: Path) -> None:
    numbers = {slug: f"5.9.{n}" for n, slug in enumerate(load(folder).items, start=1)}
    assert len(renumber(numbers, folder)) == 41
    assert {item.clause.status for item in load(folder).items.values()} == {"published"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a,b\n", "columns must be slug, clause"),
        ("", "columns must be slug, clause"),
        ("slug,clause\nprinter,five\n", "line 2"),
        ("slug,clause\nprinter\n", "line 2"),
        ("slug,clause\nprinter,5.1\nprinter,5.2\n", "line 3: printer is given twice"),
    ],
)
def test_bad_lines_are_named(folder: Path, text: str, said: str) -> None:
    with pytest.raises(KnowledgeError, match=said):
        read_numbers(csv(folder, text))


def test_an_unknown_item_changes_nothing(folder: Path) -> None:
    before = (folder / "items/printer.yaml").read_bytes()
    with pytest.raises(KnowledgeError, match="no such item"):
        renumber({"printer": "5.3.2", "nosuch": "5.3.3"}, folder)
    assert (folder / "items/printer.yaml").read_bytes() == before

"""The handbook: everything is in it, in the order a reader needs, with where it comes from; both forms say the same."""

import re
from pathlib import Path

from knowledge import Book, handbook


def test_everything_is_in_the_handbook(book: Book, tmp_path: Path) -> None:
    markdown, page = (file.read_text("utf-8") for file in handbook.write(book, tmp_path / "out"))
    for item in book.items.values():
        assert f"{item.code} {item.name}（条款号暂定）" in markdown
        assert f'id="{item.slug}"' in page
    for fault in book.faults.values():
        assert f"- {fault.slug}；" in markdown
        assert fault.question in page
    for step in book.faults["printer-paper-jam"].self_help:
        assert step in markdown
    assert "来源：公开来源可见" in markdown
    assert "〔先持证、两人〕两人断开电池开关" in markdown and "〔先断电〕" in markdown
    assert "暂定" in markdown.splitlines()[2]


def test_a_procedure_begins_with_its_entry_and_leads_to_steps_that_exist(book: Book, tmp_path: Path) -> None:
    markdown = handbook.write(book, tmp_path)[0].read_text("utf-8")
    for fault in book.faults.values():
        part = markdown.split(f"- {fault.slug}；", 1)[1].split("\n### ", 1)[0]
        rows = [line.strip("| ").split(" | ") for line in part.splitlines() if re.match(r"\| \d+ \|", line)]
        assert book.procedure(fault.slug).steps[fault.entry].do.replace("|", "｜") in rows[0][2]
        numbers = {row[0] for row in rows}
        assert all(target in numbers | {"收尾", "升级", "结束"} for row in rows for target in row[6:8]), fault.slug


def test_what_people_wrote_cannot_become_markup(book: Book, tmp_path: Path) -> None:
    item = book.items["printer"].model_copy(update={"name": "<b>打印机</b>"})
    changed = book.model_copy(update={"items": {**book.items, "printer": item}})
    assert "<b>打印机</b>" not in handbook.write(changed, tmp_path)[1].read_text("utf-8")

"""`classify`, `evaluate` and `catalogue`: the knowledge, for tools and for people."""

import asyncio
import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from bot.cli import Failure
from bot.commands import lines
from bot.desk.transcripts import stands_right
from knowledge import Book, Classifier, KnowledgeError, Matters, handbook, load
from knowledge.contract import classify_line
from knowledge.evaluate import evaluate
from knowledge.procedures import as_tree, assumed
from knowledge.renumber import read_numbers, renumber


def book_or_fail(levels: Mapping[str, Any] | None = None) -> Book:
    """The book, with the configuration's figures laid upon its service levels."""
    try:
        return load(levels=levels)
    except KnowledgeError as error:
        raise Failure(str(error)) from None


QUESTION = re.compile("请问|点一下，或直接回复")
"""What stands in every question to a reporter: by it the questions of a conversation are counted."""


@click.command("classify")
@click.argument("text", nargs=-1)
@click.option("--input", "source", metavar="F.jsonl", help='Lines {"id","text"}; - is stdin.')
@click.option("--output", "target", default="-", metavar="F.jsonl", show_default=True, help="Where to; - is stdout.")
def classify_command(text: tuple[str, ...], source: str | None, target: str) -> None:
    """Say what a message means: fault, request, route, slots, and which words decided."""
    if bool(text) == bool(source):
        raise click.UsageError("give either TEXT or --input")
    classifier = Classifier(book_or_fail())
    messages = (
        ((m["id"], m["text"]) for m in lines.read(source, {"text": str}) if _has_id(m))
        if source
        else ((str(i), t) for i, t in enumerate(text, start=1))
    )
    with lines.writer(target) as out:
        for identity, message in messages:
            out.write(lines.dump(classify_line(classifier.understand(message), identity)) + "\n")


def _has_id(message: dict[str, object]) -> bool:
    if "id" not in message:
        raise Failure("a line has no 'id'")
    return True


@click.command("evaluate")
@click.argument("file", metavar="F.jsonl")
@click.option("--sessions", is_flag=True, help="The lines are conversations (turns, expect), played to their end.")
@click.option("--matters", is_flag=True, help="The lines are messages that may tell several matters (text, matters).")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of a table.")
def evaluate_command(file: str, sessions: bool, matters: bool, as_json: bool) -> None:
    """Measure the understanding on a labelled file, or the whole dialogue on labelled conversations."""
    if sessions and matters:
        raise click.UsageError("give either --sessions or --matters")
    required: dict[str, type] = {"turns": list, "expect": list} if sessions else {"text": str}
    rows = list(lines.read(file, required | ({"matters": list} if matters else {})))
    if not rows:
        raise Failure(f"{file}: no lines")
    if sessions or matters:
        result_ = _sessions(rows) if sessions else _matters(rows)
        for key, value in result_.items() if not as_json else ():
            click.echo(f"{key:22} {value}")
        if as_json:
            click.echo(lines.dump(result_))
        return
    book = book_or_fail()
    classifier = Classifier(book)
    result = evaluate(classifier, Matters(book, classifier.understand), rows)
    click.echo(lines.dump(result.as_dict()) if as_json else result.as_text())


def _matters(rows: list[dict[str, Any]]) -> dict[str, Any]:
    book = book_or_fail()
    classifier = Classifier(book)
    matters = Matters(book, classifier.understand)
    found = [(matters.labels(str(row["text"]), classifier.understand(str(row["text"]))), row) for row in rows]
    styles = sorted({str(row.get("style")) for row in rows})

    def share(right: list[bool]) -> float:
        return round(sum(right) / len(right), 4) if right else 0.0

    return {
        "messages": len(rows),
        "right": share([labels == set(row["matters"]) for labels, row in found]),
        "as_many": share([len(labels) == len(row["matters"]) for labels, row in found]),
        "styles": {
            style: share([labels == set(row["matters"]) for labels, row in found if str(row.get("style")) == style])
            for style in styles
        },
        "as_many_of_style": {
            style: share(
                [len(labels) == len(row["matters"]) for labels, row in found if str(row.get("style")) == style]
            )
            for style in styles
        },
    }


def _sessions(rows: list[dict[str, Any]]) -> dict[str, Any]:
    from bot.commands.chat import batch

    done = asyncio.run(batch([{"id": i, **row} for i, row in enumerate(rows)]))
    wrong = [row for row, end in zip(rows, done, strict=True) if not stands_right(row["expect"], end["tickets"])]
    asked = [sum(bool(QUESTION.search("".join(turn))) for turn in end["replies"]) for end in done]
    unclear = [n for n in asked if n]
    return {
        "conversations": len(rows),
        "right": round(1 - len(wrong) / len(rows), 4),
        "questions_per_unclear": round(sum(unclear) / len(unclear), 3) if unclear else 0.0,
        "styles": {
            style: round(1 - sum(r.get("style") == style for r in wrong) / n, 3)
            for style, n in sorted(Counter(str(r.get("style")) for r in rows).items())
        },
        "wrong": [row.get("id") for row in wrong],
    }


@click.group("catalogue")
def catalogue_command() -> None:
    """The service catalogue and its procedures, for people."""


@catalogue_command.command("list")
def catalogue_list() -> None:
    """All items and faults. A clause number that was not seen in the published text says so."""
    book = book_or_fail()
    for item in book.items.values():
        click.echo(f"{item.code:7} {item.slug:24} {item.name}{assumed(item)}")
        for fault in item.faults.values():
            marks = "".join(m for m, on in (("⚠", fault.safety), (f"→{fault.route}", fault.route)) if on)
            click.echo(f"        {fault.slug:26} {fault.name} {marks}")


@catalogue_command.command("renumber")
@click.argument("file", metavar="F.csv", type=click.Path(path_type=Path))
def catalogue_renumber(file: Path) -> None:
    """Put the published clause numbers (columns slug, clause) in the place of the assumed ones."""
    try:
        changed = renumber(read_numbers(file))
    except (KnowledgeError, OSError, UnicodeDecodeError) as error:
        raise Failure(str(error)) from None
    book_or_fail()
    click.echo(f"{len(changed)} items renumbered" + (f": {', '.join(changed)}" if changed else ""))


@catalogue_command.command("show")
@click.argument("slug")
def catalogue_show(slug: str) -> None:
    """One fault or item: words, question, self-help and the procedure as a tree."""
    book = book_or_fail()
    if slug in book.items:
        for fault in book.items[slug].faults:
            click.echo(as_tree(book, fault))
    elif slug in book.faults:
        click.echo(as_tree(book, slug))
    else:
        near = [s for s in (*book.items, *book.faults) if slug.lower() in s]
        raise Failure(
            f"no item or fault is called {slug!r}" + (f"; did you mean {', '.join(near[:5])}?" if near else "")
        )


@catalogue_command.command("book")
@click.option("--output", "folder", required=True, metavar="DIR", type=click.Path(path_type=Path), help="Where to.")
def catalogue_book(folder: Path) -> None:
    """The whole handbook as one document, handbook.md and a printable handbook.html, for review by engineers."""
    try:
        written = handbook.write(book_or_fail(), folder)
    except OSError as error:
        raise Failure(f"{folder}: {error.strerror}") from None
    for file in written:
        click.echo(f"written: {file}")

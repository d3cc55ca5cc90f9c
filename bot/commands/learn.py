"""`learn`: what was guessed wrongly, the wordings that would mend it, and the weights of all words."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from bot import config as configuration
from bot.cli import Failure
from bot.commands import lines
from bot.commands.understanding import book_or_fail
from bot.core.clock import SystemClock
from bot.desk.lessons import wrongly_guessed
from bot.store.engine import Database
from knowledge import improving
from knowledge.classifier import Classifier
from knowledge.context import Context
from knowledge.matters import Matters
from knowledge.weights import FILE as WEIGHTS

SECOND = WEIGHTS.parent / "second.yaml"
MATTERS = WEIGHTS.parent / "matters.yaml"
ACTS = WEIGHTS.parent / "acts.tsv"
OUTCOMES = WEIGHTS.parent / "outcomes.yaml"
SOUNDS = WEIGHTS.parent / "lexicon" / "sounds.txt"
CORPUS = Path(__file__).parent.parent.parent / "tests" / "corpus"
CONFIG = click.option("--config", "config_path", help="Configuration file (default: YUNWEI_CONFIG or ./yunwei.toml).")
FOLDER = click.option(
    "--corpus", type=click.Path(path_type=Path), default=CORPUS, help="Folder with tune*.jsonl (default: tests/corpus)."
)


@click.group("learn", invoke_without_command=True)
@CONFIG
@click.pass_context
def learn_command(ctx: click.Context, config_path: str | None) -> None:
    """What the desk can learn from. Without a command: tickets closed under another fault than guessed."""
    if ctx.invoked_subcommand is not None:
        return
    found = _candidates(config_path)
    if not found:
        click.echo("no ticket was closed under another fault than guessed")
    for candidate in found:
        click.echo(f"{candidate.ticket:6} {candidate.guessed} → {candidate.right}  {candidate.text}")


@learn_command.command("propose")
@CONFIG
@FOLDER
def propose(config_path: str | None, corpus: Path) -> None:
    """For each wrong guess the wordings that would mend it, and what each would break in the corpus."""
    for candidate, proposals in _proposals(config_path, corpus):
        click.echo(f"{candidate.ticket} {candidate.guessed} → {candidate.right}  {candidate.text}")
        for proposal in proposals:
            broken = f"breaks {len(proposal.breaks)}: {proposal.breaks[0][1]}" if proposal.breaks else "breaks nothing"
            click.echo(f"       {proposal.wording}  {broken}")
        if not proposals:
            click.echo("       understood rightly by now, or no wording of it would help: teach it in tests/corpus")


@learn_command.command("adopt")
@click.argument("tickets", nargs=-1, type=int)
@click.option("--all", "everything", is_flag=True, help="All candidates.")
@CONFIG
@FOLDER
def adopt(tickets: tuple[int, ...], everything: bool, config_path: str | None, corpus: Path) -> None:
    """Adopt the best wording of these TICKETS, where it breaks nothing; it counts from the next start or reload on."""
    if bool(tickets) == everything:
        raise click.UsageError("name tickets, or --all")
    chosen = [
        proposals[0]
        for candidate, proposals in _proposals(config_path, corpus)
        if (everything or candidate.ticket in tickets) and proposals and not proposals[0].breaks
    ]
    click.echo(f"{improving.adopt(chosen)} wordings adopted")


@learn_command.command("weights")
@FOLDER
@click.option(
    "--output", type=click.Path(path_type=Path), default=WEIGHTS, help="Where to (default: the shipped file)."
)
def weights(corpus: Path, output: Path) -> None:
    """Learn the weights of words anew from tune*.jsonl and the catalogue's wordings: the same files give the same weights."""
    from knowledge import learning

    book = book_or_fail()
    reader = Classifier.untaught(book)
    examples = [*learning.examples(_rows(corpus, "tune*.jsonl")), *learning.wordings(book)]
    documents = [reader.features(example.text) for example in examples]
    click.echo(f"{len(examples)} examples, {sum(e.author != 'catalogue' for e in examples)} of them messages")
    besides = learning.beside(reader, [row for _, row in _rows(corpus / "follow_ups", "tune*.jsonl")])
    held = learning.held_out(book, examples, documents, besides)
    click.echo(
        f"right of each author's messages by what the others wrote: {sum(held.right) / len(held.right):.3f} "
        f"of {len(held.right)}"
    )
    curves = learning.calibrate(held)
    for name, least, found, false in learning.caught(held, curves):
        click.echo(f"{name} from {least:.2f} on: {found:.3f} of it caught, {false:.4f} of the others taken for it")
    model = learning.train(book, examples, documents, besides).pruned()
    with lines.writer(str(output)) as out:
        out.writelines(learning.as_text(model, curves))
    click.echo(f"{len(model.row)} features, {len(model.labels)} labels: {output}")


@learn_command.command("second")
@FOLDER
@click.option("--output", type=click.Path(path_type=Path), default=SECOND, help="Where to (default: the shipped file).")
def second(corpus: Path, output: Path) -> None:
    """Learn anew what speaks for a second fault in a message, from the messages of tune*.jsonl that tell one or two faults."""
    from knowledge import learning, pairing
    from knowledge.judging import written

    book = book_or_fail()
    rows = [(author, row) for author, row in _rows(corpus, "tune*.jsonl") if row.get("kind") == "fault"]
    examples = [*learning.examples(_rows(corpus, "tune*.jsonl")), *learning.wordings(book)]
    found: list[pairing.Pair] = []
    read: list[tuple[str, dict[str, Any]]] = []
    for authors, stranger in pairing.strangers(book, examples):
        own = [(author, row) for author, row in rows if author in authors]
        found += pairing.pairs(stranger, own, len(read))
        read += own
        click.echo(f"{len(read)} of {len(rows)} messages read")
    judge, report = pairing.learn(read, found)
    head = "Written by `yunwei learn second`: what speaks for a second fault in a message, and from which chance it is one."
    with lines.writer(str(output)) as out:
        out.writelines(written(judge, head))
    click.echo(
        f"of authors left out: {report.found:.3f} of {report.two} with two faults found, "
        f"{report.false:.3f} of {report.one} others read as two"
    )


@learn_command.command("matters")
@FOLDER
@click.option(
    "--output", type=click.Path(path_type=Path), default=MATTERS, help="Where to (default: the shipped file)."
)
def matters(corpus: Path, output: Path) -> None:
    """Learn anew what speaks for several matters in a message, from matters/tune*.jsonl and the messages of tune*.jsonl that
    tell one."""
    from knowledge import learning, learning_matters, pairing
    from knowledge.judging import written

    book = book_or_fail()
    rows = [
        (author, row)
        for author, row in [
            *_rows(corpus / "matters", "tune*.jsonl", {"text": str, "matters": list}), *_rows(corpus, "tune*.jsonl")
        ]
        if learning_matters.told(row)
    ]  # fmt: skip
    examples = [*learning.examples(_rows(corpus, "tune*.jsonl")), *learning.wordings(book)]
    found: list[learning_matters.Division] = []
    strangers = pairing.strangers(book, examples)
    taught = {example.author for example in examples}
    for number, (authors, stranger) in enumerate(strangers):
        own = [(a, row) for a, row in rows if a in authors or (number == 0 and a not in taught)]
        found += learning_matters.divisions(book, stranger, own)
        click.echo(f"{len(own)} of {len(rows)} messages read")
    several = sum(len(learning_matters.told(row)) > 1 for _, row in rows)
    judge, report = learning_matters.learn(found, several, len(rows) - several)
    with lines.writer(str(output)) as out:
        out.writelines(
            written(judge, "Written by `yunwei learn matters`: what speaks for several matters, and from which chance.")
        )
    click.echo(
        f"of authors left out: {report.found:.3f} of {report.several} with several matters divided rightly, "
        f"{report.false:.4f} of {report.one} others divided"
    )


@learn_command.command("acts")
@FOLDER
@click.option("--output", type=click.Path(path_type=Path), default=ACTS, help="Where to (default: the shipped file).")
def acts(corpus: Path, output: Path) -> None:
    """Learn anew what further messages do (over, not over, a person wanted, haste, courtesy) from follow_ups/tune*.jsonl."""
    from knowledge import learning, learning_acts

    book = book_or_fail()
    context = Context(book, Classifier(book))
    rows = [row for _, row in _rows(corpus / "follow_ups", "tune*.jsonl")]
    documents = [learning_acts.document(context, row) for row in rows]
    for believed in learning_acts.strangers(rows, documents):
        click.echo(
            f"{believed.act}: {believed.found:.3f} of {believed.told} by authors left out are believed, "
            f"{believed.right:.3f} of those believed are right"
        )
    model = learning_acts.train(rows, documents).pruned()
    none = {"bias": 0.0, "first": 0.0, "lead": 0.0, "known": 0.0}
    with lines.writer(str(output)) as out:
        out.writelines(learning.as_text(model, {"calibration": none}))
    click.echo(f"{len(model.row)} features, {len(rows)} messages: {output}")


@learn_command.command("outcomes")
@FOLDER
@click.option(
    "--output", type=click.Path(path_type=Path), default=OUTCOMES, help="Where to (default: the shipped file)."
)
def outcomes(corpus: Path, output: Path) -> None:
    """Learn anew what becomes of a matter with a further message (it stays, becomes another, opens one more) from the
    conversations/tune*.jsonl; `learn acts` first."""
    from knowledge import learning_acts, learning_outcomes
    from knowledge.outcomes import written

    book = book_or_fail()
    context = Context(book, Classifier(book))
    rows = [row for _, row in _rows(corpus / "follow_ups", "tune*.jsonl")]
    acted = {str(row["id"]): str(row["act"]) for row in rows}
    talks = [row for _, row in _rows(corpus / "conversations", "tune*.jsonl", {"turns": list, "expect": list})]
    turns = [turn for talk in talks for turn in learning_outcomes.turns(context, talk, acted)]
    documents = [learning_acts.document(context, row) for row in rows]
    likely = learning_acts.unread(rows, documents, [(turn.id, turn.aspects) for turn in turns])
    options = learning_outcomes.options(context, turns, likely)
    marks = learning_outcomes.marked(turns, options)
    right = learning_outcomes.strangers(turns, options, marks)
    click.echo(f"right of each author's turns by what the others' tell: {sum(right) / len(right):.3f} of {len(right)}")
    judge = learning_outcomes.train(options, marks)
    with lines.writer(str(output)) as out:
        out.writelines(written(judge))
    click.echo(f"{len(turns)} turns of {len(talks)} conversations: {output}")


@learn_command.command("sounds")
@click.option("--output", type=click.Path(path_type=Path), default=SOUNDS, help="Where to (default: the shipped file).")
def sounds(output: Path) -> None:
    """Make the table of characters that sound alike anew."""
    from knowledge.sounds import lines as sound_lines

    with lines.writer(str(output)) as out:
        out.writelines(sound_lines())
    click.echo(f"written: {output}")


@learn_command.command("compare")
@click.argument("files", nargs=-1, required=True)
@FOLDER
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def compare(files: tuple[str, ...], corpus: Path, as_json: bool) -> None:
    """The desk beside the two easy ways (character n-grams with an SVM; jieba words counted, logistic regression), all
    taught with the same tune*.jsonl, measured on FILES."""
    from knowledge import baselines
    from knowledge.evaluate import evaluate

    book = book_or_fail()
    classifier = Classifier(book)
    matters = Matters(book, classifier.understand)
    rows = [row for file in files for row in lines.read(file, {"text": str})]
    taught = [row for _, row in _rows(corpus, "tune*.jsonl")]
    table = {"yunwei": {name: t.share for name, t in evaluate(classifier, matters, rows).shares.items()}}
    table |= baselines.measured(book, taught, rows, classifier.lcut)
    if as_json:
        click.echo(json.dumps(table, ensure_ascii=False))
        return
    columns = ("fault", "item", "top3", "request", "route")
    click.echo(f"{'':28}" + "".join(f"{c:>9}" for c in columns))
    for name, shares in table.items():
        cells = "".join(f"{'–' if shares.get(c) is None else format(shares[c], '.3f'):>9}" for c in columns)
        click.echo(f"{name:28}{cells}")


def _rows(corpus: Path, pattern: str, needs: Mapping[str, type] | None = None) -> list[tuple[str, dict[str, Any]]]:
    files = sorted(corpus.glob(pattern))
    if not files:
        raise Failure(f"{corpus}: there is no {pattern}")
    return [(file.stem, row) for file in files for row in lines.read(str(file), needs or {"text": str})]


def _candidates(config_path: str | None) -> list[improving.Candidate]:
    try:
        config = configuration.load(configuration.find(config_path))
    except configuration.ConfigError as error:
        raise Failure(str(error)) from None
    return asyncio.run(_wrongly_guessed(config))


async def _wrongly_guessed(config: configuration.Config) -> list[improving.Candidate]:
    db = Database(config.database.url, SystemClock().now)
    try:
        await db.upgrade()
        return await wrongly_guessed(db)
    finally:
        await db.close()


def _proposals(config_path: str | None, corpus: Path) -> Sequence[tuple[improving.Candidate, list[improving.Proposal]]]:
    found = _candidates(config_path)
    if not found:
        return []
    workshop = improving.Workshop(book_or_fail(), [row for _, row in _rows(corpus, "*.jsonl")])
    return [(candidate, workshop.proposals(candidate)) for candidate in found]

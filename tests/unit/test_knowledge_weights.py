"""What words are worth: features, the file of weights, what is learned and adopted, and faults newer than the weights."""

from pathlib import Path

import numpy as np
import pytest
import yaml

import knowledge
from knowledge import Book, Classifier, learning, sounds
from knowledge.features import Features, bare, read_sounds
from knowledge.improving import Candidate, Proposal, Workshop, adopt, with_wording
from knowledge.ranking import in_order
from knowledge.weights import Weights

SOUNDS = read_sounds(["ka 卡咔喀", "zi 纸子指"])


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("打印机卡纸", "|打印机卡纸|"),
        ("您好，302室打印机卡纸，谢谢", "|0室打印机卡纸|"),
        ("提示169.254开头", "|提示169.254开头|"),
        ("电话13800000000打不通", "|电话0打不通|"),
        ("谢谢", ""),
        ("，。", ""),
    ],
)
def test_what_is_weighed_of_a_message(said: str, kept: str) -> None:
    assert bare(said) == kept


def test_a_slip_of_the_keyboard_sounds_like_what_was_meant() -> None:
    features = Features(SOUNDS)
    meant = {f for f in features("卡纸", ["卡纸"]) if f.startswith("~")}
    slipped = {f for f in features("咔子", ["咔子"]) if f.startswith("~")}
    assert meant == slipped
    assert set(features("卡纸", ["卡纸"], ["noun:printer"])) >= {"卡", "卡纸", "|卡纸", "w:卡纸", "=noun:printer"}


def test_the_shipped_table_of_sounds_is_the_one_the_command_makes() -> None:
    shipped = (Path(knowledge.__file__).parent / "lexicon" / "sounds.txt").read_text("utf-8")
    assert "".join(sounds.lines()) == shipped


def corpus() -> list[learning.Example]:
    rows = [
        ("a", {"text": "打印机卡纸了", "kind": "fault", "fault": "printer-paper-jam"}),
        ("a", {"text": "纸卡在里面", "kind": "fault", "fault": "printer-paper-jam"}),
        ("b", {"text": "又卡纸", "kind": "fault", "fault": "printer-paper-jam", "acceptable": ["mfp-jam"]}),
        ("a", {"text": "电脑蓝屏了", "kind": "fault", "fault": "pc-bluescreen"}),
        ("b", {"text": "屏幕全蓝", "kind": "fault", "fault": "pc-bluescreen"}),
        ("b", {"text": "蓝屏了两次", "kind": "fault", "fault": "pc-bluescreen"}),
        ("a", {"text": "坏了", "kind": "ask"}),
        ("b", {"text": "坏了来看看", "kind": "ask"}),
        (
            "b",
            {
                "text": "卡纸而且蓝屏",
                "kind": "fault",
                "fault": "pc-bluescreen",
                "faults": ["pc-bluescreen", "printer-paper-jam"],
            },
        ),
    ]
    return learning.examples(rows)


def test_rows_of_several_faults_teach_nothing() -> None:
    labels = [e.label for e in corpus()]
    assert len(labels) == 8
    assert set(labels) == {"printer-paper-jam", "pc-bluescreen", "ask"}
    assert corpus()[2].accepted == {"printer-paper-jam", "mfp-jam"}


def test_weights_are_learned_written_and_read_alike(book: Book, tmp_path: Path) -> None:
    reader, data = Classifier.untaught(book), corpus()
    documents = [reader.features(e.text) for e in data]
    model = learning.train(book, data, documents).pruned()
    again = learning.train(book, data, documents).pruned()
    curves = learning.calibrate(learning.held_out(book, data, documents))
    text = "".join(learning.as_text(model, curves))
    assert text == "".join(learning.as_text(again, curves))
    (tmp_path / "weights.tsv").write_text(text, "utf-8")
    weights = Weights.load(tmp_path / "weights.tsv")
    for example, document, scores in zip(data, documents, model.scores(documents), strict=True):
        scored = weights.score(document)
        assert scored.scores == pytest.approx(scores, abs=0.02)
        assert weights.labels[int(scored.scores.argmax())] == example.label
    taught = Classifier(book, weights)
    assert taught.understand("打印机又卡纸").fault == "printer-paper-jam"


def test_the_words_that_decided_are_named(classifier: Classifier) -> None:
    assert "蓝屏" in classifier.understand("三楼302电脑蓝屏了").because


def renamed(book: Book, old: str, new: str) -> Book:
    """The book as if a fault had been added after the weights were learned."""
    fault = book.faults[old].model_copy(
        update={"slug": new, "words": book.faults[old].words.model_copy(update={"phrases": ("量子打印头漂移",)})}
    )
    item = book.items[fault.item].model_copy(update={"faults": {**book.items[fault.item].faults, new: fault}})
    return book.model_copy(update={"faults": {**book.faults, new: fault}, "items": {**book.items, item.slug: item}})


def test_a_fault_newer_than_the_weights_is_known_by_its_own_wordings(book: Book) -> None:
    understood = Classifier(renamed(book, "printer-quality", "printer-quantum")).understand("打印机量子打印头漂移了")
    assert (understood.fault, understood.decision) == ("printer-quantum", "dispatch")
    assert understood.because == ("量子打印头漂移",)


def test_a_label_that_left_the_catalogue_is_never_guessed(book: Book) -> None:
    faults = {slug: fault for slug, fault in book.faults.items() if slug != "printer-paper-jam"}
    understood = Classifier(book.model_copy(update={"faults": faults})).understand("打印机卡纸了")
    assert understood.fault in faults


def test_a_wrong_guess_proposes_wordings_and_only_harmless_ones_are_adopted(book: Book, tmp_path: Path) -> None:
    rows = [
        {"id": 1, "text": "打印机卡纸了", "kind": "fault", "fault": "printer-paper-jam"},
        {"id": 2, "text": "电脑蓝屏了", "kind": "fault", "fault": "pc-bluescreen"},
        {"id": 3, "text": "卡纸", "kind": "fault", "fault": "printer-paper-jam"},
    ]
    workshop = Workshop(book, rows)
    wrong = Candidate(17, "三楼的打印机像抽风似的抖个不停", "printer-error-light", "printer-feed")
    proposals = workshop.proposals(wrong)
    assert proposals
    assert not proposals[0].breaks
    assert not any(ch.isdigit() for p in proposals for ch in p.wording)
    best = proposals[0]
    assert Classifier(with_wording(book, best.fault, best.wording)).understand(wrong.text).fault == "printer-feed"
    harmful = with_wording(book, "mfp-jam", "卡纸")
    assert ("3", "卡纸") in workshop.broken(Classifier(harmful), "卡纸")
    file = tmp_path / "learned.yaml"
    file.write_text("# why\nlearned: {}\n", "utf-8")
    assert adopt([best, best, Proposal("卡纸", "printer-feed", (("1", "打印机卡纸了"),))], file) == 1
    assert file.read_text("utf-8").startswith("# why\n")
    assert yaml.safe_load(file.read_text("utf-8")) == {"learned": {"printer-feed": [best.wording]}}


@pytest.mark.parametrize(
    ("scores", "n", "order"),
    [
        ([0.1, 0.5, 0.3], 2, [1, 2]),
        ([0.5, 0.1, 0.5, 0.5], 2, [0, 2]),
        ([0.5, 0.7, 0.5, 0.5], 3, [1, 0, 2]),
        ([0.1, 0.2], 5, [1, 0]),
        ([0.1, 0.2], 2, [1, 0]),
    ],
)
def test_of_equal_scores_the_one_that_stands_first_is_the_better(scores: list[float], n: int, order: list[int]) -> None:
    assert in_order(np.array(scores, np.float32), n) == order


def test_weights_are_the_same_in_however_many_portions_they_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = '{"labels": ["a", "b"], "calibration": {"bias": 0, "first": 1, "lead": 1, "known": 0}, "bias": [0.5, 0]}\n'
    file = tmp_path / "weights.tsv"
    file.write_text(head + "卡\t2.00\t0:20 1:-40\n纸\t1.50\t\n~卡纸\t2.50\t1:7\n", "utf-8")
    features = ["卡", "打", "纸", "~卡纸"]
    whole = Weights.load(file).score(features)
    assert whole.why(1, 0)[0][0] == "~卡纸"
    assert (whole.known, len(whole.why(0, 1))) == (0.75, 1)
    for portion in (1, 2):
        monkeypatch.setattr("knowledge.weights.PORTION", portion)
        again = Weights.load(file).score(features)
        assert again.scores.tolist() == whole.scores.tolist()
        assert again.why(1, 0) == whole.why(1, 0)

"""Several matters in one message: where it is divided, what each part means, and what stays one."""

import pytest
import yaml

from knowledge import Book, Classifier, Matters, judging
from knowledge.learning_matters import Division, divisions, learn, told


@pytest.fixture(scope="module")
def matters(book: Book, classifier: Classifier) -> Matters:
    return Matters(book, classifier.understand)


@pytest.mark.parametrize(
    ("said", "labels"),
    [
        ("打印机卡纸了，再领两支硒鼓", {"printer-paper-jam", "consumables"}),
        ("座机没声音，办公室空调也不冷", {"phone-no-dialtone", "R4"}),
        ("电脑蓝屏了 另外想借一台笔记本周五开会用", {"pc-bluescreen", "loan-device"}),
        ("302打印机打不了，顺便帮我装个office", {"printer-no-response", "software-install"}),
        ("想借个投影仪，另外302打印机卡纸了", {"loan-device", "printer-paper-jam"}),
        ("键盘有几个键按不出来，另外走廊的灯也不亮", {"peri-keyboard-mouse", "R4"}),
        ("催一下，另外我显示器开始闪了", {"progress-query", "monitor-flicker"}),
        ("打印机卡纸了，麻烦快点派人来看看", {"printer-paper-jam"}),
        ("打印机卡纸了，我这边急着用，什么时候能来", {"printer-paper-jam"}),
        ("硒鼓没墨了，想领一支", {"consumables"}),
        ("电脑蓝屏了，重启过两次，还是一样", {"pc-bluescreen"}),
        ("打印机卡纸，电话打我手机13800138000", {"printer-paper-jam"}),
    ],
)
def test_a_message_is_divided_where_it_tells_another_matter(
    matters: Matters, classifier: Classifier, said: str, labels: set[str]
) -> None:
    assert matters.labels(said, classifier.understand(said)) == labels


def test_a_word_to_the_desk_stands_beside_a_report_that_is_said_to_be_something_else(
    matters: Matters, classifier: Classifier
) -> None:
    said = "电话好了不用来了，另外打印机卡纸"
    first, second = matters.apart(said, classifier.understand(said))
    assert (first[0], first[1].intent) == ("电话好了不用来了", "cancel")
    assert (second[0], second[1].fault) == ("另外打印机卡纸", "printer-paper-jam")


@pytest.mark.parametrize(
    ("said", "parts"),
    [("座机没声音，走廊的灯也不亮", 1), ("座机没声音，另外走廊的灯也不亮", 2), ("卡纸了，再领两支硒鼓", 2)],
)
def test_beside_an_open_ticket_a_matter_has_to_be_begun_by_a_word(
    matters: Matters, classifier: Classifier, said: str, parts: int
) -> None:
    assert len(matters.apart(said, classifier.understand(said), begun=True)) == parts


def test_a_part_that_names_no_place_has_that_of_the_message(matters: Matters, classifier: Classifier) -> None:
    said = "302打印机卡纸了，再领两支硒鼓"
    places = [meaning.slots.get("room") for _, meaning in matters.apart(said, classifier.understand(said))]
    assert places == ["302", "302"]


def test_what_is_classified_is_never_divided(matters: Matters, classifier: Classifier) -> None:
    said = "涉密电脑开不了机，另外再领两支硒鼓"
    assert matters.apart(said, classifier.understand(said)) == ((said, classifier.understand(said)),)


def test_what_is_looked_at_of_several_matters_and_of_one(book: Book, classifier: Classifier) -> None:
    rows = [
        ("a", {"id": "1", "text": "打印机卡纸了，再领两支硒鼓", "matters": ["printer-paper-jam", "consumables"]}),
        ("a", {"id": "2", "text": "打印机卡纸了，再领两支硒鼓", "matters": ["printer-paper-jam", "loan-device"]}),
        ("b", {"id": "3", "text": "硒鼓没墨了，想领一支", "request": "consumables", "kind": "request"}),
        ("b", {"id": "4", "text": "卡纸", "faults": ["printer-paper-jam", "mfp-jam"], "kind": "fault"}),
    ]
    found = list(divisions(book, classifier, rows))
    assert [(d.message, d.told, d.right) for d in found if d.message in ("1", "2")] == [("1", True, True)]
    assert all(not d.right for d in found if d.message == "3")
    assert told(rows[3][1]) == frozenset()
    assert told({"faults": ["pc-burning-smell", "printer-paper-jam"], "safety": True}) == {
        "pc-burning-smell",
        "printer-paper-jam",
    }


def test_what_is_learned_separates_what_it_was_learned_from_and_is_read_as_it_was_written() -> None:
    found = [
        Division(str(i), "abcde"[i % 5], i < 100, {"begins": float(i < 100), "cause": float(i >= 100)}, i < 100)
        for i in range(200)
    ]
    judge, report = learn(found, 100, 100)
    assert judge.chance({"begins": 1.0}) > 0.9 > 0.1 > judge.chance({"cause": 1.0})
    assert (report.several, report.found, report.one) == (100, 1.0, 100)
    again = judging.of(yaml.safe_load("".join(judging.written(judge, "what speaks for several matters"))))
    assert again.chance({"begins": 1.0}) == pytest.approx(judge.chance({"begins": 1.0}), abs=0.01)

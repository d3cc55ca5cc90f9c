"""What a further message does: the learned judgement of it, and how it is learned."""

import pytest

from knowledge import Classifier, acts, learning_acts


@pytest.mark.parametrize(
    ("said", "intent"),
    [
        ("原来是我把插线板的开关踢掉了，现在亮着呢", "done"),
        ("我拿错卡了，见笑了", "done"),
        ("隔壁小伙子帮我弄好了，师傅不用跑了", "done"),
        ("别发这些了，叫个真人来", "human"),
        ("能不能给我个电话我打过去说", "human"),
        ("师傅走到哪了啊", "urge"),
        ("好的好的，辛苦你们", "thanks"),
        ("照你说的弄了，还是老样子", "not_done"),
    ],
)
def test_what_a_further_message_does(classifier: Classifier, said: str, intent: str) -> None:
    meaning = classifier.understand(said)
    if meaning.intent != intent:
        follow_up = classifier.follow_up(said)
        assert follow_up is not None and follow_up.intent == intent


@pytest.mark.parametrize(
    "said",
    [
        "302",
        "三楼财务室",
        "提示错误0x0000011b",
        "会议取消了也要修",
        "换了纸灯还是红的",
        "不是打印机，是扫描仪",
        "我姓陈，分机8302",
    ],
)
def test_what_says_more_of_the_matter_is_read_for_that(classifier: Classifier, said: str) -> None:
    follow_up = classifier.follow_up(said)
    assert follow_up is None or follow_up.intent == "not_done"


def test_chances_are_of_all_acts_and_one_in_sum(classifier: Classifier) -> None:
    found = acts.chances(acts.shipped(), classifier.aspects("弄好了不用来了"))
    assert set(found) == {*acts.INTENTS, acts.REST}
    assert sum(found.values()) == pytest.approx(1)
    assert max(found, key=lambda act: found[act]) == "over"


@pytest.mark.parametrize(
    ("row", "writer"), [("f1-0003", "f1"), ("e2-001.1", "e2"), ("d012.4", "d"), ("c1-017.2", "c1"), ("t001.1", "t")]
)
def test_who_wrote_a_row(row: str, writer: str) -> None:
    assert learning_acts.author({"id": row}) == writer


ROWS = [
    {"id": f"{writer}-{i}.1", "act": act, "words": [word, also]}
    for writer in ("a1", "b1", "c1")
    for i, (act, word) in enumerate([("over", "well"), ("detail", "room"), ("another", "room"), ("urge", "haste")])
    for also in ("now", "it", "here")
]


def test_an_act_is_learned_and_told_of_authors_left_out() -> None:
    documents = [list(row["words"]) for row in ROWS]
    model = learning_acts.train(ROWS, documents)
    assert model.labels == ["over", "rest", "urge"]
    scores = model.scores([["well"], ["room"], ["haste"]])
    assert [model.labels[int(best)] for best in scores.argmax(axis=1)] == ["over", "rest", "urge"]
    over = next(b for b in learning_acts.strangers(ROWS, documents) if b.act == "over")
    assert (over.told, over.found, over.right) == (9, 1.0, 1.0)


def test_what_no_author_told_is_believed_of_none() -> None:
    none = next(b for b in learning_acts.strangers(ROWS, [list(r["words"]) for r in ROWS]) if b.act == "human")
    assert (none.told, none.found, none.right) == (0, 0.0, 0.0)

"""What a further message does: the learned judgement of it, and how it is learned."""

import pytest

from knowledge import Book, Classifier, Context, acts, learning_acts

TOLD = "打印机卡纸"


@pytest.fixture(scope="module")
def context(book: Book, classifier: Classifier) -> Context:
    return Context(book, classifier)


def act(context: Context, said: str) -> str | None:
    return acts.believed(context.acts(TOLD, "printer-paper-jam", said))


@pytest.mark.parametrize(
    ("said", "does"),
    [
        ("原来是我把插线板的开关踢掉了，现在亮着呢", "over"),
        ("我拿错卡了，见笑了", "over"),
        ("隔壁小伙子帮我弄好了，师傅不用跑了", "over"),
        ("别发这些了，叫个真人来", "human"),
        ("能不能给我个电话我打过去说", "human"),
        ("师傅走到哪了啊", "urge"),
        ("好的好的，辛苦你们", "polite"),
        ("照你说的弄了，还是老样子", "still"),
    ],
)
def test_what_a_further_message_does(context: Context, said: str, does: str) -> None:
    assert act(context, said) == does


@pytest.mark.parametrize(
    "said",
    ["302", "三楼财务室", "提示错误0x0000011b", "会议取消了也要修", "换了纸灯还是红的", "不是打印机，是扫描仪", "我姓陈，分机8302"],
)  # fmt: skip
def test_what_says_more_of_the_matter_is_read_for_that(context: Context, said: str) -> None:
    assert act(context, said) in (None, "still", "correct")


def test_chances_are_of_all_acts_and_one_in_sum(context: Context) -> None:
    found = context.acts(TOLD, "printer-paper-jam", "弄好了不用来了")
    assert set(found) == {*acts.INTENTS, "detail", "correct", "another"}
    assert sum(found.values()) == pytest.approx(1)
    assert max(found, key=lambda act: found[act]) == "over"


@pytest.mark.parametrize(
    ("told", "known", "said", "kind"),
    [
        ("显示器提示无信号", "monitor-no-signal", "主机灯也亮", "stays"),
        ("打印机卡纸", "printer-paper-jam", "另外座机打不出去", "opens"),
        ("打印机卡纸", "printer-paper-jam", "对了我键盘空格按不动", "opens"),
    ],
)
def test_a_device_named_in_passing_begins_no_other_matter(
    context: Context, told: str, known: str, said: str, kind: str
) -> None:
    assert context.sequel(told, known, said).kind == kind


@pytest.mark.parametrize(
    ("row", "writer"), [("f1-0003", "f1"), ("e2-001.1", "e2"), ("d012.4", "d"), ("c1-017.2", "c1"), ("t001.1", "t")]
)
def test_who_wrote_a_row(row: str, writer: str) -> None:
    assert learning_acts.author({"id": row}) == writer


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({"id": "e2-1.2", "before": "打印机卡纸，一直响 / 302"}, ["打印机卡纸，一直响", "302"]),
        ({"id": "f1-0001", "before": "打印机卡纸，已派人"}, ["打印机卡纸"]),
    ],
)
def test_what_was_told_before_a_row(row: dict[str, str], told: list[str]) -> None:
    assert learning_acts.told_before(row) == told


WORDS = (("over", "well"), ("detail", "room"), ("another", "two"), ("urge", "haste"))
ROWS = [
    {"id": f"{writer}-{i}.1", "act": act, "words": [word, also]}
    for writer in ("a1", "b1", "c1")
    for i, (act, word) in enumerate(WORDS)
    for also in ("now", "it", "here")
]


def test_an_act_is_learned_and_told_of_authors_left_out() -> None:
    documents = [list(row["words"]) for row in ROWS]
    model = learning_acts.train(ROWS, documents)
    scores = model.scores([[word] for _, word in WORDS])
    assert [model.labels[int(best)] for best in scores.argmax(axis=1)] == [act for act, _ in WORDS]
    over = next(b for b in learning_acts.strangers(ROWS, documents) if b.act == "over")
    assert (over.told, over.found, over.right) == (9, 1.0, 1.0)


def test_what_no_author_told_is_believed_of_none() -> None:
    none = next(b for b in learning_acts.strangers(ROWS, [list(r["words"]) for r in ROWS]) if b.act == "human")
    assert (none.told, none.found, none.right) == (0, 0.0, 0.0)

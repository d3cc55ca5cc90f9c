"""What becomes of an open matter with a further message: the judgement, and how it is learned from conversations."""

from typing import Any

import pytest

from knowledge import Book, Classifier, Context, acts, learning_outcomes, outcomes
from knowledge.learning_outcomes import Turn
from knowledge.outcomes import Judge, Outcome

JAM = "打印机卡纸"


@pytest.fixture(scope="module")
def context(book: Book, classifier: Classifier) -> Context:
    return Context(book, classifier)


@pytest.mark.parametrize(
    ("told", "said", "kind", "label"),
    [
        (JAM, "三楼财务室", "stays", None),
        (JAM, "还在嗡嗡响", "stays", None),
        (JAM, "打错了，是扫描仪卡纸", "becomes", "scanner-feed-jam"),
        (JAM, "座机也没声音了", "opens", "phone-no-dialtone"),
        (JAM, "另外上不了网", "opens", "net-all-fail"),
        ("想借台笔记本", "明天上午开会用", "stays", None),
        ("来人装下打印机", "去年就装过，现在是驱动没了添加不上", "becomes", "printer-driver"),
        ("OA打不开", "别的网页也全都打不开，右下角一个地球", "becomes", "net-all-fail"),
        ("上不了网", "刚问了一圈，整个科都上不了", "becomes", "lan-area-down"),
    ],
)  # fmt: skip
def test_what_becomes_of_an_open_matter(context: Context, told: str, said: str, kind: str, label: str | None) -> None:
    sequel = context.sequel(told, context.known(told), said)
    assert sequel.kind == kind
    assert label is None or outcomes.label(sequel.meaning) == label


def options(context: Context, told: str, said: str) -> list[tuple[Outcome, dict[str, float]]]:
    known = context.known(told)
    return context.possible(told, known, said, context.acts(told, known, said))


def test_the_chances_are_of_all_that_is_possible_the_likeliest_first(context: Context) -> None:
    found = options(context, JAM, "座机也没声音了")
    chances = outcomes.shipped().chances(found)
    assert {outcome for outcome, _ in chances} == {outcome for outcome, _ in found}
    assert sum(chance for _, chance in chances) == pytest.approx(1)
    assert [chance for _, chance in chances] == sorted((chance for _, chance in chances), reverse=True)


@pytest.mark.parametrize("said", ["", "三楼", "座机没声音了", "别的事"])
def test_it_may_stay_as_it_is(context: Context, said: str) -> None:
    assert Outcome("stays", "printer-paper-jam") in [outcome for outcome, _ in options(context, JAM, said)]


@pytest.mark.parametrize(
    ("told", "said", "left"),
    [
        (JAM, "对了我鼠标点不动", {Outcome("opens", "peri-keyboard-mouse")}),
        (JAM, "座机也没声音了", {Outcome("opens", "phone-no-dialtone")}),
        ("我上不了网", "整个科都不行 十来个人", {Outcome("becomes", "lan-area-down")}),
        ("打印机卡住", "看错了 卡住的是旁边碎纸机 打印机没事", {Outcome("becomes", "shred-jam")}),
        ("给302装个CAD画图用", "三楼302打印机卡纸了", {Outcome("opens", "printer-paper-jam")}),
    ],
)
def test_where_grammar_is_plain_nothing_else_is_possible(
    context: Context, told: str, said: str, left: set[Outcome]
) -> None:
    assert {outcome for outcome, _ in options(context, told, said)} == left


def test_a_wet_floor_says_nothing_of_how_many_have_the_trouble(context: Context) -> None:
    """一片 alone was read as 'a whole area', which left no other outcome than the open matter's."""
    found = options(context, "WPS说试用到期", "饮水机漏水，地上湿一片")
    assert Outcome("opens", "R4") in [outcome for outcome, _ in found]


def test_a_part_of_the_computer_that_is_broken_as_well_is_no_matter_of_its_own(context: Context) -> None:
    assert "opens" not in {outcome.kind for outcome, _ in options(context, "电脑死机了", "鼠标也不动")}


def test_small_talk_takes_the_place_of_nothing(context: Context) -> None:
    labels = [outcome.label for outcome, _ in options(context, JAM, "今天天气真好") if outcome.kind == "becomes"]
    assert not set(labels) & set(outcomes.SMALL_TALK)


def test_what_is_looked_at_is_in_the_file_by_name(context: Context) -> None:
    weights = outcomes.shipped().weights
    seen = {name for _, seen in options(context, JAM, "打错了，是扫描仪卡纸") for name in seen}
    assert len(seen & set(weights)) > len(seen) / 2


def test_a_judge_is_read_as_it_was_written() -> None:
    import yaml

    judge = Judge({"stays: length": 0.25, "unclear becomes: first together": -1.5, "opens: request": 0.001})
    read = outcomes.of(yaml.safe_load("".join(outcomes.written(judge))))
    assert read.weights == {
        "stays: length": 0.25,
        "unclear becomes: first together": -1.5,
    }  # the slight one is left out


def turn(
    known: str | None, right: list[set[str]], *, opened: int = 0, another: bool = False, id_: str = "a1-1.1"
) -> Turn:
    wanted = [frozenset(labels) for labels in right]
    return Turn(id_, JAM, known, "x", (), wanted, tuple(wanted[:opened]), another)


@pytest.mark.parametrize(
    ("of", "outcome", "right"),
    [
        (turn("a", [{"a"}]), Outcome("stays", "a"), True),
        (turn("a", [{"b"}]), Outcome("stays", "a"), False),
        (turn("a", [{"b"}]), Outcome("becomes", "b"), True),
        (turn("a", [{"b", "c"}]), Outcome("becomes", "c"), True),
        (turn("a", [{"a"}, {"b"}]), Outcome("opens", "b"), False),
        (turn("a", [{"a"}, {"b"}], another=True), Outcome("opens", "b"), True),
        (turn("a", [{"a"}, {"b"}], another=True), Outcome("stays", "a"), False),
        (turn("b", [{"a"}, {"b"}], opened=1), Outcome("becomes", "a"), False),
        (turn(None, [{"a"}]), Outcome("stays", None), True),
    ],
)
def test_which_outcome_is_right(of: Turn, outcome: Outcome, right: bool) -> None:
    assert of.fits(outcome) is right


def test_an_unclear_matter_becomes_what_is_expected_where_the_words_say_it() -> None:
    unclear = turn(None, [{"a"}])
    says: list[tuple[Outcome, dict[str, float]]] = [(Outcome("stays", None), {}), (Outcome("becomes", "a"), {})]
    silent: list[tuple[Outcome, dict[str, float]]] = [(Outcome("stays", None), {}), (Outcome("becomes", "b"), {})]
    assert learning_outcomes.marked([unclear, unclear], [says, silent]) == [[False, True], [True, False]]


def test_what_is_told_too_little_for_any_stays() -> None:
    wrong = turn("a", [{"b"}])
    assert learning_outcomes.marked([wrong], [[(Outcome("stays", "a"), {})]]) == [[True]]


TALK = {
    "id": "z9-001",
    "turns": ["打印机卡纸", "三楼302", "另外座机没声音", "打错了，是座机按键失灵"],
    "expect": [{"fault": "printer-paper-jam"}, {"fault": "phone-key-display", "acceptable": []}],
}


def test_a_conversation_is_walked_as_a_desk_would_that_is_right_each_time(context: Context) -> None:
    walked = list(learning_outcomes.turns(context, TALK, {"z9-001.2": "another"}))
    assert [t.id for t in walked] == ["z9-001.1", "z9-001.2", "z9-001.3"]
    assert [t.another for t in walked] == [False, True, False]
    assert walked[0].known == "printer-paper-jam" and walked[0].told == JAM
    assert walked[2].opened == (frozenset({"printer-paper-jam"}),) and "打印机" not in walked[2].told


def test_turns_that_are_an_intent_are_left_to_it(context: Context) -> None:
    talk: dict[str, Any] = {"id": "z9-002", "turns": [JAM, "好了不用来了"], "expect": []}
    assert not list(learning_outcomes.turns(context, talk, {"z9-002.1": "over"}))


def sample() -> tuple[list[Turn], list[list[tuple[Outcome, dict[str, float]]]]]:
    """Turns of three authors: what corrects becomes b, all else stays."""
    found, possible = [], []
    for author in ("a1", "b1", "c1"):
        for i, corrects in enumerate((1.0, 0.0, 1.0, 0.0)):
            found.append(turn("a", [{"b" if corrects else "a"}], id_=f"{author}-{i}.1"))
            stays, becomes = {"stays: corrects": corrects}, {"becomes: corrects": corrects, "becomes: at all": 1.0}
            possible.append([(Outcome("stays", "a"), stays), (Outcome("becomes", "b"), becomes)])
    return found, possible


def test_the_judgement_is_learned_and_told_of_authors_left_out() -> None:
    found, possible = sample()
    marks = learning_outcomes.marked(found, possible)
    judge = learning_outcomes.train(possible, marks)
    assert judge.chances(possible[0])[0][0] == Outcome("becomes", "b")
    assert judge.chances(possible[1])[0][0] == Outcome("stays", "a")
    assert all(learning_outcomes.strangers(found, possible, marks))


def test_acts_are_given_by_weights_that_have_not_read_the_author() -> None:
    from knowledge import learning_acts
    from tests.unit.test_knowledge_acts import ROWS

    documents = [list(row["words"]) for row in ROWS]
    found = learning_acts.unread(ROWS, documents, [("a1-7.1", ["well"]), ("b1-7.1", ["room"])])
    assert [max(chances, key=lambda act: chances[act]) for chances in found] == ["over", "detail"]
    assert acts.LEAST

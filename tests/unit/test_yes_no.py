"""Answers in people's own words: what is a yes, what is none, and what is no answer at all."""

import pytest

from bot.core.yes_no import Answer, Said, read, saved


@pytest.mark.parametrize(
    "text",
    [
        "行，弄吧", "可以，开吧", "可以", "行", "批", "批了吧", "没意见", "我没意见", "没问题，装吧", "好，重装吧", "好的，可以", "你弄吧", "你们弄吧",
        "领导说可以", "领导同意了", "可以的", "OK", "同意重装", "可以换", "ｏｋ，来吧", "行吧", "可以给他开", "弄吧", "行，可以弄", "那就装吧",
    ],
)  # fmt: skip
def test_a_yes(text: str) -> None:
    assert read(text) == Said(Answer.YES)


@pytest.mark.parametrize(
    "text, expected",
    [
        ("不行", Said(Answer.NO)),
        ("不行，先别动", Said(Answer.NO, "先别动")),
        ("不行啊，我有事", Said(Answer.NO, "我有事")),
        ("不批，没必要", Said(Answer.NO, "没必要")),
        ("我换不了", Said(Answer.NO)),
        ("别动", Said(Answer.NO)),
        ("先别弄", Said(Answer.LATER)),
        ("等一下，我先问问领导", Said(Answer.LATER)),
        ("先不批，等处长回来", Said(Answer.LATER)),
        ("我问问领导", Said(Answer.LATER)),
        ("好的", Said(Answer.HEARD)),
        ("收到", Said(Answer.HEARD)),
        ("行政楼断网了", None),
        ("行不行", None),
        ("可以打扰我了", None),
        ("可以吗", None),
        ("可以装吗？", None),
        ("批量打印不了", None),
        ("开不了机", None),
        ("换个人来吧", None),
        ("重装系统后没声音", None),
        ("不能上网", None),
        ("不行了，又卡纸了", None),
        ("等了半天没人来", None),
        ("好了", None),
        ("可以了", None),
        ("行了", None),
        ("修好了", None),
        ("不用来了", None),
    ],
)  # fmt: skip
def test_what_is_none(text: str, expected: Said | None) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    "text, expected",
    [
        ("都备份好了", True),
        ("资料都存好了", True),
        ("我已经拷出来了", True),
        ("数据备份完了", True),
        ("都拷到U盘了", True),
        ("还没备份", False),
        ("没来得及备份", False),
        ("备份好了没有？", None),
        ("不用备份，没重要东西", None),
        ("备份服务器坏了", None),
    ],
)
def test_whether_the_data_are_saved(text: str, expected: bool | None) -> None:
    assert saved(text) is expected

"""Normalising, slots, and reading answers."""

import json
from pathlib import Path

import pytest

from knowledge import Book, details, read_answer
from knowledge.slots import SlotReader
from knowledge.text import Normaliser, number


@pytest.fixture(scope="module")
def normalise(book: Book) -> Normaliser:
    return Normaliser(book.lexicon.rewrite)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("電腦開唔到機", "电脑开不了机"),
        ("部电脑开唔到机", "这台电脑开不了机"),
        ("打應機打不出來", "打印机打不出来"),
        ("司机了", "死机了"),
        ("送我的司机到了", "送我的司机到了"),
        ("帐号登陆不上", "账号登不上"),
        ("Ｗｉ－Ｆｉ连唔到", "wifi连不上"),
        ("@运维小助手 打印机卡纸", "打印机卡纸"),
        ("打印机 卡纸 了", "打印机卡纸了"),
        ("急！！！！！！", "急！！！"),
        ("wi-fi 慢", "wifi慢"),
    ],
)
def test_normalising(normalise: Normaliser, said: str, meant: str) -> None:
    assert normalise(said) == meant


@pytest.mark.parametrize(
    ("text", "value"), [("三", 3), ("十二", 12), ("二十", 20), ("三零二", 302), ("7", 7), ("几", None), ("", None)]
)
def test_numbers(text: str, value: int | None) -> None:
    assert number(text) == value


@pytest.fixture(scope="module")
def slots(book: Book) -> SlotReader:
    return SlotReader(book.lexicon.places)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("三楼302打印机卡纸", {"floor": "3楼", "room": "302", "location": "三楼302"}),
        ("3楼会议室投影没信号", {"floor": "3楼", "room": "会议室", "location": "3楼会议室"}),
        ("a座五楼508室没网", {"building": "a座", "floor": "5楼", "room": "508", "location": "A座五楼508室"}),
        ("负一楼值班室座机没声音", {"floor": "负1楼", "room": "值班室"}),
        ("b1机房很热", {"floor": "负1楼", "room": "机房"}),
        ("首层大厅叫号机坏了", {"floor": "首层", "room": "大厅"}),
        ("3号窗身份证刷不出来", {"room": "3号窗"}),
        ("三零五的电脑", {"room": "305"}),
        ("复印机报sc542", {"room": None}),
        ("提示错误691", {"room": None}),
        ("十二台电脑都没网", {"count": 12}),
        ("电话13800138000", {"phone": "13800138000", "room": None}),
        ("资产编号gz-2023-0415的打印机", {"asset_tag": "GZ-2023-0415"}),
        ("下班前要交", {"deadline": "下班前"}),
        ("下午三点后在", {"available": "下午三点后在"}),
        ("昨天开始就这样", {"since": "昨天"}),
        ("我是市民政局的，打印机坏了", {"unit": "市民政局"}),
        ("打印机卡纸", {"floor": None, "room": None, "location": None, "phone": None, "count": None}),
    ],
)
def test_slots(slots: SlotReader, said: str, expected: dict[str, object]) -> None:
    found = slots.read(said).as_dict()
    assert {key: found.get(key) for key in expected} == expected


OPTIONS = ["主机灯不亮", "主机亮屏幕黑", "显示器提示无信号", "都不是"]


@pytest.mark.parametrize(
    ("said", "index"),
    [
        ("1", 0), ("选2", 1), ("第三个", 2), ("三", 2), ("4", 3), ("5", None), ("0", None),
        ("主机灯不亮", 0), ("提示无信号", 2), ("屏幕黑 主机是亮的", 1), ("主机亮", 1), ("都不是", 3), ("最后一个", 3),
        ("不知道", None), ("", None), ("呵呵", None),
    ],
)  # fmt: skip
def test_answers(said: str, index: int | None) -> None:
    assert read_answer(OPTIONS, said) == index


@pytest.mark.parametrize(("said", "index"), [("是", 0), ("是的", 0), ("不是", 1), ("唔系", 1), ("有", 0), ("没有", 1)])
def test_yes_and_no(said: str, index: int) -> None:
    assert read_answer(["有纸卡住了", "都不是"], said) == index


def test_no_options_no_answer() -> None:
    assert read_answer([], "1") is None


def test_a_message_says_nothing_when_nothing_is_left_of_it_without_its_details(normalise: Normaliser) -> None:
    corpus = Path(__file__).parent.parent / "corpus"
    said = [
        normalise(str(json.loads(line)["text"]))
        for name in ("tune.jsonl", "tune_details.jsonl")
        for line in (corpus / name).read_text("utf-8").splitlines()
    ]
    said += ["", "，", "，打这个电话82220905", "急，-12楼，", "3楼 坏了"]
    left = [details._MARKS.sub("", details._STRIP.sub(" ", text)) for text in said]
    nothing = [details.says_nothing(text) for text in said]
    assert nothing == [not rest for rest in left]
    assert any(nothing) and not all(nothing)

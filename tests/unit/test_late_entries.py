"""Late entries as typed: tables of wordings, of times that are refused, and of midnight."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.core.late_entries import Problem, Refused, Said, What, looks_like, place, read

ZONE = ZoneInfo("Asia/Shanghai")


def at(hour: int, minute: int = 0, second: int = 0, day: int = 23) -> datetime:
    return datetime(2026, 11, day, hour, minute, second, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("1408到 1415断电 1440好", [(14, 8, "到"), (14, 15, "断电"), (14, 40, "好")]),
        ("１４０８到，１４４０好了", [(14, 8, "到"), (14, 40, "好了")]),
        ("14:08到场 14：40修好", [(14, 8, "到场"), (14, 40, "修好")]),
        ("下午2点08到 下午2点40分好", [(14, 8, "到"), (14, 40, "好")]),
        ("908到现场、950搞定", [(9, 8, "到现场"), (9, 50, "搞定")]),
        ("上午9点到；中午12点半换了电源", [(9, 0, "到"), (12, 30, "换了电源")]),
        ("14点半到了 15点一刻好", [(14, 30, "到了"), (15, 15, "好")]),
        ("1408到 1415重启302室交换机 1440好", [(14, 8, "到"), (14, 15, "重启302室交换机"), (14, 40, "好")]),
        (
            "1408到1415换500G硬盘 1440测302打印机1450好",
            [(14, 8, "到"), (14, 15, "换500G硬盘"), (14, 40, "测302打印机"), (14, 50, "好")],
        ),
        ("下午240把电源断开 1450UPS好", [(14, 40, "把电源断开"), (14, 50, "UPS好")]),
        ("1408到 1415换1203室的网线 1440好", [(14, 8, "到"), (14, 15, "换1203室的网线"), (14, 40, "好")]),
        ("14点08到\n14点40换了2台电源", [(14, 8, "到"), (14, 40, "换了2台电源")]),
    ],
)
def test_how_it_is_typed(text: str, wanted: list[tuple[int, int, str]]) -> None:
    assert looks_like(text) or text.startswith("908")
    assert read(text) == [Said(*one) for one in wanted]


@pytest.mark.parametrize(
    "text",
    [
        "302打印机卡纸",
        "302到了",
        "1502打印机卡纸",
        "1",
        "1408",
        "14号 好了",
        "到了",
        "2026年的事",
        "13800000001 请回电",
    ],
)
def test_what_is_no_late_entry(text: str) -> None:
    assert not looks_like(text)


@pytest.mark.parametrize(
    ("text", "problem"),
    [("2570到", Problem.NO_TIME), ("1408到 1415", Problem.NOTHING_SAID), ("1408到 1499好", Problem.NO_TIME)],
)
def test_what_cannot_be_read(text: str, problem: Problem) -> None:
    found = read(text)
    assert isinstance(found, Refused) and found.problem is problem


@pytest.mark.parametrize(
    ("text", "received", "accepted", "wanted"),
    [
        ("1408到 1440好", at(15), at(14), [at(14, 8), at(14, 40)]),
        ("1510到", at(15), at(14), Problem.FUTURE),
        ("1350到", at(15), at(14), Problem.BEFORE_ACCEPTANCE),
        ("1440到 1408好", at(15), at(14), Problem.ORDER),
        ("1408到", at(15), at(14, 8, 20), [at(14, 8, 20)]),
        ("2350到 0010好", at(0, 20, day=24), at(23, 30), [at(23, 50), at(0, 10, day=24)]),
        ("2350到", at(0, 20, day=24), at(0, 5, day=24), Problem.FUTURE),
    ],
    ids=["good", "future", "before", "order", "same-minute", "midnight", "not-yesterday"],
)
def test_when_it_was(text: str, received: datetime, accepted: datetime, wanted: list[datetime] | Problem) -> None:
    said = read(text)
    assert isinstance(said, list)
    found = place(said, received, accepted)
    if isinstance(wanted, Problem):
        assert isinstance(found, Refused) and found.problem is wanted
    else:
        assert isinstance(found, list) and [entry.at for entry in found] == wanted


@pytest.mark.parametrize(
    ("words", "what"),
    [("到", What.ARRIVE), ("到了", What.ARRIVE), ("好", What.RESOLVED), ("修好了", What.RESOLVED), ("弄好的", What.RESOLVED), ("到的", What.ARRIVE), ("恢复", What.RESTORED),
     ("已联系", What.CONTACT), ("断电", What.NOTE), ("到货一台", What.NOTE)],
)  # fmt: skip
def test_what_was_done(words: str, what: What) -> None:
    found = place([Said(14, 8, words)], at(15), at(14))
    assert isinstance(found, list) and found[0].what is what


@pytest.mark.parametrize(
    ("text", "may_be"),
    [("905到 910断电 940好", True), ("905到", True), ("刚才905到的", True), ("302打印机卡纸", False), ("302 305都好了", False),
     ("1408到 1440好", False)],
)  # fmt: skip
def test_three_digits_may_be_times_or_rooms(text: str, may_be: bool) -> None:
    assert looks_like(text, rooms=True) is may_be


def test_it_may_begin_with_just_now() -> None:
    assert looks_like("刚才9点到的，9点20弄好了")
    assert not looks_like("刚才说的9点到")

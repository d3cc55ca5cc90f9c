"""`yunwei chat --input`: whole conversations, and what clerks really answer to a question."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bot.cli import root

Talk = Callable[..., dict[str, Any]]


@pytest.fixture
def talk(tmp_path: Path) -> Talk:
    """One conversation: what the tickets are in the end, and the replies."""

    def run(*turns: str) -> dict[str, Any]:
        source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
        source.write_text(json.dumps({"id": "x", "turns": list(turns)}, ensure_ascii=False) + "\n", encoding="utf-8")
        result = CliRunner().invoke(root, ["chat", "--input", str(source), "--output", str(target)])
        assert result.exit_code == 0, result.output
        return dict(json.loads(target.read_text(encoding="utf-8")))

    return run


def test_the_contract(tmp_path: Path) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    sessions = [{"id": 7, "turns": ["打印机卡纸了", "三楼302"]}, {"id": "b", "turns": ["谢谢"]}]
    source.write_text("".join(json.dumps(s, ensure_ascii=False) + "\n" for s in sessions), encoding="utf-8")
    result = CliRunner().invoke(root, ["chat", "--input", str(source), "--output", str(target)])
    assert result.exit_code == 0, result.output
    first, second = (json.loads(line) for line in target.read_text(encoding="utf-8").splitlines())
    assert (first["id"], second["id"]) == (7, "b")
    assert [len(turn) for turn in first["replies"]] == [2, 1]
    assert set(first["tickets"][0]) == {"kind", "item", "fault", "route", "request", "state", "priority", "slots"}
    assert first["tickets"][0]["fault"] == "printer-paper-jam"
    assert first["tickets"][0]["slots"]["room"] == "302"
    assert second["tickets"] == []


def test_conversations_do_not_hear_each_other(tmp_path: Path) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    turns = ["电脑很慢", *["在吗"] * 24]
    lines = [{"id": i, "turns": turns} for i in range(2)]
    source.write_text("".join(json.dumps(s, ensure_ascii=False) + "\n" for s in lines), encoding="utf-8")
    result = CliRunner().invoke(root, ["chat", "--input", str(source), "--output", str(target)])
    assert result.exit_code == 0, result.output
    first, second = (json.loads(line) for line in target.read_text(encoding="utf-8").splitlines())
    assert first["replies"] == second["replies"]
    assert first["tickets"] == second["tickets"]


def test_an_answer_is_read_in_the_light_of_what_was_said_first(talk: Talk) -> None:
    assert talk("打印机坏了", "纸卡住了")["tickets"][0]["fault"] == "printer-paper-jam"


def test_a_correction_stands_by_itself(talk: Talk) -> None:
    assert talk("打印机扫描不了", "不是打印机，是扫描仪")["tickets"][0]["item"] == "scanner"


def test_an_answer_may_be_a_route(talk: Talk) -> None:
    done = talk("空调坏了", "办公室的空调")
    assert [(t["route"], t["state"]) for t in done["tickets"]] == [("R4", "referred")]


def test_an_answer_may_be_that_it_is_classified(talk: Talk) -> None:
    done = talk("内网上不去", "涉密终端")
    assert [(t["kind"], t["route"], t["slots"]) for t in done["tickets"]] == [("classified", "R5", {})]
    assert "不要再发送" in done["replies"][1][0]


def test_nobody_is_asked_the_same_twice(talk: Talk) -> None:
    done = talk("空调坏了", "空调坏了呀")
    assert done["replies"][0] != done["replies"][1]
    assert "服务台" in done["replies"][1][0]


def test_nothing_but_a_place_belongs_to_the_open_ticket(talk: Talk) -> None:
    done = talk("电脑蓝屏了", "二楼会议室")
    assert len(done["tickets"]) == 1
    assert done["tickets"][0]["slots"]["location"] == "二楼会议室"


def test_numbers_are_the_buttons_of_the_step(talk: Talk) -> None:
    assert talk("302打印机卡纸", "1")["tickets"][0]["state"] == "closed"
    assert "第2步" in talk("302打印机卡纸", "2")["replies"][1][0]
    assert "派人" in talk("302打印机卡纸", "3")["replies"][1][0]


def test_two_faults_are_two_tickets_each_with_its_own_device(talk: Talk) -> None:
    done = talk("打印机卡纸，另外门禁刷卡没反应")
    assert {t["fault"]: t["slots"]["device"] for t in done["tickets"]} == {
        "printer-paper-jam": "打印机",
        "door-card-invalid": "门禁",
    }


def test_who_says_nothing_of_use_is_asked_once_then_has_a_person(talk: Talk) -> None:
    done = talk("帮我看看", "就那个")
    assert "哪台设备" in done["replies"][0][0]
    assert "服务台" in done["replies"][1][0]
    assert len(done["tickets"]) == 1

"""What speaks for a second fault in a message: read, learned, written and read again."""

import pytest
import yaml

from knowledge import judging
from knowledge.classifier import Classifier
from knowledge.pairing import Pair, learn


@pytest.mark.parametrize(
    ("said", "faults"),
    [
        ("电脑蓝屏了，打印机也卡纸", {"pc-bluescreen", "printer-paper-jam"}),
        ("投影没信号，还有话筒没声音", {"proj-no-signal", "audio-mic-dead"}),
        ("传真机卡纸，座机又没有拨号音", {"fax-paper-jam", "phone-no-dialtone"}),
        ("打印机卡纸，座机没声音，门禁刷不开", {"printer-paper-jam", "phone-no-dialtone", "door-card-invalid"}),
        ("打印机跟复印机都卡纸了", {"printer-paper-jam", "mfp-jam"}),
        ("打印机、碎纸机都塞住了", {"printer-paper-jam", "shred-jam"}),
        ("1、打印机卡纸 2、小李那台没网", {"printer-paper-jam", "net-all-fail"}),
        ("打印机卡纸，同事的正常", {"printer-paper-jam"}),
        ("电脑和打印机都连不上网", {"net-all-fail"}),
        ("键盘和鼠标都没反应", {"peri-keyboard-mouse"}),
        ("打印机卡纸，抽不出来", {"printer-paper-jam"}),
        ("电脑开不了机，按电源键没反应，灯也不亮", {"pc-no-power"}),
        ("网口不通，换过线换过电脑都没用", {"cab-point-dead"}),
        ("键盘失灵，只能用鼠标点", {"peri-keyboard-mouse"}),
    ],
)
def test_two_matters_are_two_and_one_is_one(classifier: Classifier, said: str, faults: set[str]) -> None:
    assert set(classifier.understand(said).faults) == faults


def test_what_is_learned_separates_what_it_was_learned_from_and_is_read_as_it_was_written() -> None:
    rows = [("a", {"faults": ["x", "y"]})] * 100 + [("b", {"faults": ["x"]})] * 100
    found = [Pair(i, "ab"[i % 2], {"besides": float(i < 100), "tried": float(i >= 100)}, i < 100) for i in range(200)]
    judge, report = learn(rows, found)
    assert judge.chance({"besides": 1.0, "tried": 0.0}) > 0.9 > 0.1 > judge.chance({"besides": 0.0, "tried": 1.0})
    assert (report.two, report.found, report.one) == (100, 1.0, 100)
    again = judging.of(yaml.safe_load("".join(judging.written(judge, "what speaks for it"))))
    assert again.chance({"besides": 1.0}) == pytest.approx(judge.chance({"besides": 1.0}), abs=0.01)

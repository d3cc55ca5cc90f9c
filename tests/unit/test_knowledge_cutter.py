"""Cutting into words: the same as jieba does it, with and without the file the dictionary is kept in."""

import json
import logging
import stat
import tempfile
from pathlib import Path

import jieba
import pytest

from knowledge import cutter
from knowledge.cutter import Cutter

WORDS, FREQUENCY = ("外网", "碎纸机", "卡纸", "ups主机"), 20_000
TEXTS = (
    "",
    "  \r\n ",
    "三楼的打印机又卡纸了，麻烦派人看看",
    "外网上不了，内网也上不了",
    "王小明在b座1208等你",
    "ups主机报警e05 3.5% c++ wifi-5g",
    "龘靐齉爩",
    "。。。？",
)


def tune() -> list[str]:
    file = Path(__file__).parent.parent / "corpus" / "tune.jsonl"
    return [str(json.loads(line)["text"]) for line in file.read_text("utf-8").splitlines()]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the dictionary is kept: empty."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def kept(folder: Path) -> Path:
    (file,) = folder.glob("*/*.trie")
    return file


def test_words_are_those_of_jieba(tmp_path: Path) -> None:
    jieba.setLogLevel(logging.WARNING)
    theirs = jieba.Tokenizer()
    theirs.tmp_dir = str(tmp_path)
    for word in WORDS:
        theirs.add_word(word, FREQUENCY)
    ours = Cutter(WORDS, FREQUENCY)
    for text in (*TEXTS, *tune()):
        assert ours.cut(text) == theirs.lcut(text)


def test_what_was_cut_is_not_cut_again() -> None:
    ours, known = Cutter(), dict[str, list[str]]()
    ours.cut("打印机卡纸，电脑蓝屏", known)
    assert set(known) == {"打印机卡纸", "电脑蓝屏"}
    known["电脑蓝屏"] = ["known"]
    assert ours.cut("电脑蓝屏，还有", known) == ["known", "，", "还有"]


def test_the_second_start_reads_what_the_first_has_kept(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = Cutter(WORDS, FREQUENCY).cut(TEXTS[2])
    assert stat.S_IMODE(kept(folder).stat().st_mode) & 0o077 == 0
    monkeypatch.setattr(cutter, "_made", lambda *_: pytest.fail("made again"))
    assert Cutter(WORDS, FREQUENCY).cut(TEXTS[2]) == first


@pytest.mark.parametrize("spoilt", [b"", b"\0" * 40, None])
def test_a_file_that_is_not_what_was_written_is_made_anew(folder: Path, spoilt: bytes | None) -> None:
    first = Cutter(WORDS, FREQUENCY).cut(TEXTS[2])
    good = kept(folder).read_bytes()
    kept(folder).write_bytes(good[:-1] + bytes([good[-1] ^ 1]) if spoilt is None else spoilt)
    assert Cutter(WORDS, FREQUENCY).cut(TEXTS[2]) == first
    assert kept(folder).read_bytes() == good


def test_other_words_are_another_dictionary(folder: Path) -> None:
    before = Cutter(WORDS, FREQUENCY).cut("外网上不了")
    old = kept(folder)
    assert before[0] == "外网"
    assert Cutter((), FREQUENCY).cut("外网上不了")[0] == "外"
    assert kept(folder) != old


def test_a_folder_that_others_can_write_to_is_not_used(folder: Path) -> None:
    Cutter(WORDS, FREQUENCY)
    file = kept(folder)
    file.write_bytes(b"planted")
    file.parent.chmod(0o777)
    assert Cutter(WORDS, FREQUENCY).cut(TEXTS[3])[0] == "外网"
    assert file.read_bytes() == b"planted"

"""The knowledge as shipped is whole; anything wrong with it is named by file and key, all of it at once."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import knowledge
from knowledge import Book, KnowledgeError, load

SHIPPED = Path(knowledge.__file__).parent
SAFETY_ROUTES = {"R2", "R4", "R6", "R9"}


def test_the_catalogue_is_whole(book: Book) -> None:
    assert len(book.items) == 41
    assert len(book.faults) == 283
    assert len(book.requests) == 17
    assert list(book.routes) == [f"R{n}" for n in range(1, 12)]


def test_clause_numbers_say_that_they_are_assumed(book: Book) -> None:
    assert {item.clause.status for item in book.items.values()} == {"assumed"}


def test_items_come_in_the_order_of_their_codes(book: Book) -> None:
    codes = [tuple(map(int, item.code.split("."))) for item in book.items.values()]
    assert codes == sorted(codes)
    assert len(set(codes)) == len(codes)


def test_every_fault_has_words_a_question_and_an_answer(book: Book) -> None:
    for fault in book.faults.values():
        assert fault.words.symptoms or fault.words.phrases, fault.slug
        assert "？" in fault.question, fault.slug
        assert fault.option, fault.slug


def test_options_of_one_item_can_be_told_apart(book: Book) -> None:
    for item in book.items.values():
        options = [fault.option for fault in item.faults.values()]
        assert len(set(options)) == len(options), item.slug


def test_symptom_groups_do_not_overlap(book: Book) -> None:
    named = [slug for group in book.symptom_groups.values() for slug in group.faults]
    assert len(set(named)) == len(named)


def test_priorities_follow_the_matrix(book: Book) -> None:
    levels = book.service_levels
    assert levels.priority(1, 1) == "P1"
    assert levels.priority(4, 4) == "P4"
    assert [levels.priority(i, u) for i, u in ((4, 1), (3, 3), (2, 4))] == ["P2", "P3", "P3"]


def test_figures_can_be_overridden_and_change_the_version(book: Book) -> None:
    changed = load(levels={"sla": {"targets": {"P1": {"accept": 3}}}})
    assert changed.service_levels.sla.targets["P1"].accept == 3
    assert changed.service_levels.sla.targets["P1"].arrive_other == book.service_levels.sla.targets["P1"].arrive_other
    assert changed.service_levels.version != book.service_levels.version


def test_a_figure_that_does_not_exist_cannot_be_overridden() -> None:
    with pytest.raises(KnowledgeError, match=r"service_levels\.yaml: sla\.targets\.P1\.acept"):
        load(levels={"sla": {"targets": {"P1": {"acept": 3}}}})


@pytest.mark.parametrize(
    ("sla", "said"),
    [
        (
            {"pause_allowed": ["等待用户时间", "等待会议结束"]},
            r"sla\.pause_charged: does not say whose time 等待会议结束 is",
        ),
        ({"pause_charged": {"不可抗力": "provider"}}, r"sla\.pause_charged\.不可抗力"),
    ],
)
def test_a_pause_is_somebodys_time_and_never_the_providers(sla: dict[str, object], said: str) -> None:
    with pytest.raises(KnowledgeError, match=said):
        load(levels={"sla": sla})


def test_an_edition_kept_before_pauses_named_their_party_can_still_be_read(book: Book) -> None:
    kept = book.model_dump(mode="json", by_alias=True)
    del kept["service_levels"]["sla"]["pause_charged"]
    assert Book.model_validate_json(json.dumps(kept)).procedure("printer-paper-jam").entry


def test_an_edition_kept_when_a_step_had_one_gate_can_still_be_read(book: Book) -> None:
    kept = book.model_dump(mode="json", by_alias=True)
    for step in kept["items"]["printer"]["procedure"]["steps"]:
        step["gate"] = next(iter(step.pop("gates")), None)
    read = Book.model_validate_json(json.dumps(kept))
    assert read.items["printer"] == book.items["printer"]
    assert read.procedure("printer-paper-jam").steps["jam-clear"].gates == ("power-off",)


@pytest.fixture
def broken(tmp_path: Path) -> Callable[[str, str, str], str]:
    """Change one wording in one file of a copy; returns what the loader says."""

    def change(file: str, old: str, new: str) -> str:
        folder = tmp_path / "knowledge"
        shutil.copytree(SHIPPED, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
        path = folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(KnowledgeError) as raised:
            load(folder)
        return str(raised.value)

    return change


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("mode: self", "mode: selv", "items/printer.yaml: faults.printer-paper-jam.mode"),
        ("impact: 3", "impact: 5", "items/printer.yaml: default.impact"),
        ("skill: print", "skill: prinnt", "items/printer.yaml: skill: 'prinnt' is not in skills.yaml"),
        ("nouns:", "nons:", "items/printer.yaml: nons"),
        ("slug: printer", "slug: printers", "items/printer.yaml: slug: is 'printers', the file says 'printer'"),
        ("entry: jam-clear", "entry: jam-cleer", "no step is called 'jam-cleer'"),
        ("on: {ok: verify, fail: jam-locate}", "on: {ok: verify}", "must have ok and fail"),
        ("gate: power-off", "gate: power-of", "procedure.steps"),
        ("gate: power-off", "gates: [permit, power-of]", "gates.1: Input should be 'power-off', 'permit'"),
        ("gate: power-off", "gates: [power-off, permit, power-off]", "names a gate twice"),
        ("gate: power-off", "gates: [permit], gate: power-off", "has both gate and gates"),
        ("gate: power-off", "gates: power-off", "gates: Input should be a valid tuple"),
    ],
)
def test_a_mistake_is_named_by_file_and_key(
    broken: Callable[[str, str, str], str], old: str, new: str, said: str
) -> None:
    assert said in broken("items/printer.yaml", old, new)


def test_a_safety_fault_must_not_offer_self_help(broken: Callable[[str, str, str], str]) -> None:
    said = broken("items/desktop-pc.yaml", "    safety: true\n", "    safety: true\n    self_help: [关机]\n")
    assert "pc-burning-smell.self_help: a safety fault must not have any" in said


def test_a_circle_in_a_procedure_is_refused(broken: Callable[[str, str, str], str]) -> None:
    said = broken("items/printer.yaml", "on: {ok: verify, fail: jam-locate}", "on: {ok: verify, fail: jam-clear}")
    assert "runs in a circle at 'jam-clear'" in said


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[unit-liaison, secrecy-officer]", "[unit-liason]", "requests.yaml: decommission: approvers: 'unit-liason'"),
        ("skill: cabling", "skill: cablin", "requests.yaml: network-point: skill: 'cablin'"),
        ("mode: remote\n  skill: desktop\n", "mode: remote\n", "skill: belongs to mode onsite and remote"),
        (
            "known: [asset_tag]",
            "known: [asset]",
            "requests.yaml: decommission: asks.0.known: no slot is called 'asset'",
        ),
    ],
    ids=["position", "skill", "no-skill", "slot"],
)
def test_a_request_that_cannot_be_carried_out_is_refused(
    broken: Callable[[str, str, str], str], old: str, new: str, said: str
) -> None:
    assert said in broken("requests.yaml", old, new)


def test_each_request_says_who_carries_it_out(book: Book) -> None:
    """A request that says nothing is the desk's: none may be that by oversight."""
    text = (SHIPPED / "requests.yaml").read_text("utf-8")
    assert text.count("\n  mode: ") == text.count("\n  approvers: ") == len(book.requests)


def test_a_key_given_twice_is_refused(broken: Callable[[str, str, str], str]) -> None:
    assert "given twice" in broken("routes.yaml", "R1:\n", "R2: {}\nR1:\n")


def test_broken_yaml_is_named_by_file_and_line(broken: Callable[[str, str, str], str]) -> None:
    assert "requests.yaml: line" in broken("requests.yaml", "install-setup:\n", "install-setup: [\n")


def test_missing_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError) as raised:
        load(tmp_path)
    assert "routes.yaml: file: is missing" in str(raised.value)
    assert "items: files: there are none" in str(raised.value)


def test_all_problems_are_named_at_once(broken: Callable[[str, str, str], str]) -> None:
    said = broken("items/printer.yaml", "skill: print\nremote: partial", "skill: prinnt\nremote: half")
    assert len(said.splitlines()) >= 1
    assert "remote" in said

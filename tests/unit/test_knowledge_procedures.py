"""Every fault has a procedure that runs: it ends in 验证→记录→确认 or with an escalation, on every way through."""

import pytest

from knowledge import Book, load
from knowledge.procedures import as_tree

SLUGS = sorted(load().faults)
LONGEST = 12


@pytest.mark.parametrize("slug", SLUGS)
def test_every_way_through_ends_well(book: Book, slug: str) -> None:
    procedure = book.procedure(slug)
    ways = [(procedure.entry, 1)]
    ends: set[str] = set()
    while ways:
        step, length = ways.pop()
        assert length <= LONGEST
        for outcome in ("ok", "fail", "skip"):
            following = procedure.next(step, outcome)
            if following is None or following == "escalate":
                ends.add(f"{step}:{following}")
            else:
                assert following in procedure.steps
                ways.append((following, length + 1))
    assert "confirm:None" in ends
    assert any(end.endswith(":escalate") for end in ends)


@pytest.mark.parametrize("slug", SLUGS)
def test_a_step_says_what_to_do_to_look_at_and_to_expect(book: Book, slug: str) -> None:
    for step in book.procedure(slug).steps.values():
        assert step.do, step.id
        assert step.check, step.id
        assert step.expect, step.id


@pytest.mark.parametrize(
    "slug", ["ups-bypass", "ups-battery-fault", "pwr-breaker-trip", "pwr-pdu-fault", "pwr-ats-fail", "pc-no-power"]
)
def test_electrical_work_waits_for_a_gate(book: Book, slug: str) -> None:
    assert any(step.gates for step in book.procedure(slug).steps.values())


ORDER = ("not-classified", "owner-consent", "backup-confirmed", "permit", "two-person", "power-off")
"""First what decides whether anything is done at all, then whoever has to be waited for, then what is to be seen on the
spot; power is cut when all else is there."""


def test_several_gates_are_asked_in_a_sensible_order(book: Book) -> None:
    several = [s.gates for item in book.items.values() for s in item.procedure.steps if len(s.gates) > 1]
    assert 40 <= len(several) <= 80
    assert [gates for gates in several if list(gates) != sorted(gates, key=ORDER.index)] == []


@pytest.mark.parametrize(
    ("slug", "step", "gates"),
    [
        ("ups-battery-fault", "bat-replace", "permit、two-person"),
        ("pwr-pdu-fault", "pdu-replace", "permit、power-off"),
        ("os-corrupt-reinstall", "reinstall-image", "owner-consent、backup-confirmed"),
        ("cctv-blur-angle", "blur-angle", "owner-consent、two-person"),
    ],
)
def test_a_step_that_needs_more_than_one_gate_shows_them_all(book: Book, slug: str, step: str, gates: str) -> None:
    assert book.procedure(slug).steps[step].gates == tuple(gates.split("、"))
    assert f"〔{gates}〕" in as_tree(book, slug)


def test_safety_faults_never_start_with_self_help(book: Book) -> None:
    safety = [f for f in book.faults.values() if f.safety]
    assert len(safety) >= 10
    assert not any(f.self_help for f in safety)


def test_a_tree_shows_the_way_and_says_that_the_clause_is_assumed(book: Book) -> None:
    tree = as_tree(book, "printer-paper-jam")
    for words in ("卡纸", "条款号暂定", "jam-clear", "verify", "escalate", "自助1"):
        assert words in tree


def test_an_unknown_fault_is_a_key_error(book: Book) -> None:
    with pytest.raises(KeyError):
        book.procedure("no-such-fault")

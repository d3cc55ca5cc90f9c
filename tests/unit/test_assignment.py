"""Ranking: nobody unqualified is ever in the list, and the reasons add up to the decision."""

from bot.core.assignment import Candidate, Need, Weights, rank


def someone(person_id: int, **values: object) -> Candidate:
    base: dict[str, object] = {
        "name": f"p{person_id}",
        "skills": frozenset({"print"}),
        "areas": frozenset(),
        "open_tickets": 0,
        "resident": False,
        "knows_unit": 0,
        "offers_today": 0,
    }
    return Candidate(person_id=person_id, **(base | values))  # type: ignore[arg-type]


def test_the_unqualified_and_the_excluded_are_never_offered() -> None:
    people = [someone(1), someone(2, skills=frozenset({"desktop"})), someone(3)]
    ranked = rank(people, Need("print", "", frozenset({3})), Weights())
    assert [r.candidate.person_id for r in ranked] == [1]


def test_a_resident_wins_until_he_is_busier() -> None:
    need = Need("print", "", frozenset())
    assert rank([someone(1), someone(2, resident=True)], need, Weights())[0].candidate.person_id == 2
    assert rank([someone(1), someone(2, resident=True, open_tickets=2)], need, Weights())[0].candidate.person_id == 1


def test_parts_add_up_and_ties_go_to_the_lower_id() -> None:
    ranked = rank([someone(2), someone(1)], Need("print", "越秀", frozenset()), Weights())
    assert [r.candidate.person_id for r in ranked] == [1, 2]
    assert all(abs(sum(r.parts.values()) - r.cost) < 1e-9 for r in ranked)


def test_another_area_costs_only_those_who_have_one() -> None:
    people = [someone(1, areas=frozenset({"天河"})), someone(2, areas=frozenset({"越秀"}))]
    assert rank(people, Need("print", "越秀", frozenset()), Weights())[0].candidate.person_id == 2

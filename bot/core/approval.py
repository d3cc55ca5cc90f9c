"""Who is asked for a yes to a service request, one after the other. Pure.

Nobody approves his own request: whoever is the only one in his agency is passed over for the desk's lead. The desk is
always the last in line, so that no request waits for somebody who is not there (assumed).
"""

from collections.abc import Collection, Sequence

Group = tuple[int, ...]
"""People who are asked at the same time; the first answer counts."""


def line(holders: Sequence[int], leads: Sequence[int], seats: Sequence[int], asker: int) -> list[Group]:
    """The groups in their order. `holders` have the position that approves, `leads` and `seats` are the desk's."""
    others = [h for h in holders if h != asker]
    only_himself = asker in holders and not others
    groups = [*((h,) for h in others), *((tuple(leads),) if only_himself else ()), tuple(seats)]
    return [kept for group in groups if (kept := tuple(p for p in group if p != asker))]


def following(groups: Sequence[Group], tried: Collection[int]) -> Group:
    """The first group with somebody who was not asked yet; the last one again when all were; empty without any."""
    fresh = (g for g in groups if not set(g) <= set(tried))
    return next(fresh, groups[-1] if groups else ())

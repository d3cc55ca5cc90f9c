"""The assignment solver (Jonker-Volgenant, from `lap`), as the plan wants it."""

from collections.abc import Sequence

import lap
import numpy


def solve(costs: Sequence[Sequence[float]]) -> list[int]:
    """The column of each row in the cheapest assignment of a square matrix."""
    _, columns, _ = lap.lapjv(numpy.asarray(costs, dtype=float))
    return [int(column) for column in columns]

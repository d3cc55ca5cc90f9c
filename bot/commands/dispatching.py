"""`bench dispatch`: the plan beside the exact optimum of small cases, its time for a storm, and a simulated week."""

import random
from collections.abc import Sequence
from dataclasses import asdict
from itertools import permutations
from pathlib import Path
from typing import Any

import click

from bot.city import build
from bot.cli import Failure
from bot.commands.week import Outcome, compare
from bot.commands.week_given import DAY, Rates
from bot.core.assignment import Candidate, Need, Weights, rank
from bot.core.clock import stopwatch
from bot.core.permits import HEIGHT
from bot.core.planning import URGENCY, Job, Roads, Trip, bundled, plan
from bot.core.travel import Place
from bot.desk.solver import solve

WEIGHTS = Weights()
SKILLS = ("desktop", "print", "network", "cabling")
LARGE_EVERY = 20
"""Of so many small cases one is of the full 8 × 8, whose optimum takes seconds to find."""


def measure(cases: int, per_day: int, rates: Rates, seed: int = 294) -> tuple[dict[str, Any], dict[str, Outcome]]:
    """All figures of the bench; `cases` small ones against the optimum, a week of `per_day` reports a workday."""
    dice = random.Random(seed)
    gaps = [gap(dice, 8 if number % LARGE_EVERY == 0 else dice.randint(2, 6)) for number in range(cases)]
    seconds = replan_seconds(dice, 50, 300)
    weeks = compare(build(), seed, per_day, rates)
    result = {
        "small_gap_max": round(max(gaps), 5),
        "small_gap_mean": round(sum(gaps) / len(gaps), 5),
        "small_cases": cases,
        "replan_50x300_s": round(seconds, 3),
        "assumed": asdict(rates),
        "within_sla": {name: week.within_sla for name, week in weeks.items()},
        "mean_response_min": {name: week.mean_response_min for name, week in weeks.items()},
        "km": {name: week.km for name, week in weeks.items()},
        "load_spread": {name: week.load_spread for name, week in weeks.items()},
        "refused_offers": {name: week.declined + week.expired for name, week in weeks.items()},
        "unreached": {name: week.unreached for name, week in weeks.items()},
        "unqualified": sum(week.unqualified for week in weeks.values()),
    }
    return result, weeks


def gap(dice: random.Random, size: int) -> float:
    """How much more the plan costs than the optimum by exhaustive search, as a share of the optimum."""
    jobs = case(dice, size, size)
    best = optimum(jobs)
    return (plan(jobs, WEIGHTS, solve).cost - best) / max(abs(best), 1.0)


def case(dice: random.Random, technicians: int, tickets: int) -> list[Job]:
    """Random technicians and tickets all over the city; everybody may do something, nobody everything."""
    people = [_person(dice, number) for number in range(1, technicians + 1)]
    jobs = []
    for number in range(1, tickets + 1):
        place = _place(dice, 10_000 + number)
        need = Need(
            skill=dice.choice(SKILLS),
            area="",
            excluded=frozenset(),
            permits=(HEIGHT,) if dice.random() < 0.1 else (),
            day=DAY,
            place=place,
            minutes_left=dice.choice((20.0, 60.0, 120.0, 240.0)),
        )
        options = tuple(rank(people, need, WEIGHTS))
        jobs.append(Job(number, dice.choice(tuple(URGENCY)), place, options, need.minutes_left))
    return jobs


def _person(dice: random.Random, number: int) -> Candidate:
    return Candidate(
        person_id=number,
        name=f"p{number}",
        skills=frozenset(dice.sample(SKILLS, 3)),
        areas=frozenset(),
        open_tickets=dice.randint(0, 2),
        resident=False,
        knows_unit=dice.randint(0, 5),
        offers_today=dice.randint(0, 6),
        permits={HEIGHT: "2027-12-31"} if dice.random() < 0.6 else {},
        at=_place(dice, number),
    )


def _place(dice: random.Random, site: int) -> Place:
    return Place(site, "", 23.13 + dice.gauss(0, 0.05), 113.3 + dice.gauss(0, 0.07))


def optimum(jobs: Sequence[Job]) -> float:
    """The cheapest way of all to share out and order the tickets, found by trying every one of them."""
    trips = list(bundled([job for job in jobs if job.options]))
    people = {r.candidate.person_id: r.candidate for job in jobs for r in job.options}
    roads = Roads(people, WEIGHTS)
    full = (1 << len(trips)) - 1
    best = [0.0] + [float("inf")] * full
    for who in sorted(people):
        alone = _orders(who, trips, roads)
        nxt = list(best)
        for taken in range(full + 1):
            if best[taken] == float("inf"):
                continue
            for subset, cost in alone.items():
                if not taken & subset and best[taken] + cost < nxt[taken | subset]:
                    nxt[taken | subset] = best[taken] + cost
        best = nxt
    return best[full]


def _orders(who: int, trips: Sequence[Trip], roads: Roads) -> dict[int, float]:
    """Set of trips → its cost in the best order, for everything this person may do."""
    mine = [i for i, trip in enumerate(trips) if who in trip.likes]
    found: dict[int, float] = {}
    for size in range(1, len(mine) + 1):
        for order in permutations(mine, size):
            subset = sum(1 << i for i in order)
            cost = roads.cost(who, [trips[i] for i in order])
            if cost < found.get(subset, float("inf")):
                found[subset] = cost
    return found


def replan_seconds(dice: random.Random, technicians: int, tickets: int) -> float:
    """From technicians and tickets to the plan, pricing included; the median of three."""
    spent = []
    for _ in range(3):
        begin = stopwatch()
        made = plan(case(dice, technicians, tickets), WEIGHTS, solve)
        spent.append(stopwatch() - begin)
        if len(made.planned) + len(made.left) != tickets:
            raise Failure("the plan lost a ticket")
    return sorted(spent)[1]


def draw(weeks: dict[str, Outcome], path: Path) -> None:
    """The four measures by strategy, as a picture."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    measures = (
        ("within_sla", "arrived on time (share)"),
        ("mean_response_min", "mean response (min on its clock)"),
        ("km", "travelled (km)"),
        ("load_spread", "spread of load (sd / mean)"),
    )
    figure, axes = pyplot.subplots(1, len(measures), figsize=(15, 4))
    for axis, (name, title) in zip(axes, measures, strict=True):
        values = [getattr(week, name) for week in weeks.values()]
        bars = axis.bar(list(weeks), values, color=["#1f6fb2"] + ["#b8c4cf"] * (len(weeks) - 1))
        axis.bar_label(bars, labels=[f"{value:,.0f}" if value >= 100 else f"{value:.3g}" for value in values])
        axis.margins(y=0.12)
        axis.set_title(title)
        axis.tick_params(axis="x", rotation=25)
    figure.tight_layout()
    try:
        figure.savefig(path, dpi=110)
    except (OSError, ValueError) as error:
        raise Failure(f"the chart cannot be written: {error}") from None
    finally:
        pyplot.close(figure)
    click.echo(f"written: {path}", err=True)

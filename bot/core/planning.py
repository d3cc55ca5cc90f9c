"""Several waiting tickets and the people who may take them, solved together. Pure: the assignment solver is handed in.

Tickets of one building become one trip. A first plan comes from the solver on technician slots (his k-th trip costs the
time of the trips before it), then trips are moved and exchanged while that shortens the whole. Only people who are in a
ticket's own options are ever given it, so the hard rules hold whatever the numbers say.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, permutations

from bot.core.assignment import Candidate, Ranked, Weights, late, travel
from bot.core.travel import Place, minutes

Solve = Callable[[Sequence[Sequence[float]]], list[int]]
"""Row → column of the cheapest assignment of a square matrix."""

URGENCY: Mapping[str, float] = {"P1": 4.0, "P2": 2.0, "P3": 1.0, "P4": 0.5}
"""What a minute of waiting weighs by priority (assumed)."""
TOGETHER = 4
"""Tickets of one building in one trip at most (assumed)."""
FORBIDDEN = 1e7
UNPLANNED = 1e5
ENOUGH = 0.003
"""A round of improvement that gains less than this share is the last."""
MOST_NEAR, FEWEST_NEAR = 24, 4
"""People tried for a trip: of a small backlog everybody near, of a storm the few likeliest."""
DEPTHS = ((10, 3, 12), (30, 2, 6), (100, 1, 6), (10**9, 0, 0))
"""Up to so many trips: so many are taken out together, in so many rounds at most. A storm's plan is the solver's own."""


@dataclass(frozen=True)
class Job:
    """A waiting ticket and everybody who may be offered it, priced."""

    ticket_id: int
    priority: str
    place: Place
    options: tuple[Ranked, ...]
    minutes_left: float | None = None


@dataclass(frozen=True)
class Planned:
    """A ticket of the plan: whose it is, in which of his trips (from 0)."""

    ticket_id: int
    ranked: Ranked
    trip: int
    together: int = 1
    """Tickets on the same trip."""


@dataclass(frozen=True)
class Plan:
    planned: tuple[Planned, ...]
    left: tuple[int, ...]
    """Tickets that nobody may take."""
    cost: float


@dataclass(frozen=True, eq=False)
class Trip:
    """Tickets of one building, most urgent first. `likes`: person → what suits or does not suit him, way and queue apart."""

    index: int
    jobs: tuple[Job, ...]
    likes: Mapping[int, float]
    urgency: float = field(init=False)

    def __post_init__(self) -> None:
        # of two that are alike the older one, which stands first, goes first
        older = 0.001 / (self.index + 1)
        object.__setattr__(self, "urgency", older + sum(URGENCY.get(j.priority, 1.0) for j in self.jobs))

    @property
    def place(self) -> Place:
        return self.jobs[0].place


Routes = dict[int, list[Trip]]


def plan(jobs: Sequence[Job], weights: Weights, solve: Solve) -> Plan:
    """Who goes where, in which order. Same input, same plan."""
    able = [job for job in jobs if job.options]
    trips = list(bundled(able))
    people = {r.candidate.person_id: r.candidate for job in able for r in job.options}
    if not trips:
        return Plan((), tuple(j.ticket_id for j in jobs), 0.0)
    roads = Roads(people, weights)
    routes = _improved(_by_slots(trips, roads, solve), roads)
    planned = tuple(
        Planned(job.ticket_id, next(r for r in job.options if r.candidate.person_id == who), order, len(trip.jobs))
        for who, route in sorted(routes.items())
        for order, trip in enumerate(route)
        for job in trip.jobs
    )
    total = sum(roads.cost(who, route) for who, route in routes.items())
    return Plan(planned, tuple(j.ticket_id for j in jobs if not j.options), total)


def bundled(jobs: Sequence[Job]) -> Iterator[Trip]:
    """Tickets of one building that one person may take, as one trip; a ticket of unknown place is a trip of its own."""
    open_trips: list[list[Job]] = []
    for job in sorted(jobs, key=lambda j: (-URGENCY.get(j.priority, 1.0), j.ticket_id)):
        for trip in open_trips:
            if len(trip) < TOGETHER and trip[0].place.same_building(job.place) and _anybody([*trip, job]):
                trip.append(job)
                break
        else:
            open_trips.append([job])
    for index, group in enumerate(open_trips):
        likes: dict[int, float] = {}
        tables = [{r.candidate.person_id: r for r in job.options} for job in group]
        for who in sorted(set(tables[0]).intersection(*tables)):
            likes[who] = sum(_likes(table[who]) for table in tables)
        yield Trip(index, tuple(group), likes)


def _anybody(jobs: Sequence[Job]) -> bool:
    """Whether one person may take them all."""
    return bool(set.intersection(*({r.candidate.person_id for r in job.options} for job in jobs)))


def _likes(ranked: Ranked) -> float:
    return ranked.cost - sum(ranked.parts.get(part, 0.0) for part in ("load", "travel", "risk"))


class Roads:
    """What a route costs: waiting weighed by urgency, minutes late, the way itself, and who suits whom."""

    def __init__(self, people: Mapping[int, Candidate], weights: Weights) -> None:
        self.people, self.weights = people, weights
        self._first: dict[tuple[int, int], float] = {}
        self._between: dict[tuple[int, int], float] = {}

    def first(self, who: int, trip: Trip) -> float:
        """Minutes from where he is now."""
        key = (who, trip.index)
        if (known := self._first.get(key)) is None:
            known = self._first[key] = travel(self.people[who], trip.place) or 0.0
        return known

    def between(self, a: Trip, b: Trip) -> float:
        key = (a.index, b.index)
        if (known := self._between.get(key)) is None:
            known = self._between[key] = minutes(a.place, b.place) or 0.0
        return known

    def cost(self, who: int, route: Sequence[Trip]) -> float:
        """The whole route, in minutes-equivalent."""
        clock, total = self.weights.open_ticket * self.people[who].open_tickets, 0.0
        last: Trip | None = None
        for trip in route:
            way = self.first(who, trip) if last is None else self.between(last, trip)
            clock += way
            total += way + trip.urgency * clock + trip.likes[who]
            for job in trip.jobs:
                total += late(clock, job.minutes_left, self.weights)
            clock += self.weights.open_ticket * len(trip.jobs)
            last = trip
        return total

    def slots(self, who: int, trip: Trip, count: int) -> list[float]:
        """The trip as his next one, the one after it, and so on; the ways between are taken from where he is now."""
        job, way = self.weights.open_ticket, self.first(who, trip)
        begin = job * self.people[who].open_tickets + way
        fixed = way + trip.likes[who]
        allowed = [j.minutes_left for j in trip.jobs if j.minutes_left is not None]
        tightest = min(allowed, default=float("inf"))
        costs = []
        for clock in (begin + job * before for before in range(count)):
            overdue = sum(late(clock, left, self.weights) for left in allowed) if clock > tightest else 0.0
            costs.append(fixed + trip.urgency * clock + overdue)
        return costs


def _by_slots(trips: Sequence[Trip], roads: Roads, solve: Solve) -> Routes:
    people = sorted(roads.people)
    slots = min(len(trips), -(-len(trips) // len(people)) + 1)
    columns = [(who, k) for who in people for k in range(slots)]
    size = len(columns) + len(trips)
    no, unplanned = [FORBIDDEN] * slots, [UNPLANNED] * len(trips)
    table = []
    for trip in trips:
        row = [cost for who in people for cost in (roads.slots(who, trip, slots) if who in trip.likes else no)]
        table.append(row + unplanned)
    table += [[0.0] * size for _ in range(size - len(trips))]
    routes: Routes = {who: [] for who in people}
    chosen = solve(table)
    for k in range(slots):
        for trip, column in zip(trips, chosen, strict=False):
            if column < len(columns) and columns[column][1] == k and columns[column][0] in trip.likes:
                routes[columns[column][0]].append(trip)
    placed = {id(trip) for route in routes.values() for trip in route}
    for trip in trips:  # more trips than slots of the few who may take them: each goes where it costs least
        if id(trip) not in placed:
            _insert(routes, trip, roads)
    return routes


def _insert(routes: Routes, trip: Trip, roads: Roads) -> None:
    _, who, at = min((roads.cost(w, _with(routes[w], trip, i)) - roads.cost(w, routes[w]), w, i)
                     for w in trip.likes for i in range(len(routes[w]) + 1))  # fmt: skip
    routes[who].insert(at, trip)


def _with(route: Sequence[Trip], trip: Trip, at: int) -> list[Trip]:
    return [*route[:at], trip, *route[at:]]


def _improved(routes: Routes, roads: Roads) -> Routes:
    """Take trips out, few at a time, and put them back where they cost least, while that makes the whole cheaper."""
    trips = [trip for _, route in sorted(routes.items()) for trip in route]
    shifts = _Shifts(routes, roads, near=max(MOST_NEAR // max(1, len(trips) // 8), FEWEST_NEAR))
    depth, rounds = next((deep, often) for most, deep, often in DEPTHS if len(trips) <= most)
    for _ in range(rounds):
        before = shifts.total()
        for count in range(1, depth + 1):
            for group in combinations(trips, count):
                shifts.again(group)
        if before - shifts.total() <= ENOUGH * abs(before):
            break
    return shifts.routes


class _Shifts:
    """The routes while they are improved. `near`: how many people are tried for each trip."""

    def __init__(self, routes: Routes, roads: Roads, near: int) -> None:
        self.routes, self.roads, self.near = routes, roads, near
        self.costs = {who: roads.cost(who, route) for who, route in routes.items()}
        self.own = {trip.index: who for who, route in routes.items() for trip in route}

    def total(self) -> float:
        return sum(self.costs.values())

    def again(self, group: Sequence[Trip]) -> None:
        """Put these trips back in the best order found; they stay as they were when that gains nothing."""
        gone = {trip.index for trip in group}
        base = {self.own[i]: [t for t in self.routes[self.own[i]] if t.index not in gone] for i in gone}
        base_costs = {who: self.roads.cost(who, route) for who, route in base.items()}
        old = sum(self.costs[who] for who in base)
        best: tuple[float, Routes, dict[int, float]] | None = None
        for order in permutations(group):
            routes, costs = dict(base), dict(base_costs)
            for trip in order:
                self._put(trip, routes, costs)
            gain = old + sum(self.costs[who] for who in routes if who not in base) - sum(costs.values())
            if gain > 1e-6 and (best is None or gain > best[0] + 1e-9):
                best = (gain, routes, costs)
        if best is not None:
            self.routes.update(best[1])
            self.costs.update(best[2])
            self.own.update({t.index: who for who, route in best[1].items() for t in route})

    def _put(self, trip: Trip, routes: Routes, costs: dict[int, float]) -> None:
        """Insert one trip where it costs least now; `routes` and `costs` hold what differs from the routes."""
        best: tuple[float, int, int, float] | None = None
        for who in self._likely(trip):
            route = routes.get(who, self.routes[who])
            had = costs.get(who, self.costs[who])
            for at in range(len(route) + 1):
                now = self.roads.cost(who, _with(route, trip, at))
                if best is None or now - had < best[0] - 1e-9:
                    best = (now - had, who, at, now)
        if best is None:
            raise AssertionError("a trip without anybody who may take it")
        _, who, at, costs[who] = best
        routes[who] = _with(routes.get(who, self.routes[who]), trip, at)

    def _likely(self, trip: Trip) -> list[int]:
        own = self.own[trip.index]
        if len(trip.likes) <= self.near:
            return list(trip.likes)
        by = sorted(trip.likes, key=lambda w: (self.roads.first(w, trip) + trip.likes[w] + self.costs[w] / 4, w))
        return [own, *(who for who in by[: self.near] if who != own)]

"""Several waiting tickets and the people who may take them, solved together. Pure: the assignment solver is handed in.

Tickets of one building become one trip. A first plan comes from the solver on technician slots (his k-th trip costs the
time of the trips before it), then trips are moved and exchanged while that shortens the whole. Only people who are in a
ticket's own options are ever given it, so the hard rules hold whatever the numbers say.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot.core.assignment import NOWHERE, Candidate, Ranked, Weights, late, travel
from bot.core.travel import Place, minutes

Solve = Callable[[Sequence[Sequence[float]]], list[int]]
"""Row → column of the cheapest assignment of a square matrix."""

URGENCY: Mapping[str, float] = {"P1": 4.0, "P2": 2.0, "P3": 1.0, "P4": 0.5}
"""What a minute of waiting weighs by priority (assumed)."""
TOGETHER = 4
"""Tickets of one building in one trip at most (assumed)."""
FORBIDDEN = 1e7
UNPLANNED = 1e5
MOST_MOVES = 400
"""Improvements at most: each shortens the plan, so that it ends in any case."""
WORK = 24_000
"""About how many routes are priced in one round of improvement, which keeps a storm's plan under a second."""


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

    jobs: tuple[Job, ...]
    likes: Mapping[int, float]
    urgency: float = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "urgency", sum(URGENCY.get(j.priority, 1.0) for j in self.jobs))

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
        mine = {r.candidate.person_id for r in job.options}
        for trip in open_trips:
            common = mine.intersection(*({r.candidate.person_id for r in j.options} for j in trip))
            if len(trip) < TOGETHER and common and trip[0].place.same_building(job.place):
                trip.append(job)
                break
        else:
            open_trips.append([job])
    for group in open_trips:
        likes: dict[int, float] = {}
        tables = [{r.candidate.person_id: r for r in job.options} for job in group]
        for who in sorted(set(tables[0]).intersection(*tables)):
            likes[who] = sum(_likes(table[who]) for table in tables)
        yield Trip(tuple(group), likes)


def _likes(ranked: Ranked) -> float:
    return ranked.cost - sum(ranked.parts.get(part, 0.0) for part in ("load", "travel", "risk"))


class Roads:
    """What a route costs: waiting weighed by urgency, minutes late, the way itself, and who suits whom."""

    def __init__(self, people: Mapping[int, Candidate], weights: Weights) -> None:
        self.people, self.weights = people, weights
        self._first: dict[tuple[int, Trip], float] = {}
        self._between: dict[tuple[Place, Place], float] = {}

    def first(self, who: int, trip: Trip) -> float:
        """Minutes from where he is now."""
        key = (who, trip)
        if key not in self._first:
            self._first[key] = travel(self.people[who], trip.place) or 0.0
        return self._first[key]

    def between(self, a: Place, b: Place) -> float:
        key = (a, b)
        if key not in self._between:
            self._between[key] = minutes(a, b) or 0.0
        return self._between[key]

    def cost(self, who: int, route: Sequence[Trip]) -> float:
        """The whole route, in minutes-equivalent."""
        at, clock, total = NOWHERE, self.weights.open_ticket * self.people[who].open_tickets, 0.0
        for order, trip in enumerate(route):
            way = self.between(at, trip.place) if order else self.first(who, trip)
            clock += way
            total += way + trip.urgency * clock + trip.likes[who]
            total += sum(late(clock, job.minutes_left, self.weights) for job in trip.jobs)
            clock += self.weights.open_ticket * len(trip.jobs)
            at = trip.place
        return total

    def slot(self, who: int, trip: Trip, before: int) -> float:
        """The trip as his `before`-th further one, the ways between them taken from where he is now."""
        way = self.first(who, trip)
        clock = self.weights.open_ticket * (self.people[who].open_tickets + before) + way
        overdue = sum(late(clock, job.minutes_left, self.weights) for job in trip.jobs)
        return way + trip.urgency * clock + trip.likes[who] + overdue


def _by_slots(trips: Sequence[Trip], roads: Roads, solve: Solve) -> Routes:
    people = sorted(roads.people)
    slots = min(len(trips), -(-len(trips) // len(people)) + 2)
    columns = [(who, k) for k in range(slots) for who in people]
    size = len(columns) + len(trips)
    table = []
    for trip in trips:
        row = [roads.slot(who, trip, k) if who in trip.likes else FORBIDDEN for who, k in columns]
        table.append(row + [UNPLANNED] * len(trips))
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
    """Move a trip, or exchange two, while that makes the whole cheaper."""
    trips = [trip for _, route in sorted(routes.items()) for trip in route]
    length = max(1, len(trips) // len(routes))
    near = max(3, min(len(routes), WORK // (len(trips) * (length + 2) ** 2)))
    costs = {who: roads.cost(who, route) for who, route in routes.items()}
    for _ in range(MOST_MOVES):
        before = sum(costs.values())
        for trip in trips:
            _move(trip, routes, costs, roads, near)
        if len(trips) * near <= WORK // 100:
            _exchange(trips, routes, costs, roads)
        if sum(costs.values()) > before - 1e-6 or len(trips) * near > WORK // 20:
            return routes
    return routes


def _move(trip: Trip, routes: Routes, costs: dict[int, float], roads: Roads, near: int) -> None:
    """Put one trip where it costs least."""
    own = next(who for who, route in routes.items() if trip in route)
    rest = [t for t in routes[own] if t is not trip]
    without = roads.cost(own, rest)
    best, best_gain = None, 1e-6
    likely = sorted(trip.likes, key=lambda w: (roads.first(w, trip) + trip.likes[w] + costs[w] / 4, w))[:near]
    for who in {own, *likely}:
        base = rest if who == own else routes[who]
        for at in range(len(base) + 1):
            now = roads.cost(who, _with(base, trip, at))
            gain = costs[own] - now if who == own else costs[own] + costs[who] - without - now
            if gain > best_gain:
                best, best_gain = (who, at, now), gain
    if best is None:
        return
    who, at, now = best
    routes[own], costs[own] = rest, without
    routes[who] = _with(routes[who], trip, at)
    costs[who] = now


def _exchange(trips: Sequence[Trip], routes: Routes, costs: dict[int, float], roads: Roads) -> None:
    """Two trips of two people change hands, each in the best place of its new route."""
    for index, one in enumerate(trips):
        for two in trips[index + 1 :]:
            a = next(who for who, route in routes.items() if one in route)
            b = next(who for who, route in routes.items() if two in route)
            if a == b or a not in two.likes or b not in one.likes:
                continue
            new_a = _best_place([t for t in routes[a] if t is not one], two, a, roads)
            new_b = _best_place([t for t in routes[b] if t is not two], one, b, roads)
            if new_a[0] + new_b[0] < costs[a] + costs[b] - 1e-6:
                (costs[a], routes[a]), (costs[b], routes[b]) = new_a, new_b


def _best_place(route: list[Trip], trip: Trip, who: int, roads: Roads) -> tuple[float, list[Trip]]:
    ways = [_with(route, trip, at) for at in range(len(route) + 1)]
    return min(((roads.cost(who, way), way) for way in ways), key=lambda pair: pair[0])

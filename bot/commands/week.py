"""A simulated working week of the synthetic city: the same reports, dispatched by the plan and by three simple rules.

Only working minutes are simulated (five days of 420), in which everybody is on duty: quiet hours, which are never held
against who is on duty, do not enter. Everybody obeys the hard rules; what differs is who is chosen and when. On time
means arrived within the `arrive_other` target of the priority.
"""

import heapq
import random
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from bot.city import City, Technician
from bot.core.assignment import Candidate, Need, Weights, bar, rank
from bot.core.permits import holds, needed
from bot.core.planning import Job, plan
from bot.core.travel import Place, kilometres, minutes
from bot.desk.solver import solve

DAY = date(2026, 11, 23)
DAY_MIN, DAYS = 420, 5
TICK_MIN = 2
"""The plan is made anew this often while something waits."""
ARRIVE_MIN = {"P1": 60, "P2": 120, "P3": 240, "P4": 960}
SHARES = (("P1", 0.04), ("P2", 0.16), ("P3", 0.6), ("P4", 0.2))
ITEMS = (
    ("desktop-pc", "desktop", 30),
    ("printer", "print", 24),
    ("desktop-network", "desktop", 14),
    ("projector-display", "av", 6),
    ("lan-switch", "network", 10),
    ("structured-cabling", "cabling", 5),
    ("office-phone", "voice", 5),
    ("video-surveillance", "physec", 3),
    ("precision-ac", "facility", 1),
    ("server", "server", 2),
)
"""Item, its skill, and its share of the reports (assumed)."""
STORM = 40
"""Reports of one district within ten minutes, twice in the week."""
UNTAKEN = 960.0
"""Minutes counted as the response of a report that was not reached within the week."""


@dataclass(frozen=True)
class Report:
    ticket_id: int
    at: float
    priority: str
    item: str
    skill: str
    unit: str
    place: Place
    work_min: float


@dataclass
class Worker:
    """A technician in the simulation. `free_at`: when his queue is done; `at`: where he will be then."""

    who: Technician
    person_id: int
    at: Place
    free_at: float = 0.0
    jobs: int = 0
    km: float = 0.0
    ends: list[float] = field(default_factory=list)

    def seen(self, report: Report, now: float, weights: Weights) -> Candidate:
        return Candidate(
            person_id=self.person_id,
            name=self.who.name,
            skills=frozenset(self.who.skills),
            areas=frozenset({self.who.district}),
            open_tickets=max(0.0, self.free_at - now) / weights.open_ticket,
            resident=self.who.resident and self.who.home == report.unit,
            knows_unit=0,
            offers_today=self.jobs // DAYS,
            permits=dict(self.who.permits),
            cleared=self.who.cleared,
            at=self.at,
        )

    def does(self, report: Report, now: float) -> float:
        """Go there after what he has; returns the minute of arrival."""
        arrival = max(now, self.free_at) + (minutes(self.at, report.place) or 0.0)
        self.km += kilometres(self.at, report.place) or 0.0
        self.free_at = arrival + report.work_min
        self.at, self.jobs = report.place, self.jobs + 1
        self.ends.append(self.free_at)
        return arrival


@dataclass(frozen=True)
class Outcome:
    """What a week came to under one strategy."""

    within_sla: float
    mean_response_min: float
    km: float
    load_spread: float
    """Standard deviation of tickets per technician, over their mean."""
    unqualified: int


def reports(city: City, seed: int, per_day: int) -> list[Report]:
    """The week's reports, in order: an even stream, and two storms of one district each."""
    dice = random.Random(seed)
    places = {a.name: Place(i, "A座", a.latitude, a.longitude) for i, a in enumerate(city.agencies, start=1)}
    able = {s for t in city.technicians for s in t.skills}
    kinds = [i for i in ITEMS if i[1] in able]
    moments = [(dice.uniform(0, DAY_MIN * DAYS - 60), "") for _ in range(per_day * DAYS)]
    for district, start in (("天河", 500.0), ("番禺", 1400.0)):
        moments += [(start + dice.uniform(0, 10), district) for _ in range(STORM)]
    made = []
    for number, (at, district) in enumerate(sorted(moments), start=1):
        agency = dice.choice([a for a in city.agencies if district in ("", a.district)])
        item, skill, _ = dice.choices(kinds, [k[2] for k in kinds])[0]
        priority = dice.choices([p for p, _ in SHARES], [s for _, s in SHARES])[0]
        work = dice.uniform(12, 40)
        made.append(Report(number, at, priority, item, skill, agency.name, places[agency.name], work))
    return made


def crew(city: City) -> list[Worker]:
    homes = {a.name: Place(i, "A座", a.latitude, a.longitude) for i, a in enumerate(city.agencies, start=1)}
    return [Worker(t, i, homes[t.home]) for i, t in enumerate(city.technicians, start=1)]


def need_of(report: Report, now: float) -> Need:
    return Need(
        skill=report.skill,
        area="",
        excluded=frozenset(),
        permits=needed(report.item),
        day=DAY,
        place=report.place,
        minutes_left=ARRIVE_MIN[report.priority] - (now - report.at),
    )


Pick = Callable[[list[Worker], Report, float, int], Worker]
"""A rule that chooses one of the qualified at once, when the report comes in."""


def _nearest(able: list[Worker], report: Report, now: float, turn: int) -> Worker:
    return min(able, key=lambda w: (minutes(w.at, report.place) or 0.0, w.person_id))


def _in_turn(able: list[Worker], report: Report, now: float, turn: int) -> Worker:
    return min(able, key=lambda w: ((w.person_id - turn) % 1000, w.person_id))


def _least_loaded(able: list[Worker], report: Report, now: float, turn: int) -> Worker:
    return min(able, key=lambda w: (sum(end > now for end in w.ends), w.jobs, w.person_id))


RULES: Mapping[str, Pick] = {"nearest-first": _nearest, "round-robin": _in_turn, "least-loaded": _least_loaded}


def by_rule(city: City, stream: Sequence[Report], pick: Pick, weights: Weights) -> Outcome:
    """Each report is given away as it comes; everybody works in the order given."""
    workers, waits, wrong, turn = crew(city), dict[int, float](), 0, 0
    for report in stream:
        need = need_of(report, report.at)
        able = [w for w in workers if bar(w.seen(report, report.at, weights), need) is None]
        if not able:
            continue
        chosen = pick(able, report, report.at, turn)
        turn = chosen.person_id + 1
        wrong += not _may(chosen.who, report)
        waits[report.ticket_id] = chosen.does(report, report.at) - report.at
    return _outcome(stream, workers, waits, wrong)


def by_plan(city: City, stream: Sequence[Report], weights: Weights) -> Outcome:
    """What waits is planned together again and again; only the first trip of whoever is free is given away."""
    workers, waits, wrong = crew(city), dict[int, float](), 0
    coming = [(r.at, r.ticket_id, r) for r in stream]
    heapq.heapify(coming)
    waiting: list[Report] = []
    now = 0.0
    while coming or waiting:
        now = max(now + TICK_MIN, coming[0][0] if coming and not waiting else 0.0)
        if now > DAY_MIN * DAYS:
            break
        while coming and coming[0][0] <= now:
            waiting.append(heapq.heappop(coming)[2])
        free = {w.person_id: w for w in workers if w.free_at <= now}
        if not waiting or not free:
            continue
        by_id = {r.ticket_id: r for r in waiting}
        jobs = [_job(workers, report, now, weights) for report in waiting]
        for planned in plan(jobs, weights, solve).planned:
            worker = free.get(planned.ranked.candidate.person_id)
            if planned.trip or worker is None:
                continue
            report = by_id.pop(planned.ticket_id)
            wrong += not _may(worker.who, report)
            waits[report.ticket_id] = worker.does(report, now) - report.at
        waiting = list(by_id.values())
    return _outcome(stream, workers, waits, wrong)


def _job(workers: list[Worker], report: Report, now: float, weights: Weights) -> Job:
    """Everybody qualified; who is still busy counts with the minutes he needs, as open tickets."""
    need = need_of(report, now)
    options = tuple(rank([w.seen(report, now, weights) for w in workers], need, weights))
    return Job(report.ticket_id, report.priority, report.place, options, need.minutes_left)


def _may(who: Technician, report: Report) -> bool:
    """The hard rules said once more, by hand: the judge of `unqualified`."""
    return report.skill in who.skills and all(holds(dict(who.permits), p, DAY) for p in needed(report.item))


def _outcome(stream: Sequence[Report], workers: list[Worker], waits: dict[int, float], wrong: int) -> Outcome:
    loads = [w.jobs for w in workers]
    responses = [waits.get(r.ticket_id, UNTAKEN) for r in stream]
    on_time = sum(wait <= ARRIVE_MIN[r.priority] for r, wait in zip(stream, responses, strict=True))
    return Outcome(
        within_sla=round(on_time / len(stream), 4),
        mean_response_min=round(statistics.mean(responses), 1),
        km=round(sum(w.km for w in workers), 1),
        load_spread=round(statistics.pstdev(loads) / statistics.mean(loads), 3),
        unqualified=wrong,
    )


def compare(city: City, seed: int, per_day: int) -> dict[str, Outcome]:
    """The same week under each strategy."""
    stream, weights = reports(city, seed, per_day), Weights()
    found = {"plan": by_plan(city, stream, weights)}
    return found | {name: by_rule(city, stream, pick, weights) for name, pick in RULES.items()}

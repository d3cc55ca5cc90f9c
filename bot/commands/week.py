"""A simulated week of the synthetic city: the same reports, dispatched by the plan and by three simple rules.

It has nights, a weekend, absences, and offers that are declined or expire (bot/commands/week_given.py). Everybody obeys the
hard rules, is offered nothing he has refused, and hands back what he has not begun when he goes (lunch, end of shift). What
differs is who is chosen and when. On time means arrived within the `arrive_other` target of the priority, on its clock.
Quiet hours do not enter: whoever is on shift is not left alone, and nobody else is offered anything.
"""

import heapq
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.city import City, Technician
from bot.commands import week_given as given
from bot.commands.week_given import ARRIVE_MIN, DAY, Answer, Rates, Report
from bot.core.assignment import Candidate, Need, Weights, bar, rank
from bot.core.permits import holds, needed
from bot.core.planning import Job, plan
from bot.core.travel import Place, kilometres, minutes
from bot.desk.solver import solve

TICK_MIN = 2
"""What waits is looked at this often."""
EXPIRED_OFFERS = 2
"""So many unanswered offers, and the desk telephones (bot/desk/dispatch.py)."""


@dataclass
class Worker:
    """A technician in the simulation. `free_at`: when what he has begun is done; `at`: where he is then."""

    who: Technician
    person_id: int
    at: Place
    spans: Sequence[tuple[float, float]]
    free_at: float = 0.0
    jobs: int = 0
    km: float = 0.0
    offered: int = 0
    """Offers he has not answered."""
    queue: list[Report] = field(default_factory=list)

    def seen(self, now: float, weights: Weights, unit: str) -> Candidate:
        ahead = max(0.0, self.free_at - now) + sum(report.work_min for report in self.queue)
        return Candidate(
            person_id=self.person_id,
            name=self.who.name,
            skills=frozenset(self.who.skills),
            areas=frozenset({self.who.district}),
            open_tickets=ahead / weights.open_ticket,
            resident=self.who.resident and self.who.home == unit,
            knows_unit=0,
            offers_today=self.jobs // given.DAYS,
            permits=dict(self.who.permits),
            cleared=self.who.cleared,
            at=self.at,
        )

    @property
    def idle(self) -> bool:
        return not self.queue and not self.offered

    def begins(self, report: Report, now: float) -> float:
        """Sets out for it; returns the minute of arrival."""
        arrival = now + (minutes(self.at, report.place) or 0.0)
        self.km += kilometres(self.at, report.place) or 0.0
        self.free_at, self.at, self.jobs = arrival + report.work_min, report.place, self.jobs + 1
        return arrival


@dataclass(frozen=True)
class Outcome:
    """What a week came to under one strategy."""

    within_sla: float
    mean_response_min: float
    """On the clock of each priority."""
    km: float
    load_spread: float
    """Standard deviation of tickets per technician, over their mean."""
    unqualified: int
    """Offers to somebody unqualified, off duty or absent."""
    declined: int
    expired: int
    unreached: int
    """Reports nobody had arrived at by the end; they count as late."""


Choice = list[tuple[Report, Worker]]
Choose = Callable[["Week", list[Report], float], Choice]


@dataclass
class Week:
    """The week under one strategy, as it goes on."""

    seed: int
    rates: Rates
    weights: Weights
    workers: list[Worker]
    refused: dict[int, set[int]] = field(default_factory=dict)
    """Ticket → who has declined it or let it expire."""
    unanswered: dict[int, int] = field(default_factory=dict)
    turn: int = 0
    arrived: dict[int, float] = field(default_factory=dict)
    counted: dict[Answer, int] = field(default_factory=lambda: {"accepted": 0, "declined": 0, "expired": 0})
    wrong: int = 0

    def need(self, report: Report, now: float) -> Need:
        return Need(
            skill=report.skill,
            area="",
            excluded=frozenset(self.refused.get(report.ticket_id, ())),
            permits=needed(report.item),
            day=DAY,
            place=report.place,
            minutes_left=ARRIVE_MIN[report.priority] - given.waited(report, now),
        )

    def able(self, report: Report, now: float) -> list[Worker]:
        """Who may be offered it now by the hard rules."""
        need = self.need(report, now)
        there = [w for w in self.workers if report.skill in w.who.skills and given.is_there(w.spans, now)]
        return [w for w in there if bar(w.seen(now, self.weights, report.unit), need) is None]

    def offer(self, report: Report, worker: Worker, now: float) -> tuple[float, Answer]:
        """When he answers, and what. Whom the desk has telephoned takes it."""
        self.wrong += not _may(worker, report, now)
        worker.offered += 1
        if self.unanswered.get(report.ticket_id, 0) >= EXPIRED_OFFERS:
            return now + self.rates.desk_min, "accepted"
        said = given.answer(self.seed, report, worker.who, self.rates)
        self.counted[said] += 1
        return now + (given.OFFER_MIN[report.priority] if said == "expired" else self.rates.answer_min), said

    def hears(self, report: Report, worker: Worker, said: Answer, now: float) -> bool:
        """His answer comes; whether he has it now."""
        worker.offered -= 1
        if said == "accepted" and given.is_there(worker.spans, now):
            worker.queue.append(report)
            return True
        if said != "accepted":
            self.refused.setdefault(report.ticket_id, set()).add(worker.person_id)
            self.unanswered[report.ticket_id] = self.unanswered.get(report.ticket_id, 0) + (said == "expired")
        return False

    def work(self, now: float) -> list[Report]:
        """Whoever is there and free sets out for his next; returned is what those who go hand back."""
        back: list[Report] = []
        for worker in self.workers:
            if worker.queue and not given.is_there(worker.spans, now):
                back += worker.queue
                worker.queue = []
            elif worker.queue and worker.free_at <= now:
                report = worker.queue.pop(0)
                self.arrived[report.ticket_id] = worker.begins(report, now)
        return back


def _nearest(able: list[Worker], report: Report, turn: int) -> Worker:
    return min(able, key=lambda w: (minutes(w.at, report.place) or 0.0, w.person_id))


def _in_turn(able: list[Worker], report: Report, turn: int) -> Worker:
    return min(able, key=lambda w: ((w.person_id - turn) % 1000, w.person_id))


def _least_loaded(able: list[Worker], report: Report, turn: int) -> Worker:
    return min(able, key=lambda w: (len(w.queue) + w.offered, w.free_at, w.jobs, w.person_id))


def _by(pick: Callable[[list[Worker], Report, int], Worker]) -> Choose:
    """A rule that chooses one of the qualified at once; everybody works in the order given."""

    def choose(week: Week, waiting: list[Report], now: float) -> Choice:
        chosen: Choice = []
        for report in waiting:
            if able := week.able(report, now):
                worker = pick(able, report, week.turn)
                week.turn = worker.person_id + 1
                chosen.append((report, worker))
                worker.offered += 1  # counts for the next one already
        for _, worker in chosen:
            worker.offered -= 1
        return chosen

    return choose


def by_plan(week: Week, waiting: list[Report], now: float) -> Choice:
    """What waits is planned together; only the first trip of whoever is free is given away."""
    able = {report.ticket_id: week.able(report, now) for report in waiting}
    free = {w.person_id: w for w in week.workers if w.idle and w.free_at <= now}
    if not any(w.person_id in free for workers in able.values() for w in workers):
        return []
    jobs = []
    for report in waiting:
        need = week.need(report, now)
        options = tuple(
            rank([w.seen(now, week.weights, report.unit) for w in able[report.ticket_id]], need, week.weights)
        )
        jobs.append(Job(report.ticket_id, report.priority, report.place, options, need.minutes_left))
    by_id, chosen = {r.ticket_id: r for r in waiting}, dict[int, tuple[Report, Worker]]()
    for planned in plan(jobs, week.weights, solve).planned:
        worker = free.get(planned.ranked.candidate.person_id)
        if not planned.trip and worker is not None:
            chosen[planned.ticket_id] = (by_id[planned.ticket_id], worker)
    return list(chosen.values())


STRATEGIES: Mapping[str, Choose] = {
    "plan": by_plan,
    "nearest-first": _by(_nearest),
    "round-robin": _by(_in_turn),
    "least-loaded": _by(_least_loaded),
}


def live(city: City, stream: Sequence[Report], choose: Choose, seed: int, rates: Rates, weights: Weights) -> Outcome:
    """The whole week under one strategy."""
    week = Week(seed, rates, weights, crew(city, seed, rates))
    coming, waiting = list(reversed(stream)), list[Report]()
    answers: list[tuple[float, int, int, Answer]] = []
    by_id, people = {r.ticket_id: r for r in stream}, {w.person_id: w for w in week.workers}
    for now in range(0, given.END, TICK_MIN):
        while coming and coming[-1].at <= now:
            waiting.append(coming.pop())
        while answers and answers[0][0] <= now:
            _, ticket_id, person_id, said = heapq.heappop(answers)
            if not week.hears(by_id[ticket_id], people[person_id], said, now):
                waiting.append(by_id[ticket_id])
        waiting += week.work(now)
        given_away = set()
        for report, worker in choose(week, waiting, now) if waiting else ():
            when, said = week.offer(report, worker, now)
            heapq.heappush(answers, (when, report.ticket_id, worker.person_id, said))
            given_away.add(report.ticket_id)
        waiting = [report for report in waiting if report.ticket_id not in given_away]
    return _outcome(stream, week)


def crew(city: City, seed: int, rates: Rates) -> list[Worker]:
    homes = {a.name: Place(i, "A座", a.latitude, a.longitude) for i, a in enumerate(city.agencies, start=1)}
    there = given.shifts(city, seed, rates)
    return [Worker(t, i, homes[t.home], there[t.phone]) for i, t in enumerate(city.technicians, start=1)]


def _may(worker: Worker, report: Report, now: float) -> bool:
    """The hard rules said once more, by hand: the judge of `unqualified`."""
    who = worker.who
    permitted = all(holds(dict(who.permits), p, DAY) for p in needed(report.item))
    return report.skill in who.skills and permitted and given.is_there(worker.spans, now)


def _outcome(stream: Sequence[Report], week: Week) -> Outcome:
    loads = [w.jobs for w in week.workers]
    reached = {r.ticket_id for r in stream if week.arrived.get(r.ticket_id, given.END) < given.END}
    took = {r.ticket_id: given.waited(r, min(week.arrived.get(r.ticket_id, given.END), given.END)) for r in stream}
    on_time = sum(r.ticket_id in reached and took[r.ticket_id] <= ARRIVE_MIN[r.priority] for r in stream)
    return Outcome(
        within_sla=round(on_time / len(stream), 4),
        mean_response_min=round(statistics.mean(took.values()), 1),
        km=round(sum(w.km for w in week.workers), 1),
        load_spread=round(statistics.pstdev(loads) / statistics.mean(loads), 3),
        unqualified=week.wrong,
        declined=week.counted["declined"],
        expired=week.counted["expired"],
        unreached=len(stream) - len(reached),
    )


def compare(city: City, seed: int, per_day: int, rates: Rates | None = None) -> dict[str, Outcome]:
    """The same week under each strategy."""
    chances, weights = rates or Rates(), Weights()
    stream = given.reports(city, seed, per_day, chances)
    return {name: live(city, stream, choose, seed, chances, weights) for name, choose in STRATEGIES.items()}

"""What happens in the simulated week whatever the strategy: the reports, who is there, and what is answered to an offer.

Everything is drawn from the seed and the names of what it is about, never from the order in which it is asked for, so each
strategy meets the same week. Minutes count from Monday 00:00, local time.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Literal

from bot.city import City, Technician, roster
from bot.core.travel import Place

DAY = date(2026, 11, 23)
DAY_MIN, DAYS = 1440, 7
END = DAYS * DAY_MIN + 720
"""What is still open is seen to until Monday noon; nothing new comes after Sunday."""
WORK = ((510, 720), (840, 1050))
"""The agencies' hours, Monday to Friday: 08:30-12:00 and 14:00-17:30 (service levels)."""
ARRIVE_MIN = {"P1": 60, "P2": 120, "P3": 240, "P4": 960}
OFFER_MIN = {"P1": 2, "P2": 4, "P3": 8, "P4": 20}
"""How long an offer stands (service levels)."""
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
STORMS = (("天河", DAY_MIN + 560.0), ("番禺", 3 * DAY_MIN + 600.0))

Answer = Literal["accepted", "declined", "expired"]


@dataclass(frozen=True)
class Rates:
    """How often what is not work as planned happens (all assumed), as shares."""

    absent: float = 0.05
    """Of the shifts of the roster: he does not come, and it is known in the morning."""
    declined: float = 0.08
    """Of the offers."""
    expired: float = 0.05
    """Of the offers: nobody answers until their time is over."""
    night: float = 0.04
    """Reports of one night, of a workday's."""
    weekend: float = 0.10
    """Reports of a day of the weekend, of a workday's."""
    answer_min: float = 1.0
    """Minutes until an offer is taken or declined."""
    desk_min: float = 10.0
    """Minutes until the desk has found somebody by telephone after two offers that expired."""


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


def reports(city: City, seed: int, per_day: int, rates: Rates) -> list[Report]:
    """The week's reports in order: an even stream in the agencies' hours, two storms of one district each, few at night."""
    dice = random.Random(seed)
    places = {a.name: Place(i, "A座", a.latitude, a.longitude) for i, a in enumerate(city.agencies, start=1)}
    able = {s for t in city.technicians for s in t.skills}
    kinds = [i for i in ITEMS if i[1] in able]
    made = []
    for number, (at, district) in enumerate(sorted(_moments(dice, per_day, rates)), start=1):
        agency = dice.choice([a for a in city.agencies if district in ("", a.district)])
        item, skill, _ = dice.choices(kinds, [k[2] for k in kinds])[0]
        priority = dice.choices([p for p, _ in SHARES], [s for _, s in SHARES])[0]
        work = dice.uniform(12, 40)
        made.append(Report(number, at, priority, item, skill, agency.name, places[agency.name], work))
    return made


def _moments(dice: random.Random, per_day: int, rates: Rates) -> list[tuple[float, str]]:
    moments = [(start + dice.uniform(0, 10), district) for district, start in STORMS for _ in range(STORM)]
    for day in range(DAYS):
        begin = float(day * DAY_MIN)
        if day >= 5:
            moments += [(begin + dice.uniform(0, DAY_MIN), "") for _ in range(round(per_day * rates.weekend))]
            continue
        for _ in range(per_day):
            minute = dice.uniform(0, sum(close - open_ for open_, close in WORK))
            moments.append((begin + WORK[0][0] + minute + (120 if minute > WORK[0][1] - WORK[0][0] else 0), ""))
        for _ in range(round(per_day * rates.night)):
            minute = dice.uniform(0, DAY_MIN - 540)
            moments.append((begin + minute + (540 if minute > WORK[0][0] else 0), ""))
    return moments


def shifts(city: City, seed: int, rates: Rates) -> dict[str, list[tuple[float, float]]]:
    """Telephone → the spans in which he is there: the city's roster without lunch, and without the shifts he misses."""
    there: dict[str, list[tuple[float, float]]] = {t.phone: [] for t in city.technicians}
    for day, _, phone, kind, start, end, _ in roster(city, DAY - timedelta(days=1), DAYS + 2):
        since, until = _minute(day, start), _minute(day, end)
        until += DAY_MIN if until < since else 0
        if kind == "午休":
            there[phone] = [piece for span in there[phone] for piece in _without(span, since, until)]
        elif random.Random(f"{seed}:absent:{phone}:{day}").random() >= rates.absent:
            there[phone].append((since, until))
    return there


def _minute(day: str, clock: str) -> float:
    at = time.fromisoformat(clock)
    return (date.fromisoformat(day) - DAY).days * DAY_MIN + at.hour * 60.0 + at.minute


def _without(span: tuple[float, float], since: float, until: float) -> list[tuple[float, float]]:
    pieces = [(span[0], min(span[1], since)), (max(span[0], until), span[1])]
    return [piece for piece in pieces if piece[0] < piece[1]] if span[0] < until and since < span[1] else [span]


def answer(seed: int, report: Report, who: Technician, rates: Rates) -> Answer:
    """What he says to an offer of this report: the same under every strategy."""
    drawn = random.Random(f"{seed}:offer:{report.ticket_id}:{who.phone}").random()
    return "declined" if drawn < rates.declined else "expired" if drawn < rates.declined + rates.expired else "accepted"


def waited(report: Report, until: float) -> float:
    """Minutes from the report to `until` on the clock of its priority: all of them for P1 and P2, else working ones."""
    if report.priority in ("P1", "P2"):
        return until - report.at
    return _worked(until) - _worked(report.at)


def _worked(at: float) -> float:
    """Working minutes from Monday 00:00 to `at`."""
    total = 0.0
    for day in range(int(at // DAY_MIN) + 1):
        for open_, close in WORK if day % 7 < 5 else ():
            total += min(max(at - day * DAY_MIN - open_, 0.0), close - open_)
    return total


def is_there(spans: Sequence[tuple[float, float]], at: float) -> bool:
    return any(since <= at < until for since, until in spans)

"""A synthetic city for demonstrations and measurements: 355 agencies in 11 districts, about 60 technicians. Seeded.

The districts are Guangzhou's, with approximate centres; agencies, people and numbers are fictitious.
"""

import random
from dataclasses import dataclass
from datetime import date, timedelta

from bot.core.permits import PERMITS

SEED = 294
AGENCIES, TECHNICIANS = 355, 60


@dataclass(frozen=True)
class District:
    """A district, the centre of its offices, and how many of the agencies it holds."""

    name: str
    latitude: float
    longitude: float
    agencies: int
    spread: float
    """Degrees around the centre (one standard deviation)."""


DISTRICTS = (
    District("越秀", 23.129, 113.267, 95, 0.010),
    District("天河", 23.125, 113.361, 60, 0.018),
    District("海珠", 23.084, 113.317, 32, 0.015),
    District("荔湾", 23.126, 113.244, 28, 0.012),
    District("白云", 23.157, 113.273, 32, 0.030),
    District("黄埔", 23.106, 113.459, 26, 0.030),
    District("番禺", 22.938, 113.384, 24, 0.030),
    District("花都", 23.404, 113.220, 17, 0.025),
    District("南沙", 22.802, 113.525, 16, 0.030),
    District("增城", 23.261, 113.811, 14, 0.030),
    District("从化", 23.548, 113.587, 11, 0.025),
)
"""Approximate centres of the district offices; the shares are assumed."""

KINDS = ("民政", "司法", "交通", "水务", "教育", "卫健", "文旅", "统计", "档案", "审计", "住建", "城管", "商务", "农业")
BODIES = ("局", "事务中心", "执法队", "服务大厅", "管理所")
SKILL_SETS = (
    ("desktop", "print", "av"),
    ("desktop", "print", "network"),
    ("desktop", "network", "voice"),
    ("network", "cabling", "voice"),
    ("facility", "physec", "cabling"),
    ("server", "network", "facility"),
)
_FAMILY = "陈李黄张梁林王吴刘何罗郑谢杨周"
_GIVEN = "志强文静嘉伟俊杰晓明慧敏建华国庆思远子轩"


@dataclass(frozen=True)
class Agency:
    """An agency with its one site."""

    name: str
    district: str
    latitude: float
    longitude: float
    buildings: tuple[str, ...]
    address: str


@dataclass(frozen=True)
class Technician:
    """A technician; `home` is the agency he is resident at, or sets out from."""

    name: str
    phone: str
    skills: tuple[str, ...]
    district: str
    home: str
    resident: bool
    permits: tuple[tuple[str, str], ...]
    cleared: bool


@dataclass(frozen=True)
class Staff:
    """A member of an agency's staff."""

    name: str
    phone: str
    unit: str
    position: str


@dataclass(frozen=True)
class City:
    agencies: tuple[Agency, ...]
    technicians: tuple[Technician, ...]
    staff: tuple[Staff, ...]


def build(seed: int = SEED, staff: int = 0) -> City:
    """The same city for the same seed; `staff` people of the agencies besides the technicians."""
    dice = random.Random(seed)
    agencies = tuple(_agencies(dice))
    technicians = tuple(_technicians(dice, agencies))
    return City(agencies, technicians, tuple(_staff(agencies, staff)))


def roster(city: City, first: date, days: int = 30) -> list[tuple[str, str, str, str, str, str, str]]:
    """A month of duty as rows of the roster sheet: weekdays with lunch, one in seven on weekends, two every night."""
    rows = []
    for offset in range(days):
        day = first + timedelta(days=offset)
        nightly, tired = _night(city, offset), _night(city, offset - 1) if offset else set()
        for number, who in enumerate(city.technicians):
            head = (day.isoformat(), who.name, who.phone)
            if number in nightly:
                rows.append((*head, "班", "17:30", "08:30", ""))
            elif number not in tired and (day.weekday() < 5 or number % 7 == offset % 7):
                rows.append((*head, "班", "08:30", "17:30", who.district))
                rows.append((*head, "午休", "12:00", "14:00", ""))
    return rows


def _night(city: City, offset: int) -> set[int]:
    """The two who have the night, far apart in the city."""
    count = len(city.technicians)
    return {offset % count, (offset + count // 2) % count}


def _agencies(dice: random.Random) -> list[Agency]:
    made = []
    for district in DISTRICTS:
        for number in range(district.agencies):
            kind, body = KINDS[number % len(KINDS)], BODIES[number // len(KINDS) % len(BODIES)]
            again = number // (len(KINDS) * len(BODIES))
            made.append(
                Agency(
                    name=f"虚拟{district.name}{kind}{body}{again + 1 if again else ''}",
                    district=district.name,
                    latitude=round(district.latitude + dice.gauss(0, district.spread), 5),
                    longitude=round(district.longitude + dice.gauss(0, district.spread), 5),
                    buildings=("A座", "B座") if number % 5 == 0 else ("A座",),
                    address=f"{district.name}虚拟路{number + 1}号",
                )
            )
    return made


def _technicians(dice: random.Random, agencies: tuple[Agency, ...]) -> list[Technician]:
    made = []
    for number in range(TECHNICIANS):
        home = agencies[number * len(agencies) // TECHNICIANS]
        skills = SKILL_SETS[number % len(SKILL_SETS)]
        ends = ("2027-06-30", "2028-12-31", "2026-06-30")
        wants = "facility" in skills or "cabling" in skills
        permits = tuple((p, dice.choice(ends)) for p in PERMITS if wants and dice.random() < 0.85)
        made.append(
            Technician(
                name=_name(number),
                phone=f"139{number:08d}",
                skills=skills,
                district=home.district,
                home=home.name,
                resident=number % 3 == 0,
                permits=permits,
                cleared=number % 10 == 0,
            )
        )
    return made


def _staff(agencies: tuple[Agency, ...], count: int) -> list[Staff]:
    return [
        Staff(
            name=_name(number),
            phone=f"138{number:08d}",
            unit=agencies[number % len(agencies)].name,
            position="unit-liaison" if number < len(agencies) else "reporter",
        )
        for number in range(count)
    ]


def _name(number: int) -> str:
    return (
        f"{_FAMILY[number % len(_FAMILY)]}{_GIVEN[number // len(_FAMILY) % len(_GIVEN)]}{_GIVEN[number % len(_GIVEN)]}"
    )

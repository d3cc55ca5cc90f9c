"""How long it takes to get from one place to another in the city: great circle, city speed, a constant for the doors."""

from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

EARTH_KM = 6371.0
CITY_KM_H = 25.0
"""Door to door by car or scooter in the city's traffic (assumed)."""
DOORS_MIN = 6.0
"""Parking, gate, lift and floor on arriving at another site (assumed)."""


@dataclass(frozen=True)
class Place:
    """Where a ticket is or a person sets out from. Degrees; none while nobody entered them."""

    site_id: int | None = None
    building: str = ""
    latitude: float | None = None
    longitude: float | None = None

    def same_building(self, other: "Place") -> bool:
        """One trip serves both."""
        return self.site_id is not None and (self.site_id, self.building) == (other.site_id, other.building)


def kilometres(a: Place, b: Place) -> float | None:
    """As the crow flies; none when one of them has no coordinates."""
    if a.latitude is None or a.longitude is None or b.latitude is None or b.longitude is None:
        return None
    north, east = radians(b.latitude - a.latitude), radians(b.longitude - a.longitude)
    h = sin(north / 2) ** 2 + cos(radians(a.latitude)) * cos(radians(b.latitude)) * sin(east / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(h))


def minutes(a: Place, b: Place) -> float | None:
    """Door to door; zero within one site, none when unknown."""
    if a.site_id is not None and a.site_id == b.site_id:
        return 0.0
    km = kilometres(a, b)
    return None if km is None else km / CITY_KM_H * 60 + DOORS_MIN

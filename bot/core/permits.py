"""Which permits (证) a ticket asks for, as a table (assumed, after the trade's general rules), and whether one still holds.

Work at height, on low voltage and on refrigeration is for certified people; classified equipment (R5) is for cleared
ones. An unknown item asks for nothing: its skill decides.
"""

from collections.abc import Mapping
from datetime import date

HEIGHT, VOLTAGE, REFRIGERATION = "登高作业证", "低压电工作业证", "制冷与空调作业证"
PERMITS = (HEIGHT, VOLTAGE, REFRIGERATION)
CLASSIFIED_ROUTE = "R5"

NEEDED: Mapping[str, tuple[str, ...]] = {
    "structured-cabling": (HEIGHT,),
    "video-surveillance": (HEIGHT,),
    "power-distribution": (VOLTAGE,),
    "ups-battery": (VOLTAGE,),
    "precision-ac": (REFRIGERATION,),
}
"""Item → the permits its work asks for."""


def needed(item: str | None) -> tuple[str, ...]:
    """The permits that work on an item asks for."""
    return NEEDED.get(item or "", ())


def holds(permits: Mapping[str, str], permit: str, day: date) -> bool:
    """Whether a permit is held and good on `day`; the last day counts, an empty end is without end."""
    until = permits.get(permit)
    return until is not None and (not until or date.fromisoformat(until) >= day)

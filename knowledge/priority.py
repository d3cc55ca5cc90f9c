"""Impact and urgency of a message: the fault's defaults, moved by what the message says of extent and time."""

from collections.abc import Set

from knowledge.model import Fault, ServiceLevels

WINDOW_ITEM = "window-terminal"


def judged(levels: ServiceLevels, fault: Fault, signs: Set[str]) -> str:
    """The priority code of a fault under the signs found in the message, the modifiers applied in their order.

    Signs: impact1..3 and alone (extent), u1, u2, u4 (time), hall with waiting people, duty, meeting, leader, safety.
    """
    impact, urgency = fault.impact, fault.urgency
    for level in (1, 2, 3):
        if f"impact{level}" in signs:
            impact = min(impact, level)
            break
    else:
        if "alone" in signs and impact >= 3:
            impact = 4
    if "u2" in signs:
        urgency = min(urgency, 2)
    if "u4" in signs and "u1" not in signs and not fault.safety:
        urgency = max(urgency, 4) if urgency >= 3 else urgency
    if "hall" in signs and (fault.item == WINDOW_ITEM or "u1" in signs):
        impact = min(impact, 2)
        urgency = 1 if "u1" in signs else urgency
    if "duty" in signs:
        impact = min(impact, 2)
    if "u1" in signs:
        urgency = 1
    if "leader" in signs or fault.safety or "safety" in signs:
        return "P1"
    return levels.priority(impact, urgency)

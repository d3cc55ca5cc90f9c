"""The machine-readable line of `yunwei classify` (contract of the command; other tools rely on it)."""

from typing import Any

from knowledge.understanding import Understanding

CANDIDATES = 5


def classify_line(understanding: Understanding, identity: object) -> dict[str, Any]:
    """One message's understanding as the contract's mapping."""
    question = understanding.question
    return {
        "id": identity,
        "decision": understanding.decision,
        "kind": understanding.kind,
        "item": understanding.item,
        "fault": understanding.fault,
        "faults": list(understanding.faults),
        "request": understanding.request,
        "route": understanding.route,
        "safety": understanding.safety,
        "confidence": round(understanding.confidence, 4),
        "candidates": [{"fault": c.fault, "score": round(c.score, 4)} for c in understanding.candidates[:CANDIDATES]],
        "because": list(understanding.because),
        "question": {"text": question.text, "options": list(question.options)} if question else None,
        "slots": understanding.slots,
        "priority": understanding.priority,
    }

"""An inspection routine of an item as steps that are walked through like a procedure; the round goes on after 异常."""

import re
from collections.abc import Iterator

from knowledge.model import Gate, Item, Procedure, Step

PHOTO = "photo"
_PARTS = re.compile(r"[，；](?![^（]*）)")
"""Between the parts of a routine; what stands in brackets belongs to its part."""
_READING = re.compile(r"[抄读]|(?<!检)测(?!试)|统计|导出|记录|记[后用]|收光|利用率|负载率|温湿度")
"""What yields a figure: its reading is wanted before it counts as done."""
_GATES: tuple[tuple[str, Gate], ...] = (("审批|资质|持证", "permit"), ("两人", "two-person"), ("断电", "power-off"))
"""Words of a routine → what has to be confirmed before it, in this order: power is cut when all else is there."""


def intervals(item: Item) -> list[str]:
    """The intervals an item is inspected at, each once, in the order of its routines."""
    return list(dict.fromkeys(routine.every for routine in item.inspect))


def procedure(item: Item, every: str) -> Procedure:
    """The steps of one interval, and a photo at the end."""
    parts = [part for routine in item.inspect if routine.every == every for part in _PARTS.split(routine.do) if part]
    ids = [*(f"part-{n}" for n in range(1, len(parts) + 1)), PHOTO]
    steps = {step.id: step for step in _steps(parts, ids)}
    own = item.procedure
    return Procedure(
        fault="", entry=ids[0], steps=steps, tools=own.tools, accept=own.accept, escalate=own.escalate
    )  # fmt: skip


def _steps(parts: list[str], ids: list[str]) -> Iterator[Step]:
    for index, part in enumerate(parts):
        gates = tuple(gate for words, gate in _GATES if re.search(words, part))
        evidence = "reading" if _READING.search(part) else "none"
        yield _step(
            ids[index], part, "和上次、和平时比", "没有异常；有异常会另开报修单", ids[index + 1], gates, evidence
        )
    yield _step(PHOTO, "拍一张做完后的现场照片", "不拍文件和屏幕内容", "现场整洁，设备运行", "end", (), "photo")


def _step(name: str, do: str, check: str, expect: str, then: str, gates: tuple[Gate, ...], evidence: str) -> Step:
    on = {"ok": then, "fail": then}
    return Step.model_validate(
        {"id": name, "who": "onsite", "do": do, "check": check, "expect": expect, "on": on, "gates": gates,
         "evidence": evidence, "minutes": 5}
    )  # fmt: skip

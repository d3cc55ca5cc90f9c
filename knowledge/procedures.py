"""Showing the procedure of a fault to people, as a tree."""

from knowledge.model import Book, Item, Procedure, Step

_WHO = {"remote": "远程", "onsite": "现场"}


def assumed(item: Item) -> str:
    """What stands beside a clause number that was not seen in the published text."""
    return "（条款号暂定）" if item.clause.status == "assumed" else ""


def as_tree(book: Book, slug: str) -> str:
    """Words, question, self-help and the procedure of one fault as text. Raises KeyError for an unknown slug."""
    fault = book.faults[slug]
    item = book.items[fault.item]
    procedure = book.procedure(slug)
    marks = "".join(m for m, on in ((" ⚠安全", fault.safety), (f" →{fault.route}", fault.route)) if on)
    lines = [
        f"{fault.slug}  {fault.name}{marks}",
        f"  {item.name} {item.code}{assumed(item)} 方式 {fault.mode} 影响{fault.impact} 紧急{fault.urgency}"
        f" → {book.service_levels.priority(fault.impact, fault.urgency)}",
        f"  问：{fault.question}",
        *(f"  自助{i}：{step}" for i, step in enumerate(fault.self_help, start=1)),
        f"  工具：{'、'.join(procedure.tools)}" if procedure.tools else "",
        "  步骤：",
    ]
    seen: set[str] = set()
    lines += _branch(procedure, procedure.entry, "", "    ", seen)
    lines.append(f"  升级：{procedure.escalate.when} → {procedure.escalate.to}")
    lines.append(f"  验收：{'；'.join(procedure.accept)}")
    return "\n".join(line for line in lines if line)


def _branch(procedure: Procedure, name: str | None, label: str, indent: str, seen: set[str]) -> list[str]:
    if name is None:
        return []
    if name not in procedure.steps or name in seen:
        return [f"{indent}{label}→ {name}"]
    seen.add(name)
    step = procedure.steps[name]
    lines = [f"{indent}{label}{_line(step)}"]
    for outcome, mark in (("ok", "正常 "), ("fail", "异常 ")):
        lines += _branch(procedure, procedure.next(name, outcome), mark, indent + "  ", seen)
    return lines


def _line(step: Step) -> str:
    gates = f"〔{'、'.join(step.gates)}〕" if step.gates else ""
    return f"{step.id} [{_WHO[step.who]} {step.minutes}分] {gates}{step.do} — 看{step.check}；应为{step.expect}"

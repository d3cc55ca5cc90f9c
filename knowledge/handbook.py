"""The handbook: the whole catalogue with its procedures as one readable document, for review by the provider's engineers.

One sequence of blocks is written twice: as Markdown, and as HTML that prints with an item to a page. Where something comes
from stands beside it: an item's provenance, the assumed clause number, the assumed figures.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from knowledge.model import ESCALATE, TAIL, Book, Fault, Item, Procedure, Request, Step
from knowledge.procedures import assumed

PROVENANCE = {"seed": "编制说明已载", "published": "公开来源可见", "assumed": "按行业惯例推定"}
MODE = {"self": "先自助", "remote": "先远程", "onsite": "上门"}
WHO = {"remote": "远程", "onsite": "现场"}
GATE = {
    "power-off": "断电", "permit": "持证", "two-person": "两人", "backup-confirmed": "确认已备份", "owner-consent": "使用人同意",
    "not-classified": "确认非涉密",
}  # fmt: skip
EVIDENCE = {"photo": "拍照", "reading": "读数", "text": "文字", "signature": "签字"}
EVERY = {"day": "每天", "week": "每周", "month": "每月", "quarter": "每季", "half-year": "每半年", "year": "每年"}
CARRIED_OUT = {"onsite": "技术员上门", "remote": "技术员远程", "desk": "服务台"}


@dataclass(frozen=True)
class Heading:
    level: int
    text: str
    anchor: str = ""


@dataclass(frozen=True)
class Line:
    text: str


@dataclass(frozen=True)
class Points:
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Grid:
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Block = Heading | Line | Points | Grid


def write(book: Book, folder: Path) -> list[Path]:
    """Write handbook.md and handbook.html into `folder` (made if missing). Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    blocks = list(_blocks(book))
    files = {"handbook.md": _markdown(blocks), "handbook.html": _html(blocks)}
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
    return [folder / name for name in files]


def _request(book: Book, request: Request) -> tuple[str, ...]:
    approvers = "，再".join(book.service_levels.positions[a].name for a in request.approvers)
    free = f"（{'、'.join(request.free)}除外）" if request.free else ""
    return (
        request.name, request.approval, f"{approvers}{free}" if approvers else "不用批", "、".join(request.slots),
        "；".join(ask.text for ask in request.asks), CARRIED_OUT[request.mode], request.target,
    )  # fmt: skip


def _blocks(book: Book) -> Iterator[Block]:
    yield Heading(1, "信息基础设施运维服务手册")
    yield Line(
        "条款号、时限与步骤均为暂定：DB4401/T 294 第2、5部分正文未在手，服务项名称取自公开来源，步骤按行业惯例编写，"
        f"待服务方工程师审定。知识版本 {book.version}。"
    )
    yield from _levels(book)
    yield Heading(2, "收尾（每个故障都以此结束）")
    yield Grid(("谁", "做什么", "看什么", "应为", "证据"), tuple(_row(step) for step in book.tail))
    for item in book.items.values():
        yield from _item(book, item)
    yield Heading(2, "服务请求")
    yield Grid(
        ("请求", "审批", "谁来批", "需要的信息", "先问", "谁来办", "时限（暂定）"),
        tuple(_request(book, r) for r in book.requests.values()),
    )
    yield Heading(2, "不在范围内的去向")
    yield Grid(
        ("代号", "去向", "来源", "怎么答复"),
        tuple((r.code, r.name, PROVENANCE[r.provenance], r.say) for r in book.routes.values()),
    )


def _levels(book: Book) -> Iterator[Block]:
    yield Heading(2, "时限（暂定）")
    names = ("accept", "response", "arrive_resident", "arrive_other", "restore", "resolve")
    yield Grid(
        ("优先级", "接单", "首次联系", "到场（驻点）", "到场（其他）", "恢复", "解决", "计时"),
        tuple(
            (code, *(f"{targets[name]}分" for name in names), "7×24" if book.service_levels.sla.clock[code] == "7x24" else "工作时间")
            for code, targets in sorted(book.service_levels.sla.targets.items())
        ),
    )  # fmt: skip


def _item(book: Book, item: Item) -> Iterator[Block]:
    own = item.procedure
    yield Heading(2, f"{item.code} {item.name}{assumed(item)}", item.slug)
    yield Points(
        (
            f"来源：{PROVENANCE[item.provenance]}" + (f"（{'、'.join(item.basis)}）" if item.basis else ""),
            f"范围：{'、'.join(item.includes)}",
            *((f"不含：{'、'.join(item.excludes)}",) if item.excludes else ()),
            f"技能组：{book.skills[item.skill]}；远程：{ {'full': '可', 'partial': '部分', 'none': '不可'}[item.remote] }",
            *((f"注意：{'；'.join(item.cautions)}",) if item.cautions else ()),
            f"工具：{'、'.join(own.tools)}",
            f"备件：{'、'.join(own.spares)}",
            f"验收：{'；'.join(own.accept)}",
            f"升级：{own.escalate.when} → {_position(book, own.escalate.to)}",
            *(f"巡检（{EVERY[i.every]}）：{i.do}" for i in item.inspect),
        )
    )
    for fault in item.faults.values():
        yield from _fault(book, fault)


def _fault(book: Book, fault: Fault) -> Iterator[Block]:
    procedure = book.procedure(fault.slug)
    marks = "".join(mark for mark, on in (("　⚠安全", fault.safety), (f"　→{fault.route}", fault.route)) if on)
    yield Heading(3, f"{fault.name}{marks}", fault.slug)
    said = dict.fromkeys((*fault.words.phrases, *fault.words.symptoms))
    priority = book.service_levels.priority(fault.impact, fault.urgency)
    yield Points(
        (
            f"{fault.slug}；{MODE[fault.mode]}；影响{fault.impact} 紧急{fault.urgency} → {priority}",
            f"常见说法：{'、'.join(list(said)[:14])}",
            f"问：{fault.question}",
            *(f"自助{i}：{step}" for i, step in enumerate(fault.self_help, start=1)),
        )
    )
    yield Grid(("步骤", "谁", "做什么", "看什么", "应为", "证据", "正常→", "异常→"), tuple(_rows(procedure)))


def _rows(procedure: Procedure) -> Iterator[tuple[str, ...]]:
    order = _walk(procedure)
    number = {name: str(i) for i, name in enumerate(order, start=1)}
    for name in order:
        ok, fail = (_whither(procedure.next(name, outcome), number) for outcome in ("ok", "fail"))
        yield (number[name], *_row(procedure.steps[name]), ok, fail)


def _row(step: Step) -> tuple[str, ...]:
    gates = f"〔先{'、'.join(GATE[gate] for gate in step.gates)}〕" if step.gates else ""
    who = f"{WHO[step.who]} {step.minutes}分"
    return who, gates + step.do + _with(step), step.check, step.expect, EVIDENCE.get(step.evidence, "—")


def _whither(name: str | None, number: Mapping[str, str]) -> str:
    return {None: "结束", ESCALATE: "升级", TAIL[0]: "收尾"}.get(name) or number[str(name)]


def _walk(procedure: Procedure) -> list[str]:
    """The fault's own steps in the order a reader meets them; the common end is told once for all."""
    waiting: list[str | None] = [procedure.entry]
    seen: list[str] = []
    while waiting:
        at = waiting.pop(0)
        if at in procedure.steps and at not in seen and at not in TAIL:
            seen.append(str(at))
            waiting += [procedure.next(str(at), "ok"), procedure.next(str(at), "fail")]
    return seen


def _with(step: Step) -> str:
    return f"（带{'、'.join(step.tools)}）" if step.tools else ""


def _position(book: Book, code: str) -> str:
    position = book.service_levels.positions.get(code)
    return position.name if position else code


def _markdown(blocks: Sequence[Block]) -> str:
    out = []
    for block in blocks:
        match block:
            case Heading(level, text):
                out.append(f"{'#' * level} {text}\n")
            case Line(text):
                out.append(f"{text}\n")
            case Points(lines):
                out.append("".join(f"- {line}\n" for line in lines))
            case Grid(head, rows):
                table = [head, tuple("---" for _ in head), *rows]
                out.append("".join("| " + " | ".join(c.replace("|", "｜") for c in row) + " |\n" for row in table))
    return "\n".join(out)


def _html(blocks: Sequence[Block]) -> str:
    contents = "".join(
        f'<li><a href="#{escape(b.anchor)}">{escape(b.text)}</a></li>'
        for b in blocks
        if isinstance(b, Heading) and b.level == 2 and b.anchor
    )
    body = []
    for block in blocks:
        match block:
            case Heading(level, text, anchor):
                body.append(f'<h{level} id="{escape(anchor)}">{escape(text)}</h{level}>')
                if level == 1:
                    body.append(f"<nav><ol>{contents}</ol></nav>")
            case Line(text):
                body.append(f"<p>{escape(text)}</p>")
            case Points(lines):
                body.append("<ul>" + "".join(f"<li>{escape(line)}</li>" for line in lines) + "</ul>")
            case Grid(head, rows):
                top = "".join(f"<th>{escape(c)}</th>" for c in head)
                rest = "".join("<tr>" + "".join(f"<td>{escape(c)}</td>" for c in row) + "</tr>" for row in rows)
                body.append(f"<table><thead><tr>{top}</tr></thead><tbody>{rest}</tbody></table>")
    return PAGE.replace("BODY", "\n".join(body))


PAGE = """<!doctype html>
<html lang="zh-CN"><meta charset="utf-8"><title>信息基础设施运维服务手册</title>
<style>
body { font: 15px/1.6 "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1c2430 }
h1 { font-size: 1.7rem } h2 { font-size: 1.3rem; border-bottom: 2px solid #2f6fed; margin-top: 2.5rem; break-before: page }
h3 { font-size: 1.05rem; margin-top: 1.6rem; break-after: avoid } nav ol { columns: 3; list-style: none; padding: 0; font-size: .9rem }
table { border-collapse: collapse; width: 100%; font-size: .85rem; margin: .6rem 0 } tr { break-inside: avoid }
th, td { border: 1px solid #cdd5e0; padding: .3rem .45rem; text-align: left; vertical-align: top } th { background: #eef3fb; white-space: nowrap }
td:nth-child(-n+2), td:nth-last-child(-n+3) { white-space: nowrap } a { color: #2f6fed; text-decoration: none }
@media print { body { margin: 0; max-width: none; font-size: 11px } nav a { color: inherit } }
</style>
BODY
</html>
"""

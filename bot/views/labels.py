"""Label sheets to print: A4, 3 × 8 labels of 70 × 36 mm a page, each with a QR code of what is typed into the chat."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import segno

PER_PAGE = 24
STYLE = """
@page { size: A4; margin: 0 }
body { margin: 0; font-family: "Noto Sans SC", "Microsoft YaHei", "PingFang SC", sans-serif }
.page { box-sizing: border-box; width: 210mm; height: 296.5mm; padding-top: 4.5mm; display: grid;
  grid-template-columns: repeat(3, 70mm); grid-template-rows: repeat(8, 36mm); overflow: hidden; break-after: page }
.page:last-child { break-after: auto }
.label { box-sizing: border-box; padding: 3mm; display: flex; gap: 2mm; align-items: center; overflow: hidden }
.label svg { width: 28mm; height: 28mm; flex: none }
.label div { min-width: 0; overflow-wrap: anywhere; font-size: 8.5pt; line-height: 1.3 }
.label b { font-size: 10pt }
@media screen { .label { outline: 1px dashed #ccc } }
"""


@dataclass(frozen=True)
class Label:
    """One label: the code as it is typed or scanned, the device (none on a room's), the place as people say it."""

    code: str
    device: str
    place: str


def sheet(agency: str, labels: Sequence[Label]) -> str:
    """The whole HTML document; it needs nothing from outside, and no text of the database is taken for markup."""
    pages = [labels[start : start + PER_PAGE] for start in range(0, len(labels), PER_PAGE)]
    body = "\n".join(_page(agency, page) for page in pages)
    return (
        f'<!DOCTYPE html>\n<html lang="zh-CN">\n<head><meta charset="utf-8"><title>{escape(agency)} 标签</title>'
        f"<style>{STYLE}</style></head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def _page(agency: str, labels: Sequence[Label]) -> str:
    inside = "\n".join(_label(agency, each) for each in labels)
    return f'<section class="page">\n{inside}\n</section>'


def _label(agency: str, label: Label) -> str:
    lines = [f"<b>{escape(label.device or label.place)}</b>"]
    lines += [escape(text) for text in (label.place if label.device else "", label.code, agency) if text]
    lines.append("报障请扫码，或把编号发给运维助手")
    code = segno.make(label.code, error="m", micro=False, encoding="utf-8")
    return f'<div class="label">{code.svg_inline(omitsize=True, border=2)}<div>{"<br>".join(lines)}</div></div>'

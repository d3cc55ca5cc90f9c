"""The desk's vocabulary: how numbers, places, times, priorities and states are said to people, in plain Chinese."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, tzinfo

from bot.core.charging import VISIT
from bot.core.ticket import Status
from bot.store.tables import Contact, Person, Ticket
from knowledge import Book, Step

_IDENTITY = re.compile(
    r"(?<!\d)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![\dA-Za-z])"
)
"""The number of an identity card: the place, the day of birth, three figures and a check (GB 11643)."""
_PHONE = re.compile(r"(?<!\d)(?:1[3-9]\d(?:[- ]?\d{4}){2}|0\d{2,3}[- ]?\d{7,8})(?!\d)")


INSPECTION = "inspection"
"""The kind of a planned round."""
EVERY = {"day": "每日", "week": "每周", "month": "每月", "quarter": "季度", "half-year": "半年", "year": "年度"}


@dataclass(frozen=True)
class Voice:
    """What the views need to speak: the catalogue's names, the hotline, the local zone."""

    book: Book
    hotline: str
    zone: tzinfo

    def clock(self, at: datetime, now: datetime) -> str:
        """A moment as people say it: 14:12, 明天9:30, 11月25日9:30."""
        local, today = at.astimezone(self.zone), now.astimezone(self.zone).date()
        days = (local.date() - today).days
        day = {0: "", 1: "明天", 2: "后天"}.get(days, f"{local.month}月{local.day}日")
        return f"{day}{local.hour}:{local.minute:02d}"

    def window(self, start: datetime, end: datetime, now: datetime) -> str:
        """A stretch of one day: 明天9:00–11:00."""
        last = end.astimezone(self.zone)
        return f"{self.clock(start, now)}–{last.hour}:{last.minute:02d}"

    def visit(self, ticket: Ticket, now: datetime) -> str:
        """The appointment that was agreed: 预约明天9:00–11:00; empty without one."""
        if ticket.visit_from is None or ticket.visit_until is None or Status(ticket.status) not in STILL_TO_COME:
            return ""
        return f"预约{self.window(ticket.visit_from, ticket.visit_until, now)}"

    def standing(self, ticket: Ticket, name: str, now: datetime) -> str:
        """One line of how a ticket stands: its state, with whom, and the appointment, which says what is waited for."""
        visit = self.visit(ticket, now)
        word = STATE[Status(ticket.status)] if visit else state(ticket)
        return (
            f"{number(ticket)} {self.what(ticket)}：{word}"
            + (f"（{name}）" if name else "")
            + (f"，{visit}" if visit else "")
        )

    def call_us(self) -> str:
        """The way out when the chat fails; empty when no hotline is configured."""
        return f"急事请拨{self.hotline}。" if self.hotline else ""

    def what(self, ticket: Ticket) -> str:
        """The matter in plain words, never a slug."""
        if ticket.fault and ticket.fault in self.book.faults and ticket.kind != "unclear":
            return self.book.faults[ticket.fault].plain
        if ticket.request:
            return self.book.requests[ticket.request].name
        if ticket.kind == INSPECTION and (item := self.book.items.get(ticket.item or "")):
            return f"{item.name}{EVERY[str(ticket.slots['every'])]}巡检"
        if ticket.item and ticket.item in self.book.items:
            return f"{self.book.items[ticket.item].name}问题" + ("（待确认）" if ticket.kind == "unclear" else "")
        if ticket.route:
            return self.book.routes[ticket.route].name
        return "报障（待确认）"


STILL_TO_COME = (Status.TRIAGED, Status.DISPATCHED, Status.ACCEPTED, Status.EN_ROUTE, Status.REMOTE)
"""The states in which an appointment is still ahead."""

URGENCY = {"P1": "按特急处理", "P2": "按加急处理", "P3": "会尽快处理", "P4": "不急的话可约时间处理"}
"""Urgency to reporters; priority codes are for technicians and the desk only."""

STATE = {
    Status.NEW: "已受理",
    Status.NEED_INFO: "待补充信息",
    Status.APPROVAL: "等待审批",
    Status.TRIAGED: "正在安排",
    Status.DISPATCHED: "已派单，等技术员接单",
    Status.ACCEPTED: "技术员已接单",
    Status.EN_ROUTE: "技术员在路上",
    Status.ON_SITE: "技术员已到场",
    Status.REMOTE: "正在远程处理",
    Status.RESTORED: "已恢复，收尾中",
    Status.RESOLVED: "已解决，待确认",
    Status.CLOSED: "已关闭",
    Status.REFERRED: "已转出",
    Status.MERGED: "已合并",
    Status.CANCELLED: "已撤销",
}

REFUSED = "refused"
"""How a request ended to which somebody said no."""
NOTE = "note"
"""The source of a ticket entered afterwards from a paper note."""
DECLINE_REASONS = {"busy": "手上有急单", "skill": "不会修这个", "far": "离得太远", "leave": "不在岗"}
GATES = {
    "power-off": "已断电并验过没电",
    "permit": "操作许可和证件在手",
    "two-person": "两人都在现场",
    "backup-confirmed": "使用人已确认数据有备份",
    "owner-consent": "使用人（或负责人）已同意",
    "not-classified": "已确认不是涉密设备",
}


def gates_beside(step: Step, asked: str, opened: Collection[str]) -> list[tuple[str, str]]:
    """The step's other gates beside the one that is asked: what is confirmed already, what will be asked after it."""
    done = [GATES[gate] for gate in step.gates if gate in opened]
    after = [GATES[gate] for gate in step.gates if gate not in opened and gate != asked]
    rows = (("已确认", done), ("之后还有", after))
    return [(label, clip("、".join(what), 30)) for label, what in rows if what]


def number(ticket: Ticket) -> str:
    """The ticket's number; what was entered afterwards from a paper note is marked so."""
    return f"{ticket.id}号{'（补录）' if ticket.source == NOTE else ''}"


def named(ticket: Ticket) -> str:
    """The number with its place, for somebody who has several: 14号（三楼302）."""
    where = clip(place(ticket), 12)
    return f"{number(ticket)}（{where}）" if where else number(ticket)


def state(ticket: Ticket) -> str:
    """The ticket's state in words, the pause included."""
    word = "未获同意" if ticket.by == REFUSED else STATE[Status(ticket.status)]
    if ticket.paused == VISIT:
        return f"{word}（等预约时间）"
    return f"{word}（暂停：{ticket.paused}）" if ticket.paused else word


def spaced(*parts: str | None) -> str:
    """The parts that there are, with a space between."""
    return " ".join(part for part in parts if part)


def place(ticket: Ticket) -> str:
    """Where it is, as it was said; empty when unknown."""
    slots = ticket.slots
    if said := slots.get("location"):
        return str(said)
    return "".join(str(slots[k]) for k in ("building", "floor", "room") if slots.get(k))


def whom(ticket: Ticket, reporter: Person | None) -> str:
    """Who reported it, with the numbers he can be called on; of a telephone report, what he said himself. A number given
    for this ticket comes before the one we have of him.
    """
    told = ticket.slots.get("caller") or {}
    if reporter is None:
        return ""
    name, phone = told.get("name") or reporter.name, told.get("phone") or reporter.phone
    if (given := str(ticket.slots.get("phone") or "")) and given != phone:
        phone = f"{given} 或 {phone}" if phone else given
    registered = f"（登记为{reporter.name}）" if name != reporter.name and reporter.confirmed else ""
    extension = f"分机{told['extension']}" if told.get("extension") else ""
    return " ".join(part for part in (f"{name}{registered}", phone, extension) if part)


def agency(ticket: Ticket, unit: str) -> str:
    """The unit of a ticket: the one known, else what a caller called his."""
    told = ticket.slots.get("caller") or {}
    return unit if ticket.unit_id is not None else told.get("unit") or unit


def call(person: Person | None) -> str:
    """How somebody is called in a sentence."""
    return person.name if person else "技术员"


def masked(phone: str) -> str:
    """A phone number as it may be shown where more than one person reads."""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 8 else phone


def masked_in(text: str) -> str:
    """A text with its mobile numbers, its lines with an area code, and the numbers of identity cards masked."""
    text = _IDENTITY.sub(lambda found: masked(found[0]), text)
    return _PHONE.sub(lambda found: masked(re.sub(r"\D", "", found[0])), text)


def clip(text: str, limit: int) -> str:
    """At most `limit` characters, the cut marked."""
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1] + "…"


def contact_line(contact: Contact | None) -> str:
    """Whom the agency's people turn to, on a line of its own; nothing where nobody was entered."""
    note = f"（{contact.note}）" if contact and contact.note else ""
    return f"\n贵单位联系人：{contact.name}，电话{contact.phone}{note}。" if contact else ""

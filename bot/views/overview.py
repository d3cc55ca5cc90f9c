"""What the demo's desk panel shows, in plain Chinese: who is on duty, every open ticket, where a repair stands.

Each function gives a JSON object; the page lays it out and adds no words of its own about the matter.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.core.charging import Party
from bot.core.duty import Standing, Turn
from bot.core.ticket import Status
from bot.core.warning import Running
from bot.store.tables import Guidance, Offer, Person, Round, Ticket
from bot.views.clocks import PARTY, TARGET
from bot.views.duty import AWAY
from bot.views.rounds import until
from bot.views.technician import PARTS
from bot.views.words import GATES, Voice, number, place, state
from knowledge import Step

DUTY = {"on": "在岗", "busy": "忙碌", "off": "不在岗"}
NO_SIGNAL = "没信号"
TURN = {Standing.ON: "上班", Standing.LUNCH: "午休", Standing.LEAVE: "请假", Standing.OFF: "下班"}
"""What comes next by the roster → in a word."""
POSTS = (
    ("duty-manager", "lead", "值班经理"),
    ("service-manager", "lead", "服务经理"),
    ("area-lead", "lead", "片区负责人"),
    ("dispatcher", "desk", "派单员"),
    ("service-desk", "desk", "坐席"),
)
"""Position of the desk → the kind of person for the panel's colours, and the post's name; the first that fits."""
EVIDENCE = {"photo": "照片", "reading": "读数", "text": "文字说明", "signature": "签字照片"}
MEDIUM = {"photo": "照片", "voice": "语音", "video": "视频", "text": "文字", "location": "位置"}
RESULT = {"ok": "正常", "fail": "异常", "skip": "跳过"}
GATE = {
    "closed": "未确认，确认前不动手",
    "open": "已确认",
    "asked": "已问使用方，等答复",
    "refused": "条件不具备，已停手",
    "overridden": "服务台已代为确认",
}
"""How a gate stands → in words."""


def person(
    voice: Voice,
    who: Person,
    turn: Turn,
    now: datetime,
    *,
    engineer: bool,
    held: Sequence[Ticket],
    asked: Sequence[Ticket],
) -> dict[str, Any]:
    """One line of 在岗: how he stands and what comes next by the roster, what he has in hand, what he is asked to take."""
    kind, post = next(((k, p) for position, k, p in POSTS if position in who.positions), ("other", ""))
    if engineer:
        kind, post = "technician", "技术员"
    away = AWAY.get(turn.now)
    duty = "off" if away else who.duty if who.no_signal_since is None else "busy"
    word = away or (DUTY[duty] if who.no_signal_since is None else NO_SIGNAL)
    parts = []
    if held:
        parts.append("手上" + "、".join(number(t) for t in held))
    if asked:
        parts.append("等他接" + "、".join(number(t) for t in asked))
    return {
        "id": who.id,
        "name": who.name,
        "role": kind,
        "post": post,
        "duty": duty,
        "duty_word": word,
        "next": f"{voice.clock(turn.at, now)}{TURN[turn.then]}" if turn.at and turn.then else "",
        "hand": "；".join(parts) or ("手上没有单" if engineer else ""),
    }


def ticket(
    voice: Voice,
    one: Ticket,
    *,
    holder: Person | None,
    asked: Person | None,
    awaited: str,
    one_round: Round | None,
    now: datetime,
    clock: Mapping[str, Any] | None,
    why: Mapping[str, Any] | None,
) -> dict[str, Any]:
    """One ticket of 工单. `awaited`: whose yes it waits for; `one_round`: what it is about when it is an inspection."""
    about = [voice.visit(one, now)]
    if one_round is not None:
        about.append(until(one_round.every, one_round.due_on))
        about.append(f"发现{one_round.found}处异常" if one_round.found else "")
    if one.request is not None:
        about.append(f"时限：{voice.book.requests[one.request].target}")
    if one.parent_id is not None:
        about.append(f"关联{one.parent_id}号")
    owner = f"审批人：{awaited}" if awaited else "服务台"
    return {
        "id": one.id,
        "number": number(one),
        "place": "" if one.kind == "classified" else place(one),
        "what": voice.what(one),
        "priority": one.priority,
        "state": state(one),
        "holder": f"处理人：{holder.name}" if holder else f"已问{asked.name}" if asked else owner,
        "about": [words for words in about if words],
        "clock": clock,
        "why": why,
    }


def clock(voice: Voice, each: Running, *, party: Party, runs: bool, due: datetime, now: datetime) -> dict[str, Any]:
    """The nearest target: how much of it is used, until when, and whose time is running."""
    used, allowed = (int(span / timedelta(minutes=1)) for span in (each.used, each.allowed))
    late = each.left <= timedelta(0)
    end = f"已超{used - allowed}分" if late else f"{voice.clock(due, now)}到时限" if runs else f"还剩{allowed - used}分"
    whose = PARTY[party] if party is Party.OFF_HOURS else f"{PARTY[party]}用时"
    return {
        "target": TARGET[each.target],
        "percent": min(int(100 * used / allowed), 999) if allowed else 100,
        "used": f"{used}/{allowed}分",
        "end": end,
        "late": late,
        "runs": runs,
        "whose": whose if runs else f"{whose}，停表",
    }


def why(offer: Offer, who: Person | None) -> dict[str, Any]:
    """Why this person: the numbers that 为什么是我 shows."""
    second = offer.costs.get("runner_up")
    rival = f"次选{second['name']}，合计{second['cost']:.0f}" if second else "没有其他合格在岗人员"
    return {
        "head": f"为什么是{who.name if who else '他'}",
        "by_desk": "服务台指派" if offer.by_desk else "",
        "parts": [f"{PARTS.get(k, k)} {v:+.0f}" for k, v in offer.costs.get("parts", {}).items() if v] or ["各项为零"],
        "total": f"合计{offer.costs.get('cost', 0):.0f}",
        "rival": "" if offer.by_desk and not second else rival,
    }


def repair(
    voice: Voice,
    one: Ticket,
    holder: Person | None,
    *,
    row: Guidance | None,
    step: Step | None,
    gates: Sequence[tuple[str, str]],
    attached: Mapping[str, int],
    taken: Sequence[tuple[str, str]],
) -> dict[str, Any]:
    """One ticket of 步骤. `gates`: (gate, a key of GATE); `attached`: medium → pieces; `taken`: (what was done, result)."""
    about = {
        "id": one.id,
        "number": number(one),
        "what": voice.what(one),
        "place": place(one),
        "holder": holder.name if holder else "",
        "taken": [{"do": do, "result": result, "word": RESULT.get(result, "")} for do, result in taken],
        "attached": _pieces(attached),
        "title": "",
        "do": "",
        "gates": [],
        "evidence": "",
    }
    if row is None or (step is None and not row.ended):
        return about | {"title": "还没有开始步骤", "do": f"{state(one)}，到场或远程处理后给出第一步"}
    if step is None or row.ended:
        escalated = bool(row.history and row.history[-1][0] == "escalate")
        return about | {"title": "步骤走完" + ("，服务台已收到升级请求" if escalated else "，请收尾"), "do": state(one)}
    wanted = EVIDENCE.get(str(step.evidence), "")
    return about | {
        "title": f"第{len({s for s, _ in row.history}) + 1}步"
        + ("" if one.status in _WORKING else f"（{state(one)}）"),
        "do": step.do,
        "gates": [{"state": how, "what": GATES.get(gate, gate), "word": GATE[how]} for gate, how in gates],
        "evidence": (f"要{wanted}，" + (f"已附{row.evidence}件" if row.evidence else "还没有")) if wanted else "不要求",
    }


_WORKING = (Status.ON_SITE, Status.REMOTE)


def _pieces(attached: Mapping[str, int]) -> str:
    """照片2，文字1; empty when nothing was attached."""
    return "，".join(f"{MEDIUM.get(medium, '其他')}{count}" for medium, count in attached.items() if count)

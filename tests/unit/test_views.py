"""Plain speech, held over every sentence a reporter can read: no codes, nothing long, one request, a way out.

Each view is called with the longest the catalogue has, so a new sentence is measured as soon as it is written.
"""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot import views
from bot.core.charging import Interval, Party, Reading
from bot.core.outbound import Card, Message, Say
from bot.core.visits import Trouble, Window
from bot.store.tables import Asset, Incident, LateEntry, Loan, Person, Ticket
from bot.views import reporter
from bot.views.calendar import Standstill
from bot.views.words import Voice
from knowledge import Book

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
HOTLINE = "020-12345000"
LONGEST = 80
CODES = re.compile(r"P[1-4](?!\d)|R\d{1,2}(?!\d)|SLA|[a-z]{2,}-[a-z]{2,}|条款|第[\d.]+条|DB4401|None|\{|\}")
REQUESTS = re.compile(r"请(?!问|拨|假)|？|\?")

STAFF = {
    "choices", "desk", "duty_requests", "hotline", "kpi", "labels", "notices", "overview", "phone_reports", "repair", "rounds",
    "staff", "technician", "words",
}  # fmt: skip
"""Modules without a word for reporters."""
PARTLY = {
    "approvals": "yes_is_back waits_again too_late nothing_given waits_for approver_asks registered registered_asking one_more submitted passed_on left under_way with_desk refused",
    "broadcast": "left_alone",
    "complaints": "heard",
    "clocks": "left disputed how_to_dispute not_yours_to_dispute no_stretch",
    "desk_tools": "merged_reporter added_to_merged resolved_with unresolved_with goes_on unmerged_reporter unsplit_reporter priority_reporter",
    "duty": "left_alone for_others",
    "field": "consent_thanks another_consent nothing_of_yours somebody_else_comes somebody_else_finishes",
    "incidents": "joined restored released",
    "leavers": "inherited registered not_registered gone_already not_yours_to_say",
    "members": "who_are_you registered no_such_unit welcome none_waiting nobody member_already listed_member several which_unit already",
    "muting": "you_are_muted kept you_may_speak",
    "proof": "arrived contacted thanks nothing_to_confirm",
    "relay": "connecting still_waiting not_reached joined between goes_on_with over",
    "spares": "you_have_a_loan due_today",
    "thumb": "corrected late_ask",
    "calendar": "moved",
    "visits": "later own_noted time_kept settled which_time trouble he_cannot answered_no this_morning comes_late missed fell same_time",
}
"""Modules that speak to others too: what of them reporters read. A module that is in neither table is theirs entirely."""
LISTS = {"field.ask_consent", "leavers.confirm", "members.card", "visits.choose"}
"""Read by the agency's people and longer: they list windows or names, or show a step."""
TO_THEM = re.compile(r"To (the|a|an) (reporter|new member|unknown sender|liaison|agency's person)\b")


def all_views() -> dict[str, Callable[..., Say | Card]]:
    """Every function of the views that makes one message, by module and name."""
    found: dict[str, Callable[..., Say | Card]] = {}
    for module in (importlib.import_module(f"{views.__name__}.{m.name}") for m in pkgutil.iter_modules(views.__path__)):
        for name, view in inspect.getmembers(module, inspect.isfunction):
            if view.__module__ == module.__name__ and view.__annotations__.get("return") in (Say, Card):
                found[f"{module.__name__.rpartition('.')[2]}.{name}"] = view
    return found


ALL = all_views()
NAMED = {f"{module}.{name}" for module, names in PARTLY.items() for name in names.split()}
VIEWS = {
    name: view for name, view in ALL.items() if name in NAMED or name.partition(".")[0] not in STAFF | PARTLY.keys()
}

SAMPLES: dict[str, Any] = {
    "card_id": "t17-x-0123456789", "now": NOW, "earliest": NOW + timedelta(hours=1), "by": NOW + timedelta(hours=1),
    "name": "欧阳建国", "kind": "photo", "reference": 1234, "ticket_id": 1234, "index": 1, "total": 3, "first": True,
    "alongside": False, "reminder": 2, "what": "en-route", "who": "欧阳建国", "note": "已由物业更换", "phone": "13800000001",
    "text": "请问是哪一种情况？", "options": ["打印出来有黑道", "一直卡纸", "电脑连不上它", "都不是"],
    "say": "水电空调请拨打物业电话报修，我们已记录并转告。",
    "until": "12月31日17:30",
    "at": 12, "next_one": True, "contact": None, "why": "off-duty",
    "reason": "今年没有安排这笔授权费用，要先向办公室申请预算", "found": True, "new": True,
    "code": "PRINTER-2026-0017", "unit": "规划和自然资源局白云区分局政务服务中心", "said": "规划和自然资源局白云区分局政务服务中心",
    "targets": [Reading(t, 480, 0, 0, stopped=False, due=NOW + timedelta(days=40)) for t in ("response", "arrive", "restore", "resolve")],
    "net": True, "sent": False, "quiet": True, "told": True, "desk": False, "right": True, "yes": True,
    "part": Interval(NOW, NOW + timedelta(hours=2), Party.OFF_HOURS, 17),
    "question": {"options": ["打印出来有黑道", "一直卡纸", "电脑连不上它", "都不是"]},
    "asset": Asset(code="PRINTER-2026-0017", unit_id=1, device="激光打印机", building="行政服务中心B座", floor="十二楼", room="1208室"),
    "loan": Loan(ticket_id=1234, tag="BJ-2026-012", due_on=date(2026, 12, 31), lent_at=NOW),
    "words": ["联系", "到", "重启交换机好了", "好"],
    "entries": [LateEntry(ticket_id=1234, person_id=2, what=what, claimed_at=NOW, received_at=NOW)
                for what in ("contact", "arrive", "restored", "resolved")],
}  # fmt: skip
STANDS = Standstill("超强台风“山竹”", NOW + timedelta(days=3))
HOTLINE_IN = {
    "reporter.welcome", "reporter.receipt", "reporter.dispatched", "reporter.ask_place", "reporter.to_desk",
    "reporter.request_received", "reporter.wordless", "reporter.question", "reporter.heard", "reporter.say_it", "reporter.sorry",
    "reporter.not_understood", "reporter.expired_card", "reporter.not_fixed", "reporter.reopened", "reporter.not_yours",
    "reporter.paused", "reporter.chitchat", "incidents.joined", "relay.connecting", "relay.still_waiting", "relay.not_reached",
    "approvals.registered", "approvals.registered_asking", "approvals.under_way", "approvals.with_desk",
    "muting.you_are_muted", "muting.kept", "duty.for_others",
}  # fmt: skip
"""Welcome, receipts and everything that says something went wrong."""


@pytest.fixture(scope="module")
def voice(book: Book) -> Voice:
    return Voice(book=book, hotline=HOTLINE, zone=ZoneInfo("Asia/Shanghai"))


def longest_fault(book: Book) -> str:
    return max(book.faults, key=lambda slug: len(book.faults[slug].plain))


def ticket(book: Book) -> Ticket:
    fault = longest_fault(book)
    return Ticket(
        id=1234, status="dispatched", reporter_id=1, item=book.faults[fault].item, fault=fault, priority="P1",
        slots={"location": "行政服务中心B座十二楼1208室"}, created_at=NOW, kind="fault", paused="等备件", rating=2, parent_id=1233,
    )  # fmt: skip


def arguments(name: str, voice: Voice, book: Book) -> dict[str, Any]:
    person, one = Person(id=2, name="欧阳建国", phone="13800000000"), ticket(book)
    longest_request = max(book.requests, key=lambda slug: len(book.requests[slug].name))
    request = one.model_copy(update={"fault": None, "item": None, "request": longest_request})
    asked = max((ask.text for r in book.requests.values() for ask in r.asks), key=len)
    window = Window(NOW + timedelta(days=10), NOW + timedelta(days=10, hours=3))
    objects = {
        "voice": voice, "ticket": one, "into": one, "technician": person, "tickets": [one], "people": [person, person],
        "incident": Incident(id=3, symptom_group="net", main_ticket_id=1234, since=NOW, next_update_at=NOW),
        "step": max((s for f in book.faults.values() for s in f.self_help), key=len),
    }  # fmt: skip
    own: dict[str, dict[str, Any]] = {
        "approvals.registered": {"ticket": request},
        "approvals.registered_asking": {"ticket": request, "text": asked},
        "approvals.one_more": {"text": asked},
        "approvals.under_way": {"ticket": request, "at": NOW + timedelta(hours=1), "name": ""},
        "approvals.refused": {"who": person},
        "approvals.left": {"who": person, "to": "欧阳建国"},
        "approvals.waits_again": {"who": person},
        "approvals.no_longer_agrees": {"who": person},
        "approvals.too_late": {"holder": person},
        "complaints": {"caller": person, "again": False},
        "duty.for_others": {"count": 12},
        "duty.left_alone": {"own": {"P3": "21:00-08:00", "P4": "none"}},
        "field": {"who": person, "gate": "backup-confirmed"},
        "leavers": {"who": person},
        "members": {"who": person, "by": person, "at": NOW},
        "muting": {"until": NOW + timedelta(days=7)},
        "proof": {"kind": "contact"},
        "reporter.heard": {
            "text": "行政服务中心B座十二楼1208室那台打印机又卡纸了，怎么都拿不出来，麻烦快点派人来看一下吧"
        },
        "reporter.classified": {"stopped": one},
        "reporter.heard_already": {"stands": STANDS},
        "reporter.urged": {"stands": STANDS},
        "reporter.progress": {"tickets": [(one, person.name)], "stands": [(one, STANDS)]},
        "thumb": {"kind": "arrive"},
        "visits": {"who": person, "when": window, "was": window, "then": window, "what": Trouble.FAR},
    }
    given = {**SAMPLES, **objects, **own.get(name.partition(".")[0], {}), **own.get(name, {})}
    return {parameter: given[parameter] for parameter in inspect.signature(VIEWS[name]).parameters}


def test_no_view_is_forgotten() -> None:
    """A new module is measured until somebody says who else reads it; whatever says it is for them is measured."""
    assert STAFF | PARTLY.keys() <= {module.name for module in pkgutil.iter_modules(views.__path__)}
    assert set(ALL) >= NAMED | LISTS
    assert set(VIEWS) >= HOTLINE_IN
    for_them = {name for name, view in ALL.items() if TO_THEM.match(inspect.getdoc(view) or "")}
    assert for_them - VIEWS.keys() == LISTS


def words(message: Message) -> str:
    if isinstance(message, Say):
        return message.text
    assert isinstance(message, Card), message
    facts = "".join(f"{name}{value}" for name, value in message.lines)
    return "\n".join(part for part in (message.title, message.description, message.body, facts) if part)


@pytest.mark.parametrize("name", sorted(VIEWS))
def test_plain_speech(name: str, voice: Voice, book: Book) -> None:
    said = words(VIEWS[name](**arguments(name, voice, book)))
    assert not CODES.search(said), said
    assert len(said) <= LONGEST, f"{len(said)}: {said}"
    assert len(REQUESTS.findall(said)) <= 1, said
    if name in HOTLINE_IN:
        assert HOTLINE in said, said


@pytest.mark.parametrize("name", sorted(VIEWS))
def test_without_a_hotline_nothing_is_left_hanging(name: str, book: Book) -> None:
    mute = Voice(book=book, hotline="", zone=ZoneInfo("Asia/Shanghai"))
    said = words(VIEWS[name](**arguments(name, mute, book)))
    assert "拨" not in said.replace(SAMPLES["say"], "") and "。。" not in said


def test_what_the_catalogue_makes_the_bot_say_is_plain_too(voice: Voice, book: Book) -> None:
    long, coded = [], []
    for slug, fault in book.faults.items():
        one = ticket(book).model_copy(update={"fault": slug, "item": fault.item, "priority": "P3"})
        for index, step in enumerate(fault.self_help, start=1):
            card = reporter.self_help(one, "t1-selfhelp-0", step, index, len(fault.self_help), alongside=index == 1)
            long += [f"{slug}: {len(words(card))}"] if len(words(card)) > LONGEST else []
        for said in (fault.plain, *fault.self_help):
            coded += [f"{slug}: {said}"] if CODES.search(said) else []
    coded += [r.say for r in book.routes.values() if CODES.search(r.say)]
    long += [f"{slug}: {len(r.say)}" for slug, r in book.routes.items() if len(r.say) > LONGEST]
    assert (long, coded) == ([], [])

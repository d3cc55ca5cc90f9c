"""Plain speech, held over every sentence a reporter can read: no codes, nothing long, one request, a way out.

Each view is called with the longest the catalogue has, so a new sentence is measured as soon as it is written.
"""

import inspect
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.core.outbound import Card, Message, Say
from bot.core.visits import Trouble, Window
from bot.store.tables import Incident, Person, Ticket
from bot.views import approvals, incidents, relay, reporter, visits
from bot.views.words import Voice
from knowledge import Book

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
HOTLINE = "020-12345000"
LONGEST = 80
CODES = re.compile(r"P[1-4](?!\d)|R\d{1,2}(?!\d)|SLA|[a-z]{2,}-[a-z]{2,}|条款|第[\d.]+条|DB4401|None|\{|\}")
REQUESTS = re.compile(r"请(?!问|拨|假)|？|\?")

SAMPLES: dict[str, Any] = {
    "card_id": "t17-x-0123456789", "now": NOW, "earliest": NOW + timedelta(hours=1), "by": NOW + timedelta(hours=1),
    "name": "欧阳建国", "kind": "photo", "reference": 1234, "ticket_id": 1234, "index": 1, "total": 3, "first": True,
    "alongside": False, "reminder": 2, "what": "en-route", "who": "欧阳建国", "note": "已由物业更换",
    "text": "请问是哪一种情况？", "options": ["打印出来有黑道", "一直卡纸", "电脑连不上它", "都不是"],
    "say": "水电空调请拨打物业电话报修，我们已记录并转告。",
    "until": "12月31日17:30",
    "at": 12, "next_one": True, "contact": None, "why": "off-duty",
    "reason": "今年没有安排这笔授权费用，要先向办公室申请预算", "found": True, "new": True,
}  # fmt: skip
ASKED_FOR = (approvals.registered, approvals.registered_asking, approvals.under_way)
"""Views of a service request that name it."""
HOTLINE_IN = {
    "welcome", "receipt", "dispatched", "ask_place", "to_desk", "request_received", "wordless", "question",
    "heard", "say_it", "sorry", "not_understood", "expired_card", "not_fixed", "reopened", "not_yours", "paused", "chitchat", "joined",
    "connecting", "still_waiting", "not_reached", "registered", "registered_asking", "under_way", "with_desk",
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
        slots={"location": "行政服务中心B座十二楼1208室"}, created_at=NOW, kind="fault", paused="等备件", rating=2,
    )  # fmt: skip


def arguments(view: Any, voice: Voice, book: Book) -> dict[str, Any]:
    person = Person(id=2, name="欧阳建国", phone="13800000000")
    objects = {
        "voice": voice, "ticket": ticket(book), "technician": person, "tickets": [ticket(book)],
        "incident": Incident(id=3, symptom_group="net", main_ticket_id=1234, since=NOW, next_update_at=NOW),
        "step": max((s for f in book.faults.values() for s in f.self_help), key=len),
    }  # fmt: skip
    given = {**SAMPLES, **objects}
    if view is approvals.under_way:
        given["at"], given["name"] = NOW + timedelta(hours=1), ""
    if view is reporter.heard:
        given["text"] = "行政服务中心B座十二楼1208室那台打印机又卡纸了，怎么都拿不出来，麻烦快点派人来看一下吧"
    if view.__module__ == visits.__name__:
        window = Window(NOW + timedelta(days=10), NOW + timedelta(days=10, hours=3))
        given |= {"who": person, "when": window, "was": window, "then": window, "what": Trouble.FAR}
    if view in (approvals.registered_asking, approvals.one_more):
        given["text"] = max((ask.text for r in book.requests.values() for ask in r.asks), key=len)
    if view in ASKED_FOR:
        given["ticket"] = given["ticket"].model_copy(
            update={
                "fault": None,
                "item": None,
                "request": max(book.requests, key=lambda s: len(book.requests[s].name)),
            }
        )
    if view is approvals.refused:
        given["who"] = person
    if view is reporter.progress:
        given["tickets"] = [(ticket(book), person.name)]
    return {name: given[name] for name in inspect.signature(view).parameters}


FOR_REPORTERS = (
    "later", "own_noted", "settled", "which_time", "trouble", "he_cannot", "answered_no", "this_morning", "comes_late",
    "missed", "fell", "same_time",
)  # fmt: skip
"""Of the views of appointments; `choose` lists up to four windows and is longer."""

VIEWS = {
    name: view
    for module, names in ((reporter, None), (incidents, ("joined", "restored", "released")),
                          (relay, ("connecting", "still_waiting", "not_reached", "over")),
                          (visits, FOR_REPORTERS),
                          (approvals, ("registered", "registered_asking", "one_more", "submitted", "passed_on", "under_way",
                                       "with_desk", "refused")))
    for name, view in inspect.getmembers(module, inspect.isfunction)
    if view.__module__ == module.__name__ and (names is None or name in names)
    and name not in ("where_and_what", "received")
}  # fmt: skip


def words(message: Message) -> str:
    if isinstance(message, Say):
        return message.text
    assert isinstance(message, Card), message
    facts = "".join(f"{name}{value}" for name, value in message.lines)
    return "\n".join(part for part in (message.title, message.description, message.body, facts) if part)


@pytest.mark.parametrize("name", sorted(VIEWS))
def test_plain_speech(name: str, voice: Voice, book: Book) -> None:
    said = words(VIEWS[name](**arguments(VIEWS[name], voice, book)))
    assert not CODES.search(said), said
    assert len(said) <= LONGEST, f"{len(said)}: {said}"
    assert len(REQUESTS.findall(said)) <= 1, said
    if name in HOTLINE_IN:
        assert HOTLINE in said, said


@pytest.mark.parametrize("name", sorted(VIEWS))
def test_without_a_hotline_nothing_is_left_hanging(name: str, book: Book) -> None:
    mute = Voice(book=book, hotline="", zone=ZoneInfo("Asia/Shanghai"))
    said = words(VIEWS[name](**arguments(VIEWS[name], mute, book)))
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

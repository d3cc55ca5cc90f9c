"""Inbox, outbox and timers on both databases: stored once, handled once, in order, whatever fails in between."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from bot.channels.base import Decoded, Media, Permanent, RateLimited, Rejected, Temporary
from bot.core.clock import ManualClock
from bot.core.outbound import Card, CardUpdate, Outbound, Receipt, Say, Target
from bot.core.updates import Account, Text, Update
from bot.delivery.inbox import TRIES, Inbox
from bot.delivery.outbox import Outbox
from bot.delivery.timers import Timers
from bot.store.engine import Database, ReadFirst, Tx
from bot.store.tables import CardRow, InboxRow, OutboxRow, TimerRow

LI = Account(platform="wecom", corp_id="ww1", user_id="li")
TO_LI = Target(kind="person", platform="wecom", connection="gov", id="li")
TO_WANG = Target(kind="person", platform="wecom", connection="gov", id="wang")


def update(number: int, text: str, at: datetime, lane: str = "wecom:ww1:li") -> Update:
    return Update(key=f"k{number}", lane=lane, connection="gov", account=LI, at=at, content=Text(text=text))


class Scripted:
    """A channel that answers as told and keeps what it delivered."""

    name, platform = "gov", "wecom"

    def __init__(self) -> None:
        self.delivered: list[Outbound] = []
        self.script: list[Exception] = []

    def decode(self, query: Mapping[str, str], headers: Mapping[str, str], body: bytes, now: datetime) -> Decoded:
        return Rejected(404, "no")

    async def deliver(self, outbound: Outbound) -> Receipt:
        if self.script:
            raise self.script.pop(0)
        self.delivered.append(outbound)
        return Receipt(message_id=f"m{len(self.delivered)}", response_code=f"code{len(self.delivered)}")

    async def fetch(self, media_id: str) -> Media:
        raise Permanent("no media")

    async def check(self) -> None: ...

    async def close(self) -> None: ...


class Handler:
    """Records what it handled; fails as told, after having written."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.fail = 0
        self.apologies: list[str] = []

    async def handle(self, tx: Tx, update: Update, _: object, readings: Mapping[str, object]) -> None:
        assert isinstance(update.content, Text)
        await tx.send(f"reply:{update.key}", TO_LI, Say(text=update.content.text))
        if self.fail:
            self.fail -= 1
            raise RuntimeError("after the write")
        self.seen.append(update.content.text)

    async def apologise(self, tx: Tx, update: Update, row_id: int) -> None:
        self.apologies.append(update.key)


def inbox_of(db: Database, handler: Handler) -> Inbox:
    return Inbox(db, lambda update: None, handler.handle, handler.apologise)


async def always(_session: object, _guard: str) -> bool:
    return True


async def quietly(_tx: Tx, _row: OutboxRow, _why: str) -> None:
    return None


async def test_what_takes_long_is_read_between_two_transactions(db: Database, clock: ManualClock) -> None:
    """The handler is given up, nothing it wrote stays, others write meanwhile, and it is run again with what was read."""
    handler, seen = Handler(), list[object]()

    async def read(tx: Tx) -> int:
        async with asyncio.timeout(5), db.write("meanwhile") as other:
            await other.send("other", TO_WANG, Say(text="meanwhile"))
        return len((await tx.session.exec(select(InboxRow))).all())

    async def handle(tx: Tx, got: Update, prepared: object, readings: Mapping[str, object]) -> None:
        await handler.handle(tx, got, prepared, readings)
        seen.append(dict(readings))
        if "rows" not in readings:
            raise ReadFirst("rows", read)

    inbox = Inbox(db, lambda update: None, handle, handler.apologise)
    await inbox.accept([update(1, "a", clock.now())])
    assert await inbox.drain() == 1
    assert seen == [{}, {"rows": 1}]
    async with db.read() as session:
        row = (await session.exec(select(InboxRow))).one()
        sent = (await session.exec(select(OutboxRow.key).order_by(OutboxRow.id))).all()  # type: ignore[arg-type]
    assert (row.state, row.tries, list(sent)) == ("done", 0, ["other", "reply:k1"])


async def test_a_repeated_delivery_is_stored_once(db: Database, clock: ManualClock) -> None:
    handler = Handler()
    inbox = inbox_of(db, handler)
    one = update(1, "卡纸", clock.now())
    assert await inbox.accept([one]) == 1
    assert await inbox.accept([one, one]) == 0
    await inbox.drain()
    assert await inbox.accept([one]) == 0
    await inbox.drain()
    assert handler.seen == ["卡纸"]


async def test_simultaneous_repeats_have_one_effect(db: Database, clock: ManualClock) -> None:
    handler = Handler()
    inbox = inbox_of(db, handler)
    await asyncio.gather(*(inbox.accept([update(1, "卡纸", clock.now())]) for _ in range(8)))
    await asyncio.gather(*(inbox.drain() for _ in range(4)))
    assert handler.seen == ["卡纸"]


async def test_a_conversation_is_handled_in_order_even_when_one_update_fails_first(
    db: Database, clock: ManualClock
) -> None:
    handler = Handler()
    inbox = inbox_of(db, handler)
    await inbox.accept([update(1, "一", clock.now()), update(2, "二", clock.now())])
    await inbox.accept([update(3, "别人", clock.now(), lane="wecom:ww1:other")])
    handler.fail = 1
    await inbox.drain()
    assert handler.seen == ["别人"], "the failed conversation waits, the other does not"
    clock.advance(timedelta(seconds=3))
    await inbox.drain()
    assert handler.seen == ["别人", "一", "二"]


async def test_a_failed_update_leaves_nothing_behind_and_is_given_up_with_an_apology(
    db: Database, clock: ManualClock
) -> None:
    handler = Handler()
    inbox = inbox_of(db, handler)
    await inbox.accept([update(1, "坏", clock.now())])
    handler.fail = TRIES
    for _ in range(TRIES):
        await inbox.drain()
        clock.advance(timedelta(seconds=61))
    assert handler.apologies == ["k1"]
    async with db.read() as session:
        assert (await session.exec(select(OutboxRow))).all() == []
        assert (await session.exec(select(InboxRow.state))).all() == ["dead"]


async def test_a_message_is_queued_once_and_sent_in_order(db: Database) -> None:
    channel = Scripted()
    outbox = Outbox(db, {"gov": channel}, always, quietly)
    async with db.write() as tx:
        assert await tx.send("a", TO_LI, Say(text="1"), ticket_id=17)
        assert await tx.send("b", TO_LI, Say(text="2"), ticket_id=17)
        assert not await tx.send("a", TO_LI, Say(text="1"), ticket_id=17)
    await outbox.drain()
    assert [o.key for o in channel.delivered] == ["a", "b"]
    await outbox.drain()
    assert len(channel.delivered) == 2


async def test_a_stuck_message_holds_only_its_own_ticket(db: Database, clock: ManualClock) -> None:
    channel = Scripted()
    outbox = Outbox(db, {"gov": channel}, always, quietly)
    async with db.write() as tx:
        await tx.send("first", TO_LI, Say(text="1"), ticket_id=17)
        await tx.send("second", TO_LI, Say(text="2"), ticket_id=17)
    channel.script = [Temporary("down")]
    await outbox.relay_once()
    async with db.write() as tx:
        await tx.send("other", TO_WANG, Say(text="3"), ticket_id=18)
    await outbox.drain()
    assert [o.key for o in channel.delivered] == ["other"]
    clock.advance(timedelta(seconds=5))
    await outbox.drain()
    assert [o.key for o in channel.delivered] == ["other", "first", "second"]
    assert channel.delivered[1].retry == 1


async def test_safety_overtakes(db: Database) -> None:
    channel = Scripted()
    outbox = Outbox(db, {"gov": channel}, always, quietly)
    async with db.write() as tx:
        for number in range(20):
            await tx.send(f"plain{number}", TO_LI, Say(text="x"), ticket_id=number)
        await tx.send("safety", TO_WANG, Say(text="!"), ticket_id=99, rank=0)
    await outbox.relay_once()
    assert "safety" in [o.key for o in channel.delivered]
    assert len(channel.delivered) < 21


async def test_a_relay_that_died_in_the_call_is_followed_by_another(db: Database, clock: ManualClock) -> None:
    channel = Scripted()
    outbox = Outbox(db, {"gov": channel}, always, quietly)
    async with db.write() as tx:
        await tx.send("a", TO_LI, Say(text="1"))
    await outbox._claim()  # the process dies here
    await outbox.drain()
    assert channel.delivered == [], "leased: nobody else sends it meanwhile"
    clock.advance(timedelta(seconds=61))
    await outbox.drain()
    assert [o.key for o in channel.delivered] == ["a"]


async def test_limits_dead_letters_and_what_is_no_longer_true(db: Database, clock: ManualClock) -> None:
    channel = Scripted()
    told: list[str] = []

    async def undeliverable(_tx: Tx, row: OutboxRow, why: str) -> None:
        told.append(f"{row.key}: {why}")

    async def false_for_void(_session: object, guard: str) -> bool:
        return guard != "offer:1"

    outbox = Outbox(db, {"gov": channel}, false_for_void, undeliverable)
    async with db.write() as tx:
        await tx.send("limited", TO_LI, Say(text="1"), ticket_id=1)
    channel.script = [RateLimited(60)]
    await outbox.drain()
    clock.advance(timedelta(seconds=59))
    await outbox.drain()
    assert channel.delivered == []
    clock.advance(timedelta(seconds=2))
    await outbox.drain()
    assert [o.key for o in channel.delivered] == ["limited"]
    async with db.write() as tx:
        await tx.send("dead", TO_LI, Say(text="1"), ticket_id=2)
        await tx.send("void", TO_WANG, Say(text="1"), ticket_id=3, guard="offer:1")
        await tx.send("lost", TO_LI.model_copy(update={"connection": "gone"}), Say(text="1"), ticket_id=4)
    channel.script = [Permanent("81013")]
    await outbox.drain()
    assert sorted(told) == ["dead: 81013", "lost: no connection named gone"]
    async with db.read() as session:
        states = dict((await session.exec(select(OutboxRow.key, OutboxRow.state))).all())
    assert states == {"limited": "sent", "dead": "dead", "void": "void", "lost": "dead"}


async def test_a_card_update_spends_the_newest_code_once(db: Database, clock: ManualClock) -> None:
    channel = Scripted()
    outbox = Outbox(db, {"gov": channel}, always, quietly)
    async with db.write() as tx:
        await tx.track(CardRow(card_id="t17-offer-1", ticket_id=17, purpose="offer", target=TO_WANG.model_dump_json()))
        await tx.send("card", TO_WANG, Card(card_id="t17-offer-1", title="派单"), ticket_id=17)
    await outbox.drain()
    async with db.write() as tx:
        await tx.send("close", TO_WANG, CardUpdate(card_id="t17-offer-1", label="已接单"), ticket_id=17)
        await tx.send("again", TO_WANG, CardUpdate(card_id="t17-offer-1", label="已接单"), ticket_id=17)
    await outbox.drain()
    updates = [o.message for o in channel.delivered if isinstance(o.message, CardUpdate)]
    assert [u.code for u in updates] == ["code1"], "the second has no code left and is dropped"
    async with db.write() as tx:
        card = await tx.session.get(CardRow, "t17-offer-1")
        assert card is not None
        card.response_code, card.code_at = "old", tx.now - timedelta(hours=73)
        tx.add(card)
        await tx.send("late", TO_WANG, CardUpdate(card_id="t17-offer-1", label="已接单"), ticket_id=17)
    await outbox.drain()
    assert len([o for o in channel.delivered if isinstance(o.message, CardUpdate)]) == 1


async def test_a_timer_fires_once_late_or_not_and_a_moved_one_at_its_new_time(db: Database, clock: ManualClock) -> None:
    fired: list[str] = []

    async def ring(tx: Tx, row: TimerRow) -> str:
        fired.append(row.key)
        return "rang"

    timers = Timers(db, {"ring": ring})
    async with db.write() as tx:
        await tx.remind("late", tx.now - timedelta(hours=9), "ring")
        await tx.remind("moved", tx.now + timedelta(minutes=1), "ring")
        await tx.remind("moved", tx.now + timedelta(minutes=10), "ring")
        await tx.remind("dropped", tx.now + timedelta(minutes=1), "ring")
        await tx.remind("unknown", tx.now, "no such kind")
        await tx.forget("dropped")
    await asyncio.gather(*(timers.drain() for _ in range(3)))
    assert fired == ["late"]
    clock.advance(timedelta(minutes=5))
    await timers.drain()
    assert fired == ["late"]
    clock.advance(timedelta(minutes=6))
    await timers.drain()
    assert fired == ["late", "moved"]


async def test_a_timer_that_fails_holds_up_nobody_and_is_given_up(db: Database, clock: ManualClock) -> None:
    fired: list[str] = []

    async def ring(tx: Tx, row: TimerRow) -> str:
        if row.key == "bad":
            raise RuntimeError("no")
        fired.append(row.key)
        return "rang"

    timers = Timers(db, {"ring": ring})
    async with db.write() as tx:
        await tx.remind("bad", tx.now, "ring")
        await tx.remind("good", tx.now, "ring")
    for _ in range(8):
        await timers.drain()
        clock.advance(timedelta(seconds=61))
    assert fired == ["good"]
    async with db.read() as session:
        assert dict((await session.exec(select(TimerRow.key, TimerRow.outcome))).all()) == {
            "bad": "dead",
            "good": "rang",
        }


@pytest.mark.parametrize("writers", [12])
async def test_concurrent_writers_lose_nothing(db: Database, writers: int) -> None:
    async with db.write() as tx:
        await tx.remind("count", tx.now, "none", data={"n": 0})

    async def add_one() -> None:
        async with db.write() as tx:
            row = (await tx.session.exec(select(TimerRow).where(TimerRow.key == "count").with_for_update())).one()
            row.data = {"n": row.data["n"] + 1}
            tx.add(row)

    await asyncio.gather(*(add_one() for _ in range(writers)))
    async with db.read() as session:
        assert (await session.exec(select(TimerRow))).one().data == {"n": writers}

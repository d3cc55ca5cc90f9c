"""The desk's search on both databases: what slots hold as JSON is found alike on each."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from bot.app import furnish
from bot.config import Config
from bot.desk import search
from bot.store.engine import Database
from bot.store.tables import Content, Person, Ticket, Unit
from tests.conftest import START

NAMES = ("李梅", "0001", "A-305", "a-305室", "pc-0017", "民政")
TALK = ("冒蓝光", "三楼")


def test_what_is_live_is_found_without_reading_what_is_over(migrated: Path) -> None:
    with closing(sqlite3.connect(migrated)) as connection:
        for table in ("visit", "approval", "duty_request", "membership", "late_entry", "handover", "incident"):
            assert f"USING INDEX ix_{table}_state" in plan(connection, f"{table} WHERE state IN ('a', 'b')")
        for table in ("membership", "late_entry"):
            assert f"USING INDEX ix_{table}_decided_at" in plan(
                connection, f"{table} WHERE decided_at IS NOT NULL ORDER BY decided_at DESC LIMIT 1"
            )
        live = "SELECT id FROM ticket WHERE status IN ('new', 'triaged')"
        for wanted, asked in (
            ("ix_ticket_status", "ticket WHERE status IN ('a', 'b')"),
            ("ix_ticket_parent_id", "ticket WHERE parent_id = 1 AND status = 'merged'"),
            ("ix_round_done_at", f"round WHERE done_at >= '2026' OR ticket_id IN ({live})"),
            ("card_of_ticket (ticket_id=? AND purpose=?)", "card WHERE ticket_id IS NULL AND purpose IN ('members1')"),
            ("card_of_ticket", "card WHERE ticket_id = 1 AND purpose IN ('work', 'offer')"),
        ):
            assert f"USING INDEX {wanted}" in plan(connection, asked)


def plan(connection: sqlite3.Connection, asked: str) -> str:
    return " / ".join(row[-1] for row in connection.execute(f"EXPLAIN QUERY PLAN SELECT * FROM {asked}"))


async def test_each_way_to_find_a_ticket(db: Database) -> None:
    office = furnish(Config())
    async with db.write("rows") as tx:
        for at, (unit, name, phone, room, tag) in enumerate(
            (
                ("市民政局", "李梅", "13800000001", "A-305", "PC-0017"),
                ("市司法局", "陈志", "13800000002", "508", "PC-9"),
            )
        ):
            tx.add(agency := Unit(name=unit))
            await tx.flush()
            tx.add(who := Person(name=name, phone=phone, unit_id=agency.id, positions=[], skills=[], areas=[]))
            await tx.flush()
            slots = {"room": room, "location": f"{'三五'[at]}楼{room}", "asset_tag": tag}
            for age in (400, 100, 1):
                tx.add(
                    ticket := Ticket(
                        reporter_id=who.id,
                        unit_id=agency.id,
                        slots=slots,
                        because=[],
                        created_at=START - timedelta(days=age),
                    )
                )
                await tx.flush()
                said = ("屏幕冒蓝光", "没声音")[at]
                tx.add(Content(ticket_id=ticket.id, person_id=who.id, at=START, kind="text", text=said))
    async with db.write("look") as tx:
        for word in (*NAMES, *TALK):
            found = [3, 2] if word in NAMES else [3]
            assert [t.id for t in await search.about(tx, office, [word])] == found, word
            assert await search.about(tx, office, [word, "没声音"]) == [], word
        for name in NAMES:
            assert [t.id for t in await search.about(tx, office, [*TALK, name])] == [3, 2], name

"""What a turn costs does not grow with the closed tickets: nothing the desk asks in a round reads a whole growing table."""

import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlmodel import SQLModel

from bot import city
from bot.commands import growth

SMALL = frozenset({"unit", "site", "person", "account", "membership", "dialogue", "stop_day", "incident"})
"""Tables that years add little to; of incidents there are few."""
GROWING = SQLModel.metadata.tables.keys() - SMALL
SCAN = re.compile(rf"SCAN ({'|'.join(GROWING)})\b")
FROM_THE_END = re.compile(
    r"FROM (ticket|inbox WHERE inbox\.received_at < \?|outbox WHERE outbox\.queued_at < \?) ORDER BY \w+\.id DESC LIMIT"
)
"""Read backwards to the first that is old enough."""
COUNTED = "SELECT count(*) AS count_1 FROM ticket WHERE (ticket.status NOT IN"
"""The bench itself, once, at its end."""

FOUND_BY = {
    "FROM offer WHERE offer.person_id IN .* AND offer.state =": "offer_standing",
    "FROM offer WHERE offer.person_id IN .* AND offer.offered_at >": "offer_lately",
    "FROM ticket WHERE ticket.assignee_id IN .* AND ticket.unit_id =": "COVERING INDEX ticket_of_unit",
    "FROM ticket WHERE ticket.assignee_id = .* AND ticket.status IN": "ticket_held",
    "FROM ticket WHERE ticket.reporter_id = .* AND ticket.status =": "ticket_reported",
    "FROM ticket WHERE ticket.status IN": "ix_ticket_status",
    "FROM content WHERE content.kind IN": "content_of_kind",
    "FROM timer WHERE timer.fired_at IS NULL AND timer.due_at <=": "timer_due",
    "FROM inbox WHERE inbox.state = .* NOT ": "inbox_waiting",
    "FROM outbox WHERE outbox.state = .* NOT ": "outbox_waiting",
    "FROM ticket WHERE ticket.created_at > .* AND ticket.unit_id": "ticket_room",
    "FROM ticket WHERE ticket.created_at > .* AND lower.*asset_tag": "ticket_asset",
    "FROM proof WHERE proof.at >=": "ix_proof_at",
    "FROM ticket_event WHERE kind IN": "visit_ended",
}
"""By which index a desk with years behind it has to find what it asks for most."""


@pytest.fixture
def asked() -> Iterator[dict[str, Any]]:
    """Every statement and one set of its values."""
    found: dict[str, Any] = {}

    def note(_c: Any, _cursor: Any, statement: str, values: Any, _context: Any, many: bool) -> None:
        if not many and statement.split(None, 1)[0] in ("SELECT", "UPDATE", "DELETE"):
            found[" ".join(statement.split())] = values

    event.listen(Engine, "before_cursor_execute", note)
    yield found
    event.remove(Engine, "before_cursor_execute", note)


async def test_no_statement_of_a_round_reads_a_growing_table(
    tmp_path: Path, migrated: Path, asked: dict[str, Any]
) -> None:
    whole = city.build(staff=40)
    made = city.City(whole.agencies[:40], whole.technicians[:7], whole.staff)
    scale = growth.Scale(closed=6, opened=2, rounds=1, models=1, recent=2, made=made)
    for name in ("few", "many"):
        shutil.copyfile(migrated, tmp_path / f"{name}.db")
    few, many = (f"sqlite+aiosqlite:///{tmp_path / name}.db" for name in ("few", "many"))
    found = await growth.measure(scale, (few, many))
    assert found["tickets"] == 1 + 6 + 2 + 2 * 2, (
        "the model, its copies, and of each round one cancelled and one closed"
    )
    assert {"ack_ratio", "dispatch_ratio", "board_ratio"} < found.keys()
    assert all(kind["ratio"] > 0 for kind in found["kinds"].values())
    bad: list[str] = []
    wanted = dict(FOUND_BY)
    with closing(sqlite3.connect(tmp_path / "many.db")) as connection:
        for statement, values in asked.items():
            plan = " / ".join(row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement}", values))
            if SCAN.search(plan) and not FROM_THE_END.search(statement) and not statement.startswith(COUNTED):
                bad.append(f"{statement}\n{plan}")
            if about := next((pattern for pattern in FOUND_BY if re.search(pattern, statement)), None):
                wanted.pop(about, None)
                bad += [] if FOUND_BY[about] in plan else [f"{statement}\n{plan}"]
    assert not bad, "\n".join(bad)
    assert not wanted
    assert len(asked) > 100

"""Nobody off duty, on leave, unqualified, uncleared or out of reach is ever offered a ticket: ten thousand offers the stored desk
would make, of random rosters and tickets, each held against the rows themselves.
"""

import random
import shutil
from datetime import datetime, timedelta
from pathlib import Path

from bot.app import furnish
from bot.config import Config
from bot.core import permits
from bot.desk import candidates
from bot.store.engine import Database, Tx
from bot.store.tables import AccountRow, Person, Shift, Ticket
from tests.conftest import START

SKILLS = ("desktop", "print", "network", "facility")
ITEMS = {"printer": "print", "desktop-pc": "desktop", "lan-switch": "network", "power-distribution": "facility"}
HOURS = timedelta(hours=1)


async def test_ten_thousand_offers_go_to_nobody_who_may_not(tmp_path: Path, migrated: Path) -> None:
    shutil.copyfile(migrated, tmp_path / "desk.db")
    dice, office, now, given = random.Random(294), furnish(Config()), [START], 0
    db = Database(f"sqlite+aiosqlite:///{tmp_path / 'desk.db'}", lambda: now[0])
    assert {item: office.book.items[item].skill for item in ITEMS} == ITEMS
    async with db.write("desk") as tx:
        team = [await somebody(tx, dice, number) for number in range(60)]
        reporter = Person(name="报障人")
        tx.add(reporter)
        await tx.flush()
        spans = [span for who in team for span in await roster(tx, dice, who)]
        await tx.flush()
        while given < 10_000:
            tx.now = START + timedelta(minutes=dice.randrange(0, 4 * 24 * 60))
            for who in team:
                who.duty = dice.choice(("on", "on", "busy", "off"))
                who.no_signal_since = dice.choice((None, None, None, START))
            ticket = Ticket(
                id=0, reporter_id=reporter.id or 0, status="triaged", created_at=tx.now, item=dice.choice(list(ITEMS)),
                kind=dice.choice(("fault", "fault", "fault", "classified")), priority=dice.choice(("P1", "P2", "P3", "P4")),
            )  # fmt: skip
            for one in await candidates.best_first(tx, office, ticket):
                who = next(p for p in team if p.id == one.candidate.person_id)
                may(tx, who, ticket, spans)
                given += 1
    await db.close()


def may(tx: Tx, who: Person, ticket: Ticket, spans: list[Shift]) -> None:
    """What the rows say of him at this moment, read plainly."""
    his = [s for s in spans if s.person_id == who.id]
    running = {s.kind for s in his if s.starts_at <= tx.now < s.ends_at}
    assert "leave" not in running and "lunch" not in running, (who, tx.now)
    if any(s.source == "sheet" for s in his):
        assert "on" in running, (who, tx.now)
    assert who.duty == "on" or (who.duty == "busy" and ticket.priority in ("P1", "P2")), who
    assert who.no_signal_since is None
    assert who.name not in UNREACHED
    assert ITEMS[ticket.item or ""] in who.skills
    assert who.cleared or ticket.kind != "classified"
    day = (tx.now + 8 * HOURS).date().isoformat()
    assert all(who.permits.get(p) is not None and (who.permits[p] or "9") >= day for p in permits.needed(ticket.item))


UNREACHED = {"3号", "7号"}


async def somebody(tx: Tx, dice: random.Random, number: int) -> Person:
    last = dice.choice(("2026-11-24", "2027-01-01", ""))
    who = Person(
        name=f"{number}号", positions=["engineer-l1"], skills=dice.sample(SKILLS, 3), cleared=dice.random() < 0.5,
        permits=dict.fromkeys(permits.PERMITS, last) if dice.random() < 0.6 else {}, quiet={"P3": "none", "P4": "none"},
    )  # fmt: skip
    tx.add(who)
    await tx.flush()
    reached = who.name not in UNREACHED
    tx.add(
        AccountRow(
            platform="wecom", corp_id="c", user_id=who.name, person_id=who.id or 0, connection="gov", reachable=reached
        )
    )
    return who


async def roster(tx: Tx, dice: random.Random, who: Person) -> list[Shift]:
    """Three days of shifts with lunch for two of three, leave for some, whether the sheet has them or not."""
    found: list[Shift] = []

    def add(kind: str, begin: datetime, hours: float, source: str) -> None:
        found.append(
            Shift(
                person_id=who.id or 0,
                day=(begin + 8 * HOURS).date().isoformat(),
                kind=kind,
                starts_at=begin,
                ends_at=begin + hours * HOURS,
                source=source,
            )
        )

    for day in range(4):
        morning = START + timedelta(days=day, hours=dice.randrange(-4, 8))
        if (who.id or 0) % 3:
            add("on", morning, 8, "sheet")
            add("lunch", morning + 3 * HOURS, 1, "sheet")
        if dice.random() < 0.3:
            add("leave", morning + dice.randrange(0, 6) * HOURS, dice.randrange(1, 8), "leave")
    for row in found:
        tx.add(row)
    return found

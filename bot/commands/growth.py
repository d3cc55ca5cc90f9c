"""`bench grow`: the same work at a desk with a month of closed tickets behind it, and at one with years of them.

The two desks stand side by side, each on a database of its own; what is done at one is done at the other in the same
moment, and only then anything else, so that a busy machine slows both alike.
"""

import itertools
import random
import statistics
import tempfile
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image
from sqlmodel import col, func, select

from bot import app, city
from bot.channels.base import Media
from bot.channels.console import ConsoleChannel
from bot.cli import Failure
from bot.commands import history
from bot.config import Config
from bot.core.clock import ManualClock, stopwatch
from bot.core.ticket import LIVE, Status
from bot.core.updates import Account, Photo, Press, Text, Update
from bot.desk.office import Office
from bot.desk.overview import overview
from bot.desk.site_sheets import SiteRow, save_sites
from bot.desk.spreadsheets import Row, save_people
from bot.store.engine import Tx
from bot.store.tables import AccountRow, CardRow, Offer, Ticket

BEGIN = datetime(2025, 9, 1, 1, 30, tzinfo=UTC)
"""A Monday, 9:30 in Guangzhou: when the model tickets were reported."""
NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
"""A Monday again: when the desks are measured."""
MONTH = timedelta(days=30)
SEAT, TECHNICIAN = "seat", "technician"
"""Who sits at the desk; and whoever has the ticket of the round."""
ROLES = ("open", "cancel", "erase", "work")
"""Each round has a reporter of its own for each of its tickets."""
SOLVED = "搓纸轮磨损，换了搓纸轮 25分钟"
LOOKS = {
    "open": "未结",
    "unassigned": "待派",
    "overdue": "超时",
    "find number": "查 {ticket}号",
    "find person": "查 李梅",
    "find phone": "查 0007",
    "find room": "查 302",
    "find unit": "查 民政",
    "find words": "查 发抖",
    "room": "房间 虚拟越秀民政局 302",
    "asset": "资产 PC-0017",
    "clock": "时限 {ticket}",
    "choices": "还有谁 {ticket}",
    "figures": "指标",
}
"""What the desk looks up, by the kind of it."""
REPORTS = (
    "{}楼{}显示器屏幕碎了",
    "{}楼{}打印机打出来全是黑的，直接派人",
    "{}楼{}座机听筒线断了",
    "{}楼{}电脑风扇很吵嗡嗡响",
    "{}楼{}门禁刷卡没反应",
)
"""Complete, and of faults that somebody is sent for at once."""


@dataclass
class Side:
    """One of the two desks."""

    desk: app.Desk
    clock: ManualClock
    numbers: "itertools.count[int]" = field(default_factory=itertools.count)
    ticket: Ticket = field(default_factory=lambda: Ticket(reporter_id=0, created_at=BEGIN))
    """The ticket of the round, who has it, and the card that offered it."""
    technician: str = ""
    card: str = ""

    def meant(self, what: str | type[Press] | type[Photo]) -> Any:
        """The line, press or photo that is meant at this desk: its ticket has a number and a card of its own."""
        if isinstance(what, str):
            return Text(text=what.format(ticket=self.ticket.id))
        return (
            Press(card_id=self.card, verb="accept") if what is Press else Photo(media_id=f"photo{next(self.numbers)}")
        )

    def update(self, user: str, content: Any) -> Update:
        account = Account(platform="console", corp_id="local", user_id=user)
        key = f"console:{next(self.numbers)}"
        return Update(
            key=key, lane=str(account), connection="console", account=account, at=self.clock.now(), content=content
        )

    async def hear(self, user: str, content: Any) -> None:
        """Somebody says or presses something, and everything that follows from it is done."""
        await self.desk.inbox.accept([self.update(user, content)])
        await self.desk.settle()

    async def newest(self) -> Ticket:
        async with self.desk.db.read() as session:
            return (await session.exec(select(Ticket).order_by(col(Ticket.id).desc()).limit(1))).one()

    async def asked(self, ticket: Ticket) -> tuple[str, str]:
        """To whom a ticket is offered, and the card that offers it."""
        async with self.desk.db.read() as session:
            offered = select(Offer.person_id).where(Offer.ticket_id == ticket.id, Offer.state == "open")
            who = (await session.exec(offered)).one()
            card = select(CardRow.card_id).where(CardRow.ticket_id == ticket.id, CardRow.purpose == "offer")
            user = select(AccountRow.user_id).where(AccountRow.person_id == who)
            return (await session.exec(user)).one(), (await session.exec(card.where(~col(CardRow.closed)))).one()

    async def skip(self, by: timedelta) -> None:
        self.clock.advance(by)
        await self.desk.settle()


class Console(ConsoleChannel):
    """The console, with a picture behind every handle."""

    async def fetch(self, media_id: str) -> Media:
        out = BytesIO()
        Image.new("RGB", (64, 48), "white").save(out, "JPEG")
        return Media(data=out.getvalue(), content_type="image/jpeg")


@dataclass
class Spent:
    """Milliseconds by kind of work, at the desk with a month and at the desk with years behind it."""

    few: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    many: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def ratio(self, kind: str) -> float:
        """How much longer it took with years behind it: the middle one of what was done at both in the same moment."""
        pairs = zip(self.few[kind], self.many[kind], strict=True)
        return round(statistics.median(many / few for few, many in pairs), 2)

    def as_dict(self, tickets: int) -> dict[str, Any]:
        return {
            "tickets": tickets,
            "ack_ratio": self.ratio("store"),
            "dispatch_ratio": self.ratio("report"),
            "board_ratio": self.ratio("overview"),
            "kinds": {
                kind: {
                    "few_ms": _figures(self.few[kind]),
                    "many_ms": _figures(self.many[kind]),
                    "ratio": self.ratio(kind),
                }
                for kind in self.few
            },
        }


@dataclass(frozen=True)
class Scale:
    """What the two desks are measured with."""

    closed: int
    """Tickets from years past, behind one of the desks."""
    opened: int
    rounds: int
    """How often each kind of work is done."""
    models: int = 6
    """Tickets that the desk really brings to their end; all other closed ones are copies of them."""
    recent: int = 300
    """Closed tickets of the last month, behind both."""
    made: city.City = field(default_factory=lambda: city.build(staff=3 * city.AGENCIES))


def most(scale: Scale) -> int:
    """How many rounds and open tickets there is staff for."""
    return len(scale.made.staff) // len(ROLES) - 1


async def measure(scale: Scale, urls: tuple[str, str] | None = None) -> dict[str, Any]:
    """What each kind of work takes at either desk. `urls` of two empty databases instead of SQLite files."""
    office = app.furnish(Config())
    with tempfile.TemporaryDirectory(prefix="yunwei-grow-") as folder:
        few, many = urls or tuple(f"sqlite+aiosqlite:///{Path(folder) / name}.db" for name in ("few", "many"))
        sides = [await _desk(url, office, scale.made) for url in (few, many)]
        try:
            for side, years in zip(sides, (0, scale.closed), strict=True):
                await _past(side, scale, years)
            dice = random.Random(294)
            for number in range(scale.opened):
                line = _report(dice)
                for side in sides:
                    await side.hear(_reporter("open", number), Text(text=line))
            spent = Spent()
            await _round(sides, Spent(), dice, 0)
            for number in range(1, scale.rounds + 1):
                await _round(sides, spent, dice, number)
            async with sides[1].desk.db.read() as session:
                live = [str(status) for status in LIVE]
                done = select(func.count()).select_from(Ticket).where(col(Ticket.status).not_in(live))
                return spent.as_dict((await session.exec(done)).one())
        finally:
            for side in sides:
                await side.desk.db.close()


async def _desk(url: str, office: Office, made: city.City) -> Side:
    clock = ManualClock(BEGIN)
    side = Side(await app.open_desk(Config.model_validate({"database": {"url": url}}), clock, office), clock)
    side.desk.channels["console"] = Console("console", lambda user, said: None)
    sites = [
        SiteRow(n, a.name, "主办公区", a.address, a.district, a.latitude, a.longitude, list(a.buildings))
        for n, a in enumerate(made.agencies, start=2)
    ]
    rows = [_row(0, SEAT, "周敏", "", "虚拟服务方", "service-desk")]
    for n, t in enumerate(made.technicians):
        rows.append(_row(n, "tech", t.name, t.phone, t.home if t.resident else "虚拟服务方", "engineer-l2"))
        rows[-1].skills, rows[-1].areas = list(t.skills), [t.district]
        rows[-1].permits, rows[-1].site = dict(t.permits), f"{t.home}/主办公区"
    for n, s in enumerate(made.staff):
        rows.append(_row(n, "staff", s.name, s.phone, s.unit, s.position))
    async with side.desk.db.write("city") as tx:
        await save_sites(tx, sites)
        await save_people(tx, rows, {("console", "local"): "console"})
    return side


def _row(number: int, kind: str, name: str, phone: str, unit: str, position: str) -> Row:
    account = Account(platform="console", corp_id="local", user_id=kind if kind == SEAT else f"{kind}{number}")
    return Row(number, name, phone or "13700000000", unit, [position], [], [], [account])


async def _past(side: Side, scale: Scale, closed: int) -> None:
    """The model tickets from report to rating, their copies over the years, and those of the last month."""
    dice = random.Random(41)
    for number in range(scale.models):
        await _whole(side, _reporter("open", number), _report(dice), pictured=number % 4 == 0)
    await side.skip(MONTH)
    db, until = side.desk.db, NOW - BEGIN - 2 * MONTH
    async with db.read() as session:
        first = {
            user: (await session.exec(select(AccountRow.person_id).where(AccountRow.user_id == user))).one()
            for user in ("tech0", "staff0")
        }
    model = history.Model(
        highest=await history.highest(db),
        staff=history.Circle(first["staff0"], len(scale.made.staff)),
        technicians=history.Circle(first["tech0"], len(scale.made.technicians)),
        units=history.Circle(1, len(scale.made.agencies)),
        sites=history.Circle(1, len(scale.made.agencies)),
    )
    years, recent = closed // scale.models, scale.recent // scale.models
    long_ago = history.Stretch(range(1, years + 1), timedelta(0), until)
    lately = history.Stretch(range(years + 1, years + recent + 1), until + MONTH, MONTH * 0.9)
    await history.copy(db, model, (long_ago, lately))
    await side.skip(NOW - side.clock.now())


async def _whole(side: Side, reporter: str, report: str, *, pictured: bool) -> None:
    """One ticket from its report to its rating."""
    await side.hear(reporter, Text(text=report))
    ticket = await side.newest()
    technician, card = await side.asked(ticket)
    if pictured:
        await side.hear(reporter, Photo(media_id=f"photo{ticket.id}"))
    for user, content in (
        (technician, Press(card_id=card, verb="accept")),
        (technician, Text(text=f"到场 {ticket.id}")),
        (technician, Text(text=f"已解决 {ticket.id} {SOLVED}")),
        (reporter, Text(text="修好了")),
        (reporter, Text(text="5")),
    ):
        await side.skip(timedelta(minutes=2))
        await side.hear(user, content)
    if (await side.newest()).status != Status.CLOSED:
        raise Failure(f"ticket {ticket.id} of the model was not closed")


async def _round(sides: list[Side], spent: Spent, dice: random.Random, number: int) -> None:
    """What a desk hears and does in some minutes, every kind of it once. The desks take turns at being first."""
    both = _Both(sides if number % 2 else sides[::-1], sides[0], spent)
    await both.opens(_reporter("cancel", number), _report(dice))
    await both.hear("cancel", _reporter("cancel", number), "不用来了")
    await both.opens(_reporter("erase", number), _report(dice))
    await both.hear("erase", SEAT, "转出 {ticket} R5")
    reporter = _reporter("work", number)
    await both.opens(reporter, _report(dice))
    await both.hear("decline", TECHNICIAN, "退回 {ticket} 手上有急单")
    for side in sides:
        side.technician, side.card = await side.asked(side.ticket)
    await both.hear("accept", TECHNICIAN, Press)
    await both.hear("photo", reporter, Photo)
    await both.do("fetch", _fetch)
    await both.hear("arrive", TECHNICIAN, "到场 {ticket}")
    await both.hear("progress", reporter, "到哪了")
    await both.hear("own list", TECHNICIAN, "我的单")
    for kind, line in LOOKS.items():
        await both.hear(kind, SEAT, line)
    await both.do("overview", _overview)
    await both.hear("resolve", TECHNICIAN, f"已解决 {{ticket}} {SOLVED}")
    await both.hear("confirm", reporter, "修好了")
    await both.hear("rate", reporter, "5")
    for side in sides:
        side.clock.advance(timedelta(minutes=1))
    await both.do("deadlines", _fire)
    for side in sides:
        await side.desk.settle()
    for kind, look in IDLE.items():
        await both.do(f"idle {kind}", look)


@dataclass
class _Both:
    """Does a thing at one desk, then the same at the other, and notes how long each took."""

    sides: list[Side]
    few: Side
    spent: Spent

    async def opens(self, reporter: str, report: str) -> None:
        """A report; the ticket it opens is the one of what follows."""
        await self.hear("report", reporter, report)
        for side in self.sides:
            side.ticket = await side.newest()
            side.technician, side.card = await side.asked(side.ticket)

    async def hear(self, kind: str, user: str, what: str | type[Press] | type[Photo]) -> None:
        for side in self.sides:
            who = side.technician if user == TECHNICIAN else user
            update = side.update(who, side.meant(what))
            await self._timed(side, "store", partial(side.desk.inbox.accept, [update]))
            await self._timed(side, kind, side.desk.inbox.drain)
            await self._timed(side, "send", side.desk.outbox.drain)
            if what is not Photo:
                await side.desk.settle()

    async def do(self, kind: str, act: Callable[[Side], Awaitable[Any]]) -> None:
        for side in self.sides:
            await self._timed(side, kind, partial(act, side))

    async def _timed(self, side: Side, kind: str, act: Callable[[], Awaitable[Any]]) -> None:
        begin = stopwatch()
        await act()
        (self.spent.few if side is self.few else self.spent.many)[kind].append((stopwatch() - begin) * 1000)


async def _fetch(side: Side) -> None:
    await side.desk.media.drain()


async def _fire(side: Side) -> None:
    await side.desk.timers.drain()


async def _handle(side: Side) -> None:
    await side.desk.inbox.drain()


async def _send(side: Side) -> None:
    await side.desk.outbox.drain()


IDLE = {"inbox": _handle, "timers": _fire, "outbox": _send, "media": _fetch}
"""What each loop of the desk does once a second while there is nothing to do."""


async def _overview(side: Side) -> None:
    async with side.desk.db.read() as session:
        await overview(Tx(session, side.clock.now()), side.desk.office)


def _reporter(role: str, number: int) -> str:
    return f"staff{len(ROLES) * number + ROLES.index(role)}"


def _report(dice: random.Random) -> str:
    floor = dice.randint(2, 9)
    return dice.choice(REPORTS).format(floor, f"{floor}{dice.randint(1, 20):02}")


def _figures(spent: list[float]) -> list[float]:
    """Median and 95th percentile."""
    return [round(statistics.median(spent), 2), round(sorted(spent)[int(len(spent) * 0.95)], 2)]

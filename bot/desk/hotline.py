"""The hotline's own figures (热线): calls and answered calls a day, as the telephone exchange counts them, entered by hand.

They are kept a row a day; entering a day again corrects it.
"""

import re
from datetime import date, timedelta

from sqlmodel import col, select

from bot.desk.office import Office
from bot.store.engine import Tx
from bot.store.tables import HotlineDay as HotlineDay
from bot.store.tables import Person

SHOWN = 7
"""Days that are listed."""
DAY = re.compile(r"(?:(\d{4})[-年/])?(\d{1,2})[-月/](\d{1,2})[日号]?")
NAMED = {"": 0, "今天": 0, "今日": 0, "昨天": 1, "昨日": 1, "前天": 2}


def today(tx: Tx, office: Office) -> date:
    return tx.now.astimezone(office.voice.zone).date()


def day_of(text: str, now: date) -> date | None:
    """The day meant by 11-26, 11月26日, 2026-11-26, 今天 or 昨天 as of `now`; without a year the latest such day."""
    if text in NAMED:
        return now - timedelta(days=NAMED[text])
    match = DAY.fullmatch(text)
    if match is None:
        return None
    try:
        day = date(int(match[1] or now.year), int(match[2]), int(match[3]))
        return day if match[1] or day <= now else day.replace(year=now.year - 1)
    except ValueError:
        return None


async def enter(tx: Tx, day: date, calls: int, answered: int, who: Person) -> HotlineDay | None:
    """Keep a day's figures. Returns what they were before, none when the day is new."""
    row = await tx.session.get(HotlineDay, day.isoformat())
    before = HotlineDay(**row.model_dump()) if row else None
    await tx.session.merge(
        HotlineDay(day=day.isoformat(), calls=calls, answered=answered, person_id=who.id, at=tx.now)
    )  # fmt: skip
    return before


async def of_day(tx: Tx, day: date) -> HotlineDay | None:
    return await tx.session.get(HotlineDay, day.isoformat())


async def latest(tx: Tx) -> list[HotlineDay]:
    """The days entered last, newest first."""
    return list((await tx.session.exec(select(HotlineDay).order_by(col(HotlineDay.day).desc()).limit(SHOWN))).all())

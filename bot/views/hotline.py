"""The hotline's figures as the desk reads them."""

from collections.abc import Sequence

from bot.core.outbound import Say
from bot.store.tables import HotlineDay


def kept(day: str, calls: int, answered: int, before: HotlineDay | None) -> Say:
    """The figures as they stand, and what they were when this corrects them."""
    same = before is not None and (before.calls, before.answered) == (calls, answered)
    was = f"（更正，原为呼入{before.calls} 接通{before.answered}）" if before is not None and not same else ""
    return Say(text=f"已记热线 {_figures(day, calls, answered)}{was}。")


def listing(days: Sequence[HotlineDay]) -> Say:
    if not days:
        return Say(text="还没有热线数据。请这样记：热线 11-26 呼入120 接通112")
    return Say(text="\n".join(["热线：", *(_figures(d.day, d.calls, d.answered) for d in days)]))


def of_day(day: str, row: HotlineDay | None) -> Say:
    if row is None:
        return Say(text=f"{day}还没有热线数据。请这样记：热线 {day} 呼入120 接通112")
    return Say(text=f"热线 {_figures(row.day, row.calls, row.answered)}。")


def usage() -> Say:
    return Say(text="没看明白，没有记。请写：热线 11-26 呼入120 接通112；只发“热线”看最近几天。")


def no_day(said: str) -> Say:
    return Say(text=f"“{said}”不是日期，没有记。请写成11-26、昨天或2026-11-26。")


def not_yet(day: str) -> Say:
    return Say(text=f"{day}还没到，没有记。")


def too_many(calls: int, answered: int) -> Say:
    return Say(text=f"接通{answered}多于呼入{calls}，没有记。请核对后再发。")


def _figures(day: str, calls: int, answered: int) -> str:
    share = f"，接通率{100 * answered / calls:.1f}%" if calls else ""
    return f"{day} 呼入{calls} 接通{answered}{share}"

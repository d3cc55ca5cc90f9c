"""指标 over the emulated platforms: what a manager reads of a month, in detail, by agency, and in the exported sheet."""

import asyncio
from typing import Any

import pytest

from bot.core import kpi as core
from bot.desk import kpi
from bot.stage import Stage
from bot.store.tables import Ticket
from bot.views import kpi as views
from tests.e2e.test_thumb import held
from tests.e2e.test_ticket_life import count_tickets, says

LINES = 15


async def a_day(world: Stage) -> None:
    """One ticket from report to rating, one by telephone that nobody took in time."""
    await held(world, "三楼302电脑蓝屏了")
    await world.advance(minutes=6)
    await says(world, "wangqiang", "已联系")
    await says(world, "wangqiang", "到场")
    await world.advance(minutes=20)
    await says(world, "wangqiang", "好了")
    await says(world, "limei", "修好了")
    await says(world, "limei", "4")
    await says(world, "zhoumin", "代报 13800000002 二楼201显示器屏幕碎了")
    await world.advance(hours=3)
    assert await count_tickets(world) == 2


async def test_a_manager_reads_the_month_on_one_screen(world: Stage) -> None:
    nothing = await says(world, "hetao", "指标")
    assert "报障0单" in nothing and "响应：—" in nothing and "解决：—" in nothing and "满意度—" in nothing
    assert "100%" not in nothing
    await a_day(world)
    shown = await says(world, "hetao", "指标")
    assert len(shown.splitlines()) <= LINES
    assert "报障2单：已解决1，未结1，转出0，撤单并单0；重开0，投诉0" in shown
    assert "企业微信1，钉钉0，电话1" in shown
    assert "响应：按时1/2单（1/2），中位6分，九成在6分内" in shown
    assert "恢复：按时1/1单（1/1）" in shown
    assert "满意度4.0分（1单已评，已关闭1单）；暂停占比0%" in shown
    assert "到场本月：A 0单，B 0单，C 1单（按时1单）" in shown
    assert "及时率按服务方用时计，括号内按总用时" in shown


async def test_reports_come_in_while_a_month_is_reckoned(world: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The figures of a month take seconds: no transaction is held meanwhile, and what came in after they were asked counts
    for the next ones."""
    await a_day(world)
    reckon = kpi.of

    async def slowly(*args: Any) -> kpi.Found:
        found = await reckon(*args)
        async with asyncio.timeout(2), world.desk.db.write("meanwhile") as tx:
            tx.add(Ticket(reporter_id=1, created_at=tx.now))
        return found

    monkeypatch.setattr(kpi, "of", slowly)
    assert "报障2单" in await says(world, "hetao", "指标")
    assert await count_tickets(world) == 3


async def test_the_details_say_every_clock_of_every_priority(world: Stage) -> None:
    await a_day(world)
    shown = await says(world, "hetao", "指标 详细")
    for said in ("P1（0单）", "响应：—", "4分1", "催办0次，投诉0次"):
        assert said in shown
    assert shown.count("响应：") == 4 and shown.count("到场：") == 4


async def test_one_agencys_figures(world: Stage) -> None:
    await a_day(world)
    shown = await says(world, "hetao", "指标 民政局")
    assert "市民政局本月" in shown and "报障1单：已解决1" in shown and "电话0" in shown
    assert "市司法局本月" in await says(world, "hetao", "司法局的指标")
    assert "没有叫“白马局”的单位" in await says(world, "hetao", "指标 白马局")
    assert "请回复序号" in await says(world, "hetao", "指标 市")
    assert "局本月（" in await says(world, "hetao", "1")


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("日报", "今日（11月"),
        ("指标 昨天", "昨日（11月"),
        ("周报", "本周（"),
        ("指标 上月", "上月（10月1日至10月31日）"),
        ("指标 10月", "2026年10月（10月1日"),
        ("指标 2026-11", "2026年11月（11月1日"),
    ],
)
async def test_the_period_is_the_one_asked_for(world: Stage, said: str, name: str) -> None:
    assert name in await says(world, "hetao", said)
    assert await count_tickets(world) == 0


async def test_what_was_paused_is_late_by_the_gross_figure_only(world: Stage) -> None:
    await held(world, "三楼302电脑蓝屏了")
    await says(world, "wangqiang", "已联系")
    await says(world, "wangqiang", "暂停 1 等待用户时间")
    await world.advance(hours=30)
    await says(world, "wangqiang", "继续")
    await says(world, "wangqiang", "到场")
    await says(world, "wangqiang", "好了")
    shown = await says(world, "hetao", "指标")
    assert "恢复：按时1/1单（0/1）" in shown


async def test_paused_time_has_its_share(world: Stage) -> None:
    await held(world, "三楼302电脑蓝屏了")
    await world.advance(minutes=10)
    await says(world, "wangqiang", "暂停 1 等待用户时间 20分钟")
    await world.advance(minutes=30)
    await says(world, "wangqiang", "好了")
    assert "暂停占比50%" in await says(world, "hetao", "指标")


async def test_a_reporter_is_told_who_sees_them(world: Stage) -> None:
    assert "只有服务台" in await says(world, "limei", "指标")
    assert "只有服务台" in await says(world, "wangqiang", "指标 详细")


async def test_the_sheet_has_all_each_priority_and_each_agency(world: Stage) -> None:
    await a_day(world)
    async with world.desk.db.write("sheet") as tx:
        now = kpi.local(tx, world.desk.office)
        period = core.period("本月", now)
        assert period is not None
        rows = await kpi.sheet(tx, world.desk.office, period)
    assert all(len(row) == len(views.COLUMNS) for row in rows)
    shown = [dict(zip(views.COLUMNS, row, strict=True)) for row in rows]
    assert [row["单位"] for row in shown] == ["全部"] * 5 + ["市司法局", "市民政局"]
    assert [row["报障"] for row in shown[:1] + shown[5:]] == [2, 1, 1]
    everything, justice = shown[0], shown[5]
    assert (everything["响应应按时"], everything["响应按时（服务方用时）"], everything["响应及时率（总用时）"]) == (
        2,
        1,
        0.5,
    )
    assert (justice["电话"], justice["满意度（均分）"], justice["到场及时率（服务方用时）"]) == (1, "—", "—")

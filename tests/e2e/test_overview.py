"""The desk at a glance, as the demo's panel asks for it: duty, targets, reasons, gates and evidence as they change."""

from typing import Any

import pytest
from phones import press

from bot.desk import overview
from bot.stage import Stage

REPORT = "三楼302打印机卡纸了，急"


async def panel(world: Stage) -> dict[str, Any]:
    """What the page gets."""
    async with world.session.get(f"{world.page_url}/desk") as response:
        assert response.status == 200
        return dict(await response.json())


async def the(world: Stage, what: str, number: int = 1) -> dict[str, Any]:
    return next(dict(one) for one in (await panel(world))[what] if one["id"] == number)


async def duty(world: Stage, name: str) -> tuple[str, str]:
    return next((p["duty_word"], p["hand"]) for p in (await panel(world))["people"] if p["name"] == name)


async def report(world: Stage) -> None:
    await world.says("limei", REPORT)
    await press(world, "limei", "直接派人")


async def arrive(world: Stage) -> None:
    await report(world)
    await press(world, "wangqiang", "接单")
    await press(world, "wangqiang", "到场")


async def test_who_is_on_duty_and_what_he_has(world: Stage) -> None:
    assert [p["name"] for p in (await panel(world))["people"]] == ["王强", "赵磊", "周敏", "何涛"]
    assert [p["post"] for p in (await panel(world))["people"]] == ["技术员", "技术员", "坐席", "值班经理"]
    assert await duty(world, "王强") == ("在岗", "手上没有单")
    await report(world)
    assert await duty(world, "王强") == ("在岗", "等他接1号")
    await press(world, "wangqiang", "接单")
    await world.says("wangqiang", "忙碌")
    assert await duty(world, "王强") == ("忙碌", "手上1号")
    await world.says("zhaolei", "下线")
    assert await duty(world, "赵磊") == ("不在岗", "手上没有单")
    assert [p["name"] for p in (await panel(world))["people"]] == ["王强", "赵磊", "周敏", "何涛"], "technicians first"


async def test_a_ticket_with_its_nearest_target_and_why_him(world: Stage) -> None:
    await report(world)
    ticket = await the(world, "tickets")
    assert (ticket["place"], ticket["what"], ticket["holder"]) == ("三楼302", "打印机卡纸", "已问王强")
    assert ticket["why"]["head"] == "为什么是王强"
    assert "驻场 -25" in ticket["why"]["parts"]
    assert ticket["why"]["rival"].startswith("次选赵磊，合计")
    why = "\n".join(ticket["why"]["parts"]).replace(" ", "")
    said = await press(world, "wangqiang", "为什么是我")
    assert all(part in said for part in why.splitlines()), "the same numbers as 为什么是我"
    assert ticket["clock"]["target"] == "接单"
    assert ticket["clock"]["runs"]
    assert ticket["clock"]["whose"] == "服务方用时"
    await press(world, "wangqiang", "接单")
    ticket = await the(world, "tickets")
    assert (ticket["holder"], ticket["clock"]["target"]) == ("处理人：王强", "联系")
    await press(world, "wangqiang", "到场")
    assert (await the(world, "tickets"))["clock"]["target"] == "恢复"


async def test_the_clock_stands_while_it_is_paused_and_says_when_it_is_late(world: Stage) -> None:
    await arrive(world)
    await world.advance(minutes=30)
    await world.says("wangqiang", "暂停 1 等待用户时间 1小时")
    before = (await the(world, "tickets"))["clock"]
    assert (before["runs"], before["whose"]) == (False, "使用方用时，停表")
    await world.advance(minutes=20)
    assert (await the(world, "tickets"))["clock"]["used"] == before["used"]
    await world.says("wangqiang", "恢复 1")
    assert (await the(world, "tickets"))["clock"]["runs"]
    await world.advance(hours=72)
    clock = (await the(world, "tickets"))["clock"]
    assert clock["late"]
    assert clock["end"].startswith("已超")


async def test_off_hours_are_nobodys(world: Stage) -> None:
    await arrive(world)
    await world.advance(hours=12)
    clock = (await the(world, "tickets"))["clock"]
    assert (clock["whose"], clock["runs"]) == ("非工作时间，停表", False)


async def test_a_guided_repair_with_gate_and_photo(world: Stage) -> None:
    await report(world)
    assert (await panel(world))["repairs"] == []
    await press(world, "wangqiang", "接单")
    assert (await the(world, "repairs"))["title"] == "还没有开始步骤"
    await press(world, "wangqiang", "到场")
    repair = await the(world, "repairs")
    assert (repair["title"], repair["gates"][0]["state"], repair["evidence"]) == ("第1步", "closed", "要照片，还没有")
    await press(world, "wangqiang", "做不到")
    assert (await the(world, "repairs"))["gates"][0]["word"] == "条件不具备，已停手"
    await press(world, "wangqiang", "已确认")
    assert (await the(world, "repairs"))["gates"][0]["state"] == "open"
    await world.phone("wangqiang").sends_photo()
    await world.settle()
    repair = await the(world, "repairs")
    assert (repair["evidence"], repair["attached"]) == ("要照片，已附1件", "照片1")
    await press(world, "wangqiang", "异常")
    repair = await the(world, "repairs")
    assert repair["title"] == "第2步"
    assert [step["word"] for step in repair["taken"]] == ["异常"]
    await world.says("wangqiang", "已解决 1 搓纸轮磨损，换了搓纸轮，25分钟")
    assert (await panel(world))["repairs"] == []


async def test_a_photo_before_the_gate_is_a_remark_and_no_evidence(world: Stage) -> None:
    await arrive(world)
    await world.phone("wangqiang").sends_photo()
    await world.settle()
    assert "请先确认：已断电并验过没电" in world.phone("wangqiang").last.text
    repair = await the(world, "repairs")
    assert (repair["evidence"], repair["attached"]) == ("要照片，还没有", "")
    await press(world, "wangqiang", "已确认")
    assert "要一张照片" in await press(world, "wangqiang", "正常")
    await world.phone("wangqiang").sends_photo()
    await world.settle()
    assert (await the(world, "repairs"))["evidence"] == "要照片，已附1件"


async def test_asking_changes_nothing(world: Stage) -> None:
    await arrive(world)
    assert await panel(world) == await panel(world)
    before = [len(world.phone(p).messages) for p in ("limei", "wangqiang", "zhoumin")]
    await panel(world)
    await world.settle()
    assert [len(world.phone(p).messages) for p in ("limei", "wangqiang", "zhoumin")] == before


async def test_what_somebody_holds_is_shown_however_many_tickets_are_newer(
    world: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overview, "SHOWN", 1)
    await report(world)
    await press(world, "wangqiang", "接单")
    await world.says("wufan", "五楼506显示器屏幕碎了")
    assert [t["id"] for t in (await panel(world))["tickets"]] == [2]
    assert await duty(world, "王强") == ("在岗", "手上1号；等他接2号")

"""Major incidents through the emulated WeCom: the radar, the desk's word, one notice, honest updates, all-clear, undo."""

import pytest
from sqlmodel import select

from bot.cast import CONNECTION, CORP, INCIDENT_CHAT
from bot.core.updates import Account
from bot.desk.spreadsheets import Row, save_people
from bot.stage import Stage
from bot.store.tables import Incident, Ticket
from bot.story import text_of

CLERKS = ("limei", "linfang", "guest")
REPORT = "电脑上不了网，三楼30{}"


@pytest.fixture
async def office(world: Stage) -> Stage:
    """Three clerks of one unit."""
    rows = [
        Row(
            9,
            "新同事",
            "",
            "市民政局",
            ["reporter"],
            [],
            [],
            [Account(platform="wecom", corp_id=CORP, user_id="guest")],
        )
    ]
    async with world.desk.db.write("guest") as tx:
        await save_people(tx, rows, {("wecom", CORP): CONNECTION})
    return world


async def tickets_of(world: Stage) -> list[Ticket]:
    async with world.desk.db.read() as session:
        return list((await session.exec(select(Ticket).order_by(Ticket.id))).all())  # type: ignore[arg-type]


async def incidents_of(world: Stage) -> list[Incident]:
    async with world.desk.db.read() as session:
        return list((await session.exec(select(Incident))).all())


async def storm(world: Stage, minutes: float = 1) -> None:
    for number, userid in enumerate(CLERKS):
        await world.says(userid, REPORT.format(number))
        await world.says(userid, "直接派人")
        await world.advance(minutes=minutes)


def seen(world: Stage, userid: str) -> str:
    return "\n".join(text_of(m) for m in world.phone(userid).messages if m.sender != "me")


async def desk_says(world: Stage, text: str) -> str:
    before = len(world.phone("zhoumin").messages)
    await world.says("zhoumin", text)
    return "\n".join(text_of(m) for m in world.phone("zhoumin").messages[before:] if m.sender != "me")


async def test_three_like_reports_of_one_unit_are_a_candidate(office: Stage) -> None:
    await storm(office)
    (incident,) = await incidents_of(office)
    assert (incident.state, incident.symptom_group, incident.main_ticket_id) == ("candidate", "no-network", 1)
    assert "3人报上不了网" in seen(office, "zhoumin")
    assert office.group(INCIDENT_CHAT).texts == []


async def test_one_person_three_times_is_no_incident(office: Stage) -> None:
    for number in range(3):
        await office.says("limei", REPORT.format(number))
    assert await incidents_of(office) == []


async def test_reports_too_far_apart_are_no_incident(office: Stage) -> None:
    await storm(office, minutes=20)
    assert await incidents_of(office) == []


async def test_other_units_do_not_count(office: Stage) -> None:
    for userid in ("limei", "linfang", "chenzhi"):
        await office.says(userid, REPORT.format(1))
    assert await incidents_of(office) == []


async def test_nobody_decides_and_the_duty_manager_is_asked(office: Stage) -> None:
    await storm(office)
    assert "疑似重大事件" not in seen(office, "hetao")
    await office.advance(minutes=6)
    assert "疑似重大事件" in seen(office, "hetao")


async def test_confirmed_told_updated_ended(office: Stage) -> None:
    await storm(office)
    await office.phone("zhoumin").presses("确认事件")
    await office.settle()
    (incident,) = await incidents_of(office)
    assert incident.state == "open"
    first, *others = await tickets_of(office)
    assert first.priority == "P1"
    assert {t.status for t in others} <= {"merged", "accepted"}
    texts = office.group(INCIDENT_CHAT).texts
    assert len(texts) == 1
    for words in ("重大事件1", "市民政局", "何涛", "下次通报"):
        assert words in texts[0]
    assert "138" not in texts[0], "no phone numbers in groups"
    assert "统一抢修" in seen(office, "guest")
    await office.advance(minutes=31)
    assert "承诺的通报到时间了" in seen(office, "hetao")
    assert "已发给" in await desk_says(office, "事件1 进展 光缆正在熔接")
    assert "光缆正在熔接" in office.group(INCIDENT_CHAT).last_text
    await desk_says(office, "事件1 恢复 光缆已接通")
    assert "已恢复" in office.group(INCIDENT_CHAT).last_text
    for clerk in CLERKS:
        assert "抢修已恢复" in seen(office, clerk)
    assert (await incidents_of(office))[0].state == "closed"


async def test_later_like_reports_are_linked_not_dispatched(office: Stage) -> None:
    await storm(office)
    await desk_says(office, "事件1 确认")
    before = sum("接单" in b for u in ("wangqiang", "zhaolei") for b in seen(office, u).split())
    await office.says("limei", REPORT.format(9))
    newest = (await tickets_of(office))[-1]
    assert (newest.status, newest.parent_id, newest.incident_id) == ("merged", 1, 1)
    after = sum("接单" in b for u in ("wangqiang", "zhaolei") for b in seen(office, u).split())
    assert after == before
    await office.says("limei", "三楼302打印机卡纸")
    assert (await tickets_of(office))[-1].status != "merged", "another matter goes its own way"


async def test_dismissed_changes_nothing(office: Stage) -> None:
    await storm(office)
    before = [(t.status, t.assignee_id) for t in await tickets_of(office)]
    await office.phone("zhoumin").presses("不是")
    await office.settle()
    assert [(t.status, t.assignee_id) for t in await tickets_of(office)] == before
    assert office.group(INCIDENT_CHAT).texts == []
    assert (await incidents_of(office))[0].state == "dismissed"


async def test_undo_is_exact_and_whoever_was_told_is_told(office: Stage) -> None:
    await storm(office)
    await desk_says(office, "事件1 确认")
    assert any(t.status == "merged" for t in await tickets_of(office))
    await desk_says(office, "事件1 撤销")
    rows = await tickets_of(office)
    assert not any(t.status == "merged" or t.incident_id for t in rows)
    assert all(t.owner in ("desk", "technician") for t in rows)
    assert "撤销" in office.group(INCIDENT_CHAT).last_text
    assert "单独处理" in seen(office, "guest") + seen(office, "linfang")


async def test_a_safety_matter_in_a_machine_room_declares_itself(office: Stage) -> None:
    await office.says("limei", "四楼机房冒烟了")
    (incident,) = await incidents_of(office)
    assert incident.state == "open"
    assert any("重大事件1" in text for text in office.group(INCIDENT_CHAT).texts)


async def test_only_the_desk_may(office: Stage) -> None:
    await storm(office)
    await office.says("limei", "事件1 确认")
    await office.says("wangqiang", "事件1 确认")
    assert (await incidents_of(office))[0].state == "candidate"


async def test_a_second_word_gets_the_true_state(office: Stage) -> None:
    await storm(office)
    await desk_says(office, "事件1 确认")
    assert "处置中" in await desk_says(office, "事件1 确认")
    assert "事件1 处置中" in await desk_says(office, "事件")
    assert "没有事件7" in await desk_says(office, "事件7 恢复")
    await office.restart()
    assert "处置中" in await desk_says(office, "事件1")

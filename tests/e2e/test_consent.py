"""Gates of the agency: opened on its own phone, by the desk with a reason, never by the technician."""

import pytest
from sqlmodel import select

from bot.stage import Stage
from bot.store.tables import Consent, Content, Guidance, Ticket, TicketEvent, TimerRow
from bot.story import text_of
from tests.e2e.phones import press, read


@pytest.fixture
async def waiting(world: Stage) -> Stage:
    """王强 works remotely on 1号, whose first step needs 李梅's consent."""
    await world.says("limei", "三楼302电脑能上内网，外网打不开")
    if "直接派人" in world.phone("limei").buttons:
        await press(world, "limei", "直接派人")
    async with world.desk.db.write("setup") as tx:
        ticket = await tx.session.get_one(Ticket, 1)
        ticket.fault, ticket.item = "net-internet-fail", "desktop-network"
        tx.add(ticket)
    await press(world, "wangqiang", "接单")
    await read(world, "wangqiang", "远程 1")
    async with world.desk.db.write("at-proxy") as tx:
        row = await tx.session.get_one(Guidance, 1)
        row.step_id = "inet-proxy"
        tx.add(row)
    await read(world, "wangqiang", "步骤 1")
    return world


async def kinds(world: Stage) -> list[str]:
    async with world.desk.db.read() as session:
        rows = await session.exec(select(TicketEvent.kind).where(TicketEvent.ticket_id == 1).order_by(TicketEvent.id))
        return list(rows.all())


async def gate(world: Stage) -> Guidance:
    async with world.desk.db.read() as session:
        return (await session.exec(select(Guidance))).one()


async def test_the_reporter_is_asked_on_his_own_phone_and_his_yes_opens_the_gate(waiting: Stage) -> None:
    card = text_of(waiting.phone("limei").last)
    assert "需要您同意" in card and "王强" in card
    assert "等使用人答复" in text_of(waiting.phone("wangqiang").last)
    before = len(waiting.phone("wangqiang").messages)
    assert "已告诉王强" in await press(waiting, "limei", "同意")
    seen = "\n".join(text_of(m) for m in waiting.phone("wangqiang").messages[before:])
    assert "李梅已确认" in seen and "正常" in waiting.phone("wangqiang").buttons
    assert (await gate(waiting)).gates_open
    async with waiting.desk.db.read() as session:
        event = (await session.exec(select(TicketEvent).where(TicketEvent.kind == "gate-confirmed"))).one()
        reporter = (await session.exec(select(Ticket.reporter_id))).one()
    assert (event.actor_id, event.data["gate"], event.data["by"]) == (reporter, "owner-consent", "agency")


@pytest.mark.parametrize("words", ["确认", "已确认", "1", "正常"])
async def test_the_technician_cannot_open_it_himself(waiting: Stage, words: str) -> None:
    answer = await read(waiting, "wangqiang", words)
    assert "您不能代按" in answer or "等使用人答复" in answer
    assert not (await gate(waiting)).gates_open
    assert "同意" in waiting.phone("limei").buttons, "the question stands"


async def test_nor_can_he_press_the_reporters_card(waiting: Stage) -> None:
    card = next(m for m in waiting.phone("limei").messages if "需要您同意" in text_of(m))
    assert card is not None
    assert "代同意" not in await read(waiting, "wangqiang", "同意 1")
    assert "只有服务台" in await read(waiting, "wangqiang", "代同意 1 我看可以")
    assert not (await gate(waiting)).gates_open


@pytest.mark.parametrize(
    "words, opens",
    [
        *(("同意", True), ("同意 1", True), ("可以", True), ("不同意", False)),
        *(
            ("行，弄吧", True),
            ("可以，重装吧", True),
            ("没问题，你弄吧", True),
            ("领导说可以", True),
            ("不行，先别动", False),
        ),
    ],
)
async def test_the_answer_may_be_typed(waiting: Stage, words: str, opens: bool) -> None:
    """行，弄吧 had called the whole ticket off."""
    answer = await read(waiting, "limei", words)
    assert "已告诉王强" in answer and ("先不做" in answer) is not opens
    assert (await kinds(waiting)).count("cancelled") == 0
    assert bool((await gate(waiting)).gates_open) is opens


async def test_whoever_is_not_asked_hears_so_and_opens_no_ticket(waiting: Stage) -> None:
    assert "没有等您答复的事" in await read(waiting, "chenzhi", "同意 1")
    await read(waiting, "limei", "同意")
    assert "没有等您答复的事" in await read(waiting, "limei", "同意 1"), "it is answered already"
    async with waiting.desk.db.read() as session:
        assert len((await session.exec(select(Ticket))).all()) == 1


@pytest.mark.parametrize("said", ["不同意了", "不同意 1", "我反悔了，先别动"])
async def test_a_yes_is_taken_back_while_the_step_is_being_worked_on(waiting: Stage, said: str) -> None:
    """It had been no more than a remark to the technician, with the gate open."""
    await read(waiting, "limei", "同意")
    assert (await gate(waiting)).gates_open
    assert "先不做" in await read(waiting, "limei", said)
    assert not (await gate(waiting)).gates_open
    assert "没有同意" in text_of(waiting.phone("wangqiang").last)
    await read(waiting, "wangqiang", "再问")
    assert "已告诉王强" in await read(waiting, "limei", "同意")
    assert (await gate(waiting)).gates_open


async def test_of_a_step_that_is_done_nothing_is_taken_back(waiting: Stage) -> None:
    await read(waiting, "limei", "同意")
    await read(waiting, "wangqiang", "跳过 已处理")
    assert "先不做" not in await read(waiting, "limei", "我反悔了，先别动")


async def test_not_yet_is_passed_on_and_the_question_stands(waiting: Stage) -> None:
    assert "已记到1号" in await read(waiting, "limei", "等一下，我先问问领导")
    assert "我先问问领导" in text_of(waiting.phone("wangqiang").last)
    assert "已告诉王强" in await read(waiting, "limei", "行，可以弄")


async def test_a_no_stops_the_step_the_desk_knows_and_it_can_be_asked_again(waiting: Stage) -> None:
    await press(waiting, "limei", "不同意")
    assert "没有同意" in text_of(waiting.phone("wangqiang").last)
    assert any("安全条件不具备" in text_of(m) for m in waiting.phone("zhoumin").messages)
    assert "已再问李梅" in await press(waiting, "wangqiang", "再问一次")
    await press(waiting, "limei", "同意")
    assert (await gate(waiting)).gates_open
    assert (await kinds(waiting)).count("consent-asked") == 2


async def test_it_is_not_asked_more_than_three_times(waiting: Stage) -> None:
    for _ in range(2):
        assert "已再问李梅" in await read(waiting, "wangqiang", "再问")
    assert "已问过几次" in await read(waiting, "wangqiang", "再问")
    asked = [m for m in waiting.phone("limei").messages if "需要您同意" in text_of(m)]
    assert len(asked) == 3


async def test_without_consent_the_step_can_be_skipped_with_a_reason(waiting: Stage) -> None:
    assert "跳过要写原因" in await press(waiting, "wangqiang", "跳过")
    await read(waiting, "wangqiang", "跳过 本人不在")
    assert (await gate(waiting)).step_id != "inet-proxy"
    async with waiting.desk.db.read() as session:
        assert (await session.exec(select(Consent.state))).first() == "withdrawn"
    assert "已告诉" not in await press(waiting, "limei", "同意", force=True)
    assert not (await gate(waiting)).gates_open


async def test_silence_makes_the_desk_telephone_and_its_word_is_recorded_with_the_reason(waiting: Stage) -> None:
    await waiting.advance(minutes=11)
    told = [text_of(m) for m in waiting.phone("zhoumin").messages]
    assert any("请电话联系" in t and "代同意 1" in t for t in told)
    assert any("还没答复" in text_of(m) for m in waiting.phone("wangqiang").messages)
    assert "要写理由" in await read(waiting, "zhoumin", "代同意 1")
    assert "理由已记录" in await read(waiting, "zhoumin", "代同意 1 电话征得本人同意")
    assert (await gate(waiting)).gates_open
    assert "gate-overridden" in await kinds(waiting)
    async with waiting.desk.db.read() as session:
        assert "电话征得本人同意" in (await session.exec(select(Content.text))).all()
        event = (await session.exec(select(TicketEvent).where(TicketEvent.kind == "gate-overridden"))).one()
    assert "电话" not in str(event.data), "no free text in events"
    assert "没有等使用人确认" in await read(waiting, "zhoumin", "代同意 1 再来一次")


async def test_the_question_survives_a_restart(waiting: Stage) -> None:
    await waiting.restart()
    await press(waiting, "limei", "同意")
    assert (await gate(waiting)).gates_open


async def test_a_safety_gate_stays_the_technicians(waiting: Stage) -> None:
    async with waiting.desk.db.write("jam") as tx:
        ticket = await tx.session.get_one(Ticket, 1)
        ticket.fault, ticket.item, ticket.status = "printer-paper-jam", "printer", "on-site"
        tx.add(ticket)
        row = await tx.session.get_one(Guidance, 1)
        gated = next(s for s in waiting.office.book.procedure(ticket.fault).steps.values() if s.gates == ("power-off",))
        row.fault, row.step_id, row.gates_open = ticket.fault, gated.id, []
        tx.add(row)
    await read(waiting, "wangqiang", "步骤 1")
    await press(waiting, "wangqiang", "已确认")
    assert (await gate(waiting)).gates_open


@pytest.mark.parametrize("how", ["another fault", "given back"])
async def test_a_procedure_that_is_over_leaves_no_question_behind(waiting: Stage, how: str) -> None:
    if how == "another fault":
        await read(waiting, "zhoumin", "改类 1 printer-paper-jam")
    else:
        await read(waiting, "wangqiang", "退回 1 家里有急事")
    assert "同意" not in waiting.phone("limei").buttons
    async with waiting.desk.db.read() as session:
        assert (await session.exec(select(Consent.state))).one() == "withdrawn"
        timer = (await session.exec(select(TimerRow).where(TimerRow.kind == "consent-silent"))).one()
    assert timer.outcome == "forgotten"


@pytest.mark.parametrize(
    "words", ["用户同意了", "报障人同意了", "李梅说可以", "她说行", "用户口头同意了，弄吧", "领导已经同意了"]
)
async def test_what_the_technician_was_told_opens_nothing_and_the_agency_is_asked_again(
    waiting: Stage, words: str
) -> None:
    before = len(waiting.phone("limei").messages)
    told = await read(waiting, "wangqiang", words)
    assert "本人在手机上点“同意”" in told and "已再问李梅" in told, told
    assert "需要您同意" in "\n".join(text_of(m) for m in waiting.phone("limei").messages[before:])
    assert not (await gate(waiting)).gates_open
    async with waiting.desk.db.read() as session:
        assert len((await session.exec(select(Ticket.id))).all()) == 1


async def test_a_remark_about_agreement_elsewhere_is_none_of_that(waiting: Stage) -> None:
    await press(waiting, "limei", "同意")
    assert "已再问" not in await read(waiting, "wangqiang", "用户同意了")
    assert "没看明白" in await read(waiting, "zhaolei", "报障人同意了"), "no report of a person"

"""A step with several gates: one after another, each answer opens the one that was asked, work begins when all are open."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from bot.desk import shift_end
from bot.stage import Stage
from bot.store.tables import Content, Guidance, Person, Ticket, TicketEvent, TimerRow
from bot.story import text_of
from tests.e2e.phones import press, read, seen

WALL, REINSTALL, DISK, CAMERA = "led-power", "reinstall-image", "disk-replace", "blur-angle"
BATTERY = "bat-charger"
STEPS = {
    WALL: ("projector-display", "disp-led-wall", ("permit", "two-person", "power-off")),
    REINSTALL: ("os-environment", "os-corrupt-reinstall", ("owner-consent", "backup-confirmed")),
    DISK: ("desktop-pc", "pc-disk-fault", ("backup-confirmed", "power-off")),
    BATTERY: ("ups-battery", "ups-battery-fault", ("permit", "two-person")),
    CAMERA: ("video-surveillance", "cctv-blur-angle", ("owner-consent", "two-person")),
}


@pytest.fixture
async def onsite(world: Stage) -> Stage:
    """王强 is at 李梅's."""
    await world.says("limei", "三楼302打印机卡纸了，直接派人")
    if "直接派人" in world.phone("limei").buttons:
        await press(world, "limei", "直接派人")
    await press(world, "wangqiang", "接单")
    await read(world, "wangqiang", "到场 1")
    return world


async def at(world: Stage, step: str) -> str:
    """1号 stands at this step; what 王强 is shown."""
    item, fault, gates = STEPS[step]
    procedure = world.office.book.procedure(fault)
    assert procedure.steps[step].gates == gates
    async with world.desk.db.write(f"at-{step}") as tx:
        ticket = await tx.session.get_one(Ticket, 1)
        ticket.fault, ticket.item = fault, item
        row = await tx.session.get_one(Guidance, 1)
        row.fault, row.step_id, row.gates_open, row.history, row.evidence = fault, step, [], [], 0
        tx.add(ticket)
        tx.add(row)
    return await read(world, "wangqiang", "步骤 1")


async def says_yes(world: Stage, userid: str, words: str = "确认") -> str:
    """He reads what is asked, then types his yes."""
    await world.advance(seconds=5)
    return await read(world, userid, words)


async def place(world: Stage) -> Guidance:
    async with world.desk.db.read() as session:
        return await session.get_one(Guidance, 1)


async def opened(world: Stage) -> list[str]:
    return (await place(world)).gates_open


async def events(world: Stage, kind: str) -> list[object]:
    async with world.desk.db.read() as session:
        rows = await session.exec(select(TicketEvent).where(TicketEvent.kind == kind).order_by(TicketEvent.id))  # type: ignore[arg-type]
        return [row.data.get("gate") for row in rows.all()]


async def asked_at(world: Stage) -> datetime | None:
    """When the agency's silence is due to be noticed."""
    async with world.desk.db.read() as session:
        due = select(TimerRow.due_at).where(TimerRow.kind == "consent-silent", TimerRow.fired_at == None)  # noqa: E711
        return (await session.exec(due)).first()


async def test_each_is_asked_in_turn_and_the_cards_say_what_is_confirmed(onsite: Stage) -> None:
    first = await at(onsite, WALL)
    assert "（1/3）" in first and "操作许可和证件在手" in first and "之后还有" in first
    assert "断大屏总电" not in first
    second = await press(onsite, "wangqiang", "已确认")
    assert "（2/3）" in second and "两人都在现场" in second and "已确认" in second
    assert await opened(onsite) == ["permit"]
    assert "（3/3）" in await press(onsite, "wangqiang", "已确认")
    last = await press(onsite, "wangqiang", "已确认")
    assert "断大屏总电" in last and "已断电并验过没电" in last
    assert await opened(onsite) == ["permit", "two-person", "power-off"] == await events(onsite, "gate-confirmed")


async def test_a_press_on_the_card_before_opens_nothing(onsite: Stage) -> None:
    await at(onsite, WALL)
    phone = onsite.phone("wangqiang")
    card = next(m.card for m in reversed(phone.messages) if m.card and "（1/3）" in text_of(m))
    await press(onsite, "wangqiang", "已确认")
    await phone.presses("已确认", card, force=True)
    await onsite.settle()
    assert await opened(onsite) == ["permit"]


@pytest.mark.parametrize(
    ("said", "opens"),
    [
        ("确认", ["permit"]), ("许可在手", ["permit"]), ("证件都在手，两人都在，已断电", ["permit"]), ("确认，许可在手", ["permit"]),
        ("已断电", []), ("两人都在场", []), ("已确认没电", []), ("确认，两人都在", []), ("许可还没批", []),
    ],
)  # fmt: skip
async def test_a_yes_opens_the_one_that_is_asked_and_never_another(onsite: Stage, said: str, opens: list[str]) -> None:
    await at(onsite, WALL)
    answer = await says_yes(onsite, "wangqiang", said)
    assert await opened(onsite) == opens
    assert ("两人都在现场" if opens else "") in answer
    if not opens and "还" not in said:
        assert "请先确认：操作许可和证件在手" in answer


async def test_two_yeses_in_a_row_are_no_answer_to_two(onsite: Stage) -> None:
    """He types it twice because the first seemed lost: what he has not seen yet is named, and stays closed."""
    await at(onsite, WALL)
    await onsite.advance(seconds=5)
    phone = onsite.phone("wangqiang")
    before = len(phone.messages)
    await phone.says("确认")
    await phone.says("确认")
    await onsite.settle()
    told = "\n".join(text_of(m) for m in phone.messages[before:])
    assert await opened(onsite) == ["permit"]
    assert "还有一项，看清楚再确认：两人都在现场" in told and "直接回复：两人都在场" in told
    assert "还有一项" in await read(onsite, "wangqiang", "确认"), "a second later he has read nothing either"
    assert await opened(onsite) == ["permit"]
    await read(onsite, "wangqiang", "两人都在场")
    assert await opened(onsite) == ["permit", "two-person"], "who names it knows what it is"
    await says_yes(onsite, "wangqiang")
    assert await opened(onsite) == ["permit", "two-person", "power-off"]


async def test_two_yeses_sent_while_the_desk_was_away_open_one(onsite: Stage) -> None:
    """However long it takes to handle them: what counts is when they came."""
    await at(onsite, WALL)
    await onsite.advance(seconds=5)
    phone = onsite.phone("wangqiang")
    await phone.says("确认")
    await phone.says("确认")
    await onsite.desk.inbox.handle_next()
    await onsite.desk.outbox.drain()
    onsite.clock.advance(timedelta(minutes=1))
    onsite.sandbox.clock.advance(timedelta(minutes=1))
    await onsite.settle()
    assert await opened(onsite) == ["permit"]


@pytest.mark.parametrize(
    ("paused", "hours", "stays"),
    [(True, 2.0, ["permit"]), (False, 2.0, ["permit", "two-person"]), (False, 23.0, []), (True, 23.0, [])],
)
async def test_what_was_confirmed_on_the_spot_does_not_outlast_it(
    onsite: Stage, paused: bool, hours: float, stays: list[str]
) -> None:
    await at(onsite, WALL)
    await press(onsite, "wangqiang", "已确认")
    await press(onsite, "wangqiang", "已确认")
    if paused:
        await read(onsite, "wangqiang", "暂停 1 等待用户时间 1小时")
    await onsite.advance(hours=hours)
    card = await read(onsite, "wangqiang", "步骤 1")
    assert await opened(onsite) == stays
    assert ("中间停过，请重新确认" in card) is (stays != ["permit", "two-person"])
    assert f"（{len(stays) + 1}/3）" in card


async def test_a_step_begun_is_not_gone_on_with_the_next_day(onsite: Stage) -> None:
    """All were open, he went home; 正常 in the morning is no answer to a step whose power may be on again."""
    await at(onsite, WALL)
    for _ in range(3):
        await press(onsite, "wangqiang", "已确认")
    await onsite.advance(hours=23)
    answer = await read(onsite, "wangqiang", "正常")
    assert "请重新确认：操作许可和证件在手、两人都在现场、已断电并验过没电" in answer and "（1/3）" in answer
    assert (await place(onsite)).step_id == WALL


async def test_work_over_midnight_is_one_piece(onsite: Stage) -> None:
    await at(onsite, WALL)
    now = onsite.clock.now().astimezone(onsite.office.voice.zone)
    await onsite.skip(now.replace(hour=23, minute=50) - now)
    await press(onsite, "wangqiang", "已确认")
    await onsite.advance(minutes=20)
    await read(onsite, "wangqiang", "步骤 1")
    assert await opened(onsite) == ["permit"]


async def test_a_backup_of_yesterday_is_asked_about_anew_and_a_consent_is_not(onsite: Stage) -> None:
    await at(onsite, REINSTALL)
    await press(onsite, "limei", "同意")
    await press(onsite, "limei", "已备份")
    await read(onsite, "wangqiang", "暂停 1 等待用户时间 1小时")
    await onsite.advance(hours=2)
    await read(onsite, "wangqiang", "步骤 1")
    assert await opened(onsite) == ["owner-consent", "backup-confirmed"], "nobody touched it in an hour's pause"
    await onsite.advance(hours=22)
    before = len(onsite.phone("limei").messages)
    assert "等使用人答复" in await read(onsite, "wangqiang", "步骤 1")
    assert await opened(onsite) == ["owner-consent"]
    asked = "\n".join(text_of(m) for m in onsite.phone("limei").messages[before:])
    assert "资料已备份" in asked and "需要您同意" not in asked
    await press(onsite, "limei", "已备份")
    assert await opened(onsite) == ["owner-consent", "backup-confirmed"]


async def test_what_cannot_be_is_told_and_what_was_confirmed_stays(onsite: Stage) -> None:
    await at(onsite, WALL)
    await press(onsite, "wangqiang", "已确认")
    assert "先不要动手" in await press(onsite, "wangqiang", "做不到")
    assert await events(onsite, "gate-refused") == ["two-person"]
    assert "安全条件不具备" in seen(onsite, "zhoumin")
    assert "先确认再动手" in await read(onsite, "wangqiang", "正常")
    assert await opened(onsite) == ["permit"]
    assert "（3/3）" in await says_yes(onsite, "wangqiang")


async def test_the_agency_is_asked_one_thing_at_a_time(onsite: Stage) -> None:
    wait = await at(onsite, REINSTALL)
    assert "等使用人答复" in wait and "使用人已确认数据有备份" in wait, "he sees what will be asked after it"
    assert "需要您同意" in text_of(onsite.phone("limei").last)
    assert "现在需要您同意" in await read(onsite, "limei", "已备份"), "not what was asked"
    assert await opened(onsite) == []
    before = len(onsite.phone("wangqiang").messages)
    told = await read(onsite, "limei", "同意")
    assert "请确认资料已备份" in told
    answers = "\n".join(text_of(m) for m in onsite.phone("wangqiang").messages[before:])
    assert "李梅已确认，还有要先确认的" in answers and "可以做了" not in answers
    for again in ("同意", "同意 1", "可以"):
        assert "请确认资料已备份" in await read(onsite, "limei", again)
    assert await opened(onsite) == ["owner-consent"]
    await press(onsite, "limei", "已备份")
    assert await opened(onsite) == ["owner-consent", "backup-confirmed"]
    assert "可以做了" in seen(onsite, "wangqiang") and "正常" in onsite.phone("wangqiang").buttons


async def test_the_desk_answers_for_what_is_asked_only(onsite: Stage) -> None:
    await at(onsite, REINSTALL)
    assert "还有别的要先确认" in await read(onsite, "zhoumin", "代同意 1 电话征得本人同意")
    assert await opened(onsite) == ["owner-consent"]
    assert "技术员可以继续" in await read(onsite, "zhoumin", "代同意 1 电话里说已备份")
    assert await events(onsite, "gate-overridden") == ["owner-consent", "backup-confirmed"]
    await at(onsite, WALL)
    assert "没有等使用人确认" in await read(onsite, "zhoumin", "代同意 1 我替他确认")


async def test_a_no_to_the_second_leaves_the_first_and_is_asked_again(onsite: Stage) -> None:
    await at(onsite, REINSTALL)
    await press(onsite, "limei", "同意")
    await press(onsite, "limei", "还没备份")
    assert await opened(onsite) == ["owner-consent"]
    assert "已再问李梅" in await press(onsite, "wangqiang", "再问一次")
    await read(onsite, "limei", "备份好了")
    assert await opened(onsite) == ["owner-consent", "backup-confirmed"]


async def test_agency_first_then_the_technician(onsite: Stage) -> None:
    await at(onsite, DISK)
    assert "您不能代按" in await read(onsite, "wangqiang", "已断电"), "the agency's answer comes first"
    await press(onsite, "limei", "已备份")
    card = text_of(onsite.phone("wangqiang").last)
    assert "（2/2）" in card and "已断电并验过没电" in card and "使用人已确认数据有备份" in card
    assert "断电换固态盘" in await read(onsite, "wangqiang", "已断电，验过没电")
    assert await opened(onsite) == ["backup-confirmed", "power-off"]


@pytest.mark.parametrize("how", ["taken", "by the desk"])
async def test_the_next_one_confirms_what_is_to_be_seen_and_keeps_the_agencys_answer(onsite: Stage, how: str) -> None:
    await at(onsite, DISK)
    await press(onsite, "limei", "已备份")
    await read(onsite, "wangqiang", "已断电")
    if how == "taken":
        await read(onsite, "wangqiang", "转交 1 赵磊 有急事")
        await press(onsite, "zhaolei", "接手")
    else:
        async with onsite.desk.db.write("shift over") as tx:
            ticket = await tx.session.get_one(Ticket, 1)
            holder = await tx.session.get_one(Person, ticket.assignee_id)
            await shift_end.to_desk(tx, onsite.office, ticket, holder)
        await onsite.settle()
        await read(onsite, "zhoumin", "派 1 赵磊")
        await read(onsite, "zhaolei", "接单 1")
    assert await opened(onsite) == ["backup-confirmed"]
    before = len(onsite.phone("limei").messages)
    card = await read(onsite, "zhaolei", "到场 1")
    assert "（2/2）" in card and "已断电并验过没电" in card
    assert not any("资料已备份" in text_of(m) for m in onsite.phone("limei").messages[before:])
    await says_yes(onsite, "zhaolei")
    assert await opened(onsite) == ["backup-confirmed", "power-off"]


async def test_an_open_question_goes_with_the_ticket_and_ends_with_the_shift(onsite: Stage) -> None:
    await at(onsite, CAMERA)
    await read(onsite, "wangqiang", "转交 1 赵磊 有急事")
    await press(onsite, "zhaolei", "接手")
    assert "已告诉赵磊" in await press(onsite, "limei", "同意")
    assert await opened(onsite) == ["owner-consent"]
    await at(onsite, REINSTALL)
    await read(onsite, "zhaolei", "步骤 1")
    assert await asked_at(onsite) is not None
    async with onsite.desk.db.write("shift over") as tx:
        ticket = await tx.session.get_one(Ticket, 1)
        await shift_end.to_desk(tx, onsite.office, ticket, await tx.session.get_one(Person, ticket.assignee_id))
    await onsite.settle()
    assert await asked_at(onsite) is None and "同意" not in onsite.phone("limei").buttons


async def test_the_way_back_is_gated_anew_for_him_and_not_for_the_agency(onsite: Stage) -> None:
    await at(onsite, DISK)
    await press(onsite, "limei", "已备份")
    await read(onsite, "wangqiang", "已断电")
    await read(onsite, "wangqiang", "异常")
    assert (await place(onsite)).ended
    assert "（2/2）" in await read(onsite, "wangqiang", "上一步")
    assert await opened(onsite) == ["backup-confirmed"]


async def test_one_yes_is_taken_back_at_a_time(onsite: Stage) -> None:
    await at(onsite, WALL)
    await press(onsite, "wangqiang", "已确认")
    await press(onsite, "wangqiang", "已确认")
    told = await read(onsite, "wangqiang", "撤销")
    assert "“已确认”已撤销" in told and "（2/3）" in told
    assert await opened(onsite) == ["permit"]
    assert "（3/3）" in await press(onsite, "wangqiang", "已确认")


async def test_taking_back_something_else_does_not_ask_the_agency_again(onsite: Stage) -> None:
    await at(onsite, CAMERA)
    await read(onsite, "wangqiang", "已联系 1")
    before = len(onsite.phone("limei").messages)
    assert "“已联系”已撤销" in await read(onsite, "wangqiang", "撤销")
    assert not any("需要您同意" in text_of(m) for m in onsite.phone("limei").messages[before:])
    await press(onsite, "limei", "同意")
    assert await opened(onsite) == ["owner-consent"]


async def test_half_open_it_survives_a_restart_and_can_be_skipped(onsite: Stage) -> None:
    await at(onsite, CAMERA)
    await press(onsite, "limei", "同意")
    await onsite.restart()
    assert "（2/2）" in await read(onsite, "wangqiang", "步骤 1")
    assert "跳过要写原因" in await read(onsite, "wangqiang", "跳过")
    await read(onsite, "wangqiang", "跳过 今天只有我一个人")
    row = await place(onsite)
    assert (row.history[0], row.gates_open) == ([CAMERA, "skip"], [])


async def test_a_figure_before_the_gates_is_kept_and_told_to_be_early(onsite: Stage) -> None:
    await at(onsite, BATTERY)
    assert "请先确认：操作许可和证件在手" in await read(onsite, "wangqiang", "浮充13.6V，负载率42%")
    assert (await place(onsite)).evidence == 0
    async with onsite.desk.db.read() as session:
        assert "浮充13.6V，负载率42%" in (await session.exec(select(Content.text))).all()
    await press(onsite, "wangqiang", "已确认")
    await press(onsite, "wangqiang", "已确认")
    await read(onsite, "wangqiang", "浮充13.6V，负载率42%")
    assert (await place(onsite)).evidence == 1


async def test_all_are_listed_to_read_without_a_connection_and_on_the_panel(onsite: Stage) -> None:
    await at(onsite, WALL)
    assert "【先确认：操作许可和证件在手、两人都在现场、已断电并验过没电，做不到就停】" in await read(
        onsite, "wangqiang", "没信号"
    )
    await press(onsite, "wangqiang", "已确认")
    await press(onsite, "wangqiang", "做不到")
    async with onsite.session.get(f"{onsite.page_url}/desk") as response:
        repair = (await response.json())["repairs"][0]
    assert [gate["state"] for gate in repair["gates"]] == ["open", "refused", "closed"]


@pytest.mark.parametrize("said", ["已经断电了", "我已经关了电源", "电源已断开", "已经拉闸了"])
async def test_that_the_power_is_off_opens_the_gate_and_is_no_danger(onsite: Stage, said: str) -> None:
    await at(onsite, WALL)
    for words in ("确认", "确认", said):
        await says_yes(onsite, "wangqiang", words)
    assert "power-off" in await opened(onsite)
    async with onsite.desk.db.read() as session:
        assert (await session.exec(select(Ticket.kind))).all() == ["fault"]


@pytest.mark.parametrize("said", ["都备份好了", "资料都存好了", "我已经拷出来了"])
async def test_that_the_data_are_saved_in_other_words(onsite: Stage, said: str) -> None:
    """They had opened a request for a backup, or closed a ticket."""
    await at(onsite, REINSTALL)
    assert "已告诉王强" in await read(onsite, "limei", "同意重装")
    assert "已备份" in await read(onsite, "limei", "可以"), "this has to be said"
    assert "已告诉王强" in await read(onsite, "limei", said)
    assert await opened(onsite) == ["owner-consent", "backup-confirmed"]


@pytest.mark.parametrize("said", ["断电了", "电断了", "闸拉了", "拉闸了，验过没电"])
async def test_a_yes_in_the_trades_words_where_it_is_asked(onsite: Stage, said: str) -> None:
    await onsite.advance(seconds=5)
    await read(onsite, "wangqiang", said)
    assert await opened(onsite) == ["power-off"]


async def test_each_opens_the_one_that_is_asked(onsite: Stage) -> None:
    """有人陪着 had raised an alarm."""
    await at(onsite, WALL)
    assert "先确认再动手（2/3）" in await says_yes(onsite, "wangqiang", "许可证在手，两个人都在，电也断了")
    assert "先确认再动手（3/3）" in await says_yes(onsite, "wangqiang", "有人陪着")
    await says_yes(onsite, "wangqiang", "都确认了")
    assert await opened(onsite) == ["permit", "two-person", "power-off"]
    async with onsite.desk.db.read() as session:
        assert len((await session.exec(select(Ticket))).all()) == 1


async def test_elsewhere_that_the_power_went_is_no_yes(onsite: Stage) -> None:
    await at(onsite, WALL)
    await read(onsite, "wangqiang", "断电了")
    assert await opened(onsite) == []


async def test_back_is_not_giving_the_ticket_back(onsite: Stage) -> None:
    """退回上一步 had declined the ticket."""
    await says_yes(onsite, "wangqiang")
    assert await opened(onsite) == ["power-off"]
    await read(onsite, "wangqiang", "异常 纸取不出来")
    await read(onsite, "wangqiang", "退回上一步")
    async with onsite.desk.db.read() as session:
        ticket = await session.get_one(Ticket, 1)
    assert (ticket.owner, ticket.status) == ("technician", "on-site")
    assert (await place(onsite)).history == []

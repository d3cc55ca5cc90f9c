"""Service requests: what must be known, whose yes it takes, and that nobody is sent before."""

import pytest
from sqlmodel import col, select

from bot.core.duty import Kind
from bot.desk import requests
from bot.stage import Stage
from bot.store.tables import AccountRow, Content, InboxRow, Offer, Person, Ticket, TicketEvent, Unit
from bot.story import text_of
from handlers.approvals import SAID
from tests.e2e.phones import press, read, seen
from tests.e2e.test_duty import rostered
from tests.e2e.test_ticket_life import ticket_of

WANTED = "给302装个CAD画图用"


async def offers(world: Stage) -> int:
    async with world.desk.db.read() as session:
        return len((await session.exec(select(Offer))).all())


async def sides(world: Stage) -> list[str]:
    async with world.desk.db.read() as session:
        found = await session.exec(select(TicketEvent).where(TicketEvent.kind == "approval-asked"))
        return [event.data["side"] for event in found.all()]


async def staff(world: Stage, name: str, positions: list[str], *, userid: str = "") -> None:
    """Somebody of 市民政局 in other positions than the cast has him; a new one when nobody is called that."""
    async with world.desk.db.write("staff") as tx:
        person = (await tx.session.exec(select(Person).where(Person.name == name))).first()
        unit = (await tx.session.exec(select(Unit).where(Unit.name == "市民政局"))).one()
        if person is None:
            person = Person(name=name, unit_id=unit.id)
        person.positions = positions
        tx.add(person)
        if userid:
            await tx.flush()
            account = (await tx.session.exec(select(AccountRow).where(AccountRow.user_id == userid))).one()
            account.person_id = person.id or 0
            tx.add(account)


async def asked(world: Stage) -> None:
    """李梅 wants software: one question, then 林芳 is asked."""
    receipt = await read(world, "limei", WANTED)
    assert "已登记1号：软件安装升级卸载" in receipt and "装什么软件、做什么用" in receipt
    assert "已请林芳审批" in await read(world, "limei", "AutoCAD 2024，画平面图")


async def test_a_request_waits_for_the_liaisons_yes_and_only_then_somebody_is_sent(world: Stage) -> None:
    await asked(world)
    card = text_of(world.phone("linfang").last)
    assert "李梅" in card and "AutoCAD" in card and "同意 1 / 不同意 1 理由 / 转给 1 姓名" in card
    assert "等待审批（林芳）" in await read(world, "limei", "进度怎么样了")
    assert "林芳" in await read(world, "zhoumin", "待批")
    assert "现在不能派单" in await read(world, "zhoumin", "派 1 王强")
    assert "不是您能操作的单" in await read(world, "wangqiang", "同意 1")
    assert "不是您能操作的单" in await read(world, "limei", "同意 1"), "nobody approves his own request"
    assert await offers(world) == 0
    await world.advance(minutes=20)
    before = len(world.phone("limei").messages)
    await press(world, "linfang", "同意")
    told = "\n".join(text_of(m) for m in world.phone("limei").messages[before:])
    assert "林芳已同意1号，技术员会联系您" in told
    assert "请接单" in text_of(world.phone("wangqiang").last) and await offers(world) == 1
    assert "使用方" in await read(world, "zhoumin", "时限 1") and await sides(world) == ["user-unit"]
    late = await press(world, "linfang", "不同意", force=True)
    assert "已由林芳于" in late and "同意，现在是：已派单" in late
    await press(world, "wangqiang", "接单")
    await read(world, "linfang", "不同意 1 不需要了")
    assert (await ticket_of(world)).status == "accepted"
    await read(world, "wangqiang", "远程 1")
    assert "已解决" in world.phone("wangqiang").buttons
    record = await read(world, "wangqiang", "已解决 1 装了CAD并激活，20分钟")
    assert "收尾记录" in record and "还缺" not in record, "a request has no fault and no cause to be asked for"
    assert "办好了吗" in text_of(world.phone("limei").last)
    await press(world, "limei", "办好了")
    assert (await ticket_of(world)).status == "closed"


async def test_a_no_has_a_reason_and_ends_it(world: Stage) -> None:
    await asked(world)
    assert "理由是什么" in await press(world, "linfang", "不同意")
    for another in ("进度怎么样了", "谢谢"):
        await read(world, "linfang", another)
        assert (await ticket_of(world)).status == "approval", f"{another} is no reason"
    assert "没有留存" in await read(world, "linfang", "不同意 1 那台涉密电脑里有三号文件")
    async with world.desk.db.read() as session:
        stored = [
            *(await session.exec(select(Content.text))).all(),
            *(await session.exec(select(InboxRow.payload))).all(),
        ]
    assert not any("三号文件" in text for text in stored)
    before = len(world.phone("limei").messages)
    await read(world, "linfang", "今年没有这笔授权费")
    told = "\n".join(text_of(m) for m in world.phone("limei").messages[before:])
    assert "没有获得同意（林芳）：今年没有这笔授权费" in told
    ticket = await ticket_of(world)
    assert (ticket.status, ticket.by) == ("cancelled", "refused") and ticket.closed_at is not None
    assert "答复不同意，现在是：未获同意" in await read(world, "linfang", "同意 1")
    assert await offers(world) == 0
    async with world.desk.db.read() as session:
        event = (await session.exec(select(TicketEvent).where(TicketEvent.kind == "refusal-reason"))).one()
        assert "授权" not in str(event.data), "no free text in events"
        kept = (await session.exec(select(Content.text).where(Content.id == event.content_id))).one()
    assert kept == "今年没有这笔授权费"


async def test_silence_is_reminded_of_then_passed_on_and_the_desk_is_the_last(world: Stage) -> None:
    await staff(world, "吴凡", ["unit-liaison"])
    await asked(world)
    await world.advance(hours=4)
    assert "还在等您审批" in seen(world, "linfang")
    await world.advance(hours=20)
    assert "1号 软件安装" in text_of(world.phone("wufan").last)
    assert "1号的审批还没有答复，已改请吴凡处理" in seen(world, "limei")
    assert "已转请吴凡审批" in await press(world, "linfang", "同意", force=True)
    await world.restart()
    await world.advance(hours=48)
    assert "已改请服务台处理" in seen(world, "limei")
    assert "1号 软件安装" in seen(world, "zhoumin")
    assert await sides(world) == ["user-unit", "user-unit", "provider"]
    assert "不是您能操作的单" in await read(world, "wangqiang", "同意 1")
    assert "已同意" in await read(world, "zhoumin", "同意 1")
    assert await offers(world) == 1


@pytest.mark.parametrize("liaisons, whom", [(["李梅", "吴凡"], "wufan"), (["李梅"], "hetao"), ([], "zhoumin")])
async def test_whose_yes_it_takes(world: Stage, liaisons: list[str], whom: str) -> None:
    """Another liaison; the desk's lead when he is the only one; the desk where there is none."""
    await staff(world, "林芳", ["reporter"])
    for name in liaisons:
        await staff(world, name, ["unit-liaison"])
    await read(world, "limei", WANTED)
    await read(world, "limei", "AutoCAD")
    assert "1号 软件安装" in text_of(world.phone(whom).last)
    assert "不是您能操作的单" in await read(world, "limei", "同意 1")


async def test_it_can_be_passed_to_a_colleague_but_not_to_just_anybody(world: Stage) -> None:
    await asked(world)
    assert "转给谁" in await press(world, "linfang", "转给别人")
    for name in ("李梅", "王强", "陈志"):
        assert f"不能转给{name}" in await read(world, "linfang", f"转给 1 {name}")
    assert "没有找到" in await read(world, "linfang", "转给 1 张三丰")
    await read(world, "wufan", "你好")
    assert "已转请吴凡审批" in await read(world, "linfang", "转给 1 吴凡")
    assert "吴凡" in await read(world, "limei", "进度")
    assert "已同意" in await read(world, "wufan", "同意")
    assert await offers(world) == 1


async def test_two_say_yes_one_after_the_other_and_one_person_with_both_posts_once(world: Stage) -> None:
    await staff(world, "林芳", ["unit-liaison"])
    await staff(world, "吴凡", ["secrecy-officer"])
    await read(world, "limei", "旧电脑报废，帮忙处理，资产编号PC-0017")
    assert "林芳" in await read(world, "limei", "硬盘销毁")
    await press(world, "linfang", "同意")
    assert "已请吴凡审批" in seen(world, "limei") and await offers(world) == 0
    await press(world, "wufan", "同意")
    assert await offers(world) == 1
    await staff(world, "林芳", ["unit-liaison", "secrecy-officer"])
    await staff(world, "吴凡", ["reporter"])
    await read(world, "chenzhi", "你好")
    await staff(world, "陈志", ["reporter"])
    async with world.desk.db.write("move") as tx:
        chen = (await tx.session.exec(select(Person).where(Person.name == "陈志"))).one()
        chen.unit_id = (await tx.session.exec(select(Unit.id).where(Unit.name == "市民政局"))).one()
        tx.add(chen)
    await read(world, "chenzhi", "旧打印机报废，硬盘也要处理，资产编号PR-0018")
    await read(world, "chenzhi", "没有硬盘")
    await press(world, "linfang", "同意")
    assert "林芳已同意2号" in seen(world, "chenzhi")


async def test_what_needs_no_yes_is_carried_out_at_once(world: Stage) -> None:
    assert "什么型号、要几个" in await read(world, "limei", "送硒鼓到302")
    assert "好的，1号已在派人，最早" in await read(world, "limei", "CF277A，两个")
    assert await offers(world) == 1
    await read(world, "wufan", "新领的电脑到了，帮忙装一下，在302")
    await read(world, "wufan", "就装办公软件")
    assert await offers(world) == 2
    await read(world, "chenzhi", "帮我装个软件")
    assert "审批" not in await read(world, "chenzhi", "WPS，写公文")
    assert await offers(world) == 3 and await sides(world) == []


async def test_an_unanswered_question_does_not_hold_it_up_and_a_fault_is_another_matter(world: Stage) -> None:
    await read(world, "limei", WANTED)
    await read(world, "limei", "三楼302打印机卡纸了")
    await world.advance(minutes=6)
    assert "1号 软件安装" in text_of(world.phone("linfang").last)
    assert "已撤销" in await read(world, "limei", "撤销 1")
    assert "现在是：已撤销" in await press(world, "linfang", "同意", force=True)
    async with world.desk.db.read() as session:
        tickets = (await session.exec(select(Ticket).order_by(Ticket.id))).all()
    assert [t.kind for t in tickets] == ["request", "fault"]


async def test_the_desk_may_find_that_it_is_a_fault_after_all(world: Stage) -> None:
    await asked(world)
    await read(world, "zhoumin", "优先级 1 P2 领导急用")
    assert await offers(world) == 0, "urgent or not, it waits for the yes"
    await read(world, "zhoumin", "改类 1 软件闪退没响应")
    assert "现在是" in await press(world, "linfang", "同意", force=True)
    ticket = await ticket_of(world)
    assert ticket.kind == "fault" and ticket.status == "dispatched"


async def test_a_question_that_still_stands_is_no_yes(world: Stage) -> None:
    await asked(world)
    async with world.desk.db.write("again") as tx:
        ticket = await tx.session.get_one(Ticket, 1)
        who = await tx.session.get_one(Person, ticket.reporter_id)
        await requests.go_on(tx, world.office, who, ticket, new=False)
    assert (await ticket_of(world)).status == "approval" and await offers(world) == 0
    async with world.desk.db.write("back and forth") as tx:
        ticket = await tx.session.get_one(Ticket, 1)
        who = await tx.session.get_one(Person, ticket.reporter_id)
        await requests.take_back(tx, ticket)
        await requests.begin(tx, world.office, who, ticket, ask=False)
    assert (await ticket_of(world)).status == "approval" and await offers(world) == 0
    assert len(await sides(world)) == 2, "asked anew"


@pytest.mark.parametrize(
    ("request_", "aside", "noted", "answer"),
    [
        ("帮我装个软件", "三楼302", "位置记为三楼302", "装CAD，画图用"),
        ("帮我装个软件", "电话13800000009", "电话记下了", "装CAD，画图用"),
    ],
)
async def test_a_bare_place_or_number_is_no_answer_to_what_software(
    world: Stage, request_: str, aside: str, noted: str, answer: str
) -> None:
    asked = await read(world, "limei", request_)
    assert "装什么软件" in asked
    told = await read(world, "limei", aside)
    assert noted in told and "装什么软件" in told
    assert "已请林芳审批" in await read(world, "limei", answer)
    async with world.desk.db.read() as session:
        (ticket,) = (await session.exec(select(Ticket))).all()
        words = (await session.exec(select(Content.text).where(Content.ticket_id == ticket.id))).all()
    assert {request_, aside, answer} <= set(words)
    assert ticket.slots.get("room") == "302" or ticket.slots.get("phone") == "13800000009"


@pytest.mark.parametrize(("request_", "answer"), [("帮我搬电脑", "从302搬到305"), ("想领个硒鼓", "388")])
async def test_what_may_be_an_answer_is_one(world: Stage, request_: str, answer: str) -> None:
    await read(world, "limei", request_)
    assert "还要问一下" not in await read(world, "limei", answer)


@pytest.mark.parametrize(("said", "yes"), [("批准", True), ("不批准 太贵", False)])
async def test_an_approver_in_other_words(world: Stage, said: str, yes: bool) -> None:
    await read(world, "limei", "帮我装个软件")
    await read(world, "limei", "装CAD，画图用")
    await read(world, "linfang", said)
    async with world.desk.db.read() as session:
        (ticket,) = (await session.exec(select(Ticket))).all()
    assert (ticket.status != "approval", ticket.status == "cancelled") == (True, not yes)


@pytest.mark.parametrize("yes", ["同意", "批准", "同意。", "批准吧"])
async def test_a_bare_yes_is_enough_when_one_thing_awaits_it(world: Stage, yes: str) -> None:
    await asked(world)
    assert "1号已同意" in await read(world, "linfang", yes)
    assert (await ticket_of(world)).status == "dispatched"
    assert "已同意" not in await read(world, "linfang", yes), "there is nothing left to agree to"


@pytest.mark.parametrize("yes", ["可以，开吧", "行", "批", "没意见", "可以，给她装吧"])
async def test_a_yes_in_the_approvers_own_words(world: Stage, yes: str) -> None:
    """批 had opened a matter of procurement."""
    await asked(world)
    assert "1号已同意" in await read(world, "linfang", yes)


async def test_a_condition_is_read_by_whoever_carries_it_out(world: Stage) -> None:
    await asked(world)
    assert "1号已同意" in await read(world, "linfang", "同意，但只装一个月")
    assert "只装一个月" in text_of(world.phone("wangqiang").last)


async def test_who_waits_asks_for_whom_and_it_is_passed_on_in_a_sentence(world: Stage) -> None:
    await asked(world)
    assert "在等林芳审批" in await read(world, "limei", "谁在审批？")
    assert "转请吴凡审批" in await read(world, "linfang", "转给吴凡批吧")
    assert "在等吴凡审批" in await read(world, "limei", "现在等谁批")


async def test_what_may_be_politeness_is_no_yes_and_he_reads_how_to_give_it(world: Stage) -> None:
    await asked(world)
    for said in ("好的", "收到", "先不批，等处长回来"):
        assert "同意 1" in await read(world, "linfang", said)
        assert (await ticket_of(world)).status == "approval"
    assert "1号不办" in await read(world, "linfang", "不行，没有预算")
    assert "没有预算" in seen(world, "limei")


async def test_of_somebody_with_a_matter_of_his_own_a_loose_yes_may_be_about_that(world: Stage) -> None:
    await asked(world)
    await read(world, "linfang", "三楼305打印机卡纸了")
    await read(world, "linfang", "行")
    async with world.desk.db.read() as session:
        assert (await session.get_one(Ticket, 1)).status == "approval"


@pytest.mark.parametrize("yes", ["批准", "同意", "批了"])
async def test_a_bare_yes_of_the_desk_is_for_the_one_leave_that_awaits_it(world: Stage, yes: str) -> None:
    await read(world, "wangqiang", "请假 明天下午 看病")
    assert "班表已改" in await read(world, "zhoumin", yes)
    assert "批准了您的请假" in seen(world, "wangqiang")


@pytest.mark.parametrize(
    "report",
    [
        "不行，三楼305打印机又卡纸了",
        "通过VPN连不上内网",
        "同意书打印不出来",
        "通过 VPN 连不上内网",
        "通过3号楼的交换机上不了网",
    ],
)
async def test_what_merely_begins_like_a_yes_is_a_report(world: Stage, report: str) -> None:
    await asked(world)
    await read(world, "linfang", report)
    async with world.desk.db.read() as session:
        wanted, *own = (await session.exec(select(Ticket).order_by(col(Ticket.id)))).all()
    assert wanted.status == "approval" and len(own) == 1


@pytest.mark.parametrize(
    "said", ["同意14号的申请", "不同意 14太贵", "不同意太贵了", "转给 14张三", "转给张三", "同意 14 2楼先装"]
)
def test_an_answer_is_read_however_it_is_spaced(said: str) -> None:
    assert (match := SAID.match(said)) and (match["id"] or "14") == "14" and not match["rest"].startswith("14")


async def test_of_several_he_is_asked_which_and_a_digit_is_enough(world: Stage) -> None:
    await read(world, "wangqiang", "请假 明天下午 看病")
    await read(world, "zhaolei", "请假 周五 探亲")
    told = await read(world, "zhoumin", "批准")
    assert "等您答复的有2件，是哪一件" in told
    assert "1. 批准 2（赵磊请假，" in told and "2. 批准 1（王强请假，明天14:00–17:30）" in told
    assert "批准了您的请假" not in seen(world, "wangqiang") + seen(world, "zhaolei")
    assert "班表已改" in await read(world, "zhoumin", "2")
    assert "批准了您的请假" in seen(world, "wangqiang") and "批准了您的请假" not in seen(world, "zhaolei")
    assert "班表已改" not in await read(world, "zhoumin", "2"), "the list is used up"
    assert "已回复对方" in await read(world, "zhoumin", "不批"), "one is left"


async def test_a_liaison_with_two_requests_is_asked_which_and_a_reason_goes_with_it(world: Stage) -> None:
    await asked(world)
    await read(world, "wufan", "给305装个CAD画图用")
    assert "已请林芳审批" in await read(world, "wufan", "AutoCAD 2024，画平面图")
    told = await read(world, "linfang", "不同意，今年没有预算")
    assert "不同意 1 今年没有预算（李梅申请软件安装升级卸载）" in told and "不同意 2" in told
    assert "1号不办" in await read(world, "linfang", "2" if "2. 不同意 1" in told else "1")
    assert "没有获得同意（林芳）：今年没有预算" in seen(world, "limei")


async def test_the_number_of_a_swap_is_not_taken_for_a_ticket_of_that_number(world: Stage) -> None:
    await asked(world)
    await rostered(world, "王强", (Kind.ON, 24, 32))
    await read(world, "wangqiang", "换班 赵磊 11-24")
    assert "班表已改" in await read(world, "zhaolei", "同意 1")


@pytest.mark.parametrize("said", ["待批", "等我批的", "有什么要我批的？"])
async def test_what_waits_for_his_yes_is_listed(world: Stage, said: str) -> None:
    assert "没有等您批的事" in await read(world, "linfang", said)
    await asked(world)
    told = await read(world, "linfang", said)
    assert "等您批的有1件" in told and "同意 1（李梅申请软件安装升级卸载）" in told
    async with world.desk.db.read() as session:
        assert len((await session.exec(select(Ticket))).all()) == 1, "it reports nothing"
    assert "1号已同意" in await read(world, "linfang", "同意 1")


async def test_a_yes_to_one_request_is_none_to_what_it_became(world: Stage) -> None:
    await read(world, "limei", "申请开通VPN")
    await read(world, "limei", "出差要用，一个月")
    await read(world, "linfang", "同意 1")
    assert await offers(world) == 1
    await read(world, "limei", "申请装个photoshop")
    told = await read(world, "limei", "工作需要做海报")
    assert "已请林芳审批" in told and "已同意" not in told, told
    assert (await ticket_of(world)).status == "approval"
    assert "软件安装" in seen(world, "linfang")
    assert "林芳已同意" in seen(world, "limei") and await offers(world) == 1
    await read(world, "linfang", "同意")
    assert (await ticket_of(world)).status == "dispatched"


async def test_an_answer_to_nothing_is_told_so_and_is_no_complaint(world: Stage) -> None:
    for userid, line in (
        ("linfang", "不同意"),
        ("limei", "不同意"),
        ("linfang", "同意"),
        ("zhaolei", "同意"),
        ("hetao", "不批"),
    ):
        assert "没有等您" in await read(world, userid, line), (userid, line)
    async with world.desk.db.read() as session:
        assert not (await session.exec(select(Ticket))).all()


async def test_the_desks_list_begins_with_what_waits_for_himself(world: Stage) -> None:
    await read(world, "wangqiang", "请假 明天 看病")
    told = await read(world, "zhoumin", "待批")
    assert "批准 1（王强请假" in told and "待批：没有" not in told, told
    await asked(world)
    told = await read(world, "hetao", "待批")
    assert "批准 1（王强请假" in told and "软件安装升级卸载" in told, told
    await read(world, "hetao", "批准 1")
    assert "软件安装升级卸载" in await read(world, "hetao", "待批")


async def two_leads(world: Stage) -> None:
    """李梅, the only liaison of her agency, requests something: both leads are asked at once."""
    await staff(world, "林芳", ["reporter"])
    await staff(world, "李梅", ["unit-liaison"])
    await staff(world, "吴凡", ["duty-manager"])
    await read(world, "limei", WANTED)
    await read(world, "limei", "AutoCAD")
    for lead in ("hetao", "wufan"):
        assert "1号 软件安装" in text_of(world.phone(lead).last)


@pytest.mark.parametrize("yes", [True, False])
async def test_of_two_opposite_answers_at_once_the_first_counts_and_the_other_reads_it(world: Stage, yes: bool) -> None:
    await two_leads(world)
    before = len(world.phone("wufan").messages)
    first, second = ("同意 1", "不同意 1 没有授权费") if yes else ("不同意 1 没有授权费", "同意 1")
    await world.phone("hetao").says(first)
    await world.phone("wufan").says(second)
    await world.settle()
    stands = f"1号已由何涛于9:00{'同意' if yes else '答复不同意'}"
    assert stands in "\n".join(text_of(m) for m in world.phone("wufan").messages[before:])
    ticket = await ticket_of(world)
    assert ticket.status == ("dispatched" if yes else "cancelled") and await offers(world) == int(yes)
    assert ("没有授权费" in seen(world, "limei")) is not yes


async def test_who_still_owes_the_reason_of_a_no_reads_that_another_was_faster(world: Stage) -> None:
    await two_leads(world)
    assert "理由是什么" in await press(world, "hetao", "不同意")
    await press(world, "wufan", "同意")
    assert "1号已由吴凡于9:00同意" in await read(world, "hetao", "今年没有这笔授权费")
    assert (await ticket_of(world)).status == "dispatched"

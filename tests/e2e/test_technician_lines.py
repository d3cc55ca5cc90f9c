"""What technicians type that sounds like a command and is none, or like nothing and is one."""

import pytest
from sqlmodel import col, select

from bot.core.duty import Kind
from bot.stage import Stage
from bot.store.tables import Offer, OutboxRow
from bot.story import text_of
from tests.e2e.phones import press, read, seen
from tests.e2e.test_duty import rostered
from tests.e2e.test_ticket_life import dispatched, ticket_of


async def in_hand(world: Stage) -> None:
    """王强 has taken 1号."""
    await dispatched(world)
    await press(world, "wangqiang", "接单")


@pytest.mark.parametrize("said", ["好", "好的", "OK", "收到，谢谢", "明白"])
async def test_an_acknowledgement_solves_nothing_and_bothers_nobody(world: Stage, said: str) -> None:
    await in_hand(world)
    before = len(world.phone("zhoumin").messages)
    assert await read(world, "wangqiang", said) == "好的。1号（三楼302）修好后请回复：好了"
    assert await read(world, "wangqiang", f"1号 {said}") == "好的。1号（三楼302）修好后请回复：好了"
    assert (await ticket_of(world)).status == "accepted" and len(world.phone("zhoumin").messages) == before
    assert "已请报障人确认" in await read(world, "wangqiang", "好了")


async def test_an_acknowledgement_of_an_offer_is_told_how_to_take_it(world: Stage) -> None:
    await in_hand(world)
    await world.says("limei", "四楼401电脑蓝屏了")
    await read(world, "zhoumin", "派 2 王强")
    assert "接单 2" in await read(world, "wangqiang", "好")
    assert (await ticket_of(world)).status == "dispatched"


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ("约10分钟到", "9:10"),
        ("10分钟到", "9:10"),
        ("大概二十分钟后到", "9:20"),
        ("还要半小时到场", "9:30"),
        ("我大概还有一刻钟左右就能到现场", "9:15"),
        ("1号 约10分钟到", "9:10"),
    ],
)
async def test_a_promise_to_come_is_no_arrival_and_no_appointment(world: Stage, said: str, at: str) -> None:
    await in_hand(world)
    assert f"您大约{at}到" in await read(world, "wangqiang", said)
    assert f"1号：王强说大约{at}到" in seen(world, "limei")
    assert (await ticket_of(world)).status == "accepted"
    await read(world, "wangqiang", "到场")
    assert "备注" in await read(world, "wangqiang", said), "he is there"


@pytest.mark.parametrize("said", ["到了10分钟了", "到了3楼", "到场"])
async def test_minutes_and_floors_are_no_number_of_a_ticket(world: Stage, said: str) -> None:
    await in_hand(world)
    await read(world, "wangqiang", said)
    assert (await ticket_of(world)).status == "on-site"


@pytest.mark.parametrize(
    "said",
    [
        "交给前台了",
        "转给前台小姐保管",
        "换个人体感应灯",
        "换人体感应灯",
        "电脑交给前台同事了",
        "1号 交给前台了",
        "1号单 交给前台小姐了",
        "交给服务台了",
        "1号 交给服务台了",
        "交给服务台的同事保管",
        "交给服务台了，用户回来自己拿",
    ],
)
async def test_what_was_left_or_replaced_hands_over_no_ticket(world: Stage, said: str) -> None:
    await in_hand(world)
    answer = await read(world, "wangqiang", said)
    assert "备注" in answer, answer
    ticket = await ticket_of(world)
    assert (ticket.owner, ticket.status) == ("technician", "accepted")


@pytest.mark.parametrize(
    "said",
    ["交给前台", "转给服务台 我去不了", "转给服务台了", "交给服务台处理", "交给服务台了，我去不了", "1号 交给服务台吧"],
)
async def test_the_desk_still_takes_what_is_given_to_it(world: Stage, said: str) -> None:
    await in_hand(world)
    assert "已转服务台" in await read(world, "wangqiang", said)


@pytest.mark.parametrize("said", ["把我的单都给赵磊", "我手上的单全转给赵磊吧", "我的工单都交给赵磊处理，要去医院"])
async def test_all_he_has_is_put_to_a_colleague(world: Stage, said: str) -> None:
    await in_hand(world)
    await world.says("limei", "四楼401电脑蓝屏了")
    await read(world, "zhoumin", "派 2 王强")
    await read(world, "wangqiang", "接单 2")
    answer = await read(world, "wangqiang", said)
    assert answer.count("已问赵磊") == 2, answer
    assert ("要去医院" in seen(world, "zhaolei")) is ("医院" in said)
    for number in (1, 2):
        await read(world, "zhaolei", f"接手 {number}")
        assert f"{number}号" in seen(world, "wangqiang")
    assert "没有在办的单" in await read(world, "wangqiang", "我的单")


async def test_all_he_has_to_nobody_of_that_name_or_with_nothing_in_hand(world: Stage) -> None:
    assert "没有这张单" in await read(world, "wangqiang", "把我的单都给赵磊")
    await in_hand(world)
    answer = await read(world, "wangqiang", "把我的单都给孙悟空")
    assert "没有找到" in answer and "转交 1 姓名 原因" in answer
    assert "已转服务台" in await read(world, "wangqiang", "把我的单都转给服务台")


async def test_a_reporters_sensor_lamp_is_nobody_to_be_changed(world: Stage) -> None:
    await in_hand(world)
    await world.says("limei", "走廊要换个人体感应灯")
    read_ = seen(world, "zhoumin").replace("走廊要换个人体感应灯", "")
    assert "换人" not in read_ and "换个人" not in read_


async def test_at_the_end_of_a_shift_the_ticket_is_what_is_given_to_the_desk(world: Stage) -> None:
    await rostered(world, "王强", (Kind.ON, -1, 1))
    await in_hand(world)
    await world.advance(minutes=61)
    assert "转服务台" in seen(world, "wangqiang")
    assert "已转服务台" in await read(world, "wangqiang", "交给服务台了")


async def test_what_is_said_of_a_number_is_said_of_that_ticket(world: Stage) -> None:
    await in_hand(world)
    await world.says("wufan", "五楼505电脑蓝屏了")
    await read(world, "zhoumin", "派 2 王强")
    await read(world, "wangqiang", "接单 2")
    await read(world, "wangqiang", "出发 1")
    for said in ("堵车晚半小时", "内存条松了" * 12):
        assert "备注记到2号" in await read(world, "wangqiang", f"2号 {said}")
        assert f"2号 电脑蓝屏（五楼505）：在手工程师留言（王强）：{said[:20]}" in seen(world, "zhoumin")
    await read(world, "wangqiang", "2号 修好了，换了内存条 20分钟")
    assert "换了内存条" in await read(world, "wangqiang", "记录 2")


@pytest.mark.parametrize("said", ["1号楼电脑开不了机", "1号窗口电脑开不了机"])
async def test_the_number_of_a_house_or_a_window_is_no_ticket(world: Stage, said: str) -> None:
    await in_hand(world)
    assert "没看明白" not in await read(world, "wangqiang", said)


async def test_a_digit_that_quotes_a_message_is_about_its_ticket(world: Stage) -> None:
    await dispatched(world)
    await world.says("wufan", "五楼505电脑蓝屏了")
    for line in ("派 {} 赵磊", "接单 {}", "到场 {}"):
        for number in (1, 2):
            await read(world, "zhoumin" if line.startswith("派") else "zhaolei", line.format(number))
    await read(world, "zhaolei", "切换 1")
    async with world.desk.db.read() as session:
        sent = select(OutboxRow.message_id).where(OutboxRow.ticket_id == 2, col(OutboxRow.payload).contains("zhaolei"))
        key = (await session.exec(sent.where(OutboxRow.message_id != ""))).first()
    before = len(world.phone("zhaolei").messages)
    await world.sandbox.dingtalk_line(world.org.corp_id).quote("zhaolei", "1", key or "")
    await world.settle()
    answer = "\n".join(text_of(m) for m in world.phone("zhaolei").messages[before:])
    assert "2号" in answer and "1号" not in answer


@pytest.mark.parametrize("said", ["我做完再走", "我弄完再走吧", "修完就走"])
async def test_who_finishes_before_he_goes_keeps_his_tickets(world: Stage, said: str) -> None:
    await rostered(world, "王强", (Kind.ON, -1, 1))
    await in_hand(world)
    assert "备注" in await read(world, "wangqiang", said), "his shift is not over"
    await world.advance(minutes=61)
    assert "1号仍由您处理" in await read(world, "wangqiang", said)
    await world.advance(minutes=20)
    assert (await ticket_of(world)).owner == "technician"
    assert "已转服务台" in await read(world, "wangqiang", "转服务台")


async def test_who_asks_for_somebody_who_is_sent_already_reads_how_it_stands(world: Stage) -> None:
    await dispatched(world)
    before = len(world.phone("zhoumin").messages)
    assert "等技术员接单" in await read(world, "limei", "直接派人")
    await press(world, "wangqiang", "接单")
    assert "王强" in await read(world, "limei", "直接派人")
    assert len(world.phone("zhoumin").messages) == before


@pytest.mark.parametrize(
    "said",
    [
        "去不了，在开会",
        "手上有急单，派别人吧",
        "1号我去不了，在政务中心那边修服务器走不开",
        "让赵磊去吧",
        "没空",
        "忙着呢",
        "我现在忙",
    ],
)
async def test_an_offer_is_declined_in_his_own_words(world: Stage, said: str) -> None:
    await dispatched(world)
    assert "1号（三楼302）已退回" in await read(world, "wangqiang", said)
    assert "派单 1号" in seen(world, "zhaolei"), "the next one is asked"


async def test_who_only_says_that_he_cannot_is_asked_why(world: Stage) -> None:
    await dispatched(world)
    assert "退回1号的原因" in await read(world, "wangqiang", "我去不了")
    assert "1号（三楼302）已退回" in await read(world, "wangqiang", "手上有急单")


@pytest.mark.parametrize("said", ["我去不了怎么办", "去不了的话谁去", "为什么是我，我没空"])
async def test_who_asks_has_not_declined(world: Stage, said: str) -> None:
    await dispatched(world)
    await read(world, "wangqiang", said)
    assert "派单 1号" not in seen(world, "zhaolei")


async def test_the_words_of_another_command_decline_no_offer(world: Stage) -> None:
    await in_hand(world)
    await world.says("wufan", "五楼505电脑蓝屏了")
    await read(world, "zhoumin", "派 2 王强")
    await read(world, "wangqiang", "暂停 1 用户没空")
    assert "已退回" not in seen(world, "wangqiang")
    assert "在办 2号" in await read(world, "wangqiang", "接单 2")


async def test_what_he_holds_is_not_given_back_by_a_remark(world: Stage) -> None:
    await in_hand(world)
    assert "备注记到1号" in await read(world, "wangqiang", "我去不了，堵在路上")
    assert (await ticket_of(world)).status == "accepted"


async def test_what_is_added_while_he_is_asked_reaches_whoever_takes_it(world: Stage) -> None:
    """The card of the offer was made before; the one of the work has no words of the reporter's."""
    await dispatched(world)
    await world.advance(minutes=1)
    await read(world, "limei", "是靠窗那台戴尔的")
    assert "1号报障人补充：是靠窗那台戴尔的" in await press(world, "wangqiang", "接单")


@pytest.mark.parametrize("said", ["马上去", "好的我马上去", "我来处理", "收到，这就过去"])
async def test_who_says_that_he_comes_has_taken_the_only_one_he_is_asked_about(world: Stage, said: str) -> None:
    await dispatched(world)
    assert "技术员已接单" in await read(world, "wangqiang", said)
    assert "技术员在路上" in await read(world, "wangqiang", "马上去"), "of what he has in hand it is the way there"


@pytest.mark.parametrize("said", ["在哪", "地址在哪", "电话多少", "找谁", "用户的联系方式"])
async def test_where_to_go_and_whom_to_call(world: Stage, said: str) -> None:
    await dispatched(world)
    for _ in range(2):  # offered, and in hand
        assert "位置三楼302，报障人李梅 13800000001" in await read(world, "wangqiang", said)
        await read(world, "wangqiang", "接单")


async def test_who_will_be_late_without_an_appointment_tells_the_reporter(world: Stage) -> None:
    await in_hand(world)
    assert "大约9:30到" in await read(world, "wangqiang", "堵车，晚半小时")
    assert "王强说大约9:30到" in seen(world, "limei")
    assert "大约9:20到" in await read(world, "wangqiang", "大概晚20分钟到")


@pytest.mark.parametrize("said", ["搞不定，找个人来帮忙", "搞不定了", "来个人帮忙"])
async def test_who_cannot_do_it_alone_gets_help(world: Stage, said: str) -> None:
    await in_hand(world)
    assert "已请赵磊协助" in await read(world, "wangqiang", said)


@pytest.mark.parametrize("taken", [False, True])
async def test_what_is_not_his_goes_back_with_his_reason(world: Stage, taken: bool) -> None:
    await dispatched(world)
    if taken:
        await read(world, "wangqiang", "接单")
    assert "已退回" in await read(world, "wangqiang", "这个不归我管，是网络的")
    async with world.desk.db.read() as session:
        offer = (await session.exec(select(Offer).order_by(col(Offer.id)))).first()
    assert offer is not None and "是网络的" in offer.reason


async def test_one_character_is_an_arrival(world: Stage) -> None:
    ticket = await dispatched(world)
    await read(world, "wangqiang", f"接单 {ticket.id}")
    await read(world, "wangqiang", "到")
    assert (await ticket_of(world)).status == "on-site"


@pytest.mark.parametrize("said", ["这步做不了", "等备件", "没配件", "用户不在", "信号不好"])
async def test_whoever_cannot_go_on_reads_what_to_type(world: Stage, said: str) -> None:
    await world.says("limei", "三楼302打印机卡纸了，直接派人")
    await read(world, "wangqiang", "接单")
    await read(world, "wangqiang", "到场")
    told = await read(world, "wangqiang", said)
    assert "暂停 1 等备件" in told and "跳过 原因" in told and "没信号" in told
    assert said in seen(world, "zhoumin"), "the desk reads it as before"


@pytest.mark.parametrize("said", ["算了", "不修了", "还是我去吧"])
async def test_never_mind_is_no_reason_to_hand_a_ticket_back(world: Stage, said: str) -> None:
    await world.says("limei", "三楼302打印机卡纸了，直接派人")
    await read(world, "wangqiang", "退回")
    assert "还在等您接" in await read(world, "wangqiang", said)
    await read(world, "wangqiang", "接单")
    await read(world, "wangqiang", "退回")
    assert "没有退回，还由您处理" in await read(world, "wangqiang", said)
    assert (await ticket_of(world)).status == "accepted"

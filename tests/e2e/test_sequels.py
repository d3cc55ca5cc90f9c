"""The same matter told again is more about its ticket, and never a second one; another room is another matter."""

import pytest
from sqlmodel import select

from bot.desk import tickets
from bot.stage import Stage
from bot.store.tables import Content, InboxRow, Media, Ticket
from bot.story import text_of
from tests.e2e.test_ticket_life import count_tickets, says, ticket_of
from tests.e2e.test_warnings import accepted


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("302主机冒烟了", "已经拔电了，还在冒烟"),
        ("想借台笔记本下乡用三天", "就借一台笔记本，明天要"),
        ("办公室空调不冷", "空调还是不冷"),
        ("那台涉密机开不了机", "涉密电脑按了没反应"),
    ],
    ids=["emergency", "request", "route", "classified"],
)
async def test_one_matter_is_one_ticket(world: Stage, first: str, then: str) -> None:
    await says(world, "limei", first)
    ticket = await ticket_of(world)
    answer = await says(world, "limei", then)
    assert answer
    assert await count_tickets(world) == 1
    assert (await ticket_of(world)).kind == ticket.kind


async def test_fire_in_another_room_is_another_emergency(world: Stage) -> None:
    await says(world, "limei", "302主机冒烟了")
    await says(world, "limei", "508主机也冒烟了")
    assert await count_tickets(world) == 2


async def test_long_after_it_is_a_new_matter(world: Stage) -> None:
    await says(world, "limei", "302主机冒烟了")
    await world.advance(minutes=45)
    await says(world, "limei", "302主机又冒烟了")
    assert await count_tickets(world) == 2


async def test_nothing_of_a_second_classified_message_is_kept(world: Stage) -> None:
    await says(world, "limei", "那台涉密机开不了机")
    await says(world, "limei", "涉密电脑里有三号文件")
    async with world.desk.db.read() as session:
        payloads = (await session.exec(select(InboxRow.payload))).all()
        texts = (await session.exec(select(Content.text))).all()
    assert not any("三号文件" in text for text in (*payloads, *texts))


@pytest.mark.parametrize("said", ["收到", "好的，麻烦了", "ok谢谢"])
async def test_an_acknowledged_self_help_step_has_not_helped_yet(world: Stage, said: str) -> None:
    await says(world, "limei", "三楼302打印机卡纸了")
    assert "1号试过后请回" in await says(world, "limei", said) or "不客气" in text_of(world.phone("limei").last)
    assert (await ticket_of(world)).status != "closed"
    await says(world, "limei", "好了")
    assert (await ticket_of(world)).status == "closed"


@pytest.mark.parametrize("joins", ["哦对，", "再报一个，", "还有个事，"])
async def test_a_word_that_joins_begins_another_matter(world: Stage, joins: str) -> None:
    await says(world, "limei", "三楼302打印机卡纸了")
    await says(world, "limei", f"{joins}门禁刷卡没反应")
    assert await count_tickets(world) == 2
    assert (await ticket_of(world)).fault == "door-card-invalid"


async def test_pictures_and_recordings_of_a_classified_matter_are_not_kept(world: Stage) -> None:
    await says(world, "limei", "那台涉密机开不了机")
    await world.phone("limei").sends_photo()
    await world.phone("limei").sends_location(23.1, 113.3, "三号文件库")
    await world.settle()
    assert await count_tickets(world) == 1 and "不要再发送" in text_of(world.phone("limei").last)
    before = len(world.phone("huangxin", "dingtalk").messages)
    await world.phone("huangxin", "dingtalk").sends_voice(said="那台涉密电脑里有三号文件")
    await world.settle()
    heard = [text_of(m) for m in world.phone("huangxin", "dingtalk").messages[before:] if m.sender != "me"]
    assert any("涉密" in text for text in heard)
    async with world.desk.db.read() as session:
        kept = (await session.exec(select(Content))).all()
        payloads = (await session.exec(select(InboxRow.payload))).all()
        media = (await session.exec(select(Media.key))).all()
    assert not [c for c in kept if c.media_key or "三号" in c.text] and not media
    assert not any("三号文件" in text for text in payloads)

    await world.advance(hours=3)  # the matter is still open: a bare picture may well show it
    await world.phone("limei").sends_photo()
    await world.settle()
    assert await count_tickets(world) == 2 and "请先打字" in text_of(world.phone("limei").last)
    await says(world, "limei", "五楼506打印机卡纸了")
    await world.phone("limei").sends_photo()
    await world.settle()
    ticket = await ticket_of(world)
    async with world.desk.db.read() as session:
        (kept,) = [c for c in (await session.exec(select(Content))).all() if c.kind == "photo" and c.media_key]
    assert kept.ticket_id == ticket.id, "another matter, told in words, has its picture"


@pytest.mark.parametrize(
    ("first", "then", "slug", "room"),
    [
        ("302打印机卡纸", "不是302，是303", "printer-paper-jam", "303"),
        ("603显示器没信号", "发错了，是608，我刚搬过来忘了", "monitor-no-signal", "608"),
        ("302打印机卡纸", "系传真机，唔系打印机，讲错咗", "fax-paper-jam", "302"),
        ("没网", "是那个执法终端，专网连不上", "mob-network", None),
    ],
    ids=["room", "room-with-reason", "device", "which"],
)
async def test_a_correction_changes_what_was_said_and_opens_nothing(
    world: Stage, first: str, then: str, slug: str, room: str | None
) -> None:
    await says(world, "limei", first)
    await says(world, "limei", then)
    ticket = await ticket_of(world)
    assert (await count_tickets(world), ticket.fault, ticket.slots.get("room")) == (1, slug, room)


async def test_what_was_called_off_by_mistake_is_reported_anew(world: Stage) -> None:
    await says(world, "limei", "1101显示器老闪")
    await says(world, "limei", "好像好了，取消吧")
    assert (await ticket_of(world)).status == "cancelled"
    await says(world, "limei", "等等，又闪了，还是来看看")
    ticket = await ticket_of(world)
    assert (await count_tickets(world), ticket.fault, ticket.slots["room"]) == (2, "monitor-flicker", "1101")


async def test_another_device_that_fails_again_does_not_bring_back_what_was_called_off(world: Stage) -> None:
    await says(world, "limei", "1101显示器老闪")
    await says(world, "limei", "不用来了，好了")
    await says(world, "limei", "302打印机又卡纸了")
    ticket = await ticket_of(world)
    assert (await count_tickets(world), ticket.fault, ticket.slots["room"]) == (2, "printer-paper-jam", "302")


async def test_the_device_says_which_of_two_matters_is_meant(world: Stage) -> None:
    await says(world, "limei", "三楼302打印机卡纸了")
    await says(world, "limei", "另外座机没有拨号音")
    assert await count_tickets(world) == 2
    await says(world, "limei", "打印机是靠窗那台惠普")
    await says(world, "limei", "座机不用管了，是线被踢掉了")
    async with world.desk.db.read() as session:
        states = dict((await session.exec(select(Ticket.fault, Ticket.status))).all())
        words = (await session.exec(select(Content.ticket_id, Content.text))).all()
    over = ("cancelled", "closed")
    assert states["phone-no-dialtone"] in over and states["printer-paper-jam"] not in over
    assert (1, "打印机是靠窗那台惠普") in words


async def test_what_is_said_beside_a_report_is_kept_with_it(world: Stage) -> None:
    await says(world, "limei", "三楼302打印机卡纸了")
    assert "已记到1号" in await says(world, "limei", "不急，这周我都在")
    assert await count_tickets(world) == 1


@pytest.mark.parametrize(
    ("turns", "live"),
    [
        (("三楼302打印机卡纸了", "单子取消掉吧"), []),
        (("三楼302投影没信号", "哦按错信号源了，现在有了"), []),
        (("B座11层1102，电话83388120", "打印机卡纸了"), ["printer-paper-jam"]),
        (("302打印机卡纸了", "先记这个。另外302的座机没有拨号音"), ["phone-no-dialtone", "printer-paper-jam"]),
        (("302打印机卡纸了", "刚才那个先记着，另外302座机没有拨号音"), ["phone-no-dialtone", "printer-paper-jam"]),
        (("302打印机卡纸了", "还有", "要领两个硒鼓"), ["consumables", "printer-paper-jam"]),
        (("在家办公VPN连不上", "提示认证服务器无响应"), ["net-vpn-fail"]),
        (
            ("302打印机卡纸了", "另外302座机没有拨号音", "电话好了，那个取消，打印机还是要来"),
            ["printer-paper-jam"],
        ),
        (("302显示器有一条竖线", "另外键盘空格不灵", "竖线的不用修了"), ["peri-keyboard-mouse"]),
        (("302打印机打不了，顺便帮我装个office",), ["printer-no-response", "software-install"]),
        (("302打印机卡纸了，再领两支硒鼓",), ["consumables", "printer-paper-jam"]),
        (("302座机没声音，走廊的灯也不亮",), ["phone-no-dialtone", "referral"]),
        (("明天视频会想请你们来人保障", "9点 三楼会议室", "改口 会提前到现在开了 省里说看不到我们画面 快"), ["vc-no-video"]),
        (("302打印机卡纸了", "催一下，另外302显示器开始闪了"), ["monitor-flicker", "printer-paper-jam"]),
        (("302打印机卡纸了", "打印机好了不用来了，另外座机没有拨号音"), ["phone-no-dialtone"]),
        (("302主机冒烟了，另外305打印机卡纸了",), ["pc-burning-smell", "printer-paper-jam"]),
        (("没声音", "台式机的"), ["peri-audio"]),
        (("电脑不行", "开机蓝屏，打印机也卡纸"), ["pc-bluescreen", "printer-paper-jam"]),
        (("坏了", "502座机没声音，打印机也卡纸了"), ["phone-no-dialtone", "printer-paper-jam"]),
        (("坏了一个", "大屏", "1、五楼502座机没声音 2、小李那台没网"), ["net-all-fail", "phone-no-dialtone"]),
        (("我今天在家办公", "昨天晚上九点多开始", "单位的VPN拨不上，弹连接超时"), ["net-vpn-fail"]),
        (("想借个投影仪，另外302打印机卡纸了",), ["loan-device", "printer-paper-jam"]),
        (("302打印机卡纸了", "另外302座机没有拨号音", "前面那个我扯出来了，好了"), ["phone-no-dialtone"]),
        (("显示器没有信号，另外座机也打不进来", "屏幕是线松了，我插紧就亮了"), ["phone-no-ring"]),
        (("大厅叫号屏不亮，2号窗评价器也是黑的", "屏那边插头被踢了，插回去亮了"), ["win-evaluator"]),
        (("302打印机卡纸了", "另外302座机没有拨号音", "两个都好了，别跑一趟"), []),
        (("302打印机卡纸了", "另外302座机没有拨号音", "2号已经好了"), ["printer-paper-jam"]),
        (("302打印机卡纸了", "另外302座机没有拨号音", "先取消", "打印机"), ["phone-no-dialtone"]),
        (("302打印机卡纸了", "另外302座机没有拨号音", "先取消", "都是"), []),
        (("办公室电脑上不了网", "刚报的取消 自己搞掂了"), []),
        (("笔记本开不了机", "外壳没摔过"), ["laptop-no-power-charge"]),
        (("有个新同事下周一来", "要开电脑登录账号，还要进三楼门禁"), ["account-permission"]),
        (("三楼302打印机卡纸了", "先别管打印机了，饮水机那边小李被电到了"), ["emergency", "printer-paper-jam"]),
    ],
)  # fmt: skip
async def test_what_is_left_open_is_what_was_meant(world: Stage, turns: tuple[str, ...], live: list[str]) -> None:
    for said in turns:
        await says(world, "limei", said)
    async with world.desk.db.read() as session:
        rows = (await session.exec(select(Ticket))).all()
    assert sorted(t.fault or t.request or t.kind for t in rows if t.status not in ("cancelled", "closed")) == live


async def test_long_after_a_report_a_message_tells_several_matters_without_a_word_that_begins_one(world: Stage) -> None:
    await says(world, "limei", "302打印机卡纸了")
    await world.advance(minutes=40)
    await says(world, "limei", "302座机没声音，走廊的灯也不亮")
    async with world.desk.db.read() as session:
        found = (await session.exec(select(Ticket).order_by(Ticket.id))).all()  # type: ignore[arg-type]
    assert [t.fault or t.kind for t in found] == ["printer-paper-jam", "phone-no-dialtone", "referral"]


async def test_a_number_long_after_we_asked_which_is_over_calls_nothing_off(world: Stage) -> None:
    for said in ("302打印机卡纸了", "另外302座机没有拨号音", "先取消"):
        await says(world, "limei", said)
    await world.advance(minutes=11)
    await says(world, "limei", "2")
    async with world.desk.db.read() as session:
        assert "cancelled" not in (await session.exec(select(Ticket.status))).all()


async def test_the_desk_reads_what_was_added_to_an_emergency(world: Stage) -> None:
    await says(world, "limei", "302主机冒烟了")
    await says(world, "limei", "已经拔电了，还在冒烟")
    assert any("已经拔电了，还在冒烟" in text_of(message) for message in world.phone("zhoumin").messages)


@pytest.mark.parametrize(
    ("first", "danger", "fault"),
    [
        ("电脑开不了机 302", "我看到主机冒烟了", "pc-burning-smell"),
        ("打印机卡纸 302", "啊机子里冒烟了", None),
        ("笔记本充不进电 302", "电池鼓起来了，把外壳顶开了", "laptop-battery-swollen"),
    ],
)
async def test_a_report_that_turns_into_danger_is_one_emergency_with_its_place(
    world: Stage, first: str, danger: str, fault: str | None
) -> None:
    await says(world, "limei", first)
    answer = await says(world, "limei", danger)
    ticket = await ticket_of(world)
    assert answer.startswith("请先确保人身安全") and "1号" in answer
    assert (ticket.kind, ticket.priority, ticket.safety, ticket.fault) == ("emergency", "P1", True, fault)
    assert ticket.slots["room"] == "302" and await count_tickets(world) == 1
    assert any(danger in text_of(m) and "302" in text_of(m) for m in world.phone("zhoumin").messages)
    await says(world, "limei", "还在冒烟")
    assert await count_tickets(world) == 1, "what follows is about it"


@pytest.mark.parametrize(
    "danger", ["走廊配电箱冒烟", "五楼茶水间着火了", "另外主机也冒烟了", "508主机冒烟了", "不是吧，五楼走廊着火了"]
)
async def test_danger_elsewhere_is_an_emergency_of_its_own(world: Stage, danger: str) -> None:
    await says(world, "limei", "座机没声音 302")
    await says(world, "limei", danger)
    async with world.desk.db.read() as session:
        rows = (await session.exec(select(Ticket))).all()
    assert [t.kind for t in rows] == ["fault", "emergency"]


async def test_danger_at_a_ticket_in_hand_stays_with_the_technician_who_is_told(world: Stage) -> None:
    holder = (await accepted(world, "三楼302电脑蓝屏了")).assignee_id
    await says(world, "limei", "电脑冒烟了！")
    ticket = await ticket_of(world)
    assert (ticket.kind, ticket.priority, ticket.status, ticket.assignee_id) == ("emergency", "P1", "accepted", holder)
    assert any("电脑冒烟了" in text_of(m) for m in world.phone("wangqiang").messages)
    assert any("电脑冒烟了" in text_of(m) for m in world.phone("zhoumin").messages)


@pytest.mark.parametrize("said", ["1206 赵", "分机1193", "我在1101"])
async def test_a_room_is_no_call_for_help(world: Stage, said: str) -> None:
    await says(world, "limei", "电脑死机了")
    await says(world, "limei", said)
    assert (await ticket_of(world)).kind == "fault" and await count_tickets(world) == 1


async def test_a_sure_report_of_another_device_is_no_answer_to_the_question(world: Stage) -> None:
    await says(world, "limei", "座机打不进有杂音")
    assert (await ticket_of(world)).status == "need-info"
    await says(world, "limei", "WPS又炸了，一点保存就闪退")
    async with world.desk.db.read() as session:
        rows = (await session.exec(select(Ticket))).all()
    assert rows[0].status == "need-info" and [t.fault for t in rows] == ["phone-no-ring", "sw-crash"]
    await says(world, "limei", "有杂音")
    async with world.desk.db.read() as session:
        assert (await session.get_one(Ticket, 1)).status != "need-info", "the question is still answered"


async def test_a_guess_that_turns_out_right_is_uncertain_no_more(world: Stage) -> None:
    await says(world, "limei", "电脑坏了")
    await world.advance(seconds=20)
    await says(world, "limei", "不知道")
    async with world.desk.db.write() as tx:
        ticket = await tx.session.get_one(Ticket, 1)
        await tickets.change(tx, ticket, "unclear", None, kind="unclear", fault="pc-bluescreen", item="desktop-pc")
    await says(world, "limei", "一开机就蓝屏")
    ticket = await ticket_of(world)
    assert (ticket.kind, ticket.fault) == ("fault", "pc-bluescreen")
    assert "待确认" not in text_of(world.phone("limei").last)


async def test_somebody_is_sent_at_once_when_the_report_asks_for_it(world: Stage) -> None:
    answer = await says(world, "limei", "三楼302打印机卡纸了，直接派人")
    assert "可以先试一下" not in answer and (await ticket_of(world)).status == "dispatched"


@pytest.mark.parametrize(
    ("said", "then"),
    [
        ("试过了没用", "第2步"),
        ("关了机还是一样", "第2步"),
        ("哦没插电", "试过后请回"),
        ("我不敢弄", "派"),
        ("没空搞这个", "派"),
    ],
)
async def test_what_became_of_a_self_help_step_is_understood(world: Stage, said: str, then: str) -> None:
    await says(world, "limei", "三楼302打印机卡纸了")
    assert then in await says(world, "limei", said)
    assert await count_tickets(world) == 1


@pytest.mark.parametrize(("said", "answer"), [("需要", "先排查电脑和网络"), ("不用", "就不派人了")])
async def test_the_offer_to_rule_out_computer_and_network_is_taken_at_its_word(
    world: Stage, said: str, answer: str
) -> None:
    await says(world, "limei", "财务系统点提交一直报错")
    assert (await ticket_of(world)).route == "R3"
    assert answer in await says(world, "limei", said)
    desk = text_of(world.phone("zhoumin").last)
    assert ("先排查电脑和网络" in desk) == (said == "需要")
    assert await count_tickets(world) == 1


@pytest.mark.parametrize(
    ("said", "first"),
    [("机房门打不开，小李被锁在里面", "不要扒门"), ("笔记本上洒了咖啡", "拔掉电源"), ("302主机冒烟了", "撤离")],
)
async def test_what_to_do_first_fits_the_danger(world: Stage, said: str, first: str) -> None:
    answer = await says(world, "limei", said)
    assert first in answer and "正在通知值班负责人" in answer


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("打印机卡纸，抽不出来", "机要室的"),
        ("电脑按了没反应", "机身贴着红标，涉密专用的，不接网那台"),
        ("传真发唔出", "就系保密室嗰部加密传真"),
    ],
)
async def test_what_was_reported_turns_out_to_be_classified(world: Stage, first: str, then: str) -> None:
    """Who has just reported something speaks of that: nobody is sent to it, and he hears so, in case it was another."""
    await says(world, "limei", first)
    told = await says(world, "limei", then)
    assert await count_tickets(world) == 1
    ticket = await ticket_of(world)
    assert (ticket.route, ticket.status, ticket.slots) == ("R5", "referred", {})
    assert "1号不再派人；如果1号与涉密无关，请重新报一次" in told


async def test_another_classified_matter_is_another_ticket(world: Stage) -> None:
    await says(world, "limei", "三楼302打印机卡纸了")
    await says(world, "limei", "另外我那台涉密机也开不了机")
    assert await count_tickets(world) == 2

"""A day at the desk: one ticket's whole life, and what goes wrong in an ordinary day. The technician is on DingTalk."""

from sqlmodel import select

from bot.cast import DUTY_CHAT, INCIDENT_CHAT, INCIDENT_GROUP
from bot.store.tables import Content, InboxRow, Ticket
from bot.story.scene import Act, Scene, text_of


async def happy_path(scene: Scene) -> None:
    """From a clerk's sentence to a rated, closed ticket."""
    await scene.says("limei", "三楼302打印机卡纸了，急")
    ticket = await scene.newest()
    scene.sees("limei", f"{ticket.id}号", "the clerk has a number")
    scene.sees("limei", "打印机卡纸", "the fault is named in plain words")
    scene.sees("limei", "直接派人", "a safe step is offered, with 直接派人 beside it")
    scene.expect("the ticket records the knowledge it runs under", ticket.knowledge_version and ticket.levels_version)
    await scene.presses("limei", "直接派人")
    scene.sees("wangqiang", "接单", "the resident technician has the dispatch card")
    scene.sees("wangqiang", "302", "the card says where")
    scene.sees("wangqiang", "为什么是您", "the card says why him")
    await scene.presses("wangqiang", "接单")
    await scene.state(ticket, "accepted", "accepted")
    scene.sees("limei", "王强已接", "the clerk is told who comes, and by when")
    await scene.presses("wangqiang", "已联系")
    await scene.presses("wangqiang", "出发")
    scene.sees("limei", "正在过来", "the clerk knows he is on the way")
    await scene.presses("wangqiang", "到场")
    scene.sees("limei", "已到现场", "the clerk knows he is there")
    await _walk(scene)
    await scene.presses("wangqiang", "已解决")
    await scene.state(ticket, "resolved", "resolved, waiting for the clerk")
    await scene.says("wangqiang", "定影入口卡了碎纸，已取出，连续打印两次正常")
    scene.sees("wangqiang", "实际是哪种故障", "the technician confirms what it was")
    await scene.says("wangqiang", "对")
    scene.sees("wangqiang", "用了多少分钟", "the minutes are proposed")
    await scene.presses("wangqiang", scene.stage.phone("wangqiang").buttons[0])
    scene.sees("wangqiang", "收尾记录", "the record is complete")
    await scene.presses("limei", "修好了")
    await scene.state(ticket, "closed", "confirmed closes at once")
    await scene.presses("limei", "很满意")
    closed = await scene.state(ticket, "closed", "still closed after the rating")
    scene.expect("the rating is kept", closed.rating == 5, closed.rating)
    scene.expect("the cause is kept", "定影" in closed.cause, closed.cause)
    scene.expect(
        "arrival, restoring and closing are stamped", closed.arrived_at and closed.restored_at and closed.closed_at
    )


async def _walk(scene: Scene) -> None:
    """Walk the procedure like a technician in a hurry: gates confirmed, evidence sent when asked, 正常 otherwise."""
    phone = scene.stage.phone("wangqiang")
    steps = gates = photos = 0
    for _ in range(24):
        buttons = phone.buttons
        if "已确认" in buttons:
            gates += 1
            await scene.presses("wangqiang", "已确认")
        elif "正常" in buttons:
            steps += 1
            await scene.presses("wangqiang", "正常")
            if "这一步要" not in phone.last.text:
                continue
            if "照片" in phone.last.text:
                photos += 1
                await phone.sends_photo()
                await scene.stage.settle()
            else:
                await scene.says("wangqiang", "数值正常，已处理")
            await scene.presses("wangqiang", "正常")
        else:
            break
    scene.expect("the procedure was walked to its end", steps >= 2, f"{steps} steps, {gates} gates, {photos} photos")


async def duplicate_callback(scene: Scene) -> None:
    """The platform delivers the same message twice: one ticket, one answer."""
    scene.stage.sandbox.faults.duplicate_next(1)
    before = len(scene.stage.phone("chenzhi").messages)
    await scene.says("chenzhi", "二楼205投影仪没信号")
    async with scene.stage.desk.db.read() as session:
        said = (await session.exec(select(Content.ticket_id).where(Content.text == "二楼205投影仪没信号"))).all()
        stored = (await session.exec(select(InboxRow.id).where(InboxRow.payload.contains("二楼205投影仪没信号")))).all()  # type: ignore[attr-defined]
    scene.expect("one delivery stored", len(stored) == 1, stored)
    scene.expect("one ticket opened", len(said) == 1, said)
    receipts = [
        t for t in scene.recent("chenzhi", len(scene.stage.phone("chenzhi").messages) - before) if "已受理" in t
    ]
    scene.expect("one receipt", len(receipts) == 1, receipts)


async def double_press(scene: Scene) -> None:
    """Two technicians: one accepts, the other presses a card that is no longer true."""
    ticket = await scene.newest()
    await scene.says("chenzhi", "直接派人")
    first, second = await _offered(scene)
    scene.expect("somebody has the offer", first)
    await scene.presses(first, "接单")
    await scene.state(ticket, "accepted", "the first press wins")
    await scene.says(second, f"接单 {ticket.id}")
    scene.sees(second, "技术员已接单", "the second is told the true state")
    await scene.stage.phone(first).presses("接单", force=True)
    await scene.stage.settle()
    scene.sees(first, "现在是", "the same press again is answered with the true state")
    await scene.says(first, f"已解决 {ticket.id}")
    await scene.says("chenzhi", "修好了")
    await scene.state(ticket, "closed", "typed words close it as well")


async def _offered(scene: Scene) -> tuple[str, str]:
    for userid, other in (("wangqiang", "zhaolei"), ("zhaolei", "wangqiang")):
        if "接单" in scene.stage.phone(userid).buttons:
            return userid, other
    return "", ""


async def expired_then_declined_then_desk(scene: Scene) -> None:
    """An offer runs out, the next one hands it back, the desk assigns by hand."""
    await scene.says("limei", "一楼办事大厅叫号机不出票了，群众在排队")
    ticket = await scene.newest()
    scene.expect("a window is urgent", ticket.priority in ("P1", "P2"), ticket.priority)
    first, second = await _offered(scene)
    scene.expect("dispatched with the receipt", first)
    minutes = scene.stage.office.book.service_levels.sla.offer_expires_min[ticket.priority or "P3"]
    await scene.stage.advance(minutes=minutes + 0.5)
    scene.sees(second, f"{ticket.id}号", "after the offer expired the next technician has it")
    await scene.presses(second, "退回")
    await scene.presses(second, "手上有急单")
    scene.sees("zhoumin", "退回", "nobody is left: the desk owns it and knows why")
    await scene.says("zhoumin", f"派 {ticket.id} 赵磊")
    scene.sees("zhaolei", "服务台指派", "the desk assigned it by hand")
    await scene.presses("zhaolei", "接单")
    await scene.state(ticket, "accepted", "accepted after the desk's assignment")


async def urging(scene: Scene) -> None:
    """催办 in plain words reaches whoever holds the ticket."""
    await scene.says("limei", "怎么还没来，催一下")
    scene.sees("zhaolei", "催了", "the technician hears it")
    scene.sees("limei", "已催", "the clerk gets an honest answer")
    await scene.says("limei", "到哪了")
    scene.sees("limei", "技术员已接单", "progress in plain words")


async def restart(scene: Scene) -> None:
    """The process dies between acknowledgement and dispatch; the card still arrives, once."""
    stage = scene.stage
    phone = stage.phone("limei")
    await phone.says("五楼508电脑蓝屏了")
    await stage.restart()
    await stage.settle()
    ticket = await scene.newest()
    scene.expect("the report survived", ticket.fault == "pc-bluescreen", ticket.fault)
    cards = [t for u in ("wangqiang", "zhaolei") for t in scene.recent(u, 20) if f"{ticket.id}号" in t and "接单" in t]
    scene.expect("the card arrived once", len([c for c in cards if "回应" in c]) == 1, cards)
    await stage.restart()
    await stage.settle()
    again = [t for u in ("wangqiang", "zhaolei") for t in scene.recent(u, 20) if f"{ticket.id}号" in t and "回应" in t]
    scene.expect("and not again after the next restart", len(again) == 1, again)
    await scene.says("limei", f"撤销 {ticket.id}")


async def classified(scene: Scene) -> None:
    """R5: the collection stops, nothing of the words is kept, the secrecy officer is told."""
    await scene.says("limei", "我那台涉密机打不开了，里面的文件很重要")
    scene.sees("limei", "不要再发送", "the clerk is stopped")
    scene.sees("linfang", "可能涉密", "the unit's secrecy officer is told")
    ticket = await scene.newest()
    scene.expect("it is a classified referral", ticket.route == "R5" and ticket.kind == "classified", ticket.kind)
    async with scene.stage.desk.db.read() as session:
        contents = (await session.exec(select(Content.text).where(Content.text.contains("涉密机")))).all()  # type: ignore[attr-defined]
        inbox = (await session.exec(select(InboxRow.payload).where(InboxRow.payload.contains("涉密机")))).all()  # type: ignore[attr-defined]
    scene.expect("the words are kept nowhere", not contents and not inbox, [*contents, *inbox])
    desk = scene.recent("zhoumin", 3)
    scene.expect("the desk does not see the words either", not any("文件很重要" in t for t in desk), desk)


async def emergency(scene: Scene) -> None:
    """R9: safety first, the duty manager and the incident group at once."""
    await scene.says("chenzhi", "四楼机房冒烟了，有焦味")
    ticket = await scene.newest()
    scene.sees("chenzhi", "119", "the safety sentence comes first")
    scene.sees("hetao", "紧急", "the duty manager is paged")
    scene.group_sees(INCIDENT_CHAT, "紧急情况", "the incident group knows")
    scene.expect("it is P1 and a safety matter", ticket.priority == "P1" and ticket.safety, ticket.priority)
    mine = scene.recent("chenzhi", 3)
    scene.expect("no self-help is offered", not any("好了" in t and "还不行" in t for t in mine), mine)
    await scene.says("hetao", "事件1 恢复 已断电，没有明火")
    scene.group_sees(INCIDENT_CHAT, "已恢复", "the all-clear, by whoever leads")
    scene.sees("chenzhi", "抢修已恢复", "and to the clerk")
    await scene.says("zhaolei", f"接单 {ticket.id}")
    await scene.says("zhaolei", f"到场 {ticket.id}")
    await scene.says("zhaolei", f"已解决 {ticket.id} 充电器烧了，已断电更换，20分钟")
    await scene.presses("chenzhi", "修好了")
    await scene.state(ticket, "closed", "it ends like any ticket")


async def out_of_scope(scene: Scene) -> None:
    """Property matters are referred, and owned by the desk until settled."""
    await scene.says("limei", "办公室的灯不亮了")
    ticket = await scene.newest()
    scene.sees("limei", "物业", "the clerk learns whose business it is")
    await scene.state(ticket, "referred", "the referral is a ticket the desk owns")
    await scene.says("zhoumin", f"办结 {ticket.id} 物业已派电工")
    scene.sees("limei", "物业已派电工", "the clerk hears how it ended")
    await scene.state(ticket, "closed", "settled")


async def not_fixed(scene: Scene) -> None:
    """没修好: back to the same technician, the desk told."""
    await scene.says("chenzhi", "三楼311我的电脑上不了网")
    ticket = await scene.newest()
    if ticket.status == "triaged":
        await scene.says("chenzhi", "直接派人")
    holder, _ = await _offered(scene)
    scene.expect("offered", holder)
    await scene.says(holder, f"接单 {ticket.id}")
    await scene.says(holder, f"到场 {ticket.id}")
    await scene.says(holder, f"已解决 {ticket.id}")
    await scene.presses("chenzhi", "没修好")
    now = await scene.state(ticket, "accepted", "back at work")
    scene.expect("with the same technician", now.owner == "technician", now.owner)
    scene.sees(holder, "没修好", "he is told")
    scene.sees("zhoumin", "没修好", "the desk is told")
    await scene.says(holder, f"已解决 {ticket.id}")
    await scene.state(ticket, "resolved", "and waits for the clerk again")


async def no_answer(scene: Scene) -> None:
    """Whoever does not answer is reminded twice, then it is closed by itself."""
    ticket = await scene.newest(Ticket.status == "resolved")
    await scene.stage.advance(hours=6.5)
    scene.sees("chenzhi", "先为您关闭", "no answer: closed after two reminders")
    closed = await scene.state(ticket, "closed", "auto-closed")
    scene.expect("it says how", closed.by == "auto", closed.by)


async def forbidden(scene: Scene) -> None:
    """Nobody acts beyond his role: a clerk cannot assign, a technician cannot move another's ticket."""
    await scene.says("limei", "二楼206复印机卡纸")
    ticket = await scene.newest()
    await scene.says("limei", f"派 {ticket.id} 王强")
    now = await scene.state(ticket, ticket.status, "a clerk's 派 does nothing")
    scene.expect("no technician was set", now.assignee_id is None, now.assignee_id)
    await scene.says("zhaolei", f"已解决 {ticket.id}")
    await scene.state(ticket, ticket.status, "a technician cannot resolve what he does not hold")
    await scene.says("limei", "撤单，不用来了")


async def nobody_answers(scene: Scene) -> None:
    """Two offers run out: the desk owns it, the duty group sees it."""
    await scene.says("chenzhi", "八楼会议室视频会议连不上，会议马上开始了")
    ticket = await scene.newest()
    await scene.stage.advance(minutes=12)
    now = await scene.state(ticket, "triaged", "back on the desk")
    scene.expect("the desk owns it", now.owner == "desk", now.owner)
    scene.group_sees(DUTY_CHAT, f"{ticket.id}号", "the duty group sees it")


async def pieces(scene: Scene) -> None:
    """Five fragments are one ticket, with at most two replies."""
    phone = scene.stage.phone("wufan")
    for piece in ("打印机", "卡了", "三楼302", "快点"):
        await phone.says(piece)
        await scene.stage.settle()
        await scene.stage.advance(seconds=2)
    await phone.sends_photo()
    await scene.stage.settle()
    await scene.stage.advance(seconds=20)
    ticket = await scene.newest()
    scene.expect("one ticket, the fault and the place known", ticket.slots.get("room") == "302", ticket.slots)
    scene.expect("what is broken was understood from the pieces", ticket.fault == "printer-paper-jam", ticket.fault)
    replies = [text_of(m) for m in phone.messages if m.sender != "me"]
    scene.expect("at most two replies", 1 <= len(replies) <= 2, replies)
    await scene.says("wufan", f"撤销 {ticket.id}")


async def storm(scene: Scene) -> None:
    """Three colleagues, one outage: a candidate, the desk's word, one notice, an update, the all-clear."""
    for number, userid in enumerate(("limei", "linfang", "wufan")):
        await scene.says(userid, f"电脑上不了网，四楼40{number}")
        await scene.says(userid, "直接派人")
    scene.sees("zhoumin", "疑似重大事件", "the desk is asked whether it is one matter")
    before = len(scene.stage.group(INCIDENT_CHAT).texts)
    await scene.presses("zhoumin", "确认事件")
    told = scene.stage.group(INCIDENT_CHAT).texts[before:]
    scene.expect("one notice to the incident group", len(told) == 1 and "下次通报" in told[0], told)
    scene.group_sees(INCIDENT_GROUP, "下次通报", "and the same to the group on DingTalk")
    scene.sees("wufan", "统一抢修", "a reporter hears that it is being dealt with as one")
    name = told[0].split("重大")[1].split()[0] if told else "事件0"
    await scene.says("zhoumin", f"{name} 进展 交换机正在更换")
    scene.group_sees(INCIDENT_CHAT, "交换机正在更换", "the promised update")
    await scene.says("zhoumin", f"{name} 恢复 交换机已更换")
    scene.group_sees(INCIDENT_CHAT, "已恢复", "the all-clear to those who were told")
    scene.group_sees(INCIDENT_GROUP, "已恢复", "on both platforms")
    scene.sees("wufan", "抢修已恢复", "and to those who reported it")


MONDAY: tuple[tuple[str, Act], ...] = (
    ("happy path", happy_path),
    ("duplicate callback", duplicate_callback),
    ("double press", double_press),
    ("expired offer, decline, the desk assigns", expired_then_declined_then_desk),
    ("urging and progress", urging),
    ("restart in the middle", restart),
    ("classified (R5)", classified),
    ("emergency (R9)", emergency),
    ("out of scope", out_of_scope),
    ("not fixed", not_fixed),
)
TUESDAY: tuple[tuple[str, Act], ...] = (
    ("no answer, auto-close", no_answer),
    ("beyond one's role", forbidden),
    ("nobody answers", nobody_answers),
    ("a report in pieces", pieces),
    ("storm, incident, all-clear", storm),
)

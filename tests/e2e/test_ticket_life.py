"""The life of a ticket as its people see it, through the emulated WeCom: what the story does not already show."""

import pytest
from sqlmodel import select

from bot.cast import DUTY_CHAT
from bot.stage import Stage
from bot.store.tables import Content, InboxRow, Media, Ticket, TicketEvent
from bot.story import text_of


async def ticket_of(world: Stage) -> Ticket:
    async with world.desk.db.read() as session:
        return (await session.exec(select(Ticket).order_by(Ticket.id.desc()).limit(1))).one()  # type: ignore[union-attr]


async def count_tickets(world: Stage) -> int:
    async with world.desk.db.read() as session:
        return len((await session.exec(select(Ticket.id))).all())


async def says(world: Stage, userid: str, text: str) -> str:
    """What the person reads in answer, all new messages joined."""
    phone = world.phone(userid)
    before = len(phone.messages)
    await world.says(userid, text)
    return "\n".join(text_of(m) for m in phone.messages[before:] if m.sender != "me")


async def presses(world: Stage, userid: str, button: str) -> str:
    phone = world.phone(userid)
    before = len(phone.messages)
    await phone.presses(button)
    await world.settle()
    return "\n".join(text_of(m) for m in phone.messages[before:] if m.sender != "me")


async def dispatched(world: Stage, text: str = "三楼302电脑蓝屏了") -> Ticket:
    """A report that goes straight to 王强 (resident)."""
    await says(world, "limei", text)
    ticket = await ticket_of(world)
    if ticket.status == "triaged":
        await says(world, "limei", "直接派人")
    return await ticket_of(world)


async def test_a_question_about_one_matter_is_not_lost_to_another(world: Stage) -> None:
    first = await dispatched(world)
    await presses(world, "wangqiang", "接单")
    await says(world, "wangqiang", f"远程 {first.id}")
    await says(world, "limei", "另外显示器屏幕碎了")
    await says(world, "wangqiang", f"已解决 {first.id}")
    assert "修好了吗" in text_of(world.phone("limei").last)
    assert "派人" in await says(world, "limei", "三楼305"), "the place that was asked for, not a word about the first"
    assert (await ticket_of(world)).status == "dispatched"

    await says(world, "wufan", "显示器屏幕碎了，另外键盘按键掉了")  # asked where, then shown a first step for the other
    await world.advance(minutes=6)
    assert "问了没有回答 3号" in "\n".join(text_of(m) for m in world.phone("zhoumin").messages)


async def test_self_help_that_works_closes_without_sending_anybody(world: Stage) -> None:
    answer = await says(world, "limei", "302打印机卡纸了")
    assert "已受理" in answer
    assert "好了" in answer
    assert await presses(world, "limei", "好了")
    ticket = await ticket_of(world)
    assert (ticket.status, ticket.by) == ("closed", "self-help")
    assert not any("接单" in text_of(m) for m in world.phone("wangqiang").messages)


async def test_silence_after_a_step_sends_somebody(world: Stage) -> None:
    await says(world, "limei", "302打印机卡纸了")
    await world.advance(minutes=9)
    assert (await ticket_of(world)).status == "triaged"
    await world.advance(minutes=2)
    assert (await ticket_of(world)).status == "dispatched"
    assert "接单" in world.phone("wangqiang").buttons


async def test_a_missing_place_is_asked_once_and_the_answer_dispatches(world: Stage) -> None:
    answer = await says(world, "limei", "显示器屏幕碎了")
    assert "哪" in answer
    assert "房间" in answer
    answer = await says(world, "limei", "三楼305")
    assert "派人" in answer
    ticket = await ticket_of(world)
    assert ticket.status == "dispatched"
    assert "305" in text_of(world.phone("wangqiang").last)


async def test_an_unanswered_question_goes_to_the_desk(world: Stage) -> None:
    await says(world, "limei", "显示器屏幕碎了")
    await world.advance(minutes=6)
    ticket = await ticket_of(world)
    assert ticket.owner == "desk"
    assert any(f"{ticket.id}号" in text_of(m) for m in world.phone("zhoumin").messages)


async def test_the_second_press_of_the_same_button_is_answered_with_the_truth(world: Stage) -> None:
    ticket = await dispatched(world)
    await presses(world, "wangqiang", "接单")
    phone = world.phone("wangqiang")
    before = len(phone.messages)
    await phone.presses("接单", force=True)
    await world.settle()
    told = "\n".join(text_of(m) for m in phone.messages[before:] if m.sender != "me")
    assert "技术员已接单" in told
    async with world.desk.db.read() as session:
        accepted = (
            await session.exec(
                select(TicketEvent).where(TicketEvent.ticket_id == ticket.id, TicketEvent.kind == "accept")
            )
        ).all()
    assert len(accepted) == 1


async def test_why_me_is_answered_with_costs(world: Stage) -> None:
    await dispatched(world)
    answer = await presses(world, "wangqiang", "为什么是我")
    assert "驻场" in answer
    assert "次选赵磊" in answer


async def test_a_p1_cannot_be_paused_and_another_only_with_a_reason(world: Stage) -> None:
    ticket = await dispatched(world)
    await presses(world, "wangqiang", "接单")
    await presses(world, "wangqiang", "暂停")
    await presses(world, "wangqiang", "等待用户时间")
    assert (await ticket_of(world)).paused == "等待用户时间"
    assert any("暂停" in text_of(m) for m in world.phone("limei").messages)
    await says(world, "wangqiang", "恢复")
    assert (await ticket_of(world)).paused == ""
    async with world.desk.db.write() as tx:
        row = await tx.session.get_one(Ticket, ticket.id)
        row.priority = "P1"
        tx.add(row)
    assert "不能暂停" in await says(world, "wangqiang", f"暂停 {ticket.id} 等待用户时间")
    assert (await ticket_of(world)).paused == ""


async def test_a_correction_after_acceptance_changes_the_class_and_tells_the_technician(world: Stage) -> None:
    await dispatched(world)
    await presses(world, "wangqiang", "接单")
    answer = await says(world, "limei", "搞错了，不是电脑，是302打印机卡纸")
    assert "改为" in answer
    ticket = await ticket_of(world)
    assert ticket.fault == "printer-paper-jam"
    assert any("更正" in text_of(m) for m in world.phone("wangqiang").messages)


async def test_more_about_an_open_ticket_is_added_not_doubled(world: Stage) -> None:
    await dispatched(world)
    await says(world, "limei", "我的分机是8306")
    assert await count_tickets(world) == 1


async def test_a_photo_of_the_reporter_is_kept_and_shown_to_the_technician(world: Stage) -> None:
    await dispatched(world)
    await presses(world, "wangqiang", "接单")
    await world.phone("limei").sends_photo()
    await world.settle()
    assert world.phone("wangqiang").last.kind == "image"


async def test_only_a_photo_is_a_report_the_desk_hears_of(world: Stage) -> None:
    await world.phone("limei").sends_photo()
    await world.settle()
    ticket = await ticket_of(world)
    assert ticket.kind == "unclear"
    assert "什么设备" in text_of(world.phone("limei").last)
    await world.advance(minutes=6)
    assert any(f"{ticket.id}号" in text_of(m) for m in world.phone("zhoumin").messages)


async def test_an_unknown_sender_is_served_at_once(world: Stage) -> None:
    answer = await says(world, "guest", "五楼502电脑开不了机")
    assert "已受理" in answer


@pytest.mark.parametrize("text", ["👍", "   ", "。。。", "？？"])
async def test_nothing_said_gets_a_kind_answer_and_no_ticket(world: Stage, text: str) -> None:
    answer = await says(world, "limei", text)
    assert "哪台设备" in answer or "没看明白" in answer
    assert await count_tickets(world) == 0


async def test_five_thousand_characters_are_kept_and_answered(world: Stage) -> None:
    story = "领导说这个事情要尽快处理，我们这里的情况比较复杂。" * 200
    answer = await says(world, "limei", story)
    assert answer
    async with world.desk.db.read() as session:
        kept = (await session.exec(select(Content.text))).all()
    assert any(len(text) > 4000 for text in kept)


@pytest.mark.parametrize("text", ["谢谢师傅", "你好", "讲个笑话"])
async def test_courtesy_opens_no_ticket(world: Stage, text: str) -> None:
    assert await says(world, "limei", text)
    assert await count_tickets(world) == 0


async def test_a_person_who_asks_for_one_gets_one(world: Stage) -> None:
    assert "服务台" in await says(world, "limei", "转人工")
    assert any("要求人工" in text_of(m) for m in world.phone("zhoumin").messages)


async def test_cancelling_calls_the_technician_back(world: Stage) -> None:
    await dispatched(world)
    await presses(world, "wangqiang", "接单")
    await says(world, "limei", "不用来了")
    assert (await ticket_of(world)).status == "cancelled"
    assert any("不用去了" in text_of(m) for m in world.phone("wangqiang").messages)


async def test_reopening_within_seven_days(world: Stage) -> None:
    await dispatched(world)
    await presses(world, "wangqiang", "接单")
    ticket = await ticket_of(world)
    await says(world, "wangqiang", f"已解决 {ticket.id}")
    await presses(world, "limei", "修好了")
    await world.advance(days=2)
    await says(world, "limei", "还是没修好")
    again = await ticket_of(world)
    assert (again.id, again.reopened) == (ticket.id, 1)
    assert again.status in ("dispatched", "triaged")


async def test_the_accept_target_that_passes_is_announced(world: Stage) -> None:
    await says(world, "limei", "302打印机卡纸了")
    await says(world, "limei", "直接派人")
    await world.advance(minutes=30)
    assert any("超时未接单" in t or "派了没人接" in t for t in world.group(DUTY_CHAT).texts)


async def test_a_message_of_an_unknown_type_is_answered_and_logged(world: Stage) -> None:
    await world.phone("limei").sends_voice(3)
    await world.settle()
    assert await count_tickets(world) == 1


async def test_a_handler_that_breaks_loses_nothing(world: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    from bot.desk import gathering

    async def broken(*_args: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(gathering, "report", broken)
    await world.phone("limei").says("302打印机卡纸了")
    for _ in range(7):
        await world.advance(minutes=2)
    assert any("没处理成功" in text_of(m) for m in world.phone("limei").messages)
    assert any("没处理成功" in text_of(m) for m in world.phone("zhoumin").messages)
    async with world.desk.db.read() as session:
        rows = (await session.exec(select(InboxRow.state, InboxRow.payload))).all()
    assert [state for state, payload in rows if "卡纸" in payload] == ["dead"]


async def test_a_report_in_pieces_is_one_ticket_with_at_most_two_replies(world: Stage) -> None:
    phone = world.phone("limei")
    for piece in ("打印机", "卡了", "三楼302", "快点"):
        await phone.says(piece)
        await world.settle()
        await world.advance(seconds=2)
    await phone.sends_photo()
    await world.settle()
    await world.advance(seconds=20)
    replies = [text_of(m) for m in phone.messages if m.sender != "me"]
    assert 1 <= len(replies) <= 2, replies
    assert await count_tickets(world) == 1
    ticket = await ticket_of(world)
    assert ticket.fault == "printer-paper-jam"
    assert ticket.slots["location"] == "三楼302"
    assert not any("哪" in reply and "房间" in reply for reply in replies), "nothing is asked that was said"
    async with world.desk.db.read() as session:
        kept = (await session.exec(select(Content.kind).where(Content.ticket_id == ticket.id))).all()
    assert len(kept) == 5


async def test_a_piece_alone_is_asked_about_after_a_moment(world: Stage) -> None:
    phone = world.phone("limei")
    await phone.says("打印机")
    await world.settle()
    assert phone.last.sender == "me"
    await world.advance(seconds=7)
    assert phone.last.sender == "me"
    await world.advance(seconds=2)
    assert "打印机" in text_of(phone.last)


async def test_pieces_wait_twenty_seconds_in_all(world: Stage) -> None:
    phone = world.phone("limei")
    for piece in ("那个", "就是", "怎么说呢", "嗯那个"):
        await phone.says(piece)
        await world.settle()
        await world.advance(seconds=6)
    assert phone.last.sender == "bot"
    assert await count_tickets(world) == 1


async def test_safety_does_not_wait_for_the_next_piece(world: Stage) -> None:
    phone = world.phone("limei")
    await phone.says("机房")
    await world.settle()
    await phone.says("冒烟了")
    await world.settle()
    assert any("119" in text_of(m) for m in phone.messages)
    ticket = await ticket_of(world)
    assert (ticket.kind, ticket.priority) == ("emergency", "P1")
    await world.advance(seconds=30)
    assert sum("请问" in text_of(m) for m in phone.messages) == 0


async def test_a_person_who_asks_for_a_person_while_telling_gets_one(world: Stage) -> None:
    phone = world.phone("limei")
    await phone.says("打印机")
    await world.settle()
    assert "服务台" in await says(world, "limei", "转人工")


async def test_a_ticket_needs_six_messages_in_its_life(world: Stage) -> None:
    """Receipt, who comes, on the way, arrived, 修好了吗, the rating: nothing else (design section 3, plain speech)."""
    phone = world.phone("limei")
    await says(world, "limei", "三楼302显示器屏幕碎了")
    for button in ("接单", "出发", "到场", "已解决"):
        await presses(world, "wangqiang", button)
    if world.phone("wangqiang").last.card is None:
        await says(world, "wangqiang", "水晶头重做")
    await presses(world, "limei", "修好了")
    await presses(world, "limei", "很满意")
    assert (await ticket_of(world)).rating == 5
    assert len([m for m in phone.messages if m.sender != "me"]) <= 6, phone.texts


@pytest.mark.parametrize("medium", ["photo", "voice"])
async def test_a_medium_alone_is_a_report_the_desk_knows_of_at_once(world: Stage, medium: str) -> None:
    phone, seat = world.phone("limei"), world.phone("zhoumin")
    before = len(seat.messages)
    await (phone.sends_photo() if medium == "photo" else phone.sends_voice())
    await world.settle()
    ticket = await ticket_of(world)
    assert (ticket.owner, ticket.status) == ("desk", "need-info")
    assert "是哪类设备" in text_of(phone.last) and len(phone.buttons) <= 5
    desk_saw = seat.messages[before:]
    assert any(f"{ticket.id}号" in text_of(m) for m in desk_saw)
    assert any(m.kind in ("image", "file") for m in desk_saw), "the desk gets the medium itself"
    await presses(world, "limei", "打印机")
    assert (await ticket_of(world)).item == "printer"
    await says(world, "limei", "卡纸了，302")
    ticket = await ticket_of(world)
    assert (ticket.fault, ticket.slots["room"]) == ("printer-paper-jam", "302")
    assert await count_tickets(world) == 1


@pytest.mark.parametrize(
    "answer, known", [("是的", True), ("不是", False), ("typed yes", True), ("typed no", False), ("broken", None)]
)
async def test_a_recording_is_transcribed_and_counts_once_confirmed(
    world: Stage, answer: str, known: bool | None
) -> None:
    async def transcribe(data: bytes, content_type: str) -> str:
        assert data.startswith(b"#!AMR") and content_type == "audio/amr"
        return "" if known is None else "三楼302打印机卡纸了"

    world.desk.media.transcribe = transcribe
    await world.phone("limei").sends_voice(5)
    await world.settle()
    if known is None:
        assert "是哪类设备" in text_of(world.phone("limei").last)
        return
    assert "是这个意思吗" in text_of(world.phone("limei").last) and "卡纸" in text_of(world.phone("limei").last)
    if answer.startswith("typed"):
        await says(world, "limei", "对的" if known else "不对")
    else:
        await presses(world, "limei", answer)
    ticket = await ticket_of(world)
    assert (ticket.fault == "printer-paper-jam") is known
    if not known:
        assert "打字说一句" in text_of(world.phone("limei").last)
        await says(world, "limei", "302电脑蓝屏了")
        assert (await ticket_of(world)).fault == "pc-bluescreen"
    assert await count_tickets(world) == 1


async def test_danger_and_classified_matters_in_a_recording_ask_nothing_first(world: Stage) -> None:
    said = "机房冒烟了"

    async def transcribe(data: bytes, content_type: str) -> str:
        return said

    world.desk.media.transcribe = transcribe
    await world.phone("limei").sends_voice(5)
    await world.settle()
    ticket = await ticket_of(world)
    assert (ticket.kind, ticket.priority, ticket.status) == ("emergency", "P1", "dispatched")
    assert "119" in text_of(world.phone("limei").last) and "是这个意思吗" not in text_of(world.phone("limei").last)
    assert any("机房冒烟了" in text_of(m) for m in world.phone("hetao").messages)
    assert any(m.kind in ("voice", "file") for m in world.phone("zhoumin").messages)
    await world.phone("limei").sends_voice(5)
    await world.settle()
    assert await count_tickets(world) == 2, "the report without words gave way; said again, it is the same emergency"

    said = "我那台涉密机坏了"
    desk = len(world.phone("zhoumin").messages)
    await world.phone("wufan").sends_voice(5)
    await world.settle()
    assert (await ticket_of(world)).kind == "classified"
    assert not any(m.kind in ("voice", "file") for m in world.phone("zhoumin").messages[desk:])
    await dispatched(world, "五楼505电脑蓝屏了")
    await presses(world, "wangqiang", "接单")
    await world.phone("wangqiang").sends_voice(5)
    await world.settle()
    async with world.desk.db.read() as session:
        kept = (await session.exec(select(Content))).all()
        stored = (await session.exec(select(Media.key))).all()
    assert not any("涉密" in content.text for content in kept)
    assert len(stored) == 2 and all(any(c.media_key == key for c in kept) for key in stored)


@pytest.mark.parametrize("how", ["menu", "typed on WeCom", "typed on DingTalk"])
async def test_a_hall_at_a_standstill_is_a_p1_without_a_question(world: Stage, how: str) -> None:
    userid = "huangxin" if "DingTalk" in how else "limei"
    if how == "menu":
        await world.phone(userid).clicks_menu("窗口全停")
        await world.settle()
    else:
        await world.says(userid, "窗口全停")
    ticket = await ticket_of(world)
    assert (ticket.priority, ticket.fault, ticket.asked) == ("P1", "win-all-down", 0)
    assert ticket.status == "dispatched", "somebody is on the way before anything is asked"
    assert "特急" in "".join(text_of(m) for m in world.phone(userid).messages)


async def test_what_exceeds_a_members_limit_comes_later_and_is_not_lost(world: Stage) -> None:
    """WeCom drops, without a word, more than 30 messages a minute to one member: ours wait instead."""
    phone = world.phone("limei")
    for _ in range(40):
        await phone.says("到哪了")
        await world.desk.settle()
    heard = [m for m in phone.messages if m.sender != "me"]
    assert len(heard) == 30
    await world.advance(minutes=2)
    assert len([m for m in phone.messages if m.sender != "me"]) == 40


async def test_what_the_desk_ends_itself_is_not_said_to_be_anybody_elses(world: Stage) -> None:
    ticket = await dispatched(world)
    await says(world, "zhoumin", f"办结 {ticket.id}")
    told = "\n".join(text_of(m) for m in world.phone("limei").messages)
    assert "1号服务台已办结。还没好请回复：没修好" in told and "对方" not in told
    await says(world, "limei", "没修好")
    await says(world, "zhoumin", f"转出 {ticket.id} R4")
    await says(world, "zhoumin", f"办结 {ticket.id}")
    assert "1号已由对方受理办结" in text_of(world.phone("limei").last)

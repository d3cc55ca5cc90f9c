"""A person behind the bot: words, photos and recordings pass both ways, across platforms, in order, once each."""

import pytest
from sqlmodel import select

from bot.stage import Stage
from bot.store.tables import Content, Conversation, InboxRow, Person, Repair, TicketEvent
from bot.story import text_of
from tests.e2e.test_ticket_life import count_tickets, dispatched, presses, says, ticket_of


async def talks(world: Stage) -> list[Conversation]:
    async with world.desk.db.read() as session:
        return list((await session.exec(select(Conversation).order_by(Conversation.id))).all())  # type: ignore[arg-type]


async def types(world: Stage, userid: str, text: str) -> None:
    """Somebody types a line; nothing is waited for but what it causes."""
    await world.phone(userid).says(text)
    await world.settle()


def new(world: Stage, userid: str, since: int) -> list[str]:
    return [text_of(m) for m in world.phone(userid).messages[since:] if m.sender != "me"]


def seen(world: Stage, userid: str) -> int:
    return len(world.phone(userid).messages)


async def set_duty(world: Stage, duty: str, *names: str) -> None:
    async with world.desk.db.write("duty") as tx:
        for person in (await tx.session.exec(select(Person))).all():
            if person.name in names:
                person.duty = duty
                tx.add(person)


async def test_words_pass_both_ways_and_the_bot_is_silent(world: Stage) -> None:
    answer = await says(world, "limei", "转人工")
    assert "第1位" in answer and "020-12345000" in answer
    assert "直接回复就转给他" in text_of(world.phone("zhoumin").last)
    at, tickets = seen(world, "limei"), await count_tickets(world)
    await types(world, "zhoumin", "您好，请问怎么了？")
    assert new(world, "limei", at) == ["周敏（服务台）：您好，请问怎么了？"]
    for line in ("302打印机卡纸了", "到哪了", "好了"):
        at, mine = seen(world, "zhoumin"), seen(world, "limei")
        await types(world, "limei", line)
        assert new(world, "zhoumin", at) == [f"李梅：{line}"]
        assert new(world, "limei", mine) == [], "the bot does not answer beside the person"
    assert await count_tickets(world) == tickets
    async with world.desk.db.read() as session:
        rows = await session.exec(
            select(Content.text)
            .join(TicketEvent, TicketEvent.content_id == Content.id)  # type: ignore[arg-type]
            .where(TicketEvent.kind == "relayed")
            .order_by(TicketEvent.id)  # type: ignore[arg-type]
        )
        assert list(rows.all()) == ["您好，请问怎么了？", "302打印机卡纸了", "到哪了", "好了"]
    await types(world, "zhoumin", "结束对话")
    assert "已结束" in text_of(world.phone("limei").last) and "不再转" in text_of(world.phone("zhoumin").last)
    at = seen(world, "zhoumin")
    await says(world, "limei", "到哪了")
    assert not any("李梅：" in line for line in new(world, "zhoumin", at))


async def test_what_is_broken_is_kept_with_the_wish_for_a_person(world: Stage) -> None:
    await says(world, "limei", "网络上不了，叫人工")
    ticket = await ticket_of(world)
    assert (ticket.kind, ticket.fault, ticket.owner) == ("fault", "net-all-fail", "desk")


async def test_a_technician_on_dingtalk_speaks_with_a_reporter_on_wecom(world: Stage) -> None:
    await set_duty(world, "off", "王强")
    ticket = await dispatched(world, "三楼302交换机坏了，整层没网")
    await presses(world, "zhaolei", "接单")
    at = seen(world, "limei")
    assert "已接通" in await says(world, "zhaolei", f"联系报障人 {ticket.id}")
    assert "赵磊（技术员）" in new(world, "limei", at)[0]
    at = seen(world, "limei")
    await types(world, "zhaolei", "确认一下是哪台")
    await world.phone("zhaolei").sends_photo()
    await world.settle()
    assert new(world, "limei", at)[0] == "赵磊（技术员）：确认一下是哪台"
    assert world.phone("limei").last.kind == "image"
    at = seen(world, "zhaolei")
    await types(world, "limei", "机柜最上面那台，我电话13800000001")
    assert new(world, "zhaolei", at) == ["李梅：机柜最上面那台，我电话138****0001"]
    await world.phone("limei").sends_voice()
    await world.settle()
    assert world.phone("zhaolei").last.kind in ("voice", "file", "audio"), world.phone("zhaolei").last
    assert (await ticket_of(world)).contacted_at is not None
    at = seen(world, "limei")
    await types(world, "zhaolei", "到场")
    assert (await ticket_of(world)).status == "on-site", "what stands on the card is a command"
    assert not any("（技术员）：到场" in line for line in new(world, "limei", at))
    await types(world, "zhaolei", f"已解决 {ticket.id}")
    at = seen(world, "limei")
    await types(world, "zhaolei", "电源模块换新")
    async with world.desk.db.read() as session:
        record = await session.get_one(Repair, ticket.id)
    assert record.measures == "电源模块换新", "the record we asked for is not for the reporter"
    assert not any("电源模块" in line for line in new(world, "limei", at))


async def test_words_wait_for_the_photo_before_them(world: Stage) -> None:
    await says(world, "limei", "转人工")
    await types(world, "zhoumin", "在的")
    at = seen(world, "zhoumin")
    await world.phone("limei").sends_photo()
    await world.phone("limei").says("就是这台")
    await world.desk.inbox.drain()
    await world.desk.outbox.drain()
    assert new(world, "zhoumin", at) == []
    await world.settle()
    kinds = [m.kind for m in world.phone("zhoumin").messages[at:]]
    assert kinds == ["image", "text"]


async def test_a_medium_that_cannot_be_fetched_holds_nothing_up(world: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    await says(world, "limei", "转人工")
    await types(world, "zhoumin", "在的")
    channel = world.desk.channels["gov"]

    async def broken(media_id: str) -> None:
        from bot.channels.base import Temporary

        raise Temporary("down")

    working = channel.fetch
    monkeypatch.setattr(channel, "fetch", broken)
    at = seen(world, "zhoumin")
    await world.phone("limei").sends_photo()
    await world.phone("limei").says("就是这台")
    await world.settle()
    assert new(world, "zhoumin", at) == []
    await world.advance(seconds=31)
    lines = new(world, "zhoumin", at)
    assert "平台还没给到" in lines[0] and lines[1:] == ["李梅：就是这台"]
    monkeypatch.setattr(channel, "fetch", working)
    await world.advance(seconds=31)
    assert [m.kind for m in world.phone("zhoumin").messages[at:]].count("image") == 1


async def test_it_goes_on_over_a_restart(world: Stage) -> None:
    await says(world, "limei", "转人工")
    await types(world, "zhoumin", "请讲")
    at = seen(world, "zhoumin")
    await world.phone("limei").says("第一句")
    await world.restart()
    await world.settle()
    await types(world, "limei", "第二句")
    assert new(world, "zhoumin", at) == ["李梅：第一句", "李梅：第二句"]


async def test_two_minutes_without_an_answer_bring_the_next_one(world: Stage) -> None:
    await says(world, "limei", "转人工")
    at, lead, mine = seen(world, "zhoumin"), seen(world, "hetao"), seen(world, "limei")
    await world.advance(seconds=119)
    assert new(world, "hetao", lead) == []
    await world.advance(seconds=2)
    assert any("直接回复就转给他" in line for line in new(world, "hetao", lead))
    assert any("已转给别人" in line for line in new(world, "zhoumin", at))
    told = new(world, "limei", mine)
    assert len(told) == 1 and "第1位" in told[0] and "020-12345000" in told[0]
    await types(world, "hetao", "我来")
    assert text_of(world.phone("limei").last) == "何涛（服务台）：我来"
    mine = seen(world, "limei")
    await world.advance(minutes=5)
    assert new(world, "limei", mine) == [], "an answered conversation is not moved on"


async def test_nobody_answers_at_all(world: Stage) -> None:
    await says(world, "limei", "转人工")
    await world.advance(minutes=12)
    assert (await talks(world))[0].state == "ended"
    assert "没接通" in text_of(world.phone("limei").last)
    assert "接入" in text_of(world.phone("zhoumin").last)
    ticket = await ticket_of(world)
    assert "已接通" in await says(world, "zhoumin", f"接入 {ticket.id}")


async def test_the_second_reporter_queues_and_is_served_when_the_seat_is_free(world: Stage) -> None:
    await says(world, "limei", "转人工")
    assert "第2位" in await says(world, "chenzhi", "转人工")
    await types(world, "chenzhi", "窗口的叫号机不动了")
    at = seen(world, "zhoumin")
    await types(world, "zhoumin", "结束对话")
    lines = new(world, "zhoumin", at)
    assert any("陈志要求人工" in line for line in lines)
    assert lines[-1] == "陈志：窗口的叫号机不动了", "what was said while waiting is passed then"


async def test_asking_again_tells_the_place_again(world: Stage) -> None:
    await says(world, "limei", "转人工")
    assert "第1位" in await says(world, "limei", "转人工")
    assert len(await talks(world)) == 1


async def test_the_button_does_the_same(world: Stage) -> None:
    await world.phone("limei").sends_photo()
    await world.settle()
    assert "第1位" in await presses(world, "limei", "转人工")
    assert len(await talks(world)) == 1


async def test_safety_is_acted_on_and_passed(world: Stage) -> None:
    await says(world, "limei", "转人工")
    await types(world, "zhoumin", "请讲")
    at = seen(world, "zhoumin")
    assert "119" in await says(world, "limei", "302主机冒烟了")
    assert "李梅：302主机冒烟了" in new(world, "zhoumin", at)
    assert (await ticket_of(world)).kind == "emergency"


async def test_classified_words_never_pass(world: Stage) -> None:
    await says(world, "limei", "转人工")
    await types(world, "zhoumin", "请讲")
    at = seen(world, "zhoumin")
    await says(world, "limei", "那台涉密电脑里有三号文件")
    lines = new(world, "zhoumin", at)
    assert any("已停止转发" in line for line in lines)
    assert not any("三号文件" in line for line in lines)
    assert (await talks(world))[0].state == "ended"
    async with world.desk.db.read() as session:
        payloads = (await session.exec(select(InboxRow.payload))).all()
        texts = (await session.exec(select(Content.text))).all()
    assert not any("三号文件" in text for text in (*payloads, *texts))


async def test_classified_words_of_a_seat_never_pass(world: Stage) -> None:
    await says(world, "limei", "转人工")
    await types(world, "zhoumin", "请讲")
    at = seen(world, "limei")
    assert "没有转给对方" in await says(world, "zhoumin", "那台涉密电脑里有三号文件")
    assert new(world, "limei", at) == []
    async with world.desk.db.read() as session:
        payloads = (await session.exec(select(InboxRow.payload))).all()
    assert not any("三号文件" in text for text in payloads)


async def test_what_cannot_be_passed_is_told_of(world: Stage) -> None:
    await says(world, "limei", "转人工")
    await types(world, "zhoumin", "请讲")
    at = seen(world, "zhoumin")
    await world.phone("limei").sends_location(23.1, 113.3, "越秀区东风中路1号")
    await world.settle()
    assert new(world, "zhoumin", at) == ["李梅发来位置（越秀区东风中路1号）。"]


async def test_silence_ends_it(world: Stage) -> None:
    await says(world, "limei", "转人工")
    await types(world, "zhoumin", "已经派人了")
    await world.advance(minutes=16)
    assert (await talks(world))[0].state == "ended"
    assert "已结束" in text_of(world.phone("limei").last)


async def test_every_refusal_says_why(world: Stage) -> None:
    assert "没有进行中" in await says(world, "zhoumin", "结束对话")
    assert "请带上单号" in await says(world, "zhoumin", "联系报障人")
    assert "没有找到" in await says(world, "zhoumin", "联系报障人 99")
    await says(world, "limei", "那台涉密机开不了机")
    classified = await ticket_of(world)
    assert "涉密" in await says(world, "zhoumin", f"联系报障人 {classified.id}")
    await says(world, "chenzhi", "转人工")
    ticket = await ticket_of(world)
    assert "不在您手上" in await says(world, "wangqiang", f"联系报障人 {ticket.id}")
    await types(world, "zhoumin", "请讲")
    assert "正在和周敏对话" in await says(world, "hetao", f"联系报障人 {ticket.id}")
    await says(world, "huangxin", "302打印机卡纸了")
    other = await ticket_of(world)
    assert "请先发“结束对话”" in await says(world, "zhoumin", f"联系报障人 {other.id}")


@pytest.mark.parametrize("report", ["坐席电脑死机了", "人工智能平台登不上", "客服电话打不通"])
async def test_a_place_or_system_of_that_name_is_no_wish_for_a_person(world: Stage, report: str) -> None:
    answer = await says(world, "limei", report)
    assert "已转人工" not in answer and not await talks(world)
    assert await count_tickets(world) == 1


async def test_whoever_may_not_speak_about_it_does_not_take_a_conversation_over(world: Stage) -> None:
    """The reporter waits for a seat about another ticket: what he says there must not end with a technician."""
    number = (await dispatched(world)).id
    await presses(world, "wangqiang", "接单")
    await says(world, "limei", "305的打印机卡纸了")
    await says(world, "limei", "转人工")
    (talk,) = await talks(world)
    assert talk.ticket_id != number
    assert "正在和周敏对话" in await says(world, "wangqiang", f"联系报障人 {number}")
    since = seen(world, "limei")
    await types(world, "zhoumin", "您好，请讲")
    assert any("您好，请讲" in line for line in new(world, "limei", since))


async def test_a_seat_that_answers_too_late_hears_that_nobody_read_it(world: Stage) -> None:
    await dispatched(world)
    await says(world, "limei", "转人工")
    await says(world, "limei", "我两点要开会")
    await world.advance(minutes=2)
    late = await says(world, "zhoumin", "在的，您说")
    assert late == "1号的对话已转给何涛，这句没有转给报障人。要接回来请发：接入 1"
    assert "在的，您说" not in text_of(world.phone("limei").last)
    await says(world, "zhoumin", "接入 1")
    await says(world, "zhoumin", "在的，您说")
    assert "在的，您说" in text_of(world.phone("limei").last)


async def test_danger_said_in_a_conversation_is_read_once_and_stands_once(world: Stage) -> None:
    ticket = await dispatched(world)
    await presses(world, "wangqiang", "接单")
    await types(world, "wangqiang", f"联系报障人 {ticket.id}")
    await types(world, "wangqiang", "您好，我马上到")
    for line in ("机箱冒烟了", "烟越来越大了，着火了"):
        at = seen(world, "wangqiang")
        await types(world, "limei", line)
        assert [text for text in new(world, "wangqiang", at) if line in text] == [f"李梅：{line}"]
    assert any("【紧急】" in text and "机箱冒烟了" in text for text in new(world, "zhoumin", 0)), "the desk as ever"
    async with world.desk.db.read() as session:
        said = [row.text for row in (await session.exec(select(Content).where(Content.ticket_id == ticket.id))).all()]
    assert said.count("机箱冒烟了") == 1 and said.count("烟越来越大了，着火了") == 1
    assert all("您好" not in text for text in new(world, "zhoumin", 0)), "what we said is no word of the report"


async def test_our_end_may_end_it_in_one_word_and_the_reporter_s_word_passes(world: Stage) -> None:
    await says(world, "limei", "转人工")
    await says(world, "zhoumin", "您好")
    assert "李梅：结束了" in await says_to(world, "limei", "结束了", "zhoumin")
    assert "对话已结束" in await says(world, "zhoumin", "结束")
    assert "对话已结束" in text_of(world.phone("limei").last)
    assert "对话已结束" not in await says(world, "zhoumin", "结束")


async def says_to(world: Stage, who: str, line: str, other: str) -> str:
    at = seen(world, other)
    await types(world, who, line)
    return "\n".join(new(world, other, at))

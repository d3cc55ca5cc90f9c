"""DingTalk as its people meet it, through the emulated platform: both card profiles, both modes, and what goes wrong."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlmodel import col, func, select

from bot.cast import TEMPLATE
from bot.stage import Stage, raised
from bot.store.tables import OutboxRow, Ticket
from bot.story import START, text_of


@contextlib.asynccontextmanager
async def stage(tmp_path: Path, knowledge: tuple[object, object], **profile: str) -> AsyncIterator[Stage]:
    url = f"sqlite+aiosqlite:///{tmp_path / 'dingtalk.db'}"
    async with raised(url, start=START, knowledge=knowledge, **profile) as made:  # type: ignore[arg-type]
        yield made


async def newest(world: Stage) -> Ticket:
    async with world.desk.db.read() as session:
        return (await session.exec(select(Ticket).order_by(col(Ticket.id).desc()).limit(1))).one()


async def count(world: Stage) -> int:
    async with world.desk.db.read() as session:
        return (await session.exec(select(func.count()).select_from(Ticket))).one()


async def press(world: Stage, userid: str, button: str, **how: bool) -> str:
    phone = world.phone(userid)
    await phone.presses(button, **how)
    await world.settle()
    return text_of(phone.last)


async def offered(world: Stage) -> Ticket:
    """A ticket that 赵磊, who is on DingTalk, has been given by the desk."""
    await world.says("limei", "三楼302显示器屏幕碎了")
    ticket = await newest(world)
    await world.says("zhoumin", f"派 {ticket.id} 赵磊")
    await world.settle()
    return ticket


PROFILES = [
    pytest.param({}, id="template-free, stream"),
    pytest.param({"template": TEMPLATE}, id="template, stream"),
    pytest.param({"mode": "http"}, id="template-free, http"),
    pytest.param({"template": TEMPLATE, "mode": "http"}, id="template, http"),
]


@pytest.mark.parametrize("profile", PROFILES)
async def test_a_ticket_lives_in_every_profile(
    tmp_path: Path, knowledge_once: tuple[object, object], profile: dict[str, str]
) -> None:
    async with stage(tmp_path, knowledge_once, **profile) as world:
        ticket = await offered(world)
        for button in ("接单", "到场"):
            await press(world, "zhaolei", button)
        await world.says("zhaolei", "已解决")
        await world.says("zhaolei", "换了一块屏")
        await press(world, "limei", "修好了")
        async with world.desk.db.read() as session:
            closed = await session.get_one(Ticket, ticket.id)
        assert (closed.status, closed.by) == ("closed", "confirmed"), world.phone("zhaolei").texts[-4:]


async def test_a_template_card_answers_its_press_at_once_and_without_a_paid_call(
    tmp_path: Path, knowledge_once: tuple[object, object]
) -> None:
    async with stage(tmp_path, knowledge_once, template=TEMPLATE) as world:
        await offered(world)
        phone = world.phone("zhaolei")
        offer = phone.card
        await phone.presses("接单")
        assert offer is not None and phone.find_card(offer["card_id"]).card["replaced"], "closed inside the callback"
        await world.settle()
        async with world.desk.db.read() as session:
            updates = (await session.exec(select(OutboxRow.state).where(col(OutboxRow.payload).contains("card-update"),
                                                                       col(OutboxRow.payload).contains(offer["card_id"])))).all()  # fmt: skip
        assert list(updates) == ["sent"]
        assert "现在是" in await press(world, "zhaolei", offer["buttons"][1]["text"], card=offer["card_id"], force=True)  # type: ignore[arg-type]


async def test_a_strangers_line_with_a_cards_tail_does_nothing(world: Stage) -> None:
    ticket = await offered(world)
    tail = world.phone("zhaolei").card["buttons"][0]["url"].rpartition("%E3%80%94")[2][:10]
    await world.says("huangxin", f"接单〔{tail}〕")
    assert "已失效" in text_of(world.phone("huangxin").last)
    async with world.desk.db.read() as session:
        assert (await session.get_one(Ticket, ticket.id)).assignee_id is None


async def test_a_quoted_message_says_which_ticket_is_meant(world: Stage) -> None:
    await world.says("huangxin", "五楼506电脑蓝屏了")
    first = await newest(world)
    await world.says("huangxin", "五楼510打印机卡纸了")
    async with world.desk.db.read() as session:
        row = select(OutboxRow.message_id).where(
            OutboxRow.ticket_id == first.id, col(OutboxRow.payload).contains("huangxin")
        )
        key = (await session.exec(row.where(OutboxRow.message_id != ""))).first()
    assert key
    await world.sandbox.dingtalk_line(world.org.corp_id).quote("huangxin", "这个好了不用来了", key)
    await world.settle()
    async with world.desk.db.read() as session:
        assert (await session.get_one(Ticket, first.id)).status in ("cancelled", "closed")
    assert (await newest(world)).status not in ("cancelled", "closed")


async def test_words_and_a_picture_in_one_message_are_one_ticket(world: Stage) -> None:
    line = world.sandbox.dingtalk_line(world.org.corp_id)
    await line.rich("huangxin", "五楼506打印机卡纸了", b"\x89PNG\r\n\x1a\n")
    await world.settle()
    assert await count(world) == 1 and (await newest(world)).fault == "printer-paper-jam"
    await line.raw("huangxin", "newThing", {"content": {"x": 1}})
    await world.settle()
    assert "没看明白" in text_of(world.phone("huangxin").last)


async def test_a_used_up_quota_is_the_desks_business_once_a_day(world: Stage) -> None:
    world.org.switches.stream_messages_per_month = 0
    for _ in range(3):
        await world.phone("huangxin").says("五楼506打印机卡纸了")
        await world.settle()
    told = [t for t in world.phone("zhoumin").texts if "额度已用完" in t]
    assert len(told) == 1 and "020-12345000" in told[0]
    assert await count(world) == 0


async def test_failures_hidden_in_a_success_are_seen(world: Stage) -> None:
    world.org.flow_controlled.add("huangxin")
    await world.says("huangxin", "五楼506电脑蓝屏了")
    assert "已受理" not in " ".join(world.phone("huangxin").texts)
    await world.advance(seconds=40)
    assert any("已受理" in t for t in world.phone("huangxin").texts), "the flow-controlled message came later"
    world.org.members["huangxin"].visible = False
    await world.says("zhoumin", f"派 {(await newest(world)).id} 王强")
    await press(world, "wangqiang", "接单")
    assert any("没送到" in t or "送不到" in t or "联系不上" in t for t in world.phone("zhoumin").texts[-4:]), (
        world.phone("zhoumin").texts[-4:]
    )


async def test_a_token_that_went_stale_and_a_reply_that_was_lost(world: Stage) -> None:
    await world.says("huangxin", "五楼506电脑蓝屏了")
    world.org.expire_tokens()
    before = len(world.phone("huangxin").messages)
    await world.says("huangxin", "到哪了")
    assert len(world.phone("huangxin").messages) == before + 2
    world.sandbox.faults.lose_reply = 1
    await world.says("huangxin", "到哪了")
    await world.advance(seconds=10)
    repeated = [t for t in world.phone("huangxin").texts if "可能重复" in t]
    assert len(repeated) == 1, "what may have been shown is marked when it is said again"


async def test_the_session_webhook_saves_paid_calls_until_it_dies(world: Stage) -> None:
    world.org.switches.session_in_private = True
    await world.says("huangxin", "五楼506电脑蓝屏了")
    spent = sum(world.org.calls.values())
    await world.says("huangxin", "到哪了")
    assert sum(world.org.calls.values()) == spent
    assert "派单" in text_of(world.phone("huangxin").last) or "技术员" in text_of(world.phone("huangxin").last)
    await world.advance(hours=2)
    await world.phone("huangxin").says("到哪了")
    await world.settle()
    assert world.phone("huangxin").last.sender == "bot"


async def test_without_lines_from_buttons_everything_can_be_typed(world: Stage) -> None:
    world.org.switches.dtmd_works = False
    ticket = await offered(world)
    assert f"接单 {ticket.id}" in text_of(world.phone("zhaolei").last)
    for line in (f"接单 {ticket.id}", f"到场 {ticket.id}", "1", f"已解决 {ticket.id}", "换了一块屏"):
        await world.says("zhaolei", line)
    async with world.desk.db.read() as session:
        assert (await session.get_one(Ticket, ticket.id)).status == "resolved"


async def test_the_desk_stops_with_its_stream(world: Stage) -> None:
    await world.deafen()
    async with asyncio.timeout(5):
        await world.sandbox.gateway.disconnected(world.org)
    await world.phone("huangxin").says("五楼506电脑蓝屏了")
    assert len(world.sandbox.gateway.lost) == 1

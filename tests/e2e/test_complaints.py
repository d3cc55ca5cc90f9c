"""A reporter who complains while his ticket is open: who hears of it, and who will call him back."""

import pytest
from sqlmodel import select

from bot.stage import Stage
from bot.store.tables import TicketEvent
from bot.story import text_of
from tests.e2e.test_thumb import held
from tests.e2e.test_ticket_life import count_tickets, says, ticket_of


def heard(world: Stage, userid: str, word: str) -> int:
    """How many messages of a person's have a word."""
    return sum(word in text_of(m) for m in world.phone(userid).messages if m.sender != "me")


async def kinds(world: Stage) -> list[str]:
    async with world.desk.db.read() as session:
        return list((await session.exec(select(TicketEvent.kind))).all())


@pytest.mark.parametrize(
    "said", ["投诉你们", "我要投诉", "我要投诉，等了一上午没人来", "你们态度太差了", "再不来我就投诉了"]
)
async def test_a_complaint_reaches_the_lead_and_the_seat(world: Stage, said: str) -> None:
    await held(world, "三楼302电脑蓝屏了")
    await world.advance(minutes=30)
    answer = await says(world, "limei", said)
    assert "1号的投诉已转负责人何涛" in answer and "回电话" in answer and len(answer.splitlines()) == 1
    for userid in ("hetao", "zhoumin"):
        assert heard(world, userid, "【投诉】1号") == 1
        assert heard(world, userid, "李梅 13800000001") and heard(world, userid, said)
    assert heard(world, "wangqiang", said) == 1
    assert (await kinds(world)).count("complaint") == 1 and await count_tickets(world) == 1
    assert "投诉1" in await says(world, "hetao", "指标")


async def test_told_again_it_is_more_of_the_same(world: Stage) -> None:
    await held(world, "三楼302电脑蓝屏了")
    await says(world, "limei", "我要投诉")
    assert "何涛" in await says(world, "limei", "投诉你们，太慢了")
    assert heard(world, "hetao", "【投诉】") == 1 == (await kinds(world)).count("complaint")
    await world.advance(minutes=11)
    await says(world, "limei", "投诉！还是没人来")
    assert heard(world, "hetao", "【投诉】") == 2


@pytest.mark.parametrize("said", ["投诉系统打不开", "不投诉了", "给师傅点个好评", "快点，群众要投诉了"])
async def test_what_is_no_complaint(world: Stage, said: str) -> None:
    await held(world, "三楼302电脑蓝屏了")
    await says(world, "limei", said)
    assert heard(world, "hetao", "【投诉】") == 0


@pytest.mark.parametrize("said", ["我要投诉", "投诉你们"])
async def test_without_an_open_ticket_it_is_the_desks_request(world: Stage, said: str) -> None:
    assert "负责人会回复" in await says(world, "limei", said)
    assert (await ticket_of(world)).request == "complaint-praise"

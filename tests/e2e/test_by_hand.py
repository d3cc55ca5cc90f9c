"""A ticket that a seat offers by hand: he hears what became of it, once; and nobody is asked twice."""

import pytest
from phones import read, seen
from sqlmodel import select

from bot.stage import Stage
from bot.store.tables import Offer
from tests.e2e.test_ticket_life import dispatched, presses, ticket_of

SEAT = "zhoumin"


async def offered(world: Stage, to: str = "赵磊") -> int:
    """李梅's ticket, offered by 周敏 to 赵磊 by hand; its number."""
    ticket = await dispatched(world)
    assert f"已派给{to}" in await read(world, SEAT, f"派 {ticket.id} 给 {to}")
    return ticket.id or 0


def heard(world: Stage, since: int) -> list[str]:
    """What the seat was told since, but for the cards of the desk."""
    return [m.text for m in world.phone(SEAT).messages[since:] if m.sender != "me" and m.card is None]


async def states(world: Stage) -> list[tuple[int, str]]:
    async with world.desk.db.read() as session:
        rows = (await session.exec(select(Offer).order_by(Offer.id))).all()  # type: ignore[arg-type]
    return [(o.person_id, o.state) for o in rows]


async def test_accepted(world: Stage) -> None:
    number = await offered(world)
    at = len(world.phone(SEAT).messages)
    await presses(world, "zhaolei", "接单")
    assert heard(world, at) == [f"{number}号赵磊已接单。"]
    await world.advance(minutes=30)
    assert "".join(heard(world, at)).count("赵磊已接单") == 1


async def test_declined_with_the_reason_and_who_is_next(world: Stage) -> None:
    number = await offered(world)
    at = len(world.phone(SEAT).messages)
    await read(world, "zhaolei", f"退回 {number} 在医院走不开")
    assert heard(world, at) == [f"{number}号赵磊退回了（在医院走不开），已改派王强。"]


async def test_handed_back_after_he_took_it_is_not_the_answer_again(world: Stage) -> None:
    number = await offered(world)
    await presses(world, "zhaolei", "接单")
    at = len(world.phone(SEAT).messages)
    await read(world, "zhaolei", f"退回 {number} 在医院走不开")
    assert not any("赵磊退回了" in line for line in heard(world, at))


async def test_what_becomes_of_an_automatic_offer_is_nobodys_to_hear(world: Stage) -> None:
    ticket = await dispatched(world)
    await read(world, "wangqiang", f"退回 {ticket.id} 在医院走不开")
    await presses(world, "zhaolei", "接单")
    assert "退回了" not in seen(world, SEAT) and "已接单" not in seen(world, SEAT)


@pytest.mark.parametrize("alone", [False, True])
async def test_expired(world: Stage, alone: bool) -> None:
    """With somebody else to ask, he is named; else it is back at the desk."""
    if alone:
        await read(world, "wangqiang", "下线")
    ticket = await dispatched(world)
    number = ticket.id or 0
    await read(world, SEAT, f"跟进 {number}")
    await read(world, SEAT, f"派 {number} 给 赵磊")
    at = len(world.phone(SEAT).messages)
    await world.advance(minutes=31)
    told = [line for line in heard(world, at) if f"{number}号赵磊没有答复" in line]
    follows = "单子在服务台，请另行安排" if alone else "已改派王强"
    assert told == [f"{number}号赵磊没有答复，{follows}。"]


async def test_somebody_who_is_asked_already_is_not_asked_anew(world: Stage) -> None:
    number = await offered(world)
    before = await states(world)
    theirs = len(world.phone("zhaolei").messages)
    answer = await read(world, SEAT, f"派 {number} 给 赵磊")
    assert f"{number}号已经在等赵磊答复（还剩" in answer and "分钟）" in answer
    assert await states(world) == before
    assert len(world.phone("zhaolei").messages) == theirs, "he is not told anything"
    await presses(world, "zhaolei", "接单")
    assert (await ticket_of(world)).status == "accepted"
    assert "已经在赵磊手上" in await read(world, SEAT, f"派 {number} 给 赵磊")
    assert (await ticket_of(world)).status == "accepted"


async def test_called_off_the_seat_need_not_wait(world: Stage) -> None:
    number = await offered(world)
    at = len(world.phone(SEAT).messages)
    await world.says("limei", "不用来了")
    if (await ticket_of(world)).status == "dispatched":
        await world.says("limei", "是的")
    assert (await ticket_of(world)).status == "cancelled"
    assert [line for line in heard(world, at) if "不用等赵磊答复了" in line] == [
        f"{number}号报障人撤销了，不用等赵磊答复了。"
    ]


async def test_given_to_another_only_another_seat_hears_of_it(world: Stage) -> None:
    number = await offered(world)
    at = len(world.phone(SEAT).messages)
    await read(world, SEAT, f"派 {number} 给 王强")
    assert not any("不用等" in line for line in heard(world, at))
    at = len(world.phone(SEAT).messages)
    await read(world, "hetao", f"派 {number} 给 赵磊")
    assert f"{number}号已改派，不用等王强答复了。" in heard(world, at)
    await presses(world, "zhaolei", "接单")
    assert f"{number}号赵磊已接单。" in seen(world, "hetao")
    assert "赵磊已接单" not in seen(world, SEAT)


async def test_who_asked_for_somebody_waited_for_already_hears_the_answer(world: Stage) -> None:
    """The offer was made by the plan; she was told that he is waited for, so she is told what he says."""
    number = (await dispatched(world)).id or 0
    assert f"{number}号已经在等王强答复" in await read(world, SEAT, f"派 {number} 给 王强")
    at = len(world.phone(SEAT).messages)
    await read(world, "wangqiang", f"退回 {number} 在医院走不开")
    assert heard(world, at) == [f"{number}号王强退回了（在医院走不开），已改派赵磊。"]
    await presses(world, "zhaolei", "接单")
    assert heard(world, at)[1:] == [f"{number}号赵磊已接单。"], "and of the next one, whom the plan asked"


async def test_two_seats_both_hear_who_is_asked_next_and_what_he_says(world: Stage) -> None:
    number = await offered(world)
    assert "已经在等赵磊答复" in await read(world, "hetao", f"派 {number} 给 赵磊")
    since = {seat: len(world.phone(seat).messages) for seat in (SEAT, "hetao")}
    await read(world, "zhaolei", f"退回 {number} 在医院走不开")
    await presses(world, "wangqiang", "接单")
    told = [f"{number}号赵磊退回了（在医院走不开），已改派王强。", f"{number}号王强已接单。"]
    for seat, at in since.items():
        lines = [m.text for m in world.phone(seat).messages[at:] if m.sender != "me" and m.card is None]
        assert lines == told, seat


async def test_once_it_was_taken_what_follows_is_nobodys_to_hear(world: Stage) -> None:
    number = await offered(world)
    await presses(world, "zhaolei", "接单")
    await read(world, "zhaolei", f"退回 {number} 在医院走不开")
    at = len(world.phone(SEAT).messages)
    await presses(world, "wangqiang", "接单")
    assert not any("王强已接单" in line for line in heard(world, at))


async def test_who_follows_a_ticket_hears_that_another_does(world: Stage) -> None:
    ticket = await dispatched(world)
    await read(world, "zhoumin", f"跟进 {ticket.id}")
    await read(world, "hetao", f"跟进 {ticket.id}")
    assert f"{ticket.id}号改由何涛跟进，您不用再跟" in seen(world, "zhoumin")
    told = await read(world, "zhoumin", f"派 {ticket.id} 王强")
    assert "已派给王强" in told
    assert f"{ticket.id}号不用再跟进：服务台改派" in seen(world, "hetao")

"""争议: a stretch of time is disputed, the supervisor hears of it and rules; only that stretch changes."""

import pytest
from sqlmodel import col, select

from bot.stage import Stage
from bot.store.tables import Content, Ticket, TicketEvent
from tests.e2e.test_clocks import supervisor
from tests.e2e.test_pauses import heard
from tests.e2e.test_ticket_life import count_tickets, says
from tests.e2e.test_warnings import accepted

REASON = "我一直在办公室等"


async def waited(world: Stage) -> Ticket:
    """A ticket whose second stretch is a pause for the agency, resumed."""
    ticket = await accepted(world)
    await says(world, "wangqiang", f"暂停 {ticket.id} 等待用户时间 20分钟")
    await world.advance(minutes=25)
    return ticket


def stretches(shown: str) -> list[str]:
    return [line for line in shown.splitlines() if line[0].isdigit() and ". " in line]


async def test_the_reporter_disputes_the_supervisor_rules_and_both_sides_see_it(world: Stage) -> None:
    await supervisor(world, "孙安")
    ticket = await waited(world)
    before = stretches(await says(world, "limei", f"时限 {ticket.id}"))
    index = next(n for n, line in enumerate(before, start=1) if line.endswith("使用方"))
    answer = await says(world, "limei", f"争议 {ticket.id} {REASON}")
    assert f"第{index}段（算在使用方）已标为有争议，已请监理裁定" in answer
    assert heard(world, "sunan", f"李梅有异议：{REASON}") == 1
    disputed = stretches(await says(world, "zhoumin", f"时限 {ticket.id}"))
    assert disputed[index - 1] == before[index - 1] + "（有争议）"
    assert [line for n, line in enumerate(disputed) if "争议" in line and n != index - 1] == []
    await says(world, "sunan", f"裁定 {ticket.id} {index} 服务方")
    told = f"第{index}段（9:00至9:20）监理已裁定归服务方（原算在使用方）"
    assert heard(world, "limei", told) == 1
    assert heard(world, "hetao", told) == 1, "the provider's manager, who has it on his account now"
    assert heard(world, "zhoumin", "裁定") == heard(world, "wangqiang", "裁定") == 0, "no party to it"
    await says(world, "sunan", f"裁定 {ticket.id} {index} 服务方")
    assert heard(world, "limei", told) == heard(world, "hetao", told) == 1, "the same again is no news"
    ruled = stretches(await says(world, "zhoumin", f"时限 {ticket.id}"))
    assert ruled[index - 1].endswith("服务方（监理裁定）")
    again = await says(world, "wangqiang", f"争议 {ticket.id} 第{index}段 用户当时不在")
    assert f"第{index}段（算在服务方）已标为有争议" in again


async def test_a_ruling_is_told_to_the_reporter_when_the_time_becomes_his(world: Stage) -> None:
    await supervisor(world, "孙安")
    ticket = await waited(world)
    shown = stretches(await says(world, "wangqiang", f"时限 {ticket.id}"))
    index = next(n for n, line in enumerate(shown, start=1) if line.endswith("服务方"))
    await says(world, "wangqiang", f"争议 {ticket.id} 第{index}段 约好了没人开门")
    await says(world, "sunan", f"裁定 {ticket.id} {index} 使用方")
    told = "监理已裁定归使用方（原算在服务方）"
    assert [heard(world, userid, told) for userid in ("wangqiang", "limei", "hetao")] == [1, 1, 1]
    await says(world, "limei", f"争议 {ticket.id} 第{index}段 门一直开着")
    await says(world, "sunan", f"裁定 {ticket.id} {index} 第三方")
    assert [heard(world, userid, "归第三方") for userid in ("wangqiang", "limei", "hetao")] == [1, 1, 0]


async def test_the_same_dispute_sent_twice_reaches_the_supervisor_once(world: Stage) -> None:
    await supervisor(world, "孙安")
    ticket = await waited(world)
    for _ in range(2):
        assert "已请监理裁定" in await says(world, "limei", f"争议 {ticket.id} {REASON}")
    assert heard(world, "sunan", f"李梅有异议：{REASON}") == 1
    await says(world, "limei", f"争议 {ticket.id} 师傅来过两次都没带配件")
    assert heard(world, "sunan", "李梅有异议：师傅来过两次都没带配件") == 1, "another reason is told"


async def test_the_reason_is_kept_apart_from_the_event(world: Stage) -> None:
    ticket = await waited(world)
    await says(world, "limei", f"争议 {ticket.id} {REASON}")
    async with world.desk.db.read() as session:
        events = select(TicketEvent).where(TicketEvent.ticket_id == ticket.id, col(TicketEvent.kind) == "disputed")
        event = (await session.exec(events)).one()
        content = await session.get_one(Content, event.content_id)
    assert content.text == REASON
    assert REASON not in str(event.data)


@pytest.mark.parametrize(
    ("userid", "line", "answer"),
    [
        ("limei", "争议 {id}", "请这样发：争议 17 理由"),
        ("limei", "争议 不公平", "请这样发：争议 17 理由"),
        ("limei", "争议 {id} 第99段 不公平", "没有第99段"),
        ("limei", "争议 {id} 第0段 不公平", "没有第0段"),
        ("limei", "争议 999 不公平", "没有找到999号单"),
        ("zhaolei", "争议 {id} 不公平", "只有报障人、处理人和服务台"),
        ("zhoumin", "争议 {id} 报障人不在", "目前联系不到监理，已转服务台跟进"),
    ],
)
async def test_bad_input_has_a_clear_answer(world: Stage, userid: str, line: str, answer: str) -> None:
    ticket = await accepted(world)
    await world.advance(minutes=1)
    assert answer in await says(world, userid, line.format(id=ticket.id))


@pytest.mark.parametrize("userid", ["limei", "wangqiang", "zhoumin"])
async def test_a_ticket_just_opened_has_its_first_stretch_to_dispute(world: Stage, userid: str) -> None:
    ticket = await accepted(world)
    assert "第1段（算在服务方）已标为有争议" in await says(world, userid, f"争议 {ticket.id} 电梯停运上不去")
    assert "各方用时：刚开始" in await says(world, "zhoumin", f"时限 {ticket.id}")
    await world.advance(minutes=3)
    assert [line[-8:] for line in stretches(await says(world, "zhoumin", f"时限 {ticket.id}"))] == ["服务方（有争议）"]


async def test_what_was_opened_off_hours_can_be_disputed_then(world: Stage) -> None:
    await world.advance(hours=11)
    ticket = await accepted(world)
    await world.advance(minutes=2)
    answer = await says(world, "limei", f"争议 {ticket.id} 说好晚上有人")
    assert "第1段（算在非工作时间）已标为有争议" in answer


@pytest.mark.parametrize("report", ["争议调解平台登录不上", "异议登记窗口的打印机坏了", "裁定书打印不出来"])
async def test_a_report_that_begins_with_such_a_word_is_a_report(world: Stage, report: str) -> None:
    answer = await says(world, "limei", report)
    assert "争议 17" not in answer and "监理" not in answer
    assert await count_tickets(world) == 1

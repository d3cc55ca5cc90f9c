"""What those who work for the service type is a command, a remark or a question, and a report only when it plainly is one."""

import pytest

from bot.stage import Stage
from bot.story import text_of
from bot.views import staff
from handlers.technician_words import COMMANDS, YES
from tests.e2e.test_ticket_life import count_tickets, dispatched, says, ticket_of
from tests.e2e.test_warnings import accepted


@pytest.mark.parametrize("said", ["路上堵车", "换了搓纸轮 20分钟", "楼下保安不让进", "内存条要下午才到"])
async def test_a_technicians_talk_is_a_remark_on_the_ticket_in_hand(world: Stage, said: str) -> None:
    await accepted(world)
    assert "备注记到1号" in await says(world, "wangqiang", said)
    assert await count_tickets(world) == 1
    assert any(said in text_of(m) for m in world.phone("zhoumin").messages)


@pytest.mark.parametrize(
    ("said", "status"),
    [("我到了", "on-site"), ("我在路上了", "en-route"), ("去了", "en-route"), ("打电话了", "accepted")],
)
async def test_commands_as_they_are_spoken(world: Stage, said: str, status: str) -> None:
    await accepted(world)
    await says(world, "wangqiang", said)
    assert await count_tickets(world) == 1
    assert (await ticket_of(world)).status == status


@pytest.mark.parametrize(("said", "answer"), [("时限", "1号"), ("记录", "1号")])
async def test_without_a_number_it_is_the_ticket_in_hand(world: Stage, said: str, answer: str) -> None:
    await accepted(world)
    assert answer in await says(world, "wangqiang", said)
    assert await count_tickets(world) == 1


@pytest.mark.parametrize("said", ["打电话了没人接", "已联系不上", "联系了没人接"])
async def test_a_call_that_nobody_took_is_no_contact(world: Stage, said: str) -> None:
    await accepted(world)
    await says(world, "wangqiang", said)
    ticket = await ticket_of(world)
    assert ticket.contacted_at is None and await count_tickets(world) == 1


@pytest.mark.parametrize("said", ["搞定不了", "修好了一半"])
async def test_what_is_not_solved_stays_open(world: Stage, said: str) -> None:
    await accepted(world)
    await says(world, "wangqiang", said)
    assert (await ticket_of(world)).status == "accepted" and await count_tickets(world) == 1


async def test_solved_with_a_sentence_keeps_it_for_the_record(world: Stage) -> None:
    await accepted(world)
    await says(world, "wangqiang", "我到了")
    await says(world, "wangqiang", "弄好了，内存条松了重插的")
    assert (await ticket_of(world)).status == "resolved"
    assert "原因：内存条松" in await says(world, "wangqiang", "记录 1")


async def test_a_way_for_nothing_is_no_departure(world: Stage) -> None:
    await accepted(world)
    await says(world, "wangqiang", "去了没人在")
    assert (await ticket_of(world)).status == "accepted"


@pytest.mark.parametrize(
    ("said", "does"),
    [
        ("已断电", True),
        ("我已断电", True),
        ("已断电，验过没电", True),
        ("已确认没电", True),
        ("确认", True),
        ("两人都在场", True),
        ("证件都在手", True),
        ("工作票已开好", True),
        ("许可还没批", False),
        ("两人还没到齐", False),
        ("已断电没验", False),
        ("已断电，还没验电", False),
        ("确认不了", False),
        ("已断电 等下验", False),
        ("断电了", False),
        ("整层断电了", False),
    ],
)
def test_a_safety_gate_is_opened_by_a_plain_yes_only(said: str, does: bool) -> None:
    assert any(do in YES.values() for pattern, do, _ in COMMANDS if pattern.match(said)) is does


@pytest.mark.parametrize("line", [example for example in staff.DESK.split("、") if example != "代报 电话 内容"])
async def test_what_the_desk_is_told_to_type_is_understood(world: Stage, line: str) -> None:
    answer = await says(world, "zhoumin", line)
    assert answer and "没看明白" not in answer
    assert await count_tickets(world) == 0


async def test_an_offer_is_taken_by_its_words_and_a_bare_yes_is_told_how(world: Stage) -> None:
    await dispatched(world)
    assert "接单 1" in await says(world, "wangqiang", "收到")
    assert (await ticket_of(world)).status == "dispatched"
    await says(world, "wangqiang", "接")
    assert (await ticket_of(world)).status == "accepted"


@pytest.mark.parametrize("said", ["赵磊请假了", "确认广播", "转出 3 运营商", "这周谁最忙"])
async def test_a_seats_words_open_no_ticket(world: Stage, said: str) -> None:
    assert await says(world, "zhoumin", said)
    assert await count_tickets(world) == 0


async def test_a_seat_lists_and_assigns_in_a_sentence(world: Stage) -> None:
    await dispatched(world)
    assert "1号" in await says(world, "zhoumin", "有哪些单没处理")
    await says(world, "zhoumin", "把1号给赵磊")
    assert any("1号" in text_of(m) for m in world.phone("zhaolei").messages)
    assert await count_tickets(world) == 1


@pytest.mark.parametrize("userid", ["wangqiang", "zhoumin", "hetao"])
async def test_everybody_is_told_his_commands(world: Stage, userid: str) -> None:
    assert "可以发" in await says(world, userid, "帮助")


@pytest.mark.parametrize("said", ["日报", "本周指标"])
async def test_figures_by_the_names_managers_use(world: Stage, said: str) -> None:
    answer = await says(world, "hetao", said)
    assert "到场" in answer
    assert await count_tickets(world) == 0


async def test_staff_report_with_a_word_or_plainly(world: Stage) -> None:
    await says(world, "zhoumin", "报障 鼠标不动了")
    assert (await ticket_of(world)).fault == "peri-keyboard-mouse"


async def test_danger_told_by_a_technician_is_heard(world: Stage) -> None:
    await accepted(world)
    await says(world, "wangqiang", "机房冒烟了")
    assert (await ticket_of(world)).kind == "emergency"


async def test_another_technician_is_asked_for_and_the_repair_stands(world: Stage) -> None:
    await accepted(world)
    await says(world, "limei", "不要派王强，换个人")
    assert (await ticket_of(world)).status == "accepted"
    assert any("换一位" in text_of(m) for m in world.phone("zhoumin").messages)


async def test_who_does_not_know_is_helped_by_a_person(world: Stage) -> None:
    await says(world, "limei", "电脑坏了")
    await world.advance(seconds=20)
    assert "服务台" in await says(world, "limei", "不知道")
    ticket = await ticket_of(world)
    assert (ticket.owner, ticket.status) == ("desk", "triaged")


@pytest.mark.parametrize("digit", ["1", "２", "3"])
async def test_a_step_s_figure_without_a_ticket_is_told_so(world: Stage, digit: str) -> None:
    assert "您手上没有" in await says(world, "zhaolei", digit)

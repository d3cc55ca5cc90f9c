"""代报: what a caller says on the telephone is a ticket after one line."""

from dataclasses import replace

import pytest
from sqlmodel import select

from bot import cast
from bot.desk import phone_reports
from bot.desk.spreadsheets import save_people
from bot.stage import Stage
from bot.store.tables import Content, InboxRow, Person, Ticket
from bot.story import text_of
from tests.e2e.test_ticket_life import count_tickets, presses, says, ticket_of


@pytest.mark.parametrize(
    ("typed", "who", "said"),
    [
        ("13800000001 三楼302打印机卡纸", "13800000001", "三楼302打印机卡纸"),
        ("138-0000-0001，打印机卡纸", "13800000001", "打印机卡纸"),
        ("+86 13800000001打印机卡纸", "13800000001", "打印机卡纸"),
        ("020-83334444 打印机卡纸", "02083334444", "打印机卡纸"),
        ("83334444 打印机卡纸", "83334444", "打印机卡纸"),
        ("李梅 302打印机卡纸", "李梅", "302打印机卡纸"),
        ("李梅", "李梅", ""),
        ("1380000 打印机卡纸", "", "1380000 打印机卡纸"),
        ("138000000011 打印机卡纸", "", "138000000011 打印机卡纸"),
        ("", "", ""),
    ],
)
def test_the_caller_and_what_he_says(typed: str, who: str, said: str) -> None:
    assert phone_reports.split(typed) == (who, said)


async def test_an_unknown_caller_gets_a_ticket_that_is_dispatched(world: Stage) -> None:
    answer = await says(world, "zhoumin", "代报 13512345678 三楼302电脑蓝屏了")
    ticket = await ticket_of(world)
    assert (ticket.source, ticket.fault, ticket.status) == ("phone", "pc-bluescreen", "dispatched")
    assert f"已代报{ticket.id}号" in answer and "来电5678" in answer and "135****5678" in answer
    async with world.desk.db.read() as session:
        caller = await session.get(Person, ticket.reporter_id)
    assert caller is not None and (caller.phone, caller.confirmed) == ("13512345678", False)
    assert "补记" in await says(world, "zhoumin", "代报 13512345678 三楼302电脑又蓝屏了")
    assert await count_tickets(world) == 1


async def test_a_known_caller_is_told_in_the_chat(world: Stage) -> None:
    before = len(world.phone("limei").messages)
    await says(world, "zhoumin", "代报 138-0000-0001 三楼302电脑蓝屏了")
    ticket = await ticket_of(world)
    assert ticket.unit_id is not None
    told = [text_of(m) for m in world.phone("limei").messages[before:]]
    assert any(f"已受理{ticket.id}号" in line for line in told)
    assert "到哪了" not in told and "蓝屏" in await says(world, "limei", "到哪了")


@pytest.mark.parametrize(
    "typed",
    [
        "代报 李梅 三楼302电脑蓝屏了",
        "代报 李梅三楼302电脑蓝屏了",
        "代报 李梅说三楼302电脑蓝屏了",
        "代报 李梅姐 三楼302电脑蓝屏了",
        "代报 民政局李梅 三楼302电脑蓝屏了",
        "代报 市民政局办公室李梅 三楼302电脑蓝屏了",
    ],
)
async def test_who_is_known_by_name_is_not_registered_anew(world: Stage, typed: str) -> None:
    await says(world, "zhoumin", typed)
    ticket = await ticket_of(world)
    async with world.desk.db.read() as session:
        known = (await session.exec(select(Person).where(Person.name.contains("李梅")))).all()  # type: ignore[attr-defined]
    assert [p.id for p in known] == [ticket.reporter_id]
    assert ticket.fault == "pc-bluescreen"


@pytest.mark.parametrize("typed", ["代报 李梅 三楼302电脑蓝屏了", "李梅打电话来说三楼302电脑蓝屏了"])
async def test_of_several_with_one_name_the_seat_says_who(world: Stage, typed: str) -> None:
    other = replace(next(r for r in cast.rows() if r.name == "李梅"), phone="13811112222", unit="市教育局", accounts=[])
    async with world.desk.db.write("sheet") as tx:
        await save_people(tx, [*cast.rows(), other], cast.heard_at())
    asked = await says(world, "zhoumin", typed)
    assert "1. 李梅 市民政局 尾号0001" in asked and "2. 李梅 市教育局 尾号2222" in asked
    assert await count_tickets(world) == 0
    assert "已代报1号：电脑蓝屏（三楼302），报障人李梅 138****2222" in await says(world, "zhoumin", "2")
    await says(world, "zhoumin", "2")
    assert await count_tickets(world) == 1, "the digit has answered"


@pytest.mark.parametrize("typed", ["代报 机房冒烟了", "代报 王小二 机房冒烟了"])
async def test_danger_waits_for_nobodys_name(world: Stage, typed: str) -> None:
    await says(world, "zhoumin", typed)
    ticket = await ticket_of(world)
    assert (ticket.kind, ticket.priority, ticket.source) == ("emergency", "P1", "phone")


async def test_a_name_will_do_and_what_is_not_clear_is_the_desks(world: Stage) -> None:
    answer = await says(world, "zhoumin", "代报 陈志 那个东西坏了")
    ticket = await ticket_of(world)
    assert (ticket.source, ticket.owner) == ("phone", "desk")
    assert "位置还不知道" in answer


async def test_safety_and_classified_matters_by_telephone(world: Stage) -> None:
    await says(world, "zhoumin", "代报 13512345678 508主机冒烟了")
    ticket = await ticket_of(world)
    assert (ticket.kind, ticket.priority, ticket.source) == ("emergency", "P1", "phone")
    assert any("【紧急】" in text_of(m) for m in world.phone("hetao").messages)
    assert "没有留存" in await says(world, "zhoumin", "代报 13512345679 涉密电脑里有三号文件")
    async with world.desk.db.read() as session:
        payloads = (await session.exec(select(InboxRow.payload))).all()
        texts = (await session.exec(select(Content.text))).all()
    assert not any("三号文件" in text for text in (*payloads, *texts))


async def test_bad_input_opens_nothing_and_says_why(world: Stage) -> None:
    async with world.desk.db.write("twins") as tx:
        tx.add(Person(name="李梅", phone="13700000009"))
    for userid, typed, why in (
        ("zhoumin", "代报", "请写电话"),
        ("zhoumin", "代报 13512345678", "请写电话"),
        ("zhoumin", "代报 1351234 打印机卡纸", "不是完整的电话号码"),
        ("zhoumin", "代报 王麻子 打印机卡纸", "没有登记过叫王麻子的人"),
        ("zhoumin", "代报 李梅 打印机卡纸", "有2个人对得上"),
        ("limei", "代报 13512345678 打印机卡纸", "由服务台使用"),
    ):
        assert why in await says(world, userid, typed), typed
    assert await count_tickets(world) == 0


async def card_of(world: Stage, ticket: Ticket) -> str:
    """What the technicians read of a ticket that is offered."""
    phones = [world.phone(userid) for userid in ("wangqiang", "zhaolei")]
    cards = [text_of(m) for phone in phones for m in phone.messages if f"{ticket.id}号" in text_of(m)]
    return "\n".join(cards)


@pytest.mark.parametrize(
    ("typed", "unit", "who"),
    [
        ("13512345678 民政局张华 三楼302电脑蓝屏了", "市民政局", "张华 13512345678"),
        ("13512345678 水务局张华 三楼302电脑蓝屏了", "水务局", "张华 13512345678"),
        ("水务局 张华 分机2222 三楼302电脑蓝屏了", "水务局", "张华 分机2222"),
        ("张华 来电2222 三楼302电脑蓝屏了", "单位待确认", "张华 分机2222"),
        ("民政局李梅 来电2222 三楼302电脑蓝屏了", "市民政局", "李梅 13800000001 分机2222"),
        ("李梅 来电2222 三楼302电脑蓝屏了", "市民政局", "李梅 13800000001 分机2222"),
        ("13599999999 李梅 三楼302电脑蓝屏了", "市民政局", "李梅 13599999999"),
        ("13800000001 张华 三楼302电脑蓝屏了", "市民政局", "张华（登记为李梅） 13800000001"),
    ],
)
async def test_who_called_stays_on_the_ticket_and_the_card(world: Stage, typed: str, unit: str, who: str) -> None:
    answer = await says(world, "zhoumin", f"代报 {typed}")
    ticket = await ticket_of(world)
    assert f"已代报{ticket.id}号" in answer and who.split()[0].split("（")[0] in answer
    assert (ticket.fault, ticket.slots["room"], ticket.source) == ("pc-bluescreen", "302", "phone")
    card = await card_of(world, ticket)
    assert unit in card and who in card


async def test_a_name_in_its_agency_is_the_one_meant(world: Stage) -> None:
    async with world.desk.db.write("twins") as tx:
        tx.add(Person(name="李梅", phone="13700000009"))
    await says(world, "zhoumin", "代报 民政局李梅 三楼302电脑蓝屏了")
    async with world.desk.db.read() as session:
        caller = await session.get(Person, (await ticket_of(world)).reporter_id)
    assert caller is not None and caller.phone == "13800000001"


@pytest.mark.parametrize(
    "said",
    [
        "李梅打电话来说三楼302电脑蓝屏了",
        "刚接到民政局李梅电话，三楼302电脑蓝屏了",
        "刚才李梅来电说三楼302电脑蓝屏了",
        "接到13800000001的电话，三楼302电脑蓝屏了",
    ],
)
async def test_a_call_told_in_a_sentence_is_the_callers_report(world: Stage, said: str) -> None:
    assert "已代报1号" in await says(world, "zhoumin", said)
    ticket = await ticket_of(world)
    async with world.desk.db.read() as session:
        caller = await session.get(Person, ticket.reporter_id)
    assert caller is not None and caller.name == "李梅"
    assert (ticket.source, ticket.fault) == ("phone", "pc-bluescreen")


@pytest.mark.parametrize(("answer", "tickets"), [("登记", 1), ("不登记", 0)])
@pytest.mark.parametrize("how", ["typed", "pressed"])
async def test_for_somebody_unknown_one_card_comes_first(world: Stage, answer: str, tickets: int, how: str) -> None:
    asked = await says(world, "zhoumin", "刚接到水务局张华电话，三楼302电脑蓝屏了")
    assert "张华" in asked and "水务局" in asked and "还没有开单" in asked
    assert await count_tickets(world) == 0
    await (says if how == "typed" else presses)(world, "zhoumin", answer)
    assert await count_tickets(world) == tickets
    if tickets:
        ticket = await ticket_of(world)
        card = await card_of(world, ticket)
        assert (ticket.source, "水务局" in card, "张华" in card) == ("phone", True, True)
    assert await says(world, "zhoumin", answer)
    assert await count_tickets(world) == tickets


async def test_two_calls_wait_side_by_side_and_danger_waits_for_nothing(world: Stage) -> None:
    await says(world, "zhoumin", "有人打电话来说三楼302电脑蓝屏了")
    await says(world, "zhoumin", "水务局张华打电话来说二楼201显示器屏幕碎了")
    assert await count_tickets(world) == 0
    await says(world, "zhoumin", "登记")
    assert (await ticket_of(world)).slots["room"] == "201"
    await says(world, "zhoumin", "登记")
    assert (await ticket_of(world)).slots["room"] == "302"
    await says(world, "zhoumin", "有人打电话来说508主机冒烟了")
    assert (await ticket_of(world)).kind == "emergency" and await count_tickets(world) == 3


async def test_a_call_about_an_open_ticket_hurries_it(world: Stage) -> None:
    await says(world, "limei", "三楼302电脑蓝屏了")
    await world.advance(minutes=1)
    assert "已替李梅催办1号" in await says(world, "zhoumin", "李梅打电话来说怎么还没人来")
    assert (await ticket_of(world)).urged == 1 and await count_tickets(world) == 1


@pytest.mark.parametrize(
    "said", ["王强打电话来说电脑蓝屏他修不好", "李梅电话打不通", "我打电话问了，说好了", "李梅打电话来说修好了"]
)
async def test_other_talk_of_telephones_opens_nothing(world: Stage, said: str) -> None:
    assert await says(world, "zhoumin", said)
    assert await count_tickets(world) == 0


async def test_figures_in_full_width_are_figures(world: Stage) -> None:
    told = await says(world, "zhoumin", "代报：１３８１１１１２２２２ 市民政局张三 ５０１电脑黑屏")
    assert "已代报1号" in told and "2222" in told
    assert "改为P2" in await says(world, "zhoumin", "优先级 １ Ｐ２ 急用")


async def test_a_late_entry_nobody_made_is_answered_as_the_desk_is(world: Stage) -> None:
    assert "没有找到99号单" in await says(world, "zhoumin", "补录确认 99")


@pytest.mark.parametrize(
    "line",
    ["13811112222 三楼302打印机卡纸", "电话：138 1111 2222 三楼302打印机卡纸", "来电 13811112222，三楼302打印机卡纸"],
)
async def test_a_seat_s_line_that_begins_with_a_number_is_a_call(world: Stage, line: str) -> None:
    assert "已代报1号" in await says(world, "zhoumin", line)
    ticket = await ticket_of(world)
    assert ticket.source == "phone" and ticket.slots["caller"] == {"phone": "13811112222"}


async def test_a_number_alone_is_none(world: Stage) -> None:
    await says(world, "zhoumin", "13811112222")
    assert await count_tickets(world) == 0


async def called_before(world: Stage) -> None:
    """1: what 李梅 has said on the telephone, offered to somebody."""
    await says(world, "zhoumin", "代报 李梅 三楼302打印机卡纸")
    await world.advance(minutes=2)


@pytest.mark.parametrize("said", ["催一下", "什么时候来", "进度"])
async def test_a_caller_who_asks_how_it_stands_opens_nothing(world: Stage, said: str) -> None:
    await called_before(world)
    assert "1号" in await says(world, "zhoumin", f"代报 李梅 {said}")
    assert await count_tickets(world) == 1


@pytest.mark.parametrize("said", ["好了不用来了", "不用来了", "已经好了"])
async def test_a_caller_who_calls_it_off_does(world: Stage, said: str) -> None:
    await called_before(world)
    told = await says(world, "zhoumin", f"代报 李梅 {said}")
    assert "1号" in told and await count_tickets(world) == 1
    assert (await ticket_of(world)).status in ("cancelled", "closed")


async def test_of_several_it_is_the_one_he_numbers(world: Stage) -> None:
    await called_before(world)
    await says(world, "zhoumin", "代报 李梅 五楼506显示器屏幕碎了")
    told = await says(world, "zhoumin", "代报 李梅 不用来了")
    assert "1号" in told and "2号" in told and "办结" in told
    await says(world, "zhoumin", "代报 李梅 1号不用来了")
    async with world.desk.db.read() as session:
        found = [t.status for t in (await session.exec(select(Ticket).order_by(Ticket.id))).all()]  # type: ignore[arg-type]
    assert found[0] == "cancelled" and found[1] != "cancelled"


async def test_it_is_not_mended_he_says(world: Stage) -> None:
    await called_before(world)
    for line in ("接单 1", "到场 1", "已解决 1 卡纸清掉了 10分钟"):
        await says(world, "wangqiang", line)
    assert "没修好" in await says(world, "zhoumin", "代报 李梅 还是没修好")
    assert (await ticket_of(world)).status == "accepted" and await count_tickets(world) == 1


async def test_who_has_nothing_open_is_said_to_have_nothing(world: Stage) -> None:
    for said in ("催一下", "不用来了", "还是没修好"):
        assert "没有在办的单" in await says(world, "zhoumin", f"代报 李梅 {said}")
    assert await count_tickets(world) == 0


async def test_told_in_a_sentence_it_is_called_off_too(world: Stage) -> None:
    await called_before(world)
    assert "1号" in await says(world, "zhoumin", "李梅打电话来说不用来了")
    assert (await ticket_of(world)).status == "cancelled"


@pytest.mark.parametrize(
    "said", ["吴凡报修 三楼302打印机卡纸", "帮吴凡报一下 三楼302打印机卡纸", "帮民政局的吴凡报修，三楼302打印机卡纸"]
)
async def test_what_a_seat_tells_of_somebody_is_that_persons_report(world: Stage, said: str) -> None:
    assert "已代报1号" in await says(world, "zhoumin", said)
    assert "1号" in text_of(world.phone("wufan").last)
    assert "已撤销" in await says(world, "zhoumin", "吴凡说不用修了")
    assert "没看明白" in await says(world, "zhoumin", "王强说他到了"), "he is a technician"


async def test_a_caller_is_known_however_his_number_is_written(world: Stage) -> None:
    async with world.desk.db.write("test") as tx:
        found = (await tx.session.exec(select(Person).where(Person.name == "陈志"))).one()
        found.phone = "138-0000 0002"
        tx.add(found)
    assert "报障人陈志" in await says(world, "zhoumin", "代报 13800000002 三楼302打印机卡纸")


async def test_a_nickname_asks_who_is_meant(world: Stage) -> None:
    async with world.desk.db.write("namesake") as tx:
        tx.add(Person(name="李芳霞", unit_id=1, confirmed=True, phone="13800000077"))
    told = await says(world, "zhoumin", "代报 李姐 三楼302电脑蓝屏了")
    assert "有2个人对得上" in told and "李梅" in told and "李芳霞" in told, told
    assert await count_tickets(world) == 0
    assert "138****0001" in await says(world, "zhoumin", "1"), "李梅, by the name she gave"
    assert await count_tickets(world) == 1
    assert "李梅" in await says(world, "zhoumin", "代报 梅姐 打印机卡纸")
    assert "没有登记过叫王主任的人" in await says(world, "zhoumin", "代报 王主任 打印机卡纸")
    assert "李梅报什么" in await says(world, "zhoumin", "代报 李梅")
    assert await count_tickets(world) == 1


async def test_a_technician_who_reports_for_somebody_is_passed_on_to_the_desk(world: Stage) -> None:
    assert "已转服务台代报" in await says(world, "wangqiang", "帮李梅报个单，三楼302打印机卡纸")
    assert await count_tickets(world) == 0, "it is no report of his own"
    enters = text_of(world.phone("zhoumin").last).partition("开单请发：")[2]
    assert "报障人李梅" in await says(world, "zhoumin", enters)

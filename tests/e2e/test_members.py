"""New members: served first, confirmed later: one card a day for the liaison of their unit, else for the desk."""

import pytest
from sqlmodel import select

from bot.desk import people
from bot.stage import Stage
from bot.store.tables import Membership, Unit
from bot.story import text_of
from tests.e2e.test_leavers import person_of, read_by
from tests.e2e.test_ticket_life import presses, says, ticket_of


async def membership_of(world: Stage, userid: str) -> Membership:
    who = await person_of(world, userid)
    async with world.desk.db.read() as session:
        return (await session.exec(select(Membership).where(Membership.person_id == who.id))).one()


async def another(world: Stage, name: str, unit: str) -> None:
    """Somebody more who is in no sheet and named a unit."""
    async with world.desk.db.write(f"test:{name}") as tx:
        who = people.Person(name=name, confirmed=False)
        tx.add(who)
        await tx.flush()
        named = (await tx.session.exec(select(Unit).where(Unit.name == unit))).one()
        tx.add(Membership(person_id=who.id or 0, unit_id=named.id, since=tx.now))


async def test_served_at_once_and_confirmed_the_next_morning_with_one_tap(world: Stage) -> None:
    served = await says(world, "guest", "五楼502电脑开不了机")
    assert "登记 单位全称 姓名" in served
    assert (await ticket_of(world)).unit_id is None
    assert "没有找到“某局”" in await says(world, "guest", "登记 某局 李雷")
    assert "已登记：李雷，市民政局" in await says(world, "guest", "登记 市民政局 李雷")
    assert not (await person_of(world, "guest")).confirmed
    await another(world, "韩梅", "市民政局")
    async with world.desk.db.write("second liaison") as tx:
        second = next(p for p in await people.everyone(tx) if p.name == "吴凡")
        second.positions = ["unit-liaison"]
        tx.add(second)
    assert "待确认" not in read_by(world, "linfang")
    await world.advance(hours=24)
    assert read_by(world, "linfang").count("市民政局有2位新成员待确认") == 1
    assert "新成员待确认" not in read_by(world, "zhoumin")
    listed = await presses(world, "linfang", "不是我们的人")  # of two: which?
    assert "李雷，市民政局" in listed and "韩梅，市民政局" in listed
    assert "已确认2位：李雷、韩梅" in await presses(world, "linfang", "全部确认")
    member, liaison = await person_of(world, "guest"), await person_of(world, "linfang")
    assert (member.confirmed, member.unit_id, member.name) == (True, liaison.unit_id, "李雷")
    assert (await ticket_of(world)).unit_id == liaison.unit_id
    assert "已确认您是市民政局的成员" in read_by(world, "guest")
    await world.phone("wufan").presses("全部确认", force=True)
    await world.settle()
    assert "已由林芳于" in text_of(world.phone("wufan").messages[-1])
    assert "李雷已由林芳于" in await says(world, "wufan", "不认识 李雷")
    await world.advance(hours=48)
    assert read_by(world, "linfang").count("新成员待确认") == 1


async def test_not_ours_by_a_word_the_desk_is_told_and_the_card_asks_again_until_answered(world: Stage) -> None:
    async with world.desk.db.write("quiet") as tx:
        liaison = next(p for p in await people.everyone(tx) if p.name == "林芳")
        liaison.quiet = {"P4": "09:00-11:00"}
        tx.add(liaison)
    await says(world, "guest", "我是市民政局的，五楼502电脑开不了机")
    await world.advance(minutes=90)  # 10:30: the card of ten o'clock waits for eleven
    assert "新成员待确认" not in read_by(world, "linfang")
    await world.advance(minutes=31)
    assert read_by(world, "linfang").count("市民政局有1位新成员待确认") == 1
    await world.advance(hours=24)
    assert read_by(world, "linfang").count("市民政局有1位新成员待确认") == 2
    assert "没有待确认的新成员" not in await says(world, "linfang", "新成员")
    assert "名单里没有“张三”" in await says(world, "linfang", "不认识 张三")
    assert await says(world, "limei", "不认识 新同事") and (await membership_of(world, "guest")).state == "waiting"
    assert "服务台会核实" in await says(world, "linfang", "不认识 新同事")
    assert "市民政局的林芳不认识新同事" in read_by(world, "zhoumin")
    guest = await person_of(world, "guest")
    assert (guest.confirmed, guest.unit_id, (await membership_of(world, "guest")).state) == (False, None, "refused")
    await says(world, "guest", "市民政局五楼508打印机卡纸了")  # the same unit again asks nobody again
    await world.advance(hours=24)
    assert read_by(world, "linfang").count("新成员待确认") == 2
    assert "已确认1位：新同事" in await says(world, "zhoumin", f"确认成员 #{guest.id} 市司法局")


async def test_without_a_liaison_or_a_unit_it_is_the_desks(world: Stage) -> None:
    await says(world, "guest", "五楼502电脑开不了机")
    await world.advance(hours=24)
    assert "1位报障人没有单位：新同事" in read_by(world, "zhoumin")
    assert "没有说单位" in await says(world, "zhoumin", "确认成员 新同事")
    await another(world, "赵六", "市司法局")
    await says(world, "guest", "我在市司法局")
    await world.advance(hours=24)
    assert "市司法局有2位新成员待确认" in read_by(world, "zhoumin")
    assert "林芳" not in await says(world, "linfang", "确认成员 新同事")
    assert (await membership_of(world, "guest")).state == "waiting"
    assert "已确认1位：赵六" in await says(world, "zhoumin", "确认成员 赵六")
    assert "已确认1位：新同事" in await says(world, "zhoumin", "确认成员 新同事 市交通局")
    async with world.desk.db.read() as session:
        unit = (await session.exec(select(Unit).where(Unit.name == "市交通局"))).one()
    assert (await person_of(world, "guest")).unit_id == unit.id


async def test_a_unit_by_its_short_name_and_all_confirmed_in_words(world: Stage) -> None:
    assert "没有待确认" in await says(world, "linfang", "全部确认")
    await says(world, "guest", "电脑开不了机")
    await says(world, "guest", "我是越秀区民政局的")
    assert "已登记：张三，市民政局" in await says(world, "guest", "登记 民政局 张三")
    await world.advance(hours=26)
    assert "已确认1位：张三" in await says(world, "linfang", "都确认")
    assert "没有待确认" in await says(world, "linfang", "全部确认"), "and no report of telephones"


async def waits(world: Stage) -> None:
    """张新 has named himself and his unit, and his liaison has the card of the day."""
    await says(world, "guest", "电脑开不了机")
    await says(world, "guest", "登记 市民政局 张新")
    await world.advance(hours=25)
    assert "市民政局有1位新成员待确认" in read_by(world, "linfang")


@pytest.mark.parametrize(
    "line", ["张新是我们单位的", "对的，张新是我们的人", "张新我们科的", "是的，张新是我们局新同事", "张新是本单位的"]
)
async def test_that_he_is_one_of_them_in_the_liaisons_own_words(world: Stage, line: str) -> None:
    await waits(world)
    assert "已确认1位：张新" in await says(world, "linfang", line)
    assert "张新已由林芳于" in await says(world, "linfang", line), "and said once more"
    assert "不是本单位的人：张新" in await says(world, "linfang", "张新不是我们单位的"), "he may take his word back"


@pytest.mark.parametrize("line", ["张新不是我们单位的", "我们没有张新这个人", "不认识张新", "张新我不认识"])
async def test_that_he_is_none_of_them_in_the_liaisons_own_words(world: Stage, line: str) -> None:
    await waits(world)
    assert "服务台会核实" in await says(world, "linfang", line)
    assert (await membership_of(world, "guest")).state == "refused"
    assert "已确认1位：张新" in await says(world, "zhoumin", "张新是市司法局的")


async def test_the_same_words_about_anybody_else_are_no_decision(world: Stage) -> None:
    await waits(world)
    for line in ("李雷是我们单位的", "打印机是我们科的", "我们没有打印纸了"):
        await says(world, "linfang", line)
    assert (await membership_of(world, "guest")).state == "waiting"


async def test_he_says_who_he_is_in_a_sentence(world: Stage) -> None:
    """He was told that citizens' matters belong elsewhere."""
    await says(world, "guest", "五楼502电脑开不了机")
    assert "已登记：钱七，市民政局" in await says(world, "guest", "我是民政局的钱七")
    assert "已登记：李雷，市民政局" in await says(world, "guest", "登记市民政局 李雷")
    await says(world, "guest", "我是民政局的电脑坏了")
    assert (await person_of(world, "guest")).name == "李雷"


async def test_who_decided_may_take_it_back(world: Stage) -> None:
    await another(world, "钱七", "市民政局")
    assert "已确认1位：钱七" in await says(world, "linfang", "钱七是我们的人")
    assert "不是本单位的人：钱七" in await says(world, "linfang", "钱七不是我们的人，搞错了")
    async with world.desk.db.read() as session:
        who = (await session.exec(select(people.Person).where(people.Person.name == "钱七"))).one()
    assert (who.confirmed, who.unit_id) == (False, None)
    assert "林芳不认识钱七" in read_by(world, "zhoumin")
    assert "已确认1位：钱七" in await says(world, "linfang", "钱七是我们单位的")


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("李梅是我们单位的", "李梅已经是市民政局的成员"),
        ("李梅不是我们的人", "李梅离职了"),
        ("孙八是我们的人", "名单里没有“孙八”"),
    ],
)
async def test_of_a_member_and_of_nobody_he_hears_how_it_stands(world: Stage, said: str, answer: str) -> None:
    assert answer in await says(world, "linfang", said)

"""The desk finds: tickets by person, phone, place, asset and words, what is overdue, and the history of a place."""

from sqlmodel import select

from bot.stage import Stage
from bot.store.tables import Person, Ticket, Unit
from tests.e2e.test_ticket_life import count_tickets, dispatched, presses, says, ticket_of


async def store(world: Stage, *rows: object) -> None:
    async with world.desk.db.write("test") as tx:
        for row in rows:
            tx.add(row)


async def test_a_ticket_is_found_by_whatever_is_known_of_it(world: Stage) -> None:
    ticket = await dispatched(world)
    async with world.desk.db.write("test") as tx:
        row = await tx.session.get_one(Ticket, ticket.id)
        row.slots = {**row.slots, "asset_tag": "PC-0017"}
        tx.add(row)
    await says(world, "chenzhi", "我们五楼508打印机卡纸了")
    other = await ticket_of(world)
    for words in ("李梅", "查0001", "302室", "pc-0017", "市民政局", "蓝屏", "民政 蓝屏", "王强 李梅"):
        line = words if words.startswith("查") else f"查 {words}"
        if "王强" in words:
            await presses(world, "wangqiang", "接单")
        answer = await says(world, "zhoumin", line)
        assert f"{ticket.id}号" in answer, line
        assert f" {other.id}号" not in answer, line
    assert "原话：三楼302电脑蓝屏了" in await says(world, "zhoumin", "1")
    assert "没有与“外星人”有关的单" in await says(world, "zhoumin", "查 外星人")
    assert "没有找到9999号单，也没有这个房间" in await says(world, "zhoumin", "查 9999")
    assert "请这样发：查 张三" in await says(world, "zhoumin", "查")
    assert f"{ticket.id}号" in await says(world, "zhoumin", f"查{ticket.id}")


async def test_a_reporter_cannot_search(world: Stage) -> None:
    await dispatched(world)
    assert "最近的" not in await says(world, "chenzhi", "查 李梅")


async def test_a_digit_long_after_the_list_picks_nothing(world: Stage) -> None:
    await dispatched(world)
    await says(world, "zhoumin", "查 李梅")
    await world.advance(minutes=11)
    assert "原话" not in await says(world, "zhoumin", "1")


async def test_overdue_counts_by_the_nearest_target_and_not_what_is_excused(world: Stage) -> None:
    assert "没有超时的单" in await says(world, "zhoumin", "超时")
    late, paused = await dispatched(world), None
    await presses(world, "wangqiang", "接单")
    await says(world, "chenzhi", "五楼508电脑蓝屏了")
    await says(world, "chenzhi", "直接派人")
    paused = await ticket_of(world)
    await says(world, "zhaolei", f"接单 {paused.id}")
    await says(world, "zhaolei", f"已联系 {paused.id}")
    await says(world, "zhaolei", f"暂停 {paused.id} 等待用户时间")
    assert "没有超时的单" in await says(world, "zhoumin", "超时")
    await world.advance(minutes=31)
    answer = await says(world, "zhoumin", "逾期")
    assert "超时1张" in answer
    assert f"{late.id}号" in answer
    assert "王强 联系超" in answer
    await says(world, "wangqiang", f"已联系 {late.id}")
    assert "没有超时的单" in await says(world, "zhoumin", "超时")


async def test_mine_is_what_the_seat_follows(world: Stage) -> None:
    assert "没有由您跟进的单" in await says(world, "zhoumin", "我的")
    await says(world, "limei", "显示器屏幕碎了")
    await world.advance(minutes=6)
    ticket = await ticket_of(world)
    await says(world, "zhoumin", f"跟进 {ticket.id}")
    answer = await says(world, "zhoumin", "我的单")
    assert "由您跟进1张" in answer
    assert f"{ticket.id}号" in answer
    await says(world, "limei", "撤销")
    assert (await ticket_of(world)).status == "cancelled"
    assert "不能由服务台跟进" in await says(world, "hetao", f"跟进 {ticket.id}"), "what is over has nothing to follow"


async def test_the_history_of_a_room_and_of_an_asset(world: Stage) -> None:
    ticket = await dispatched(world)
    await presses(world, "wangqiang", "接单")
    await says(world, "wangqiang", "远程")
    await says(world, "wangqiang", "已解决")
    await says(world, "wangqiang", "内存条松了，重插")
    await says(world, "limei", "好了")
    async with world.desk.db.write("test") as tx:
        row = await tx.session.get_one(Ticket, ticket.id)
        row.slots = {**row.slots, "asset_tag": "PC-0017"}
        tx.add(row)
    for line in ("房间 市民政局 302", "房间 民政 302室", "资产 pc-0017"):
        answer = await says(world, "zhoumin", line)
        assert "近一年1次" in answer, line
        assert "原因：内存条松了" in answer, line
    assert "近一年没有报过障" in await says(world, "zhoumin", "房间 市民政局 999")
    assert "近一年没有报过障" in await says(world, "zhoumin", "资产 PC-0018")
    assert "没有找到叫“火星局”的单位" in await says(world, "zhoumin", "房间 火星局 302")
    assert "请这样发：房间" in await says(world, "zhoumin", "房间")
    assert "请这样发：资产" in await says(world, "zhoumin", "资产")
    await store(world, Unit(name="区民政局"))
    assert "2. 区民政局" in await says(world, "zhoumin", "房间 民政 302")
    assert "市民政局302近一年1次" in await says(world, "zhoumin", "1")


async def test_two_technicians_of_one_name_are_a_numbered_choice(world: Stage) -> None:
    ticket = await dispatched(world)
    async with world.desk.db.write("test") as tx:
        unit = (await tx.session.exec(select(Unit).where(Unit.name == "市司法局"))).one()
        tx.add(
            Person(
                name="赵磊", phone="13900000077", unit_id=unit.id, positions=["engineer-l1"], skills=["av"], areas=[]
            )
        )
    answer = await says(world, "zhoumin", f"派 {ticket.id} 赵磊")
    assert "赵磊有2个" in answer
    assert "2. 赵磊 市司法局 尾号0077" in answer
    assert "已派给赵磊" in await says(world, "zhoumin", "1")
    assert "没有找到名叫钱七的技术员" in await says(world, "zhoumin", f"派 {ticket.id} 钱七")


async def test_a_room_is_found_with_its_floor_said(world: Stage) -> None:
    await says(world, "limei", "三楼302打印机卡纸，直接派人")
    for said in ("302", "三楼302", "3楼302室"):
        assert "近一年1次" in await says(world, "zhoumin", f"房间 市民政局 {said}")
    assert "没有报过障" in await says(world, "zhoumin", "房间 市民政局 303")
    for line in (
        "房间市民政局302",
        "房间 市民政局302",
        "市民政局302",
        "民政局三楼302室",
        "市民政局302的历史",
        "房间民政302",
        "房间市民政局 302",
    ):
        assert "市民政局302近一年1次" in (await says(world, "zhoumin", line)).replace("三楼302室", "302"), line
    assert "市民政局303近一年没有报过障" in await says(world, "zhoumin", "市民政局303")
    assert "没看明白" in await says(world, "zhoumin", "海王局302"), "no agency"
    assert "请这样发：房间" in await says(world, "zhoumin", "房间 火星局302")
    assert "资产PC-0017近一年没有" in await says(world, "zhoumin", "资产PC-0017")


async def test_what_picks_nothing_from_a_list_is_no_report(world: Stage) -> None:
    await dispatched(world)
    assert "回复序号" in await says(world, "zhoumin", "302的单")
    assert "市民政局302近一年" in await says(world, "zhoumin", "民政局302")
    assert "没看明白" in await says(world, "zhoumin", "PC-0017")
    assert await count_tickets(world) == 1

"""合并 and 拆分 by the desk, and their exact undo."""

import pytest
from sqlmodel import select

from bot.stage import Stage
from bot.store.tables import Content, Dialogue, Guidance, InboxRow, Media, Ticket, TimerRow
from bot.story import text_of
from tests.e2e.test_ticket_life import count_tickets, dispatched, presses, says, ticket_of


async def get(world: Stage, ticket_id: int | None) -> Ticket:
    async with world.desk.db.read() as session:
        return await session.get_one(Ticket, ticket_id)


async def two(world: Stage) -> tuple[Ticket, Ticket]:
    """A ticket of 李梅 that is with 王强, and one of 吴凡 about the same."""
    first = await dispatched(world)
    await presses(world, "wangqiang", "接单")
    await says(world, "wufan", "三楼302电脑蓝屏了")
    await says(world, "wufan", "直接派人")
    return first, await ticket_of(world)


def heard(world: Stage, userid: str) -> str:
    return "\n".join(text_of(m) for m in world.phone(userid).messages if m.sender != "me")


async def test_what_is_merged_is_told_to_everybody_and_follows_the_other(world: Stage) -> None:
    first, second = await two(world)
    answer = await says(world, "zhoumin", f"合并 {second.id} 到 {first.id}")
    assert f"{second.id}号已并到{first.id}号" in answer
    merged = await get(world, second.id)
    assert (merged.status, merged.parent_id) == ("merged", first.id)
    assert "同一件事" in heard(world, "wufan")
    assert f"{second.id}号并到您手上的{first.id}号" in heard(world, "wangqiang")
    await says(world, "wangqiang", f"远程 {first.id}")
    await says(world, "wangqiang", f"已解决 {first.id}")
    assert f"随{first.id}号处理）已修好" in heard(world, "wufan")
    assert f"已经并到{first.id}号了" in await says(world, "zhoumin", f"合并 {second.id} 到 {first.id}")


async def test_whose_report_was_merged_hears_that_it_is_not_solved_after_all(world: Stage) -> None:
    first, second = await two(world)
    await says(world, "zhoumin", f"合并 {second.id} 到 {first.id}")
    await says(world, "wangqiang", f"远程 {first.id}")
    await says(world, "wangqiang", f"已解决 {first.id}")
    assert "已撤销" in await says(world, "wangqiang", "按错了")
    assert f"更正：您报的{second.id}号（随{first.id}号处理）还没有修好" in text_of(world.phone("wufan").last)
    await says(world, "wangqiang", f"已解决 {first.id}")
    assert "已修好" in text_of(world.phone("wufan").last), "and once it is"


async def test_a_report_does_not_end_because_another_was_called_off(world: Stage) -> None:
    first, second = await two(world)
    await says(world, "zhoumin", f"合并 {second.id} 到 {first.id}")
    await says(world, "limei", f"撤销 {first.id}")
    again = await get(world, second.id)
    assert (again.status, again.parent_id) == ("dispatched", None)
    assert f"{second.id}号" in text_of(world.phone("wufan").last)

    await says(world, "linfang", "302打印机卡纸了")
    into = await ticket_of(world)
    await says(world, "zhoumin", f"合并 {second.id} 到 {into.id}")
    await presses(world, "linfang", "好了")
    assert f"随{into.id}号处理）已修好" in heard(world, "wufan")


async def test_the_undo_gives_the_offer_back_with_its_deadlines(world: Stage) -> None:
    first, second = await two(world)
    before = await get(world, second.id)
    await says(world, "zhoumin", f"把合并 {second.id} {first.id}".removeprefix("把"))
    await world.advance(minutes=1)
    assert f"{second.id}号恢复为" in await says(world, "zhoumin", f"撤销合并 {second.id}")
    after = await get(world, second.id)
    kept = ("status", "owner", "assignee_id", "fault", "priority", "parent_id", "paused", "dispatched_at")
    assert {k: getattr(after, k) for k in kept} == {k: getattr(before, k) for k in kept}
    assert "改为单独处理" in heard(world, "wufan")
    await says(world, "wangqiang", f"接单 {second.id}")
    assert (await get(world, second.id)).status == "accepted"
    assert "没有合并过" in await says(world, "zhoumin", f"撤销合并 {second.id}")


async def test_the_undo_keeps_holder_pause_and_place_in_the_procedure(world: Stage) -> None:
    first, second = await two(world)
    await says(world, "wangqiang", f"到场 {first.id}")
    async with world.desk.db.read() as session:
        stood = (await session.get_one(Guidance, first.id)).step_id
    await says(world, "wangqiang", f"暂停 {first.id} 等待用户时间")
    await says(world, "zhoumin", f"合并 {first.id} 到 {second.id}")
    assert f"{first.id}号不用去了" in heard(world, "wangqiang")
    await says(world, "zhoumin", f"撤销合并 {first.id}")
    after = await get(world, first.id)
    assert (after.status, after.owner, after.paused) == ("on-site", "technician", "等待用户时间")
    async with world.desk.db.read() as session:
        assert (await session.get_one(Guidance, first.id)).step_id == stood
    await world.advance(minutes=10)
    shown = await says(world, "zhoumin", f"时限 {first.id}")
    assert "使用方1" in shown.split("各方用时：")[1]


async def test_the_undo_asks_again_what_was_not_answered(world: Stage) -> None:
    first = await dispatched(world)
    await says(world, "wufan", "显示器屏幕碎了")
    second = await ticket_of(world)
    await says(world, "zhoumin", f"合并 {second.id} 到 {first.id}")
    async with world.desk.db.read() as session:
        assert (await session.exec(select(Dialogue).where(Dialogue.ticket_id == second.id))).all() == []
        resting = (await session.exec(select(TimerRow).where(TimerRow.outcome == "merged"))).all()
    assert {row.kind for row in resting} >= {"question-silent"}
    await says(world, "zhoumin", f"撤销合并 {second.id}")
    assert "派人" in await says(world, "wufan", "三楼305")
    assert (await get(world, second.id)).status == "dispatched"


REFUSED = (
    ("合并 1 到 1", "不能合并到自己"),
    ("合并 1 到 99", "没有找到99号单"),
    ("合并 2 到 1", "2号现在是已撤销，不能合并"),
    ("合并 1 到 2", "2号现在是已撤销，不能并进去"),
    ("合并 3 到 1", "涉密的单不能合并"),
    ("合并 4 到 1", "请反过来发：合并 1 到 4"),
    ("合并 1", "请这样发：合并 18 到 17"),
    ("撤销合并 1", "1号没有合并过"),
    ("撤销拆分 1", "1号不是拆出来的"),
    ("拆分 2 座机没声", "2号现在是已撤销，不能拆分"),
    ("拆分 1", "请这样发：拆分 17"),
    ("拆分 1 涉密电脑开不了机", "可能涉密"),
)


async def test_what_cannot_be_is_said_clearly(refusals: Stage) -> None:
    for line, answer in REFUSED:
        assert answer in await says(refusals, "zhoumin", line), line
    assert "可能涉密" in await says(refusals, "zhoumin", "广播 市民政局 涉密电脑开不了机")
    async with refusals.desk.db.read() as session:
        payloads = (await session.exec(select(InboxRow.payload))).all()
    assert not any("涉密电脑" in payload for payload in payloads), "what was refused is not kept either"


@pytest.fixture
async def refusals(world: Stage) -> Stage:
    """1 open, 2 cancelled, 3 classified, 4 an emergency."""
    await dispatched(world)
    async with world.desk.db.write("test") as tx:
        like = (await tx.session.get_one(Ticket, 1)).model_dump(exclude={"id", "version"})
        for change in (
            {"status": "cancelled"},
            {"status": "referred", "kind": "classified"},
            {"status": "triaged", "kind": "emergency", "safety": True},
        ):
            tx.add(Ticket(**{**like, **change}))
            await tx.flush()
    return world


async def test_a_second_matter_is_split_off_and_put_back(world: Stage) -> None:
    first = await dispatched(world)
    answer = await says(world, "zhoumin", f"拆分 {first.id} 座机也没声")
    second = await ticket_of(world)
    assert f"已从{first.id}号拆出{second.id}号" in answer
    assert (second.fault, second.parent_id, second.slots["room"]) == ("phone-no-dialtone", first.id, "302")
    assert second.reporter_id == first.reporter_id
    assert (await get(world, first.id)).status == "dispatched"
    assert f"{second.id}号" in heard(world, "limei")
    assert f"{first.id}号照旧" in await says(world, "zhoumin", f"撤销拆分 {second.id}")
    assert (await get(world, second.id)).status == "cancelled"
    assert "不用单独处理" in heard(world, "limei")
    assert f"{second.id}号现在是已撤销" in await says(world, "zhoumin", f"撤销拆分 {second.id}")


async def test_whose_report_was_merged_is_heard_where_it_is_handled_now(world: Stage) -> None:
    first, second = await two(world)
    await says(world, "zhoumin", f"合并 {second.id} 到 {first.id}")
    await world.advance(minutes=3)
    answer = await says(world, "wufan", "电脑还是蓝屏，代码0x7B")
    assert f"已补充到{first.id}号，您报的{second.id}号和它一起处理" in answer
    assert "0x7B" in heard(world, "wangqiang")
    assert f"{first.id}号" in await says(world, "wufan", "到哪了")
    await says(world, "wufan", "催一下")
    assert (await get(world, first.id)).urged == 1
    assert (await ticket_of(world)).id == second.id, "nothing new was opened"
    await says(world, "wangqiang", f"远程 {first.id}")
    await says(world, "wangqiang", f"已解决 {first.id}")
    await says(world, "wufan", "没修好")
    assert "报障人说没修好（吴凡）" in heard(world, "zhoumin")
    await says(world, "wufan", "另外5楼投影仪没声音")
    assert (await ticket_of(world)).id != second.id


async def test_what_a_merged_reporter_sends_follows_his_words_and_stops_with_r5(world: Stage) -> None:
    first, second = await two(world)
    await says(world, "zhoumin", f"合并 {second.id} 到 {first.id}")
    phone, holder = world.phone("wufan"), world.phone("wangqiang")
    at = len(holder.messages)
    await phone.sends_photo()
    await world.settle()
    assert f"已补充到{first.id}号，您报的{second.id}号和它一起处理" in text_of(phone.last)
    assert any(m.kind == "image" for m in holder.messages[at:]), "whoever works on it sees the picture"
    await phone.sends_location(23.1, 113.3, "二号楼大堂")
    await world.settle()
    assert "二号楼大堂" in heard(world, "wangqiang")
    assert (await ticket_of(world)).id == second.id, "nothing new was opened"

    await says(world, "zhoumin", f"转出 {first.id} R5")
    assert "涉密" in await says(world, "wufan", "电脑还是蓝屏，代码0x9F")
    await phone.sends_photo()
    await world.settle()
    async with world.desk.db.read() as session:
        kept = (await session.exec(select(Content))).all()
        assert (await session.exec(select(Media.key))).all() == []
        payloads = (await session.exec(select(InboxRow.payload))).all()
    assert len(kept) > 2 and not [c for c in kept if c.text or c.media_key], "of both reports"
    assert not any("0x9F" in payload or "二号楼大堂" in payload for payload in payloads)
    assert (await ticket_of(world)).id == second.id


@pytest.mark.parametrize("words", ["没修好", "还是打不出来"])
async def test_what_was_handled_with_a_closed_ticket_and_is_not_mended_goes_on(world: Stage, words: str) -> None:
    await says(world, "limei", "三楼302打印机卡纸，直接派人")
    await presses(world, "wangqiang", "接单")
    await says(world, "wufan", "302打印机打不出来，直接派人")
    await says(world, "zhoumin", "合并 2 到 1")
    await says(world, "wangqiang", "已解决 1 换搓纸轮 20分钟")
    await presses(world, "limei", "修好了")
    assert "抱歉还没好，2号重新安排处理" in await says(world, "wufan", words)
    assert await count_tickets(world) == 2, "no new report: he was told to say so"
    assert (await ticket_of(world)).status == "dispatched"


async def test_what_is_split_off_and_not_understood_is_not_given_a_fault(world: Stage) -> None:
    await says(world, "limei", "三楼302打印机卡纸，直接派人")
    assert "报障（待确认）" in await says(world, "zhoumin", "拆分 1 它不行")


@pytest.mark.parametrize(
    "line", ["1号和2号拆开", "拆开1和2", "把2号从1号拆出来", "取消合并", "撤销合并 1", "拆分 1 2号", "1号和2号不是一件事", "合并错了", "2号拆出来", "撤销合并 2 1"]
)  # fmt: skip
async def test_what_was_merged_is_parted_in_whatever_words(world: Stage, line: str) -> None:
    await two(world)
    await says(world, "zhoumin", "合并 2 到 1")
    answer = await says(world, "zhoumin", line)
    assert "已撤销合并，2号恢复为：" in answer, answer
    assert [(await get(world, n)).status for n in (1, 2)] == ["accepted", "dispatched"]
    assert await count_tickets(world) == 2


async def test_what_cannot_be_parted_is_said_and_of_several_one_is_asked_for(world: Stage) -> None:
    await two(world)
    assert "1号和2号没有合并在一起，不用拆" in await says(world, "zhoumin", "1号和2号拆开")
    assert "没有合并着的单" in await says(world, "zhoumin", "取消合并")
    assert "没有找到9号单" in await says(world, "zhoumin", "1号和9号拆开")
    await says(world, "linfang", "三楼302电脑蓝屏了，直接派人")
    for number in (2, 3):
        await says(world, "zhoumin", f"合并 {number} 到 1")
    assert "2号并在1号里，3号并在1号里" in await says(world, "zhoumin", "2号和3号拆开")
    asked = await says(world, "zhoumin", "1号拆开")
    assert "要拆出哪一张？请回复序号" in asked and "1. 2号" in asked and "2. 3号" in asked, asked
    assert "3号恢复为" in await says(world, "zhoumin", "2")
    await world.advance(minutes=11)
    asked = await says(world, "hetao", "取消合并")
    assert "1. 2号" in asked and "并在1号里" in asked, "nothing he merged just now himself"
    assert "2号恢复为" in await says(world, "hetao", "1")

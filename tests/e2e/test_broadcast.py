"""广播: previewed with its cost, sent on confirmation, never to whoever wants to be left alone, never twice."""

import pytest
from sqlmodel import select

from bot.stage import Stage
from bot.store.tables import OutboxRow, Unit
from bot.story import text_of
from tests.e2e.phones import read, seen
from tests.e2e.test_merging import heard
from tests.e2e.test_ticket_life import presses, says

LINE = "广播 市民政局 今晚8点到9点网络检修"


async def test_it_is_sent_on_confirmation_to_everybody_who_wants_it(world: Stage) -> None:
    assert "以后不给您发通知" in await says(world, "wufan", "不收通知")
    shown = await says(world, "zhoumin", LINE)
    assert "发给市民政局3人" in shown
    assert "不收通知1人" in shown
    assert "企业微信" in shown
    assert "检修" not in heard(world, "limei")
    answer = await presses(world, "zhoumin", "确认发出")
    assert "已排队发给3人" in answer
    assert heard(world, "limei").count("【服务台通知】今晚8点到9点网络检修") == 1
    assert "检修" not in heard(world, "wufan")
    assert "检修" not in heard(world, "chenzhi")
    assert "广播1已发出，不用再按" in await says(world, "zhoumin", "确认广播 1")
    assert heard(world, "limei").count("检修") == 1
    async with world.desk.db.read() as session:
        ranks = (await session.exec(select(OutboxRow.rank).where(OutboxRow.key.startswith("broadcast:")))).all()  # type: ignore[attr-defined]
    assert list(ranks) == [2, 2, 2]
    assert "以后通知会发给您" in await says(world, "wufan", "接收通知")


async def test_what_is_not_sent_and_why(world: Stage) -> None:
    async with world.desk.db.write("test") as tx:
        tx.add(Unit(name="空单位"))
    for line, answer in (
        ("广播", "请这样发：广播"),
        ("广播 市民政局", "请这样发：广播"),
        ("广播 火星局 你好", "没有找到叫“火星局”的单位"),
        ("广播 空单位 今晚检修", "没有能收到通知的人"),
        ("广播 市民政局 " + "长" * 301, "最长300字"),
        ("确认广播 9", "没有您发起的广播9"),
        (LINE, "还没有发出"),
        ("取消广播 1", "广播1已取消"),
        ("确认广播 1", "广播1已取消，不用再按"),
        ("广播 市 今晚检修", "请回复序号"),
    ):
        assert answer in await says(world, "zhoumin", line), line
    assert "确认后才发" in await says(world, "zhoumin", "1")
    await world.advance(minutes=31)
    assert "已失效" in await says(world, "zhoumin", "确认广播 2")
    await world.advance(hours=14)
    await says(world, "zhoumin", LINE)
    assert "22:00到7:30不发广播" in await says(world, "zhoumin", "确认广播 3")
    assert "检修" not in heard(world, "limei")


async def test_a_unit_is_not_flooded(world: Stage) -> None:
    for _ in range(4):
        await says(world, "zhoumin", LINE)
    for number in (1, 2, 3):
        assert "已排队" in await says(world, "zhoumin", f"确认广播 {number}")
    assert "24小时内已发过3次" in await presses(world, "zhoumin", "确认发出"), "previews made before count as well"
    assert heard(world, "limei").count("检修") == 3
    assert "24小时内已发过3次" in await says(world, "zhoumin", LINE)


async def test_words_without_number_or_space_are_understood(world: Stage) -> None:
    assert "没有等您确认的广播" in await read(world, "zhoumin", "确认广播")
    assert "今晚8点停电检修" in await read(world, "zhoumin", "广播 市民政局今晚8点停电检修，请保存文件")
    await read(world, "zhoumin", "广播 市司法局 明早更换网线")
    answer = await read(world, "zhoumin", "确认广播")
    assert "1 今晚8点停电检修" in answer and "2 明早更换网线" in answer
    await read(world, "zhoumin", "取消广播 2")
    assert "已排队发给" in await read(world, "zhoumin", "确认广播")
    assert "今晚8点停电检修" in seen(world, "limei")


@pytest.mark.parametrize(
    ("words", "then"),
    [("我不想再收通知了", "以后不给您发通知"), ("不要给我发广播了", "以后不给您发通知"), ("收通知", "以后通知会发给您"), ("我还想收通知", "通知会发给您")],
)  # fmt: skip
async def test_notices_are_stopped_and_wanted_again_in_plain_words(world: Stage, words: str, then: str) -> None:
    assert then in await read(world, "limei", words)


@pytest.mark.parametrize("said", ["取消", "算了", "先不发了"])
async def test_a_bare_cancel_after_the_preview_drops_it(world: Stage, said: str) -> None:
    await says(world, "zhoumin", LINE)
    assert "广播1已取消" in await says(world, "zhoumin", said)
    assert "不用再按" in await says(world, "zhoumin", "确认广播 1") and "检修" not in heard(world, "limei")
    for _ in range(2):
        await says(world, "zhoumin", LINE)
    several = await says(world, "zhoumin", said)
    assert "有几条广播等您确认：3 今晚" in several and "；2 今晚" in several


@pytest.mark.parametrize("said", ["确认", "发吧", "确定发送"])
async def test_a_bare_yes_after_the_preview_sends_it(world: Stage, said: str) -> None:
    await says(world, "zhoumin", "查 302")
    await says(world, "zhoumin", "广播 市民政局 今晚断网")
    await says(world, "zhoumin", said)
    assert "今晚断网" in text_of(world.phone("limei").last)
    assert "没看明白" in await says(world, "zhoumin", said), "there is nothing left to send"

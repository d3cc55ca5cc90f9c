"""What comes after a report: what it does, what it corrects, and that no word of it is lost."""

import pytest
from sqlmodel import col, select

from bot.stage import Stage
from bot.store.tables import Content, Ticket
from bot.story import text_of
from tests.e2e.test_ticket_life import count_tickets, says, ticket_of


async def words_of(world: Stage) -> str:
    async with world.desk.db.read() as session:
        return " / ".join((await session.exec(select(Content.text))).all())


@pytest.mark.parametrize(
    ("first", "then", "fault"),
    [
        ("打印机卡住", ["204", "师傅动身没 我刚问了 塞住的是旁边碎纸机 打印机没事"], "shred-jam"),
        ("显示器不亮", ["等等我低头看了 主机根本没通电 按键没反应 显示器应该好的"], "pc-no-power"),
        ("传真收不到", ["说反了，收得到，是发不出去"], "fax-send-fail"),
        ("键盘好几个字母没用", ["哦 不是外接那个", "是手提自己身上那排键"], "laptop-keyboard-touchpad"),
        ("我上不了网", ["老张也上不了", "整个科都不行 十来个人"], "lan-area-down"),
    ],
)
async def test_what_is_put_right_is_another_fault_of_the_same_ticket(
    world: Stage, first: str, then: list[str], fault: str
) -> None:
    await says(world, "limei", first)
    for said in then:
        await says(world, "limei", said)
    assert (await count_tickets(world), (await ticket_of(world)).fault) == (1, fault)


async def test_not_new_is_no_correction(world: Stage) -> None:
    await says(world, "limei", "显示器有条绿的竖线 502")
    fault = (await ticket_of(world)).fault
    await says(world, "limei", "不是新的 用了五六年")
    assert (await ticket_of(world)).fault == fault


@pytest.mark.parametrize(
    ("said", "fault"),
    [(["电话坏了", "没声音"], "phone-no-dialtone"), (["电话", "没声音"], "phone-no-dialtone"), (["不好使", "说的是打印机", "印出来全是问号和方块"], "printer-blank-garbled")],
)  # fmt: skip
async def test_what_is_wrong_joins_the_device_told_before(world: Stage, said: list[str], fault: str) -> None:
    for text in said:
        await says(world, "limei", text)
        await world.advance(seconds=30)
    assert (await count_tickets(world), (await ticket_of(world)).fault) == (1, fault)


async def test_a_remark_is_no_place(world: Stage) -> None:
    await says(world, "limei", "东门有一路监控没画面")
    before = (await ticket_of(world)).slots
    await says(world, "limei", "物业讲那个点拆掉了 本来就没装")
    assert (await ticket_of(world)).slots.get("location") == before.get("location")


async def test_an_extension_is_not_what_is_broken(world: Stage) -> None:
    await says(world, "limei", "打印机卡纸 302")
    await says(world, "limei", "分机2046 老莫")
    assert (await ticket_of(world)).slots["device"] == "打印机"


@pytest.mark.parametrize("said", ["处理带密级文件那台", "哦对了他那台是专门存机密件的"])
async def test_that_it_is_classified_may_come_late_and_roundabout(world: Stage, said: str) -> None:
    await says(world, "limei", "有台电脑开不了机")
    await says(world, "limei", said)
    ticket = await ticket_of(world)
    assert (await count_tickets(world), ticket.kind, ticket.route) == (1, "classified", "R5")
    assert "开不了机" not in await words_of(world)


async def test_what_he_settled_himself_and_is_back_is_the_same_ticket(world: Stage) -> None:
    await says(world, "limei", "302网断了")
    await says(world, "limei", "自己好了")
    assert (await ticket_of(world)).status == "closed"
    await says(world, "limei", "又断了")
    ticket = await ticket_of(world)
    assert (await count_tickets(world), ticket.status == "closed") == (1, False)


async def test_the_number_beside_a_wish_for_a_person_is_kept(world: Stage) -> None:
    await says(world, "limei", "打印机卡纸 302")
    await says(world, "limei", "让人打给我 83502218 老凌")
    assert "83502218" in await words_of(world)
    assert (await ticket_of(world)).slots["phone"] == "83502218"


async def test_what_was_tried_is_kept(world: Stage) -> None:
    await says(world, "limei", "U盘插上去没反应 302")
    await says(world, "limei", "换了个口也还是不行")
    assert "换了个口也还是不行" in await words_of(world)


async def typed(world: Stage, *pieces: str) -> None:
    """Each within seconds of the one before."""
    for text in pieces:
        await world.phone("limei").says(text)
        await world.settle()
    await world.advance(seconds=30)


@pytest.mark.parametrize("first", ["三楼302电脑完全没网", "打印机卡纸了"])
async def test_another_matter_amid_the_pieces_is_no_piece(world: Stage, first: str) -> None:
    await typed(world, first, "对了我键盘空格按不动")
    async with world.desk.db.read() as session:
        found = (await session.exec(select(Ticket).order_by(col(Ticket.id)))).all()
    assert [ticket.item for ticket in found][1:] in (["laptop"], ["usb-peripheral"])
    assert "P1" not in {ticket.priority for ticket in found}


async def test_a_fault_beside_a_request_does_not_answer_it(world: Stage) -> None:
    await says(world, "limei", "领两个硒鼓 W1110的")
    await says(world, "limei", "对了 我键盘空格按不动")
    assert await count_tickets(world) == 2


async def test_another_thing_wanted_is_a_matter_of_its_own(world: Stage) -> None:
    await says(world, "limei", "pdf里的红章看不到")
    await says(world, "limei", "另申请两支黑色硒鼓 2612的")
    ticket = await ticket_of(world)
    assert (await count_tickets(world), ticket.request) == (2, "consumables")


async def test_another_room_is_put_right_while_we_ask(world: Stage) -> None:
    await says(world, "limei", "405没网")
    await says(world, "limei", "打错，504")
    ticket = await ticket_of(world)
    assert (await count_tickets(world), ticket.kind, ticket.slots["room"]) == (1, "fault", "504")


async def test_what_is_over_already_is_not_asked_about(world: Stage) -> None:
    await says(world, "limei", "C盘爆红 109")
    await says(world, "limei", "我自己把下载里面的电影清了出来，现在是蓝的了")
    assert (await ticket_of(world)).status == "closed"
    assert "不客气" in await says(world, "limei", "不麻烦跑一趟了")
    assert await count_tickets(world) == 1


@pytest.mark.parametrize("said", ["王主任让我问一下", "陈姐喊我讲两个事", "阿妹想问下"])
async def test_who_has_something_to_tell_is_bidden_to(world: Stage, said: str) -> None:
    assert "哪台设备" in await says(world, "limei", said)
    assert await count_tickets(world) == 0


async def test_what_a_person_was_asked_for_stays_open_until_it_is_told(world: Stage) -> None:
    await says(world, "limei", "说不清楚 派人来看吧")
    await says(world, "limei", "一开word就白白一片 说没有响应")
    assert (await count_tickets(world), (await ticket_of(world)).item) == (1, "office-software")


async def test_our_own_machine_room_is_no_private_device(world: Stage) -> None:
    await says(world, "limei", "本地虚拟机停了一台，点启动就报错")
    ticket = await ticket_of(world)
    await says(world, "limei", "我自己机房里的 跟云没关系")
    assert (await ticket_of(world)).status == ticket.status and (await ticket_of(world)).fault == ticket.fault


async def test_how_it_stands_is_answered_right_after_a_report_in_pieces(world: Stage) -> None:
    for said in ("电话坏了", "没声音", "1012"):
        await world.phone("limei").says(said)
        await world.settle()
        await world.advance(seconds=4)
    before = len(world.phone("limei").messages)
    await says(world, "limei", "师傅走到哪啦")
    assert any("1号" in text_of(m) for m in world.phone("limei").messages[before:] if m.sender != "me")

"""Labels as people use them: a code fills in device and place, and what it cannot tell is asked once."""

import io

import pytest
import segno
from PIL import Image
from sqlmodel import select

from bot.desk.asset_sheets import AssetRow, save_assets
from bot.desk.assets import Scanned, read
from bot.stage import Stage
from bot.store.tables import Asset
from bot.story import text_of
from tests.e2e.test_ticket_life import count_tickets, presses, says, ticket_of

PRINTER = AssetRow(2, "PR-0017", "市民政局", "打印机", "A座", "3楼", "302", "M1")
SCREEN = AssetRow(3, "DP-0001", "市民政局", "显示器", "A座", "3楼", "305", "M1")
TRAFFIC = AssetRow(5, "PR-0506", "市交通局", "打印机", "C座", "5楼", "506", "M1")
FOREIGN = AssetRow(4, "PR-0900", "市司法局", "打印机", "B座", "9楼", "901", "M1")


@pytest.fixture
async def labelled(world: Stage) -> Stage:
    async with world.desk.db.write("assets") as tx:
        await save_assets(tx, [PRINTER, SCREEN, FOREIGN, TRAFFIC])
    return world


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("YW:PC-0017", Scanned("", code="PC-0017")),
        ("yw：pc-0017 蓝屏了", Scanned("蓝屏了", code="PC-0017")),
        ("蓝屏了，YW:PC-0017", Scanned("蓝屏了", code="PC-0017")),
        (
            "YW:R/A座/3楼/302 没网",
            Scanned("没网", place={"building": "A座", "floor": "3楼", "room": "302", "location": "A座3楼302"}),
        ),
        ("YW:R///302", Scanned("", place={"room": "302", "location": "302"})),
        ("YW:", None),
        ("PC-0017蓝屏了", None),
    ],
)
def test_what_is_read_in_a_message(text: str, found: Scanned | None) -> None:
    assert read(text) == found


async def test_code_and_words_need_no_question_about_the_place(labelled: Stage) -> None:
    answer = await says(labelled, "limei", "YW:DP-0001 屏幕碎了")
    assert "A座3楼305" in answer
    ticket = await ticket_of(labelled)
    assert (ticket.status, ticket.slots["asset_tag"], ticket.slots["device"]) == ("dispatched", "DP-0001", "显示器")


async def test_a_code_alone_asks_what_is_wrong_with_that_device(labelled: Stage) -> None:
    answer = await says(labelled, "limei", "YW:PR-0017")
    assert "有纸卡住了" in answer or "红灯报错" in answer
    assert (await ticket_of(labelled)).slots["location"] == "A座3楼302"
    await says(labelled, "limei", "卡纸了")
    ticket = await ticket_of(labelled)
    assert (ticket.fault, ticket.slots["room"]) == ("printer-paper-jam", "302")
    assert await count_tickets(labelled) == 1


async def test_a_label_answers_the_question_about_the_place(labelled: Stage) -> None:
    assert "哪" in await says(labelled, "limei", "显示器屏幕碎了")
    await says(labelled, "limei", "YW:DP-0001")
    ticket = await ticket_of(labelled)
    assert (ticket.status, ticket.slots["location"]) == ("dispatched", "A座3楼305")
    assert await count_tickets(labelled) == 1


async def test_a_label_after_the_desk_gave_the_ticket_away_is_more_about_it(labelled: Stage) -> None:
    await labelled.phone("limei").says("打印机")
    await labelled.settle()
    await says(labelled, "zhoumin", "派 1 王强")
    assert "1号" in await says(labelled, "limei", "YW:PR-0017")
    ticket = await ticket_of(labelled)
    assert (ticket.status, ticket.slots["asset_tag"], await count_tickets(labelled)) == ("dispatched", "PR-0017", 1)


async def test_a_room_label_tells_the_place(labelled: Stage) -> None:
    await says(labelled, "limei", "YW:R/A座/3楼/302 显示器屏幕碎了")
    ticket = await ticket_of(labelled)
    assert (ticket.status, ticket.slots["room"]) == ("dispatched", "302")


async def test_a_place_said_outright_counts_more_than_the_list(labelled: Stage) -> None:
    await says(labelled, "limei", "YW:DP-0001 屏幕碎了，在5楼501")
    assert (await ticket_of(labelled)).slots["room"] == "501"


async def test_an_unknown_code_is_said_to_be_unknown_and_opens_nothing(labelled: Stage) -> None:
    assert "还没有登记" in await says(labelled, "limei", "YW:XX-9999")
    assert await count_tickets(labelled) == 0


async def test_a_device_of_another_agency_gives_no_place(labelled: Stage) -> None:
    answer = await says(labelled, "limei", "YW:PR-0900 卡纸了")
    assert "登记在其他单位" in answer
    assert "room" not in (await ticket_of(labelled)).slots


async def test_the_same_label_again_is_more_about_its_ticket(labelled: Stage) -> None:
    await says(labelled, "limei", "YW:DP-0001 屏幕碎了")
    await says(labelled, "limei", "YW:DP-0001 还有点闪")
    assert await count_tickets(labelled) == 1


async def test_danger_at_a_labelled_device_knows_its_place(labelled: Stage) -> None:
    await says(labelled, "limei", "YW:PR-0017 冒烟了")
    ticket = await ticket_of(labelled)
    assert (ticket.kind, ticket.priority, ticket.slots["room"]) == ("emergency", "P1", "302")


async def test_a_label_beside_the_question_what_is_wrong_is_kept(labelled: Stage) -> None:
    await says(labelled, "limei", "打印机")
    assert "还请回答" in await says(labelled, "limei", "YW:PR-0017")
    assert (await ticket_of(labelled)).slots["asset_tag"] == "PR-0017"
    assert await count_tickets(labelled) == 1


async def place_of(world: Stage, code: str) -> tuple[str, str, str]:
    async with world.desk.db.read() as session:
        asset = (await session.exec(select(Asset).where(Asset.code == code))).one()
        return asset.building, asset.floor, asset.room


@pytest.mark.parametrize(
    ("button", "place"), [("搬到这里了", ("A座", "5楼", "501")), ("只是借用", ("A座", "3楼", "305"))]
)
async def test_a_device_that_stands_elsewhere_is_asked_about_once(
    labelled: Stage, button: str, place: tuple[str, str, str]
) -> None:
    assert "换地方了吗" in await says(labelled, "limei", "YW:DP-0001 屏幕碎了，在5楼501")
    assert "换地方了吗" not in await says(labelled, "limei", "YW:DP-0001 还有点闪")
    assert "DP-0001" in await presses(labelled, "limei", button)
    assert await place_of(labelled, "DP-0001") == place
    assert (await ticket_of(labelled)).slots["room"] == "501"


@pytest.mark.parametrize(
    "words", ["YW:DP-0001 屏幕碎了", "YW:DP-0001 屏幕碎了，在3楼305", "YW:PR-0900 卡纸了，在5楼501"]
)
async def test_nobody_is_asked_about_the_same_place_or_another_agencys_device(labelled: Stage, words: str) -> None:
    assert "换地方了吗" not in await says(labelled, "limei", words)


def photo_of(*codes: str) -> bytes:
    """A photo of labels, held a little askew on a grey desk."""
    desk = Image.new("L", (900, 500 * len(codes)), 120)
    for row, code in enumerate(codes):
        label = io.BytesIO()
        segno.make(code, error="m").save(label, kind="png", scale=8)
        turned = Image.open(label).convert("L").rotate(12, expand=True, fillcolor=120)
        desk.paste(turned, (200, 500 * row + 60))
    out = io.BytesIO()
    desk.save(out, "PNG")
    return out.getvalue()


async def shows(world: Stage, userid: str, photo: bytes) -> str:
    phone = world.phone(userid)
    before = len(phone.messages)
    await phone.sends_photo(photo)
    await world.settle()
    return "\n".join(text_of(m) for m in phone.messages[before:] if m.sender != "me")


@pytest.mark.parametrize(("userid", "code", "room"), [("limei", "PR-0017", "302"), ("huangxin", "PR-0506", "506")])
async def test_a_photographed_label_is_asked_what_is_wrong_with_that_device(
    labelled: Stage, userid: str, code: str, room: str
) -> None:
    answer = await shows(labelled, userid, photo_of("https://example.com/YW:XX-9999", f"YW:{code}"))
    assert "有纸卡住了" in answer or "红灯报错" in answer
    ticket = await ticket_of(labelled)
    assert (ticket.slots["asset_tag"], ticket.slots["device"], ticket.slots["room"]) == (code, "打印机", room)
    await says(labelled, userid, "卡纸了")
    ticket = await ticket_of(labelled)
    assert (ticket.fault, ticket.slots["room"], await count_tickets(labelled)) == ("printer-paper-jam", room, 1)


async def test_a_photographed_room_answers_the_question_about_the_place(labelled: Stage) -> None:
    assert "哪" in await says(labelled, "limei", "显示器屏幕碎了")
    await shows(labelled, "limei", photo_of("YW:R/A座/3楼/302"))
    ticket = await ticket_of(labelled)
    assert (ticket.status, ticket.slots["location"], await count_tickets(labelled)) == ("dispatched", "A座3楼302", 1)
    await shows(labelled, "limei", photo_of("YW:DP-0001"))
    ticket = await ticket_of(labelled)
    assert (ticket.slots["asset_tag"], ticket.slots["location"]) == ("DP-0001", "A座3楼302")
    await shows(labelled, "limei", photo_of("YW:PR-0017"))
    assert (await ticket_of(labelled)).slots["asset_tag"] == "DP-0001" and await count_tickets(labelled) == 1


async def test_a_photo_without_a_code_of_ours_stays_a_photo(labelled: Stage) -> None:
    assert "什么设备" in await shows(labelled, "limei", photo_of("https://example.com"))
    await shows(labelled, "limei", b"\x89PNG\r\n\x1a\n")
    ticket = await ticket_of(labelled)
    assert (ticket.kind, ticket.status, await count_tickets(labelled)) == ("unclear", "need-info", 1)
    assert not {"asset_tag", "device", "room"} & set(ticket.slots)
    assert "还没有登记" in await shows(labelled, "limei", photo_of("YW:XX-9999"))
    assert "asset_tag" not in (await ticket_of(labelled)).slots

"""Label sheets: what is printed is what the chat reads, and nothing in the database becomes markup."""

import asyncio
from pathlib import Path

import pytest
import segno
from click.testing import CliRunner, Result

from bot.cli import root
from bot.core.clock import SystemClock
from bot.desk.assets import read
from bot.desk.labels import of_devices, of_rooms
from bot.store.engine import Database
from bot.store.tables import Asset, Unit
from bot.views.labels import Label, sheet


async def fill(db: Database) -> None:
    async with db.write("fill") as tx:
        bureau, empty = Unit(name="市民政局"), Unit(name="空单位")
        tx.add(bureau)
        tx.add(empty)
        await tx.flush()
        unit = bureau.id or 0
        tx.add(Asset(code="PR-0017", unit_id=unit, device="打印机", building="A座", floor="3楼", room="302 室"))
        tx.add(Asset(code="PC-0001", unit_id=unit, device="<b>电脑</b>", building="A座", floor="3楼", room="302 室"))


async def test_devices_and_their_rooms_carry_codes_that_the_chat_reads(db: Database) -> None:
    await fill(db)
    async with db.write("labels") as tx:
        devices, rooms = await of_devices(tx, "市民政局"), await of_rooms(tx, "市民政局")
    assert [(d.code, d.place) for d in devices] == [("YW:PC-0001", "A座 3楼 302 室"), ("YW:PR-0017", "A座 3楼 302 室")]
    assert rooms == [Label("YW:R/A座/3楼/302室", "", "A座 3楼 302 室")]
    async with db.write("sealed") as tx:
        (sealed,) = await of_rooms(tx, "市民政局", "key")
    known = read(sealed.code)
    assert known is not None and (known.place, len(known.seal)) == ((read(rooms[0].code) or known).place, 10)
    device, room = read(devices[1].code), read(f"{rooms[0].code} 没网")
    assert device is not None and device.code == "PR-0017"
    assert room is not None and (room.rest, (room.place or {})["room"]) == ("没网", "302室")


@pytest.mark.parametrize(("count", "pages"), [(1, 1), (24, 1), (25, 2), (49, 3)])
def test_twenty_four_labels_fill_a_page(count: int, pages: int) -> None:
    html = sheet("市民政局", [Label(f"YW:PC-{n}", "电脑", "A座") for n in range(count)])
    assert html.count('<section class="page">') == pages
    assert html.count("<svg") == count


def test_text_is_no_markup_and_the_picture_is_the_code() -> None:
    html = sheet("<script>局", [Label("YW:R/A座/3楼/302", "<b>电脑</b>", "A&B座")])
    assert "<script>" not in html
    assert "<b>&lt;b&gt;电脑&lt;/b&gt;</b><br>A&amp;B座<br>YW:R/A座/3楼/302<br>&lt;script&gt;局" in html
    drawn = segno.make("YW:R/A座/3楼/302", error="m", micro=False, encoding="utf-8").svg_inline(omitsize=True, border=2)
    assert drawn in html
    assert "http" not in html.replace("http://www.w3.org/2000/svg", "")


def run(what: str, agency: str, tmp_path: Path) -> Result:
    url = f"sqlite+aiosqlite:///{tmp_path / 'x.db'}"
    config = tmp_path / "yunwei.toml"
    if not config.exists():
        config.write_text(f'[database]\nurl = "{url}"\n', encoding="utf-8")

        async def prepare() -> None:
            db = Database(url, SystemClock().now)
            await db.upgrade()
            await fill(db)
            await db.close()

        asyncio.run(prepare())
    given = ["labels", what, "--agency", agency, "--output", str(tmp_path / "F.html"), "--config", str(config)]
    return CliRunner().invoke(root, given, prog_name="yunwei")


def test_the_command_writes_the_sheet_and_refuses_what_it_does_not_know(tmp_path: Path) -> None:
    refused = run("assets", "月球局", tmp_path)
    assert (refused.exit_code, (tmp_path / "F.html").exists()) == (1, False)
    assert "'月球局' is no known agency" in refused.stderr
    assert "has no assets yet" in run("rooms", "空单位", tmp_path).stderr
    for what, count in (("assets", 2), ("rooms", 1)):
        done = run(what, "市民政局", tmp_path)
        assert done.exit_code == 0, done.output
        assert (tmp_path / "F.html").read_text("utf-8").count("<svg") == count
    assert "Usage: yunwei labels" in CliRunner().invoke(root, ["labels", "--help"], prog_name="yunwei").output

"""Two platforms and one desk: people on both sides of one ticket, reports without words, a stream that breaks."""

import io

from PIL import Image
from sqlmodel import col, func, select

from bot.stage import Stage
from bot.store.tables import Content, InboxRow, Media, Ticket
from bot.story.scene import Act, Scene, text_of


async def across(scene: Scene) -> None:
    """The reporter on DingTalk, the technician on WeCom, who goes over to DingTalk in the middle."""
    stage = scene.stage
    await scene.says("huangxin", "五楼506电脑蓝屏了")
    ticket = await scene.newest()
    if ticket.status == "triaged":
        await scene.says("huangxin", "直接派人")
    scene.sees("huangxin", f"已受理{ticket.id}号", "the reporter on DingTalk has a number")
    await scene.says("zhoumin", f"派 {ticket.id} 王强")
    scene.sees("wangqiang", "服务台指派", "the technician on WeCom has the card")
    await scene.presses("wangqiang", "接单")
    scene.sees("huangxin", "王强已接", "the reporter hears it on DingTalk")
    other = stage.phone("wangqiang", "dingtalk")
    await stage.advance(seconds=1)
    await other.says(f"到场 {ticket.id}")
    await stage.settle()
    scene.sees("huangxin", "已到现场", "arrival by his second account counts as his")
    scene.expect(
        "the gate of the first step comes before it", "等使用人答复" in text_of(other.last), text_of(other.last)
    )
    scene.sees("huangxin", "需要您同意", "whose gate it is, is asked on her own phone")
    await scene.presses("huangxin", "同意")
    scene.expect("the steps follow him to the phone he uses", "第1步" in text_of(other.last), text_of(other.last))
    await other.says(f"已解决 {ticket.id}")
    await stage.settle()
    await other.says("原因：内存条松了，处理：重插，故障：蓝屏，10分钟")
    await stage.settle()
    scene.sees("huangxin", "修好了吗", "the reporter is asked")
    await scene.presses("huangxin", "修好了")
    await scene.state(ticket, "closed", "a button that sends a line closes it")
    await scene.presses("huangxin", "很满意")
    async with stage.desk.db.read() as session:
        rated = await session.get_one(Ticket, ticket.id)
    scene.expect("rated", rated.rating == 5, rated.rating)
    await stage.phone("huangxin").presses("没修好", force=True)
    await stage.settle()
    scene.expect(
        "an old card's button is known for what it is",
        "现在是" in scene.recent("huangxin", 1)[0],
        scene.recent("huangxin", 1),
    )


async def in_a_group(scene: Scene) -> None:
    """A DingTalk group: only a line that @s the robot is heard, and the answer comes in private."""
    phone = scene.stage.phone("zhaolei")
    before = await _tickets(scene.stage)
    group = next(chat for chat in phone.chats if chat.startswith("group:"))
    await phone.says("三楼打印机好像坏了，谁去看看", group)
    await scene.stage.settle()
    scene.expect("talk in the group is not heard", await _tickets(scene.stage) == before)
    await phone.says("@运维服务台 三楼304打印机卡纸了", group)
    await scene.stage.settle()
    ticket = await scene.newest()
    scene.expect("a line that @s the robot is a report", await _tickets(scene.stage) == before + 1)
    scene.sees("zhaolei", f"已受理{ticket.id}号", "answered in private")
    await scene.says("zhaolei", f"撤销 {ticket.id}")


async def lone_photo(scene: Scene) -> None:
    """A photo without a word: a ticket the desk knows of, a card of taps, no trace of where it was taken."""
    stage, phone = scene.stage, scene.stage.phone("huangxin")
    await phone.sends_photo(_photo_with_gps())
    await stage.settle()
    ticket = await scene.newest()
    scene.expect("it is a ticket the desk owns", ticket.owner == "desk" and ticket.kind == "unclear", ticket.kind)
    scene.expect("a card with at most five taps", 2 <= len(phone.buttons) <= 5, phone.buttons)
    scene.sees("huangxin", "不要拍到文件内容", "with a word of caution")
    scene.sees("zhoumin", f"{ticket.id}号", "the desk is told at once")
    async with stage.desk.db.read() as session:
        content = (
            await session.exec(select(Content).where(Content.ticket_id == ticket.id, col(Content.media_key) != ""))
        ).one()
        kept = await session.get_one(Media, content.media_key)
    exif = dict(Image.open(io.BytesIO(kept.data)).getexif())
    scene.expect("where and by what it was taken is gone", not exif and b"PHONEMAKER" not in kept.data, exif)
    await scene.presses("huangxin", "打印机")
    await scene.says("huangxin", "卡纸了，五楼508")
    ticket = await scene.newest()
    found = (ticket.fault, ticket.slots.get("room"))
    scene.expect("a tap and a fragment later it is known", found == ("printer-paper-jam", "508"), found)
    await scene.says("huangxin", f"撤销 {ticket.id}")


async def lone_voice(scene: Scene) -> None:
    """A recording alone: DingTalk's transcript is a report; WeCom's recording goes to the desk, which can hear it."""
    stage = scene.stage
    await stage.phone("huangxin").sends_voice(4, said="五楼507打印机卡纸了")
    await stage.settle()
    ticket = await scene.newest()
    scene.expect("spoken on DingTalk, understood", ticket.fault == "printer-paper-jam", ticket.fault)
    async with stage.desk.db.read() as session:
        kinds = (await session.exec(select(Content.kind).where(Content.ticket_id == ticket.id))).all()
    scene.expect("the recording is kept with it", "voice" in kinds, kinds)
    await scene.says("huangxin", f"撤销 {ticket.id}")
    before = len(stage.phone("zhoumin").messages)
    await stage.phone("guest").sends_voice(6)
    await stage.settle()
    ticket = await scene.newest()
    scene.expect("without a transcript it is a ticket of the desk's", ticket.owner == "desk", ticket.owner)
    scene.sees("guest", "是哪类设备", "the reporter gets taps")
    desk_got = [m.kind for m in stage.phone("zhoumin").messages[before:]]
    scene.expect("the desk gets the recording itself", "file" in desk_got, desk_got)
    await scene.presses("guest", "转人工")


async def stream_breaks(scene: Scene) -> None:
    """The long connection is announced to end, breaks, falls silent: reports still become one ticket each."""
    stage = scene.stage
    gateway, org = stage.sandbox.gateway, stage.org
    await gateway.disconnect(org)
    await stage.connected()
    await _one_more(scene, "六楼601打印机卡纸了", "after an announced disconnect")
    gateway.drop(org)
    await stage.connected()
    await _one_more(scene, "六楼602打印机卡纸了", "after a broken connection")
    gateway.silence(org)
    before = await _tickets(stage)
    await stage.advance(seconds=60)
    await stage.phone("huangxin").says("六楼603打印机卡纸了")
    await stage.settle()
    scene.expect("a silent connection brings nothing", await _tickets(stage) == before)
    await stage.advance(seconds=31)  # the platform repeats after 16 and 60 seconds; the watchdog minds 90 of silence
    await stage.connected()
    await gateway.replaced(org)
    await stage.advance(seconds=30)
    scene.expect("the watchdog replaced it, the repeat arrived once", await _tickets(stage) == before + 1)
    await scene.says("huangxin", f"撤销 {(await scene.newest()).id}")


async def repeated_frames(scene: Scene) -> None:
    """The platform delivers twice, or again after no acknowledgement: one ticket."""
    stage = scene.stage
    stage.sandbox.faults.duplicate_next(1)
    await _one_more(scene, "六楼604打印机卡纸了", "a frame delivered twice")
    before = await _tickets(stage)
    stage.sandbox.faults.drop = 1
    await stage.phone("huangxin").says("六楼605打印机卡纸了")
    await stage.settle()
    scene.expect("a frame that was lost brings nothing", await _tickets(stage) == before)
    await stage.advance(minutes=2)
    scene.expect("and arrives once when it is repeated", await _tickets(stage) == before + 1)
    ticket = await scene.newest()
    await stage.restart()
    await stage.settle()
    async with stage.desk.db.read() as session:
        dead = (await session.exec(select(func.count()).where(col(InboxRow.state) == "dead"))).one()
    scene.expect("a restart changes nothing of it", dead == 0 and (await scene.newest()).id == ticket.id, dead)
    await scene.says("huangxin", f"撤销 {ticket.id}")


async def _one_more(scene: Scene, text: str, when: str) -> None:
    """A report makes exactly one ticket, which is then withdrawn."""
    before = await _tickets(scene.stage)
    await scene.says("huangxin", text)
    made = await _tickets(scene.stage) - before
    scene.expect(f"one ticket {when}", made == 1, made)
    await scene.says("huangxin", f"撤销 {(await scene.newest()).id}")


async def _tickets(stage: Stage) -> int:
    async with stage.desk.db.read() as session:
        return (await session.exec(select(func.count()).select_from(Ticket))).one()


def _photo_with_gps() -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "PHONEMAKER"
    exif.get_ifd(0x8825)[2] = (23.0, 7.0, 44.0)
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "#8899aa").save(out, "JPEG", exif=exif)
    return out.getvalue()


SCENES: tuple[tuple[str, Act], ...] = (
    ("one ticket on two platforms", across),
    ("a group on DingTalk", in_a_group),
    ("a photo without a word", lone_photo),
    ("a voice without a word", lone_voice),
    ("the stream breaks and falls silent", stream_breaks),
    ("frames delivered twice or late", repeated_frames),
)

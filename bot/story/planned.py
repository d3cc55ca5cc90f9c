"""What nobody reported as broken: a request and the yes it needs, an appointment and whether it is kept, a round (巡检)."""

from datetime import datetime, time, timedelta

from sqlmodel import col, func, select

from bot.store.tables import Offer, Ticket
from bot.story.scene import Act, Scene, text_of

MORNING = time(8, 31)
"""When the second day begins, local time: the agencies have just opened."""


async def approved(scene: Scene) -> None:
    """A service request: the agency's liaison says yes on her own phone, and only then somebody is sent."""
    await scene.says("limei", "申请开通VPN")
    scene.sees("limei", "给谁开", "one question about what is wanted")
    await scene.says("limei", "给我自己，出差用，到年底")
    ticket = await scene.state(await scene.newest(), "approval", "it waits for a yes")
    scene.sees("limei", "已请林芳审批", "she knows whom it waits for")
    scene.sees("linfang", "出差用", "the liaison reads what is wanted")
    scene.expect("nobody is sent before", not await _offers(scene, ticket))
    await scene.says("wangqiang", f"同意 {ticket.id}")
    await scene.state(ticket, "approval", "a technician's yes is none")
    await scene.presses("linfang", "同意")
    scene.sees("limei", "林芳已同意", "she hears of the yes")
    scene.sees("wangqiang", "账号与权限开通", "now a technician has the card")
    await scene.presses("wangqiang", "接单")
    await scene.presses("wangqiang", "远程处理")
    await scene.says("wangqiang", f"已解决 {ticket.id} 已开通到年底，15分钟")
    await scene.presses("limei", "办好了")
    await scene.state(ticket, "closed", "done and confirmed")


async def refused(scene: Scene) -> None:
    """The liaison says no: the reason reaches who asked, and nobody is sent."""
    await scene.says("limei", "给302加个网口")
    await scene.says("limei", "接内网，放新打印机")
    ticket = await scene.state(await scene.newest(), "approval", "it waits for a yes")
    await scene.presses("linfang", "不同意")
    await scene.says("linfang", "302柜子后面还有空的网口")
    scene.sees("limei", "还有空的网口", "the reason reaches her")
    await scene.state(ticket, "cancelled", "it ends there")
    scene.expect("nobody was sent", not await _offers(scene, ticket))


async def appointed(scene: Scene) -> None:
    """The technician proposes times, the clerk taps one, the clock waits for it."""
    await scene.says("limei", "三楼305扫描仪扫不了")
    ticket = await scene.newest()
    await scene.says("zhoumin", f"派 {ticket.id} 王强")
    await scene.presses("wangqiang", "接单")
    await scene.says("wangqiang", f"约 {ticket.id} 明天上午 或 明天下午")
    scene.expect(
        "the clerk has the times to tap",
        "都不行" in scene.stage.phone("limei").buttons,
        scene.stage.phone("limei").buttons,
    )
    await scene.presses("limei", "1 明天8:30")
    scene.sees("limei", "约好了", "agreed")
    scene.sees("wangqiang", "约好了：明天8:30–12:00", "both know when")
    booked = await scene.state(ticket, "accepted", "the ticket is his")
    scene.expect("the clock waits for the time she chose", booked.paused == "预约", booked.paused)


async def kept(scene: Scene) -> None:
    """The next morning: she is reminded, he comes in time."""
    await _until_morning(scene)
    ticket = await scene.newest(col(Ticket.visit_until).is_not(None))
    scene.sees("limei", "提醒：今天8:30–12:00", "she is reminded of the appointment")
    scene.expect("the clock runs again", not ticket.paused, ticket.paused)
    await scene.says("wangqiang", f"到场 {ticket.id}")
    await scene.says("wangqiang", f"已解决 {ticket.id} 数据线松了，重新插好，10分钟")
    await scene.presses("limei", "修好了")
    await scene.state(ticket, "closed", "repaired when it was agreed")
    await scene.says("zhoumin", "指标")
    scene.sees("zhoumin", "预约本月：1次，守约1次", "the desk's figures count it as kept")


async def a_round(scene: Scene) -> None:
    """The round planned for the day: walked step by step; what is found has a ticket of its own, linked to it."""
    phone = scene.stage.phone("zhaolei")
    ticket = await scene.newest(Ticket.kind == "inspection")
    scene.sees("zhaolei", "机房UPS与蓄电池每日巡检", "planned, and offered like any ticket")
    await scene.says("zhaolei", f"接单 {ticket.id}")
    await scene.says("zhaolei", f"到场 {ticket.id}")
    await scene.says("zhaolei", "负载率42%，剩余55分钟")
    await scene.presses("zhaolei", "正常")
    await scene.says("zhaolei", "异常 负载率95%，过载告警")
    scene.sees("zhaolei", "巡检继续", "the finding is taken, the round goes on")
    found = await scene.newest(Ticket.parent_id == ticket.id)
    scene.expect("it has a ticket of its own", (found.fault, found.source) == ("ups-overload", "round"), found.fault)
    await phone.sends_photo()
    await scene.stage.settle()
    await scene.presses("zhaolei", "正常")
    scene.expect(
        "the round is complete", any("发现1处异常" in text_of(m) for m in phone.messages[-3:]), text_of(phone.last)
    )
    await scene.state(ticket, "closed", "closed by the plan")
    await scene.says("zhoumin", "巡检 本周")
    scene.sees("zhoumin", "完成1", "the desk sees the week's rounds")
    await scene.says("zhaolei", f"接单 {found.id}")
    await scene.says("zhaolei", f"到场 {found.id}")
    await scene.says("zhaolei", f"已解决 {found.id} 接了取暖器，已拔掉，10分钟")
    await scene.presses("zhaolei", "修好了")
    await scene.state(found, "closed", "what was found is settled")


async def _until_morning(scene: Scene) -> None:
    now = scene.stage.clock.now().astimezone(scene.stage.office.voice.zone)
    await scene.stage.skip(datetime.combine(now.date() + timedelta(days=1), MORNING, now.tzinfo) - now)


async def _offers(scene: Scene, ticket: Ticket) -> int:
    async with scene.stage.desk.db.read() as session:
        return (await session.exec(select(func.count()).where(Offer.ticket_id == ticket.id))).one()


MONDAY: tuple[tuple[str, Act], ...] = (
    ("a request and its yes", approved),
    ("a request and its no", refused),
    ("an appointment is made", appointed),
)
TUESDAY: tuple[tuple[str, Act], ...] = (
    ("the appointment is kept", kept),
    ("an inspection round", a_round),
)
